"""The publication folder: one whole release at every moment, whatever the disk and other programs do."""

import errno
import json
import os
import stat
import threading

import pytest

from data_contracts.errors import MendableError
from resources import publication, whole_folders
from resources.publication import PublicationFolder

YEAR = "2024-2025"


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(whole_folders, "PAUSE_SECONDS", 0)


@pytest.fixture
def folder(tmp_path) -> PublicationFolder:
    return PublicationFolder(tmp_path / "publications" / YEAR, wait_seconds=0.2)


def written(folder: PublicationFolder, number: int) -> None:
    """Stage and seal a small release."""
    staged = folder.stage()
    (staged / "tables").mkdir()
    (staged / "tables" / "findings.csv").write_text(f"release {number}", encoding="utf-8")
    (staged / "release.json").write_text(json.dumps({"release": number, "school_year": YEAR}), encoding="utf-8")
    folder.seal(number)


def published(folder: PublicationFolder, *numbers: int) -> None:
    with folder.held():
        for number in numbers:
            written(folder, number)
            folder.switch(number)


def shown(folder: PublicationFolder) -> str:
    return (folder.current / "tables" / "findings.csv").read_text(encoding="utf-8")


def names(folder: PublicationFolder) -> set[str]:
    return {path.name for path in folder.root.iterdir()} - {".lock"}


def refuse(monkeypatch, name: str, error: OSError, when=lambda *paths: True) -> None:
    original = getattr(os, name)

    def refusing(*paths, **options):
        if when(*paths):
            raise error
        return original(*paths, **options)

    monkeypatch.setattr(os, name, refusing)


def test_a_release_is_sealed_then_shown(folder):
    published(folder, 1, 2)
    assert shown(folder) == "release 2"
    assert folder.current_manifest() == {"release": 2, "school_year": YEAR}
    assert names(folder) == {"current", "releases"}
    assert sorted(path.name for path in folder.releases.iterdir()) == ["1", "2"]
    assert not folder.current.is_symlink()


def test_releases_are_read_only_and_current_is_not(folder):
    published(folder, 1)
    writable = stat.S_IWRITE | stat.S_IWGRP | stat.S_IWOTH
    assert not (folder.releases / "1" / "release.json").stat().st_mode & writable
    assert (folder.current / "release.json").stat().st_mode & stat.S_IWRITE


def test_before_the_first_release(folder):
    assert folder.current_manifest() is None
    assert folder.repair(None) is None
    assert not folder.root.exists()
    assert folder.next_number(1) == 1


def test_nothing_is_changed_outside_held(folder):
    for change in (folder.stage, lambda: folder.seal(1), lambda: folder.switch(1), lambda: folder.discard(1)):
        with pytest.raises(RuntimeError, match="held"):
            change()
    with folder.held(), pytest.raises(RuntimeError, match="stage"):
        folder.seal(1)


def test_held_may_be_nested_and_keeps_others_out(folder):
    told = []

    def another_run():
        with (
            pytest.raises(MendableError, match="另一个任务正在发布") as raised,
            PublicationFolder(folder.root, wait_seconds=0.1).held(),
        ):
            pass
        told.append(raised.value)

    with folder.held(), folder.held():
        run = threading.Thread(target=another_run)
        run.start()
        run.join()
    assert len(told) == 1
    with PublicationFolder(folder.root, wait_seconds=0.1).held():
        pass


@pytest.mark.parametrize("manifest", [None, "{", "[]", '{"release": 7}'])
def test_a_release_must_say_its_number(folder, manifest):
    with folder.held():
        staged = folder.stage()
        if manifest is not None:
            (staged / "release.json").write_text(manifest, encoding="utf-8")
        with pytest.raises(ValueError, match="release 1"):
            folder.seal(1)


def test_a_release_is_never_overwritten(folder):
    published(folder, 1)
    with folder.held(), pytest.raises(MendableError, match="已有第 1 次发布"):
        written(folder, 1)
    assert shown(folder) == "release 1"


def test_a_file_held_open_leaves_the_old_release_and_is_named(folder, monkeypatch):
    """As on Windows: a folder cannot be renamed while a file in it is open, nor can that file."""
    published(folder, 1)
    open_file = folder.current / "tables" / "findings.csv"
    sharing = PermissionError(errno.EACCES, "The process cannot access the file")
    with monkeypatch.context() as windows:
        refuse(windows, "rename", sharing, lambda source, _target: source in (folder.current, open_file))
        with folder.held():
            written(folder, 2)
            with pytest.raises(MendableError) as raised:
                folder.switch(2)
        assert str(open_file) in raised.value.zh and str(open_file) in raised.value.en
        assert shown(folder) == "release 1"
        assert names(folder) == {"current", "releases"}
        with pytest.raises(MendableError, match=r"findings\.csv"):
            folder.repair(2)
    assert folder.repair(2) == 2
    assert shown(folder) == "release 2"


def test_a_file_held_for_a_moment_only_is_waited_for(folder, monkeypatch):
    published(folder, 1)
    refusals = iter([True, True])
    refuse(
        monkeypatch,
        "rename",
        PermissionError(errno.EACCES, "busy"),
        lambda source, _t: source == folder.current and next(refusals, False),
    )
    published(folder, 2)
    assert shown(folder) == "release 2"


def test_where_the_held_file_cannot_be_found_the_folder_is_named(folder, monkeypatch):
    published(folder, 1)
    refuse(monkeypatch, "rename", PermissionError(errno.EACCES, "busy"), lambda source, _target: source == folder.current)
    with folder.held():
        written(folder, 2)
        with pytest.raises(MendableError, match="current 正被其他程序打开"):
            folder.switch(2)


