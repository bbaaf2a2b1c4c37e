"""What frameworks and libraries do with data: objects that are set up, texts that handlers return, entries of containers."""

from __future__ import annotations

import pytest

from sentinel.model.document import Language
from tests.analysis.generic.test_languages import _csharp, _java, _php, _ruby
from tests.analysis.generic.told import told

GO, JAVA, CSHARP = Language.GO, Language.JAVA, Language.CSHARP
RUBY, PHP, RUST = Language.RUBY, Language.PHP, Language.RUST
_FACTORY = "DocumentBuilderFactory f = DocumentBuilderFactory.newInstance();"
_PARSE = "f.newDocumentBuilder().parse(new StringReader(text));"


def _spring(body: str) -> str:
    return f"@Controller\nclass C {{\n  @GetMapping\n  public String act(@RequestParam String text) {{\n    {body}\n  }}\n}}\n"


def _go(body: str) -> str:
    return f"package a\n\nfunc act(w http.ResponseWriter, r *http.Request) {{\n\t{body}\n}}\n"


def _rust(body: str) -> str:
    return f"async fn act(Query(text): Query<String>) -> Redirect {{\n    {body}\n}}\n"


@pytest.mark.parametrize(
    ("language", "text", "kinds"),
    [
        pytest.param(JAVA, _java(f"{_FACTORY} {_PARSE}"), ["xml"], id="a document builder as it is made"),
        pytest.param(
            JAVA,
            _java(f'{_FACTORY} f.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true); {_PARSE}'),
            [],
            id="a document builder that was set up",
        ),
        pytest.param(
            JAVA, _java(f"{_FACTORY} Xml.harden(f); {_PARSE}"), [], id="a factory that a function of unknown doing was handed"
        ),
        pytest.param(JAVA, _java("new SAXReader().read(new StringReader(text));"), ["xml"], id="a reader as it is made"),
        pytest.param(
            JAVA,
            _java("XMLInputFactory x = XMLInputFactory.newInstance(); x.createXMLStreamReader(new StringReader(text));"),
            ["xml"],
            id="a stream reader",
        ),
        pytest.param(JAVA, _spring('return "redirect:" + text;'), ["redirect"], id="a view that redirects"),
        pytest.param(JAVA, _spring('return "redirect:/users/" + text;'), [], id="a view that redirects to a place of its own"),
        pytest.param(JAVA, _spring('return "<h1>" + text + "</h1>";'), ["html"], id="markup that a handler returns"),
        pytest.param(JAVA, _spring('return "user/" + text.length();'), [], id="a view's name"),
        pytest.param(JAVA, _java('response.setHeader("Location", text);'), ["redirect"], id="the header of a redirect"),
        pytest.param(JAVA, _java('response.setHeader("X-Name", text);'), [], id="another header"),
        pytest.param(
            JAVA, _java("PrintWriter out = response.getWriter(); out.write(text);"), ["html"], id="a writer of the response"
        ),
        pytest.param(
            JAVA,
            _java("OutputStreamWriter out = new OutputStreamWriter(c.getOutputStream()); out.write(text);"),
            [],
            id="a writer to another server",
        ),
        pytest.param(JAVA, _java("Files.readAllBytes(root.resolve(text));"), ["path-read"], id="a path made by resolve"),
        pytest.param(
            JAVA,
            _java("Path p = Paths.get(root, text).normalize(); if (!p.startsWith(root)) return; Files.readAllBytes(p);"),
            [],
            id="a path that is checked after it is made",
        ),
        pytest.param(JAVA, _java("Path p = Paths.get(root, text); load(p);"), ["path-read"], id="a path that nothing checks"),
        pytest.param(JAVA, _java("repository.get(text).execute();"), [], id="what a store returns for a key"),
        pytest.param(
            CSHARP,
            _csharp("var d = new XmlDocument(); d.XmlResolver = new XmlUrlResolver(); d.LoadXml(text);"),
            ["xml"],
            id="a document with a resolver",
        ),
        pytest.param(CSHARP, _csharp("var d = new XmlDocument(); d.LoadXml(text);"), [], id="a document without one"),
        pytest.param(
            CSHARP,
            _csharp(
                "JsonConvert.DeserializeObject<object>(text, new JsonSerializerSettings { TypeNameHandling = "
                "TypeNameHandling.All });"
            ),
            ["deserialize"],
            id="types by name",
        ),
        pytest.param(
            CSHARP,
            _csharp(
                "JsonConvert.DeserializeObject<object>(text, new JsonSerializerSettings { TypeNameHandling = "
                "TypeNameHandling.None });"
            ),
            [],
            id="no types by name",
        ),
        pytest.param(CSHARP, _csharp("JsonConvert.DeserializeObject<User>(text);"), [], id="settings of the library"),
        pytest.param(
            CSHARP,
            _csharp('var p = new Process(); p.StartInfo.FileName = "sh"; p.StartInfo.Arguments = "-c " + text; p.Start();'),
            ["shell"],
            id="a process that is told its arguments",
        ),
        pytest.param(
            CSHARP,
            _csharp('Process.Start(new ProcessStartInfo { FileName = "cmd.exe", Arguments = $"/c ping {text}" });'),
            ["shell"],
            id="a process that is made with its arguments",
        ),
        pytest.param(CSHARP, _csharp("new StreamReader(Request.Body);"), [], id="a reader of a stream"),
        pytest.param(
            CSHARP, _csharp('users.FromSql($"select * from t where a = {text}");'), [], id="a statement that is taken apart"
        ),
        pytest.param(
            CSHARP, _csharp('users.FromSql("select * from t where a = " + text);'), ["sql"], id="a statement that is joined"
        ),
        pytest.param(CSHARP, _csharp('return Content("<b>" + text + "</b>", "text/html");'), ["html"], id="content as a page"),
        pytest.param(CSHARP, _csharp('return Content(text, "text/plain");'), [], id="content as text"),
        pytest.param(
            CSHARP,
            'class P { static void Main() { app.MapGet("/run", (string line) => Process.Start("sh", "-c " + line)); } }\n',
            ["shell"],
            id="the parameter of a route's closure",
        ),
        pytest.param(RUBY, _ruby('user.posts.where("a = #{text}")'), ["sql"], id="a joined condition of any relation"),
        pytest.param(RUBY, _ruby("list.where(text)"), [], id="a condition of anything as it is"),
        pytest.param(RUBY, _ruby('render inline: "<b>#{text}</b>"'), ["template"], id="a template in place"),
        pytest.param(RUBY, _ruby("render plain: text"), [], id="plain text"),
        pytest.param(RUBY, _ruby("Nokogiri::XML(text) { |c| c.noent }"), ["xml"], id="entities that are asked for"),
        pytest.param(RUBY, _ruby("Nokogiri::XML(text)"), [], id="entities that are not"),
        pytest.param(RUBY, _ruby("redirect_to request.fullpath"), [], id="the page's own address"),
        pytest.param(PHP, _php("header('Location: ' . $text);"), ["redirect"], id="a header that redirects"),
        pytest.param(PHP, _php("header('X-Name: ' . $text);"), [], id="a header that does not"),
        pytest.param(PHP, _php("header('Location: ' . $_SERVER['PHP_SELF']);"), [], id="PHP's own path"),
        pytest.param(PHP, _php("system($_SERVER['HTTP_USER_AGENT']);"), ["shell"], id="a request's header"),
        pytest.param(PHP, _php("system($_SERVER['DOCUMENT_ROOT']);"), [], id="a setting of the server"),
        pytest.param(PHP, _php("unserialize($text, ['allowed_classes' => false]);"), [], id="no classes"),
        pytest.param(PHP, _php("simplexml_load_string($text);"), [], id="a parser without entities"),
        pytest.param(PHP, _php("simplexml_load_string($text, 'X', LIBXML_NOENT);"), ["xml"], id="a parser with entities"),
        pytest.param(PHP, _php("$r['body'] = $text; $r['code'] = 'x'; system($r['code']);"), [], id="another entry of a list"),
        pytest.param(PHP, _php("$r['body'] = $text; system($r['body']);"), ["shell"], id="the entry of a list"),
        pytest.param(PHP, _php("$text();"), ["code"], id="a function by its name"),
        pytest.param(
            PHP, _php("if (array_key_exists('t', $_GET)) { system($_GET['t']); }"), ["shell"], id="whether there is an entry"
        ),
        pytest.param(PHP, _php("if ($text == 'a' || $text == 'b') { system($text); }"), [], id="one of two words"),
        pytest.param(PHP, _php("if ($text == 'a' || $free) { system($text); }"), ["shell"], id="a word or something else"),
        pytest.param(
            RUST, _rust('Redirect::to(&format!("{}{text}", own()))'), [], id="a name after something of the program's own"
        ),
        pytest.param(RUST, _rust('Redirect::to(&format!("{text}{}", own()))'), ["redirect"], id="a name before it"),
        pytest.param(
            PHP,
            _php("if (!ctype_xdigit($text)) { $text = '0'; }\nreadfile('keys/' . $text);"),
            [],
            id="a value that is replaced where it does not fit",
        ),
        pytest.param(
            PHP,
            _php("if (!seen($text)) { stop('no'); }\nreadfile($text);\nfunction stop($why) { die($why); }"),
            ["path-read", "url"],
            id="a check of a name that tells nothing",
        ),
        pytest.param(
            PHP,
            _php("if (!is_valid_path($text)) { stop('no'); }\nreadfile($text);\nfunction stop($why) { die($why); }"),
            [],
            id="a check that ends in a function that never returns",
        ),
        pytest.param(
            PHP,
            _php("$ok = check_name($text);\n$ok &= true;\nif ($ok) { system($text); }"),
            [],
            id="a check that is kept in a variable",
        ),
        pytest.param(PHP, _php("unlink($_FILES['f']['tmp_name']);"), [], id="a name that the server chose"),
        pytest.param(PHP, _php("unlink($_FILES['f']['name']);"), ["path-write"], id="a name that the sender chose"),
        pytest.param(PHP, _php("parse_str($text, $pairs);"), [], id="pairs in a list of their own"),
        pytest.param(RUBY, _ruby('render inline: "<b>%s</b>" % text'), ["template"], id="a text with places"),
        pytest.param(RUBY, _ruby('User.find(:all, conditions: "a = #{text}")'), ["sql"], id="a finder's option"),
        pytest.param(
            GO,
            _go('var in Input\n\tjson.NewDecoder(r.Body).Decode(&in)\n\texec.Command("sh", "-c", in.Line)'),
            ["shell"],
            id="a body that is decoded",
        ),
        pytest.param(
            GO,
            _go('q := r.URL.Query()\n\tif q.Get("a") == "x" {\n\t\tdb.Query("select " + q.Get("b"))\n\t}'),
            ["sql"],
            id="a check of another parameter",
        ),
        pytest.param(
            GO,
            _go('q := r.URL.Query()\n\tif q.Get("a") == "x" {\n\t\tdb.Query("select " + q.Get("a"))\n\t}'),
            [],
            id="a check of the same parameter",
        ),
        pytest.param(GO, _go('w.Header().Set("Location", r.FormValue("u"))'), ["redirect"], id="the header of a redirect in Go"),
        pytest.param(
            GO, _go("http.ServeFile(w, r, filepath.Join(root, r.URL.Path))"), [], id="a function that refuses dots itself"
        ),
        pytest.param(
            GO, _go('http.ServeFile(w, r, filepath.Join(root, r.FormValue("f")))'), ["path-read"], id="and what it cannot see"
        ),
        pytest.param(
            CSHARP,
            "public class C : Controller {\n  private void Act(string text) {\n    new StreamWriter(text);\n  }\n}\n",
            [],
            id="a method that is no action",
        ),
        pytest.param(
            JAVA,
            _java('var e = request.getHeaders("a"); if (e.hasMoreElements()) { n = e.nextElement(); } st.execute("x" + n);'),
            ["sql"],
            id="whether there are more tells nothing",
        ),
        pytest.param(
            CSHARP,
            _csharp('var b = new StringBuilder("select "); b.AppendFormat("{0}", text); new SqlCommand(b.ToString());'),
            ["sql"],
            id="a builder of a text",
        ),
    ],
)
def test_frameworks(language: Language, text: str, kinds: list[str]) -> None:
    """Data is told of where the library acts on it, and nowhere else."""
    assert kinds == [kind for kind, _ in told(language, text)]


