"""Lines to mail servers: to public addresses (see notify.senders.wire), with TLS that is checked, never for long."""

from __future__ import annotations

import imaplib
import smtplib
import socket
import ssl
from typing import Any

from fupan.intake.models import MailAccount, Security
from fupan.notify.senders.wire import resolve

SECONDS = 30


class _Imap(imaplib.IMAP4):
    """Connects to the address that was just checked, not to whatever the name leads to a moment later."""

    def _create_socket(self, timeout: Any) -> Any:
        return _connected(self.host, self.port)


class _ImapTls(imaplib.IMAP4_SSL):
    def _create_socket(self, timeout: Any) -> Any:
        return self.ssl_context.wrap_socket(_connected(self.host, self.port), server_hostname=self.host)


class _Smtp(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: Any) -> Any:
        return _connected(host, port)


class _SmtpTls(smtplib.SMTP_SSL):
    def _get_socket(self, host: str, port: int, timeout: Any) -> Any:
        return self.context.wrap_socket(_connected(host, port), server_hostname=host)


def _connected(host: str, port: int) -> Any:
    *_rest, target = resolve(host, port)[0]
    return socket.create_connection(target[:2], timeout=SECONDS)


def imap(account: MailAccount) -> imaplib.IMAP4:
    """A line that is not signed in yet."""
    context = ssl.create_default_context()
    if account.imap_security == Security.TLS:
        return _ImapTls(account.imap_host, account.imap_port, ssl_context=context, timeout=SECONDS)
    line = _Imap(account.imap_host, account.imap_port, timeout=SECONDS)
    if account.imap_security == Security.STARTTLS:
        line.starttls(context)
    return line


def smtp(account: MailAccount) -> smtplib.SMTP:
    """A line that is signed in."""
    context = ssl.create_default_context()
    if account.smtp_security == Security.TLS:
        line: smtplib.SMTP = _SmtpTls(account.smtp_host, account.smtp_port, timeout=SECONDS, context=context)
    else:
        line = _Smtp(account.smtp_host, account.smtp_port, timeout=SECONDS)
        if account.smtp_security == Security.STARTTLS:
            line.starttls(context=context)
    if line.has_extn("auth") or account.smtp_security != Security.NONE:
        line.login(account.user, account.password)
    return line
