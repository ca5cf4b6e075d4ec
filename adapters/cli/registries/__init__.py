"""Commands on registries: the federation, regions, organizations, officers, channels and their keys."""
