"""How the arguments of a tool come in, in the forms of the Go SDKs, and the checks that their handlers make."""

from __future__ import annotations

import pytest

from sentinel.analysis.generic.flows import flows
from sentinel.model.document import Document, Language
from sentinel.model.flow import Flow
from tests.analysis.generic.told import told

GO = Language.GO
_ARGS = 'type Args struct {\n\tPath string `json:"path"`\n\tCount int\n}\n\n'
_HANDLER = "func act(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {\n"


def _program(body: str, head: str = _HANDLER, before: str = "") -> str:
    lines = body.replace("\n", "\n\t")
    return f"package m\n\n{_ARGS}{before}{head}\t{lines}\n}}\n"


def _with(head: str, body: str = "os.ReadFile(args.Path)") -> str:
    return _program(f"{body}\nreturn nil, nil", head)


_READ_OWN = (
    "func read(r mcp.CallToolRequest, name string) (string, error) {\n\tv, ok := r.GetArguments()[name].(string)\n"
    '\tif !ok {\n\t\treturn "", errors.New("missing")\n\t}\n\treturn v, nil\n}\n\n'
)
_READ_GENERIC = _READ_OWN.replace("read(r", "read[T any](r").replace("(string, error)", "(T, error)").replace(".(string)", ".(T)")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(_program('os.ReadFile(mcp.ParseString(request, "p", ""))'), id="a function of the SDK on the request"),
        pytest.param(
            _program(
                "var args Args\nif err := request.BindArguments(&args); err != nil {\n\treturn nil, err\n}\nos.ReadFile(args.Path)"
            ),
            id="bound to a struct",
        ),
        pytest.param(
            _program(
                "args := Args{}\nif issues := schema.Parse(request.Params.Arguments, &args); len(issues) != 0 {\n"
                "\treturn nil, nil\n}\nos.ReadFile(args.Path)"
            ),
            id="parsed into a struct by a schema",
        ),
        pytest.param(
            _program(
                "data, _ := json.Marshal(request.Params.Arguments)\nvar args Args\n"
                "json.Unmarshal(data, &args)\nos.ReadFile(args.Path)"
            ),
            id="encoded and decoded again",
        ),
        pytest.param(
            _with(
                "func act(_ context.Context, _ *mcp.ServerSession, params *mcp.CallToolParamsFor[Args]) "
                "(*mcp.CallToolResultFor[any], error) {\n",
                "os.ReadFile(params.Arguments.Path)",
            ),
            id="parameters of a type",
        ),
        pytest.param(
            _program(
                "args := new(Args)\nif err := protocol.VerifyAndUnmarshal(request.RawArguments, &args); err != nil {\n"
                "\treturn nil, err\n}\nos.ReadFile(args.Path)",
                "func act(ctx context.Context, request *protocol.CallToolRequest) (*protocol.CallToolResult, error) {\n",
            ),
            id="raw arguments that are verified for their form and decoded",
        ),
        pytest.param(
            _with("func act(args Args) (*mcp_golang.ToolResponse, error) {\n"), id="a struct alone, by the type of the response"
        ),
        pytest.param(
            _with(
                "func (t *Tool) Execute(ctx context.Context, log *Logger, args map[string]any) (*mcp.CallToolResult, error) {\n",
                'p, _ := args["p"].(string)\nos.ReadFile(p)',
            ),
            id="a mapping, by the type of the result",
        ),
        pytest.param(
            _program(
                "return tool, func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {\n"
                '\tp, err := request.RequireString("p")\n\tos.ReadFile(p)\n'
                "\treturn nil, err\n}",
                "func make() (tool mcp.Tool, handler server.ToolHandlerFunc) {\n",
            ),
            id="a handler that a function returns",
        ),
        pytest.param(
            _program('p, err := read(request, "p")\nos.ReadFile(p)', before=_READ_OWN), id="a reader of the program's own"
        ),
        pytest.param(
            _program('p, err := read[string](request, "p")\nos.ReadFile(p)', before=_READ_GENERIC), id="a generic reader of its own"
        ),
    ],
)
def test_every_form_of_arguments_is_data_of_others(text: str) -> None:
    """However a handler gets at its arguments, they are the caller's."""
    assert told(GO, text) == [("path-read", "tool-argument")]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(_program('n := request.GetInt("n", 0)\nexec.Command("sh", "-c", fmt.Sprintf("head -%d", n))'), id="a number"),
        pytest.param(_program("d, err := time.Parse(layout, layout)\nos.ReadFile(layout)"), id="something else that is parsed"),
        pytest.param(
            _program("act(args)\nreturn nil, nil", "func run(args map[string]any) {\n")
            + "func act(args map[string]any) (*mcp.CallToolResult, error) {\n"
            '\tos.ReadFile(args["p"].(string))\n\treturn nil, nil\n}\n',
            id="a mapping of a function that the program calls itself",
        ),
        pytest.param(
            _with("func failed(text string) *mcp.CallToolResult {\n", "os.ReadFile(base)"),
            id="a function that makes results of texts",
        ),
        pytest.param(
            _program(
                'full, err := inside(request.GetString("p", ""))\nif err != nil {\n\treturn nil, err\n}\nos.ReadFile(full)',
                before="func inside(p string) (string, error) {\n\tfull := filepath.Join(root, p)\n"
                '\tif !strings.HasPrefix(full, root+"/") {\n\t\treturn "", fmt.Errorf("no: %s", p)\n'
                "\t}\n\treturn full, nil\n}\n\n",
            ),
            id="a path that a function hands back with an error or not at all",
        ),
    ],
)
def test_what_is_no_argument_is_quiet(text: str) -> None:
    """Numbers, functions that only the program calls, and errors that name what was refused carry nothing."""
    assert told(GO, text) == []


