"""What differs in tests: a fast hasher, mail in memory, jobs at once, folders of the test's own."""

import pytest


@pytest.fixture(autouse=True)
def test_settings(settings, tmp_path):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.FACTS_ROOT = tmp_path / "facts"
    settings.PAYLOADS_ROOT = tmp_path / "payloads"
    settings.ALLOWED_HOSTS = ["*"]
    settings.JOBS_AT_ONCE = True
    return settings


@pytest.fixture(autouse=True)
def english(settings):
    """Tests read English unless they say otherwise."""
    from django.utils import translation

    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield
