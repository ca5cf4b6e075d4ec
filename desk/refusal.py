"""Why an act is not offered, in both languages, and what to do instead. The codes are those of the act's own refusal."""

from dataclasses import dataclass

from tongban.desk.trials import NO_EVENT
from tongban.domain.errors import ActRefusedError, FormAwaitedError, KeystoreError
from tongban.domain.requirement import Breach

AWAITED_ZH = "申请表尚未收到，无法判断材料是否齐全"
LOCKED_ZH = "密钥库未打开，无法读取申请表"


@dataclass(frozen=True, slots=True)
class Refusal:
    """`source`: article, document or rule; empty where it is only that something is not here yet."""

    code: str
    zh: str
    en: str
    source: str
    expected: str
    found: str
    advice: str


def of_breach(breach: Breach) -> Refusal:
    """A requirement of the law that the act does not meet."""
    on = breach.requirement
    return Refusal(on.code, on.zh, on.en, on.source, breach.expected, _shown(breach.found), on.advice)


def of_error(error: ActRefusedError | FormAwaitedError | KeystoreError) -> Refusal:
    """What trying the act raised."""
    if isinstance(error, ActRefusedError):
        return of_breach(error.breach)
    zh = AWAITED_ZH if isinstance(error, FormAwaitedError) else LOCKED_ZH
    return Refusal(error.code, zh, error.message, "", error.expected, error.found, error.advice)


def _shown(found: str) -> str:
    """What was found, where the act was tried with an event that is not there: none."""
    return "none" if found == NO_EVENT.hex() else found
