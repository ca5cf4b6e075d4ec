"""`tongban views rebuild` and `digest`: views follow from the store alone, and their digests show it."""

import typer
from rich.console import Console

from tongban.adapters.cli.command import Call, command
from tongban.adapters.cli.exit_codes import ExitCode
from tongban.adapters.cli.output import pairs, table
from tongban.adapters.cli.session import looking
from tongban.adapters.node.home import OpenHome

group = typer.Typer(no_args_is_help=True, help="视图 Views: rebuild them from the store, compare their digests.")


@command(group, "rebuild", example="tongban views rebuild --home ./hefei")
def rebuild(call: Call) -> None:
    """重建视图 Throw the views away and fill them from the store. Exit code 6: they were not what the store gives.

    Harmless beside a running node: readers see the old views or the new ones.
    """
    with looking(call) as region:
        region.project()
        before = _digests(region)
        with call.output.progress("重建 rebuilding") as progress:
            cases = region.projector.rebuild(progress)
        region.project()
        after = _digests(region)
    same = before == after
    value = {"region": region.code, "cases": cases, "before": before, "after": after, "same": same}

    def show(console: Console) -> None:
        rows = [
            (name, before[name][:32], after[name][:32], "相同 same" if before[name] == after[name] else "不同 DIFFERS")
            for name in after
        ]
        console.print(table(f"{region.code}: {cases} cases", ("视图 view", "before", "after", ""), rows))

    call.output.result(value, show)
    if not same:
        raise typer.Exit(ExitCode.FINDINGS)


@command(group, "digest", example="tongban views digest --home ./hefei --json")
def digest(call: Call) -> None:
    """视图摘要 Show the digest of each view: equal in every city that has read the same log."""
    with looking(call) as region:
        region.project()
        digests = _digests(region)
    call.output.result(
        {"region": region.code, "digests": digests},
        lambda console: pairs(console, f"{region.code} 视图摘要 Digests of the views", digests.items()),
    )


def _digests(region: OpenHome) -> dict[str, str]:
    return {name: digest.hex() for name, digest in region.views.digests().items()}
