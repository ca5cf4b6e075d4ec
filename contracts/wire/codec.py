"""An event's body: header and body of the domain as Avro binary, in one form only.

    | header, the same record in every event | the body's fields in the order of its dataclass |

- A body of an older version is read into the class of the newest (`upcast`), by a plan that is made once for its schema.
  Every other event is read as before: evolving a type costs nothing but its own older events.
- Canonical: what `decode` takes is exactly what `encode` gives. Every value has one encoding (`avro.reader`), and no
  byte is left over; so encoding what was decoded gives the same bytes, without doing it. The tests hold this against
  fastavro, which writes.
- A body is at most `MAX_BODY_BYTES`, looked at first.
- Whatever the bytes are, `decode` raises nothing but MalformedRecordError, and takes time and memory in proportion to
  their number.

Reasons of MalformedRecordError:

| reason          | meaning                                                                              |
|-----------------|--------------------------------------------------------------------------------------|
| `too_large`     | more than `MAX_BODY_BYTES`                                                           |
| `not_avro`      | cannot be read by this schema: ends early, a length, count, symbol or branch too high |
| `not_canonical` | the same values have another encoding: overlong integer, split array, bytes left over |
| `out_of_range`  | an integer beyond 32 bits, or a date or time outside the years 1970 to 9998          |
| `not_text`      | a text that is not UTF-8 or holds U+0000                                             |
| `not_encodable` | `encode` only: a value of another type than its class names                         |

Not handled here: the frame of a schema registry, signatures, and what the values mean (rules F5 and on).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tongban.contracts.avro.compiler import ReaderCompiler
from tongban.contracts.avro.reader import Reader, read_prefix, read_whole
from tongban.contracts.avro.writer import Plain, compile_plain, not_encodable, write
from tongban.contracts.malformed import MalformedRecordError
from tongban.contracts.wire.schema_store import Schema, shipped_schemas
from tongban.contracts.wire.upcast import Upcast, compile_upcast
from tongban.domain.errors import ContractError
from tongban.domain.events.catalogue import BY_BODY, BY_CE_TYPE, Body
from tongban.domain.header import Header

MAX_BODY_BYTES = 64 * 1024
"""A form with its materials fits many times; a topic's records stay far below Kafka's usual 1 MiB."""


def newest_schema(body: Body) -> Schema:
    """The schema of the newest version of a body's type. Raises MalformedRecordError for what is no body."""
    event_type = BY_BODY.get(type(body))
    if event_type is None:
        raise not_encodable(body)
    return shipped_schemas().by_ce_type[event_type.ce_type]


def encode(header: Header, body: Body, schema: Schema | None = None) -> bytes:
    """The canonical Avro binary of an event, by `schema` or the newest one of its type. Raises MalformedRecordError.

    By an older schema only what that one can say: reading it back must give the same body.
    """
    schema = schema or newest_schema(body)
    codec = _codec(schema)
    try:
        plain = {"header": codec.header_plain(header), **codec.body_plain(body)}
    except (AttributeError, TypeError) as err:
        raise not_encodable(err) from err
    data = write(schema.avro, plain | {old: plain[new] for new, old in codec.older_names.items()})
    if (found := decode(schema, data)) != (header, body):
        raise not_encodable(found)
    return data


def decode(schema: Schema, data: bytes) -> tuple[Header, Body]:
    """Header and body of an event. Raises MalformedRecordError unless `data` is canonical Avro binary of `schema`.

    Raises ContractError for a schema whose type of event this version does not know.
    """
    _check_size(data)
    event: tuple[Header, Body] = read_whole(_codec(schema).reader, data)
    return event


def decode_header(data: bytes) -> Header:
    """The header of an event of any type, even one whose schema is not here. What follows it is not looked at."""
    _check_size(data)
    header: Header = read_prefix(_header_reader()[0], data)[0]
    return header


def _check_size(data: bytes) -> None:
    if len(data) > MAX_BODY_BYTES:
        raise MalformedRecordError(
            "too_large", "an event's body is too large", expected=f"{MAX_BODY_BYTES} bytes", found=f"{len(data)} bytes"
        )


@dataclass(frozen=True, slots=True)
class _Codec:
    """What reading and writing one type of event takes, made once."""

    reader: Reader
    header_plain: Plain
    body_plain: Plain
    older_names: Mapping[str, str]
    """The newest name of a field → its name in an older schema."""


_codecs: dict[bytes, _Codec] = {}  # by fingerprint; only of schemas whose type is in the catalogue


def _codec(schema: Schema) -> _Codec:
    codec = _codecs.get(schema.fingerprint)
    if codec is None:
        codec = _codecs[schema.fingerprint] = _make_codec(schema)
    return codec


def _make_codec(schema: Schema) -> _Codec:
    event_type = BY_CE_TYPE.get(schema.ce_type)
    if event_type is None:
        raise ContractError(
            "this version has no class for such events", expected="a type of the catalogue", found=schema.ce_type
        )
    _, *body_fields = schema.document["fields"]
    read_header, passed = _header_reader()
    compiler = passed.behind()
    if schema.ce_type == event_type.ce_type:
        upcast = Upcast(compiler.of_fields(body_fields, event_type.body), None, {})
    else:
        _, *newest = shipped_schemas().by_ce_type[event_type.ce_type].document["fields"]
        upcast = compile_upcast(compiler, body_fields, newest, event_type.body)
    read = _event_reader(read_header, upcast)
    return _Codec(read, compile_plain(Header), compile_plain(event_type.body), upcast.older_names)


def _event_reader(read_header: Reader, upcast: Upcast) -> Reader:
    read_body, finish = upcast.reader, upcast.finish

    def read(data: bytes, at: int) -> tuple[tuple[Header, Body], int]:
        header, at = read_header(data, at)
        body, at = read_body(data, at)
        return (header, body), at

    if finish is None:
        return read

    def read_and_finish(data: bytes, at: int) -> tuple[tuple[Header, Body], int]:
        header, at = read_header(data, at)
        values, at = read_body(data, at)
        return (header, finish(header, values)), at

    return read_and_finish


@cache
def _header_reader() -> tuple[Reader, ReaderCompiler]:
    """A reader of the header, and the compiler that has passed it.

    Any schema will do: its first field is the header, and the same in all (`event_schema` refuses others).
    """
    schema = next(iter(shipped_schemas().by_ce_type.values()))
    compiler = ReaderCompiler()
    return compiler.of_type(schema.document["fields"][0]["type"], Header), compiler
