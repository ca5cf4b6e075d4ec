"""What to do: a command with its personal values, and what the officer should know about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tongban.domain.law.act import Command


@dataclass(frozen=True, slots=True)
class Plan:
    """`values`: personal values by name, as bytes. Its text form does not show them."""

    command: Command
    values: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    note: str = ""
