"""A toy act, 现场核查 (inspect): what is added to a copy of the tree, file by file, and how it is played there."""
