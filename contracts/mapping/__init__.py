"""Mappings: how a record of a city's old system becomes a form, as data. Pure; files are read by `adapters.mapping`."""
