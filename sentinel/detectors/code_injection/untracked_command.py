"""Shell command or program from text of unknown origin.

## Why it matters
Whether the text is harmless depends on every caller of the function, now and later. Code that hands joined text to a shell is
where most command injections begin: somebody adds a caller.

## What to do
1. Start the program directly with a list of arguments.
2. If only constants reach this place, make it visible: a fixed list, an enumeration, a mapping.
3. Otherwise quote each part with `shlex.quote`.

## Known limits
This is a note: nobody's data was seen to arrive here. Only a parameter that is joined into a line for a shell is a warning: the
next caller makes it a command injection. Scripts that the project builds and tests itself with stay notes.

## References
- https://docs.python.org/3/library/subprocess.html#security-considerations
- https://cwe.mitre.org/data/definitions/78.html

"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sentinel.detectors.code_injection._fixes import command_fix
from sentinel.detectors.code_injection._story import UNTRACKED, is_tooling, tell
from sentinel.model.flow import Flow, SinkKind, SourceKind
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule


@rule(
    "code-injection/untracked-command",
    on=Item.FLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.LOW,
    cwe=78,
    cvss="CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:L/I:L/A:L",
    owasp=("MCP05:2025", "ASI05:2026"),
    yields_to=("code-injection/shell-command", "code-injection/program-choice", "code-injection/model-output-execution"),
    bad=(
        Example("import os\n\ndef run(line):\n    os.system(line)\n", (4,)),
        Example("import subprocess\n\ndef run(name):\n    return subprocess.run(f'ls {name}', shell=True)\n", (4,)),
        Example("import os\nfrom plan import line\n\nos.system(line())\n", (4,)),
        Example("import asyncio\n\nasync def run(line):\n    return await asyncio.create_subprocess_shell(line)\n", (4,)),
        Example("import subprocess\n\ndef run(program):\n    subprocess.Popen([program])\n", (4,)),
    ),
    good=(
        Example("import os\n\ndef run():\n    os.system('uptime')\n"),
        Example("import os\n\nLINE = 'uptime'\n\ndef run():\n    os.system(LINE + ' -p')\n"),
        Example("import subprocess\n\ndef run(name):\n    return subprocess.run(['ls', name])\n"),
        Example("import os, shlex\n\ndef run(name):\n    os.system('ls ' + shlex.quote(name))\n"),
        Example("import os\n\ndef run(count: int):\n    os.system(f'sleep {count}')\n"),
        Example("import os\n\ndef run(flag):\n    os.system('a' if flag else 'b')\n"),
        Example("import os\n\nfor name in ('a', 'b'):\n    os.system('ls ' + name)\n"),
        Example("import subprocess, sys\n\nsubprocess.run([sys.executable, '-m', 'pip', 'list'])\n"),
        Example("import os\n\ndef run(name):\n    if name not in ('a', 'b'):\n        raise ValueError\n    os.system(name)\n"),
        Example("class Box:\n    def system(self, line):\n        return line\n\ndef run(line):\n    Box().system(line)\n"),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Text that no source explains, run by a shell or as a program."""
    if flow.sink.kind not in (SinkKind.SHELL, SinkKind.PROGRAM) or flow.source.kind not in UNTRACKED:
        return
    is_part = flow.sink.kind is SinkKind.SHELL and "whole" not in flow.sink.details
    words = f"{'becomes part of a line for a shell' if is_part else 'is run as a command'} (`{flow.sink.name}`)"
    if is_part and flow.source.kind is SourceKind.PARAMETER:
        if is_tooling(flow.sink.span.path):
            yield tell(flow, words, context="a script of the project's own, run by who works on it")
            return
        context = "every caller has to quote it"
        yield replace(tell(flow, words, Severity.HIGH, Confidence.LOW, context), fix=command_fix(flow, workspace))
    else:
        yield tell(flow, words)
