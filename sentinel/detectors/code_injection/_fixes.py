"""Exact cures for commands: an argument list instead of a line for a shell, quoting where the shell has to stay, and `--`.

A cure is offered only where nothing is left to guess. The line must be a template whose words can be told apart as it stands in
the source; the program must not be a word of the shell itself; what the data may be (one word) follows from its name; and
everything that the new code calls must be there already. In doubt there is no cure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from sentinel.analysis.python.pieces import tree_around
from sentinel.analysis.syntax import can_parse, parse
from sentinel.model.document import Document, Language, Skip
from sentinel.model.expression import expression
from sentinel.model.flow import Flow
from sentinel.model.rule import Edit, Fix, Workspace

if TYPE_CHECKING:
    from tree_sitter import Node

LIST_TITLE = "Start the program with a list of arguments, without a shell"
QUOTE_TITLE = "Quote the data for the shell"
END_TITLE = "End the options before the data"

_PYTHON_CALLS = frozenset(f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen"))
_SCRIPT_CALLS = {"exec": "execFile", "execSync": "execFileSync"}
_KNOWN_OPTIONS = frozenset({"object", "arrow_function", "function_expression"})
_SHELL_MARKS = expression(r"[\"'`;&|<>(){}$\\*?~#\n\r!\[\]^%]")
"""What a shell (or `cmd.exe`) reads as more than a letter of a word."""
_WORDS_OF_THE_SHELL = frozenset(
    "cd export source . set unset alias type eval exec read ulimit umask trap wait if for while case until time command builtin"
    " start dir copy del move ren md rd cls call npm npx yarn pnpm pushd popd history jobs fg bg let declare local".split()
)
_SEVERAL_WORDS = expression(
    r"(?i)(?:args?|arguments?|options?|opts|flags?|params?|command|cmd|line|extras?|switches|list|files|"
    r"paths|names|hosts)$"
)
"""Names of values that may be meant as several words, or as a piece of a command."""
_FUNCTIONS = frozenset({"function_definition", "arrow_function", "function_declaration", "method_definition"})
_ONE_WORD = frozenset({"identifier", "attribute", "member_expression", "subscript", "subscript_expression"})
_ENDS = {
    "git": frozenset({"clone", "ls-remote", "add", "rm", "mv", "init"}),
    **dict.fromkeys(
        "rm cp mv mkdir rmdir cat ls touch chmod chown rsync scp ssh wget curl grep head tail wc du".split(), frozenset()
    ),
}
"""Programs, and commands of theirs, for which `--` before what is no option changes nothing else."""
_ENDING = frozenset({"--"})


class Piece(NamedTuple):
    """A part of a text: words of the program's own, or an expression as it is written."""

    text: str
    is_code: bool


def command_fix(flow: Flow, workspace: Workspace) -> Fix | None:
    """The cure of a line that a shell reads: a list of arguments where that is the same, else quoting."""
    found = _call_of(flow, workspace)
    if found is None:
        return None
    document, call = found
    if document.language is Language.PYTHON:
        return _python_list(document, call) or _python_quotes(document, call)
    return _script_list(document, call)


def option_fix(flow: Flow, workspace: Workspace) -> Fix | None:
    """`--` before the data, in a list that is written out and starts a program that ends its options so."""
    found = _call_of(flow, workspace)
    if found is None:
        return None
    document, call = found
    listed = _words_of(document, call)
    if listed is None:
        return None
    at = _place_for_the_end([_literal(document, node) for node in listed], listed)
    if at is None:
        return None
    quote = _quote_of(document, listed[0])
    start = listed[at].start_byte
    return Fix(END_TITLE, (Edit(document.span(start, start), f"{quote}--{quote}, "),))


def _call_of(flow: Flow, workspace: Workspace) -> tuple[Document, Node] | None:
    """The document and the call that the sink names; None when the span was shortened or the text cannot be read."""
    document = workspace.read(flow.sink.span.path)
    if document is None or not can_parse(document.language):
        return None
    span = flow.sink.span
    start, end = (document.offset(line, column) for line, column in ((span[1], span[2]), (span[3], span[4])))
    tree = tree_around(document, start) if document.language is Language.PYTHON else parse(document)
    if isinstance(tree, Skip):
        return None
    node: Node | None = tree.root_node.descendant_for_byte_range(start, end)
    while node is not None and node.type in ("await", "await_expression", "expression_statement"):
        node = node.named_children[0] if node.named_children else None
    if node is None or node.type not in ("call", "call_expression") or (node.start_byte, node.end_byte) != (start, end):
        return None
    return (document, node) if not node.has_error else None


