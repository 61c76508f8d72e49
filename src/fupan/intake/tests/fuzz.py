"""Mails that are broken on purpose: seeded mutations of real-looking ones, for the test and the benchmark."""

# ruff: noqa: E501  attacks are as long as they are
import random
from html.parser import HTMLParser

from fupan.intake.tests.mails import FORGED, NOON, amazon, bounce, mail

ATTACKS = (
    "<script>FPXSS()</script>", "<img src=x onerror=FPXSS()>", "<svg/onload=FPXSS()>", "<iframe src='javascript:FPXSS()'>",
    "<a href='javascript:FPXSS()'>x</a>", "<style>@import 'http://evil.example'</style>", "<math><mi//xlink:href='data:x'>",
    "<form action=//evil.example><input type=submit>", "<body onload=FPXSS()>", "<!--[if IE]><script>FPXSS()</script>",
    "{{ 7*7 }}{% load x %}", "<template><script>FPXSS()</script></template>", "\"><script>FPXSS()</script>",
    "<base href=//evil.example>", "<meta http-equiv=refresh content='0;url=//evil.example'>", "<object data=x>",
)  # fmt: skip
CHARSETS = ("utf-8", "iso-2022-jp", "gb2312", "big5", "utf-7", "x-none", "punycode", "koi8-r", "\x00", "utf-16", "idna")
HEADERS = (
    b"Subject: =?utf-8?b?////?= =?x?q?=ZZ?= =?utf-8?q?=00=0a?=", b"From: <<<>>>@@@", b"From: \"a\" <a@b", b"Date: 99 Foo 99999",
    b"Content-Type: multipart/mixed", b"Content-Type: text/html; charset*0*=utf-8''%FF; charset*9=x", b"Content-Transfer-Encoding: x",
    b"Message-ID: <" + b"i" * 5000 + b">", b"References: " + b"<r@r> " * 4000, b"X-Long: " + b"\xff" * 100_000,
    b"Content-Disposition: attachment; filename*=utf-8''..%2F..%2Fetc%2Fpasswd", b"MIME-Version: 9", b"Authentication-Results: ;;;=",
    b"To: " + b"a@b.example, " * 9000, b"Content-Type: message/rfc822", b"From: =?utf-8?b?" + b"A" * 9000 + b"?=",
)  # fmt: skip


def corpus():
    """Real-looking mails of every kind."""
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 500
    page = "<html><body><p>Hello " + "".join(ATTACKS) + "</p><pre>Where is my parcel?</pre></body></html>"
    yield lambda n: amazon(f"Wo ist Paket {n}?", number=n)
    yield lambda n: amazon("Lädt nicht", number=n, page=page)
    yield lambda n: mail(
        "充不进电，怎么办？", number=n, files=[("foto.png", "image/png", png), ("a.html", "text/html", b"<script>")]
    )
    yield lambda n: mail("届きません".encode("iso-2022-jp").decode("latin-1"), number=n)
    yield lambda n: bounce(f"<lost-{n}@x>", number=n)
    yield lambda n: amazon("x", number=n, checks=FORGED)
    yield lambda n: mail(
        "Claim", number=n, sender="atoz-guarantee-no-reply@amazon.de", notification="A_Z_CLAIM_RESPONDENT_NOTIFY"
    )
    yield lambda n: mail(f"Hi\n\nOn Monday x wrote:\n> old {n}", number=n, answers=f"<mail-{n - 1}@mail.example>")
    yield lambda n: mail("", number=n, page="<div>" * 3000 + page)


def mutated(rng, raw):
    """The mail with some of it broken."""
    for _time in range(rng.choice((0, 1, 1, 2, 4))):
        raw = rng.choice(MUTATIONS)(rng, raw)
    return raw


def _flip(rng, raw):
    told = bytearray(raw)
    for _one in range(rng.randrange(1, 40)):
        told[rng.randrange(len(told))] = rng.randrange(256)
    return bytes(told)


def _cut(rng, raw):
    start = rng.randrange(len(raw))
    return raw[:start] + raw[start + rng.randrange(1, 400) :] or b"\r\n"


def _end(rng, raw):
    return raw[: rng.randrange(1, len(raw))]


def _double(rng, raw):
    start = rng.randrange(len(raw))
    return raw[:start] + raw[start : start + 600] * rng.randrange(2, 6) + raw[start:]


def _head(rng, raw):
    return rng.choice(HEADERS) + b"\r\n" + raw


def _charset(rng, raw):
    return raw.replace(b"utf-8", rng.choice(CHARSETS).encode())


def _attack(rng, raw):
    place = rng.randrange(len(raw))
    return raw[:place] + rng.choice(ATTACKS).encode() + raw[place:]


def _nest(rng, raw):
    depth = rng.choice((3, 40, 600))
    return b"From: a@b.example\r\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (one, one) for one in range(depth)
    ) + raw  # fmt: skip


def _nul(rng, raw):
    place = rng.randrange(len(raw))
    return raw[:place] + b"\x00\xed\xa0\x80\r\r\n\n" + raw[place:]


MUTATIONS = (_flip, _cut, _end, _double, _head, _charset, _attack, _nest, _nul)


def fuzzed(count, seed=7):
    """So many broken mails; the same seed gives the same ones."""
    rng = random.Random(seed)
    kinds = list(corpus())
    for number in range(count):
        raw = mutated(rng, rng.choice(kinds)(number))
        order = f"302-{number // 3:07d}-1234567".encode()  # several mails on an order
        yield raw.replace(b"302-1234567-7654321", order)


class Runs(HTMLParser):
    """What of a page could run or load, beyond the product's own files."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            told = (value or "").strip().lower()
            own = told.startswith(("/", "#", "?")) and not told.startswith("//")
            if name.startswith("on") or told.startswith(("javascript:", "data:text")):
                self.found.append((tag, name, value))
            if name in ("src", "action", "data") and not own and tag != "input":
                self.found.append((tag, name, value))
        if tag in ("iframe", "object", "embed", "base") or (tag == "script" and not dict(attributes)):
            self.found.append((tag,))


def what_runs(page):
    reader = Runs()
    reader.feed(page)
    return reader.found


__all__ = ["NOON", "fuzzed", "what_runs"]
