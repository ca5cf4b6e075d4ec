"""Bytes from outside, mutated: nothing but errors of ours escapes, and memory stays bounded."""
