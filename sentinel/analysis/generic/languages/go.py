"""Go: net/http, gin, echo, fiber and chi; the MCP SDKs; os/exec, database/sql, the file system."""

from __future__ import annotations

from sentinel.analysis.flow import EVERYTHING, PATHS, URLS
from sentinel.analysis.generic.tables import Filler, Handler, Table, calls, cleans, gives, merged, pattern, row
from sentinel.model.flow import SinkKind, SourceKind

_REQUEST = r"http\.Request$|^(?:r|req|request|c\.Request|ctx\.Request)$"
_QUERY = r"http\.Request\.URL\.Query\(\)$|^(?:r|req|request|c\.Request|ctx\.Request)\.URL\.Query\(\)$|^url\.Values$"
_CONTEXT = r"(?:gin|echo|fiber)\.(?:Context|Ctx)$"
_TOOL = r"(?:^|\.)(?:CallToolRequest|GetPromptRequest|ReadResourceRequest)\b|\bCallToolParams"
_TOOL_RESULT = r"^\(?\*?\w*\.?(?:CallToolResult(?:For\[.*\])?|ToolResponse|ToolResult)(?:,.*error\))?$"
_DB = (
    r"(?i)(?:^|[._])(?:db|tx|conn|dbx?|database|sqlx?db|pool|store|session|engine|orm|pgx\w*|\w*db|\w*conn|\w*tx)$|"
    r"sql\.(?:DB|Tx|Conn|Open\(\))|sqlx\.|pgx\.|pgxpool|gorm|xorm|bun\.|pg\.(?:DB|Connect)|go-pg"
)

