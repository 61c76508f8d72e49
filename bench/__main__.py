"""`python -m bench [NAME ...]`: run the named benchmarks, or all, one after the other in processes of their own."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    names = sys.argv[1:] or sorted(path.stem for path in HERE.glob("[a-z]*.py"))
    unknown = [name for name in names if not (HERE / f"{name}.py").exists()]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}", file=sys.stderr)
        return 2
    return max(subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode for name in names)


if __name__ == "__main__":
    sys.exit(main())
