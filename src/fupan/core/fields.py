"""Personal data at rest: encrypted text, and blind indexes to look it up by.

Keys are derived from SECRET_KEY; `FUPAN_OLD_SECRET_KEYS` (comma separated) lets a key be changed without losing data.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models


def derived_key(purpose: str, secret: str) -> bytes:
    """32 bytes for one purpose (HKDF-SHA256)."""
    return HKDF(SHA256(), 32, b"fupan", purpose.encode()).derive(secret.encode())


@lru_cache(maxsize=4)
def _cipher(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(derived_key("personal data", one))) for one in secrets])


def cipher() -> MultiFernet:
    old = [key for key in os.environ.get("FUPAN_OLD_SECRET_KEYS", "").split(",") if key]
    return _cipher((settings.SECRET_KEY, *old))


@lru_cache(maxsize=4)
def _index_key(secret: str) -> bytes:
    return derived_key("blind index", secret)


def blind_index(value: str, *, workspace_id: int) -> str:
    """A keyed fingerprint (24 hex digits): equal values meet, nobody without the key can go back."""
    if not value:
        return ""
    message = f"{workspace_id}:{value.strip().lower()}".encode()
    return hmac.new(_index_key(settings.SECRET_KEY), message, hashlib.sha256).hexdigest()[:24]


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that is ciphertext in the database; it cannot be filtered on."""

    description = "Encrypted text"

    def get_prep_value(self, value: Any) -> str | None:
        text = super().get_prep_value(value)
        return cipher().encrypt(text.encode()).decode() if text else text

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        if not value:
            return value
        try:
            return cipher().decrypt(value.encode()).decode()
        except InvalidToken:
            return ""  # the key is gone: nothing to show, and nothing to fail on either
