"""The kinds of value that the fields of a command hold, a file for each family."""
