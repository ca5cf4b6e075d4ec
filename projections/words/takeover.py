"""Words of takeover: the federation gives a case to another holder, who settles what was done past the head."""

from tongban.domain.events.takeover import ActAdopted, ActAnnulled, AnnulmentReason, CaseTakenOver, TakeoverGround
from tongban.projections.words.chapter import Chapter, says
from tongban.projections.words.phrase import Words, arrow, joined, labelled
from tongban.projections.words.setting import Setting

GROUNDS: dict[TakeoverGround, Words] = {
    TakeoverGround.STREAM_FROZEN: Words("链已冻结", "stream frozen"),
    TakeoverGround.HOLDER_GONE: Words("持笔地失联", "holder gone"),
    TakeoverGround.OFFER_UNANSWERED: Words("移交逾期未答复", "offer unanswered"),
}
REASONS: dict[AnnulmentReason, Words] = {
    AnnulmentReason.SUPERSEDED: Words("已另行办理", "superseded"),
    AnnulmentReason.CONTRADICTORY: Words("相互矛盾", "contradictory"),
    AnnulmentReason.UNLAWFUL: Words("不合法", "unlawful"),
}


def _taken_over(body: CaseTakenOver, setting: Setting) -> Words:
    head = body.head.hex()[:8]
    begun = Words(f"第 {body.epoch} 轮，接于 {head}", f"epoch {body.epoch} behind {head}")
    return joined(arrow(Words("持笔", "pen"), setting.region(body.region)), GROUNDS[body.ground], begun)


def _adopted(body: ActAdopted, setting: Setting) -> Words:
    return labelled(Words("采认", "adopted"), setting.past_act(body.act))


def _annulled(body: ActAnnulled, setting: Setting) -> Words:
    return joined(labelled(Words("不予采认", "annulled"), setting.past_act(body.act)), REASONS[body.reason])


CHAPTER = Chapter(
    sayings=(says(CaseTakenOver, _taken_over), says(ActAdopted, _adopted), says(ActAnnulled, _annulled)),
    terms={TakeoverGround: GROUNDS, AnnulmentReason: REASONS},
)
