"""The corpus of liars: one artefact for each way in which a record can be wrong, each with its verdict."""
