"""One document as the walk knows it."""

from __future__ import annotations

from functools import cached_property

from sentinel.analysis.generic.forms import Function, Kind, Program
from sentinel.analysis.generic.values import Value
from sentinel.model.document import Document


class Unit:
    """A document in the common form, with its functions by name and what is remembered of its calls."""

    def __init__(self, document: Document, program: Program, own: frozenset[str]) -> None:
        self.document = document
        self.program = program
        self.named: dict[str, list[Function]] = {}
        for function in program.functions:
            if function.name:
                self.named.setdefault(function.name, []).append(function)
        self.fitting: dict[tuple[str, int], Function | None] = {}
        """By a name and a number of arguments, the function that is meant."""
        self.results: dict[tuple[int, int, str], Value] = {}
        """Of the calls that were evaluated, by their place."""
        self._own = own

    @cached_property
    def called(self) -> frozenset[str]:
        """The names of everything that the document calls."""
        return self._calls[0]

    @cached_property
    def called_on_itself(self) -> frozenset[str]:
        """The names of what is called on the object that the caller belongs to."""
        return self._calls[1]

    @cached_property
    def _calls(self) -> tuple[frozenset[str], frozenset[str]]:
        made: set[str] = set()
        on_itself: set[str] = set()
        waiting = [self.program.body, *(function.body for function in self.program.functions)]
        while waiting:
            form = waiting.pop()
            if form.kind is Kind.CALL:
                made.add(form.name)
                if form.parts and form.parts[0].kind is Kind.NAME and form.parts[0].name in self._own:
                    on_itself.add(form.name)
            waiting += form.parts
        return frozenset(made), frozenset(on_itself)
