"""What it means: the table of acts, decide, evolve. May be amended; no verdict depends on it."""
