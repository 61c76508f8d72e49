"""One cell at a time: text, ids, numbers, money, countries. What cannot be read becomes a Fault, not an exception."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel import Locale

from fupan.intake.faults import Fault

_MANGLED = re.compile(r"^\d(?:[.,]\d+)?[eE]\+\d+$")
_FORMULA_ERROR = re.compile(r"^#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)$")
_EXCEL_TEXT = re.compile(r'^="(.*)"$')
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BLANKS = re.compile(r"[\s\u00a0\u202f'’]")
_MONEY = re.compile(r"^[^\W\d_]{1,4}\.?(?=[\d(+.-])|(?<=[\d).,])[^\W\d_]{2,3}$|[$€£¥₹฿₫₱₩元円원]")
_NUMBER = re.compile(r"^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$")
EXACT = 1e15  # from here on a float has lost digits of an id
MOST = Decimal("1e11")


def text(value: object, most: int = 0) -> str:
    """Characters without what no database likes; cut to `most` when given."""
    if isinstance(value, str):
        found = value.strip()
    elif value is None or (isinstance(value, float) and value != value):
        return ""
    elif isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        found = str(int(value))
    else:
        found = str(value)
    if not found.isprintable():
        found = _CONTROL.sub("", found)
    return found[:most] if most else found


def identifier(value: object, most: int) -> str | Fault:
    """An id; one that a spreadsheet turned into 1.11E+16 is refused, because its digits are gone."""
    if isinstance(value, float) and value == value and abs(value) >= EXACT:
        return Fault("mangled-id", value=f"{value:.6G}")
    found = text(value)
    if not found:
        return ""
    if found[0] in "='#":
        inner = _EXCEL_TEXT.match(found)
        found = inner[1] if inner else found.lstrip("'")
        if _FORMULA_ERROR.match(found):
            return Fault("formula-error", value=found)
    if found[0].isdigit() and _MANGLED.match(found):
        return Fault("mangled-id", value=found)
    return found if len(found) <= most else Fault("too-long", value=found[:200], hint=str(most))


def decimal(value: object, *, comma: bool = False) -> Decimal | Fault | None:
    """A number as the marketplace writes it: 1.234,50 or 1,234.50, with or without a currency sign."""
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, int | float | Decimal):
        return _amount(Decimal(str(round(value, 6)))) if value == value else None
    found = unicodedata.normalize("NFKC", str(value or "")).strip().replace("\u2212", "-")
    if found in ("", "-", "--", "n/a", "N/A"):
        return None
    if _FORMULA_ERROR.match(found):
        return Fault("formula-error", value=found)
    bare = _MONEY.sub("", _BLANKS.sub("", found))
    if bare.startswith("(") and bare.endswith(")"):
        bare = "-" + bare[1:-1]
    bare = _pointed(bare, comma=comma)
    if not _NUMBER.match(bare):
        return Fault("not-a-number", value=found, hint=_meant(bare))
    try:
        return _amount(Decimal(bare))
    except InvalidOperation:
        return Fault("not-a-number", value=found, hint="12.90")


def _pointed(bare: str, *, comma: bool) -> str:
    """Decimal mark as a point, no thousands marks."""
    if "," in bare and "." in bare:
        decimal_mark = "," if bare.rfind(",") > bare.rfind(".") else "."
        return bare.replace("." if decimal_mark == "," else ",", "").replace(",", ".")
    if "," in bare:
        grouped = re.fullmatch(r"[+-]?\d{1,3}(?:,\d{3})+", bare) is not None
        return bare.replace(",", "" if grouped and not comma else ".")
    if comma and re.fullmatch(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+", bare):
        return bare.replace(".", "")
    return bare


def _amount(found: Decimal) -> Decimal | Fault:
    return found if abs(found) < MOST else Fault("too-large", value=str(found))


def _meant(bare: str) -> str:
    """12.9O -> 12.90: the number somebody probably meant."""
    mended = bare.translate(str.maketrans("OolI", "0011"))
    return mended if _NUMBER.match(mended) else "12.90"


def whole(value: object) -> int | Fault | None:
    if type(value) is int:
        return value if abs(value) < 2_000_000_000 else Fault("too-large", value=str(value))
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    found = decimal(value)
    if found is None or isinstance(found, Fault):
        return found
    if found != found.to_integral_value():
        return Fault("not-whole", value=str(value), hint=str(int(found)))
    return int(found) if abs(found) < 2_000_000_000 else Fault("too-large", value=str(value))


def units(value: object) -> int | Fault | None:
    found = whole(value)
    return Fault("negative", value=str(value)) if isinstance(found, int) and found < 0 else found


def stars(value: object) -> int | Fault | None:
    """1 to 5, also as `4.0 out of 5`, `★★★★` or `5星`."""
    shown = str(value or "").strip()
    if shown and not shown.strip("★☆"):
        return shown.count("★") or None
    found = re.match(r"^(\d)(?:[.,]0+)?(?:\s|/|$|星|颗|つ|S)", shown)
    if found and 1 <= int(found[1]) <= 5:
        return int(found[1])
    return Fault("stars-range", value=shown) if shown else None


def truth(value: object) -> bool | None:
    found = str(value if value is not None else "").strip().casefold()
    if found in {"y", "yes", "true", "1", "是", "对", "有", "x", "ja", "oui", "sí", "si", "sim", "はい"}:
        return True
    return False if found in {"n", "no", "false", "0", "否", "不是", "无", "nein", "non", "não", "いいえ"} else None


def fulfilment(value: object) -> str:
    """Who ships: the marketplace's warehouse or the seller."""
    found = str(value or "").strip().casefold()
    if found in {"amazon", "afn", "fba", "platform", "平台", "平台仓", "海外仓fba", "fulfilled by shopee", "sbs"}:
        return "platform"
    if found in {"merchant", "mfn", "fbm", "seller", "自发货", "卖家", "mfn prime"}:
        return "seller"
    yes = truth(value)
    return "" if yes is None else "platform" if yes else "seller"


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    names = {
        "uk": "GB", "usa": "US", "u.s.a.": "US", "eire": "IE", "rsa": "ZA", "channel islands": "GB", "england": "GB",
        "korea": "KR", "south korea": "KR", "russia": "RU", "czech republic": "CZ", "holland": "NL", "uae": "AE",
        "美国": "US", "英国": "GB", "韩国": "KR", "台湾": "TW",
        "香港": "HK", "阿联酋": "AE", "中国台湾": "TW", "中国香港": "HK",
        "hong kong": "HK", "unspecified": "", "european community": "",
    }  # fmt: skip
    for language in ("en", "zh_Hans", "de", "fr", "es", "it", "pt", "ja"):
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "ZZ", "EZ", "UN"):
                names.setdefault(name.casefold(), code)
                names.setdefault(code.casefold(), code)
    return names


