"""Signals: found where the trouble is, once, and gone when it is over."""

from datetime import date, timedelta

import numpy as np
import pytest

from fupan.core import clock, weeks
from fupan.core.errors import Refused
from fupan.core.models import Event
from fupan.insight import services
from fupan.insight.models import Signal, SignalKind, SignalSettings
from fupan.insight.policies import signals_seen_by
from fupan.insight.queries.signals import sensitivity, signals_of
from fupan.insight.services import dismiss, reopen, screen, set_screening, set_target, snooze
from fupan.insight.tests.world import World, instant, stale_all
from fupan.people.models import Member

FIRST, LAST = 202626, 202646
TROUBLE = 202645


@pytest.fixture
def world(workspace):
    """Twenty-one calm weeks of three products in two countries, by two carriers."""
    made = World(workspace)
    shop = made.shop()
    made.cover(shop)
    rng = np.random.default_rng(3)
    for week in weeks.between(FIRST, LAST):
        lines = [
            made.order(shop, code, instant(week, int(rng.integers(5))), country=country, carrier=carrier, units=3)
            for code in ("A20", "Y7", "K4")
            for country in ("DE", "FR")
            for carrier in ("DHL", "UPS")
        ]
        for line in rng.choice(len(lines), 6, replace=False):
            made.ticket(shop, instant(week, 5), line=lines[line], issue="late")
    made.seller = shop
    return made


@pytest.fixture
def trouble(world):
    """In the last two weeks, A20 won't charge."""
    outbreak(world, TROUBLE)
    outbreak(world, LAST)
    return world


def outbreak(world, week, count=12):
    for number in range(count):
        line = world.order(
            world.seller, "A20", instant(week, 0), country="DE" if number % 2 else "FR",
            carrier="DHL" if number % 3 else "UPS",
        )  # fmt: skip
        world.ticket(world.seller, instant(week, 2, number), line=line, issue="wont_charge")


def calm(world):
    """The issue exists in every week, a little."""
    for week in weeks.between(FIRST, weeks.shift(TROUBLE, -1)):
        for code in ("A20", "Y7") if week % 2 else ("K4",):
            line = world.order(world.seller, code, instant(week, 0))
            world.ticket(world.seller, instant(week, 3), line=line, issue="wont_charge")


def screened(workspace, at=LAST, **more):
    stale_all(workspace)
    with clock.set_to(instant(weeks.shift(at, 1), 2)):
        return screen(workspace, **more)


def test_an_outbreak_is_found_with_its_cause(trouble, workspace):
    calm(trouble)
    done = screened(workspace)
    (signal,) = Signal.objects.all()
    assert (done.found, signal.state, signal.kind) == (1, "open", "outbreak")
    assert "issue_type=wont_charge" in signal.slice
    assert "product=A20" in signal.slice
    assert (signal.week, signal.last_week) == (TROUBLE, LAST)
    assert signal.observed >= 12 > signal.upper > signal.expected
    assert signal.excess == pytest.approx(signal.observed - signal.expected, abs=0.01)
    assert signal.causes[0]["slice"]["product"] == "A20"
    assert [one["alarm"] for one in signal.band[-2:]] == [True, True]
    assert not any(one["alarm"] for one in signal.band[:-2])
    assert Event.objects.filter(name="insight.signal_opened", subject_id=signal.pk).exists()


def test_calm_weeks_raise_nothing(world, workspace):
    calm(world)
    assert screened(workspace).found == 0
    assert not Signal.objects.exists()


def state():
    return list(
        Signal.objects.order_by("pk").values("slice", "state", "week", "last_week", "observed", "causes", "band")
    )


def test_twice_is_once(trouble, workspace):
    calm(trouble)
    screened(workspace)
    before, events = state(), Event.objects.count()
    with clock.set_to(instant(202647, 2)):
        assert screen(workspace).weeks == ()
        assert Event.objects.count() == events
        assert screen(workspace, week=LAST).found == 0
    assert state() == before


def test_a_running_week_is_not_judged(trouble, workspace):
    calm(trouble)
    stale_all(workspace)
    with clock.set_to(instant(LAST, 6)):
        assert LAST not in screen(workspace).weeks
    assert {one.last_week for one in Signal.objects.all()} == {TROUBLE}


def test_a_week_without_orders_waits_for_them(trouble, workspace):
    from fupan.intake.models import Coverage

    calm(trouble)
    Coverage.objects.filter(source="orders").update(last_day=weeks.monday(LAST) - timedelta(days=1))
    assert LAST not in screened(workspace).weeks
    Coverage.objects.filter(source="orders").update(last_day=date(2026, 11, 15))
    assert LAST in screened(workspace).weeks


def test_three_quiet_weeks_end_a_signal(world, workspace):
    calm(world)
    outbreak(world, 202641)
    screened(workspace)
    (signal,) = Signal.objects.all()
    assert (signal.last_week, signal.state, signal.quiet) == (202641, "closed", 3)
    assert signal.closed_at is not None
    assert Event.objects.filter(name="insight.signal_closed").count() == 1


def test_what_was_found_not_real_keeps_its_peace_while_it_goes_on(trouble, workspace, boss):
    calm(trouble)
    with clock.set_to(instant(LAST, 2)):
        stale_all(workspace)
        screen(workspace)
    (signal,) = Signal.objects.all()
    dismiss(signal.pk, reason="a wrong export", by=boss)
    screened(workspace)
    (signal,) = Signal.objects.all()
    assert (signal.state, signal.last_week, signal.reason) == ("dismissed", LAST, "a wrong export")


