"""`tongban schemas`, and a region's commands at a site with a schema registry."""

import json

import pytest

from tests.adapters.cli.conftest import PASSPHRASE, Towns, wait_until
from tests.adapters.schema_registry.rest import RestRegistry, reply
from tongban.adapters.node.home import opened
from tongban.adapters.schema_registry.site import KEPT_NUMBERS
from tongban.contracts.avro.fingerprint import fingerprint
from tongban.contracts.wire.schema_store import shipped_schemas

SECRET = "the registry's password"
TAKEN_IN = shipped_schemas().by_ce_type["tongban.case.taken_in.v1"].fingerprint.hex()


@pytest.fixture
def rest():
    registry = RestRegistry()
    registry.start()
    yield registry
    registry.stop()


@pytest.fixture
def site(towns: Towns, rest):
    """The towns at a site with a registry that asks for a password."""
    towns.env |= {
        "TONGBAN_SCHEMA_REGISTRY": rest.url,
        "TONGBAN_SCHEMA_REGISTRY_USERNAME": "sh",
        "TONGBAN_SCHEMA_REGISTRY_PASSWORD": SECRET,
    }
    towns.runner.env = towns.env
    return towns


def numbers_in_log(towns, topic):
    tailed = towns.run("sh", "log", "tail", "--topic", topic, "--from-beginning", "--json")
    records = [json.loads(line) for line in tailed.stdout.splitlines()]
    return [each["schema_number"] for each in records if each["kind"] == "event"]


def test_schemas_are_published_and_checked_and_used_from_then_on(site: Towns, rest):
    missing = site.json("sh", "schemas", "check", code=6)
    assert {each["state"] for each in missing["schemas"]} == {"missing"}
    site.take_in()
    assert set(numbers_in_log(site, "310000.cases")) == {None}
    published = site.json("sh", "schemas", "publish")
    assert published["schema_registry"] == rest.url
    assert {each["state"] for each in published["schemas"]} == {"registered"}
    checked = site.json("sh", "schemas", "check")
    assert [each["number"] for each in checked["schemas"]] == [each["number"] for each in published["schemas"]]
    assert {each["compatibility"] for each in checked["schemas"]} == {"BACKWARD_TRANSITIVE"}
    rest.stop()
    case = site.take_in()  # by what is kept: the registry is away, and nothing asks it
    number = next(each["number"] for each in published["schemas"] if each["fingerprint"] == TAKEN_IN)
    assert number in numbers_in_log(site, "310000.cases")
    assert site.json("hf", "case", "show", case, "--refresh")["timeline"]


def test_a_registry_with_another_schema_is_reported(site: Towns, rest):
    site.run("sh", "schemas", "publish")
    given = dict(rest.texts)
    for number, text in given.items():
        rest.texts[number] = text.replace("legally accepted", "accepted")
    rest.find = lambda subject, text: next(n for n in rest.subjects[subject] if given[n] == rest.printed(text))
    found = site.json("sh", "schemas", "check", code=6)["schemas"]
    (differs,) = [each for each in found if each["state"] == "differs"]
    assert differs["type"] == "tongban.case.accepted.v1"
    assert differs["fault"]["code"] == "schema_differs"
    assert differs["number"] is None
    told = site.run("sh", "schemas", "check", code=6).stdout
    assert "不同 DIFFERS" in told
    assert "schema_differs" in told


def test_events_whose_number_is_another_schemas_by_now_are_counted(site: Towns, rest):
    site.run("sh", "schemas", "publish")
    case = site.take_in()
    assert site.json("sh", "schemas", "check", "--frames")["wrong_frames"] == []
    taken_in = next(number for number, text in rest.texts.items() if "tongban.case.taken_in.v1" in text)
    rest.texts[taken_in] = '"string"'
    (wrong,) = site.json("sh", "schemas", "check", "--frames", code=6)["wrong_frames"]
    assert (wrong["code"], wrong["number"], wrong["events"]) == ("schema_differs", taken_in, 1)
    assert (wrong["type"], wrong["fingerprint"]) == ("tongban.case.taken_in.v1", TAKEN_IN)
    assert wrong["registry_has"] == fingerprint('"string"').hex()
    assert "tongban.310000.cases" in site.run("sh", "schemas", "check", "--frames", code=6).stdout
    assert site.json("hf", "case", "show", case, "--refresh")["timeline"]


def test_a_registry_that_is_away_is_told_and_no_registry_is_a_setting(site: Towns, rest):
    rest.stop()
    error = site.refused("sh", "schemas", "publish", code=4)
    assert error["code"] == "schema_registry_unavailable"
    nowhere = {"TONGBAN_SCHEMA_REGISTRY": None, "TONGBAN_SCHEMA_REGISTRY_USERNAME": None}
    assert site.refused("sh", "schemas", "check", code=2, env=nowhere)["code"] == "settings"


def test_the_password_is_shown_nowhere(site: Towns, rest):
    shown = site.run("sh", "config", "show").stdout + site.run("sh", "config", "show", "--json").stdout
    assert rest.url in shown
    assert SECRET not in shown
    exposed = {"TONGBAN_SCHEMA_REGISTRY": f"https://sh:{SECRET}@registry.invalid"}
    shown = site.run("sh", "config", "show", env=exposed).stdout
    assert "https://***@registry.invalid" in shown
    assert SECRET not in shown
    assert SECRET not in str(site.refused("sh", "schemas", "check", code=2, env=exposed))


def test_a_node_learns_the_numbers_and_tells_what_is_wrong(site: Towns, rest, node):
    rest.before = lambda handler: reply(handler, 200, b"<html>a proxy's page</html>")
    running = node("sh")
    case = site.take_in()
    wait_until(lambda: running.health().get("schema_registry") and not running.health()["unpublished"])
    assert running.health()["schema_registry"][0].startswith("schema_registry_unavailable: ")
    assert running.health()["status"] == "ok"
    assert "schema_registry_unavailable" in site.run("sh", "node", "status", "--interval", "0.2").stdout
    assert running.stop()[0] == 0
    assert site.json("hf", "case", "show", case, "--refresh")["timeline"]

    rest.before = None
    site.run("hf", "schemas", "publish")
    running = node("sh")
    wait_until(lambda: TAKEN_IN in kept_numbers(site))
    site.take_in()
    assert running.stop()[0] == 0
    assert {each is None for each in numbers_in_log(site, "310000.cases")} == {True, False}


def kept_numbers(towns):
    with (
        opened(towns.home("sh"), passphrase=PASSPHRASE, log=towns.env["TONGBAN_LOG"]) as region,
        region.store.reading() as tx,
    ):
        return tx.facts.get(KEPT_NUMBERS) or ""
