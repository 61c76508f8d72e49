"""The pages of problems: the list, a new one, one with everything about it, its tree, what other pages show of it."""

import pytest

from fupan.core import clock, weeks
from fupan.insight.models import Signal
from fupan.insight.tests.world import World, instant, stale_all
from fupan.people.models import Member
from fupan.review import services
from fupan.review.models import Problem, Why

LIST, NEW = "/problems/", "/problems/new/"
HTMX = {"HX-Request": "true"}
SLICE = "batch=2609&issue_type=wont_charge&product=A20"
EFFECTIVE = {"verdict": "effective", "change": -0.41, "low": -0.58, "high": -0.2, "action": 7, "prevented": 63.0}


def page_of(client, address, status=200, **more):
    answer = client.get(address, **more)
    assert answer.status_code == status
    return answer.content.decode()


def post(client, address, told=None, status=200, **more):
    answer = client.post(address, told or {}, headers=HTMX, **more)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


@pytest.fixture
def signal(workspace):
    band = [
        {"week": week, "observed": 9.0, "expected": 3.0, "upper": 8.0, "alarm": week >= 202645}
        for week in weeks.between(202625, 202646)
    ]
    return Signal.objects.create(
        workspace=workspace, kind="outbreak", slice=SLICE, week=202645, last_week=202646, observed=9, expected=3,
        upper=8, excess=6, pvalue=1e-4, score=4, band=band, opened_at=clock.now(),
    )  # fmt: skip


@pytest.fixture
def counted(workspace):
    """Twenty-two weeks of A20; in the last two its batch 2609 won't charge, at a cost."""
    made = World(workspace)
    shop = made.shop()
    made.cover(shop)
    for week in weeks.between(202625, 202646):
        for number in range(6):
            line = made.order(shop, "A20" if number % 2 else "Y7", instant(week, number % 5), units=5)
        made.ticket(shop, instant(week, 5), line=line, issue="wont_charge")
        if week >= 202645:
            for number in range(8):
                line = made.order(shop, "A20", instant(week, 0), units=1)
                made.ticket(shop, instant(week, 2, number), line=line, issue="wont_charge", cost=20)
    stale_all(workspace)
    return made


# The list


def test_an_empty_list_says_what_a_problem_is(omar, signed_in):
    assert "No problem has been opened yet" in page_of(signed_in(omar), LIST)


def test_the_list_is_cut_by_state_owner_and_words(problem, omar, ines, signed_in):
    services.open_problem(title="Late in Germany", slice="country=DE&issue_type=late", by=omar, owner=ines)
    done = services.open_problem(title="Old one", slice="product=Z", by=omar)
    services.solve_problem(done.pk, outcome=EFFECTIVE, by=omar)
    client = signed_in(omar)
    every = page_of(client, LIST)
    assert "P-001" in every
    assert "Old one" not in every
    assert "Effective" in page_of(client, f"{LIST}?state=solved")
    mine = page_of(client, f"{LIST}?owner={ines.pk}", headers=HTMX)
    assert "Late in Germany" in mine
    assert "P-001" not in mine
    assert "P-001" in page_of(client, f"{LIST}?q=p-001")
    assert "No problem fits these filters" in page_of(client, f"{LIST}?q=nothing")
    assert "No problem is in this state" in page_of(client, f"{LIST}?state=accepted")
    assert page_of(client, f"{LIST}?state=x&owner=x&page=x")


# A new one


def test_a_signal_fills_the_form_and_becomes_a_problem(signal, omar, signed_in, counted):
    client = signed_in(omar)
    form = client.get(f"{NEW}?signal={signal.pk}").context["form"]
    assert (form.initial["batch"], form.initial["first_week"], form.initial["last_week"]) == (
        "2609", "2026-W45", "2026-W46"
    )  # fmt: skip
    told = {name: value for name, value in form.initial.items() if value and name != "batch"}
    answer = client.post(f"{NEW}?signal={signal.pk}", told | {"more": "batch=2609", "title": ""})
    opened = Problem.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/problems/{opened.number}/")
    assert (opened.slice, opened.signal, opened.origin) == (SLICE, signal, "signal")
    assert opened.selection_weeks == [202645, 202646]
    assert "2609" in opened.title


