"""Versions of contracts in a folder: which there are, which are released, whether each may follow those before it.

`folder` names them, `lock` freezes them, `gate` tells every fault, `difference` tells what changed and whom it breaks.
"""
