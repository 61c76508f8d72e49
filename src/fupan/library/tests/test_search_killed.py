"""A writer of the index killed at any moment: afterwards search agrees with the database, every text once."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]
TICKETS, LIVES = 1200, 8
PROGRAM = """
import json, os, random, signal, sys, time
sys.path.insert(0, {root!r})
from pathlib import Path
from bench._home import NoMigrations, set_up
set_up(Path({home!r}))
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from fupan.commerce.models import Shop
from fupan.core import changed, clock
from fupan.desk.models import Ticket
from fupan.library.finding import asking, store, writing
from fupan.library.models import SearchIndex
from fupan.people.models import Member, Role, Workspace

writing.CHUNK = 100
settings.MIGRATION_MODULES = NoMigrations()
call_command("migrate", run_syncdb=True, verbosity=0)
workspace = Workspace.objects.create(name="Torn")
shop = Shop.objects.create(workspace=workspace, name="Amazon DE", platform="amazon", country="DE", currency="EUR")
Ticket.objects.bulk_create(
    Ticket(workspace=workspace, shop=shop, number=n, kind="inquiry", outside_id=str(n), week=202646,
           opened_at=clock.now(), subject=f"life0 ticket{{n}}")
    for n in range(1, {tickets} + 1))
connections.close_all()


def write(life):
    chance = random.Random(life)
    while True:
        first = chance.randrange(1, {tickets})
        with transaction.atomic():
            rows = list(Ticket.objects.filter(number__gte=first, number__lt=first + 40))
            for row in rows:
                row.subject = f"life{{life}} ticket{{row.number}}"
            Ticket.objects.bulk_update(rows, ["subject"])
            gone = list(Ticket.objects.filter(number=first + 40))
            changed.mark(workspace.pk, "desk.ticket", [row.pk for row in [*rows, *gone]])
            Ticket.objects.filter(pk__in=[row.pk for row in gone]).delete()
        writing.catch_up(workspace.pk, seconds=0.05)
        if chance.random() < 0.1:
            writing.build_anew(workspace.pk)


chance = random.Random(7)
for life in range(1, {lives} + 1):
    writer = os.fork()
    if writer == 0:
        write(life)
    time.sleep(0.15 + chance.random() * 0.35)
    os.kill(writer, signal.SIGKILL)
    os.waitpid(writer, 0)
while not writing.up_to_date(workspace.pk):
    writing.catch_up(workspace.pk)
everybody = Member(workspace=workspace, role=Role.ADMIN)
searcher = store.searcher(SearchIndex.objects.get())
told = []
for life in range({lives} + 1):
    asked = asking.Asked(f"life{{life}}", limit=2000)
    answer = asking.ask(searcher, asking.words_of(asked.text, {{}}), asked, everybody, enough=0)
    rows = Ticket.objects.filter(subject__startswith=f"life{{life}} ").values_list("pk", flat=True)
    found = [key % (1 << 48) for key in answer.keys]
    told.append([sorted(found) == sorted(rows), len(found), asking.total(answer.counts, asked)])
print(json.dumps([told, searcher.num_docs, Ticket.objects.count()]))
"""


def test_a_killed_writer_leaves_a_search_that_agrees_with_the_database(tmp_path):
    program = PROGRAM.format(root=str(ROOT), home=str(tmp_path), tickets=TICKETS, lives=LIVES)
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert ran.returncode == 0, ran.stderr
    answers, documents, tickets = json.loads(ran.stdout)
    assert all(same and found == total for same, found, total in answers), answers
    assert documents == tickets
    assert sum(found > 0 for _same, found, _total in answers) > 2  # several lives have written
