"""Versions of contracts, and their release."""
