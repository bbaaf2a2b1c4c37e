"""Flows of Go."""

from __future__ import annotations

import pytest

from sentinel.analysis.generic.flows import flows
from sentinel.model.document import Document, Language
from sentinel.model.flow import Flow

_HEAD = 'package m\n\nfunc handle(w http.ResponseWriter, r *http.Request) {\n\ttext := r.URL.Query().Get("t")\n'
_TOOL = "package m\n\nfunc act(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {\n"


def _told(text: str) -> list[tuple[int, str, str]]:
    found = [one for one in flows(Document("m.go", text.encode(), Language.GO)) if isinstance(one, Flow)]
    return [(one.sink.span.start_line, one.sink.kind.value, one.source.kind.value) for one in found]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param('exec.Command("sh", "-c", "ls "+text).Run()', "shell", id="joined into a line for a shell"),
        pytest.param('exec.CommandContext(ctx, "bash", "-c", text)', "shell", id="a whole line for a shell"),
        pytest.param('exec.Command("git", "clone", text)', "argument", id="an argument of a program"),
        pytest.param("exec.Command(text)", "program", id="the program itself"),
        pytest.param("db.Query(fmt.Sprintf(\"SELECT '%s'\", text))", "sql", id="formatted into a statement"),
        pytest.param('db.QueryRowContext(ctx, "SELECT "+text)', "sql", id="a statement behind a context"),
        pytest.param("os.ReadFile(filepath.Join(base, text))", "path-read", id="joined into a path"),
        pytest.param("http.Get(text)", "url", id="the whole address"),
        pytest.param('http.Get("https://" + text + "/x")', "url", id="the host of an address"),
        pytest.param('fmt.Fprintf(w, "<b>%s</b>", text)', "html", id="written to the page"),
        pytest.param("http.Redirect(w, r, text, 302)", "redirect", id="where the browser goes"),
        pytest.param(
            'if strings.HasPrefix(text, "/srv") {\n\t\tos.Open(text)\n\t}', "path-read", id="a prefix of an unresolved path"
        ),
        pytest.param('y := "a"\n\ty += text\n\tdb.Exec(y)', "sql", id="appended to a statement"),
    ],
)
def test_request_data_reaches_a_sink(body: str, kind: str) -> None:
    """Data of a request is followed to where it does harm."""
    assert [(one, source) for _, one, source in _told(f"{_HEAD}\t{body}\n}}\n")] == [(kind, "http-request")]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('exec.Command("ls", "--", text)\n\tdb.Query("SELECT ?", text)', id="a placeholder"),
        pytest.param(
            'stmt, err := Connect().Prepare("UPDATE a SET b = ?")\n\tstmt.Exec(text)\n\tstmt.QueryRow(text)',
            id="a prepared statement",
        ),
        pytest.param('n, err := strconv.Atoi(text)\n\tdb.Query(fmt.Sprintf("SELECT %d", n))', id="a number"),
        pytest.param('if strings.Contains(text, "..") {\n\t\treturn\n\t}\n\tos.Open(filepath.Join(base, text))', id="no dots"),
        pytest.param("if !filepath.IsLocal(text) {\n\t\treturn\n\t}\n\tos.Open(text)", id="a local path"),
        pytest.param("os.Open(filepath.Join(base, filepath.Base(text)))", id="a base name"),
        pytest.param(
            "full := filepath.Join(base, text)\n\tif !strings.HasPrefix(full, base) {\n\t\treturn\n\t}\n\tos.Open(full)",
            id="a prefix of a cleaned path",
        ),
        pytest.param('http.Get("https://api.example.com/" + text)', id="behind a fixed host"),
        pytest.param('http.Get(base + "/items/" + text)', id="behind an address of the program's"),
        pytest.param('fmt.Fprintf(w, "<b>%s</b>", html.EscapeString(text))', id="escaped for a page"),
        pytest.param("if _, ok := allowed[text]; !ok {\n\t\treturn\n\t}\n\tdb.Exec(text)", id="a key of a map"),
        pytest.param("if err := validate(text); err != nil {\n\t\treturn\n\t}\n\tos.Open(text)", id="checked by name"),
        pytest.param('switch text {\n\tcase "a", "b":\n\t\tdb.Exec(text)\n\t}', id="one of the cases"),
        pytest.param('text = "x"\n\tdb.Exec(text)', id="overwritten"),
        pytest.param("client.Lookup(ctx, text).Open()\n\tos.Open(client.Name(text))", id="handed to an unknown function"),
    ],
)
def test_cleaned_data_is_quiet(body: str) -> None:
    """Data that was cleaned or checked for the sink is not told of."""
    assert [one for one in _told(f"{_HEAD}\t{body}\n}}\n") if one[1] != "argument"] == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('path, err := request.RequireString("p")\n\tos.ReadFile(path)\n\treturn nil, err', id="a required text"),
        pytest.param('args := request.GetArguments()\n\tos.ReadFile(args["p"].(string))\n\treturn nil, nil', id="the map"),
        pytest.param('os.ReadFile(request.Params.Arguments["p"].(string))\n\treturn nil, nil', id="the field"),
    ],
)
def test_arguments_of_a_tool_are_data_of_others(body: str) -> None:
    """The accessors of a tool's request yield the caller's data."""
    assert [one[1:] for one in _told(f"{_TOOL}\t{body}\n}}\n")] == [("path-read", "tool-argument")]


