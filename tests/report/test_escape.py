"""Hostile text stays text in every medium."""

from __future__ import annotations

import html as html_module
import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.report import escape
from tests import judges
from tests.report.markdown_reader import read
from tests.report.samples import EVIL, EVIL_LINES, EVIL_PATH

PIECES = [
    *"`|\\*_~<>[]()!#@$&:-+=.{}'\"\n\r\t \x00\x1b\x85\u2028\u202e\u200b\ufeff\ud800",
    *["```", "~~~", "::", "::error::", "##[", "##[error]", "<!--", "-->", "<img src=x>", "</code>", "![a](b)"],
    "[a](https://x.example)",
    *["https://x.example", "www.x.example", "a@b.example", "@team/x", "#12", "GH-9", "o/r#1", "deadbeef1", ":tada:", "$x$"],
    *["1. ", "- "],
    *[
        "| --- |",
        "&#64;",
        "&lt;",
        "%0A",
        "%25",
        "javascript:",
        "{{ 7*7 }}",
        "{%",
        "=======",
        "\u200d",
        "👩\u200d💻",
        "❤\ufe0f",
        "É",
        "日本",
    ],
]
hostile = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=14).map("".join)
hostile_lines = st.lists(hostile, max_size=5).map("\n".join)

samples = pytest.mark.parametrize("text", [EVIL, EVIL_LINES, EVIL_PATH], ids=["a line", "several lines", "a path"])


# -- visible -------------------------------------------------------------------------------------------------


@given(hostile)
def test_nothing_hidden_is_left(text: str) -> None:
    """No control character, direction mark, tag or surrogate is left, and the result can be written as UTF-8."""
    shown = escape.visible(text)
    shown.encode()
    left = re.sub("(?<=[^\x00-\x7f])[\u200d\ufe0f]+", "", shown)
    assert [] == [c for c in left if c in "\x00\x1b\r\n\t\x85\u2028\u202e\u200b\ufeff" or ord(c) < 32]


def test_characters_are_named() -> None:
    """A hidden character is shown by its code point."""
    assert "a⟨U+202E⟩b⟨U+001B⟩" == escape.visible("a\u202eb\x1b")


@pytest.mark.parametrize("emoji", ["👩\u200d💻", "❤\ufe0f", "❤\ufe0f\u200d🔥"])
def test_emoji_stay_whole(emoji: str) -> None:
    """Joiners and selectors inside emoji are no secret."""
    assert emoji == escape.visible(emoji)


def test_a_joiner_between_letters_is_shown() -> None:
    """Outside of emoji a joiner hides something."""
    assert "a⟨U+200D⟩b" == escape.visible("a\u200db")


@given(hostile, st.integers(4, 40))
def test_clip_keeps_its_limit(text: str, most: int) -> None:
    """A clipped text is never longer than asked for."""
    assert len(escape.clip(text, most)) <= most


@given(hostile, hostile, st.integers(8, 40))
def test_a_change_is_seen_in_its_excerpts(before: str, after: str, most: int) -> None:
    """Two different texts have different excerpts."""
    first, second = escape.excerpts_of_change(before, after, most)
    assert (before == after) == (first == second)
    assert max(len(first), len(second)) <= most + 2


# -- workflow commands ---------------------------------------------------------------------------------------


def runner_commands(output: str) -> list[str]:
    """The commands actions/runner would see in a step's output: a port of its two parsers (ActionCommand.TryParseV2, TryParse)."""
    found = []
    for line in re.split(r"[\r\n]", output):
        trimmed = line.lstrip()
        if trimmed.startswith("::") and "::" in trimmed[2:]:
            found.append(trimmed)
        elif "##[" in line and "]" in line[line.index("##[") :]:
            found.append(line)
    return found


@given(hostile_lines)
def test_log_text_holds_no_command(text: str) -> None:
    """Neither form of command survives, wherever lines break."""
    assert [] == runner_commands(escape.log_text(text))


@given(hostile, hostile, hostile)
def test_a_command_is_one_command(title: str, path: str, message: str) -> None:
    """Whatever a command carries, the runner sees exactly that one command."""
    line = escape.command("error", {"title": title, "file": path}, message)
    assert [line] == runner_commands(line)
    assert not set("\r\n") & set(line)


