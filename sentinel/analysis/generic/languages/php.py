"""PHP: superglobals, Laravel, Symfony, WordPress; shells, includes, PDO and mysqli, files, streams, pages."""

from __future__ import annotations

from sentinel.analysis.flow import EVERYTHING, PATHS, URLS
from sentinel.analysis.generic.tables import ALL, Handler, Table, calls, cleans, gives, merged, pattern, row
from sentinel.model.flow import SinkKind, SourceKind

_NONE = r"^$"
_REQUEST = (
    r"(?i)^(?:this\.)?(?:request|req)(?:\.(?:query|request|cookies|headers|files|attributes))?$|"
    r"(?:^|\\)Request$|^request\(\)$|^Input$"
)
_NO_PART = r"^(?!(?:request|query|attributes|cookies|headers|server|files|session|user|route|method|locale|container)$)\w+$"
"""Names of fields of a request that are no parameters of it."""
_DB = (
    r"(?i)^(?:this\.)?(?:_?(?:db|dbh|pdo|mysqli|conn|connection|link|database|dbal|con|"
    r"wpdb|em|entityManager|sql|adapter|readConnection)\w*)$|PDO|mysqli|wpdb"
)
_EXCEPT_PATH = EVERYTHING - {SinkKind.PATH_READ, SinkKind.PATH_WRITE, SinkKind.CODE}

