"""Templates: each compiles, somebody uses it, and none brings inline script or style (the CSP forbids both)."""

import re

import pytest
from django.template.loader import get_template

from tests.architecture.source import PACKAGE, ROOT, modules, short, template_name, templates

FOUND = {template_name(path): path for path in templates()}
# Asked for by name by Django and allauth themselves.
BY_CONVENTION = re.compile(r"(account|mfa|allauth|usersessions)/|^\d{3}(_csrf)?\.html$|errors/\d{3}\.html$")
INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a script without an address": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", re.IGNORECASE),
    "an on... attribute": re.compile(r"<[^>{]*\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on": re.compile(r"\shx-on", re.IGNORECASE),
    "script in hx-vals": re.compile(r"hx-(vals|headers)\s*=\s*[\"']js:", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "something from elsewhere": re.compile(r"(src|href)\s*=\s*[\"'](https?:)?//", re.IGNORECASE),
}


@pytest.mark.parametrize("name", FOUND)
def test_it_compiles(name):
    assert get_template(name)


@pytest.mark.parametrize("name", FOUND)
def test_nothing_is_inline(name):
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", FOUND[name].read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not [what for what, pattern in INLINE.items() if pattern.search(text)]


def used():
    """Every template name (and cotton component) that code or templates mention."""
    texts = [path.read_text(encoding="utf-8") for path in [*modules(), *FOUND.values()]]
    names = {name for text in texts for name in re.findall(r"[\w/.-]+\.(?:html|txt)", text)}
    components = {name for text in texts for name in re.findall(r"<c-([\w.-]+)", text)}
    return names | {f"cotton/{one.replace('.', '/').replace('-', '_')}.html" for one in components}


def test_every_template_is_used():
    known = used()
    left = [name for name in FOUND if name not in known and not BY_CONVENTION.search(name)]
    assert not left


def test_every_template_that_is_named_exists():
    ours = re.compile(
        r"[\"']((?:core|people|notify|commerce|intake|desk|insight|briefing|layouts|errors|demo)/[\w/-]+\.html)"
    )
    missing = {
        name
        for path in [*modules(), *FOUND.values()]
        for name in ours.findall(path.read_text(encoding="utf-8"))
        if name not in FOUND
    }
    assert not missing


def test_every_form_that_posts_has_its_token():
    wrong = []
    for path in FOUND.values():
        for form in re.findall(
            r"<form\b[^>]*method=[\"']post[\"'].*?</form>", path.read_text(encoding="utf-8"), re.DOTALL | re.IGNORECASE
        ):
            if "csrf_token" not in form:
                wrong.append(short(path))
    assert not wrong


def test_templates_lie_inside_the_package():
    assert not list(ROOT.glob("templates/**/*.html"))
    assert (PACKAGE / "templates").is_dir()
