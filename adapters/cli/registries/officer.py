"""`tongban officer` and `tongban channel`: who may sign for this region, and with what powers."""

from typing import Annotated, Any

import typer
from rich.console import Console

from tongban.adapters.cli.command import Call, Writing, command
from tongban.adapters.cli.output import table
from tongban.adapters.cli.registries.appointment import Appointment
from tongban.adapters.cli.registries.registration import (
    AllPowersOption,
    LevelOption,
    Organization,
    OrganizationEnOption,
    OrganizationOption,
    OrganizationZhOption,
    PowerOption,
    parse_powers,
    power_text,
    record_with_new_key,
)
from tongban.adapters.cli.registries.results import report_recorded
from tongban.adapters.cli.session import acting, check_role, looking
from tongban.contracts.wire.signatures import SigningKey
from tongban.domain.chain.registries import RegionState, Signer
from tongban.domain.errors import OfficerUnknownError, RegistryRefusedError
from tongban.domain.events.catalogue import RegionBody
from tongban.domain.events.event_type import Act
from tongban.domain.events.region import (
    ChannelKind,
    ChannelOpened,
    KeyRevoked,
    RevocationReason,
)
from tongban.domain.events.values import PublicKey
from tongban.domain.header import ActorKind
from tongban.domain.keys import key_id

_ALL = frozenset(each.value for each in Act)

officers = typer.Typer(no_args_is_help=True, help="办事人员 Officers: who signs for this region, at which post.")
channels = typer.Typer(
    no_args_is_help=True, help="渠道 Channels: portals, kiosks and agents through which people apply."
)


@command(
    officers,
    "add",
    example="tongban officer add --officer hefei-wang --name 示例王 --organization hall "
    "--organization-name-zh 政务服务中心 --organization-name-en 'Service hall' --level 3 "
    "--post window --title-zh 窗口 --title-en window --power take_in --power offer:000199003000\n"
    "tongban officer add --officer hefei-li --name 示例李 --organization hall --post window",
)
def add_officer(
    call: Writing,
    officer: Annotated[str, typer.Option("--officer", help="Id of the officer, unique in the region.")],
    name: Annotated[str, typer.Option("--name", help="姓名 The officer's name, shown on every act.")],
    organization: OrganizationOption,
    post: Annotated[str, typer.Option("--post", help="岗位 Code of the post within the organization.")],
    organization_name_zh: OrganizationZhOption = None,
    organization_name_en: OrganizationEnOption = None,
    level: LevelOption = 3,
    title_zh: Annotated[str | None, typer.Option("--title-zh", help="岗位名称 Its title, if it is new.")] = None,
    title_en: Annotated[str | None, typer.Option("--title-en", help="Its English title, if it is new.")] = None,
    power: PowerOption = None,
    all_powers: AllPowersOption = False,
) -> None:
    """任命 Appoint an officer to a post, with a key of their own in the keystore.

    Organization and post are registered on the way if they are new. Powers belong to the post: --power says them when
    the post is made.
    """
    place = Organization(organization, organization_name_zh, organization_name_en, level)
    powers = parse_powers(power, everything=all_powers)
    appointment = Appointment(officer, name, place, post, title_zh, title_en, powers)

    with acting(call) as home:
        check_role(home.region, federation=False)
        events = record_with_new_key(call, home, f"officer:{officer}", appointment.bodies)
        home.publish(events)
        report_recorded(
            call, home, events, f"已任命 Appointed {officer} {name} at {organization}/{post}", {"officer": officer}
        )


