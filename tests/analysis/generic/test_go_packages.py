"""Flows of Go that end in another document: of the same package, of an imported one, behind a field, behind an interface."""

from __future__ import annotations

import pytest

from sentinel.analysis.generic import programs
from sentinel.analysis.generic.languages.words import SINK_WORDS
from sentinel.analysis.generic.walker import MOST_STEPS_ELSEWHERE
from sentinel.model.document import Language
from tests.analysis.generic.workspace import told_in

_MODULE = "module example.com/tools\n\ngo 1.24\n"
_IMPORTS = 'import (\n\t"os"\n\n\tdisk "example.com/tools/internal/store"\n\t"github.com/mark3labs/mcp-go/mcp"\n)\n\n'
_HANDLER = "func {}(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {{\n"
_SINK = "package store\n\nfunc Load(path string) ([]byte, error) {\n\treturn os.ReadFile(path)\n}\n"


def _server(body: str, head: str = "act", before: str = "") -> str:
    return f"package server\n\n{_IMPORTS}{before}{_HANDLER.format(head)}\t{body}\n\treturn nil, nil\n}}\n"


def _told(server: str, **others: str) -> list[tuple[str, str, str]]:
    files = {"go.mod": _MODULE, "internal/server/server.go": server}
    files |= {path.replace("__", "/") + ".go": text for path, text in others.items()}
    return told_in(files, "internal/server/server.go")


_READ = ("internal/store/disk.go", "path-read", "tool-argument")


@pytest.mark.parametrize(
    ("server", "store"),
    [
        pytest.param(_server('disk.Load(request.GetString("p", ""))'), _SINK, id="a function of an imported package"),
        pytest.param(
            _server(
                's.store.Load(request.GetString("p", ""))', "(s *Server) act", "type Server struct {\n\tstore *disk.Store\n}\n\n"
            ),
            _SINK.replace("func Load", "type Store struct {\n\troot string\n}\n\nfunc (s *Store) Load"),
            id="a method of a field's type",
        ),
        pytest.param(
            _server(
                's.store.Load(request.GetString("p", ""))', "(s *Server) act", "type Server struct {\n\tstore disk.Loader\n}\n\n"
            ),
            _SINK.replace(
                "func Load",
                "type Loader interface {\n\tLoad(path string) ([]byte, error)\n}\n\ntype folder struct{}\n\nfunc (f folder) Load",
            ),
            id="the one method that an interface can mean",
        ),
        pytest.param(
            _server('s := disk.New("/srv")\n\ts.Load(request.GetString("p", ""))'),
            _SINK.replace(
                "func Load",
                "type Store struct{}\n\nfunc New(root string) (*Store, error) {\n\treturn &Store{}, nil\n}\n\nfunc (s *Store) Load",
            ),
            id="a method of what a function of the package makes",
        ),
    ],
)
def test_flows_end_in_another_package(server: str, store: str) -> None:
    """A function of the workspace is followed, whatever way it is named."""
    assert _told(server, internal__store__disk=store) == [_READ]


def test_flows_end_in_another_document_of_the_package() -> None:
    """Functions and methods of the same folder need no import."""
    server = _server('s.load(request.GetString("p", ""))', "(s *Server) act")
    other = (
        "package server\n\nfunc (s *Server) load(path string) {\n\topen(path)\n}\n\n"
        "func open(path string) {\n\tos.ReadFile(path)\n}\n"
    )
    assert _told(server, internal__server__load=other) == [("internal/server/load.go", "path-read", "tool-argument")]


def test_a_reader_of_arguments_in_another_document_is_followed() -> None:
    """What a function elsewhere reads of the request is the caller's data."""
    reader = (
        "package server\n\nfunc required[T any](r mcp.CallToolRequest, name string) (T, error) {\n"
        "\tv, ok := r.GetArguments()[name].(T)\n\tif !ok {\n\t\treturn v, nil\n\t}\n\treturn v, nil\n}\n"
    )
    server = _server('p, err := required[string](request, "p")\n\tos.ReadFile(p)')
    assert _told(server, internal__server__read=reader) == [("internal/server/server.go", "path-read", "tool-argument")]


