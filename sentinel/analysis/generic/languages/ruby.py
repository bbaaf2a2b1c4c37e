"""Ruby: Rails, Sinatra, the MCP SDK; Kernel, Open3, ActiveRecord, files, requests, Marshal and YAML, pages."""

from __future__ import annotations

from sentinel.analysis.flow import EVERYTHING, PATHS, URLS
from sentinel.analysis.generic.tables import ALL, RECEIVER, Handler, Table, calls, cleans, gives, merged, pattern, row
from sentinel.model.flow import SinkKind, SourceKind

_NONE = r"^(?:Kernel|self)?$"
_MODEL = (
    r"^[A-Z]\w*(?:::\w+)*|(?i:^@?(?:\w*scope|\w*relation|query|records|collection))|\.(?:where|all|joins|order|includes|unscoped)\("
)
_OPTIONS = "conditions order group having joins select from lock"
"""Of the finders of older versions: what becomes part of the statement."""
_CONNECTION = r"(?i)connection(?:\(\))?$|^@?(?:db|conn|con|client|database|mysql|pg|sqlite)$|ActiveRecord\.Base"
_PATHNAME = r"^Pathname(?:\.new)?\(\)"
_FILE = r"^(?:File|IO|Pathname|FileUtils|Dir|Kernel|Tempfile|CSV|YAML|PStore|SDBM|GDBM|DBM)$"

