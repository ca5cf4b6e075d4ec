"""What every door needs of a case, once: commands described, acts offered, defaults and completeness; no door's words."""
