"""The table of acts: every law of every chapter, by what it is looked up by.

A new act is a law in its chapter; a new chapter is a line in `tongban.domain.law.chapters`. This module refuses to import
while an act that an event can say has no law, or two, or while two requirements have one code.

    >>> from tongban.domain.events.handover import Offered
    >>> LAWS[Offered].zh, LAWS[Offered].who
    ('移交', <Who.PEN_HOLDER: 'pen_holder'>)
"""

from typing import Any, get_args

from tongban.domain.events.catalogue import ActBody
from tongban.domain.events.event_type import Act
from tongban.domain.law.act import Chapter, Command, Law, Making
from tongban.domain.law.chapters import CHAPTERS as BELOW_TAKEOVER
from tongban.domain.law.judging import EVERY_ACT
from tongban.domain.law.takeover import CHAPTER as TAKEOVER
from tongban.domain.requirement import Requirement

CHAPTERS: tuple[Chapter, ...] = tuple(
    sorted((*BELOW_TAKEOVER, TAKEOVER), key=lambda chapter: min(law.number for law in chapter.laws))
)
"""In the order of a case's life, the rows of LIFECYCLE.md."""

_ALL: tuple[Law[Any], ...] = tuple(law for chapter in CHAPTERS for law in chapter.laws)

LAWS: dict[type[Any], Law[Any]] = {law.event.body: law for law in _ALL}
"""By the body of the event that says the act."""
BY_ACT: dict[Act, Law[Any]] = {law.act: law for law in _ALL}
MADE_BY: dict[type[Command], Making[Any]] = {
    law.made_by.command: law.made_by for law in _ALL if law.made_by is not None
}
"""By command: what it makes. A takeover by the federation is made by no command on a case."""
BY_COMMAND: dict[type[Command], Law[Any]] = {law.made_by.command: law for law in _ALL if law.made_by is not None}

REQUIREMENTS: tuple[Requirement, ...] = tuple(
    each for chapter in (EVERY_ACT, *CHAPTERS) for each in chapter.requirements
)
BY_CODE: dict[str, Requirement] = {each.code: each for each in REQUIREMENTS}

if LAWS.keys() != set(get_args(ActBody)) or len(LAWS) != len(_ALL) or BY_ACT.keys() != set(Act):
    raise TypeError(
        f"acts and laws differ: {LAWS.keys() ^ set(get_args(ActBody)) or set(Act) - BY_ACT.keys() or 'one twice'}"
    )
if len(BY_COMMAND) != sum(law.made_by is not None for law in _ALL):
    raise TypeError("two acts are made by one command")
if len(BY_CODE) != len(REQUIREMENTS):
    raise TypeError("two requirements have one code")
