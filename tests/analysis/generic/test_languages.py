"""Sources, sinks, cleaners and checks of each language but Go."""

from __future__ import annotations

import pytest

from sentinel.model.document import Language
from tests.analysis.generic.told import told

JAVA, CSHARP, RUBY, PHP, RUST, SHELL = (
    Language.JAVA,
    Language.CSHARP,
    Language.RUBY,
    Language.PHP,
    Language.RUST,
    Language.SHELL,
)


def _java(body: str) -> str:
    return (
        "class C extends HttpServlet {\n"
        "  public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {\n"
        f'    String text = request.getParameter("t");\n    {body}\n  }}\n}}\n'
    )


def _csharp(body: str) -> str:
    return (
        "public class C : Controller {\n  [HttpGet]\n"
        f"  public IActionResult Act(string text, int number) {{\n    {body}\n  }}\n}}\n"
    )


def _ruby(body: str) -> str:
    return f"class C < ApplicationController\n  def act\n    text = params[:t]\n    {body}\n  end\nend\n"


def _php(body: str) -> str:
    return f"<?php\n$text = $_GET['t'];\n{body}\n"


def _rust(body: str) -> str:
    return f'#[tool(description = "d")]\nasync fn act(&self, text: String, number: u32) -> Result<String, E> {{\n    {body}\n}}\n'


def _shell(body: str) -> str:
    return f'#!/bin/sh\ntext="$1"\n{body}\n'