_CONTROLLER = """<?php
class ImportController extends Controller {{
    public function file(string $name, string $path) {{
        readfile($path);
    }}
    public function act() {{
        {}
    }}
}}
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("$this->other($_FILES['f']['tmp_name']);", ["path-read", "url"], id="an action"),
        pytest.param("$this->file('a', $_FILES['f']['tmp_name']);", [], id="a method of its own, given a clean path"),
        pytest.param("$this->file('a', $_GET['f']);", ["path-read", "url"], id="a method of its own, given data"),
    ],
)
def test_what_a_controller_calls_itself_is_no_action(body: str, expected: list[str]) -> None:
    """The parameters of a method that its own class calls are what the class gives."""
    assert expected == sorted(kind for kind, *_ in told(Language.PHP, _CONTROLLER.format(body)))


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        pytest.param("params[:name]", ["path-read"], id="a name"),
        pytest.param("Resets::ChallengeView.new(email: params[:email]), layout: 'plain'", [], id="an object that draws itself"),
    ],
)
def test_what_rails_draws(drawn: str, expected: list[str]) -> None:
    """A name given to `render` chooses a file; an object made in its place is none."""
    text = f"class AController < ApplicationController\n  def show\n    render {drawn}\n  end\nend\n"
    assert expected == [kind for kind, *_ in told(Language.RUBY, text)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("Names.MakeValidFileName(file)", [], id="made valid"),
        pytest.param('file + ".torrent"', ["path-write"], id="made longer"),
    ],
)
def test_names_of_files_made_valid(name: str, expected: list[str]) -> None:
    """A function that is called after making a valid name of a file leaves nothing that climbs."""
    text = (
        "using Microsoft.AspNetCore.Mvc;\npublic class DropController : Controller {\n  [HttpGet]\n"
        f'  public IActionResult Drop(string file) {{\n    System.IO.File.WriteAllBytes(Path.Combine("/srv", {name}), data);\n'
        "    return Ok();\n  }\n}\n"
    )
    assert expected == [kind for kind, *_ in told(Language.CSHARP, text)]
