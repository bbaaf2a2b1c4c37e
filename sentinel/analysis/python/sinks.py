"""Where data can do harm in Python: callables by dotted name, and methods by name where the receiver's type is not known."""

from __future__ import annotations

import re
from typing import NamedTuple

from sentinel.model.expression import expression
from sentinel.model.flow import SinkKind as K


class Spec(NamedTuple):
    """What one argument of a callable does."""

    kind: K
    position: int = 0
    """Of the positional argument; -1 when it only comes by name; -2 for the receiver of a method."""
    names: tuple[str, ...] = ()
    """Keywords by which it may come instead."""
    details: tuple[str, ...] = ()
    form: str = ""
    """How the argument is looked at where its kind alone does not say: see `sentinel.analysis.python.arguments`."""


class Method(NamedTuple):
    """A method by name, for receivers that fit."""

    spec: Spec
    receiver: re.Pattern[str] | None = None
    """Must be found in the receiver's dotted name; None: any."""
    modules: tuple[str, ...] = ()
    """At least one of these is imported by the module, where given."""


def _each(refs: str, *specs: Spec) -> dict[str, tuple[Spec, ...]]:
    return dict.fromkeys(refs.split(), specs)


_LOCATION = Spec(K.REDIRECT, -1, ("headers",), (), "location")
_FILE = ("file", "path", "filename", "fp", "f")

