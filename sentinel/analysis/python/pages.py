"""Pages: what a browser takes for markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sentinel.analysis.flow import EVERYTHING, JOINED
from sentinel.analysis.python import addresses
from sentinel.analysis.python.frames import Arguments, Frame
from sentinel.analysis.python.telling import Call, imports_any, reach
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import Value, deep_taints, parts, union
from sentinel.model.expression import expression
from sentinel.model.flow import SinkKind, SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_TAGS = (
    "html head body div span p a b i br hr h[1-6] ul ol li dl dt dd table t[rdh] thead tbody tfoot caption colgroup"
    " form input button optgroup textarea fieldset legend img svg script style link meta title iframe pre code em"
    " strong small section article nav header footer main aside canvas center font blockquote embed dialog marquee"
    " noscript sub sup del ins kbd samp var wbr frame frameset math animate foreignobject"
)
_MARKUP = re.compile(rf"(?i)<\s*(?:!doctype|!--|/?\s*(?:{'|'.join(_TAGS.split())})(?![\w-])|/\s*[a-z]+-[a-z-]+\s*>)|&[a-z]+;")
"""A tag of a page, or the end of an element with a name of its own; other words in angle brackets are marks of a prompt or stand
for something left out."""
_TYPE = re.compile(r"(?i)^\s*(text|application|image|audio|video|font|multipart|model)/[\w.+-]+")
_PAGE_TYPE = re.compile(r"(?i)html|svg")
_TYPE_NAMES = ("content_type", "mimetype", "media_type")
_UNKNOWN_TYPE = "?"
_TEXT_FIELD = re.compile(
    r"^(?!.*(?:_meta|__|\b(?:settings|self)\b)).*\.(?!(?:verbose|class|model|field|app|module|func|function|type|tag|icon|css|method)_)"
    r"(?:\w+_)?(?:name|title|description|label|text|comment|message|subject|summary|caption|notes?|username|email|address)$"
)
_PLAIN_AGAIN = re.compile(rb"\s*\.\s*(unescape|striptags)\s*\(")
"""What follows a text declared to be markup and makes plain text of it again."""
_IS_RESPONSE = re.compile(r"(^|\.)(send_from_directory|send_file|jsonify|redirect|\w*Response|make_response)\(\)$")
_PAGE_FRAMEWORKS = frozenset({"flask", "quart", "bottle", "cherrypy"})
"""Where text that a handler returns is a page."""
_DATA_FRAMEWORKS = frozenset({"fastapi", "connexion", "apiflask", "flask_openapi3"})
"""Where it is sent as JSON."""
_TYPE_SET = expression(rb"(?:(?i:[\"']content-type[\"'])\s*\]|\.(?:mimetype|content_type))\s*=\s*[\"']([\w.+/-]+)")
_OTHER_ANSWER = re.compile(
    rb"\b(?:JsonResponse|JSONResponse|PlainTextResponse|jsonify|json_response)\("
    rb"|(?:content_type|mimetype|media_type|[Cc]ontent-[Tt]ype[\"'])\s*[=:,]\s*[\"'](?:text/(?!html)|application/(?!xhtml))"
)
_OF_PAGES = re.compile(rb"(?i)text/html|html_?response|render|mark_?safe|markup")
_MOST_BEFORE = 120
"""Bytes before a text in which its name is looked for."""
_PROMPT_NAME = re.compile(
    rb"(?i)\b(?!\w*html)\w*(?:prompt|instruction|few_?shot|llm)\w*[\"']?\]?\s*(?::\s*str\s*)?(?:\+?=|:|\.append\()\s*\(?\s*$"
    rb"|[\"']role[\"']\s*:\s*[\"']\w+[\"']\s*,\s*[\"']content[\"']\s*:\s*$"
)
"""What stands before a text that is written to a language model."""
_NO_PAGE = expression(
    rb"[{,]\s*[\"'](?!\w*(?i:html|markup|content|body|page|snippet))\w+[\"']\s*:\s*$"
    rb"|\b(?:raise\s+[\w.]+|(?:log|logger|logging)\.\w+|print|\w+(?:Exception|Error))\([^()\n]{0,80}$"
    rb"|\b(?:BeautifulSoup|(?:\w+_)?fromstring|etree\.(?:HTML|XML)|parseString|Selector|PyQuery|html2text|markdownify)\(\s*$"
)
"""What stands before a text that is put under a key, told of or read again: as JSON, in a template, in a log, by a parser."""
_MODEL_MODULES = frozenset(
    "openai anthropic litellm ollama groq mistralai cohere google genai langchain langchain_core langchain_openai"
    " langchain_community langchain_anthropic llama_index dspy transformers vllm pydantic_ai agents".split()
)
_TAG = re.compile(r"<[^<>]{1,200}>?|&[a-z]+;")
_PARTS_OF_PROMPTS = re.compile(
    r"(?i)</?(?!(?:html|head|body|div|span|p|a|b|i|u|br|hr|h[1-6]|ul|ol|li|img|script|iframe|t[rdh]|strong|em|small|svg)\b)"
    r"[a-z][\w -]*>"
)
"""A mark without attributes that is no common tag of a page."""
_SET_OFF = re.compile(r"(?m)^\s*(?:>>>|<<<|```|###? )")
"""A line that sets a part of a text off for whoever reads it as text: no page is written so."""
_PAGE_VIEWS = re.compile(r"(^|[.\s])(MethodView|View)$")
_STATIC_RENDERER = re.compile(r"\bStaticHTMLRenderer\b")


def check_html(call: Call) -> None:
    """Text declared to be safe markup."""
    following = call.frame.module.data[call.node.end : call.node.end + 40]
    if _PLAIN_AGAIN.match(following):
        return
    pieces = parts(call.value)
    told = call.value
    if "format" in call.spec.details and not told.taints and any(map(_is_text_of_object, pieces)):
        told = told.copy(opaque=True)
    call.tell(call.spec.kind, told, (*call.spec.details, "joined" if len(pieces) > 1 else "whole"))


def _is_text_of_object(piece: Any) -> bool:
    """Whether a part of a text is the field of an object that holds what a person wrote, by its name."""
    return isinstance(piece, Value) and not piece.is_constant and bool(_TEXT_FIELD.search(piece.ref))


def check_response(call: Call) -> None:
    """The body of a response that is a page unless another type is stated."""
    stated = _stated_type(call)
    if stated is None and _is_typed_later(call):
        return
    if _is_text(call.value) and (stated is None or _PAGE_TYPE.search(stated) or stated == _UNKNOWN_TYPE):
        _tell_page(call)


def _is_typed_later(call: Call) -> bool:
    """Whether the function gives a response, behind this one, a type that no browser shows as a page."""
    function = call.frame.function
    found = _TYPE_SET.search(function.module.data, call.node.end, function.end) if function is not None else None
    return found is not None and not _PAGE_TYPE.search(found.group(1).decode("utf-8", "replace"))


def check_typed_response(call: Call) -> None:
    """The body of a response that is a page only where its type is stated to be one."""
    stated = _stated_type(call)
    if _is_text(call.value) and stated is not None and _PAGE_TYPE.search(stated):
        _tell_page(call)


def check_rendered_response(call: Call) -> None:
    """What a view of an API hands to its renderer, where that one takes it for a finished page."""
    function = call.frame.function
    if function is None or not _is_text(call.value):
        return
    texts = [function.module.text(decorator) for decorator in function.decorators]
    chosen = function.klass.fields.get("renderer_classes") if function.klass is not None else None
    if chosen is not None:
        texts.append(function.module.text(chosen))
    if any(_STATIC_RENDERER.search(text) for text in texts):
        _tell_page(call)


def check_written_page(call: Call) -> None:
    """What a server of the standard library writes to its client, in a method that calls it a page."""
    function = call.frame.function
    if function is not None and b"text/html" in function.module.data[function.start : function.end] and _is_text(call.value):
        _tell_page(call)


def _tell_page(call: Call) -> None:
    if call.value.taints and not any(taint.source.kind is SourceKind.PARAMETER for taint in call.value.taints):
        call.tell(call.spec.kind, call.value, (*call.spec.details, *_markup_detail(call.value)))


def _is_text(value: Value) -> bool:
    return not ((value.is_container and not value.taints) or _IS_RESPONSE.search(value.ref))


def _markup_detail(value: Value) -> tuple[str, ...]:
    return ("markup",) if has_markup(value) else ()


def _stated_type(call: Call) -> str | None:
    """The type that the arguments of a response give it: `?` where it is not known, None where none is given."""
    for name in _TYPE_NAMES:
        stated = call.given.keywords.get(name)
        if stated is not None:
            return _type_of(stated)
    headers = call.given.keywords.get("headers")
    return _type_among([*call.given.positional[1:], *([headers] if headers is not None else [])])


def _type_of(value: Value) -> str | None:
    if isinstance(value.const, str):
        return value.const
    if value.is_constant:
        return None
    return value.ref if _PAGE_TYPE.search(value.ref) else _UNKNOWN_TYPE


def _type_among(values: Iterable[Value]) -> str | None:
    """The type stated by a text or by a header."""
    for value in values:
        if isinstance(value.const, str) and _TYPE.match(value.const):
            return value.const
        for name, entry in (value.entries or {}).items():
            if isinstance(name, str) and name.lower() in ("content-type", "content_type"):
                return _type_of(entry)
    return None


def has_markup(value: Value) -> bool:
    """Whether the program's own text in it holds tags."""
    return any(isinstance(piece, str) and _MARKUP.search(piece) for piece in parts(value))


