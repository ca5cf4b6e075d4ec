"""Copies of topics: what an operator's mirror or backup of the brokers does."""

from contextlib import closing

from tongban.contracts.wire.record import Record
from tongban.ledger.event_log import EventLog, TopicPartition

Copies = dict[TopicPartition, list[Record]]


def copy_of(log: EventLog, names: list[str]) -> Copies:
    """All records of these topics, by partition."""
    places = [TopicPartition(name, each) for name in names for each in range(log.topics()[name].partitions)]
    copies: Copies = {place: [] for place in places}
    with closing(log.reader(dict.fromkeys(places, 0))) as reader:
        ends = reader.ends()
        read = dict.fromkeys(places, 0)
        while any(read[place] < ends[place] for place in places):
            for logged in reader.poll(timeout_seconds=1, limit=1_000):
                copies[logged.place].append(logged.record)
                read[logged.place] = logged.offset + 1
    return copies


def put_back(log: EventLog, copies: Copies, *, strays: int = 0) -> None:
    """Publish the copies in their order, behind so many records of nobody, so that offsets differ."""
    with closing(log.writer()) as writer:
        for place, records in copies.items():
            writer.publish([(place, Record(b"stray", b"%d" % number)) for number in range(strays)])
            writer.publish([(place, record) for record in records])
