"""What the new holder does with the acts that a takeover left behind: 采认, 不予采认."""

from collections.abc import Iterator

from tongban.desk.description import Description, Example
from tongban.desk.field import Field
from tongban.desk.kinds.events import EventReference, Referred
from tongban.desk.kinds.scalars import Choice
from tongban.desk.situation import Situation
from tongban.desk.trials import open_first
from tongban.domain.events.takeover import AnnulmentReason
from tongban.domain.identifiers import EventHash
from tongban.domain.law.takeover import Adopt, Annul
from tongban.domain.law.tracks import PastStatus

EVENT = Field(
    "event", EventReference(Referred.PAST_ACT), "办理", "act past the head",
    "Hash of the act past the head, or its unique beginning.", into="act", required=True, positional=True,
)  # fmt: skip


def _past_acts(situation: Situation) -> Iterator[EventHash]:
    return open_first((each.event, each.status is PastStatus.OPEN) for each in situation.state.past_head.acts)


ADOPT = Description(
    command=Adopt,
    help="Make an act past the head of a takeover this region's own: it takes effect now.",
    fields=(EVENT,),
    trials=lambda situation: map(Adopt, _past_acts(situation)),
    examples=(Example("hf-handler", {"event": "9b1e40"}),),
)
ANNUL = Description(
    command=Annul,
    help="Leave an act past the head of a takeover without effect, having looked at it.",
    fields=(
        EVENT,
        Field(
            "code", Choice(AnnulmentReason), "原因", "reason", "Why it is not adopted.", into="reason", required=True
        ),
    ),
    trials=lambda situation: (Annul(each, AnnulmentReason.CONTRADICTORY) for each in _past_acts(situation)),
    examples=(Example("hf-handler", {"event": "9b1e40", "code": "contradictory"}),),
)

DESCRIPTIONS = (ADOPT, ANNUL)
