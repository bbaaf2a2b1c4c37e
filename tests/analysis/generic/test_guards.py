"""What conditions tell of data, and what they do not."""

from __future__ import annotations

from typing import cast

import pytest

from sentinel.analysis.generic import extractors
from sentinel.analysis.generic.extractors import GENERIC_TOOLS, GO_FLOWS
from sentinel.analysis.generic.languages.words import SINK_WORDS
from sentinel.model.document import Document, Language, Role
from sentinel.model.flow import Flow
from sentinel.model.rule import Workspace
from sentinel.model.surface import Tool
from tests.analysis.generic.test_languages import _BAD, _MAKE
from tests.analysis.generic.told import found, told


def _go(body: str) -> str:
    return f'package m\n\nfunc h(w http.ResponseWriter, r *http.Request) {{\n\ttext := r.FormValue("t")\n\t{body}\n}}\n'


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("if !allowed[text] {\n\t\treturn\n\t}\n\tdb.Exec(text)", id="a key that is there"),
        pytest.param("if ok := allowed[text]; ok {\n\t\tdb.Exec(text)\n\t}", id="a key that is there, by name"),
        pytest.param("validateName(text)\n\tdb.Exec(text)", id="a check that raises"),
        pytest.param('if text == "a" && more {\n\t\tdb.Exec(text)\n\t}', id="one of two conditions"),
        pytest.param('if text != "a" || less {\n\t\treturn\n\t}\n\tdb.Exec(text)', id="none of two conditions"),
        pytest.param('if strings.EqualFold(text, "a") {\n\t\tdb.Exec(text)\n\t}', id="equal but for case"),
        pytest.param('if regexp.MustCompile("^[a-z]+$").MatchString(text) {\n\t\tdb.Exec(text)\n\t}', id="an anchored pattern"),
        pytest.param('if strings.HasPrefix(text, "https://a.example/") {\n\t\thttp.Get(text)\n\t}', id="a fixed host"),
        pytest.param("if isAllowed(text) == true {\n\t\tdb.Exec(text)\n\t}", id="a check compared with true"),
        pytest.param('if "a" == text {\n\t\tdb.Exec(text)\n\t}', id="a constant on the left"),
        pytest.param("if user.Name == text {\n\t\tdb.Exec(text)\n\t}", id="a value of the program's own"),
        pytest.param("a, b := strconv.Itoa(1), text\n\tdb.Exec(a)\n\t_ = b", id="the other of two targets"),
        pytest.param('m := map[string]string{"a": "x", "b": text}\n\tdb.Exec(m["a"])', id="another key of a map"),
        pytest.param('c := Conf{A: "x", B: text}\n\tdb.Exec(c.A)', id="another field of a value"),
        pytest.param('db.Exec(strings.Repeat("?", len(text)))', id="a length"),
        pytest.param('if text == "" {\n\t\tpanic(1)\n\t} else {\n\t\treturn\n\t}\n\tdb.Exec(text)', id="never reached"),
        pytest.param(
            's := "x"\n\tif more {\n\t\ts = text\n\t\tif !allowed[s] {\n\t\t\treturn\n\t\t}\n\t}\n\tdb.Exec(s)',
            id="a check that leaves within a branch",
        ),
    ],
)
def test_checked_data_is_quiet(body: str) -> None:
    """What a condition tells of data holds where the condition does."""
    assert told(Language.GO, _go(body)) == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("if len(text) == 0 {\n\t\treturn\n\t}\n\tdb.Exec(text)", id="a length"),
        pytest.param("if isEmpty(text) {\n\t\treturn\n\t}\n\tdb.Exec(text)", id="emptiness"),
        pytest.param('if text == "a" || more {\n\t\tdb.Exec(text)\n\t}', id="either of two conditions"),
        pytest.param('if regexp.MustCompile("[a-z]").MatchString(text) {\n\t\tdb.Exec(text)\n\t}', id="a pattern without anchors"),
        pytest.param('if strings.Contains(text, "x") {\n\t\tlog.Print(1)\n\t}\n\tdb.Exec(text)', id="a check that does nothing"),
        pytest.param("if allowed[text] {\n\t\tlog.Print(1)\n\t}\n\tdb.Exec(text)", id="a check that only logs"),
        pytest.param(
            's := "x"\n\tif more {\n\t\tif less {\n\t\t\treturn\n\t\t}\n\t\ts = text\n\t}\n\tdb.Exec(s)',
            id="data after a return within a branch",
        ),
        pytest.param(
            's := "x"\n\tif !more {\n\t\tf()\n\t} else {\n\t\tif less {\n\t\t\treturn\n\t\t}\n\t\ts = text\n\t}\n\tdb.Exec(s)',
            id="data after a return within the other branch",
        ),
        pytest.param("for i, one := range []string{text} {\n\t\tdb.Exec(one)\n\t}", id="an element"),
        pytest.param('m := map[string]string{"a": "x"}\n\tm["b"] = text\n\tdb.Exec(m["b"])', id="a key that was set"),
        pytest.param("c := Conf{B: text}\n\tdb.Exec(c.B)", id="a field"),
        pytest.param("c.B = text\n\tdb.Exec(c.B)", id="a field that was set"),
        pytest.param("parts := append(parts, text)\n\tdb.Exec(parts[0])", id="an element that was added"),
        pytest.param("func() {\n\t\tdb.Exec(text)\n\t}()", id="a closure"),
        pytest.param("a, b := 1, text\n\tdb.Exec(b)\n\t_ = a", id="one of two targets"),
        pytest.param('db.Exec(fmt.Sprintf("%d %% %[1]s", 1, text))', id="a format with numbers"),
    ],
)
def test_what_checks_nothing_hides_nothing(body: str) -> None:
    """A condition that says nothing of the sink leaves the flow."""
    assert told(Language.GO, _go(body)) == [("sql", "http-request")]


