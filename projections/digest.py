"""The digest of a view: SHA-256 over all its rows in one canonical form, the same in every city that knows the same log.

The form is JSON Lines, so that anybody can recompute it from an export:

    ["tracker", 1, ["case", "matter", …]]     the view's name and version, and its fields in order
    ["0d5c…", "000199003000", …]              one array per row, by key in ascending order
    …

- Each line is written as RFC 8785 (JSON Canonicalization Scheme) writes it, in UTF-8, and ends with one line feed.
  Whole numbers stand as plain digits, also beyond 2^53, where RFC 8785 has nothing to say.
- Keys are compared field by field: text by code points, numbers by value.
- Nothing is left out: rows hold only what follows from the log, so no offset, time of arrival or sealed byte is in them.

Rows come from an ordered iterator and are not kept, so memory does not grow with the view.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, TypeVar

from tongban.projections.view import Cell, View

RowT = TypeVar("RowT")

_BUFFERED_LINES = 256

# On arrays of text, whole numbers, truth values and null, this is what RFC 8785 prescribes: no blanks, and in text only
# the quotation mark, the backslash and what lies below U+0020 escaped, in the shortest way.
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":")).encode


def digest(view: View[RowT], rows: Iterable[tuple[Cell, ...]]) -> bytes:
    """32 bytes over `rows`, given as cells in ascending order of key.

    Raises ValueError where a row does not come after the one before it: two rows with one key, or another sort order.
    """
    sha256 = hashlib.sha256(line(view, None))
    before: tuple[Any, ...] | None = None
    buffer: list[str] = []
    for cells in rows:
        key = view.key_of(cells)
        if before is not None and not before < key:
            raise ValueError(f"view {view.name}: row {key} does not come after {before}")
        before = key
        buffer.append(_encode(cells))
        if len(buffer) == _BUFFERED_LINES:
            sha256.update(("\n".join(buffer) + "\n").encode())
            buffer.clear()
    sha256.update("".join(each + "\n" for each in buffer).encode())
    return sha256.digest()


def digest_of(view: View[RowT], rows: Iterable[RowT]) -> bytes:
    """The digest of rows in any order, sorted in memory."""
    return digest(view, sorted(map(view.cells, rows), key=view.key_of))


def line(view: View[RowT], cells: tuple[Cell, ...] | None) -> bytes:
    """One line of the canonical form: that of a row, or, for None, the first."""
    return (_encode((view.name, view.version, view.names) if cells is None else cells) + "\n").encode()