def test_when_the_second_rename_fails_the_old_release_comes_back(folder, monkeypatch):
    published(folder, 1)
    refuse(monkeypatch, "rename", PermissionError(errno.EACCES, "busy"), lambda source, _target: source.name == ".incoming")
    with folder.held():
        written(folder, 2)
        with pytest.raises(MendableError, match="发布文件夹无法写入"):
            folder.switch(2)
    assert shown(folder) == "release 1"
    assert names(folder) == {"current", "releases"}


def test_an_old_release_that_could_not_come_back_does_so_at_the_next_try(folder, monkeypatch):
    published(folder, 1)
    with folder.held():
        written(folder, 2)
        with monkeypatch.context() as stuck:
            refuse(stuck, "rename", PermissionError(errno.EACCES, "busy"), lambda source, _target: source.name.startswith("."))
            with pytest.raises(MendableError, match="发布文件夹无法写入"):
                folder.switch(2)
        assert not folder.current.exists()
        with monkeypatch.context() as full:
            refuse(full, "fsync", OSError(errno.ENOSPC, "No space left on device"))
            with pytest.raises(MendableError, match="No space left"):
                folder.switch(2)
    assert shown(folder) == "release 1"


def test_a_full_disk_leaves_the_old_release(folder, monkeypatch):
    """F01: and the next try completes it."""
    published(folder, 1)
    with folder.held():
        written(folder, 2)
        with monkeypatch.context() as full:
            refuse(full, "fsync", OSError(errno.ENOSPC, "No space left on device"))
            with pytest.raises(MendableError, match="No space left"):
                folder.switch(2)
    assert shown(folder) == "release 1"
    assert names(folder) == {"current", "releases"}
    assert folder.repair(2) == 2


def test_what_cannot_be_deleted_now_goes_next_time(folder, monkeypatch):
    published(folder, 1)
    with monkeypatch.context() as scanner:

        def keeps(path, *_args, **_options):
            raise PermissionError(errno.EACCES, "busy", str(path))

        scanner.setattr(whole_folders.shutil, "rmtree", keeps)
        published(folder, 2)
    assert shown(folder) == "release 2"
    assert ".outgoing" in names(folder)
    assert folder.repair(2) == 2
    assert names(folder) == {"current", "releases"}


def test_a_commit_that_failed_is_discarded_but_a_release_that_counts_never(folder):
    published(folder, 1)
    with folder.held():
        written(folder, 2)
        folder.discard(2)
        folder.discard(1)
    assert [path.name for path in folder.releases.iterdir()] == ["1"]


def test_repair_removes_what_was_never_committed(folder):
    published(folder, 1)
    with folder.held():
        written(folder, 2)
        folder.stage()
    assert folder.repair(1) == 1
    assert [path.name for path in folder.releases.iterdir()] == ["1"]


def test_repair_finishes_a_committed_release(folder):
    published(folder, 1)
    with folder.held():
        written(folder, 2)
    assert folder.repair(2) == 2
    assert shown(folder) == "release 2"


def test_repair_finishes_a_first_release(folder):
    with folder.held():
        written(folder, 1)
    assert folder.repair(1) == 1


@pytest.mark.parametrize("committed", [1, 2])
def test_repair_after_death_between_the_renames(folder, committed):
    published(folder, 1)
    with folder.held():
        written(folder, 2)
    folder.current.rename(folder.root / ".outgoing")
    (folder.root / ".incoming").mkdir()
    assert folder.repair(committed) == committed
    assert shown(folder) == f"release {committed}"
    assert names(folder) == {"current", "releases"}


def test_repair_replaces_a_current_without_a_readable_manifest(folder):
    published(folder, 1)
    (folder.current / "release.json").write_text("{", encoding="utf-8")
    assert folder.current_manifest() is None
    assert folder.repair(1) == 1


def test_repair_puts_back_what_was_altered_or_taken_away(folder):
    published(folder, 1)
    assert folder.altered(1) is None
    whole = {path: path.read_bytes() for path in folder.current.rglob("*") if path.is_file()}
    for path in whole:
        for spoil in (lambda path: path.write_bytes(b"other"), lambda path: path.unlink()):
            spoil(path)
            assert folder.altered(1) == path.relative_to(folder.current).as_posix()
            assert folder.repair(1) == 1
            assert {path: path.read_bytes() for path in folder.current.rglob("*") if path.is_file()} == whole


def test_repair_follows_a_database_restored_from_a_backup_and_loses_nothing(folder):
    published(folder, 1, 2, 3)
    assert folder.repair(2) == 2
    assert folder.repair(2) == 2
    assert {path.name for path in folder.releases.iterdir()} == {"1", "2", "3"}
    assert folder.next_number(3) == 4


def test_a_new_database_does_not_cost_the_old_releases(folder):
    published(folder, 1, 2)
    assert folder.repair(None) == 2
    assert {path.name for path in folder.releases.iterdir()} == {"1", "2"}
    assert folder.next_number(1) == 3


def test_a_release_that_is_not_on_this_disk_is_reported_by_the_number(folder):
    published(folder, 1)
    assert folder.repair(5) == 1
    assert shown(folder) == "release 1"


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(MendableError, match="发布文件夹无法写入"), PublicationFolder(tmp_path / "file" / YEAR).held():
        pass


def test_the_manifest_is_the_one_of_the_interface():
    assert publication.MANIFEST == "release.json"
