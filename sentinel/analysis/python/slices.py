"""Which parts of a document are worth parsing: definitions in which something may start or end, and those they mention.

A definition reaches from its first decorator to the next line that begins in the first column. Everything else but short
top-level statements is not shown to the parser; every offset stays.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from sentinel.analysis.python import aliases
from sentinel.analysis.python.remarks import Stretches, in_code, is_inside, quoted_in
from sentinel.analysis.python.sources import EVENT_METHODS, REQUEST_ATTRIBUTES, REQUEST_METHODS, WEB_MODULES
from sentinel.model.document import Document
from sentinel.model.expression import expression
from sentinel.model.rule import Workspace

_LINE = expression(rb"\n([A-Za-z_@(\[{\\\"'][^\n]*)")
"""A line that begins in the first column, the very first of a document apart. To look for the end of the line before takes a fifth
of what asking at each byte for the beginning of one does."""
_FIRST_LINE = expression(rb"([A-Za-z_@(\[{\\\"'][^\n]*)")
_DEFINITION = expression(rb"(?:async[ \t]+def|def|class)[ \t]+([A-Za-z_]\w*)")
_CLASS = expression(rb"^class[ \t]", re.MULTILINE)
_MEMBER = expression(rb"\n(([ \t]+)(?:@|(?:async[ \t]+)?def[ \t]|class[ \t]))")
_APART = bytes(at if (chr(at).isalnum() and at < 128) or at in b"_.\"'" else 32 for at in range(256))
"""Blanks for all that stands in no name and says nothing of how one is used."""
_OBJECT = expression(rb"([A-Za-z_]\w*)[ \t]*(?::[^=\n]*)?=[ \t]*(?:await[ \t]+)?([A-Za-z_]\w*)[.(]")
"""A statement that gives a name to what a function or class makes: who mentions the name needs the maker."""
_MOST_STATEMENT = 2_500
_ROUNDS = 4
_MOST_ASKED = 300
"""Beginnings of one document for which is asked whether a sink is in reach; where there are more, the rest is walked."""
_LARGE_CLASS = 2_500
"""Bytes of a class from which on its methods are looked at one by one."""
_MOST_OF_A_NAME = 64
"""Definitions of one name that a mention may mean, the last ones: a file may hold ten thousand."""
_MOST_MENTIONED = 8_000
"""Bytes of a definition that is only mentioned, up to which it is taken along."""
_MOST_REGISTERED = 24_000
"""The same of one that may be handed to a server as a tool."""


def _words(text: str) -> tuple[bytes, ...]:
    return tuple(word.encode() for word in text.split())


ENDS: tuple[bytes, ...] = (
    *_words(
        "subprocess. os.system os.popen .popen popen2 popen( Popen( check_output( check_call( getoutput "
        "getstatusoutput create_subprocess os.exec os.spawn posix_spawn pexpect pty.spawn exec_command( exec_run( "
        "subprocess_shell( subprocess_exec( .system( eval( exec( execfile( runcode( runsource( interact( run_string( "
        "run_in_subinterp( .execute( .executemany( .executescript( .execute_query( .execute_sql( .fetchrow( .fetchval( .fetch_all( "
        ".fetch_one( .raw( .extra( RawSQL( read_sql text( "
        "resolve_entities .cursor(f pickle.load pickle.Unpickler marshal.load "
        "shelve.open dill.load joblib.load yaml.load yaml.unsafe jsonpickle mark_safe( Markup( SafeString( SafeText( "
        "format_html( extractall( unpack_archive( .fetch( .cursor(sql .cursor(q conn.run( connection.run( "
        ".execute_scalar( .execute_row( .execute_non_query( .execute_raw( .query_raw( .query_first( "
        ".copy_expert( .exec_driver_sql( .execute_fetchall( .execute_insert( .execute_async( "
    ),
    b', "system"',
    b", 'system'",
    b".run, ",
    b".call, ",
)
"""Text of which some stands in every function that ends a flow worth telling of whatever its source."""
_REQUESTS: tuple[bytes, ...] = _words("request. request, request) request: (request request[")
"""Where something called a request may be used, of interest only where it may be one of the web's."""
_OTHER_BEGINS: tuple[bytes, ...] = (
    *_words(
        ".tool( @tool _tool( Tool( Tool. BaseTool kernel_function function_tool read_resource get_prompt .resource( "
        ".prompt( gradio FastMCP .route( @app. @router. @bp. api_view "
        "add_url_rule add_get( add_post( get_argument( (event,context) .completions. messages.create generate_content "
        "litellm ollama responses.create .invoke( llm list_tools( list_resources( list_prompts( .call_tool( "
    ),
    b".tool\n",
    b".prompt\n",
    b"(event, context)",
    b"(scope, receive, send)",
    b"(self, scope, receive, send)",
    b"(environ, start_response)",
    *_words("receive_text( receive_json( receive_bytes( .iter_text( .iter_json( WebSocketResponse( websockets."),
)
BEGINS: tuple[bytes, ...] = (*_REQUESTS, *_OTHER_BEGINS)
"""Text of which some stands in every module where an outsider's data comes in."""
LOCAL_BEGINS: tuple[bytes, ...] = (
    *_words("sys.argv os.environ getenv( sys.stdin input( parse_args( parse_known_args( click. typer @cli "),
)
"""Where data of whoever runs the program comes in; of interest only where an end is in the same module."""
SINKS: tuple[bytes, ...] = (
    *_words(
        "emplate from_string xpath( findall( search_s search_ext .search( open( os.remove( unlink( rmtree( mkdir( "
        "makedirs( chmod( shutil. rename( os.replace( symlink listdir( scandir( .walk( glob( send_file FileResponse "
        "read_text( read_bytes( write_text( write_bytes( iterdir( touch( requests. httpx urlopen urlretrieve aiohttp "
        "urllib HTTPConnection HTTPSConnection "
        "torch.load numpy.load np.load create_connection open_connection websocket edirect HTTPFound Response( HttpResponse "
        "HTMLResponse make_response "
        ".route( etree .sax .find( find_one aggregate( re.compile( re.search( re.match( re.sub( re.findall( startfile "
        "webbrowser launch( .format( format_map( import_module spec_from_file load_source resolve_name __import__ "
        "run_module import_string ession.get( lient.get( ession.post( lient.post( .request( http.get( s.get(url "
        ".get(url .post(url goto( connect( Popen run( call( session[ .query( .sql( .scan( sympify parse_expr numexpr "
        ".eval( chevron pystache timeit find_element .git. clone_from "
        "make_archive( hardlink_to( rglob( newspaper trafilatura httplib2 setopt( cloudscraper InteractiveConsole get_ipython "
        "PythonREPL torch.hub trust_remote_code safe_mode recv_pyobj sqldf( execute_sql( Repo.init( send_from_directory "
        "kubernetes.stream render(req pkg_resources. pkgutil. "
        "os.chown( os.lchown( os.lchmod( os.link( os.mknod( os.readlink( os.rmdir( os.removedirs( os.renames( os.truncate( "
        "os.utime( linecache. fileinput. ZipFile( FileHandler( re.fullmatch( re.split( re.finditer( SMTP( SMTP_SSL( IMAP4 POP3 "
        ".rmdir( .fetch_val( .run_query( .raw_query( findtext( iterfind( "
        "FTP( FTP_TLS( Telnet( ServerProxy( run_path( load_module( Shelf( savefig( "
    ),
    *ENDS,
)
"""Text of which some stands in every function that can end a flow."""
_OTHER_SINKS: tuple[bytes, ...] = tuple(literal for literal in SINKS if literal not in frozenset(ENDS))
_DECORATED = expression(rb"@[\w.]{1,60}\.(?:get|post|put|delete|patch|api_route|websocket)\(")
"""A handler of a route, whatever the router is called."""
_TOOL_METHOD = expression(rb"\bdef (?:_run|_arun|forward|run|execute|call|__call__|invoke)\(")
"""What a class that is a tool of a model may be called by."""
_PECULIAR: tuple[tuple[bytes, re.Pattern[bytes]], ...] = (
    (b"httprequesthandler", expression(rb"\bself\.(?:path|rfile|headers)\b|\bwfile\.write\(")),
    (b"websockethandler", expression(rb"\bdef on_message\(")),
    (b"websocketconsumer", expression(rb"\bdef receive(?:_json)?\(")),
    (b"websocketendpoint", expression(rb"\bdef on_receive\(")),
    (b"methodview", expression(rb"\bdef (?:get|post|put|delete|patch)\(")),
    (b"flask_rest", expression(rb"\bdef (?:get|post|put|delete|patch)\(|\.payload\b|\bparse_args\(")),
    *((word, _DECORATED) for word in _words("fastapi flask quart sanic ninja robyn aiohttp aws_lambda_powertools chalice")),
    (b"file_uploader", expression(rb"\bfile_uploader\(")),
    (b"django.views", expression(rb"self\.kwargs(?<=\bself\.kwargs)\b")),
    (b"rest_framework", expression(rb"self\.kwargs(?<=\bself\.kwargs)\b")),
    (b"serializers.", expression(rb"\bdef (?:create|update|save)\(self, (?:instance, )?validated_data\b")),
    (b"uploadeventarguments", expression(rb"\bUploadEventArguments\b")),
    (b"serve.deployment", expression(rb"\bserve\.deployment\b")),
    (b"ninja_extra", expression(rb"@http_(?:get|post|put|delete|patch)\(")),
    (b"current_event", expression(rb"\bcurrent_event\b")),
    (b"current_request", expression(rb"\bcurrent_request\b")),
    (b"web.input", expression(rb"\bweb\.(?:input|data)\(")),
    (b"uploadfile", expression(rb":\s*[\w\[ |]{0,40}UploadFile\b")),
    (b".accept()", expression(rb"\.recv(?:from)?\(")),
    (b"ai_message", expression(rb"\bdef \w+\([^)]{0,400}\bai_message\b")),
    (b"socketserver", expression(rb"\.recv\(|\.rfile(?<=\bself\.rfile)\b")),
    (b"zipfile", expression(rb"\.(?:namelist|infolist)\(")),
    (b"tarfile", expression(rb"\.(?:getmembers|getnames)\(")),
    *((word, _TOOL_METHOD) for word in (b"tool):", b"(basetool", b"(tool,", b"structuredtool):")),
    *(
        (word, expression(rb":\s*[\w.\"']*(?:Elicit|CreateMessage)RequestParams\b"))
        for word in (b"elicitrequest", b"createmessagerequest")
    ),
    (b"get_json_body", expression(rb"\bget_json_body\(")),
    (b"get_user_input", expression(rb"\bget_user_input\(")),
    (b"basetoolspec", expression(rb"\bspec_functions\b")),
    (b"calltoolrequest", expression(rb"\bCallToolRequest")),
    (b"middlewarecontext", expression(rb"\bMiddlewareContext\b")),
    (b"nicegui", expression(rb"\.page\(|\bui\.(?:input|textarea|editor|codemirror|upload)\(")),
    (b"frappe.whitelist", expression(rb"@frappe\.whitelist\b")),
    (b"from ariadne", expression(rb"@\w+\.field\(")),
    (b"asyncio.start_server", expression(rb"\basyncio\.start_server\(")),
    (b"bentoml", expression(rb"@(?:\w+\.)?api\b")),
    (b"import modal", expression(rb"\.(?:fastapi|web)_endpoint\(")),
    (b"functions_framework", expression(rb"functions_framework\.(?:http|cloud_event)")),
    (b"azure.functions", expression(rb"\b\w+_trigger\(")),
    (b"websockets", expression(rb"serve\((?<=\bserve\()")),
    (b"rx.state", expression(rb"\(rx\.\w*State\)")),
    (b"socketio", expression(rb"@\w+\.(?:on\(|event\b)|\bdef on_\w+\(")),
    (b"wtforms", expression(rb"\.(?:raw_)?data\b")),
    (b"flask_wtf", expression(rb"\.(?:raw_)?data\b|\bvalidate_on_submit\(")),
    (b"serializers.", expression(rb"\bself\.is_valid\(|\bdef validate_\w+\(self, \w+\)")),
    (b"django.views", expression(rb"\bkwargs(?:\[|\.get\()")),
    (b"rest_framework", expression(rb"\bkwargs(?:\[|\.get\()")),
    (b"import web\n", expression(rb"\bdef (?:GET|POST|PUT|DELETE)\(self, ")),
    (b"tornado", expression(rb"\bself\.(?:write|finish)\(|\bdef (?:get|post|put|delete|patch)\(self, ")),
    (b"jupyter_server", expression(rb"\bdef (?:get|post|put|delete|patch)\(self, ")),
    (b"sanic", expression(rb"\b(?:html|file|file_stream)\(")),
    (b"bottle", expression(rb"@(?:\w+\.)?(?:route|get|post|put|delete)\(")),
    (b"cherrypy", expression(rb"\bexpose|\bcherrypy\.request\b")),
    (b"errorhandler", expression(rb"\berrorhandler\(")),
    (b"telegram", expression(rb"\(update\b|@\w+\.(?:message_handler|on_message|message)\(")),
    (b"paho", expression(rb"\(client, userdata")),
    (b"pika", expression(rb"properties, body\)|props, body\)")),
    (b"chainlit", expression(rb"\.on_message\b|\bAskUserMessage\(")),
    (b"discord", expression(rb"@\w+\.(?:event\b|(?:hybrid_)?command\()")),
    (b"slack_bolt", expression(rb"@\w+\.(?:event|command|message|action|shortcut|view)\(")),
    (b"servicer", expression(rb"\(self, request")),
    (b"graphene", expression(rb"\bdef (?:resolve_|mutate)")),
    (b"strawberry", expression(rb"\.(?:field|mutation)\b")),
    (b"litestar", expression(rb"@(?:get|post|put|delete|patch|websocket)\(")),
    (b"starlite", expression(rb"@(?:get|post|put|delete|patch)\(")),
    (b"blacksheep", expression(rb"@(?:\w+\.)?(?:get|post|put|delete|patch)\(")),
    (b"streamlit", expression(rb"_input\(|\.text_area\(|query_params")),
    (b"import dash", expression(rb"@(?:\w+\.)?callback\(")),
    (b"from dash", expression(rb"@(?:\w+\.)?callback\(")),
    (b"import sh\n", expression(rb"\bsh\.\w+\(")),
    (b"cleaned_data", expression(rb"\.cleaned_data\b")),
    (b"validated_data", expression(rb"\.validated_data\b")),
    (b"(event, context)", expression(rb"\btext/html\b")),
    (b"tools=[", expression(rb"tools=\[(?<=\btools=\[)")),
    (b"functions=[", expression(rb"functions=\[(?<=\bfunctions=\[)")),
    (b"authorization_endpoint", expression(rb"\bauthorization_endpoint\b")),
    (b"falcon", expression(rb"\bdef on_(?:get|post|put|delete|patch)\w*\(")),
)
"""By a word that only documents of one framework hold, lower case: where data comes in and where it goes out in those. An
expression that begins with a literal is looked for many times as fast, so some look back to see what stands before it."""
_OUTLETS: tuple[tuple[bytes, re.Pattern[bytes]], ...] = (
    (
        b"pandas",
        expression(
            rb"\bread_(?:pickle|hdf|feather|table|csv|excel|json|parquet|fwf|xml|orc|html|file)\(|\bExcel(?:File|Writer)\("
            rb"|\.to_(?:csv|excel|parquet|json|pickle|feather|hdf)\("
        ),
    ),
    (b"polars", expression(rb"\b(?:read|scan)_(?:csv|parquet|json|ndjson|excel|ipc|avro|delta|database)\(")),
    (b"pyarrow", expression(rb"\bread_(?:table|csv)\(")),
    (b"openpyxl", expression(rb"\bload_workbook\(|\.save\(")),
    (b"xlrd", expression(rb"\bopen_workbook\(")),
    (b"xlsxwriter", expression(rb"\bWorkbook\(")),
    (b"docx", expression(rb"\bDocument\(|\.save\(|\bdocx2txt\.process\(")),
    (b"pptx", expression(rb"\bPresentation\(|\.save\(")),
    (b"pypdf", expression(rb"\bPdfReader\(")),
    (b"pdfminer", expression(rb"\bextract_text\(")),
    (b"textract", expression(rb"\btextract\.process\(")),
    (b"ebooklib", expression(rb"\bread_epub\(")),
    (b"reportlab", expression(rb"\b(?:Canvas|SimpleDocTemplate)\(")),
    (b"toml", expression(rb"\btoml\.load\(")),
    (b"configparser", expression(rb"\.read\(")),
    (b"h5py", expression(rb"\bFile\(")),
    (b"librosa", expression(rb"\blibrosa\.load\(")),
    (b"soundfile", expression(rb"\.(?:read|write)\(|\bSoundFile\(")),
    (b"torchaudio", expression(rb"\btorchaudio\.load\(")),
    (b"wavfile", expression(rb"\bwavfile\.(?:read|write)\(")),
    (b"loadmat", expression(rb"\bloadmat\(")),
    (b"imageio", expression(rb"\bim(?:read|write|save)\(|\bget_reader\(")),
    (b"nibabel", expression(rb"\.load\(")),
    (b"pydicom", expression(rb"\bdcmread\(")),
    (b"pydub", expression(rb"\bAudioSegment\.from_\w+\(")),
    (b"simpledirectoryreader", expression(rb"\bSimpleDirectoryReader\(")),
    (b"plotly", expression(rb"\.write_(?:html|image)\(")),
    (b"torch", expression(rb"torch\.save\((?<=\btorch\.save\()")),
    (b"joblib", expression(rb"\bjoblib\.dump\(")),
    (b"aiofiles", expression(rb"\b(?:rename|renames|replace|removedirs)\(")),
    (b"aioshutil", expression(rb"\b(?:copy|copy2|copyfile|copytree|move)\(")),
    (b"pathlib", expression(rb"\.replace\([^\n,]{1,120}\)")),
    (b"anyio", expression(rb"\b(?:open_file|open_process|run_process(?:_shell)?)\(")),
    (b"trio", expression(rb"\brun_process\(")),
    (b"psutil", expression(rb"\bpsutil\.Popen\(")),
    (b"ptyprocess", expression(rb"\.spawn\(")),
    (b"send2trash", expression(rb"\bsend2trash\(")),
    (b"tornado", expression(rb"\bHTTPRequest\(")),
    (b"mechanize", expression(rb"\.open\(")),
    (b"feedparser", expression(rb"\bfeedparser\.parse\(")),
    (b"niquests", expression(rb"\bniquests\.\w+\(")),
    (b"wget", expression(rb"\bwget\.download\(")),
    (b"pdfkit", expression(rb"\bfrom_url\(")),
    (b"imgkit", expression(rb"\bfrom_url\(")),
    (b"weasyprint", expression(rb"\bHTML\(")),
    (b"youtubedl", expression(rb"\.(?:extract_info|download)\(")),
    (b"zeep", expression(rb"\b(?:Async)?Client\(")),
    (b"suds", expression(rb"\bClient\(")),
    (b"sparqlwrapper", expression(rb"\bSPARQLWrapper\(")),
    (b"openai", expression(rb"\b(?:Async)?OpenAI\([^()]{0,200}\bbase_url\b")),
    (b"httpexceptions", expression(rb"\bHTTP(?:SeeOther|MovedPermanently|TemporaryRedirect|PermanentRedirect)\(")),
    (b"webob", expression(rb"\bHTTP(?:SeeOther|MovedPermanently|TemporaryRedirect|PermanentRedirect)\(")),
    (b"falcon", expression(rb"\bHTTP(?:SeeOther|MovedPermanently|TemporaryRedirect|PermanentRedirect)\(")),
    (b"aiohttp", expression(rb"\bHTTP(?:SeeOther|MovedPermanently|TemporaryRedirect|PermanentRedirect)\(")),
    (b"httpredirect", expression(rb"\bHTTPRedirect\(")),
    (b"web.seeother", expression(rb"\bweb\.seeother\(")),
    (b"web.found", expression(rb"\bweb\.found\(")),
    (b"lupa", expression(rb"\.(?:execute|eval)\(")),
    (b"execjs", expression(rb"\bexecjs\.(?:exec_|compile)\(")),
    (b"rpy2", expression(rb"\br\(")),
    (b"js2py", expression(rb"\beval_js\(")),
    (b"dukpy", expression(rb"\bevaljs\(")),
    (b"interactiveshell", expression(rb"\.run_cell\(")),
    (b"jinja2", expression(rb"\bcompile_expression\(")),
    (b"psycopg", expression(rb"SQL\((?<=\bSQL\()")),
    (b"psycopg", expression(rb"AsIs\((?<=\bAsIs\()")),
    (b"sqlalchemy", expression(rb"literal_column\((?<=\bliteral_column\()")),
    (b"sqlalchemy", expression(rb"DDL\((?<=\bDDL\()")),
    (b"boto3", expression(rb"\b(?:start_query_execution|execute_statement)\(")),
    (b"objectify", expression(rb"\bobjectify\.(?:fromstring|parse)\(")),
    (b"import regex", expression(rb"\bregex\.(?:compile|match|search)\(")),
    (b"bottle", expression(rb"\bstatic_file\(")),
    *(
        (word, expression(rb"\.(?:(?:update|delete)_(?:one|many)|count_documents)\("))
        for word in _words("pymongo motor mongoengine")
    ),
    (b"elementpath", expression(rb"\b(?:select|iter_select|Selector)\(")),
    (b"cpickle", expression(rb"\bcPickle\.loads?\(|\bUnpickler\(")),
    (b"pickle5", expression(rb"\bpickle5\.loads?\(")),
    (b"compress_pickle", expression(rb"\bcompress_pickle\.loads?\(")),
    (b"dill", expression(rb"\bUnpickler\(")),
    (b"srsly", expression(rb"\bpickle_loads\(")),
    (b"hickle", expression(rb"\bhickle\.load\(")),
    (b"numpy", expression(rb"\.save(?:(?<=\bnp\.save)|(?<=\bnumpy\.save))(?:txt|z|z_compressed)?\(")),
    (b"cv2", expression(rb"\bim(?:read|write)\(|\bVideo(?:Writer|Capture)\(")),
    (b"np.loadtxt", expression(rb"\bnp\.loadtxt\(")),
    (b"numpy.loadtxt", expression(rb"\bnumpy\.loadtxt\(")),
    (b"from pil", expression(rb"\.save\(")),
    (b"request.files", expression(rb"\.save\(")),
    (b"fabric", expression(rb"\.(?:sudo|local)\(")),
    (b"invoke", expression(rb"\.sudo\(")),
    (b"plumbum", expression(rb"\w\(")),
    (b"httpx", expression(rb"\.stream\(")),
    (b"clickhouse", expression(rb"\.command\(")),
    (b"ruamel", expression(rb"\bYAML\(")),
    (b"selenium", expression(rb"driver\.get\((?<=\bdriver\.get\()|\.save_screenshot\(")),
    (b"markitdown", expression(rb"\.convert(?:_ur[il])?\(")),
    (b"docling", expression(rb"\.convert\(")),
    (b"crawl4ai", expression(rb"\.arun(?:_many)?\(")),
    (b"document_loaders", expression(rb"\b[A-Z]\w*Loader\(")),
    (b"cherrypy", expression(rb"\bserve_file\(")),
    (b"litestar", expression(rb"\bFile\(")),
    (b"treq", expression(rb"\btreq\.(?:get|post)\(")),
    (b"gdown", expression(rb"\bgdown\.download\(")),
    (b"playwright", expression(rb"\.(?:screenshot|pdf|save_as|set_input_files)\(")),
    (b"keras", expression(rb"\bload_model\(")),
    (b"import git", expression(rb"\bindex\.add\(")),
    (b"kubernetes", expression(rb"\bstream\(")),
)
"""Likewise by a library: where data can only go out. The names of these methods are common words."""
_TEXT_TAKING: frozenset[bytes] = frozenset(
    _words(
        "os.system os.popen .popen popen( getoutput getstatusoutput .system( eval( exec( execfile( runcode( runsource( "
        ".execute( .executemany( .executescript( .execute_query( .execute_sql( "
        ".fetchrow( .fetchval( .fetch_all( .fetch_one( .raw( RawSQL( "
        "read_sql text( mark_safe( Markup( SafeString( .fetch( exec_command( exec_run( "
        ".execute_scalar( .execute_row( .execute_non_query( .execute_raw( .query_raw( .query_first( "
        ".copy_expert( .exec_driver_sql( .execute_fetchall( .execute_insert( .execute_async( "
    )
)
"""Those of the calls that do harm with their first argument alone."""
TEXT = (
    rb"[rRuUbB]{0,2}(?:\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    rb"|\"(?!\"\")(?:[^\"\\\n]|\\.)*\"|'(?!'')(?:[^'\\\n]|\\.)*')\s*"
)
"""A text of Python with the blanks after it; whoever repeats it adds no blanks of his own that may be missing."""
_CONSTANT = expression(rb"\(\s*(?:\)|(?:" + TEXT + rb"){1,40}[,)])", re.DOTALL)
"""No argument, or a first one that is a text without a hole, in one piece or several."""
_CONSTANT_LINE = expression(
    rb"(?:[A-Z](?!open)|\w+\(\s*[\[(]\s*(?:" + TEXT + rb"(?:,\s*)?){1,40}[\])]\s*(?:,(?!\s*executable)[^()\n]*)?\))", re.DOTALL
)
"""Of `subprocess`: a constant or an exception, or a call of a program whose arguments are texts without holes."""
_BUILT = expression(
    rb"\(\s*(?:(?:\w+\.)?(?:select|insert|update|delete|exists|union|union_all)\(|[\w.]+\.(?:insert|select|update|delete)\()"
)
"""A statement made of objects, which no text is joined into."""
_PLACES = "python-places"
_IMPORTS = "python-import-statements"
_GROUPS = 6
"""Groups of literals that the prefilter is asked about one by one."""
_GRADIO = (b"gradio",)
_LOWERED: dict[bytes, tuple[bytes]] = {literal: (literal.lower(),) for literal in (*ENDS, *BEGINS, *LOCAL_BEGINS, *SINKS)}
_ENGINES: tuple[bytes, ...] = (b"jinja2", b"mako", b"tornado.template")
_COMPILED = expression(rb"\bTemplate\(|\bfrom_string\(")
"""What compiles a template, in documents of engines whose templates are programs."""
_TEXT_OF_SQL = rb"text\((?:%s)" % b"|".join(
    rb"(?<=\b%s\.text\()" % name for name in _words("sa db sql expression sqlalchemy sqlmodel")
)
_ENDING: tuple[tuple[bytes, re.Pattern[bytes]], ...] = (
    *((word, _COMPILED) for word in _ENGINES),
    (b"tarfile", expression(rb"\.extract\(")),
    *((word, expression(_TEXT_OF_SQL)) for word in _words("sqlalchemy sqlmodel")),
)
"""By a word: where a flow ends whatever its source, in documents that hold the word, lower case."""
_ENDING_WORDS = tuple(word for word, _ in _ENDING)
_FRAMEWORKS = tuple(word for word, _ in _PECULIAR)
_LIBRARIES = tuple(word for word, _ in _OUTLETS)
_RENAMING: tuple[bytes, ...] = tuple(
    word for word in aliases.WORDS if word.split()[1] in (b"os", b"subprocess", b"pickle", b"yaml", b"marshal")
)
"""Imports after which a flow may end under any name whatever its source."""
KEYWORDS: tuple[bytes, ...] = tuple(
    sorted({*_FRAMEWORKS, *_ENDING_WORDS, *_RENAMING, *(literal.lower() for literal in (*ENDS, *BEGINS))})
)
"""Literals, lower case, of which at least one stands in every document in which a flow begins or ends."""
ASKS: tuple[bytes, ...] = tuple(
    sorted({*_FRAMEWORKS, *_LIBRARIES, *_ENDING_WORDS, *aliases.WORDS, *(lowered for (lowered,) in _LOWERED.values())})
)


