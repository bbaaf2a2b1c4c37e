"""Java: servlets, Spring, JAX-RS; the MCP SDK and Spring AI; processes, JDBC, files, XML, serialisation."""

from __future__ import annotations

from sentinel.analysis.flow import EVERYTHING, PATHS
from sentinel.analysis.generic.tables import ALL, RECEIVER, Handler, Returned, Table, calls, cleans, gives, merged, pattern, row
from sentinel.model.flow import SinkKind, SourceKind

_REQUEST = r"Servlet(?:Web)?Request(?:Wrapper)?$|^(?:request|req|httpRequest|servletRequest)$|^WebRequest$|getRequest\(\)$"
_TOOL = r"CallToolRequest$"
_STATEMENT = r"(?i)statement|^(?:st|stmt|s|ps|statement)$|createStatement\(\)"
_CONNECTION = r"(?i)^(?:c|con|conn|connection|db\w*|sqlConnection)$|Connection$|getConnection\("
_TEMPLATE = r"(?i)jdbc(?:template|operations)?$|jdbctemplate|jdbi|handle$"
_MANAGER = (
    r"(?i)entitymanager|^(?:em|entityManager|session|sessionFactory|pm|currentSession)$|"
    r"getCurrentSession\(\)|PersistenceManager|Session$"
)
_DOM = r"^(?:javax\.xml\.parsers\.)?DocumentBuilderFactory\.newInstance\(\)"
_SAX = r"^(?:javax\.xml\.parsers\.)?SAXParserFactory\.newInstance\(\)"
_STAX = r"^(?:javax\.xml\.stream\.)?XMLInputFactory\.new(?:Instance|Factory)\(\)$"
_RESPONSE = r"(?i)servletresponse|^(?:response|resp|res)$"
_WRITER = r"(?i)(?:response|resp|res)\.(?:getWriter|getOutputStream)\(\)$|HttpServletResponse\.(?:getWriter|getOutputStream)\(\)$"
_FIELDS = pattern(
    r"^(?:RequestParam|PathVariable|RequestHeader|CookieValue|RequestBody|ModelAttribute|MatrixVariable|RequestPart)$"
)
_MAPPED = pattern(r"^(?:Get|Post|Put|Delete|Patch|Request)Mapping$")
_JAX = pattern(r"^(?:QueryParam|PathParam|FormParam|HeaderParam|CookieParam|MatrixParam|BeanParam|FormDataParam)$")

