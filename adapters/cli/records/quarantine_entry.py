"""One entry of the quarantine in words: evidence, a parked record, or an own act that was set aside."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from tongban.adapters.cli.output import moment
from tongban.adapters.cli.records.record_words import describe, event_in
from tongban.contracts.wire.record import Record
from tongban.domain.errors import CaseUnknownError
from tongban.domain.event import Event
from tongban.ledger.kept import Evidence, ParkedRecord, SetAside
from tongban.ledger.store import Transaction
from tongban.projections.shown import shown

HEX_COLUMNS = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known about it. `what`: the record in words."""

    id: int
    kind: str
    place: str
    offset: int | None
    rule: str
    code: str
    expected: str
    found: str
    what: str
    noted_at: int | None
    listed: bool
    record: Record | None = field(default=None, repr=False)
    command: str | None = None

    def as_json(self, *, full: bool = False) -> dict[str, Any]:
        """As programs read it; `full` with the record's bytes."""
        told = {name: getattr(self, name) for name in self.__slots__ if name != "record"}
        if full and self.record is not None:
            told["decoded"] = _decoded(self.record)
            told["record"] = {
                "key": _text(self.record.key),
                "value_base64": b64encode(self.record.value).decode() if self.record.value is not None else None,
                "headers": [[name, _text(value)] for name, value in self.record.headers],
            }
        return told

    def lines(self) -> Iterator[tuple[str, str]]:
        """Names and texts for people."""
        yield "where", f"{self.place} offset {self.offset}"
        yield "rule 规则", f"{self.rule} {self.code}"
        yield "expected 应为", self.expected
        yield "found 实为", self.found
        yield "record", self.what
        yield "listed", "by a counting checkpoint" if self.listed else "by no counting checkpoint"
        yield "noted", moment(self.noted_at)
        if self.record is not None:
            yield "key", _text(self.record.key) or "none"
            for name, value in self.record.headers:
                yield f"header {name}", _text(value) or ""

    def dump(self) -> str:
        """The value in hex, and as far as it reads, decoded."""
        value = self.record.value or b"" if self.record is not None else b""
        parts = [(start, value[start : start + HEX_COLUMNS]) for start in range(0, len(value), HEX_COLUMNS)]
        rows = [f"  {start:06x}  {part.hex(' '):<{3 * HEX_COLUMNS}} {_ascii(part)}" for start, part in parts]
        decoded = _decoded(self.record) if self.record is not None else None
        told = [f"  {name}: {shown(str(each))}" for name, each in (decoded or {}).items()]
        return "\n".join(["value:", *rows, *(["decoded:", *told] if told else [])])


def evidence_entry(evidence: Evidence) -> Entry:
    """Evidence as an entry."""
    return Entry(
        evidence.id, evidence.kind, f"{evidence.place.topic}/{evidence.place.partition}", evidence.offset, evidence.rule,
        evidence.code, evidence.expected, evidence.found, describe(evidence.record).text, evidence.noted_at,
        evidence.leaf is not None, evidence.record,
    )  # fmt: skip


def parked_entry(parked: ParkedRecord) -> Entry:
    """A parked record as an entry."""
    place = parked.leaf.place
    return Entry(
        parked.id, "parked", f"{place.topic}/{place.partition}", parked.offset, parked.rule, parked.code,
        f"{parked.kind} {parked.awaits.hex()}", "not here yet", describe(parked.record).text, parked.leaf.covered_at, True,
        parked.record,
    )  # fmt: skip


def aside_entry(number: int, aside: SetAside, event: Event) -> Entry:
    """An own act that was set aside, as an entry."""
    header = event.header
    what = f"{event.type.name} by {header.actor.id}, case {header.case or '-'}, event {aside.hash.hex()[:12]}"
    return Entry(
        number, "set_aside", "store", None, "", aside.code, "to stand in the log", "not taken", what, aside.noted_at, False,
        command=str(header.command),
    )  # fmt: skip


def find_entry(tx: Transaction, entry_id: int, *, parked: bool) -> Entry:
    """The entry with this id. Raises CaseUnknownError."""
    if parked:
        found = [parked_entry(each) for each in tx.parking.parked() if each.id == entry_id]
    else:
        found = [evidence_entry(each) for each in tx.parking.evidence(evidence_id=entry_id)]
    if not found:
        raise CaseUnknownError(
            f"no {'parked record' if parked else 'evidence'} {entry_id} is here",
            expected="an id from the list",
            found=str(entry_id),
            advice=f"see `tongban quarantine list{' --parked' if parked else ''}`",
        )
    return found[0]


def _decoded(record: Record) -> dict[str, Any] | None:
    event = event_in(record)
    if event is None:
        return describe(record).as_json()
    return {
        "type": event.type.ce_type,
        "event": event.hash.hex(),
        "header": _plain(asdict(event.header)),
        "body": _plain(asdict(event.body)),
    }


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {name: _plain(each) for name, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case bytes():
            return value.hex()
        case None | bool() | int():
            return value
        case _:
            return str(value)


def _text(value: bytes | None) -> str | None:
    return value.decode("utf-8", "backslashreplace") if value is not None else None


def _ascii(data: bytes) -> str:
    return "".join(chr(each) if 0x20 <= each < 0x7F else "." for each in data)
