"""YAML files of contracts, strictly: the document, its sections one by one, and the models that they are held against."""
