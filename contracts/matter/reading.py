"""The files of a matter, read together: description, regime, form and outcome, with every fault of all of them.

Which rules apply follows from `format` in `matter.yaml`. Not handled here: folders (`folders`), packages and hashes
(`contract`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from tongban.contracts.faults import Fault, FaultyContractError, collect, refuse_faulty, shown
from tongban.contracts.forms.fields import field_types
from tongban.contracts.forms.schema import parse_record_schema
from tongban.contracts.forms.values import RecordSchema
from tongban.contracts.matter.checks.all import check_matter
from tongban.contracts.matter.description.matter_file import LeadEntry, MatterFile
from tongban.contracts.matter.description.regime_file import RegimeFile, RegimeName
from tongban.contracts.matter.files import FORM_FILE, MATTER_FILE, OUTCOME_FILE, REGIME_FILE, name_faults, text_faults
from tongban.contracts.matter.format_1 import MatterFile1, parse_format_1
from tongban.contracts.matter.regimes import parse_regime
from tongban.contracts.yaml.document import load_yaml
from tongban.contracts.yaml.sections import read_sections
from tongban.domain.law.rules import MatterRules

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """What the files of a matter say. `regime`: None in format 1, which has its limits in itself."""

    about: MatterFile
    regime: RegimeFile | None
    form: RecordSchema
    outcome: RecordSchema
    to_rules: Callable[[bytes], MatterRules]


def read_files(files: Mapping[str, bytes], folder: str, *, checked: bool) -> ReadFiles:
    """Read a matter. `folder` goes before names in messages; `checked`: also look at what must hold between sections.

    Raises `FaultyContractError` with the faults of all files.
    """
    return _Reading(files, folder, checked).read()


class _Reading:
    """One reading, which gathers faults instead of ending at the first."""

    def __init__(self, files: Mapping[str, bytes], folder: str, checked: bool) -> None:
        self._files = files
        self._folder = folder
        self._checked = checked
        self._faults: list[Fault] = []

    def read(self) -> ReadFiles:
        document = self._collect(lambda: self._yaml(MATTER_FILE)) if MATTER_FILE in self._files else None
        formats = {1: self._format_1, 2: self._format_2}
        number = document.get("format") if isinstance(document, dict) else None
        self._faults += name_faults(self._files, self._folder, with_regime=number != 1)
        if MATTER_FILE in self._files and document is not None and (type(number) is not int or number not in formats):
            self._faults.append(Fault(self._matter_file, "format", "1 or 2", shown(number)))
        read = formats[number](document) if type(number) is int and number in formats else self._schemas(None)
        if self._faults or not isinstance(read, ReadFiles):
            raise FaultyContractError(self._faults)
        return read

    def _format_1(self, document: Any) -> ReadFiles | None:
        about: MatterFile1 | None = self._collect(lambda: parse_format_1(self._matter_file, document))
        if about:
            self._place(about.catalog_code, about.version)
        form, outcome = self._schemas(with_sources=False)
        if about and form:
            self._faults += _lead_faults(about.lead, form, self._matter_file)
        if about is None or form is None or outcome is None:
            return None
        return ReadFiles(about.to_current(), None, form, outcome, about.to_rules)

    def _format_2(self, document: Any) -> ReadFiles | None:
        sections = read_sections(self._matter_file, MatterFile, document, self._faults)
        about = MatterFile(**sections) if len(sections) == len(MatterFile.model_fields) else None
        if about:
            self._place(about.catalog_code, about.version)
        form, outcome = self._schemas(with_sources=True)
        regime = self._collect(lambda: self._regime(sections)) if REGIME_FILE in self._files else None
        if self._checked:
            self._faults += check_matter(self._matter_file, sections, regime, form)
        if "lead" in sections and form:
            self._faults += _lead_faults(sections["lead"], form, self._matter_file)
        if about is None or regime is None or form is None or outcome is None:
            return None
        return ReadFiles(about, regime, form, outcome, lambda content_hash: about.to_rules(content_hash, regime))

    @property
    def _matter_file(self) -> str:
        return self._folder + MATTER_FILE

    def _place(self, code: str, version: str) -> None:
        self._folder = self._folder or f"{code}/{version}/"

    def _schemas(self, with_sources: bool | None) -> tuple[RecordSchema | None, RecordSchema | None]:
        form, outcome = (
            self._collect(lambda name=name, sourced=sourced: self._schema(name, sourced))  # type: ignore[misc]
            if name in self._files
            else None
            for name, sourced in ((FORM_FILE, with_sources), (OUTCOME_FILE, False))
        )
        return form, outcome

    def _schema(self, name: str, with_sources: bool | None) -> RecordSchema:
        self._text(name)
        return parse_record_schema(self._folder + name, self._files[name], with_sources=with_sources)

    def _regime(self, sections: Mapping[str, Any]) -> RegimeFile:
        regime = parse_regime(self._folder + REGIME_FILE, self._text(REGIME_FILE))
        named: RegimeName | None = sections.get("legal_regime")
        if named and (named.name, named.version) != (regime.regime, regime.version):
            expected = f"regime {named.name}/{named.version}, as {MATTER_FILE} names it"
            refuse_faulty([Fault(self._folder + REGIME_FILE, "", expected, f"{regime.regime}/{regime.version}")])
        return regime

    def _yaml(self, name: str) -> Any:
        return load_yaml(self._folder + name, self._text(name))

    def _text(self, name: str) -> str:
        refuse_faulty(text_faults(self._folder + name, self._files[name]))
        return self._files[name].decode("utf-8")

    def _collect(self, read: Callable[[], T]) -> T | None:
        return collect(self._faults, read)


def _lead_faults(lead: LeadEntry, form: RecordSchema, file: str) -> Iterator[Fault]:
    """The form must name the deciding region: by a field of text that is always there."""
    types = field_types(form)
    if lead.field not in types:
        yield Fault(file, "lead.field", f"a field of {FORM_FILE}", shown(lead.field))
    elif types[lead.field] != "string":
        yield Fault(file, "lead.field", f"a field of {FORM_FILE} of type string", shown(types[lead.field]))
