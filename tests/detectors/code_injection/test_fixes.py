"""Fixes are exactly right: applied, the finding is gone, no other one comes, and the text still parses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sentinel.analysis.syntax import parse
from sentinel.model.document import Document, Language, Skip
from sentinel.model.finding import Finding
from sentinel.model.rule import Example, Rule
from sentinel.report.review import rewrite
from tests.engine.scanning import files_of, registry, scan_files
from tests.engine.scanning import path_of as place_of

_PY = (
    "import os\nimport shlex\nimport subprocess\nfrom mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP('x')\n\n"
    "@mcp.tool()\ndef act(host: str, count: int = 1, name: str = '') -> str:\n    {}\n    return ''\n"
)
_NO_SHLEX = _PY.replace("import shlex\n", "")
_TS = (
    'import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";\nimport { z } from "zod";\n'
    'import * as cp from "node:child_process";\nimport { execSync, execFileSync } from "node:child_process";\n'
    'const server = new McpServer({ name: "x", version: "1" });\n'
    "server.registerTool('act', { inputSchema: { host: z.string(), url: z.string() } }, async ({ host, url }) => {\n"
    '  {}\n  return { content: [{ type: "text", text: "" }] };\n});\n'
)
_TS_ALONE = _TS.replace("execSync, execFileSync", "execSync").replace('import * as cp from "node:child_process";\n', "")

_CURING = frozenset(
    f"code-injection/{name}"
    for name in ("shell-command", "untracked-command", "option-in-arguments", "unsafe-deserialization", "tls-verification-off")
)


def _found(path: str, text: str) -> list[Finding]:
    return [finding for finding in scan_files({path: text.encode()}).findings if finding.path == path]


def _applied(text: str, finding: Finding) -> str:
    assert finding.fix is not None
    lines = rewrite(tuple(text.split("\n")), 1, finding.fix.edits)
    assert lines is not None
    return "\n".join(lines)


def _parses(path: str, text: str) -> bool:
    tree = parse(Document(path, text.encode(), Language.PYTHON if path.endswith(".py") else Language.TYPESCRIPT))
    return not isinstance(tree, Skip) and not tree.root_node.has_error


@pytest.mark.parametrize(
    ("body", "cured"),
    [
        pytest.param(
            'subprocess.run(f"ping -c 1 {host}", shell=True)', 'subprocess.run(["ping", "-c", "1", host])', id="an f-string"
        ),
        pytest.param(
            'subprocess.run("ping -c 1 " + host, shell=True, check=True)',
            'subprocess.run(["ping", "-c", "1", host], check=True)',
            id="joined with a plus",
        ),
        pytest.param(
            'subprocess.check_output(f"dig +short {host}", timeout=3, shell=True)',
            'subprocess.check_output(["dig", "+short", host], timeout=3)',
            id="the switch at the end",
        ),
        pytest.param(
            'subprocess.run(f"ping --count={count} --to={host}", shell=True)',
            'subprocess.run(["ping", f"--count={count}", f"--to={host}"])',
            id="joined to their options",
        ),
        pytest.param(
            'subprocess.run(f"git clone {host}", shell=True)',
            'subprocess.run(["git", "clone", "--", host])',
            id="with an end of options",
        ),
        pytest.param('os.system(f"ping {host} > /tmp/x")', 'os.system(f"ping {shlex.quote(host)} > /tmp/x")', id="a redirection"),
        pytest.param('os.system("ping " + host)', 'os.system("ping " + shlex.quote(host))', id="a shell without a list"),
        pytest.param(
            'subprocess.check_output(["git", "clone", host])', 'subprocess.check_output(["git", "clone", "--", host])', id="a list"
        ),
    ],
)
def test_a_python_command_is_cured(body: str, cured: str) -> None:
    """The edit makes the call that a reader would have written, and nothing is found in it any more."""
    text = _PY.replace("{}", body)
    findings = [finding for finding in _found("server.py", text) if finding.fix is not None]
    assert len(findings) == 1
    after = _applied(text, findings[0])
    assert _PY.replace("{}", cured) == after
    assert _parses("server.py", after)
    assert [] == _found("server.py", after)


@pytest.mark.parametrize(
    ("body", "cured"),
    [
        pytest.param("execSync(`ping -c 1 ${host}`);", 'execFileSync("ping", ["-c", "1", String(host)]);', id="a template"),
        pytest.param('execSync("ping " + host);', 'execFileSync("ping", [String(host)]);', id="joined with a plus"),
        pytest.param("cp.execSync(`ping ${host}`);", 'cp.execFileSync("ping", [String(host)]);', id="of the module"),
        pytest.param(
            "cp.exec(`ping --to=${host}`, (error, out) => {});",
            'cp.execFile("ping", [`--to=${host}`], (error, out) => {});',
            id="with a callback",
        ),
        pytest.param(
            "execSync(`git clone ${url}`, { timeout: 1 });",
            'execFileSync("git", ["clone", "--", String(url)], { timeout: 1 });',
            id="with options",
        ),
        pytest.param('execFileSync("git", ["clone", url]);', 'execFileSync("git", ["clone", "--", url]);', id="a list"),
    ],
)
def test_a_script_command_is_cured(body: str, cured: str) -> None:
    """The edit makes the call that a reader would have written, and nothing is found in it any more."""
    text = _TS.replace("{}", body, 1) if "{}" not in body else _TS.replace("\n  {}\n", f"\n  {body}\n", 1)
    findings = [finding for finding in _found("server.ts", text) if finding.fix is not None]
    assert len(findings) == 1
    after = _applied(text, findings[0])
    assert text.replace(body, cured) == after
    assert _parses("server.ts", after)
    assert [] == _found("server.ts", after)


@pytest.mark.parametrize(
    ("path", "text", "body"),
    [
        pytest.param("server.py", _NO_SHLEX, 'os.system(f"ping {host}")', id="shlex is not imported"),
        pytest.param("server.py", _NO_SHLEX, 'subprocess.run(f"ping {host} | wc", shell=True)', id="a pipe"),
        pytest.param("server.py", _NO_SHLEX, 'subprocess.run(f"ping \\"{host}\\"", shell=True)', id="quotes in the line"),
        pytest.param("server.py", _NO_SHLEX, 'subprocess.run(f"cd {host}", shell=True)', id="a word of the shell"),
        pytest.param("server.py", _NO_SHLEX, 'subprocess.run(f"{host} -c 1", shell=True)', id="a chosen program"),
        pytest.param("server.py", _NO_SHLEX, 'subprocess.run(f"git log {host}", shell=True)', id="no place for an end of options"),
        pytest.param("server.py", _NO_SHLEX, 'subprocess.run(f"ping {host!r}", shell=True)', id="a conversion"),
        pytest.param("server.py", _NO_SHLEX, 'subprocess.run(f"X=1 ping {host}", shell=True)', id="a variable of the shell"),
        pytest.param(
            "server.py", _NO_SHLEX, 'subprocess.run(f"ping {host}", shell=True, executable="/bin/zsh")', id="another shell"
        ),
        pytest.param("server.py", _PY, "os.system(f\"ping '{host}'\")", id="quotes around the data"),
        pytest.param("server.py", _PY, 'os.system(f"{host} | wc")', id="a chosen program of a shell"),
        pytest.param("server.py", _PY, 'subprocess.run(["git", "checkout", host])', id="where -- means something else"),
        pytest.param("server.py", _PY, 'subprocess.run(["curl", "-o", host])', id="the value of an option"),
        pytest.param("server.ts", _TS_ALONE, "execSync(`ping ${host}`);", id="the other function is not imported"),
        pytest.param("server.ts", _TS, "execSync(`npm view ${host}`);", id="a program that Windows starts by its shell"),
        pytest.param("server.ts", _TS, "execSync(`ping ${host} && ls`);", id="two commands"),
        pytest.param("server.ts", _TS, "execSync(`ping ${host}`, { shell: '/bin/zsh' });", id="another shell in a script"),
        pytest.param("server.ts", _TS, 'execFileSync("git", ["show", url]);', id="a revision"),
    ],
)
def test_a_doubtful_command_is_left_to_its_author(path: str, text: str, body: str) -> None:
    """Where the words cannot be told apart for certain the finding has no fix."""
    findings = _found(path, text.replace("\n    {}\n", f"\n    {body}\n").replace("\n  {}\n", f"\n  {body}\n"))
    assert findings != []
    assert [] == [finding.fix for finding in findings if finding.fix is not None]


@pytest.mark.parametrize("rule", [rule for rule in registry().rules if rule.identity in _CURING], ids=lambda rule: rule.identity)
def test_a_fix_on_a_card_cures(rule: Rule) -> None:
    """A rule with fixes has bad examples with one; it takes its finding away, brings none, and leaves a text that parses."""
    cured = [cure for example in rule.card.bad for cure in _cures(rule, example)]
    assert cured != []
    assert [] == [text for text, is_right in cured if not is_right]


def _cures(rule: Rule, example: Example) -> Iterator[tuple[str, bool]]:
    """The text after each fix of an example, and whether it holds one finding less and parses."""
    files, path = files_of(rule, example), place_of(rule, example)
    before = scan_files(files).findings
    for finding in before:
        if finding.rule == rule.identity and finding.fix is not None and finding.path == path:
            text = _applied(files[path].decode(), finding)
            after = scan_files({**files, path: text.encode()}).findings
            again = [f for f in after if f.rule == rule.identity and f.span.start_line == finding.span.start_line]
            yield text, len(after) < len(before) and not again and _parses(path, text)
