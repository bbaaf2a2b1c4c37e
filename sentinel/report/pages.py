"""The rules' pages under `docs/rules/`, made from the rules themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sentinel.model.rule import Example, Family, Item, Rule
from sentinel.report import escape, words

_ITEMS: dict[Item, str] = {
    Item.DOCUMENT: "files",
    Item.FLOW: "data flows from a source to a sink",
    Item.TOOL: "tools, prompts and resources",
    Item.SERVER: "servers made in code",
    Item.INSTRUCTION: "texts that agents read as instructions",
    Item.DEPENDENCY: "dependencies",
    Item.LAUNCH: "commands and servers that a configuration starts",
    Item.WORKFLOW: "workflows",
    Item.WORKSPACE: "the tree as a whole",
}
_MOST_EXAMPLES = 3
_JOINED = "In examples, `{{` and `}}` break up what looks like a secret, lest it be taken for one here."


def render_pages(rules: Iterable[Rule]) -> dict[str, str]:
    """path below `docs/rules` -> text: one page a rule, and `README.md`, the list of all. Sorted by path."""
    ordered = sorted(rules, key=lambda rule: rule.identity)
    pages = {f"{rule.identity}.md": page(rule) for rule in ordered}
    return dict(sorted((pages | {"README.md": index(ordered)}).items()))


def index(rules: Iterable[Rule]) -> str:
    """All rules by family, with what a reader chooses by."""
    ordered = sorted(rules, key=lambda rule: rule.identity)
    return "\n".join(_index(ordered)) + "\n"


def _index(rules: list[Rule]) -> Iterator[str]:
    yield "# Rules"
    yield ""
    yield f"{words.count(len(rules), 'rule')} in five families. Made from the rules by `make docs`; do not edit."
    yield ""
    yield "An **error** is critical or high with at least medium confidence, a **warning** medium with at least medium"
    yield "confidence, or high and above with low. The rest are **notes**, which never comment and never block."
    for family in Family:
        mine = [rule for rule in rules if rule.card.family is family]
        if mine:
            yield ""
            yield f"## {words.FAMILIES[family]}"
            yield ""
            yield "| Rule | What it finds | Severity | Confidence | Level | CWE |"
            yield "| --- | --- | --- | --- | --- | --- |"
            yield from map(_index_row, mine)


def _index_row(rule: Rule) -> str:
    card = rule.card
    name = rule.identity.partition("/")[2]
    cells = [
        f"[`{name}`]({rule.identity}.md)",
        escape.prose(rule.title),
        card.severity.label,
        card.confidence.label,
        card.level.value,
    ]
    return f"| {' | '.join(cells)} | [{card.cwe}](https://cwe.mitre.org/data/definitions/{card.cwe}.html) |"


def page(rule: Rule) -> str:
    """One rule: its card, its page, examples on both sides, and how to silence it."""
    parts = [f"# {escape.prose(rule.title)}", f"`{rule.identity}`", _card(rule)]
    for heading in ("Why it matters", "What to do", "Known limits"):
        if body := rule.section(heading):
            parts.append(f"## {heading}\n\n{body}")
    parts += _examples("Flagged", rule.card.bad)
    parts += _examples("Not flagged", rule.card.good)
    if any("{{" in example.text for example in (*rule.card.bad[:_MOST_EXAMPLES], *rule.card.good[:_MOST_EXAMPLES])):
        parts.append(_JOINED)
    parts.append(_silence(rule))
    if body := rule.section("References"):
        parts.append(f"## References\n\n{body}")
    return "\n\n".join(parts) + "\n"


def _card(rule: Rule) -> str:
    from sentinel.report.sarif import security_severity

    card = rule.card
    better = ", ".join(f"`{name}`" for name in card.yields_to)
    rows = [
        ("Severity", f"{card.severity.label} (CVSS 3.1 {security_severity(card.cvss)}, `{card.cvss}`)"),
        ("Confidence", card.confidence.label),
        ("Level", card.level.value),
        ("Looks at", _ITEMS[card.on]),
        ("CWE", f"[CWE-{card.cwe}](https://cwe.mitre.org/data/definitions/{card.cwe}.html)"),
        ("OWASP", ", ".join(card.owasp)),
        ("Languages", ", ".join(sorted(language.value for language in card.languages))),
        ("Files", ", ".join(f"`*{name}`" for name in card.names)),
        ("Silent where", f"{better} tells of the same place, or of a step there" if better else ""),
        ("Formerly", ", ".join(f"`{name}`" for name in card.formerly)),
    ]
    return "\n".join(["| | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows if value)])


def _examples(heading: str, examples: tuple[Example, ...]) -> Iterator[str]:
    """The first few; all of them are tests."""
    for number, example in enumerate(examples[:_MOST_EXAMPLES]):
        title = f"## {heading}\n\n" if number == 0 else ""
        lines = f", {'line' if len(example.lines) == 1 else 'lines'} {', '.join(map(str, example.lines))}" if example.lines else ""
        where = f"`{example.path}`{lines}:" if example.path else f"{lines.removeprefix(', ').capitalize()}:" if lines else ""
        body = escape.fence(example.text.strip("\n"), _info(example))
        yield f"{title}{where}\n\n{body}" if where else f"{title}{body}"


def _info(example: Example) -> str:
    """The fence's language, from the example's path."""
    suffix = example.path.rpartition(".")[2].lower() if "." in example.path else ""
    return {"py": "python", "ts": "typescript", "js": "javascript", "md": "markdown", "yml": "yaml"}.get(suffix, suffix)


def _silence(rule: Rule) -> str:
    return (
        f"## Silence it\n\nOn the line or the one above it, in the comment syntax of the file, with your reason:\n\n"
        f"```text\n# sentinel: ignore[{rule.identity}] your reason\n```\n\nOr in `.sentinel/config.toml`:\n\n"
        f'```toml\n[[suppress]]\npath = "path/of/the/file"\nrule = "{rule.identity}"\nreason = "your reason"\n```'
    )