def test_the_same_slice_again_leads_to_the_open_one(problem, omar, signed_in):
    told = {"more": SLICE, "metric": "incident_rate", "title": "again"}
    answer = signed_in(omar).post(NEW, told)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="/problems/1/"' in page
    assert Problem.objects.count() == 1


def test_chosen_tickets_bring_what_most_of_them_share(labels, omar, signed_in, make_ticket):
    from fupan.desk.models import IssueType

    issue = IssueType.objects.get(code="wont_charge")
    for number in (1, 2, 3):
        make_ticket(number, issue_type=issue, country="DE" if number < 3 else "FR")
    client = signed_in(omar)
    answer = client.post("/problems/from-tickets/?q=charge", {"ticket": ["1", "2", "3"]})
    assert answer["Location"].startswith(NEW)
    form = client.get(answer["Location"]).context["form"]
    assert form.initial["issue_type"] == "wont_charge"
    assert "country" not in form.initial
    client.post(answer["Location"], {"title": "t", "metric": "incident_rate", "tickets": form.initial["tickets"]})
    assert Problem.objects.get().links.count() == 3


def test_the_form_says_what_is_wrong(omar, signed_in):
    client = signed_in(omar)
    told = {"metric": "joy", "more": "colour=red", "first_week": "2026-W46", "last_week": "2026-W40", "country": "DEU"}
    answer = client.post(NEW, told)
    assert answer.status_code == 422
    assert {"metric", "more", "last_week", "country"} <= set(answer.context["form"].errors)
    assert page_of(client, f"{NEW}?week=2026-W99&issue_type=late&shop=9999999999999999999999&signal=x&ticket=x")


# One problem


def test_the_page_says_what_is_wrong_and_how_far_it_is(counted, omar, signed_in):
    opened = services.open_problem(
        title="A20 won't charge", slice="issue_type=wont_charge&product=A20", by=omar, selection_weeks=[202645, 202646]
    )
    answer = signed_in(omar).get(f"/problems/{opened.number}/")
    shown = answer.context
    assert [step.current for step in shown["steps"]] == [True, False, False, False, False]
    assert shown["chart"]["slice"]["name"] == "other products"
    assert shown["chart"]["observed"][-1] >= 8
    cases, above, paid, ahead = shown["facts"]
    assert float(cases.value) >= 16
    assert "from=2026-11-02" in cases.url
    assert above.value
    assert paid.value
    assert ahead.value
    assert "needs the verdict" in answer.content.decode()


def test_money_is_for_those_who_see_it(counted, problem, mei, signed_in):
    facts = signed_in(mei).get("/problems/1/").context["facts"]
    assert len(facts) == 2


def test_a_number_that_is_no_count_of_cases_shows_its_value(counted, omar, signed_in):
    opened = services.open_problem(title="slow", slice="", metric="reply_in_time", by=omar)
    page = page_of(signed_in(omar), f"/problems/{opened.number}/")
    assert "Five whys" in page


def test_without_facts_it_says_what_is_missing(problem, omar, signed_in):
    assert "No case of this slice has been counted yet" in page_of(signed_in(omar), "/problems/1/")


def test_decisions_are_made_from_the_menu(problem, omar, ines, signed_in):
    client = signed_in(omar)
    assert "ines" in post(client, "/problems/1/owner/", {"owner": ines.pk})
    post(client, "/problems/1/state/", {"state": "acting"})
    page = post(client, "/problems/1/accept/", {"reason": ""}, status=422)
    assert "the next reader will wonder" in page
    assert "Accepted as a risk" in post(client, "/problems/1/accept/", {"reason": "The line ends"})
    assert "Round 2" in post(client, "/problems/1/reopen/", {"reason": "back"})
    post(client, "/problems/1/solve/", {"reason": ""}, status=422)
    assert "Solved" in post(client, "/problems/1/solve/", {"reason": "Not sold any more"})
    problem.refresh_from_db()
    assert (problem.state, problem.owner, problem.round) == ("solved", ines, 2)


