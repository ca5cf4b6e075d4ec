"""Everything that touches the outside: logs, stores, keys, settings, the command line."""
