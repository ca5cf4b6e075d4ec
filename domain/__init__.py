"""What a case is and may become: pure functions over frozen events. No clock, no randomness, no I/O."""
