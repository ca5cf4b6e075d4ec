"""Checks on channels and visits, documents, and what a region may vary."""

from collections.abc import Iterator

from tongban.contracts.matter.checks.check import Subject, Wrong, needs
from tongban.contracts.matter.description.described import Described
from tongban.contracts.matter.description.matter_file import MatterFile, VaryPoint
from tongban.contracts.matter.description.process import ACTS
from tongban.contracts.matter.description.service import ApplyChannel, ChannelEntry
from tongban.domain.events.delivery import DeliveryMethod
from tongban.domain.events.values import Handling

FIVE_MODES = frozenset({
    (ApplyChannel.ONLINE, DeliveryMethod.COURIER),
    (ApplyChannel.ONLINE, DeliveryMethod.ONLINE),
    (ApplyChannel.ONLINE, DeliveryMethod.WINDOW),
    (ApplyChannel.WINDOW, DeliveryMethod.WINDOW),
    (ApplyChannel.WINDOW, DeliveryMethod.COURIER),
})  # fmt: skip
"""网上申请+快递送达, 网上申请+网上办结, 网上申请+现场取件, 现场申请+现场办结, 现场申请+快递送达."""


@needs("channels")
def channels_are_modes(subject: Subject[Described]) -> Iterator[Wrong]:
    """One of the five modes, each once."""
    modes = [(each.apply, each.deliver) for each in subject.about.channels]
    for number, mode in enumerate(modes):
        path = f"channels.{number}"
        if mode not in FIVE_MODES:
            yield Wrong(
                path, "one of the five modes (no online delivery of what was applied for at a window)", " + ".join(mode)
            )
        if modes.index(mode) != number:
            yield Wrong(path, "each mode once", " + ".join(mode))


@needs("channels")
def visits_are_true(subject: Subject[Described]) -> Iterator[Wrong]:
    """A window costs a visit, and a visit needs a reason."""
    for number, each in enumerate(subject.about.channels):
        yield from channel_faults(f"channels.{number}", each)


def channel_faults(path: str, channel: ChannelEntry) -> Iterator[Wrong]:
    """What is wrong with the visits of one channel."""
    windows = (channel.apply is ApplyChannel.WINDOW) or (channel.deliver is DeliveryMethod.WINDOW)
    if windows and channel.visits == 0:
        yield Wrong(f"{path}.visits", "at least 1, since the applicant comes to a window", "0")
    if channel.visits and channel.reason is None:
        yield Wrong(f"{path}.reason", f"why {channel.visits} visits are needed", "nothing")


@needs("channels", "handlings")
def handlings_have_channels(subject: Subject[MatterFile]) -> Iterator[Wrong]:
    """Wholly online needs a way without any visit; taking in elsewhere needs a window."""
    about = subject.about
    online = any(each.apply is ApplyChannel.ONLINE and each.visits == 0 for each in about.channels)
    window = any(each.apply is ApplyChannel.WINDOW for each in about.channels)
    if Handling.FULLY_ONLINE in about.handlings and not online:
        yield Wrong("channels", "one with apply online and no visit, since the matter is handled fully_online", "none")
    if Handling.REMOTE_INTAKE in about.handlings and not window:
        yield Wrong("channels", "one with apply window, since the matter is handled by remote_intake", "none")


@needs("documents")
def documents_go_out_with_acts(subject: Subject[MatterFile]) -> Iterator[Wrong]:
    """A document belongs to an act, and there is a way to serve it."""
    for number, each in enumerate(subject.about.documents):
        if each.issued_with not in ACTS:
            yield Wrong(f"documents.{number}.issued_with", f"an act: {', '.join(sorted(ACTS))}", each.issued_with)
        if not each.served_by:
            yield Wrong(f"documents.{number}.served_by", "at least one entry", "none")


@needs("may_vary", "limits", "fees")
def what_varies_exists(subject: Subject[MatterFile]) -> Iterator[Wrong]:
    """Only what the contract sets can be set otherwise."""
    about = subject.about
    for number, point in enumerate(about.may_vary):
        if point is VaryPoint.PROMISED_LIMIT and about.limits.promised is None:
            yield Wrong(f"may_vary.{number}", "limits.promised, which could be shorter", "nothing")
        if point is VaryPoint.FEES and not about.fees:
            yield Wrong(f"may_vary.{number}", "fees, which could be lower", "none")


CHECKS = (channels_are_modes, visits_are_true)
"""Those of a matter and of a bundle."""

MATTER_CHECKS = (handlings_have_channels, documents_go_out_with_acts, what_varies_exists)
