"""The one place where text from the tree is made harmless, for each medium it can reach.

Whoever prints, posts or writes anything that came from the workspace calls one of these functions, and nothing else escapes.
All are total: any string goes in, one that the medium takes for text and nothing more comes out. Facts about the media:
docs of GitHub's workflow commands, CommonMark 0.31, GFM 0.29, and actions/runner, which reads commands of both forms.
"""

from __future__ import annotations

import html as _html
import re
import unicodedata
from urllib.parse import quote

from sentinel.model.expression import expression

_HIDDEN = expression(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Control characters, direction marks, fillers, joiners, selectors, tags and lone surrogates: what a reader would not see."""

ZERO_WIDTH_JOINER = "\u200d"
EMOJI_SELECTOR = "\ufe0f"
ELLIPSIS = "…"


def visible(text: str, keep: str = "") -> str:
    """The text with what cannot be seen written as `⟨U+202E⟩`; what is in `keep` stays, and so do the joiners inside emoji."""

    def show(found: re.Match[str]) -> str:
        char = found.group()
        if char in keep or _is_part_of_emoji(found):
            return char
        return f"⟨U+{ord(char):04X}⟩"

    return _HIDDEN.sub(show, text)


def _is_part_of_emoji(found: re.Match[str]) -> bool:
    if found.group() not in (ZERO_WIDTH_JOINER, EMOJI_SELECTOR):
        return False
    text, at = found.string, found.start()
    before = text[at - 1] if at else ""
    if before == EMOJI_SELECTOR and found.group() == ZERO_WIDTH_JOINER:
        before = text[at - 2] if at > 1 else ""
    return bool(before) and unicodedata.category(before) in ("So", "Sk")


def clip(text: str, most: int) -> str:
    """At most `most` characters, the middle taken out where it is longer: the start and the end of a path tell the most."""
    if len(text) <= most:
        return text
    tail = (most - 1) // 3
    return text[: most - 1 - tail] + ELLIPSIS + (text[-tail:] if tail else "")


def excerpts_of_change(before: str, after: str, most: int) -> tuple[str, str]:
    """Two long texts cut to `most` characters each, from a little before the first difference, so that it is seen."""
    if max(len(before), len(after)) <= most:
        return before, after
    same = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after)))
    start = max(same - most // 4, 0)

    def cut(text: str) -> str:
        piece = text[start : start + most]
        return (ELLIPSIS if start and piece else "") + piece + (ELLIPSIS if start + most < len(text) else "")

    return cut(before), cut(after)


def one_line(text: str) -> str:
    """White space folded into single blanks, everything hidden made visible."""
    return visible(" ".join(re.split(r"[ \t\r\n\x0b\x0c]+", text)).strip())


# -- Workflow commands and log lines -----------------------------------------------------------------------------------------------


def command_data(text: str) -> str:
    """The message of a workflow command, as `@actions/core` escapes it, byte for byte."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str) -> str:
    """A property of a workflow command, as `@actions/core` escapes it, byte for byte."""
    return command_data(text).replace(":", "%3A").replace(",", "%2C")


def command(name: str, properties: dict[str, str], message: str) -> str:
    """One workflow command, without the line ending. Empty properties are left out, as `@actions/core` does."""
    given = ",".join(f"{key}={command_property(value)}" for key, value in properties.items() if value)
    return f"::{name}{' ' + given if given else ''}::{command_data(message)}"


_OLD_COMMAND = expression(r"##\[")
_NEW_COMMAND = expression(r"\A([^!-~]*):(?=:)")
"""The runner trims what it takes for white space before `::`; here anything that is not printable ASCII counts as that."""


def log_line(line: str) -> str:
    """A line for a step's log that the runner takes for text: `##[` anywhere and `::` at the start are pulled apart."""
    return _NEW_COMMAND.sub(r"\1: ", _OLD_COMMAND.sub("## [", line))


def log_text(text: str) -> str:
    """Every line of a text as `log_line` writes it; lines end where the runner ends them, at LF, CR or both."""
    return "".join(log_line(part) if part not in ("\r", "\n") else part for part in re.split(r"([\r\n])", text))


def output_entry(name: str, value: str, delimiter: str) -> str:
    """One entry of the file GITHUB_OUTPUT, with its final line ending. The delimiter is random, made anew for each value.

    Raises ValueError when the name or the value holds the delimiter, or the name is not a plain word.
    """
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", name) or not re.fullmatch(r"[A-Za-z0-9_-]{16,}", delimiter):
        raise ValueError("an output's name is a plain word, its delimiter at least 16 of them")
    if delimiter in name or delimiter in value:
        raise ValueError(f"the value of {name} holds the delimiter")
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


# -- Terminal ----------------------------------------------------------------------------------------------------------------------


def terminal(text: str, keep: str = "") -> str:
    """Text for a terminal: control characters shown, never sent."""
    return visible(text, keep)


# -- HTML --------------------------------------------------------------------------------------------------------------------------


def html(text: str, keep: str = "") -> str:
    """Text for the content of an element or a quoted attribute."""
    return _html.escape(visible(text, keep), quote=True)


# -- URIs and SARIF ----------------------------------------------------------------------------------------------------------------


def uri_path(path: str) -> str:
    """A path as a relative URI reference: percent-encoded bytes, never a scheme, an authority or an absolute path."""
    try:
        raw = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = path.encode("utf-8", "surrogatepass")
    encoded = quote(raw, safe="/-._~")
    return "." + encoded if encoded.startswith("/") else encoded


def sarif_text(text: str) -> str:
    """A plain-text message of SARIF: `[words](target)`, which would be a link (section 3.11.6), is pulled apart."""
    return visible(text, keep="\n\t").replace("](", "] (")


# -- Markdown ----------------------------------------------------------------------------------------------------------------------


class Markdown(str):
    """Text that is Markdown already, made by this module or written by us. What is of another type is escaped when rendered."""

    __slots__ = ()


_ACTIVE = expression(
    r"""@ | :// | www\. | \$ | :[\w+-]+: | mailto: | xmpp:      # mentions, addresses, mathematics, emoji
      | \#\d | \bGH-\d                                          # issues
      | \b(?=[a-f]*\d)[0-9a-f]{7,64}\b                          # commits
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""In words that hold one of these GitHub would see something else after Markdown is done; it leaves code spans alone."""
_PUNCTUATION = expression(r"[\\`*_{}\[\]~#!]")
_LINE_START = expression(r"\A(?:[-+=:]|\d+(?=[.)]\Z))")


def text(value: str, most: int = 2000) -> Markdown:
    """Plain text in one line of Markdown: no markup, HTML, image, link, mention, issue reference or table border."""
    words = clip(one_line(value), most).split(" ")
    return Markdown(" ".join(_word(word, index == 0) for index, word in enumerate(words)))


def _word(word: str, is_start: bool) -> str:
    """A word as it is, or as code where GitHub would see more in it; quotes, brackets and stops around it stay outside."""
    if not _ACTIVE.search(word):
        return _inert(word, is_start)
    core = word.strip("'\"(),.;!?") or word
    before, _, after = word.partition(core)
    return f"{_inert(before, is_start)}{_code_span(core)}{_inert(after, False)}"


def _inert(piece: str, is_start: bool) -> str:
    escaped = _PUNCTUATION.sub(r"\\\g<0>", piece)
    escaped = escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("|", "&#124;")
    if is_start and (found := _LINE_START.match(escaped)):
        at = found.end() if found.group()[0].isdigit() else 0
        escaped = f"{escaped[:at]}\\{escaped[at:]}"
    return escaped


def code(value: str, most: int = 300) -> Markdown:
    """A code span of one line, whatever backticks and pipes it holds; fits into a table's cell."""
    folded = clip(visible(value.replace("\r\n", "\n").replace("\n", "⏎").replace("\t", " ")), most)
    return Markdown(_code_span(folded))


def _code_span(value: str) -> str:
    """A pipe would end a table's cell even inside a code span, so it stands between two spans as an entity."""
    return "&#124;".join(_one_span(part) if part else "" for part in value.split("|")) if value else "` `"


def _one_span(value: str) -> str:
    ticks = "`" * (_longest_run(value) + 1)
    pad = " " if value[0] in "` " or value[-1] in "` " else ""
    return f"{ticks}{pad}{value}{pad}{ticks}"


def prose(value: str, most: int = 2000) -> Markdown:
    """A sentence of ours that quotes names between single backticks: those become code spans, the rest is `text`.

    A name that itself holds backticks may end its span early; what follows is then escaped as text, so nothing gets through.
    """
    folded = clip(one_line(value), most)
    result = ""
    for index, part in enumerate(re.split(r"`([^`]+)`", folded)):
        piece = _code_span(part) if index % 2 else _text_between(part, is_start=not result)
        result += f" {piece}" if result.endswith("`") and piece.startswith("`") else piece
    return Markdown(result)


def _text_between(part: str, is_start: bool) -> str:
    """`text` that keeps the blanks at its ends."""
    core = part.strip(" ")
    if not core:
        return part
    lead, tail = part[: len(part) - len(part.lstrip(" "))], part[len(part.rstrip(" ")) :]
    return f"{'' if is_start else lead}{text(core)}{tail}"


def fence(value: str, info: str = "", most_lines: int = 40, most_width: int = 400) -> Markdown:
    """A fenced code block, longer than any run of backticks in it. Lines that are cut or left out are marked so."""
    lines = value.replace("\r\n", "\n").split("\n")
    shown = [clip(visible(line, keep="\t"), most_width) for line in lines[:most_lines]]
    if len(lines) > most_lines:
        shown.append(f"{ELLIPSIS} {len(lines) - most_lines} more lines")
    body = "\n".join(shown)
    ticks = "`" * max(3, _longest_run(body) + 1)
    return Markdown(f"{ticks}{re.sub(r'[^a-z0-9+-]', '', info)}\n{body}\n{ticks}")


def suggestion(lines: tuple[str, ...]) -> Markdown | None:
    """A block that GitHub offers to apply: exact text, so None where a character would have to be changed to show it."""
    body = "\n".join(lines)
    if visible(body, keep="\n\t") != body:
        return None
    ticks = "`" * max(3, _longest_run(body) + 1)
    return Markdown(f"{ticks}suggestion\n{body}\n{ticks}")


def link(label: str, url: str) -> Markdown:
    """A link; a plain label is escaped. The address is ours, and encoded so that it cannot end early; none but https is linked."""
    words = label if isinstance(label, Markdown) else text(label)
    return Markdown(f"[{words}]({quote(url, safe=_URL_SAFE, errors='replace')})") if url.startswith("https://") else Markdown(words)


_URL_SAFE = "/:#?&=%-._~+,@"


def _longest_run(value: str) -> int:
    return max((len(run) for run in re.findall(r"`+", value)), default=0)