CALLS: dict[str, tuple[Spec, ...]] = {
    **_each(
        "os.system os.popen os.popen2 os.popen3 os.popen4 commands.getoutput commands.getstatusoutput subprocess.getoutput"
        " subprocess.getstatusoutput popen2.popen2 popen2.popen3 popen2.popen4 pexpect.run pexpect.runu platform.popen"
        " fabric.api.run fabric.api.sudo fabric.api.local invoke.run",
        Spec(K.SHELL, 0, ("cmd", "command"), ("shell-string",)),
    ),
    **_each(
        "asyncio.create_subprocess_shell asyncio.subprocess.create_subprocess_shell anyio.run_process_shell",
        Spec(K.SHELL, 0, ("cmd",), ("shell-string",)),
    ),
    **_each(
        "subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen subprocess32.run"
        " subprocess32.Popen subprocess32.call subprocess32.check_output trio.run_process"
        " asyncio.subprocess.run gevent.subprocess.Popen gevent.subprocess.run sarge.run eventlet.green.subprocess.Popen"
        " psutil.Popen",
        Spec(K.SHELL, 0, ("args", "command"), (), "process"),
        Spec(K.PROGRAM, -1, ("executable",), (), "if-tainted"),
    ),
    **_each("anyio.run_process anyio.open_process", Spec(K.SHELL, 0, ("command",), ("shell-string",), "exec-run")),
    **_each("kubernetes.stream.stream", Spec(K.PROGRAM, -1, ("command",), (), "process")),
    **_each("sh.Command plumbum.local.get", Spec(K.PROGRAM, 0, ("path", "name"), (), "if-tainted")),
    **_each(
        "asyncio.create_subprocess_exec asyncio.subprocess.create_subprocess_exec pty.spawn pexpect.spawn"
        " pexpect.popen_spawn.PopenSpawn ptyprocess.PtyProcess.spawn ptyprocess.PtyProcessUnicode.spawn",
        Spec(K.PROGRAM, 0, ("program", "command", "args"), (), "vector"),
    ),
    **_each(
        "os.execl os.execle os.execlp os.execlpe os.execv os.execve os.execvp os.execvpe os.posix_spawn os.posix_spawnp",
        Spec(K.PROGRAM, 0, ("path", "file"), (), "exec"),
    ),
    **_each(
        "os.spawnl os.spawnle os.spawnlp os.spawnlpe os.spawnv os.spawnve os.spawnvp os.spawnvpe",
        Spec(K.PROGRAM, 1, ("path", "file"), (), "exec"),
    ),
    **_each("os.startfile", Spec(K.OPENER, 0, ("path", "filepath"), ("program:start",), "opener")),
    **_each(
        "webbrowser.open webbrowser.open_new webbrowser.open_new_tab",
        Spec(K.OPENER, 0, ("url",), ("program:webbrowser",), "opener"),
    ),
    **_each("click.launch typer.launch", Spec(K.OPENER, 0, ("url",), ("program:open",), "opener")),
    # code
    **_each("eval exec execfile builtins.eval builtins.exec", Spec(K.CODE, 0, ("source", "expression"), ("evaluates",), "run")),
    **_each(
        "code.interact code.InteractiveInterpreter().runcode code.InteractiveConsole().push"
        " code.InteractiveInterpreter().runsource"
        " code.InteractiveConsole().runcode code.InteractiveConsole().runsource pandas.eval pd.eval numexpr.evaluate"
        " runpy.run_path timeit.timeit timeit.repeat cProfile.run profile.run pdb.run"
        " lupa.LuaRuntime().execute lupa.LuaRuntime().eval execjs.eval execjs.exec_ execjs.compile rpy2.robjects.r"
        " IPython.core.interactiveshell.InteractiveShell().run_cell sympy.sympify sympy.parse_expr"
        " sympy.parsing.sympy_parser.parse_expr js2py.eval_js dukpy.evaljs IPython.get_ipython().run_cell"
        " langchain_experimental.utilities.PythonREPL().run langchain_experimental.utilities.python.PythonREPL().run"
        " langchain_experimental.tools.PythonREPLTool().run langchain_experimental.tools.PythonREPLTool().invoke",
        Spec(K.CODE, 0, ("source", "expr", "stmt", "a", "s", "path_name", "line"), ("evaluates",)),
    ),
    **_each(
        "_xxsubinterpreters.run_string interpreters.run_string _testcapi.run_in_subinterp test.support.run_in_subinterp",
        Spec(K.CODE, 0, (), ("evaluates",)),
        Spec(K.CODE, 1, (), ("evaluates",)),
    ),
    **_each("IPython.get_ipython().system", Spec(K.SHELL, 0, ("cmd",), ("shell-string",))),
    **_each("torch.hub.load", Spec(K.CODE, 0, ("repo_or_dir",), ("evaluates",), "if-tainted")),
    **_each("datasets.load_dataset", Spec(K.CODE, 0, ("path",), ("evaluates",), "trusting")),
    **_each("logging.config.listen", Spec(K.CODE, -1, (), ("evaluates",))),
    **_each(
        "importlib.import_module __import__ importlib.__import__ builtins.__import__ runpy.run_module imp.load_source"
        " imp.load_module"
        " pkgutil.resolve_name django.utils.module_loading.import_string werkzeug.utils.import_string",
        Spec(K.CODE, 0, ("name", "mod_name"), ("import",)),
    ),
    **_each("importlib.util.spec_from_file_location", Spec(K.CODE, 1, ("location",), ("import",))),
    # SQL
    **_each(
        "sqlalchemy.text sqlalchemy.sql.text sqlalchemy.sql.expression.text sqlalchemy.literal_column sqlalchemy.DDL"
        " sqlmodel.text"
        " sqlalchemy.sql.expression.literal_column",
        Spec(K.SQL, 0, ("text",), ("orm-raw",), "sql"),
    ),
    **_each(
        "django.db.models.expressions.RawSQL django.db.models.RawSQL",
        Spec(K.SQL, 0, ("sql",), ("orm-raw",), "sql"),
    ),
    **_each(
        "pandas.read_sql pandas.read_sql_query pandas.io.sql.read_sql polars.read_database duckdb.sql duckdb.query duckdb.execute"
        " awswrangler.athena.read_sql_query pandasql.sqldf",
        Spec(K.SQL, 0, ("sql", "query"), (), "sql"),
    ),
    **_each("psycopg2.sql.SQL psycopg.sql.SQL psycopg2.extensions.AsIs", Spec(K.SQL, 0, ("string",), (), "sql")),
    # templates
    **_each(
        "flask.render_template_string quart.render_template_string",
        Spec(K.TEMPLATE, 0, ("source",), ("engine:jinja2",)),
    ),
    **_each(
        "jinja2.Template jinja2.environment.Template jinja2.Environment().from_string"
        " jinja2.environment.Environment().from_string"
        " jinja2.nativetypes.NativeEnvironment().from_string jinja2.nativetypes.NativeTemplate"
        " jinja2.Environment().compile_expression"
        " fastapi.templating.Jinja2Templates().env.from_string"
        " flask.current_app.jinja_env.from_string flask.Flask().jinja_env.from_string",
        Spec(K.TEMPLATE, 0, ("source",), ("engine:jinja2",)),
    ),
    **_each("mako.template.Template mako.lookup.TemplateLookup().put_string", Spec(K.TEMPLATE, 0, ("text",), ("engine:mako",))),
    **_each(
        "django.template.Template django.template.base.Template", Spec(K.TEMPLATE, 0, ("template_string",), ("engine:django",))
    ),
    **_each(
        "django.template.Engine().from_string django.template.engine.Engine().from_string"
        " django.template.Engine.get_default().from_string",
        Spec(K.TEMPLATE, 0, ("template_code",), ("engine:django",)),
    ),
    **_each("tornado.template.Template", Spec(K.TEMPLATE, 0, ("template_string",), ("engine:tornado",))),
    **_each("Cheetah.Template.Template", Spec(K.TEMPLATE, 0, ("source",), ("engine:cheetah",))),
    **_each("bottle.template bottle.SimpleTemplate bottle.jinja2_template", Spec(K.TEMPLATE, 0, ("source",), ("engine:bottle",))),
    **_each("chevron.render", Spec(K.TEMPLATE, 0, ("template",), ("engine:mustache",))),
    **_each("pystache.render pystache.Renderer().render pystache.parse", Spec(K.TEMPLATE, 0, ("template",), ("engine:mustache",))),
    **_each("chameleon.PageTemplate chameleon.PageTextTemplate", Spec(K.TEMPLATE, 0, ("body",), ("engine:chameleon",))),
    **_each("genshi.template.MarkupTemplate genshi.template.TextTemplate", Spec(K.TEMPLATE, 0, ("source",), ("engine:genshi",))),
    **_each("string.Template", Spec(K.TEMPLATE, 0, ("template",), ("engine:string-template",))),
    **_each(
        "langchain.prompts.PromptTemplate.from_template langchain_core.prompts.PromptTemplate.from_template"
        " langchain.prompts.ChatPromptTemplate.from_template langchain_core.prompts.ChatPromptTemplate.from_template"
        " langchain.prompts.PromptTemplate langchain_core.prompts.PromptTemplate",
        Spec(K.TEMPLATE, 0, ("template",), ("engine:prompt",), "named-jinja"),
    ),
    # directories and documents
    **_each("lxml.etree.XPath lxml.etree.ETXPath", Spec(K.XPATH, 0, ("path",))),
    **_each("elementpath.select elementpath.iter_select", Spec(K.XPATH, 1, ("path",))),
    **_each("elementpath.Selector", Spec(K.XPATH, 0, ("path",))),
    **_each("ldap3.Connection().search", Spec(K.LDAP, 1, ("search_filter",))),
    # deserialisation
    **_each(
        "pickle.loads pickle.load cPickle.loads cPickle.load _pickle.loads _pickle.load pickle.Unpickler pandas.read_pickle"
        " joblib.load cloudpickle.loads cloudpickle.load ray.cloudpickle.loads"
        " pickle5.loads pickle5.load numpy.load.pickle sklearn.externals.joblib.load compress_pickle.loads compress_pickle.load"
        " srsly.pickle_loads hickle.load pandas.io.pickle.read_pickle",
        Spec(K.DESERIALIZE, 0, ("data", "file", "filename", "filepath_or_buffer"), ("format:pickle",)),
    ),
    **_each("dill.loads dill.load dill.Unpickler", Spec(K.DESERIALIZE, 0, ("str", "file"), ("format:dill",))),
    **_each("marshal.loads marshal.load", Spec(K.DESERIALIZE, 0, (), ("format:marshal",))),
    **_each("shelve.open shelve.DbfilenameShelf", Spec(K.DESERIALIZE, 0, ("filename",), ("format:shelve",))),
    **_each(
        "jsonpickle.decode jsonpickle.loads jsonpickle.unpickler.decode",
        Spec(K.DESERIALIZE, 0, ("string",), ("format:jsonpickle",)),
    ),
    **_each("torch.load", Spec(K.DESERIALIZE, 0, ("f",), ("format:torch",), "torch")),
    **_each("yaml.load yaml.load_all yaml.parse.load", Spec(K.DESERIALIZE, 0, ("stream",), ("format:yaml",), "yaml")),
    **_each("yaml.unsafe_load yaml.unsafe_load_all", Spec(K.DESERIALIZE, 0, ("stream",), ("format:yaml",), "always")),
    **_each(
        "ruamel.yaml.YAML().load ruamel.yaml.load ruamel.yaml.YAML().load_all",
        Spec(K.DESERIALIZE, 0, ("stream",), ("format:yaml",), "ruamel"),
    ),
    **_each("numpy.load", Spec(K.DESERIALIZE, 0, ("file",), ("format:pickle",), "numpy")),
    **_each(
        "keras.models.load_model keras.saving.load_model tensorflow.keras.models.load_model",
        Spec(K.DESERIALIZE, 0, ("filepath",), ("format:keras",), "keras"),
    ),
    # paths
    **_each(
        "open io.open codecs.open builtins.open aiofiles.open anyio.open_file gzip.open bz2.open lzma.open os.open wave.open",
        Spec(K.PATH_READ, 0, _FILE, (), "open"),
    ),
    **_each(
        "os.remove os.unlink os.rmdir os.removedirs shutil.rmtree aiofiles.os.remove aiofiles.os.unlink aiofiles.os.rmdir"
        " aiofiles.os.removedirs aioshutil.rmtree send2trash.send2trash",
        Spec(K.PATH_WRITE, 0, ("path", "name"), ("operation:delete",)),
    ),
    **_each(
        "os.mkdir os.makedirs os.mknod os.truncate os.utime aiofiles.os.makedirs aiofiles.os.mkdir",
        Spec(K.PATH_WRITE, 0, ("path", "name"), ("operation:write",)),
    ),
    **_each(
        "shutil.make_archive",
        Spec(K.PATH_WRITE, 0, ("base_name",), ("operation:write",)),
        Spec(K.PATH_READ, 2, ("root_dir",), ("operation:read",)),
    ),
    **_each("cv2.imwrite cv2.VideoWriter", Spec(K.PATH_WRITE, 0, ("filename",), ("operation:write",))),
    **_each(
        "pandas.ExcelWriter logging.FileHandler logging.handlers.RotatingFileHandler logging.handlers.TimedRotatingFileHandler"
        " logging.handlers.WatchedFileHandler xlsxwriter.Workbook matplotlib.pyplot.savefig soundfile.write scipy.io.wavfile.write"
        " imageio.imwrite imageio.imsave imageio.v2.imwrite imageio.v3.imwrite reportlab.pdfgen.canvas.Canvas"
        " reportlab.platypus.SimpleDocTemplate",
        Spec(K.PATH_WRITE, 0, ("path", "filename", "path_or_stream", "file", "fname", "uri"), ("operation:write",)),
    ),
    **_each(
        "openpyxl.Workbook().save openpyxl.load_workbook().save docx.Document().save pptx.Presentation().save",
        Spec(K.PATH_WRITE, 0, ("filename", "path_or_stream", "file"), ("operation:write",), "saved"),
    ),
    **_each("torch.save joblib.dump", Spec(K.PATH_WRITE, 1, ("f", "filename"), ("operation:write",))),
    **_each(
        "numpy.savetxt numpy.save numpy.savez numpy.savez_compressed",
        Spec(K.PATH_WRITE, 0, ("fname", "file"), ("operation:write",)),
    ),
    **_each("git.Repo.init git.repo.Repo.init", Spec(K.PATH_WRITE, 0, ("path",), ("operation:write",))),
    **_each("flask.send_from_directory quart.send_from_directory", Spec(K.PATH_READ, 0, ("directory",), ("operation:send",))),
    **_each("os.chmod os.chown os.lchown os.lchmod shutil.chown", Spec(K.PATH_WRITE, 0, ("path",), ("operation:permission",))),
    **_each(
        "shutil.copy shutil.copy2 shutil.copyfile shutil.copytree aioshutil.copy aioshutil.copy2 aioshutil.copyfile"
        " aioshutil.copytree",
        Spec(K.PATH_READ, 0, ("src",), ("operation:read",)),
        Spec(K.PATH_WRITE, 1, ("dst",), ("operation:write",)),
    ),
    **_each(
        "shutil.move os.rename os.renames os.replace aioshutil.move aiofiles.os.rename aiofiles.os.renames aiofiles.os.replace",
        Spec(K.PATH_WRITE, 0, ("src",), ("operation:move",)),
        Spec(K.PATH_WRITE, 1, ("dst",), ("operation:move",)),
    ),
    **_each(
        "os.symlink os.link",
        Spec(K.PATH_WRITE, 0, ("src",), ("operation:write",)),
        Spec(K.PATH_WRITE, 1, ("dst",), ("operation:write",)),
    ),
    **_each(
        "os.listdir os.scandir os.walk aiofiles.os.listdir aiofiles.os.scandir",
        Spec(K.PATH_READ, 0, ("path", "top"), ("operation:list",)),
    ),
    **_each("glob.glob glob.iglob", Spec(K.PATH_READ, 0, ("pathname",), ("operation:list",), "listed")),
    **_each(
        "os.readlink linecache.getline linecache.getlines fileinput.input tokenize.open",
        Spec(K.PATH_READ, 0, ("path", "filename"), ("operation:read",)),
    ),
    **_each(
        "cherrypy.lib.static.serve_file pyramid.response.FileResponse litestar.response.File litestar.response.file.File"
        " werkzeug.utils.send_file",
        Spec(K.PATH_READ, 0, ("path", "path_or_file"), ("operation:send",)),
    ),
    **_each("sanic.response.file sanic.response.file_stream", Spec(K.PATH_READ, 0, ("location",), ("operation:send",))),
    **_each("flask.send_file quart.send_file", Spec(K.PATH_READ, 0, ("filename_or_fp", "path_or_file"), ("operation:send",))),
    **_each(
        "django.http.FileResponse starlette.responses.FileResponse fastapi.responses.FileResponse aiohttp.web.FileResponse"
        " fastapi.FileResponse",
        Spec(K.PATH_READ, 0, ("path",), ("operation:send",)),
    ),
    **_each("bottle.static_file", Spec(K.PATH_READ, -1, ("root",), ("operation:send",))),
    **_each(
        "pandas.read_csv pandas.read_excel pandas.read_json pandas.read_parquet pandas.read_hdf pandas.read_feather"
        " pandas.read_table pandas.read_fwf pandas.read_xml pandas.read_orc pandas.ExcelFile cv2.imread fsspec.open numpy.loadtxt"
        " PIL.Image.open docx.Document"
        " openpyxl.load_workbook pypdf.PdfReader PyPDF2.PdfReader configparser.ConfigParser().read fitz.open pdfplumber.open"
        " pymupdf.open pikepdf.open pptx.Presentation xlrd.open_workbook docx2txt.process textract.process"
        " pdfminer.high_level.extract_text ebooklib.epub.read_epub toml.load pyarrow.parquet.read_table pyarrow.csv.read_csv"
        " geopandas.read_file h5py.File librosa.load soundfile.read soundfile.SoundFile torchaudio.load scipy.io.wavfile.read"
        " scipy.io.loadmat imageio.imread imageio.get_reader imageio.v2.imread imageio.v3.imread rasterio.open nibabel.load"
        " pydicom.dcmread",
        Spec(
            K.PATH_READ,
            0,
            ("filepath_or_buffer", "path", "path_or_buffer", "fp", "fname", "filename", "file", "io", "source", "uri", "name"),
            ("operation:read",),
        ),
    ),
    **_each(
        " ".join(
            f"polars.{verb}_{form}"
            for verb in ("read", "scan")
            for form in ("csv", "parquet", "json", "ndjson", "excel", "ipc", "avro", "delta")
        ),
        Spec(K.PATH_READ, 0, ("source",), ("operation:read",)),
    ),
    **_each(
        "pydub.AudioSegment.from_file pydub.AudioSegment.from_wav pydub.AudioSegment.from_mp3 pydub.AudioSegment.from_ogg",
        Spec(K.PATH_READ, 0, ("file",), ("operation:read",)),
    ),
    **_each(
        "llama_index.core.SimpleDirectoryReader llama_index.SimpleDirectoryReader",
        Spec(K.PATH_READ, 0, ("input_dir",), ("operation:read",)),
        Spec(K.PATH_READ, 1, ("input_files",), ("operation:read",)),
    ),
    **_each(
        " ".join(
            f"{module}.{name}Loader"
            for module in ("langchain_community.document_loaders", "langchain.document_loaders")
            for name in (
                "Text PyPDF PyMuPDF PDFPlumber PDFMiner UnstructuredFile UnstructuredPDF UnstructuredMarkdown UnstructuredHTML"
                " UnstructuredWordDocument UnstructuredExcel Unstructured CSV UnstructuredCSV JSON Docx2txt BSHTML Python Directory"
            ).split()
        ),
        Spec(K.PATH_READ, 0, ("file_path", "path"), ("operation:read",)),
    ),
    **_each(
        "pkg_resources.resource_string pkg_resources.resource_stream pkg_resources.resource_filename pkgutil.get_data",
        Spec(K.PATH_READ, 1, ("resource_name", "resource"), ("operation:read",)),
    ),
    **_each("zipfile.ZipFile tarfile.open", Spec(K.PATH_READ, 0, ("file", "name"), ("operation:read",), "open")),
    **_each(
        "shutil.unpack_archive",
        Spec(K.ARCHIVE, 0, ("filename",), ("operation:extract",)),
        Spec(K.PATH_WRITE, 1, ("extract_dir",), ("operation:write",)),
    ),
    # requests
    **_each(
        "requests.get requests.post requests.put requests.delete requests.patch requests.head requests.options httpx.get"
        " httpx.post"
        " httpx.put httpx.delete httpx.patch httpx.head httpx.options grequests.get grequests.post niquests.get niquests.post"
        " urllib.request.urlopen urllib.request.urlretrieve urllib.urlopen urllib.urlretrieve urllib2.urlopen"
        " urllib.request.Request"
        " urllib2.Request wget.download feedparser.parse newspaper.Article trafilatura.fetch_url"
        " httplib2.Http().request requests_html.HTMLSession().get cloudscraper.create_scraper().get"
        " curl_cffi.requests.get curl_cffi.requests.post treq.get treq.post tornado.httpclient.HTTPRequest"
        " urllib.request.build_opener().open urllib.request.OpenerDirector().open mechanize.Browser().open pdfkit.from_url"
        " imgkit.from_url yt_dlp.YoutubeDL().extract_info yt_dlp.YoutubeDL().download youtube_dl.YoutubeDL().extract_info"
        " youtube_dl.YoutubeDL().download zeep.Client zeep.AsyncClient suds.client.Client xmlrpc.client.ServerProxy"
        " SPARQLWrapper.SPARQLWrapper",
        Spec(K.URL, 0, ("url", "fullurl", "url_list", "wsdl", "uri", "endpoint"), (), "url"),
    ),
    **_each(
        "httpx.Client httpx.AsyncClient aiohttp.ClientSession openai.OpenAI openai.AsyncOpenAI",
        Spec(K.URL, -1, ("base_url",), (), "url"),
    ),
    **_each("weasyprint.HTML", Spec(K.URL, -1, ("url",), (), "url")),
    **_each("gdown.download websocket.WebSocketApp", Spec(K.URL, 0, ("url",), (), "url")),
    **_each("aiohttp.request curl_cffi.requests.request", Spec(K.URL, 1, ("url",), (), "url")),
    **_each(
        "markitdown.MarkItDown().convert docling.document_converter.DocumentConverter().convert pandas.read_html cv2.VideoCapture",
        Spec(K.URL, 0, ("source", "uri", "io", "filename"), (), "file-or-address"),
    ),
    **_each(
        "markitdown.MarkItDown().convert_uri markitdown.MarkItDown().convert_url"
        + "".join(
            f" {module}.{name}Loader"
            for module in ("langchain_community.document_loaders", "langchain.document_loaders")
            for name in "WebBase UnstructuredURL SeleniumURL PlaywrightURL RecursiveUrl AsyncHtml AsyncChromium OnlinePDF".split()
        ),
        Spec(K.URL, 0, ("uri", "url", "urls", "web_path", "web_paths", "file_path"), (), "url"),
    ),
    **_each("pycurl.Curl().setopt", Spec(K.URL, 1, (), (), "curl-option")),
    **_each(
        "requests.request httpx.request httpx.stream urllib3.request requests.Request httpx.Request grequests.request",
        Spec(K.URL, 1, ("url",), (), "url"),
    ),
    **_each(
        "http.client.HTTPConnection http.client.HTTPSConnection httplib.HTTPConnection httplib.HTTPSConnection"
        " socket.create_connection asyncio.open_connection websockets.connect websocket.create_connection telnetlib.Telnet"
        " ftplib.FTP ftplib.FTP_TLS smtplib.SMTP smtplib.SMTP_SSL imaplib.IMAP4 imaplib.IMAP4_SSL poplib.POP3 poplib.POP3_SSL",
        Spec(K.URL, 0, ("host", "uri", "url", "address"), (), "host"),
    ),
    **_each(
        "flask.redirect quart.redirect werkzeug.utils.redirect django.shortcuts.redirect django.http.HttpResponseRedirect"
        " django.http.HttpResponsePermanentRedirect starlette.responses.RedirectResponse fastapi.responses.RedirectResponse"
        " bottle.redirect sanic.response.redirect fastapi.RedirectResponse flask.Flask().redirect werkzeug.redirect"
        " cherrypy.HTTPRedirect litestar.response.Redirect litestar.response.redirect.Redirect web.seeother web.found web.redirect"
        " blacksheep.redirect blacksheep.server.responses.redirect fasthtml.common.RedirectResponse"
        + "".join(
            f" {module}.HTTP{name}"
            for module in ("aiohttp.web", "pyramid.httpexceptions", "webob.exc", "falcon")
            for name in "Found SeeOther MovedPermanently TemporaryRedirect PermanentRedirect".split()
        ),
        Spec(K.REDIRECT, 0, ("location", "url", "redirect_to", "to", "path", "urls"), (), "redirect"),
    ),
    # markup
    **_each(
        "markupsafe.Markup flask.Markup jinja2.Markup django.utils.safestring.mark_safe django.utils.safestring.SafeString"
        " django.utils.safestring.SafeText django.utils.html.SafeString",
        Spec(K.HTML, 0, ("s", "object"), ("marked-safe",), "html"),
    ),
    **_each("django.utils.html.format_html", Spec(K.HTML, 0, ("format_string",), ("marked-safe", "format"), "html")),
    **_each(
        "django.http.HttpResponse django.http.HttpResponseBadRequest django.http.HttpResponseNotFound"
        " django.http.HttpResponseForbidden django.http.HttpResponseServerError django.http.HttpResponseGone"
        " django.http.HttpResponseNotAllowed django.http.StreamingHttpResponse django.http.response.HttpResponse"
        " flask.make_response flask.Response flask.Flask().make_response flask.current_app.make_response"
        " werkzeug.wrappers.Response werkzeug.Response quart.make_response quart.Response"
        " pyramid.response.Response pyramid.request.Response webob.Response sanic.response.html bottle.HTTPResponse",
        Spec(K.HTML, 0, ("content", "response", "body", "text", "streaming_content"), ("response-body",), "response"),
        _LOCATION,
    ),
    **_each(
        "starlette.responses.HTMLResponse fastapi.responses.HTMLResponse fastapi.HTMLResponse",
        Spec(K.HTML, 0, ("content",), ("response-body",), "response"),
        _LOCATION,
    ),
    **_each(
        "starlette.responses.Response fastapi.Response fastapi.responses.Response litestar.Response"
        " starlette.responses.StreamingResponse fastapi.responses.StreamingResponse sanic.response.HTTPResponse",
        Spec(K.HTML, 0, ("content", "body"), ("response-body",), "typed-response"),
        _LOCATION,
    ),
    **_each("aiohttp.web.Response", Spec(K.HTML, -1, ("text", "body"), ("response-body",), "typed-response"), _LOCATION),
    **_each("rest_framework.response.Response", Spec(K.HTML, 0, ("data",), ("response-body",), "rendered-response")),
    **_each("django.shortcuts.render", Spec(K.HTML, 2, ("context",), (), "view")),
    **_each(
        "flask.render_template quart.render_template django.shortcuts.render_to_response django.template.loader.render_to_string"
        " starlette.templating.Jinja2Templates().TemplateResponse fastapi.templating.Jinja2Templates().TemplateResponse"
        " aiohttp_jinja2.render_template sanic_ext.render",
        Spec(K.HTML, 1, ("context",), (), "view"),
    ),
    # XML with outside entities
    **_each(
        "lxml.etree.fromstring lxml.etree.parse lxml.etree.XML lxml.etree.iterparse lxml.objectify.fromstring lxml.objectify.parse",
        Spec(K.XML, 0, ("text", "source"), (), "lxml"),
    ),
    **_each("xml.sax.parse xml.sax.parseString", Spec(K.XML, 0, ("source", "string"), ("old-python",))),
    **_each(
        "xml.dom.pulldom.parse xml.dom.pulldom.parseString xml.dom.minidom.parse xml.dom.minidom.parseString",
        Spec(K.XML, 0, ("stream_or_string", "string", "file"), (), "tree-of"),
    ),
    # other
    **_each(
        "re.compile re.match re.search re.fullmatch re.findall re.finditer re.sub re.split regex.compile regex.match regex.search",
        Spec(K.REGEX, 0, ("pattern",), (), "regex"),
    ),
}
"""By dotted name of the callable."""

