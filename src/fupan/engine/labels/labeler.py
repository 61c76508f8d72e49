"""The labeller: described classes in, a fitted labeller out, which labels texts in any language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import numpy as np
from threadpoolctl import threadpool_limits

from fupan.engine import encoders, words
from fupan.engine.checks import IntArray
from fupan.engine.encoders import Encoder
from fupan.engine.errors import BadChoice, BadShape
from fupan.engine.labels.anchors import Phrases, Prior
from fupan.engine.labels.answers import Labels
from fupan.engine.labels.context import Facts, checked
from fupan.engine.labels.descriptions import Description, described
from fupan.engine.labels.heldout import HeldOut
from fupan.engine.labels.linear import Array
from fupan.engine.labels.models import Asked, ByFew, ByMany, Told, fit_by_few, fit_by_many
from fupan.engine.labels.space import Space, encode, side_by_side

NONE_OF_THESE: Final = "none of these"

_POOL = 6000  # unlabelled tickets learnt from, evenly spread over those given
_MANY = 8  # labels per class from which the tickets may speak for themselves
_MANY_ANYHOW = 20  # ... from which they do, whatever unlabelled tickets there are beside them
_CLEARLY = 0.02
_BESIDE = 200  # unlabelled tickets that are worth learning from
_COLD_THRESHOLD = 0.5
_DECLINES_FROM = 60


class Labeler:
    """Labels texts by classes described with names and keywords, from no label at all to thousands.

    ``classes``: {code: Description(names, keywords)}; a bare string is a name. ``encoder``: an Encoder, a list of
    them (the quick one first), or None for all that are installed.

    Raises BadChoice or BadShape for classes without a name.
    """

    def __init__(
        self, classes: Mapping[str, Description | str], encoder: Encoder | Sequence[Encoder] | None = None
    ) -> None:
        self.classes = described(classes)
        if NONE_OF_THESE in self.classes:
            raise BadChoice("classes", f"{NONE_OF_THESE!r} is kept for texts that belong to no class")
        self.encoders = _encoders(encoder)

    def fit(
        self,
        texts: Sequence[str],
        y: Sequence[str | None],
        *,
        unlabelled: Sequence[str] = (),
        context: Sequence[Facts] | None = None,
    ) -> Fitted:
        """Learn from tickets ``texts`` (n,) with their labels ``y`` (n,).

        A label is a code of ``classes``, NONE_OF_THESE, or None for a ticket nobody has labelled, which is learnt from
        too, as are the ``unlabelled``. No labels at all is the cold start, by names and keywords. ``context``: per
        ticket of ``texts`` what its order says, {"carrier": "DHL", "days_late": 3}. Nothing depends on chance.

        Raises BadShape (lengths), BadChoice (y: a code that is not among the classes).
        """
        strings = _texts("texts", texts)
        if len(strings) != len(y):
            raise BadShape("texts, y", f"expected equal lengths, got {len(strings)} and {len(y)}")
        facts = checked(context, len(strings))
        kept, labels = _kept(strings + _texts("unlabelled", unlabelled), self._numbers(y), len(unlabelled))
        if facts is not None:
            facts = [facts[row] if row < len(strings) else {} for row in kept]
        all_texts = [*strings, *unlabelled]
        some = [all_texts[row] for row in kept]
        return self._fitted(Asked(some, encode(self.encoders, some), facts), labels)

    def _numbers(self, y: Sequence[str | None]) -> IntArray:
        place: dict[str | None, int] = {code: at for at, code in enumerate(self.classes)}
        place |= {None: -1, NONE_OF_THESE: -2}
        unknown = next((label for label in y if label not in place), None)
        if unknown is not None:
            raise BadChoice("y", f"{unknown!r} is not among the classes")
        return np.array([place[label] for label in y], dtype=np.intp)

    def _fitted(self, raw: Asked, y: IntArray) -> Fitted:
        """Learn from tickets with their plain vectors."""
        phrases = Phrases.of(list(self.classes.values()))
        spoken = encode(self.encoders, phrases.texts)
        space = Space.around(self.encoders, raw.views, spoken)
        phrase_views = space.views(spoken)
        with _one_thread():
            joints = [side_by_side(phrase_views[:count]) for count in range(1, len(self.encoders) + 1)]
            priors = [Prior.fit(phrases, joint, len(self.classes)) for joint in joints]
            told = Told(Asked(raw.texts, space.views(raw.views), raw.facts), y, priors, phrase_views)
            model, figures = _best(told, len(self.classes))
        return Fitted(self, space, model, figures, int((y >= 0).sum()), int((y == -1).sum()))

    def _after(self, raw: Asked) -> Fitted:
        """What it learns from the tickets alone, for as many encoders as they come with."""
        rows = np.linspace(0, len(raw.texts) - 1, min(_POOL, len(raw.texts))).astype(np.intp)
        some = Asked([raw.texts[row] for row in rows], [view[rows] for view in raw.views], None)
        return Labeler(self.classes, self.encoders[: len(raw.views)])._fitted(some, np.full(len(rows), -1, np.intp))


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A labeller that has learnt.

    held_out     how it does on tickets it did not learn from; None below 30 labels
    labelled     labels it learnt from; ``unlabelled`` tickets it read beside them
    """

    labeler: Labeler
    space: Space
    model: ByFew | ByMany
    held_out: HeldOut | None
    labelled: int
    unlabelled: int

    @property
    def declines(self) -> bool:
        """The text does not carry the label: no better than always saying the commonest one. No automatic labels."""
        return self.held_out is not None and self.held_out.tickets >= _DECLINES_FROM and self.held_out.no_better

    @property
    def threshold(self) -> float:
        """The confidence from which a label is given: 95 % right on tickets kept apart; 0.5 before there are any."""
        return _COLD_THRESHOLD if self.held_out is None else self.held_out.threshold

    @property
    def classes(self) -> tuple[str, ...]:
        """Codes, in the order of the probabilities."""
        return tuple(self.labeler.classes)

    def predict(self, texts: Sequence[str], *, context: Sequence[Facts] | None = None, quick: bool = False) -> Labels:
        """Label texts. ``quick`` answers by the first encoder alone (the others join later, in the background).

        A labeller that has read no ticket yet, asked about 200 or more, reads them first as unlabelled tickets: on a
        cold start the tickets themselves tell a good deal about the classes.

        Raises BadShape.
        """
        strings, facts = _texts("texts", texts), checked(context, len(texts))
        raw = Asked(strings, self._encoded(strings, quick=quick), facts)
        if not self.labelled and not self.unlabelled and len(strings) >= _BESIDE:
            return self.labeler._after(raw)._answer(raw)
        return self._answer(raw)

    def _answer(self, raw: Asked) -> Labels:
        """Labels of texts with their plain vectors."""
        with _one_thread():
            asked = Asked(raw.texts, self.space.views(raw.views), raw.facts)
            log_shares = self.model.log_shares(asked)
            outside = self.model.outside(asked, log_shares)
        shares = np.exp(log_shares.astype(np.float64))
        shares /= shares.sum(axis=1, keepdims=True)
        given = (shares.max(axis=1, initial=0.0) >= self.threshold) & ~outside & (not self.declines)
        best = shares.argmax(axis=1)
        labels = [self.classes[at] if told else None for at, told in zip(best, given, strict=True)]
        return Labels(labels, shares, self.classes, outside)

    def vectors(self, texts: Sequence[str], *, quick: bool = False) -> Array:
        """The texts where this labeller sees them, (n, dim): for ``most_useful``."""
        strings = _texts("texts", texts)
        return side_by_side(self.space.views(self._encoded(strings, quick=quick)))

    def explain(self, lang: str) -> str:
        """How far its labels can be trusted, in one or two sentences.

        Raises BadChoice for a language other than "en" and "zh-hans".
        """
        told, figures = _SENTENCES[words.known(lang)], self.held_out
        if figures is None:
            return told["cold"].format(labelled=self.labelled, classes=len(self.classes))
        key = "declines" if self.declines else "none sure" if figures.coverage == 0 else "sure"
        return told[key].format(
            labelled=f"{self.labelled:,}",
            tickets=f"{figures.tickets:,}",
            accuracy=words.share(figures.accuracy),
            majority=words.share(figures.majority),
            coverage=words.share(figures.coverage),
            threshold=words.share(min(1.0, figures.threshold)),
        )

    def _encoded(self, texts: list[str], *, quick: bool) -> list[Array]:
        return encode(self.labeler.encoders[:1] if quick else self.labeler.encoders, texts)


