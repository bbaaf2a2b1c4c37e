"""The README tells what the program does: inputs, outputs, commands, options, exit codes, rules and examples."""

from __future__ import annotations

import re
from typing import Any

import pytest
import tomli
import typer
import yaml

from sentinel import __version__
from sentinel.engine.registry import load_registry
from sentinel.errors import ConfigurationError, ScanError, UsageError
from sentinel.judge.policy import EXIT_BLOCKED, EXIT_CLEAN, EXIT_INCOMPLETE
from sentinel.model.rule import Family
from sentinel.settings import CONFIG_PATH, CONFIGURABLE, build
from tests.contract.sources import ROOT
from tests.contract.test_action_yml import ACTION, FIELDS, default_of, description_of

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^( *)```(\w+)\n(.*?)^ *```$", README, re.M | re.S)
RULES = load_registry().rules


def blocks(language: str) -> list[str]:
    """The code blocks of a language."""
    return [text for _, found, text in BLOCKS if found == language]


def table(name: str) -> dict[str, list[str]]:
    """The table between two marks: name of each row -> its further cells."""
    (part,) = re.findall(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", README, re.S)
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in part.splitlines()[2:]]
    return {row[0].strip("`"): row[1:] for row in rows}


def test_the_table_of_inputs_is_that_of_the_settings() -> None:
    """Same names, same order, same words, and the default as it is."""
    shown = {name: [description_of(name), f"`{default_of(name)}`" if default_of(name) else ""] for name in FIELDS}
    shown["github-token"][1] = "the job's token"
    found = table("inputs")
    assert (list(shown), shown) == (list(found), found)


def test_the_table_of_outputs_is_that_of_the_action() -> None:
    """Same names, same order, same words."""
    declared = {name: [output["description"]] for name, output in ACTION["outputs"].items()}
    assert (list(declared), declared) == (list(table("outputs")), table("outputs"))


def commands() -> dict[str, Any]:
    """Every command of the program by the words that call it."""
    from sentinel.commands import application

    found: dict[str, Any] = {}

    def gather(command: Any, words: str) -> None:
        if hasattr(command, "commands"):
            for name, inner in command.commands.items():
                gather(inner, f"{words} {name}".strip())
        else:
            found[words] = command

    gather(typer.main.get_command(application), "")
    return found


COMMANDS = commands()
CALLS = sorted(set(re.findall(r"(?:\$ |`)sentinel ([a-z][^\n`#]*)", README)))


def test_the_readme_calls_the_program() -> None:
    """There is something to check: the commands for a person's own machine are shown."""
    assert {"scan", "explain", "surface", "baseline write", "init"} <= {named(call) for call in CALLS}


def named(call: str) -> str:
    """The command that a line calls."""
    words = call.split()
    return next(name for name in (" ".join(words[:2]), words[0]) if name in COMMANDS)


@pytest.mark.parametrize("call", CALLS)
def test_every_call_is_understood(call: str) -> None:
    """Command and options exist, and the arguments are what the command takes."""
    command = COMMANDS[named(call)]
    arguments = call.split()[len(named(call).split()) :]
    assert command.make_context(named(call), arguments).command is command


def test_every_format_is_named() -> None:
    """`--format` takes what the README says."""
    from sentinel.scan_command import Format

    (sentence,) = re.findall(r"`--format` takes ([^.]*)\.", README)
    assert sorted(one.value for one in Format) == sorted(re.findall(r"`(\w+)`", sentence))


def test_exit_codes_are_those_of_the_program() -> None:
    """The table has each code once, with the program's own numbers in it."""
    (part,) = re.findall(r"### Exit codes\n\n(.*?)\n\n", README, re.S)
    told = {int(code): words for code, words in re.findall(r"^\| (\d) \| (.*) \|$", part, re.M)}
    assert [EXIT_CLEAN, EXIT_BLOCKED, UsageError.exit_code, EXIT_INCOMPLETE] == list(told)
    assert (ScanError.exit_code, ConfigurationError.exit_code) == (EXIT_INCOMPLETE, UsageError.exit_code)
    words = ("nothing blocks", "new findings", "wrong option", "incomplete")
    assert [] == [word for word, said in zip(words, told.values(), strict=True) if word not in said]


def test_the_configuration_that_is_shown_is_one() -> None:
    """Every TOML example of a configuration is read without complaint, and names only what a file may set."""
    (example,) = [text for text in blocks("toml") if "fail-on" in text]
    settings = build({}, example.encode(), CONFIG_PATH)
    assert (("third_party/",), 1) == (settings.exclude, len(settings.suppress))
    assert set(tomli.loads(example)) <= set(CONFIGURABLE)


@pytest.mark.parametrize("text", [text for text in blocks("yaml") if "mcp-sentinel@" in text])
def test_workflows_use_inputs_that_exist(text: str) -> None:
    """Each step that uses the action gives inputs of it, and outputs that are read are declared."""
    steps = [step for step in nested(yaml.safe_load(text)) if "mcp-sentinel" in str(step.get("uses", ""))]
    assert steps
    assert [] == [name for step in steps for name in step.get("with", {}) if name not in ACTION["inputs"]]
    assert [] == [name for name in re.findall(r"steps\.sentinel\.outputs\.([a-z-]+)", text) if name not in ACTION["outputs"]]


def test_the_hook_that_is_shown_is_offered() -> None:
    """pre-commit finds the README's hook in this repository at a version of ours, and it runs a command that exists."""
    offered = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    (repository,) = (one for text in blocks("yaml") for one in nested(yaml.safe_load(text)) if "hooks" in one)
    assert f"v{__version__}" == repository["rev"]
    assert list(offered) == [hook["id"] for hook in repository["hooks"]]
    for hook in offered.values():
        program, name, *arguments = hook["entry"].split()
        assert ("sentinel", "scan") == (program, name)
        assert COMMANDS[name].make_context(name, arguments).params["no_baseline"] is False


def nested(value: Any) -> list[dict[str, Any]]:
    """Every mapping in a document."""
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [*([value] if isinstance(value, dict) else []), *(found for one in inner for found in nested(one))]


def test_every_family_is_told_of() -> None:
    """The families of the table are those of the rules."""
    told = {re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower() for name in re.findall(r"^\| \*\*(\w+)\*\* \|", README, re.M)}
    assert {family.value for family in Family} == told == {rule.card.family.value for rule in RULES}


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\b(?:[a-z]+-)*[a-z]+/[a-z]+(?:-[a-z]+)+\b", README))))
def test_a_rule_that_is_named_exists(name: str) -> None:
    """What looks like a rule of one of the families is one."""
    if name.partition("/")[0] in {family.value for family in Family}:
        assert name in {rule.identity for rule in RULES}


def test_every_rule_has_its_page() -> None:
    """Each page lies where the README, SARIF and the comments link to, and is listed. `make docs` writes them."""
    listed = (ROOT / "docs/rules/README.md").read_text("utf-8")
    pages = [f"{rule.identity}.md" for rule in RULES]
    assert [] == [page for page in pages if page not in listed or not (ROOT / "docs/rules" / page).is_file()]


def test_every_link_within_the_repository_leads_somewhere() -> None:
    """Files and pictures that the README names are there."""
    targets = [one for one in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in one]
    assert len(targets) > 3
    assert [] == [one for one in targets if not (ROOT / one).exists()]
