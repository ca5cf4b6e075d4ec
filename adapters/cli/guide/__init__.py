"""`tongban guide`: what exactly one person needs."""
