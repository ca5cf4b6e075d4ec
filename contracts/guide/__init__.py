"""The personal guide (私人定制办事指南): from answers to the exact list of what one person needs."""
