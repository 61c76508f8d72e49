"""What the surroundings decide, read once and strictly; everything else is a row in the database."""

from __future__ import annotations

import secrets
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Env(BaseSettings):
    """Environment variables `FUPAN_*` (and `DATABASE_URL`); a wrong value stops the start with its name."""

    model_config = SettingsConfigDict(env_prefix="FUPAN_", extra="ignore")

    home: Path = Field(default_factory=lambda: user_data_path("fupan"))
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    secret_key: str = ""
    debug: bool = False
    hosts: str = "localhost,127.0.0.1,[::1]"
    base_url: str = "http://localhost:8000"
    https: bool = False
    email_url: str = ""
    email_from: str = "Fupan <fupan@localhost>"
    workers: int = Field(default=1, ge=1, le=64)
    demo: bool = False
    local_destinations: bool = False
    pooler: bool = False  # a pooler stands before PostgreSQL and hands out another connection for each transaction

    @property
    def trusted_origins(self) -> list[str]:
        return [self.base_url] if "://" in self.base_url else []


def kept_secret(home: Path, given: str) -> str:
    """The given key, or one made once and kept beside the data, readable by its owner only."""
    if given:
        return given
    file = home / "secret.key"
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text().strip()
