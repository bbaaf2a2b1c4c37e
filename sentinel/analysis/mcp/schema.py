"""What the readers of every language share about a tool's input schema."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sentinel.model.surface import Text

HINTS = frozenset({"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"})
"""Tool annotations of the MCP specification (2025-06-18, section Tools)."""


@dataclass(frozen=True, slots=True)
class ParameterTexts:
    """The texts found so far for one parameter."""

    name: str
    texts: tuple[Text, ...] = ()
    is_constrained: bool = False

    def add(self, text: Text) -> ParameterTexts:
        """With one more text."""
        return replace(self, texts=(*self.texts, text))

    def constrained(self) -> ParameterTexts:
        """With the knowledge that its values are limited."""
        return replace(self, is_constrained=True)
