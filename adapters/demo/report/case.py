"""One case, as each city shows it: its timeline, the digest of it, and which signatures were verified."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from rich import box
from rich.console import ConsoleRenderable
from rich.table import Table
from rich.text import Text

from tongban.adapters.demo.comparison import CaseSeen
from tongban.adapters.demo.report.words import COLOURS, city_text, city_words, colour_of, two_lines
from tongban.adapters.demo.result import DemoResult
from tongban.adapters.demo.scenarios import SHOWN
from tongban.adapters.demo.world import CHINA, MICROSECONDS
from tongban.domain.identifiers import RegionCode
from tongban.projections.timeline import TimelineRow

KEY_DIGITS = 8


def one_case(result: DemoResult) -> Iterator[ConsoleRenderable]:
    """The case of the first scenario: one timeline where all cities show the same, else one for each city."""
    yield Text(f"{result.shown_case}  {SHOWN.zh} · {SHOWN.name}")
    if result.same_history:
        yield Text("三地所见完全相同 · All three cities see the same:", style="bold")
        yield _timeline(result.shown[0])
    else:
        for seen in result.shown:
            yield Text(f"{city_words(seen.region)} 所见 · as seen there:", style="bold red")
            yield _timeline(seen)
    digests = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("城市 City", "本件时间线摘要 · digest of this case's timeline", "签名 signatures"):
        digests.add_column(heading)
    for seen in result.shown:
        verified = f"{sum(seen.verified)}/{len(seen.rows)} 已验 verified"
        digests.add_row(city_words(seen.region), seen.digest, Text(verified, style=colour_of(all(seen.verified))))
    yield digests


def _timeline(seen: CaseSeen) -> Table:
    table = Table(box=box.HORIZONTALS, pad_edge=False, show_lines=True, expand=True, padding=(0, 1, 0, 0))
    table.add_column("时间\nwhen", width=5)
    table.add_column("城市、机构\ncity, organization", width=17)
    table.add_column("岗位、人员\npost, officer", width=15)
    table.add_column("办理\nact", width=14, overflow="fold")
    table.add_column("变化\nwhat it changed", overflow="fold")
    table.add_column("持笔\npen then", width=8)
    table.add_column("验签密钥\nkey", width=KEY_DIGITS)
    for row, verified in zip(seen.rows, seen.verified, strict=True):
        table.add_row(*_cells(row, verified))
    return table


def _cells(row: TimelineRow, verified: bool) -> Iterable[Text]:
    yield Text(f"{datetime.fromtimestamp(row.occurred_at / MICROSECONDS, CHINA):%m-%d\n%H:%M}")
    city = COLOURS.get(RegionCode(row.region), "")
    yield Text.assemble(
        (row.region_zh, city), f" {row.organization_zh}\n", (row.region_en, city), (f" {row.organization_en}", "dim")
    )
    if row.officer is not None:
        yield two_lines(f"{row.post_zh} {row.post_en}", row.officer_name or row.officer)
    else:
        yield two_lines(row.channel_zh or "", row.channel_en or "")
    yield two_lines(row.act_zh, row.act_en, style="bold")
    yield two_lines(row.change_zh, row.change_en)
    yield city_text(row.pen_after)
    yield Text(f"{row.key[:KEY_DIGITS]}\n{'✓ 已验' if verified else '✗ 不符'}", style=colour_of(verified))
