"""The newest questions of the simulated buyers arrive as mails, by the road real mails take, with three odd ones."""

from __future__ import annotations

from base64 import b64encode, encodebytes
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

from fupan.commerce.models import Shop
from fupan.core import clock
from fupan.demo.simulate import Simulation
from fupan.intake.models import MailAccount
from fupan.intake.records import TicketRecord
from fupan.intake.services import add_mail_account, take_mails
from fupan.people.models import Member

BOUNDARY = "part-of-the-mail"
MOST = 40  # questions that come by mail
ADDRESS = "support@hailan.example"
PASSED = "mx.hailan.example; spf=pass smtp.mailfrom=bounces.{domain}; dkim=pass header.d={domain}; dmarc=pass"
FAILED = "mx.hailan.example; spf=fail smtp.mailfrom=parcel-refund.example; dkim=none; dmarc=fail header.from={domain}"
SUBJECTS = {
    "de": "Frage von Amazon-Kunde {name} (Bestellung: {order})",
    "ja": "Amazonのお客様 {name} からのお問い合わせ (注文番号: {order})",
    "en": "Inquiry from Amazon customer {name} (Order: {order})",
}
PAGE = """<html><body><p>{head}</p><table><tr><td>
<pre style="font-family: Arial; white-space: pre-wrap;">{text}</pre></td></tr></table>
<p>1 / {product} [ASIN: {asin}]</p>
<a href="https://sellercentral.{domain}/messaging/no-response-needed?t={token}&amp;h={token}">-</a>
<a href="https://sellercentral.{domain}/messaging/inbox?fi={case}&amp;ss=1&amp;cc=1">-</a></body></html>"""
FORGED = "Your refund of 89.99 is waiting. Open the attached form and sign in with your seller account to release it."
CLAIM = (
    "Der Käufer der Bestellung {order} hat einen A-bis-Z-Garantieanspruch über EUR 29,99 gestellt. Grund: Artikel nicht"
    " erhalten. Bitte antworten Sie innerhalb von 3 Kalendertagen."
)
BOUNCE = (
    "We were unable to deliver the message you sent about order {order}: the buyer has chosen to opt out of receiving"
    " unsolicited messages from sellers."
)


def chosen(told: Simulation) -> dict[str, list[TicketRecord]]:
    """The newest questions on Amazon that nobody has solved yet, by shop: these are not in the imported files."""
    open_ = [
        (one, shop.code)
        for shop in told.shops
        if shop.platform == "amazon"
        for one in told.tickets(shop.code)
        if one.kind == "inquiry" and one.resolved_at is None
    ]
    newest = sorted(open_, key=lambda item: item[0].opened_at)[-MOST:]
    found: defaultdict[str, list[TicketRecord]] = defaultdict(list)
    for one, code in newest:
        found[code].append(one)
    return dict(found)


def deliver(mailed: Mapping[str, Sequence[TicketRecord]], shops: Mapping[str, Shop], *, by: Member) -> int:
    """Put the mails into the shops' mailboxes, so to speak, and take them in; how many there were."""
    done = 0
    for code, questions in mailed.items():
        account = _account(shops[code], by)
        mails = [mail for one in questions for mail in _conversation(one)]
        if code == "amazon-de":
            mails += _odd(questions)
        done += take_mails(account, mails).fetched
    return done


def _account(shop: Shop, by: Member) -> MailAccount:
    """A mailbox that is switched off: nothing of the demo reaches for the network."""
    return add_mail_account(
        shop_id=shop.pk, by=by, address=ADDRESS, user=f"{shop.country.lower()}.{ADDRESS}", password="demo",
        imap_host="imap.hailan.example", smtp_host="", folder="INBOX", active=False,
        since=clock.today() - timedelta(days=14),
    )  # fmt: skip


def _conversation(one: TicketRecord) -> list[bytes]:
    """The buyer's mail, and Amazon's copy of the answer where there was one."""
    asked = _question(one)
    if one.first_response_at is None or not one.reply:
        return [asked]
    domain = one.site.lower()
    copy = _mail(
        f"donotreply@{domain}", "Re: " + _subject(one), one.first_response_at, f"{one.outside_id}-reply",
        checks=PASSED.format(domain=domain), kind="BBC_MESSAGE_CONFIRMATION_TO_MERCHANT",
        answers=_id(one.outside_id, domain), domain=domain, page=_page(one, one.reply),
    )  # fmt: skip
    return [asked, copy]


