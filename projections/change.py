"""What an act changed, in a few words, Chinese and English: the line that a person reads in a timeline.

Examples: `已收件 → 已受理；受理日 2026-03-05`, `移交 → 340100 合肥` / `offered → 340100 Hefei`.

Words only: what an act is and may do stands in `tongban.domain.law.table`, why it was unlawful in its findings.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple, assert_never

from tongban.domain.events.acceptance import Accepted, NonAcceptance, NotAccepted
from tongban.domain.events.after_closing import Archived
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
from tongban.domain.events.catalogue import ActBody
from tongban.domain.events.correction import CorrectionNoticed, Supplied
from tongban.domain.events.decision import Closed, ClosureResult, Decided
from tongban.domain.events.delivery import Delivered, DeliveryMethod
from tongban.domain.events.ending import Withdrawn
from tongban.domain.events.handover import Declined, DeclineReason, Offered, OfferGround, TakenOver
from tongban.domain.events.intake import Applied, TakenIn
from tongban.domain.events.takeover import ActAdopted, ActAnnulled, AnnulmentReason, CaseTakenOver, TakeoverGround
from tongban.domain.events.values import Handling, SubmittedMaterial
from tongban.domain.header import Header
from tongban.domain.identifiers import EventHash, RegionCode
from tongban.domain.law.calendar import day_in_china
from tongban.domain.law.phase import PHASE_ZH
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import CaseState
from tongban.domain.law.table import LAWS
from tongban.projections.case_history import Step
from tongban.projections.names import Names
from tongban.projections.shown import shortened

_EPOCH = date(1970, 1, 1)
_LAST_DAY = (date.max - _EPOCH).days


class Words(NamedTuple):
    """One text in two languages; empty where there is nothing to say."""

    zh: str
    en: str


NOTHING = Words("", "")
SET_ASIDE = Words("与他件冲突，不计入办件", "set aside beside a rival, not counted")
PAST_HEAD = Words("接管点之后的办理，待采认", "past the head of the takeover, not counted unless adopted")
NOT_IN_FORCE = Words(
    "未生效：接管点未到，或已有后次接管", "not in force: its head is not here, or a later takeover followed"
)
VOID = Words("不合规，未生效", "unlawful, without effect")

WORDS: dict[type[StrEnum], dict[StrEnum, Words]] = {
    Handling: {
        Handling.FULLY_ONLINE: Words("全程网办", "wholly online"),
        Handling.REMOTE_INTAKE: Words("异地代收代办", "taken in elsewhere"),
        Handling.MULTI_PLACE: Words("多地联办", "several places"),
    },
    DeclineReason: {
        DeclineReason.NOT_COMPETENT: Words("无管辖权", "not competent"),
        DeclineReason.WRONG_MATTER: Words("事项有误", "wrong matter"),
        DeclineReason.DUPLICATE: Words("重复办件", "duplicate"),
    },
    OfferGround: {
        OfferGround.DESIGNATED_JURISDICTION: Words("指定管辖", "designated jurisdiction"),
        OfferGround.TRANSFER_OF_FUNCTION: Words("职权划转", "transfer of function"),
        OfferGround.BOUNDARY_CHANGE: Words("区划调整", "boundary change"),
    },
    TakeoverGround: {
        TakeoverGround.STREAM_FROZEN: Words("链已冻结", "stream frozen"),
        TakeoverGround.HOLDER_GONE: Words("持笔地失联", "holder gone"),
        TakeoverGround.OFFER_UNANSWERED: Words("移交逾期未答复", "offer unanswered"),
    },
    AnnulmentReason: {
        AnnulmentReason.SUPERSEDED: Words("已另行办理", "superseded"),
        AnnulmentReason.CONTRADICTORY: Words("相互矛盾", "contradictory"),
        AnnulmentReason.UNLAWFUL: Words("不合法", "unlawful"),
    },
    NonAcceptance: {
        NonAcceptance.NO_LICENCE_NEEDED: Words("依法不需办理", "no licence needed"),
        NonAcceptance.NOT_COMPETENT: Words("不属本机关职权", "not competent"),
    },
    AnswerUnit: {
        AnswerUnit.WORKDAYS: Words("个工作日", "working days"),
        AnswerUnit.MINUTES: Words("分钟", "minutes"),
    },
    HelpKind: {
        HelpKind.OPINION: Words("出具意见", "an opinion"),
        HelpKind.VERIFICATION: Words("核验", "verification"),
        HelpKind.RECORDS: Words("调阅档案", "records"),
    },
    ContributionKind: {
        ContributionKind.ANSWER: Words("协办答复", "answer"),
        ContributionKind.MATERIALS: Words("材料", "materials"),
        ContributionKind.WITHDRAWAL: Words("撤件申请", "withdrawal"),
        ContributionKind.DELIVERY: Words("送达", "delivery"),
    },
    RefusalReason: {
        RefusalReason.LATE: Words("逾期", "late"),
        RefusalReason.UNUSABLE: Words("不可用", "unusable"),
        RefusalReason.NOT_ASKED_FOR: Words("未要求", "not asked for"),
    },
    ClosureResult: {
        ClosureResult.GRANTED: Words("准予", "granted"),
        ClosureResult.REFUSED: Words("不予", "refused"),
    },
    DeliveryMethod: {
        DeliveryMethod.WINDOW: Words("窗口", "at a window"),
        DeliveryMethod.COURIER: Words("快递", "by courier"),
        DeliveryMethod.ONLINE: Words("网上", "online"),
    },
    AnswerKind: {
        AnswerKind.ANSWERED: Words("已答复", "answered"),
        AnswerKind.DECLINED: Words("不予协办", "declined to help"),
    },
}
"""Every word that an event may say, by enumeration: members of two of them may be equal as text."""


@dataclass(frozen=True, slots=True)
class _Setting:
    """What the words of one step are looked up in."""

    header: Header
    before: CaseState
    rules: MatterRules
    names: Names

    def region(self, code: RegionCode) -> Words:
        names = self.names.region(self.header, code)
        return Words(_beside(code, names.zh), _beside(code, names.en))

    def past_act(self, event: EventHash) -> Words:
        past = self.before.past_head.act(event)
        row = LAWS[type(past.doing.body)] if past is not None else None
        return Words(
            _beside(event.hex()[:8], row.zh if row else "未知"), _beside(event.hex()[:8], row.en if row else "unknown")
        )

    def materials(self, codes: tuple[str, ...]) -> Words:
        known = [self.rules.material(code) for code in codes]
        pairs = list(zip(codes, known, strict=True))
        zh = "、".join(each.name_zh if each is not None else code for code, each in pairs)
        en = ", ".join(each.name_en if each is not None else code for code, each in pairs)
        return Words(zh, en)


def change_of(step: Step, rules: MatterRules, names: Names) -> Words:
    """What the event of this step changed."""
    if not step.stands:
        return _aside(step)
    body = step.event.body
    if not isinstance(body, ActBody):
        return NOTHING
    setting = _Setting(step.event.header, step.before, rules, names)
    if any(finding.breach.voids for finding in step.findings):
        said = _joined(VOID, _pen(setting, step.after))
    else:
        said = _joined(_phase(step), _said(body, setting))
    return Words(shortened(said.zh), shortened(said.en))


def _aside(step: Step) -> Words:
    if isinstance(step.event.body, CaseTakenOver):
        return NOT_IN_FORCE
    return PAST_HEAD if step.past_head else SET_ASIDE


def _phase(step: Step) -> Words:
    before, after = step.before.phase, step.after.phase
    if before is after:
        return NOTHING
    return Words(f"{PHASE_ZH[before]} → {PHASE_ZH[after]}", f"{before.value} → {after.value}")


def _pen(setting: _Setting, after: CaseState) -> Words:
    """Where the pen went: an act without effect moves it all the same."""
    old = setting.before.pen.writer if setting.before.pen is not None else None
    if after.pen is None or after.pen.writer == old:
        return NOTHING
    region = setting.region(after.pen.writer)
    return Words(f"持笔 → {region.zh}", f"pen → {region.en}")


def _said(body: ActBody, setting: _Setting) -> Words:  # noqa: PLR0912  one line for each body
    match body:
        case TakenIn() | Applied():
            return _opened(body, setting)
        case Offered(target=target, ground=ground):
            return _joined(
                _arrow(Words("移交", "offered"), setting.region(target)), _word(ground) if ground else NOTHING
            )
        case TakenOver():
            holder = setting.before.pen.holder if setting.before.pen is not None else setting.header.region
            old, new = setting.region(holder), setting.region(setting.header.region)
            return Words(f"持笔 {old.zh} → {new.zh}", f"pen {old.en} → {new.en}")
        case Declined(reason=reason):
            return _labelled(Words("退回", "handed back"), _word(reason))
        case CaseTakenOver(region=region, epoch=epoch, head=head, ground=ground):
            begun = Words(f"第 {epoch} 轮，接于 {head.hex()[:8]}", f"epoch {epoch} behind {head.hex()[:8]}")
            return _joined(_arrow(Words("持笔", "pen"), setting.region(region)), _word(ground), begun)
        case ActAdopted(act=act):
            return _labelled(Words("采认", "adopted"), setting.past_act(act))
        case ActAnnulled(act=act, reason=reason):
            return _joined(_labelled(Words("不予采认", "annulled"), setting.past_act(act)), _word(reason))
        case CorrectionNoticed(items=items):
            return _labelled(Words("需补正", "to supply"), setting.materials(items))
        case Supplied(materials=materials):
            return _labelled(Words("补交", "supplied"), setting.materials(_codes(materials)))
        case Accepted(accepted_on=day):
            return Words(f"受理日 {_day(day)}", f"accepted as of {_day(day)}")
        case NotAccepted(kind=kind, competent_body=competent):
            other = Words(f"应向 {competent} 提出", f"competent: {competent}") if competent else NOTHING
            return _joined(_word(kind), other)
        case Withdrawn():
            return Words("申请人撤件", "withdrawn by the applicant")
        case Asked(region=region, kind=kind):
            return _joined(_arrow(Words("协查", "asked"), setting.region(region)), _word(kind), _answer_limit(body))
        case Answered(answer=answer):
            return _word(answer)
        case Contributed(kind=kind, materials=materials):
            named = setting.materials(_codes(materials))
            return _joined(_labelled(Words("代收", "brought"), _word(kind)), named)
        case ContributionJoined(kind=kind):
            return _labelled(Words("并入", "joined"), _word(kind))
        case ContributionRefused(kind=kind, reason=reason):
            return _joined(_labelled(Words("不予并入", "not joined"), _word(kind)), _word(reason))
        case Decided(granted=granted, document=document):
            number = Words(document.number, document.number) if document is not None else NOTHING
            return _joined(_word(ClosureResult.GRANTED if granted else ClosureResult.REFUSED), number)
        case Closed(result=result):
            return _labelled(Words("办结结果", "result"), _word(result))
        case Delivered(method=method, received_at=received_at):
            return _joined(_labelled(Words("送达方式", "delivered"), _word(method)), _received(received_at))
        case Archived(archive_number=number, retention_years=years):
            kept = (
                Words("永久保管", "kept permanently")
                if years is None
                else Words(f"保管 {years} 年", f"for {years} years")
            )
            return _joined(Words(f"档号 {number}", f"archive number {number}"), kept)
        case _:
            assert_never(body)


def _opened(body: TakenIn | Applied, setting: _Setting) -> Words:
    deciding = _arrow(Words("办理地", "decided by"), setting.region(body.deciding_region))
    count = len(body.materials)
    materials = Words(f"材料 {count} 份", f"{count} materials")
    return _joined(_word(body.handling), deciding, materials)


def _word(value: StrEnum) -> Words:
    return WORDS[type(value)][value]


def _received(at: int | None) -> Words:
    """The day, in China, on which something reached the applicant."""
    return NOTHING if at is None else Words(f"送达日 {_day(day_in_china(at))}", f"on {_day(day_in_china(at))}")


def _answer_limit(ask: Asked) -> Words:
    """In how much time the answer is due; nothing where the contract's limit holds."""
    if ask.answer_within is None:
        return NOTHING
    count, unit = ask.answer_within, _word(ask.answer_unit)
    return Words(f"限{count}{unit.zh}内答复", f"answer within {count} {unit.en}")


def _beside(code: str, name: str) -> str:
    return code if name == code else f"{code} {name}"


def _arrow(word: Words, target: Words) -> Words:
    return Words(f"{word.zh} → {target.zh}", f"{word.en} → {target.en}")


def _labelled(label: Words, value: Words) -> Words:
    return Words(f"{label.zh}：{value.zh}", f"{label.en}: {value.en}") if value.zh else label


def _joined(first: Words, *others: Words) -> Words:
    zh, en = first
    for other_zh, other_en in others:
        if zh and other_zh:
            zh, en = f"{zh}；{other_zh}", f"{en}; {other_en}"
        elif other_zh:
            zh, en = other_zh, other_en
    return Words(zh, en)


def _codes(materials: tuple[SubmittedMaterial, ...]) -> tuple[str, ...]:
    return tuple(each.code for each in materials)


def _day(days: int) -> str:
    """An ISO date; the bare number where a foreign city wrote a day that no calendar has."""
    return (_EPOCH + timedelta(days=days)).isoformat() if 0 <= days <= _LAST_DAY else str(days)