@given(hostile)
def test_a_command_can_be_read_back(message: str) -> None:
    """The runner's unescaping gives the message back."""
    data = escape.command_data(message)
    assert message == data.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
    value = escape.command_property(message).replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",")
    assert message == value.replace("%25", "%")


def test_commands_equal_those_of_the_toolkit() -> None:
    """Commands are byte for byte those of `@actions/core`."""
    texts = [EVIL, EVIL_LINES, "", "a:b,c%d\r\ne", *(a + b for a in PIECES for b in PIECES if "\ud800" not in a + b)]
    script = """
        import { error } from '@actions/core'
        let text = ''
        for await (const part of process.stdin) text += part
        const write = process.stdout.write.bind(process.stdout)
        const lines = []
        process.stdout.write = (line) => { lines.push(line); return true }
        for (const t of JSON.parse(text)) error(t, { title: t, file: t, startLine: 3 })
        process.stdout.write = write
        write(JSON.stringify(lines))
    """
    expected = json.loads(judges.run_node(script, stdin=json.dumps(texts)))
    assert expected == [escape.command("error", {"title": t, "file": t, "line": "3"}, t) + "\n" for t in texts]


DELIMITER = "delimiter_0123456789abcdef"


def read_outputs(text: str) -> dict[str, str]:
    """The outputs a runner reads from the file (FileCommandManager's heredoc form)."""
    outputs: dict[str, str] = {}
    lines = text.split("\n")
    assert "" == lines.pop()
    while lines:
        name, _, delimiter = lines.pop(0).partition("<<")
        end = lines.index(delimiter)
        outputs[name] = "\n".join(lines[:end])
        lines = lines[end + 1 :]
    return outputs


@given(hostile_lines)
def test_an_output_is_one_output(value: str) -> None:
    """A value comes back whole and brings no further output."""
    assert {"conclusion": value} == read_outputs(escape.output_entry("conclusion", value, DELIMITER))


@pytest.mark.parametrize(
    ("name", "value", "delimiter"),
    [("name", f"x\n{DELIMITER}\ny=1", DELIMITER), ("a=b", "x", DELIMITER), ("name", "x", "short")],
    ids=["a value that holds the delimiter", "a name that is no word", "a guessable delimiter"],
)
def test_an_unsafe_output_is_refused(name: str, value: str, delimiter: str) -> None:
    """What could bring a second output is an error."""
    with pytest.raises(ValueError, match="delimiter"):
        escape.output_entry(name, value, delimiter)


# -- Markdown ------------------------------------------------------------------------------------------------


def folded(text: str) -> str:
    """White space aside."""
    return "".join(text.split())


@settings(max_examples=400)
@given(hostile)
def test_text_is_nothing_but_text(value: str) -> None:
    """In a paragraph, text makes no markup, HTML, link or image, and GitHub's filters find nothing in it."""
    got = read(escape.text(value))
    assert frozenset() == got.kinds
    assert () == got.filtered
    assert folded(escape.one_line(value)) == folded(got.words)


@settings(max_examples=400)
@given(hostile)
def test_prose_is_nothing_but_text(value: str) -> None:
    """A sentence with names in backticks is words and code, whatever the names are."""
    got = read(escape.prose(value))
    assert frozenset() == got.kinds
    assert () == got.filtered


@settings(max_examples=400)
@given(hostile)
def test_code_is_nothing_but_code(value: str) -> None:
    """A code span holds all of the text; only pipes stand between spans."""
    got = read(f"x {escape.code(value)} y")
    assert frozenset() == got.kinds
    assert () == got.filtered
    shown = escape.visible(value.replace("\r\n", "\n").replace("\n", "⏎").replace("\t", " "))
    assert folded(f"x{shown}y") == folded(got.words)


@settings(max_examples=400)
@given(hostile, hostile, hostile)
def test_a_row_keeps_its_cells(first: str, second: str, third: str) -> None:
    """Three cells stay three cells, and the words of each stay in it."""
    row = f"| {escape.text(first)} | {escape.code(second)} | {escape.prose(third)} |"
    got = read(f"| a | b | c |\n| --- | --- | --- |\n{row}\n| end | end | end |")
    assert {"table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close"} | {
        f"{cell}_{side}" for cell in ("tr", "th", "td") for side in ("open", "close")
    } == set(got.kinds)
    assert got.words.endswith("endendend")
    assert () == got.filtered


