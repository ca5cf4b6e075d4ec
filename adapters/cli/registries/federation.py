"""`tongban federation`: what the federation does in its own home: found, enrol regions, publish matters."""

from functools import partial
from pathlib import Path
from typing import Annotated
from uuid import uuid5

import typer
from rich.console import Console

from tongban.adapters.cli.command import Call, Writing, command
from tongban.adapters.cli.output import pairs, table
from tongban.adapters.cli.passphrase import new_passphrase
from tongban.adapters.cli.registries import takeover as federation_takeover
from tongban.adapters.cli.registries.log_options import LogOption, PrefixOption, ReplicationOption, absolute_url
from tongban.adapters.cli.registries.results import report_recorded
from tongban.adapters.cli.session import acting, check_role, looking
from tongban.adapters.node.founding import SharedLog, found_federation
from tongban.adapters.node.home import GENESIS_FILE, read_genesis
from tongban.adapters.node.settings import DEFAULT_PREFIX, KafkaSettings
from tongban.contracts.enrolment_request import read_request
from tongban.contracts.genesis import Genesis, parse_genesis
from tongban.contracts.matter.contract import MatterContract
from tongban.contracts.matter.folders import is_bundle, read_matter, shipped_matters
from tongban.contracts.wire.schema_store import shipped_schemas
from tongban.contracts.wire.signatures import SigningKey
from tongban.domain.errors import RegistryRefusedError
from tongban.domain.event import Event
from tongban.domain.events.catalogue import newer_versions
from tongban.domain.events.federation import RegionEnrolled
from tongban.domain.events.values import PublicKey
from tongban.domain.identifiers import CommandId
from tongban.ledger.registrar import Registrar
from tongban.ledger.store import Transaction

group = typer.Typer(no_args_is_help=True, help="联盟 The federation: found it, enrol regions, publish matters.")


@command(
    group,
    "init",
    example="tongban federation init --home ./federation --name yangtze-delta --log sqlite:///shared/log.sqlite\n"
    "tongban federation init --home ./federation --name yangtze-delta --log kafka://broker:9092 --replication 3",
)
def init(
    call: Writing,
    name: Annotated[str, typer.Option("--name", help="Name of the federation: lower-case letters, digits, hyphens.")],
    log: LogOption,
    topic_prefix: PrefixOption = DEFAULT_PREFIX,
    replication: ReplicationOption = 1,
) -> None:
    """创建联盟 Found a federation: its home, its key, its topics, the matters and the newest events of this software.

    The file genesis.json in the home is what each region needs; hand it over on a way that both trust.
    """
    key = SigningKey.generate()
    genesis = Genesis(name, PublicKey(key.suite, key.public_key))
    parse_genesis(genesis.canonical())  # refuses a name that no reader would take
    url = absolute_url(log)
    secret = new_passphrase(call.passphrase_file)
    shared = SharedLog(url, topic_prefix, KafkaSettings.kafka_of_new_home())
    created = found_federation(call.home, genesis, key, secret, shared, replication=replication)
    published = _publish_bundled(call)
    matters = [f"{each.rules.catalog_code}/{each.rules.version}" for each in shipped_matters()]
    value = {
        "federation": name,
        "home": str(call.home),
        "genesis": str(call.home / GENESIS_FILE),
        "genesis_hash": genesis.hash.hex(),
        "topics": list(created),
        "matters": matters,
        "published": published,
    }

    def show(console: Console) -> None:
        lines = [
            ("home", str(call.home)),
            ("genesis", f"{value['genesis']}   (hash {genesis.hash.hex()[:16]}…)"),
            ("topics", ", ".join(created)),
            ("matters", ", ".join(matters)),
            ("next", f"give {GENESIS_FILE} to each region; it runs `tongban region init --genesis {GENESIS_FILE} …`"),
        ]
        pairs(console, f"联盟 Federation {name} is founded", lines)

    call.output.result(value, show)


def _publish_bundled(call: Writing) -> bool:
    """Each matter is a command of its own, whose id follows from the one given: repeated, nothing is done twice."""
    with acting(call) as home:
        for contract in shipped_matters():
            part = CommandId(uuid5(call.command_id, contract.content_hash.hex()))
            publish_this = partial(_publish, contract=contract, command=part, at=home.region.world.clock())
            home.record(publish_this)
        for ce_type in newer_versions():
            part = CommandId(uuid5(call.command_id, ce_type))
            home.record(partial(_allow, ce_type=ce_type, command=part, at=home.region.world.clock()))
        home.publish()
        return home.published


def _publish(
    tx: Transaction, registrar: Registrar, *, contract: MatterContract, command: CommandId, at: int
) -> tuple[Event, ...]:
    return registrar.publish_matter(tx, contract, command, at)


