"""Mails as marketplaces and buyers write them, for tests and benchmarks."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

NOON = datetime(2026, 11, 15, 12, 0, tzinfo=UTC)
ORDER = "302-1234567-7654321"
RELAY = "a1b2c3d4e5f6g7+5f0e1c2d@marketplace.amazon.de"
PASSED = "mx.seller.example; spf=pass smtp.mailfrom=bounces.amazon.de; dkim=pass header.d=amazon.de; dmarc=pass"
FORGED = "mx.seller.example; spf=fail smtp.mailfrom=evil.example; dkim=none; dmarc=fail header.from=amazon.de"
PAGE = """<html><body><table><tr><td>Nachricht von Erika</td></tr><tr><td>
<pre style="white-space: pre-wrap;">{text}</pre></td></tr></table>
<p>1 / Powerbank A20 [ASIN: B0CHARGE20]</p>
<a href="https://sellercentral.amazon.de/messaging/no-response-needed?t=T&h=H">Fall lösen</a>
<a href="https://sellercentral.amazon.de/messaging/inbox?fi=5f0e1c2d&ss=1&cc=2">Posteingang</a></body></html>"""
WRAPPED = """Nachricht von Erika:

------------- Begin message -------------

{text}

------------- End message -------------

1 / Powerbank A20 [ASIN: B0CHARGE20]
[commMgrTok:A1B2C3]
"""


def mail(text="Wo ist mein Paket?", *, sender=f"Erika M <{RELAY}>", subject=None, number=1, page=None, at=NOON,
         checks=PASSED, notification="", answers="", files=(), **headers):  # fmt: skip
    """The bytes of a mail; `page` adds an HTML body."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"] = sender, "support@seller.example"
    made["Subject"] = f"Frage von Amazon-Kunde Erika Musterfrau (Bestellung: {ORDER})" if subject is None else subject
    made["Date"] = format_datetime(at)
    if number is not None:
        made["Message-ID"] = f"<mail-{number}@mail.example>"
    if checks:
        made["Authentication-Results"] = checks
    if notification:
        made["X-Space-Notification-Type"] = notification
    if answers:
        made["In-Reply-To"] = answers
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    if page is not None:
        made.add_alternative(page, subtype="html")
    for name, kind, content in files:
        main, _slash, sub = kind.partition("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return bytes(made)


def amazon(text="Wo ist mein Paket?", **more):
    """A buyer's message as Amazon relays it."""
    told = {"notification": "BBC_MESSAGE_SENT_TO_MERCHANT", "page": PAGE.format(text=text)} | more
    return mail(WRAPPED.format(text=text), **told)


def bounce(lost, *, number=900, said="550 5.1.1 unknown user"):
    """A mail server says that a mail of ours did not arrive."""
    return (
        "From: MAILER-DAEMON@mx.seller.example\r\nTo: support@seller.example\r\nSubject: Undelivered Mail\r\n"
        f"Message-ID: <bounce-{number}@mx.seller.example>\r\nDate: {format_datetime(NOON)}\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        f"Final-Recipient: rfc822; x@y\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; {said}\r\n"
        f"\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {lost}\r\nSubject: Re\r\n\r\n--b--\r\n"
    ).encode()
