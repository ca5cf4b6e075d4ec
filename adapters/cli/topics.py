"""`tongban topics`: make the topics that this home's region writes, with every setting that matters written down."""

from typing import Annotated

import typer
from rich.console import Console

from tongban.adapters.cli.command import Call, command
from tongban.adapters.cli.enrolment_request import MAX_PARTITIONS, REQUEST_FILE, parse_request
from tongban.adapters.cli.federation import ReplicationOption
from tongban.adapters.cli.output import table
from tongban.adapters.cli.session import looking
from tongban.adapters.home import Region
from tongban.domain.errors import SettingsError
from tongban.domain.identifiers import FEDERATION

group = typer.Typer(no_args_is_help=True, help="主题 Topics of the shared log: only a command makes them.")

_KEPT = {"keep": "kept for ever", "compact": "the newest of each key"}


@command(group, "create", example="tongban topics create --home ./hefei --replication 3")
def create(
    call: Call,
    replication: ReplicationOption = 1,
    partitions: Annotated[
        int | None,
        typer.Option("--partitions", min=1, max=MAX_PARTITIONS, help="Of the cases, if not as in the enrolment."),
    ] = None,
) -> None:
    """创建主题 Create the topics that this region writes; those that exist as they should are left alone."""
    with looking(call) as region:
        wanted = partitions or _partitions(call, region)
        specs = region.topics.specs(region.code, case_partitions=wanted, replication=replication)
        created = set(region.log.create_topics(specs))
    topics = [
        {
            "topic": spec.name,
            "partitions": spec.partitions,
            "retention": spec.retention,
            "replication": spec.replication,
            "created": spec.name in created,
        }
        for spec in specs
    ]

    def show(console: Console) -> None:
        rows = [
            (spec.name, str(spec.partitions), _KEPT[spec.retention], "created" if spec.name in created else "was there")
            for spec in specs
        ]
        console.print(table("主题 Topics", ("topic", "partitions", "retention", ""), rows))

    call.output.result({"region": region.code, "topics": topics}, show)


def _partitions(call: Call, region: Region) -> int:
    """As enrolled, or as asked for in the request that lies in the home."""
    if region.code == FEDERATION:
        return 1
    with region.store.reading() as tx:
        enrolled = region.node.knowledge.current_federation(tx).regions.get(region.code)
    if enrolled is not None:
        return enrolled.case_partitions
    try:
        data = (call.home / REQUEST_FILE).read_bytes()
    except OSError as err:
        raise SettingsError(
            "how many partitions the cases have is not known here",
            expected=f"the enrolment in the registry, {REQUEST_FILE} in the home, or --partitions",
            found="none of them",
            advice="give --partitions with the number in the enrolment",
        ) from err
    return parse_request(data, region.genesis).body.case_partitions
