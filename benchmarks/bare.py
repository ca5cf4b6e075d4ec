"""The floors of reading: bare loops that verify signatures, and bare kafka-python that consumes and produces."""

import multiprocessing
from collections.abc import Iterable, Sequence
from contextlib import closing

from benchmarks.world import SHANGHAI

from tongban.adapters.kafka.clients import KafkaConnection
from tongban.adapters.kafka.library import kafka
from tongban.contracts.wire.cloud_event import parse_record
from tongban.contracts.wire.record import Record
from tongban.contracts.wire.signatures import verify
from tongban.domain.errors import MalformedError
from tongban.ledger.event_log import EventLog, TopicPartition
from tongban.ledger.node import Node

Signed = tuple[bytes, bytes, bytes]
"""Public key, signing input, signature."""
KeyOf = dict[bytes, bytes]
"""From the hash of an event to the public key that signed it."""


def signed_events(node: Node) -> tuple[list[Signed], KeyOf]:
    """Everything that a bare verification needs of all events of Shanghai's cases, looked up beforehand."""
    signed: list[Signed] = []
    key_of: KeyOf = {}
    with node.store.reading() as tx:
        signers = node.knowledge.current_region(tx, SHANGHAI).signers
        keys = {key: each.key.key for key, each in signers.items()}
        for case in tx.events.cases():
            for kept in tx.events.case(case):
                key = keys[node.knowledge.event(kept).header.key]
                signed.append((key, kept.signed.signing_input, kept.signed.signature))
                key_of[kept.signed.hash] = key
    return signed, key_of


def verify_all(items: Iterable[Signed]) -> None:
    """Verify on this core, one after the other."""
    for key, message, signature in items:
        assert verify("ed25519", key, message, signature)


def verify_on_two_cores(items: Sequence[Signed]) -> None:
    """Half of them in another process, forked with what it needs in memory."""
    half = len(items) // 2
    other = multiprocessing.get_context("fork").Process(target=verify_all, args=(items[half:],))
    other.start()
    verify_all(items[:half])
    other.join()
    assert other.exitcode == 0


def consume_and_verify(log: EventLog, places: Sequence[TopicPartition], key_of: KeyOf) -> int:
    """Read partitions of the log to their ends and verify each event; how many there were."""
    with closing(log.reader(dict.fromkeys(places, 0))) as reader:
        left = sum(reader.ends().values())
        count = 0
        while left > 0:
            records = reader.poll(timeout_seconds=1.0, limit=2_000)
            left -= len(records)
            count += sum(_verify_record(each.record, key_of) for each in records)
    return count


def consume_kafka_and_verify(bootstrap: str, places: Sequence[TopicPartition], key_of: KeyOf) -> int:
    """The same from Kafka, by nothing but kafka-python's consumer (with the settings that our reader has)."""
    with closing(KafkaConnection((bootstrap,)).consumer()) as consumer:
        partitions = [kafka.TopicPartition(*place) for place in places]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        left = sum(consumer.end_offsets(partitions).values())
        count = 0
        while left > 0:
            for batch in consumer.poll(timeout_ms=1_000, max_records=2_000).values():
                left -= len(batch)
                for each in batch:
                    count += _verify_record(Record(each.key, each.value, tuple(each.headers)), key_of)
    return count


def _verify_record(record: Record, key_of: KeyOf) -> bool:
    try:
        signed = parse_record(record)
    except MalformedError:
        return False  # a note
    assert verify("ed25519", key_of[signed.hash], signed.signing_input, signed.signature)
    return True
