"""A worker killed in the middle of a job: the job comes back and is finished once."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time

import pytest

JOB = """
import os, time, pathlib

def work(folder):
    folder = pathlib.Path(folder)
    starts = len(list(folder.glob("start-*")))
    (folder / f"start-{starts}").touch()
    if starts == 0:
        time.sleep(60)
    (folder / f"done-{starts}").touch()
"""

WORKER = """
import threading, os, sys
sys.path.insert(0, os.environ["JOB_FOLDER"])
import django
django.setup()
from fupan.cli import serving
serving.worker()
"""


@pytest.fixture
def home(tmp_path):
    (tmp_path / "job_module.py").write_text(textwrap.dedent(JOB))
    return tmp_path


@pytest.fixture
def surroundings(home):
    return {
        **os.environ, "FUPAN_HOME": str(home), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "job_settings",
        "JOB_FOLDER": str(home), "PYTHONPATH": str(home),
    }  # fmt: skip


def run(code, surroundings):
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], env=surroundings, check=True)


def wait_for(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_a_job_killed_half_way_is_delivered_again(home, surroundings):
    (home / "job_settings.py").write_text(
        "from fupan.config.settings import *\nQ_CLUSTER = Q_CLUSTER | {'timeout': 3, 'retry': 4, 'poll': 0.2}\n"
    )
    run("import django; django.setup(); from fupan.cli import serving; serving.prepare()", surroundings)
    queue = f"from fupan.core import jobs; jobs.enqueue('job_module.work', {str(home)!r})"
    run(f"import django; django.setup(); {queue}", surroundings)

    first = subprocess.Popen([sys.executable, "-c", WORKER], env=surroundings, start_new_session=True)
    try:
        assert wait_for((home / "start-0").exists, 40), "the job never started"
    finally:
        os.killpg(first.pid, signal.SIGKILL)

    second = subprocess.Popen([sys.executable, "-c", WORKER], env=surroundings, start_new_session=True)
    try:
        assert wait_for((home / "done-1").exists, 40), "the job was not delivered again"
    finally:
        second.terminate()
        second.wait(timeout=30)

    with sqlite3.connect(home / "fupan.sqlite3") as database:
        assert database.execute("select count(*) from django_q_ormq").fetchone() == (0,)
    assert not (home / "done-0").exists()
