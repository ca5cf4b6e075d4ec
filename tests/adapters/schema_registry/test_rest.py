"""The client against the documented REST behaviour, and against what no registry should answer."""

import json
import threading
from itertools import cycle

import pytest

from tests.adapters.schema_registry.rest import RestRegistry, reply
from tongban.adapters.schema_registry.client import subject_of
from tongban.adapters.schema_registry.http import MAX_BYTES
from tongban.adapters.schema_registry.publishing import State, check, publish
from tongban.contracts.wire.schema_store import shipped_schemas
from tongban.domain.errors import SchemaDiffersError, SchemaRegistryRefusedError, SchemaRegistryUnavailableError

ACCEPTED = shipped_schemas().by_ce_type["tongban.case.accepted.v1"]
DECIDED = shipped_schemas().by_ce_type["tongban.case.decided.v1"]
SUBJECT = subject_of(ACCEPTED)


def backwards(part):
    """The same JSON with the keys of each object in another order."""
    match part:
        case dict():
            return {name: backwards(part[name]) for name in sorted(part, reverse=True)}
        case list():
            return [backwards(each) for each in part]
        case _:
            return part


def without_docs(part):
    match part:
        case dict():
            return {name: without_docs(value) for name, value in part.items() if name != "doc"}
        case list():
            return [without_docs(each) for each in part]
        case _:
            return part


def answers(*each):
    """Instead of the registry: these answers (status, bytes), over and over."""
    rounds = cycle(each)

    def answer(handler):
        status, data = next(rounds)
        return True if status is None else reply(handler, status, data)

    return answer


def error(status, code, message):
    return status, json.dumps({"error_code": code, "message": message}).encode()


# What a registry makes of a schema -------------------------------------------------------------------------------------


def test_a_registry_that_prints_schemas_anew_has_the_same_schema(rest, connect):
    rest.printed = lambda text: json.dumps(backwards(json.loads(text)), indent=1, ensure_ascii=True)
    number = connect(rest.url).register(ACCEPTED)
    assert rest.texts[number].encode() != ACCEPTED.json
    assert connect(rest.url).find(ACCEPTED) == number


@pytest.mark.parametrize(
    "printed",
    [
        lambda text: json.dumps(without_docs(json.loads(text))),
        lambda text: text.replace('"default": null', '"default":  null').replace(
            "timestamp-micros", "timestamp-millis"
        ),
        lambda _: DECIDED.json.decode(),
        lambda _: '{"type": "string", "type": "int"}',
        lambda _: "no JSON",
    ],
    ids=["without docs", "another unit of time", "another type of event", "a key twice", "no JSON"],
)
def test_a_registry_with_another_schema_is_caught_by_the_fingerprint(rest, connect, printed):
    rest.printed = printed
    registry = connect(rest.url)
    for look in (registry.register, registry.find):
        with pytest.raises(SchemaDiffersError) as caught:
            look(ACCEPTED)
        assert caught.value.code == "schema_differs"
        assert ACCEPTED.fingerprint.hex() in caught.value.expected


def test_publishing_goes_on_behind_a_schema_that_differs(rest, connect):
    rest.printed = lambda text: text.replace("legally accepted", "accepted")
    for look in (publish, check):
        standings = {each.schema.ce_type: each for each in look(connect(rest.url))}
        assert standings.pop(ACCEPTED.ce_type).state is State.DIFFERS
        assert standings
        assert all(each.is_well for each in standings.values())


def test_two_versions_of_a_subject_have_two_numbers(rest, connect):
    rest.register(SUBJECT, '{"type": "record", "namespace": "tongban", "name": "CaseAccepted", "fields": []}')
    assert connect(rest.url).register(ACCEPTED) == 2
    assert rest.subjects == {SUBJECT: [1, 2]}


# Levels ----------------------------------------------------------------------------------------------------------------


def test_the_level_is_set_for_the_subject(rest, connect):
    registry = connect(rest.url)
    assert registry.compatibility(SUBJECT) == "BACKWARD"
    assert registry.require_compatibility(SUBJECT, "BACKWARD_TRANSITIVE")
    assert rest.levels == {SUBJECT: "BACKWARD_TRANSITIVE"}
    assert registry.compatibility(SUBJECT) == "BACKWARD_TRANSITIVE"


@pytest.mark.parametrize("status", [404, 405, 422, 501])
def test_a_registry_without_levels_takes_schemas_all_the_same(rest, connect, status):
    rest.before = lambda handler: "/config" in handler.path and reply(handler, status, b"<html>no</html>")
    registry = connect(rest.url)
    assert not registry.require_compatibility(SUBJECT, "BACKWARD_TRANSITIVE")
    assert registry.compatibility(SUBJECT) is None
    assert all(each.is_well and each.compatibility is None for each in publish(registry))