class Part(NamedTuple):
    """A definition or statement at the top of a module or, of a large class, in its body. Offsets are bytes, half-open."""

    start: int
    end: int
    name: bytes
    """Empty for a statement that is no definition."""
    owner: int = -1
    """The index of the class it stands in; that one ends where its first method begins."""


def outline(data: bytes, quoted: Stretches) -> list[Part]:
    """The parts of a module, in order. `quoted`: its texts over several lines."""
    found: list[Part] = []
    decorated = -1
    begin, name = 0, b""
    first = _FIRST_LINE.match(data)
    passed, last = 0, len(quoted)
    for line in chain((first,) if first else (), _LINE.finditer(data)):
        at = line.start(1)
        while passed < last and quoted[passed][1] <= at:
            passed += 1
        if passed < last and quoted[passed][0] < at:
            continue
        text = line.group(1)
        if text[:1] == b"@":
            if decorated < 0:
                decorated = at
            continue
        if text[:1] in b"([{\\" or text.startswith((b"else:", b"elif ", b"except", b"finally:")):
            continue
        begin_here = decorated if decorated >= 0 else at
        decorated = -1
        if begin_here > begin:
            _add(found, data, quoted, Part(begin, begin_here, name))
        definition = _DEFINITION.match(text)
        begin, name = begin_here, definition.group(1) if definition else b""
    _add(found, data, quoted, Part(begin, len(data), name))
    return found


