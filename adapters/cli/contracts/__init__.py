"""`tongban contracts` and `tongban schemas`: contracts as files, their versions, and a site's schema registry."""
