"""What differs in tests: a fast hasher, mail in memory, jobs at once, folders of the test's own."""

import pytest


@pytest.fixture(autouse=True)
def plain_settings(request, settings, tmp_path):
    shared = "kept_folder" in request.fixturenames
    folder = request.getfixturevalue("kept_folder") if shared else tmp_path
    if shared:
        request.getfixturevalue("db")  # a savepoint of the test's own upon the world that it shares
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.MEDIA_ROOT = folder / "files"
    settings.FACTS_ROOT = folder / "facts"
    settings.SEARCH_ROOT = tmp_path / "search"
    settings.LIKENESS_ROOT = tmp_path / "likeness"
    settings.PAYLOADS_ROOT = folder / "payloads"
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
