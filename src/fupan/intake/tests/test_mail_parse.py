"""What a mail says: Amazon's relay in several languages, quoted history, forged senders, broken parts."""

import pytest

from fupan.intake.channels.mail.letter import Unreadable, open_letter
from fupan.intake.channels.mail.parse import parse
from fupan.intake.channels.mail.text import decoded, folded, plain
from fupan.intake.tests.mails import FORGED, NOON, ORDER, PASSED, RELAY, WRAPPED, amazon, bounce, mail


def read(raw, *, platform="amazon", **more):
    return parse(raw, platform=platform, arrived=NOON, own="support@seller.example", **more)


def test_a_relayed_question():
    told = read(amazon("Lädt nicht <3")).record
    assert (told.about, told.kind, told.order_number, told.asin) == ("message", "inquiry", ORDER, "B0CHARGE20")
    assert (told.case_id, told.reply_to) == ("5f0e1c2d", RELAY)
    assert told.buyer == "a1b2c3d4e5f6g7@marketplace.amazon.de"
    assert told.buyer_name == "Erika Musterfrau"


@pytest.mark.parametrize(
    ("subject", "name", "topic"),
    [
        ("Inquiry from Amazon customer John O'Neil (Order: 111-1234567-1234567)", "John O'Neil", ""),
        ("Return policy inquiry from Amazon customer Ann (Order: 111-1234567-1234567)", "Ann", "Return policy inquiry"),
        ("Frage von Amazon-Kunde Jürgen L. (Bestellung: 302-1234567-1234567)", "Jürgen L.", ""),
        ("Amazonのお客様 高橋由美 からのお問い合わせ (注文番号: 503-1234567-1234567)", "高橋由美", ""),
        ("Amazonのお客様 田中様からのお問い合わせ（注文番号: 503-1234567-1234567）", "田中", ""),
        ("Paket nicht angekommen: Gutschrift anfordern(Bestellung: 301-1234567-1234567)", "Erika M",
         "Paket nicht angekommen: Gutschrift anfordern(Bestellung: 301-1234567-1234567)"),
        ("Demande de renseignements de la part du client Amazon Marie (Commande : 701-1234567-1234567)", "Marie", ""),
    ],
)  # fmt: skip
def test_subjects_in_several_languages(subject, name, topic):
    told = read(amazon(subject=subject)).record
    assert (told.buyer_name, told.subject) == (name, topic)
    assert told.order_number in subject


@pytest.mark.parametrize(
    "wrapped",
    [
        WRAPPED,
        "Message:\n\n{text}\n\nFinalizar mensaje\nx",
        "Mensagem: \n\n{text}\n\nEncerrar mensagem\n[commMgrTok:X]",
        "------- Begin message / Debut du message -------\n{text}\n------- End message / Fin du message -------\nx",
        "Message:\n{text}\n[commMgrTok:ABC]\nLinks",
        "{text}\n[commMgrTok:ABC]",
    ],
)
def test_the_buyers_words_are_found_between_the_markers(wrapped):
    assert read(mail(wrapped.format(text="Where is it?\nThanks"))).record.text == "Where is it?\nThanks"


@pytest.mark.parametrize(
    ("notification", "about", "kind", "closes"),
    [
        ("RETURN_REQUEST", "notice", "return", False),
        ("A_Z_CLAIM_RESPONDENT_NOTIFY", "notice", "claim", False),
        ("A_Z_CLAIM_RESPONDENT_CLOSE", "notice", "claim", True),
        ("BRC_SELLER_NOTIFICATION", "notice", "cancellation", False),
        ("BBC_MESSAGE_CONFIRMATION_TO_MERCHANT", "copy", "inquiry", False),
    ],
)
def test_notices_by_their_header(notification, about, kind, closes):
    told = read(mail(f"EUR 119,00, Bestellung {ORDER}", sender="donotreply@amazon.de", subject="Hinweis",
                     notification=notification)).record  # fmt: skip
    assert (told.about, told.kind, told.closes, told.order_number) == (about, kind, closes, ORDER)
    assert told.reply_to == ""