_DATABASE = expression(
    r"(?i)(^|[._?])(\w*(cur|cursor|conn|connect|begin|connection|db|database|session|engine|pool|tx|trans|transaction"
    r"|sqlite\w*|psycopg\w*"
    r"|pg|mysql\w*|duckdb|pymysql|client|con|c|curs|crsr|objects|bigquery|snowflake|clickhouse|asyncpg"
    r"|acquire)\d?)(\(\))?$"
    r"|(sqlite3|psycopg2?|pymysql|MySQLdb|asyncpg|aiosqlite|sqlalchemy|duckdb|cx_Oracle|oracledb|pyodbc|mysql|aiomysql|aiopg"
    r"|snowflake|pg8000|pymssql|trino|clickhouse\w*|databases|neo4j|sqlmodel|flask_sqlalchemy|django\.db|google\.cloud\.bigquery)\b"
)
_ORM = expression(
    r"(\.objects(\(\))?|\.objects\..*|[Mm]anager|queryset|query_set|_qs|qs|objects\.\w+\(\))$|objects|\bqs\b|all\(\)$"
)
_QUERY = expression(r"(?i)(query|session|select|\bq\b|sqlalchemy)")
_HTTP_CLIENT = expression(
    r"(?i)^(?!.*(?:redis|cache|mongo|etcd|\bkv|dynamo|(?:flask|request|django|streamlit|st)\.session))"
    r"(.*[.?~])?(s|requests|\w*(session|client|http|httpx|api|pool|poolmanager|aiohttp|opener|browser|page|scraper)\d?)(\(\))?$"
    r"|(requests\.[sS]ession|httpx\.\w*Client|aiohttp\.ClientSession|urllib3\.\w*PoolManager|ClientSession|build_opener)\(\)$"
)
_COLLECTION = expression(r"(?i)(collection|coll|mongo|db\b|\bdb[.\[?]|table|users|pymongo|motor|documents|client\()")
_TEMPLATES = expression(r"(?i)^(?!.*sandbox).*(env|environment|jinja|engine|engines|template)")
_TREE = expression(r"(?i)(tree|root|doc|xml|html|node|elem|etree|soup|selector|response|dom|lxml|page|sel\b)")
_LDAP = expression(r"(?i)(ldap|conn|connection|directory|server|\bl$|\bc$)")
_SHELLS = expression(r"(?i)(ssh|client|paramiko|conn|container|sandbox|shell|fabric|\bc$|remote|transport|channel|chan)")
_ARCHIVE = expression(r"(?i)(zip|tar|archive|\bz$|\bt$|\btf$|\bzf$|zipfile|tarfile|\barc|\bf$)")
_LOGGER = expression(r"(?i)(^|[._?])_?(log|logger|logging|getLogger|\w*_log(ger)?|structlog)(\(\))?$")
_HTTP_MODULES = ("requests", "httpx", "aiohttp", "urllib3", "niquests", "curl_cffi", "requests_html", "tornado", "cloudscraper")
_GIT_REPO = expression(r"(^|\.)git\.Repo$")
_PATHS = expression(r"(?i)(pathlib\.|path|file|dir|root|folder|dest|target|\bp$|\(\)$)")
_SAX_READER = expression(r"(^|\.)(make_parser|create_parser|ExpatParser)\(\)$")
_TORNADO = expression(r"^\?self$|self$")


