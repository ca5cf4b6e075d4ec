"""What regions do for each other's cases: 协查, 协办答复, 窗口代收, 并入, 不予并入."""

from collections.abc import Iterator

from tongban.contracts.content.form_extract import extract
from tongban.desk.case_at_hand import CaseAtHand
from tongban.desk.description import Description, Example, Filled
from tongban.desk.field import Derived, Field
from tongban.desk.kinds.events import EventReference, Referred
from tongban.desk.kinds.scalars import Choice, Count, Unit
from tongban.desk.kinds.texts import FormFieldName, FreeText, Organization, Region
from tongban.desk.plan import Plan
from tongban.desk.recurring_fields import MATERIALS, RECEIPT, RECEIVED_AT, TEXT, WITHIN
from tongban.desk.situation import Situation
from tongban.desk.trials import open_first
from tongban.desk.value_names import EXTRACT
from tongban.domain.errors import NotAppendableError
from tongban.domain.events.assistance import AnswerKind, AnswerUnit, ContributionKind, HelpKind, RefusalReason
from tongban.domain.events.delivery import DeliveryMethod
from tongban.domain.events.values import FORM
from tongban.domain.identifiers import EventHash
from tongban.domain.law.assistance import Answer, Ask, Contribute, Join, Refuse
from tongban.domain.law.tracks import ContributionStatus, RequestStatus

OTHER_ORGANIZATION = "another organization of this region"

_REQUEST, _CONTRIBUTION = EventReference(Referred.REQUEST), EventReference(Referred.CONTRIBUTION)
CONTRIBUTION = Field(
    "contribution", _CONTRIBUTION, "协办内容", "contribution",
    "Its hash, or the beginning (default: the only open one).",
    default=Derived("唯一待处理的一项", "the only open one",
                    lambda at_hand: _CONTRIBUTION.only_one(at_hand, at_hand.called("contribution"))),
)  # fmt: skip


def _asking(filled: Filled, at_hand: CaseAtHand) -> Plan:
    """A limit is one of working days or of minutes; what is shared is cut out of the newest form that is here."""
    if "within_minutes" in filled.given:
        filled.fields["answer_unit"] = AnswerUnit.MINUTES
    shares: tuple[str, ...] = filled.fields["shares"]
    if shares:
        form = at_hand.newest_value(FORM)
        if form is None:
            raise NotAppendableError(
                "the form whose fields are to be shared is not here",
                expected="the form, sealed to this region",
                found="none that was given to it, or none yet",
                advice=f"wait for it (`tongban case show`), or ask without {at_hand.called('shares')}",
            )
        filled.values[EXTRACT] = extract(at_hand.contract, form, shares)
    return filled.plan()


def _asks(situation: Situation) -> Iterator[Ask]:
    """For each kind of help that the matter foresees; another region if there is one, else another organization here."""
    region, organization = (
        (situation.others[0], None) if situation.others else (situation.acting.region, OTHER_ORGANIZATION)
    )
    for kind in situation.rules.opinions or tuple(HelpKind):
        yield Ask(region, kind, organization)


def _requests(situation: Situation) -> Iterator[EventHash]:
    own = situation.acting.region
    return open_first(
        (each.event, each.region == own and each.status is RequestStatus.OPEN) for each in situation.state.help.requests
    )


def _contributions(situation: Situation) -> Iterator[EventHash]:
    return open_first(
        (each.event, each.status is ContributionStatus.OPEN) for each in situation.state.help.contributions
    )


ASK = Description(
    command=Ask,
    help="Ask another region. It is given the question and the named fields of the form, and nothing else.",
    fields=(
        Field("region", Region(), "协办地", "region asked", "Region asked.", required=True),
        Field("kind", Choice(HelpKind), "协查类别", "kind of help", "What is asked for.", required=True),
        Field("question", FreeText(), "问题", "question", "In words; sealed to the region asked."),
        Field("shares", FormFieldName(), "字段", "fields shared",
              "Fields of the form that it is given, and no others.",
              typed="Field of the form that it is given; repeatable, no others.", option="share", repeatable=True),
        Field("organization", Organization(), "协办机构", "organization asked", "Body asked, if named."),
        WITHIN.filling("answer_within"),
        Field("within_minutes", Count(Unit.MINUTES), "分钟", "minutes", "Within so many minutes of opening hours.",
              into="answer_within"),
    ),
    plan=_asking,
    derived=("answer_unit",),
    exclusive=(("within", "within_minutes"),),
    trials=_asks,
    examples=(
        Example("hf-handler", {"region": "310000", "kind": "verification",
                               "shares": ("enterprise_name", "credit_code"), "question": "营业执照是否有效", "within": "5"}),
    ),
)  # fmt: skip
ANSWER = Description(
    command=Answer,
    help="Answer what another region asked. The answer waits until the holder joins it.",
    fields=(
        Field("request", _REQUEST, "请求", "request", "Its hash, or the beginning (default: the only open one).",
              default=Derived("唯一待答复的一项", "the only open one",
                              lambda at_hand: _REQUEST.only_one(at_hand, at_hand.called("request")))),
        Field("answer", Choice(AnswerKind), "答复类别", "kind of answer", "Answered, or declined.",
              default=AnswerKind.ANSWERED),
        TEXT,
    ),
    trials=lambda situation: map(Answer, _requests(situation)),
    examples=(Example("sh-archive", {"text": "经核实，营业执照有效"}),),
)  # fmt: skip
CONTRIBUTE = Description(
    command=Contribute,
    help="Record what an applicant brought to, or received at, this window, without the pen.",
    fields=(
        Field("kind", Choice(ContributionKind), "类别", "kind", "What it is.", required=True),
        MATERIALS,
        RECEIVED_AT,
        Field("method", Choice(DeliveryMethod), "送达方式", "delivery", "How it was delivered."),
        RECEIPT,
        TEXT,
    ),
    trials=lambda _: (Contribute(ContributionKind.WITHDRAWAL),),
    examples=(Example("sh-window", {"kind": "delivery", "method": "window"}),),
)
JOIN = Description(
    command=Join,
    help="Make a contribution part of the case: an answer, materials, a withdrawal, a delivery.",
    fields=(CONTRIBUTION,),
    trials=lambda situation: map(Join, _contributions(situation)),
    examples=(Example("hf-handler"),),
)
REFUSE = Description(
    command=Refuse,
    help="Leave a contribution out, after having looked at it.",
    fields=(
        Field("code", Choice(RefusalReason), "原因", "reason", "Why it is left out.", into="reason", required=True),
        CONTRIBUTION,
    ),
    trials=lambda situation: (Refuse(each, RefusalReason.LATE) for each in _contributions(situation)),
    examples=(Example("hf-handler", {"code": "late"}),),
)

DESCRIPTIONS = (ASK, ANSWER, CONTRIBUTE, JOIN, REFUSE)
