"""Free text (a reason, a question, an answer) as a personal value: the Avro binary of one string."""

import io

import fastavro

from tongban.domain.errors import MalformedError

MAX_TEXT_BYTES = 16 * 1024
"""Some pages; a longer text is a document."""
_SCHEMA = fastavro.parse_schema("string")


def encode_text(text: str) -> bytes:
    """Raises MalformedError for a text that is too long or has no UTF-8."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError as err:
        raise MalformedError("a text", expected="Unicode text", found="a lone surrogate") from err
    if size > MAX_TEXT_BYTES:
        raise MalformedError("a text", expected=f"at most {MAX_TEXT_BYTES} bytes", found=f"{size} bytes")
    buffer = io.BytesIO()
    fastavro.schemaless_writer(buffer, _SCHEMA, text)
    return buffer.getvalue()


def decode_text(data: bytes) -> str:
    """Raises MalformedError for anything but the one encoding of a text."""
    try:
        text = fastavro.schemaless_reader(io.BytesIO(data), _SCHEMA, None)
    except (EOFError, ValueError, IndexError, OverflowError, MemoryError, TypeError) as err:
        raise MalformedError("a text", expected="the Avro binary of a string", found=type(err).__name__) from err
    if not isinstance(text, str) or encode_text(text) != data:
        raise MalformedError("a text", expected="the Avro binary of a string", found="other bytes")
    return text