TABLE = Table(
    sources=merged(
        gives(
            "input query post get cookie header all json getContent getQueryParams getParsedBody getQuery getPost route only "
            "except file",
            SourceKind.HTTP_REQUEST,
            _REQUEST,
        ),
        gives("filter_input", SourceKind.HTTP_REQUEST, _NONE),
        gives("request input", SourceKind.HTTP_REQUEST, _NONE),
        gives("getallheaders apache_request_headers", SourceKind.HTTP_REQUEST, _NONE),
        gives("file_get_contents fopen", SourceKind.HTTP_REQUEST, _NONE, (0, r"^php://input$")),
        gives("getenv", SourceKind.ENVIRONMENT, _NONE),
    ),
    fields=merged(
        gives("_GET _POST _REQUEST _COOKIE _FILES", SourceKind.HTTP_REQUEST, _NONE),
        gives(
            "[]",
            SourceKind.HTTP_REQUEST,
            r"^_SERVER$",
            (0, r"^(?:HTTP_(?!HOST)\w+|QUERY_STRING|PHP_AUTH_\w+)$"),
        ),
        gives(
            "[]",
            SourceKind.HTTP_REQUEST,
            r"^_SERVER$",
            (0, r"^(?:REQUEST_URI|PHP_SELF|PATH_INFO|ORIG_PATH_INFO)$"),
            safe=URLS,  # it begins with a slash
        ),
        gives("*", SourceKind.HTTP_REQUEST, r"(?:^|\\)Request$", (0, _NO_PART)),
        gives("argv", SourceKind.COMMAND_LINE, _NONE),
        gives("_ENV", SourceKind.ENVIRONMENT, _NONE),
        gives("HTTP_RAW_POST_DATA", SourceKind.HTTP_REQUEST, _NONE),
    ),
    sinks=merged(
        calls("system exec shell_exec passthru popen proc_open pcntl_exec", row(SinkKind.SHELL, 0, "shell-true"), on=_NONE),
        calls("`", row(SinkKind.SHELL, 0, "shell-true"), on=_NONE),
        calls("fromShellCommandline", row(SinkKind.SHELL, 0, "shell-true"), on=r"Process$"),
        calls("Process", row(SinkKind.SHELL, 0, shape="argv"), on=r"^new$"),
        calls("eval assert create_function", row(SinkKind.CODE, ALL), on=_NONE),
        calls("call_user_func call_user_func_array", row(SinkKind.CODE, 0), on=_NONE),
        calls(
            "usort uasort uksort array_filter array_reduce array_walk array_walk_recursive iterator_apply",
            row(SinkKind.CODE, 1, shape="entire"),
            on=_NONE,
        ),
        calls("array_map register_shutdown_function forward_static_call", row(SinkKind.CODE, 0, shape="entire"), on=_NONE),
        calls("ignore", row(SinkKind.SQL, 0, "orm-raw"), on=r"^Rule\.unique\(\)$"),
        calls(
            "where andWhere orWhere having andHaving orHaving orderBy groupBy",
            row(SinkKind.SQL, 0, "orm-raw", shape="joined"),
            on=r"(?i)^(?:\w+\.)*(?:qb|query_?builder|createQueryBuilder\(\))\b",
        ),
        calls("preg_replace", row(SinkKind.REGEX, 0), on=_NONE),
        calls("include require", row(SinkKind.PATH_READ, 0, "operation:include"), row(SinkKind.CODE, 0, "include"), on=_NONE),
        calls(
            "mysqli_query mysqli_real_query mysqli_multi_query mysqli_prepare pg_query_params sqlsrv_query db2_exec odbc_exec",
            row(SinkKind.SQL, 1),
            on=_NONE,
        ),
        calls("mysql_query pg_query pg_send_query sqlite_query mssql_query", row(SinkKind.SQL, ALL), on=_NONE),
        calls(
            "query exec prepare multi_query real_query get_results get_var get_row get_col executeQuery executeStatement "
            "fetchAll fetchAssoc fetchAssociative fetchOne createQuery createNativeQuery rawQuery",
            row(SinkKind.SQL, 0),
            on=_DB,
        ),
        calls(
            "select selectOne insert update delete statement raw unprepared selectRaw scalar", row(SinkKind.SQL, 0), on=r"^\\?DB$"
        ),
        calls("whereRaw orWhereRaw selectRaw orderByRaw havingRaw groupByRaw fromRaw orHavingRaw", row(SinkKind.SQL, 0, "orm-raw")),
        calls(
            "file_get_contents fopen readfile file fpassthru SplFileObject parse_ini_file show_source highlight_file "
            "simplexml_load_file",
            row(SinkKind.PATH_READ, 0, "operation:read"),
            row(SinkKind.URL, 0),
            on=r"^(?:new)?$",
        ),
        calls("file_put_contents", row(SinkKind.PATH_WRITE, 0, "operation:write"), on=_NONE),
        calls("unlink rmdir", row(SinkKind.PATH_WRITE, 0, "operation:delete"), on=_NONE),
        calls("move_uploaded_file rename copy", row(SinkKind.PATH_WRITE, 1, "operation:write"), on=_NONE),
        calls("download file", row(SinkKind.PATH_READ, 0, "operation:send"), on=r"response\(\)$|^Response$"),
        calls("BinaryFileResponse", row(SinkKind.PATH_READ, 0, "operation:send"), on=r"^new$"),
        calls("curl_init", row(SinkKind.URL, 0), on=_NONE),
        calls("curl_setopt", row(SinkKind.URL, 2), on=_NONE, given=(1, r"CURLOPT_(?:URL|PROXY)")),
        calls("get post put delete head request patch", row(SinkKind.URL, 0), on=r"^(?:Http|Guzzle\w*)$"),
        calls("request", row(SinkKind.URL, 1), on=r"(?i)client$"),
        calls("wp_remote_get wp_remote_post wp_safe_remote_get get_headers", row(SinkKind.URL, 0), on=_NONE),
        calls("fsockopen stream_socket_client", row(SinkKind.URL, 0), on=_NONE),
        calls("unserialize", row(SinkKind.DESERIALIZE, 0, "format:php", shape="unless:allowed_classes"), on=_NONE),
        calls("echo print print_r printf vprintf", row(SinkKind.HTML, ALL, "response-body"), on=_NONE),
        calls("HtmlString Markup", row(SinkKind.HTML, 0, "marked-safe"), on=r"^new$"),
        calls("header", row(SinkKind.REDIRECT, 0, shape="begins:location:"), on=_NONE),
        calls("redirect to away", row(SinkKind.REDIRECT, 0), on=r"^$|^(?:Redirect|redirect\(\))$"),
        calls("RedirectResponse", row(SinkKind.REDIRECT, 0), on=r"^new$"),
        calls("redirect", row(SinkKind.REDIRECT, 0), on=r"^this$"),
        calls("wp_redirect", row(SinkKind.REDIRECT, 0), on=_NONE),
        calls(
            "loadXML load simplexml_load_string simplexml_load_file SimpleXMLElement",
            row(SinkKind.XML, 0, "entities-on", shape="says:libxml_noent"),
        ),
        calls("response make", row(SinkKind.HTML, 0, "response-body"), on=r"^$|^response\(\)$|^Response$", given=(0, r"^html$")),
        calls("Response", row(SinkKind.HTML, 0, "response-body"), on=r"^new$", given=(0, r"^html$")),
        calls("run start", row(SinkKind.SHELL, 0, "shell-true"), on=r"^\\?Process$"),
        calls("ldap_search ldap_list ldap_read", row(SinkKind.LDAP, 2), on=_NONE),
        calls("xpath", row(SinkKind.XPATH, 0)),
        calls("extract parse_str", row(SinkKind.PROTOTYPE, 0, shape="alone"), on=_NONE),
        calls("createTemplate", row(SinkKind.TEMPLATE, 0, "engine:twig"), on=r"(?i)twig"),
    ),
    cleaners=merged(
        cleans(
            "intval floatval boolval is_numeric ctype_digit count abs ceil floor round strlen md5 sha1 hash crc32 strtotime "
            "password_hash absint",
            EVERYTHING,
            _NONE,
        ),
        cleans("integer boolean float date", EVERYTHING, _REQUEST),
        cleans(
            "htmlspecialchars htmlentities strip_tags esc_html esc_attr esc_url wp_kses wp_kses_post e sanitize_text_field "
            "esc_textarea "
            "filter_var htmlspecialchars_decode_no urlencode rawurlencode json_encode",
            {SinkKind.HTML},
            _NONE,
        ),
        cleans("urlencode rawurlencode", EVERYTHING - {SinkKind.SHELL, SinkKind.CODE}, _NONE),
        cleans("escapeshellarg escapeshellcmd", {SinkKind.SHELL}, _NONE),
        cleans("basename", PATHS | {SinkKind.CODE, SinkKind.URL}, _NONE),
        cleans("sanitize_file_name", PATHS, _NONE),
        cleans(
            "mysqli_real_escape_string mysql_real_escape_string pg_escape_string pg_escape_literal addslashes esc_sql quote "
            "real_escape_string prepare",
            {SinkKind.SQL},
        ),
        cleans("preg_quote", {SinkKind.REGEX}, _NONE),
        cleans("sanitize_key sanitize_title", _EXCEPT_PATH | PATHS, _NONE),
    ),
    handlers=(
        Handler(SourceKind.TOOL_ARGUMENT, marks=pattern(r"^(?:McpTool|McpResource|McpResourceTemplate|McpPrompt|AsTool)$")),
        Handler(SourceKind.HTTP_REQUEST, owner=pattern(r"Controller$"), parameter_type=pattern(r"^\??string$")),
    ),
    harmless_types=pattern(r"^\??(?:int|integer|float|bool|boolean|double|DateTime\w*|Carbon|callable|Closure|self|static)$"),
    text_types=pattern(r"^\??(?:string|array|mixed)?$"),
    carriers=pattern(
        r"^(?:trim|ltrim|rtrim|strtolower|strtoupper|ucfirst|substr|str_replace|preg_replace|implode|join|explode|sprintf|"
        r"vsprintf|urldecode|"
        r"rawurldecode|base64_decode|json_decode|array_\w+|stripslashes|html_entity_decode|htmlspecialchars_decode|mb_\w+|"
        r"iconv|nl2br|strval|"
        r"str_pad|strrev|utf8_\w+|realpath|dirname|collect|current|end|reset|Str\.\w+|Arr\.\w+|gzinflate|gzuncompress|"
        r"str_rot13|\w+_path)$"
    ),
    formats=frozenset({"sprintf", "vsprintf"}),
    harmless_entries=pattern(r"^_FILES\b.*\.(?:tmp_name|size|error)\b"),
    own=frozenset({"this", "self", "static", "parent"}),
    registrars={f"Route.{name}": SourceKind.HTTP_REQUEST for name in ("get", "post", "put", "patch", "delete", "any", "options")},
    open_functions=False,
)
