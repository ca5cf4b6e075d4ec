"""What can happen, as frozen values: one body per event type; `catalogue` lists them all."""
