"""The order of the house, kept by import-linter (contracts in pyproject.toml)."""

import tomllib

from importlinter.cli import lint_imports

from tests.architecture.source import PACKAGE, ROOT, modules, short, tree


def test_the_import_contracts_hold(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == 0


def test_every_stage_has_its_place():
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    stages = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert contract["exhaustive"] is True
    assert stages == set(contract["layers"])


def test_intake_knows_nothing_of_what_lies_downstream_even_by_name():
    """`apps.get_model("desk", ...)` would be an import that the linter cannot see."""
    import ast

    wrong = [
        short(path)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"get_model", "get_app_config"}
    ]
    assert not wrong
