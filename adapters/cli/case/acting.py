"""How an act on a case runs: find the case, make the command, carry it out, publish, and say what it changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console

from tongban.adapters.cli.command import ActingCall
from tongban.adapters.cli.output import pairs
from tongban.adapters.cli.registries.results import event_json, publication
from tongban.adapters.cli.session import Desk, acting, check_role
from tongban.contracts.matter.contract import MatterContract
from tongban.domain.identifiers import CaseId, EventHash, RegionCode
from tongban.domain.law.act import Command
from tongban.domain.law.phase import PHASE_ZH
from tongban.domain.law.state import CaseState
from tongban.domain.law.table import LAWS
from tongban.domain.law.tracks import ContributionStatus, RequestStatus
from tongban.ledger.acts import ActRequest, Performed


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do: the command, the personal values by name, and what the officer should know about it."""

    command: Command
    values: Mapping[str, bytes] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class CaseAtHand:
    """A case as this region knows it, for making a plan."""

    desk: Desk
    case: CaseId
    state: CaseState
    contract: MatterContract

    @property
    def region(self) -> RegionCode:
        """This region."""
        return self.desk.region.code

    @property
    def holds_pen(self) -> bool:
        """Whether this region holds the pen, be it that an offer of its own is open."""
        return self.state.pen is not None and self.state.pen.holder == self.region

    def open_contributions(self) -> tuple[EventHash, ...]:
        """Contributions that wait to be joined or refused."""
        return tuple(each.event for each in self.state.help.contributions if each.status is ContributionStatus.OPEN)

    def requests_here(self) -> tuple[EventHash, ...]:
        """Requests that wait for this region's answer."""
        waiting = (each for each in self.state.help.requests if each.status is RequestStatus.OPEN)
        return tuple(each.event for each in waiting if each.region == self.region)

    def newest_value(self, name: str) -> bytes | None:
        """The newest value of this name that this region can open."""
        region = self.desk.region
        with region.store.reading() as tx:
            newest: bytes | None = None
            for event in region.node.knowledge.case(tx, self.case):
                for each in getattr(event.body, "contents", ()):
                    opened = region.node.contents.open(tx, each.digest) if each.name == name else None
                    newest = opened.value if opened is not None else newest
        return newest


def act_on(call: ActingCall, name: str, plan: Callable[[CaseAtHand], Plan]) -> None:
    """Carry out an act on the case of this name."""
    with acting(call) as desk:
        check_role(desk.region, federation=False)
        done = _done_before(call, desk)
        if done is not None:
            _finish(call, desk, done, "")
            return
        case = desk.find(name)
        state, contract = desk.case(case)
        planned = plan(CaseAtHand(desk, case, state, contract))
        _finish(call, desk, desk.perform(_request(call, desk, planned, case=case)), planned.note)


def open_case(call: ActingCall, matter: str, plan: Callable[[Desk, MatterContract], Plan]) -> None:
    """Carry out an act that opens a case. `matter`: its code, or code/version."""
    code, _, version = matter.partition("/")
    with acting(call) as desk:
        check_role(desk.region, federation=False)
        done = _done_before(call, desk)
        if done is not None:
            _finish(call, desk, done, "")
            return
        region = desk.region
        with region.store.reading() as tx:
            contract = region.node.acts.contract(tx, code, version or None)
        planned = plan(desk, contract)
        done = desk.perform(_request(call, desk, planned, matter=code, version=contract.rules.version))
        _finish(call, desk, done, planned.note)


def _done_before(call: ActingCall, desk: Desk) -> Performed | None:
    """What this command did already: looked up before anything is derived from a case that has gone on since."""
    region = desk.region
    with region.store.reading() as tx:
        done = tuple(map(region.node.knowledge.event, tx.events.of_command(call.command_id, region.code)))
    case = done[0].header.case if done else None
    return Performed(case, done, repeated=True) if case is not None else None


def _request(call: ActingCall, desk: Desk, plan: Plan, **more: Any) -> ActRequest:
    return ActRequest(
        command_id=call.command_id,
        actor=call.actor,
        command=plan.command,
        occurred_at=call.at if call.at is not None else desk.region.world.clock(),
        values=plan.values,
        **more,
    )


def _finish(call: ActingCall, desk: Desk, done: Performed, note: str) -> None:
    desk.publish(done.events)
    state, _ = desk.case(done.case)
    pen = state.pen.writer if state.pen is not None else None
    value = {
        "case": str(done.case),
        "command": str(call.command_id),
        "repeated": done.repeated,
        "acts": [LAWS[type(event.body)].act.value for event in done.events],
        "events": [event_json(event) for event in done.events],
        "phase": state.phase.value,
        "phase_zh": PHASE_ZH[state.phase],
        "pen": pen,
        "offered_to": state.pen.offered_to if state.pen is not None else None,
        "published": desk.published,
        "note": note or None,
        "status": publication(desk),
    }

    def show(console: Console) -> None:
        rows = [LAWS[type(event.body)] for event in done.events]
        lines = [
            ("case 办件", str(done.case)),
            ("phase 阶段", f"{PHASE_ZH[state.phase]} {state.phase.value}"),
            ("pen 持笔", _pen(state)),
            (
                "event",
                ", ".join(
                    f"{event.type.name} #{event.header.sequence} {event.hash.hex()[:12]}" for event in done.events
                ),
            ),
            ("command", f"{call.command_id}   (with --command-id it is not done twice)"),
            ("status", ("done before, not done again; " if done.repeated else "") + publication(desk)),
            ("note", note),
        ]
        pairs(console, " + ".join(f"{row.zh} {row.en}" for row in rows), lines)

    call.output.result(value, show)


def _pen(state: CaseState) -> str:
    if state.pen is None:
        return ""
    offered = state.pen.offered_to
    return f"{state.pen.holder}, offered to 移交至 {offered}" if offered else state.pen.holder
