"""Part of a form: the fields that a request shares with the region asked, and no others (PIPL art. 6).

An extract is Avro binary of the form's own record with the named fields only, in the form's order. Reading it
takes the matter and the names, which are in the `asked` event.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from tongban.contracts.faults import Fault, FaultyContractError
from tongban.contracts.forms.types import NamedTypes
from tongban.contracts.forms.values import RecordSchema
from tongban.contracts.matter.contract import MatterContract


def extract(contract: MatterContract, form: bytes, names: Collection[str]) -> bytes:
    """The named fields of an encoded form. Raises FaultyContractError for names that the form does not have."""
    values = contract.decode_form(form)
    return _part(contract.form_schema, names).encode({name: values[name] for name in names})


def read_extract(contract: MatterContract, data: bytes, names: Collection[str]) -> dict[str, Any]:
    """The values in an extract. Raises FaultyContractError."""
    return _part(contract.form_schema, names).decode(data)


def _part(schema: RecordSchema, names: Collection[str]) -> RecordSchema:
    known = {field.name for field in schema.fields}
    unknown = [Fault(schema.file, name, "a field of the form: " + ", ".join(sorted(known)), "no such field")
               for name in sorted(set(names) - known)]  # fmt: skip
    if unknown:
        raise FaultyContractError(unknown)
    inlined: set[str] = set()
    fields = [
        {**each, "type": _inlined(each["type"], schema.named, inlined)}
        for each in schema.avro["fields"]
        if each["name"] in names
    ]
    kept = tuple(field for field in schema.fields if field.name in names)
    return replace(schema, fields=kept, avro={**schema.avro, "fields": fields})


def _inlined(part: Any, named: NamedTypes, done: set[str]) -> Any:
    """A type that needs no other: a name that an omitted field defined is spelled out at its first use."""
    if isinstance(part, str):
        if part in named and part not in done:
            done.add(part)
            return _inlined(dict(named[part]), named, done)
        return part
    if isinstance(part, list):
        return [_inlined(each, named, done) for each in part]
    if "name" in part:
        done.add(part["name"])
    spelled = dict(part)
    for key in ("items", "type"):
        if isinstance(part.get(key), list | dict) or part.get(key) in named:
            spelled[key] = _inlined(part[key], named, done)
    if "fields" in part:
        spelled["fields"] = [{**each, "type": _inlined(each["type"], named, done)} for each in part["fields"]]
    return spelled
