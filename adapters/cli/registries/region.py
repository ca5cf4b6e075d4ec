"""`tongban region`: make the home of a region, and its request to be enrolled; what it sets for matters."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tongban.adapters.cli.command import Call, command
from tongban.adapters.cli.output import pairs
from tongban.adapters.cli.passphrase import new_passphrase
from tongban.adapters.cli.registries import settings as region_settings
from tongban.adapters.cli.registries.log_options import LogOption, PrefixOption, absolute_url
from tongban.adapters.node.founding import NewRegion, SharedLog, found_region
from tongban.adapters.node.settings import DEFAULT_PREFIX, KafkaSettings
from tongban.contracts.enrolment_request import (
    MAX_PARTITIONS,
    REQUEST_FILE,
)
from tongban.contracts.genesis import parse_genesis
from tongban.domain.errors import SettingsError
from tongban.domain.identifiers import RegionCode

group = typer.Typer(no_args_is_help=True, help="地区 A region: its home, its request to be enrolled, its settings.")
group.add_typer(region_settings.group, name="settings")

DEFAULT_PARTITIONS = 4
"""Partitions of a region's cases. The number never changes; more let several processes share the work later."""


@command(
    group,
    "init",
    example="tongban region init --home ./hefei --region 340100 --name-zh 合肥 --name-en Hefei "
    "--genesis genesis.json --log sqlite:///shared/log.sqlite",
)
def init(
    call: Call,
    region: Annotated[str, typer.Option("--region", help="行政区划代码 Region code, six digits.")],
    name_zh: Annotated[str, typer.Option("--name-zh", help="中文名 The region's Chinese name.")],
    name_en: Annotated[str, typer.Option("--name-en", help="Its English name.")],
    genesis: Annotated[Path, typer.Option("--genesis", help="The federation's genesis file.")],
    log: LogOption,
    topic_prefix: PrefixOption = DEFAULT_PREFIX,
    partitions: Annotated[
        int, typer.Option("--partitions", min=1, max=MAX_PARTITIONS, help="Of the region's cases; never changes.")
    ] = DEFAULT_PARTITIONS,
) -> None:
    """建立地区 Make the home of a region: settings, keystore and keys, and the signed request enrolment.json."""
    try:
        founded = parse_genesis(genesis.read_bytes())
    except OSError as err:
        raise SettingsError(f"the genesis file {genesis} cannot be read", found=err.strerror or str(err)) from err
    if not (len(region) == 6 and region.isascii() and region.isdigit()):
        raise SettingsError("a region code", expected="six digits 行政区划代码, as 340100", found=repr(region))
    url = absolute_url(log)
    secret = new_passphrase(call.passphrase_file)
    shared = SharedLog(url, topic_prefix, KafkaSettings.kafka_of_new_home())
    asked = found_region(
        call.home, founded, NewRegion(RegionCode(region), name_zh, name_en, partitions), secret, shared
    )
    path = call.home / REQUEST_FILE
    value = {
        "region": region,
        "home": str(call.home),
        "federation": founded.name,
        "request": str(path),
        "fingerprint": asked.fingerprint,
        "case_partitions": partitions,
    }

    def show(console: Console) -> None:
        lines = [
            ("home", str(call.home)),
            ("request", str(path)),
            ("fingerprint", f"{asked.fingerprint}   (tell it to the federation on another way)"),
            ("next 1", "send the request to the federation, which runs `tongban federation enrol enrolment.json`"),
            ("next 2", f"tongban topics create --home {call.home}"),
            ("next 3", f"tongban officer add --home {call.home} …, then `tongban node run --home {call.home}`"),
            ("keep", "a copy of keystore.json and the passphrase: without them the region cannot sign"),
        ]
        pairs(console, f"地区 Region {region} {name_zh} {name_en} in federation {founded.name}", lines)

    call.output.result(value, show)
