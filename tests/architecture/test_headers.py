"""The headers of every page: a content policy without exceptions, no frames, no guessing of types."""

import re

import pytest

PAGES = ["/settings/account/", "/account/login/", "/settings/", "/tickets/", "/"]


@pytest.fixture
def page(signed_in, root):
    browser = signed_in(root)
    return lambda path: (browser.logout() or browser.get(path)) if "login" in path else browser.get(path)


@pytest.mark.parametrize("path", PAGES)
def test_the_content_policy_has_no_exceptions(page, path):
    policy = page(path)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert not re.search(r"unsafe|\*|https?:|nonce|wasm", policy)


@pytest.mark.parametrize("path", PAGES)
def test_the_page_keeps_to_its_policy(page, path):
    text = page(path).content.decode()
    assert not re.search(r"<[^>]*\sstyle=", text)
    assert not re.search(r"<[^>]*\son[a-z]+=", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text)


@pytest.mark.parametrize("path", PAGES)
def test_no_frames_and_no_guessing(page, path):
    answer = page(path)
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


def test_the_session_cookie_is_out_of_reach_of_scripts(client, mei):
    answer = client.post("/account/login/", {"login": "mei@harbour.example", "password": "pass-word-12"})
    assert answer.cookies["sessionid"]["httponly"]
    assert answer.cookies["sessionid"]["samesite"] == "Lax"
