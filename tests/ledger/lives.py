"""Short lives of cases, for tests of the ledger."""

from tests.cities import HEFEI, SHANGHAI
from tongban.domain.events.values import Handling, SubmittedForm, SubmittedMaterial
from tongban.domain.law.acceptance import Accept
from tongban.domain.law.decision import Close, Decide
from tongban.domain.law.handover import Offer, TakeOver
from tongban.domain.law.intake import TakeIn

LICENCE = "000199003000"


def materials(cities):
    node = cities.nodes[SHANGHAI]
    with node.store.reading() as tx:
        rules = node.acts.contract(tx, LICENCE, None).rules
    return tuple(SubmittedMaterial(each.code, SubmittedForm(each.form)) for each in rules.required_materials)


def take_in(cities, *, settle=True, **more):
    """A licence taken in in Shanghai, to be decided in Hefei."""
    more.setdefault("values", {"form": b"a form"})
    done = cities.act(SHANGHAI, TakeIn(Handling.REMOTE_INTAKE, HEFEI, materials(cities)), matter=LICENCE, **more)
    if settle:
        cities.settle()
    return done.case


HANDED_OVER = ((SHANGHAI, Offer(HEFEI), "handler"), (HEFEI, TakeOver(), "handler"))
FINISHED = (
    *HANDED_OVER,
    (HEFEI, Accept(), "handler"),
    (HEFEI, Decide(granted=True), "approver"),
    (HEFEI, Close(), "handler"),
)


def live(cities, case, steps):
    """Take steps one after the other, each seen by all cities before the next."""
    for code, command, by in steps:
        cities.tick()
        cities.act(code, command, by=by, case=case)
        cities.settle()


def state_in(cities, code, case):
    node = cities.nodes[code]
    with node.store.reading() as tx:
        return node.acts.state(tx, case)[0]
