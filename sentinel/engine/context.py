"""What a finding is worth where it stands: in tests, examples and documentation less than in the program.

A secret is one wherever it stands, so its rules decide for themselves; a match that brings its own `context` is left alone. What is
read by an agent is an instruction whatever its folder, so the families about prompts and tools step down less.

| family                       | tests            | examples         | documentation    |
| ---------------------------- | ---------------- | ---------------- | ---------------- |
| secrets                      | -                | -                | -                |
| code-injection, supply-chain | severity 2 lower | severity 1 lower | severity 1 lower |
| prompt-injection             | severity 2 lower | -                | severity 1 lower |
| tool-poisoning               | severity 2 lower | -                | severity 1 lower |

A document with several of the roles takes the largest step; agent configuration, instruction files and workflows take none
for being documentation or examples.
"""

from __future__ import annotations

from sentinel.model.document import Document, Role
from sentinel.model.rule import Family, Severity

_WORDS = {Role.TEST: "in a test", Role.EXAMPLE: "in an example", Role.DOCUMENTATION: "in documentation"}
_CODE = {Role.TEST: 2, Role.EXAMPLE: 1, Role.DOCUMENTATION: 1}
_TEXT = {Role.TEST: 2, Role.DOCUMENTATION: 1}
_STEPS: dict[Family, dict[Role, int]] = {
    Family.SECRETS: {},
    Family.CODE_INJECTION: _CODE,
    Family.SUPPLY_CHAIN: _CODE,
    Family.PROMPT_INJECTION: _TEXT,
    Family.TOOL_POISONING: _TEXT,
}
_LIVE = frozenset({Role.AGENT_CONFIG, Role.INSTRUCTION, Role.WORKFLOW})
"""Roles that mean the file acts by standing where it stands."""


def lowered(family: Family, severity: Severity, document: Document) -> tuple[Severity, str]:
    """The severity in this document, and in a few words why it differs; empty when it does not."""
    steps, why = 0, ""
    for role, step in _STEPS[family].items():
        if role in document.roles and step > steps and (role is Role.TEST or document.roles.isdisjoint(_LIVE)):
            steps, why = step, _WORDS[role]
    if not steps or severity is Severity.LOW:
        return severity, ""
    return Severity(max(severity - steps, Severity.LOW)), why
