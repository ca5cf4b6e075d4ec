"""The protocol that keeps one history: verdicts, log reader, intake, writer, relay. It meets the outside in ports only."""
