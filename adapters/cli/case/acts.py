"""`tongban case acts`: what an officer or channel may do on a case now, and why not the rest."""

from collections.abc import Iterable
from typing import Annotated, Any

import typer
from rich.console import Console

from tongban.adapters.cli.case.names import find_case
from tongban.adapters.cli.case.options import CaseArgument
from tongban.adapters.cli.case.show import RefreshOption
from tongban.adapters.cli.command import Call, actor_named, command
from tongban.adapters.cli.output import table
from tongban.adapters.cli.session import looking, refresh
from tongban.adapters.cli.shared_options import ChannelOption, OfficerOption
from tongban.desk.case_at_hand import case_at_hand
from tongban.desk.consequence import Consequence
from tongban.desk.offered import OfferedAct, Way, offered
from tongban.desk.refusal import Refusal
from tongban.desk.table import describe
from tongban.domain.law.phase import PHASE_ZH
from tongban.domain.law.state import CaseState
from tongban.domain.law.table import BY_ACT

AllOption = Annotated[bool, typer.Option("--all", help="Also what may not be done, why, and what to do instead.")]


def register(group: typer.Typer) -> None:
    """Add the command to `tongban case`."""

    @command(
        group,
        "acts",
        example="tongban case acts 0d5c --officer hf-handler\ntongban case acts 0d5c --officer hf-handler --all --json",
    )
    def acts(
        call: Call,
        case: CaseArgument,
        officer: OfficerOption = None,
        channel: ChannelOption = None,
        refused_too: AllOption = False,
        from_log: RefreshOption = False,
    ) -> None:
        """可办事项 List what an officer or channel may do on a case now, each with its consequence.

        An act that is listed can be done; what only its fields decide is checked when they are filled in. To say whether a
        case may be accepted, the form is opened: without the passphrase that act is listed as refused.
        """
        actor = actor_named(officer, channel)
        if from_log:
            refresh(call)
        with looking(call) as region, region.store.reading() as tx:
            at_hand = case_at_hand(region.node, tx, find_case(tx, case))
            made = offered(at_hand, actor, region.world.clock())
        shown = [each for each in made if refused_too or each.ways or each.instead]
        value = {
            "region": at_hand.region,
            "case": str(at_hand.case),
            "actor": actor,
            "phase": at_hand.state.phase.value,
            "phase_zh": PHASE_ZH[at_hand.state.phase],
            "acts": [_as_json(each) for each in shown],
        }
        call.output.result(value, lambda console: _print(console, actor, at_hand.state, shown))


def _as_json(offer: OfferedAct) -> dict[str, Any]:
    description = describe(offer.act)
    return {
        "act": offer.act.value,
        "zh": description.zh,
        "en": description.en,
        "may_be_done": offer.may_be_done,
        "ways": [_way_json(each) for each in offer.ways],
        "refusal": _refusal_json(offer.refusal) if offer.refusal is not None else None,
        "instead": {"act": "contribute", **_way_json(offer.instead)} if offer.instead is not None else None,
    }


def _way_json(way: Way) -> dict[str, Any]:
    brought = way.consequence
    return {
        "event": way.event.hex() if way.event is not None else None,
        "acts": [each.value for each in brought.acts],
        "phase": brought.phase.value,
        "phase_zh": PHASE_ZH[brought.phase],
        "pen": brought.pen,
        "offered_to": brought.offered_to,
    }


def _refusal_json(refusal: Refusal) -> dict[str, Any]:
    return {
        "code": refusal.code,
        "zh": refusal.zh,
        "en": refusal.en,
        "source": refusal.source,
        "expected": refusal.expected,
        "found": refusal.found,
        "advice": refusal.advice,
    }


def _print(console: Console, actor: str, state: CaseState, shown: Iterable[OfferedAct]) -> None:
    shown = tuple(shown)
    may = [(*_named(each), _event(way), _after(way.consequence)) for each in shown for way in each.ways]
    title = f"办件 Case {str(state.case)[:8]}, {PHASE_ZH[state.phase]} {state.phase}: {actor} may do now 可办"
    console.print(
        table(title, ("办理", "act", "event", "后果 consequence"), may or [("无", "nothing; --all says why", "", "")])
    )
    instead = [(*_named(each), _after(each.instead.consequence)) for each in shown if each.instead is not None]
    if instead:
        title = "无笔代收 Recorded as a contribution, for the holder to join"
        console.print(table(title, ("办理", "act", "后果 consequence"), instead))
    refused = [
        (*_named(each), f"{why.zh} {why.en}", f"expected {why.expected}; found {why.found}", why.advice)
        for each in shown
        if (why := each.refusal) is not None and each.instead is None
    ]
    if refused:
        columns = ("办理", "act", "原因 why not", "", "可行办法 instead")
        console.print(table("不可办 May not be done now", columns, refused))


def _named(offer: OfferedAct) -> tuple[str, str]:
    return BY_ACT[offer.act].zh, BY_ACT[offer.act].en


def _event(way: Way) -> str:
    return way.event.hex()[:16] if way.event is not None else ""


def _after(brought: Consequence) -> str:
    more = "".join(f" + {BY_ACT[each].zh} {BY_ACT[each].en}" for each in brought.acts[1:])
    offered_to = f" → {brought.offered_to}" if brought.offered_to else ""
    return f"{PHASE_ZH[brought.phase]} {brought.phase.value}, 持笔 pen {brought.pen or ''}{offered_to}{more}"
