"""What was achieved: on its page, on paper, in the pack; money only for those who see it, failures counted."""

import pytest

from fupan.briefing import packs, wins
from fupan.core import weeks
from fupan.people.models import Member
from fupan.verification.models import Check, Look
from fupan.verification.services import look, plan_check
from fupan.verification.tests.support import a_problem, an_action, counts, plant
from tests.support.personas import amazon_de, harbour, new_member

KEYS = {"action", "verdict", "change", "low", "high", "weeks_needed"}


@pytest.fixture(scope="module")
def workspace(kept_database):
    return harbour()


@pytest.fixture(scope="module")
def shop(workspace):
    return amazon_de(workspace)


@pytest.fixture(scope="module")
def ines(workspace):
    return new_member(workspace, "ines", "operations")


@pytest.fixture(scope="module")
def first(workspace, shop, ines):
    plant(workspace, shop, counts())
    plan_check(an_action(workspace, ines, problem=a_problem(workspace, ines)).pk)
    plan_check(an_action(workspace, ines, number=98, slice="issue_type=size&product=B1").pk)
    for pk in Check.objects.order_by("pk").values_list("pk", flat=True):
        look(pk)
    return Check.objects.order_by("pk").first().pk


@pytest.fixture
def judged(first, db):
    return Check.objects.get(pk=first)


def page(client, address="/wins/"):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_says_what_worked_and_counts_what_did_not(judged, boss, signed_in):
    text = page(signed_in(boss))
    assert judged.action.title in text
    assert "1 / 2" in text
    assert "¥" in text
    found = wins.wins(boss, "all")
    assert found.judged == 2
    assert found.counts["effective"] == 1


def test_the_paragraph_is_ready_to_paste(judged, boss):
    words = wins.context(boss, "year")["paragraph"]
    assert words.startswith("Since 2025-11-16, ")
    assert "judged 2 improvements by its own numbers; 1 worked" in words
    assert "Not effective:" in words


def test_without_the_right_there_is_no_money(judged, mei, signed_in):
    assert "¥" not in page(signed_in(mei))


def test_only_the_time_that_was_asked_for(judged, boss, signed_in):
    from datetime import timedelta

    from fupan.core import clock

    Check.objects.update(decided_at=clock.now() - timedelta(days=120))
    assert judged.action.title in page(signed_in(boss), "/wins/?span=year")
    assert judged.action.title not in page(signed_in(boss), "/wins/?span=quarter")
    assert judged.action.title in page(signed_in(boss), "/wins/?span=nonsense")


def test_before_the_first_verdict_it_says_what_will_stand_here(boss, signed_in):
    Check.objects.all().delete()
    assert "once the first verdict is in" in page(signed_in(boss))


def test_on_paper(judged, boss, signed_in):
    answer = signed_in(boss).get("/wins.pdf?span=all")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")


def test_a_stranger_sees_none_of_it(judged, stranger, signed_in):
    assert judged.action.title not in page(signed_in(stranger))


def test_the_pack_holds_the_verdicts_of_its_weeks(judged, boss):
    final = Look.objects.get(check_of=judged, final=True)
    pack = packs.pack_for(boss, weeks.week_period(final.week))
    (one,) = [entry for entry in pack["verdicts"] if entry["action"] == "A-097"]
    assert set(one) >= KEYS
    assert (one["verdict"], one["change"]) == ("effective", final.change)
    assert one["money"] is not None


def test_one_that_waits_for_a_step_stands_in_later_packs_too(judged, boss, mei):
    final = Look.objects.get(check_of=judged, final=True)
    later = weeks.week_period(weeks.shift(final.week, 1))
    assert [one["action"] for one in packs.pack_for(boss, later)["verdicts"]].count("A-097") == 1
    assert all(one["money"] is None for one in packs.pack_for(mei, later)["verdicts"])
    Check.objects.filter(pk=judged.pk).update(next_step="spread")
    assert "A-097" not in [one["action"] for one in packs.pack_for(boss, later)["verdicts"]]


def test_never_before_it_was_given(judged, boss):
    final = Look.objects.get(check_of=judged, final=True)
    before = weeks.week_period(weeks.shift(final.week, -1))
    assert "A-097" not in [one["action"] for one in packs.pack_for(boss, before)["verdicts"]]


@pytest.mark.parametrize("kind", ["text", "md", "html", "xlsx", "json"])
def test_every_format_tells_it(judged, boss, kind):
    from fupan.briefing.render import rendered

    final = Look.objects.get(check_of=judged, final=True)
    made = rendered(packs.pack_for(boss, weeks.week_period(final.week)), kind, "en")
    assert made.startswith(b"PK") if kind == "xlsx" else "A-097" in made.decode()


def test_today_shows_what_waits(judged, boss, signed_in):
    assert "Verdicts due" in page(signed_in(boss), "/")


def test_members_of_some_shops_get_no_verdict_of_another(judged, boss, shopee):
    Check.objects.update(design=judged.design)
    action = judged.action
    action.slice = "shop=Amazon DE&issue_type=size"
    action.save()
    Member.objects.filter(pk=boss.pk).update(shop_ids=[shopee.pk])
    boss.refresh_from_db()
    final = Look.objects.get(check_of=judged, final=True)
    told = [one["action"] for one in packs.pack_for(boss, weeks.week_period(final.week))["verdicts"]]
    assert "A-097" not in told