@pytest.mark.parametrize(
    "checked",
    [
        pytest.param(
            "full := filepath.Join(root, p)\nrel, err := filepath.Rel(root, full)\n"
            'if err != nil || strings.HasPrefix(rel, "..") {\n'
            "\treturn nil, err\n}\nos.ReadFile(full)",
            id="a path from the root that does not lead out",
        ),
        pytest.param(
            'rel, err := filepath.Rel(root, filepath.Join(root, p))\nif err != nil || rel == ".." || '
            'strings.HasPrefix(rel, ".."+string(filepath.Separator)) {\n'
            "\treturn nil, err\n}\nos.ReadFile(filepath.Join(root, p))",
            id="the same with a separator",
        ),
        pytest.param('if strings.HasPrefix(p, "-") {\n\treturn nil, nil\n}\nexec.Command("git", "log", p)', id="no option"),
        pytest.param(
            'u, err := url.Parse(p)\nif err != nil || u.Host != "api.example.com" {\n\treturn nil, err\n}\nhttp.Get(u.String())',
            id="an address of one host",
        ),
        pytest.param("plan := authorizePlan(p)\nif plan == nil {\n\treturn nil, nil\n}\nos.ReadFile(p)", id="what a check found"),
        pytest.param("if authorizePlan(p) == nil {\n\treturn nil, nil\n}\nos.ReadFile(p)", id="what a check found, at once"),
    ],
)
def test_checked_arguments_are_quiet(checked: str) -> None:
    """A check that looks at the right thing keeps the flow silent."""
    assert told(GO, _program('p := request.GetString("p", "")\n' + checked)) == []


