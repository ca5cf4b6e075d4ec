"""What may differ between two runs of one commit, and is made equal before two commits are compared: nothing else is.

Most chance is taken out before it arises: acts bear command ids that follow from the script, the time of a command stands still
and its randomness follows from its number (`probe/terminal.py`), and demos draw everything from their seed. What is left:
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

HEX = re.compile(r"(?<![0-9a-zA-Z])(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{8,})(?![0-9a-zA-Z])")
"""Hashes, keys and ids, or beginnings of them."""
ALL_DIGITS_AT_LEAST = 32
"""A shorter number of decimal digits only is a code or a time, unless a hash that was seen before begins so."""


@dataclass(frozen=True)
class Rule:
    """Texts that are made equal: where, what, as what, and why that hides nothing."""

    where: re.Pattern[str]
    what: re.Pattern[str]
    shown: str
    reason: str


def _rule(where: str, what: str, shown: str, reason: str) -> Rule:
    return Rule(re.compile(where), re.compile(what, re.MULTILINE), shown, reason)


RULES = (
    _rule(
        r"^demo .*/demo$",
        r'^( +"(?:found|rounds|rebuild|audit|tamper)": )\d+\.\d+(?=,?$)',
        r"\1<seconds>",
        "how long each stage took",
    ),
    _rule(r"^demo kafka", r"\bdemo-[0-9a-f]{8}\b", "demo-<topics>", "two runs on one broker need topics of their own"),
    _rule(
        r"^demo kafka.* log tail",
        r'^( "timestamp": )"[^"]*"',
        r"\1<the broker's time>",
        "the broker writes its own time beside each record",
    ),
    _rule(r"^life/.* demo ", r"\d+\.\d s \(found [^)]*\)", "<seconds>", "the same, as a person reads it"),
    _rule(r"^life/", r'^( *"pid": )\d+(?=,?$)', r"\1<pid>", "the number of a node's process"),
    _rule(r"^life/", r"\bprocess \d+\b", "process <pid>", "the number of a node's process, in words"),
)

NUMBERED = re.compile(r"^life/(?!help/)")
"""Where hex is numbered by its first appearance: keys are new there in each run, so only which is equal to which counts."""
STEP = re.compile(r"life/[^/]*/\d+|.*")


@dataclass(frozen=True)
class Folders:
    """The folders of one side, whose names differ."""

    tree: str
    world: str


def normalised(seen: Mapping[str, str], folders: Folders) -> dict[str, str]:
    """What one side was seen to do, ready to be compared."""
    numbers = _Numbers()
    done: dict[str, str] = {}
    for name, text in seen.items():
        plain = _plain(name, text, folders)
        in_life = NUMBERED.match(name)
        done[numbers.of(name, name) if in_life else name] = numbers.of(name, plain) if in_life else plain
    return done


def _plain(name: str, text: str, folders: Folders) -> str:
    text = text.replace(folders.world, "<world>").replace(folders.tree, "<tree>")
    for rule in RULES:
        if rule.where.search(name):
            text = rule.what.sub(rule.shown, text)
    return text


class _Numbers:
    """A hash is named after the step at which it was first seen, so a difference in one step does not rename all others."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def of(self, step: str, text: str) -> str:
        """A step's text with its hashes named."""
        at = STEP.match(step)
        assert at is not None
        return HEX.sub(lambda found: self._name(at[0], found[0]), text)

    def _name(self, step: str, found: str) -> str:
        digits = found.replace("-", "")
        if digits not in self._names:
            whole = next((name for known, name in self._names.items() if known.startswith(digits)), None)
            if whole is None and digits.isdigit() and len(digits) < ALL_DIGITS_AT_LEAST:
                return found
            self._names[digits] = f"{whole}, its first {len(digits)}" if whole else self._new(step, len(digits))
        return f"<{self._names[digits]}>"

    def _new(self, step: str, digits: int) -> str:
        self._counts[step] = self._counts.get(step, 0) + 1
        return f"{step} hex {self._counts[step]} of {digits}"
