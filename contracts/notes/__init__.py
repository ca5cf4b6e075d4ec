"""Signed notes: checkpoints of a log and starts of its writers."""
