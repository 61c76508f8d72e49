"""A real IMAP server (Dovecot, as Debian has it) and a real SMTP server, each on a port of this machine only."""

import getpass
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
first_valid_uid = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ImapServer:
    """A throw-away server: every user exists, the password is `secret`. It refuses to serve mail as root."""

    host = "127.0.0.1"
    password = "secret"

    def __init__(self) -> None:
        self.port, self.folder = free_port(), Path(tempfile.mkdtemp(prefix="fupan-imap-"))
        self.folder.chmod(0o755)
        root = os.geteuid() == 0
        account = pwd.getpwnam("dovecot" if root else getpass.getuser())
        group = "dovecot" if root else str(account.pw_gid)
        config = self.folder / "dovecot.conf"
        config.write_text(CONFIG.format(folder=self.folder, port=self.port, user=account.pw_name, group=group))
        mail = self.folder / "mail"
        mail.mkdir()
        if root:
            os.chown(mail, account.pw_uid, account.pw_gid)
        self.process = subprocess.Popen(
            [shutil.which("dovecot") or "/usr/sbin/dovecot", "-F", "-c", config],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        self._wait()

    def _wait(self):
        for _ in range(200):
            if self.process.poll() is not None:
                raise RuntimeError(self.process.stderr.read().decode())
            try:
                socket.create_connection((self.host, self.port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError("Dovecot did not start")

    def put(self, user, mails, folder="INBOX"):
        """Lay mails into somebody's mailbox."""
        box = imaplib.IMAP4(self.host, self.port)
        box.login(user, self.password)
        if folder != "INBOX":
            box.create(folder)
        for mail in mails:
            status, told = box.append(folder, None, None, mail)
            assert status == "OK", told
        box.logout()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.process.stderr.close()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def imap_server():
    if not (shutil.which("dovecot") or Path("/usr/sbin/dovecot").exists()):
        pytest.skip("Dovecot is not installed: apt-get install dovecot-imapd")
    server = ImapServer()
    yield server
    server.stop()


@dataclass
class Postbox:
    """What an SMTP server was given; `answer` is what it says to the next mails ("250 OK")."""

    host: str = "127.0.0.1"
    port: int = 0
    mails: list = field(default_factory=list)
    answer: str = "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        if self.answer.startswith("250"):
            self.mails.append(envelope)
        return self.answer


@pytest.fixture
def postbox(settings):
    from aiosmtpd.controller import Controller

    settings.LOCAL_DESTINATIONS = True
    box = Postbox(port=free_port())
    controller = Controller(box, hostname=box.host, port=box.port)
    controller.start()
    yield box
    controller.stop()


@pytest.fixture
def mailbox(shop, settings):
    """`mailbox(user, imap=imap_server, smtp=postbox)`: a mailbox of the shop, connected."""
    from datetime import date

    from fupan.intake.models import MailAccount

    settings.LOCAL_DESTINATIONS = True
    shop.workspace.language = "en"  # what went wrong is written in the workspace's language
    shop.workspace.save(update_fields=["language"])

    def connect(user="support@seller.example", *, imap=None, smtp=None, **more):
        values = {
            "workspace": shop.workspace, "shop": shop, "address": "support@seller.example", "user": user,
            "password": "secret", "imap_host": "127.0.0.1", "imap_port": imap.port if imap else 9,
            "imap_security": "none", "since": date(2000, 1, 1), "smtp_host": smtp.host if smtp else "",
            "smtp_port": smtp.port if smtp else 25, "smtp_security": "none",
        }  # fmt: skip
        return MailAccount.objects.create(**(values | more))

    return connect