_FRAME = expression(r"(?i)(^|[._?])(df\d*|\w+_df|df_\w+|data_?frames?|frame|(pandas|pd)\.(DataFrame|read_\w+|concat|merge)\(\))$")
_REMOTE = expression(
    r"(^|\.)(invoke|fabric\d?)\.(\w+\.)*(Context|Connection)\(\)$|(?i:^\??(c|ctx|conn|connection|cxn|ssh)$)|asyncssh"
)
_PATH_MODULES = ("pathlib", "anyio", "upath", "aiopath", "trio")
_PATH_OBJECT = expression(r"^(pathlib|anyio|upath|aiopath|trio)\.\w*Path\(\)$")


def _path(kind: K, operation: str, form: str = "") -> Method:
    return Method(Spec(kind, -2, (), (f"operation:{operation}",), form), None, _PATH_MODULES)


def _merged(*tables: dict[str, tuple[Method, ...]]) -> dict[str, tuple[Method, ...]]:
    """Every form of each method."""
    made: dict[str, tuple[Method, ...]] = {}
    for table in tables:
        for name, methods in table.items():
            made[name] = (*made.get(name, ()), *methods)
    return made


_OLDER: dict[str, tuple[Method, ...]] = {
    **{
        name: (Method(Spec(K.SQL, 0, ("query", "sql", "operation", "statement", "command"), (), "sql"), _DATABASE),)
        for name in (
            "execute executemany executescript execute_query fetch fetchrow fetchval fetch_all fetch_one fetch_val run_query"
            " raw_query command"
            " execute_sql execute_fetchall execute_insert copy_expert exec_driver_sql read_sql read_sql_query queryAll"
            " execute_async cursor prepare run copy_from_query execute_scalar execute_row execute_non_query execute_raw query_raw"
            " query_first"
        ).split()
    },
    "sql": (Method(Spec(K.SQL, 0, ("sqlQuery",), (), "sql"), expression(r"(?i)(spark|duckdb|con|session|db)")),),
    "raw": (Method(Spec(K.SQL, 0, ("raw_query",), ("orm-raw",), "sql"), _ORM),),
    "extra": (
        Method(Spec(K.SQL, 0, ("select",), ("orm-raw",), "sql"), _ORM),
        Method(Spec(K.SQL, 1, ("where",), ("orm-raw",), "sql-list"), _ORM),
        Method(Spec(K.SQL, -1, ("tables",), ("orm-raw",), "sql"), _ORM),
        Method(Spec(K.SQL, -1, ("order_by",), ("orm-raw",), "sql"), _ORM),
    ),
    **{
        name: (Method(Spec(K.SQL, 0, (), ("orm-raw",), "sql-part"), _QUERY, ("sqlalchemy", "flask_sqlalchemy", "pyramid")),)
        for name in "filter having group_by order_by distinct where from_statement prefix_with".split()
    },
    **{
        name: (
            Method(
                Spec(K.NOSQL, 0, ("filter", "query", "spec"), (), "nosql"),
                _COLLECTION,
                ("pymongo", "motor", "flask_pymongo", "mongoengine", "bson"),
            ),
        )
        for name in "find find_one find_one_and_update find_one_and_delete update_one update_many delete_one delete_many"
        " count_documents aggregate remove".split()
    },
    "scan": (Method(Spec(K.NOSQL, -1, ("ScanFilter", "FilterExpression"), (), "nosql"), None, ("boto3",)),),
    "query": (
        Method(Spec(K.NOSQL, -1, ("QueryFilter", "FilterExpression", "KeyConditionExpression"), (), "nosql"), None, ("boto3",)),
        Method(
            Spec(K.SQL, 0, ("query",), (), "sql"),
            expression(r"(?i)(\bdb|bigquery|database|conn|duckdb|pg|mysql|snowflake|clickhouse|query_api)"),
        ),
    ),
    **{
        name: (
            Method(
                Spec(K.URL, 0, ("url",), (), "url"),
                _HTTP_CLIENT,
                (*_HTTP_MODULES, "playwright", "pyppeteer"),
            ),
        )
        for name in "get post put delete patch head options ws_connect goto urlopen download".split()
    },
    "request": (
        Method(
            Spec(K.URL, 1, ("url",), (), "url"), _HTTP_CLIENT, ("requests", "httpx", "aiohttp", "urllib3", "niquests", "curl_cffi")
        ),
    ),
    "build_request": (Method(Spec(K.URL, 1, ("url",), (), "url"), _HTTP_CLIENT, ("httpx",)),),
    "connect": (Method(Spec(K.URL, 0, (), (), "address"), expression(r"(?i)(sock|socket)"), ("socket",)),),
    "from_string": (Method(Spec(K.TEMPLATE, 0, ("source", "template_code"), ("engine:jinja2",)), _TEMPLATES),),
    "xpath": (Method(Spec(K.XPATH, 0, ("query", "path", "_path"), ()), None, ("lxml", "parsel", "scrapy")),),
    **{
        name: (Method(Spec(K.XPATH, 0, ("path", "match"), ("etree",)), _TREE, ("xml", "lxml", "defusedxml")),)
        for name in "findall findtext iterfind".split()
    },
    **{
        name: (Method(Spec(K.LDAP, 2, ("filterstr",), ()), _LDAP, ("ldap",)),)
        for name in "search_s search_ext search_ext_s search_st".split()
    },
    "search": (
        Method(Spec(K.LDAP, 1, ("search_filter",), ()), _LDAP, ("ldap3",)),
        Method(Spec(K.LDAP, 2, ("filterstr",), ()), _LDAP, ("ldap",)),
    ),
    "exec_command": (Method(Spec(K.SHELL, 0, ("command",), ("remote",)), _SHELLS),),
    "exec_run": (Method(Spec(K.SHELL, 0, ("cmd",), ("remote",), "exec-run"), _SHELLS),),
    "subprocess_shell": (Method(Spec(K.SHELL, 1, ("cmd",), ("shell-string",))),),
    "subprocess_exec": (Method(Spec(K.PROGRAM, 1, (), (), "vector")),),
    "runsource": (Method(Spec(K.CODE, 0, (), ("evaluates",)), None, ("code",)),),
    "runcode": (Method(Spec(K.CODE, 0, (), ("evaluates",)), None, ("code",)),),
    "push": (Method(Spec(K.CODE, 0, (), ("evaluates",)), expression(r"(?i)(console|interp|code)"), ("code",)),),
    "extractall": (Method(Spec(K.ARCHIVE, -2, (), ("operation:extract",), "extract"), _ARCHIVE),),
    "extract": (
        Method(Spec(K.ARCHIVE, -2, (), ("operation:extract",), "extract"), expression(r"(?i)(tarfile|zipfile|tar\b|tarball)")),
    ),
    "_extract_member": (Method(Spec(K.ARCHIVE, -2, (), ("operation:extract",), "link-made"), _ARCHIVE, ("tarfile",)),),
    "read_text": (_path(K.PATH_READ, "read"),),
    "read_bytes": (_path(K.PATH_READ, "read"),),
    "iterdir": (_path(K.PATH_READ, "list"),),
    "write_text": (_path(K.PATH_WRITE, "write", "path-written"),),
    "write_bytes": (_path(K.PATH_WRITE, "write", "path-written"),),
    "unlink": (_path(K.PATH_WRITE, "delete"),),
    "rmdir": (_path(K.PATH_WRITE, "delete"),),
    "mkdir": (_path(K.PATH_WRITE, "write"),),
    "touch": (_path(K.PATH_WRITE, "write"),),
    "symlink_to": (
        _path(K.PATH_WRITE, "write"),
        Method(Spec(K.PATH_WRITE, 0, ("target",), ("operation:write",)), None, ("pathlib",)),
    ),
    "chmod": (_path(K.PATH_WRITE, "permission"),),
    "rename": (
        Method(Spec(K.PATH_WRITE, 0, ("target",), ("operation:move",)), None, ("pathlib",)),
        Method(Spec(K.PATH_WRITE, -2, (), ("operation:move",)), _PATH_OBJECT),
    ),
    "replace": (
        Method(Spec(K.PATH_WRITE, 0, ("target",), ("operation:move",)), _PATH_OBJECT),
        Method(Spec(K.PATH_WRITE, -2, (), ("operation:move",)), _PATH_OBJECT),
    ),
    "redirect": (Method(Spec(K.REDIRECT, 0, ("url",), (), "redirect"), _TORNADO),),
    "open": (
        Method(Spec(K.URL, 0, ("url",), (), "url"), _HTTP_CLIENT, (*_HTTP_MODULES, "playwright")),
        Method(Spec(K.PATH_READ, -2, (), (), "path-open"), expression(r"^(pathlib|anyio|upath|aiopath)\.\w*Path\(\)$")),
    ),
    **{
        name: (Method(Spec(K.XPATH, 1, ("value",), (), "by-xpath"), None, ("selenium", "appium")),)
        for name in ("find_element", "find_elements")
    },
    "clone_from": (
        Method(Spec(K.ARGUMENT, 0, ("url",), ("program:git", "leading-position", "no-terminator")), _GIT_REPO),
        Method(Spec(K.URL, 0, ("url",), (), "url"), _GIT_REPO),
    ),
    **{
        name: (Method(Spec(K.LOG, 0, ("msg",), (), "log"), _LOGGER),)
        for name in "debug info warning warn error critical exception log".split()
    },
    "write": (
        Method(Spec(K.HTML, 0, ("chunk",), ("response-body",), "response"), _TORNADO, ("tornado",)),
        Method(Spec(K.HTML, 0, (), ("response-body",), "response"), expression(r"django\.http(\.response)?\.HttpResponse\(\)$")),
        Method(Spec(K.HTML, 0, (), ("response-body",), "written-page"), expression(r"(^|\.)wfile$")),
    ),
    "finish": (Method(Spec(K.HTML, 0, ("chunk",), ("response-body",), "response"), _TORNADO, ("tornado",)),),
    "fetch": (
        Method(Spec(K.SQL, 0, ("query",), (), "sql"), _DATABASE),
        Method(Spec(K.URL, 0, ("url",), (), "url"), _HTTP_CLIENT, ("requests", "httpx", "aiohttp", "tornado", "playwright")),
    ),
}

