"""The end of the demo on a terminal: what happened, and what can be proved about it. Chinese beside English."""
