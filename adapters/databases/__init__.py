"""How databases are opened: SQLite files of their owner alone, and connections to PostgreSQL."""
