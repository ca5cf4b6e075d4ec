"""`tongban federation take-over`: a case that is frozen, or whose holder is gone, goes on at another region."""

from typing import Annotated
from uuid import UUID

import typer

from tongban.adapters.cli.command import Writing, command
from tongban.adapters.cli.registries.results import report_recorded
from tongban.adapters.cli.session import acting, check_role
from tongban.adapters.cli.values import parse_document
from tongban.domain.errors import MalformedError
from tongban.domain.event import Event
from tongban.domain.events.takeover import CaseTakenOver, TakeoverGround
from tongban.domain.identifiers import HASH_BYTES, CaseId, EventHash, RegionCode
from tongban.ledger.registrar import Registrar
from tongban.ledger.store import Transaction

CASE = "0d5c1f0e-6a57-5c0f-9c1b-0f4f3f7d2a11"
HEAD = "9b1e" + "0" * 60


def register(group: typer.Typer) -> None:
    """Add the command to `tongban federation`."""

    @command(
        group,
        "take-over",
        example=f"tongban federation take-over {CASE} --head {HEAD} --to 340100 --ground stream_frozen",
    )
    def take_over(
        call: Writing,
        case: Annotated[str, typer.Argument(metavar="CASE", help="办件 Id of the case, in full.")],
        head: Annotated[
            str, typer.Option("--head", help="接管点 Hash of the event behind which the case goes on, in full.")
        ],
        region: Annotated[str, typer.Option("--to", help="接管地 Region that holds the pen from now on.")],
        ground: Annotated[TakeoverGround, typer.Option("--ground", help="事由 Why.")],
        document: Annotated[
            str | None, typer.Option("--document", help="文书 KIND:NUMBER, or KIND:NUMBER:FILE to name its digest.")
        ] = None,
    ) -> None:
        """联盟接管 Give a case to another region, in a new epoch.

        `tongban case show` in any city's home tells the head. What was done behind it stays visible; the new holder
        adopts it (`tongban case adopt`) or annuls it (`tongban case annul`).
        """
        named = CaseId(_uuid(case)), _hash(head), RegionCode(region), ground, parse_document(document)
        with acting(call) as home:
            check_role(home.region, federation=True)
            now = home.region.world.clock()

            def record(tx: Transaction, registrar: Registrar) -> tuple[Event, ...]:
                known = home.region.node.knowledge.current_federation(tx).takeovers.get(named[0], ())
                body = CaseTakenOver(named[0], len(known) + 1, *named[1:])
                return registrar.record(tx, [body], call.command_id, now)

            events = home.record(record)
            home.publish(events)
            body = events[0].body
            assert isinstance(body, CaseTakenOver), "recorded just now, or by the same command before"
            report_recorded(
                call,
                home,
                events,
                f"联盟接管 The federation took case {case} over",
                {"case": case, "epoch": body.epoch, "head": body.head.hex(), "region": body.region},
                [("epoch", str(body.epoch)), ("head", body.head.hex()), ("pen 持笔", body.region)],
            )


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as err:
        raise MalformedError("the id of a case", expected=f"a UUID in full, as {CASE}", found=repr(text)) from err


def _hash(text: str) -> EventHash:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != HASH_BYTES:
        raise MalformedError("the hash of an event", expected=f"{2 * HASH_BYTES} hex digits", found=repr(text))
    return EventHash(found)
