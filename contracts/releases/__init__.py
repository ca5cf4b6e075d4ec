"""Versions of contracts in a folder: which there are, which are released, whether each may follow those before it.

`folder` names them, `lock` freezes them, `gate` finds every fault, `difference` says what changed and whom it breaks.
"""
