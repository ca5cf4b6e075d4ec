"""The sections of `matter.yaml`, each a model of what may stand in it."""
