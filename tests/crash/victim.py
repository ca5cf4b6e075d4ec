"""The process that dies: a region's node that carries out a fixed list of commands, each under its own id.

    python -m tests.crash.victim HOME ACKNOWLEDGED CASE [--point NAME --fault before|after|lie --number N]
        [--store URL] [--views URL] [--accept-newer]

What it acknowledges it writes to a file, on disk before the next command. Run again, it repeats the same commands; what
fails for now it tries again, as an officer or a supervisor would. Exit code 0: everything was done and published.
"""

import argparse
import os
import sys
from pathlib import Path
from uuid import UUID, uuid5

from tests.crash.faults import FaultyLog, FaultyStore, FaultyViews, Plan
from tests.crash.points import Fault
from tongban.adapters.demo.federation import HEFEI, PASSPHRASE, SHANGHAI
from tongban.adapters.demo.offices import HANDLER, officer_of, window_of
from tongban.adapters.keys.keystore import Keystore
from tongban.adapters.node.home import KEYSTORE_FILE, OpenHome, microseconds_now, read_genesis
from tongban.adapters.node.settings import load_settings
from tongban.adapters.node.writing import begin_writing, end_writing, publish_step
from tongban.domain.errors import RetryableError
from tongban.domain.events.values import Handling, SubmittedForm, SubmittedMaterial
from tongban.domain.identifiers import CaseId, CommandId, case_id
from tongban.domain.law.handover import Offer, TakeOver
from tongban.domain.law.intake import TakeIn
from tongban.ledger.acts import ActRequest

LICENCE = "000199003000"
ATTEMPTS = 20


def command_id(name: str, offered: UUID) -> CommandId:
    """The same in every run that is about the same offered case."""
    return CommandId(uuid5(offered, name))


def opened_case(offered: UUID) -> CaseId:
    """The case that the victim opens."""
    return case_id(SHANGHAI, command_id("take-in", offered))


def requests(region: OpenHome, offered: CaseId) -> list[ActRequest]:
    """Take a case in and hand it over; take over the case that Hefei offered before."""
    with region.store.reading() as tx:
        rules = region.node.acts.contract(tx, LICENCE, None).rules
    materials = tuple(SubmittedMaterial(each.code, SubmittedForm(each.form)) for each in rules.required_materials)
    opened = opened_case(offered)
    now, window = microseconds_now(), window_of(region.code, 0)
    take_in = TakeIn(Handling.REMOTE_INTAKE, HEFEI, materials)
    values = {"form": b"a form for two cities"}
    return [
        ActRequest(command_id("take-in", offered), window, take_in, now, matter=LICENCE, values=values),
        ActRequest(command_id("offer", offered), window, Offer(HEFEI), now, case=opened),
        ActRequest(
            command_id("take-over", offered),
            officer_of(region.code, LICENCE, HANDLER),
            TakeOver(),
            now,
            case=offered,
        ),
    ]


def until_done(step, region: OpenHome, accept_newer: bool) -> object:
    """Carry out a step; where it fails for now, a new node over the same store takes it up again."""
    for attempt in range(ATTEMPTS):
        try:
            return step()
        except RetryableError:
            if attempt == ATTEMPTS - 1:
                raise
            restart(region, accept_newer)
    raise AssertionError


def restart(region: OpenHome, accept_newer: bool) -> None:
    for attempt in range(ATTEMPTS):
        try:
            region.renew_node()
            begin_writing(region, accept_newer=accept_newer)
        except RetryableError:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            return


def publish(region: OpenHome) -> None:
    while not (publish_step(region) and end_writing(region)):
        pass
    with region.store.transaction() as tx:
        region.node.writer.ready(tx)


def main() -> None:
    options = parse()
    settings = load_settings(options.home, {k: getattr(options, k) for k in ("store", "views") if getattr(options, k)})
    keystore = Keystore.open(options.home / KEYSTORE_FILE, PASSPHRASE)
    region = OpenHome(settings, read_genesis(options.home), keystore)
    if options.point:
        plan = Plan(options.point, Fault(options.fault), options.number)
        region.store, region.log = FaultyStore(region.store, plan), FaultyLog(region.log, plan)
        region.views = FaultyViews(region.views, plan)
        region.renew_node()
    with region.store.writer_lock() as alone, options.acknowledged.open("a") as acknowledged:
        assert alone
        try:
            begin_writing(region, accept_newer=options.accept_newer)
        except RetryableError:
            restart(region, options.accept_newer)
        for request in requests(region, CaseId(options.offered)):
            done = until_done(lambda each=request: region.node.perform(each), region, options.accept_newer)
            for event in done.events:
                print(event.hash.hex(), file=acknowledged, flush=True)
            os.fsync(acknowledged.fileno())
            until_done(lambda: publish(region), region, options.accept_newer)
            until_done(region.project, region, options.accept_newer)
        region.node.stop()
    region.close()


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("acknowledged", type=Path)
    parser.add_argument("offered", type=UUID)
    parser.add_argument("--point", default="")
    parser.add_argument("--fault", default="")
    parser.add_argument("--number", type=int, default=1)
    parser.add_argument("--store", default="")
    parser.add_argument("--views", default="")
    parser.add_argument("--accept-newer", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
