"""`tongban case list`: cases from the region's views."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from tongban.adapters.cli.case.show import RefreshOption
from tongban.adapters.cli.command import Call, command
from tongban.adapters.cli.output import moment, table
from tongban.adapters.cli.session import looking, refresh
from tongban.domain.law.phase import Phase
from tongban.projections.tracker import TrackerRow


def register(group: typer.Typer) -> None:
    """Add the command to `tongban case`."""

    @command(group, "list", example="tongban case list --mine --phase accepted\ntongban case list --pen 340100 --json")
    def list_cases(
        call: Call,
        phase: Annotated[Phase | None, typer.Option("--phase", help="阶段 Only in this phase.")] = None,
        pen: Annotated[str | None, typer.Option("--pen", help="持笔 Only where this region may act next.")] = None,
        matter: Annotated[str | None, typer.Option("--matter", help="事项 Only of this catalogue code.")] = None,
        mine: Annotated[bool, typer.Option("--mine", help="本地 Only taken in or decided in this region.")] = False,
        limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many, the newest first.")] = 100,
        from_log: RefreshOption = False,
    ) -> None:
        """办件列表 List cases, the newest first, from the views of this region."""
        if from_log:
            refresh(call)
        with looking(call) as region:
            region.project()
            rows = region.views.tracker(
                phase=phase.value if phase else None,
                pen=pen,
                matter=matter,
                region=region.code if mine else None,
                limit=limit,
            )
        value = {"region": region.code, "cases": [asdict(row) for row in rows]}

        def show(console: Console) -> None:
            columns = (
                "办件 case",
                "事项 matter",
                "阶段 phase",
                "收件 in",
                "办理 decides",
                "持笔 pen",
                "更新 updated",
                "",
            )
            console.print(table(f"{region.code} 办件 Cases: {len(rows)}", columns, map(_row, rows)))

        call.output.result(value, show)


def _row(row: TrackerRow) -> tuple[str, ...]:
    marks = [
        *([f"findings {row.findings}"] if row.findings else []),
        *([f"FROZEN at {row.frozen_at}"] if row.frozen_at is not None else []),
        *([f"{row.past_head} past the head"] if row.past_head else []),
        *([f"open requests {row.open_requests}"] if row.open_requests else []),
    ]
    pen = f"{row.pen_holder} → {row.offered_to}" if row.offered_to else row.pen_holder or ""
    return (
        row.case[:8],
        f"{row.matter} {row.matter_zh}",
        f"{row.phase_zh} {row.phase}",
        row.receiving_region,
        row.deciding_region or "",
        pen,
        moment(row.updated_at),
        ", ".join(marks),
    )
