"""All tables of a store beside the library's own, and the concepts over one open transaction."""

from dataclasses import dataclass

from tongban.adapters.store import contents, facts, held_records, kept_events, logs, outbox, parking, partition_states
from tongban.adapters.store.contents import SqlContents
from tongban.adapters.store.events import SqlEvents
from tongban.adapters.store.facts import SqlFacts
from tongban.adapters.store.logs import SqlLogs
from tongban.adapters.store.outbox import SqlOutbox
from tongban.adapters.store.parking import SqlParking
from tongban.adapters.store.session import Session
from tongban.ledger.store import Contents, Events, Facts, Logs, Outbox, Parking

FORMAT = 2
"""The version of these tables; a store of another version is refused."""

TABLES: tuple[str, ...] = (
    *kept_events.TABLES,
    *partition_states.TABLES,
    *logs.TABLES,
    *held_records.TABLES,
    *parking.TABLES,
    *outbox.TABLES,
    *contents.TABLES,
    *facts.TABLES,
)


@dataclass(slots=True)
class SqlTransaction:
    """The port's `Transaction`."""

    events: Events
    logs: Logs
    parking: Parking
    outbox: Outbox
    contents: Contents
    facts: Facts


def transaction_over(session: Session) -> SqlTransaction:
    """The concepts over one open transaction."""
    return SqlTransaction(
        events=SqlEvents(session),
        logs=SqlLogs(session),
        parking=SqlParking(session),
        outbox=SqlOutbox(session),
        contents=SqlContents(session),
        facts=SqlFacts(session),
    )
