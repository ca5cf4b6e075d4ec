"""The JSON of a contract's schema: one record, and fastavro's form of it.

Not handled here: which schemas a contract may have (`walk`).
"""

from typing import Any

import fastavro
from fastavro.schema import SchemaParseException, UnknownType

from tongban.contracts.faults import Fault, FaultyContractError, shown
from tongban.contracts.strict_json import load_json


def load_record(file: str, data: bytes) -> dict[str, Any]:
    """The JSON of a schema, which is a record; `file` is how faults call it. Raises FaultyContractError."""
    try:
        document = load_json(data)
    except ValueError as err:
        raise FaultyContractError([Fault(file, "", "JSON", str(err))]) from err
    if not isinstance(document, dict) or document.get("type") != "record":
        raise FaultyContractError([Fault(file, "", 'one record: {"type": "record", …}', shown(document))])
    return document


def parse_with_fastavro(
    file: str, document: dict[str, Any], *, known_types: str, named: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The schema as fastavro reads it; `named` gets its named types by full name.

    Raises FaultyContractError where it is none. `known_types`: the words for types that it defines.
    """
    try:
        avro: Any = fastavro.parse_schema(document, named)
    except UnknownType as err:
        raise FaultyContractError([Fault(file, "", known_types, repr(err.name))]) from err
    except (SchemaParseException, ValueError, TypeError, LookupError, AttributeError, RecursionError) as err:
        raise FaultyContractError([Fault(file, "", "a valid Avro schema", str(err))]) from err
    return dict(avro)
