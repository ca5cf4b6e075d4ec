"""How a command comes to its region: to look at it, or to act in it.

Looking needs neither lock nor passphrase, as long as nothing sealed is opened. Acting needs the keys; whether the command is
the region's writer or acts beside one, `tongban.adapters.node.ready_home` finds out.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from tongban.adapters.cli.command import Call, Writing
from tongban.adapters.cli.passphrase import KeysOnDemand, passphrase, settings_of
from tongban.adapters.keys.keystore import Keystore
from tongban.adapters.node.home import KEYSTORE_FILE, OpenHome, read_genesis
from tongban.adapters.node.ready_home import ReadyHome, Terms, ready
from tongban.domain.errors import SettingsError
from tongban.domain.identifiers import FEDERATION


@contextmanager
def looking(call: Call) -> Iterator[OpenHome]:
    """Open the home to look at it."""
    settings = settings_of(call)
    with closing(OpenHome(settings, read_genesis(call.home), KeysOnDemand(call.home, settings))) as region:
        yield region


@contextmanager
def with_keys(call: Call) -> Iterator[OpenHome]:
    """Open the home with its keys. Raises KeystoreError, ExposedFileError, SettingsError."""
    settings = settings_of(call)
    genesis = read_genesis(call.home)
    keystore = Keystore.open(call.home / KEYSTORE_FILE, passphrase(settings))
    with closing(OpenHome(settings, genesis, keystore)) as region:
        yield region


@contextmanager
def acting(call: Writing) -> Iterator[ReadyHome]:
    """Open the home to act in it. Raises what `ready` raises."""
    terms = Terms(call.timeout_seconds, wait=call.wait, accept_newer=call.accept_newer)
    with with_keys(call) as region, ready(region, terms, call.output.note) as home:
        yield home


def refresh(call: Call) -> None:
    """Read the log to its end without writing anything; where a node runs, it has read it already."""
    with with_keys(call) as region, region.store.writer_lock() as alone:
        if alone:
            region.read_log()
        region.project()


def check_role(region: OpenHome, *, federation: bool) -> None:
    """Raise SettingsError where a command of the federation is called in a region's home, or the other way."""
    if (region.code == FEDERATION) is not federation:
        wanted = "the federation's own home" if federation else "the home of a region"
        raise SettingsError(
            f"this command works in {wanted}",
            expected=wanted,
            found=f"the home of {region.code}",
            advice="name another folder with --home",
        )
