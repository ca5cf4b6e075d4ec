"""Pages that the code prints: stable codes, and the log's topics and messages."""
