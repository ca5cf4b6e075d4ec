"""Files of old systems: read as streams of records, converted by a mapping, with a report."""
