"""The language between cities: Avro schemas, matters, codec, signing input, log notes."""