def _encoders(encoder: Encoder | Sequence[Encoder] | None) -> list[Encoder]:
    if encoder is None:
        return [encoders.load(name) for name in encoders.installed() if name != "e5-passage"]
    given = [encoder] if isinstance(encoder, Encoder) else list(encoder)
    if not given or not all(isinstance(one, Encoder) for one in given):
        raise BadChoice("encoder", f"expected an Encoder or a list of them, got {encoder!r:.80}")
    return given


def _texts(name: str, texts: Sequence[str]) -> list[str]:
    if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
        raise BadShape(name, f"expected a list of strings, got {texts!r:.80}")
    return list(texts)


def _kept(texts: list[str], y: IntArray, beside: int) -> tuple[list[int], IntArray]:
    """The rows to learn from: all with a label, and at most 6,000 without, evenly spread."""
    labels = np.concatenate([y, np.full(beside, -1, dtype=np.intp)])
    told, free = np.flatnonzero(labels != -1), np.flatnonzero(labels == -1)
    if len(free) > _POOL:
        free = free[np.linspace(0, len(free) - 1, _POOL).astype(np.intp)]
    rows = np.sort(np.concatenate([told, free]))
    return rows.tolist(), labels[rows]


def _best(told: Told, k: int) -> tuple[ByFew | ByMany, HeldOut | None]:
    """By few labels or by many; in between by what tickets kept apart say."""
    labelled, free = int((told.y >= 0).sum()), int((told.y == -1).sum())
    least = 60 if free < _BESIDE else 200
    if labelled < max(least, _MANY * k) or len(np.unique(told.y[told.y >= 0])) < 2:
        return fit_by_few(told)
    many, figures = fit_by_many(told)
    if labelled >= max(500, _MANY_ANYHOW * k) or free < _BESIDE:
        return many, figures
    few, others = fit_by_few(told)
    # a change of model is felt: the new one has to be clearly better
    clearly = others is None or figures.accuracy > others.accuracy + _CLEARLY
    return (many, figures) if clearly else (few, others)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Linear algebra on one thread: a second one costs more than it brings here, and would take it from people."""
    with threadpool_limits(limits=1):
        yield


_SENTENCES = {
    "en": {
        "cold": "Labels come from names and keywords and {labelled} labelled tickets; nothing has been checked yet, so "
        "take them as suggestions.",
        "declines": "The text does not tell the label: on {tickets} tickets kept apart, {accuracy} were right, and "
        "always saying the commonest label would be right for {majority}. No ticket is labelled automatically.",
        "none sure": "On {tickets} tickets kept apart, {accuracy} were right; at no confidence were 95% right, so no "
        "ticket is labelled automatically yet.",
        "sure": "On {tickets} tickets kept apart, {accuracy} were right. From a confidence of {threshold}, 95% are: "
        "{coverage} of the tickets are labelled automatically, the rest wait for a person.",
    },
    "zh-hans": {
        "cold": "标签来自名称、关键词和 {labelled} 条已标注工单；尚未经过检验，仅供参考。",
        "declines": "文本看不出标签：在 {tickets} 条留出工单上正确率为 {accuracy}，"
        "总选最常见的标签也有 {majority}。不自动打标签。",
        "none sure": "在 {tickets} 条留出工单上正确率为 {accuracy}；任何置信度都达不到 95%，暂不自动打标签。",
        "sure": "在 {tickets} 条留出工单上正确率为 {accuracy}；置信度不低于 {threshold} 时达到 95%，"
        "可自动标注 {coverage} 的工单，其余由人确认。",
    },
}
