"""How restless are the counts of slices, beyond chance, and what do rows that are missing hide?

Both are read from the cube itself: most slices are unchanged, so the middle of their deviations tells the noise.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import nnls

from fupan.engine.checks import FloatArray
from fupan.engine.localize.counts import Counts, Model, Unrest
from fupan.engine.localize.cube import MOST_ATTRIBUTES

_MEDIAN = 0.4549364  # of chi-square with one degree of freedom
_LEAST_EXPECTED = 6.0  # below it counts are too coarse to read a spread from
_LEAST_SLICES = 8
_RARE = 1.0  # leaves that expect more are listed anyway
_MANY = 1.5


def unrest_of(data: Counts, model: Model) -> Unrest:
    """How restless the counts are once the model is taken out.

    Slices of every depth are binned by what they expect; in each bin the median of the squared Pearson residuals over
    that of chi-square is taken, and bundle and growth are fitted to these (nonnegative least squares): single leaves
    tell the one, large slices the other.
    """
    cube, adjusted = data.cube, data.expected * model.factor
    expected = cube.sums(adjusted)
    use = expected >= _LEAST_EXPECTED
    e, o = expected[use], cube.sums(data.observed)[use]
    clump = cube.sums(adjusted**2)[use] / e
    past = None if data.history is None else cube.sums(data.history)[use]
    variance = e if past is None else e * (1 + e / np.maximum(past, 1.0))
    squares = (o - e) ** 2 / variance
    bins = (
        np.floor(np.log2(e)).astype(np.intp) * (MOST_ATTRIBUTES + 1) + cube.depth.astype(np.intp)[cube.cuboid_of[use]]
    )
    rows = []
    for at in (np.flatnonzero(bins == b) for b in np.unique(bins)):
        if len(at) >= _LEAST_SLICES:
            spread = float(np.median(squares[at])) / _MEDIAN
            weight = np.sqrt(len(at)) / max(spread, 1.0)
            rows.append((weight * float(clump[at].mean()), weight * float(e[at].mean()), weight * (spread - 1)))
    if not rows:
        return Unrest()
    table = np.array(rows)
    bundle, growth = nnls(table[:, :2], table[:, 2])[0]
    return Unrest(float(bundle), float(growth))


def listed_only(observed: FloatArray, expected: FloatArray) -> FloatArray:
    """The expectation, corrected where rows seem to be listed only because something happened there.

    A table of facts has no rows for what did not happen. Among rare leaves (expecting less than one event) the part
    that saw any is then far above 1 - exp(-expected); the expectation of such leaves, in bins of its logarithm, is
    raised to what their presence says.
    """
    rare = expected < _RARE
    if not rare.any():
        return expected
    bins = np.floor(np.log2(np.maximum(expected[rare], 2.0**-12))).astype(np.intp)
    bins -= bins.min()
    hits = np.bincount(bins, weights=observed[rare] > 0)
    due = np.bincount(bins, weights=-np.expm1(-expected[rare]))
    rows = np.maximum(np.bincount(bins), 1)
    # Many small slices hit once say "listed only"; the share is kept below 1 so that the logarithm exists.
    share = np.minimum(hits, rows - 0.5) / rows
    mean = np.bincount(bins, weights=expected[rare]) / rows
    raised = np.where(hits > _MANY * due + 3 * np.sqrt(due + 1), -np.log1p(-share) / np.maximum(mean, 1e-12), 1.0)
    corrected = expected.copy()
    corrected[rare] = np.where(
        raised[bins] > 1, np.maximum(expected[rare], 2.0**-12) * np.maximum(raised[bins], 1.0), expected[rare]
    )
    return corrected
