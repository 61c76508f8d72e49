"""The demo lives in a folder of its own, and settings are read once: it starts anew there, before Django is loaded."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(".demo")
STARTED = "FUPAN_DEMO_STARTED"
MARK = "demo.txt"


def for_demo(words: Sequence[str]) -> None:
    """Run `fupan demo` again in an emptied folder; anything else, and a call for help, goes on as it is."""
    asked = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    asked.add_argument("command", nargs="?")
    asked.add_argument("--lang")
    asked.add_argument("--home", type=Path, default=FOLDER)
    told, rest = asked.parse_known_args(words)
    if told.command == "demo" and "--help" not in rest and os.environ.get(STARTED) != "1":
        _start_over_in(told.home.resolve())


def _start_over_in(target: Path) -> None:
    if target.exists() and any(target.iterdir()) and not (target / MARK).exists():
        sys.stderr.write(
            f"{target} is not a demo folder; nothing was changed. / 这里不是演示文件夹，什么都没有改动。\n"
        )
        raise SystemExit(2)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    (target / MARK).write_text("A simulated shop; made anew by every `fupan demo`.\n")
    surroundings = {**os.environ, "FUPAN_HOME": str(target), "FUPAN_DEMO": "1", "DATABASE_URL": "", STARTED: "1"}
    os.execve(sys.executable, [sys.executable, "-m", "fupan.cli", *sys.argv[1:]], surroundings)
