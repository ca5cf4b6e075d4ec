"""How many cases each city decided, by matter."""

from collections.abc import Iterable
from itertools import groupby

from rich import box
from rich.table import Table
from rich.text import Text

from tongban.adapters.demo.report.words import COLOURS, city_words, two_lines
from tongban.domain.identifiers import RegionCode
from tongban.projections.summary import SummaryRow

_COUNTS: tuple[tuple[str, str], ...] = (
    ("办件\ncases", "cases"),
    ("异地\nremote", "taken_in_elsewhere"),
    ("准予\ngranted", "granted"),
    ("不予\nrefused", "refused"),
    ("送达\nserved", "delivered"),
    ("归档\nfiled", "archived"),
    ("退回\ndeclined", "offers_declined"),
    ("违规\nfindings", "findings"),
    ("事件\nevents", "events"),
)


def summary(rows: Iterable[SummaryRow]) -> Table:
    """The counts of every city and matter, and of all together."""
    rows = tuple(rows)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_footer=True, expand=True, padding=(0, 1, 0, 0))
    table.add_column("办理地、事项\ndecided by, matter", footer="合计 all", ratio=1, overflow="fold")
    for heading, name in _COUNTS:
        table.add_column(heading, footer=str(sum(getattr(row, name) for row in rows)), justify="right")
    for region, matters in groupby(rows, key=lambda row: row.region):
        table.add_row(Text(city_words(region), style=f"bold {COLOURS.get(RegionCode(region), '')}"))
        for row in matters:
            counts = (str(getattr(row, name)) for _, name in _COUNTS)
            table.add_row(two_lines(row.matter_zh, row.matter_en), *counts)
    return table