def is_for_a_page(walker: Walker, frame: Frame, node: Node, value: Value) -> bool:
    """Whether markup that is joined in the function that is walked may be meant for a page: not where it answers with something
    else and speaks of no page, not in a handler whose text is sent as JSON, and not in what is written to a language model."""
    before = frame.module.data[max(0, node.start - _MOST_BEFORE) : node.start]
    if _is_for_a_model(walker, frame, before, value) or _NO_PAGE.search(before):
        return False
    function = frame.function
    if function is None:
        return True
    data = function.module.data
    start, end = function.start, function.end
    if _OTHER_ANSWER.search(data, start, end):
        return bool(_OF_PAGES.search(data, start, end))
    return not (frame.kind == "route" and _sends_data(walker, frame) and not _OF_PAGES.search(data))


def _sends_data(walker: Walker, frame: Frame) -> bool:
    """Whether a text that a handler of the module returns is sent as JSON."""
    return imports_any(walker, frame, _DATA_FRAMEWORKS) and not imports_any(walker, frame, _PAGE_FRAMEWORKS)


def _is_for_a_model(walker: Walker, frame: Frame, before: bytes, value: Value) -> bool:
    """Whether a text is a prompt: by the name it is given or the lines that part it, or where models are asked and its marks only
    tell parts from another."""
    if _PROMPT_NAME.search(before) or any(isinstance(piece, str) and _SET_OFF.search(piece) for piece in parts(value)):
        return True
    if not imports_any(walker, frame, _MODEL_MODULES):
        return False
    return all(_PARTS_OF_PROMPTS.fullmatch(tag) for piece in parts(value) if isinstance(piece, str) for tag in _TAG.findall(piece))


