import json

import pytest
from typer.testing import CliRunner

from fupan.core import clock, jobs
from fupan.core.events import record
from fupan.core.models import Delivery
from fupan.notify.models import Delivery as Message
from fupan.notify.models import Destination
from fupan.ops import doctor


@pytest.fixture
def found(db, settings, tmp_path):
    settings.HOME = tmp_path
    return lambda: {one.name: one for one in doctor.examine()}


def test_every_check_has_a_title(found):
    assert set(found()) == set(doctor.TITLES)


def test_the_database_and_its_room_are_told(found):
    told = found()
    assert told["database"].state == "ok"
    assert "MB" in told["database"].detail
    assert told["disk"].state in {"ok", "warning"}


def test_a_key_that_others_can_read_is_a_failure(found, tmp_path):
    key = tmp_path / "secret.key"
    key.write_text("x")
    key.chmod(0o644)
    assert found()["secret_key"].state == "failure"
    key.chmod(0o600)
    assert found()["secret_key"].state == "ok"


def test_the_worker_is_missed_and_seen(found):
    assert found()["worker"].state == "warning"
    jobs.beat()
    assert found()["worker"].state == "ok"


def test_a_flow_that_was_given_up_is_a_failure(found, workspace):
    event = record("people.joined", None, by=None, workspace_id=workspace.pk)
    Delivery.objects.create(event=event, flow="x.y", attempts=8, error="KeyError: a")
    told = found()["deliveries"]
    assert (told.state, told.remedy) == ("failure", "KeyError: a")


def test_a_mail_that_waits_is_told(found, workspace):
    from datetime import timedelta

    from fupan.notify.models import Mail

    Mail.objects.create(workspace=workspace, to="a@b.example", subject="s", text="t", once="1")
    Mail.objects.update(created_at=clock.now() - timedelta(hours=2))
    assert found()["mail"].state == "warning"


def test_a_group_that_cannot_be_reached_is_told(found, workspace):
    room = Destination.objects.create(
        workspace=workspace, kind="webhook", name="ERP", url="https://example.com/", secret="s" * 24, topics=["review"]
    )
    assert found()["destinations"].state == "ok"
    sent = {"workspace": workspace, "destination": room, "kind": "review_ready", "message": {}}
    Message.objects.create(**sent, once="1", at=clock.now(), state="failed")
    assert (found()["destinations"].state, "ERP" in found()["destinations"].detail) == ("warning", True)
    Message.objects.create(**sent, once="2", at=clock.now(), state="sent")
    assert found()["destinations"].state == "ok"


def test_a_check_that_fails_is_a_finding_and_not_a_crash(found, monkeypatch):
    def gone(_place):
        raise OSError("no such device")

    monkeypatch.setattr("fupan.ops.doctor.shutil.disk_usage", gone)
    assert found()["disk"].state == "failure"
    assert "no such device" in found()["disk"].detail


@pytest.fixture
def command(db, settings, tmp_path):
    settings.HOME = tmp_path
    import typer

    from fupan.cli import ops

    app = typer.Typer()
    app.command("doctor")(ops.doctor)
    app.command("purge")(ops.purge)
    return lambda *words: CliRunner().invoke(app, list(words))


def test_the_command_prints_json_and_tells_by_its_exit_code(command, tmp_path):
    told = command("doctor", "--json")
    states = {one["state"] for one in json.loads(told.stdout)}
    assert told.exit_code == (1 if "failure" in states else 0)
    (tmp_path / "secret.key").touch(mode=0o666)
    (tmp_path / "secret.key").chmod(0o666)
    assert command("doctor", "--json").exit_code == 1


def test_the_command_prints_a_table(command):
    assert "Database" in command("doctor").stdout


def test_the_purge_command_counts(command, workspace):
    assert json.loads(command("purge", "--dry-run", "--json").stdout) == {}
    assert "Nothing is due." in command("purge").stdout


@pytest.mark.parametrize(
    ("here", "state", "said"),
    [((), "warning", "keyword rules only"), (("use",), "ok", "Vietnamese"), (("use", "e5"), "ok", "E5")],
)
def test_what_reads_the_texts_is_told(found, monkeypatch, here, state, said):
    monkeypatch.setattr(doctor.learning, "installed", lambda: here)
    told = found()["encoders"]
    assert told.state == state
    assert said in told.detail
