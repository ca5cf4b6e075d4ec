"""`matter.yaml`: what a matter (事项) says, a section a file, and what must hold between them."""
