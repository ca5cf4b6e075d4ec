"""Which schema can read what another one wrote, and which versions may follow each other.

`types` reads a schema, `resolution` holds a reader against a writer, `modes` holds a new version against those before it,
`difference` says in plain words what changed. Source: Avro 1.12 specification, "Schema Resolution" and "Aliases".
"""