def country(value: object) -> str:
    """ISO 3166 alpha-2 of a code or a name; what is not a country says nothing."""
    return _countries().get(str(value or "").strip().casefold(), "")


def reason(value: object) -> str:
    """A marketplace's reason code in one spelling."""
    code = text(value, 60).upper().replace(" ", "_").replace("-", "_")
    code = code.removeprefix("CR_")
    return REASONS.get(code, code)


REASONS = {
    "AMZ_PG_BAD_DESC": "NOT_AS_DESCRIBED", "AMZ_PG_MISORDERED": "MISORDERED",
    "AMZ_PG_APP_TOO_SMALL": "APPAREL_TOO_SMALL",
    "AMZ_PG_APP_TOO_LARGE": "APPAREL_TOO_LARGE", "AMZ_PG_APP_STYLE": "APPAREL_STYLE",
    "AMZ_PG_APP_TOO_LATE": "MISSED_ESTIMATED_DELIVERY", "NONRECEIPT": "NOT_RECEIPT",
    "DIFF_DESC": "DIFFERENT_DESCRIPTION",
    "CHANGE_MIND": "CHANGE_OF_MIND",
}  # fmt: skip
KINDS = {
    "inquiry": ("inquiry", "question", "contact", "message", "咨询", "询问", "站内信", "邮件", "使用咨询", "消息"),
    "return": ("return", "退货", "退换货", "退货退款", "换货", "exchange", "return & refund"),
    "refund": ("refund", "退款", "仅退款", "refund only", "部分退款"),
    "rating": ("rating", "review", "product review", "评价", "评论", "差评", "中评", "好评", "商品评价"),
    "feedback": ("feedback", "seller feedback", "店铺反馈", "店铺评价", "卖家反馈", "反馈"),
    "claim": ("claim", "a-to-z", "a-to-z claim", "atoz", "索赔", "a-z索赔", "纠纷", "dispute", "chargeback", "拒付"),
    "cancellation": ("cancellation", "cancel", "cancelled", "取消", "取消订单"),
}
_KIND_OF = {word: kind for kind, words in KINDS.items() for word in words}


def kind(value: object) -> str | Fault:
    found = str(value or "").strip()
    known = _KIND_OF.get(found.casefold(), "")
    return known if known or not found else Fault("unknown-kind", value=found, hint=", ".join(KINDS))


STATUSES = {
    "pending": ("pending", "unpaid", "unshipped", "ready_to_ship", "processed", "to ship",
                "待发货", "待付款", "未发货", "待处理"),
    "shipped": (
        "shipped", "shipping", "partiallyshipped", "complete", "completed", "to receive", "已发货", "已完成", "完成",
    ),
    "delivered": ("delivered", "已送达", "已签收", "已收货"),
    "returned": ("returned", "refunded", "已退货", "退货", "已退款"),
    "cancelled": ("cancelled", "canceled", "in_cancel", "已取消", "取消"),
    "replacement": ("replacement", "replaced", "补发", "换货"),
}  # fmt: skip
_STATUS_OF = {word: status for status, words in STATUSES.items() for word in words}


def status(value: object) -> str | Fault:
    found = str(value or "").strip()
    known = _STATUS_OF.get(found.casefold(), "")
    return known if known or not found else Fault("unknown-status", value=found)
