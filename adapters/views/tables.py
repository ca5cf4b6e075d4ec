"""The tables of the views, derived from the fields of their rows: a new field of a row is a new column and nothing else.

Portable to SQLite and PostgreSQL. Whole numbers are 64-bit (microseconds, and what foreign cities write). Text sorts by
code points everywhere, as the digest needs it: SQLite does so by itself, PostgreSQL by its collation "C".
"""

import hashlib
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

from tongban.projections.digest import line
from tongban.projections.timeline import TIMELINE
from tongban.projections.tracker import TRACKER
from tongban.projections.view import Field, View

VIEWS: tuple[View[Any], ...] = (TRACKER, TIMELINE)

METADATA = MetaData()

STATE = Table(
    "views_state",
    METADATA,
    Column("one", Integer, CheckConstraint("one = 1"), primary_key=True, autoincrement=False),
    Column("format", Text, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("stamp", BigInteger, nullable=False),
)
"""One row. `format`: of the tables; others are made anew. `complete`: whether they were ever filled from the whole log.
`stamp`: of the newest change of the store that they show; a store that never gave it out was put back to an earlier copy."""


def _text() -> TypeEngine[str]:
    return Text().with_variant(Text(collation="C"), "postgresql")


def _column(view: View[Any], field: Field) -> Column[Any]:
    kinds: dict[type, TypeEngine[Any]] = {str: _text(), int: BigInteger(), bool: Boolean()}
    key = field.name in view.key
    return Column(field.name, kinds[field.type], primary_key=key, nullable=field.nullable, autoincrement=False)


def _table(view: View[Any]) -> Table:
    indexes = (Index(f"{view.name}_{'_'.join(names)}", *names) for names in view.indexes)
    return Table(view.name, METADATA, *(_column(view, field) for field in view.fields), *indexes)


TABLES: dict[str, Table] = {view.name: _table(view) for view in VIEWS}


def format_of(views: tuple[View[Any], ...] = VIEWS) -> str:
    """What the tables look like, as a hash: names and types of all fields, keys and indexes."""
    sha256 = hashlib.sha256()
    for view in views:
        sha256.update(line(view, None))
        sha256.update(repr((view.fields, view.key, view.indexes)).encode())
    return sha256.hexdigest()
