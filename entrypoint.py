"""The action's entry: hands the environment over and exits with what comes back. Run by path and isolated (`python -I`)."""

import os
import sys

from sentinel.app import run_action

if __name__ == "__main__":
    sys.exit(run_action(dict(os.environ), sys.stdout))
