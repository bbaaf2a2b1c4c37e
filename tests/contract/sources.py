"""What the modules of the program import, read from their syntax trees without importing them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


class Import(NamedTuple):
    """One imported name: `target` is dotted and absolute (`os.environ` for both spellings of it)."""

    module: str
    """The importing module, dotted."""
    target: str
    at_top: bool
    """Not inside a function, nor under `if TYPE_CHECKING`: it happens when the module is imported."""

    def __str__(self) -> str:
        return f"{self.module} imports {self.target}"


@cache
def imports_of_program() -> tuple[Import, ...]:
    """All imports of the package and of `entrypoint.py`, in the order of the paths."""
    paths = [ROOT / "entrypoint.py", *sorted((ROOT / "sentinel").rglob("*.py"))]
    return tuple(found for path in paths for found in imports_of(path.read_text("utf-8"), *_name_of(path)))


def imports_of(source: str, module: str, is_package: bool = False) -> Iterator[Import]:
    """The imports of one module, and its uses of `os.environ` and `os.getenv`."""
    package = module if is_package else module.rpartition(".")[0]
    for node, at_top in _nodes(ast.parse(source), True):
        for target in _targets(node, package):
            yield Import(module, target, at_top)


def imports_by_name(distributions: set[str]) -> set[str]:
    """Those of the import names that stand as a text in a module that calls `import_module`."""
    sources = [path.read_text("utf-8") for path in sorted((ROOT / "sentinel").rglob("*.py"))]
    trees = [ast.parse(source) for source in sources if "import_module(" in source]
    texts = {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return distributions & texts


def _targets(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        base = ".".join([*parents, *([node.module] if node.module else [])])
        yield from (f"{base}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
        if node.attr in ("environ", "environb", "getenv", "putenv"):
            yield f"os.{node.attr}"


def _nodes(node: ast.AST, at_top: bool) -> Iterator[tuple[ast.AST, bool]]:
    for child in ast.iter_child_nodes(node):
        yield child, at_top
        is_late = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or _is_for_types(child)
        yield from _nodes(child, at_top and not is_late)


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def _name_of(path: Path) -> tuple[str, bool]:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return (".".join(parts[:-1]), True) if parts[-1] == "__init__" else (".".join(parts), False)