def test_editing_beside_somebody_else_shows_both(problem, omar, boss, signed_in):
    told = {"title": "Mine", "metric": "incident_rate", "version": "1"}
    services.edit_problem(problem.pk, title="Theirs", metric="incident_rate", selection_weeks=[], version=1, by=boss)
    client = signed_in(omar)
    page = post(client, "/problems/1/edit/", told, status=422)
    assert "Theirs" in page
    assert 'value="Mine"' in page
    post(client, "/problems/1/edit/", told | {"version": "2"})
    problem.refresh_from_db()
    assert problem.title == "Mine"


def test_an_effective_verdict_offers_to_close_it(problem, omar, signed_in):
    services.note_verdict(problem.pk, outcome=EFFECTIVE, by=None)
    page = page_of(signed_in(omar), "/problems/1/")
    assert "63 cases prevented" in page
    assert "The problem can be closed" in page


def test_closed_ones_like_it_stand_beside_it(problem, omar, signed_in):
    old = services.open_problem(
        title="The batch before", slice="batch=2511&issue_type=wont_charge&product=A20", by=omar
    )
    services.solve_problem(old.pk, outcome=EFFECTIVE, by=omar)
    assert "The batch before" in page_of(signed_in(omar), "/problems/1/")


def test_what_came_back_says_in_which_week(problem, omar, signed_in):
    services.solve_problem(problem.pk, outcome=EFFECTIVE, by=omar)
    services.start_round(problem.pk, opening="recurrence", told={"week": 202650, "observed": 14, "upper": 6.5}, by=None)
    assert "it came back in week 50: 14 cases, at most 6.5 expected" in page_of(signed_in(omar), "/problems/1/")


def test_tickets_are_linked_and_taken_out(problem, mei, make_ticket, signed_in):
    make_ticket(48302)
    client = signed_in(mei)
    assert "T-48302" in post(client, "/problems/1/link/", {"tickets": "T-48302, 77"})
    post(client, "/problems/1/link/", {"tickets": "77"}, status=409)
    assert "/tickets/48302/" not in post(client, "/problems/1/unlink/48302/")
    answer = client.post("/problems/1/link/", {"tickets": "48302", "back": "48302"})
    assert answer["Location"] == "/tickets/48302/"


# The tree


def test_the_tree_is_built_in_dialogs(problem, omar, signed_in, labels, make_ticket):
    make_ticket(48302)
    client = signed_in(omar)
    assert "Does not charge" in post(client, "/problems/1/whys/add/", {"text": "Does not charge"})
    root = Why.objects.get()
    assert "Does not charge" in page_of(client, f"/problems/1/whys/add/?parent={root.pk}", headers=HTMX)
    post(client, "/problems/1/whys/add/", {"text": "", "parent": root.pk}, status=422)
    post(client, "/problems/1/whys/add/", {"text": "The board locks", "parent": root.pk})
    leaf = root.children.get()
    base = f"/problems/1/whys/{leaf.pk}"
    assert "no evidence yet" in post(client, f"{base}/edit/", {"text": "The board locks up", "version": 1})
    assert "There is no evidence yet" in page_of(client, f"{base}/confirm/", headers=HTMX)
    assert "a guess" in post(client, f"{base}/confirm/", {"cause": "manual", "department": ""}, status=422)
    assert "like T-48302" in post(client, f"{base}/evidence/", {"kind": "tickets", "tickets": ""}, status=422)
    assert "1 ticket" in post(client, f"{base}/evidence/", {"kind": "tickets", "tickets": "T-48302"})
    assert "Unclear manual" in post(client, f"{base}/confirm/", {"cause": "manual", "department": ""})
    assert "to be checked" in post(client, f"{base}/unconfirm/")
    post(client, f"{base}/rule-out/", {"reason": ""}, status=422)
    assert "still dark" in post(client, f"{base}/rule-out/", {"reason": "still dark"})
    for dialog in ("edit", "evidence", "rule-out"):
        assert "<dialog" in page_of(client, f"{base}/{dialog}/", headers=HTMX)


