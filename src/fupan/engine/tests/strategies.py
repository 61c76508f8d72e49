"""What the properties of the engine are tried on."""

from hypothesis import settings
from hypothesis import strategies as st

calm = settings(deadline=None, max_examples=60, derandomize=True)

events = st.integers(0, 5_000)
units = st.integers(1, 1_000_000)
unrest = st.floats(1, 20)


@st.composite
def share(draw):
    """(k, n) with 0 <= k <= n and n above 0."""
    n = draw(st.integers(1, 20_000))
    return draw(st.integers(0, n)), n


@st.composite
def table(draw):
    """Columns k, n of one length, in which k may outnumber n or not."""
    rows = draw(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 400)), min_size=1, max_size=25))
    below = draw(st.booleans())
    return [min(k, n) if below else k for k, n in rows], [n for _, n in rows]
