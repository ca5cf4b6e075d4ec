"""Avro in one canonical form: readers, writers, fingerprints."""
