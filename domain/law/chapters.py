"""The chapters of the life cycle, each but the takeover by the federation, which is above all of them: to adopt is to do."""

from tongban.domain.law import (
    acceptance,
    after_closing,
    assistance,
    correction,
    decision,
    delivery,
    ending,
    handover,
    intake,
)
from tongban.domain.law.act import Chapter

CHAPTERS: tuple[Chapter, ...] = (
    intake.CHAPTER,
    handover.CHAPTER,
    correction.CHAPTER,
    acceptance.CHAPTER,
    ending.CHAPTER,
    assistance.CHAPTER,
    decision.CHAPTER,
    delivery.CHAPTER,
    after_closing.CHAPTER,
)
