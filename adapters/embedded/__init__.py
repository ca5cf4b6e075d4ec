"""The shared log in one SQLite file."""
