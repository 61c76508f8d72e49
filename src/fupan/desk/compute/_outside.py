"""Links, addresses, numbers and messengers in a text that lead away from the marketplace."""

from __future__ import annotations

import re
from collections.abc import Iterator

Hit = tuple[str, int, int]

_TOP = "com|net|org|shop|store|cn|top|xyz|site|online|ly|io|info|club|vip|link|page|app|biz"
_LINK = re.compile(
    rf"(?:https?://|www\.)[^\s<>\"'，。；）)]+|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:{_TOP})(?![\w])(?:/[^\s<>，。]*)?"
    r"|(?<![\w@.])(?:[a-z0-9-]+\.)+[a-z]{2,3}/[^\s<>，。]+",
    re.IGNORECASE,
)
_PARCELS = (
    "dhl|ups|fedex|usps|royalmail|dpd|gls-?(?:pakete|group|spain|france)?|hermes(?:world)?|myhermes|evri|post|auspost"
    "|canadapost|kuronekoyamato|sagawa-exp|laposte|colissimo|chronopost|correos|seur|mrw|ctt|correios|17track"
    "|yuntrack|yunexpress|4px|cainiao|aftership|jtexpress|kerryexpress|thailandpost|vnpost|ghn|viettelpost|spx"
    "|ninjavan|ontrac|lasership|parcelforce|poste|brt|postnl|bpost|mondialrelay"
)
_PARCEL_HOST = re.compile(rf"https://(?:[\w-]+\.)*(?:{_PARCELS})\.[a-z.]{{2,8}}(?:[/?#]|$)", re.IGNORECASE)
_HOMES = "amazon|shopee|lazada|tiktok|ebay|walmart|media-amazon|ssl-images-amazon"
_HOME = re.compile(rf"(?:https://)?(?:[\w-]+\.)*(?:{_HOMES})\.[a-z.]{{2,6}}(?:[/?#]|$)", re.IGNORECASE)
_GOODS = re.compile(r"amazon\.[a-z.]{2,6}/(?:.*/)?(?:dp|gp/product|stores|shops|s\?|storefront|sp\?)", re.IGNORECASE)
_MAIL = re.compile(
    r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+\s?(?:\.|\(dot\)|\[dot\]| dot )\s?[a-z]{2,}(?:\.[a-z]{2,})?"
    r"|[\w.+-]+ at [\w-]+ dot [a-z]{2,}",
    re.IGNORECASE,
)
_OUR_MAIL = re.compile(rf"@(?:[\w-]+\.)*(?:{_HOMES})\.[a-z.]+$", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w#/-])(?:\+|00)?\(?\d[\d\s().-]{6,17}\d(?![\w/-]|\.\d)")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)")
_ORDER = re.compile(r"\d{3}-\d{7}-\d{7}")
_CALLS = re.compile(
    r"\b(?:call|phone|telephone|tel|text|mobile|cell|ring|reach|anrufen|ruf(?:en)?|telefon(?:nummer)?|handy"
    r"|appel(?:er|ez)|téléphone|portable|llam(?:ar|e|e?nos|a)|teléfono|móvil|lig(?:ar|ue)|telefone|celular|gọi"
    r"|điện thoại|sđt|hotline)\b"
    r"|电话|手机|致电|拨打|電話|携帯|โทร|เบอร์",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:dhl|ups|fedex|usps|hermes|evri|dpd|gls|royal mail|correos|seur|colissimo|chronopost|la poste|carrier"
    r"|courier|manufacturer|warranty|hersteller|garantie|paketdienst|zusteller|transporteur|fabricant|fabricante"
    r"|garantía|garantia|transportista|transportadora|hãng vận chuyển|bảo hành|giao hàng nhanh|ghn|j&t)\b"
    r"|メーカー|保証|ヤマト|佐川|運送|承运|快递公司|物流公司|厂家|保修|ขนส่ง|ประกัน|ผู้ผลิต",
    re.IGNORECASE,
)
_MESSENGERS = re.compile(
    r"\b(?:whats ?app|we ?chat|weixin|telegram|viber|kakao(?:talk)?|skype|zalo|messenger|instagram|facebook|snapchat"
    r"|signal app)\b|微信|威信|薇信|[vV]信|加[vV]\b|加微|企鹅号"
    r"|(?:加|扫)[^。！？\n]{0,4}(?:QQ|二维码)|QQ\s?[:：号群]?\s?\d{5,}"
    r"|(?i:\bline\s?(?:id|アカウント|@)|(?:@|our |unser |ไลน์\s?|add (?:us )?on )line\b)|(?<!\w)LINE(?:で|に|の|から)"
    r"|ไลน์|แอดไลน์|(?i:kết bạn zalo)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)|[。！？\n]")


def links(text: str) -> Iterator[Hit]:
    """Links to elsewhere, and those to goods on the marketplace itself."""
    for match in _LINK.finditer(text):
        address = match.group().rstrip(".,;:!?)")
        end = match.start() + len(address)
        if _GOODS.search(address):
            yield "listing_link", match.start(), end
        elif not _HOME.match(address) and not _PARCEL_HOST.match(address):
            yield "outside_link", match.start(), end


def contacts(text: str) -> Iterator[Hit]:
    """Mail addresses, telephone numbers and messengers."""
    for match in _MAIL.finditer(text):
        if not _OUR_MAIL.search(match.group()):
            yield "contact", match.start(), match.end()
    for match in _MESSENGERS.finditer(text):
        yield "contact", match.start(), match.end()
    for match in (*_NUMBER.finditer(text), *_MOBILE.finditer(text)):
        if _is_telephone(text, match):
            yield "contact", match.start(), match.end()


def _is_telephone(text: str, match: re.Match[str]) -> bool:
    """Whether a row of digits is a number to call us: never an order, a date, or the carrier's own line."""
    said = match.group()
    digits = re.sub(r"\D", "", said)
    if not 8 <= len(digits) <= 15 or _ORDER.search(said) or _is_date(said):
        return False
    around = _sentence(text, match.start(), match.end())
    if _OTHERS.search(around):
        return False
    return said.startswith(("+", "00")) or bool(_MOBILE.fullmatch(said)) or bool(_CALLS.search(around))


def _is_date(said: str) -> bool:
    return bool(re.fullmatch(r"\s*(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4})\s*", said))


def _sentence(text: str, start: int, end: int) -> str:
    before = max((found.end() for found in _SENTENCE_END.finditer(text, 0, start)), default=0)
    after = _SENTENCE_END.search(text, end)
    return text[before : after.start() if after else len(text)]
