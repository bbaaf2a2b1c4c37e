"""Flows of Java and C# that end in a class of another document, and what closures tell and hand on."""

from __future__ import annotations

import pytest

from sentinel.model.document import Language
from tests.analysis.generic.told import told
from tests.analysis.generic.workspace import told_in

_CONTROLLER = (
    "package a;\n@RestController\npublic class C {{\n  private final FileService files;\n"
    '  @GetMapping("/x")\n  public String get(@RequestParam String name) {{\n    return {};\n  }}\n}}\n'
)
_BODY = "  public String read(String p) throws Exception {\n    return Files.readString(Path.of(p));\n  }\n"
_SERVICE = f"package a;\npublic class FileService {{\n{_BODY}}}\n"
_INTERFACE = "package a;\npublic interface FileService {\n  String read(String p);\n}\n"
_STORING = _SERVICE.replace("Files.readString(Path.of(p))", "store.open(p)").replace("{\n  public", "{\n  Store store;\n  public")
_CHECKING = _SERVICE.replace("String read(", "Path validate(").replace("Files.readString(Path.of(p))", "root.resolve(p)")
_READ = ("path-read", "http-request")


@pytest.mark.parametrize(
    ("called", "others", "path"),
    [
        pytest.param("files.read(name)", {"a/FileService.java": _SERVICE}, "a/FileService.java", id="a field"),
        pytest.param("this.files.read(name)", {"a/FileService.java": _SERVICE}, "a/FileService.java", id="a field of this"),
        pytest.param("FileService.read(name)", {"a/FileService.java": _SERVICE}, "a/FileService.java", id="a class by its name"),
        pytest.param(
            "files.read(name)",
            {
                "a/FileService.java": _INTERFACE,
                "b/FileServiceImpl.java": _SERVICE.replace("class FileService", "class FileServiceImpl"),
            },
            "b/FileServiceImpl.java",
            id="what implements an interface",
        ),
        pytest.param(
            "files.read(name)",
            {
                "a/FileService.java": _STORING,
                "a/Store.java": "class Store {\n  String open(String q) { return new FileInputStream(q).toString(); }\n}\n",
            },
            "a/Store.java",
            id="a field of a field",
        ),
        pytest.param(
            "files.read(name)",
            {"a/FileService.java": _SERVICE, "z/FileService.java": _SERVICE},
            "a/FileService.java",
            id="the one beside",
        ),
    ],
)
def test_flows_of_java_end_in_another_class(called: str, others: dict[str, str], path: str) -> None:
    """The declared type of the object, or the name of the class, leads to the document of the class."""
    assert told_in({"a/C.java": _CONTROLLER.format(called), **others}, "a/C.java") == [(path, *_READ)]


@pytest.mark.parametrize(
    ("called", "others"),
    [
        pytest.param("files.read(name, 1)", {"a/FileService.java": _SERVICE}, id="another number of arguments"),
        pytest.param('files.read("x")', {"a/FileService.java": _SERVICE}, id="no data of others"),
        pytest.param("files.read(name)", {"src/test/FileService.java": _SERVICE}, id="a class of the tests"),
        pytest.param("files.read(name)", {"y/FileService.java": _SERVICE, "z/FileService.java": _SERVICE}, id="two of one name"),
        pytest.param("files.read(name)", {"a/FileService.java": _INTERFACE}, id="an interface that nothing implements"),
        pytest.param(
            "Files.readString(files.validate(name))",
            {"a/FileService.java": _CHECKING},
            id="a check by its name",
        ),
        pytest.param(
            "Files.readString(files.inside(name))",
            {
                "a/FileService.java": "public class FileService {\n  Path inside(String p) {\n"
                "    Path f = Path.of(p).normalize();\n"
                "    if (!roots.stream().anyMatch(r -> f.startsWith(r))) { throw new X(); }\n    return f;\n  }\n}\n"
            },
            id="a path that is held against each of several folders",
        ),
    ],
)
def test_what_is_not_meant_is_not_followed(called: str, others: dict[str, str]) -> None:
    """A name that may mean several things leads nowhere, and checks made there hold here."""
    assert told_in({"a/C.java": _CONTROLLER.format(called), **others}, "a/C.java") == []


@pytest.mark.parametrize(
    "tool",
    [
        pytest.param(
            "public class T {\n  private readonly IFileService _files;\n"
            "  [McpServerTool]\n  public string Get(string name) {\n"
            "    return _files.Read(name);\n  }\n}\n",
            id="a field of an interface",
        ),
        pytest.param(
            "public class T {\n  [McpServerTool]\n  public static string Get(IFileService files, string name) {\n"
            "    return files.Read(name);\n  }\n}\n",
            id="a parameter that is handed in",
        ),
    ],
)
def test_flows_of_csharp_end_in_another_class(tool: str) -> None:
    """An interface is looked for without the letter at its beginning."""
    service = "public class FileService : IFileService {\n  public string Read(string p) => File.ReadAllText(p);\n}\n"
    files = {"T.cs": tool, "Services/FileService.cs": service}
    assert told_in(files, "T.cs") == [("Services/FileService.cs", "path-read", "tool-argument")]


def _mapped(made: str) -> str:
    return (
        "public class C : ControllerBase {\n  [HttpPost]\n  public IActionResult Get([FromBody] Order order) {\n"
        f"    return PhysicalFile({made});\n  }}\n}}\n"
    )


@pytest.mark.parametrize(
    ("made", "kinds"),
    [
        pytest.param('"/srv/" + string.Join("_", order.Lines.Select(l => l.Name))', ["path-read"], id="a text of each"),
        pytest.param('"/srv/" + string.Join("_", order.Lines.Select(l => l.Name.Length))', [], id="a number of each"),
        pytest.param('"/srv/" + order.SeriesId', [], id="a number by its name"),
        pytest.param('"/srv/" + new Uri(order.Link).Host', [], id="the host of an address"),
        pytest.param('"/srv/" + new Uri(order.Link).LocalPath', ["path-read"], id="the path of an address"),
    ],
)
def test_what_is_made_of_data_may_be_harmless(made: str, kinds: list[str]) -> None:
    """A list holds what a closure makes of each element; numbers and hosts lead into no other folder."""
    assert [kind for kind, _ in told(Language.CSHARP, _mapped(made))] == kinds
