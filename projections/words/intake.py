"""Words of intake: a case is opened at a window or through a channel."""

from tongban.domain.events.intake import Applied, TakenIn
from tongban.domain.events.values import Handling
from tongban.projections.words.chapter import Chapter, says
from tongban.projections.words.phrase import Words, arrow, joined
from tongban.projections.words.setting import Setting

HANDLINGS: dict[Handling, Words] = {
    Handling.FULLY_ONLINE: Words("全程网办", "wholly online"),
    Handling.REMOTE_INTAKE: Words("异地代收代办", "taken in elsewhere"),
    Handling.MULTI_PLACE: Words("多地联办", "several places"),
}


def _opened(body: TakenIn | Applied, setting: Setting) -> Words:
    deciding = arrow(Words("办理地", "decided by"), setting.region(body.deciding_region))
    count = len(body.materials)
    return joined(HANDLINGS[body.handling], deciding, Words(f"材料 {count} 份", f"{count} materials"))


CHAPTER = Chapter(
    sayings=(says(TakenIn, _opened), says(Applied, _opened)),
    terms={Handling: HANDLINGS},
)