_FORMS: dict[str, tuple[Method, ...]] = {
    **{
        name: (Method(Spec(K.SHELL, 0, ("command",), ("shell-string",)), _REMOTE, ("fabric", "fabric2", "invoke", "asyncssh")),)
        for name in ("run", "sudo", "local", "create_process")
    },
    "stream": (Method(Spec(K.URL, 1, ("url",), (), "url"), _HTTP_CLIENT, ("httpx",)),),
    "get": (
        Method(Spec(K.URL, 0, ("url",), (), "url"), expression(r"(?i)(driver|browser|chrome|firefox)(\(\))?$"), ("selenium",)),
    ),
    **{
        name: (Method(Spec(K.CODE, 0, ("expr",), ("evaluates",), "if-tainted"), _FRAME, ("pandas", "dask", "modin", "cudf")),)
        for name in ("query", "eval")
    },
    "from_pretrained": (Method(Spec(K.CODE, 0, ("pretrained_model_name_or_path",), ("evaluates",), "trusting")),),
    "recv_pyobj": (Method(Spec(K.DESERIALIZE, -2, (), ("format:pickle",), "always"), None, ("zmq",)),),
    "find": (Method(Spec(K.XPATH, 0, ("path",), ("etree",), "xpath-part"), _TREE, ("xml", "defusedxml")),),
    **{
        name: (Method(Spec(K.PATH_WRITE, 0, ("path",), ("operation:write",)), _ARCHIVE, ("tarfile", "zipfile")),)
        for name in ("extractall",)
    },
    "hardlink_to": (Method(Spec(K.PATH_WRITE, 0, ("target",), ("operation:write",)), None, _PATH_MODULES),),
    **{
        name: (
            _path(K.PATH_READ, "list"),
            Method(Spec(K.PATH_READ, 0, ("pattern",), ("operation:list",), "listed"), _PATH_OBJECT, _PATH_MODULES),
        )
        for name in ("glob", "rglob")
    },
    "save": (
        Method(Spec(K.PATH_WRITE, 0, ("fp",), ("operation:write",)), expression(r"(?i)(im|img|image|PIL\.)"), ("PIL",)),
        Method(Spec(K.PATH_WRITE, 0, ("dst", "destination"), ("operation:write",)), expression(r"^~upload$")),
    ),
    **{
        name: (Method(Spec(K.PATH_WRITE, 0, ("path_or_buf", "path", "excel_writer"), ("operation:write",)), _FRAME, ("pandas",)),)
        for name in "to_csv to_excel to_parquet to_json to_pickle to_feather to_hdf".split()
    },
    "add": (Method(Spec(K.PATH_READ, 0, ("items",), ("operation:read",)), expression(r"\.index$"), ("git",)),),
}
_RARER: dict[str, tuple[Method, ...]] = {
    "communicate": (
        Method(Spec(K.SHELL, 0, ("input",)), expression(r"^~shell-process\(\)$")),
        Method(Spec(K.CODE, 0, ("input",), ("evaluates",)), expression(r"^~interpreter-process\(\)$")),
    ),
    **{
        name: (
            Method(Spec(K.SHELL, 0), expression(r"^~shell-process\(\)\.stdin$")),
            Method(Spec(K.CODE, 0, (), ("evaluates",)), expression(r"^~interpreter-process\(\)\.stdin$")),
        )
        for name in ("write", "writelines")
    },
    **{
        name: (Method(Spec(K.PATH_WRITE, -1, ("path",), ("operation:write",)), None, ("playwright",)),)
        for name in ("screenshot", "pdf")
    },
    **{
        name: (Method(Spec(K.URL, 0, ("url", "urls"), (), "url"), expression(r"(?i)crawler"), ("crawl4ai",)),)
        for name in ("arun", "arun_many")
    },
    "savefig": (Method(Spec(K.PATH_WRITE, 0, ("fname",), ("operation:write",)), None, ("matplotlib", "seaborn", "mplfinance")),),
    **{
        name: (Method(Spec(K.PATH_WRITE, 0, ("file",), ("operation:write",)), None, ("plotly",)),)
        for name in ("write_html", "write_image")
    },
    "start_query_execution": (Method(Spec(K.SQL, -1, ("QueryString",), (), "sql"), None, ("boto3", "aioboto3")),),
    "execute_statement": (Method(Spec(K.SQL, -1, ("sql", "Sql"), (), "sql"), None, ("boto3", "aioboto3")),),
    "save_as": (Method(Spec(K.PATH_WRITE, 0, ("path",), ("operation:write",)), None, ("playwright",)),),
    "set_input_files": (
        Method(Spec(K.PATH_READ, 1, ("files",), ("operation:read",)), expression(r"(?i)page|frame"), ("playwright",)),
        Method(
            Spec(K.PATH_READ, 0, ("files",), ("operation:read",)), expression(r"(?i)locator|element|chooser|input"), ("playwright",)
        ),
    ),
    "save_screenshot": (Method(Spec(K.PATH_WRITE, 0, ("filename",), ("operation:write",)), None, ("selenium",)),),
    "setFeature": (Method(Spec(K.XML, -2, (), (), "sax-feature"), _SAX_READER),),
    "parse": (Method(Spec(K.XML, -2, (), (), "sax"), _SAX_READER),),
    "feed": (Method(Spec(K.XML, -2, (), (), "fed"), expression(r"(^|\.)(etree|objectify)\.\w*Parser\(\)$")),),
}
METHODS: dict[str, tuple[Method, ...]] = _merged(_OLDER, _FORMS, _RARER)
"""By name of the method, for receivers whose class is not known."""