def test_a_prefix_of_an_unresolved_path_is_told_as_broken() -> None:
    """The flow carries the guard that does not protect."""
    (flow,) = found(Language.GO, _go('if !strings.HasPrefix(text, "/srv/") {\n\t\treturn\n\t}\n\tos.Open(text)'))
    assert isinstance(flow, Flow)
    assert [guard.name for guard in flow.broken_guards] == ["unresolved-prefix"]


def test_parameters_of_unknown_callers_are_told_as_such() -> None:
    """An exported function that nobody in the file calls hands on its caller's text; one that is called does not."""
    text = 'package m\n\nfunc A(a string) { exec.Command("sh", "-c", "ls "+a) }\n\n'
    text += 'func b(c string) { exec.Command("sh", "-c", c) }\n\nfunc d() { b("x") }\n'
    flows = [one for one in found(Language.GO, text) if isinstance(one, Flow)]
    assert [(one.source.kind.value, one.source.name, one.source.owner) for one in flows] == [("parameter", "a", "A")]


@pytest.mark.parametrize(
    ("language", "body"),
    [
        pytest.param(language, body, id=f"{language.value}: {body[:50]}")
        for language, rows in _BAD.items()
        for body, kind in rows
        if kind
    ],
)
def test_the_prefilter_lets_every_flow_pass(language: Language, body: str) -> None:
    """One of the words that are looked for stands in each document with a flow."""
    text = _MAKE[language](body).lower().encode()
    assert any(word in text for word in SINK_WORDS[language])


def test_each_language_has_an_extractor() -> None:
    """An extractor claims the documents of its language, unless they are generated and unchanged."""
    claimed = {one.name for name, one in vars(extractors).items() if name.endswith("_FLOWS")}
    assert claimed == {f"{language.value}-flow" for language in SINK_WORDS}
    assert GO_FLOWS.claims(Document("a.go", b"", Language.GO))
    assert not GO_FLOWS.claims(Document("a.go", b"", Language.GO, frozenset({Role.GENERATED})))


def test_extractors_yield_flows_and_tools() -> None:
    """The extractors hand on what the walk and the surface find."""
    text = _go("db.Exec(text)") + 'var t = mcp.NewTool("read", mcp.WithDescription("Reads"))\n'
    document, workspace = Document("a.go", text.encode(), Language.GO), cast(Workspace, None)
    assert [type(one) for one in GO_FLOWS.extract(document, workspace)] == [Flow]
    assert GENERIC_TOOLS.claims(document)
    assert [type(one) for one in GENERIC_TOOLS.extract(document, workspace)] == [Tool]
