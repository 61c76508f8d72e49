import json
import zipfile
from datetime import timedelta

import pytest

from fupan.core import clock
from fupan.core.models import Event
from fupan.ops import archive, databases, retention, services
from fupan.people.models import Department, Workspace
from tests.support.refusals import refused

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME = tmp_path
    (tmp_path / "payloads" / "ab").mkdir(parents=True)
    (tmp_path / "payloads" / "ab" / "abcd").write_bytes(b"a file")
    (tmp_path / "models" / "1").mkdir(parents=True)
    (tmp_path / "models" / "1" / "3.npz").write_bytes(b"learnt")
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "1.parquet").write_bytes(b"rows")
    return tmp_path


@pytest.fixture
def shelf(home, workspace):
    Department.objects.create(workspace=workspace, code="service", name="售后")
    return services.backup(home / "backups" / "one.zip")


def test_what_was_backed_up_comes_back(shelf, home, workspace):
    Department.objects.all().delete()
    Workspace.objects.update(name="Changed since")
    (home / "payloads" / "ab" / "abcd").write_bytes(b"changed")
    (home / "payloads" / "ab" / "later").write_bytes(b"later")
    (home / "models" / "1" / "3.npz").unlink()
    services.restore(shelf, force=True)
    assert (home / "models" / "1" / "3.npz").read_bytes() == b"learnt"
    assert Workspace.objects.get().name == "Harbour"
    assert Department.objects.get().name == "售后"
    assert Event.objects.filter(name="ops.restored").exists()
    assert not (home / "payloads" / "ab" / "later").exists()


def test_facts_come_along_when_asked_for(home, workspace):
    shelf = services.backup(home / "with.zip", facts=True)
    (home / "facts" / "1.parquet").unlink()
    services.restore(shelf, force=True)
    assert (home / "facts" / "1.parquet").read_bytes() == b"rows"


def test_without_facts_the_old_ones_go_and_are_rebuilt(shelf, home):
    services.restore(shelf, force=True)
    assert not list((home / "facts").rglob("*.parquet"))


def test_a_backup_goes_to_its_own_folder_by_default(home, workspace):
    target = services.backup()
    assert target.parent == home / "backups"
    assert target.stat().st_mode & 0o077 == 0


def test_an_inhabited_place_is_not_overwritten_by_mistake(shelf):
    assert refused(services.restore, shelf) == "not-empty"


def changed(shelf, target, name, text):
    """The same zip with one member replaced."""
    with zipfile.ZipFile(shelf) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.namelist():
            new.writestr(member, text if member == name else old.read(member))
    return target


def test_a_damaged_backup_changes_nothing(shelf, home):
    broken = changed(shelf, home / "broken.zip", "database", b"not what it was")
    assert refused(services.restore, broken, force=True) == "damaged-backup"
    assert Workspace.objects.get().name == "Harbour"


def test_a_truncated_backup_is_told(shelf, home):
    half = home / "half.zip"
    half.write_bytes(shelf.read_bytes()[: shelf.stat().st_size // 2])
    assert refused(services.restore, half, force=True) == "not-a-backup"


@pytest.mark.parametrize("text", ["[]", "{}", "nonsense", '{"made_at": 3}'])
def test_any_other_zip_is_told(shelf, home, text):
    odd = changed(shelf, home / "odd.zip", archive.MANIFEST, text)
    assert refused(services.restore, odd, force=True) == "not-a-backup"


def test_a_backup_cannot_write_outside_its_folders(shelf, home):
    told = json.loads(archive.read_manifest(shelf).as_json())
    evil = "payloads/../../evil"
    with zipfile.ZipFile(home / "evil.zip", "w") as new:
        new.writestr(archive.MANIFEST, json.dumps(told | {"sums": {evil: "0"}}))
        new.writestr(evil, "evil")
    assert refused(services.restore, home / "evil.zip", force=True) == "not-a-backup"
    assert not (home.parent / "evil").exists()


def test_a_backup_of_a_newer_version_is_told(shelf, home):
    told = json.loads(archive.read_manifest(shelf).as_json()) | {"migrations": ["people.9999_later"]}
    newer = changed(shelf, home / "newer.zip", archive.MANIFEST, json.dumps(told))
    assert refused(services.restore, newer, force=True) == "newer-backup"


def test_a_backup_of_the_other_database_is_told(shelf, home):
    told = json.loads(archive.read_manifest(shelf).as_json()) | {"vendor": "oracle"}
    other = changed(shelf, home / "other.zip", archive.MANIFEST, json.dumps(told))
    assert refused(services.restore, other, force=True) == "other-database"


def test_a_backup_past_its_time_is_told_listed_and_purged(shelf):
    with clock.set_to(clock.now() + timedelta(days=31)):
        assert refused(services.restore, shelf) == "backup-too-old"
        assert retention.overdue_backups() == [shelf]
        assert services.purge()["backups"] == 1
    assert not shelf.exists()


def test_the_key_is_not_in_the_backup(shelf, settings, home):
    with zipfile.ZipFile(shelf) as opened:
        everything = b"".join(opened.read(name) for name in opened.namelist())
    assert settings.SECRET_KEY.encode() not in everything
    assert archive.read_manifest(shelf).key == archive.key_fingerprint()


def test_a_file_that_ends_meanwhile_is_left_out(home, workspace, monkeypatch):
    real = archive._add

    def ended(zipped, path, name):
        if name.startswith("payloads/"):
            path.unlink(missing_ok=True)
        return real(zipped, path, name)

    monkeypatch.setattr(archive, "_add", ended)
    shelf = services.backup(home / "one.zip")
    assert not [name for name in archive.read_manifest(shelf).sums if name.startswith("payloads/")]
    services.restore(shelf, force=True)
    assert Workspace.objects.get().name == "Harbour"


def test_the_copy_is_whole_while_somebody_writes(home, workspace, tmp_path):
    copy = tmp_path / "copy"
    databases.copy_to(copy)
    assert copy.stat().st_size > 10_000
