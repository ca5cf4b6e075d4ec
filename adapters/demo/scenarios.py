"""The lives that cases have in the demo, as data: which matter, which steps in which order, and how many of a hundred.

A step is a name from `tongban.adapters.demo.steps`. Each is done in a round of its own, so that every city has seen the one
before. Not every case gets to the end: one in `OPEN_EVERY` is left open at some step.
"""

from dataclasses import dataclass

from tongban.adapters.demo.fictions import MEDICAL_REGISTRATION, PENSION_TRANSFER, PRODUCTION_LICENCE
from tongban.adapters.demo.steps import Step

OPEN_EVERY = 9

_TAKEN_OVER = (Step.TAKE_IN, Step.OFFER, Step.TAKE_OVER)
_CORRECTED = (
    Step.TAKE_IN_INCOMPLETE, Step.OFFER, Step.TAKE_OVER, Step.NOTICE, Step.BRING_MATERIALS, Step.JOIN,
)  # fmt: skip
_GRANTED = (Step.GRANT, Step.CLOSE)
_HANDED_OVER = (Step.HAND_OVER, Step.JOIN, Step.ARCHIVE)
_ONLINE = (Step.GRANT, Step.DELIVER_ONLINE, Step.ARCHIVE)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of life. `at_home`: taken in by the city that decides. `share`: how many of 300 cases live it."""

    name: str
    zh: str
    matter: str
    share: int
    steps: tuple[Step, ...]
    at_home: bool = False


SHOWN = Scenario(
    "handed over at the first city's window", "异地补正、联审、首地送达", PRODUCTION_LICENCE, 21,
    (*_CORRECTED, Step.ACCEPT, Step.ASK_OPINION, Step.ANSWER, Step.JOIN, *_GRANTED, *_HANDED_OVER),
)  # fmt: skip
"""The first case of every run lives this: three cities have a part in it."""

SCENARIOS: tuple[Scenario, ...] = (
    SHOWN,
    # 全程网办
    Scenario("online at home", "本地网办", MEDICAL_REGISTRATION, 28, (Step.APPLY, Step.ACCEPT, *_ONLINE), at_home=True),
    Scenario("online elsewhere", "异地网办", MEDICAL_REGISTRATION, 25,
             (Step.APPLY, Step.TAKE_OVER, Step.ACCEPT, *_ONLINE)),
    Scenario("online, verified elsewhere", "网办核验", MEDICAL_REGISTRATION, 15,
             (Step.APPLY, Step.TAKE_OVER, Step.ACCEPT, Step.ASK_VERIFICATION, Step.ANSWER, Step.JOIN, *_ONLINE)),
    Scenario("online, corrected", "网上补正", MEDICAL_REGISTRATION, 11,
             (Step.APPLY_INCOMPLETE, Step.TAKE_OVER, Step.NOTICE, Step.SUPPLY_ONLINE, Step.ACCEPT, *_ONLINE)),
    Scenario("online, refused", "网办不予", MEDICAL_REGISTRATION, 9,
             (Step.APPLY, Step.TAKE_OVER, Step.ACCEPT, Step.REFUSE, Step.DELIVER_ONLINE, Step.ARCHIVE)),
    Scenario("online, declined and made elsewhere", "网办退回改送", MEDICAL_REGISTRATION, 9,
             (Step.APPLY, Step.DECLINE_NOT_COMPETENT, Step.OFFER_ELSEWHERE, Step.TAKE_OVER, Step.ACCEPT, *_ONLINE)),
    Scenario("online, withdrawn by channel", "网上撤件", MEDICAL_REGISTRATION, 7,
             (Step.APPLY, Step.TAKE_OVER, Step.WITHDRAW_ONLINE, Step.ARCHIVE)),
    Scenario("online, declined as duplicate", "重复申请退回", MEDICAL_REGISTRATION, 6,
             (Step.APPLY, Step.DECLINE_DUPLICATE, Step.WITHDRAW_WHERE_APPLIED, Step.ARCHIVE_WHERE_APPLIED)),
    # 多地联办
    Scenario("several places, records asked", "联办调档", PENSION_TRANSFER, 26,
             (Step.TAKE_IN, Step.ACCEPT, Step.ASK_RECORDS, Step.ANSWER, Step.JOIN, *_GRANTED, Step.DELIVER_WINDOW,
              Step.ARCHIVE), at_home=True),
    Scenario("several places, taken in elsewhere", "联办异地收件", PENSION_TRANSFER, 24,
             (*_TAKEN_OVER, Step.ACCEPT, Step.ASK_RECORDS, Step.ANSWER, Step.JOIN, *_GRANTED, *_HANDED_OVER)),
    Scenario("several places, help declined", "协办未予", PENSION_TRANSFER, 11,
             (*_TAKEN_OVER, Step.ACCEPT, Step.ASK_RECORDS, Step.ANSWER_DECLINED, Step.REFUSE_UNUSABLE,
              Step.ASK_VERIFICATION, Step.ANSWER, Step.JOIN, *_GRANTED, Step.DELIVER_COURIER, Step.ARCHIVE)),
    Scenario("several places, corrected at a window", "联办窗口补正", PENSION_TRANSFER, 13,
             (*_CORRECTED, Step.ACCEPT, *_GRANTED, *_HANDED_OVER)),
    Scenario("several places, refused", "联办不予", PENSION_TRANSFER, 9,
             (*_TAKEN_OVER, Step.ACCEPT, Step.REFUSE, Step.CLOSE, Step.DELIVER_COURIER, Step.ARCHIVE)),
    Scenario("several places, not competent", "联办不予受理", PENSION_TRANSFER, 8,
             (*_TAKEN_OVER, Step.NOT_ACCEPT_NOT_COMPETENT, Step.ARCHIVE)),
    Scenario("several places, withdrawn at a window", "窗口撤件", PENSION_TRANSFER, 8,
             (*_TAKEN_OVER, Step.ACCEPT, Step.BRING_WITHDRAWAL, Step.JOIN, Step.ARCHIVE)),
    # 异地代收代办
    Scenario("taken in elsewhere", "异地代收", PRODUCTION_LICENCE, 28,
             (*_TAKEN_OVER, Step.ACCEPT, *_GRANTED, *_HANDED_OVER)),
    Scenario("taken in elsewhere, refused", "代收不予", PRODUCTION_LICENCE, 12,
             (*_TAKEN_OVER, Step.ACCEPT, Step.REFUSE, Step.CLOSE, *_HANDED_OVER)),
    Scenario("taken in elsewhere, declined and made elsewhere", "代收退回改送", PRODUCTION_LICENCE, 10,
             (Step.TAKE_IN, Step.OFFER, Step.DECLINE_NOT_COMPETENT, Step.OFFER_ELSEWHERE, Step.TAKE_OVER, Step.ACCEPT,
              *_GRANTED, *_HANDED_OVER)),
    Scenario("taken in elsewhere, no licence needed", "依法不需办理", PRODUCTION_LICENCE, 7,
             (*_TAKEN_OVER, Step.NOT_ACCEPT_NO_NEED, Step.ARCHIVE)),
    Scenario("taken in elsewhere, corrected and withdrawn online", "补正后网上撤件", PRODUCTION_LICENCE, 6,
             (Step.TAKE_IN_INCOMPLETE, Step.OFFER, Step.TAKE_OVER, Step.NOTICE, Step.SUPPLY_ONLINE, Step.ACCEPT,
              Step.WITHDRAW_ONLINE, Step.ARCHIVE)),
    Scenario("taken in elsewhere, unasked materials refused", "材料不予并入", PRODUCTION_LICENCE, 7,
             (*_TAKEN_OVER, Step.ACCEPT, Step.BRING_MATERIALS, Step.REFUSE_NOT_ASKED_FOR, *_GRANTED,
              Step.DELIVER_COURIER, Step.ARCHIVE)),
)  # fmt: skip


def dealt(cases: int) -> tuple[Scenario, ...]:
    """Scenarios for this many cases in their proportions, the shown one first; each occurs if there are cases enough.

    Beyond one each, the rest goes by largest remainder.
    """
    counts = [1 if place < cases else 0 for place in range(len(SCENARIOS))]
    rest = cases - sum(counts)
    total = sum(each.share - 1 for each in SCENARIOS)
    exact = [rest * (each.share - 1) / total for each in SCENARIOS]
    counts = [count + int(more) for count, more in zip(counts, exact, strict=True)]
    by_remainder = sorted(range(len(SCENARIOS)), key=lambda place: (int(exact[place]) - exact[place], place))
    for place in by_remainder[: cases - sum(counts)]:
        counts[place] += 1
    return tuple(scenario for scenario, count in zip(SCENARIOS, counts, strict=True) for _ in range(count))