def test_a_conflict_shows_both_sentences(tree, omar, signed_in):
    why = tree[1]
    client = signed_in(omar)
    base = f"/problems/1/whys/{why.pk}"
    post(client, f"{base}/edit/", {"text": "Theirs", "version": 1})
    page = post(client, f"{base}/edit/", {"text": "Mine", "version": 1}, status=422)
    assert "Theirs" in page
    assert ">Mine</textarea>" in page
    assert 'value="2"' in page


def test_whys_are_moved_and_slips_taken_away(tree, omar, signed_in):
    root, _why, leaf = tree
    other = services.add_why(root.problem_id, text="Other", parent=root.pk, by=omar)
    client = signed_in(omar)
    page = post(client, f"/problems/1/whys/{other.pk}/move/", {"step": "up"})
    assert page.index("Other") < page.index("The board locks")
    assert "Other" not in post(client, f"/problems/1/whys/{other.pk}/drop/")
    piece = services.add_evidence(leaf.pk, kind="note", label="ECN-77", by=omar)
    post(client, f"/problems/1/whys/{leaf.pk}/drop/", status=409)
    assert "ECN-77" not in post(client, f"/problems/evidence/{piece.pk}/drop/")


def test_evidence_opens_its_tickets(tree, omar, make_ticket, signed_in):
    make_ticket(48302)
    make_ticket(48303)
    piece = services.add_evidence(tree[2].pk, kind="tickets", tickets=[48302, 48303], by=omar)
    client = signed_in(omar)
    assert f"/problems/evidence/{piece.pk}/" in page_of(client, "/problems/1/")
    assert "T-48303" in page_of(client, f"/problems/evidence/{piece.pk}/")


def test_a_number_is_frozen_as_evidence(counted, omar, signed_in):
    opened = services.open_problem(title="x", slice="issue_type=wont_charge&product=A20", by=omar)
    root = services.add_why(opened.pk, text="Does not charge", by=omar)
    told = {"kind": "number", "metric": "incident_rate", "slice": opened.slice, "week": "2026-W46"}
    post(signed_in(omar), f"/problems/1/whys/{root.pk}/evidence/", told)
    frozen = root.evidence.get().frozen
    assert frozen["period"] == "2026-W46"
    assert frozen["k"] >= 8


def test_naming_a_person_brings_a_hint_and_blocks_nothing(tree, mei, signed_in):
    client = signed_in(mei)
    assert "We forgot it" in post(client, "/problems/hint/", {"text": "Mei forgot it"})
    assert post(client, "/problems/hint/", {"text": "It is too hot"}).strip() == ""
    assert "Mei forgot it" in post(client, "/problems/1/whys/add/", {"text": "Mei forgot it", "parent": tree[0].pk})


def test_earlier_rounds_stay_readable(tree, omar, signed_in):
    services.start_round(tree[0].problem_id, opening="person", told={}, by=omar)
    client = signed_in(omar)
    assert "The board locks" not in page_of(client, "/problems/1/")
    old = page_of(client, "/problems/1/?round=1")
    assert "The board locks" in old
    assert 'data-key="w"' not in old


# Elsewhere


def test_a_signal_page_offers_the_problem_and_then_shows_it(signal, omar, mei, signed_in):
    client = signed_in(omar)
    address = f"/problems/of-signal/{signal.pk}/"
    assert f"/problems/of-signal/{signal.pk}/" in page_of(client, f"/insight/signals/{signal.pk}/")
    assert f"{NEW}?signal={signal.pk}" in page_of(client, address)
    assert "Make it a problem" not in page_of(signed_in(mei), address)
    services.open_problem(title="From it", slice=SLICE, by=omar, signal=signal, origin="signal")
    assert "From it" in page_of(client, address)


