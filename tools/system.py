"""What the tests need of the system: on Debian as root, install what is missing; elsewhere say how to get it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NEEDS = {
    "chromium": lambda: shutil.which("chromium"),
    "fonts-noto-cjk": lambda: list(Path("/usr/share/fonts").glob("**/NotoSansCJK*")),
    "postgresql": lambda: list(Path("/usr/lib/postgresql").glob("*/bin/initdb")),
    "dovecot-imapd": lambda: shutil.which("dovecot") or Path("/usr/sbin/dovecot").exists(),
    "libpango-1.0-0": lambda: list(Path("/usr/lib").glob("**/libpangoft2-1.0.so.0")),
    "libpangoft2-1.0-0": lambda: list(Path("/usr/lib").glob("**/libpangoft2-1.0.so.0")),
}


def main() -> int:
    missing = [package for package, found in NEEDS.items() if not found()]
    if not missing:
        return 0
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(f"Some tests will be skipped; install: {' '.join(missing)}", file=sys.stderr)
        return 0
    quiet = {"DEBIAN_FRONTEND": "noninteractive", **os.environ}
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
    subprocess.run(command, check=True, env=quiet, stdout=subprocess.DEVNULL)
    return 0


if __name__ == "__main__":
    sys.exit(main())