def _text(document: Document, node: Node | None) -> str:
    return document.data[node.start_byte : node.end_byte].decode("utf-8", "replace") if node is not None else ""


def _positional(call: Node) -> list[Node]:
    listed = call.child_by_field_name("arguments")
    return [child for child in (listed.named_children if listed is not None else ()) if child.type != "comment"]


# -- Python ------------------------------------------------------------------------------------------------------------------------


def _python_list(document: Document, call: Node) -> Fix | None:
    """`subprocess.run(f"ping {host}", shell=True)` becomes `subprocess.run(["ping", host])`."""
    given = _positional(call)
    keywords = {_text(document, node.child_by_field_name("name")): node for node in given if node.type == "keyword_argument"}
    shell = keywords.get("shell")
    if _text(document, call.child_by_field_name("function")) not in _PYTHON_CALLS or shell is None or "executable" in keywords:
        return None
    if _text(document, shell.child_by_field_name("value")) != "True" or any(n.type.endswith("splat") for n in given):
        return None
    if given[0].type == "keyword_argument" or sum(node.type != "keyword_argument" for node in given) != 1:
        return None
    words = _split(_python_pieces(document, given[0]))
    made = _python_words(document, given[0], words) if words is not None else None
    if made is None:
        return None
    before = shell.prev_named_sibling
    if before is None or before.type == "comment":
        return None
    cut = Edit(document.span(before.end_byte, shell.end_byte), "")
    line = Edit(document.span(given[0].start_byte, given[0].end_byte), f"[{', '.join(made)}]")
    return Fix(LIST_TITLE, (line, cut))


def _python_words(document: Document, node: Node, words: list[list[Piece]]) -> list[str] | None:
    is_joined = node.type == "binary_operator"
    texts = {piece.text for word in words for piece in word if piece.is_code}
    certain = {text for text in texts if is_joined or _is_annotated_text(document, node, text)}
    if any('"' in text or "\\" in text for word in words if len(word) > 1 for text, is_code in word if is_code):
        return None  # quotes within an f-string's expression need Python 3.12
    made = [_python_word(word, certain) for word in words]
    return _with_end(words, made, '"--"')


def _python_word(word: list[Piece], certain: set[str]) -> str:
    if len(word) == 1:
        piece = word[0]
        if not piece.is_code:
            return f'"{piece.text}"'
        return piece.text if piece.text in certain else f"str({piece.text})"
    return 'f"' + "".join(f"{{{piece.text}}}" if piece.is_code else piece.text for piece in word) + '"'


def _python_quotes(document: Document, call: Node) -> Fix | None:
    """`os.system(f"ls {name} | wc -l")` becomes `os.system(f"ls {shlex.quote(name)} | wc -l")`, where `shlex` is imported."""
    given = _positional(call)
    if not given or document.first(re.compile(rb"^import (?:[\w., ]+, )?shlex\b", re.MULTILINE)) is None:
        return None
    pieces = _python_pieces(document, given[0])
    if pieces is None or not _can_be_quoted(pieces):
        return None
    edits = []
    is_joined = given[0].type == "binary_operator"
    for node in _codes(given[0]):
        text = _text(document, node)
        inner = text if is_joined or _is_annotated_text(document, node, text) else f"str({text})"
        edits.append(Edit(document.span(node.start_byte, node.end_byte), f"shlex.quote({inner})"))
    return Fix(QUOTE_TITLE, tuple(edits)) if edits else None


def _can_be_quoted(pieces: list[Piece]) -> bool:
    """Whether every expression stands as an argument, outside of quotes, and is one word by its name."""
    before = ""
    for piece in pieces:
        if not piece.is_code:
            before += piece.text
            continue
        if before.count("'") % 2 or before.count('"') % 2 or "`" in before or "$(" in before or "\\" in before or "<<" in before:
            return False
        if _is_several_words(piece.text) or not re.search(r"[\w./-]\s+\S*\Z", re.split(r"[;&|\n]", before)[-1]):
            return False
        before += "x"
    return bool(before)


def _python_pieces(document: Document, node: Node) -> list[Piece] | None:
    """The parts of an f-string or of texts and names joined by `+`; None for everything else."""
    if node.type == "string":
        return _python_string(document, node)
    if node.type == "binary_operator" and _text(document, node.child_by_field_name("operator")) == "+":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        first = _python_pieces(document, left) if left is not None else None
        second = _python_pieces(document, right) if right is not None else None
        return first + second if first is not None and second is not None else None
    return [Piece(_text(document, node), True)] if node.type in _ONE_WORD else None


