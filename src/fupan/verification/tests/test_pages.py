"""The pages of verdicts: what each state says, who sees what, what programs get."""

import json

import pytest
import typer
from django.urls import reverse
from typer.testing import CliRunner

from fupan.cli.verify import verify
from fupan.core import clock, weeks
from fupan.insight.tests.world import instant
from fupan.people.models import Member
from fupan.people.services import create_token
from fupan.review.models import Meeting
from fupan.verification.models import Carrying, Check, Look
from fupan.verification.services import look, plan_check
from fupan.verification.tests.support import an_action

app = typer.Typer()
app.command()(verify)
LIST = "/verdicts/"


@pytest.fixture
def judged(check):
    look(check.pk)
    check.refresh_from_db()
    return check


def page(client, check, status=200):
    answer = client.get(reverse("verification:verdict", args=[check.pk]))
    assert answer.status_code == status
    return answer.content.decode()


def test_it_worked_and_why_one_may_believe_it(judged, boss, signed_in):
    text = page(signed_in(boss), judged)
    assert "Effective" in text
    assert "fell by" in text
    assert "weekly interval" in text  # it was sure before the planned look
    for part in ("Before and after", "Control slices", "Where to spread it", "Weekly looks", "Premises and warnings"):
        assert part in text
    assert "Weeks that chose the topic are left out" in text
    assert 'id="effect"' in text
    assert "Close the problem and copy it" in text


def test_while_it_collects_no_change_is_told(check, boss, signed_in):
    with clock.set_to(instant(202639, 1)):
        look(check.pk)
    text = page(signed_in(boss), check)
    assert "Still collecting" in text
    assert "of 8" in text
    assert "fell by" not in text
    data = json.loads(text.split('id="effect" type="application/json">')[1].split("</script>")[0])
    assert data["expected"] == []


def test_before_the_first_look_it_says_so(check, boss, signed_in):
    assert "week 0 of 8" in page(signed_in(boss), check)


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("harmful", "Withdraw this action"),
        ("not_effective", "the reduction hoped for is ruled out"),
        ("inconclusive", "Go on looking"),
    ],
)
def test_other_verdicts_call_for_other_steps(judged, boss, signed_in, verdict, words):
    Look.objects.filter(final=True).update(verdict=verdict, weeks_needed=None)
    assert words in page(signed_in(boss), judged)


def test_without_evidence_there_is_no_verdict(judged, boss, signed_in):
    Carrying.objects.update(answer="no")
    text = page(signed_in(boss), judged)
    assert "No verdict" in text
    assert "fell by" not in text
    assert "Ask the owner" in text


def test_half_carried_out_says_so(judged, boss, signed_in):
    Carrying.objects.update(answer="partly", by=boss, note="not in Japan")
    text = page(signed_in(boss), judged)
    assert "Half carried out" in text
    assert "not in Japan" in text


def test_a_followed_number_has_no_verdict(seller, ines, boss, signed_in):
    mine = plan_check(an_action(seller, ines, metric="csat", change=0.1).pk)
    assert "Only what counts something bad gets a verdict" in page(signed_in(boss), mine)


def test_a_touched_plan_is_shown_as_such(judged, boss, signed_in):
    Check.objects.update(design=judged.design | {"planned_weeks": 3})
    assert "Its fingerprint does not match" in page(signed_in(boss), judged)


def test_a_recomputed_verdict_says_why(judged, boss, signed_in):
    told = [{"at": "2026-11-10T00:00:00", "verdict": "inconclusive", "change": -0.1, "low": -1, "high": 1, "cases": 2}]
    Look.objects.filter(final=True).update(recomputed=told)
    assert "2 cases came late" in page(signed_in(boss), judged)


def test_members_of_some_shops_are_told_so(judged, shop, signed_in, boss):
    Member.objects.filter(pk=boss.pk).update(role="operations")
    boss.refresh_from_db()
    boss.shop_ids = [shop.pk]
    boss.save()
    assert "Only the shops that you may see" in page(signed_in(boss), judged)


def test_money_is_for_those_who_may_see_it(judged, boss, mei, signed_in):
    assert "worth some" in page(signed_in(boss), judged)
    assert "worth some" not in page(signed_in(mei), judged)


