"""Graphs of names: each name with those that it leads to. What a drawing and a test of imports ask of them."""

from collections.abc import Callable, Mapping, Set

Graph = Mapping[str, Set[str]]


def grouped(graph: Graph, group: Callable[[str], str | None]) -> dict[str, set[str]]:
    """The same arrows between groups; a name without a group is left out, and so is an arrow within one."""
    groups: dict[str, set[str]] = {name: set() for name in map(group, graph) if name is not None}
    for start, ends in graph.items():
        for end in ends:
            one, other = group(start), group(end)
            if one is not None and other is not None and one != other:
                groups[one].add(other)
    return groups


def reachable(graph: Graph, start: str) -> set[str]:
    """All that can be reached over at least one arrow; `start` itself only where a circle leads back to it."""
    found: set[str] = set()
    ahead = list(graph.get(start, ()))
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += graph.get(name, ())
    return found


def circles(graph: Graph) -> list[frozenset[str]]:
    """The strongly connected components of more than one name: of their members each leads to each other."""
    reach = {name: reachable(graph, name) for name in graph}
    found = (frozenset(other for other in reach[name] if name in reach.get(other, ())) for name in graph)
    return sorted({circle for circle in found if len(circle) > 1}, key=sorted)


def reduced(graph: Graph) -> dict[str, set[str]]:
    """The arrows that say all: one is left out where its end is reached over another name as well.

    This is the transitive reduction. An arrow within a circle stays, so that the circle is seen.
    """
    reach = {name: reachable(graph, name) for name in graph}

    def in_circle(one: str, other: str) -> bool:
        return one in reach.get(other, ()) and other in reach[one]

    def detour(start: str, end: str) -> bool:
        over = (each for each in graph[start] if not in_circle(each, start) and not in_circle(each, end))
        return any(end in reach.get(each, ()) for each in over)

    return {
        start: {end for end in ends if in_circle(start, end) or not detour(start, end)} for start, ends in graph.items()
    }
