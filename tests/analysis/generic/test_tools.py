"""How the arguments of a tool come in, in the forms of the SDKs of Java, C#, Ruby, PHP and Rust, and the checks that help."""

from __future__ import annotations

import pytest

from sentinel.model.document import Language
from tests.analysis.generic.told import told

JAVA, CSHARP, RUBY, PHP, RUST, GO = Language.JAVA, Language.CSHARP, Language.RUBY, Language.PHP, Language.RUST, Language.GO


def _java(body: str, parameters: str = "@ToolParam String path") -> str:
    return f"class Tools {{\n  @Tool\n  public String act({parameters}) throws Exception {{\n    {body}\n  }}\n}}\n"


def _java_added(made: str, given: str = "exchange, request") -> str:
    return f"class Tools {{\n  Object tool = {made}(({given}) -> {{\n    READ\n    return null;\n  }});\n}}\n"


def _csharp(body: str, parameters: str = "string path") -> str:
    return f"public class Tools {{\n  [McpServerTool]\n  public static string Act({parameters}) {{\n    {body}\n  }}\n}}\n"


def _ruby(body: str, base: str = "MCP::Tool") -> str:
    return f"class ReadTool < {base}\n  def self.call(path:, server_context:)\n    {body}\n  end\nend\n"


def _php(body: str, mark: str = "McpTool") -> str:
    head = f"<?php\nclass Tools {{\n  #[{mark}(name: 'x')]\n  public function act(string $path): string {{\n"
    return f"{head}    {body}\n  }}\n}}\n"


def _rust(body: str, parameters: str = "Parameters(args): Parameters<Args>") -> str:
    fields = "struct Args {\n  path: String,\n  count: u32,\n  kind: Option<String>,\n}\n\n"
    head = f"{fields}impl Server {{\n  #[tool]\n  async fn act(&self, {parameters}) -> Result<CallToolResult> {{\n"
    return f"{head}    {body}\n  }}\n}}\n"