@command(
    channels,
    "add",
    example="tongban channel add --channel hefei-portal --kind portal --name-zh 网上大厅 --name-en Portal "
    "--organization hall --power apply --power supply --power withdraw",
)
def add_channel(
    call: Writing,
    channel: Annotated[str, typer.Option("--channel", help="Id of the channel, unique in the region.")],
    kind: Annotated[ChannelKind, typer.Option("--kind", help="渠道类型 What it is.")],
    name_zh: Annotated[str, typer.Option("--name-zh", help="名称 Its Chinese name.")],
    name_en: Annotated[str, typer.Option("--name-en", help="Its English name.")],
    organization: OrganizationOption,
    organization_name_zh: OrganizationZhOption = None,
    organization_name_en: OrganizationEnOption = None,
    level: LevelOption = 3,
    power: PowerOption = None,
    all_powers: AllPowersOption = False,
) -> None:
    """开通渠道 Open a channel through which applicants act, with a key and powers of its own."""
    place = Organization(organization, organization_name_zh, organization_name_en, level)
    powers = parse_powers(power, everything=all_powers)
    if not powers:
        raise RegistryRefusedError(
            "a channel needs powers", expected="--power ACT[:MATTER], or --all-powers", found="none"
        )

    def bodies(state: RegionState, key: SigningKey) -> list[RegionBody]:
        opened = ChannelOpened(
            channel, kind, name_zh, name_en, organization, powers, PublicKey(key.suite, key.public_key)
        )
        return [*place.body(state), opened]

    with acting(call) as home:
        check_role(home.region, federation=False)
        events = record_with_new_key(call, home, f"channel:{channel}", bodies)
        home.publish(events)
        report_recorded(
            call, home, events, f"已开通 Opened channel {channel} {name_zh} {name_en}", {"channel": channel}
        )


@command(officers, "list", example="tongban officer list --home ./hefei --json")
def list_officers(call: Call) -> None:
    """人员名录 List officers and channels of this region, their posts, powers and keys."""
    with looking(call) as region, region.store.reading() as tx:
        state = region.node.knowledge.current_region(tx, region.code)
    rows = [_row(state, signer) for _, signer in sorted(state.signers.items(), key=lambda item: item[1].id)]

    def show(console: Console) -> None:
        cells = [
            (
                each["id"],
                each["name"],
                "渠道 channel" if each["kind"] == ActorKind.CHANNEL else "人员 officer",
                " / ".join(filter(None, (each["organization"], each["post"]))),
                "全部 all" if each["all_powers"] else ", ".join(each["powers_text"]),
                each["key"][:12],
                "已撤销 revoked" if each["revoked"] else "",
            )
            for each in rows
        ]
        columns = ("id", "姓名 name", "类别 kind", "机构/岗位 post", "权责 powers", "key", "")
        console.print(table(f"{region.code} 办事人员名录库 Registry of officers", columns, cells))

    call.output.result({"region": region.code, "signers": rows}, show)


@command(officers, "revoke", example="tongban officer revoke hefei-wang --reason left_post")
def revoke(
    call: Writing,
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Id of the officer or channel.")],
    reason: Annotated[RevocationReason, typer.Option("--reason", help="Why 撤销原因.")],
) -> None:
    """撤销密钥 Revoke the key of an officer or channel. What it signed before stands; from now on it signs nothing."""
    with acting(call) as home:
        check_role(home.region, federation=False)
        region = home.region
        with region.store.reading() as tx:
            state = region.node.knowledge.current_region(tx, region.code)
            repeated = bool(tx.events.of_command(call.command_id, region.code))
        valid = [key for key, signer in state.signers.items() if signer.id == identifier and key not in state.revoked]
        if not valid and not repeated:
            raise OfficerUnknownError(
                f"nobody called {identifier!r} has a valid key in region {region.code}",
                expected=", ".join(sorted({signer.id for signer in state.signers.values()})) or "an officer",
                found=identifier,
                advice="see `tongban officer list`",
            )
        bodies = [KeyRevoked(key, reason) for key in valid]
        now = region.world.clock()
        events = home.record(lambda tx, registrar: registrar.record(tx, bodies, call.command_id, now))
        home.publish(events)
        report_recorded(call, home, events, f"已撤销 Revoked the key of {identifier}", {"id": identifier})


def _row(state: RegionState, signer: Signer) -> dict[str, Any]:
    powers = state.powers(signer)
    key = key_id(signer.key)
    return {
        "id": signer.id,
        "name": signer.name,
        "kind": signer.kind.value,
        "organization": signer.organization,
        "post": signer.post,
        "powers": [{"act": power.act, "matter": power.matter} for power in powers],
        "powers_text": [power_text(power) for power in powers],
        "all_powers": {power.act for power in powers if power.matter is None} >= _ALL,
        "key": key.hex(),
        "revoked": key in state.revoked,
    }
