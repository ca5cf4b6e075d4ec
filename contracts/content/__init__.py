"""Personal values beside the log: sealed, padded, committed to."""