def test_a_ticket_page_shows_the_problems_behind_it(labels, omar, mei, make_ticket, signed_in):
    from fupan.desk.models import IssueType

    ticket = make_ticket(48302, issue_type=IssueType.objects.get(code="wont_charge"), country="DE")
    services.open_problem(title="Won't charge in Germany", slice="country=DE&issue_type=wont_charge", by=omar)
    services.open_problem(title="Elsewhere", slice="country=FR&issue_type=wont_charge", by=omar)
    linked = services.open_problem(title="Held up", slice="product=X", by=omar, ticket_ids=[ticket.pk])
    services.note_verdict(linked.pk, outcome=EFFECTIVE, by=None)
    page = page_of(signed_in(mei), "/problems/behind/48302/")
    assert "Won&#x27;t charge in Germany" in page
    assert ">Elsewhere</a>" not in page
    assert "This report led to work on “Held up”: Effective" in page
    assert "Open a problem from it" not in page
    assert "Open a problem from it" in page_of(signed_in(omar), "/problems/behind/48302/")


def test_the_ticket_list_offers_a_problem_for_the_ticked(omar, mei, signed_in, make_ticket):
    make_ticket(1)
    assert "/problems/selection/" in page_of(signed_in(omar), "/tickets/")
    assert "/problems/from-tickets/?q=x" in page_of(signed_in(omar), "/problems/selection/?q=x")
    assert page_of(signed_in(mei), "/problems/selection/").strip() == ""


def test_first_guesses_stand_beside_the_cause(tree, omar, labels, make_ticket, signed_in):
    from fupan.desk.models import Cause

    right, wrong = Cause.objects.get(code="supplier_batch"), Cause.objects.get(code="manual")
    make_ticket(1, cause_guess=right, cause_confirmed=right)
    make_ticket(2, cause_guess=wrong, cause_confirmed=right)
    services.add_evidence(tree[2].pk, kind="tickets", tickets=[1, 2], by=omar)
    services.confirm_cause(tree[2].pk, cause="supplier_batch", department=None, by=omar)
    guesses = signed_in(omar).get("/problems/1/").context["guesses"]
    assert (guesses.right, guesses.told) == (1, 2)


def test_who_sees_one_shop_does_not_see_the_problems_of_another(omar, mei, shop, shopee, signed_in):
    services.open_problem(title="x", slice="shop=Shopee MY", by=omar)
    Member.objects.filter(pk=mei.pk).update(shop_ids=[shop.pk])
    assert page_of(signed_in(mei), "/problems/1/", status=404)


def test_a_stranger_finds_no_page(tree, stranger, signed_in):
    client = signed_in(stranger)
    assert page_of(client, "/problems/1/", status=404)
    assert page_of(client, "/problems/behind/48302/", status=404)
    assert post(client, f"/problems/1/whys/{tree[1].pk}/edit/", {"text": "x"}, status=404)
    assert "P-001" not in page_of(client, LIST)


def test_a_pack_shows_what_is_worked_on_and_the_confirmed_cause(tree, omar, mei, labels, signed_in):
    services.add_evidence(tree[2].pk, kind="note", label="ECN-77", by=omar)
    services.confirm_cause(tree[2].pk, cause="supplier_batch", department=None, by=omar)
    page = page_of(signed_in(omar), "/problems/of-issue/wont_charge/?week=2026-W46")
    assert "A20 won&#x27;t charge" in page
    assert "cause Supplier batch" in page
    assert f"{NEW}?issue_type=wont_charge&amp;week=2026-W46&amp;origin=top_issue" in page
    assert NEW not in page_of(signed_in(mei), "/problems/of-issue/wont_charge/")
    assert page_of(signed_in(mei), "/problems/of-issue/nothing/", status=404)


def test_programs_read_problems_with_their_causes(tree, omar, labels, client):
    from fupan.people.services import create_token

    services.add_evidence(tree[2].pk, kind="note", label="ECN-77", by=omar)
    services.confirm_cause(tree[2].pk, cause="supplier_batch", department=None, by=omar)
    services.note_verdict(tree[2].problem_id, outcome=EFFECTIVE, by=None)
    _token, secret = create_token(name="p", scopes=["metrics:read"], by=omar)
    answer = client.get("/api/v1/problems?state=under_way", headers={"Authorization": f"Bearer {secret}"}).json()
    (told,) = answer["items"]
    assert (told["number"], told["selection_weeks"]) == (1, ["2026-W45", "2026-W46"])
    assert told["causes"][0]["cause"] == "supplier_batch"
    assert told["outcome"]["change"] == -0.41
