"""The keys of a region, kept encrypted."""
