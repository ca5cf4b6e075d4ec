"""The end of the demo on a terminal: what happened, and what can be proved about it. Chinese beside English."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby

from rich import box
from rich.console import Console, ConsoleRenderable, Group, RenderableType
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from tongban.adapters.demo.comparison import CaseSeen
from tongban.adapters.demo.federation import CITIES, PASSPHRASE
from tongban.adapters.demo.result import (
    LAWFUL,
    NOTICED,
    REBUILT,
    SAME_HISTORY,
    SAME_VIEWS,
    SOUND,
    VERIFIED,
    DemoResult,
)
from tongban.adapters.demo.scenarios import SHOWN
from tongban.adapters.demo.world import CHINA, MICROSECONDS
from tongban.domain.identifiers import RegionCode
from tongban.projections.summary import SummaryRow
from tongban.projections.timeline import TimelineRow

LEAST_WIDTH, GREATEST_WIDTH = 100, 120
KEY_DIGITS = 8
DIGEST_DIGITS = 24
COLOURS = dict(zip(CITIES, ("red", "green", "blue"), strict=True))
FAULTS_SHOWN = 3


def show(result: DemoResult, console: Console) -> None:
    """Print the whole report."""
    console.width = max(LEAST_WIDTH, min(console.width, GREATEST_WIDTH))
    for part in _parts(result):
        console.print(part)


def _parts(result: DemoResult) -> Iterator[ConsoleRenderable]:
    yield Rule("一件办件 · One case")
    yield from _case(result)
    yield Rule("办件汇总 · Summary by city and matter")
    yield _summary(result.summary)
    yield Rule("仅凭日志重建视图 · Views rebuilt from the log alone")
    yield _views(result)
    yield Rule("全面审计 · Full audit")
    yield _audit(result)
    yield Rule("改动一个字节 · One byte of a copy changed")
    yield _tampering(result)
    yield Rule("结果 · Result")
    yield _checks(result)
    if result.kept is not None:
        yield _kept(result)


# One case --------------------------------------------------------------------------------------------------------------


def _case(result: DemoResult) -> Iterator[ConsoleRenderable]:
    yield Text(f"{result.shown_case}  {SHOWN.zh} · {SHOWN.name}")
    if result.same_history:
        yield Text("三地所见完全相同 · All three cities see the same:", style="bold")
        yield _timeline(result.shown[0])
    else:
        for seen in result.shown:
            yield Text(f"{_city(seen.region)} 所见 · as seen there:", style="bold red")
            yield _timeline(seen)
    digests = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("城市 City", "本件时间线摘要 · digest of this case's timeline", "签名 signatures"):
        digests.add_column(heading)
    for seen in result.shown:
        verified = f"{sum(seen.verified)}/{len(seen.rows)} 已验 verified"
        digests.add_row(_city(seen.region), seen.digest, Text(verified, style=_colour(all(seen.verified))))
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
        yield _two(f"{row.post_zh} {row.post_en}", row.officer_name or row.officer)
    else:
        yield _two(row.channel_zh or "", row.channel_en or "")
    yield _two(row.act_zh, row.act_en, style="bold")
    yield _two(row.change_zh, row.change_en)
    yield _city_text(row.pen_after)
    yield Text(f"{row.key[:KEY_DIGITS]}\n{'✓ 已验' if verified else '✗ 不符'}", style=_colour(verified))


def _two(zh: str, en: str, *, style: str = "") -> Text:
    return Text.assemble((zh, style), "\n", (en, "dim"))


# Summary ---------------------------------------------------------------------------------------------------------------

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


def _summary(rows: Iterable[SummaryRow]) -> Table:
    rows = tuple(rows)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_footer=True, expand=True, padding=(0, 1, 0, 0))
    table.add_column("办理地、事项\ndecided by, matter", footer="合计 all", ratio=1, overflow="fold")
    for heading, name in _COUNTS:
        table.add_column(heading, footer=str(sum(getattr(row, name) for row in rows)), justify="right")
    for region, matters in groupby(rows, key=lambda row: row.region):
        table.add_row(Text(_city(region), style=f"bold {COLOURS.get(RegionCode(region), '')}"))
        for row in matters:
            counts = (str(getattr(row, name)) for _, name in _COUNTS)
            table.add_row(_two(row.matter_zh, row.matter_en), *counts)
    return table


# Proofs ----------------------------------------------------------------------------------------------------------------


def _views(result: DemoResult) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("城市 City", "视图 View", "现有 live", "重建 rebuilt", ""):
        table.add_column(heading)
    for each in result.views:
        same = Text("相同 equal" if each.same else "不同 DIFFERENT", style=_colour(each.same))
        live, rebuilt = each.live[:DIGEST_DIGITS] + "…", each.rebuilt[:DIGEST_DIGITS] + "…"
        table.add_row(_city(each.region), each.view, live, rebuilt, same)
    return table


_COUNTED = {
    "cases": "办件",
    "events": "事件",
    "signatures verified": "已验签名",
    "partitions": "分区",
    "leaves listed": "检查点所列",
    "leaves judged": "已判",
    "checkpoints counted": "有效检查点",
}


def _audit(result: DemoResult) -> Group:
    report = result.audit
    counts = Table(box=None, pad_edge=False, show_header=False)
    for name, count in report.counts.items():
        counts.add_row(f"{_COUNTED.get(name, '')} {name}", Text(f"{count:,}", justify="right"))
    findings = ", ".join(f"{code} {count}" for code, count in report.findings.items()) or "无 none"
    verdict = "未发现问题 nothing wrong" if report.ok else f"{len(report.faults)} 处问题 faults"
    lines: list[RenderableType] = [
        counts,
        Text(f"违规提示 findings: {findings}"),
        Text("签名、链、持笔、检查点 · signatures, chains, pen, checkpoints: ").append(verdict, _colour(report.ok)),
    ]
    faults = [
        Text(f"  {each.place.topic}/{each.place.partition} {each.check}: {each.expected} / {each.found}", "red")
        for each in report.faults[:FAULTS_SHOWN]
    ]
    return Group(*lines, *faults)


def _tampering(result: DemoResult) -> Table:
    done, found = result.tampering, result.tampering.found
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    place = f"{done.place.topic}/{done.place.partition}"
    table.add_row(
        "改动 changed", f"副本 {place} 第 {done.byte + 1}/{done.size_bytes} 字节 · one bit of this byte of a copy"
    )
    table.add_row("事件 event", done.event)
    if found is None:
        table.add_row("审计 audit", Text("未发现！ NOT NOTICED", style="bold red"))
        return table
    table.add_row("审计 audit says", Text(f"{found.place.topic}/{found.place.partition} offset {found.offset}"))
    table.add_row("检查 check", Text(found.check, style="bold"))
    table.add_row("应为 expected", Text(found.expected, style="green"))
    table.add_row("实为 found", Text(found.found, style="red"))
    more = len(done.report.faults) - 1
    if more:
        table.add_row("此外 besides", f"{more} 条记录因此不能成立 · records that rest on it and cannot count")
    return table


_CHECKED = {
    SAME_HISTORY: "三地所见一致",
    VERIFIED: "每地逐条验签",
    SAME_VIEWS: "三地视图一致",
    REBUILT: "重建与现有一致",
    SOUND: "审计未发现问题",
    LAWFUL: "无违规办理",
    NOTICED: "改动被发现并指明事件",
}


def _checks(result: DemoResult) -> Group:
    checks = [
        Text(f"{'✓' if came_true else '✗'} {_CHECKED[name]} · {name}", style=_colour(came_true))
        for name, came_true in result.checks.items()
    ]
    seconds = ", ".join(f"{stage} {taken:.1f}" for stage, taken in result.seconds.items())
    total = sum(result.seconds.values())
    return Group(
        *checks,
        Text(
            f"{result.cases} 件 cases ({result.left_open} 在办 left open), {len(result.scenarios)} 种情形 kinds of lives, "
            f"{result.rounds} 轮 rounds, {total:.1f} s ({seconds})"
        ),
        Text(f"种子 seed {result.seed}: --seed {result.seed} 得到相同摘要 gives the same digests", style="dim"),
    )


def _kept(result: DemoResult) -> Panel:
    lines = [f"{result.kept}  (log: {result.log}, topics: {result.topic_prefix}.*)"]
    lines += [f"  {result.kept}/{code}  {zh} {en}" for code, (zh, en) in CITIES.items()]
    lines += [
        f"  {result.kept}/federation",
        f"口令 passphrase (demo only): {PASSPHRASE}",
        "",
        f"export TONGBAN_PASSPHRASE={PASSPHRASE} TONGBAN_HOME={result.kept}/{next(iter(CITIES))}",
        f"tongban case show {result.shown_case}",
    ]
    return Panel(Text("\n".join(lines)), title="已保留 · Kept", expand=True)


# Words -----------------------------------------------------------------------------------------------------------------


def _city(code: str | None) -> str:
    return " ".join(CITIES.get(RegionCode(code or ""), (code or "–",)))


def _city_text(code: str | None) -> Text:
    return Text(_city(code).replace(" ", "\n"), style=COLOURS.get(RegionCode(code or ""), ""))


def _colour(good: bool) -> str:
    return "green" if good else "bold red"
