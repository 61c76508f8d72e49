"""Killed with SIGKILL while mails come in: run again, none is lost and none is there twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from fupan.intake.tests.mails import amazon

SCRIPT = Path(__file__).parent / "killed_mail.py"
MAILS = 24


def question(one):
    sender = f"buyer{one:04d}+c0de{one}@marketplace.amazon.de"
    return amazon(f"Frage {one}", number=one, subject=f"Frage {one}", page=None, sender=sender)


def test_killed_at_random_moments(imap_server, tmp_path):
    imap_server.put("killed", [question(one) for one in range(MAILS)])
    env = {**os.environ, "FUPAN_HOME": str(tmp_path), "DATABASE_URL": "", "PYTHONPATH": os.pathsep.join(sys.path),
           "FUPAN_LOCAL_DESTINATIONS": "true"}  # fmt: skip

    def run(*arguments):
        return subprocess.Popen([sys.executable, str(SCRIPT), *arguments], env=env, stdout=subprocess.PIPE, text=True)

    def whole(*arguments):
        process = run(*arguments)
        out, _err = process.communicate(timeout=120)
        assert process.returncode == 0
        return out

    whole("prepare", str(imap_server.port))
    rng, deaths = random.Random(3), 0
    for _attempt in range(2):
        process = run("fetch")
        process.stdout.readline()
        time.sleep(0.05 + rng.random() * 0.4)
        process.send_signal(signal.SIGKILL)
        deaths += process.wait(timeout=60) == -signal.SIGKILL
        process.stdout.close()
    found = json.loads(whole("fetch").splitlines()[-1])
    assert deaths == 2
    assert found["messages"] == sorted(f"<mail-{one}@mail.example>" for one in range(MAILS))
    assert found["states"] == ["taken"] * MAILS
    assert found["waiting"] == 0
