"""What is said: bodies and types of events, a chapter of the life cycle a file; released for ever. `catalogue` lists them all."""
