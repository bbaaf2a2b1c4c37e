"""`sentinel` for a terminal: the thin edge. Errors become words and exit codes here; the commands are in `commands`.

Typer is imported with them, not for `--version`, which answers in a few milliseconds.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

from sentinel import __version__
from sentinel.errors import ScanError, SentinelError


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command line and exit with its code: 2 usage or configuration, else 1 blocking findings, else 3 incomplete, else 0."""
    gc.set_threshold(50_000, 20, 20)  # start-up makes many objects that stay: collecting among them costs a tenth of it
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # none of ours, and looking for them costs 10 ms
    given = sys.argv[1:] if arguments is None else arguments
    if given == ["--version"]:
        sys.stdout.write(f"sentinel {__version__}\n")
        sys.exit(0)
    sys.exit(_run(given))


def _run(given: list[str]) -> int:
    from typer import Abort, TyperException

    from sentinel.commands import application
    from sentinel.report.escape import log_text, terminal

    def say(message: str) -> None:
        sys.stderr.write(log_text(terminal(f"sentinel: {message}", keep="\n")) + "\n")

    try:
        return int(application(given, prog_name="sentinel", standalone_mode=False) or 0)
    except SentinelError as error:
        say(error.diagnostics())
        return error.exit_code
    except TyperException as error:
        say(f"{error.format_message()}\nTry `sentinel --help`.")
        return 2
    except (Abort, KeyboardInterrupt):
        sys.stderr.write("sentinel: interrupted; nothing was judged\n")
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 141
    except Exception as error:  # the outermost edge: a traceback could show what must not be shown
        from sentinel.app import place_of

        say(f"it failed itself ({type(error).__name__} in {place_of(error)}). Nothing was judged; please report this.")
        return ScanError.exit_code


if __name__ == "__main__":
    main()
