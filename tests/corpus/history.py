"""The base history as it stands in `base.json`."""

import json
from functools import cache

from tests.corpus.artefact import BASE, Placed, record_from_json
from tongban.contracts.genesis import Genesis, parse_genesis

BASE_TEXT = BASE.read_text(encoding="utf-8")


@cache
def base() -> tuple[tuple[Placed, ...], Genesis, dict[str, int]]:
    """The records, the federation, and the partitions of each topic."""
    said = json.loads(BASE_TEXT)
    genesis = parse_genesis(json.dumps(said["genesis"]).encode())
    return tuple(map(record_from_json, said["records"])), genesis, said["topics"]
