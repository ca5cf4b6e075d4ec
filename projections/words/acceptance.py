"""Words of acceptance: a case is accepted, or not."""

from tongban.domain.events.acceptance import Accepted, NonAcceptance, NotAccepted
from tongban.projections.words.chapter import Chapter, says
from tongban.projections.words.phrase import NOTHING, Words, day, joined
from tongban.projections.words.setting import Setting

KINDS: dict[NonAcceptance, Words] = {
    NonAcceptance.NO_LICENCE_NEEDED: Words("依法不需办理", "no licence needed"),
    NonAcceptance.NOT_COMPETENT: Words("不属本机关职权", "not competent"),
}


def _accepted(body: Accepted, _: Setting) -> Words:
    on = day(body.accepted_on)
    return Words(f"受理日 {on}", f"accepted as of {on}")


def _not_accepted(body: NotAccepted, _: Setting) -> Words:
    competent = body.competent_body
    other = Words(f"应向 {competent} 提出", f"competent: {competent}") if competent else NOTHING
    return joined(KINDS[body.kind], other)


CHAPTER = Chapter(
    sayings=(says(Accepted, _accepted), says(NotAccepted, _not_accepted)),
    terms={NonAcceptance: KINDS},
)
