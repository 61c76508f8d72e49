"""The migrations say what the models say."""

import os
import sqlite3
import subprocess
import sys

from tests.architecture.source import PACKAGE, ROOT


def test_no_migration_is_missing(tmp_path):
    surroundings = {**os.environ, "FUPAN_HOME": str(tmp_path), "DATABASE_URL": "", "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
        env=surroundings, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_migrations_are_named_for_what_they_do():
    auto = [path.name for path in PACKAGE.rglob("migrations/0*.py") if "_auto_" in path.name]
    assert not auto


CREATE = {
    "stepwise": "from django.core.management import call_command; "
    "[call_command(name, verbosity=0) for name in ('migrate', 'createcachetable')]",
    "at once": "from fupan.core import tables; tables.bring_up_to_date()",
}


def parts(statement):
    """What a CREATE TABLE says, whatever the order of its columns."""
    depth, found = 0, [""]
    for letter in statement[statement.index("(") + 1 : statement.rindex(")")]:
        depth += (letter == "(") - (letter == ")")
        found[-1] += letter
        if letter == "," and depth == 0:
            found[-1] = found[-1][:-1].strip()
            found.append("")
    return sorted(one.strip() for one in found)


def schema(home, code):
    """Each table of a new database with its parts, and each index."""
    surroundings = {**os.environ, "FUPAN_HOME": str(home), "DATABASE_URL": "", "PYTHONPATH": str(ROOT / "src")}
    home.mkdir()
    subprocess.run([sys.executable, "-c", f"import django; django.setup(); {code}"], env=surroundings, check=True)
    with sqlite3.connect(home / "fupan.sqlite3") as database:
        rows = database.execute("select type, name, sql from sqlite_master where sql is not null").fetchall()
        done = database.execute("select app, name from django_migrations order by 1, 2").fetchall()
    return {(kind, name): parts(sql) if kind == "table" else sql for kind, name, sql in rows}, done


def test_a_database_of_another_version_is_left_alone(tmp_path):
    schema(tmp_path / "old", CREATE["at once"])
    with sqlite3.connect(tmp_path / "old" / "fupan.sqlite3") as database:
        database.execute(
            "insert into django_migrations (app, name, applied) values ('desk', '0042_later', '2026-01-01')"
        )
    surroundings = {**os.environ, "FUPAN_HOME": str(tmp_path / "old"), "DATABASE_URL": "", "FUPAN_LANG": "en"}
    done = subprocess.run(
        [sys.executable, "-m", "fupan.cli", "doctor"], env=surroundings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "desk 0042_later" in done.stdout + done.stderr


def test_tables_made_at_once_are_those_of_the_steps(tmp_path):
    (stepwise, steps), (at_once, noted) = (schema(tmp_path / name, code) for name, code in CREATE.items())
    assert {key for key in stepwise | at_once if stepwise.get(key) != at_once.get(key)} == set()
    assert len(stepwise) > 200
    assert noted == steps
