"""Broken, deep, long and entangled files cost bounded time, never raise, and say what was left out."""

from __future__ import annotations

import time

import pytest

from sentinel.model.document import BUDGET, Language, Skip
from sentinel.model.flow import Flow
from tests.analysis.generic.told import found

pytestmark = pytest.mark.unmeasured
"""What the tracer of coverage costs would be held against the bounds on time."""

_MOST_SECONDS = 4.0
"""CPU; a walk alone stays under half a second on a quiet machine."""

_NESTED = {
    Language.GO: ("package m\nfunc f(r *http.Request) { x := ", "(", "1", ")", " }"),
    Language.JAVA: ("class C { void f() { x = ", "(", "1", ")", "; } }"),
    Language.CSHARP: ("class C { void F() { x = ", "(", "1", ")", "; } }"),
    Language.RUBY: ("x = ", "(", "1", ")", "\n"),
    Language.PHP: ("<?php $x = ", "(", "1", ")", ";"),
    Language.RUST: ("fn f() { let x = ", "(", "1", ")", "; }"),
    Language.SHELL: ("x=", "$(echo ", "1", ")", "\n"),
}
_SEVERAL = {
    Language.GO: ("package m\n", "func f{0}(a string) string {{ return f{1}(a) + f{2}(a) }}\n"),
    Language.JAVA: ("class C {{\n", "String f{0}(String a) {{ return f{1}(a) + f{2}(a); }}\n"),
    Language.CSHARP: ("class C {{\n", "string f{0}(string a) {{ return f{1}(a) + f{2}(a); }}\n"),
    Language.RUBY: ("params\n", "def f{0}(a)\n  f{1}(a) + f{2}(a)\nend\n"),
    Language.PHP: ("<?php\n", "function f{0}($a) {{ return f{1}($a) . f{2}($a); }}\n"),
    Language.RUST: ("\n", "fn f{0}(a: String) -> String {{ f{1}(a) + f{2}(a) }}\n"),
    Language.SHELL: ("\n", 'f{0}() {{ f{1} "$1"; f{2} "$1"; }}\n'),
}


def _in_time(language: Language, text: str | bytes) -> list[Flow | Skip]:
    before = time.process_time()
    made = found(language, text)
    assert time.process_time() - before < _MOST_SECONDS
    return made


@pytest.mark.parametrize("language", list(_NESTED), ids=lambda one: one.value)
def test_deep_nesting_is_said(language: Language) -> None:
    """Ten thousand levels are cut, and the cut is reported."""
    head, opening, middle, closing, tail = _NESTED[language]
    made = _in_time(language, head + opening * 10_000 + middle + closing * 10_000 + tail)
    assert [type(one) for one in made] == [Skip]


_CHAINED = {
    Language.JAVA: (
        "class C { void f(HttpServletRequest request) { made",
        ".with({})",
        "; } }",
        'Runtime.getRuntime().exec(request.getParameter("a"))',
    ),
    Language.CSHARP: ("class C { void F() { made", ".With({})", "; } }", 'Process.Start(Request.Query["a"])'),
    Language.GO: ("package m\nfunc f(r *http.Request) { made", ".With({})", " }", 'exec.Command(r.FormValue("a"))'),
    Language.PHP: ("<?php $made", "->with({})", ";", "system($_GET['a'])"),
    Language.RUBY: ("made", ".with({})", "\n", "system(params[:a])"),
}


@pytest.mark.parametrize("language", list(_CHAINED), ids=lambda one: one.value)
def test_a_long_chain_of_calls_is_read_to_its_first_link(language: Language) -> None:
    """Five hundred links are ordinary in fluent code: what the first and the last are given is found, and nothing is left out."""
    head, link, tail, sink = _CHAINED[language]
    text = head + link.format(sink) + link.format("1") * 500 + link.format(sink) + tail
    made = _in_time(language, text)
    assert [Flow, Flow] == [type(one) for one in made]


@pytest.mark.parametrize("language", list(_SEVERAL), ids=lambda one: one.value)
def test_functions_that_call_each_other_end(language: Language) -> None:
    """A thousand functions that call two others each are walked in bounded time."""
    head, form = _SEVERAL[language]
    text = head + "".join(form.format(n, (n * 7 + 1) % 1000, (n * 13 + 5) % 1000) for n in range(1000))
    assert all(isinstance(one, Flow) or one.reason is BUDGET for one in _in_time(language, text))


@pytest.mark.parametrize("language", list(_NESTED), ids=lambda one: one.value)
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xfe\x00\x80 eval $1 {{{", id="no text at all"),
        pytest.param(b"func class def fn <?php if ( { [ \" ' ` ${ #{", id="everything opened"),
        pytest.param(b") ] } end ;; fi esac */ ?>", id="everything closed"),
        pytest.param(b"a.b().c[d]=e" * 3000, id="one long line"),
    ],
)
def test_broken_files_are_read_as_far_as_they_go(language: Language, text: bytes) -> None:
    """No bytes make the walk raise."""
    assert [one for one in _in_time(language, text) if isinstance(one, Flow)] == []


def test_what_stands_before_a_break_is_still_found() -> None:
    """A function that was never closed does not hide its flows."""
    text = 'package m\nfunc f(w http.ResponseWriter, r *http.Request) {\n\texec.Command("sh", "-c", r.FormValue("a"))\n\tif x {\n'
    assert [one.sink.kind.value for one in _in_time(Language.GO, text) if isinstance(one, Flow)] == ["shell"]


def test_a_long_expression_is_bounded() -> None:
    """A megabyte of one sum is refused or cut, not walked for seconds."""
    text = "package m\nvar x = " + " + ".join(["a"] * 200_000)
    assert [type(one) for one in _in_time(Language.GO, text)] == [Skip]


def test_a_large_sound_file_is_cut_where_the_budget_ends() -> None:
    """More nodes than the budget allows are reported."""
    text = "package m\n" + "".join(f"func f{n}(a string) {{ g(a, {n}); h(a) }}\n" for n in range(7000))
    assert [one.reason for one in _in_time(Language.GO, text) if isinstance(one, Skip)] == [BUDGET]
