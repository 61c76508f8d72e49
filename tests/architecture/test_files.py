"""What a lock file or a source file must not carry out of the machine it was written on."""

import re

import pytest

from tests.architecture.source import ROOT

LOCKS = ["requirements.lock", "package-lock.json"]
SKIPPED = {
    ".git", ".venv", ".hypothesis", ".demo", ".mypy_cache", ".ruff_cache", ".pytest_cache", "node_modules", "dist",
    "__pycache__", "static", "htmlcov",
}  # fmt: skip
TEXT = {
    ".py", ".toml", ".md", ".html", ".js", ".css", ".json", ".txt", ".yml", ".yaml", ".lock", ".po", ".cfg", ".sh", "",
}  # fmt: skip
MACHINE = re.compile(r"(?<![\w.])/(?:home/\w|root/|Users/\w|work/(?:main|shared))")


def sources():
    for path in sorted(ROOT.rglob("*")):
        parts = set(path.relative_to(ROOT).parts)
        if not parts & SKIPPED and path.is_file() and path.suffix in TEXT and path.stat().st_size < 2_000_000:
            yield path


@pytest.mark.parametrize("name", LOCKS)
def test_lock_files_name_no_registry(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    hosts = set(re.findall(r"https?://([\w.-]+)", text))
    funding = {"github.com", "opencollective.com", "tidelift.com", "www.patreon.com", "paypal.me", "feross.org"}
    assert hosts <= funding
    assert '"resolved"' not in text
    assert "--index-url" not in text


def test_requirements_are_hashed():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^[A-Za-z0-9_.\[\]-]+==", text, re.MULTILINE)
    assert len(pins) > 30
    assert text.count("--hash=sha256:") >= len(pins)


def test_no_file_names_a_folder_of_one_machine():
    wrong = []
    for path in sources():
        if path.name == "test_files.py" and path.parent.name == "architecture":
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if MACHINE.search(text):
            wrong.append(path.relative_to(ROOT).as_posix())
    assert not wrong
