"""What `officer add` and `channel add` share: the organization and post they belong to, powers, and the new key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from tongban.adapters.cli.command import Writing
from tongban.adapters.node.ready_home import ReadyHome
from tongban.contracts.wire.signatures import SigningKey
from tongban.domain.chain.registries import RegionState
from tongban.domain.errors import RegistryRefusedError
from tongban.domain.event import Event
from tongban.domain.events.catalogue import RegionBody
from tongban.domain.events.event_type import Act
from tongban.domain.events.region import OrganizationRegistered
from tongban.domain.events.values import Power
from tongban.domain.law.table import BY_ACT
from tongban.ledger.registrar import Registrar
from tongban.ledger.store import Transaction

BodiesFor = Callable[[RegionState, SigningKey], list[RegionBody]]
"""What to record for a new key, once the registry's state is known."""

OrganizationOption = Annotated[str, typer.Option("--organization", help="机构代码 Code of the acting body.")]
OrganizationZhOption = Annotated[
    str | None, typer.Option("--organization-name-zh", help="机构名称 Its Chinese name, if it is new.")
]
OrganizationEnOption = Annotated[
    str | None, typer.Option("--organization-name-en", help="Its English name, if it is new.")
]
LevelOption = Annotated[
    int, typer.Option("--level", min=1, max=6, help="行使层级 1 national … 6 village, if it is new.")
]
PowerOption = Annotated[
    list[str] | None,
    typer.Option("--power", help="权责 ACT, or ACT:MATTER for one matter only; repeatable. Acts: " + ", ".join(Act)),
]
AllPowersOption = Annotated[bool, typer.Option("--all-powers", help="Every act, for every matter (demonstrations).")]


@dataclass(frozen=True, slots=True)
class Organization:
    """The organization as named on the command line."""

    code: str
    name_zh: str | None
    name_en: str | None
    level: int

    def body(self, state: RegionState) -> list[OrganizationRegistered]:
        """Its registration, if it is new. Raises RegistryRefusedError where its names are missing."""
        if self.code in state.organizations:
            return []
        if not self.name_zh or not self.name_en:
            known = ", ".join(sorted(state.organizations)) or "none yet"
            raise RegistryRefusedError(
                f"organization {self.code} is not registered",
                expected=f"one of {known}; or a new one with its names",
                found=self.code,
                advice="give --organization-name-zh, --organization-name-en and --level to register it",
            )
        return [OrganizationRegistered(self.code, self.name_zh, self.name_en, self.level)]


def parse_powers(texts: Sequence[str] | None, *, everything: bool) -> tuple[Power, ...]:
    """Powers as written on the command line. Raises RegistryRefusedError for an act that there is not."""
    if everything:
        return tuple(Power(act.value) for act in Act)
    powers = []
    for text in texts or ():
        act, _, matter = text.partition(":")
        name = act.strip().replace("-", "_")
        if name not in set(Act):
            raise RegistryRefusedError("no such power", expected=", ".join(Act), found=act)
        powers.append(Power(name, matter.strip() or None))
    return tuple(powers)


def power_text(power: Power) -> str:
    """A power in words: `受理 accept`, `决定 decide: 000199003000`."""
    row = BY_ACT.get(Act(power.act)) if power.act in set(Act) else None
    words = f"{row.zh} {row.en}" if row else power.act
    return f"{words}: {power.matter}" if power.matter else words


def record_with_new_key(
    call: Writing,
    home: ReadyHome,
    name: str,
    bodies: BodiesFor,
) -> tuple[Event, ...]:
    """Record what `bodies` makes of a new key, and keep the key under `name`; repeated, neither is done again."""

    def record(tx: Transaction, registrar: Registrar) -> tuple[Event, ...]:
        region = home.region
        if tx.events.of_command(call.command_id, region.code):
            return registrar.record(tx, [], call.command_id, 0)
        key = SigningKey.generate()
        state = region.node.knowledge.current_region(tx, region.code)
        events = registrar.record(tx, bodies(state, key), call.command_id, region.world.clock())
        # The key is on disk before its entry is committed: never an officer in the registry without a key.
        home.keystore.add(f"{name}:{key.key_id.hex()[:16]}", key)
        home.keystore.save()
        return events

    return home.record(record)
