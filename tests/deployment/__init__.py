"""Tests of what brings Tongban to servers: the compose file and the image."""
