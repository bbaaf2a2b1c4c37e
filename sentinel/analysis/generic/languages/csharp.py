"""C#: ASP.NET, the MCP SDK; processes, ADO.NET and Entity Framework, files, requests, serialisers."""

from __future__ import annotations

from sentinel.analysis.flow import EVERYTHING, PATHS
from sentinel.analysis.generic.tables import ALL, Handler, Table, calls, cleans, gives, merged, pattern, row
from sentinel.model.flow import SinkKind, SourceKind

_REQUEST = r"^(?:\w+\.)*Request$|HttpRequest\w*$|^(?:request|req)$"
_READER = r"(?i)^(?:client|httpclient|_?\w*client|webclient|wc|http)$|HttpClient$|WebClient$"
_DB = r"(?i)^_?(?:\w+\.)*(?:db|database|context|dbcontext|connection|conn|con|cnn|ctx|session|repo\w*)\w*$|FromSql|DbSet"
_TEXTS = (
    r"^(?:string|string\[\]|object|IFormFile|List<string>|IEnumerable<string>|Uri|Stream|JsonElement|"
    r"\w+(?:Model|Dto|DTO|Request|Input|ViewModel))\??$"
)

TABLE = Table(
    sources=merged(
        gives("ReadFormAsync ReadAsStringAsync ReadFromJsonAsync GetDisplayUrl GetEncodedUrl", SourceKind.HTTP_REQUEST, _REQUEST),
        gives("GetEnvironmentVariable", SourceKind.ENVIRONMENT, r"^Environment$"),
        gives("GetCommandLineArgs", SourceKind.COMMAND_LINE, r"^Environment$"),
    ),
    fields=merged(
        gives(
            "Query Form QueryString Cookies Headers Body RawUrl PathInfo RouteValues Files UserAgent InputStream",
            SourceKind.HTTP_REQUEST,
            _REQUEST,
        ),
        gives("[] Params", SourceKind.HTTP_REQUEST, r"^(?:\w+\.)*Request$"),
        gives("Arguments", SourceKind.TOOL_ARGUMENT, r"CallToolRequestParams$|\bcontext\.Params$|request\.Params$"),
        gives("Text", SourceKind.HTTP_REQUEST, r"(?i)^(?:txt\w+|\w*textbox\w*)$"),
    ),
    sinks=merged(
        calls("Start", row(SinkKind.SHELL, 0, shape="argv"), on=r"^(?:System\.Diagnostics\.)?Process$"),
        calls("Add", row(SinkKind.SHELL, 0, shape="added"), on=r"\.ArgumentList$"),
        calls("ProcessStartInfo", row(SinkKind.SHELL, 0, shape="argv"), on=r"^new$"),
        calls(
            "SqlCommand OracleCommand MySqlCommand NpgsqlCommand SqliteCommand OleDbCommand OdbcCommand SqlDataAdapter "
            "SQLiteCommand "
            "SqlCeCommand MySqlDataAdapter",
            row(SinkKind.SQL, 0),
            on=r"^new$",
        ),
        calls(
            "ExecuteSqlRaw ExecuteSqlRawAsync FromSqlRaw SqlQueryRaw ExecuteSqlQuery",
            row(SinkKind.SQL, 0),
        ),
        calls("FromSql SqlQuery ExecuteSqlCommand ExecuteSqlCommandAsync", row(SinkKind.SQL, 0, shape="plain")),
        calls(
            "Query QueryAsync Execute ExecuteAsync QueryFirst QueryFirstOrDefault QueryFirstAsync QuerySingle QuerySingleOrDefault "
            "ExecuteScalar ExecuteScalarAsync ExecuteReader ExecuteReaderAsync QueryMultiple QueryMultipleAsync ExecuteQuery "
            "CreateSQLQuery CreateQuery QueryFirstOrDefaultAsync QuerySingleAsync QuerySingleOrDefaultAsync QueryUnbufferedAsync",
            row(SinkKind.SQL, 0),
            on=_DB,
        ),
        calls(
            "ReadAllText ReadAllBytes ReadAllLines ReadAllTextAsync ReadAllBytesAsync ReadAllLinesAsync OpenRead OpenText "
            "Open ReadLines",
            row(SinkKind.PATH_READ, 0, "operation:read"),
            on=r"^(?:System\.IO\.)?File$",
        ),
        calls(
            "WriteAllText WriteAllBytes WriteAllLines WriteAllTextAsync AppendAllText Create OpenWrite",
            row(SinkKind.PATH_WRITE, 0, "operation:write"),
            on=r"^(?:System\.IO\.)?File$",
        ),
        calls("Delete", row(SinkKind.PATH_WRITE, 0, "operation:delete"), on=r"^(?:System\.IO\.)?(?:File|Directory)$"),
        calls("GetFiles EnumerateFiles GetDirectories", row(SinkKind.PATH_READ, 0, "operation:list"), on=r"^Directory$"),
        calls("FileStream StreamReader FileInfo", row(SinkKind.PATH_READ, 0, "operation:read"), on=r"^new$"),
        calls("StreamWriter", row(SinkKind.PATH_WRITE, 0, "operation:write"), on=r"^new$"),
        calls("PhysicalFile TransmitFile WriteFile", row(SinkKind.PATH_READ, 0, "operation:send")),
        calls(
            "GetAsync GetStringAsync GetStreamAsync GetByteArrayAsync PostAsync PutAsync DeleteAsync PatchAsync "
            "DownloadString DownloadData "
            "DownloadFile OpenRead UploadString DownloadStringTaskAsync GetFromJsonAsync PostAsJsonAsync DownloadStringAsync "
            "DownloadDataAsync OpenReadAsync",
            row(SinkKind.URL, 0),
            on=_READER,
        ),
        calls("Create CreateHttp", row(SinkKind.URL, 0), on=r"^(?:Http)?WebRequest$"),
        calls("HttpRequestMessage", row(SinkKind.URL, 1), on=r"^new$"),
        calls("RestClient RestRequest", row(SinkKind.URL, 0), on=r"^new$"),
        calls("Redirect RedirectPermanent RedirectPreserveMethod", row(SinkKind.REDIRECT, 0), on=r"^$|Response$|^this$|Results$"),
        calls("Write WriteAsync", row(SinkKind.HTML, 0, "response-body"), on=r"Response$"),
        calls("Raw", row(SinkKind.HTML, 0, "marked-safe"), on=r"^Html$"),
        calls("HtmlString MarkupString MvcHtmlString", row(SinkKind.HTML, 0, "marked-safe"), on=r"^new$"),
        calls(
            "Deserialize UnsafeDeserialize",
            row(SinkKind.DESERIALIZE, 0, "format:dotnet"),
            on=r"(?:BinaryFormatter|SoapFormatter|NetDataContractSerializer|LosFormatter|ObjectStateFormatter|FsPickler)"
            r"$|(?i:^(?:bf|formatter|binaryformatter|losformatter|\w*formatter)$)",
        ),
        calls(
            "DeserializeObject PopulateObject",
            row(SinkKind.DESERIALIZE, 0, "format:dotnet", shape="types-given"),
            on=r"JsonConvert$",
        ),
        calls("LoadXml Load", row(SinkKind.XML, 0, "entities-on", shape="own-resolver")),
        calls("Create", row(SinkKind.XML, 0, "entities-on", shape="resolver-given"), on=r"^XmlReader$"),
        calls(
            "Content",
            row(SinkKind.HTML, 0, "response-body"),
            on=r"^$|^this$|^Results$|^TypedResults$",
            given=(1, r"text/html|Text\.Html$"),
        ),
        calls("Load LoadFrom LoadFile UnsafeLoadFrom", row(SinkKind.CODE, 0, "import"), on=r"^Assembly$"),
        calls("ReadObject", row(SinkKind.DESERIALIZE, 0, "format:dotnet"), on=r"NetDataContractSerializer"),
        calls("EvaluateAsync RunAsync Create", row(SinkKind.CODE, 0), on=r"^CSharpScript$"),
        calls("CompileAssemblyFromSource", row(SinkKind.CODE, ALL)),
        calls("AddScript", row(SinkKind.CODE, 0), on=r"(?i)powershell|^ps$"),
        calls(
            "SelectNodes SelectSingleNode Evaluate Compile XPathSelectElement XPathSelectElements Select",
            row(SinkKind.XPATH, 0),
            on=r"(?i)xpath|nav(?:igator)?$|^(?:doc|xmldoc|xmldocument|xdoc)$|XmlDocument",
        ),
        calls("DirectorySearcher SearchRequest", row(SinkKind.LDAP, ALL), on=r"^new$"),
        calls("IsMatch Match Matches Replace", row(SinkKind.REGEX, 1), on=r"^Regex$"),
        calls("LogInformation LogWarning LogError LogDebug", row(SinkKind.LOG, 0), on=r"(?i)log"),
        calls("Regex", row(SinkKind.REGEX, 0), on=r"^new$"),
    ),
    writes=merged(
        calls("CommandText", row(SinkKind.SQL, 0)),
        calls("Arguments", row(SinkKind.SHELL, 0, shape="arguments"), on=r"(?i)StartInfo$|^psi$|^info$"),
        calls("FileName", row(SinkKind.PROGRAM, 0), on=r"StartInfo$|^psi$"),
        calls("Filter", row(SinkKind.LDAP, 0), on=r"(?i)searcher|DirectorySearcher"),
        calls("InnerHtml", row(SinkKind.HTML, 0, "markup-only")),
    ),
    cleaners=merged(
        cleans(
            "Parse TryParse ParseExact",
            EVERYTHING,
            r"^(?:int|long|double|decimal|bool|float|short|byte|Guid|DateTime|DateTimeOffset|Int32|Int64|Enum|TimeSpan|"
            r"IPAddress|Version)$",
        ),
        cleans("ToInt32 ToInt64 ToBoolean ToDouble ToDecimal ToDateTime ToInt16", EVERYTHING),
        cleans("GetFileName GetFileNameWithoutExtension", PATHS, r"Path$"),
        cleans(
            "MakeValidFileName GetValidFileName ToValidFileName MakeSafeFileName GetSafeFileName ToSafeFileName SanitizeFileName "
            "SanitizeFilename CleanFileName RemoveInvalidFileNameChars ReplaceInvalidFileNameChars StripInvalidFileNameChars",
            PATHS,
        ),
        cleans("HtmlEncode HtmlAttributeEncode Sanitize EncodeHtml", {SinkKind.HTML}),
        cleans("UrlEncode EscapeDataString UrlPathEncode", EVERYTHING - {SinkKind.SHELL, SinkKind.CODE}),
        cleans("Escape", {SinkKind.REGEX}, r"^Regex$"),
        cleans("IsLocalUrl", {SinkKind.REDIRECT}),
        cleans("LdapFilterEncode LdapDistinguishedNameEncode", {SinkKind.LDAP}),
        cleans("ComputeHash HashData", EVERYTHING),
    ),
    handlers=(
        Handler(
            SourceKind.TOOL_ARGUMENT,
            marks=pattern(r"^(?:McpServerTool|McpServerPrompt|McpServerResource|KernelFunction)$"),
            parameter_type=pattern(_TEXTS),
        ),
        Handler(SourceKind.HTTP_REQUEST, parameter_mark=pattern(r"^(?:FromQuery|FromRoute|FromBody|FromForm|FromHeader)$")),
        Handler(
            SourceKind.HTTP_REQUEST,
            marks=pattern(r"^(?:Http(?:Get|Post|Put|Delete|Patch)|Route|AcceptVerbs|WebMethod)$"),
            parameter_type=pattern(_TEXTS),
        ),
        Handler(
            SourceKind.HTTP_REQUEST,
            owner=pattern(r"(?:Controller|ControllerBase|PageModel)$|^ApiController$"),
            parameter_type=pattern(_TEXTS),
        ),
    ),
    harmless_types=pattern(
        r"^(?:int|long|short|byte|float|double|decimal|bool|char|uint|ulong|Guid|DateTime(?:Offset)?|TimeSpan|"
        r"CancellationToken|DateOnly|Int32|"
        r"I[A-Z]\w*(?:Service|Repository|Factory|Client|Logger|Context|Server|Mediator|Sender)(?:<.*>)?|HttpClient|McpServer|"
        r"ILogger.*)\??$"
    ),
    text_types=pattern(r"^(?:string|string\[\]|object|Stream|byte\[\]|List<string>|IEnumerable<string>)\??$"),
    carriers=pattern(
        r"^(?:string|String|Path|Uri|Encoding|Convert|HttpUtility|WebUtility|JsonConvert|JsonSerializer|Regex|"
        r"Encoding\.\w+)\.\w+$|Append$|"
        r"ReadToEnd(?:Async)?$|ToString$"
    ),
    formats=frozenset({"string.Format", "String.Format"}),
    registrars=dict.fromkeys("MapGet MapPost MapPut MapDelete MapPatch".split(), SourceKind.HTTP_REQUEST),
    streams=pattern(r"(?:^|[.])(?:Body|InputStream|BodyReader|OpenReadStream(?:\(\))?|ContentStream|Stream)$"),
    own=frozenset({"this", "base"}),
)
