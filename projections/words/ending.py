"""Words of ending: the applicant withdraws."""

from tongban.domain.events.ending import Withdrawn
from tongban.projections.words.chapter import Chapter, says
from tongban.projections.words.phrase import Words
from tongban.projections.words.setting import Setting


def _withdrawn(_: Withdrawn, __: Setting) -> Words:
    return Words("申请人撤件", "withdrawn by the applicant")


CHAPTER = Chapter(sayings=(says(Withdrawn, _withdrawn),))
