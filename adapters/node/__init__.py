"""One region's node: its home, settings, long-running process and health; here everything is wired."""
