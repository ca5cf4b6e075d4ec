"""A region's own store on SQL databases: the port `tongban.ledger.store`, with the eventsourcing library's event table."""
