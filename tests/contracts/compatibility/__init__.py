"""The gate between versions of a schema."""
