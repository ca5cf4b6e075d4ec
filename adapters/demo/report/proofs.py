"""What was proved: views that the log alone gives, the audit of the log, and the audit of a changed copy."""

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tongban.adapters.demo.report.words import city_words, colour_of
from tongban.adapters.demo.result import DemoResult

DIGEST_DIGITS = 24
FAULTS_SHOWN = 3


def views(result: DemoResult) -> Table:
    """Each city's views beside those that the log alone gives."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("城市 City", "视图 View", "现有 live", "重建 rebuilt", ""):
        table.add_column(heading)
    for each in result.views:
        same = Text("相同 equal" if each.same else "不同 DIFFERENT", style=colour_of(each.same))
        live, rebuilt = each.live[:DIGEST_DIGITS] + "…", each.rebuilt[:DIGEST_DIGITS] + "…"
        table.add_row(city_words(each.region), each.view, live, rebuilt, same)
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


def audit(result: DemoResult) -> Group:
    """What the audit counted, and what is wrong with the log."""
    report = result.audit
    counts = Table(box=None, pad_edge=False, show_header=False)
    for name, count in report.counts.items():
        counts.add_row(f"{_COUNTED.get(name, '')} {name}", Text(f"{count:,}", justify="right"))
    findings = ", ".join(f"{code} {count}" for code, count in report.findings.items()) or "无 none"
    verdict = "未发现问题 nothing wrong" if report.ok else f"{len(report.faults)} 处问题 faults"
    lines: list[RenderableType] = [
        counts,
        Text(f"违规提示 findings: {findings}"),
        Text("签名、链、持笔、检查点 · signatures, chains, pen, checkpoints: ").append(verdict, colour_of(report.ok)),
    ]
    faults = [
        Text(f"  {each.place.topic}/{each.place.partition} {each.check}: {each.expected} / {each.found}", "red")
        for each in report.faults[:FAULTS_SHOWN]
    ]
    return Group(*lines, *faults)


def tampering(result: DemoResult) -> Table:
    """Which bit was changed, and what the audit of the copy says."""
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
