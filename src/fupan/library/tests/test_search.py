"""Search: words of any language, synonyms, slips, numbers, filters; and only what one may see."""

import pytest

from fupan.commerce.models import Shop
from fupan.core import changed, clock
from fupan.core.models import Changed
from fupan.desk.models import IssueType, Message, ReplyTemplate, Tag, TemplateVersion, Ticket
from fupan.desk.services import note_ticket, set_tags
from fupan.library import contents, services
from fupan.library.finding import store, writing
from fupan.library.models import Search, SearchIndex
from fupan.library.queries.searching import asked_of, found
from fupan.library.tests.conftest import article, publish, whole
from fupan.people.models import Member, Role
from tests.support.personas import new_member


def look(member, text="", **filters):
    writing.catch_up(member.workspace_id)
    return found(member, asked_of(member, {"q": text, **filters}))


def labels(answer):
    return [hit.shown.label for hit in answer.hits]


@pytest.fixture
def shelf(new_ticket, published):
    """Tickets in four languages, and a case."""
    new_ticket(1, subject="充不进电", said="充电宝充不进电，指示灯闪四下")
    new_ticket(2, subject="Lädt nicht", said="Die Powerbank lädt nicht mehr")
    new_ticket(3, subject="ชาร์จไม่เข้า", said="เครื่องชาร์จไม่เข้าเลยค่ะ")
    new_ticket(4, subject="Pin", said="Pin không sạc được nữa")
    new_ticket(5, subject="Parcel", said="The parcel has not arrived, umbrella included", issue="late")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("指示灯", "T-1"), ("mehr", "T-2"), ("เลยค่ะ", "T-3"), ("nữa", "T-4"), ("arrived parcels", "T-5"),
     ("blinks cables", "C-0001")],
)  # fmt: skip
def test_each_language_is_found_by_its_words(shelf, mei, typed, expected):
    answer = look(mei, typed)
    assert labels(answer) == [expected]
    assert not answer.lenient
    assert "<mark>" in answer.hits[0].snippet + answer.hits[0].title


def test_words_that_mean_the_same_are_found_in_other_languages(shelf, mei):
    answer = look(mei, "充不进电")
    assert labels(answer)[0] == "T-1"  # the word itself comes first
    assert set(labels(answer)) == {"T-1", "T-2", "T-3", "T-4"}
    assert "lädt nicht" in answer.also


def test_a_word_may_belong_to_two_phrases(shelf, mei):
    assert {"T-1", "T-2"} <= set(labels(look(mei, "sạc dự phòng không sạc được")))


def test_the_names_of_issue_types_are_known_in_both_languages(shelf, mei, named):
    IssueType.objects.filter(code="late").update(name_en="Snail post", name_zh="蜗牛邮件")
    Ticket.objects.filter(number=5).update(subject="This is snail post")
    assert labels(look(mei, "蜗牛邮件")) == ["T-5"]


def test_a_workspace_adds_its_own_words(shelf, mei, omar):
    assert labels(look(mei, "黄标")) == []
    services.set_synonyms("黄标, umbrella included  # a label\n", by=omar)
    assert labels(look(mei, "黄标")) == ["T-5"]


def test_slips_and_left_out_accents_are_allowed_for_when_little_is_found(shelf, mei):
    assert labels(look(mei, "umbrela")) == ["T-5"]
    assert look(mei, "umbrela").lenient
    assert labels(look(mei, "sac duoc nua"))[0] == "T-4"


def test_half_of_the_words_will_do_when_all_find_little(shelf, mei):
    answer = look(mei, "parcel arrived yesterday evening")
    assert labels(answer) == ["T-5"]
    assert answer.lenient


@pytest.mark.parametrize("typed", ["C-0001", "c-1", "T-5", "302-7712345-1234567"])
def test_numbers_are_found_exactly_and_first(shelf, mei, typed):
    Ticket.objects.exclude(number=5).update(order_number="")
    assert labels(look(mei, typed))[0] == ("C-0001" if typed.lower().startswith("c") else "T-5")


def test_what_was_learnt_stands_before_single_tickets(shelf, mei, omar, boss):
    article("faq", contents.parse("faq", "Where is the parcel?\n  On its way"), omar, boss, title="Questions")
    assert labels(look(mei, "parcel")) == ["FAQ-01", "T-5"]
    assert [hit.shown.kind for hit in look(mei, "parcel", kind="ticket").hits] == ["ticket"]


def test_filters_narrow_and_counts_tell_by_how_much(shelf, mei, named):
    answer = look(mei, "充不进电")
    assert answer.kinds == {"case": 0, "article": 0, "template": 0, "ticket": 4}
    assert [(branch.code, branch.count, [one.code for one in branch.below]) for branch in answer.tree] == [
        ("product", 4, ["wont_charge"])
    ]
    assert look(mei, "充不进电", issue_type="product").total == 4  # with what is below it
    nothing = look(mei, "充不进电", issue_type="late")
    assert (nothing.total, nothing.everywhere) == (0, 4)


