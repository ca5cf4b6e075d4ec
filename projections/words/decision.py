"""Words of decision: granted or refused, and closed."""

from tongban.domain.events.decision import Closed, ClosureResult, Decided
from tongban.projections.words.chapter import Chapter, says
from tongban.projections.words.phrase import NOTHING, Words, joined, labelled
from tongban.projections.words.setting import Setting

RESULTS: dict[ClosureResult, Words] = {
    ClosureResult.GRANTED: Words("准予", "granted"),
    ClosureResult.REFUSED: Words("不予", "refused"),
}


def _decided(body: Decided, _: Setting) -> Words:
    number = Words(body.document.number, body.document.number) if body.document is not None else NOTHING
    return joined(RESULTS[ClosureResult.GRANTED if body.granted else ClosureResult.REFUSED], number)


def _closed(body: Closed, _: Setting) -> Words:
    return labelled(Words("办结结果", "result"), RESULTS[body.result])


CHAPTER = Chapter(
    sayings=(says(Decided, _decided), says(Closed, _closed)),
    terms={ClosureResult: RESULTS},
)
