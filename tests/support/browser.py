"""Debian's Chromium, driven by Playwright; a page fails its test on any script error or CSP message."""

import os
import shutil
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in the thread that asks the ORM
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, live_server):
    with _window(chromium, live_server) as window:
        yield window


@pytest.fixture
def second(chromium, live_server):
    """The window of somebody else."""
    with _window(chromium, live_server) as window:
        yield window


@contextmanager
def _window(chromium, live_server):
    """A fresh window on the live site, in English, whose complaints fail the test."""
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": 1440, "height": 1000}, locale="en-US", accept_downloads=True
    )
    complaints = []
    window = context.new_page()
    window.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
    window.on("console", lambda message: complaints.append(message.text) if _is_csp(message.text) else None)
    yield window
    context.close()
    assert not complaints, complaints


def _is_csp(text):
    return "Content Security Policy" in text or "violates the following" in text


def enter(page, member, password="pass-word-12"):
    """Sign in through the page, as a person does."""
    page.goto("/account/login/")
    page.fill("input[name=login]", member.user.email)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit], form.form button[type=submit]")
    page.wait_for_url("**/")


@pytest.fixture
def sign_in(page):
    return partial(enter, page)


def pictures() -> Path | None:
    """Where `FUPAN_PICTURES` wants screenshots, if anywhere."""
    folder = os.environ.get("FUPAN_PICTURES")
    return Path(folder) if folder else None
