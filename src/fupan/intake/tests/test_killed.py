"""An import killed with SIGKILL at random moments is run again and nothing is lost or doubled."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "killed.py"
MAPPING = """
name = "killed"
covers = ["orders", "returns"]
[shop]
name = "S"
currency = "EUR"
timezone = "Europe/Berlin"
[[record]]
shape = "order_line"
when = [{column = "no", starts = "C", not = true}, {column = "qty", above = 0}]
[record.fields]
order_number = "no"
sku = "sku"
placed_at = "day"
units = "qty"
[[record]]
shape = "ticket"
when = [{column = "no", starts = "C"}]
[record.fields]
kind = {constant = "return"}
outside_id = {join = ["no", "sku"], sep = "|", occurrence = true}
opened_at = "day"
sku = "sku"
units = {column = "qty", absolute = true}
"""


def sheet():
    """24,000 rows: orders of several lines across chunks, equal lines far apart, returns, bad and ignored rows."""
    rng = random.Random(7)
    rows = ["no,sku,day,qty"]
    for number in range(8_000):
        day = f"2026-{1 + number % 11:02d}-{1 + number % 28:02d}"
        rows += [f"{number},S{rng.randrange(300)},{day},{rng.randrange(0, 4)}" for _line in range(2)]
        rows.append(f"C{rng.randrange(4000)},S1,{day},-1" if number % 9 == 0 else f"{rng.randrange(50)},S2,{day},1")
    rows[5000] = "9,S1,never,1"
    rows[20_001] = "1.11E+16,S1,2026-01-01,1"
    return "\n".join(rows) + "\n"


@pytest.fixture
def home(tmp_path):
    """`home("name")` is a prepared home; it gives a function that starts the script there."""

    def starter(folder):
        env = {**os.environ, "FUPAN_HOME": str(folder), "DATABASE_URL": "", "PYTHONPATH": os.pathsep.join(sys.path)}
        return lambda *arguments: subprocess.Popen(
            [sys.executable, str(SCRIPT), *arguments], env=env, stdout=subprocess.PIPE, text=True
        )

    fresh = tmp_path / "fresh"
    fresh.mkdir()
    assert starter(fresh)("prepare").wait(timeout=120) == 0
    return lambda name: starter(shutil.copytree(fresh, tmp_path / name))


def ended(process):
    out, _err = process.communicate(timeout=120)
    assert process.returncode == 0
    return out


def test_killed_at_random_moments(home, given):
    file, mapping = str(given("o.csv", sheet())), str(given("map.toml", MAPPING))
    whole = home("whole")
    ended(whole("import", file, mapping))
    killed = home("killed")
    rng = random.Random(11)
    deaths = 0
    for _attempt in range(3):
        process = killed("import", file, mapping)
        process.stdout.readline()
        time.sleep(rng.random() * 0.03)
        process.send_signal(signal.SIGKILL)
        died = process.wait(timeout=60) == -signal.SIGKILL
        process.stdout.close()
        deaths += died
        if not died:
            break
    else:
        ended(killed("import", file, mapping))
    assert deaths >= 2
    assert ended(killed("count")) == ended(whole("count"))
