"""How an act on a case runs: find the case, make the command, carry it out, publish, and say what it changed."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from tongban.adapters.cli.case.names import find_case
from tongban.adapters.cli.case.reading import read_files, read_texts
from tongban.adapters.cli.command import ActingCall
from tongban.adapters.cli.output import pairs
from tongban.adapters.cli.registries.results import event_json, publication
from tongban.adapters.cli.session import acting, check_role
from tongban.adapters.node.home import OpenHome
from tongban.adapters.node.ready_home import ReadyHome
from tongban.desk.case_at_hand import CaseAtHand, FieldNaming, case_at_hand, case_to_open
from tongban.desk.description import Description
from tongban.desk.intake import named_matter
from tongban.desk.making import make
from tongban.desk.plan import Plan
from tongban.domain.law.phase import PHASE_ZH
from tongban.domain.law.state import CaseState
from tongban.domain.law.table import LAWS
from tongban.ledger.acts import ActRequest, Performed
from tongban.ledger.store import Transaction


def act_on(call: ActingCall, description: Description, values: Mapping[str, Any], *, called: FieldNaming) -> None:
    """Carry out an act. `values`: what the command line holds, by the fields' names; `case` names the case."""
    texts = read_texts(description, values)
    with acting(call) as home:
        region = home.region
        check_role(region, federation=False)
        done, note = _done_before(call, home), ""
        if done is None:
            with region.store.reading() as tx:
                at_hand = _at_hand(region, tx, description, values, called)
                plan = make(description, {**texts, **read_files(description, values)}, at_hand)
            done, note = home.perform(_request(call, home, plan, at_hand)), plan.note
        _finish(call, home, done, note)


def _at_hand(
    region: OpenHome, tx: Transaction, description: Description, values: Mapping[str, Any], called: FieldNaming
) -> CaseAtHand:
    if description.opens:
        return case_to_open(region.node, tx, *named_matter(values["matter"]), called=called)
    return case_at_hand(region.node, tx, find_case(tx, values["case"]), called=called)


def _done_before(call: ActingCall, home: ReadyHome) -> Performed | None:
    """What this command did already: looked up before anything is derived from a case that has gone on since."""
    region = home.region
    with region.store.reading() as tx:
        done = tuple(map(region.node.knowledge.event, tx.events.of_command(call.command_id, region.code)))
    case = done[0].header.case if done else None
    return Performed(case, done, repeated=True) if case is not None else None


def _request(call: ActingCall, home: ReadyHome, plan: Plan, at_hand: CaseAtHand) -> ActRequest:
    rules = at_hand.contract.rules
    opens = at_hand.case is None
    return ActRequest(
        command_id=call.command_id,
        actor=call.actor,
        command=plan.command,
        occurred_at=call.at if call.at is not None else home.region.world.clock(),
        case=at_hand.case,
        matter=rules.catalog_code if opens else None,
        version=rules.version if opens else None,
        values=plan.values,
    )


def _finish(call: ActingCall, home: ReadyHome, done: Performed, note: str) -> None:
    home.publish(done.events)
    state, _ = home.case(done.case)
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
        "published": home.published,
        "note": note or None,
        "status": publication(home),
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
            ("status", ("done before, not done again; " if done.repeated else "") + publication(home)),
            ("note", note),
        ]
        pairs(console, " + ".join(f"{row.zh} {row.en}" for row in rows), lines)

    call.output.result(value, show)


def _pen(state: CaseState) -> str:
    if state.pen is None:
        return ""
    offered = state.pen.offered_to
    return f"{state.pen.holder}, offered to 移交至 {offered}" if offered else state.pen.holder
