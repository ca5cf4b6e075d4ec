module tongban/tests/partner/program

go 1.21
