"""Literals, in lower case, of which one stands in every document with a flow: what the prefilter looks for; by language."""

from __future__ import annotations

from sentinel.model.document import Language


def _words(text: str) -> tuple[bytes, ...]:
    return tuple(word.encode() for word in text.split())


_COMMAND: tuple[bytes, ...] = (b" `", b"(`", b"=`", b"\t`", b"\n`", b"[`", b",`", b"{`", b";`", b"|`", b"&`")
"""Where a command in backticks begins. A literal of a single byte makes looking for all others half as dear again."""

SINK_WORDS: dict[Language, tuple[bytes, ...]] = {
    Language.GO: _words(
        "calltool toolresponse exec. query .exec( prepare .raw( .where( os. ioutil. http. net. redirect fprint writestring "
        ".write( template. "
        ".parse( .eval( "
        "runstring dostring ldap xpath parsestring .file( .html("
    ),
    Language.JAVA: _words(
        "@tool @mcptool calltool "
        ".exec( processbuilder .command( commandline execute .query update batch prepare nativesql newquery restriction "
        "file( reader( "
        "outputstream( writer paths.get path.of opencon openstream http .uri( .url( jsoup redirect modelandview print .eval( "
        "evaluate "
        "expression .getvalue script constraint readobject readunshared fromxml .load xmldecoder .search( .lookup( xpath "
        "pattern. .info( "
        ".error( .warn( .debug( seeother responseentity template( velocity .parse( createxml saxreader saxbuilder dispatcher "
        "files. "
        "mapping basicquery compileinline setheader addheader"
    ),
    Language.CSHARP: _words(
        "mcpservertool "
        "process command sql query execute file directory stream webclient httpclient webrequest .getasync "
        ".get post restclient "
        "redirect .write .raw( markup htmlstring deserialize readobject csharpscript addscript xpath selectnodes "
        "selectsinglenode directory "
        "log regex( regex. commandtext innerhtml physicalfile transmitfile loadxml xmlreader xmldocument jsonconvert assembly "
        "content( startinfo"
    ),
    Language.PHP: _COMMAND
    + _words(
        "system exec passthru popen proc_open eval assert create_function call_user_func preg_replace include require "
        "query prepare get_ "
        "fetch raw db:: file fopen unlink rename copy move_uploaded download curl http:: guzzle request remote_ fsockopen "
        "unserialize "
        "echo print <?= htmlstring markup header redirect loadxml simplexml ldap_ xpath extract parse_str createtemplate "
        "process response simplexml"
    ),
    Language.RUBY: _COMMAND
    + _words(
        "system exec spawn %x capture popen pipeline eval send constantize const_get .where .order find sql select delete "
        "update execute "
        "query open read file. file: dir. send_file load require render net:: http faraday restclient uri. redirect raw "
        "html_safe marshal yaml "
        "psych oj. erb regexp ldap xpath logger params fileutils pathname io. where having joins order haml slim nokogiri construct"
    ),
    Language.RUST: _words(
        "command sqlx sql_query execute query prepare fs:: file:: reqwest client redirect html( .eval( ureq surf"
    ),
    Language.SHELL: _words("eval -c"),
}
