"""A site's schema registry, and what the node learns from it."""
