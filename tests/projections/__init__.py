"""Views: what a case's history looks like in rows, the same in every city."""
