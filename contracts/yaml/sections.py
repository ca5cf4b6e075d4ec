"""Reading a YAML document section by section, so that a fault in one does not hide those in the others."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from tongban.contracts.faults import Fault, kind_of, shown
from tongban.contracts.yaml.model import as_fault


def read_sections(file: str, model: type[BaseModel], document: Any, faults: list[Fault]) -> dict[str, Any]:
    """The sound sections of a document by name, with defaults where one may be left out; what is wrong goes to `faults`."""
    if not isinstance(document, Mapping):
        faults.append(Fault(file, "", "keys with values", kind_of(document)))
        return {}
    faults += [
        Fault(file, key, "no such key", shown(document[key])) for key in document if key not in model.model_fields
    ]
    sound: dict[str, Any] = {}
    for name, about in model.model_fields.items():
        if name not in document:
            if about.is_required():
                faults.append(Fault(file, name, "a value", "nothing"))
            else:
                sound[name] = about.get_default(call_default_factory=True)
            continue
        try:
            sound[name] = _adapter(model, name).validate_json(json.dumps(document[name]))
        except ValidationError as err:
            faults += _once(as_fault(file, error, name) for error in err.errors())
    return sound


@cache
def _adapter(model: type[BaseModel], name: str) -> TypeAdapter[Any]:
    """A section read by itself is as strict as within its model: its own models say so, and JSON guesses no scalar."""
    about = model.model_fields[name]
    kind: Any = Annotated[about.annotation, *about.metadata] if about.metadata else about.annotation
    return TypeAdapter(kind, config=None if _is_model(about.annotation) else {"strict": True})


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _once(faults: Iterator[Fault]) -> list[Fault]:
    return list(dict.fromkeys(faults))
