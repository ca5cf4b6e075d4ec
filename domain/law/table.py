"""The life cycle of a case as a table: which act is lawful in which state, and what it changes.

Rows follow LIFECYCLE.md; `number` is its row. A new act is a new row (and an event), never a new branch in `decide` or
`evolve`: both read this table. The diagram in docs/lifecycle.md is generated from it.

Not handled here: who may act (powers: `tongban.domain.chain.authority`), who holds the pen (`tongban.domain.chain.pen`),
conditions that need more than phase and overlay (`tongban.domain.law.judging`).
"""

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """Where a case stands. Overlays (offered, suspended, debts) and tracks (delivery, …) stand beside it."""

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


class Act(StrEnum):
    """An act on a case; each is a power that a post must have for the matter."""

    TAKE_IN = "take_in"
    APPLY = "apply"
    OFFER = "offer"
    TAKE_OVER = "take_over"
    DECLINE = "decline"
    FEDERATION_TAKEOVER = "federation_takeover"
    """The federation's, by its key: no post has this power."""
    ADOPT = "adopt"
    ANNUL = "annul"
    NOTICE = "notice"
    SUPPLY = "supply"
    ACCEPT = "accept"
    NOT_ACCEPT = "not_accept"
    WITHDRAW = "withdraw"
    ASK = "ask"
    ANSWER = "answer"
    CONTRIBUTE = "contribute"
    JOIN = "join"
    REFUSE = "refuse"
    DECIDE = "decide"
    CLOSE = "close"
    DELIVER = "deliver"
    ARCHIVE = "archive"


class Who(StrEnum):
    """Which side of a case an act belongs to."""

    OPENER = "opener"
    """The region at whose window or portal the case is opened."""
    PEN_HOLDER = "pen_holder"
    DECIDING = "deciding"
    """The region that holds the pen and decides (业务属地)."""
    OFFERED = "offered"
    """The region to which the pen was offered."""
    CONTRIBUTOR = "contributor"
    """A region with an assistance stream."""
    FEDERATION = "federation"


class Pen(StrEnum):
    """What an act does to the pen."""

    TAKES = "takes"
    KEEPS = "keeps"
    OFFERS = "offers"
    ACCEPTS = "accepts"
    RETURNS = "returns"
    ASSIGNS = "assigns"
    """Given by the federation to the region that it names, in a new epoch."""
    NONE = "none"
    """Written in an assistance stream, without the pen."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the act `act` of `who` is lawful in `phases` and leads to `to` (None: the phase stays)."""

    number: int
    act: Act
    zh: str
    en: str
    who: Who
    phases: frozenset[Phase]
    to: Phase | None
    pen: Pen = Pen.KEEPS
    while_offered: bool = False
    """True: lawful only while an offer is open. False: lawful only while none is, unless it is `beside_offers`."""

    @property
    def beside_offers(self) -> bool:
        """Whether an open offer does not matter: assistance, and what the federation does."""
        return self.pen in (Pen.NONE, Pen.ASSIGNS)


def _phases(*phases: Phase) -> frozenset[Phase]:
    return frozenset(phases)


_OPEN = _phases(Phase.TAKEN_IN, Phase.CORRECTING, Phase.ACCEPTED)
_ENDED = _phases(Phase.CLOSED, Phase.NOT_ACCEPTED, Phase.WITHDRAWN, Phase.TERMINATED)
_ANY = frozenset(Phase) - {Phase.NONE}

TABLE: dict[Act, Row] = {
    row.act: row
    for row in (
        Row(1, Act.TAKE_IN, "收件", "take in", Who.OPENER, _phases(Phase.NONE), Phase.TAKEN_IN, Pen.TAKES),
        Row(2, Act.APPLY, "网上申请", "apply online", Who.OPENER, _phases(Phase.NONE), Phase.TAKEN_IN, Pen.TAKES),
        Row(5, Act.OFFER, "移交", "offer", Who.PEN_HOLDER, _phases(Phase.TAKEN_IN, Phase.ACCEPTED), None, Pen.OFFERS),
        Row(6, Act.TAKE_OVER, "接收", "take over", Who.OFFERED, _ANY, None, Pen.ACCEPTS, while_offered=True),
        Row(7, Act.DECLINE, "退回移交", "decline", Who.OFFERED, _ANY, None, Pen.RETURNS, while_offered=True),
        Row(
            8,
            Act.FEDERATION_TAKEOVER,
            "联盟接管",
            "federation takeover",
            Who.FEDERATION,
            _ANY,
            None,
            Pen.ASSIGNS,
        ),
        Row(8, Act.ADOPT, "采认", "adopt an act past the head", Who.PEN_HOLDER, _ANY, None),
        Row(8, Act.ANNUL, "不予采认", "annul an act past the head", Who.PEN_HOLDER, _ANY, None),
        Row(
            9,
            Act.NOTICE,
            "一次性补正告知",
            "correction notice",
            Who.DECIDING,
            _phases(Phase.TAKEN_IN),
            Phase.CORRECTING,
        ),
        Row(10, Act.SUPPLY, "补正", "supply", Who.DECIDING, _phases(Phase.CORRECTING), Phase.TAKEN_IN),
        Row(12, Act.ACCEPT, "受理", "accept", Who.DECIDING, _phases(Phase.TAKEN_IN), Phase.ACCEPTED),
        Row(15, Act.NOT_ACCEPT, "不予受理", "not accept", Who.DECIDING, _phases(Phase.TAKEN_IN), Phase.NOT_ACCEPTED),
        Row(16, Act.WITHDRAW, "撤件", "withdraw", Who.PEN_HOLDER, _OPEN, Phase.WITHDRAWN),
        Row(19, Act.ASK, "协查", "ask", Who.DECIDING, _phases(Phase.ACCEPTED), None),
        Row(20, Act.ANSWER, "协办答复", "answer", Who.CONTRIBUTOR, _ANY, None, Pen.NONE),
        Row(20, Act.CONTRIBUTE, "窗口代收", "contribute", Who.CONTRIBUTOR, _ANY, None, Pen.NONE),
        Row(21, Act.JOIN, "并入", "join", Who.PEN_HOLDER, _ANY, None),
        Row(21, Act.REFUSE, "不予并入", "refuse to join", Who.PEN_HOLDER, _ANY, None),
        Row(28, Act.DECIDE, "决定", "decide", Who.DECIDING, _phases(Phase.ACCEPTED), Phase.DECIDED),
        Row(30, Act.CLOSE, "办结", "close", Who.DECIDING, _phases(Phase.DECIDED), Phase.CLOSED),
        Row(31, Act.DELIVER, "送达", "deliver", Who.DECIDING, _phases(Phase.DECIDED, Phase.CLOSED), None),
        Row(33, Act.ARCHIVE, "归档", "archive", Who.PEN_HOLDER, _ENDED, Phase.ARCHIVED),
    )
}
