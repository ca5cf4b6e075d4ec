"""Text of other cities as it may stand in a view: no characters that hide, reorder or break what is shown.

Control characters (a database may refuse U+0000), invisible and direction-changing ones become U+FFFD. The set is
written out, so that it does not change with the version of Unicode that a Python knows: views are compared by digest.
"""

import re

CHANGE_CHARACTERS = 300
"""How long a text of foreign parts may become: a body holds up to 64 KiB, a line on a screen does not."""

_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")


def shown(text: str) -> str:
    """`text` with each character that must not be shown replaced."""
    return text if text.isascii() and text.isprintable() else _HIDDEN.sub("\ufffd", text)


def shortened(text: str) -> str:
    """`text` as shown, cut with an ellipsis at `CHANGE_CHARACTERS`."""
    text = shown(text)
    return text if len(text) <= CHANGE_CHARACTERS else text[: CHANGE_CHARACTERS - 1] + "…"
