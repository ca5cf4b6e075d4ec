"""Words of correction: what is missing is said at once, and supplied."""

from tongban.domain.events.correction import CorrectionNoticed, Supplied
from tongban.projections.words.chapter import Chapter, says
from tongban.projections.words.phrase import Words, labelled
from tongban.projections.words.setting import Setting


def _noticed(body: CorrectionNoticed, setting: Setting) -> Words:
    return labelled(Words("需补正", "to supply"), setting.materials(body.items))


def _supplied(body: Supplied, setting: Setting) -> Words:
    return labelled(Words("补交", "supplied"), setting.submitted(body.materials))


CHAPTER = Chapter(sayings=(says(CorrectionNoticed, _noticed), says(Supplied, _supplied)))