TABLE = Table(
    sources=merged(
        gives(
            "FormValue PostFormValue UserAgent Referer PathValue Cookie FormFile BasicAuth MultipartReader",
            SourceKind.HTTP_REQUEST,
            _REQUEST,
        ),
        gives(
            "Get",
            SourceKind.HTTP_REQUEST,
            _QUERY + r"|http\.Request\.(?:Header|Form|PostForm)$|^(?:r|req|request)\.(?:Header|Form|PostForm)$",
        ),
        gives("Query", SourceKind.HTTP_REQUEST, r"http\.Request\.URL$|^(?:r|req|request|c\.Request)\.URL$"),
        gives("Vars", SourceKind.HTTP_REQUEST, r"^mux$"),
        gives("URLParam URLParamFromCtx", SourceKind.HTTP_REQUEST, r"^chi$"),
        gives(
            "Query DefaultQuery QueryArray Param PostForm DefaultPostForm GetPostForm GetQuery GetRawData GetHeader "
            "QueryParam QueryParams "
            "FormValue FormParams Params Cookies Body BodyRaw FormFile",
            SourceKind.HTTP_REQUEST,
            _CONTEXT,
        ),
        gives(
            "GetString RequireString GetArguments GetRawArguments GetStringSlice RequireStringSlice",
            SourceKind.TOOL_ARGUMENT,
            _TOOL,
        ),
        gives("ParseString ParseArgument ParseStringMap", SourceKind.TOOL_ARGUMENT, r"^mcp\w*$", given=(0, _TOOL)),
        gives("Getenv LookupEnv", SourceKind.ENVIRONMENT, r"^os$"),
        gives("Arg Args", SourceKind.COMMAND_LINE, r"^(?:p?flag)$|cli\.(?:Context|Command)$"),
        gives("String StringSlice", SourceKind.COMMAND_LINE, r"cli\.(?:Context|Command)$"),
    ),
    fields=merged(
        gives("Body Form PostForm MultipartForm RequestURI Host", SourceKind.HTTP_REQUEST, r"http\.Request$"),
        gives("Path RawPath RawQuery", SourceKind.HTTP_REQUEST, r"http\.Request\.URL$"),
        gives("[]", SourceKind.HTTP_REQUEST, r"http\.Request\.(?:Header|Form|PostForm)$"),
        gives(
            "Arguments RawArguments",
            SourceKind.TOOL_ARGUMENT,
            r"(?:^|\.)(?:CallToolRequest|GetPromptRequest|ReadResourceRequest)(?:\.Params)?$|\bCallToolParams\w*(?:\[.*\])?$",
        ),
        gives("URI", SourceKind.TOOL_ARGUMENT, r"(?:^|\.)ReadResourceRequest(?:\.Params)?$|\bReadResourceParams$"),
        gives(
            "QueryStringParameters PathParameters Body Headers MultiValueQueryStringParameters",
            SourceKind.HTTP_REQUEST,
            r"events\.(?:APIGateway|ALB|Lambda)\w*Request$",
        ),
        gives("Args", SourceKind.COMMAND_LINE, r"^os$"),
    ),
    sinks=merged(
        calls("Command", row(SinkKind.SHELL, 0, shape="argv"), on=r"^exec$"),
        calls("CommandContext", row(SinkKind.SHELL, 1, shape="argv"), on=r"^exec$"),
        calls("StartProcess ForkExec", row(SinkKind.PROGRAM, 0), on=r"^(?:os|syscall)$"),
        calls("Exec", row(SinkKind.PROGRAM, 0), row(SinkKind.SHELL, 1, shape="argv"), on=r"^(?:syscall|unix)$"),
        calls(
            "Query QueryRow Exec Prepare QueryOne ExecOne",
            row(SinkKind.SQL, 1),
            on=_DB,
            given=(0, r"(?i)(?:^|[.])ctx$|context"),
        ),
        calls(
            "Query QueryRow Exec Prepare Queryx QueryRowx MustExec NamedExec NamedQuery Raw Select", row(SinkKind.SQL, 0), on=_DB
        ),
        calls("QueryContext QueryRowContext ExecContext PrepareContext QueryxContext", row(SinkKind.SQL, 1), on=_DB),
        calls("Get", row(SinkKind.SQL, 1), on=r"(?i)(?:^|[._])(?:db|tx)$|sqlx\."),
        calls("Where Having Order Group Joins Or", row(SinkKind.SQL, 0, "orm-raw"), on=_DB),
        calls(
            "Where WhereOr Having Order OrderExpr Group GroupExpr ColumnExpr TableExpr Joins Or Not Raw",
            row(SinkKind.SQL, 0, "orm-raw", shape="joined"),
            on=r"(?i)^(?:\w+\.)*(?:db|tx|orm|conn)\.\w+\(",
        ),
        calls("SimpleQuery", row(SinkKind.SQL, 0), on=_DB),
        calls(
            "Open ReadFile OpenFile ReadDir OpenRoot DirFS",
            row(SinkKind.PATH_READ, 0, "operation:read"),
            on=r"^(?:os|ioutil)$",
        ),
        calls("OpenFile", row(SinkKind.PATH_READ, 0, "operation:read"), on=r"^(?:excelize|xlsx)$"),
        calls("Create WriteFile Mkdir MkdirAll Truncate", row(SinkKind.PATH_WRITE, 0, "operation:write"), on=r"^(?:os|ioutil)$"),
        calls("Remove RemoveAll", row(SinkKind.PATH_WRITE, 0, "operation:delete"), on=r"^os$"),
        calls(
            "Rename Symlink Link",
            row(SinkKind.PATH_READ, 0, "operation:move"),
            row(SinkKind.PATH_WRITE, 1, "operation:move"),
            on=r"^os$",
        ),
        calls("ServeFile", row(SinkKind.PATH_READ, 2, "operation:send", "refuses-dots"), on=r"^http$"),
        calls("File FileAttachment SendFile", row(SinkKind.PATH_READ, 0, "operation:send"), on=_CONTEXT),
        calls("SaveUploadedFile", row(SinkKind.PATH_WRITE, 1, "operation:write"), on=_CONTEXT),
        calls(
            "Get Head Post PostForm",
            row(SinkKind.URL, 0),
            on=r"^http$|http\.(?:Client|DefaultClient)$|^(?:http|https?_?client)$|(?i:^(?:\w+\.)*(?:http_?client|client)$)|^resty|req\.C\(\)",
        ),
        calls("NewRequest", row(SinkKind.URL, 1), on=r"^http$"),
        calls("NewRequestWithContext", row(SinkKind.URL, 2), on=r"^http$"),
        calls("Dial DialTimeout DialTCP", row(SinkKind.URL, 1), on=r"^(?:net|tls)$"),
        calls("Redirect", row(SinkKind.REDIRECT, 2), on=r"^http$"),
        calls("Redirect", row(SinkKind.REDIRECT, 1), on=_CONTEXT),
        calls("Set Add", row(SinkKind.REDIRECT, 1), on=r"\.Header\(\)$", given=(0, r"(?i)^location$")),
        calls("Header", row(SinkKind.REDIRECT, 1), on=_CONTEXT, given=(0, r"(?i)^location$")),
        calls("Data", row(SinkKind.HTML, 2, "response-body"), on=_CONTEXT, given=(1, r"^text/html")),
        calls(
            "Fprintf Fprint Fprintln",
            row(SinkKind.HTML, 1, "response-body"),
            row(SinkKind.HTML, 2, "response-body"),
            row(SinkKind.HTML, 3, "response-body"),
            row(SinkKind.HTML, 4, "response-body"),
            on=r"^fmt$",
            given=(0, r"^(?:w|rw|res|resp|writer|c\.Writer)$|http\.ResponseWriter"),
        ),
        calls(
            "WriteString",
            row(SinkKind.HTML, 1, "response-body"),
            on=r"^io$",
            given=(0, r"^(?:w|rw|res|resp|writer)$|http\.ResponseWriter"),
        ),
        calls("Write", row(SinkKind.HTML, 0, "response-body"), on=r"http\.ResponseWriter"),
        calls("HTML JS HTMLAttr CSS JSStr Srcset URL", row(SinkKind.HTML, 0, "marked-safe"), on=r"^template$"),
        calls("HTML", row(SinkKind.HTML, 1, "response-body"), on=r"echo\.Context$"),
        calls("Parse", row(SinkKind.TEMPLATE, 0, "engine:go"), on=r"template\.(?:New|Must)\("),
        calls("Eval", row(SinkKind.CODE, 0), on=r"(?i)interp|^(?:vm|otto|i)$|otto\.New|goja\.|yaegi"),
        calls("RunString RunScript Run RunProgram", row(SinkKind.CODE, 0), on=r"(?i)goja\.|otto\.|^(?:vm|otto)$"),
        calls("DoString", row(SinkKind.CODE, 0), on=r"(?i)lua|^L$"),
        calls("Unmarshal", row(SinkKind.DESERIALIZE, 0, "format:gob"), on=r"^gob$"),
        calls("ParseString", row(SinkKind.XML, 0, "entities-on"), on=r"^(?:libxml2|parser)$|libxml"),
        calls("NewSearchRequest", row(SinkKind.LDAP, 6), on=r"^ldap$"),
        calls("Compile MustCompile", row(SinkKind.XPATH, 0), on=r"^(?:xpath|xmlpath)$"),
    ),
    cleaners=merged(
        cleans("Atoi ParseInt ParseUint ParseFloat ParseBool", EVERYTHING, r"^strconv$"),
        cleans("Parse MustParse ParseBytes", EVERYTHING, r"^(?:uuid|time|netip|semver|cron)$"),
        cleans("ParseDuration ParseIP ParseCIDR ParseAddr", EVERYTHING),
        cleans("Base Ext", PATHS, r"^(?:filepath|path)$"),
        cleans("SecureJoin", PATHS),
        cleans("EscapeString HTMLEscapeString HTMLEscaper", {SinkKind.HTML}, r"^(?:html|template)$"),
        cleans("Sanitize SanitizeBytes", {SinkKind.HTML}),
        cleans("QueryEscape PathEscape", EVERYTHING - {SinkKind.SHELL, SinkKind.CODE}, r"^url$"),
        cleans("Quote QuoteMeta Join", {SinkKind.SHELL}, r"^(?:shellescape|shellquote|shlex)$"),
        cleans("QuoteMeta", {SinkKind.REGEX}, r"^regexp$"),
        cleans("Quote", {SinkKind.LOG}, r"^strconv$"),
        cleans("QuoteIdentifier QuoteLiteral Sanitize EscapeFilter EscapeDN", {SinkKind.SQL, SinkKind.LDAP}),
        cleans(
            "Sum256 Sum512 Sum EncodeToString Marshal MarshalIndent",
            EVERYTHING - {SinkKind.HTML, SinkKind.CODE},
            r"^(?:sha\d+|md5|hex|hash|json)$",
        ),
        cleans("JSON String XML JSONP IndentedJSON", URLS, _CONTEXT),
    ),
    handlers=(
        Handler(
            SourceKind.TOOL_ARGUMENT,
            after=pattern(r"(?:^|\.)CallToolRequest$|\.CallToolParams\w*"),
            parameter_type=pattern(r"^(?!\*?(?:mcp|http|slog|log|server)\.)\*?[A-Za-z_]\w*(?:\.\w+)?$|^map\["),
        ),
        Handler(SourceKind.COMMAND_LINE, after=pattern(r"^\*cobra\.Command$"), parameter_type=pattern(r"^\[\]string$")),
        Handler(
            SourceKind.TOOL_ARGUMENT,
            parameter_type=pattern(r"^map\[string\](?:any|interface\{\})$"),
            result=pattern(_TOOL_RESULT),
        ),
        Handler(
            SourceKind.TOOL_ARGUMENT,
            parameter_type=pattern(r"^\*?(?:\w+\.)?[A-Z]\w*$"),
            result=pattern(r"^\(\*mcp\w*\.ToolResponse,error\)$"),
        ),
    ),
    harmless_types=pattern(
        r"^\*?(?:u?int\d*|float\d+|bool|byte|rune|error|uintptr|time\.\w+|uuid\.UUID|context\.Context|func\(.*|chan.*|"
        r"\*?mcp\.ServerSession|"
        r"\*?sql\.\w+|net\.IP|io\.Writer|big\.Int)$"
    ),
    text_types=pattern(r"^(?:\.\.\.|\[\])*(?:string|byte|any|interface\{\})$"),
    carriers=pattern(
        r"^(?:strings|bytes|filepath|path|url|io|ioutil|bufio|base64|html)\.\w+$|^(?:string|append|template\.URL)$|ReadAll$|"
        r"Unmarshal$|NewReader|"
        r"NewDecoder|json\.NewDecoder|DecodeString$|fmt\.Sprint(?:ln)?$|^cast\.\w+$|^sb?\.String$"
    ),
    fillers={
        "Unmarshal": (Filler(None, 1),),
        "Decode": (Filler(None, 1, by_address=True), Filler(None, 0)),
        **dict.fromkeys(
            "UnmarshalStrict VerifyAndUnmarshal WeakDecode Parse Convert Populate Bind".split(),
            (Filler(pattern(_CONTEXT), 0, SourceKind.HTTP_REQUEST), Filler(None, 1, by_address=True)),
        ),
        "BindArguments": (Filler(pattern(_TOOL), 0, SourceKind.TOOL_ARGUMENT),),
        **dict.fromkeys(
            "BindJSON BindQuery BindUri ShouldBind ShouldBindJSON ShouldBindQuery ShouldBindUri ShouldBindWith BodyParser "
            "QueryParser ParamsParser".split(),
            (Filler(pattern(_CONTEXT), 0, SourceKind.HTTP_REQUEST),),
        ),
    },
    formats=frozenset({"fmt.Sprintf", "fmt.Printf", "fmt.Errorf", "fmt.Appendf"}),
    own=frozenset({"this"}),
    requests=pattern(_TOOL + r"|http\.Request$|" + _CONTEXT),
    encoders=frozenset({"Marshal", "MarshalIndent"}),
)
