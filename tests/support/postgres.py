"""`pytest --postgres` runs the same suite on a real PostgreSQL that the run starts and ends itself."""

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest


def pytest_addoption(parser):
    parser.addoption("--postgres", action="store_true", help="run on a PostgreSQL server started for this run")


def pytest_collection_modifyitems(config, items):
    """What never asks for the database, or is marked `once`, would only say the same again."""
    if not config.getoption("--postgres"):
        return
    asking = {"db", "transactional_db", "kept_database"}
    without = [
        item for item in items if asking.isdisjoint(item.fixturenames) or item.get_closest_marker("once") is not None
    ]
    config.hook.pytest_deselected(items=without)
    gone = set(without)
    items[:] = [item for item in items if item not in gone]


def binaries() -> Path | None:
    """The newest folder that holds initdb and postgres, wherever this system keeps it."""
    places = [Path(os.environ["PG_BIN"])] if os.environ.get("PG_BIN") else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    places += sorted(Path("/opt/homebrew/opt").glob("postgresql*/bin"), reverse=True)
    found = shutil.which("initdb")
    places += [Path(found).resolve().parent] if found else []
    return next((place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None)


class Server:
    """A throw-away server on a socket in a temporary folder; postgres refuses root, so root steps down."""

    def __init__(self, bin_folder: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fupan-pg-"))
        self.as_user = {}
        self.user = getpass.getuser()
        if os.geteuid() == 0:
            self.user = next(name for name in ("postgres", "nobody") if _account(name))
            account = pwd.getpwnam(self.user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self.as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        data = self.folder / "data"
        self._run([bin_folder / "initdb", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "-D", data])
        settings = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "listen_addresses": "",
                    "unix_socket_directories": str(self.folder), "max_connections": "60"}  # fmt: skip
        flags = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        self.process = subprocess.Popen(
            [bin_folder / "postgres", "-D", data, *flags], cwd=self.folder, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, **self.as_user,
        )  # fmt: skip
        self._wait(bin_folder)

    def _run(self, command):
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True, **self.as_user)

    def _wait(self, bin_folder):
        for _ in range(200):
            ready = subprocess.run([bin_folder / "pg_isready", "-h", self.folder], capture_output=True)
            if ready.returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)


def _account(name):
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def database(folder, user):
    """Questions are bound by the server, as the site's are (`config/asgi.py`)."""
    return {
        "ENGINE": "django.db.backends.postgresql", "NAME": "postgres", "HOST": str(folder), "USER": user,
        "PASSWORD": "", "PORT": "", "OPTIONS": {"server_side_binding": True}, "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
        "ATOMIC_REQUESTS": False, "AUTOCOMMIT": True, "TIME_ZONE": None,
        "TEST": {"NAME": None, "CHARSET": None, "COLLATION": None, "MIRROR": None, "MIGRATE": True},
    }  # fmt: skip


@pytest.fixture(scope="session")
def postgres_server():
    place = binaries()
    if place is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql (or set PG_BIN)")
    server = Server(place)
    yield server
    server.stop()


def _beside_the_live_site():
    """A file: in memory, the threads of the live site share one cache, where a lock on a table is an error at once."""
    return Path(os.environ["FUPAN_HOME"]) / "test.sqlite3"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request, django_db_modify_db_settings_parallel_suffix):
    """Point Django at the server, or at a file, before pytest-django makes the test database."""
    from django.db import connections

    if not request.config.getoption("--postgres"):
        if any(item.get_closest_marker("browser") for item in request.session.items):
            connections.databases["default"]["TEST"]["NAME"] = _beside_the_live_site()
        return
    server = request.getfixturevalue("postgres_server")
    connections.databases["default"] = database(server.folder, server.user)
    if hasattr(connections["default"], "close"):
        connections["default"].close()
    del connections["default"]
