"""What imports bind names to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.python.frames import Frame
from sentinel.analysis.python.locating import locate, located
from sentinel.analysis.python.modules import Folder, Import
from sentinel.analysis.python.toplevel import COMMENT, FROM, Statement
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import Value

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

STAR_IMPORTS: dict[str, tuple[str, ...]] = {
    "os": ("system", "popen", "remove", "listdir"),
    "subprocess": ("run", "call", "Popen", "check_output", "check_call", "getoutput"),
    "flask": ("Flask", "request", "redirect", "render_template_string", "make_response", "send_file", "Markup"),
    "pickle": ("loads", "load"),
    "os.path": ("join", "realpath", "basename"),
    "django.http": ("HttpResponse", "HttpResponseRedirect"),
}


def import_text(walker: Walker, statement: Statement, frame: Frame, wanted: str) -> bool:
    """Bind the names of a plain `from` import, or the wanted one, read as text, which costs a tenth of copying its tree;
    whether it was one."""
    found = FROM.fullmatch(COMMENT.sub(b"", frame.module.data[statement.start : statement.end]))
    if found is None:
        return False
    dots, dotted, names = (group.decode("ascii", "replace") for group in found.groups())
    for part in names.split(","):
        words = part.split()
        if words and wanted in ("", words[-1]):
            frame.env[words[-1]] = imported(walker, dotted, words[0], len(dots), frame)
    return True


def import_names(walker: Walker, node: Node, frame: Frame) -> None:
    """Walk `import ...`."""
    for child in node.all("name"):
        alias = child.get("alias") if child.kind == "aliased_import" else None
        dotted = walker.text(frame, child.fields.get("name", child))
        if alias is not None:
            frame.env[walker.text(frame, alias)] = imported(walker, dotted, "", 0, frame)
        else:
            head, _, rest = dotted.partition(".")
            made = imported(walker, head, "", 0, frame)
            if rest and made.target is None and located(walker.workspace, frame.module.path, dotted):
                made = Value(ref=head, target=Folder(head), opaque=True)
            frame.env[head] = made


def import_from(walker: Walker, node: Node, frame: Frame) -> None:
    """Walk `from ... import ...`."""
    source = node.get("module_name")
    if source is None:
        return
    text = walker.text(frame, source).replace(" ", "")
    dotted = text.lstrip(".")
    level = len(text) - len(dotted)
    for child in node.all("name"):
        name = child.fields.get("name", child)
        alias = child.get("alias") if child.kind == "aliased_import" else None
        attribute = walker.text(frame, name)
        frame.env[walker.text(frame, alias or name)] = imported(walker, dotted, attribute, level, frame)
    if any(child.kind == "wildcard_import" for child in node.children):
        _import_all(walker, dotted, level, frame)


def _import_all(walker: Walker, dotted: str, level: int, frame: Frame) -> None:
    path = locate(walker.workspace, frame.module.path, dotted, level)
    module = walker.load(path) if path else None
    if module is not None and module is not frame.module:
        top = walker.module_frame(module)
        for name in (*module.functions, *module.classes, *top.env, *top.later):
            if not name.startswith(("_", "@")):
                frame.env.setdefault(name, walker.member(module, name, name))
    elif not path:
        for name in STAR_IMPORTS.get(dotted, ()):
            frame.env.setdefault(name, Value(ref=f"{dotted}.{name}"))


def imported(walker: Walker, dotted: str, attribute: str, level: int, frame: Frame) -> Value:
    """The value of an imported name; of the workspace's modules only the place is noted, they are read when needed."""
    ref = "." * level + (f"{dotted}.{attribute}" if attribute and dotted else attribute or dotted)  # `.requests` is not `requests`
    path = locate(walker.workspace, frame.module.path, dotted, level)
    if attribute:
        inner = locate(walker.workspace, frame.module.path, f"{dotted}.{attribute}" if dotted else attribute, level)
        if inner and not (path and not path.endswith("/__init__.py")):
            return Value(ref=ref, target=Import(inner), opaque=True)
    if path and path != frame.module.path:
        return Value(ref=ref, target=Import(path, attribute), opaque=True)
    return Value(ref=ref, opaque=True)