# Faults ----------------------------------------------------------------------------------------------------------------


def test_a_version_that_does_not_fit_is_refused_in_the_registrys_words(rest, connect):
    rest.before = lambda handler: (
        handler.path.endswith("/versions")
        and reply(handler, *error(409, 40901, "Schema being registered is incompatible"))
    )
    with pytest.raises(SchemaRegistryRefusedError, match="409 Conflict: 40901 Schema being registered") as refused:
        connect(rest.url).register(ACCEPTED)
    assert refused.value.code == "schema_registry_refused"
    assert {each.state for each in publish(connect(rest.url))} == {State.REFUSED}


def test_what_is_busy_is_asked_again(rest, connect):
    fine = json.dumps({"schema": ACCEPTED.json.decode()}).encode()
    rest.before = answers((503, b""), error(500, 50001, "store"), (200, fine))
    assert connect(rest.url).fingerprint_at(7) == ACCEPTED.fingerprint.hex()
    assert rest.requests == {"GET /schemas/ids/7": 3}


def test_what_stays_busy_counts_as_not_answering(rest, connect):
    rest.before = answers((429, b""))
    with pytest.raises(SchemaRegistryUnavailableError, match="429"):
        connect(rest.url).fingerprint_at(7)
    assert rest.requests.total() == 3


@pytest.mark.parametrize(
    "data",
    [
        b"<html>a proxy's page</html>", b"", b"[1]", b'{"schema": 7}', b'{"other": ""}', b'{"schema": "x"', b"[" * 100_000,
        b'"' + b"x" * MAX_BYTES + b'"',
    ],
    ids=["page", "empty", "list", "number", "lacks it", "cut", "deep", "endless"],
)  # fmt: skip
def test_an_answer_that_is_no_registrys_is_not_believed(rest, connect, data):
    rest.before = answers((200, data))
    with pytest.raises(SchemaRegistryUnavailableError):
        connect(rest.url).fingerprint_at(7)


@pytest.mark.parametrize("number", [b"0", b"-1", b"2147483648", b'"7"', b"true", b"7.0", b"null"])
def test_a_number_that_no_frame_can_hold_is_not_believed(rest, connect, number):
    rest.before = answers((200, b'{"id": ' + number + b"}"))
    with pytest.raises(SchemaRegistryUnavailableError, match="no schema registry"):
        connect(rest.url).find(ACCEPTED)


def test_a_page_that_is_not_there_is_not_taken_for_a_schema_that_is_not(rest, connect):
    rest.before = answers((404, b"<html>not found</html>"))
    with pytest.raises(SchemaRegistryRefusedError, match="404"):
        connect(rest.url).find(ACCEPTED)


def test_a_registry_that_does_not_answer_in_time_counts_as_away(rest, connect):
    silent = threading.Event()
    rest.before = lambda _: silent.wait(30)
    try:
        with pytest.raises(SchemaRegistryUnavailableError, match="timed out"):
            connect(rest.url, timeout_seconds=0.05).fingerprint_at(7)
    finally:
        silent.set()


def test_an_answer_that_trickles_is_given_up(rest, connect):
    enough = threading.Event()

    def trickle(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        while not enough.wait(0.02):
            handler.wfile.write(b" ")
            handler.wfile.flush()
        handler.close_connection = True
        return True

    rest.before = trickle
    try:
        with pytest.raises(SchemaRegistryUnavailableError, match="not whole"):
            connect(rest.url, timeout_seconds=0.2).fingerprint_at(7)
    finally:
        enough.set()


def test_a_password_never_follows_a_redirection(rest, connect):
    other = RestRegistry()
    other.start()
    rest.before = lambda handler: reply(handler, 307, b"", Location=other.url + handler.path)
    try:
        with pytest.raises(SchemaRegistryRefusedError, match="307"):
            connect(rest.url, username="hefei", password="secret").find(ACCEPTED)
    finally:
        other.stop()
    assert not other.requests
    assert len(rest.authorizations) == 1


def test_an_address_under_a_path_is_asked_there(rest, connect):
    rest.before = lambda handler: not handler.path.startswith("/apis/ccompat/v7/") and reply(handler, 500, b"")
    rest.answer = lambda method, path, body: RestRegistry.answer(
        rest, method, path.removeprefix("/apis/ccompat/v7"), body
    )
    assert connect(rest.url + "/apis/ccompat/v7/").register(ACCEPTED) == 1
