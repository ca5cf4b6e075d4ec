"""`python -m tongban` is the `tongban` command."""

from tongban.adapters.cli.main import main

if __name__ == "__main__":
    main()
