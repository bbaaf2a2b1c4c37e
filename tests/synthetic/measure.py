"""Compares what the flows say of a program with its truth."""

from __future__ import annotations

from dataclasses import dataclass

from sentinel.model.flow import SinkKind, SourceKind
from tests.analysis.python.workspace import found
from tests.synthetic.programs import Program


@dataclass
class Tally:
    """Programs by truth and answer."""

    right: int = 0
    missed: int = 0
    wrong: int = 0
    quiet: int = 0

    def add(self, is_vulnerable: bool, is_told: bool) -> None:
        """Count one program."""
        if is_vulnerable:
            self.right += is_told
            self.missed += not is_told
        else:
            self.wrong += is_told
            self.quiet += not is_told

    @property
    def programs(self) -> int:
        """How many were counted."""
        return self.right + self.missed + self.wrong + self.quiet


def is_told(program: Program) -> bool:
    """Whether a flow from the tool's argument to the shell is told of."""
    return any(flow.source.kind is SourceKind.TOOL_ARGUMENT and flow.sink.kind is SinkKind.SHELL for flow in found(program.text))


def rates(tally: Tally) -> tuple[float, float, float]:
    """Recall, precision, and the share of harmless programs that stay silent; 1.0 where there is nothing to divide by."""

    def share(part: int, rest: int) -> float:
        return part / (part + rest) if part + rest else 1.0

    return share(tally.right, tally.missed), share(tally.right, tally.wrong), share(tally.quiet, tally.wrong)
