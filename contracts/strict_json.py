"""JSON without its leniencies: no doubled keys, no NaN, no lone surrogates, UTF-8 without a byte order mark."""

import json
from typing import Any, NoReturn

import rfc8785


def load_json(data: bytes) -> Any:
    """Parse JSON bytes. Raises `ValueError` with a message that says what is wrong."""
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_object, parse_constant=_refuse_constant)
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # a lone surrogate has no UTF-8
    except RecursionError as err:
        raise ValueError("it is nested too deeply") from err
    return value


def canonical_json(data: bytes) -> bytes:
    """The RFC 8785 form of JSON bytes. Raises `ValueError` with a message that says what is wrong."""
    try:
        return rfc8785.dumps(load_json(data))  # its CanonicalizationError is a ValueError
    except RecursionError as err:
        raise ValueError("it is nested too deeply") from err


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the key {next(name for name in names if names.count(name) > 1)!r} stands twice")
    return result


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")
