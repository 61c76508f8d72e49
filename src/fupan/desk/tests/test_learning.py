"""Labels that learn: from corrections to labels, never over a person, back when a version is worse."""

import re
import sqlite3
from datetime import timedelta
from zlib import crc32

import pytest
from django.urls import reverse

from fupan.core import clock, stale
from fupan.core.errors import Refused
from fupan.core.models import Event
from fupan.desk import services, tasks, trees
from fupan.desk.compute import learning
from fupan.desk.models import Classifier, Ticket
from fupan.desk.queries.learning import kept
from fupan.desk.services import _shelf
from fupan.desk.tests.support import an_import, at, rec, receive
from fupan.engine.encoders import Cached
from fupan.engine.tests.toy_encoder import ToyEncoder
from fupan.ops.leftovers import empty_tickets

pytestmark = pytest.mark.once

# What no keyword rule knows, but the toy encoder does.
SAID = {
    "late": ["parcel wait {} ship", "parcel delay {} moon", "wait parcel {} star"],
    "damaged": ["smash crack {} ship", "crack smash {} moon", "smash smash {} star"],
    "invoice": ["bill receipt {} ship", "receipt bill {} moon", "bill bill {} star"],
}
WORDS = ["alpha", "bravo", "delta", "echo", "golf", "hotel", "india", "kilo", "lima", "mike", "oscar", "papa"]


@pytest.fixture(autouse=True)
def toy(monkeypatch, settings, tmp_path):
    settings.HOME = tmp_path
    monkeypatch.setattr(learning, "installed", lambda: ("toy",))
    monkeypatch.setattr(learning, "load", lambda names: [ToyEncoder(name) for name in names])
    learning.read.cache_clear()


@pytest.fixture
def quiet(workspace, monkeypatch):
    """A workspace with trees but without keyword rules: whatever is labelled is learnt."""
    monkeypatch.setattr(trees, "keywords", dict)
    services.plant_trees(workspace)
    return workspace


def arrive(workspace, shop, told):
    """Inquiries in English, by their id."""
    source = an_import(workspace)
    records = [rec(name, opened_at=at(place / 100), text=text, language="en") for place, (name, text) in
               enumerate(told.items())]  # fmt: skip
    receive(source, shop, records)
    services.open_received(source.pk, 0)
    return {one.outside_id: one for one in Ticket.objects.filter(outside_id__in=told)}


