"""The protocol that keeps one history: verdicts, log reader, ingest, writer, relay. It talks to the outside through ports only."""
