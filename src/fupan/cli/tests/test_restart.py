import os

import pytest

from fupan.cli import restart


@pytest.fixture
def started(monkeypatch, tmp_path):
    found = []
    monkeypatch.delenv(restart.STARTED, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "execve", lambda _path, _words, surroundings: found.append(surroundings["FUPAN_HOME"]))
    return found


def test_the_demo_starts_in_a_folder_of_its_own(started, tmp_path):
    restart.for_demo(["--lang", "en", "demo", "--no-serve"])
    restart.for_demo(["demo", "--home", "there"])
    assert started == [str(tmp_path / ".demo"), str(tmp_path / "there")]
    assert (tmp_path / "there" / restart.MARK).exists()


def test_a_folder_with_other_things_is_left_alone(started, tmp_path, capsys):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(SystemExit) as ended:
        restart.for_demo(["demo", "--home", "mine"])
    assert ended.value.code == 2
    assert "nothing was changed" in capsys.readouterr().err
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"
    assert not started


@pytest.mark.parametrize("words", [["import", "demo"], ["demo", "--help"], [], ["review", "--week", "2026-W46"]])
def test_other_commands_go_on_as_they_are(started, words):
    restart.for_demo(words)
    assert not started


def test_it_starts_anew_only_once(started, monkeypatch):
    monkeypatch.setenv(restart.STARTED, "1")
    restart.for_demo(["demo"])
    assert not started