def _question(one: TicketRecord) -> bytes:
    domain = one.site.lower()
    relay = f"{one.buyer}+{_case(one)}@marketplace.{domain}"
    text = f"{one.subject}\n\n{one.text}" if one.subject else one.text
    return _mail(
        f"{_word(one.buyer_name)} <{relay}>", _subject(one), one.opened_at, one.outside_id,
        checks=PASSED.format(domain=domain), kind="BBC_MESSAGE_SENT_TO_MERCHANT", domain=domain, page=_page(one, text),
        text=f"Message:\n\n{text}\n\n------------- End message -------------\n[commMgrTok:{_case(one)}]\n",
    )  # fmt: skip


def _odd(questions: Sequence[TicketRecord]) -> list[bytes]:
    """A forged mail for the quarantine, an A-to-z claim, and an answer that came back."""
    domain, first, last = "amazon.de", questions[0], questions[-1]
    passed = {"checks": PASSED.format(domain=domain), "domain": domain}
    mails = [
        _mail(
            f"Amazon <a0b1c2d3e4f5g@marketplace.{domain}>", "Refund on hold: action required", last.opened_at, "forged",
            checks=FAILED.format(domain=domain), kind="BBC_MESSAGE_SENT_TO_MERCHANT", domain=domain, text=FORGED,
        ),
        _mail(
            "atoz-guarantee-no-reply@amazon.de", f"Bitte reagieren Sie: Bestellung {first.order_number}",
            last.opened_at, "atoz", kind="A_Z_CLAIM_RESPONDENT_NOTIFY",
            text=CLAIM.format(order=first.order_number), **passed,
        ),
    ]  # fmt: skip
    answered = next((one for one in reversed(questions) if one.first_response_at and one.reply), None)
    if answered is not None and answered.first_response_at is not None:
        at = min(answered.first_response_at + timedelta(minutes=4), clock.now())
        subject = f"Message not delivered (Order: {answered.order_number})"
        text = BOUNCE.format(order=answered.order_number)
        mails.append(_mail(f"donotreply@{domain}", subject, at, "bounce", text=text, **passed))
    return mails


def _mail(
    sender: str, subject: str, at: datetime, name: str, *, checks: str, domain: str, kind: str = "", answers: str = "",
    text: str = "", page: str = "",
) -> bytes:  # fmt: skip
    """A mail as servers hand it over; put together by hand, which is several times quicker than by parts."""
    head = {
        "From": sender, "To": ADDRESS, "Subject": _word(subject), "Date": format_datetime(at),
        "Message-ID": _id(name, domain), "Authentication-Results": checks, "X-Space-Notification-Type": kind,
        "In-Reply-To": answers, "MIME-Version": "1.0", "Content-Type": f'multipart/alternative; boundary="{BOUNDARY}"',
    }  # fmt: skip
    lines = [f"{key}: {value}" for key, value in head.items() if value]
    for sort, body in (("plain", text), ("html", page)):
        if body:
            lines += ["", f"--{BOUNDARY}", f'Content-Type: text/{sort}; charset="utf-8"']
            lines += ["Content-Transfer-Encoding: base64", "", encodebytes(body.encode()).decode().strip()]
    return "\r\n".join([*lines, f"--{BOUNDARY}--", ""]).encode()


def _word(text: str) -> str:
    """Text as a header holds it."""
    return text if text.isascii() else f"=?utf-8?b?{b64encode(text.encode()).decode()}?="


def _id(name: str, domain: str) -> str:
    return f"<{name.lower()}@{domain}>"


def _case(one: TicketRecord) -> str:
    return f"5f0e{one.buyer[:12]}"


def _subject(one: TicketRecord) -> str:
    language = {"Amazon.de": "de", "Amazon.co.jp": "ja"}.get(one.site, "en")  # the seller's settings, not the buyer's
    return SUBJECTS[language].format(name=one.buyer_name, order=one.order_number)


def _page(one: TicketRecord, text: str) -> str:
    return PAGE.format(
        head=escape(_subject(one)), text=escape(text), product=escape(one.product_name), asin=one.asin,
        domain=one.site.lower(), token="x" * 24, case=_case(one),
    )  # fmt: skip