@command(group, "enrol", example="tongban federation enrol --home ./federation hefei/enrolment.json")
def enrol(
    call: Writing,
    request: Annotated[Path, typer.Argument(help="The region's request, as `tongban region init` wrote it.")],
) -> None:
    """接入地区 Enrol a region from its signed request. Compare the fingerprint with the region first, by telephone say."""
    asked = read_request(request, read_genesis(call.home))
    with acting(call) as home:
        check_role(home.region, federation=True)
        now = home.region.world.clock()
        events = home.record(lambda tx, registrar: registrar.record(tx, [asked.body], call.command_id, now))
        home.publish(events)
        report_recorded(
            call,
            home,
            events,
            f"已接入 Enrolled {asked.body.region} {asked.body.name_zh} {asked.body.name_en}",
            {"region": asked.body.region, "fingerprint": asked.fingerprint},
            [("fingerprint", asked.fingerprint), ("partitions", str(asked.body.case_partitions))],
        )


@command(
    group, "publish", example="tongban federation publish --home ./federation contracts/data/matters/000199003000/2"
)
def publish(
    call: Writing,
    folder: Annotated[Path, typer.Argument(help="The matter's folder …/<catalogue code>/<version>/.")],
) -> None:
    """发布事项 Publish a version of a matter. A published version never changes: a change is a new version."""
    if is_bundle(folder.resolve()):
        raise RegistryRefusedError(
            f"{folder} is a bundle (一件事), and bundles are not published yet",
            expected="the folder of a matter",
            found="kind: bundle",
            advice="publish each matter of it; `tongban guide` shows a bundle wherever its matters are published",
        )
    contract = read_matter(folder.resolve())
    rules = contract.rules
    with acting(call) as home:
        check_role(home.region, federation=True)
        at = home.region.world.clock()
        events = home.record(partial(_publish, contract=contract, command=call.command_id, at=at))
        home.publish(events)
        report_recorded(
            call,
            home,
            events,
            f"已发布 Published {rules.catalog_code}/{rules.version} {rules.name_zh} {rules.name_en}",
            {"matter": rules.catalog_code, "version": rules.version, "content_hash": rules.content_hash.hex()},
            [("content", rules.content_hash.hex())],
        )


@command(group, "allow", example="tongban federation allow --home ./federation tongban.case.asked.v2")
def allow(
    call: Writing,
    ce_type: Annotated[str, typer.Argument(help="The newer version of an event, as tongban.case.asked.v2.")],
) -> None:
    """准用新版本 Let events be written in a newer version, once every region has said that its software reads it.

    A region that does not read it parks such events, and what stands on them, until it is upgraded. It loses nothing.
    """
    with acting(call) as home:
        check_role(home.region, federation=True)
        at = home.region.world.clock()
        events = home.record(partial(_allow, ce_type=ce_type, command=call.command_id, at=at))
        home.publish(events)
        fingerprint = shipped_schemas().by_ce_type[ce_type].fingerprint.hex()
        told = {"type": ce_type, "fingerprint": fingerprint}
        report_recorded(call, home, events, f"已准用 Allowed {ce_type}", told, [("schema", fingerprint)])


def _allow(tx: Transaction, registrar: Registrar, *, ce_type: str, command: CommandId, at: int) -> tuple[Event, ...]:
    return registrar.allow_schema(tx, ce_type, command, at)


@command(group, "show", example="tongban federation show --home ./hefei")
def show_federation(call: Call) -> None:
    """查看联盟 Show the federation as this home knows it: its regions and its matters. Works in a region's home too."""
    with looking(call) as region, region.store.reading() as tx:
        state = region.node.knowledge.current_federation(tx)
        enrolled: list[RegionEnrolled] = [state.regions[code] for code in sorted(state.regions)]
        matters = sorted(state.matters.items())
        readable = region.node.matters.readable(tx)
        contracts = {key: readable.get(key) for key, _ in matters}
    value = {
        "federation": region.genesis.name,
        "genesis_hash": region.genesis.hash.hex(),
        "head": state.head.number,
        "regions": [
            {
                "region": each.region,
                "name_zh": each.name_zh,
                "name_en": each.name_en,
                "case_partitions": each.case_partitions,
            }
            for each in enrolled
        ],
        "matters": [
            {
                "matter": code,
                "version": version,
                "content_hash": content.hex(),
                "name_zh": contract.rules.name_zh if contract else None,
                "name_en": contract.rules.name_en if contract else None,
            }
            for ((code, version), content) in matters
            for contract in (contracts[code, version],)
        ],
        "schemas": [{"type": name, "fingerprint": each.hex()} for name, each in sorted(state.schemas.items())],
    }

    def show(console: Console) -> None:
        head = [("genesis", region.genesis.hash.hex()), ("registry", f"{state.head.number} entries read here")]
        pairs(console, f"联盟 Federation {region.genesis.name}", head)
        rows = [(each.region, each.name_zh, each.name_en, str(each.case_partitions)) for each in enrolled]
        console.print(table("地区 Regions", ("code", "名称", "name", "partitions"), rows))
        told = [
            (
                code,
                version,
                contract.rules.name_zh if contract else "",
                contract.rules.name_en if contract else "not readable here yet",
            )
            for (code, version), contract in contracts.items()
        ]
        console.print(table("事项 Matters", ("code", "version", "名称", "name"), told))
        if state.schemas:
            allowed = [(name, each.hex()[:32]) for name, each in sorted(state.schemas.items())]
            console.print(table("准用版本 Newer versions of events", ("type", "schema"), allowed))

    call.output.result(value, show)


federation_takeover.register(group)
