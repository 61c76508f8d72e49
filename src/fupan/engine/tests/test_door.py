"""The public door: modules load when named, and the examples in the docstrings run."""

import doctest
import subprocess
import sys
from importlib import import_module

import pytest

import fupan.engine


def test_it_offers_its_modules_and_errors():
    assert fupan.engine.compare.rates(1, 10, 1, 10).ratio == 1
    assert issubclass(fupan.engine.NoExposure, fupan.engine.EngineError)
    with pytest.raises(AttributeError, match="no attribute 'forecasts'"):
        fupan.engine.forecasts  # noqa: B018


def test_it_loads_no_framework_and_nothing_before_it_is_named():
    code = (
        "import sys, fupan.engine as engine; assert 'scipy' not in sys.modules; "
        "from fupan.engine import compare, ranking; "
        "assert not {'django', 'pandas', 'statsmodels'} & set(sys.modules)"
    )
    surroundings = {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=surroundings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "module", ["compare.events", "compare.proportions", "localize.entrances", "localize.mix", "ranking"]
)
def test_the_examples_run(module):
    found = doctest.testmod(import_module(f"fupan.engine.{module}"), optionflags=doctest.ELLIPSIS)
    assert found.attempted > 0
    assert found.failed == 0