@settings(max_examples=400)
@given(hostile_lines)
def test_a_fence_holds_its_text(value: str) -> None:
    """A fence ends where we end it, and all of the text is inside."""
    got = read(f"before\n\n{escape.fence(value, 'python')}\n\nafter")
    assert frozenset({"fence"}) == got.kinds
    assert got.words.startswith("before\n") and got.words.endswith("after\n")


@settings(max_examples=400)
@given(hostile_lines)
def test_a_suggestion_is_exact_or_absent(value: str) -> None:
    """What GitHub would apply is the text to the letter; where that cannot be shown there is no suggestion."""
    lines = tuple(value.split("\n"))
    block = escape.suggestion(lines)
    if block is None:
        assert value != escape.visible(value, keep="\n\t")
    else:
        tokens = read(f"{block}\n\nafter")
        assert frozenset({"fence"}) == tokens.kinds
        assert f"{value}\nafter\n" == tokens.words


@given(hostile)
def test_a_link_leads_where_we_say(label: str) -> None:
    """A hostile label neither leaves the link nor changes its target."""
    target = "https://github.com/o/r/blob/x/a%20b.py#L1-L2"
    got = read(escape.link(escape.code(label), target))
    assert (target,) == got.links
    assert frozenset({"link_open", "link_close"}) == got.kinds


def test_only_https_is_linked() -> None:
    """Any other address is dropped, its label stays."""
    assert "x" == escape.link("x", "javascript:alert(1)")


@samples
def test_markdown_of_the_worst(text: str) -> None:
    """The samples that attack everything at once stay text."""
    for made in (escape.text(text), escape.code(text), escape.prose(text)):
        assert (frozenset(), ()) == (read(made).kinds, read(made).filtered)


def test_names_in_backticks_become_code() -> None:
    """Messages of rules read as they were meant."""
    assert "argument `host` of `ping`" == escape.prose("argument `host` of `ping`")


# -- HTML, URIs, SARIF, terminal -----------------------------------------------------------------------------


class _Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@given(hostile)
def test_html_is_text_in_elements_and_attributes(value: str) -> None:
    """Neither an element's content nor a quoted attribute can be left."""
    parser = _Collector()
    parser.feed(f'<p title="{escape.html(value)}">{escape.html(value)}</p>')
    parser.close()
    assert ["p"] == parser.tags
    assert [("title", escape.visible(value))] == parser.attributes
    assert escape.visible(value) == parser.text == html_module.unescape(escape.html(value))


paths = st.text(st.characters(exclude_characters="\x00"), min_size=1).map(lambda p: p.lstrip("/") or "x")


@given(st.one_of(paths, hostile.map(lambda p: p.replace("\x00", "").lstrip("/") or "x")))
def test_a_uri_is_relative_and_reads_back(path: str) -> None:
    """A path's URI has no scheme, host, query or fragment, and decodes to the path's bytes."""
    uri = escape.uri_path(path)
    split = urlsplit(uri)
    assert ("", "", "", "") == (split.scheme, split.netloc, split.query, split.fragment)
    assert re.fullmatch(r"[A-Za-z0-9/._~%-]+", uri)
    try:
        expected = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        expected = path.encode("utf-8", "surrogatepass")
    assert expected == unquote_to_bytes(uri)


def test_an_absolute_path_is_made_relative() -> None:
    """A path that starts with a slash cannot name a host or the root."""
    assert ".//evil.example/x" == escape.uri_path("//evil.example/x")


@given(hostile)
def test_sarif_text_has_no_link(value: str) -> None:
    """The form of SARIF's embedded links does not occur."""
    assert "](" not in escape.sarif_text(value)


@given(hostile)
def test_a_terminal_is_sent_no_control_character(value: str) -> None:
    """No escape sequence reaches a terminal."""
    assert [] == [c for c in escape.terminal(value) if ord(c) < 32 or 127 <= ord(c) < 160]
