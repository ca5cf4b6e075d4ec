"""The files of a matter with something else in them, and the faults found there."""

import json

import pytest

from tongban.contracts.faults import FaultyContractError
from tongban.contracts.matter.files import FORM_FILE, MATTER_FILE, OUTCOME_FILE
from tongban.contracts.matter.folders import shipped_matter, shipped_matters
from tongban.domain.errors import ContractError

MEDICAL, PENSION, LICENCE = "002099001000", "002099002000", "000199003000"
BY_CODE = {code: shipped_matter(code, "1") for code in (MEDICAL, PENSION, LICENCE)}
"""In format 1; `test_matter_format` looks at the current one."""
EACH = pytest.mark.parametrize(
    "matter", shipped_matters(), ids=lambda matter: f"{matter.rules.catalog_code}/{matter.rules.version}"
)


def faults_of(call, *args, **kwargs):
    with pytest.raises(ContractError) as caught:
        call(*args, **kwargs)
    assert isinstance(caught.value, FaultyContractError)
    return caught.value.faults


def only(faults):
    (fault,) = faults
    return fault


def medical_with(**changes):
    """The files of the medical matter, some replaced (by name without extension: matter, form, outcome)."""
    names = {"matter": MATTER_FILE, "form": FORM_FILE, "outcome": OUTCOME_FILE}
    files = {**BY_CODE[MEDICAL].files, **{names[key]: data for key, data in changes.items()}}
    return {name: data for name, data in files.items() if data is not None}


def yaml_with(old, new):
    """The medical matter's description with one replacement."""
    text = BY_CODE[MEDICAL].files[MATTER_FILE].decode()
    assert text.count(old) == 1
    return medical_with(matter=text.replace(old, new).encode())


def field_of(kind, **changes):
    """A well-kept field of a form, with changes; a change to `...` leaves the attribute out."""
    kept = {"title_zh": "某", "title_en": "Some", "data_class": "general", "personal": True}
    each = {"name": "some", "type": kind, **kept, **changes}
    return {key: value for key, value in each.items() if value is not ...}


def form_with(each):
    """The medical matter's files, its form with one more field."""
    schema = json.loads(BY_CODE[MEDICAL].files[FORM_FILE])
    schema["fields"].append(each)
    return medical_with(form=json.dumps(schema).encode())