def _python_string(document: Document, node: Node) -> list[Piece] | None:
    if not re.match(r"f?(?:\"(?!\"\")|'(?!''))", _text(document, node)):
        return None
    pieces: list[Piece] = []
    for child in node.named_children:
        if child.type == "string_content":
            text = _text(document, child)
            if "\\" in text or "{{" in text or "}}" in text:
                return None
            pieces.append(Piece(text, False))
        elif child.type == "interpolation":
            expression = child.child_by_field_name("expression")
            if expression is None or expression.type not in _ONE_WORD or len(child.named_children) != 1:
                return None
            pieces.append(Piece(_text(document, expression), True))
    return pieces


def _codes(node: Node) -> Iterator[Node]:
    """The expressions of a text, in order."""
    if node.type == "interpolation":
        expression = node.child_by_field_name("expression")
        if expression is not None:
            yield expression
    elif node.type in ("string", "binary_operator"):
        for child in node.named_children:
            yield from _codes(child)
    elif node.type in _ONE_WORD:
        yield node


def _is_annotated_text(document: Document, node: Node, name: str) -> bool:
    """Whether a parameter of the function around says that it is a text."""
    current: Node | None = node
    while current is not None and current.type not in _FUNCTIONS:
        current = current.parent
    taken = _text(document, current.child_by_field_name("parameters")) if current is not None else ""
    return bool(re.search(rf"\b{re.escape(name)}\s*:\s*(?:str|string)\s*(?=[,)=])", taken))


# -- JavaScript --------------------------------------------------------------------------------------------------------------------


def _script_list(document: Document, call: Node) -> Fix | None:
    """`execSync(`ping ${host}`)` becomes `execFileSync("ping", [host])`, where the other function is at hand."""
    callee = call.child_by_field_name("function")
    owner, _, name = _text(document, callee).rpartition(".")
    given = _positional(call)
    other = _SCRIPT_CALLS.get(name)
    if other is None or callee is None or not given or not _is_at_hand(document, owner, other):
        return None
    options = given[1] if len(given) > 1 else None
    if options is not None and (options.type not in _KNOWN_OPTIONS or "shell" in _text(document, options)):
        return None
    words = _split(_script_pieces(document, given[0]))
    if words is None:
        return None
    made = _with_end(words, [_script_word(document, given[0], word) for word in words], '"--"')
    if made is None:
        return None
    new_name = f"{owner}.{other}" if owner else other
    return Fix(
        LIST_TITLE,
        (
            Edit(document.span(callee.start_byte, callee.end_byte), new_name),
            Edit(document.span(given[0].start_byte, given[0].end_byte), f"{made[0]}, [{', '.join(made[1:])}]"),
        ),
    )


def _is_at_hand(document: Document, owner: str, other: str) -> bool:
    """Whether the file imports the function, or the whole module under the name that the call uses."""
    module = rb"['\"](?:node:)?child_process['\"]"
    if owner:
        held = re.escape(owner.encode())
        whole = (
            rb"(?:import\s+(?:\*\s+as\s+)?"
            + held
            + rb"\s+from\s+"
            + module
            + rb"|\b"
            + held
            + rb"\s*=\s*require\(\s*"
            + module
            + rb")"
        )
        return document.first(re.compile(whole)) is not None
    named = rb"\{[^{}:]*\b" + other.encode() + rb"\b\s*[,}][^;\n]*(?:from\s+|require\(\s*)" + module
    return document.first(re.compile(named)) is not None


def _script_pieces(document: Document, node: Node) -> list[Piece] | None:
    if node.type == "string":
        text = _text(document, node)[1:-1]
        return [Piece(text, False)] if "\\" not in text else None
    if node.type == "template_string":
        return _script_template(document, node)
    if node.type == "binary_expression" and _text(document, node.child_by_field_name("operator")) == "+":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        first = _script_pieces(document, left) if left is not None else None
        second = _script_pieces(document, right) if right is not None else None
        return first + second if first is not None and second is not None else None
    return [Piece(_text(document, node), True)] if node.type in _ONE_WORD else None


