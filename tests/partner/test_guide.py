"""The snippets of docs/partner-guide.md, run as they stand there: on the golden events and on what cities write."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest
from nacl.exceptions import BadSignatureError

from tests.adapters.schema_registry.go import build
from tests.cities import HEFEI, SHANGHAI, Cities
from tests.ledger.lives import FINISHED, live, take_in
from tongban.contracts.wire.cloud_event import to_record
from tongban.contracts.wire.codec import decode_header
from tongban.contracts.wire.registry_frame import framed
from tongban.contracts.wire.signatures import SigningKey
from tongban.contracts.wire.signed_event import SignedEvent
from tongban.ledger.event_log import TopicPartition

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "partner-guide.md").read_text(encoding="utf-8")
SCHEMAS = ROOT / "contracts" / "data" / "schemas"
GOLDEN = json.loads((ROOT / "tests" / "golden" / "events.json").read_bytes())
LOCK = json.loads((SCHEMAS / "LOCK.json").read_bytes())


def snippets(language):
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


@pytest.fixture(scope="module")
def guide():
    """What the Python snippets define."""
    names = {}
    exec(compile("\n".join(snippets("python")), "partner-guide.md", "exec"), names)
    return SimpleNamespace(**names)


def golden_records():
    """Headers, value and public key of each golden event."""
    for ce_type, vector in GOLDEN.items():
        key = SigningKey("ed25519", bytes.fromhex(vector["seed"]))
        body = bytes.fromhex(vector["gives"]["avro"])
        fingerprint = bytes.fromhex(LOCK[f"{ce_type.removeprefix('tongban.')}.avsc"])
        signed = SignedEvent.of(ce_type, fingerprint, body, bytes.fromhex(vector["gives"]["signature"]))
        record = to_record(signed, decode_header(body))
        yield dict(record.headers), record.value, key.public_key


RECORDS = list(golden_records())


# Signatures ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [None, 1, 2**31 - 1])
def test_python_verifies_each_golden_event_bare_and_behind_a_frame(guide, number):
    for headers, body, key in RECORDS:
        assert guide.verify(headers, framed(number, body), key) == body


def test_python_refuses_whatever_was_changed(guide):
    for headers, body, key in RECORDS:
        for changed in (
            headers | {"ce_type": b"tongban.case.other.v1"},
            headers | {"ce_dataschema": b"urn:tongban:avro:sha256:" + b"0" * 64},
            headers | {"ce_id": b"0" * 64},
        ):
            with pytest.raises(ValueError, match="ce_id"):
                guide.verify(changed, body, key)
        with pytest.raises(ValueError, match="ce_id"):
            guide.verify(headers, body[:-1] + bytes([body[-1] ^ 1]), key)
        with pytest.raises(BadSignatureError):
            guide.verify(headers, body, SigningKey("ed25519", b"\x07" * 32).public_key)


@pytest.mark.xdist_group("schema-registry")  # beside the other tests that build Go
def test_go_says_the_same(tmp_path):
    program = shutil.copytree(Path(__file__).parent / "program", tmp_path / "program")
    (source,) = snippets("go")
    (program / "verify.go").write_text(source, encoding="utf-8")
    verify = build(program, tmp_path / "verify")
    good, bad = [], []
    for headers, body, key in RECORDS:
        good += [(headers, body, key), (headers, framed(7, body), key)]
        other = SigningKey("ed25519", b"\x07" * 32).public_key
        bad += [(headers, body[:-1], key), (headers, b"", key), (headers, body, other)]
    lines = [
        json.dumps(
            {"headers": {name: each.decode() for name, each in headers.items()}, "value": value.hex(), "key": key.hex()}
        )
        for headers, value, key in good + bad
    ]
    told = subprocess.run([verify], input="\n".join(lines), capture_output=True, text=True, check=True).stdout
    expected = [body.hex() for _, body, _ in RECORDS for _ in range(2)]
    for _ in RECORDS:
        expected += ["error: ce_id is not the hash of this record"] * 2 + ["error: the signature does not hold"]
    assert told.splitlines() == expected


# Schemas ---------------------------------------------------------------------------------------------------------------


def test_the_fingerprint_of_each_released_schema_is_the_locked_one(guide):
    for name, locked in LOCK.items():
        text = (SCHEMAS / name).read_bytes()
        assert guide.fingerprint(text) == locked
        printed_anew = json.dumps(json.loads(text), indent=7, ensure_ascii=True)
        assert guide.fingerprint(printed_anew) == locked


def test_an_avro_library_reads_each_golden_event(guide):
    for ce_type, vector in GOLDEN.items():
        avsc = (SCHEMAS / f"{ce_type.removeprefix('tongban.')}.avsc").read_bytes()
        said = guide.decode(bytes.fromhex(vector["gives"]["avro"]), avsc)
        assert str(UUID(bytes=said["header"]["stream"])) == vector["header"]["stream"]
        assert said["header"]["actor"]["id"] == vector["header"]["actor"]["id"]
        assert said.keys() == {"header", *vector["body"]}


# The log ---------------------------------------------------------------------------------------------------------------


@dataclass
class Partner:
    """A stranger who has the log, the genesis file and the guide, and nothing else of Tongban."""

    guide: SimpleNamespace
    records: dict[TopicPartition, list] = field(default_factory=dict)
    schemas: dict[str, bytes] = field(default_factory=dict)
    keys: dict[bytes, bytes] = field(default_factory=dict)

    def learn_schemas(self, place):
        for record in self.records[place]:
            name = record.key.decode()
            if self.guide.fingerprint(record.value) == name:
                self.schemas[name] = record.value

    def events(self, place):
        for record in self.records[place]:
            headers = dict(record.headers)
            if "ce_id" in headers:
                yield headers, record.value, self.body(headers, record.value)

    def body(self, headers, value):
        avsc = self.schemas[headers["ce_dataschema"].decode().rpartition(":")[2]]
        return self.guide.decode(value, avsc)

    def notes(self, place):
        return [each.value for each in self.records[place] if dict(each.headers).get("content-type", b"").startswith(
            b"application/vnd.tongban."
        )]  # fmt: skip

    def learn_key(self, public_key):
        self.keys[self.guide.hashlib.sha256(b"ed25519\0" + public_key).digest()] = public_key


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """Two cities with a case from beginning to end; one of them was killed on the way and started again."""
    cities = Cities(tmp_path_factory.mktemp("cities"), codes=(SHANGHAI, HEFEI))
    case = take_in(cities, settle=False)
    cities.nodes[SHANGHAI].relay()
    cities.crash(SHANGHAI)
    cities.restart(SHANGHAI)
    live(cities, case, FINISHED)
    yield cities
    cities.close()


@pytest.fixture
def partner(guide, lived):
    places = [
        TopicPartition(info.name, part) for info in lived.log.topics().values() for part in range(info.partitions)
    ]
    partner = Partner(guide, {place: [] for place in places})
    reader = lived.log.reader(dict.fromkeys(places, 0))
    for each in reader.poll(timeout_seconds=0, limit=10_000):
        partner.records[each.place].append(each.record)
    reader.close()
    partner.learn_schemas(TopicPartition(lived.topics.contracts, 0))
    return partner


def test_a_stranger_finds_every_key_in_the_registries_and_verifies_every_event(partner, lived):
    partner.learn_key(lived.genesis.key.key)
    verified = 0
    registries = [place for place in partner.records if place.topic.endswith(".registry")]
    cases = [place for place in partner.records if place.topic.endswith(".cases")]
    for place in [*sorted(registries, key=lambda each: "federation" not in each.topic), *cases]:
        for headers, value, said in partner.events(place):
            partner.guide.verify(headers, value, partner.keys[said["header"]["key"]])
            verified += 1
            for name in ("key", "authority_key", "ledger_key"):
                if isinstance(said.get(name), dict):
                    partner.learn_key(said[name]["key"])
    assert verified > 20


def test_a_stranger_finds_the_leaves_that_count_as_the_cities_do(partner, lived):
    ledger_keys = {
        said["region"]: said["ledger_key"]["key"]
        for _, _, said in partner.events(TopicPartition("tongban.federation.registry", 0))
        if "ledger_key" in said
    }
    compared = 0
    for code in (SHANGHAI, HEFEI):
        for place in (each for each in partner.records if each.topic.startswith(f"tongban.{code}.")):
            origin = f"{lived.genesis.name}/{code}/{place.topic}/{place.partition}"
            leaves = partner.guide.counted_leaves(partner.notes(place), origin, ledger_keys[code])
            with lived.stores[HEFEI].reading() as tx:
                expected = [leaf.hash for leaf in tx.logs.leaves(place, 0, tx.logs.state(place).log.size)]
            assert leaves == expected
            published = {
                partner.guide.leaf_of(
                    headers["ce_id"].decode(), partner.guide.base64.b64decode(headers["ce_signature"])
                )
                for headers, _, _ in partner.events(place)
            }
            assert set(leaves) <= published
            compared += len(leaves)
    assert compared > 15


def test_what_is_void_does_not_count_for_a_stranger_either(partner, lived):
    place = next(each for each in partner.records if each.topic == "tongban.310000.registry")
    said = next(
        said
        for _, _, said in partner.events(TopicPartition("tongban.federation.registry", 0))
        if said.get("region") == "310000"
    )
    key = said["ledger_key"]["key"]
    origin = f"{lived.genesis.name}/310000/{place.topic}/0"
    notes = partner.notes(place)
    leaves = partner.guide.counted_leaves(notes, origin, key)
    assert leaves
    starts = [each for each in notes if b"\nstart\n" in each]
    assert len(starts) > 1  # it was started again
    checkpoints = [each for each in notes if each not in starts]
    tampered = checkpoints[-1].replace(b"\ntime 20", b"\ntime 21")
    for extra in (tampered, checkpoints[0], checkpoints[-1], starts[0]):  # forged, of a dead incarnation, repeated
        assert partner.guide.counted_leaves([*notes, extra, extra], origin, key) == leaves
    assert partner.guide.counted_leaves([starts[-1], checkpoints[0]], origin, key) == []
    assert partner.guide.counted_leaves(notes, origin, lived.genesis.key.key) == []


def test_the_header_reads_without_the_schema_of_the_type(partner):
    schema = json.loads((SCHEMAS / "case.accepted.v1.avsc").read_bytes())
    header_alone = json.dumps(schema | {"name": "Any", "fields": schema["fields"][:1]})
    for place in partner.records:
        if place.topic.endswith((".cases", ".registry")):
            for _, value, said in partner.events(place):
                assert partner.guide.decode(value, header_alone) == {"header": said["header"]}
