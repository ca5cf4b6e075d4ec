"""An audit reads the log anew and names what was changed: which event, which check, expected and found."""

import sqlite3

import pytest

from tests.cities import SHANGHAI
from tests.ledger.lives import FINISHED, live, take_in
from tongban.adapters.embedded.log import EmbeddedEventLog
from tongban.adapters.store.sqlite_store import SqliteLedgerStore
from tongban.contracts.wire.record import Record
from tongban.ledger.audit import run_audit
from tongban.ledger.event_log import TopicPartition, TopicSpec


@pytest.fixture
def audited(cities):
    case = take_in(cities)
    live(cities, case, FINISHED)
    return cities


def audit(cities, log, **more):
    scratch = SqliteLedgerStore.temporary()
    try:
        return run_audit(log, cities.genesis, cities.topics, scratch=scratch, clock=cities.clock, **more)
    finally:
        scratch.close()


def all_records(cities):
    infos = cities.log.topics()
    reader = cities.log.reader(
        {TopicPartition(name, n): 0 for name, info in infos.items() for n in range(info.partitions)}
    )
    try:
        while records := reader.poll(timeout_seconds=0, limit=10_000):
            yield from records
    finally:
        reader.close()


def copy_with(cities, folder, change):
    """A copy of the whole log in which `change` may replace the records, one by one."""
    copy = EmbeddedEventLog(folder / "copy.sqlite", durable=False)
    infos = cities.log.topics().values()
    copy.create_topics([TopicSpec(info.name, info.partitions, "keep") for info in infos])
    writer = copy.writer()
    items = [(logged.place, change(logged)) for logged in all_records(cities)]
    writer.publish([(place, record) for place, record in items if record is not None])
    writer.close()
    return copy


def is_event(logged, ce_type):
    return ("ce_type", ce_type.encode()) in logged.record.headers


def header(logged, name):
    return dict(logged.record.headers)[name].decode()


def test_a_sound_log_has_no_faults(audited):
    report = audit(audited, audited.log, own=audited.nodes[SHANGHAI].store)
    assert report.faults == ()
    assert report.ok
    assert report.counts["cases"] == 1
    assert report.counts["leaves listed"] == report.counts["leaves judged"] == report.counts["events"]
    assert report.findings == {}


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize("at", [0, 5, 100, -1])
def test_a_changed_byte_in_an_event_names_the_event_and_both_hashes(audited, tmp_path, at):
    changed = []

    def change(logged):
        record = logged.record
        if not is_event(logged, "tongban.case.accepted.v1"):
            return record
        changed.append(logged)
        value = record.value
        return Record(record.key, flipped(value, at % len(value)), record.headers)

    copy = copy_with(audited, tmp_path, change)
    report = audit(audited, copy)
    copy.close()
    (logged,) = changed
    fault = next(each for each in report.faults if each.check == "event hash")
    assert not report.ok
    assert fault.event == fault.expected == header(logged, "ce_id")
    assert fault.found != fault.expected
    assert fault.place == logged.place


def test_a_changed_signature_is_named(audited, tmp_path):
    def change(logged):
        record = logged.record
        if not is_event(logged, "tongban.case.decided.v1"):
            return record
        headers = tuple(
            (name, b"AAAA" + value[4:] if name == "ce_signature" else value) for name, value in record.headers
        )
        return Record(record.key, record.value, headers)

    copy = copy_with(audited, tmp_path, change)
    report = audit(audited, copy)
    copy.close()
    assert "signature" in {fault.check for fault in report.faults}


def test_a_dropped_event_is_missed(audited, tmp_path):
    copy = copy_with(audited, tmp_path, lambda each: None if is_event(each, "tongban.case.closed.v1") else each.record)
    report = audit(audited, copy)
    copy.close()
    assert [fault.check for fault in report.faults] == ["missing"]


def test_a_changed_checkpoint_is_void(audited, tmp_path):
    def change(logged):
        record = logged.record
        if ("content-type", b"application/vnd.tongban.checkpoint") in record.headers and b"/340100/" in record.value:
            return Record(record.key, record.value.replace(b"\ntime 20", b"\ntime 21", 1), record.headers)
        return record

    copy = copy_with(audited, tmp_path, change)
    report = audit(audited, copy)
    copy.close()
    assert "checkpoint: note_signature" in {fault.check for fault in report.faults}


def test_a_changed_byte_in_the_own_store_is_found_beside_the_log(audited):
    store = audited.nodes[SHANGHAI].store
    path = audited.folder / f"{SHANGHAI}.sqlite"
    connection = sqlite3.connect(path)
    row, state = connection.execute("SELECT rowid, state FROM stored_events ORDER BY rowid DESC LIMIT 1").fetchone()
    connection.execute("UPDATE stored_events SET state = ? WHERE rowid = ?", (flipped(state, 70), row))
    connection.commit()
    connection.close()
    report = audit(audited, audited.log, own=store)
    assert {fault.check for fault in report.faults} == {"store"}
