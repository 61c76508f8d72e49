"""What Amazon's mails tell: relay addresses, kinds, order ids, the buyer's words between its markers.

Markers follow the seller's language and have changed over time, so the `<pre>` of the page comes first.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from fupan.intake.channels.mail.letter import Letter
from fupan.intake.channels.mail.text import clean, first_pre, plain

ENDS = ("com", "co.uk", "de", "fr", "it", "es", "co.jp", "ca", "com.mx", "com.au", "ae", "in", "sg", "nl", "se", "pl",
        "com.tr", "com.br", "eg", "sa", "com.be", "ie")  # fmt: skip
_END = "|".join(re.escape(end) for end in ENDS)
RELAY = re.compile(
    rf"(?P<token>[a-z0-9]{{6,40}})(?:\+(?P<case>[a-z0-9-]{{4,64}}))?@marketplace\.amazon\.(?P<end>{_END})"
)
_OURS = re.compile(rf"(?:[a-z0-9-]+\.)*amazon\.(?P<end>{_END})")
ORDER = re.compile(r"(?<![\d-])\d{3}-\d{7}-\d{7}(?![\d-])")
_ASIN = re.compile(r"\[ASIN:\s*([A-Z0-9]{10})\]")
_CASE = re.compile(r"[?&]fi=([A-Za-z0-9-]{4,64})")
_TOKEN = re.compile(r"\[commMgrTok:[^\]]*\]")
_RULE = r"[-–—_*= ]*"
_BEGIN = re.compile(
    rf"^{_RULE}(?:Begin message(?: ?/ ?D[eé]but du message)?|D[eé]but du message|Message|Mensaje|Mensagem"
    r"|Iniciar mensaje|Iniciar mensagem|Nachricht|Beginn der Nachricht|Messaggio|Inizio messaggio"
    rf"|メッセージ|消息|消息开始)\s*[:：]?{_RULE}$",
    re.IGNORECASE | re.MULTILINE,
)
_END_MARK = re.compile(
    rf"^{_RULE}(?:End message(?: ?/ ?Fin du message)?|Fin du message|Finalizar mensaje|Fin del mensaje"
    r"|Encerrar mensagem|Mensagem final|Ende der Nachricht|Nachricht beenden|Fine messaggio"
    rf"|メッセージ終了|消息结束)\s*[:：]?{_RULE}$",
    re.IGNORECASE | re.MULTILINE,
)
_BUYER = re.compile(
    r"(?:Amazon customer|Amazon[- ]Kunden?|client Amazon|cliente (?:de )?Amazon|cliente da Amazon|Amazon[- ]klant"
    r"|Amazonのお客様|亚马逊买家)\s+(?P<name>[^()（]{1,80}?)\s*(?:(?:さん|様)?からのお問い合わせ|的咨询)?\s*(?:[(（]|$)",
    re.IGNORECASE,
)
_JOINTS = re.compile(r"(?:\b(?:from|von|de la part du|de|da|del|di)\b|^re:|[-–:\s])+$", re.IGNORECASE)
_GENERIC = frozenset(
    {"", "re", "inquiry", "frage", "demande de renseignements", "consulta", "richiesta", "pergunta", "vraag"}
)
_AMOUNT = re.compile(r"(?:EUR|USD|GBP|JPY|[€$£¥])\s?(\d[\d.,]*\d|\d)|(\d[\d.,]*\d)\s?(?:EUR|USD|GBP|JPY|€|£)")
_BOUNCED = re.compile(
    r"unable to deliver the message you sent|message you sent (?:could|was) not (?:be )?deliver|"
    r"konnten? (?:die|Ihre) .{0,40}nicht zustellen|n.avons pas pu (?:remettre|livrer)",
    re.IGNORECASE,
)
_OPTED_OUT = re.compile(r"opt(?:ed)? out|chosen not to receive|unsolicited messages", re.IGNORECASE)

# X-Space-Notification-Type -> what it is about, and what kind of ticket it makes
KINDS = {
    "BBC_MESSAGE_SENT_TO_MERCHANT": ("message", "inquiry"),
    "BBC_MESSAGE_CONFIRMATION_TO_MERCHANT": ("copy", "inquiry"),
    "RETURN_REQUEST": ("notice", "return"),
    "A_Z_CLAIM_RESPONDENT_NOTIFY": ("notice", "claim"),
    "A_Z_CLAIM_RESPONDENT_CLOSE": ("notice", "claim"),
    "BRC_SELLER_NOTIFICATION": ("notice", "cancellation"),
}
_SENDERS = {"atoz-guarantee-no-reply": ("notice", "claim"), "a-to-z-guarantee": ("notice", "claim")}


class Told(NamedTuple):
    """What a mail of Amazon is about; `about` is "" for those that concern no buyer."""

    about: str = ""  # message, copy, notice, bounce
    kind: str = "inquiry"
    site: str = ""
    order_number: str = ""
    asin: str = ""
    case_id: str = ""
    token: str = ""  # of the buyer with this seller, without the case
    buyer_name: str = ""
    text: str = ""
    closed: bool = False  # the claim is over
    failure: str = ""
    topic: str = ""  # of the subject, without what every such mail says


def is_ours(address: str) -> bool:
    """Whether a sender says to be Amazon: relay or one of its own."""
    return _OURS.fullmatch(address.rpartition("@")[2].lower()) is not None


def is_relay(address: str) -> bool:
    return RELAY.fullmatch(address.lower()) is not None


def pretends(address: str, name: str) -> bool:
    """Amazon's name on a sender that is not Amazon's."""
    if is_ours(address):
        return False
    domain = address.rpartition("@")[2].lower()
    return re.search(r"\bamazon\b", f"{domain} {name}", re.IGNORECASE) is not None


def read(letter: Letter) -> Told:
    """Everything our desk wants to know of the mail."""
    relay = RELAY.fullmatch(letter.sender) or RELAY.fullmatch(letter.reply_to)
    ours = _OURS.fullmatch(letter.sender.rpartition("@")[2])
    end = relay["end"] if relay else ours["end"] if ours else ""
    about, kind = _about(letter, relay=relay is not None)
    page, text = letter.page, letter.text or plain(letter.page)
    whole = f"{letter.subject}\n{text}"
    order, asin, case = (
        ORDER.search(letter.subject) or ORDER.search(whole),
        _ASIN.search(whole),
        _CASE.search(page or text),
    )
    name = _BUYER.search(letter.subject)
    failure = _failure(whole) if about == "bounce" else ""
    return Told(
        about, kind, f"Amazon.{end}" if end else "", order[0] if order else "", asin[1] if asin else "",
        (relay["case"] if relay else "") or (case[1] if case else ""),
        f"{relay['token']}@marketplace.amazon.{end}" if relay else "",
        name["name"].strip() if name else letter.sender_name if relay else "",
        words(page, text), letter.notification.endswith("_CLOSE"), failure, _topic(letter.subject),
    )  # fmt: skip


def _topic(subject: str) -> str:
    """Return policy inquiry from Amazon customer NAME (Order: ...) -> Return policy inquiry."""
    name = _BUYER.search(subject)
    if name is None:
        return subject
    said = _JOINTS.sub("", subject[: name.start()].strip())
    return "" if said.strip(" :").lower() in _GENERIC else said.strip()


def _about(letter: Letter, *, relay: bool) -> tuple[str, str]:
    if letter.notification in KINDS:
        return KINDS[letter.notification]
    if relay:
        return "message", "inquiry"
    if not is_ours(letter.sender):
        return "", "inquiry"
    if _BOUNCED.search(f"{letter.subject}\n{letter.text or letter.page[:20_000]}"):
        return "bounce", "inquiry"
    return _SENDERS.get(letter.sender.partition("@")[0], ("", "inquiry"))


def _failure(text: str) -> str:
    return "opted-out" if _OPTED_OUT.search(text) else "bounced"


def words(page: str, text: str) -> str:
    """What the person wrote, without Amazon's wrapping."""
    inside = first_pre(page)
    if inside:
        return inside
    begins = _BEGIN.search(text)
    end = _END_MARK.search(text, begins.end() if begins else 0)
    if begins and end:
        return clean(text[begins.end() : end.start()])
    return clean(_TOKEN.split(text[begins.end() :] if begins else text)[0])


def amount(text: str) -> str:
    """The first sum of money named in a notice, as written."""
    found = _AMOUNT.search(text)
    return (found[1] or found[2]) if found else ""
