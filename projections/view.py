"""What a view is: a named kind of row with a key. Tables, digests and exports are derived from it.

A row is a frozen dataclass whose fields are text, whole numbers, truth values or null, so that every database keeps it
and every language can recompute its digest.

Not handled here: where rows come from (`tongban.projections.case_view`).
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Generic, TypeVar, get_args, get_type_hints

Cell = str | int | bool | None
"""The value of one field of a row."""
CELL_TYPES = (str, int, bool)

RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a row: `type` is one of `CELL_TYPES`."""

    name: str
    type: type
    nullable: bool


class View(Generic[RowT]):
    """The rows of one dataclass under one name.

    `version` is raised when what a field says changes, words for people too: cities compare digests of equal versions
    only, and tables of another version are filled anew. `key`: fields that name a row, in sort order. `indexes`: for
    look-ups.
    """

    def __init__(
        self,
        name: str,
        version: int,
        row: type[RowT],
        key: tuple[str, ...],
        indexes: tuple[tuple[str, ...], ...] = (),
    ) -> None:
        self.name = name
        self.version = version
        self.row = row
        self.key = key
        self.indexes = indexes
        self.fields = _fields(row)
        names = tuple(field.name for field in self.fields)
        self.key_places = tuple(names.index(part) for part in key)
        self._cells: Callable[[RowT], tuple[Cell, ...]] = attrgetter(*names)

    @property
    def names(self) -> tuple[str, ...]:
        """The fields' names, in order."""
        return tuple(field.name for field in self.fields)

    def cells(self, row: RowT) -> tuple[Cell, ...]:
        """The fields of a row in order."""
        return self._cells(row)

    def key_of(self, cells: tuple[Cell, ...]) -> tuple[Any, ...]:
        """The key of a row given by its cells."""
        return tuple(cells[place] for place in self.key_places)


def _fields(row: type[Any]) -> tuple[Field, ...]:
    hints = get_type_hints(row)
    return tuple(_field(field.name, hints[field.name]) for field in fields(row))


def _field(name: str, hint: Any) -> Field:
    parts = get_args(hint) or (hint,)
    kinds = [part for part in parts if part is not type(None)]
    if len(kinds) != 1 or kinds[0] not in CELL_TYPES:
        raise TypeError(f"{name}: a row holds text, whole numbers or truth values, not {hint}")
    return Field(name, kinds[0], nullable=type(None) in parts)
