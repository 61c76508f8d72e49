"""Specific, measurable, owned, dated: what an action still lacks, field by field, and what would do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from fupan.action.models import ActionType
from fupan.core import figures
from fupan.core.errors import Refused
from fupan.core.slices import Slice
from fupan.insight.metrics import METRICS
from fupan.insight.shapes import DIMENSIONS
from fupan.insight.wording import DIMENSIONS as DIMENSION_NAMES
from fupan.insight.wording import named

SHORTEST_WINDOW, LONGEST_WINDOW = 2, 52
SMALLEST_CHANGE, LARGEST_RISE = 0.05, 3.0
FURTHEST = timedelta(days=366)
ROOM = {"title": 160, "detail": 4000, "slice": 300}
_SHORTEST_TITLE, _SHORTEST_DETAIL = 10, 10  # a Chinese sign counts for two
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_VAGUE = re.compile(
    r"优化|加强|改进|改善|提升|提高|完善|强化|关注|重视|注意|跟进|推进|规范|"
    r"\b(?:improv\w*|optimi[sz]\w*|strengthen\w*|enhanc\w*|better|reinforc\w*|follow[- ]?up|monitor\w*|attention)\b",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"质量|服务|管理|流程|效率|体验|工作|力度|问题|情况|水平|能力|意识|沟通|产品|客户|售后|客服|我们|尽快|进一步|持续|"
    r"相关|做好|更好|及时|的|了|和|与|等|对|"
    r"\b(?:the|an?|of|our|and|to|for|on|in|with|more|pay|it|all|be|quality|services?|management|process(?:es)?|"
    r"efficiency|experience|work|problems?|issues?|products?|customers?|support|communication|things?|handling)\b",
    re.IGNORECASE,
)
_HOW_MUCH = re.compile(
    r"\d|[一二两三四五六七八九十百半每全各]|\b(?:every|each|all|one|two|three|four|five|half)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody wants to commit to; `change` is relative: -0.3 is 30 % fewer."""

    type: str
    title: str
    detail: str
    owner_id: int | None
    department_id: int | None
    deadline: date | None
    metric: str
    slice: str
    change: float
    window: int


class NotSmart(Refused):
    """A plan is too vague to be held to; `wrong` says per field what it lacks and what would do."""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__(" ".join(wrong.values()), code="not-smart")
        self.wrong = dict(wrong)


def lacks(plan: Plan, *, today: date) -> dict[str, str]:
    """Field -> what is wrong with it; empty when the plan will do."""
    title = _title(plan.title.strip())
    found = {
        "type": "" if plan.type in ActionType.values else _("Choose what kind of action it is."),
        "title": title,
        "detail": _detail("" if title else plan.title, plan.detail.strip()),
        "deadline": _deadline(plan.deadline, today),
        "metric": _metric(plan.metric),
        "slice": _slice(plan.slice, plan.metric),
        "change": _change(plan.change, plan.metric),
        "window": _window(plan.window),
    }
    return {field: said for field, said in found.items() if said}


def _weight(text: str) -> int:
    return sum(2 if _CHINESE.match(sign) else 1 for sign in text)


def _title(title: str) -> str:
    example = _("Say what is changed, where and how much, such as: “Add a wiring picture to the L2 page on 3 sites”.")
    if _weight(title) < _SHORTEST_TITLE:
        return _("This is too short to be held to. %(example)s") % {"example": example}
    if len(title) > ROOM["title"]:
        return _("At most %(count)s signs; the rest belongs below.") % {"count": ROOM["title"]}
    if _VAGUE.search(title) and not _says_something(title):
        return _("“%(title)s” only says that something shall get better. %(example)s") % {
            "title": title, "example": example,
        }  # fmt: skip
    return ""


def _says_something(title: str) -> bool:
    """Whether words are left once those that anybody could say anywhere are taken out."""
    left = _EMPTY.sub(" ", _VAGUE.sub(" ", title))
    return len(_CHINESE.findall(left)) / 2 + len(re.findall(r"[^\W\d_\u4e00-\u9fff]{3,}|\w*\d\w*", left)) >= 1


def _detail(title: str, detail: str) -> str:
    if len(detail) > ROOM["detail"]:
        return _("At most %(count)s signs.") % {"count": ROOM["detail"]}
    vague = _VAGUE.search(title)
    if vague is None or (_weight(detail) >= _SHORTEST_DETAIL and _HOW_MUCH.search(detail)):
        return ""
    said = _("“%(word)s” needs a where and a how much here: “on 3 sites, 2 pictures each, text in 5 languages”.")
    return said % {"word": vague.group()}


def _deadline(deadline: date | None, today: date) -> str:
    if deadline is None:
        return _("Say by when; two weeks from now is a good first choice.")
    if deadline < today:
        return _("This day has passed. Choose today or later.")
    if deadline > today + FURTHEST:
        return _("More than a year ahead nobody feels bound. Choose a first step within a year.")
    return ""


def _metric(metric: str) -> str:
    known = METRICS.get(metric)
    if known is None:
        return _("Choose the number that it shall move.")
    if not known.direction:
        return _("“%(metric)s” is neither good nor bad. Choose a number that tells better from worse.") % {
            "metric": named(known.name)
        }
    return ""


def _slice(text: str, metric: str) -> str:
    try:
        where = Slice.parse(text).as_dict()
    except ValueError:
        return _("This is not a slice; write it like country=DE.")
    if not where or not all(where.values()):
        return _("Say where: an issue type or a product at least. Moving everything at once cannot be checked.")
    if len(text) > ROOM["slice"]:
        return _("This slice has too many conditions.")
    known = METRICS.get(metric)
    strange = sorted({*where} - {*DIMENSIONS[known.table]}) if known is not None else []
    if known is not None and strange:
        names = ", ".join(str(DIMENSION_NAMES.get(one, one)) for one in strange)
        return _("“%(metric)s” is not counted by %(names)s. Leave that out, or choose another number.") % {
            "metric": named(known.name), "names": names,
        }  # fmt: skip
    return ""


def _change(change: float, metric: str) -> str:
    known = METRICS.get(metric)
    direction = known.direction if known is not None else 0
    if not change:
        return _("No change is no target. For a first try, %(change)s is usual.") % {
            "change": figures.percent(-0.3 if direction < 0 else 0.1, 0, signed=True)
        }
    if direction < 0 < change:
        return _("Less is better here, so the target is negative: %(change)s?") % {
            "change": figures.percent(-min(change, 0.9), 0)
        }
    if direction > 0 > change:
        return _("More is better here, so the target is positive: %(change)s?") % {
            "change": figures.percent(-change, 0, signed=True)
        }
    if abs(change) < SMALLEST_CHANGE:
        said = {"least": figures.percent(SMALLEST_CHANGE, 0)}
        return _("So small a change cannot be told from chance. Choose %(least)s or more.") % said
    if change <= -1:
        return _("More than everything cannot go. Choose %(most)s at most.") % {"most": figures.percent(-0.95, 0)}
    if change > LARGEST_RISE:
        return _("Choose %(most)s at most.") % {"most": figures.percent(LARGEST_RISE, 0, signed=True)}
    return ""


def _window(window: int) -> str:
    if window < SHORTEST_WINDOW:
        return _("One week tells chance, not effect. Choose 2 weeks or more; 8 is usual.")
    if window > LONGEST_WINDOW:
        return _("Choose a year at most, 52 weeks.")
    return ""
