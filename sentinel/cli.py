"""`sentinel` for a terminal: the thin edge. Errors become words and exit codes here; the commands are in `commands`.

Typer is imported with them, not for `--version`, which answers in a few milliseconds.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn

from sentinel import __version__
from sentinel.errors import ScanError, SentinelError, UsageError

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""What writing answers when the place that standard output goes to is full or broken."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command line and exit with its code: 2 usage or configuration, else 1 blocking findings, else 3 incomplete, else 0."""
    gc.set_threshold(50_000, 20, 20)  # start-up makes many objects that stay: collecting among them costs a tenth of it
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # none of ours, and looking for them costs 10 ms
    _prepare_streams()
    given = sys.argv[1:] if arguments is None else arguments
    sys.exit(_run(given))


def _prepare_streams() -> None:
    """What an old encoding cannot hold is shown escaped, and a stream that was closed (`>&-`) swallows what it is given."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 kept to the end of the process
        else:
            stream.reconfigure(errors="backslashreplace")


def _run(given: list[str]) -> int:
    def say(message: str) -> None:
        from sentinel.report.escape import log_text, terminal

        sys.stderr.write(log_text(terminal(f"sentinel: {message}", keep="\n")) + "\n")

    try:
        code = _answer(given)
        sys.stdout.flush()
        return code
    except SentinelError as error:
        say(error.diagnostics())
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("sentinel: interrupted; nothing was judged\n")
        return 130
    except BrokenPipeError:
        _give_up_output()
        return 141
    except Exception as error:  # the outermost edge: a traceback could show what must not be shown
        from sentinel.app import place_of

        if isinstance(error, OSError) and error.filename is None and error.errno in _NO_ROOM:
            _give_up_output()
            say(f"the answer cannot be written: {error.strerror}\nWrite it to a file with --output, or make room.")
            return UsageError.exit_code
        say(f"it failed itself ({type(error).__name__} in {place_of(error)}). Nothing was judged; please report this.")
        return ScanError.exit_code


def _give_up_output() -> None:
    """What could not be written is dropped: the interpreter would try once more at its end, and exit with a code of its own."""
    with suppress(OSError):
        sys.stdout.close()


def _answer(given: list[str]) -> int:
    """Run the command. A plain scan is read without Typer. Raises UsageError for what Typer does not understand."""
    if given == ["--version"]:
        sys.stdout.write(f"sentinel {__version__}\n")
        return 0
    from sentinel.scan_command import read_plainly, run

    command = read_plainly(given)
    if command is not None:
        return run(command)
    from typer import Abort, TyperException

    from sentinel.commands import application

    try:
        return int(application(given, prog_name="sentinel", standalone_mode=False) or 0)
    except TyperException as error:
        if error.format_message().startswith("Usage: "):  # nothing was asked for: that is its help
            sys.stderr.write(f"{error.format_message()}\n")
            return UsageError.exit_code
        context = getattr(error, "ctx", None)
        named = [word for word in given[:1] if not word.startswith("-")]
        command_line = context.command_path if context is not None else " ".join(["sentinel", *named])
        message = error.format_message().replace("Value error, ", "")
        raise UsageError(message, f"Try `{command_line} --help`.") from None
    except Abort:
        raise KeyboardInterrupt from None
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # which Typer makes an exit of its own, with the code of findings
            raise end.__context__ from None
        raise


if __name__ == "__main__":
    main()
