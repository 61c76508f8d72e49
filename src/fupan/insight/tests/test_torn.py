"""A writer killed at any moment leaves readers a whole table."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[4]
CHILD = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from bench._home import NoMigrations, set_up
set_up(Path({home!r}))
from fupan.core import stale
from fupan.desk.models import Ticket
from fupan.insight.facts import TICKETS, FactsView
from fupan.insight.services import refresh
from fupan.people.models import Workspace
"""
PLANT = """
from django.conf import settings
from django.core.management import call_command
settings.MIGRATION_MODULES = NoMigrations()
call_command("migrate", run_syncdb=True, verbosity=0)
from fupan.insight.tests.world import World, instant
world = World(Workspace.objects.create(name="Torn"))
shop = world.shop()
for _ in range(40):
    world.ticket(shop, instant(202646), join=False, units=1)
stale.mark(world.workspace.pk, {("tickets", 202646)})
refresh(world.workspace)
"""
WRITE = """
from django.db import transaction
from django.db.models import F
workspace = Workspace.objects.get()
stale.mark(workspace.pk, {("tickets", 202646)})
refresh(workspace)  # libraries load on first use
print("ready", flush=True)
while True:
    with transaction.atomic():
        Ticket.objects.update(units=F("units") + 1)
        stale.mark(workspace.pk, {("tickets", 202646)})
    refresh(workspace)
"""
READ = """
import json
view, seen = FactsView(Workspace.objects.get().pk), []
while not Path({stop!r}).exists():
    units = view.answer(TICKETS.select("units")).column("units").to_pylist()
    if len(units) != 40 or len(set(units)) != 1:
        print(json.dumps(["torn", units])); raise SystemExit(1)
    seen.append(units[0])
print(json.dumps([len(seen), seen == sorted(seen), len(set(seen))]))
"""


def child(home, code, **more):
    source = CHILD.format(root=str(ROOT), home=str(home)) + code
    return subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True, cwd=ROOT, **more)


def test_a_reader_beside_a_killed_writer_never_sees_a_torn_table(tmp_path):
    assert child(tmp_path, PLANT).wait(60) == 0
    chance = random.Random(11)
    stop = tmp_path / "stop"
    reader = child(tmp_path, READ.replace("{stop!r}", repr(str(stop))))
    for _life in range(3):
        writer = child(tmp_path, WRITE)
        assert writer.stdout.readline() == "ready\n"
        time.sleep(0.2 + chance.random() / 2)
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
    stop.touch()
    told = json.loads(reader.communicate(timeout=30)[0])
    assert told[0] != "torn", told
    reads, ordered, versions = told
    assert reads > 50
    assert ordered
    assert versions > 4