_ESCAPED_NAMES = (".html", ".htm", ".xml", ".xhtml", ".svg")
"""Endings of templates that Flask escapes in."""
_ESCAPED = frozenset({SinkKind.HTML})
_QUOTED = frozenset({SinkKind.SQL})
_ESCAPES = expression(rb"\bautoescape\b|\bselect_jinja_autoescape\b")
_RENDERED = EVERYTHING - {SinkKind.HTML, SinkKind.SQL, SinkKind.SHELL, SinkKind.CODE}
"""What a text that was made of a template is hardly used for."""


def rendered_by_flask(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    """A page made of a template by its name, which is no part of it and says whether anything is escaped in it. A statement that is
    made so quotes by filters of the template."""
    name = given.value(0, "template_name_or_list")
    text = name.const if name is not None else None
    made = _rendered(walker, frame, node, [*given.positional[1:], *given.keywords.values()]).guarded(_QUOTED)
    if isinstance(text, str) and "." in text and not text.endswith(_ESCAPED_NAMES) and not frame.module.document.first(_ESCAPES):
        return made
    return made.guarded(_ESCAPED).copy(ref="flask.render_template()")


def rendered_by_jinja(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    """Text made of a template of an environment that escapes nothing, as it does unless it is told to."""
    return None if frame.module.document.first(_ESCAPES) else _rendered(walker, frame, node, given.everything())


def _rendered(walker: Walker, frame: Frame, node: Node, values: Iterable[Value]) -> Value:
    taints = union(taint for value in values for taint in deep_taints(value))
    return Value(taints=taints).guarded(_RENDERED).step(walker.place(frame, node), JOINED)


_ENVIRONMENTS = ("jinja2.Environment()", "jinja2.environment.Environment()")
MAKERS = {
    "flask.render_template": rendered_by_flask,
    **{
        f"{environment}.{made}().render": rendered_by_jinja
        for environment in _ENVIRONMENTS
        for made in ("get_template", "from_string", "select_template")
    },
    "jinja2.Template().render": rendered_by_jinja,
    "jinja2.environment.Template().render": rendered_by_jinja,
}
"""Callables by dotted name that make a page of a template."""


def page(walker: Walker, frame: Frame, node: Node, value: Value) -> None:
    """Text that a web handler returns where the framework sends it as a page: alone, or with a status and headers behind it."""
    if frame.kind == "event":
        _answer(walker, frame, node, value.entries or {})
        return
    body = value
    if value.items is not None and 2 <= len(value.items) <= 3 and not value.taints:
        body = value.items[0]
        addresses.tell_location(walker, frame, node, value.items[-1])
        stated = _type_among(value.items[1:])
        if stated is not None and not _PAGE_TYPE.search(stated):
            return
    if body.is_container or not body.taints or body.ref or not _sends_pages(walker, frame):
        return
    reach(walker, frame, node, SinkKind.HTML, "return", body, None, ("response-body", *_markup_detail(body)))


def _answer(walker: Walker, frame: Frame, node: Node, answer: dict[Any, Value]) -> None:
    """What a function of a cloud answers an event with: a body and the headers that say what it is."""
    body, headers = answer.get("body"), answer.get("headers")
    stated = _type_among([headers]) if headers is not None else None
    if body is not None and body.taints and not body.ref and stated is not None and _PAGE_TYPE.search(stated):
        reach(walker, frame, node, SinkKind.HTML, "return", body, None, ("response-body", *_markup_detail(body)))


def _sends_pages(walker: Walker, frame: Frame) -> bool:
    """Whether what the handler returns is sent as a page."""
    function = frame.function
    if function is None:
        return False
    if any(re.search(r"\bresponse_class\s*=\s*[\w.]*HTMLResponse\b", function.module.text(one)) for one in function.decorators):
        return True
    if function.klass is not None and frame.kind == "view":
        bases = [function.klass.module.text(base) for base in function.klass.bases]
        return any(_PAGE_VIEWS.search(base) for base in bases) and imports_any(walker, frame, {"flask", "quart"})
    return imports_any(walker, frame, _PAGE_FRAMEWORKS) and not imports_any(walker, frame, _DATA_FRAMEWORKS)
