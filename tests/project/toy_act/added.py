"""The toy act as a change of the tree: in each file what is added, and before or behind which line.

This is the list of docs/architecture.md, "Where to add": nothing else is touched. Chapter: decision.
"""

import json
from pathlib import Path
from typing import NamedTuple

BODY = '''
@dataclass(frozen=True, slots=True)
class Inspected:
    """现场核查: an officer looked at the place."""

    place: str
    contents: tuple[Commitment, ...]


'''
TYPE = 'INSPECTED = EventType("case.inspected", Inspected, StreamKind.CASE, Act.INSPECT, BY_OFFICER, Pen.KEEPS)\n'
LAW = '''
@dataclass(frozen=True, slots=True)
class Inspect(Command):
    """现场核查."""

    place: str
    contents: tuple[Commitment, ...] = ()


PLACE_MISSING = Requirement("place_missing", "An inspection names its place", "现场核查须写明地点", "a toy", "name the place")


def _names_its_place(_: CaseState, doing: Doing[said.Inspected], __: MatterRules) -> Breach | None:
    return None if doing.body.place.strip() else PLACE_MISSING.breached("a place", "none")


INSPECT = Law(
    29, said.INSPECTED, "现场核查", "inspect", Who.DECIDING, frozenset({Phase.ACCEPTED}), None,
    made_by=says(Inspect, said.Inspected), conditions=(_names_its_place,), effect=no_effect,
)  # fmt: skip

'''
DESCRIPTION = """
INSPECT = Description(
    command=Inspect,
    help="Record that an officer looked at the place.",
    fields=(
        Field("place", Words(), "地点", "place", "Where it was.", required=True),
        REASON,
    ),
    trials=lambda _: (Inspect("here"),),
    examples=(Example("hf-handler", {"place": "示例路1号"}),),
)

"""


class Addition(NamedTuple):
    """`text` goes into `file` before the first place where `before` is found, or in place of it with `instead`."""

    file: str
    before: str
    text: str
    instead: bool = False


ADDITIONS = (
    Addition("domain/events/event_type.py", '    CLOSE = "close"\n', '    INSPECT = "inspect"\n'),
    Addition("domain/events/catalogue.py", "    | decision.Closed\n", "    | decision.Inspected\n"),
    Addition("domain/events/decision.py", "\nDECIDED = EventType", BODY),
    Addition("domain/events/decision.py", "\nTYPES = ", TYPE),
    Addition("domain/events/decision.py", "TYPES = (DECIDED, CLOSED)", "TYPES = (DECIDED, CLOSED, INSPECTED)", True),
    Addition("domain/law/decision.py", "import Chapter, Command, Law, Making, Who\n",
             "import Chapter, Command, Law, Making, Who, no_effect, says\n", True),
    Addition("domain/law/decision.py", "\nCHAPTER = Chapter(", LAW),
    Addition("domain/law/decision.py", "laws=(DECIDE, CLOSE)", "laws=(DECIDE, INSPECT, CLOSE)", True),
    Addition("domain/law/decision.py", "(FOUR_EYES, CLOSURE_CONTRADICTS)",
             "(FOUR_EYES, PLACE_MISSING, CLOSURE_CONTRADICTS)", True),
    Addition("projections/words/decision.py", "import Closed, ClosureResult, Decided\n",
             "import Closed, ClosureResult, Decided, Inspected\n", True),
    Addition("projections/words/decision.py", "\nCHAPTER = Chapter(",
             'def _inspected(body: Inspected, _: Setting) -> Words:\n'
             '    return labelled(Words("核查地点", "inspected at"), Words(body.place, body.place))\n\n'),
    Addition("projections/words/decision.py", "says(Closed, _closed)", "says(Inspected, _inspected), "),
    Addition("desk/decision.py", "import YesNo\n", "import YesNo\nfrom tongban.desk.kinds.texts import Words\n", True),
    Addition("desk/decision.py", "import Close, Decide\n", "import Close, Decide, Inspect\n", True),
    Addition("desk/decision.py", "\nDESCRIPTIONS = ", DESCRIPTION),
    Addition("desk/decision.py", "(DECIDE, CLOSE)", "(DECIDE, INSPECT, CLOSE)", True),
    Addition("tests/golden/make_events.py", "    decision.Closed(", '    decision.Inspected("示例路1号", FORM),\n'),
)  # fmt: skip
SCHEMA = Path("contracts/data/schemas/case.inspected.v1.avsc")
BY_COMMAND = (Path("contracts/data/schemas/LOCK.json"), Path("tests/golden/events.json"))
"""Written by `tongban contracts release` and by `tests/golden/make_events.py`."""


def add_to(tree: Path) -> set[Path]:
    """Add the act to a copy of the tree; the files that were written by hand."""
    for each in ADDITIONS:
        path = tree / each.file
        text = path.read_text(encoding="utf-8")
        assert text.count(each.before) >= 1, f"{each.file} has no {each.before!r}"
        path.write_text(text.replace(each.before, each.text if each.instead else each.text + each.before, 1), "utf-8")
    (tree / SCHEMA).write_text(_schema(tree), encoding="utf-8")
    return {Path(each.file) for each in ADDITIONS} | {SCHEMA}


def _schema(tree: Path) -> str:
    """The schema of a withdrawal, which has contents too, with a place."""
    schema = json.loads((tree / SCHEMA).with_name("case.withdrawn.v1.avsc").read_text(encoding="utf-8"))
    header, contents = schema["fields"]
    place = {"name": "place", "doc": "Where it was.", "type": "string"}
    named = {"name": "CaseInspected", "ce_type": "tongban.case.inspected.v1", "doc": "An officer looked at the place."}
    return json.dumps({**schema, **named, "fields": [header, place, contents]}, ensure_ascii=False, indent=2) + "\n"