@pytest.mark.parametrize(
    ("server", "store"),
    [
        pytest.param(
            _server('full, err := disk.Inside(request.GetString("p", ""))\n\tos.ReadFile(full)'),
            "package store\n\nfunc Inside(p string) (string, error) {\n\tfull := filepath.Join(root, p)\n"
            '\tif !strings.HasPrefix(full, root+"/") {\n\t\treturn "", fmt.Errorf("no: %s", p)\n'
            "\t}\n\treturn full, nil\n}\n",
            id="a path that was checked there",
        ),
        pytest.param(_server('disk.Load("/etc/motd")'), _SINK, id="no data of others"),
        pytest.param(
            _server('disk.Load(request.GetString("p", ""))'),
            _SINK + "\nfunc (s *Store) Load(path string) ([]byte, error) {\n\treturn nil, nil\n}\n".replace("Load", "Other"),
            id="kept",
        ),
        pytest.param(_server('other.Load(request.GetString("p", ""))'), _SINK, id="a package that is not imported"),
        pytest.param(
            _server('disk := open()\n\tdisk.Load(request.GetString("p", ""))'), _SINK, id="a variable of the package's name"
        ),
    ],
)
def test_what_is_not_meant_is_not_followed(server: str, store: str, request: pytest.FixtureRequest) -> None:
    """Checks made there hold here, and a name that means something else leads nowhere."""
    expected = [_READ] if request.node.callspec.id == "kept" else []
    assert expected == _told(server, internal__store__disk=store)


def test_tests_are_not_followed() -> None:
    """A function that only a test declares is no part of the program."""
    server = _server('load(request.GetString("p", ""))')
    helper = "package server\n\nfunc load(path string) {\n\tos.ReadFile(path)\n}\n"
    assert _told(server, internal__server__load_test=helper) == []


def test_a_package_of_another_module_is_not_followed() -> None:
    """An import that no module of the workspace begins is from elsewhere, even where a folder has its name."""
    server = _server('disk.Load(request.GetString("p", ""))').replace("example.com/tools/internal/store", "example.org/store")
    assert _told(server, store__disk=_SINK) == []


def test_what_is_followed_elsewhere_is_bounded_and_takes_nothing_from_the_document() -> None:
    """A function elsewhere that costs more than the bound ends what is followed; the document itself is walked to the end."""
    long = "package store\n\nfunc Work(a string) {\n" + "\tb := a + a + a\n" * (MOST_STEPS_ELSEWHERE // 6) + "}\n"
    server = _server('p := request.GetString("p", "")\n\tdisk.Work(p)\n\tdisk.Load(p)\n\tos.ReadFile(p)')
    told = _told(server, internal__store__work=long, internal__store__disk=_SINK)
    assert told == [("internal/server/server.go", "path-read", "tool-argument")]


def test_documents_that_only_hand_arguments_on_are_walked() -> None:
    """A handler without a sink of its own holds a word that the prefilter looks for."""
    server = _server('disk.Load(request.GetString("p", ""))').replace('\t"os"\n\n', "").lower().encode()
    assert [word for word in SINK_WORDS[Language.GO] if word in server] == [b"calltool"]


def test_a_parameter_has_the_type_it_declares() -> None:
    """What a function was handed for an object does not hide what the object is, and a closure sees the objects around it."""
    store = _SINK.replace("func Load", "type Store struct{}\n\nfunc (s *Store) Load")
    middle = (
        'package server\n\nimport "example.com/tools/internal/store"\n\n'
        "func show(held *store.Store, path string) {\n\tagain(func() {\n\t\theld.Load(path)\n\t})\n}\n"
    )
    server = _server('show(s.store, request.GetString("p", ""))', "(s *Server) act")
    assert _told(server, internal__server__show=middle, internal__store__disk=store) == [_READ]


def test_documents_that_were_let_go_in_between_are_followed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many other documents were looked at since, a function is the one that the walk knows."""
    monkeypatch.setattr(programs, "_MOST_PROGRAMS", 2)
    many = {f"internal__store__f{n}": f"package store\n\nfunc Use{n}(p string) {{\n\tkeep(p)\n}}\n" for n in range(4)}
    uses = "".join(f"\tdisk.Use{n}(p)\n" for n in range(4))
    server = _server(f'p := request.GetString("p", "")\n\tdisk.Name(p)\n{uses}\tdisk.Load(p)')
    disk = f"{_SINK}\nfunc Name(path string) string {{\n\treturn path\n}}\n"
    assert _told(server, internal__store__disk=disk, **many) == [_READ]
