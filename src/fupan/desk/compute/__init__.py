"""What a text or a marketplace code says: issue type, first guess of the cause, resolution, each with its source.

The order is: marketplace code, label of a sheet, keyword rules, then the classifier that learns from corrections, for
what the rules leave unsure. Whoever is unsure abstains, and the ticket waits in the label queue.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, Protocol

from fupan.desk import trees
from fupan.desk.models import Cause, IssueType, KeywordRule, LabelSource, Node, ReasonCode, Resolution
from fupan.desk.rules import Matcher, Rule
from fupan.desk.wording import label_key

SURE = 0.6  # below this a suggestion is not taken as the label
DOUBTFUL = 0.72  # labels below this wait in the queue all the same
_COUNTRY_LANGUAGES = {
    "DE": "de", "AT": "de", "FR": "fr", "ES": "es", "MX": "es", "CO": "es", "CL": "es", "BR": "pt", "PT": "pt",
    "IT": "it", "JP": "ja", "TH": "th", "VN": "vi", "MY": "ms", "ID": "ms", "CN": "zh", "TW": "zh", "HK": "zh",
}  # fmt: skip


class Context(NamedTuple):
    """What is known of a ticket beside its text."""

    kind: str = "inquiry"
    reason_code: str = ""
    sheet: str = ""  # label of a sheet
    language: str = ""
    country: str = ""
    stars: int | None = None


class Suggestion(NamedTuple):
    """A label, or none: `issue` is "" when unsure. `others` are (code, share), best first, to choose from."""

    issue: str = ""
    source: str = LabelSource.NONE
    confidence: float | None = None
    others: tuple[tuple[str, float], ...] = ()


@dataclass(slots=True)
class LabelBook:
    """A workspace's trees, codes and rules, read once for many tickets."""

    issues: dict[str, int] = field(default_factory=dict)  # code -> id of the node to use (retired ones replaced)
    causes: dict[str, int] = field(default_factory=dict)
    resolutions: dict[str, int] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)  # issue code -> parent code
    codes: dict[str, str] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)  # tree -> label key -> code
    matchers: dict[str, Matcher] = field(default_factory=dict)

    @classmethod
    def of(cls, workspace_id: int) -> LabelBook:
        book = cls()
        issues = list(IssueType.objects.filter(workspace_id=workspace_id))
        code_of = {node.pk: node.code for node in issues}
        book.parents = {node.code: code_of[node.parent_id] for node in issues if node.parent_id in code_of}
        book.issues = _standing(issues)
        causes = list(Cause.objects.filter(workspace_id=workspace_id))
        book.causes = _standing(causes)
        resolutions = list(Resolution.objects.filter(workspace_id=workspace_id))
        book.resolutions = _standing(resolutions)
        trees_of: dict[str, Sequence[Node]] = {"issue": issues, "cause": causes, "resolution": resolutions}
        book.names = {tree: _names(tree, nodes) for tree, nodes in trees_of.items()}
        book.codes = _reason_codes(workspace_id)
        book.matchers = _matchers(workspace_id)
        return book

    def code_of_issue(self, issue_id: int | None) -> str:
        return next((code for code, pk in self.issues.items() if pk == issue_id), "") if issue_id else ""

    def named(self, tree: str, label: str) -> str:
        """The code that a sheet's label means; "" when nothing answers to it."""
        key = label_key(label)
        return self.names.get(tree, {}).get(key, "") if key else ""

    def resolution_for(self, kind: str, label: str) -> str:
        return self.named("resolution", label) or ("refund" if kind == "refund" else "")

    def cause_for(self, issue: str, label: str) -> str:
        """The sheet's cause, or the usual one of the issue as a first guess."""
        found = self.named("cause", label)
        if found or label:
            return found
        entry = trees.by_code("issue").get(issue)
        return entry.guess if entry and entry.guess in self.causes and entry.guess != "unknown" else ""

    def scores(self, text: str, language: str, country: str = "") -> dict[str, float]:
        """Keyword scores by issue code, in the text's language, else in the shop's, else in English."""
        for code in (language or _COUNTRY_LANGUAGES.get(country, ""), "en"):
            matcher = self.matchers.get("ms" if code == "id" else code)
            found = matcher.scores(text) if matcher else {}
            if found:
                return found
        return {}