def test_a_snoozed_signal_comes_back_on_its_day(trouble, workspace, boss):
    calm(trouble)
    screened(workspace)
    signal = Signal.objects.get()
    with clock.set_to(instant(202647, 2)):
        snooze(signal.pk, until=clock.today() + timedelta(days=2), reason="waiting for the supplier", by=boss)
        screen(workspace)
        assert Signal.objects.get().state == "snoozed"
    with clock.set_to(instant(202647, 4)):
        screen(workspace)
    signal.refresh_from_db()
    assert (signal.state, signal.snoozed_until) == ("open", None)
    assert Event.objects.filter(name="insight.signal_woken").exists()


def test_decisions_are_for_those_who_may(trouble, workspace, boss, mei):
    calm(trouble)
    screened(workspace)
    signal = Signal.objects.get()
    for wrong, code in (
        (lambda: dismiss(signal.pk, reason="no", by=mei), "not-allowed"),
        (lambda: dismiss(signal.pk, reason=" ", by=boss), "no-reason"),
        (lambda: snooze(signal.pk, until=date(2020, 1, 1), by=boss), "not-later"),
        (lambda: set_screening(q=0.1, budget=5, by=mei), "not-allowed"),
        (lambda: set_screening(q=1.5, budget=5, by=boss), "not-a-share"),
        (lambda: set_screening(q=0.1, budget=0, by=boss), "not-a-budget"),
    ):
        with pytest.raises(Refused) as told:
            wrong()
        assert told.value.code == code
    dismiss(signal.pk, reason="chance", by=boss)
    assert list(signals_of(boss)) == []
    assert reopen(signal.pk, by=boss).state == "open"
    assert list(signals_of(boss)) == [signal]


def test_the_budget_holds_a_week_back(trouble, workspace, boss):
    calm(trouble)
    set_screening(q=0.1, budget=1, by=boss)
    for number in range(14):
        line = trouble.order(trouble.seller, "Y7", instant(TROUBLE, 0))
        trouble.ticket(trouble.seller, instant(TROUBLE, 1, number), line=line, issue="size")
    screened(workspace)
    opened = Signal.objects.values_list("week", flat=True)
    assert max(list(opened).count(week) for week in set(opened)) == 1


def test_a_missed_target_is_a_signal(trouble, workspace, boss):
    set_target(metric_code="incident_rate", bound=0.01, valid_from=date(2026, 1, 1), by=boss)
    set_target(metric_code="return_rate", bound=0.9, valid_from=date(2026, 1, 1), by=boss)
    screened(workspace)
    (signal,) = Signal.objects.filter(kind=SignalKind.TARGET)
    assert (signal.metric, signal.slice, signal.expected, signal.last_week) == ("incident_rate", "", 0.01, LAST)
    assert signal.observed > 0.01
    assert signal.pvalue < 0.025
    assert signal.band[-1]["alarm"]


def test_members_of_other_shops_do_not_see_what_is_about_one(workspace, boss, mei, world):
    other = world.shop("Shopee MY", "shopee", "MY")
    about = {"kind": "outbreak", "week": LAST, "last_week": LAST, "opened_at": instant(LAST), **dict.fromkeys(
        ("observed", "expected", "upper", "excess", "pvalue", "score"), 1.0)}  # fmt: skip
    for text in ("issue_type=late", "issue_type=late&shop=Shopee MY", f"shop={world.seller.name}"):
        Signal.objects.create(workspace=workspace, slice=text, **about)
    Member.objects.filter(pk=mei.pk).update(shop_ids=[other.pk])
    mei.refresh_from_db()
    assert signals_seen_by(boss).count() == 3
    assert set(signals_seen_by(mei).values_list("slice", flat=True)) == {
        "issue_type=late",
        "issue_type=late&shop=Shopee MY",
    }


def test_a_bolder_choice_raises_at_least_as_many(trouble, workspace):
    calm(trouble)
    stale_all(workspace)
    with clock.set_to(instant(202647, 2)):
        careful, bold = sensitivity(workspace, 0.05, 10), sensitivity(workspace, 0.5, 10)
    assert [week for week, _count in careful][-1] == LAST
    assert 1 <= sum(count for _week, count in careful) <= sum(count for _week, count in bold)
    assert all(count <= 1 for _week, count in sensitivity(workspace, 0.5, 1))


def test_an_empty_workspace_is_screened_without_a_word(workspace):
    assert screen(workspace) == services.Screened()
    assert not Event.objects.filter(name="insight.screened").exists()


def test_weeks_without_facts_are_not_judged(trouble, workspace):
    assert screened(workspace, week=202601).weeks == ()
    assert screen(workspace, week=203001).weeks == ()
    assert not Signal.objects.exists()


def test_late_orders_do_not_undo_what_was_judged(trouble, workspace):
    from fupan.intake.models import Coverage

    calm(trouble)
    Coverage.objects.filter(source="orders").update(last_day=weeks.monday(LAST) - timedelta(days=1))
    screened(workspace)
    assert SignalSettings.objects.get().screened.startswith(f"{TROUBLE}:")
    with clock.set_to(instant(202647, 2)):
        assert screen(workspace).weeks == ()


def test_another_screening_at_the_same_time_leaves_no_double(trouble, workspace, monkeypatch):
    from fupan.insight.screening.week import Screening

    calm(trouble)
    stale_all(workspace)
    judge, inside = Screening.judge, []

    def judge_while_another_does(self, week, live, *, q):
        if not inside:
            inside.append(week)
            screen(workspace)
        return judge(self, week, live, q=q)

    monkeypatch.setattr(Screening, "judge", judge_while_another_does)
    with clock.set_to(instant(202647, 2)):
        screen(workspace)
    assert Signal.objects.count() == 1
    assert Event.objects.filter(name="insight.signal_opened").count() == 1
