"""The form that was evolved: what version 2 wrote is read by version 3, and a case keeps the version it was opened with."""

import io
import random
from datetime import date

import fastavro
import pytest
from tests.cities import SHANGHAI, Cities

from tongban.adapters.demo.fictions import PENSION_TRANSFER, Setting, fictional_form, fictional_outcome
from tongban.contracts.matter.folders import shipped_matter
from tongban.domain.events.values import Handling, SubmittedMaterial
from tongban.domain.identifiers import FEDERATION
from tongban.domain.law.acceptance import Accept
from tongban.domain.law.intake import TakeIn

OLD, NEW = shipped_matter(PENSION_TRANSFER, "2"), shipped_matter(PENSION_TRANSFER, "3")
RNG = random.Random(7)
FORM = fictional_form(RNG, PENSION_TRANSFER, Setting("310000", "340100", date(2026, 9, 21)))
OUTCOME = fictional_outcome(RNG, PENSION_TRANSFER, FORM, date(2026, 9, 21))


def read(data, old, new):
    return fastavro.schemaless_reader(io.BytesIO(data), dict(old.avro), dict(new.avro))


def old_form():
    old = {name: value for name, value in FORM.items() if name not in ("contact_telephone", "delivery_address")}
    return OLD.encode_form({**old, "telephone": FORM["contact_telephone"]})


def test_a_form_of_the_old_version_is_read_with_an_alias_and_a_default():
    assert read(old_form(), OLD.form_schema, NEW.form_schema) == {**FORM, "delivery_address": None}


def test_an_outcome_of_the_old_version_is_read_with_a_promoted_type():
    data = OLD.encode_outcome(OUTCOME)
    assert read(data, OLD.outcome_schema, NEW.outcome_schema) == OUTCOME
    beyond = {**OUTCOME, "contribution_months": 2**31}
    assert NEW.decode_outcome(NEW.encode_outcome(beyond)) == beyond


@pytest.fixture
def cities(tmp_path):
    cities = Cities(tmp_path)
    yield cities
    cities.close()


def test_a_case_keeps_the_version_that_it_was_opened_with(cities):
    """Its acts are held against that version, whatever is published while it runs."""
    node = cities.nodes[SHANGHAI]
    publish(cities, OLD)
    with node.store.reading() as tx:
        materials = node.acts.contract(tx, PENSION_TRANSFER, "2").rules.required_materials
    submitted = tuple(SubmittedMaterial(each.code, each.form) for each in materials)
    taken = TakeIn(Handling.MULTI_PLACE, SHANGHAI, submitted)
    case = cities.act(SHANGHAI, taken, matter=PENSION_TRANSFER, version="2", values={"form": old_form()}).case
    publish(cities, NEW)
    cities.tick()
    accepted = cities.act(SHANGHAI, Accept(), case=case).events[0]
    assert accepted.header.matter_version == "2"
    with node.store.reading() as tx:
        assert node.matters.of_case(tx, accepted.header).rules.version == "2"
        assert node.acts.contract(tx, PENSION_TRANSFER, None).rules.version == "3"


def publish(cities, contract):
    cities.tick()
    cities.nodes[FEDERATION].record(
        lambda tx, registrar: registrar.publish_matter(tx, contract, cities.uuid(), cities.now)
    )
    cities.settle()
