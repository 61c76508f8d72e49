"""Keep zh-Hans complete: `collect` the sentences, `check` that each has its Chinese, `compile` for Django.

Needs no gettext on the system: Babel reads the Python, Django turns the templates into Python for it.
"""

import ast
import re
import sys
from pathlib import Path

import polib
from babel.messages.extract import extract_from_file
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "fupan"
PO = PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None, "_lazy": None, "gettext": None,
    "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip

# a call as Django's templatize writes it: gettext(u'...'), ngettext(u'...', u'...', count), pgettext(u'...', u'...')
_TEXT = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"\b(n?p?gettext|np?gettext)\(({_TEXT}(?:, ?{_TEXT})*)")


def sentences() -> dict[tuple[str, str], set[str]]:
    """(context, msgid) -> places, of everything a person may read."""
    found: dict[tuple[str, str], set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if "tests" not in path.parts and "migrations" not in path.parts:
            _gather(found, path, path.relative_to(ROOT))
    for path in sorted(PACKAGE.rglob("*.html")) + sorted(PACKAGE.rglob("templates/**/*.txt")):
        for function, arguments in CALL.findall(templatize(path.read_text(), origin=str(path))):
            texts = ast.literal_eval(f"({arguments},)")
            context, message = texts[:2] if "pgettext" in function else ("", texts[0])
            found.setdefault((context, message), set()).add(str(path.relative_to(ROOT)))
    return found


def _gather(found: dict[tuple[str, str], set[str]], source: Path, place: Path) -> None:
    for _line, message, _comments, context in extract_from_file("python", source, KEYWORDS):
        for one in message if isinstance(message, tuple) else (message,):
            if one:
                found.setdefault((context or "", one), set()).add(str(place))
                if isinstance(message, tuple):
                    break


def collect() -> int:
    """Add new sentences (empty) and drop those that nobody says any more."""
    book = polib.pofile(str(PO)) if PO.exists() else polib.POFile(wrapwidth=110)
    book.metadata = {"Content-Type": "text/plain; charset=utf-8", "Language": "zh_Hans",
                     "Plural-Forms": "nplurals=1; plural=0;"}  # fmt: skip
    said = sentences()
    known = {(entry.msgctxt or "", entry.msgid): entry for entry in book}
    for key, entry in known.items():
        if key not in said:
            book.remove(entry)
    for context, message in sorted(said.keys() - known.keys()):
        book.append(polib.POEntry(msgctxt=context or None, msgid=message, msgstr=""))
    book.sort(key=lambda entry: entry.msgid)
    PO.parent.mkdir(parents=True, exist_ok=True)
    book.save(str(PO))
    return 0


def check() -> int:
    """Name every sentence without its Chinese, every hole lost in translation; fail when there is one."""
    book = {(entry.msgctxt or "", entry.msgid): entry for entry in polib.pofile(str(PO))} if PO.exists() else {}
    said = sentences()
    missing = [key for key in sorted(said) if key not in book or not (book[key].msgstr or book[key].msgstr_plural)]
    for context, message in missing:
        print(f"no Chinese for {message!r} {context} in {', '.join(sorted(said[context, message]))}")
    stale = [key for key in book if key not in said]
    for _context, message in stale:
        print(f"nobody says {message!r} any more: run python -m tools.translations collect")
    return 1 if missing or stale else 0


def compile_() -> int:
    if PO.exists():
        polib.pofile(str(PO)).save_as_mofile(str(PO.with_suffix(".mo")))
    return 0


if __name__ == "__main__":
    sys.exit({"collect": collect, "check": check, "compile": compile_}[sys.argv[1]]())
