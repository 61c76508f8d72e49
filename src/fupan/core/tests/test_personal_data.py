import pytest
from django.db import connection

from fupan.core.fields import blind_index
from fupan.core.redact import redact
from fupan.desk.models import Ticket


@pytest.fixture
def ticket(workspace, shop):
    from fupan.core import clock

    return Ticket.objects.create(
        workspace=workspace, shop=shop, number=1, kind="inquiry", outside_id="a", week=202646,
        opened_at=clock.now(), buyer_name="Margarete Hoffmann",
    )  # fmt: skip


def test_a_personal_field_is_ciphertext_in_the_database(ticket):
    with connection.cursor() as cursor:
        cursor.execute("select buyer_name from desk_ticket")
        (stored,) = cursor.fetchone()
    assert "Hoffmann" not in stored
    assert Ticket.objects.get().buyer_name == "Margarete Hoffmann"


def test_equal_buyers_meet_in_the_blind_index_of_one_workspace_only():
    assert blind_index("A@b.c", workspace_id=1) == blind_index(" a@B.c ", workspace_id=1)
    assert blind_index("a@b.c", workspace_id=1) != blind_index("a@b.c", workspace_id=2)
    assert blind_index("", workspace_id=1) == ""


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("write to anna.k@web.de please", "write to [email] please"),
        ("Bestellung 302-8841907-5512345 fehlt", "Bestellung [order] fehlt"),
        ("订单 2611012ABCDEFG 没到", "订单 [order] 没到"),
        ("call +49 171 5551234 today", "call [phone] today"),
        ("我的电话13812345678", "我的电话[phone]"),
        ("see http://evil.example/x?y", "see [link]"),
        ("charged 3 times in 2 weeks, 20000 mAh", "charged 3 times in 2 weeks, 20000 mAh"),
        ("Regards, Margarete Hoffmann", "Regards, [name]"),
        ("Danke, Hoffmann", "Danke, [name]"),
    ],
)
def test_personal_data_leaves_the_text_and_the_rest_stays(text, kept):
    assert redact(text, names=("Margarete Hoffmann",)) == kept


def test_a_name_without_a_blank_is_known_by_how_people_are_spoken_to():
    text = "伊藤様、ご注文を確認しました。王先生您好，伊藤さん、佐藤様"
    kept = "[name]様、ご注文を確認しました。[name]先生您好，[name]さん、佐藤様"
    assert redact(text, names=("伊藤美咲", "王小明", "Jonas Keller")) == kept
