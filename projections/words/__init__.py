"""What an act changed, in words: a file for each chapter of the life cycle, and the table that they make."""
