"""Both sets of pages, in each mode: what of 139 secrets left the browser, and what of 82 useful strings was kept.

python -m tests.leakbench            # all
python -m tests.leakbench standard   # one mode
"""

from __future__ import annotations

import sys

from tests.leakbench import MODES, SETS, drive

if __name__ == "__main__":
    modes = sys.argv[1:] or list(MODES)
    bad = False
    for mode in modes:
        for corpus in SETS:
            result = drive(mode, corpus)
            print(f"{mode:16} {corpus:7} {result.summary}")
            for line in result.problems:
                print(f"    {line}")
            bad = bad or not result.good
    sys.exit(1 if bad else 0)
