"""Words of assistance: another region is asked, answers, contributes; what it gave is joined or left out."""

from tongban.domain.events.assistance import (
    Answered,
    AnswerKind,
    AnswerUnit,
    Asked,
    Contributed,
    ContributionJoined,
    ContributionKind,
    ContributionRefused,
    HelpKind,
    RefusalReason,
)
from tongban.projections.words.chapter import Chapter, says
from tongban.projections.words.phrase import NOTHING, Words, arrow, joined, labelled
from tongban.projections.words.setting import Setting

HELP: dict[HelpKind, Words] = {
    HelpKind.OPINION: Words("出具意见", "an opinion"),
    HelpKind.VERIFICATION: Words("核验", "verification"),
    HelpKind.RECORDS: Words("调阅档案", "records"),
}
UNITS: dict[AnswerUnit, Words] = {
    AnswerUnit.WORKDAYS: Words("个工作日", "working days"),
    AnswerUnit.MINUTES: Words("分钟", "minutes"),
}
ANSWERS: dict[AnswerKind, Words] = {
    AnswerKind.ANSWERED: Words("已答复", "answered"),
    AnswerKind.DECLINED: Words("不予协办", "declined to help"),
}
CONTRIBUTIONS: dict[ContributionKind, Words] = {
    ContributionKind.ANSWER: Words("协办答复", "answer"),
    ContributionKind.MATERIALS: Words("材料", "materials"),
    ContributionKind.WITHDRAWAL: Words("撤件申请", "withdrawal"),
    ContributionKind.DELIVERY: Words("送达", "delivery"),
}
REASONS: dict[RefusalReason, Words] = {
    RefusalReason.LATE: Words("逾期", "late"),
    RefusalReason.UNUSABLE: Words("不可用", "unusable"),
    RefusalReason.NOT_ASKED_FOR: Words("未要求", "not asked for"),
}


def _asked(body: Asked, setting: Setting) -> Words:
    return joined(arrow(Words("协查", "asked"), setting.region(body.region)), HELP[body.kind], _limit(body))


def _limit(body: Asked) -> Words:
    """In how much time the answer is due; nothing where the contract's limit holds."""
    if body.answer_within is None:
        return NOTHING
    count, unit = body.answer_within, UNITS[body.answer_unit]
    return Words(f"限{count}{unit.zh}内答复", f"answer within {count} {unit.en}")


def _answered(body: Answered, _: Setting) -> Words:
    return ANSWERS[body.answer]


def _contributed(body: Contributed, setting: Setting) -> Words:
    return joined(labelled(Words("代收", "brought"), CONTRIBUTIONS[body.kind]), setting.submitted(body.materials))


def _joined(body: ContributionJoined, _: Setting) -> Words:
    return labelled(Words("并入", "joined"), CONTRIBUTIONS[body.kind])


def _refused(body: ContributionRefused, _: Setting) -> Words:
    return joined(labelled(Words("不予并入", "not joined"), CONTRIBUTIONS[body.kind]), REASONS[body.reason])


CHAPTER = Chapter(
    sayings=(
        says(Asked, _asked),
        says(Answered, _answered),
        says(Contributed, _contributed),
        says(ContributionJoined, _joined),
        says(ContributionRefused, _refused),
    ),
    terms={
        HelpKind: HELP,
        AnswerUnit: UNITS,
        AnswerKind: ANSWERS,
        ContributionKind: CONTRIBUTIONS,
        RefusalReason: REASONS,
    },
)
