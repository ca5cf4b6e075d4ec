"""Homes of three cities in a folder, and their nodes opened in this process."""

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID, uuid4

from tongban.adapters.demo.federation import PASSPHRASE, DemoFederation
from tongban.adapters.demo.offices import window_of
from tongban.adapters.demo.world import DemoWorld
from tongban.adapters.keys.keystore import Keystore
from tongban.adapters.node.home import KEYSTORE_FILE, OpenHome, microseconds_now, read_genesis
from tongban.adapters.node.settings import load_settings
from tongban.adapters.node.writing import end_writing, publish_step
from tongban.domain.identifiers import CommandId
from tongban.domain.law.act import Command
from tongban.ledger.acts import ActRequest, Performed


def found(folder: Path, **log) -> None:
    """Three cities, on the embedded log or on Kafka (`kafka`: host:port)."""
    with DemoFederation(folder, DemoWorld(1), **{"prefix": "tongban", **log}) as federation:
        federation.found()


def home(folder: Path, code: str, overrides: Mapping[str, str] | None = None) -> OpenHome:
    """A city's home, opened; `overrides`: settings as the command line would give them."""
    path = folder / code
    return OpenHome(
        load_settings(path, dict(overrides or {})),
        read_genesis(path),
        Keystore.open(path / KEYSTORE_FILE, PASSPHRASE),
    )


def act(region: OpenHome, command: Command, *, case: UUID | None = None, **more) -> Performed:
    """What the first window of a city does."""
    window = window_of(region.code, 0)
    return region.node.perform(ActRequest(CommandId(uuid4()), window, command, microseconds_now(), case=case, **more))


def publish_all(region: OpenHome) -> None:
    """Until every own event is covered; the writer then is at its end."""
    while not (publish_step(region) and end_writing(region)):
        pass
