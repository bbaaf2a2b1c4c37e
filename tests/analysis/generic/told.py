"""What the walk tells of a small file, in a form that is easy to compare."""

from __future__ import annotations

from sentinel.analysis.generic.flows import flows
from sentinel.model.document import Document, Language, Skip
from sentinel.model.flow import Flow

_SUFFIXES = {
    Language.GO: "go",
    Language.JAVA: "java",
    Language.CSHARP: "cs",
    Language.RUBY: "rb",
    Language.PHP: "php",
    Language.RUST: "rs",
    Language.SHELL: "sh",
}


def found(language: Language, text: str | bytes) -> list[Flow | Skip]:
    """Everything the walk yields."""
    data = text if isinstance(text, bytes) else text.encode()
    return list(flows(Document(f"m.{_SUFFIXES[language]}", data, language)))


def told(language: Language, text: str) -> list[tuple[str, str]]:
    """The kinds of sinks and sources of the flows, in order, without those that nobody's data starts."""
    kept = [one for one in found(language, text) if isinstance(one, Flow) and one.source.kind.value != "parameter"]
    return [(one.sink.kind.value, one.source.kind.value) for one in kept]
