"""A reply as a mail: plain text, in its thread, under the Message-ID that was fixed before."""

from __future__ import annotations

import smtplib
import ssl
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from fupan.core import clock
from fupan.intake.channels.mail import wire
from fupan.intake.channels.mail.text import one_line
from fupan.intake.channels.parcel import Parcel, Sent
from fupan.intake.models import MailAccount
from fupan.notify.senders.wire import NotAllowed

MOST_REFERENCES = 20


def send(account: MailAccount, parcel: Parcel) -> Sent:
    """Hand the mail to the server of the account."""
    if not parcel.to:
        return Sent(ok=False, failure="no-address", final=True)
    try:
        mail = letter(account, parcel)
        line = wire.smtp(account)
    except (MessageError, ValueError) as wrong:
        return Sent(ok=False, failure="refused-address", detail=type(wrong).__name__, final=True)
    except (OSError, smtplib.SMTPException, NotAllowed) as wrong:
        return failed(wrong)
    try:
        line.send_message(mail, account.address, [parcel.to])
    except (OSError, smtplib.SMTPException) as wrong:
        return failed(wrong)
    finally:
        line.close()
    return Sent(ok=True)


def letter(account: MailAccount, parcel: Parcel) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = account.address, parcel.to
    subject = one_line(parcel.subject) or "Re:"
    mail["Subject"] = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    mail["Date"], mail["Message-ID"] = format_datetime(clock.now()), parcel.message_id
    thread = [one for one in parcel.thread if one.startswith("<") and one.endswith(">") and " " not in one]
    if thread:
        mail["In-Reply-To"] = thread[-1]
        mail["References"] = " ".join(thread[:1] + thread[1:][-MOST_REFERENCES:])
    if parcel.automatic:
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(parcel.text)
    for name, kind, content in parcel.files:
        main, _slash, sub = kind.partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub or "octet-stream", filename=name)
    return mail


def failed(wrong: Exception) -> Sent:
    """What an exception of the line means; what a later attempt cannot mend is final."""
    match wrong:
        case NotAllowed():
            return Sent(ok=False, failure=wrong.code, final=True)
        case smtplib.SMTPRecipientsRefused():
            code, said = next(iter(wrong.recipients.values()), (550, b""))
            return Sent(ok=False, failure="refused-address", detail=_said(code, said), final=code >= 500)
        case smtplib.SMTPAuthenticationError():
            return Sent(ok=False, failure="refused-login", detail=_said(wrong.smtp_code, wrong.smtp_error))
        case smtplib.SMTPResponseException():
            final = 500 <= wrong.smtp_code < 600
            failure = "too-large" if wrong.smtp_code == 552 else "refused"
            return Sent(ok=False, failure=failure, detail=_said(wrong.smtp_code, wrong.smtp_error), final=final)
        case ssl.SSLError():
            return Sent(ok=False, failure="untrusted", detail=type(wrong).__name__)
        case OSError() if not isinstance(wrong, smtplib.SMTPException):
            return Sent(ok=False, failure="unreachable", detail=type(wrong).__name__)
        case _:
            return Sent(ok=False, failure="no-answer", detail=type(wrong).__name__)


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return one_line(f"{code} {text}")[:160]