TABLE = Table(
    sources=merged(
        gives("params cookies", SourceKind.HTTP_REQUEST, r"^(?:request|req|ctx|self)?$"),
        gives(
            "query_parameters request_parameters path_parameters query_string raw_post body referer user_agent headers",
            SourceKind.HTTP_REQUEST,
            r"^(?:request|req)$",
        ),
        gives("fullpath original_url url path", SourceKind.HTTP_REQUEST, r"^(?:request|req)$", safe=URLS),
        gives("gets readline", SourceKind.COMMAND_LINE, r"^(?:STDIN|\$stdin|ARGF)$"),
        gives("fetch", SourceKind.ENVIRONMENT, r"^ENV$"),
    ),
    fields=merged(
        gives("params cookies", SourceKind.HTTP_REQUEST, r"^$"),
        gives("[]", SourceKind.HTTP_REQUEST, r"^(?:request|req)\.env$", (0, r"^(?:HTTP_(?!HOST)\w+|QUERY_STRING|rack\.input)$")),
        gives("ARGV", SourceKind.COMMAND_LINE, r"^$"),
        gives("ENV", SourceKind.ENVIRONMENT, r"^$"),
    ),
    sinks=merged(
        calls("system exec spawn", row(SinkKind.SHELL, shape="command"), on=r"^(?:Kernel|Process|self)?$"),
        calls("`", row(SinkKind.SHELL, 0, "shell-true"), on=r"^$"),
        calls("capture2 capture2e capture3 popen2 popen2e popen3 pipeline", row(SinkKind.SHELL, shape="command"), on=r"^Open3$"),
        calls("popen", row(SinkKind.SHELL, shape="command"), on=r"^IO$"),
        calls("eval instance_eval class_eval module_eval", row(SinkKind.CODE, 0)),
        calls("send public_send __send__ try method", row(SinkKind.CODE, 0, "attribute")),
        calls("constantize safe_constantize", row(SinkKind.CODE, RECEIVER, "attribute")),
        calls("const_get", row(SinkKind.CODE, 0, "attribute")),
        calls(
            "where order group having joins select from pluck reorder find_by exists? delete_all destroy_all update_all lock "
            "calculate "
            "average count maximum minimum sum rewhere not delete_by destroy_by",
            row(SinkKind.SQL, 0, "orm-raw"),
            on=_MODEL,
        ),
        calls("where having joins order", row(SinkKind.SQL, 0, "orm-raw", shape="joined")),
        calls(
            "find all first last count",
            *(row(SinkKind.SQL, 0, "orm-raw", shape=f"named:{name}") for name in _OPTIONS.split()),
            on=_MODEL,
        ),
        calls("find_by_sql count_by_sql", row(SinkKind.SQL, 0)),
        calls(
            "execute exec_query select_all select_one select_value select_values select_rows query exec insert update delete "
            "exec_params "
            "prepare",
            row(SinkKind.SQL, 0),
            on=_CONNECTION,
        ),
        calls("sql", row(SinkKind.SQL, 0), on=r"^Arel$"),
        calls(
            "open read readlines binread foreach size stat lstat chdir chroot sysopen readlink truncate",
            row(SinkKind.PATH_READ, 0, "operation:read"),
            on=_FILE,
        ),
        calls("new", row(SinkKind.PATH_READ, 0, "operation:read"), on=r"^(?:File|Dir|PStore|SDBM|GDBM|DBM)$"),
        calls(
            "open read readlines binread each_line sysopen children entries",
            row(SinkKind.PATH_READ, RECEIVER, "operation:read"),
            on=_PATHNAME,
        ),
        calls("write binwrite mkpath mkdir", row(SinkKind.PATH_WRITE, RECEIVER, "operation:write"), on=_PATHNAME),
        calls("delete unlink rmtree rmdir", row(SinkKind.PATH_WRITE, RECEIVER, "operation:delete"), on=_PATHNAME),
        calls("open", row(SinkKind.PATH_READ, 0, "operation:read"), on=r"^$"),
        calls("write binwrite", row(SinkKind.PATH_WRITE, 0, "operation:write"), on=r"^(?:File|IO)$"),
        calls(
            "delete unlink rm rm_rf rm_r remove_file remove_entry rmdir", row(SinkKind.PATH_WRITE, 0, "operation:delete"), on=_FILE
        ),
        calls("entries glob children chdir mkdir rmdir", row(SinkKind.PATH_READ, 0, "operation:list"), on=r"^Dir$"),
        calls("send_file", row(SinkKind.PATH_READ, 0, "operation:send")),
        calls("load require", row(SinkKind.PATH_READ, 0, "operation:read"), on=_NONE),
        calls(
            "render",
            row(SinkKind.PATH_READ, 0, "operation:read", shape="no-object"),
            row(SinkKind.PATH_READ, 0, "operation:read", shape="named:file"),
            row(SinkKind.TEMPLATE, 0, "engine:erb", shape="named:inline"),
            row(SinkKind.HTML, 0, "response-body", shape="named:text"),
            on=r"^$",
        ),
        calls("erb haml slim", row(SinkKind.TEMPLATE, 0, "engine:erb", shape="joined"), on=r"^$"),
        calls("get get_response post post_form get_print start", row(SinkKind.URL, 0), on=r"^Net\.HTTP$"),
        calls("new", row(SinkKind.URL, 0), on=r"^Net\.HTTP(?:\.\w+)?$|^Curl"),
        calls(
            "get post put patch delete head",
            row(SinkKind.URL, 0),
            on=r"^(?:HTTParty|Faraday|RestClient|Excon|HTTP|HTTPX|Typhoeus|Net\.HTTP|Curl|OpenURI)$",
        ),
        calls("open", row(SinkKind.URL, 0), on=r"^(?:URI|OpenURI)$"),
        calls("open read", row(SinkKind.URL, RECEIVER), on=r"^URI(?:\.parse)?\(\)$"),
        calls("new", row(SinkKind.URL, 0, shape="named:url"), row(SinkKind.URL, 0), on=r"^Faraday$"),
        calls("XML parse", row(SinkKind.XML, 0, "entities-on", shape="says:noent"), on=r"^Nokogiri(?:\.XML)?(?:\.Document)?$"),
        calls("load", row(SinkKind.DESERIALIZE, 0, "format:oj", shape="says:object"), on=r"^Oj$"),
        calls("construct", row(SinkKind.LDAP, 0), on=r"Filter$"),
        calls("redirect_to redirect", row(SinkKind.REDIRECT, 0), on=r"^$"),
        calls("raw", row(SinkKind.HTML, 0, "marked-safe"), on=r"^(?:helpers|h)?$"),
        calls("html_safe", row(SinkKind.HTML, -2, "marked-safe")),
        calls("load restore", row(SinkKind.DESERIALIZE, 0, "format:marshal"), on=r"^Marshal$"),
        calls(
            "load unsafe_load load_documents load_stream", row(SinkKind.DESERIALIZE, 0, "format:ruby-yaml"), on=r"^(?:YAML|Psych)$"
        ),
        calls("object_load", row(SinkKind.DESERIALIZE, 0, "format:oj"), on=r"^Oj$"),
        calls("new", row(SinkKind.TEMPLATE, 0, "engine:erb"), on=r"^(?:ERB|Erubi|Haml|Slim)"),
        calls("new compile", row(SinkKind.REGEX, 0), on=r"^Regexp$"),
        calls("search", row(SinkKind.LDAP, ALL), on=r"(?i)ldap"),
        calls("xpath", row(SinkKind.XPATH, 0)),
        calls("info warn error debug", row(SinkKind.LOG, 0), on=r"(?i)logger"),
    ),
    cleaners=merged(
        cleans("to_i to_f to_sym_i Integer Float to_date to_time hexdigest digest to_bool", EVERYTHING),
        cleans("escape shellescape", {SinkKind.SHELL}, r"^(?:Shellwords|Shell)|^"),
        cleans("shelljoin", {SinkKind.SHELL}),
        cleans("h html_escape escape_html escapeHTML strip_tags escape_javascript j", {SinkKind.HTML}),
        cleans("sanitize", {SinkKind.HTML}),
        cleans("basename", PATHS),
        cleans(
            "sanitize_sql sanitize_sql_array sanitize_sql_for_conditions sanitize_sql_like quote quote_column_name "
            "quote_table_name "
            "sanitize_sql_for_order",
            {SinkKind.SQL},
        ),
        cleans("encode_www_form_component encode", EVERYTHING - {SinkKind.SHELL, SinkKind.CODE}, r"^(?:URI|CGI|ERB\.Util)"),
        cleans("url_for", {SinkKind.REDIRECT}),
        cleans("permit slice", {SinkKind.SQL}),
        cleans("encrypted signed", EVERYTHING, r"^cookies"),
    ),
    handlers=(
        Handler(
            SourceKind.TOOL_ARGUMENT,
            owner=pattern(r"^(?:Tool|MCP|FastMcp|ActionTool|ApplicationTool)$"),
            parameter_name=pattern(r"^(?!server_context$)"),
        ),
        Handler(SourceKind.HTTP_REQUEST, name=pattern(r"^(?:lambda_)?handler$"), parameter_name=pattern(r"^event$")),
    ),
    closures={"define_tool": (SourceKind.TOOL_ARGUMENT, ALL)},
    harmless_types=pattern(r"(?!)"),
    text_types=pattern(r"^$"),
    carriers=pattern(
        r"^(?:URI|URI\.parse|JSON\.parse|Base64\.\w+|CGI\.unescape|File\.join|File\.expand_path|Rails\.root\.join|Pathname\.new|"
        r"Array|String|format|sprintf|StringIO\.new|\w+\.(?:join|unpack1?))$|to_unsafe_h$|merge$|with_indifferent_access$"
    ),
    formats=frozenset({"format", "sprintf"}),
    own=frozenset({"self"}),
    mappings=frozenset({"params"}),
    open_functions=False,
)
