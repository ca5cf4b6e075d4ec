"""Strict YAML: no aliases, no doubled keys, no guessed dates; what comes out is what JSON can say."""

import json
from collections.abc import Hashable
from functools import lru_cache
from typing import Any

import yaml

from tongban.contracts.faults import Fault, FaultyContractError


def load_yaml(file: str, text: str) -> Any:
    """The document in a YAML text, not to be changed; `file` is how messages call it. Raises `FaultyContractError`."""
    try:
        return _load(text)
    except yaml.MarkedYAMLError as err:
        mark = err.problem_mark
        place = f"line {mark.line + 1}" if mark else ""
        raise FaultyContractError(
            [Fault(file, place, "YAML without aliases and doubled keys", str(err.problem))]
        ) from err
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as err:
        raise FaultyContractError([Fault(file, "", "YAML of plain values", str(err))]) from err


@lru_cache(maxsize=64)
def _load(text: str) -> Any:
    """Kept, since PyYAML takes tens of milliseconds for a matter, whose text is looked at more than once."""
    document = yaml.load(text, Loader=_StrictLoader)
    json.dumps(document, allow_nan=False)
    return document


class _StrictLoader(yaml.SafeLoader):
    """Safe YAML without its surprises: no aliases, no doubled keys, and a date is the text that was written."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (PyYAML's own shape)
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            alias = self.get_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="an alias", problem_mark=alias.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str" or key.value in seen:
                problem = f"a key that is doubled or not text: {key.value!r}"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)
