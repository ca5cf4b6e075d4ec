"""Small mappings and files for the tests, and what a run on them tells."""

from dataclasses import dataclass, field
from pathlib import Path

from tongban.adapters.mapping.run import Source, Summary, run_mapping
from tongban.contracts.forms.schema import parse_record_schema
from tongban.contracts.mapping.findings import Finding
from tongban.contracts.mapping.mapping_file import MappingFile, parse_mapping_file
from tongban.contracts.mapping.reading import CheckedMapping

DATA = Path(__file__).with_name("data")
TITLES = '"title_zh": "名", "title_en": "name", "data_class": "general"'

SCHEMA = f"""{{"type": "record", "name": "Small", "namespace": "tongban.tests", "fields": [
  {{"name": "name", "type": "string", "personal": true, {TITLES}}},
  {{"name": "kind", "type": {{"type": "enum", "name": "Kind", "symbols": ["first", "renewal"], "symbols_zh": ["新", "续"],
    "symbols_en": ["first", "renewal"]}}, "personal": false, {TITLES}}},
  {{"name": "amount_fen", "type": "long", "personal": false, {TITLES}}},
  {{"name": "wants_paper", "type": "boolean", "personal": false, {TITLES}}},
  {{"name": "born_on", "type": {{"type": "int", "logicalType": "date"}}, "personal": true, {TITLES}}},
  {{"name": "tags", "type": {{"type": "array", "items": "string"}}, "personal": false, {TITLES}}},
  {{"name": "rooms", "type": {{"type": "array", "items": {{"type": "record", "name": "Room", "fields": [
    {{"name": "label", "type": "string", "personal": false, {TITLES}}},
    {{"name": "area", "type": ["null", "int"], "default": null, "personal": false, {TITLES}}}]}}}},
    "personal": false, {TITLES}}},
  {{"name": "note", "type": ["null", "string"], "default": null, "personal": false, {TITLES}}}
]}}"""

MAPPING = """\
format: 1
region: "999999"
system: small
example: true
name: {zh: 小, en: small}
target: {schema: small.v1}
file: {format: json_lines}
record_id: id
nothing: ["-"]
codes:
  kind: {table: {"1": first, "2": renewal}}
  yes_no: {table: {是: true, 否: false, "true": true, "false": false}}
fields:
  name: {from: person/name}
  kind: {from: kind, codes: kind}
  amount_fen: {from: amount, number: {group_sign: ",", scale: 100}}
  wants_paper: {from: paper, codes: yes_no}
  born_on: {from: born, date: ["%Y-%m-%d", "%Y%m%d"]}
  tags: {expression: "split(tags, ';')"}
  rooms: {from: rooms, fields: {label: {from: label}, area: {from: area}}}
  note: {from: note}
"""

RECORD = {
    "id": "A-1",
    "person": {"name": "示例甲"},
    "kind": "1",
    "amount": "1,234.50",
    "paper": "是",
    "born": "19991231",
    "tags": "红;绿",
    "rooms": [{"label": "东", "area": "12"}, {"label": "西", "area": "-"}],
    "note": "-",
}


def small_schema():
    return parse_record_schema("small.v1.avsc", SCHEMA.encode())


def small_mapping(text=MAPPING):
    return CheckedMapping(parse_mapping_file("small.yaml", text), small_schema())


def for_files(of_format, **file):
    """The small mapping for files of another format."""
    about = small_mapping().about
    return about.model_copy(update={"file": about.file.model_copy(update={"format": of_format, **file})})


@dataclass
class Told:
    """What a run gave."""

    forms: list[tuple[Source, dict]] = field(default_factory=list)
    findings: list[tuple[Source, Finding]] = field(default_factory=list)
    summary: Summary | None = None

    def form(self, source, values):
        self.forms.append((source, values))

    def finding(self, source, finding):
        self.findings.append((source, finding))

    def codes(self):
        return [(source.number, finding.field, finding.code) for source, finding in self.findings]


def run(mapping: CheckedMapping | MappingFile, path: Path) -> Told:
    """A file through a mapping; everything it told."""
    if isinstance(mapping, MappingFile):
        mapping = CheckedMapping(mapping, small_schema())
    told = Told()
    told.summary = run_mapping(mapping, path, told)
    return told
