"""A request shares the fields that it names, and no others."""

import random
from datetime import date

import pytest

from tongban.adapters.demo.fictions import (
    MEDICAL_REGISTRATION,
    PENSION_TRANSFER,
    PRODUCTION_LICENCE,
    Setting,
    fictional_form,
)
from tongban.contracts.content.form_extract import extract, read_extract
from tongban.contracts.faults import FaultyContractError
from tongban.contracts.matter.folders import shipped_matter

CONTRACTS = tuple(shipped_matter(code) for code in (MEDICAL_REGISTRATION, PENSION_TRANSFER, PRODUCTION_LICENCE))


def form_of(contract):
    setting = Setting(deciding="340100", other="310000", today=date(2026, 11, 22))
    return fictional_form(random.Random(7), contract.rules.catalog_code, setting)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda each: each.rules.catalog_code)
def test_every_single_field_can_be_shared_alone(contract):
    values = form_of(contract)
    decoded = contract.decode_form(contract.encode_form(values))
    for field in contract.form_schema.fields:
        data = extract(contract, contract.encode_form(values), [field.name])
        assert read_extract(contract, data, [field.name]) == {field.name: decoded[field.name]}


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda each: each.rules.catalog_code)
def test_an_extract_of_all_fields_is_the_form(contract):
    form = contract.encode_form(form_of(contract))
    assert extract(contract, form, [field.name for field in contract.form_schema.fields]) == form


def test_a_field_that_the_form_does_not_have_is_refused_by_name():
    contract = CONTRACTS[0]
    with pytest.raises(FaultyContractError) as refused:
        extract(contract, contract.encode_form(form_of(contract)), ["shoe_size"])
    assert refused.value.faults[0].path == "shoe_size"