def test_typed_input_of_a_tool_is_data_of_others() -> None:
    """Text fields of the input that follows the request are the caller's, numbers are not."""
    text = (
        "package m\n\ntype In struct {\n\tPath string\n\tCount int\n}\n\n"
        "func act(ctx context.Context, deps Deps, req *mcp.CallToolRequest, in In) (any, error) {\n"
        '\tos.ReadFile(in.Path)\n\texec.Command("sh", "-c", fmt.Sprint(in.Count))\n\tos.ReadFile(deps.Root)\n\treturn nil, nil\n}\n'
    )
    assert _told(text) == [(9, "path-read", "tool-argument")]


def test_functions_of_the_file_are_followed() -> None:
    """A flow through a parameter and one through a result end where they do harm."""
    text = (
        "package m\n\nfunc handle(w http.ResponseWriter, r *http.Request) {\n\trun(name(r))\n}\n\n"
        'func name(r *http.Request) string {\n\treturn "x" + r.FormValue("n")\n}\n\n'
        'func run(line string) {\n\texec.Command("sh", "-c", line)\n}\n'
    )
    assert _told(text) == [(12, "shell", "http-request")]


@pytest.mark.parametrize(
    ("body", "count"),
    [
        pytest.param(
            'name := "a"\n\tif name := text; name != "" {\n\t\tuse(name)\n\t}\n\tos.Open(name)', 0, id="in the head of a branch"
        ),
        pytest.param('name := "a"\n\tif ok {\n\t\tname := text\n\t\tuse(name)\n\t}\n\tos.Open(name)', 0, id="in a branch"),
        pytest.param('name := "a"\n\tfor {\n\t\tname, err := load(text), 1\n\t}\n\tos.Open(name)', 0, id="in a loop"),
        pytest.param(
            'name := "a"\n\tfor _, name := range []string{text} {\n\t\tuse(name)\n\t}\n\tos.Open(name)', 0, id="gone through"
        ),
        pytest.param('name := "a"\n\tif ok {\n\t\tname, more := text, 1\n\t\tuse(name)\n\t}\n\tos.Open(name)', 0, id="two at once"),
        pytest.param("var name string\n\tfor _, name = range []string{text} {\n\t}\n\tos.Open(name)", 1, id="gone through and set"),
        pytest.param('name := "a"\n\tif ok {\n\t\tname = text\n\t}\n\tos.Open(name)', 1, id="set and not declared"),
        pytest.param("if name := text; ok {\n\t\tuse(1)\n\t} else {\n\t\tos.Open(name)\n\t}", 1, id="in the other branch"),
        pytest.param('name := "a"\n\tif ok {\n\t\tinner()\n\t\tname = text\n\t}\n\tos.Open(name)', 1, id="set beside a call"),
    ],
)
def test_names_of_a_block_end_with_it(body: str, count: int) -> None:
    """What `:=` declares in a block or in the head of a statement is another name afterwards."""
    text = f'{_HEAD}\t{body}\n}}\n\nfunc inner() {{\n\tname := "b"\n\tuse(name)\n}}\n'
    assert [kind for _, kind, _ in _told(text)] == ["path-read"] * count
