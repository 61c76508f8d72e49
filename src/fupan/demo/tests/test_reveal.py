"""The truth beside the verdicts: right when the interval holds it, wrong when it does not."""

import pytest

from fupan.core import weeks
from fupan.demo.improvements import DONE
from fupan.demo.incidents import plan
from fupan.demo.reveal import fitting
from fupan.verification.models import Check, Look
from fupan.verification.services import look, plan_check
from fupan.verification.tests.support import an_action, counts, plant
from fupan.verification.words import told
from tests.support.personas import amazon_de, harbour, new_member


@pytest.fixture(scope="module")
def workspace(kept_database):
    return harbour()


@pytest.fixture(scope="module")
def check(workspace):
    plant(workspace, amazon_de(workspace), counts())
    made = plan_check(an_action(workspace, new_member(workspace, "ines", "operations")).pk)
    look(made.pk)
    return made.pk


@pytest.fixture
def one(check, boss):
    return lambda: told(boss, [Check.objects.get(pk=check)])[0]


@pytest.mark.parametrize(
    ("truth", "verdict", "words"),
    [
        (-0.6, "effective", "right"),
        (0.5, "effective", "wrong"),
        (-0.6, "harmful", "wrong"),
        (-0.6, "inconclusive", "right"),
    ],
)
def test_a_verdict_is_held_against_the_truth(one, truth, verdict, words):
    Look.objects.filter(final=True).update(verdict=verdict)
    assert fitting(truth, one())[0].startswith(words)


def test_without_a_verdict_there_is_nothing_to_hold(one):
    Look.objects.all().delete()
    assert fitting(-0.5, one())[0] == "no verdict yet"


def test_everything_planted_as_an_action_is_told_as_done():
    acts = {one.code for one in plan(weeks.monday(202646)) if one.kind == "action"}
    assert acts == {one.planted for one in DONE if one.planted}


def test_one_of_them_is_only_half_carried_out():
    (half,) = [one for one in DONE if one.places]
    assert half.planted == "listing_fix"
    assert len(half.places) == 2


def test_the_page_is_there_in_a_demo_only(one, boss, signed_in, settings):
    client = signed_in(boss)
    settings.DEMO = False
    assert client.get("/demo/planted/").status_code == 404
    settings.DEMO = True
    assert client.get("/demo/planted/").status_code == 200