def _script_template(document: Document, node: Node) -> list[Piece] | None:
    pieces: list[Piece] = []
    for child in node.named_children:
        text = _text(document, child)
        if child.type == "string_fragment":
            pieces.append(Piece(text, False))
        elif child.type != "template_substitution" or not child.named_children or child.named_children[0].type not in _ONE_WORD:
            return None
        else:
            pieces.append(Piece(_text(document, child.named_children[0]), True))
    return pieces


def _script_word(document: Document, node: Node, word: list[Piece]) -> str:
    if len(word) > 1:
        return "`" + "".join(f"${{{piece.text}}}" if piece.is_code else piece.text for piece in word) + "`"
    piece = word[0]
    if not piece.is_code:
        return f'"{piece.text}"'
    return piece.text if _is_annotated_text(document, node, piece.text) else f"String({piece.text})"


# -- Words -------------------------------------------------------------------------------------------------------------------------


def _is_several_words(expression: str) -> bool:
    """Whether the name of a value says that it may be several words, or a piece of a command."""
    names = re.findall(r"\w+", expression)
    return not names or _SEVERAL_WORDS.search(names[-1]) is not None


def _split(pieces: list[Piece] | None) -> list[list[Piece]] | None:
    """The words of a line, each of its pieces; None when a shell would read more into it, or a word may be several."""
    if not pieces or not any(piece.is_code for piece in pieces):
        return None
    words: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.is_code:
            if _is_several_words(piece.text):
                return None
            words[-1].append(piece)
            continue
        if _SHELL_MARKS.search(piece.text):
            return None
        for number, part in enumerate(re.split(r"[ \t]+", piece.text)):
            if number:
                words.append([])
            if part:
                words[-1].append(Piece(part, False))
    words = [word for word in words if word]
    program = words[0]
    if len(words) < 2 or len(program) > 1 or program[0].is_code or "=" in program[0].text:
        return None
    return words if program[0].text not in _WORDS_OF_THE_SHELL else None


def _with_end(words: list[list[Piece]], made: list[str], end: str) -> list[str] | None:
    """The words as they are written, with `--` where the program takes it; None when the data could still be an option."""
    from sentinel.detectors.code_injection.option_in_arguments import PROGRAMS

    program = words[0][0].text.rpartition("/")[2]
    if program not in PROGRAMS:
        return made
    if all(word[0].text.startswith("-") or len(word) == 1 for word in words) and not any(word[0].is_code for word in words):
        return made
    constants = [word[0].text if len(word) == 1 and not word[0].is_code else None for word in words]
    at = _place_for_the_end(constants, words)
    return None if at is None else [*made[:at], end, *made[at:]]


def _place_for_the_end(constants: list[str | None], words: list[list[Piece]] | list[Node]) -> int | None:
    """Before which word `--` may stand without changing anything else; None when there is no such place or it is there already.

    `constants` holds the words that are known, None for the others; everything before the place is known, nothing after it is an
    option.
    """
    first = next((at for at, text in enumerate(constants) if text is None), None)
    if not first or constants[0] is None:
        return None
    program = constants[0].rpartition("/")[2]
    before = constants[1:first]
    if (
        program not in _ENDS
        or _ENDING & set(before)
        or any(text is not None and text.startswith("-") for text in constants[first:])
    ):
        return None
    commands = _ENDS[program]
    if commands and (not before or before[0] not in commands):
        return None
    if before and before[-1] is not None and before[-1].startswith("-"):
        return None  # the data may be the value of this option
    return first


def _words_of(document: Document, call: Node) -> list[Node] | None:
    """The program and its arguments as they are written: one list, or a program and a list; None where they are not."""
    given = [node for node in _positional(call) if node.type != "keyword_argument"]
    if not given:
        return None
    if given[0].type == "list":
        words = list(given[0].named_children)
    elif len(given) > 1 and given[1].type in ("array", "list"):
        words = [given[0], *given[1].named_children]
    elif _text(document, call.child_by_field_name("function")).endswith("create_subprocess_exec"):
        words = given
    else:
        return None
    is_plain = not any(node.type in ("list_splat", "spread_element", "comment", "starred_expression") for node in words)
    return words if is_plain and len(words) > 1 else None


def _literal(document: Document, node: Node) -> str | None:
    """The value of a text without escapes and expressions; None for everything else."""
    text = _text(document, node)
    if node.type != "string" or "\\" in text or text[:1] not in "\"'" or text[:3] in ('"""', "'''"):
        return None
    return text[1:-1]


def _quote_of(document: Document, node: Node) -> str:
    return "'" if _text(document, node).startswith("'") else '"'
