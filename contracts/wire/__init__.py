"""An event on the wire: schema, codec, signing input, signature, record."""