def test_tags_narrow_further(shelf, mei):
    set_tags(Ticket.objects.get(number=5), ["fragile"], by=mei)
    answer = look(mei, "parcel")
    assert answer.tags == [("fragile", 1)]
    assert labels(look(mei, "umbrella", tag="fragile")) == ["T-5"]
    assert Tag.objects.get().name == "fragile"


def test_the_newest_first_and_page_by_page(new_ticket, mei):
    for number in range(1, 24):
        new_ticket(number, subject="Leaking bottle", days=number)
    assert labels(look(mei, "leaking", sort="new"))[:3] == ["T-1", "T-2", "T-3"]
    second = look(mei, "leaking", sort="new", page="2")
    assert labels(second) == ["T-21", "T-22", "T-23"]
    assert second.total == 23


# What one may see


def test_a_stranger_finds_nothing_of_ours(shelf, stranger):
    answer = look(stranger, "充不进电")
    assert (answer.hits, answer.total, answer.tree, answer.kinds["ticket"]) == ([], 0, [], 0)
    assert labels(look(stranger, "T-5")) == []


def test_each_workspace_has_a_folder_of_its_own(shelf, mei, stranger):
    look(mei, "x")
    look(stranger, "x")
    rows = {row.workspace_id: store.home(row.workspace_id) / row.folder for row in SearchIndex.objects.all()}
    assert len({path.parent for path in rows.values()}) == 2
    assert store.searcher(SearchIndex.objects.get(workspace=stranger.workspace)).num_docs == 0


def test_a_member_of_some_shops_finds_and_counts_only_theirs(shelf, new_ticket, workspace, mei, draft_case):
    other = Shop.objects.create(workspace=workspace, name="Shopee", platform="shopee", country="TH", currency="THB")
    new_ticket(9, subject="充不进电", listing=None)
    Ticket.objects.filter(number=9).update(shop=other)
    mei.shop_ids = [other.pk]
    mei.save()
    answer = look(mei, "充不进电")
    assert labels(answer) == ["T-9"]
    assert (answer.total, answer.kinds["ticket"], answer.tree[0].count) == (1, 1, 1)
    assert labels(look(mei, "T-5")) == []
    assert labels(look(mei, "blinks")) == ["C-0001"]  # of no shop: for everybody


def test_what_moved_to_another_shop_is_not_shown_before_the_index_knows(shelf, workspace, mei, shop):
    other = Shop.objects.create(workspace=workspace, name="Shopee", platform="shopee", country="TH", currency="THB")
    mei.shop_ids = [shop.pk]
    mei.save()
    assert look(mei, "parcel").total == 1
    Ticket.objects.filter(number=5).update(shop=other)
    answer = look(mei, "parcel")
    assert (labels(answer), answer.total) == ([], 0)


def test_a_draft_is_found_by_its_author_and_reviewers_only(named, mei, omar, ines, boss):
    case = services.create_case(whole(title="Cuckoo clock"), by=mei)
    assert [labels(look(one, "cuckoo")) for one in (mei, omar, ines)] == [["C-0001"], ["C-0001"], []]
    publish(case, mei, omar)
    assert labels(look(ines, "cuckoo")) == ["C-0001"]
    services.archive_case(case.pk, reason="Old", by=boss)
    assert labels(look(omar, "cuckoo")) == []


def test_templates_are_found_by_their_texts_in_force_by_those_who_answer(workspace, mei, omar):
    made = {"workspace": workspace, "group": "Late", "made_at": clock.now()}
    good = ReplyTemplate.objects.create(number=1, name="Late parcel", state="in_force", version=1, **made)
    ReplyTemplate.objects.create(number=2, name="Parcel, a draft", **made)
    for number, text in ((1, "We are sorry for the wait"), (2, "Not said yet: hummingbird")):
        TemplateVersion.objects.create(template=good, number=number, texts={"en": text, "de": "Leider"}, at=clock.now())
    assert [hit.shown.title for hit in look(mei, "parcel").hits] == ["Late parcel"]
    assert [hit.shown.title for hit in look(mei, "leider").hits] == ["Late parcel"]
    assert look(mei, "hummingbird").total == 0
    assert look(omar, "parcel", kind="template").total == 2  # who writes them sees drafts
    assert "template" not in look(new_member(workspace, "lou", "logistics"), "parcel").kinds


def test_original_words_are_in_no_index(new_ticket, workspace, mei):
    ticket = new_ticket(7, subject="Hello")
    Message.objects.create(
        workspace=workspace,
        ticket=ticket,
        side="buyer",
        at=ticket.opened_at,
        original="Canarybird Lane",
        redacted="[x]",
    )
    assert labels(look(mei, "Canarybird")) == []
    files = store.home(workspace.pk).rglob("*")
    assert not any(b"canarybird" in path.read_bytes() for path in files if path.is_file())


