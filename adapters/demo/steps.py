"""The names of the steps of a case's life in the demo: each is one command of one officer or channel of one city.

In which order they come: `tongban.adapters.demo.scenarios`. Who does them: `tongban.adapters.demo.parts`. What is said in
them: `tongban.adapters.demo.lines`.
"""

from enum import StrEnum, auto


class Step(StrEnum):
    """The names of all steps."""

    TAKE_IN = auto()
    TAKE_IN_INCOMPLETE = auto()
    APPLY = auto()
    APPLY_INCOMPLETE = auto()
    OFFER = auto()
    OFFER_ELSEWHERE = auto()
    TAKE_OVER = auto()
    DECLINE_NOT_COMPETENT = auto()
    DECLINE_DUPLICATE = auto()
    NOTICE = auto()
    SUPPLY_ONLINE = auto()
    ACCEPT = auto()
    NOT_ACCEPT_NO_NEED = auto()
    NOT_ACCEPT_NOT_COMPETENT = auto()
    WITHDRAW_ONLINE = auto()
    WITHDRAW_WHERE_APPLIED = auto()
    ASK_OPINION = auto()
    ASK_VERIFICATION = auto()
    ASK_RECORDS = auto()
    ANSWER = auto()
    ANSWER_DECLINED = auto()
    BRING_MATERIALS = auto()
    BRING_WITHDRAWAL = auto()
    HAND_OVER = auto()
    JOIN = auto()
    REFUSE_UNUSABLE = auto()
    REFUSE_NOT_ASKED_FOR = auto()
    GRANT = auto()
    REFUSE = auto()
    CLOSE = auto()
    DELIVER_ONLINE = auto()
    DELIVER_WINDOW = auto()
    DELIVER_COURIER = auto()
    ARCHIVE = auto()
    ARCHIVE_WHERE_APPLIED = auto()
