"""Moving the pen: 移交, 接收, 退回移交."""

from collections.abc import Iterator

from tongban.desk.description import Description, Example
from tongban.desk.field import Derived, Field
from tongban.desk.kinds.scalars import Choice
from tongban.desk.kinds.texts import Region
from tongban.desk.recurring_fields import DOCUMENT, REASON
from tongban.desk.situation import Situation
from tongban.desk.targets import default_target
from tongban.domain.events.handover import DeclineReason, OfferGround
from tongban.domain.events.values import Document
from tongban.domain.law.handover import Decline, Offer, TakeOver


def _offers(situation: Situation) -> Iterator[Offer]:
    """To the deciding region first, then to each other; with a ground only where none will do."""
    deciding = situation.state.deciding_region
    targets = dict.fromkeys([*([deciding] if deciding else []), *situation.others])
    for target in targets or (situation.acting.region,):
        yield Offer(target)
    for target in targets:
        yield Offer(target, OfferGround.DESIGNATED_JURISDICTION, Document("文书", "待填"))


OFFER = Description(
    command=Offer,
    help="Offer the case. From then on only the region offered may act, and only take over or decline.",
    fields=(
        Field("to", Region(), "接收地", "region offered", "Region offered (default: the deciding one).", into="target",
              default=Derived("办理地", "the deciding one", default_target)),
        Field("ground", Choice(OfferGround), "法定事由", "ground of law", "Ground of law: needed after acceptance."),
        DOCUMENT,
    ),
    trials=_offers,
    examples=(
        Example("sh-window"),
        Example("hf-head", {"to": "330100", "ground": "designated_jurisdiction", "document": "指定管辖通知书:2026-17"}),
    ),
)  # fmt: skip
TAKE_OVER = Description(
    command=TakeOver,
    help="Take over a case that was offered to this region: the pen is here from now on.",
    trials=lambda _: (TakeOver(),),
    examples=(Example("hf-handler"),),
)
DECLINE = Description(
    command=Decline,
    help="Decline an offer: the pen goes back to the region that offered.",
    fields=(
        Field("code", Choice(DeclineReason), "退回原因", "reason", "Why (never that something is missing).",
              into="reason", required=True),
        REASON,
    ),
    trials=lambda _: (Decline(DeclineReason.NOT_COMPETENT),),
    examples=(Example("hf-handler", {"code": "not_competent", "reason": "属合肥以外管辖"}),),
)  # fmt: skip

DESCRIPTIONS = (OFFER, TAKE_OVER, DECLINE)