# What changes


def test_what_changed_is_found_at_the_next_turn(shelf, mei):
    look(mei, "x")
    ticket = Ticket.objects.get(number=5)
    note_ticket(ticket, "Asked the carrier about the giraffe", by=mei)
    assert found(mei, asked_of(mei, {"q": "giraffe"})).waiting == 1
    assert labels(look(mei, "giraffe")) == ["T-5"]
    assert not Changed.objects.exists()


def test_many_at_once_are_marked_as_ranges_and_what_is_gone_is_not_found(shelf, mei):
    look(mei, "x")
    gone = list(Ticket.objects.filter(number__lt=5).values_list("pk", flat=True))
    changed.mark(mei.workspace_id, "desk.ticket", gone)
    Ticket.objects.filter(pk__in=gone).delete()
    assert Changed.objects.count() == 1
    assert look(mei, "充不进电").total == 0
    assert store.searcher(SearchIndex.objects.get()).num_docs == 2


def test_a_mark_of_an_unknown_kind_is_passed_over(shelf, mei):
    look(mei, "x")
    changed.mark(mei.workspace_id, "desk.gone", [1])
    assert writing.catch_up(mei.workspace_id) == 0
    assert writing.up_to_date(mei.workspace_id)


def test_a_second_writer_leaves_the_first_alone(shelf, mei):
    look(mei, "x")
    changed.mark(mei.workspace_id, "desk.ticket", [1])
    with store.writer(mei.workspace_id, SearchIndex.objects.get().folder):
        assert writing.catch_up(mei.workspace_id) == 0
    assert writing.waiting(mei.workspace_id) == 1
    writing.catch_up(mei.workspace_id)
    assert writing.up_to_date(mei.workspace_id)


def test_building_anew_comes_to_the_same_and_sweeps_the_old_folder(shelf, mei, monkeypatch):
    monkeypatch.setattr(writing, "CHUNK", 2)
    before = look(mei, "充不进电")
    old = SearchIndex.objects.get().folder
    writing.build_anew(mei.workspace_id)
    assert labels(found(mei, asked_of(mei, {"q": "充不进电"}))) == labels(before)  # the old one serves meanwhile
    while SearchIndex.objects.get().building:
        writing.catch_up(mei.workspace_id, seconds=0)  # turn by turn
    assert labels(look(mei, "充不进电")) == labels(before)
    assert [path.name for path in store.home(mei.workspace_id).iterdir()] == [SearchIndex.objects.get().folder] != [old]


@pytest.mark.parametrize("half", [False, True])
def test_a_lost_folder_is_built_anew(shelf, mei, monkeypatch, half):
    monkeypatch.setattr(writing, "CHUNK", 2)
    if half:
        writing.catch_up(mei.workspace_id, seconds=0)
        assert SearchIndex.objects.get().building
    else:
        look(mei, "x")
    store.discard(mei.workspace_id, keep=set())
    assert not writing.ready(mei.workspace_id)
    assert look(mei, "充不进电").total == 4


def test_a_chunk_written_twice_is_there_once(shelf, mei, monkeypatch):
    """Killed after the commit and before the note of how far it has come."""
    monkeypatch.setattr(writing, "CHUNK", 2)
    monkeypatch.setattr(writing, "_came_to", lambda *_told: False)
    writing.catch_up(mei.workspace_id, seconds=0)
    monkeypatch.undo()
    look(mei, "x")
    assert writing.size(mei.workspace_id) == 6


# What was looked for


def test_searches_are_kept_redacted_and_typing_on_is_one_search(workspace, mei, omar):
    for text in ("par", "parcel of", "parcel of jonas@example.com"):
        kept = services.note_search(text, hits=3, by=mei)
    services.note_search("parcel", hits=0, by=omar)
    assert services.note_search("  ", hits=0, by=mei) is None
    told = Search.objects.order_by("pk").values_list("by__user__name", "text", "hits")
    assert list(told) == [("mei", "parcel of [email]", 3), ("omar", "parcel", 0)]
    assert kept.opened_kind == ""


def test_what_was_opened_is_kept_with_the_search(published, mei):
    kept = services.note_search("blinks", hits=1, by=mei)
    services.note_opened(kept.pk, kind="case", opened=published.pk, by=mei)
    kept.refresh_from_db()
    assert (kept.opened_kind, kept.opened_id) == ("case", published.pk)
    again = services.note_search("blinks twice", hits=0, by=mei)
    assert again.pk != kept.pk  # it was over


def test_the_console_sees_the_whole_workspace(shelf, workspace):
    assert look(Member(workspace=workspace, role=Role.ADMIN), "充不进电").total == 4
