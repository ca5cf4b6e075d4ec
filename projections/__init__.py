"""Views: pure functions from the history of a case to rows."""
