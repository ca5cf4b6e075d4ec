"""The national status code of a case (办件状态), derived and never stored.

Source: LIFECYCLE.md, "National status codes"; codes 1 to 15 as in DOMAIN.md, section 2. Moments (7 just after a supply, 10
just after a special procedure) are not phases. What has no code of its own gives None.
"""

from typing import assert_never

from tongban.domain.events.acceptance import NonAcceptance
from tongban.domain.events.decision import ClosureResult
from tongban.domain.law.phase import Phase
from tongban.domain.law.state import CaseState

STATUS_ZH: dict[int, str] = {
    1: "已接件",
    2: "已撤件",
    3: "已受理",
    4: "不受理",
    5: "不予受理",
    6: "补正（开始）",
    7: "补正（结束）",
    8: "部门开始办理",
    9: "特别程序（开始）",
    10: "特别程序（结束）",
    11: "办结（通过）",
    12: "办结（容缺通过）",
    13: "办结（不通过）",
    14: "撤回",
    15: "撤销",
}


def national_status(state: CaseState) -> int | None:
    """The code from 1 to 15, or None. An archived case keeps the code of the phase from which it was archived."""
    phase = state.archived_from or state.phase
    match phase:
        case Phase.TAKEN_IN:
            return 7 if state.materials.last_supplied else 1
        case Phase.CORRECTING:
            return 6
        case Phase.ACCEPTED | Phase.DECIDED:
            return 3
        case Phase.NOT_ACCEPTED:
            return 4 if state.acceptance.refusal is NonAcceptance.NO_LICENCE_NEEDED else 5
        case Phase.WITHDRAWN:
            return 2 if state.acceptance.day is None else 14
        case Phase.CLOSED:
            return 11 if state.decision.closure is ClosureResult.GRANTED else 13
        case Phase.NONE | Phase.TERMINATED | Phase.ARCHIVED:
            return None
        case _:
            assert_never(phase)
