"""Random tokens of which only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets

TOKEN_PREFIX = "fpn_"


def new_secret(prefix: str = "") -> str:
    """256 random bits, as text that fits into an address."""
    return prefix + secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """What the database keeps; a random token needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()
