"""What `--keep` leaves: homes that other commands open, with the views that the demo showed, ready to go on."""

import pytest

from tests.ports.lives import case_ids
from tongban.adapters.cli.exit_codes import ExitCode
from tongban.adapters.demo.federation import CITIES, HEFEI, LOG_FILE, PASSPHRASE, SHANGHAI
from tongban.adapters.demo.fictions import PRODUCTION_LICENCE
from tongban.adapters.demo.offices import window_of
from tongban.adapters.demo.world import DemoWorld
from tongban.adapters.node.home import opened
from tongban.contracts.matter.folders import shipped_matter
from tongban.domain.events.values import Handling, SubmittedForm, SubmittedMaterial
from tongban.domain.identifiers import FEDERATION, CommandId
from tongban.domain.law.intake import TakeIn
from tongban.ledger.acts import ActRequest


@pytest.fixture
def kept(demo, tmp_path):
    folder = tmp_path / "kept"
    code, answer = demo("--keep", folder)
    assert code == ExitCode.DONE
    return folder, answer


def test_kept_homes_open_again_and_show_the_same(kept):
    folder, answer = kept
    assert sorted(each.name for each in folder.iterdir() if each.is_dir()) == sorted([*CITIES, FEDERATION])
    assert (folder / LOG_FILE).stat().st_mode & 0o077 == 0
    for code in CITIES:
        with opened(folder / code, passphrase=PASSPHRASE) as region:
            for view, digests in answer["digests"].items():
                assert region.views.digest(view).hex() == digests[code]


def test_a_kept_city_goes_on(kept, world):
    folder, answer = kept
    with opened(folder / SHANGHAI, passphrase=PASSPHRASE) as shanghai, shanghai.store.writer_lock() as is_writer:
        assert is_writer
        shanghai.node.start()
        performed = shanghai.node.perform(_take_in(CommandId(world.uuid("go on")), world.now))
        while not shanghai.node.drained():
            shanghai.node.relay()
            shanghai.node.catch_up()
        shanghai.node.stop()
    with opened(folder / HEFEI, passphrase=PASSPHRASE) as hefei:
        hefei.node.follower.refresh()
        hefei.node.catch_up()
        while hefei.projector.step(100):
            pass
        assert len(case_ids(hefei.views)) == answer["cases"] + 1
        assert hefei.views.timeline(str(performed.case))


def test_a_kept_folder_moves(kept, tmp_path):
    folder, answer = kept
    moved = folder.rename(tmp_path / "moved")
    with opened(moved / SHANGHAI, passphrase=PASSPHRASE) as region:
        region.node.follower.refresh()
        region.node.catch_up()
        assert region.node.follower.partitions > len(CITIES)
        assert len(case_ids(region.views)) == answer["cases"]


def test_a_folder_with_something_in_it_is_refused(demo, tmp_path):
    (tmp_path / "something").touch()
    code, answer = demo("--keep", tmp_path)
    assert code == ExitCode.USAGE
    assert answer is None
    assert [each.name for each in tmp_path.iterdir()] == ["something"]


def test_the_environment_does_not_change_the_demo(demo, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere.sqlite"
    for name in ("STORE", "VIEWS", "LOG"):
        monkeypatch.setenv(f"TONGBAN_{name}", f"sqlite:///{elsewhere}")
    monkeypatch.setenv("TONGBAN_REGION", "000000")
    code, _ = demo(cases=1)
    assert code == ExitCode.DONE
    assert not elsewhere.exists()


@pytest.fixture
def world():
    return DemoWorld(99)


def _take_in(command_id, now):
    contract = shipped_matter(PRODUCTION_LICENCE)
    materials = tuple(SubmittedMaterial(each.code, SubmittedForm(each.form)) for each in contract.rules.materials)
    return ActRequest(
        command_id=command_id,
        actor=window_of(SHANGHAI, 0),
        command=TakeIn(Handling.REMOTE_INTAKE, HEFEI, materials),
        occurred_at=now,
        matter=PRODUCTION_LICENCE,
    )
