"""Records that a matter defines, a form or an outcome: which schemas they may have, and their values in one encoding."""
