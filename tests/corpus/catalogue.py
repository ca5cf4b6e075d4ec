"""Which artefacts there are: a number, a name, what is wrong, the verdict, and a function that writes it into a world.

Numbers are given once and never again; a verdict that was published stays, as the bytes do.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.corpus.artefact import Artefact, Expected, Role, Verdict
from tests.corpus.world import World

Write = Callable[[World], None]


@dataclass(frozen=True)
class Case:
    """An artefact to be built. `behind`: what becomes of genuine records behind it in its partition."""

    number: int
    name: str
    what: str
    expected: Expected
    write: Write
    readers: tuple[str, ...]
    behind: Expected | None

    def build(self) -> Artefact:
        """The base history, the accused record, and genuine acts of everybody behind it."""
        world = World()
        self.write(world)
        accused = {each.place for each in world.placed if each.role is Role.ACCUSED}
        assert accused, "somebody must be accused"
        world.go_on(accused=accused, there=self.behind)
        return Artefact(self.number, self.name, self.what, self.expected, tuple(world.placed), self.readers)


CASES: dict[int, Case] = {}


def artefact(
    number: int,
    name: str,
    what: str,
    verdict: Verdict,
    rule: str = "",
    code: str = "",
    *,
    readers: tuple[str, ...] = (),
    behind: Expected | None = None,
) -> Callable[[Write], Write]:
    """Register a function that writes the artefact."""

    def register(write: Write) -> Write:
        assert number not in CASES, f"number {number} is taken"
        CASES[number] = Case(number, name, what, Expected(verdict, rule, code), write, readers, behind)
        return write

    return register
