"""The tables of the views, derived from the fields of their rows: a new field of a row is a new column and nothing else.

Portable to SQLite and PostgreSQL. Whole numbers are 64-bit (microseconds, and what foreign cities write). Text sorts by
code points everywhere, as the digest needs it: SQLite does so by itself, PostgreSQL by its collation "C".
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

from tongban.projections.case_view import CaseView
from tongban.projections.digest import line
from tongban.projections.view import Field, View
from tongban.projections.views import VIEWS

LAYOUTS_KEPT = 4

Listed = tuple[CaseView[Any], ...]


@dataclass(frozen=True)
class Layout:
    """The tables of some views, by their names.

    `state` has one row. `format`: of the tables; others are made anew. `complete`: whether they were ever filled from the
    whole log. `stamp`: of the newest change of the store that they show; a store that never gave it out was put back to an
    earlier copy.
    """

    views: Listed
    metadata: MetaData
    state: Table
    tables: Mapping[str, Table]
    format: str


@lru_cache(LAYOUTS_KEPT)
def layout_of(views: Listed = VIEWS) -> Layout:
    """The tables of these views."""
    metadata = MetaData()
    tables = {view.name: _table(view, metadata) for view in views}
    return Layout(views, metadata, _state(metadata), tables, format_of(views))


def format_of(views: Listed = VIEWS) -> str:
    """What the tables look like, as a hash: names and types of all fields, keys and indexes."""
    sha256 = hashlib.sha256()
    for view in views:
        sha256.update(line(view, None))
        sha256.update(repr((view.fields, view.key, view.indexes)).encode())
    return sha256.hexdigest()


def _state(metadata: MetaData) -> Table:
    return Table(
        "views_state",
        metadata,
        Column("one", Integer, CheckConstraint("one = 1"), primary_key=True, autoincrement=False),
        Column("format", Text, nullable=False),
        Column("complete", Boolean, nullable=False),
        Column("stamp", BigInteger, nullable=False),
    )


def _table(view: View[Any], metadata: MetaData) -> Table:
    indexes = (Index(f"{view.name}_{'_'.join(names)}", *names) for names in view.indexes)
    return Table(view.name, metadata, *(_column(view, field) for field in view.fields), *indexes)


def _column(view: View[Any], field: Field) -> Column[Any]:
    kinds: dict[type, TypeEngine[Any]] = {str: _text(), int: BigInteger(), bool: Boolean()}
    key = field.name in view.key
    return Column(field.name, kinds[field.type], primary_key=key, nullable=field.nullable, autoincrement=False)


def _text() -> TypeEngine[str]:
    return Text().with_variant(Text(collation="C"), "postgresql")
