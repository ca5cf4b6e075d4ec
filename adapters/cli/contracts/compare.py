"""`tongban contracts compare`: where two cities' settings for the same matter differ."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tongban.adapters.cli.command import Call, command
from tongban.adapters.cli.guide.source import GuideSource, guide_source
from tongban.adapters.cli.output import table
from tongban.contracts.guide.settings_difference import SettingDifference, settings_differences
from tongban.contracts.matter.contract import MatterKey
from tongban.contracts.matter.folders import list_matters, shipped_matters
from tongban.contracts.region_settings.settings import among, find_settings, list_settings
from tongban.domain.errors import SettingsError

FolderOption = Annotated[
    Path | None,
    typer.Option(
        "--contracts",
        help="合同目录 Folder with settings/ and matters/ (default: the home's registries, or what ships).",
    ),
]
MatterOption = Annotated[str | None, typer.Option("--matter", help="事项 Only this catalogue code.")]


def register(group: typer.Typer) -> None:
    """Add the command to `tongban contracts`."""

    @command(
        group,
        "compare",
        example="tongban contracts compare 310000 340100\n"
        "tongban contracts compare 310000 340100 --matter 000199003000 --json",
    )
    def compare(
        call: Call,
        one: Annotated[str, typer.Argument(metavar="REGION", help="地区 The one region.")],
        other: Annotated[str, typer.Argument(metavar="OTHER", help="地区 The other region.")],
        matter: MatterOption = None,
        folder: FolderOption = None,
    ) -> None:
        """比较实施清单 Show where two regions' settings for the same matter differ, in what an applicant meets there."""
        here, there = _source(call, folder, one), _source(call, folder, other)
        found = _differences(here, there, matter)
        examples = sorted({each for source in (here, there) for each in _examples(source, found)})
        value = {
            "regions": [one, other],
            "matters": [
                {"matter": key[0], "version": key[1], "differences": [each._asdict() for each in differences]}
                for key, differences in found.items()
            ],
            "examples": examples,
        }

        def show(console: Console) -> None:
            rows = [
                ("/".join(key), here.matters[key].rules.name_zh, each.path, each.one, each.other)
                for key, differences in found.items()
                for each in differences
            ]
            columns = ("matter", "事项", "设定 setting", one, other)
            console.print(table("实施清单之差异 Where settings differ", columns, rows))
            console.print(f"示例 examples, from no source: {', '.join(examples) or 'none'}")

        call.output.result(value, show)


def _source(call: Call, folder: Path | None, region: str) -> GuideSource:
    source = _of_folder(folder, region) if folder is not None else guide_source(call, region)
    if not source.settings:
        raise SettingsError(
            f"there are no settings of region {region}",
            expected="a region that has set something for a matter",
            found=region,
            advice="see `tongban region settings show`, or name a folder with --contracts",
        )
    return source


def _of_folder(folder: Path, region: str) -> GuideSource:
    own = list_matters(folder / "matters") if (folder / "matters").is_dir() else shipped_matters()
    matters = {each.key: each for each in own}
    settings = list_settings(folder / "settings", among(own))
    found = {key: find_settings(settings, region, *key) for key in matters}
    return GuideSource(matters, {}, {key: each.about for key, each in found.items() if each}, published=False)


def _differences(
    here: GuideSource, there: GuideSource, code: str | None
) -> dict[MatterKey, tuple[SettingDifference, ...]]:
    """By matter and version, where either region has set something."""
    keys = sorted(key for key in {*here.settings, *there.settings} if key in here.matters and code in (None, key[0]))
    return {
        key: tuple(settings_differences(here.matters[key], here.settings.get(key), there.settings.get(key)))
        for key in keys
    }


def _examples(source: GuideSource, keys: dict[MatterKey, tuple[SettingDifference, ...]]) -> list[str]:
    """What comes from no source, which must be said where it is shown."""
    settings = [source.settings[key] for key in keys if key in source.settings]
    return [f"{each.region}/{each.catalog_code}: {name}" for each in settings for name in each.example_settings]