def _standing(nodes: Sequence[IssueType] | Sequence[Cause] | Sequence[Resolution]) -> dict[str, int]:
    """Code -> id, retired nodes led to what replaced them; retired ones without a heir are left out."""
    by_id = {node.pk: node for node in nodes}
    table = {}
    for node in nodes:
        heir: Node | None = node
        for _step in nodes:
            if heir is None or heir.retired_at is None:
                break
            heir = by_id.get(getattr(heir, "replaced_by_id", None) or 0)
        if heir is not None and heir.retired_at is None:
            table[node.code] = heir.pk
    return table


def _names(tree: str, nodes: Sequence[Node]) -> dict[str, str]:
    """Label keys of codes, names and shipped synonyms; a workspace's own names win."""
    table: dict[str, str] = {}
    shipped = trees.by_code(tree)
    for node in nodes:
        entry = shipped.get(node.code)
        for word in (*entry.words, entry.en, entry.zh) if entry else ():
            table.setdefault(label_key(word), node.code)
    for node in nodes:
        for word in (node.code, node.name_en, node.name_zh):
            table[label_key(word)] = node.code
    return table


def _reason_codes(workspace_id: int) -> dict[str, str]:
    rows = ReasonCode.objects.filter(workspace_id=workspace_id).values_list("code", "issue_type__code")
    return {code: issue or "" for code, issue in rows}


def _matchers(workspace_id: int) -> dict[str, Matcher]:
    """The compiled rules; kept in memory until a rule comes, goes or changes hands."""
    rows = KeywordRule.objects.filter(workspace_id=workspace_id, active=True).order_by("pk")
    rules = tuple(map(Rule._make, rows.values_list("language", "words", "issue_type__code")))
    return _compiled(rules)


@lru_cache(maxsize=4)
def _compiled(rules: tuple[Rule, ...]) -> dict[str, Matcher]:
    by_language: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        by_language[rule.language].append(rule)
    return {language: Matcher.of(language, several) for language, several in by_language.items()}


class Learnt(Protocol):
    """A classifier, as far as suggestions care (`learning.Learner` is one)."""

    def judge(self, texts: Sequence[str], contexts: Sequence[Context]) -> list[Suggestion]:
        """Its label where it is sure, and what else it thinks of."""


def suggest(
    book: LabelBook, texts: Sequence[str], contexts: Sequence[Context], learnt: Learnt | None = None
) -> list[Suggestion]:
    """A suggestion for each text: by code, by the sheet's label, by rules, by what was learnt; or without an issue."""
    found = [_suggest(book, text, context) for text, context in zip(texts, contexts, strict=True)]
    if learnt is None:
        return found
    rows = [row for row, one in enumerate(found) if texts[row].strip() and _unsure(one, contexts[row])]
    judged = learnt.judge([texts[row] for row in rows], [contexts[row] for row in rows])
    for row, one in zip(rows, judged, strict=True):
        found[row] = one if one.issue in book.issues else found[row]._replace(others=one.others)
    return found


def _unsure(one: Suggestion, context: Context) -> bool:
    """Neither a code nor a sheet spoke, and no rule surely; good stars wait for no label."""
    praise = context.kind in {"rating", "feedback"} and (context.stars or 0) >= 4
    return not praise and (not one.issue or (one.source == LabelSource.RULE and (one.confidence or 0) < DOUBTFUL))