TABLE = Table(
    sources=merged(
        gives(
            "getParameter getParameterValues getParameterMap getHeader getHeaders getQueryString getCookies getInputStream "
            "getReader "
            "getPathInfo getRequestURI getRequestURL getPart getParts getServletPath getParameterNames getHeaderNames "
            "getRemoteUser",
            SourceKind.HTTP_REQUEST,
            _REQUEST,
        ),
        gives("getTheParameter getTheValue", SourceKind.HTTP_REQUEST, r"(?i)request"),
        gives("arguments", SourceKind.TOOL_ARGUMENT, _TOOL),
        gives("getenv", SourceKind.ENVIRONMENT, r"^System$"),
        gives("queryParam pathVariable bodyToMono", SourceKind.HTTP_REQUEST, r"ServerRequest$"),
    ),
    fields={},
    sinks=merged(
        calls("exec", row(SinkKind.PROGRAM, shape="line"), on=r"Runtime|^(?:r|rt|runtime)$"),
        calls("ProcessBuilder", row(SinkKind.SHELL, 0, shape="argv"), on=r"^new$"),
        calls("command", row(SinkKind.SHELL, 0, shape="argv"), on=r"(?i)ProcessBuilder|^(?:pb|builder|processBuilder)$"),
        calls("parse CommandLine", row(SinkKind.PROGRAM, 0, "text"), on=r"^CommandLine$"),
        calls(
            "executeQuery execute executeUpdate executeLargeUpdate addBatch nativeSQL",
            row(SinkKind.SQL, 0),
            on=_STATEMENT,
        ),
        calls("prepareStatement prepareCall nativeSQL", row(SinkKind.SQL, 0), on=_CONNECTION),
        calls(
            "query queryForObject queryForList queryForMap queryForRowSet queryForLong queryForInt queryForStream update "
            "execute batchUpdate "
            "createQuery createUpdate select",
            row(SinkKind.SQL, 0),
            on=_TEMPLATE,
        ),
        calls("createQuery createNativeQuery createSQLQuery newQuery", row(SinkKind.SQL, 0), on=_MANAGER),
        calls("newPreparedStatementCreator PreparedStatementCreatorFactory", row(SinkKind.SQL, 0)),
        calls("sqlRestriction", row(SinkKind.SQL, 0), on=r"^Restrictions$"),
        calls("File", row(SinkKind.PATH_READ, ALL, "operation:read", "only-made"), on=r"^new$"),
        calls(
            "FileInputStream FileReader RandomAccessFile FileSystemResource",
            row(SinkKind.PATH_READ, ALL, "operation:read"),
            on=r"^new$",
        ),
        calls("FileOutputStream FileWriter PrintWriter", row(SinkKind.PATH_WRITE, 0, "operation:write"), on=r"^new$"),
        calls("get", row(SinkKind.PATH_READ, ALL, "operation:read", "only-made"), on=r"^Paths$"),
        calls("of", row(SinkKind.PATH_READ, ALL, "operation:read", "only-made"), on=r"^Path$"),
        calls(
            "readAllBytes readString readAllLines lines newInputStream newBufferedReader walk newDirectoryStream",
            row(SinkKind.PATH_READ, 0, "operation:read"),
            on=r"^Files$",
        ),
        calls(
            "write writeString newOutputStream newBufferedWriter createFile createDirectories createDirectory",
            row(SinkKind.PATH_WRITE, 0, "operation:write"),
            on=r"^Files$",
        ),
        calls("delete deleteIfExists", row(SinkKind.PATH_WRITE, 0, "operation:delete"), on=r"^Files$"),
        calls(
            "copy move",
            row(SinkKind.PATH_READ, 0, "operation:move"),
            row(SinkKind.PATH_WRITE, 1, "operation:move"),
            on=r"^Files$",
        ),
        calls("getRequestDispatcher", row(SinkKind.PATH_READ, 0, "operation:include")),
        calls(
            "openConnection openStream getContent",
            row(SinkKind.URL, RECEIVER),
            on=r"(?i)^(?:new )?URL$|\bURL$|url$|toURL\(\)$|createURL",
        ),
        calls(
            "getForObject getForEntity postForObject postForEntity exchange headForHeaders",
            row(SinkKind.URL, 0),
            on=r"(?i)resttemplate|^rest",
        ),
        calls("HttpGet HttpPost HttpPut HttpDelete HttpHead", row(SinkKind.URL, 0), on=r"^new$"),
        calls("newBuilder uri", row(SinkKind.URL, 0), on=r"^HttpRequest(?:\.newBuilder\(\))?$"),
        calls("uri", row(SinkKind.URL, 0), on=r"(?i)webclient|restclient"),
        calls("url", row(SinkKind.URL, 0), on=r"Request\.Builder|^new$|^Builder"),
        calls("connect", row(SinkKind.URL, 0), on=r"^Jsoup$"),
        calls("sendRedirect", row(SinkKind.REDIRECT, 0), on=_RESPONSE),
        calls("RedirectView", row(SinkKind.REDIRECT, 0), on=r"^new$"),
        calls("ModelAndView", row(SinkKind.REDIRECT, 0, shape="begins:redirect:"), on=r"^new$"),
        calls("setHeader addHeader", row(SinkKind.REDIRECT, 1), on=_RESPONSE, given=(0, r"(?i)^location$|LOCATION$")),
        calls("seeOther temporaryRedirect", row(SinkKind.REDIRECT, 0), on=r"^Response$"),
        calls("ResponseEntity", row(SinkKind.HTML, 0, "response-body"), on=r"^new$", given=(0, r"^html$")),
        calls("ok", row(SinkKind.HTML, 0, "response-body"), on=r"^ResponseEntity$", given=(0, r"^html$")),
        calls("body", row(SinkKind.HTML, 0, "response-body"), on=r"^ResponseEntity", given=(0, r"^html$")),
        calls("Template", row(SinkKind.TEMPLATE, 1, "engine:freemarker"), on=r"^new$"),
        calls("evaluate", row(SinkKind.TEMPLATE, 3, "engine:velocity"), on=r"(?i)^velocity(?:engine)?$"),
        calls("compileInline", row(SinkKind.TEMPLATE, 0, "engine:handlebars"), on=r"(?i)handlebars"),
        calls("BasicQuery", row(SinkKind.NOSQL, 0, "text"), on=r"^new$"),
        calls("parse", row(SinkKind.NOSQL, 0, "text"), on=r"^(?:BasicDBObject|Document)$"),
        calls("parse", row(SinkKind.XML, 0, "entities-by-default"), on=_DOM + r"\.newDocumentBuilder\(\)$"),
        calls("parse", row(SinkKind.XML, 0, "entities-by-default"), on=_SAX + r"\.newSAXParser\(\)$"),
        calls("createXMLStreamReader createXMLEventReader", row(SinkKind.XML, 0, "entities-by-default"), on=_STAX),
        calls("read", row(SinkKind.XML, 0, "entities-by-default"), on=r"^new SAXReader$"),
        calls("build", row(SinkKind.XML, 0, "entities-by-default"), on=r"^new SAXBuilder$"),
        calls("parse", row(SinkKind.XML, 0, "entities-by-default"), on=r"^XMLReaderFactory\.createXMLReader\(\)$"),
        calls(
            "print println write append printf format",
            row(SinkKind.HTML, ALL, "response-body"),
            on=_WRITER + r"|^(?:out|writer|pw)$",
        ),
        calls("eval", row(SinkKind.CODE, 0), on=r"(?i)engine|script|ScriptEngine|groovy|shell|^(?:e|se|js)$"),
        calls("evaluate parse parseClass run", row(SinkKind.CODE, 0), on=r"(?i)groovyshell|groovyclassloader|^shell$|^gcl$"),
        calls("parseExpression parseRaw", row(SinkKind.CODE, 0), on=r"(?i)parser|SpelExpressionParser"),
        calls(
            "getValue setValue parseExpression findValue", row(SinkKind.CODE, 0), on=r"(?i)^ognl|ognlutil|OgnlReflectionProvider"
        ),
        calls("createValueExpression createMethodExpression", row(SinkKind.CODE, 1), on=r"(?i)expressionfactory|factory|^ef$"),
        calls("buildConstraintViolationWithTemplate", row(SinkKind.CODE, 0)),
        calls("executeScript evaluateScript", row(SinkKind.CODE, 0)),
        calls(
            "readObject readUnshared",
            row(SinkKind.DESERIALIZE, RECEIVER, "format:java"),
            on=r"(?i)ObjectInputStream|^(?:ois|in|is|input)$",
        ),
        calls("fromXML", row(SinkKind.DESERIALIZE, 0, "format:xstream"), on=r"(?i)xstream"),
        calls("load loadAll", row(SinkKind.DESERIALIZE, 0, "format:yaml"), on=r"(?i)^(?:yaml|snakeyaml)$|^Yaml$"),
        calls("XMLDecoder", row(SinkKind.DESERIALIZE, 0, "format:xml-decoder"), on=r"^new$"),
        calls("search", row(SinkKind.LDAP, 1), on=r"(?i)dircontext|ldap|^ctx$|^(?:idc|context)$"),
        calls("search lookup", row(SinkKind.LDAP, 0), on=r"(?i)InitialDirContext|ldaptemplate|EventDirContext|LdapCtx"),
        calls("evaluate compile", row(SinkKind.XPATH, 0), on=r"(?i)xpath|^xp$"),
        calls("compile matches", row(SinkKind.REGEX, 0), on=r"^Pattern$"),
        calls("info warn error debug trace", row(SinkKind.LOG, ALL), on=r"(?i)^(?:log|logger)$"),
    ),
    cleaners=merged(
        cleans("parseInt parseLong parseDouble parseFloat parseBoolean parseShort parseByte", EVERYTHING),
        cleans("valueOf", EVERYTHING, r"^(?!(?:String|Path|URI|Object)$)[A-Z]\w*$"),
        cleans("fromString", EVERYTHING, r"^UUID$"),
        cleans("getName", PATHS, r"^FilenameUtils$|^(?:new )?File$"),
        cleans("getFileName", PATHS),
        cleans("getBaseName", PATHS, r"^FilenameUtils$"),
        cleans(
            "encodeForHTML encodeForHtml forHtml forHtmlContent forHtmlAttribute htmlEscape escapeHtml escapeHtml3 "
            "escapeHtml4 escapeXml "
            "escapeXml10 escapeXml11 encodeForHTMLAttribute forJavaScript encodeForJavaScript",
            {SinkKind.HTML},
        ),
        cleans("clean sanitize", {SinkKind.HTML}, r"(?i)jsoup|policy|sanitizer|antisamy"),
        cleans("encodeForSQL", {SinkKind.SQL}),
        cleans("encodeForLDAP encodeForDN", {SinkKind.LDAP}),
        cleans("encodeForXPath", {SinkKind.XPATH}),
        cleans("encode", EVERYTHING - {SinkKind.SHELL, SinkKind.CODE}, r"^(?:URLEncoder|UriUtils)$"),
        cleans("quote", {SinkKind.REGEX}, r"^Pattern$"),
        cleans("digest hash encodeToString encodeBase64String", EVERYTHING - {SinkKind.HTML}),
    ),
    handlers=(
        Handler(SourceKind.TOOL_ARGUMENT, parameter_mark=pattern(r"^(?:ToolParam|McpToolParam|ToolArg|McpArg|P)$")),
        Handler(SourceKind.TOOL_ARGUMENT, marks=pattern(r"^(?:Tool|McpTool|McpResource|McpPrompt|ToolMapping|Resource|Prompt)$")),
        Handler(SourceKind.HTTP_REQUEST, parameter_mark=_FIELDS),
        Handler(SourceKind.HTTP_REQUEST, parameter_mark=_JAX),
        Handler(
            SourceKind.HTTP_REQUEST,
            marks=pattern(r"^(?:Get|Post|Put|Delete|Patch|Request)Mapping$"),
            parameter_type=pattern(
                r"^(?:String|String\[\]|byte\[\]|MultipartFile|Map<.*>|\w+(?:Form|Dto|DTO|"
                r"Request))$(?<!ServletRequest)(?<!WebRequest)"
            ),
        ),
        Handler(SourceKind.HTTP_REQUEST, parameter_type=pattern(r"^(?:Cookie|MultipartFile|Part)$")),
    ),
    harmless_types=pattern(
        r"^(?:final)?(?:int|long|short|byte|float|double|boolean|char|Integer|Long|Short|Double|Float|Boolean|UUID|"
        r"LocalDate\w*|Instant|Date|"
        r"BigDecimal|BigInteger|Locale|Model|ModelMap|BindingResult|Principal|Authentication|RedirectAttributes|HttpSession|"
        r"Pageable|"
        r"HttpServletResponse|ServletResponse|McpSyncServerExchange|McpAsyncServerExchange|ToolContext|SessionStatus|Errors)$"
    ),
    text_types=pattern(r"^(?:String|String\[\]|String\.\.\.|List<String>|byte\[\]|InputStream|Reader|CharSequence|Object)$"),
    carriers=pattern(
        r"^(?:URLDecoder|Base64|HtmlUtils|StringEscapeUtils|StringUtils|Objects|Optional|Arrays|List|Set|Map|Stream|IOUtils|"
        r"URI|URL|Paths|Path|"
        r"String|FilenameUtils|StreamUtils|Jwts)(?:\.\w+(?:\(\))?)*\.\w+$|readLine$|\.readValue$|getBytes$"
    ),
    formats=frozenset({"String.format", "MessageFormat.format", "formatted"}),
    fresh=pattern(
        r"(?:DocumentBuilderFactory|SAXParserFactory)\.newInstance\(\)|XMLInputFactory\.new(?:Instance|Factory)\(\)|"
        r"^new SAX(?:Reader|Builder)$|XMLReaderFactory\.createXMLReader\(\)"
    ),
    hardeners=frozenset(
        "setFeature setAttribute setProperty setExpandEntityReferences setXIncludeAware setEntityResolver setXMLResolver".split()
    ),
    returns=(
        Returned(_MAPPED, pattern(r"^(?:redirect|forward):"), row(SinkKind.REDIRECT)),
        Returned(_MAPPED, pattern(r"^html$"), row(SinkKind.HTML, 0, "response-body")),
    ),
    closures={
        **dict.fromkeys("callHandler SyncToolSpecification AsyncToolSpecification".split(), (SourceKind.TOOL_ARGUMENT, 1)),
        **dict.fromkeys("SyncPromptSpecification AsyncPromptSpecification".split(), (SourceKind.TOOL_ARGUMENT, 1)),
        **dict.fromkeys("SyncResourceSpecification AsyncResourceSpecification".split(), (SourceKind.TOOL_ARGUMENT, 1)),
    },
    lists=frozenset({"List.of", "Arrays.asList", "Stream.of", "ImmutableList.of"}),
    streams=pattern(r"(?:getInputStream|getReader)\(\)$"),
)
