"""Where messages go: rules, then skill and load; given back when nobody stirs."""

from datetime import timedelta
from decimal import Decimal

import pytest

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.models import Event
from fupan.desk import services
from fupan.desk.compute.sending_on import Colleague, Ruled, Seen, effects_of, fired, holds, share_out
from fupan.desk.models import Routing, RoutingRule
from fupan.desk.queries.routing import dry_run, lines
from fupan.desk.tests.reply_support import a_ticket, said
from fupan.notify.models import Notice


def rule(by, name="Smoke", when=None, then=None, **more):
    return services.save_rule(name, when or {"words": ["smoke"]}, then or {"tier": 2}, by=by, **more)


@pytest.mark.parametrize(("conditions", "expected"), [
    ({}, False),
    ({"words": ["fire"]}, False),
    ({"words": ["fire", "smoke"]}, True),
    ({"words": ["smoke + charger"]}, True),
    ({"words": ["smoke + cable"]}, False),
    ({"words": ["smoke"], "languages": ["de"]}, False),
    ({"words": ["damaged"]}, False),
    ({"issues": ["product"]}, True),
    ({"from_value": "100"}, True),
    ({"from_value": "500"}, False),
    ({"kinds": ["claim"]}, False),
])  # fmt: skip
def test_every_condition_that_is_set_has_to_hold(conditions, expected):
    seen = Seen(
        "The charger gives off SMOKE. It is not damaged.", "en", kind="inquiry",
        issues=frozenset(["defect", "product"]), value=Decimal(200),
    )  # fmt: skip
    assert holds(conditions, seen) is expected


def test_an_order_of_unknown_worth_is_not_of_great_worth():
    assert not holds({"from_value": "1"}, Seen("x"))


def test_words_of_scripts_without_blanks_are_found_anywhere():
    assert holds({"words": ["冒烟"]}, Seen("充电时冒烟了", "zh"))
    assert not holds({"words": ["冒烟"]}, Seen("没有冒烟", "zh"))


def test_the_first_rule_that_says_stop_has_the_word():
    rules = [
        Ruled(1, {"words": ["a"]}, {"tags": ["one"], "tier": 2}, last=False),
        Ruled(2, {"words": ["a"]}, {"tags": ["two"], "tier": 1}, last=True),
        Ruled(3, {"words": ["a"]}, {"tags": ["three"]}),
    ]
    hits = fired(rules, Seen("a", "en"))
    assert [one.pk for one in hits] == [1, 2]
    assert effects_of(hits) == {"tags": ["one", "two"], "tier": 2}


def test_language_comes_before_skill_and_skill_before_load():
    team = [
        Colleague(1, 1, open=0),
        Colleague(2, 1, issues=frozenset(["late"]), open=3),
        Colleague(3, 1, languages=frozenset(["de"]), open=9),
        Colleague(4, 1, languages=frozenset(["de"]), shops=frozenset([99])),
        Colleague(5, 2, languages=frozenset(["de"]), issues=frozenset(["late"])),
    ]
    seen = Seen("x", "de", issues=frozenset(["late"]))
    assert share_out(seen, 7, 1, team)[0].pk == 3
    assert share_out(Seen("x", "fr", issues=frozenset(["late"])), 7, 1, team)[0].pk == 2
    assert share_out(Seen("x", "fr"), 7, 1, team)[0].pk == 1
    assert share_out(seen, 7, 2, team)[0].pk == 5
    assert share_out(seen, 7, 2, team, without={5}) is None


def test_nobody_gets_more_than_they_carry():
    assert share_out(Seen("x"), 7, 1, [Colleague(1, 1, open=40, most=40)]) is None


def test_a_message_is_sent_on_once(planted, shop, mei, omar):
    fires = rule(omar, then={"tier": 2, "tags": ["safety"]})
    services.set_skill(mei, by=omar)
    services.set_skill(omar, by=omar)
    ticket = a_ticket(shop, 1, subject="It gives off smoke")
    assert services.route([ticket.pk]) == 1
    assert services.route([ticket.pk]) == 0
    ticket.refresh_from_db()
    assert (ticket.tier, ticket.assignee, ticket.touched_at) == (2, omar, None)
    assert [tag.name for tag in ticket.tags.all()] == ["safety"]
    routed = Routing.objects.get()
    assert (routed.rule, routed.to) == (fires, omar)
    assert Event.objects.filter(name="desk.routed", subject_id=ticket.pk).count() == 1