KEYWORDS: tuple[bytes, ...] = tuple(
    word.encode()
    for word in (
        "subprocess os.system popen getoutput getstatusoutput os.exec os.spawn os.posix_spawn pexpect pty.spawn fabric invoke "
        "exec_command exec_run eval( exec( execfile compile( import_module __import__ run_module load_source resolve_name "
        "import_string spec_from_file_location runcode runsource interact( run_string run_in_subinterp pandas.eval numexpr "
        "find_element .git. clone_from sympify parse_expr timeit execute fetch( fetchrow fetchval fetch_all fetch_one read_sql "
        "rawsql .raw( .extra( text( .query( .sql( template from_string chevron pystache xpath findall( search_s search_ext ldap "
        "pickle marshal shelve dill joblib torch.load yaml open( os.remove os.unlink rmtree os.mkdir os.makedirs os.chmod "
        "shutil os.rename os.replace os.symlink os.listdir os.scandir os.walk glob send_file fileresponse read_text read_bytes "
        "iterdir write_text write_bytes unlink( extractall unpack_archive requests. httpx urlopen urlretrieve aiohttp urllib3 "
        "http.client httplib create_connection open_connection websocket redirect httpfound markup mark_safe safestring "
        "format_html httpresponse make_response htmlresponse response( etree sax pulldom .find( find_one aggregate( re.compile "
        "re.match re.search re.sub startfile webbrowser format_map .format( static_file session.get session.post client.get "
        "client.post .exec_driver_sql goto( wfile.write self.write( self.finish( read_hdf read_feather read_table imread "
        "imwrite savetxt np.save numpy.save make_archive hardlink_to to_csv( to_excel( to_parquet( to_json( .save( index.add( "
        "kubernetes.stream sh.bash plumbum newspaper trafilatura setopt( cloudscraper selenium interactiveconsole get_ipython "
        "pythonrepl torch.hub trust_remote_code safe_mode recv_pyobj pandasql .command( git.repo resource_string "
        "resource_stream resource_filename pkgutil query_raw( query_first( send_from_directory read_csv read_excel read_json "
        "read_parquet read_fwf read_xml read_orc read_html read_ndjson read_ipc read_avro read_delta read_database scan_ "
        "excelfile excelwriter filehandler( workbook( pdfreader( document( presentation( docx2txt textract read_epub toml.load "
        "h5py librosa soundfile torchaudio wavfile loadmat imageio rasterio nibabel dcmread pydub simpledirectoryreader savefig "
        "write_html write_image canvas( torch.save videowriter videocapture aiofiles.os os.chown os.link os.lchown os.mknod "
        "os.readlink os.rmdir os.truncate os.utime linecache fileinput zipfile run_path shelf load_module httprequest( pdfkit "
        "imgkit weasyprint youtubedl zeep suds serverproxy sparqlwrapper urlloader htmlloader chromiumloader pdfloader imap4 "
        "pop3 smtp ftp( ftp_tls telnet wget feedparser niquests openai( httpmovedpermanently seeother web.found lupa execjs "
        "rpy2 js2py dukpy evaljs run_cell ptyprocess run_process open_process compile_expression psycopg literal_column ddl( "
        "query_execution objectify minidom elementpath send2trash re.fullmatch re.split re.finditer regex. configparser "
        "open_file profile.run pdb.run serve_file launch( load_dataset render( render_to safetext docling gdown read_file "
        "hickle load_model document_loaders litestar sanic markitdown np.load numpy.load loadtxt os.lchmod sarge treq "
        "requests_html sh.command urllib.request urllib2 mkdir( touch( symlink_to( chmod( rename( rmdir( playwright crawl4ai "
        "to_feather to_hdf copy_expert run_query raw_query "
    ).split()
)
"""Literals, lower case, of which at least one stands in every document with a sink."""
