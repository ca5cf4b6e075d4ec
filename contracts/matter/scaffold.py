"""A matter to be filled in: files that the validator reads, and whose gaps it names.

Nothing that only a person can know is guessed: it is written `~` or `[]`, which the validator refuses, so that what is left
to fill in is what it reports. A next version begins as a copy of the newest one.
"""

import json
import re
from collections.abc import Mapping

from tongban.contracts.matter.description.described import EXAMPLE_MAIN_ITEMS
from tongban.contracts.matter.description.regime_file import RegimeName
from tongban.contracts.matter.files import FORM_FILE, MATTER_FILE, OUTCOME_FILE, REGIME_FILE
from tongban.domain.law.rules import CaseKind

_MATTER = """\
# What is ~ or [] is left to fill in; docs/matters.md says what each key means, `tongban contracts check` what is missing.
format: 2
kind: matter
catalog_code: "{code}"
code_is_example: {example}
version: "1"
name: {{zh: ~, en: ~}}

applicants: []              # natural_person, enterprise, public_institution, social_organization, unincorporated,
                            # state_organ, other
agents: ~                   # true, false: may somebody else apply for the applicant (帮办代办)
exercise_levels: []         # 1 (national) to 6 (village)
case_kind: {case_kind}
legal_regime: {{name: {regime}, version: "{regime_version}"}}
legal_basis: []             # - {{zh: …, en: …}}
receipt_at: ~               # intake, offer, originals
handlings: []               # fully_online, remote_intake, multi_place
lead: {{side: ~, field: deciding_region}}    # insured_place, destination, home_place, deposit_place, project_place
limits:
  promised: {{value: ~, unit: {unit}}}

# questions, sub_items, asked_when: what a person's situation decides
materials:
  - code: application_form
    name: {{zh: 申请表, en: Application form}}
    required: true
    form: ~                 # original, copy, electronic

powers:
  - {{code: take_in, name: {{zh: 收件, en: Take in}}, act: take_in, side: receiving}}
  - {{code: accept, name: {{zh: 受理, en: Accept}}, act: accept, side: deciding}}
  - {{code: decide, name: {{zh: 决定, en: Decide}}, act: decide, side: deciding}}
steps:
  - {{code: intake, name: {{zh: 收件, en: Intake}}, power: take_in}}
  - {{code: acceptance, name: {{zh: 受理, en: Acceptance}}, power: accept, after: [intake]}}
  - {{code: decision, name: {{zh: 决定, en: Decision}}, power: decide, after: [acceptance], other_officer_than: [acceptance]}}

channels: []                # - {{apply: window, deliver: courier, visits: 1, reason: {{zh: …, en: …}}}}
outcome: {{kind: ~}}          # licence, certificate, registration, transfer, payment, approval
may_vary: []                # promised_limit, channels, places, fees, materials
example_settings: []        # paths of what comes from no source, as limits.promised
"""


def new_matter(code: str, case_kind: CaseKind, regime: RegimeName) -> dict[str, bytes]:
    """The files of version 1 of a matter, by name. `code`: twelve digits."""
    matter = _MATTER.format(
        code=code,
        example=str(int(code[4:9]) in EXAMPLE_MAIN_ITEMS).lower(),
        case_kind=case_kind.value,
        regime=regime.name,
        regime_version=regime.version,
        unit="minutes" if case_kind is CaseKind.INSTANT else "workdays",
    )
    space = f"tongban.matters.m{code}"
    applicant = _field("applicant_name", "string", "申请人姓名或名称", "Name of the applicant", personal=True)
    region = _field("deciding_region", "string", "办理地", "Region that decides", personal=False)
    issued = _field("issued_on", {"type": "int", "logicalType": "date"}, "签发日期", "Date of issue", personal=False)
    del issued["sources"]
    return {
        MATTER_FILE: matter.encode(),
        FORM_FILE: _schema(space, "Form", "What the applicant states.", [applicant, region]),
        OUTCOME_FILE: _schema(space, "Outcome", "What a grant says.", [issued]),
    }


def next_version(files: Mapping[str, bytes], version: int) -> dict[str, bytes]:
    """The files of a version as those of a later one; a released regime is not copied, it is named."""
    text = re.sub(r'^version: "[0-9]+"$', f'version: "{version}"', files[MATTER_FILE].decode(), flags=re.MULTILINE)
    return {**{name: data for name, data in files.items() if name != REGIME_FILE}, MATTER_FILE: text.encode()}


def _field(name: str, kind: object, zh: str, en: str, *, personal: bool) -> dict[str, object]:
    return {
        "name": name, "type": kind, "title_zh": zh, "title_en": en, "data_class": "general", "personal": personal,
        "sources": ["applicant"],
    }  # fmt: skip


def _schema(space: str, name: str, doc: str, fields: list[dict[str, object]]) -> bytes:
    document = {"type": "record", "name": name, "namespace": space, "doc": doc, "fields": fields}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
