"""Commands that show records of the log, and those that did not become part of it: `log` and `quarantine`."""
