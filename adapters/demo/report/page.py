"""The whole report, part by part, with what came of it at the end."""

from collections.abc import Iterator

from rich.console import Console, ConsoleRenderable, Group
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

from tongban.adapters.demo.federation import CITIES, PASSPHRASE
from tongban.adapters.demo.report.case import one_case
from tongban.adapters.demo.report.proofs import audit, tampering, views
from tongban.adapters.demo.report.summary import summary
from tongban.adapters.demo.report.words import colour_of
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

LEAST_WIDTH, GREATEST_WIDTH = 100, 120


def show(result: DemoResult, console: Console) -> None:
    """Print the whole report."""
    console.width = max(LEAST_WIDTH, min(console.width, GREATEST_WIDTH))
    for part in _parts(result):
        console.print(part)


def _parts(result: DemoResult) -> Iterator[ConsoleRenderable]:
    yield Rule("一件办件 · One case")
    yield from one_case(result)
    yield Rule("办件汇总 · Summary by city and matter")
    yield summary(result.summary)
    yield Rule("仅凭日志重建视图 · Views rebuilt from the log alone")
    yield views(result)
    yield Rule("全面审计 · Full audit")
    yield audit(result)
    yield Rule("改动一个字节 · One byte of a copy changed")
    yield tampering(result)
    yield Rule("结果 · Result")
    yield _checks(result)
    if result.kept is not None:
        yield _kept(result)


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
        Text(f"{'✓' if came_true else '✗'} {_CHECKED[name]} · {name}", style=colour_of(came_true))
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
