import os

import pytest

from tongban.adapters import private_files
from tongban.adapters.private_files import check_private, read_private, write_private
from tongban.domain.errors import ExposedFileError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "secret"


def test_a_new_file_is_private_whatever_the_umask_says(path):
    before = os.umask(0)
    try:
        write_private(path, b"secret")
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    check_private(path)
    assert read_private(path, 6) == b"secret"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o660, 0o777])
def test_a_file_open_to_others_is_refused_with_advice(path, mode):
    write_private(path, b"secret")
    path.chmod(mode)
    for read in (check_private, lambda path: read_private(path, 6)):
        with pytest.raises(ExposedFileError, match=f"found mode {mode:o}") as refused:
            read(path)
        assert f"chmod 600 {path}" in refused.value.advice


def test_a_folder_is_advised_its_own_mode(tmp_path):
    folder = tmp_path / "keys"
    folder.mkdir()
    folder.chmod(0o755)
    with pytest.raises(ExposedFileError) as refused:
        check_private(folder)
    assert f"chmod 700 {folder}" in refused.value.advice


def test_a_missing_file_is_not_there(path):
    with pytest.raises(FileNotFoundError):
        check_private(path)


def test_reading_stops_behind_the_limit(path):
    write_private(path, b"x" * 100)
    assert len(read_private(path, 10)) == 11


def test_writing_replaces_the_whole_file_and_leaves_nothing_else(path):
    write_private(path, b"a long first content")
    write_private(path, b"short")
    assert path.read_bytes() == b"short"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failed_write_leaves_the_old_file_as_it_was(path, step, monkeypatch):
    def fail(*_):
        raise OSError("no space left on device")

    write_private(path, b"old")
    monkeypatch.setattr(private_files.os if step == "fsync" else private_files.Path, step, fail)
    with pytest.raises(OSError, match="no space"):
        write_private(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]
