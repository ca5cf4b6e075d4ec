"""Phrases in Chinese and English, and how they are put together: `移交 → 340100 合肥` / `offered → 340100 Hefei`.

Both languages are made in one step, so neither is forgotten. Not handled here: what an act says (the chapters beside this).
"""

from datetime import date, timedelta
from typing import NamedTuple

_EPOCH = date(1970, 1, 1)
_LAST_DAY = (date.max - _EPOCH).days


class Words(NamedTuple):
    """One text in two languages; empty where there is nothing to say."""

    zh: str
    en: str


NOTHING = Words("", "")


def joined(first: Words, *others: Words) -> Words:
    """Parts behind each other; those that say nothing are left out."""
    zh, en = first
    for other_zh, other_en in others:
        if zh and other_zh:
            zh, en = f"{zh}；{other_zh}", f"{en}; {other_en}"
        elif other_zh:
            zh, en = other_zh, other_en
    return Words(zh, en)


def labelled(label: Words, value: Words) -> Words:
    """`label: value`, or the label alone where there is no value."""
    return Words(f"{label.zh}：{value.zh}", f"{label.en}: {value.en}") if value.zh else label


def arrow(word: Words, target: Words) -> Words:
    """`word → target`."""
    return Words(f"{word.zh} → {target.zh}", f"{word.en} → {target.en}")


def beside(code: str, name: str) -> str:
    """A code with its name; the code alone where it has none of its own."""
    return code if name == code else f"{code} {name}"


def day(days: int) -> str:
    """Days since 1970-01-01 as an ISO date; the bare number where a foreign city wrote a day that no calendar has."""
    return (_EPOCH + timedelta(days=days)).isoformat() if 0 <= days <= _LAST_DAY else str(days)