def _suggest(book: LabelBook, text: str, context: Context) -> Suggestion:
    coded = book.codes.get(trees.normalise(context.reason_code), "") if context.reason_code else ""
    if coded in book.issues:
        return _refined(book, Suggestion(coded, LabelSource.CODE, 1.0), text, context)
    sheet = book.named("issue", context.sheet)
    if sheet in book.issues:
        return Suggestion(sheet, LabelSource.SHEET, 0.95)
    if context.sheet:
        guessed = by_rules(
            book, context.sheet, context._replace(language="zh" if not context.sheet.isascii() else "en")
        )
        if guessed.issue:
            return guessed._replace(source=LabelSource.SHEET)
    if context.kind in {"rating", "feedback"} and (context.stars or 0) >= 4:
        return Suggestion()
    return by_rules(book, text, context)


def _refined(book: LabelBook, coded: Suggestion, text: str, context: Context) -> Suggestion:
    """A general code ("defective") gives way to what the buyer says more exactly beside it ("won't charge")."""
    entry = trees.by_code("issue").get(coded.issue)
    if not text or entry is None or not entry.general:
        return coded
    said = by_rules(book, text, context)
    beside = said.issue and book.parents.get(said.issue) == book.parents.get(coded.issue)
    return said._replace(confidence=max(said.confidence or 0, 0.85)) if beside else coded


def by_rules(book: LabelBook, text: str, context: Context) -> Suggestion:
    """What the keyword rules make of a text; abstains on a near tie."""
    scores = {code: score for code, score in book.scores(text, context.language, context.country).items() if score > 0}
    return weighed({code: score for code, score in scores.items() if code in book.issues})


def weighed(scores: Mapping[str, float]) -> Suggestion:
    """The winner of a score table with its confidence; troubles go before wishes ("refund, it is broken")."""
    if not scores:
        return Suggestion()
    counted = _specific(_highest(scores))
    ranked = _ranked(counted)
    total = sum(scores.values())
    others = tuple((code, round(score / total, 3)) for code, score in _ranked(scores)[:9])
    best = ranked[0][1]
    rival = ranked[1][1] if len(ranked) > 1 else 0.0
    confidence = round(best / (best + rival + 0.4), 3)
    if _tier(ranked[0][0]) == 0:
        confidence = min(confidence, SURE)  # a wish that comes with everything: the trouble behind it was not heard
    if confidence < SURE:
        return Suggestion(confidence=confidence, others=others)
    return Suggestion(ranked[0][0], LabelSource.RULE, confidence, others)


def _tier(code: str) -> int:
    entry = trees.by_code("issue").get(code)
    return entry.tier if entry else 2


def _highest(scores: Mapping[str, float]) -> dict[str, float]:
    """The scores of the highest tier that is more than an aside."""
    aside = min(1.0, 0.35 * max(scores.values()))  # a hit inside a longer one does not make a trouble
    for tier in (2, 1, 0):
        found = {code: score for code, score in scores.items() if _tier(code) == tier}
        if any(score >= aside for score in found.values()):
            return found
    return dict(scores)


def _specific(scores: dict[str, float]) -> dict[str, float]:
    """General types ("defective") count a third beside an exact one, and near neighbours yield to the more exact."""
    known = trees.by_code("issue")
    general = {code for code in scores if code in known and known[code].general}
    if len(general) == len(scores):
        general = set()
    yielding = {code for code in scores if code in known and known[code].yields_to in scores}
    return {code: score * 0.3 if code in general | yielding else score for code, score in scores.items()}


def _ranked(scores: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


def contexts_languages(texts: Iterable[str], told: Iterable[str]) -> list[str]:
    """The language of each text: as told, else detected."""
    from fupan.desk.languages import detect_all

    texts, told = list(texts), [one.strip().lower()[:2] for one in told]
    open_texts = [text for text, language in zip(texts, told, strict=True) if not language]
    found = iter(detect_all(open_texts))
    return [language or next(found) for language in told]
