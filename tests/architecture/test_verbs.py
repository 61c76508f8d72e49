"""A verb that leaves no event is forgotten by the audit log, the timeline and the flows."""

import ast

import pytest

from tests.architecture.source import PACKAGE, calls, functions, modules, short, tree

# Public functions beside the verbs that change nothing themselves; each with its reason.
PURE = {
    "commerce/services/orders.py:plan_order_lines": "a dry run: counts what would change",
    "commerce/services/orders.py:told_by": "groups records; what stores them records",
    "intake/services/trying.py:try_paths": "a dry run: nothing is written",
    "briefing/services.py:newest_period": "a question",
    "desk/services/replying_many.py:rehearse": "a dry run: nothing is written",
}


def service_files():
    """Each file of verbs, and the names it offers: of a folder those that its `__init__` hands on."""
    for path in modules():
        parts = path.relative_to(PACKAGE).parts
        if len(parts) == 2 and parts[1] == "services.py":
            yield path, None
        if len(parts) == 3 and parts[1:] == ("services", "__init__.py"):
            handed_on = [node for node in tree(path).body if isinstance(node, ast.ImportFrom)]
            offered = {alias.name for node in handed_on for alias in node.names}
            yield from ((file, offered) for file in sorted(path.parent.glob("[!_]*.py")))


def verbs():
    for path, offered in service_files():
        for node in tree(path).body:
            public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            if public and (offered is None or node.name in offered):
                yield path, node


def reached(path, verb):
    """Everything a verb calls, through the functions of its own services as well."""
    folder = sorted(path.parent.glob("*.py")) if path.parent.name == "services" else []
    bodies = {one.name: one for file in [*folder, path] for one in functions(tree(file))}  # its own file has the word
    seen, waiting = set(), [verb.name]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += [one for one in calls(bodies[name]) if one in bodies]
    return set().union(*(calls(bodies[name]) for name in seen))


def test_every_verb_records_an_event():
    silent = [
        key
        for path, verb in verbs()
        if "record" not in reached(path, verb)
        and (key := f"{path.relative_to(PACKAGE).as_posix()}:{verb.name}") not in PURE
    ]
    assert not silent


def test_the_exceptions_are_still_needed():
    known = {f"{path.relative_to(PACKAGE).as_posix()}:{verb.name}" for path, verb in verbs()}
    assert set(PURE) <= known


def recorded():
    """Event names, where they are written as such."""
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    yield path, first.value


def test_event_names_are_the_stage_and_what_happened():
    wrong = [
        f"{short(path)}: {name}"
        for path, name in recorded()
        if not name.startswith(f"{path.relative_to(PACKAGE).parts[0]}.") or name.count(".") != 1
    ]
    assert not wrong


def test_every_event_reads_as_a_sentence_in_the_log():
    from fupan.people.wording import EVENTS

    unworded = sorted({name for _path, name in recorded()} - set(EVENTS))
    assert not unworded


def test_every_flow_waits_for_an_event_that_is_recorded():
    names = {name for _path, name in recorded()}
    for path in (PACKAGE / "flows").glob("*.py"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("when", "when_many"):
                told = {one.value for one in node.args if isinstance(one, ast.Constant)}
                assert told <= names, f"{path.name}: {told - names}"


@pytest.mark.parametrize("banned", ["post_save", "pre_save", "receiver"])
def test_no_signals_behind_the_back(banned):
    assert not [short(path) for path in modules() if banned in calls(tree(path))]