def test_what_a_rule_says_of_the_issue_never_overrules_what_is_known(planted, shop, omar):
    rule(omar, "Invoice", {"words": ["invoice"]}, {"issue": "invoice"})
    plain, labelled = a_ticket(shop, 1, subject="an invoice"), a_ticket(shop, 2, "late", subject="an invoice")
    services.route([plain.pk, labelled.pk])
    plain.refresh_from_db()
    labelled.refresh_from_db()
    assert (plain.issue_type.code, labelled.issue_type.code) == ("invoice", "late")


def test_without_anybody_on_duty_nothing_moves(planted, shop):
    ticket = a_ticket(shop)
    assert services.route([ticket.pk]) == 0
    assert not Routing.objects.exists()


def test_a_dry_run_counts_and_changes_nothing(planted, shop, omar):
    first = rule(omar, "First", {"words": ["smoke"], "kinds": ["inquiry"]}, {"tags": ["x"]})
    for number in range(1, 8):
        a_ticket(shop, number, subject="smoke" if number % 2 else "late")
    run = dry_run(omar, {"words": ["smoke"]})
    assert (run.looked_at, run.hits, run.taken_before) == (7, 4, 4)
    assert dry_run(omar, {"words": ["smoke"]}, rule=first).taken_before == 0
    assert not Routing.objects.exists()
    assert [line.fired for line in lines(omar)] == [0]


def test_silence_gives_a_ticket_back_and_somebody_else_gets_it(planted, shop, mei, omar):
    services.set_skill(mei, by=omar, silent_hours=4)
    ticket = a_ticket(shop, 1, assignee=mei, assigned_at=clock.now(), waiting_since=clock.now())
    quiet = a_ticket(shop, 2, assignee=mei, assigned_at=clock.now(), waiting_since=clock.now())
    services.set_skill(omar, by=omar)
    with clock.set_to(clock.now() + timedelta(hours=5)):
        said(quiet, "I look into it", side="note", at=clock.now(), author=mei)
        assert services.give_back_silent() == 1
        assert services.give_back_silent() == 0
    ticket.refresh_from_db()
    quiet.refresh_from_db()
    assert (ticket.assignee, quiet.assignee) == (omar, mei)
    assert Notice.objects.get(member=mei).kind == "given_back"


def test_a_night_is_no_silence(planted, shop, mei, omar):
    services.set_skill(mei, by=omar, silent_hours=8)
    a_ticket(shop, 1, assignee=mei, assigned_at=clock.now(), waiting_since=clock.now())
    with clock.set_to(clock.now() + timedelta(hours=20)):  # 8 in the morning
        assert services.give_back_silent() == 0


def test_two_do_not_overwrite_each_others_rule(planted, omar):
    found = rule(omar)
    rule(omar, "Fire", rule=found, version=1)
    with pytest.raises(Refused) as refused:
        rule(omar, "Flames", rule=found, version=1)
    assert refused.value.code == "edited-meanwhile"


@pytest.mark.parametrize(("when", "then", "expected"), [
    ({"words": [" "]}, {"tier": 2}, "no-condition"),
    ({"words": ["x"]}, {"tags": []}, "no-effect"),
    ({"words": ["x"]}, {"tier": 7}, "no-such-tier"),
    ({"issues": ["moon"]}, {"tier": 2}, "not-in-the-tree"),
    ({"from_value": "much"}, {"tier": 2}, "not-an-amount"),
    ({"words": ["x"]}, {"member": 10**9}, "not-a-member"),
])  # fmt: skip
def test_a_rule_that_says_nothing_is_refused(planted, omar, when, then, expected):
    with pytest.raises(Refused) as refused:
        services.save_rule("x", when, then, by=omar)
    assert refused.value.code == expected


def test_rules_are_moved_rested_and_removed(planted, omar):
    one, two = rule(omar, "One"), rule(omar, "Two")
    services.move_rule(two.pk, by=omar, up=True)
    assert [row.name for row in RoutingRule.objects.all()] == ["Two", "One"]
    services.switch_rule(one.pk, by=omar, active=False)
    services.drop_routing_rule(two.pk, by=omar)
    assert [(row.name, row.active) for row in RoutingRule.objects.all()] == [("One", False)]