def test_the_list_filters_by_verdict_type_and_words(judged, boss, signed_in):
    client = signed_in(boss)
    title = judged.action.title
    assert title in client.get(LIST).content.decode()
    assert title in client.get(f"{LIST}?state=effective").content.decode()
    assert title not in client.get(f"{LIST}?state=harmful").content.decode()
    assert title not in client.get(f"{LIST}?type=template").content.decode()
    assert title in client.get(f"{LIST}?q=size+table").content.decode()
    assert "No verdict fits" in client.get(f"{LIST}?q=nothing").content.decode()


def test_an_empty_list_says_how_it_fills(boss, signed_in):
    assert "Nothing has been carried out yet" in signed_in(boss).get(LIST).content.decode()


def test_saying_it_was_carried_out(judged, boss, signed_in):
    client = signed_in(boss)
    address = reverse("verification:say_carried", args=[judged.pk])
    assert client.post(address, {"answer": "partly", "note": ""}).status_code == 422
    assert client.post(address, {"answer": "partly", "note": "not in Japan"}).status_code == 302
    judged.carrying.refresh_from_db()
    assert judged.carrying.answer == "partly"


def test_choosing_the_next_step(judged, boss, signed_in):
    client = signed_in(boss)
    address = reverse("verification:choose_next", args=[judged.pk])
    assert client.post(address, {"step": "wait"}, follow=True).status_code == 200
    judged.refresh_from_db()
    assert judged.next_step == ""
    answer = client.post(address, {"step": "spread"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    judged.refresh_from_db()
    assert judged.next_step == "spread"


def test_a_stranger_sees_nothing(judged, stranger, signed_in):
    client = signed_in(stranger)
    page(client, judged, status=404)
    for name in ("say_carried", "choose_next"):
        assert client.post(reverse(f"verification:{name}", args=[judged.pk])).status_code == 404
    assert judged.action.title not in client.get(LIST).content.decode()
    assert client.get(reverse("verification:of_problem", args=[judged.action.problem.number])).status_code == 404
    assert client.get(reverse("verification:of_action", args=[judged.action.number])).status_code == 404


def test_parts_of_other_pages(judged, seller, boss, signed_in):
    client = signed_in(boss)
    for name, key in (("of_problem", judged.action.problem.number), ("of_action", judged.action.number)):
        assert judged.action.title in client.get(reverse(f"verification:{name}", args=[key])).content.decode()
    meeting = Meeting.objects.create(workspace=seller, period="2026-W46", planned_at=clock.now())
    assert judged.action.title in client.get(reverse("verification:due", args=[meeting.pk])).content.decode()


def test_the_form_of_an_action_hears_how_long_a_verdict_takes(seller, boss, signed_in):
    client = signed_in(boss)
    address = reverse("verification:foresee")
    asked = {"metric": "incident_rate", "slice": "issue_type=size&product=A20", "change": "-30", "type": "listing"}
    assert "A verdict will need about" in client.get(address, asked).content.decode()
    assert "only followed" in client.get(address, asked | {"metric": "csat"}).content.decode()
    for wrong in ({"slice": "colour=red"}, {"change": "x"}, {"change": "100"}, {"metric": "nonsense"}):
        assert "A verdict" not in client.get(address, asked | wrong).content.decode()


def test_programs_get_verdicts_by_token(judged, boss, mei, client):
    _token, secret = create_token(name="n", scopes=["metrics:read"], by=boss)
    answer = client.get("/api/v1/verdicts?state=decided", headers={"Authorization": f"Bearer {secret}"})
    (one,) = answer.json()["items"]
    assert (one["action"], one["verdict"], one["slice"]) == (
        "A-097", "effective", {"issue_type": "size", "product": "A20"},
    )  # fmt: skip
    assert one["low"] < one["change"] < one["high"] < 0
    assert one["due_week"] == weeks.label(judged.due_week)
    assert one["money"] is not None
    assert client.get("/api/v1/verdicts").status_code == 401


def test_the_command_line_looks_first(check):
    done = CliRunner().invoke(app, ["--json"])
    assert done.exit_code == 0, done.output
    (one,) = json.loads(done.stdout)
    assert (one["action"], one["verdict"], one["carried_out"]) == ("A-097", "effective", "yes")
    assert one["explanation"].startswith("Effective")
    table = CliRunner().invoke(app, [], env={"COLUMNS": "160"})
    assert "Effective" in table.stdout


def test_the_command_line_without_anything(workspace):
    assert "nothing to judge" in CliRunner().invoke(app, []).stdout
