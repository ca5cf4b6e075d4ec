"""`tongban topics`: make the topics that this home's region writes, with every setting that matters written down.

Making topics and giving rights takes a user of the brokers who may; the region's own may neither. So this command is run
with that user in TONGBAN_KAFKA_SASL_USERNAME, and the node with the region's.
"""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console

from tongban.adapters.cli.command import Call, command
from tongban.adapters.cli.output import table
from tongban.adapters.cli.registries.log_options import ReplicationOption
from tongban.adapters.cli.session import looking
from tongban.adapters.kafka.acls import Right
from tongban.adapters.kafka.log import KafkaEventLog
from tongban.adapters.node.home import OpenHome
from tongban.contracts.enrolment_request import MAX_PARTITIONS, REQUEST_FILE, parse_request
from tongban.domain.errors import SettingsError
from tongban.domain.identifiers import FEDERATION

group = typer.Typer(no_args_is_help=True, help="主题 Topics of the shared log: only a command makes them.")

_KEPT = {"keep": "kept for ever", "compact": "the newest of each key"}


@command(
    group,
    "create",
    example="tongban topics create --home ./hefei --replication 3\n"
    "tongban topics create --home ./hefei --replication 3 --acl --principal User:hefei",
)
def create(
    call: Call,
    replication: ReplicationOption = 1,
    partitions: Annotated[
        int | None,
        typer.Option("--partitions", min=1, max=MAX_PARTITIONS, help="Of the cases, if not as in the enrolment."),
    ] = None,
    acl: Annotated[
        bool, typer.Option("--acl", help="Let --principal write these topics, and read all of the federation.")
    ] = False,
    principal: Annotated[
        str | None, typer.Option("--principal", help="The region's user on the brokers, as they write it: User:NAME.")
    ] = None,
) -> None:
    """创建主题 Create the topics that this region writes; those that exist as they should are left alone.

    With --acl also who may write them: one user, which may create none and write no other region's.
    """
    _check_principal(acl, principal)
    with looking(call) as region:
        wanted = partitions or _partitions(call, region)
        specs = region.topics.specs(region.code, case_partitions=wanted, replication=replication)
        created = set(region.log.create_topics(specs))
        rights, others = _give_rights(region, principal, [spec.name for spec in specs]) if principal else ((), ())
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
        if principal:
            console.print(table("权限 Rights", ("who", "may", "topic"), [_row(each) for each in rights]))
        if others:
            console.print(
                table("ALARM: others may write, too", ("who", "may", "topic"), [_row(each) for each in others])
            )

    value = {
        "region": region.code,
        "topics": topics,
        "rights": [each.as_json() for each in rights],
        "other_writers": [each.as_json() for each in others],
    }
    call.output.result(value, show)


def _check_principal(acl: bool, principal: str | None) -> None:
    if acl is not (principal is not None):
        raise typer.BadParameter("give --acl and --principal User:NAME together", param_hint="--acl / --principal")
    if principal is not None and not (principal.startswith("User:") and len(principal) > len("User:")):
        raise typer.BadParameter("write it as the brokers do: User:NAME", param_hint="--principal")


def _give_rights(region: OpenHome, principal: str, names: Sequence[str]) -> tuple[tuple[Right, ...], tuple[Right, ...]]:
    """The rights given, and those that others have on the same topics."""
    if not isinstance(region.log, KafkaEventLog):
        raise SettingsError(
            "a log in a file has no rights of its own",
            expected="a log on Kafka",
            found=region.settings.log,
            advice="the mode of the file says who may write it",
        )
    rights = region.log.allow(principal, writes=names, reads_prefix=f"{region.topics.prefix}.")
    return rights, region.log.other_writers(principal, names)


def _row(right: Right) -> tuple[str, str, str]:
    return right.principal, right.operation, right.topic


def _partitions(call: Call, region: OpenHome) -> int:
    """As enrolled, or as asked for in the request in the home."""
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
