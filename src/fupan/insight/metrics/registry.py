"""All metrics. To add one, see docs/howto/add-a-metric.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis
import ibis.expr.types as ir
from django.utils.translation import gettext as _

from fupan.core.errors import Refused
from fupan.insight.metrics.kinds import Counter, Metric

Condition = Callable[[ir.Table], ir.BooleanValue]
DAY = 24


def _kept(t: ir.Table) -> ir.BooleanValue:
    """Merged tickets count once: with the ticket they were merged into."""
    return ~t.merged


def _rows(condition: Condition) -> Counter:
    return lambda t: (_kept(t) & condition(t)).ifelse(1, 0)


def _units(condition: Condition) -> Counter:
    return lambda t: (_kept(t) & condition(t)).ifelse(t.units, 0)


def _stars(kind: str, low: int, high: int) -> Condition:
    return lambda t: (t.kind == kind) & t.stars.between(low, high).fill_null(False)


def _handled(t: ir.Table) -> ir.BooleanValue:
    """Tickets somebody works on; rows of a returns report arrive settled and would flatter every clock."""
    return t.kind.isin(["inquiry", "claim"]) | t.first_response.notnull()


def _in_24_hours(t: ir.Table) -> ir.BooleanValue:
    return (t.resolution_hours <= DAY).fill_null(False)


def _old_enough(t: ir.Table) -> ir.BooleanValue:
    """Solved in time, or past the time: younger tickets say nothing yet."""
    return _in_24_hours(t) | (t.opened + ibis.interval(hours=DAY) <= t.as_of)


def _in_time(due: str) -> Counter:
    return lambda t: (t.replied <= t[due]).fill_null(False).ifelse(1, 0)


def _decided(due: str) -> Counter:
    """Answered, or overdue: what may still be answered in time is left out."""
    return lambda t: (t[due].notnull() & (t.replied.notnull() | (t[due] <= t.as_of))).ifelse(1, 0)


def _bins(column: str, condition: Condition) -> Counter:
    return lambda t: (_kept(t) & condition(t)).ifelse(t[column], ibis.null("int16"))


def _settled(t: ir.Table) -> ir.BooleanValue:
    return (t.kind == "inquiry") & t.first_response.notnull()


_RESPONSES = _bins("response_bin", lambda t: t.first_response.notnull())
RETURNS = ("returns", "tickets")
RATINGS = ("ratings", "tickets")
FEEDBACK = ("feedback", "tickets")
TALK = ("tickets", "messages")

_ALL: list[dict[str, Any]] = [
    {
        "code": "tickets", "kind": "count", "unit": "count", "direction": 0,
        "name": {"en": "Tickets", "zh-hans": "工单"},
        "meaning": {"en": "Tickets of all kinds opened in the period; merged ones count once.",
                    "zh-hans": "本期新开的各类工单；合并的只算一次。"},
        "numerator": _rows(lambda t: ibis.literal(True)),
    },
    {
        "code": "contact_rate", "kind": "rate", "unit": "rate", "direction": -1, "delay": "contact",
        "name": {"en": "Contact rate", "zh-hans": "咨询率"},
        "meaning": {"en": "Inquiries per unit shipped.", "zh-hans": "咨询数 ÷ 发货件数。"},
        "numerator": _rows(lambda t: t.kind == "inquiry"), "sources": TALK, "filters": "kind=inquiry",
    },
    {
        "code": "incident_rate", "kind": "rate", "unit": "rate", "direction": -1,
        "name": {"en": "Incident rate", "zh-hans": "售后事件率"},
        "meaning": {"en": "After-sales incidents per unit shipped; one buyer's trouble with one order line counts once.",
                    "zh-hans": "售后事件数 ÷ 发货件数；同一买家同一商品的同一问题只算一起。"},
        "numerator": _rows(lambda t: t.first), "filters": "first=1",
    },
    {
        "code": "return_rate", "kind": "rate", "unit": "rate", "direction": -1, "delay": "return",
        "name": {"en": "Return rate", "zh-hans": "退货率"},
        "meaning": {"en": "Returned units per unit shipped, by the week of the return; shipments are weighted by how long "
                          "returns take.",
                    "zh-hans": "退货件数 ÷ 发货件数，按退货发生的周计；发货量按退货延迟加权。"},
        "numerator": _units(lambda t: t.kind == "return"), "sources": RETURNS, "filters": "kind=return",
    },
    {
        "code": "exchange_rate", "kind": "rate", "unit": "rate", "direction": -1, "delay": "return",
        "name": {"en": "Exchange rate", "zh-hans": "换货率"},
        "meaning": {"en": "Units exchanged or sent again per unit shipped.", "zh-hans": "换货和补发件数 ÷ 发货件数。"},
        "numerator": lambda t: t.exchange_units, "sources": ("tickets", "replacements"),
        "filters": "resolution=exchange&resolution=replacement",
    },
    {
        "code": "refund_rate", "kind": "rate", "unit": "rate", "direction": -1, "delay": "return",
        "name": {"en": "Refund rate", "zh-hans": "退款率"},
        "meaning": {"en": "Refunded units per unit shipped; an incident's refund counts once.",
                    "zh-hans": "退款件数 ÷ 发货件数；同一售后事件的退款只算一次。"},
        "numerator": lambda t: t.refund_units, "sources": ("tickets", "returns", "reimbursements"),
    },
    {
        "code": "claim_rate", "kind": "rate", "unit": "rate", "direction": -1, "delay": "return",
        "name": {"en": "Claim rate", "zh-hans": "索赔率"},
        "meaning": {"en": "Units in A-to-z and similar claims per unit shipped.",
                    "zh-hans": "A-to-z 等索赔涉及件数 ÷ 发货件数。"},
        "numerator": _units(lambda t: t.kind == "claim"), "sources": ("tickets",), "filters": "kind=claim",
    },
    {
        "code": "negative_rating_rate", "kind": "rate", "unit": "per_1000", "direction": -1, "delay": "rating",
        "name": {"en": "Negative rating rate", "zh-hans": "差评率"},
        "meaning": {"en": "Product ratings of 1 or 2 stars per 1,000 units shipped; seller feedback is apart.",
                    "zh-hans": "每千件发货收到的 1、2 星商品评价；店铺反馈另计。"},
        "numerator": _rows(_stars("rating", 1, 2)), "sources": RATINGS, "filters": "kind=rating&stars_max=2",
    },
    {
        "code": "neutral_rating_rate", "kind": "rate", "unit": "per_1000", "direction": -1, "delay": "rating",
        "name": {"en": "Neutral rating rate", "zh-hans": "中评率"},
        "meaning": {"en": "Product ratings of 3 stars per 1,000 units shipped.", "zh-hans": "每千件发货收到的 3 星商品评价。"},
        "numerator": _rows(_stars("rating", 3, 3)), "sources": RATINGS, "filters": "kind=rating&stars_max=3",
    },
    {
        "code": "negative_feedback_rate", "kind": "rate", "unit": "per_1000", "direction": -1, "delay": "rating",
        "exposure": "orders",
        "name": {"en": "Negative feedback rate", "zh-hans": "店铺差评率"},
        "meaning": {"en": "Seller feedback of 1 or 2 stars per 1,000 orders.", "zh-hans": "每千单收到的 1、2 星店铺反馈。"},
        "numerator": _rows(_stars("feedback", 1, 2)), "sources": FEEDBACK, "filters": "kind=feedback&stars_max=2",
    },
    {
        "code": "order_defect_rate", "kind": "rate", "unit": "rate", "direction": -1, "delay": "rating",
        "exposure": "orders",
        "name": {"en": "Order defect rate (estimate)", "zh-hans": "订单缺陷率（估算）"},
        "meaning": {"en": "Orders with bad seller feedback or a claim per order; our estimate, the platform's own figure is "
                          "the one that counts.",
                    "zh-hans": "有店铺差评或索赔的订单 ÷ 订单数；这是我们的估算，以平台公布的为准。"},
        "numerator": lambda t: t.defect.ifelse(1, 0), "sources": FEEDBACK,
    },
    {
        "code": "refund_cost", "kind": "money", "unit": "money", "direction": -1, "delay": "return",
        "name": {"en": "Refund cost", "zh-hans": "退款成本"},
        "meaning": {"en": "What tickets of the period cost in refunds and goods; compared per unit shipped.",
                    "zh-hans": "本期工单花掉的退款与货款；比较时按每件发货折算。"},
        "numerator": lambda t: _kept(t).ifelse(t.cost, 0.0).fill_null(0.0),
        "denominator": lambda t: (_kept(t) & t.unconverted).ifelse(1, 0),
    },
    {
        "code": "refund_spread", "kind": "spread", "unit": "share", "direction": -1,
        "name": {"en": "Refund spread between agents", "zh-hans": "客服间退款差异"},
        "meaning": {"en": "How much agents' mean refunds differ within the same cause: standard deviation over mean.",
                    "zh-hans": "同一根因下各客服平均退款额的差异：标准差 ÷ 平均。"},
        "numerator": lambda t: _kept(t).ifelse(t.cost, 0.0).fill_null(0.0),
        "denominator": lambda t: (_kept(t) & t.cost.notnull()).ifelse(1, 0),
    },
    {
        "code": "first_response_p50", "kind": "quantile", "unit": "hours", "direction": -1,
        "name": {"en": "First response, median", "zh-hans": "首次响应 P50"},
        "meaning": {"en": "Half of the answered tickets got their first human answer within this many hours, on all days.",
                    "zh-hans": "一半已回复的工单在这个时间内得到人工首次回复（自然时间）。"},
        "numerator": _RESPONSES, "sources": TALK,
    },
    {
        "code": "first_response_p90", "kind": "quantile", "unit": "hours", "direction": -1, "quantile": 0.9,
        "name": {"en": "First response, 90 %", "zh-hans": "首次响应 P90"},
        "meaning": {"en": "Nine in ten answered tickets got their first human answer within this many hours.",
                    "zh-hans": "九成已回复的工单在这个时间内得到人工首次回复。"},
        "numerator": _RESPONSES, "sources": TALK,
    },
    {
        "code": "reply_in_time", "kind": "share", "unit": "share", "direction": 1, "table": "messages",
        "name": {"en": "Replies in time (platform clock)", "zh-hans": "平台时限内回复"},
        "meaning": {"en": "Buyer messages answered by a person within the platform's limit, on all days; automatic replies "
                          "do not count.",
                    "zh-hans": "在平台时限内得到人工回复的买家消息占比（自然时间）；自动回复不算。"},
        "numerator": _in_time("due"), "denominator": _decided("due"), "sources": TALK, "filters": "late=platform",
        "look_back": 26,
    },
    {
        "code": "reply_in_office_time", "kind": "share", "unit": "share", "direction": 1, "table": "messages",
        "name": {"en": "Replies in time (office hours)", "zh-hans": "工作时限内回复"},
        "meaning": {"en": "Buyer messages answered by a person within our own limit, counting office hours only.",
                    "zh-hans": "在我们自己的工作时限内得到人工回复的买家消息占比（只计工作时间）。"},
        "numerator": _in_time("office_due"), "denominator": _decided("office_due"), "sources": TALK, "look_back": 26,
    },
    {
        "code": "resolution_time_p50", "kind": "quantile", "unit": "hours", "direction": -1,
        "name": {"en": "Time to resolution, median", "zh-hans": "解决用时 P50"},
        "meaning": {"en": "Half of the tickets solved in the period were solved within this many hours of opening.",
                    "zh-hans": "本期解决的工单有一半在开单后这个时间内解决。"},
        "numerator": _bins("resolution_bin", lambda t: _handled(t) & t.resolved.notnull()),
        "clock": ("resolved_week", "resolved_month"), "look_back": 26, "sources": TALK,
    },
    {
        "code": "resolution_rate", "kind": "share", "unit": "share", "direction": 1,
        "name": {"en": "Resolution rate", "zh-hans": "解决率"},
        "meaning": {"en": "Tickets solved by the end of the week they were opened in, so that weeks of different age compare.",
                    "zh-hans": "在开单当周结束前解决的工单占比；各周一样长，可以相比。"},
        "numerator": _rows(lambda t: _handled(t) & (t.resolved_week <= t.week).fill_null(False)),
        "denominator": _rows(_handled), "sources": TALK,
    },
    {
        "code": "first_contact_resolution", "kind": "share", "unit": "share", "direction": 1,
        "name": {"en": "First-contact resolution", "zh-hans": "一次解决率"},
        "meaning": {"en": "Inquiries settled by one human reply, without another contact on the incident within 7 days; counted "
                          "in the week those 7 days end.",
                    "zh-hans": "一次人工回复就解决、7 天内同一售后事件没有再来联系的咨询占比；计入这 7 天结束的那一周。"},
        "numerator": _rows(lambda t: _settled(t) & (t.replies <= 1) & ~t.recontact), "denominator": _rows(_settled),
        "clock": ("settled_week", "settled_month"), "look_back": 8, "sources": TALK,
    },
    {
        "code": "reopen_rate", "kind": "share", "unit": "share", "direction": -1,
        "name": {"en": "Reopen rate", "zh-hans": "重开率"},
        "meaning": {"en": "Solved tickets that were opened again.", "zh-hans": "解决后又被重开的工单占比。"},
        "numerator": _rows(lambda t: _handled(t) & (t.reopened > 0)),
        "denominator": _rows(lambda t: _handled(t) & (t.resolved.notnull() | (t.reopened > 0))), "sources": TALK,
    },
    {
        "code": "simple_in_24h", "kind": "share", "unit": "share", "direction": 1,
        "name": {"en": "Simple tickets in 24 h", "zh-hans": "简单工单 24 h"},
        "meaning": {"en": "Tickets of simple issue types solved within 24 hours; the goal is 80 %.",
                    "zh-hans": "简单问题的工单在 24 小时内解决的占比；目标 80 %。"},
        "numerator": _rows(lambda t: t.simple & _handled(t) & _in_24_hours(t)),
        "denominator": _rows(lambda t: t.simple & _handled(t) & _old_enough(t)), "sources": TALK,
    },
    {
        "code": "csat", "kind": "mean", "unit": "score", "direction": 1,
        "name": {"en": "Satisfaction", "zh-hans": "满意度"},
        "meaning": {"en": "Mean of the buyers' answers, 1 to 5, with their count.", "zh-hans": "买家打分的平均（1 至 5）和份数。"},
        "numerator": lambda t: _kept(t).ifelse(t.csat, 0).fill_null(0),
        "denominator": _rows(lambda t: t.csat.notnull()), "sources": ("tickets",),
    },
    {
        "code": "repurchase_rate", "kind": "repeat", "unit": "share", "direction": 1, "table": "orders",
        "name": {"en": "Repurchase rate", "zh-hans": "复购率"},
        "meaning": {"en": "Buyers of the period who had bought in the 26 weeks before.",
                    "zh-hans": "本期买家中，之前 26 周内买过的占比。"},
        "numerator": lambda t: t.buyer, "look_back": 26,
    },
]  # fmt: skip

METRICS: dict[str, Metric] = {one["code"]: Metric(**one) for one in _ALL}


def metric(code: str) -> Metric:
    """The metric of that code; Refused when there is none."""
    try:
        return METRICS[code]
    except KeyError:
        raise Refused(_("There is no metric “%(code)s”.") % {"code": code}, code="no-such-metric") from None
