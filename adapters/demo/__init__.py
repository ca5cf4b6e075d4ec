"""`tongban demo`: three cities, some hundred cases, one log, and everything that can be checked about it afterwards."""
