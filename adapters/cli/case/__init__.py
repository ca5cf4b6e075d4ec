"""`tongban case`: a file for each chapter of a case's life, and what looks at cases."""
