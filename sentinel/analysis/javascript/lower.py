"""From tree-sitter's syntax trees to the small language of `program`: bounded in depth, tolerant of what does not parse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.javascript.program import (
    Program,
)

if TYPE_CHECKING:
    from tree_sitter import Tree
from sentinel.analysis.javascript.lower_expressions import EXPRESSIONS
from sentinel.analysis.javascript.lower_functions import FUNCTIONS
from sentinel.analysis.javascript.lower_statements import STATEMENTS
from sentinel.analysis.javascript.lowering import Lowering


def lower(tree: Tree, data: bytes) -> Program:
    """The module that the tree was parsed from; `data` is what was parsed."""
    lowering = Lowering(data, {**EXPRESSIONS, **FUNCTIONS, **STATEMENTS})
    program = Program((), lowering.truncated)
    program.statements = lowering.statements(tree.root_node.named_children)
    return program