def lessons(count):
    """Texts by id, their issue first in the id."""
    codes = list(SAID)
    rows = [(codes[n % 3], SAID[codes[n % 3]][n // 3 % 3].format(WORDS[n % len(WORDS)]), n) for n in range(count)]
    return {f"{code}:{n}": f"{text} {n // 9}" for code, text, n in rows}


def label_all(tickets, by):
    for code in {name.split(":")[0] for name in tickets}:
        services.label_many([one for name, one in tickets.items() if name.startswith(code)], code, by=by)


@pytest.fixture
def taught(quiet, shop, mei):
    """Sixty corrections, and a version learnt from them."""
    label_all(arrive(quiet, shop, lessons(60)), mei)
    return services.train(quiet)


def label_of(name):
    ticket = Ticket.objects.get(outside_id=name)
    return (ticket.issue_type.code if ticket.issue_type else "", ticket.label_source)


# From corrections to labels


def test_after_corrections_a_new_ticket_gets_the_right_label(quiet, shop, mei, taught):
    assert (taught.state, taught.corrections, taught.encoders) == ("serving", 60, ["toy"])
    assert taught.accuracy > 0.9
    arrive(quiet, shop, {"n1": "crack smash yonder", "n2": "parcel delay wait today", "n3": "receipt bill again"})
    assert services.label_waiting(quiet)
    assert [label_of(name) for name in ("n1", "n2", "n3")] == [
        ("damaged", "model"), ("late", "model"), ("invoice", "model"),
    ]  # fmt: skip
    ticket = Ticket.objects.get(outside_id="n2")
    assert taught.threshold <= ticket.label_confidence <= 1
    assert ticket.cause_guess.code == "carrier_delay"
    assert Event.objects.get(name="desk.classifier_labelled").data["tickets"] == 3
    assert ("tickets", ticket.week) in {(mark.table, mark.week) for mark in stale.marks(quiet.pk)}


def test_what_it_is_unsure_of_waits_in_the_queue_with_its_guesses(quiet, shop, mei, taught, signed_in):
    arrive(quiet, shop, {"n1": "crack parcel bill refund", "n2": "good evening"})
    services.label_waiting(quiet)
    assert label_of("n1") == ("", "")
    page = signed_in(mei).get(reverse("desk:label_queue"))
    shown = page.context["shown"]
    assert shown.ticket.outside_id in {"n1", "n2"}
    assert all(choice.share is not None for choice in shown.choices[:3])


def test_a_second_reading_changes_nothing(quiet, shop, taught):
    arrive(quiet, shop, {"n1": "crack smash yonder"})
    services.label_waiting(quiet)
    events, before = Event.objects.count(), list(Ticket.objects.order_by("pk").values())
    assert services.label_waiting(quiet)
    assert (Event.objects.count(), list(Ticket.objects.order_by("pk").values())) == (events, before)


def test_the_same_sheet_again_leaves_what_was_learnt(quiet, shop, taught):
    arrive(quiet, shop, {"n1": "crack smash yonder"})
    services.label_waiting(quiet)
    arrive(quiet, shop, {"n1": "crack smash yonder"})
    assert label_of("n1") == ("damaged", "model")


def test_a_person_is_never_overwritten(quiet, shop, mei, taught):
    tickets = arrive(quiet, shop, {"n1": "crack smash yonder", "n2": "crack smash further", "n3": "bill receipt more"})
    services.label_ticket(tickets["n1"], "size", by=mei)
    services.label_ticket(tickets["n2"], "size", by=mei)
    services.label_ticket(tickets["n2"], "", by=mei)
    services.label_waiting(quiet)
    assert [label_of(name) for name in ("n1", "n2", "n3")] == [("size", "person"), ("", ""), ("invoice", "model")]


def test_rules_go_before_what_was_learnt(quiet, shop, omar, taught):
    services.add_rule(by=omar, language="en", words="crack smash yonder far", issue="packaging")
    arrive(quiet, shop, {"n1": "crack smash yonder far"})
    services.label_waiting(quiet)
    assert label_of("n1") == ("packaging", "rule")


def test_applying_the_rules_again_keeps_what_was_learnt(quiet, shop, omar, taught):
    arrive(quiet, shop, {"n1": "crack smash yonder"})
    services.label_waiting(quiet)
    services.relabel_by_rules(quiet, by=omar)
    assert label_of("n1") == ("damaged", "model")


def test_without_labels_it_suggests_and_labels_nothing(quiet, shop, mei):
    arrive(quiet, shop, {f"n{n}": text for n, text in enumerate(lessons(60).values())})
    made = services.train(quiet)
    services.label_waiting(quiet)
    assert (made.state, made.corrections, made.accuracy, made.threshold) == ("serving", 0, None, 2.0)
    assert not Ticket.objects.filter(label_source="model").exists()
    assert Classifier.objects.get().asks


# Versions


def test_nothing_new_makes_no_version(quiet, taught):
    events = Event.objects.count()
    assert services.train(quiet) is None
    tasks.learn(quiet.pk)
    tasks.learn_nightly()
    assert (Classifier.objects.count(), Event.objects.count()) == (1, events)


def test_a_worse_version_is_set_aside_and_said_so(quiet, shop, mei, taught):
    """Half of the labels turn round: what is learnt from them does worse on labels neither version has seen."""
    apart = {one.pk for one in Ticket.objects.all() if _apart(one.pk)}
    for ticket in Ticket.objects.exclude(pk__in=apart):
        wrong = {"late": "damaged", "damaged": "invoice", "invoice": "late"}[ticket.issue_type.code]
        services.label_ticket(ticket, wrong, by=mei)
    worse = services.train(quiet)
    assert (worse.state, worse.compared, worse.right < worse.right_before) == ("worse", len(apart), True)
    assert Classifier.objects.get(state="serving") == taught
    assert Event.objects.filter(name="desk.classifier_worse", subject_id=worse.pk).exists()


def _apart(pk):
    return crc32(str(pk).encode()) % 5 == 0


def test_one_goes_back_to_an_earlier_version(quiet, shop, mei, omar, taught):
    tickets = arrive(quiet, shop, {"late:b1": "wait parcel soon", "late:b2": "wait delay soon"})
    label_all(tickets, mei)
    newer = services.train(quiet)
    assert (newer.state, Classifier.objects.get(pk=taught.pk).state) == ("serving", "retired")
    services.use_version(taught, by=omar)
    states = dict(Classifier.objects.values_list("number", "state"))
    assert states == {taught.number: "serving", newer.number: "retired"}
    assert Event.objects.filter(name="desk.classifier_chosen", actor_id=omar.pk).exists()
    with pytest.raises(Refused, match="cannot be chosen"):
        services.use_version(taught, by=omar)


def test_a_version_whose_file_is_gone_cannot_be_chosen(quiet, shop, mei, omar, taught):
    label_all(arrive(quiet, shop, {"late:b1": "wait parcel soon"}), mei)
    services.train(quiet)
    _shelf._path(taught, "").unlink()
    with pytest.raises(Refused, match="file"):
        services.use_version(taught, by=omar)


def test_a_file_that_was_tampered_with_is_not_read(quiet, shop, taught):
    path = _shelf._path(taught, "")
    path.write_bytes(path.read_bytes() + b"x")
    arrive(quiet, shop, {"n1": "crack smash yonder"})
    assert services.label_waiting(quiet)
    assert label_of("n1") == ("", "")


def test_killed_while_learning_leaves_the_old_version_serving(quiet, shop, mei, taught, monkeypatch):
    label_all(arrive(quiet, shop, {"late:b1": "wait parcel soon"}), mei)

    def killed(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(learning, "to_bytes", killed)
        with pytest.raises(KeyboardInterrupt):
            services.train(quiet)
    assert list(Classifier.objects.values_list("number", "state")) == [(taught.number, "serving")]
    arrive(quiet, shop, {"n1": "crack smash yonder"})
    services.label_waiting(quiet)
    assert label_of("n1") == ("damaged", "model")


def test_what_a_killed_worker_began_is_swept(quiet, shop, mei, taught):
    label_all(arrive(quiet, shop, {"late:b1": "wait parcel soon"}), mei)
    begun = Classifier.objects.create(workspace=quiet, number=9, made_at=clock.now())
    assert services.train(quiet) is None
    with clock.set_to(clock.now() + timedelta(minutes=5)):
        assert services.train(quiet).state == "serving"
    assert not Classifier.objects.filter(pk=begun.pk).exists()


def test_texts_that_do_not_tell_the_label_get_none(quiet, shop, mei, omar, signed_in):
    codes = list(SAID)
    told = {f"{codes[crc32(b'%d' % n) % 3]}:{n}": f"{WORDS[n % 12]} {WORDS[n % 11]} hello" for n in range(90)}
    label_all(arrive(quiet, shop, told), mei)
    made = services.train(quiet)
    assert made.declines
    arrive(quiet, shop, {"n1": "crack smash yonder"})
    services.label_waiting(quiet)
    assert label_of("n1") == ("", "")
    text = signed_in(omar).get(reverse("desk:labels"), {"section": "learning"}).content.decode()
    assert "do not tell the label" in text


def test_a_newer_version_reads_again_what_the_older_one_labelled(quiet, shop, mei, taught):
    arrive(quiet, shop, {"n1": "crack smash yonder"})
    services.label_waiting(quiet)
    label_all(arrive(quiet, shop, {"late:b1": "wait parcel soon"}), mei)
    services.train(quiet)
    services.label_waiting(quiet)
    assert Ticket.objects.get(outside_id="n1").judged_by == 2


# When it learns, and how people fare with it


def test_it_learns_after_every_25_corrections(quiet, shop, mei, django_capture_on_commit_callbacks):
    tickets = arrive(quiet, shop, lessons(60))
    with django_capture_on_commit_callbacks(execute=True):
        label_all(dict(list(tickets.items())[:24]), mei)
    assert not Classifier.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        label_all(dict(list(tickets.items())[24:26]), mei)
    assert Classifier.objects.get().corrections in {25, 26}


def test_an_import_is_read_once_it_is_in(quiet, shop, taught, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        arrive(quiet, shop, {"n1": "crack smash yonder"})
    assert label_of("n1") == ("damaged", "model")


def test_how_many_suggestions_were_kept(quiet, shop, mei, taught):
    tickets = arrive(quiet, shop, {"n1": "crack smash yonder", "n2": "parcel delay wait today", "n3": "bill bill more"})
    services.label_waiting(quiet)
    for name, ticket in tickets.items():
        ticket.refresh_from_db()
        services.label_ticket(ticket, {"n1": "damaged", "n2": "lost", "n3": "invoice"}[name], by=mei)
    assert kept(mei) == (2, 3)
    last = Event.objects.filter(name="desk.labelled").order_by("-pk").first()
    services.undo_labels(last.pk, by=mei)
    assert kept(mei) == (1, 2)


def test_the_settings_tell_of_versions_and_let_one_learn_and_go_back(quiet, shop, mei, omar, taught, signed_in):
    browser = signed_in(omar)
    label_all(arrive(quiet, shop, {"late:b1": "wait parcel soon"}), mei)
    assert browser.post(reverse("desk:learn_now")).status_code == 302
    assert Classifier.objects.get(state="serving").by == omar
    text = browser.get(reverse("desk:labels"), {"section": "learning"}).content.decode()
    assert "In use" in text
    assert "Retired" in text
    browser.post(reverse("desk:use_version", args=[taught.number]))
    assert Classifier.objects.get(state="serving") == taught


def test_only_those_who_keep_the_trees_choose_versions(taught, mei, stranger, signed_in):
    Classifier.objects.filter(pk=taught.pk).update(state="retired")
    for member in (mei, stranger):
        browser = signed_in(member)
        assert browser.post(reverse("desk:use_version", args=[taught.number])).status_code == 404
    assert signed_in(mei).post(reverse("desk:learn_now")).status_code == 404
    text = signed_in(stranger).get(reverse("desk:labels"), {"section": "learning"}).content.decode()
    assert "Retired" not in text
    assert not Classifier.objects.filter(state="serving").exists()


def test_without_an_encoder_there_are_rules_only(quiet, shop, mei, omar, signed_in, monkeypatch):
    monkeypatch.setattr(learning, "installed", tuple)
    label_all(arrive(quiet, shop, lessons(30)), mei)
    tasks.learn(quiet.pk)
    assert services.train(quiet) is None
    assert not Classifier.objects.exists()
    text = signed_in(omar).get(reverse("desk:labels"), {"section": "learning"}).content.decode()
    assert "No encoder is installed" in text


def test_vectors_go_with_what_was_purged(quiet, shop, mei, tmp_path, monkeypatch):
    folder = tmp_path / "vectors"
    monkeypatch.setattr(
        learning, "load", lambda names: [Cached(ToyEncoder(name), folder, version="1") for name in names]
    )
    tickets = arrive(quiet, shop, lessons(60))
    label_all(tickets, mei)
    services.train(quiet)

    def kept_vectors():
        with sqlite3.connect(folder / "toy-1.sqlite3") as base:
            return base.execute("SELECT count(*) FROM vectors").fetchone()[0]

    before = kept_vectors()
    empty_tickets([tickets["late:0"].pk, tickets["damaged:1"].pk])
    assert kept_vectors() == before - 2


# With a real encoder

TOLD = {
    "late": """Where is my parcel|Tracking has not moved for ten days|It should have come last Monday|Still waiting
    No news from the courier|When will this reach me|Two weeks and nothing came|Stuck in customs since Friday
    The shipment is overdue|Promised for Tuesday, not here|Delivery date has passed|How much longer does it take""",
    "size": """Far too tight at the waist|I need one number bigger|Runs small, could not button it|Loose sleeves
    Way too wide for a medium|It is huge on me|Cannot get my foot in|The chart says L but this is an S
    Shorter than described for my height|Loose on the shoulders|Swap it for XL please|Pinches my toes""",
    "wont_charge": """The light stays off when plugged in|Battery stays at zero percent|The cable gives it no power
    Left it on the charger all night, still empty|USB port gives no current|It will not fill up any more
    Plugged in and nothing happens|Charging stops after a minute|The battery never gets full
    No reaction to the power adapter|The indicator does not blink while plugged|Drained and cannot be charged""",
}


def test_labels_in_one_language_teach_another(quiet, shop, mei, monkeypatch):
    monkeypatch.undo()
    told = {f"{code}:{n}": text for code, said in TOLD.items() for n, text in enumerate(re.split(r"\n *|\|", said))}
    label_all(arrive(quiet, shop, told), mei)
    assert learning.installed()[0] == "use"
    assert services.train(quiet).corrections == 36
    asked = ["充了一晚上还是没电", "Viel zu eng, ich brauche eine Nummer größer", "包裹两个星期了还没到"]
    contexts = [learning.Context(language=code) for code in ("zh", "de", "zh")]
    found = _shelf.take(Classifier.objects.get()).judge(asked, contexts)
    assert [one.others[0][0] for one in found] == ["wont_charge", "size", "late"]
