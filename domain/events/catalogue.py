"""All event types, from one place; `tongban.domain.events.event_type` says what a type is.

`ce_type` on the wire is `tongban.<name>.v<version>`. A body is the newest version; older ones are read into it, as their
schemas say (docs/evolution.md). A new type: its body and `EventType` in a chapter, and one line in a union here. This module
refuses to import while the types of the chapters and the unions differ.
"""

from typing import Any, get_args

from tongban.domain.events import (
    acceptance,
    after_closing,
    assistance,
    correction,
    decision,
    delivery,
    ending,
    federation,
    handover,
    intake,
    region,
    takeover,
)
from tongban.domain.events.event_type import EventType, StreamKind

CaseBody = (
    intake.TakenIn
    | intake.Applied
    | handover.Offered
    | handover.TakenOver
    | handover.Declined
    | takeover.ActAdopted
    | takeover.ActAnnulled
    | correction.CorrectionNoticed
    | correction.Supplied
    | acceptance.Accepted
    | acceptance.NotAccepted
    | ending.Withdrawn
    | assistance.Asked
    | assistance.ContributionJoined
    | assistance.ContributionRefused
    | decision.Decided
    | decision.Closed
    | delivery.Delivered
    | after_closing.Archived
)
AssistanceBody = assistance.Answered | assistance.Contributed
FederationBody = (
    federation.RegionEnrolled | federation.MatterPublished | takeover.CaseTakenOver | federation.SchemaAllowed
)
RegionBody = (
    region.OrganizationRegistered
    | region.PostCreated
    | region.OfficerAppointed
    | region.ChannelOpened
    | region.KeyRevoked
    | region.LedgerKeyRotated
    | region.ContentKeyRotated
    | region.MatterSet
)
ActBody = CaseBody | AssistanceBody | takeover.CaseTakenOver
"""The bodies of acts on a case. Registries have other bodies too, but of their acts only the takeover is one on a case."""
Body = CaseBody | AssistanceBody | FederationBody | RegionBody

_CHAPTERS = (
    intake, handover, takeover, correction, acceptance, ending, assistance, decision, delivery, after_closing, federation,
    region,
)  # fmt: skip

EVENT_TYPES: tuple[EventType[Any], ...] = tuple(
    sorted(
        (each for chapter in _CHAPTERS for each in chapter.TYPES), key=lambda each: list(StreamKind).index(each.stream)
    )
)
"""By kind of stream, and within it as the chapters list them."""
BY_CE_TYPE: dict[str, EventType[Any]] = {ce_type: each for each in EVENT_TYPES for ce_type in each.ce_types}
"""By the CloudEvents type of each version, older ones too."""
BY_BODY: dict[type[Body], EventType[Any]] = {event_type.body: event_type for event_type in EVENT_TYPES}

if set(get_args(Body)) != BY_BODY.keys() or len(BY_BODY) != len(EVENT_TYPES):
    raise TypeError(f"unions and chapters differ in {set(get_args(Body)) ^ BY_BODY.keys()}, or a body has two types")


def newer_versions() -> tuple[str, ...]:
    """The CloudEvents types that a federation has to allow before anybody writes them: all versions from 2 on."""
    return tuple(ce_type for each in EVENT_TYPES for ce_type in each.ce_types[1:])