@pytest.mark.parametrize(
    ("checked", "kind"),
    [
        pytest.param(
            'if strings.HasPrefix(p, "..") {\n\treturn nil, nil\n}\nos.ReadFile(p)', "path-read", id="two dots at the beginning"
        ),
        pytest.param(
            'if strings.HasPrefix(p, "-") {\n\treturn nil, nil\n}\nos.ReadFile(p)', "path-read", id="a path that is no option"
        ),
        pytest.param(
            'u, _ := url.Parse(p)\nif u.Scheme != "https" {\n\treturn nil, nil\n}\nhttp.Get(u.String())',
            "url",
            id="the scheme alone",
        ),
        pytest.param(
            "err := authorizePlan(q)\nif err != nil {\n\treturn nil, nil\n}\nos.ReadFile(p)", "path-read", id="a check of another"
        ),
        pytest.param(
            'q := request.GetString("q", "")\nif !allowed[q] {\n\treturn nil, nil\n}\nos.ReadFile(p)',
            "path-read",
            id="a check of another argument",
        ),
    ],
)
def test_a_check_that_looks_elsewhere_does_not_help(checked: str, kind: str) -> None:
    """A check of another property, or of another argument, changes nothing."""
    assert told(GO, _program('p := request.GetString("p", "")\n' + checked)) == [(kind, "tool-argument")]


def test_an_argument_is_named_where_it_is_asked_for() -> None:
    """The source is the place at which a reader of the program's own is called, with the argument's name."""
    text = _program('p, err := read(request, "path")\nos.ReadFile(p)', before=_READ_OWN)
    (flow,) = [one for one in flows(Document("m.go", text.encode(), GO)) if isinstance(one, Flow)]
    assert (flow.source.name, flow.source.owner, flow.source.span.start_line) == ('read("path")', "act", 17)


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        pytest.param('req, _ := http.NewRequest("GET", r.FormValue("u"), nil)', ["url"], id="an address that nobody looks at"),
        pytest.param(
            "d := net.Dialer{}\n\td.Control = func(network, address string, _ syscall.RawConn) error {\n"
            "\t\treturn refusePrivate(address)\n\t}\n"
            '\treq, _ := http.NewRequest("GET", r.FormValue("u"), nil)',
            [],
            id="an address that is looked at when it is connected to",
        ),
    ],
)
def test_addresses_may_be_checked_on_connecting(body: str, kinds: list[str]) -> None:
    """A dialer that refuses private addresses answers for every request of its document."""
    text = f"package m\n\nfunc act(w http.ResponseWriter, r *http.Request) {{\n\t{body}\n}}\n"
    assert [kind for kind, _ in told(GO, text)] == kinds


@pytest.mark.parametrize(
    ("words", "is_value"),
    [
        pytest.param('"git", "checkout", "-b", p', True, id="an option of one letter with a value"),
        pytest.param('"git", "log", "--author", p', True, id="a long option with a value"),
        pytest.param('"ffmpeg", "-vf", p', True, id="a word after one dash"),
        pytest.param('"ffmpeg", "-y", p', False, id="a word after one dash that stands alone"),
        pytest.param('"git", "reset", "--hard", p', False, id="a switch"),
        pytest.param('"git", "branch", "-D", p', False, id="a letter that stands alone"),
        pytest.param('"git", "log", "--format=%H", p', False, id="an option that has its value"),
        pytest.param('"git", "show", p', False, id="no option"),
    ],
)
def test_what_follows_an_option_may_be_its_value(words: str, is_value: bool) -> None:
    """A program that expects the value of an option takes what comes next for nothing else."""
    text = _program(f'p := request.GetString("p", "")\nexec.Command({words})')
    (flow,) = [one for one in flows(Document("m.go", text.encode(), GO)) if isinstance(one, Flow)]
    assert ("option-value" in flow.sink.details) is is_value


def test_library_that_opens_a_workbook_reads_a_file() -> None:
    """A spreadsheet's library opens whatever path it is given."""
    body = 'path := mcp.ParseString(request, "p", "")\nexcelize.OpenFile({})\nreturn nil, nil'
    assert [("path-read", "tool-argument")] == told(GO, _program(body.format("path")))
    assert [] == told(GO, _program(body.format('"book.xlsx"')))