def test_an_answer_that_came_back():
    told = read(bounce("<ours@shop>")).record
    assert (told.about, told.thread, told.failure) == ("bounce", ("<ours@shop>",), "bounced")
    assert "550 5.1.1" in told.detail
    said = "We were unable to deliver the message you sent: the buyer has chosen to opt out."
    assert read(mail(said, sender="donotreply@amazon.com", subject="x")).record.failure == "opted-out"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (amazon(checks=FORGED), "forged-sender"),
        (amazon(checks="mx; spf=pass smtp.mailfrom=evil.example; dkim=pass header.d=evil.example"), "forged-sender"),
        (mail("x", sender="Amazon <help@evil.example>", checks=""), "pretends-amazon"),
        (mail("x", sender="a@marketplace.amazon.de.evil.example", checks=""), "pretends-amazon"),
        (mail("x", sender="b@evil.example", checks="", notification="RETURN_REQUEST"), "pretends-amazon"),
        (mail("x", sender=f"{RELAY}, b@evil.example"), "two-senders"),
        (b"From: a@b\r\nX-Long: " + b"a" * 300_000 + b"\r\n\r\nhi", "huge-headers"),
        (b"", "empty"),
    ],
    ids=lambda value: value if isinstance(value, str) else "raw",
)
def test_what_is_held(raw, why):
    assert (read(raw).state, read(raw).reason) == ("held", why)


@pytest.mark.parametrize(
    ("checks", "strict", "state"),
    [
        (PASSED, True, "waiting"),
        ("mx; spf=fail smtp.mailfrom=forwarder.example; dkim=pass header.d=amazon.de", True, "waiting"),  # forwarded
        ("", False, "waiting"),
        ("", True, "held"),
    ],
)
def test_a_sender_is_trusted_when_a_check_of_its_own_domain_passed(checks, strict, state):
    assert read(amazon(checks=checks), strict=strict).state == state


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (mail("x", sender="payments@amazon.de", subject="Zahlung"), "not-a-buyer"),
        (mail("x", sender="support@seller.example", checks=""), "own"),
        (mail("x", sender="bob@mail.example", checks="", Auto_Submitted="auto-replied"), "automatic"),
    ],
    ids=["payments", "own", "machine"],
)
def test_what_is_set_aside(raw, why):
    platform = "shopify" if why == "automatic" else "amazon"
    assert (read(raw, platform=platform).state, read(raw, platform=platform).reason) == ("aside", why)


def test_a_shop_of_ones_own_hears_whoever_writes():
    told = read(mail("Hi\n\nOn Mon, Bob <b@c.de> wrote:\n\n> old", sender="Bob <bob@mail.example>", subject="Size?",
                     checks=""), platform="shopify").record  # fmt: skip
    assert (told.text, told.subject, told.reply_to) == ("Hi", "Size?", "bob@mail.example")
    assert told.quoted.endswith("> old")


@pytest.mark.parametrize(
    "text",
    [
        "Danke\n\nAm 16.11.2026 um 10:00 schrieb Shop <a@b.de>:\n> Guten Tag\n> bye",
        "谢谢\n\n在 2026年11月16日，Shop <a@b.com> 写道：\n> 您好",
        "Thanks\n\n-----Original Message-----\nFrom: x\nSent: y\nTo: z\nSubject: q\n\nold",
    ],
)
def test_quoted_history_is_folded(text):
    new, quoted = folded(text)
    assert new in ("Danke", "谢谢", "Thanks")
    assert quoted


@pytest.mark.parametrize("text", ["Grüß Gott,\nes fehlt.\nMit freundlichen Grüßen\nX", "> only a quote", "a\n> b\nc"])
def test_greetings_and_answers_between_the_lines_stay(text):
    assert folded(text) == (text, "")


def test_a_page_becomes_words_and_nothing_that_runs():
    page = (
        '<p onclick="x()">Hi<script>FPXSS</script><img src=x onerror=FPXSS></p><style>FPXSS</style>'
        '<a href="javascript:FPXSS">go</a>'
    )
    assert plain(page).split() == ["Hi", "go"]


@pytest.mark.parametrize(
    ("content", "charset", "text"),
    [
        ("你好".encode("gb18030"), "gb2312", "你好"),
        ("Größe".encode("cp1252"), "x-nonsense", "Größe"),
        ("Größe".encode(), "", "Größe"),
        ("こんにちは".encode("shift_jis"), "Shift_JIS", "こんにちは"),
    ],
)
def test_charsets(content, charset, text):
    assert decoded(content, charset) == text


def test_raw_eight_bit_headers_and_broken_words_are_read():
    raw = "From: Jürgen <j@mail.example>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3?= ok 你好\r\n\r\nhi".encode()
    letter = open_letter(raw)
    assert letter.sender_name == "Jürgen"
    assert letter.subject.endswith("ok 你好")


def test_endless_nesting_is_refused_and_not_followed():
    raw = b"From: a@b.example\r\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (one, one) for one in range(1000)
    )
    with pytest.raises(Unreadable) as refused:
        open_letter(raw)
    assert refused.value.code == "too-deep"
