"""The simulated world: shops, carriers, products with their lots, and the days the story covers."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources

import numpy as np

from fupan.demo import catalogue

AGENTS = ("陈默", "林晓", "苏晴", "何宁", "赵一诺", "许悦")  # the first two have accounts (people.py)

# Weeks before the last Monday at which a lot arrives whose story is planted.
FIXED_BATCHES = {"A20": 6, "K4": 15}


@dataclass(frozen=True, slots=True)
class Shop:
    """One marketplace account; `mix` says where its buyers live, in which language they write."""

    code: str
    name: str
    platform: str
    site: str
    country: str
    currency: str
    timezone: str
    share: float  # of all order lines
    per_usd: float  # price level: local units per listed dollar
    step: str  # prices end on multiples of it: "0.01", "1", "1000"
    by_platform: float  # share fulfilled by the platform
    order_heads: tuple[str, ...]
    mix: tuple[tuple[str, str, float], ...]  # country, language, share
    mail_domain: str = ""


@dataclass(frozen=True, slots=True)
class Carriers:
    names: tuple[str, ...]
    shares: tuple[float, ...]
    days: float  # median transit
    promise: float  # days from order to the promised date


@dataclass(frozen=True, slots=True)
class Batch:
    code: str
    day: date


@dataclass(frozen=True, slots=True)
class Product:
    code: str
    noun: str
    zh: str
    en: str
    line: str
    supplier: str
    usd: float
    weight: float
    season: str
    from_week: int
    skus: tuple[str, ...]
    asins: tuple[str, ...]
    parent: str
    shops: frozenset[str]
    batches: tuple[Batch, ...]


@dataclass(frozen=True, slots=True)
class World:
    first: date  # Monday of the first week
    weeks: int  # whole weeks
    products: tuple[Product, ...]

    @property
    def last_monday(self) -> date:
        """Monday of the last whole week."""
        return self.first + timedelta(weeks=self.weeks - 1)

    @property
    def drawn(self) -> int:
        """Weeks that are drawn: the whole ones and the running one."""
        return self.weeks + 1

    @property
    def days(self) -> int:
        return self.drawn * 7

    def product(self, code: str) -> Product:
        return next(product for product in self.products if product.code == code)


SHOPS: tuple[Shop, ...] = (
    Shop(
        "amazon-us", "Amazon US", "amazon", "Amazon.com", "US", "USD", "America/Los_Angeles", 0.36, 1.0, "0.01", 0.84,
        ("111", "112", "113", "114"), (("US", "en", 0.88), ("US", "es", 0.09), ("US", "zh", 0.03)),
        "marketplace.amazon.com",
    ),
    Shop(
        "amazon-de", "Amazon DE", "amazon", "Amazon.de", "DE", "EUR", "Europe/Berlin", 0.29, 1.05, "0.01", 0.72,
        ("302", "303", "304", "305", "028"),
        (("DE", "de", 0.70), ("AT", "de", 0.07), ("FR", "fr", 0.11), ("IT", "it", 0.06), ("ES", "es", 0.06)),
        "marketplace.amazon.de",
    ),
    Shop(
        "amazon-jp", "Amazon JP", "amazon", "Amazon.co.jp", "JP", "JPY", "Asia/Tokyo", 0.17, 128.0, "10", 0.86,
        ("249", "250", "503"), (("JP", "ja", 0.95), ("JP", "zh", 0.05)), "marketplace.amazon.co.jp",
    ),
    # The Malaysian shop also sells to Singapore and Thailand through Shopee's international platform.
    Shop(
        "shopee-my", "Shopee MY", "shopee", "Shopee MY", "MY", "MYR", "Asia/Kuala_Lumpur", 0.1, 3.4, "0.1", 0.2, (),
        (("MY", "en", 0.34), ("MY", "zh", 0.24), ("SG", "en", 0.08), ("SG", "zh", 0.06), ("TH", "th", 0.28)),
    ),
    Shop(
        "shopee-vn", "Shopee VN", "shopee", "Shopee VN", "VN", "VND", "Asia/Ho_Chi_Minh", 0.08, 19500.0, "1000", 0.25,
        (), (("VN", "vi", 1.0),),
    ),
)  # fmt: skip

CARRIERS: dict[str, Carriers] = {
    "US": Carriers(("UPS", "USPS", "FedEx", "Amazon Logistics"), (0.24, 0.22, 0.1, 0.44), 2.8, 6),
    "DE": Carriers(("DHL", "Hermes", "DPD", "Amazon Logistics"), (0.46, 0.14, 0.12, 0.28), 1.9, 5),
    "AT": Carriers(("Post AT", "DPD", "DHL"), (0.5, 0.2, 0.3), 2.8, 6),
    "FR": Carriers(("Colissimo", "Chronopost", "DPD"), (0.55, 0.2, 0.25), 3.4, 8),
    "IT": Carriers(("BRT", "Poste Italiane", "GLS"), (0.4, 0.35, 0.25), 4.0, 9),
    "ES": Carriers(("Correos", "SEUR", "GLS"), (0.45, 0.3, 0.25), 3.8, 9),
    "JP": Carriers(("Yamato", "Sagawa", "Japan Post"), (0.5, 0.2, 0.3), 1.8, 4),
    "MY": Carriers(("SPX Express", "J&T Express", "Pos Laju"), (0.5, 0.35, 0.15), 3.0, 7),
    "SG": Carriers(("SPX Express", "Ninja Van"), (0.6, 0.4), 4.5, 9),
    "TH": Carriers(("SPX Express", "Flash Express", "Kerry Express"), (0.5, 0.35, 0.15), 5.5, 11),
    "VN": Carriers(("SPX Express", "GHN", "GHTK", "Viettel Post"), (0.4, 0.3, 0.2, 0.1), 3.2, 7),
}

_REACH = {"amazon-us": 0.92, "amazon-de": 0.82, "amazon-jp": 0.66, "shopee-my": 0.55, "shopee-vn": 0.45}
_EVERYWHERE = 10.0  # products heavier than this are sold in every shop
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


@cache
def nouns() -> dict[str, dict[str, str]]:
    """Kind of goods -> language -> what buyers call it."""
    return tomllib.loads(resources.files("fupan.demo").joinpath("phrases", "nouns.toml").read_text("utf-8"))


def batch_code(day: date) -> str:
    """Lots are named by the month they arrive: 2609."""
    return f"{day:%y%m}"


def batch_day(product: str, last_monday: date) -> date:
    """The day the planted lot of that product arrived."""
    return last_monday - timedelta(weeks=FIXED_BATCHES[product])


def build(last_monday: date, weeks: int, rng: np.random.Generator) -> World:
    """The world of a story of `weeks` weeks, whose last week starts on `last_monday`."""
    first = last_monday - timedelta(weeks=weeks - 1)
    products = [
        _product(goods, line, last_monday, first, rng) for line, rows in catalogue.GOODS.items() for goods in rows
    ]
    return World(first, weeks, tuple(products))


def _product(goods: catalogue.Goods, line: str, last_monday: date, first: date, rng: np.random.Generator) -> Product:
    word, place = nouns()[goods.noun], catalogue.LINES[line]
    endings = catalogue.variant_codes(goods)
    return Product(
        code=goods.code, noun=goods.noun, zh=f"{word['zh']} {goods.code}", en=f"{word['en'].title()} {goods.code}",
        line=place.name, supplier=_supplier(goods, place, rng), usd=goods.usd, weight=goods.weight,
        season=goods.season, from_week=goods.from_week,
        skus=tuple(f"{goods.code}-{ending}" if ending else goods.code for ending in endings),
        asins=tuple(_asin(rng) for _ending in endings), parent=_asin(rng),
        shops=_shops_of(goods, rng), batches=_batches(goods.code, last_monday, first, rng),
    )  # fmt: skip


def _supplier(goods: catalogue.Goods, line: catalogue.Line, rng: np.random.Generator) -> str:
    return line.suppliers[0] if goods.weight > _EVERYWHERE else line.suppliers[int(rng.random() < 0.4)]


def _asin(rng: np.random.Generator) -> str:
    return "B0" + "".join(_LETTERS[i] for i in rng.integers(0, len(_LETTERS), 8))


def _shops_of(goods: catalogue.Goods, rng: np.random.Generator) -> frozenset[str]:
    if goods.weight > _EVERYWHERE:
        return frozenset(_REACH)
    chosen = {shop for shop, reach in _REACH.items() if rng.random() < reach}
    return frozenset(chosen or {"amazon-us"})


def _batches(code: str, last_monday: date, first: date, rng: np.random.Generator) -> tuple[Batch, ...]:
    """Arrivals from before the first day to now, 8 to 14 weeks apart, so that no month has two."""
    newest = last_monday - timedelta(days=int(rng.integers(14, 80)))
    days = [batch_day(code, last_monday) if code in FIXED_BATCHES else newest]
    while days[-1] > first - timedelta(days=7):
        days.append(days[-1] - timedelta(days=int(rng.integers(56, 98))))
    return tuple(Batch(batch_code(day), day) for day in reversed(days))
