"""`tongban region settings`: what a region sets for a matter (实施清单), and what it has set."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tongban.adapters.cli.command import Call, Writing, command
from tongban.adapters.cli.guide.source import readable
from tongban.adapters.cli.guide.words import limit_words
from tongban.adapters.cli.output import table
from tongban.adapters.cli.registries.results import report_recorded
from tongban.adapters.cli.session import acting, check_role, looking
from tongban.adapters.node.ready_home import ReadyHome
from tongban.contracts.matter.contract import MatterContract
from tongban.contracts.region_settings.settings import read_settings
from tongban.domain.events.region import MatterSet
from tongban.domain.identifiers import RegionCode

group = typer.Typer(
    no_args_is_help=True, help="实施清单 What this region sets for a matter, in the applicant's favour."
)


@command(group, "set", example="tongban region settings set contracts/data/settings/340100/000199003000.yaml")
def set_settings(
    call: Writing,
    file: Annotated[Path, typer.Argument(help="The settings …/<region>/<catalogue code>.yaml.")],
) -> None:
    """设定 Put this region's settings for a matter into its registry, in place of the earlier ones for that version."""
    with acting(call) as home:
        check_role(home.region, federation=False)
        settings = read_settings(file.resolve(), lambda code, version: _published(home, code, version))
        about = settings.about
        body = MatterSet(about.catalog_code, about.version, settings.text)
        now = home.region.world.clock()
        events = home.record(lambda tx, registrar: registrar.record(tx, [body], call.command_id, now))
        home.publish(events)
        digest = settings.content_hash.hex()
        report_recorded(
            call,
            home,
            events,
            f"已设定 Set {about.catalog_code}/{about.version} in region {about.region}",
            {"matter": about.catalog_code, "version": about.version, "content_hash": digest},
            [("承诺时限 promised", limit_words(about.promised)), ("content", digest)],
        )


@command(
    group,
    "show",
    example="tongban region settings show\ntongban region settings show 000199003000 --region 310000 --json",
)
def show_settings(
    call: Call,
    matter: Annotated[str | None, typer.Argument(metavar="[MATTER]", help="事项 Only this catalogue code.")] = None,
    region: Annotated[str | None, typer.Option("--region", help="Another region (default: this one).")] = None,
) -> None:
    """查看 Show what a region has set, as this home has read it in that region's registry."""
    with looking(call) as home, home.store.reading() as tx:
        code = RegionCode(region or home.code)
        texts = home.node.knowledge.current_region(tx, code).matter_settings
    found = {key: readable(text) for key, text in sorted(texts.items()) if matter in (None, key[0])}
    value = [
        {"matter": key[0], "version": key[1], "settings": each.model_dump(mode="json") if each else None}
        for key, each in found.items()
    ]

    def show(console: Console) -> None:
        rows = [
            (
                *key,
                f"{each.implementing_body.name.zh} {each.implementing_body.name.en}" if each else "不可读 unreadable",
                limit_words(each.promised) if each else "",
                ", ".join(name for name in ("channels", "fees", "materials", "places") if getattr(each, name, ())),
                ", ".join(each.example_settings) if each else "",
            )
            for key, each in found.items()
        ]
        columns = (
            "code",
            "version",
            "实施主体 body",
            "承诺时限 promised",
            "also sets",
            "示例 examples, from no source",
        )
        console.print(table(f"{code} 实施清单 Settings of the region", columns, rows))

    call.output.result({"region": code, "matters": value}, show)


def _published(home: ReadyHome, code: str, version: str) -> MatterContract | None:
    with home.region.store.reading() as tx:
        return home.region.node.matters.published(tx, code, version)
