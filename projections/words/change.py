"""What an act changed, in a few words, Chinese and English: the line that a person reads in a timeline.

Examples: `已收件 → 已受理；受理日 2026-03-05`, `移交 → 340100 合肥` / `offered → 340100 Hefei`.

Words only: what an act is and may do is in `tongban.domain.law.table`, why it was unlawful in its findings. What each act
says: the chapters beside this.
"""

from tongban.domain.events.takeover import CaseTakenOver
from tongban.domain.law.phase import PHASE_ZH
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import CaseState
from tongban.projections.case_history import Step
from tongban.projections.names import Names
from tongban.projections.shown import shortened
from tongban.projections.words.phrase import NOTHING, Words, joined
from tongban.projections.words.setting import Setting
from tongban.projections.words.table import SAYINGS

SET_ASIDE = Words("与他件冲突，不计入办件", "set aside beside a rival, not counted")
PAST_HEAD = Words("接管点之后的办理，待采认", "past the head of the takeover, not counted unless adopted")
NOT_IN_FORCE = Words(
    "未生效：接管点未到，或已有后次接管", "not in force: its head is not here, or a later takeover followed"
)
VOID = Words("不合规，未生效", "unlawful, without effect")


def change_of(step: Step, rules: MatterRules, names: Names) -> Words:
    """What the event of this step changed."""
    if not step.stands:
        return not_counted(step)
    body = step.event.body
    saying = SAYINGS.get(type(body))
    if saying is None:
        return NOTHING
    setting = Setting(step.event.header, step.before, rules, names)
    if any(finding.breach.voids for finding in step.findings):
        said = joined(VOID, _pen(setting, step.after))
    else:
        said = joined(_phase(step), saying(body, setting))
    return Words(shortened(said.zh), shortened(said.en))


def not_counted(step: Step) -> Words:
    """Why an event is not folded."""
    if isinstance(step.event.body, CaseTakenOver):
        return NOT_IN_FORCE
    return PAST_HEAD if step.past_head else SET_ASIDE


def _phase(step: Step) -> Words:
    before, after = step.before.phase, step.after.phase
    if before is after:
        return NOTHING
    return Words(f"{PHASE_ZH[before]} → {PHASE_ZH[after]}", f"{before.value} → {after.value}")


def _pen(setting: Setting, after: CaseState) -> Words:
    """Where the pen went: an act without effect moves it all the same."""
    old = setting.before.pen.writer if setting.before.pen is not None else None
    if after.pen is None or after.pen.writer == old:
        return NOTHING
    region = setting.region(after.pen.writer)
    return Words(f"持笔 → {region.zh}", f"pen → {region.en}")
