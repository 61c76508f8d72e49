"""What we planted in the simulated shop: known slices, weeks and factors, so that findings can be checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fupan.demo.world import batch_code, batch_day

Text = dict[str, str]


@dataclass(frozen=True, slots=True)
class Planted:
    """One thing we did to the data.

    `clock` says which day of a trouble decides: "batch" (lot of the goods), "order" (day placed), "ship" (day
    shipped) or "contact" (day the buyer first wrote). `measure` is what changes by `factor`.
    """

    code: str
    slice: tuple[tuple[str, str], ...]
    clock: str
    first: date
    last: date | None  # None: still going on
    factor: float
    measure: str = "incidents"  # or "repeat_contacts"
    kind: str = "outbreak"  # or "action"
    words: str = ""  # phrase section of the buyers concerned
    name: tuple[str, str] = ("", "")  # English, Chinese
    story: tuple[str, str] = ("", "")

    @property
    def where(self) -> dict[str, str]:
        return dict(self.slice)

    def as_dict(self, end: date) -> dict[str, Any]:
        """Plain data for the store and for people; `end` is the last day of the story."""
        last = min(self.last or end, end)
        return {
            "code": self.code, "kind": self.kind, "measure": self.measure, "slice": self.where, "clock": self.clock,
            "from": self.first.isoformat(), "to": last.isoformat(), "from_week": week_number(self.first),
            "to_week": week_number(last), "ongoing": self.last is None, "factor": self.factor,
            "name": _both(self.name), "story": _both(self.story),
        }  # fmt: skip


def week_number(day: date) -> int:
    year, week, _weekday = day.isocalendar()
    return year * 100 + week


def _both(text: tuple[str, str]) -> Text:
    return {"en": text[0], "zh-hans": text[1]}


def plan(last_monday: date) -> tuple[Planted, ...]:
    """Everything planted in a story whose last week starts on `last_monday`."""

    def weeks_ago(weeks: int) -> date:
        return last_monday - timedelta(weeks=weeks)

    lot, gasket = (batch_code(batch_day(product, last_monday)) for product in ("A20", "K4"))
    return (
        Planted(
            "power_bank_batch", (("product", "A20"), ("batch", lot), ("issue_type", "wont_charge")),
            "batch", batch_day("A20", last_monday), None, 7.0, words="four_blinks",
            name=("Power bank A20: a batch that won't charge", "充电宝 A20 一个批次充不进电"),
            story=(
                "The cells of the newest batch fail about two weeks after delivery.",
                "新到批次的电芯，送达两周左右开始充不进电。",
            ),
        ),
        Planted(
            "carrier_late", (("country", "DE"), ("carrier", "DHL"), ("issue_type", "late")),
            "ship", weeks_ago(21), weeks_ago(16) - timedelta(days=1), 4.0, words="neighbour",
            name=("DHL late in Germany", "DHL 德国段延误"),
            story=("A sorting centre was closed for five weeks.", "一个分拣中心停摆五周。"),
        ),
        Planted(
            "size_chart", (("product", "Y7"), ("issue_type", "size")),
            "order", weeks_ago(25), None, 2.4, words="hips",
            name=("Yoga leggings Y7: wrong hips in the size chart", "瑜伽裤 Y7 尺码表臀围写错"),
            story=("The size chart was changed and the hips are one size off.", "改版后的尺码表臀围差了一码。"),
        ),
        Planted(
            "listing_fix", (("product", "E3"), ("issue_type", "connect_fail")),
            "order", weeks_ago(17), None, 0.5, kind="action",
            name=("Earbuds E3: pairing steps on the listing", "蓝牙耳机 E3 商品页补配对步骤"),
            story=("Three pictures of the pairing steps went onto the listing.", "商品页加了三张配对步骤图。"),
        ),
        Planted(
            "calming_template", (("issue_type", "late"),),
            "contact", weeks_ago(14), None, 0.4, "repeat_contacts", "action",
            name=("Late parcels: a reply that calms", "物流延误：安抚话术"),
            story=(
                "The new reply gives the last scan, a date and a promise.",
                "新话术说明最后扫描、预计日期，并承诺主动跟进。",
            ),
        ),
        Planted(
            "gasket", (("product", "K4"), ("issue_type", "leak")),
            "batch", batch_day("K4", last_monday), None, 0.45, kind="action",
            name=("Water bottle K4: gasket from another supplier", f"水杯 K4 批次 {gasket} 起换密封圈供应商"),
            story=("Bottles of the newer batches have a thicker gasket.", "新批次用了更厚的密封圈。"),
        ),
        Planted(
            "picture_no_effect", (("product", "S8"), ("issue_type", "not_as_described")),
            "order", weeks_ago(12), None, 1.0, kind="action",
            name=("Storage box S8: inner size on the main picture", "收纳箱 S8 主图标出内径"),
            story=("The picture changed and nothing else did: the true effect is none.", "只换了图，真实效果为零。"),
        ),
    )  # fmt: skip


def truth(last_monday: date) -> list[dict[str, Any]]:
    """The planted incidents as plain data."""
    end = last_monday + timedelta(days=6)
    return [planted.as_dict(end) for planted in plan(last_monday)]