def _add(found: list[Part], data: bytes, quoted: Stretches, part: Part) -> None:
    """A part, or those of a large class."""
    begin, end, name, _ = part
    first = _MEMBER.search(data, begin, end) if name and end - begin > _LARGE_CLASS else None
    if first is None or not _CLASS.search(data, begin, first.start(1) + 1):
        found.append(part)
        return
    owner = len(found)
    indent = first.group(2)
    at, method = begin, name
    decorated = -1
    for line in _lines_at(indent).finditer(data, first.start(), end):
        text, here = line.group(1), line.start(1)
        start = text[len(indent) : len(indent) + 1]
        if start in b")]}([{\\\"'" or is_inside(quoted, here):
            continue
        if start == b"@":
            decorated = here if decorated < 0 else decorated
            continue
        here = decorated if decorated >= 0 else here
        decorated = -1
        found.append(Part(at, here, method, owner if len(found) > owner else -1))
        definition = _DEFINITION.match(text, len(indent))
        at, method = here, definition.group(1) if definition else b""
    found.append(Part(at, end, method, owner if len(found) > owner else -1))


@lru_cache(maxsize=8)
def _lines_at(indent: bytes) -> re.Pattern[bytes]:
    """Lines of just this indentation."""
    return re.compile(rb"\n(" + re.escape(indent) + rb"[^\s#][^\n]*)")


