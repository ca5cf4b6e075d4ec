"""`tongban log tail`: the records of the shared log, as they are there, readable. Nothing is verified here."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Annotated, Any

import typer

from tongban.adapters.cli.command import Call, command
from tongban.adapters.cli.output import moment, moment_json
from tongban.adapters.cli.records.record_words import describe
from tongban.adapters.node.settings import load_settings
from tongban.adapters.node.urls import open_log
from tongban.domain.errors import TopicMissingError
from tongban.ledger.event_log import EventLog, LoggedRecord, LogReader, TopicPartition
from tongban.ledger.topics import Topics
from tongban.projections.shown import shown

group = typer.Typer(no_args_is_help=True, help="日志 The shared log, record by record.")

BATCH_RECORDS = 1_000
POLL_SECONDS = 0.5
LATEST_RECORDS = 20
IDLE_SECONDS = 30.0


@command(
    group,
    "tail",
    example="tongban log tail --topic 340100.cases --follow\ntongban log tail --from-beginning --json",
)
def tail(
    call: Call,
    topic: Annotated[
        list[str] | None, typer.Option("--topic", help="A topic, or the end of its name: 340100.cases; repeatable.")
    ] = None,
    from_beginning: Annotated[bool, typer.Option("--from-beginning", help="From the first record on.")] = False,
    lines: Annotated[
        int, typer.Option("--lines", "-n", min=0, help="Offsets before the end of each partition to begin at.")
    ] = LATEST_RECORDS,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as records come, until Ctrl-C.")] = False,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Stop after so many records.")] = None,
) -> None:
    """查看日志 Show records of the log: partition, offset, and what each is: an event, a checkpoint, a start, sealed content.

    It reads the topics alone, needs no passphrase, and believes nothing: whether a record counts is said by
    `tongban case show`, `tongban quarantine list` and `tongban audit`.
    """
    settings = load_settings(call.home)
    with closing(open_log(settings.log, settings.kafka())) as log:
        places = _places(log, Topics(settings.topic_prefix), topic)
        with closing(log.reader(dict.fromkeys(places, 0))) as reader:
            ends = dict(reader.ends())
            if not from_beginning:
                for place in places:
                    reader.seek(place, max(0, ends[place] - lines))
            records = _follow(reader) if follow else read_up_to(reader, ends)
            if not follow and not from_beginning:
                records = iter(sorted(records, key=lambda each: (each.timestamp_ms, each.place, each.offset)))
            for number, logged in enumerate(records, start=1):
                _tell(call, logged)
                if number == limit:
                    return


def _places(log: EventLog, topics: Topics, wanted: Sequence[str] | None) -> list[TopicPartition]:
    known = {name: info for name, info in log.topics().items() if topics.writer_of(name) is not None}
    chosen = sorted(known)
    if wanted:
        chosen = [name for name in known if any(name == each or name.endswith("." + each) for each in wanted)]
    if not chosen:
        raise TopicMissingError(
            "no such topic in this federation",
            expected=", ".join(sorted(known)) or "topics (none are there yet)",
            found=", ".join(wanted or ()) or "none",
            advice="topics are made by `tongban topics create`",
        )
    return [TopicPartition(name, partition) for name in sorted(chosen) for partition in range(known[name].partitions)]


def _follow(reader: LogReader) -> Iterator[LoggedRecord]:
    while True:
        yield from reader.poll(timeout_seconds=POLL_SECONDS, limit=BATCH_RECORDS)


def read_up_to(reader: LogReader, ends: dict[TopicPartition, int]) -> Iterator[LoggedRecord]:
    """Records before `ends`. Offsets have gaps, so the end is reached when nothing more comes."""
    read: dict[TopicPartition, int] = {}
    deadline = time.monotonic() + IDLE_SECONDS
    while records := reader.poll(timeout_seconds=POLL_SECONDS, limit=BATCH_RECORDS):
        for logged in records:
            read[logged.place] = logged.offset + 1
            if logged.offset < ends.get(logged.place, 0):
                deadline = time.monotonic() + IDLE_SECONDS
                yield logged
        if time.monotonic() > deadline or all(read.get(place, 0) >= end for place, end in ends.items() if end):
            return


def _tell(call: Call, logged: LoggedRecord) -> None:
    described = describe(logged.record)
    value: dict[str, Any] = {
        "topic": logged.place.topic,
        "partition": logged.place.partition,
        "offset": logged.offset,
        "timestamp": moment_json(logged.timestamp_ms * 1_000),
        **described.as_json(),
    }
    if call.as_json:
        call.output.line(value)
    else:
        place = f"{logged.place.topic}/{logged.place.partition} {logged.offset}"
        typer.echo(f"{moment(logged.timestamp_ms * 1_000)}  {place:<36}  {shown(described.text)}")
