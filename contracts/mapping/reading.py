"""Mappings that ship with Tongban, and those of a city's own, read together with the form they fill.

    mappings/<region>/<system>.yaml     one old system
    mappings/<name>.v<n>.avsc           a record that is no matter's form

Not handled here: reading the records themselves (`adapters.mapping`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tongban.contracts.faults import Fault, FaultyContractError, refuse_faulty
from tongban.contracts.forms.schema import parse_record_schema
from tongban.contracts.forms.values import RecordSchema
from tongban.contracts.mapping.converter import Converter
from tongban.contracts.mapping.form_check import mapping_faults
from tongban.contracts.mapping.mapping_file import MappingFile, Target, parse_mapping_file
from tongban.contracts.matter.contract import MatterContract
from tongban.contracts.matter.folders import shipped_matters
from tongban.contracts.shipped import MAPPINGS

MAPPING_MAX_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class CheckedMapping:
    """A mapping that fits its form."""

    about: MappingFile
    schema: RecordSchema = field(repr=False)

    def converter(self) -> Converter:
        """What converts its records."""
        return Converter(self.about, self.schema)


def shipped_mappings() -> tuple[str, ...]:
    """What the mappings that ship are called: `511602/service-items`."""
    return tuple(sorted(f"{path.parent.name}/{path.stem}" for path in MAPPINGS.glob("*/*.yaml")))


def read_mapping(place: str, matters: Iterable[MatterContract] | None = None) -> CheckedMapping:
    """Read a mapping by its name among those that ship, or from its file. Raises `FaultyContractError` with every fault.

    `matters`: whose forms it may fill (default: those that ship). A file's own schema is looked for above its folder too.
    """
    path = MAPPINGS / f"{place}.yaml" if place in shipped_mappings() else Path(place).absolute()
    about = parse_mapping_file(path.name, _text_of(path, place))
    if path.parent.name != about.region or path.stem != about.system:
        expected = f"the file {about.region}/{about.system}.yaml, as the mapping says"
        raise FaultyContractError([Fault(path.name, "", expected, f"{path.parent.name}/{path.name}")])
    schema = _schema_of(about.target, path, shipped_matters() if matters is None else matters)
    refuse_faulty(mapping_faults(path.name, about, schema))
    return CheckedMapping(about, schema)


def _text_of(path: Path, place: str) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAPPING_MAX_BYTES + 1)
        if len(data) > MAPPING_MAX_BYTES:
            raise FaultyContractError([Fault(path.name, "", f"at most {MAPPING_MAX_BYTES} bytes", "more")])
        return data.decode("utf-8")
    except UnicodeDecodeError as err:
        raise FaultyContractError([Fault(path.name, f"byte {err.start}", "UTF-8", "other bytes")]) from err
    except (OSError, ValueError) as err:
        expected = f"a mapping's file, or one of {', '.join(shipped_mappings())}"
        raise FaultyContractError([Fault(place, "", expected, getattr(err, "strerror", None) or str(err))]) from err


def _schema_of(target: Target, path: Path, matters: Iterable[MatterContract]) -> RecordSchema:
    if target.matter is not None:
        forms = {"/".join(each.key): each.form_schema for each in matters}
        if target.matter not in forms:
            raise FaultyContractError([Fault(path.name, "target.matter", " or ".join(forms), target.matter)])
        return forms[target.matter]
    name = f"{target.schema_name}.avsc"
    for folder in (path.parent.parent, MAPPINGS):
        if (folder / name).is_file():
            return parse_record_schema(name, (folder / name).read_bytes())
    raise FaultyContractError(
        [Fault(path.name, "target.schema", f"the file {name} above the region's folder", "nothing")]
    )
