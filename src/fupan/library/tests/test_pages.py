"""The pages of the library, as each role finds them."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fupan.core import clock
from fupan.library import contents, services
from fupan.library.forms.cases import stands
from fupan.library.models import Article, Case, CaseDebt, CaseEvidence, CaseList, CaseUse, DebtRule, Run, State
from fupan.library.tests.conftest import WHOLE, article, publish, whole
from fupan.library.tests.test_contents import TREE, WRITTEN
from tests.support.personas import new_member

WRONG = {"sop": "# Nowhere", "pitfall": "No!\n  >", "faq": "Why?", "tree": "a?\nb?"}
HTMX = {"HX-Request": "true"}
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def lead(omar, signed_in):
    return signed_in(omar)


def page(client, address, status=200, **more):
    answer = client.get(address, **more)
    assert answer.status_code == status
    return answer.content.decode()


def posted(client, address, data=None, status=302, **more):
    answer = client.post(address, data or {}, **more)
    assert answer.status_code == status, answer.content.decode()[-2000:]
    return answer


def filled(case, **more):
    """The edit form as its page shows it, with changes."""
    told = {name: value for name, value in stands(case).items() if value not in (None, False)}
    return {name: str(value) for name, value in told.items()} | more


# The front page


def test_an_empty_library_says_where_the_first_case_comes_from(mei, signed_in):
    assert "The first case comes from the next ticket you close." in page(signed_in(mei), "/library/")


def test_the_list_filters_in_its_address_and_answers_parts(published, lead):
    assert "Change the cable first" in page(lead, "/library/?issue_type=wont_charge&q=blinks")
    part = page(lead, "/library/?outcome=failed", headers=HTMX)
    assert "No case fits these filters." in part and "<html" not in part
    for odd in ("?page=99", "?state=nonsense", "?shop=x&sort=y&tag=%20", "?q=%27%22%3C"):
        page(lead, f"/library/{odd}")


def test_failed_cases_show_what_not_to_do_in_the_list(named, mei, omar, lead):
    publish(services.create_case(whole(outcome="failed", avoid="Never write recall"), by=mei), mei, omar)
    assert "Never write recall" in page(lead, "/library/")


def test_the_library_is_taken_along_as_text_and_as_a_workbook(published, omar, boss, ines, lead, client):
    article("tree", contents.parse("tree", TREE), omar, boss)
    Case.objects.filter(pk=published.pk).update(title="=HYPERLINK(1)", order_masked="302-77•••••")
    text = lead.get("/library/export.md")
    assert text["Content-Disposition"].endswith('.md"') and "## C-0001" in text.content.decode()
    assert "How does it blink?" in text.content.decode()
    book = lead.get("/library/export.xlsx?q=cable").content
    assert "xl/worksheets/sheet1.xml" in ZipFile(BytesIO(book)).namelist()
    assert b"<f>" not in ZipFile(BytesIO(lead.get("/library/export.xlsx").content)).read("xl/worksheets/sheet1.xml")
    page(lead, "/library/export.pdf", 404)
    client.force_login(ines.user)
    assert "302-77" not in client.get("/library/export.md").content.decode()


# One case


def test_a_case_reads_in_its_eleven_fields(published, lead):
    text = page(lead, "/library/cases/1/")
    for words in ("C-0001", "Product", "Won&#x27;t charge", "Ask how often it blinks", "Nothing comes back.",
                  "Say first that nothing comes back", "Success", "Blinks tell more than cables"):  # fmt: skip
        assert words in text
    assert "Nobody has used it yet." in text and 'data-key="1"' in text


def test_a_draft_shows_what_is_missing_and_a_stranger_nothing(named, mei, stranger, client):
    services.create_case(whole(steps=(), outcome=""), by=mei)
    client.force_login(mei.user)
    text = page(client, "/library/cases/1/")
    assert "What was done, in which order?" in text and "Still to fill in" in text and "Hand in for review" in text
    client.force_login(stranger.user)
    page(client, "/library/cases/1/", 404)


def test_order_and_evidence_are_for_those_who_answer_buyers(published, mei, ines, client):
    Case.objects.filter(pk=published.pk).update(order_masked="302-77•••••")
    evidence = services.add_evidence(
        published.pk, SimpleUploadedFile("led.png", PNG), label="LED photo", masking="masked", by=mei
    )
    client.force_login(ines.user)
    text = page(client, "/library/cases/1/")
    assert "302-77" not in text and "LED photo" in text and f"/library/evidence/{evidence.pk}/" not in text
    page(client, f"/library/evidence/{evidence.pk}/", 404)
    client.force_login(mei.user)
    assert "302-77" in page(client, "/library/cases/1/")
    answer = client.get(f"/library/evidence/{evidence.pk}/")
    assert answer["Content-Disposition"].startswith("attachment") and b"".join(answer.streaming_content) == PNG


def test_a_case_is_begun_from_a_ticket_edited_and_handed_in(ticket, mei, signed_in):
    client = signed_in(mei)
    answer = posted(client, "/library/draft/48302/")
    assert answer.url == "/library/cases/1/edit/"
    assert "[name]" in page(client, answer.url)
    case = Case.objects.get()
    posted(client, answer.url, filled(case, lessons="Ask for the light first", submit="1"))
    case.refresh_from_db()
    assert (case.state, case.lessons, case.version) == (State.IN_REVIEW, "Ask for the light first", 2)
    assert "Draft a case" not in page(client, "/library/beside/48302/")


def test_what_cannot_be_handed_in_yet_is_saved_and_saved_again(named, mei, signed_in):
    client, made = signed_in(mei), services.create_case(whole(outcome=""), by=mei)
    told = filled(made, lessons="kept words", submit="1")
    answer = posted(client, "/library/cases/1/edit/", told, 422)
    assert "Still to fill in" in answer.content.decode()
    shown = {name: str(answer.context["form"][name].value() or "") for name in told if name != "submit"}
    posted(client, "/library/cases/1/edit/", shown | {"outcome": "success", "submit": "1"})
    made.refresh_from_db()
    assert (made.state, made.lessons, made.version) == (State.IN_REVIEW, "kept words", 3)


def test_a_wrong_form_says_what_is_wrong_and_keeps_the_words(draft_case, mei, signed_in):
    client = signed_in(mei)
    answer = posted(client, "/library/cases/1/edit/", filled(draft_case, batch="1999", lessons="kept words"), 422)
    assert "has no batch" in answer.content.decode() and "kept words" in answer.content.decode()
    answer = posted(client, "/library/cases/1/edit/", filled(draft_case, happened_on="yesterday", title=""), 422)
    assert answer.content.decode().count('class="wrong"') == 2


def test_what_somebody_else_saved_stands_beside_ones_own_words(draft_case, mei, omar, signed_in):
    services.edit_case(draft_case.pk, whole(lessons="their words"), by=omar, version=1)
    client = signed_in(mei)
    answer = posted(client, "/library/cases/1/edit/", filled(draft_case, version="1", lessons="my words"), 422)
    text = answer.content.decode()
    assert "their" in text and "<ins>" in text and "my words" in text
    assert 'name="version" value="2"' in text
    posted(client, "/library/cases/1/edit/", filled(draft_case, version="2", lessons="my words"))
    assert Case.objects.get().lessons == "my words"


def test_a_case_from_nothing(named, mei, ines, signed_in):
    client = signed_in(mei)
    page(client, "/library/cases/new/")
    posted(
        client, "/library/cases/new/", {"title": "From a phone call", "steps": "Listen\n  to the end", "hours": "1.5"}
    )
    case = Case.objects.get()
    assert case.steps == [{"do": "Listen", "note": "to the end"}] and case.took == timedelta(hours=1.5)
    posted(client, "/library/cases/new/", {"title": ""}, 422)


def test_a_reader_finds_no_form(published, boss, ines, signed_in, workspace):
    client = signed_in(new_member(workspace, "lena", "logistics"))
    assert "/edit/" not in page(client, "/library/cases/1/")
    page(client, "/library/cases/1/edit/", 404)
    page(client, "/library/cases/new/", 404)


def test_revisions_are_compared(draft_case, mei, lead):
    services.edit_case(draft_case.pk, whole(lessons="Blinks tell all"), by=mei, note="shorter")
    text = page(lead, "/library/cases/1/revisions/")
    assert "<del>" in text and "shorter" in text
    assert "Nothing differs." in page(lead, "/library/cases/1/revisions/?from=2&to=2")
    page(lead, "/library/cases/1/revisions/?from=x&to=999")


# Reviewed


def test_a_reviewer_passes_and_sends_back_on_the_page(draft_case, mei, lead):
    services.submit_case(draft_case.pk, by=mei)
    assert "Change the cable first" in page(lead, "/library/reviews/")
    assert "Your review" in page(lead, "/library/cases/1/")
    points = dict.fromkeys(("complete", "cause_right", "can_follow", "data_removed"), "on")
    answer = posted(lead, "/library/cases/1/review/", {"verdict": "back", "version": "1"}, 422)
    assert "Say what is to be done better." in answer.content.decode()
    posted(lead, "/library/cases/1/review/", {"verdict": "back", "version": "1", "remark": "Why?"})
    assert "Why?" in page(lead, "/library/cases/1/")
    services.submit_case(draft_case.pk, by=mei)
    answer = posted(lead, "/library/cases/1/review/", {"verdict": "pass", "complete": "on", "version": "1"}, 422)
    assert "all four points" in answer.content.decode()
    posted(lead, "/library/cases/1/review/", {"verdict": "pass", "version": "1", **points})
    assert Case.objects.get().state == State.PUBLISHED
    assert "No case waits for a review." in page(lead, "/library/reviews/")


def test_the_queue_is_for_reviewers(mei, signed_in):
    assert signed_in(mei).get("/library/reviews/").status_code == 404


def test_outdated_archived_restored_on_the_page(published, lead):
    posted(lead, "/library/cases/1/flag/", {"reason": "policy"})
    assert "policy" in page(lead, "/library/cases/1/")
    answer = posted(lead, "/library/cases/1/confirm/", {"check_on": "2020-01-01"}, 422)
    assert "Choose a day after today." in answer.content.decode()
    posted(lead, "/library/cases/1/confirm/", {"check_on": "2027-05-01"})
    posted(lead, "/library/cases/1/archive/", {"reason": "x", "replaced_by": "C-0999"}, 409)
    posted(lead, "/library/cases/1/archive/", {"reason": ""}, 409)
    posted(lead, "/library/cases/1/archive/", {"reason": "old"})
    assert "Archived" in page(lead, "/library/cases/1/")
    posted(lead, "/library/cases/1/restore/")
    assert "taken out of the archive" in page(lead, "/library/cases/1/")


# Evidence


def test_evidence_is_checked_added_and_taken_away(draft_case, mei, signed_in, tmp_path):
    client = signed_in(mei)
    answer = posted(
        client, "/library/cases/1/evidence/", {"file": SimpleUploadedFile("x.svg", b"<svg></svg>"), "label": "x"}, 422
    )
    assert "is not kept" in answer.content.decode()
    posted(client, "/library/cases/1/evidence/", {"file": SimpleUploadedFile("led.png", PNG), "label": "LED"})
    evidence = CaseEvidence.objects.get()
    answer = posted(client, "/library/cases/1/submit/", status=409)
    assert "whether it shows personal data" in answer.content.decode()
    posted(client, f"/library/evidence/{evidence.pk}/check/", {"masking": "nonsense"}, 409)
    posted(client, f"/library/evidence/{evidence.pk}/check/", {"masking": "clean"})
    posted(client, "/library/cases/1/submit/")
    assert any(one.is_file() for one in tmp_path.rglob("*"))


def test_a_file_taken_away_is_gone_from_the_disk(
    draft_case, mei, signed_in, tmp_path, django_capture_on_commit_callbacks
):
    evidence = services.add_evidence(draft_case.pk, SimpleUploadedFile("a.png", PNG), label="", masking="", by=mei)
    with django_capture_on_commit_callbacks(execute=True):
        posted(signed_in(mei), f"/library/evidence/{evidence.pk}/drop/")
    assert not CaseEvidence.objects.exists() and not any(one.is_file() for one in tmp_path.rglob("*"))


def test_what_nobody_checked_is_purged_and_its_frame_stays(
    draft_case, mei, workspace, signed_in, django_capture_on_commit_callbacks
):
    for masking in ("", "masked"):
        services.add_evidence(draft_case.pk, SimpleUploadedFile("a.png", PNG), label="photo", masking=masking, by=mei)
    with clock.set_to(clock.now() + timedelta(days=31)), django_capture_on_commit_callbacks(execute=True):
        assert services.purge_evidence(workspace) == 1 and services.purge_evidence(workspace) == 0
    gone, kept = CaseEvidence.objects.order_by("pk")
    assert gone.attachment is None and kept.attachment is not None
    client = signed_in(mei)
    assert "purged on schedule" in page(client, "/library/cases/1/")
    page(client, f"/library/evidence/{gone.pk}/", 404)


# Used


def test_a_case_is_quoted_on_a_ticket_and_found_helpful(published, ticket, mei, signed_in):
    client = signed_in(mei)
    beside = page(client, "/library/beside/48302/")
    assert "same product" in beside and "Quote" in beside
    assert posted(client, "/library/cases/1/use/", {"ticket": "T-48302"}).url == "/tickets/48302/"
    use = CaseUse.objects.get()
    answer = posted(client, f"/library/uses/{use.pk}/helpful/", {"helpful": "1"}, 200, headers=HTMX)
    assert 'aria-pressed="true"' in answer.content.decode()
    assert posted(client, f"/library/uses/{use.pk}/helpful/", {"helpful": "0"}).url == "/tickets/48302/"
    assert "T-48302" in page(client, "/library/cases/1/uses/") and "T-48302" in page(client, "/library/cases/1/")
    posted(client, "/library/cases/1/use/", {"ticket": "T-1"}, 409)
    posted(client, "/library/cases/1/link/", {"ticket": "48302"})
    posted(client, "/library/cases/1/unlink/48302/")


def test_the_panel_tells_of_the_owed_case(ticket, omar, lead):
    answer = posted(lead, "/library/debts/pick/48302/", headers=HTMX)
    assert "Owes a case" in page(lead, answer.url)
    assert posted(lead, "/library/debts/pick/48302/").url == "/tickets/48302/"
    page(lead, "/tickets/48302/")


def test_beside_a_ticket_of_a_strangers_shop_there_is_nothing(ticket, stranger, signed_in):
    assert signed_in(stranger).get("/library/beside/48302/").status_code == 404


# Articles


@pytest.mark.parametrize("kind", ["sop", "pitfall", "faq", "tree"])
def test_an_article_is_written_approved_and_read(named, published, omar, boss, client, kind):
    client.force_login(omar.user)
    page(client, f"/library/articles/new/{kind}/")
    answer = posted(client, f"/library/articles/new/{kind}/", {"title": "x", "text": WRONG[kind]}, 422)
    assert "Line " in answer.content.decode()
    told = {"title": "All about it", "text": WRITTEN[kind], "cases": "C-0001", "tags": "a，b", "submit": "1"}
    assert posted(client, f"/library/articles/new/{kind}/", told).url == "/library/articles/1/"
    client.force_login(boss.user)
    assert "All about it" in page(client, "/library/reviews/") and "Approve" in page(client, "/library/articles/1/")
    posted(client, "/library/articles/1/decide/", {"verdict": "approve", "stamp": "1"})
    text = page(client, "/library/articles/1/")
    assert "Published" in text and "Change the cable first" in text and "#a" in text
    assert "cites this case" in page(client, "/library/cases/1/")
    assert "All about it" in page(client, "/library/articles/?kind=" + kind)
    assert "No article fits" in page(client, "/library/articles/?q=nothing", headers=HTMX)


def test_an_article_is_edited_compared_flagged_and_archived(named, omar, boss, lead):
    article("faq", {"items": [{"q": "Why?", "a": "So."}]}, omar, boss)
    assert "Why?" in page(lead, "/library/articles/1/edit/")
    told = {"title": "Batteries", "text": "Why?\n  Because.", "stamp": "0", "note": "clearer"}
    posted(lead, "/library/articles/1/edit/", told)
    answer = posted(lead, "/library/articles/1/edit/", told, 422)
    assert "Because." in answer.content.decode() and 'name="stamp" value="1"' in answer.content.decode()
    assert "<ins>" in page(lead, "/library/articles/1/versions/")
    posted(lead, "/library/articles/1/submit/")
    posted(lead, "/library/articles/1/flag/", {"text": "not any more"})
    flag = Article.objects.get().flags.get()
    assert "not any more" in page(lead, "/library/articles/1/")
    posted(lead, f"/library/flags/{flag.pk}/", {"answer": "mended"})
    posted(lead, "/library/articles/1/archive/", {"reason": "old"})
    page(lead, "/library/articles/1/edit/", 404)
    posted(lead, "/library/articles/1/restore/")
    posted(lead, "/library/articles/1/confirm/", {"check_on": "x"}, 422)
    posted(lead, "/library/articles/1/confirm/", {"check_on": ""})
    page(lead, "/library/articles/new/poem/", 404)


def test_a_version_is_sent_back_on_the_page(named, omar, boss, client):
    made = services.create_article("faq", services.ArticleDraft("x", {"items": [{"q": "?", "a": "!"}]}), by=omar)
    services.submit_version(made.pk, by=omar)
    client.force_login(boss.user)
    posted(client, "/library/articles/1/decide/", {"verdict": "back", "remark": "More, please"})
    client.force_login(omar.user)
    assert "More, please" in page(client, "/library/articles/1/")


def test_readers_do_not_see_versions_in_the_making(named, omar, boss, mei, client):
    article("faq", {"items": [{"q": "Why?", "a": "So."}]}, omar, boss)
    secret = services.ArticleDraft("Batteries", {"items": [{"q": "Secret?", "a": "Plan."}]})
    services.save_version(Article.objects.get().pk, secret, by=omar, stamp=0)
    client.force_login(mei.user)
    for address in ("/library/articles/1/", "/library/articles/1/versions/", "/library/articles/1/versions/?to=2"):
        assert "Secret" not in page(client, address)


def test_a_tree_is_played_on_a_ticket(named, ticket, omar, boss, mei, client):
    article("tree", contents.parse("tree", TREE), omar, boss, issue_type="wont_charge")
    client.force_login(mei.user)
    assert "Step by step" in page(client, "/library/beside/48302/")
    run = posted(client, "/library/articles/1/run/", {"ticket": "48302"}).url
    assert "Does it get warm?" in page(client, run)
    answer = posted(client, f"{run}step/", {"at": "1", "choice": "1"}, 200, headers=HTMX)
    assert "How does it blink?" in answer.content.decode() and "<html" not in answer.content.decode()
    posted(client, f"{run}step/", {"at": "1", "choice": "1"}, 409)
    posted(client, f"{run}step/", {"at": "1.2", "choice": "nonsense"}, 409)
    posted(client, f"{run}step/", {"at": "1.2", "choice": "0"})
    assert "Back to T-48302" in page(client, run) and "The way taken" in page(client, "/library/beside/48302/")
    posted(client, f"{run}back/")
    assert Run.objects.get().ended_at is None
    posted(client, "/library/articles/1/run/", {"ticket": "x"}, 409)
    trial = posted(client, "/library/articles/1/run/").url
    client.force_login(omar.user)
    page(client, trial, 404)
    assert "Gone through" in page(client, "/library/articles/1/")


def test_a_faq_is_noted_as_used(named, ticket, omar, boss, mei, signed_in):
    article("faq", {"items": [{"q": "Why?", "a": "So."}]}, omar, boss, issue_type="wont_charge")
    client = signed_in(mei)
    posted(client, "/library/articles/1/use/", {"ticket": "48302"})
    assert "helped" in page(client, "/library/beside/48302/")


# Owed, lists, rules


def test_the_owed_page_shows_mine_and_the_teams(ticket, mei, omar, client):
    debt = services.pick_ticket(ticket.pk, by=mei)
    CaseDebt.objects.filter(pk=debt.pk).update(due_at=clock.now() - timedelta(hours=2))
    client.force_login(mei.user)
    text = page(client, "/library/debts/")
    assert "T-48302" in text and "over" in text and "No case needed, because" not in text
    client.force_login(omar.user)
    assert "T-48302" in page(client, "/library/debts/") and "Nothing is owed." in page(
        client, "/library/debts/?whose=mine"
    )
    posted(client, f"/library/debts/{debt.pk}/hand/", {"owner": str(omar.pk)})
    posted(client, f"/library/debts/{debt.pk}/hand/", {"owner": "x"}, 404)
    posted(client, f"/library/debts/{debt.pk}/waive/", {"reason": "twin"})
    assert "twin" in page(client, "/library/debts/")


def test_lists_of_classic_cases(published, omar, mei, client):
    client.force_login(omar.user)
    assert "every newcomer should know" in page(client, "/library/lists/")
    page(client, "/library/lists/new/?cases=C-0001")
    for wrong in ("first one", "C-0999"):
        posted(client, "/library/lists/new/", {"name": "x", "cases": wrong}, 422)
    address = posted(client, "/library/lists/new/", {"name": "First week", "cases": "C-0001"}).url
    page(client, f"{address}edit/")
    told = {"name": "First days", "cases": "1", "version": "1"}
    posted(client, f"{address}edit/", told)
    answer = posted(client, f"{address}edit/", told, 422)
    assert "It says now" in answer.content.decode()
    client.force_login(mei.user)
    assert "read 0 of 1" in page(client, "/library/lists/") and "Read on" in page(client, address)
    pk = CaseList.objects.get().pk
    assert posted(client, "/library/cases/1/read/", {"list": str(pk)}).url == address
    assert "all read" in page(client, "/library/lists/")
    posted(client, "/library/cases/1/read/", {"read": "0"})
    page(client, f"{address}edit/", 404)
    client.force_login(omar.user)
    posted(client, f"{address}drop/")
    assert not CaseList.objects.exists()


def test_rules_are_set_on_their_page(omar, mei, client):
    client.force_login(omar.user)
    page(client, "/settings/case-rules/")
    told = {f"{reason}-hours": "24" for reason in ("refund", "escalated", "claim", "long", "picked")}
    posted(client, "/settings/case-rules/", told | {"claim-hours": "0"}, 422)
    posted(client, "/settings/case-rules/", told | {"claim-active": "on", "claim-hours": "8", "refund-threshold": "50"})
    assert DebtRule.objects.get(reason="claim").hours == 8 and not DebtRule.objects.get(reason="refund").active
    client.force_login(mei.user)
    page(client, "/settings/case-rules/", 404)


@pytest.mark.parametrize(
    "address", ["/library/", "/library/articles/", "/library/lists/", "/library/debts/", "/library/cases/1/"]
)
def test_every_page_reads_in_chinese(published, mei, client, address):
    mei.user.language = "zh-hans"
    mei.user.save()
    client.force_login(mei.user)
    client.cookies["django_language"] = "zh-hans"
    assert "案例" in page(client, address)


def test_pages_ask_the_database_a_steady_number_of_times(named, mei, omar, lead, django_assert_max_num_queries):
    for number in range(8):
        publish(services.create_case(whole(title=f"case {number}", tags=(f"t{number}",)), by=mei), mei, omar)
    with django_assert_max_num_queries(40):
        page(lead, "/library/")
    assert WHOLE.whole
