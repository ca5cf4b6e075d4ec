"""What must hold between the sections of a matter, its regime and its form: each rule a function that yields what is wrong."""
