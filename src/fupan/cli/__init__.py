"""The `fupan` command: parse, call one thing, print. Exit codes: 0 ok, 1 failed, 2 wrong use."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django

from fupan.cli.restart import for_demo

if Path(sys.argv[0]).name in {"fupan", "-m"}:
    for_demo(sys.argv[1:])

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fupan.config.settings")
django.setup()

from fupan.cli.main import app  # noqa: E402  Django must be set up before its models are imported

__all__ = ["app"]
