"""Type hints of dataclasses, taken apart: what a codec needs to know of them."""

import types
from typing import Any, Union, get_args, get_origin


def plain_hint(hint: Any) -> Any:
    """The type behind a NewType."""
    while hasattr(hint, "__supertype__"):
        hint = hint.__supertype__
    return hint


def optional_hint(hint: Any) -> Any | None:
    """T of `T | None`, and None for any other type."""
    if get_origin(hint) not in (types.UnionType, Union):  # a NewType or a string makes it typing's union
        return None
    branches = [arg for arg in get_args(hint) if arg is not types.NoneType]
    return branches[0] if len(branches) == 1 and len(get_args(hint)) == 2 else None
