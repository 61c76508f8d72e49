"""The two ways to answer, behind one face: by few labels, or by many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from fupan.engine.checks import BoolArray, FloatArray, IntArray
from fupan.engine.labels.anchors import Prior
from fupan.engine.labels.context import Context, Facts
from fupan.engine.labels.few import Few, Tickets, fit_few
from fupan.engine.labels.gate import Gate, fit_gate
from fupan.engine.labels.heldout import HeldOut, blend_weights, blended, folds, judged
from fupan.engine.labels.linear import Array, log_softmax
from fupan.engine.labels.many import Blocks, Lessons, Seen, fit_many, nearness
from fupan.engine.labels.space import side_by_side
from fupan.engine.labels.tokens import terms
from fupan.engine.labels.wordblock import Vocabulary

_JUDGED_FROM = 30  # labels from which some are kept apart to judge by
_TURNS = 3
_UNCHECKED = 0.7  # sharpness before labels can be kept apart: what checked ones come to, about
_FAMILIAR = 0.3  # share of a text's words that occurred in labelled tickets


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Texts with their views per encoder (as many as are at hand), and what their orders say."""

    texts: list[str]
    views: list[Array]
    facts: Sequence[Facts] | None

    def joint(self) -> Array:
        return side_by_side(self.views)


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Tickets to learn from.

    y              labels (n,): -1 unlabelled, -2 marked "none of these"
    priors         what names and keywords say, for every number of encoders at hand
    phrase_views   the names and keywords per encoder, (m, dim)
    """

    asked: Asked
    y: IntArray
    priors: list[Prior]
    phrase_views: list[Array]

    def prior_shares(self, rows: IntArray) -> list[Array]:
        """Per number of encoders, what names and keywords say of these tickets."""
        texts = [self.asked.texts[row] for row in rows]
        return priors_of(self.priors, texts, [view[rows] for view in self.asked.views])


def priors_of(priors: list[Prior], texts: list[str], views: list[Array]) -> list[Array]:
    """The prior's log-shares for every number of encoders at hand."""
    at_hand = range(1, len(views) + 1)
    return [priors[count - 1].log_shares(texts, side_by_side(views[:count])) for count in at_hand]


@dataclass(frozen=True, slots=True, eq=False)
class ByFew:
    """One few-label model for every number of encoders at hand, each with its sharpness (inverse temperature)."""

    few: list[Few]
    sharpness: list[float]

    def log_shares(self, asked: Asked) -> Array:
        at = len(asked.views) - 1
        return log_softmax(self.sharpness[at] * self.few[at].logits(asked.texts, asked.joint()))

    def outside(self, asked: Asked, log_shares: Array) -> BoolArray:
        return np.zeros(len(log_shares), dtype=np.bool_)


def fit_by_few(told: Told) -> tuple[ByFew, HeldOut | None]:
    """Learn from phrases, corrections and the unlabelled; the figures are of three folds kept apart in turn."""
    few, sharpness, figures = [], [], None
    rows = np.flatnonzero(told.y != -2)  # tickets marked "none of these" are no tickets of any class
    texts, y = [told.asked.texts[row] for row in rows], told.y[rows]
    labelled, shares = np.flatnonzero(y >= 0), told.prior_shares(rows)
    for count, prior in enumerate(told.priors, start=1):
        x = side_by_side([view[rows] for view in told.asked.views[:count]])
        tickets = Tickets(x, shares[count - 1], y)
        few.append(fit_few(prior, tickets))
        if len(labelled) < _JUDGED_FROM:
            sharpness.append(_UNCHECKED)
            continue
        logits = _apart(prior, tickets, texts, labelled)
        sharpness.append(float(blend_weights([logits], y[labelled])[0]))
        figures = judged(log_softmax(sharpness[-1] * logits), y[labelled])
    return ByFew(few, sharpness), figures


def _apart(prior: Prior, tickets: Tickets, texts: list[str], labelled: IntArray) -> Array:
    """Logits of every labelled ticket by a model that did not see its label."""
    fold = folds([texts[row] for row in labelled], tickets.y[labelled], _TURNS)
    found = np.empty((len(labelled), prior.k), dtype=np.float32)
    for turn in range(_TURNS):
        rows = labelled[fold == turn]
        if len(rows):
            model = fit_few(prior, tickets.without(rows))
            found[fold == turn] = model.logits([texts[row] for row in rows], tickets.x[rows])
    return found