_READ_JAVA = 'String p = (String) request.arguments().get("path");\n    Files.readString(Path.of(p));'
_RUST_CALL = "async fn call(&self, params: CallToolRequestParams) -> Result<X> {\n"


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        pytest.param(
            JAVA,
            _java_added("new McpServerFeatures.SyncToolSpecification").replace("READ", _READ_JAVA),
            "path-read",
            id="java: handed",
        ),
        pytest.param(JAVA, _java_added("builder().tool(x).callHandler").replace("READ", _READ_JAVA), "path-read", id="java: built"),
        pytest.param(
            JAVA,
            _java_added("new SyncToolSpecification", "exchange, arguments").replace(
                "READ", 'Files.readString(Path.of(arguments.get("p")));'
            ),
            "path-read",
            id="java: a mapping",
        ),
        pytest.param(JAVA, _java('new ProcessBuilder(List.of("sh", "-c", path)).start(); return "";'), "shell", id="java: a list"),
        pytest.param(
            CSHARP,
            _csharp('var i = new ProcessStartInfo("git"); i.ArgumentList.Add("log"); i.ArgumentList.Add(path); Process.Start(i);'),
            "argument",
            id="csharp: an argument that is added",
        ),
        pytest.param(
            CSHARP,
            _csharp('var i = new ProcessStartInfo("sh"); i.ArgumentList.Add("-c"); i.ArgumentList.Add(path); Process.Start(i);'),
            "shell",
            id="csharp: a line for a shell that is added",
        ),
        pytest.param(
            CSHARP,
            "var o = new Options { Handler = (request, ct) => { "
            'File.ReadAllText(request.Params?.Arguments?["p"].ToString()); } };\n',
            "path-read",
            id="csharp: the parameters of a request",
        ),
        pytest.param(RUBY, _ruby("File.read(path)"), "path-read", id="ruby: a class"),
        pytest.param(RUBY, _ruby("File.read(path)", "ApplicationTool"), "path-read", id="ruby: a class of the application's"),
        pytest.param(
            RUBY,
            'server.define_tool(name: "x") do |path:, server_context:|\n  File.read(path)\nend\n',
            "path-read",
            id="ruby: a block",
        ),
        pytest.param(PHP, _php('return shell_exec("ls $path");'), "shell", id="php: an attribute"),
        pytest.param(PHP, _php("unlink($path);", "McpResourceTemplate"), "path-write", id="php: a template of resources"),
        pytest.param(RUST, _rust("std::fs::rename(a, &args.path)?;"), "path-write", id="rust: a field"),
        pytest.param(
            RUST, _rust('Command::new("sh").arg("-c").arg(format!("ls {}", args.path)).output()?;'), "shell", id="rust: a macro"
        ),
        pytest.param(
            RUST,
            _rust('match args.get("p").and_then(|v| v.as_str()) { Some(p) => { std::fs::read(p)?; } None => {} }', "args: Value"),
            "path-read",
            id="rust: bound by an arm",
        ),
        pytest.param(
            RUST,
            f'impl S {{\n{_RUST_CALL}let p = params.arguments.get("p").unwrap().as_str().unwrap();\nstd::fs::read(p)?;\n}}\n}}\n',
            "path-read",
            id="rust: the parameters of a call",
        ),
    ],
)
def test_arguments_of_a_tool_are_data_of_others(language: Language, text: str, kind: str) -> None:
    """However a handler gets at its arguments, they are the caller's."""
    assert (kind, "tool-argument") in told(language, text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param(
            JAVA,
            _java(
                'Path f = root.resolve(path).normalize(); if (root.relativize(f).startsWith("..")) throw x; '
                "return Files.readString(f);"
            ),
            id="java: a relative path",
        ),
        pytest.param(JAVA, _java("return Files.readString(root.resolve(Path.of(path).getFileName()));"), id="java: the last part"),
        pytest.param(
            JAVA, _java('if (!path.matches("[a-z]+")) throw x; Runtime.getRuntime().exec("sh -c " + path);'), id="java: a pattern"
        ),
        pytest.param(
            JAVA, _java('new ProcessBuilder("git", Mode.valueOf(path).name()).start();'), id="java: one of an enumeration"
        ),
        pytest.param(
            CSHARP,
            _csharp(
                'if (path.StartsWith("-")) throw x; var i = new ProcessStartInfo("git"); i.ArgumentList.Add(path); '
                "Process.Start(i);"
            ),
            id="csharp: no option",
        ),
        pytest.param(
            RUBY,
            _ruby(
                'f = Pathname.new(ROOT).join(path).cleanpath\n    raise x if f.relative_path_from(ROOT).to_s.start_with?("..")\n'
                "    File.read(f)"
            ),
            id="ruby: a relative path",
        ),
        pytest.param(RUBY, _ruby("system(server_context)"), id="ruby: what the server hands over"),
        pytest.param(
            RUST,
            _rust('let p = "a";\n    if ok { let p = args.path; show(p); }\n    std::fs::read(p)?;'),
            id="rust: another name of a block",
        ),
        pytest.param(PHP, _php('return file_get_contents("/srv/" . basename($path));'), id="php: a base name"),
        pytest.param(
            RUST, _rust('Command::new("sh").arg("-c").arg(format!("head -{}", args.count)).output()?;'), id="rust: a number"
        ),
        pytest.param(
            RUST,
            _rust("let f = self.root.join(&args.path).canonicalize()?;\n    f.strip_prefix(&self.root)?;\n    std::fs::read(f)?;"),
            id="rust: below a folder",
        ),
        pytest.param(
            RUST,
            _rust(
                "if Path::new(&args.path).components().any(|c| matches!(c, Component::ParentDir)) { return Err(x); }\n"
                "    std::fs::read(&args.path)?;"
            ),
            id="rust: without a part that leads upwards",
        ),
        pytest.param(
            RUST,
            _rust('match args.path.as_str() { "a" | "b" => { std::fs::read(&args.path)?; } _ => {} }'),
            id="rust: one of two names",
        ),
    ],
)
def test_checked_arguments_are_quiet(language: Language, text: str) -> None:
    """A check that looks at the right thing keeps the flow silent."""
    assert told(language, text) == []


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        pytest.param(
            RUST,
            _rust("let f = self.root.join(&args.path);\n    f.strip_prefix(&self.root)?;\n    std::fs::read(f)?;"),
            "path-read",
            id="rust: not resolved",
        ),
        pytest.param(
            JAVA,
            _java('if (!path.matches(".*txt")) throw x; return Files.readString(Path.of(path));'),
            "path-read",
            id="java: any text with an end",
        ),
        pytest.param(JAVA, _java("new ProcessBuilder(String.valueOf(path)).start();"), "program", id="java: the value as a text"),
    ],
)
def test_checks_that_do_not_help(language: Language, text: str, kind: str) -> None:
    """A check that lets everything pass changes nothing."""
    assert told(language, text) == [(kind, "tool-argument")]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param('usort($rows, $_GET["by"]);', ["code"], id="a function by its name"),
        pytest.param('usort($rows, [$this, "by" . $_GET["by"]]);', [], id="a method with a beginning of its own"),
        pytest.param('array_filter($rows, "is_" . $_GET["kind"]);', [], id="a function with a beginning of its own"),
        pytest.param('Rule::unique("users")->ignore($_GET["id"]);', ["sql"], id="a row that a rule is to leave out"),
        pytest.param('$qb->select("u")->where("email = " . $_GET["e"]);', ["sql"], id="a condition that is joined"),
        pytest.param('$qb->select("u")->where("email = :e")->setParameter("e", $_GET["e"]);', [], id="a condition with a place"),
        pytest.param(
            'Route::get("/a/{name}", function ($name) { DB::select("SELECT * FROM u WHERE n = $name"); });', ["sql"], id="a route"
        ),
        pytest.param(
            '$this->get("/a/{name}", function ($name) { DB::select("SELECT * FROM u WHERE n = $name"); });', [], id="no route"
        ),
    ],
)
def test_sinks_of_php(text: str, kinds: list[str]) -> None:
    """Functions named by data, rules of validation, builders of statements and closures of routes."""
    assert [kind for kind, _ in told(PHP, f"<?php\n{text}\n")] == kinds


def test_the_event_of_a_lambda_is_data_of_others() -> None:
    """A handler in Ruby gets what the gateway was sent."""
    text = 'def lambda_handler(event:, context:)\n  system("ls #{event[\'name\']}")\n  system("ls #{context}")\nend\n'
    assert told(RUBY, text) == [("shell", "http-request")]


def test_arguments_of_a_command_line_are_those_of_who_runs_it() -> None:
    """What cobra hands to a command is chosen by who types it."""
    body = 'exec.Command("sh", "-c", strings.Join(args, " "))'
    text = f"package m\n\nfunc run(cmd *cobra.Command, args []string) {{\n\t{body}\n}}\n"
    assert told(GO, text) == [("shell", "command-line")]
