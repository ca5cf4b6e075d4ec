"""How the portable statements (`tongban.adapters.store.session`) read in PostgreSQL."""

import re
from functools import cache

from tongban.adapters.store.session import Dialect

DIALECT = Dialect(
    blob="BYTEA",
    integer="BIGINT",
    text='TEXT COLLATE "C"',
    uuid="UUID",
    arrival="BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    lasting="BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    rows="",
    clustered="",
)
_PARTS = re.compile(r"""(?P<quoted>'[^']*'|"[^"]*"|::)|:(?P<name>[a-z_][a-z_0-9]*)|(?P<percent>%)""")


@cache
def with_named_values(statement: str) -> str:
    """`:name` becomes the driver's `%(name)s`; what is in quotes stays, except `%`, which the driver wants twice."""
    return _PARTS.sub(_in_driver_form, statement)


def _in_driver_form(part: re.Match[str]) -> str:
    if part["name"]:
        return f"%({part['name']})s"
    return part[0].replace("%", "%%")
