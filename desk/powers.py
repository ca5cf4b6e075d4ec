"""Whether somebody may do an act at all: in the right capacity (rule A3), with the power for it and the matter (rule A4).

The ledger judges both when an event is signed. Here they are looked at beforehand: nobody fills in what they may not sign.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tongban.desk.refusal import Refusal
from tongban.domain.events.event_type import EventType
from tongban.domain.events.values import Power
from tongban.domain.header import ActorKind

ACTOR_ZH: dict[ActorKind, str] = {
    ActorKind.OFFICER: "工作人员",
    ActorKind.CHANNEL: "渠道",
    ActorKind.LEDGER: "账本",
    ActorKind.AUTHORITY: "主管机关",
    ActorKind.FEDERATION: "联盟",
}

Entitlement = Callable[[EventType[Any]], Refusal | None]
"""Why somebody may not sign an event of this type; None if they may."""


@dataclass(frozen=True, slots=True)
class Powers:
    """What one officer or channel may sign for a case of `matter`. `called`: post or id, for messages."""

    kind: ActorKind
    called: str
    powers: tuple[Power, ...]
    matter: str

    def refusal(self, event_type: EventType[Any]) -> Refusal | None:
        """Why they may not sign such an event; None if they may."""
        if self.kind not in event_type.actors:
            return _wrong_kind(event_type, self.kind)
        if any(each.act == event_type.act and each.matter in (None, self.matter) for each in self.powers):
            return None
        return Refusal(
            "power_missing",
            "岗位或渠道没有此项权限",
            "Only a post or channel with the power for the act and the matter does this",
            "rule A4",
            f"the power to {event_type.act} in matter {self.matter}",
            f"{self.called} without it",
            "leave it to an officer who has it, or have the power given to the post",
        )


def _wrong_kind(event_type: EventType[Any], kind: ActorKind) -> Refusal:
    return Refusal(
        "actor_kind",
        f"只能由{_listed(ACTOR_ZH[each] for each in event_type.actors)}办理",
        f"Only an {' or a '.join(sorted(event_type.actors))} does this",
        "rule A3",
        " or ".join(sorted(event_type.actors)),
        kind,
        "leave it to one of them",
    )


def _listed(names: Iterable[str]) -> str:
    return "或".join(sorted(names))
