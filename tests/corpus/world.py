"""A federation of three cities written by hand: no store, no node, no chance, and no rule that says what must not be.

    world = World()                                  the base history: registries, starts, five cases
    event = world.event(HANGZHOU, Accepted(…), after=case)
    world.say(event)                                 its record, where it belongs; it is listed by the next checkpoint
    world.say(event, record=other, role=ACCUSED)     another record in its place: the leaf stays that of the event
    world.cover(HANGZHOU)                            a checkpoint in each partition that has something to list

Whoever uses it may lie: every field of a header, every byte of a body and every line of a note can be replaced.
"""

from collections.abc import Iterable

from tests.corpus.artefact import Expected, Role
from tests.corpus.federation import (
    HANGZHOU,
    HEFEI,
    MATTER,
    MATTER_VERSION,
    PARTITIONS,
    REGIONS,
    SHANGHAI,
    TOPICS,
    matter,
)
from tests.corpus.keys import content_key, public, signing_key
from tests.corpus.log_by_hand import Forged, LogByHand
from tongban.contracts.wire.record import Record
from tongban.domain.events import region as entries
from tongban.domain.events.acceptance import Accepted
from tongban.domain.events.catalogue import Body
from tongban.domain.events.event_type import Act
from tongban.domain.events.federation import MatterPublished, RegionEnrolled
from tongban.domain.events.handover import Offered, TakenOver
from tongban.domain.events.values import Power
from tongban.domain.identifiers import FEDERATION, RegionCode
from tongban.ledger.event_log import TopicPartition

NAMES = {SHANGHAI: ("上海", "Shanghai"), HANGZHOU: ("杭州", "Hangzhou"), HEFEI: ("合肥", "Hefei")}
ALL_ACTS = tuple(Power(act) for act in Act if act not in (Act.FEDERATION_TAKEOVER, Act.ADOPT, Act.ANNUL))
"""All acts that there were when the base history was written; its bytes stay."""


class World(LogByHand):
    """A log with a base history, and with genuine acts to put behind what was added to it."""

    def __init__(self) -> None:
        super().__init__()
        self._write_base()
        self.base = tuple(self.placed)
        self.placed.clear()

    def go_on(self, *, accused: Iterable[TopicPartition], there: Expected | None = None) -> None:
        """Genuine acts of every region in every partition, and in the registries and contents that a record is in.

        `there`: what becomes of those in the partitions of the accused; accepted, where nothing else is said.
        """
        accused = set(accused)
        for code in (FEDERATION, *REGIONS):
            for place in self._own(code):
                expect = there if place in accused else None
                if place == self.registry(code):
                    if place in accused:
                        self._enter_good(code, expect)
                elif place == self.content(code):
                    if place in accused:
                        self._share_good(code)
                else:
                    self.say(self.opening(code, place.partition, by="approver"), role=Role.GOOD, expect=expect)
            self.cover(code)

    def _own(self, code: RegionCode) -> list[TopicPartition]:
        if code == FEDERATION:
            return [self.registry(code)]
        return [self.registry(code), self.content(code), *(self.cases(code, each) for each in range(PARTITIONS))]

    def _enter_good(self, code: RegionCode, expect: Expected | None) -> None:
        if code == FEDERATION:
            body = MatterPublished(MATTER, "2", matter().content_hash)
        else:
            body = entries.OrganizationRegistered("annex", "分中心", "annex", 3)
        entry = self.entry(code, body)
        if expect is None:
            self.enter(entry, role=Role.GOOD)
        else:
            self.say(entry, role=Role.GOOD, expect=expect)

    def _share_good(self, code: RegionCode) -> None:
        """A value sealed to the two others, and the event that commits to it."""
        others = [region for region in REGIONS if region != code]
        forged, value = self.opening_with_content(code, deciding=others[-1])
        for recipient in others:
            self.put(self.content(code), self.sealed_record(value, code, recipient), Role.GOOD)
        self.say(forged, role=Role.GOOD)

    def _write_base(self) -> None:
        self._found()
        for code in REGIONS:
            self._appoint(code)
        self.taken_in = self._case(SHANGHAI, deciding=HEFEI)
        """Shanghai holds the pen."""
        self.offered = self._follow(self._case(SHANGHAI, deciding=HEFEI), SHANGHAI, Offered(HEFEI, None, None))
        """Shanghai offered it to Hefei, which has not answered."""
        offered = self._follow(self._case(SHANGHAI, deciding=HEFEI), SHANGHAI, Offered(HEFEI, None, None))
        taken_over = self._follow(offered, HEFEI, TakenOver())
        self.accepted = self._follow(taken_over, HEFEI, Accepted(20_717, None))
        """Hefei took it over and accepted it."""
        self.in_hangzhou = self._case(HANGZHOU)
        self.in_hefei = self._case(HEFEI)

    def _found(self) -> None:
        self.start(FEDERATION, 1)
        self.put(TopicPartition(TOPICS.contracts, 0), Record(matter().content_hash.hex().encode(), matter().package))
        self.enter(self.entry(FEDERATION, MatterPublished(MATTER, MATTER_VERSION, matter().content_hash)))
        for code in REGIONS:
            keys = public(signing_key(code, "authority")), public(signing_key(code, "ledger"))
            content = content_key(code, "content").public_key
            self.enter(self.entry(FEDERATION, RegionEnrolled(code, *NAMES[code], *keys, content, PARTITIONS)))
        self.cover(FEDERATION)

    def _appoint(self, code: RegionCode) -> None:
        def officer(name: str, post: str) -> entries.OfficerAppointed:
            key = public(signing_key(code, name))
            return entries.OfficerAppointed(f"{code}-{name}", f"示例 {name}", "hall", post, key)

        portal = public(signing_key(code, "portal"))
        former = signing_key(code, "former").key_id
        place = self.registry(code)
        self.put_start(place, said := self.start_of(place, 1))
        self.partitions[place].incarnation = said.incarnation
        self.partitions[place].key = self.ledger_key(code)
        for body in (
            entries.OrganizationRegistered("hall", "政务服务中心", "Service hall", 3),
            entries.PostCreated("window", "hall", "窗口", "window", ALL_ACTS),
            entries.PostCreated("desk", "hall", "导办台", "desk", (Power(Act.TAKE_IN),)),
            officer("handler", "window"),
            officer("approver", "window"),
            officer("clerk", "desk"),
            officer("former", "window"),
            entries.ChannelOpened(
                f"{code}-portal", entries.ChannelKind.PORTAL, "网上大厅", "portal", "hall", ALL_ACTS, portal
            ),
            entries.KeyRevoked(former, entries.RevocationReason.LEFT_POST),
        ):
            self.enter(self.entry(code, body))
        self.cover(code)
        for partition in range(PARTITIONS):
            place = self.cases(code, partition)
            self.put_start(place, said := self.start_of(place, 1))
            self.partitions[place].incarnation = said.incarnation
            self.partitions[place].key = self.ledger_key(code)

    def _case(self, code: RegionCode, *, deciding: RegionCode | None = None) -> Forged:
        forged = self.say(self.opening(code, deciding=deciding))
        self.cover(code)
        return forged

    def _follow(self, after: Forged, code: RegionCode, body: Body) -> Forged:
        forged = self.say(self.event(code, body, after=after))
        self.cover(code)
        return forged
