"""Checks on a bundle by itself; what it says of its members is held against them in `tongban.contracts.matter.bundles`."""

from collections.abc import Iterator, Mapping

from tongban.contracts.matter.checks.check import Subject, Wrong, doubles, needs, unknown
from tongban.contracts.matter.description.bundle_file import BundleFile
from tongban.contracts.matter.description.step_graph import ancestors, cycle


@needs("members")
def members_stand_once(subject: Subject[BundleFile]) -> Iterator[Wrong]:
    """A bundle drives one case of each matter, and of at least two."""
    members = subject.about.members
    yield from doubles("members", (each.matter for each in members))
    if len(members) < 2:
        yield Wrong("members", "at least two matters", str(len(members)))


@needs("members")
def members_have_an_order(subject: Subject[BundleFile]) -> Iterator[Wrong]:
    """What comes first is a member, and nothing waits for itself."""
    known = [each.matter for each in subject.about.members]
    for number, member in enumerate(subject.about.members):
        yield from unknown(f"members.{number}.after", member.after, known, "members")
    if found := cycle(_after(subject.about)):
        yield Wrong("members", "members in an order without circles", " after ".join(found))


@needs("members")
def what_is_given_comes_from_an_earlier_case(subject: Subject[BundleFile]) -> Iterator[Wrong]:
    """A material can be given by the outcome of a case that ends before."""
    after = _after(subject.about)
    for number, member in enumerate(subject.about.members):
        earlier = sorted(ancestors(after, member.matter))
        for material, giver in member.given.items():
            yield from unknown(f"members.{number}.given.{material}", [giver], earlier, "a member that comes before")


def _after(about: BundleFile) -> Mapping[str, tuple[str, ...]]:
    known = [each.matter for each in about.members]
    return {each.matter: tuple(code for code in each.after if code in known) for each in about.members}


CHECKS = (members_stand_once, members_have_an_order, what_is_given_comes_from_an_earlier_case)