_MAKE = {JAVA: _java, CSHARP: _csharp, RUBY: _ruby, PHP: _php, RUST: _rust, SHELL: _shell}
_BAD: dict[Language, list[tuple[str, str]]] = {
    JAVA: [
        ('Runtime.getRuntime().exec("sh -c " + text);', "shell"),
        ('Runtime.getRuntime().exec(new String[]{"sh", "-c", "ls " + text});', "shell"),
        ('new ProcessBuilder("bash", "-c", text).start();', "shell"),
        ('new ProcessBuilder("git", "clone", text).start();', "argument"),
        ('Runtime.getRuntime().exec("ping " + text);', "program"),
        ('Statement s = c.createStatement(); s.executeQuery("SELECT \'" + text + "\'");', "sql"),
        ("jdbcTemplate.query(String.format(\"SELECT '%s'\", text), mapper);", "sql"),
        ('String q = "SELECT "; q += text; connection.prepareStatement(q);', "sql"),
        ("Files.readString(Paths.get(base, text));", ""),
        ("new FileInputStream(new File(base, text));", "path-read"),
        ("new URL(text).openStream();", "url"),
        ("response.sendRedirect(text);", "redirect"),
        ('response.getWriter().print("<b>" + text);', "html"),
        ("new ObjectInputStream(request.getInputStream()).readObject();", "deserialize"),
        ("engine.eval(text);", "code"),
        ("parser.parseExpression(text).getValue();", "code"),
        ('xpath.evaluate("/a[@b=\'" + text + "\']", doc);', "xpath"),
        ("for (Cookie k : request.getCookies()) { response.sendRedirect(k.getValue()); }", "redirect"),
        ("String one = flag ? text : null; response.sendRedirect(one);", "redirect"),
        ("try { response.sendRedirect((String) text); } catch (Exception e) { throw e; }", "redirect"),
    ],
    CSHARP: [
        ('Process.Start("cmd.exe", "/c dir " + text);', "shell"),
        ("Process.Start(text);", "program"),
        ('Process.Start(new ProcessStartInfo { FileName = "bash", Arguments = "-c " + text });', "shell"),
        ("var c = new SqlCommand($\"SELECT '{text}'\", connection);", "sql"),
        ('command.CommandText = "SELECT " + text;', "sql"),
        ('_context.Users.FromSqlRaw("SELECT " + text);', "sql"),
        ("return File(System.IO.File.ReadAllBytes(Path.Combine(root, text)));", "path-read"),
        ("var page = await httpClient.GetStringAsync(text);", "url"),
        ("return Redirect(text);", "redirect"),
        ("new BinaryFormatter().Deserialize(Request.Body);", "deserialize"),
        ('var v = Request.Query["a"]; return Redirect(v);', "redirect"),
        ('await Response.WriteAsync("<b>" + text);', "html"),
        ("var v = x?.Name ?? text; return Redirect(v);", "redirect"),
        ("foreach (var one in text.Split(',')) { Redirect(one); }", "redirect"),
        ("using (var r = new StreamReader(text)) { }", "path-read"),
    ],
    RUBY: [
        ('system("ls #{text}")', "shell"),
        ("`ls #{text}`", "shell"),
        ('system("bash", "-c", text)', "shell"),
        ('Open3.capture3("ls " + text)', "shell"),
        ('system("git", "clone", text)', "argument"),
        ("eval(text)", "code"),
        ("User.where(\"name = '#{text}'\")", "sql"),
        ('User.find_by_sql("SELECT " + text)', "sql"),
        ("File.read(Rails.root.join(text))", "path-read"),
        ("send_file text", "path-read"),
        ("Pathname.new(text).read", "path-read"),
        ("one = Pathname.new(text)\n    one.delete", "path-write"),
        ("Net::HTTP.get(URI(text))", "url"),
        ("redirect_to text", "redirect"),
        ("Marshal.load(text)", "deserialize"),
        ("raw(text)", "html"),
        ("text.html_safe", "html"),
        ("line = 'ls '\n    line << text\n    system(line)", "shell"),
        ("text.split(',').each { |one| system(\"ls #{one}\") }", "shell"),
        ("[1].each do |n|\n      eval(text)\n    end", "code"),
        ("begin\n      eval(text)\n    rescue => e\n      raise\n    end", "code"),
    ],
    PHP: [
        ('system("ls " . $text);', "shell"),
        ("$out = `ls $text`;", "shell"),
        ("eval($text);", "code"),
        ("mysqli_query($db, \"SELECT '$text'\");", "sql"),
        ("$pdo->query('SELECT ' . $text);", "sql"),
        ('DB::select(DB::raw("SELECT $text"));', "sql"),
        ("readfile('files/' . $text);", "path-read"),
        ("$c = curl_init(); curl_setopt($c, CURLOPT_URL, $text);", "url"),
        ("unserialize($text);", "deserialize"),
        ('echo "<b>$text</b>";', "html"),
        ("?><b><?= $text ?></b>", "html"),
        ("header('Location: ' . $text);", "redirect"),
        ("foreach ($_POST as $key => $value) { echo $value; }", "html"),
        ("function f($a) { return 'x' . $a; } echo f($text);", "html"),
        ("$s = <<<EOT\na $text\nEOT;\necho $s;", "html"),
        ("list($a, $b) = explode(',', $text); echo $a;", "html"),
        ("$f = function ($x) use ($text) { echo $text; };", "html"),
        ("print($x ?: $text);", "html"),
    ],
    RUST: [
        ('Command::new("sh").arg("-c").arg(format!("ls {}", text)).output()?;', "shell"),
        ('let mut c = Command::new("bash");\n    c.arg("-c").arg(&text);\n    c.spawn()?;', "shell"),
        ('Command::new("git").args(["clone", &text]).status()?;', "argument"),
        ("Command::new(&text).output()?;", "program"),
        ("sqlx::query(&format!(\"SELECT '{text}'\")).fetch_all(&pool).await?;", "sql"),
        ('std::fs::read_to_string(Path::new("/srv").join(&text))?;', "path-read"),
        ("reqwest::get(&text).await?;", "url"),
        ("let page = client.get(text).send().await?;", "url"),
        ('let s = "SELECT ".to_string() + &text;\n    sqlx::query(&s);', "sql"),
        ('match text.as_str() {\n        "a" => {}\n        _ => { reqwest::get(text).await?; }\n    }', "url"),
    ],
    SHELL: [
        ('eval "ls $text"', "shell"),
        ('bash -c "ls $text"', "shell"),
        ('for one in "$@"; do eval $one; done', "shell"),
        ('run() { eval "$1"; }\nrun', "shell"),
    ],
}
_GOOD: dict[Language, list[str]] = {
    JAVA: [
        'PreparedStatement p = connection.prepareStatement("SELECT ?"); p.setString(1, text);',
        'int n = Integer.parseInt(text); statement.executeQuery("SELECT " + n);',
        "if (!ALLOWED.contains(text)) { return; } response.sendRedirect(text);",
        'response.getWriter().print("<b>" + Encode.forHtml(text));',
        "new File(base, FilenameUtils.getName(text));",
        'File f = new File(base).getCanonicalFile(); if (text.contains("..")) { throw new Exception(); } new FileReader(text);',
        'if (text.equals("a") || text.equals("b")) { response.sendRedirect("/a"); }',
        'switch (text) { case "a": response.sendRedirect(text); break; default: break; }',
        "if (!isAllowed(text)) { return; } response.sendRedirect(text);",
        'response.sendRedirect("/home?x=" + text);',
        'if (text != null) { response.setHeader("a", "b"); }',
    ],
    CSHARP: [
        'var c = new SqlCommand("SELECT @a", connection); c.Parameters.AddWithValue("@a", text);',
        'var c = new SqlCommand("SELECT " + number, connection);',
        "if (!Url.IsLocalUrl(text)) { return BadRequest(); } return Redirect(text);",
        "return File(System.IO.File.ReadAllBytes(Path.Combine(root, Path.GetFileName(text))));",
        'if (!int.TryParse(text, out var n)) return BadRequest(); return Redirect("/a/" + n);',
        'return Redirect("https://example.com/" + text);',
        "await Response.WriteAsync(HtmlEncoder.Default.HtmlEncode(text));",
        'switch (text) { case "a": Redirect(text); break; }',
    ],
    RUBY: [
        'system("ls", text)',
        'system("ls #{Shellwords.escape(text)}")',
        'User.where("name = ?", text)',
        "User.where(name: text)",
        "User.find_by(params)",
        'User.where("id = #{text.to_i}")',
        "File.read(File.join(base, File.basename(text)))",
        "Pathname.new(text).cleanpath.to_s",
        "return unless NAMES.include?(text)\n    eval(text)",
        'redirect_to "/items/#{text}"',
        "redirect_to text if text == root_path",
        "redirect_to params.merge(a: 1), only_path: true",
        "case text\n    when 'a', 'b'\n      eval(text)\n    end",
        "YAML.safe_load(text)",
        "unless text =~ /\\A[a-z]+\\z/\n      return\n    end\n    eval(text)",
    ],
    PHP: [
        'system("ls " . escapeshellarg($text));',
        '$n = (int)$text; mysqli_query($db, "SELECT $n");',
        "$s = $pdo->prepare('SELECT ?'); $s->execute([$text]);",
        "echo htmlspecialchars($text);",
        "if (!in_array($text, ['a', 'b'], true)) { die('no'); } include $text . '.php';",
        "readfile('files/' . basename($text));",
        "if (!in_array($_GET['p'], $pages)) { exit; } include $_GET['p'];",
        "if (preg_match('/^[a-z]+$/', $text)) { include $text; }",
        "header('Location: /items/' . $text);",
        "switch ($text) { case 'a': include $text; break; }",
        "echo strlen($text);",
        "file(basename($text));",
    ],
    RUST: [
        'Command::new("ls").arg("--").arg(&text).output()?;',
        'sqlx::query("SELECT ?").bind(&text);',
        "if !ALLOWED.contains(&text.as_str()) {\n        return Err(e);\n    }\n    reqwest::get(&text).await?;",
        'reqwest::get(format!("https://example.com/{}", text)).await?;',
        'sqlx::query(&format!("SELECT {}", number));',
        'if text.contains("..") {\n        return Err(e);\n    }\n    std::fs::read(text)?;',
    ],
    SHELL: ['ls "$text"', 'case "$text" in a|b) eval "$text" ;; esac', 'text=fixed\neval "ls $text"', 'eval "$(tool init)"'],
}


@pytest.mark.parametrize(
    ("language", "body", "kind"),
    [
        pytest.param(language, body, kind, id=f"{language.value}: {body[:60]}")
        for language, rows in _BAD.items()
        for body, kind in rows
        if kind
    ],
)
def test_somebody_elses_data_reaches_a_sink(language: Language, body: str, kind: str) -> None:
    """The flow is told, and only this one."""
    assert [one for one, _ in told(language, _MAKE[language](body)) if one == kind] == [kind]


@pytest.mark.parametrize(
    ("language", "body"),
    [pytest.param(language, body, id=f"{language.value}: {body[:60]}") for language, rows in _GOOD.items() for body in rows],
)
def test_harmless_code_is_quiet(language: Language, body: str) -> None:
    """What was cleaned, checked or bound is not told of."""
    assert [kind for kind, _ in told(language, _MAKE[language](body)) if kind not in ("argument", "log")] == []
