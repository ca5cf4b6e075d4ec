"""Tongban (通办): the case ledger that cities share."""

__version__ = "0.1.0"
