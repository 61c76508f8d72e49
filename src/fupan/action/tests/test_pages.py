"""The board, the table, the form and one action's page, as they are read and used."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fupan.action import services
from fupan.action.models import Action
from fupan.action.tests.support import PNG, TODAY, carried, form_of, made
from fupan.core import clock
from fupan.people.models import Department
from fupan.review.models import Meeting

HTMX = {"HX-Request": "true"}


def text(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:400]
    return answer.content.decode()


def columns(answer):
    return {one.state: [card.code for card in one.cards] for one in answer.context["columns"]}


def verified(action, by, verdict="effective", **more):
    carried(action, by)
    told = {"verdict": verdict, "change": -0.28, "low": -0.41, "high": -0.12, "prevented": 63.0, "check": 1,
            "week": 202646, "weeks_after": 8, "planned_weeks": 8}  # fmt: skip
    services.take_verdict(action.pk, told=told | more, final=True)


# The board


def test_an_empty_board_says_where_it_begins(omar, signed_in):
    page = text(signed_in(omar).get("/actions/"))
    assert "It begins with a review" in page
    assert "Filters" not in page


def test_the_board_has_four_columns_by_deadline_and_says_what_is_late(goods, omar, signed_in):
    made(omar, title="Due a little later", deadline=TODAY + timedelta(days=9))
    made(omar, title="Due sooner than that", deadline=TODAY + timedelta(days=2))
    made(omar, title="Overdue by a few days", ago=20, deadline=TODAY - timedelta(days=4))
    services.move_action(Action.objects.get(number=1).pk, state="doing", by=omar)
    carried(made(omar, title="Waiting for its verdict"), omar)
    verified(made(omar, title="Verified just now, it worked"), omar)
    answer = signed_in(omar).get("/actions/")
    page = text(answer)
    assert columns(answer) == {"todo": ["A-003", "A-002"], "doing": ["A-001"], "done": ["A-004"], "verified": ["A-005"]}
    assert "3 under way" in page
    assert "1 overdue" in page
    assert "1 verdict this quarter: Effective 1" in page
    assert "4 days overdue" in page
    assert "Effective −28" in page
    assert "some 63 cases prevented" in page


def test_a_column_shows_four_and_the_rest_on_demand(goods, omar, signed_in):
    for day in range(7):
        made(omar, deadline=TODAY + timedelta(days=day))
    browser = signed_in(omar)
    assert "3 more" in text(browser.get("/actions/"))
    assert len(columns(browser.get("/actions/?more=todo"))["todo"]) == 7


def test_what_was_verified_long_ago_and_what_was_dropped_leave_the_board(goods, omar, signed_in):
    verified(made(omar), omar)
    Action.objects.update(verdict={"verdict": "effective", "final": True, "decided_on": "2026-09-01"})
    services.drop_action(made(omar).pk, reason="sold out", by=omar)
    answer = signed_in(omar).get("/actions/")
    assert columns(answer) == {"todo": [], "doing": [], "done": [], "verified": []}
    assert "No verdict yet this quarter" in text(answer)
    table = text(signed_in(omar).get("/actions/?view=table&state=dropped"))
    assert "A-002" in table


def test_filters_live_in_the_address(goods, omar, ines, problem, workspace, signed_in):
    first = Department.objects.create(workspace=workspace, code="ops", name="Operations")
    made(omar, owner=ines, department_id=first.pk, problem=problem)
    made(omar, ago=20, deadline=TODAY - timedelta(days=1), type="supplier", department_id=first.pk)
    browser = signed_in(omar)
    for query, found in {
        f"department={first.pk}": ["A-002", "A-001"], f"owner={ines.pk}": ["A-001"], "type=supplier": ["A-002"],
        "problem=1": ["A-001"], "overdue=1": ["A-002"], "mine=1": ["A-002"], "mine=1&problem=1": [],
        "owner=x&type=zz&department=-3&problem=9e9": ["A-002", "A-001"],
    }.items():  # fmt: skip
        answer = browser.get(f"/actions/?{query}")
        shown = [code for cards in columns(answer).values() for code in cards]
        assert shown == found if found else "No action fits." in text(answer), query


def test_a_card_says_when_a_verdict_can_be_had(goods, omar, signed_in):
    action = made(omar)
    made(omar, metric="first_response_p50", slice="issue_type=size", change=-0.2, title="Answer within three hours")
    Action.objects.filter(pk=action.pk).update(
        weeks_needed=19, verdict={"wider": "issue_type=size&line=Power", "wider_weeks": 8}
    )
    page = text(signed_in(omar).get("/actions/"))
    assert "alone it needs 19 weeks, Power · Size does not fit: 8 weeks" in page
    assert "tracked without a verdict" in page
    Action.objects.filter(pk=action.pk).update(weeks_needed=6)
    assert "a verdict after about 6 weeks" in text(signed_in(omar).get("/actions/"))


def test_a_carried_out_card_shows_its_weeks(goods, omar, signed_in):
    action = carried(made(omar), omar, day=TODAY - timedelta(weeks=6))
    told = {"check": 1, "planned_weeks": 8, "due_week": 202650, "weeks_after": 5, "change": -0.56, "low": -0.84,
            "high": 0.19, "verdict": "inconclusive", "final": False}  # fmt: skip
    Action.objects.filter(pk=action.pk).update(verdict=told)
    answer = signed_in(omar).get("/actions/")
    assert "week 5 / 8 · −56" in text(answer)
    card = answer.context["columns"][2].cards[0]
    assert [part.on for part in card.segments] == [True] * 5 + [False] * 3
    Action.objects.filter(pk=action.pk).update(verdict=told | {"weeks_after": 8, "due_week": 202646})
    page = text(signed_in(omar).get("/actions/"))
    assert "week 8 / 8 · verdict this week" in page
    assert "1 verdict this week" in page


def test_a_move_answers_with_the_board(goods, omar, signed_in):
    made(omar)
    answer = signed_in(omar).post("/actions/1/move/?mine=1", {"state": "doing"}, headers=HTMX)
    assert columns(answer)["doing"] == ["A-001"]
    assert "data-moved" in text(answer)


def test_a_refused_move_is_said_on_the_card(goods, omar, mei, signed_in):
    carried(made(omar), omar)
    answer = signed_in(omar).post("/actions/1/move/", {"state": "todo"}, headers=HTMX)
    page = text(answer, 422)
    assert columns(answer)["done"] == ["A-001"]
    assert "It counts as carried out and is being checked" in page
    assert "belongs to omar" in text(signed_in(mei).post("/actions/1/move/", {"state": "todo"}, headers=HTMX), 422)


def test_dropping_without_proof_asks_for_it_and_takes_it_there(goods, omar, signed_in):
    made(omar)
    browser = signed_in(omar)
    asked = text(browser.post("/actions/1/move/", {"state": "done"}, headers=HTMX), 422)
    assert 'id="carry-board"' in asked
    assert 'data-open="1"' in asked
    wrong = text(browser.post("/actions/1/carried/", {"day": "2026-11-14"}, headers=HTMX), 422)
    assert "add a file, a link or a note" in wrong
    done = browser.post(
        "/actions/1/carried/", {"day": "2026-11-14", "file": SimpleUploadedFile("a.png", PNG)}, headers=HTMX
    )
    assert columns(done)["done"] == ["A-001"]
    assert "carry-board" not in text(done)


def test_without_scripts_moves_work_as_well(goods, omar, signed_in):
    made(omar)
    browser = signed_in(omar)
    assert browser.post("/actions/1/move/?mine=1", {"state": "doing"})["Location"] == "/actions/?mine=1"
    assert browser.post("/actions/1/move/", {"state": "done"})["Location"] == "/actions/1/#carry-out"
    assert browser.post("/actions/1/move/", {"state": "verified"}).status_code == 302
    assert "Only a verdict moves it" in text(browser.get("/actions/"))


def test_the_table_sorts_turns_pages_and_leaves_as_a_file(goods, omar, signed_in):
    for number in range(52):
        made(omar, title=f"=cmd number {number:02d} of the table", deadline=TODAY + timedelta(days=number))
    browser = signed_in(omar)
    first = browser.get("/actions/?view=table&sort=-number")
    assert first.context["rows"][0].code == "A-052"
    assert len(browser.get("/actions/?view=table&page=2").context["rows"]) == 2
    lines = b"".join(browser.get("/actions/export.csv?sort=number").streaming_content).decode()
    assert len(lines.splitlines()) == 53
    assert ",'=cmd number 00" in lines
    book = browser.get("/actions/export.xlsx")
    assert book["Content-Disposition"].startswith("attachment")
    assert book.content[:2] == b"PK"
    assert browser.get("/actions/export.exe").status_code == 404


# The form


def test_the_form_begins_with_its_problem_and_saves(goods, omar, problem, signed_in):
    browser = signed_in(omar)
    start = browser.get(f"/actions/new/?problem={problem.pk}")
    assert start.context["form"].initial["slice"] == "issue_type=size&product=A20"
    assert 'value="-30"' in text(start)
    saved = browser.post(f"/actions/new/?problem={problem.pk}", form_of(omar, slice=problem.slice))
    action = Action.objects.get()
    assert saved["Location"] == "/actions/1/"
    assert (action.problem, action.slice, action.change) == (problem, "issue_type=size&product=A20", -0.3)


def test_a_vague_form_is_sent_back_with_a_sentence_per_field(goods, omar, signed_in):
    vague = {"title": "优化", "issue_type": "", "product": "", "change": "0", "window": "1", "owner": ""}
    sent = form_of(omar) | vague | {"deadline": "2026-11-01"}
    answer = signed_in(omar).post("/actions/new/", sent)
    text(answer, 422)
    assert {"title", "issue_type", "change", "window", "deadline", "owner"} <= set(answer.context["form"].errors)
    assert not Action.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"), [("−25", -0.25), ("-25 %", -0.25), ("－25", None), ("abc", None), ("", None)]
)
def test_percentages_are_read_as_people_write_them(goods, omar, signed_in, typed, kept):
    signed_in(omar).post("/actions/new/", form_of(omar, change=typed))
    assert [one.change for one in Action.objects.all()] == ([kept] if kept else [])


def test_conditions_without_a_select_stay_in_the_slice(goods, omar, signed_in):
    signed_in(omar).post("/actions/new/", form_of(omar, product="", slice="issue_type=leak&line=Power"))
    assert Action.objects.get().slice == "issue_type=size&line=Power"


def test_an_action_is_copied_and_made_in_a_meeting(goods, omar, workspace, signed_in):
    made(omar, detail="As before")
    meeting = Meeting.objects.create(workspace=workspace, period="2026-W46", planned_at=clock.now())
    browser = signed_in(omar)
    start = browser.get(f"/actions/new/?copy=1&meeting={meeting.pk}")
    assert start.context["form"].initial["detail"] == "As before"
    browser.post(f"/actions/new/?copy=1&meeting={meeting.pk}", form_of(omar))
    copy = Action.objects.get(number=2)
    assert (copy.copied_from.number, copy.meeting) == (1, meeting)


def test_an_action_may_open_a_template_or_an_article(goods, omar, signed_in):
    browser = signed_in(omar)
    browser.post("/actions/new/?subject=ticket:7", form_of(omar, type="template"))
    browser.post("/actions/new/?subject=../x:7", form_of(omar, type="template"))
    assert [one.subject for one in Action.objects.order_by("number")] == [{"kind": "ticket", "id": 7}, {}]
    assert 'href="/tickets/7/"' in text(browser.get("/actions/1/"))
    assert "Open what it changes" not in text(browser.get("/actions/2/"))


def test_what_was_changed_meanwhile_is_shown_and_kept(goods, omar, ines, signed_in):
    made(omar)
    browser = signed_in(omar)
    sent = form_of(omar, title="My own words for it", version="1")
    signed = form_of(omar, title="Their words came first", version="1")
    assert browser.post("/actions/1/edit/", signed).status_code == 302
    page = text(browser.post("/actions/1/edit/", sent), 422)
    assert "Their words came first" in page
    assert "My own words for it" in page
    assert Action.objects.get().title == "Their words came first"


def test_what_is_being_checked_is_edited_without_its_target(goods, omar, signed_in):
    carried(made(omar), omar)
    browser = signed_in(omar)
    assert "disabled" in text(browser.get("/actions/1/edit/"))
    sent = form_of(omar, title="Another title of it", change="-90", issue_type="leak", version="1")
    assert browser.post("/actions/1/edit/", sent).status_code == 302
    action = Action.objects.get()
    assert (action.title, action.change, action.slice) == ("Another title of it", -0.3, "issue_type=size&product=A20")


def test_similar_actions_are_shown_with_what_they_achieved(goods, omar, signed_in):
    verified(made(omar, title="Rewrite the size chart of A20"), omar, verdict="effective", change=-0.22)
    services.drop_action(made(omar, title="Size chart as a video").pk, reason="nobody watched it", by=omar)
    made(omar, title="Stronger cartons for parcels", type="packaging", slice="issue_type=leak")
    page = text(
        signed_in(omar).get("/actions/similar/?title=New size chart&type=listing&slice=issue_type=size%26product=A20")
    )
    assert "tried in 2026-11: −22 %, Effective" in page.replace("\u2009", " ")
    assert "dropped: nobody watched it" in page
    assert "cartons" not in page
    assert "Nothing like it" in text(signed_in(omar).get("/actions/similar/?title=&type=&slice="))


# One action


def test_the_page_of_an_action_holds_everything(goods, omar, problem, signed_in):
    action = made(omar, problem=problem, detail="Three sites, one picture each")
    services.add_step(action.pk, text="Draw it", by=omar)
    services.add_comment(action.pk, text="By Friday", by=omar)
    services.block(action.pk, reason="waits for photos", by=omar)
    page = text(signed_in(omar).get("/actions/1/"))
    for words in ("Three sites", "Draw it", "By Friday", "waits for photos", "P-001", "added a step", "Power bank A20"):
        assert words in page


def test_work_on_the_page(goods, omar, signed_in):
    action = made(omar)
    browser = signed_in(omar)
    text(browser.post("/actions/1/steps/", {"text": "Draw it"}, headers=HTMX))
    step = action.steps.get()
    text(browser.post(f"/actions/1/steps/{step.pk}/", {"done": "1"}, headers=HTMX))
    text(browser.post("/actions/1/comments/", {"text": "Fine"}, headers=HTMX))
    text(browser.post("/actions/1/comments/", {"text": ""}, headers=HTMX), 422)
    text(browser.post("/actions/1/proofs/", {"url": "https://a.example/x", "day": "2026-11-14"}, headers=HTMX))
    assert "no address" in text(browser.post("/actions/1/proofs/", {"url": "nope"}, headers=HTMX), 422)
    text(browser.post("/actions/1/block/", {"reason": "photos"}, headers=HTMX))
    text(browser.post("/actions/1/start/", headers=HTMX))
    text(browser.post("/actions/1/carry-out/", {}, headers=HTMX), 422)
    text(browser.post("/actions/1/carry-out/", {"day": "2026-11-14"}, headers=HTMX))
    text(browser.post("/actions/1/undo/", headers=HTMX))
    text(browser.post(f"/actions/1/steps/{step.pk}/drop/", headers=HTMX))
    text(browser.post("/actions/1/drop/", {"reason": ""}, headers=HTMX), 422)
    text(browser.post("/actions/1/drop/", {"reason": "sold out"}, headers=HTMX))
    text(browser.post("/actions/1/start/", headers=HTMX), 422)
    assert Action.objects.get().state == "dropped"


def test_proof_files_are_downloads_of_those_who_see_the_action(goods, omar, mei, stranger, signed_in):
    action = made(omar)
    services.add_proof(action.pk, given=services.Given(upload=SimpleUploadedFile("a.png", PNG)), by=omar)
    address = f"/actions/1/proofs/{action.proofs.get().pk}/file/"
    answer = signed_in(mei).get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == PNG
    assert signed_in(stranger).get(address).status_code == 404
    assert signed_in(omar).get(address.replace("/1/proofs", "/2/proofs")).status_code == 404


def test_who_may_not_move_it_reads_and_comments(goods, omar, mei, signed_in):
    made(omar)
    page = text(signed_in(mei).get("/actions/1/"))
    assert "carry-out" not in page
    assert "/actions/1/edit/" not in page
    assert signed_in(mei).get("/actions/1/edit/").status_code == 404
    assert signed_in(mei).post("/actions/1/drop/", {"reason": "x"}, headers=HTMX).status_code == 422
    assert signed_in(mei).post("/actions/1/comments/", {"text": "Buyers ask daily"}).status_code == 302
    assert signed_in(mei).get("/actions/new/").status_code == 404


def test_money_and_other_shops_stay_out_of_sight(goods, omar, mei, shop, shopee, signed_in):
    made(omar, metric="refund_cost", slice="issue_type=size", change=-0.2)
    made(omar, slice=f"issue_type=size&shop={shop.name}")
    made(omar, slice=f"issue_type=size&shop={shopee.name}")
    mei.shop_ids = [shop.pk]
    mei.save()
    assert columns(signed_in(mei).get("/actions/"))["todo"] == ["A-002"]
    assert signed_in(mei).get("/actions/1/").status_code == 404
    assert signed_in(mei).get("/actions/3/").status_code == 404


def test_the_form_is_filled_in_by_its_address_and_cut_to_its_room(goods, omar, signed_in):
    browser = signed_in(omar)
    form = browser.get(f"/actions/new/?title={'x' * 999}&detail=On+3+sites&kind=template").context["form"]
    assert (len(form.initial["title"]), form.initial["detail"], form.initial["type"]) == (160, "On 3 sites", "template")
    assert text(browser.get("/actions/new/?kind=nonsense&title=%20&slice=odd"))


# Parts of other pages


def test_the_actions_of_a_problem_and_of_a_meeting(goods, omar, problem, workspace, signed_in):
    earlier = Meeting.objects.create(
        workspace=workspace, period="2026-W45", planned_at=clock.now() - timedelta(days=7), state="ended"
    )
    now = Meeting.objects.create(workspace=workspace, period="2026-W46", planned_at=clock.now(), state="running")
    made(omar, title="Decided a week ago", meeting=earlier, problem=problem)
    made(omar, title="Overdue from before", ago=20, deadline=TODAY - timedelta(days=2))
    made(omar, title="Decided in this very hour", meeting=now)
    browser = signed_in(omar)
    part = text(browser.get("/actions/of-problem/1/"))
    assert "Decided a week ago" in part
    assert f"/actions/new/?problem={problem.pk}" in part
    assert "Overdue from before" not in part
    room = text(browser.get(f"/actions/of-meeting/{now.pk}/"))
    for words in ("Decided a week ago", "Overdue from before", "Decided in this very hour"):
        assert words in room
    assert f"?meeting={now.pk}" in room
    assert "Nothing is left from last time" not in room


def test_my_open_actions_are_counted_in_the_navigation_and_listed_today(goods, omar, ines, signed_in):
    made(omar)
    made(omar, owner=ines, title="Of somebody else entirely")
    page = text(signed_in(omar).get("/"))
    assert '<span>Actions</span><span class="n">1</span>' in page
    assert "Add a wiring picture" in page
    assert "Of somebody else" not in page
