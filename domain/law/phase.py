"""Where a case is in its life. Overlays (an open offer) and tracks (delivery, help, …) are held beside it (LIFECYCLE.md)."""

from enum import StrEnum


class Phase(StrEnum):
    """The phases of a case, in the order of its life; the last three end it early."""

    NONE = "none"
    TAKEN_IN = "taken_in"
    CORRECTING = "correcting"
    ACCEPTED = "accepted"
    DECIDED = "decided"
    CLOSED = "closed"
    ARCHIVED = "archived"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"


PHASE_ZH: dict[Phase, str] = {
    Phase.NONE: "未收件",
    Phase.TAKEN_IN: "已收件",
    Phase.CORRECTING: "补正中",
    Phase.ACCEPTED: "已受理",
    Phase.DECIDED: "已决定",
    Phase.CLOSED: "已办结",
    Phase.ARCHIVED: "已归档",
    Phase.NOT_ACCEPTED: "不予受理",
    Phase.WITHDRAWN: "已撤件",
    Phase.TERMINATED: "已终止",
}

OPEN = frozenset({Phase.TAKEN_IN, Phase.CORRECTING, Phase.ACCEPTED})
"""Nothing is decided yet."""
ENDED = frozenset({Phase.CLOSED, Phase.NOT_ACCEPTED, Phase.WITHDRAWN, Phase.TERMINATED})
"""What is archived."""
ANY = frozenset(Phase) - {Phase.NONE}
"""Every phase of a case that was opened."""