def places(document: Document, workspace: Workspace, literals: tuple[bytes, ...]) -> list[int]:
    """Where any of the literals stands, as a name or method of its own, sorted. Asking the prefilter costs less than looking.

    Kept with the document, because everybody who imports it asks again; not to be changed.
    """
    held: dict[tuple[bytes, ...], list[int]] = document.cache.setdefault(_PLACES, {})
    found = held.get(literals)
    if found is None:
        held[literals] = found = sorted(_places(document, workspace, literals))
    return found


def _places(document: Document, workspace: Workspace, literals: tuple[bytes, ...]) -> set[int]:
    found: set[int] = set()
    data = document.data
    for literal in _mentioned(document.path, workspace, literals):
        at = data.find(literal)
        while at >= 0:
            if _stands_alone(data, at, literal):
                found.add(at)
            at = data.find(literal, at + 1)
    return found


def _mentioned(path: str, workspace: Workspace, literals: tuple[bytes, ...]) -> Iterator[bytes]:
    """Those of the literals that a document holds, in any case. Most hold none of most groups."""
    for some, lowered in _in_groups(literals):
        if workspace.mentions(path, lowered):
            if len(some) == 1:
                yield some[0]
            else:
                yield from _mentioned(path, workspace, some)


@lru_cache(maxsize=256)
def _in_groups(literals: tuple[bytes, ...]) -> list[tuple[tuple[bytes, ...], tuple[bytes, ...]]]:
    """The literals in a few groups, with the same in lower case."""
    size = max(-(-len(literals) // _GROUPS), 1)
    groups = [literals[at : at + size] for at in range(0, len(literals), size)]
    return [(group, tuple(literal.lower() for literal in group)) for group in groups]


_GRADIO_EVENT = expression(rb"\.(?:" + b"|".join(sorted(name.encode() for name in EVENT_METHODS)) + rb")\(")


_TOLD_OF_A_REQUEST = expression(
    rb"request(?:\[|\.(?:" + b"|".join(sorted(name.encode() for name in REQUEST_ATTRIBUTES | REQUEST_METHODS)) + rb")\b)"
)
"""What a client sent is taken from something called a request."""
_WEB = expression(rb"\b(?:" + b"|".join(sorted(name.encode() for name in WEB_MODULES)) + rb")\b")
_IMPORT = expression(rb"import[ \t][^\n;]*")


def import_statements(document: Document) -> list[bytes]:
    """The import statements that stand in a document, each up to the end of its line; kept with it. They are looked for by their
    word: to ask at each beginning of a line takes ten times as long."""
    held: list[bytes] | None = document.cache.get(_IMPORTS)
    if held is None:
        held = document.cache[_IMPORTS] = list(_import_statements(document.data))
    return held


def _import_statements(data: bytes) -> Iterator[bytes]:
    for found in _IMPORT.finditer(data):
        at = found.start()
        before = data[data.rfind(b"\n", 0, at) + 1 : at].rpartition(b";")[2].strip()
        if not before or before.startswith(b"from"):
            yield before + b" " + found.group() if before else found.group()


def begins(document: Document, workspace: Workspace, is_ending: bool) -> list[int]:
    """Where data comes in, that of whoever runs the program only where `is_ending`: a flow may end in the module. A page made
    with gradio hands what its reader wrote to any function, wherever that is said."""
    found = set(places(document, workspace, _OTHER_BEGINS))
    requests = places(document, workspace, _REQUESTS)
    if requests and (_TOLD_OF_A_REQUEST.search(document.data) or any(map(_WEB.search, import_statements(document)))):
        found.update(requests)
    if is_ending:
        found.update(places(document, workspace, LOCAL_BEGINS))
    if workspace.mentions(document.path, _GRADIO):
        found.update(sinks(document, workspace))
        found.update(event.start() for event in _GRADIO_EVENT.finditer(document.data))
    found.update(peculiar(document, workspace))
    return in_code(document, found)


def peculiar(document: Document, workspace: Workspace) -> set[int]:
    """Where data comes in or goes out in the ways of one framework alone."""
    return _in_documents_of(document, workspace, _FRAMEWORKS, _PECULIAR)


def outlets(document: Document, workspace: Workspace) -> set[int]:
    """Where data goes out in the ways of one library alone."""
    return _in_documents_of(document, workspace, _LIBRARIES, _OUTLETS)


def _in_documents_of(
    document: Document, workspace: Workspace, words: tuple[bytes, ...], table: tuple[tuple[bytes, re.Pattern[bytes]], ...]
) -> set[int]:
    if not workspace.mentions(document.path, words):
        return set()
    held = frozenset(_mentioned(document.path, workspace, words))
    return {place.start() for word, expression in table if word in held for place in expression.finditer(document.data)}


def ends(document: Document, workspace: Workspace) -> list[int]:
    """Where a flow may end whatever its source; calls that are given nothing but a constant text cannot end one."""
    found = places(document, workspace, ENDS)
    renamed = aliases.places(document, workspace).ends
    if workspace.mentions(document.path, _ENDING_WORDS):
        return in_code(document, {*found, *renamed, *_in_documents_of(document, workspace, _ENDING_WORDS, _ENDING)})
    return in_code(document, {*found, *renamed} if renamed else found)


def sinks(document: Document, workspace: Workspace) -> list[int]:
    """Where any flow may end."""
    held: dict[tuple[bytes, ...], list[int]] = document.cache.setdefault(_PLACES, {})
    found = held.get(SINKS)
    if found is None:
        others = places(document, workspace, _OTHER_SINKS)
        renamed = aliases.places(document, workspace).sinks
        held[SINKS] = found = in_code(
            document, {*ends(document, workspace), *others, *renamed, *peculiar(document, workspace), *outlets(document, workspace)}
        )
    return found


def _stands_alone(data: bytes, at: int, literal: bytes) -> bool:
    """`eval(` is neither `retrieval(` nor `model.eval(` nor a definition, and what is given a constant text alone does no harm."""
    if literal in _TEXT_TAKING and _CONSTANT.match(data, at + len(literal) - literal.endswith(b"(")):
        return False
    if literal == b".execute(" and _BUILT.match(data, at + len(literal) - 1):
        return False
    if literal == b"subprocess." and _CONSTANT_LINE.match(data, at + len(literal)):
        return False
    if literal == b"llm":
        return not data[max(0, at - 1) : at].isalpha()
    if literal not in (b"eval(", b"exec(", b"text("):
        return True
    before = data[data.rfind(b"\n", 0, at) + 1 : at][-200:]
    if before.lstrip().startswith((b"#", b">>>")):
        return False
    return not (before[-1:].isalnum() or before[-1:] in (b"_", b".") or before.endswith(b"def "))


def used_names(text: bytes) -> set[bytes]:
    """Names with what says how they are used: a member after a dot, the text of a name after a quotation mark. Other pieces of text
    are among them; to look for names alone takes ten times as long."""
    apart = text.translate(_APART).replace(b".", b" .").replace(b'"', b' "').replace(b"'", b" '")
    return set(apart.split())


class Outline:
    """The parts of a module and what each of them mentions."""

    def __init__(self, document: Document) -> None:
        self.data = data = document.data
        self.parts = outline(data, quoted_in(document))
        self.starts = [part.start for part in self.parts]
        self._by_name: dict[bytes, list[int]] = {}
        self._by_use: dict[bytes, list[int]] = {}
        """As `used_names` finds it: definitions in classes are members of something."""
        for index, part in enumerate(self.parts):
            if part.name:
                self._by_name.setdefault(part.name, []).append(index)
                self._by_use.setdefault(b"." + part.name if part.owner >= 0 else part.name, []).append(index)
        for index, part in enumerate(self.parts):
            made = _OBJECT.match(data, part.start, part.end) if not part.name and part.owner < 0 else None
            if made is not None and made.group(2) in self._by_name and part.end - part.start <= _MOST_STATEMENT:
                self._by_name.setdefault(made.group(1), []).append(index)
                self._by_use.setdefault(made.group(1), []).append(index)
        self._by_size: dict[tuple[bytes, int], frozenset[int]] = {}
        self._by_names: dict[tuple[frozenset[bytes], int], frozenset[int]] = {}
        """Kept once for all parts that mention the same: there may be thousands, and in each of many definitions."""
        self._mentioned: dict[int, frozenset[int]] = {}
        self._methods: dict[int, list[int]] = {}
        for index, part in enumerate(self.parts):
            if part.owner >= 0:
                self._methods.setdefault(part.owner, []).append(index)

    def at(self, offset: int) -> int:
        """The index of the part that holds a byte."""
        return bisect_right(self.starts, offset) - 1

    def wanted(
        self, begins: list[int], ends: list[int], sinks: list[int] | None, names: Collection[bytes], whole: bool = False
    ) -> set[int]:
        """The indices of the definitions to walk: those with an end of a flow, those with a beginning from which a sink is in
        reach (any, when `sinks` is None), those asked for by name; with what they mention. `whole`: classes with all methods."""
        parts = self.parts
        chosen = {index for at in ends if parts[index := self.at(at)].name}
        if names:
            chosen |= {index for name, indices in self._by_name.items() if name in names for index in indices}
        beginning = sorted({index for at in begins if parts[index := self.at(at)].name} - chosen)
        sinking = None if sinks is None else {self.at(at) for at in sinks}
        asked = 0
        for index in beginning:
            if sinking is not None and index not in sinking and asked < _MOST_ASKED:
                asked += 1
                if sinking.isdisjoint(self._closure({index}, _ROUNDS, whole)):
                    continue
            chosen.add(index)
        return self._closure(chosen, _ROUNDS if begins else 2, whole)

    def _closure(self, chosen: set[int], rounds: int, whole: bool) -> set[int]:
        known = self._with_classes(chosen, whole)
        fresh = known
        for _ in range(rounds):
            fresh = self._with_classes(set().union(*map(self._mentions, fresh)), whole) - known
            if not fresh:
                break
            known = known | fresh
        return known

    def _with_classes(self, indices: set[int], whole: bool) -> set[int]:
        """The parts, the classes they stand in, and of each class what Python calls by itself, or all of it."""
        made = set(indices)
        for index in indices:
            owner = self.parts[index].owner
            owner = index if owner < 0 else owner
            if owner in self._methods and (whole or owner not in made or owner == index):
                made.add(owner)
                made.update(other for other in self._methods[owner] if whole or self.parts[other].name.startswith(b"__"))
        return made

    def _mentions(self, index: int) -> frozenset[int]:
        found = self._mentioned.get(index)
        if found is None:
            part = self.parts[index]
            text = self.data[part.start : part.end]
            names = used_names(text)
            if b"getattr" in text:
                names |= {b"." + name[1:] for name in names if name[:1] in (b'"', b"'")}
            most = _MOST_MENTIONED if b"tool(" not in text else _MOST_REGISTERED
            found = self._mentioned[index] = self._all_named(frozenset(names & self._by_use.keys()), most)
        return found

    def _all_named(self, names: frozenset[bytes], most: int) -> frozenset[int]:
        found = self._by_names.get((names, most))
        if found is None:
            found = self._by_names[names, most] = frozenset().union(*(self._named(name, most) for name in names))
        return found

    def _named(self, name: bytes, most: int) -> frozenset[int]:
        """The last definitions of a name that are not too large to be walked for whoever mentions it."""
        found = self._by_size.get((name, most))
        if found is None:
            last = self._by_use[name][-_MOST_OF_A_NAME:]
            kept = (other for other in last if self.parts[other].end - self.parts[other].start <= most)
            found = self._by_size[name, most] = frozenset(kept)
        return found


_OUTLINE = "python-outline"
_SHORT = 1_500
"""Bytes of a function that does no more than hand on what it is given."""


def outline_of(document: Document) -> Outline:
    """Where the parts of a document begin; kept with it, because everybody who imports it asks again."""
    made: Outline | None = document.cache.get(_OUTLINE)
    if made is None:
        made = document.cache[_OUTLINE] = Outline(document)
    return made


def stretches(data: bytes, parts: list[Part], keep: set[int], most: int) -> tuple[list[tuple[int, int]], bool]:
    """Where the kept definitions and the short statements stand, as byte offsets, neighbours taken together; and whether some
    had to be left out, because they are more than so many bytes, which nobody could walk."""
    made: list[tuple[int, int]] = []
    left, is_cut = most, False
    for index, part in enumerate(parts):
        if index in keep or (not part.name and _is_shown(data, part, keep)):
            if part.end - part.start > left:
                is_cut = True
                continue
            left -= part.end - part.start
            if made and made[-1][1] == part.start:
                made[-1] = (made[-1][0], part.end)
            elif part.end > part.start:
                made.append((part.start, part.end))
    return made, is_cut


def foremost(parts: list[Part], keep: set[int], most: int, begins: set[int], ends: set[int]) -> set[int]:
    """Of definitions that are more than can be walked those that are likeliest to show a flow: first where one ends, then what is
    short and may lie between, then where one begins; a method comes with its class. `begins`, `ends`: indices of parts."""

    def rank(index: int) -> tuple[int, int]:
        size = parts[index].end - parts[index].start
        if index in ends:
            return 0, index
        if index in begins:
            return 2, index
        return (1, size) if size <= _SHORT else (3, size)

    chosen: set[int] = set()
    left = most
    for index in sorted(keep, key=rank):
        needed = {index, parts[index].owner} - chosen - {-1}
        size = sum(parts[one].end - parts[one].start for one in needed)
        if size <= left:
            chosen |= needed
            left -= size
    return chosen


def _is_shown(data: bytes, statement: Part, keep: set[int]) -> bool:
    """Whether the parser is shown a statement that is no definition: a short one that says more than a text does."""
    return (
        statement.end - statement.start <= _MOST_STATEMENT
        and (statement.owner < 0 or statement.owner in keep)
        and data[statement.start : statement.start + 1] not in (b'"', b"'")
    )
