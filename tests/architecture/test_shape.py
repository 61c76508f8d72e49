"""The measures of style.md: small files, small functions, tests that assert."""

import ast
import statistics

from tests.architecture.source import PACKAGE, ROOT, functions, modules, short, tree


def length(node):
    return node.end_lineno - node.lineno + 1


def test_no_file_is_longer_than_400_lines():
    long = [short(path) for path in modules() if len(path.read_text(encoding="utf-8").splitlines()) > 400]
    assert not long


def test_functions_are_small():
    lengths = {f"{short(path)}:{node.name}": length(node) for path in modules() for node in functions(tree(path))}
    assert not {name for name, lines in lengths.items() if lines > 60}
    assert statistics.median(lengths.values()) < 10


def files_with_tests():
    yield from sorted(PACKAGE.rglob("tests/**/test_*.py"))
    yield from sorted((ROOT / "tests").rglob("test_*.py"))


def asserts(node, helpers):
    """An assert, `pytest.raises`/`fail`, or a call of a helper of the same file that does so."""
    for one in ast.walk(node):
        if isinstance(one, ast.Assert):
            return True
        if isinstance(one, ast.Call):
            name = getattr(one.func, "id", None) or getattr(one.func, "attr", "")
            if name in {"raises", "fail", "wait_for_url"} or name.startswith(("assert", "expect", "django_assert")):
                return True
            if any(word.arg == "check" and ast.unparse(word.value) == "True" for word in one.keywords):
                return True  # a program that must end well
            if name in helpers and helpers[name] is not node and asserts(helpers[name], {}):
                return True
    return False


def test_every_test_asserts_something():
    idle = []
    for path in files_with_tests():
        helpers = {one.name: one for one in functions(tree(path)) if not one.name.startswith("test_")}
        for node in functions(tree(path)):
            if node.name.startswith("test_") and not asserts(node, helpers):
                idle.append(f"{short(path)}:{node.name}")
    assert not idle


def test_the_clock_is_asked_in_one_place():
    wrong = []
    for path in modules():
        if path == PACKAGE / "core" / "clock.py":
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {
                "datetime.now", "datetime.utcnow", "date.today", "timezone.now", "datetime.datetime.now",
            }:  # fmt: skip
                wrong.append(f"{short(path)}:{node.lineno}")
    assert not wrong


def test_nothing_is_left_to_do():
    words = ("TO" + "DO", "FIX" + "ME", "XX" + "X:")
    found = [short(path) for path in modules() if any(word in path.read_text(encoding="utf-8") for word in words)]
    assert not found
