"""Words of handover: the pen is offered, taken over, handed back."""

from tongban.domain.events.handover import Declined, DeclineReason, Offered, OfferGround, TakenOver
from tongban.projections.words.chapter import Chapter, says
from tongban.projections.words.phrase import NOTHING, Words, arrow, joined, labelled
from tongban.projections.words.setting import Setting

GROUNDS: dict[OfferGround, Words] = {
    OfferGround.DESIGNATED_JURISDICTION: Words("指定管辖", "designated jurisdiction"),
    OfferGround.TRANSFER_OF_FUNCTION: Words("职权划转", "transfer of function"),
    OfferGround.BOUNDARY_CHANGE: Words("区划调整", "boundary change"),
}
REASONS: dict[DeclineReason, Words] = {
    DeclineReason.NOT_COMPETENT: Words("无管辖权", "not competent"),
    DeclineReason.WRONG_MATTER: Words("事项有误", "wrong matter"),
    DeclineReason.DUPLICATE: Words("重复办件", "duplicate"),
}


def _offered(body: Offered, setting: Setting) -> Words:
    ground = GROUNDS[body.ground] if body.ground else NOTHING
    return joined(arrow(Words("移交", "offered"), setting.region(body.target)), ground)


def _taken_over(_: TakenOver, setting: Setting) -> Words:
    pen, region = setting.before.pen, setting.header.region
    old, new = setting.region(pen.holder if pen is not None else region), setting.region(region)
    return Words(f"持笔 {old.zh} → {new.zh}", f"pen {old.en} → {new.en}")


def _declined(body: Declined, _: Setting) -> Words:
    return labelled(Words("退回", "handed back"), REASONS[body.reason])


CHAPTER = Chapter(
    sayings=(says(Offered, _offered), says(TakenOver, _taken_over), says(Declined, _declined)),
    terms={OfferGround: GROUNDS, DeclineReason: REASONS},
)
