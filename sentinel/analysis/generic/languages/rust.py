"""Rust: axum, actix, rocket, the MCP SDK; std::process, sqlx and rusqlite, std::fs, reqwest."""

from __future__ import annotations

from sentinel.analysis.flow import EVERYTHING, PATHS
from sentinel.analysis.generic.tables import Handler, Table, calls, cleans, gives, merged, pattern, row
from sentinel.model.flow import SinkKind, SourceKind

_FS = r"^(?:std\.|tokio\.|async_std\.)?fs$"

TABLE = Table(
    sources=merged(
        gives("var var_os", SourceKind.ENVIRONMENT, r"^(?:std\.)?env$"),
        gives("args args_os", SourceKind.COMMAND_LINE, r"^(?:std\.)?env$"),
        gives("match_info query_string", SourceKind.HTTP_REQUEST, r"^req(?:uest)?$|HttpRequest$"),
    ),
    fields=gives("arguments", SourceKind.TOOL_ARGUMENT, r"CallToolRequest(?:Params?)?(?:\.params)?$"),
    sinks=merged(
        calls("spawn output status exec", row(SinkKind.SHELL, shape="receiver"), on=r"Command"),
        calls("query query_as query_scalar query_with raw_sql", row(SinkKind.SQL, 0), on=r"^sqlx$"),
        calls("sql_query", row(SinkKind.SQL, 0)),
        calls(
            "execute query query_row query_one query_opt prepare batch_execute simple_query execute_batch query_map",
            row(SinkKind.SQL, 0),
            on=r"(?i)^(?:self\.)?(?:\w*conn(?:ection)?|db|client|tx|\w*pool|transaction)$|Connection",
        ),
        calls("read read_to_string read_dir read_link File metadata", row(SinkKind.PATH_READ, 0, "operation:read"), on=_FS),
        calls("open", row(SinkKind.PATH_READ, 0, "operation:read"), on=r"File$|OpenOptions"),
        calls(
            "rename copy hard_link",
            row(SinkKind.PATH_READ, 0, "operation:move"),
            row(SinkKind.PATH_WRITE, 1, "operation:move"),
            on=_FS,
        ),
        calls("write create_dir_all create_dir", row(SinkKind.PATH_WRITE, 0, "operation:write"), on=_FS),
        calls("create", row(SinkKind.PATH_WRITE, 0, "operation:write"), on=r"File$"),
        calls("remove_file remove_dir_all remove_dir", row(SinkKind.PATH_WRITE, 0, "operation:delete"), on=_FS),
        calls("get", row(SinkKind.URL, 0), on=r"^reqwest(?:\.blocking)?$|^ureq$|^surf$"),
        calls(
            "get post put delete patch head request",
            row(SinkKind.URL, 0),
            on=r"(?i)^(?:self\.)?(?:http_?)?client$|Client(?:\.new\(\))?$",
        ),
        calls("to temporary permanent", row(SinkKind.REDIRECT, 0), on=r"Redirect$"),
        calls("Html RawHtml", row(SinkKind.HTML, 0, "response-body")),
        calls("body", row(SinkKind.HTML, 0, "response-body", shape="says:text/html"), on=r"HttpResponse"),
        calls("eval", row(SinkKind.CODE, 0), on=r"(?i)engine|lua|context"),
    ),
    cleaners=merged(
        cleans("parse", EVERYTHING, r"(?!)"),
        cleans("file_name file_stem", PATHS),
        cleans("encode_text encode_safe escape_html clean", {SinkKind.HTML}),
        cleans("escape quote try_quote", {SinkKind.SHELL}, r"^(?:shell_escape|shlex|shell_words)"),
        cleans("encode utf8_percent_encode", EVERYTHING - {SinkKind.SHELL, SinkKind.CODE}, r"^(?:urlencoding|percent_encoding)?$"),
    ),
    handlers=(
        Handler(SourceKind.TOOL_ARGUMENT, marks=pattern(r"^tool$")),
        Handler(SourceKind.TOOL_ARGUMENT, parameter_type=pattern(r"^(?:\w+::)*Parameters<")),
        Handler(
            SourceKind.HTTP_REQUEST,
            parameter_type=pattern(r"^(?:\w+::)*(?:Query|Path|Form|Json|Bytes|Multipart|TypedHeader|Payload)(?:<|$)"),
        ),
        Handler(
            SourceKind.HTTP_REQUEST, marks=pattern(r"^(?:get|post|put|delete|patch)$"), parameter_type=pattern(r"^(?:String|&str)$")
        ),
    ),
    harmless_types=pattern(
        r"^&?(?:mut)?(?:[ui](?:8|16|32|64|128|size)|f32|f64|bool|char|Uuid|(?:Path|Query|Parameters)<(?:[ui]\d+|Uuid|bool)>|"
        r"State<.*|"
        r"(?:web::)?Data<.*|RequestContext<.*|Duration|Extension<.*)$"
    ),
    text_types=pattern(r"^&?(?:'\w+)?(?:mut)?(?:String|str|Option<(?:String|&str)>|Vec<String>|\[String\])$"),
    carriers=pattern(
        r"^(?:String\.from|PathBuf\.from|Path\.new|Url\.parse|Some|Ok|Box\.new|Arc\.new|OsStr\.new|Cow\.\w+|serde_json\.\w+)$|"
        r"(?:into_inner|as_deref|unwrap\w*|expect|to_string|map_err|ok_or\w*|to_string_lossy|trim\w*|join)$"
    ),
    formats=frozenset({"format!", "format_args!", "concat!"}),
    own=frozenset({"self", "Self"}),
    open_functions=True,
)
