"""The demo's time and chance: a clock that stops until it is set, and randomness that follows from a seed.

Rules:

- Everything random is drawn under a *label* (which case, which step), never from one stream of numbers: so what is drawn
  does not depend on the order in which things happen, nor on how often a writer had to start.
- A round is a half-day of office hours. Acts lie within it, and all checkpoints of a round have its end as their time, so the
  time at which an event was covered does not depend on how a log cut the batches.

Never for real keys: a person who knows the seed knows them all.
"""

from datetime import UTC, date, datetime, time, timedelta, timezone
from random import Random
from uuid import UUID

from tongban.contracts.content.sealing import ContentKey
from tongban.contracts.wire.signatures import ED25519, SigningKey

CHINA = timezone(timedelta(hours=8))
FIRST_DAY = date(2026, 3, 2)
"""A Monday. Public holidays are left aside: nothing in the demo depends on them."""
WORKDAYS_A_WEEK = 5
OFFICE_HOURS = ((time(9), time(11, 30)), (time(13, 30), time(17)))
"""One round each, China time."""
SETTING_UP = time(8)
MICROSECONDS = 1_000_000
RECORDED_AFTER = 20 * MICROSECONDS
"""How long after an act its officer presses the button."""


class DemoWorld:
    """Time and chance of one run. `clock` and `entropy` are what nodes are given (`tongban.adapters.node.home.World`)."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.now = microseconds(datetime.combine(FIRST_DAY, SETTING_UP, CHINA))
        self._drawn = self.random("start")

    def clock(self) -> int:
        """Microseconds since 1970-01-01 UTC."""
        return self.now

    def entropy(self, size: int) -> bytes:
        """Bytes that follow from the seed, the label that was set last, and how often it was asked since."""
        return self._drawn.randbytes(size)

    def turn_to(self, *label: object) -> None:
        """What `entropy` gives from here on follows from this label."""
        self._drawn = self.random("entropy", *label)

    def random(self, *label: object) -> Random:
        """A generator of its own for this label."""
        return Random("/".join(map(str, (self.seed, *label))))

    def uuid(self, *label: object) -> UUID:
        """An id for this label."""
        return UUID(bytes=self.random("id", *label).randbytes(16), version=4)

    def signing_key(self, *label: object) -> SigningKey:
        """A signing key for this label."""
        return SigningKey(ED25519, self.random("key", *label).randbytes(32))

    def content_key(self, *label: object) -> ContentKey:
        """A content key for this label."""
        return ContentKey(self.random("key", *label).randbytes(32))


def hours_of(number: int) -> tuple[int, int]:
    """Beginning and end of a round (from 0), microseconds UTC."""
    opens, closes = OFFICE_HOURS[number % len(OFFICE_HOURS)]
    day = day_of(number)
    return microseconds(datetime.combine(day, opens, CHINA)), microseconds(datetime.combine(day, closes, CHINA))


def day_of(number: int) -> date:
    """The day of a round: working days only."""
    workday = number // len(OFFICE_HOURS)
    return FIRST_DAY + timedelta(weeks=workday // WORKDAYS_A_WEEK, days=workday % WORKDAYS_A_WEEK)


def microseconds(at: datetime) -> int:
    """Microseconds since 1970-01-01 UTC."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
