"""The sites of marketplaces: country, currency, clock, language, and how their reports write dates and decimals."""

from __future__ import annotations

from typing import NamedTuple


class Marketplace(NamedTuple):
    platform: str
    site: str  # as reports write it
    country: str
    currency: str
    timezone: str
    language: str
    dates: str = "dmy"  # order of day, month and year in short dates
    comma: bool = False  # decimal comma


_AMAZON = (
    Marketplace("amazon", "Amazon.com", "US", "USD", "America/Los_Angeles", "en", "mdy"),
    Marketplace("amazon", "Amazon.ca", "CA", "CAD", "America/Los_Angeles", "en"),
    Marketplace("amazon", "Amazon.com.mx", "MX", "MXN", "America/Los_Angeles", "es"),
    Marketplace("amazon", "Amazon.com.br", "BR", "BRL", "America/Sao_Paulo", "pt", comma=True),
    Marketplace("amazon", "Amazon.co.uk", "GB", "GBP", "Europe/London", "en"),
    Marketplace("amazon", "Amazon.ie", "IE", "EUR", "Europe/Dublin", "en"),
    Marketplace("amazon", "Amazon.de", "DE", "EUR", "Europe/Berlin", "de", comma=True),
    Marketplace("amazon", "Amazon.fr", "FR", "EUR", "Europe/Paris", "fr", comma=True),
    Marketplace("amazon", "Amazon.it", "IT", "EUR", "Europe/Rome", "it", comma=True),
    Marketplace("amazon", "Amazon.es", "ES", "EUR", "Europe/Madrid", "es", comma=True),
    Marketplace("amazon", "Amazon.nl", "NL", "EUR", "Europe/Amsterdam", "nl", comma=True),
    Marketplace("amazon", "Amazon.com.be", "BE", "EUR", "Europe/Brussels", "fr", comma=True),
    Marketplace("amazon", "Amazon.se", "SE", "SEK", "Europe/Stockholm", "sv", "ymd", comma=True),
    Marketplace("amazon", "Amazon.pl", "PL", "PLN", "Europe/Warsaw", "pl", comma=True),
    Marketplace("amazon", "Amazon.com.tr", "TR", "TRY", "Europe/Istanbul", "tr", comma=True),
    Marketplace("amazon", "Amazon.ae", "AE", "AED", "Asia/Dubai", "en"),
    Marketplace("amazon", "Amazon.sa", "SA", "SAR", "Asia/Riyadh", "ar"),
    Marketplace("amazon", "Amazon.eg", "EG", "EGP", "Africa/Cairo", "ar"),
    Marketplace("amazon", "Amazon.in", "IN", "INR", "Asia/Kolkata", "en"),
    Marketplace("amazon", "Amazon.co.jp", "JP", "JPY", "Asia/Tokyo", "ja", "ymd"),
    Marketplace("amazon", "Amazon.com.au", "AU", "AUD", "Australia/Sydney", "en"),
    Marketplace("amazon", "Amazon.sg", "SG", "SGD", "Asia/Singapore", "en"),
)
_SHOPEE = (
    Marketplace("shopee", "shopee.sg", "SG", "SGD", "Asia/Singapore", "en"),
    Marketplace("shopee", "shopee.com.my", "MY", "MYR", "Asia/Kuala_Lumpur", "ms"),
    Marketplace("shopee", "shopee.co.th", "TH", "THB", "Asia/Bangkok", "th"),
    Marketplace("shopee", "shopee.vn", "VN", "VND", "Asia/Ho_Chi_Minh", "vi", comma=True),
    Marketplace("shopee", "shopee.ph", "PH", "PHP", "Asia/Manila", "en"),
    Marketplace("shopee", "shopee.co.id", "ID", "IDR", "Asia/Jakarta", "id", comma=True),
    Marketplace("shopee", "shopee.tw", "TW", "TWD", "Asia/Taipei", "zh", "ymd"),
    Marketplace("shopee", "shopee.com.br", "BR", "BRL", "America/Sao_Paulo", "pt", comma=True),
)
MARKETPLACES = (*_AMAZON, *_SHOPEE)
_BY_SITE = {one.site.lower(): one for one in MARKETPLACES}
_BY_PLACE = {(one.platform, one.country): one for one in MARKETPLACES}


def of_site(site: str) -> Marketplace | None:
    """The marketplace a report means by `Amazon.de`, `amazon.de` or `www.amazon.de`."""
    return _BY_SITE.get(site.strip().lower().removeprefix("www."))


def of_place(platform: str, country: str) -> Marketplace | None:
    return _BY_PLACE.get((platform, country.upper()))
