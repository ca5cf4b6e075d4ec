"""Views rebuilt from the store by its address: on one core or two, each signature verified, always the same rows."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cities import HEFEI, SHANGHAI, Cities
from tests.ledger.lives import FINISHED, live, take_in
from tongban.adapters.views import rebuilding
from tongban.adapters.views.projector import Projector
from tongban.adapters.views.rebuilding import Source
from tongban.adapters.views.sql_views import Views
from tongban.domain.errors import StoreCorruptError
from tongban.projections.views import VIEWS


@pytest.fixture
def cities(tmp_path: Path) -> Iterator[Cities]:
    with closing(Cities(tmp_path)) as cities:
        live(cities, take_in(cities), FINISHED)
        for _ in range(3):
            take_in(cities)
        yield cities


@pytest.fixture
def views(tmp_path: Path) -> Iterator[Views]:
    with closing(Views(f"sqlite:///{tmp_path / 'views.sqlite'}")) as views:
        views.create()
        yield views


def projector(cities: Cities, views: Views) -> Projector:
    node = cities.nodes[HEFEI]
    return Projector(node.store, views, node.histories.read)


def source(cities: Cities, *, verified: bool = True) -> Source:
    return Source(f"sqlite:///{cities.folder / HEFEI}.sqlite", cities.genesis, verified)


def digests(views: Views) -> tuple[bytes, ...]:
    return tuple(views.digest(view.name) for view in VIEWS)


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("verified", [True, False])
def test_verified_or_not_and_by_any_number_of_processes_the_rows_are_the_same(
    cities: Cities, views: Views, monkeypatch: pytest.MonkeyPatch, processes: int, verified: bool
) -> None:
    monkeypatch.setattr(rebuilding, "BATCH_CASES", 1)
    rebuilt = projector(cities, views)
    assert rebuilt.rebuild() == 4
    plain = digests(views)
    views.clear()
    progress: list[tuple[int, int]] = []
    count = rebuilt.rebuild(
        lambda done, total: progress.append((done, total)),
        source=source(cities, verified=verified),
        processes=processes,
    )
    assert (count, digests(views)) == (4, plain)
    assert progress == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("kind", ["case.accepted", "region.post_created"])
def test_a_signature_that_does_not_verify_ends_the_rebuild_and_the_old_views_stay(
    cities: Cities, views: Views, monkeypatch: pytest.MonkeyPatch, processes: int, kind: str
) -> None:
    monkeypatch.setattr(rebuilding, "BATCH_CASES", 1)
    rebuilt = projector(cities, views)
    rebuilt.rebuild()
    before = digests(views)
    flip_signature(cities.folder / f"{HEFEI}.sqlite", kind)
    with pytest.raises(StoreCorruptError, match="signature does not verify"):
        rebuilt.rebuild(source=source(cities), processes=processes)
    assert digests(views) == before


def flip_signature(path: Path, kind: str) -> None:
    """Change a signature and the leaf over it, as somebody with the file could: no hash in the store tells."""
    with closing(sqlite3.connect(path)) as store, store:
        event_hash, stream, sequence, state = store.execute(
            "SELECT hash, stream, sequence, state FROM links JOIN stored_events"
            " ON originator_id = stream AND originator_version = sequence WHERE ce_type = ? AND region = ?",
            (f"tongban.{kind}.v1", HEFEI if kind.startswith("case") else SHANGHAI),
        ).fetchone()
        signature, body = bytes([state[0] ^ 1]) + state[1:64], state[64:]
        leaf = sha256(b"\0" + event_hash + signature).digest()
        store.execute("UPDATE links SET leaf = ? WHERE hash = ?", (leaf, event_hash))
        store.execute(
            "UPDATE stored_events SET state = ? WHERE originator_id = ? AND originator_version = ?",
            (signature + body, stream, sequence),
        )
