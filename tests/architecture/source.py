"""The source of the product, as these tests read it."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "fupan"


def modules(*, tests=False):
    """Every Python file of the product."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).parts
        if "migrations" not in parts and ("tests" in parts) == tests:
            yield path


def templates():
    yield from sorted(PACKAGE.rglob("templates/**/*.html"))


def template_name(path):
    """As a view would ask for it."""
    parts = path.parts
    return "/".join(parts[len(parts) - 1 - parts[::-1].index("templates") + 1 :])


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def short(path):
    return path.relative_to(ROOT).as_posix()


def functions(node):
    return [one for one in ast.walk(node) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]


def calls(node):
    """Names that are called, the last part of `a.b.c()`."""
    found = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Call):
            found.add(getattr(one.func, "id", None) or getattr(one.func, "attr", ""))
    return found