@dataclass(frozen=True, slots=True, eq=False)
class ByMany:
    """The blend, what it reads texts with, and a gate per number of encoders; ``known``: terms of labelled tickets."""

    vocabulary: Vocabulary
    known: list[str]
    priors: list[Prior]
    context: Context
    blocks: Blocks
    weights: list[FloatArray]
    gates: list[Gate]
    _known: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_known", frozenset(self.known))

    def log_shares(self, asked: Asked) -> Array:
        count, seen = len(asked.views), self._seen(asked)
        found = blended(self.blocks.log_shares(seen, count), self.weights[count - 1])
        strange = ~self._familiar(asked.texts)
        if strange.any():
            carried = self.blocks.linear_shares(seen[np.flatnonzero(strange)], count)
            found[strange] = log_softmax(0.5 * carried + 0.5 * seen.priors[count - 1][strange])
        return found

    def outside(self, asked: Asked, log_shares: Array) -> BoolArray:
        """The gate knows the languages it was fitted on; other texts pass, and the confidence decides."""
        near = nearness(self.blocks, self._seen(asked))
        return self.gates[len(asked.views) - 1].outside(log_shares, near) & self._familiar(asked.texts)

    def _seen(self, asked: Asked) -> Seen:
        context = self.context.matrix(asked.facts, len(asked.texts))
        priors = priors_of(self.priors, asked.texts, asked.views)
        return Seen(asked.views, self.vocabulary.matrix(asked.texts), priors, context)

    def _familiar(self, texts: Sequence[str]) -> BoolArray:
        """Whether the text is in a language that has labels: enough of its words occurred there."""
        each = [terms(text) for text in texts]
        return np.array(
            [sum(term in self._known for term in found) >= _FAMILIAR * len(found) for found in each], dtype=bool
        )


def fit_by_many(told: Told) -> tuple[ByMany, HeldOut]:
    """Learn from labelled tickets and phrases; the figures are of tickets kept apart."""
    rows = np.flatnonzero(told.y >= 0)
    texts = [told.asked.texts[row] for row in rows]
    prior = told.priors[-1]
    vocabulary = Vocabulary.of(texts)
    facts = None if told.asked.facts is None else [told.asked.facts[row] for row in rows.tolist()]
    context = Context.of(facts or ())
    tickets = Seen(
        [view[rows] for view in told.asked.views],
        vocabulary.matrix(texts),
        told.prior_shares(rows),
        context.matrix(facts, len(rows)),
    )
    lessons = Lessons(tickets, told.y[rows], _as_examples(told, vocabulary, context), prior.phrases.owner, prior.k)
    learnt = fit_many(lessons, texts)
    known = sorted({term for text in texts for term in terms(text)})
    model = ByMany(vocabulary, known, told.priors, context, learnt.blocks, learnt.weights, [])
    gates = [
        fit_gate(inside, _marked(told, model, count))
        for count, inside in enumerate(zip(learnt.apart_log_shares, learnt.apart_near, strict=True), start=1)
    ]
    model = ByMany(vocabulary, known, told.priors, context, learnt.blocks, learnt.weights, gates)
    return model, judged(learnt.apart_log_shares[-1], told.y[rows][learnt.apart])


def _as_examples(told: Told, vocabulary: Vocabulary, context: Context) -> Seen:
    """Names and keywords in the place of tickets."""
    texts = told.priors[-1].phrases.texts
    shares = priors_of(told.priors, texts, told.phrase_views)
    return Seen(told.phrase_views, vocabulary.matrix(texts), shares, context.matrix(None, len(texts)))


def _marked(told: Told, model: ByMany, count: int) -> tuple[Array, Array]:
    """(log_shares, nearness) of the tickets people marked "none of these", by the first ``count`` encoders."""
    rows = np.flatnonzero(told.y == -2)
    facts = None if told.asked.facts is None else [told.asked.facts[row] for row in rows.tolist()]
    views = [view[rows] for view in told.asked.views[:count]]
    asked = Asked([told.asked.texts[row] for row in rows], views, facts)
    return model.log_shares(asked), nearness(model.blocks, model._seen(asked))
