"""The address of a log as one line of settings, and the log behind it.

    sqlite:///relative/path.sqlite       sqlite:////absolute/path.sqlite
    kafka://host:port                    kafka://host:port,[::1]:port

The slashes are SQLAlchemy's: three before a relative path, four before an absolute one.

Not handled here: users, passwords and certificates. They are settings of their own and never part of an address,
because addresses are shown and logged.
"""

import re
from pathlib import Path

from tongban.adapters.embedded.log import EmbeddedEventLog
from tongban.adapters.kafka.log import KafkaEventLog
from tongban.adapters.kafka.options import KafkaOptions
from tongban.domain.errors import SettingsError
from tongban.ledger.event_log import EventLog

FORMS = "sqlite:///path or kafka://host:port[,host:port]"

_SERVER = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):(?P<port>[0-9]{1,5})")


def open_log(url: str, kafka: KafkaOptions | None = None) -> EventLog:
    """The log at `url`. A broker is asked only when the log is used; `kafka` says how.

    Raises `SettingsError` for an address in neither form or options that do not fit, and what `EmbeddedEventLog` raises.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise _bad(url, "no scheme")
    match scheme:
        case "sqlite":
            return EmbeddedEventLog(_database_path(url, rest))
        case "kafka":
            options = kafka or KafkaOptions()
            return KafkaEventLog(
                _servers(url, rest),
                publish_timeout_seconds=options.publish_timeout_seconds,
                request_timeout_seconds=options.request_timeout_seconds,
                security=options.security(),
            )
        case _:
            raise _bad(url, f"the scheme {scheme!r}")


def _database_path(url: str, rest: str) -> Path:
    if not rest.startswith("/"):
        raise _bad(url, "a host; a database file needs three slashes, or four before an absolute path")
    if len(rest) == 1 or rest.endswith("/") or "\0" in rest:
        raise _bad(url, "no file name")
    return Path(rest[1:])


def _servers(url: str, rest: str) -> tuple[str, ...]:
    if "@" in rest:
        # The address is not repeated: what comes before the @ may be a password.
        raise SettingsError(
            "a user in the address of a log", expected=FORMS, advice="give users and passwords in settings of their own"
        )
    servers = tuple(rest.split(","))
    for server in servers:
        found = _SERVER.fullmatch(server)
        if found is None or not 1 <= int(found["port"]) <= 65535:
            raise _bad(url, f"the server {server!r}")
    return servers


def _bad(url: str, found: str) -> SettingsError:
    return SettingsError(f"the address of a log cannot be used: {url!r}", expected=FORMS, found=found)
