"""`python -m tests.judges install`: put the judges in place."""

import sys

from tests.judges import install

if sys.argv[1:] != ["install"]:
    sys.exit("usage: python -m tests.judges install")
install()
