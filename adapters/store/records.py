"""Records of the log as one value in a column, strict:

    | key | value | count of headers, 4 | name | value | name | value | ...      each part: | length + 1, 4 | bytes |

Lengths and the count are big-endian. A length field of 0 means null (key and value only), 1 means empty. Names are UTF-8
with lone surrogates kept (`surrogatepass`), so that no header that a reader could hand over is refused or changed.
"""

from tongban.contracts.wire.record import Record
from tongban.domain.errors import StoreCorruptError

LENGTH_BYTES = 4


def encode_record(record: Record) -> bytes:
    """The stored form."""
    parts = [*_part(record.key), *_part(record.value), len(record.headers).to_bytes(LENGTH_BYTES, "big")]
    for name, value in record.headers:
        parts += (*_part(name.encode("utf-8", "surrogatepass")), *_part(value))
    return b"".join(parts)


def decode_record(stored: bytes) -> Record:
    """The record from its stored form. Raises StoreCorruptError unless `encode_record` gives exactly these bytes."""
    try:
        record = _decode(stored)
    except (IndexError, ValueError) as err:
        raise StoreCorruptError("a stored record cannot be read", found=stored[:64].hex()) from err
    return record


def _part(data: bytes | None) -> tuple[bytes, bytes]:
    if data is None:
        return (bytes(LENGTH_BYTES), b"")
    return ((len(data) + 1).to_bytes(LENGTH_BYTES, "big"), data)


def _decode(stored: bytes) -> Record:
    key, at = _take(stored, 0)
    value, at = _take(stored, at)
    count, at = _number(stored, at)
    headers: list[tuple[str, bytes]] = []
    for _ in range(count):
        name, at = _take(stored, at)
        content, at = _take(stored, at)
        if name is None or content is None:
            raise ValueError("a header is null")
        headers.append((name.decode("utf-8", "surrogatepass"), content))
    if at != len(stored):
        raise ValueError("bytes behind the last header")
    return Record(key, value, tuple(headers))


def _take(stored: bytes, at: int) -> tuple[bytes | None, int]:
    length, at = _number(stored, at)
    if length == 0:
        return None, at
    end = at + length - 1
    if end > len(stored):
        raise IndexError("cut short")
    return stored[at:end], end


def _number(stored: bytes, at: int) -> tuple[int, int]:
    end = at + LENGTH_BYTES
    if end > len(stored):
        raise IndexError("cut short")
    return int.from_bytes(stored[at:end], "big"), end
