"""All event types, from one place: name, version, body, stream, act, and which kinds of actor may sign them.

`ce_type` on the wire is `tongban.<name>.v<version>`. A body is the newest version; older ones are read into it, as their
schemas say (docs/evolution.md).
"""

from dataclasses import dataclass
from enum import StrEnum

from tongban.domain.events import assistance, case, federation, region
from tongban.domain.header import ActorKind
from tongban.domain.law.table import TABLE, Act, Pen

CaseBody = (
    case.TakenIn
    | case.Applied
    | case.Offered
    | case.TakenOver
    | case.Declined
    | case.ActAdopted
    | case.ActAnnulled
    | case.CorrectionNoticed
    | case.Supplied
    | case.Accepted
    | case.NotAccepted
    | case.Withdrawn
    | case.Asked
    | case.ContributionJoined
    | case.ContributionRefused
    | case.Decided
    | case.Closed
    | case.Delivered
    | case.Archived
)
AssistanceBody = assistance.Answered | assistance.Contributed
FederationBody = (
    federation.RegionEnrolled | federation.MatterPublished | federation.CaseTakenOver | federation.SchemaAllowed
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
Body = CaseBody | AssistanceBody | FederationBody | RegionBody


class StreamKind(StrEnum):
    """The kinds of streams (DESIGN.md, Streams)."""

    CASE = "case"
    ASSISTANCE = "assistance"
    FEDERATION = "federation"
    REGION = "region"


@dataclass(frozen=True, slots=True)
class EventType:
    """One event type. `act` is what it does to a case: None where it concerns none.

    An act is a power that its signer's post must have, but for the federation's, whose key alone decides.
    `version` is the newest; `body` is its shape, into which the older ones are read too.
    """

    name: str
    body: type[Body]
    stream: StreamKind
    act: Act | None
    actors: frozenset[ActorKind]
    version: int = 1

    @property
    def ce_type(self) -> str:
        """The CloudEvents type of the newest version, e.g. `tongban.case.accepted.v1`."""
        return self.ce_types[-1]

    @property
    def ce_types(self) -> tuple[str, ...]:
        """The CloudEvents types of all versions, oldest first."""
        return tuple(f"tongban.{self.name}.v{version}" for version in range(1, self.version + 1))

    @property
    def pen(self) -> Pen:
        """What it does to the pen; in streams with one writer for ever, nothing."""
        return Pen.NONE if self.act is None else TABLE[self.act].pen

    @property
    def opens(self) -> bool:
        """True for types that can be a case's event 1, and only that."""
        return self.pen is Pen.TAKES


_OFFICER = frozenset({ActorKind.OFFICER})
_CHANNEL = frozenset({ActorKind.CHANNEL})
_EITHER = _OFFICER | _CHANNEL


def _case(
    name: str, body: type[Body], act: Act, actors: frozenset[ActorKind] = _OFFICER, version: int = 1
) -> EventType:
    return EventType(f"case.{name}", body, StreamKind.CASE, act, actors, version)


def _assistance(name: str, body: type[Body], act: Act, actors: frozenset[ActorKind]) -> EventType:
    return EventType(f"assistance.{name}", body, StreamKind.ASSISTANCE, act, actors)


def _federation(name: str, body: type[Body], act: Act | None = None) -> EventType:
    return EventType(f"federation.{name}", body, StreamKind.FEDERATION, act, frozenset({ActorKind.FEDERATION}))


def _region(name: str, body: type[Body]) -> EventType:
    return EventType(f"region.{name}", body, StreamKind.REGION, None, frozenset({ActorKind.AUTHORITY}))


EVENT_TYPES: tuple[EventType, ...] = (
    _case("taken_in", case.TakenIn, Act.TAKE_IN),
    _case("applied", case.Applied, Act.APPLY, _CHANNEL),
    _case("offered", case.Offered, Act.OFFER, _EITHER),
    _case("taken_over", case.TakenOver, Act.TAKE_OVER),
    _case("declined", case.Declined, Act.DECLINE),
    _case("act_adopted", case.ActAdopted, Act.ADOPT),
    _case("act_annulled", case.ActAnnulled, Act.ANNUL),
    _case("correction_noticed", case.CorrectionNoticed, Act.NOTICE),
    _case("supplied", case.Supplied, Act.SUPPLY, _EITHER),
    _case("accepted", case.Accepted, Act.ACCEPT),
    _case("not_accepted", case.NotAccepted, Act.NOT_ACCEPT),
    _case("withdrawn", case.Withdrawn, Act.WITHDRAW, _EITHER),
    _case("asked", case.Asked, Act.ASK, version=2),
    _case("contribution_joined", case.ContributionJoined, Act.JOIN),
    _case("contribution_refused", case.ContributionRefused, Act.REFUSE),
    _case("decided", case.Decided, Act.DECIDE),
    _case("closed", case.Closed, Act.CLOSE),
    _case("delivered", case.Delivered, Act.DELIVER, _EITHER, version=2),
    _case("archived", case.Archived, Act.ARCHIVE),
    _assistance("answered", assistance.Answered, Act.ANSWER, _OFFICER),
    _assistance("contributed", assistance.Contributed, Act.CONTRIBUTE, _EITHER),
    _federation("region_enrolled", federation.RegionEnrolled),
    _federation("matter_published", federation.MatterPublished),
    _federation("case_taken_over", federation.CaseTakenOver, Act.FEDERATION_TAKEOVER),
    _federation("schema_allowed", federation.SchemaAllowed),
    _region("organization_registered", region.OrganizationRegistered),
    _region("post_created", region.PostCreated),
    _region("officer_appointed", region.OfficerAppointed),
    _region("channel_opened", region.ChannelOpened),
    _region("key_revoked", region.KeyRevoked),
    _region("ledger_key_rotated", region.LedgerKeyRotated),
    _region("content_key_rotated", region.ContentKeyRotated),
    _region("matter_set", region.MatterSet),
)
BY_CE_TYPE: dict[str, EventType] = {ce_type: each for each in EVENT_TYPES for ce_type in each.ce_types}
"""By the CloudEvents type of each version, older ones too."""
BY_BODY: dict[type[Body], EventType] = {event_type.body: event_type for event_type in EVENT_TYPES}


def newer_versions() -> tuple[str, ...]:
    """The CloudEvents types that a federation has to allow before anybody writes them: all versions from 2 on."""
    return tuple(ce_type for each in EVENT_TYPES for ce_type in each.ce_types[1:])
