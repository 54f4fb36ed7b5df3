/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "core/base/num.h"
#include "core/http/head.h"
#include "core/secret.h"

#include <stdio.h>

enum { MAX_FIELDS = 16, MAX_BYTES = 4096 };

static const struct head_limits limits = {MAX_BYTES, MAX_FIELDS};

struct row {
    const char *name;
    struct str in;
    const char *want; /* see tell_request, tell_response */
};

/* ---- requests ---- */

#define GET "GET / HTTP/1.1\r\n"
#define HOST "Host: h\r\n"
#define POST "POST / HTTP/1.1\r\nHost: h\r\n"

static const struct row requests[] = {
    {"nothing", STR_INIT(""), "AGAIN"},
    {"smallest", STR_INIT(GET HOST "\r\n"), "GET / h [Host=h] none keep"},
    {"smallest 1.0", STR_INIT("GET / HTTP/1.0\r\n\r\n"),
     "GET /  [] none shut 1.0"},
    {"leftover", STR_INIT(GET HOST "\r\nGET /2"),
     "GET / h [Host=h] none keep +6"},
    {"one empty line first", STR_INIT("\r\n" GET HOST "\r\n"),
     "GET / h [Host=h] none keep"},
    {"two empty lines first", STR_INIT("\r\n\r\n" GET HOST "\r\n"),
     "GET / h [Host=h] none keep"},
    {"target with everything",
     STR_INIT("GET /a%20b/?q=\"<>\\^`{|}~[]@:!$&'()*+,;= HTTP/1.1\r\n" HOST
              "\r\n"),
     "GET /a%20b/?q=\"<>\\^`{|}~[]@:!$&'()*+,;= h [Host=h] none keep"},
    {"unknown method", STR_INIT("M-SEARCH / HTTP/1.1\r\n" HOST "\r\n"),
     "M-SEARCH / h [Host=h] none keep"},
    {"options *", STR_INIT("OPTIONS * HTTP/1.1\r\n" HOST "\r\n"),
     "OPTIONS * h [Host=h] none keep"},
    {"absolute", STR_INIT("GET http://a.b:80/c?d HTTP/1.1\r\n" HOST "\r\n"),
     "GET /c?d a.b:80 [Host=h] none keep"},
    {"absolute https", STR_INIT("GET HTTPS://a/ HTTP/1.1\r\n" HOST "\r\n"),
     "GET / a [Host=h] none keep"},
    {"absolute without path", STR_INIT("GET http://a HTTP/1.1\r\n" HOST "\r\n"),
     "GET / a [Host=h] none keep"},
    {"absolute options", STR_INIT("OPTIONS http://a HTTP/1.1\r\n" HOST "\r\n"),
     "OPTIONS * a [Host=h] none keep"},
    {"host forms: port", STR_INIT(GET "Host: a-b_c.d~:65535\r\n\r\n"),
     "GET / a-b_c.d~:65535 [Host=a-b_c.d~:65535] none keep"},
    {"host forms: v6", STR_INIT(GET "Host: [::ffff:1.2.3.4]:1\r\n\r\n"),
     "GET / [::ffff:1.2.3.4]:1 [Host=[::ffff:1.2.3.4]:1] none keep"},
    {"white space around values",
     STR_INIT(GET "Host:h\r\nA:\t b \t c \t\r\nB:\r\nC: \r\n\r\n"),
     "GET / h [Host=h|A=b \t c|B=|C=] none keep"},
    {"high bytes and a long value",
     STR_INIT(GET HOST "A: 0123456789abcdef0123456789\xC3\xA9 456\t789\r\n"
                       "\r\n"),
     "GET / h [Host=h|A=0123456789abcdef0123456789\xC3\xA9 456\t789] none "
     "keep"},
    {"length", STR_INIT(POST "Content-Length: 12\r\n\r\n"),
     "POST / h [Host=h|Content-Length=12] 12 keep"},
    {"length of nothing", STR_INIT(POST "CONTENT-LENGTH:0\r\n\r\n"),
     "POST / h [Host=h|CONTENT-LENGTH=0] 0 keep"},
    {"length with zeros", STR_INIT(POST "Content-Length: 0012\r\n\r\n"),
     "POST / h [Host=h|Content-Length=0012] 12 keep"},
    {"largest length",
     STR_INIT(POST "Content-Length: 9223372036854775807\r\n\r\n"),
     "POST / h [Host=h|Content-Length=9223372036854775807] "
     "9223372036854775807 keep"},
    {"chunked", STR_INIT(POST "Transfer-Encoding: Chunked\r\n\r\n"),
     "POST / h [Host=h|Transfer-Encoding=Chunked] chunked keep"},
    {"close", STR_INIT(GET HOST "Connection: Close\r\n\r\n"),
     "GET / h [Host=h|Connection=Close] none shut"},
    {"close in a list", STR_INIT(GET HOST "Connection: a, close\r\n\r\n"),
     "GET / h [Host=h|Connection=a, close] none shut"},
    {"close in a second line",
     STR_INIT(GET HOST "Connection: a\r\nconnection: close\r\n\r\n"),
     "GET / h [Host=h|Connection=a|connection=close] none shut"},
    {"close in quotes", STR_INIT(GET HOST "Connection: a\"b, close\r\n\r\n"),
     "GET / h [Host=h|Connection=a\"b, close] none shut"},
    {"nothing in a list", STR_INIT(GET HOST "Connection: ,a\r\n\r\n"),
     "GET / h [Host=h|Connection=,a] none shut"},
    {"empty connection", STR_INIT(GET HOST "Connection:\r\n\r\n"),
     "GET / h [Host=h|Connection=] none keep"},
    {"not quite close", STR_INIT(GET HOST "Connection: closed\r\n\r\n"),
     "GET / h [Host=h|Connection=closed] none keep"},
    {"keep-alive 1.0",
     STR_INIT("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
     "GET /  [Connection=keep-alive] none keep 1.0"},
    {"keep-alive 1.0 with a tab",
     STR_INIT("GET / HTTP/1.0\r\nConnection: keep-alive\t\r\n\r\n"),
     "GET /  [Connection=keep-alive] none shut 1.0"},
    {"both 1.0",
     STR_INIT("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n"),
     "GET /  [Connection=keep-alive, close] none shut 1.0"},
    {"expects",
     STR_INIT(POST "Content-Length: 1\r\nExpect: 100-Continue\r\n\r\n"),
     "POST / h [Host=h|Content-Length=1|Expect=100-Continue] 1 keep expects"},
    {"expects for chunks",
     STR_INIT(POST
              "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"),
     "POST / h [Host=h|Expect=100-continue|Transfer-Encoding=chunked] chunked "
     "keep expects"},
    {"expects for nothing",
     STR_INIT(POST "Content-Length: 0\r\nExpect: 100-continue\r\n\r\n"),
     "POST / h [Host=h|Content-Length=0|Expect=100-continue] 0 keep"},
    {"1.0 can't expect",
     STR_INIT("POST / HTTP/1.0\r\nContent-Length: 1\r\n"
              "Expect: 100-continue\r\n\r\n"),
     "POST /  [Content-Length=1|Expect=100-continue] 1 shut 1.0"},
    {"names like ours",
     STR_INIT(GET HOST "Nost: a\r\nRxpect: a\r\nConnectiox: close\r\n"
                       "Content-Lengtx: a\r\nTransfer-Encodinx: a\r\n\r\n"),
     "GET / h [Host=h|Nost=a|Rxpect=a|Connectiox=close|Content-Lengtx=a|"
     "Transfer-Encodinx=a] none keep"},

    /* The start line. */
    {"three empty lines", STR_INIT("\r\n\r\n\r\n" GET HOST "\r\n"),
     "SYNTAX @4"},
    {"bare lf first", STR_INIT("\n" GET HOST "\r\n"), "SYNTAX @0"},
    {"bare cr first", STR_INIT("\r" GET HOST "\r\n"), "SYNTAX @1"},
    {"space first", STR_INIT(" " GET HOST "\r\n"), "SYNTAX @0"},
    {"http/0.9", STR_INIT("GET /\r\n"), "SYNTAX @5"},
    {"http/0.9 by name", STR_INIT("GET / HTTP/0.9\r\n\r\n"), "BAD_VERSION @6"},
    {"http/1.2", STR_INIT("GET / HTTP/1.2\r\n\r\n"), "BAD_VERSION @6"},
    {"http/2 preface", STR_INIT("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
     "BAD_VERSION @6"},
    {"http/1.10", STR_INIT("GET / HTTP/1.10\r\n\r\n"), "SYNTAX @14"},
    {"http/1", STR_INIT("GET / HTTP/1\r\n\r\n"), "SYNTAX @11"},
    {"http/1,1", STR_INIT("GET / HTTP/1,1\r\n\r\n"), "SYNTAX @11"},
    {"http/x.1", STR_INIT("GET / HTTP/x.1\r\n\r\n"), "SYNTAX @11"},
    {"http/1.x", STR_INIT("GET / HTTP/1.x\r\n\r\n"), "SYNTAX @11"},
    {"version in small letters", STR_INIT("GET / http/1.1\r\n\r\n"),
     "SYNTAX @6"},
    {"space behind version", STR_INIT("GET / HTTP/1.1 \r\n\r\n"), "SYNTAX @14"},
    {"bare lf behind version", STR_INIT("GET / HTTP/1.1\n" HOST "\r\n"),
     "SYNTAX @14"},
    {"bare cr behind version", STR_INIT("GET / HTTP/1.1\r" HOST "\r\n"),
     "SYNTAX @15"},
    {"tls client hello", STR_INIT("\x16\x03\x01\x02\x00\x01\x00"), "SYNTAX @0"},
    {"method ends at nothing", STR_INIT("GET\r\n"), "SYNTAX @3"},
    {"method with odd bytes", STR_INIT("G\"T / HTTP/1.1\r\n"), "SYNTAX @1"},
    {"connect", STR_INIT("CONNECT a:443 HTTP/1.1\r\n"), "BAD_METHOD @0"},
    {"trace", STR_INIT("TRACE / HTTP/1.1\r\n"), "BAD_METHOD @0"},
    {"two spaces", STR_INIT("GET  / HTTP/1.1\r\n"), "SYNTAX @4"},
    {"two spaces behind", STR_INIT("GET /  HTTP/1.1\r\n"), "SYNTAX @6"},
    {"tab", STR_INIT("GET\t/ HTTP/1.1\r\n"), "SYNTAX @3"},
    {"tab behind", STR_INIT("GET /\tHTTP/1.1\r\n"), "SYNTAX @5"},
    {"space in target", STR_INIT("GET /a b HTTP/1.1\r\n"), "SYNTAX @7"},
    {"nul in target", STR_INIT("GET /\0 HTTP/1.1\r\n"), "SYNTAX @5"},
    {"high byte in target", STR_INIT("GET /\xC3\xA9 HTTP/1.1\r\n"),
     "SYNTAX @5"},
    {"fragment", STR_INIT("GET /#a HTTP/1.1\r\n"), "SYNTAX @5"},
    {"no slash", STR_INIT("GET a HTTP/1.1\r\n"), "SYNTAX @4"},
    {"query alone", STR_INIT("GET ?a HTTP/1.1\r\n"), "SYNTAX @4"},
    {"get *", STR_INIT("GET * HTTP/1.1\r\n"), "SYNTAX @4"},
    {"options *a", STR_INIT("OPTIONS *a HTTP/1.1\r\n"), "SYNTAX @8"},
    {"authority form", STR_INIT("GET a:443 HTTP/1.1\r\n"), "SYNTAX @4"},
    {"other scheme", STR_INIT("GET ftp://a/ HTTP/1.1\r\n"), "SYNTAX @4"},
    {"absolute without host", STR_INIT("GET http:///a HTTP/1.1\r\n"),
     "SYNTAX @4"},
    {"absolute with user", STR_INIT("GET http://u@a/ HTTP/1.1\r\n"),
     "SYNTAX @4"},
    {"absolute, query alone", STR_INIT("GET http://a?b HTTP/1.1\r\n"),
     "SYNTAX @4"},
    {"absolute with escape", STR_INIT("GET http://a%2f/ HTTP/1.1\r\n"),
     "SYNTAX @4"},

    /* Fields. */
    {"no name", STR_INIT(GET ": a\r\n"), "SYNTAX @16"},
    {"space before colon", STR_INIT(GET "Host : h\r\n"), "SYNTAX @20"},
    {"tab before colon", STR_INIT(GET "Host\t: h\r\n"), "SYNTAX @20"},
    {"space in name", STR_INIT(GET "Ho st: h\r\n"), "SYNTAX @18"},
    {"no colon", STR_INIT(GET "Host\r\n"), "SYNTAX @20"},
    {"nul in name", STR_INIT(GET "Ho\0st: h\r\n"), "SYNTAX @18"},
    {"high byte in name", STR_INIT(GET "H\xC3\xA9: h\r\n"), "SYNTAX @17"},
    {"fold", STR_INIT(GET HOST "A: b\r\n c\r\n\r\n"), "SYNTAX @31"},
    {"fold with tab", STR_INIT(GET HOST "A: b\r\n\tc\r\n\r\n"), "SYNTAX @31"},
    {"fold at once", STR_INIT(GET " a: b\r\n"), "SYNTAX @16"},
    {"bare lf", STR_INIT(GET HOST "A: b\nB: c\r\n"), "SYNTAX @29"},
    {"bare cr", STR_INIT(GET HOST "A: b\rB: c\r\n"), "SYNTAX @30"},
    {"two crs", STR_INIT(GET HOST "A: b\r\r\n"), "SYNTAX @30"},
    {"nul", STR_INIT(GET HOST "A: b\0c\r\n"), "SYNTAX @29"},
    {"del", STR_INIT(GET HOST "A: b\x7F\r\n"), "SYNTAX @29"},
    {"del in a long value",
     STR_INIT(GET HOST "A: 0123456789abcdef012\x7F"
                       "0123456789abcdef\r\n"),
     "SYNTAX @47"},
    {"vertical tab",
     STR_INIT(GET HOST "A: \x0B"
                       "b\r\n"),
     "SYNTAX @28"},
    {"bare lf at the end", STR_INIT(GET HOST "\n"), "SYNTAX @25"},
    {"bare cr at the end", STR_INIT(GET HOST "\rGET"), "SYNTAX @26"},

    /* Hosts. */
    {"no host", STR_INIT(GET "\r\n"), "SYNTAX @18"},
    {"two hosts", STR_INIT(GET HOST HOST "\r\n"), "SYNTAX @31"},
    {"two hosts 1.0", STR_INIT("GET / HTTP/1.0\r\n" HOST HOST "\r\n"),
     "SYNTAX @31"},
    {"absolute needs a host too", STR_INIT("GET http://a/ HTTP/1.1\r\n\r\n"),
     "SYNTAX @26"},
    {"empty host", STR_INIT(GET "Host:\r\n\r\n"), "SYNTAX @21"},
    {"host list", STR_INIT(GET "Host: a,b\r\n\r\n"), "SYNTAX @22"},
    {"host with path", STR_INIT(GET "Host: a/b\r\n\r\n"), "SYNTAX @22"},
    {"host with user", STR_INIT(GET "Host: a@b\r\n\r\n"), "SYNTAX @22"},
    {"host with space", STR_INIT(GET "Host: a b\r\n\r\n"), "SYNTAX @22"},
    {"host of port alone", STR_INIT(GET "Host: :80\r\n\r\n"), "SYNTAX @22"},
    {"host with empty port", STR_INIT(GET "Host: a:\r\n\r\n"), "SYNTAX @22"},
    {"host with bad port", STR_INIT(GET "Host: a:8a\r\n\r\n"), "SYNTAX @22"},
    {"host with big port", STR_INIT(GET "Host: a:65536\r\n\r\n"), "SYNTAX @22"},
    {"host with long port", STR_INIT(GET "Host: a:000080\r\n\r\n"),
     "SYNTAX @22"},
    {"v6 open", STR_INIT(GET "Host: [::1\r\n\r\n"), "SYNTAX @22"},
    {"v6 empty", STR_INIT(GET "Host: []\r\n\r\n"), "SYNTAX @22"},
    {"v6 zone", STR_INIT(GET "Host: [::1%25a]\r\n\r\n"), "SYNTAX @22"},
    {"v6 and more", STR_INIT(GET "Host: [::1]a\r\n\r\n"), "SYNTAX @22"},

    /* Lengths and codings. */
    {"length and coding",
     STR_INIT(POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
     "SYNTAX @75"},
    {"coding and length",
     STR_INIT(POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"),
     "SYNTAX @75"},
    {"two lengths",
     STR_INIT(POST "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"),
     "SYNTAX @61"},
    {"the same length twice",
     STR_INIT(POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"),
     "SYNTAX @61"},
    {"length list", STR_INIT(POST "Content-Length: 5, 5\r\n\r\n"),
     "SYNTAX @42"},
    {"length list without space", STR_INIT(POST "Content-Length: 5,5\r\n\r\n"),
     "SYNTAX @42"},
    {"length +5", STR_INIT(POST "Content-Length: +5\r\n\r\n"), "SYNTAX @42"},
    {"length -5", STR_INIT(POST "Content-Length: -5\r\n\r\n"), "SYNTAX @42"},
    {"length -0", STR_INIT(POST "Content-Length: -0\r\n\r\n"), "SYNTAX @42"},
    {"length 0x5", STR_INIT(POST "Content-Length: 0x5\r\n\r\n"), "SYNTAX @42"},
    {"length 5.0", STR_INIT(POST "Content-Length: 5.0\r\n\r\n"), "SYNTAX @42"},
    {"length 5 6", STR_INIT(POST "Content-Length: 5 6\r\n\r\n"), "SYNTAX @42"},
    {"length 5a", STR_INIT(POST "Content-Length: 5a\r\n\r\n"), "SYNTAX @42"},
    {"length empty", STR_INIT(POST "Content-Length:\r\n\r\n"), "SYNTAX @41"},
    {"length over int64",
     STR_INIT(POST "Content-Length: 9223372036854775808\r\n\r\n"),
     "SYNTAX @42"},
    {"length over uint64",
     STR_INIT(POST "Content-Length: 18446744073709551621\r\n\r\n"),
     "SYNTAX @42"},
    {"length far over",
     STR_INIT(POST "Content-Length: 99999999999999999999999999999\r\n\r\n"),
     "SYNTAX @42"},
    {"xchunked", STR_INIT(POST "Transfer-Encoding: xchunked\r\n\r\n"),
     "UNSUPPORTED @57"},
    {"identity", STR_INIT(POST "Transfer-Encoding: identity\r\n\r\n"),
     "UNSUPPORTED @57"},
    {"gzip first", STR_INIT(POST "Transfer-Encoding: gzip, chunked\r\n\r\n"),
     "UNSUPPORTED @62"},
    {"chunked with a parameter",
     STR_INIT(POST "Transfer-Encoding: chunked;a=b\r\n\r\n"),
     "UNSUPPORTED @60"},
    {"chunked in quotes",
     STR_INIT(POST "Transfer-Encoding: \"chunked\"\r\n\r\n"),
     "UNSUPPORTED @58"},
    {"chunked first", STR_INIT(POST "Transfer-Encoding: chunked, gzip\r\n\r\n"),
     "SYNTAX @45"},
    {"chunked twice",
     STR_INIT(POST "Transfer-Encoding: chunked, chunked\r\n\r\n"),
     "SYNTAX @45"},
    {"chunked in two lines",
     STR_INIT(POST "Transfer-Encoding: chunked\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n"),
     "SYNTAX @73"},
    {"chunked, then identity",
     STR_INIT(POST "Transfer-Encoding: chunked\r\n"
                   "Transfer-Encoding: identity\r\n\r\n"),
     "SYNTAX @73"},
    {"coding with a comma",
     STR_INIT(POST "Transfer-Encoding: chunked,\r\n\r\n"), "SYNTAX @45"},
    {"coding behind a comma",
     STR_INIT(POST "Transfer-Encoding: ,chunked\r\n\r\n"), "SYNTAX @45"},
    {"coding empty", STR_INIT(POST "Transfer-Encoding:\r\n\r\n"), "SYNTAX @44"},
    {"coding in 1.0",
     STR_INIT("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
     "SYNTAX @47"},
    {"coding with a tab",
     STR_INIT(POST "Transfer-Encoding: chunked \t\r\n\r\n"), "SYNTAX @45"},
    {"length with a tab", STR_INIT(POST "Content-Length: 5\t\r\n\r\n"),
     "SYNTAX @42"},
    {"other expectation", STR_INIT(POST "Expect: 200-ok\r\n\r\n"),
     "EXPECTATION @34"},
    {"expectation list",
     STR_INIT(POST "Expect: 100-continue, 100-continue\r\n\r\n"),
     "EXPECTATION @34"},
};

/* ---- responses ---- */

#define OK "HTTP/1.1 200 OK\r\n"

/* The name begins with "head" when the request was a HEAD. */
static const struct row responses[] = {
    {"nothing", STR_INIT(""), "AGAIN"},
    {"until the end", STR_INIT(OK "\r\n"), "200 [] close shut"},
    {"no reason", STR_INIT("HTTP/1.1 200 \r\n\r\n"), "200 [] close shut"},
    {"no reason, no space", STR_INIT("HTTP/1.1 200\r\n\r\n"),
     "200 [] close shut"},
    {"long reason", STR_INIT("HTTP/1.1 404 \tN\xC3\xB6 such thing\r\n\r\n"),
     "404 [] close shut"},
    {"length", STR_INIT(OK "Content-Length: 5\r\n\r\nhello"),
     "200 [Content-Length=5] 5 keep +5"},
    {"no length", STR_INIT(OK "Content-Length: 0\r\n\r\n"),
     "200 [Content-Length=0] 0 keep"},
    {"chunked", STR_INIT(OK "Transfer-Encoding: chunked\r\n\r\n"),
     "200 [Transfer-Encoding=chunked] chunked keep"},
    {"closes", STR_INIT(OK "Connection: close\r\nContent-Length: 1\r\n\r\n"),
     "200 [Connection=close|Content-Length=1] 1 shut"},
    {"1.0", STR_INIT("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n"),
     "200 [Content-Length=1] 1 shut 1.0"},
    {"1.0 kept",
     STR_INIT("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n"
              "Connection: Keep-Alive\r\n\r\n"),
     "200 [Content-Length=1|Connection=Keep-Alive] 1 keep 1.0"},
    {"100", STR_INIT("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 2"),
     "100 [] none keep +10"},
    {"204", STR_INIT("HTTP/1.1 204 No Content\r\n\r\n"), "204 [] none keep"},
    {"204 with length 0",
     STR_INIT("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"),
     "204 [Content-Length=0] none keep"},
    {"204 with a body",
     STR_INIT("HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n"),
     "204 [Content-Length=3] none shut"},
    {"204 in chunks",
     STR_INIT("HTTP/1.1 204 x\r\nTransfer-Encoding: chunked\r\n\r\n"),
     "204 [Transfer-Encoding=chunked] none shut"},
    {"304", STR_INIT("HTTP/1.1 304 x\r\nContent-Length: 9\r\n\r\n"),
     "304 [Content-Length=9] none keep"},
    {"head with length", STR_INIT(OK "Content-Length: 9\r\n\r\n"),
     "200 [Content-Length=9] none keep"},
    {"head with nothing", STR_INIT(OK "\r\n"), "200 [] none keep"},
    {"host and expect mean nothing",
     STR_INIT(OK "Host: a,b\r\nHost: a\r\nExpect: x\r\n"
                 "Content-Length: 1\r\n\r\n"),
     "200 [Host=a,b|Host=a|Expect=x|Content-Length=1] 1 keep"},

    {"html", STR_INIT("<html>"), "UP_GARBAGE @0"},
    {"empty line first", STR_INIT("\r\n" OK "\r\n"), "UP_GARBAGE @0"},
    {"http/2", STR_INIT("HTTP/2 200\r\n\r\n"), "UP_GARBAGE @5"},
    {"http/2.0", STR_INIT("HTTP/2.0 200\r\n\r\n"), "UP_GARBAGE @0"},
    {"icy", STR_INIT("ICY 200 OK\r\n\r\n"), "UP_GARBAGE @0"},
    {"two digits", STR_INIT("HTTP/1.1 20 OK\r\n\r\n"), "UP_GARBAGE @11"},
    {"four digits", STR_INIT("HTTP/1.1 2000 OK\r\n\r\n"), "UP_GARBAGE @12"},
    {"099", STR_INIT("HTTP/1.1 099 OK\r\n\r\n"), "UP_GARBAGE @12"},
    {"600", STR_INIT("HTTP/1.1 600 OK\r\n\r\n"), "UP_GARBAGE @12"},
    {"two spaces", STR_INIT("HTTP/1.1  200 OK\r\n\r\n"), "UP_GARBAGE @9"},
    {"nul in reason", STR_INIT("HTTP/1.1 200 O\0K\r\n\r\n"), "UP_GARBAGE @14"},
    {"bare lf", STR_INIT("HTTP/1.1 200 OK\n\n"), "UP_GARBAGE @15"},
    {"fold", STR_INIT(OK "A: b\r\n c\r\n\r\n"), "UP_GARBAGE @23"},
    {"length and coding",
     STR_INIT(OK "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
     "UP_GARBAGE @66"},
    {"two lengths",
     STR_INIT(OK "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"),
     "UP_GARBAGE @52"},
    {"head with bad length", STR_INIT(OK "Content-Length: x\r\n\r\n"),
     "UP_GARBAGE @33"},
    {"unknown coding", STR_INIT(OK "Transfer-Encoding: gzip\r\n\r\n"),
     "UP_GARBAGE @44"},
    {"100 with a body", STR_INIT("HTTP/1.1 100 x\r\nContent-Length: 5\r\n\r\n"),
     "UP_GARBAGE @37"},
    {"coding in 1.0",
     STR_INIT("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
     "UP_GARBAGE @47"},
};

/* ---- what came out, as text ---- */

struct told {
    char text[MAX_BYTES];
    size_t n;
};

static void tell(struct told *t, struct str s)
{
    if (s.n != 0)
        memcpy(t->text + t->n, s.p, s.n);
    t->n += s.n;
}

static void tell_number(struct told *t, struct str before, uint64_t v)
{
    char digits[20];

    tell(t, before);
    tell(t, (struct str){digits, num_write_u64(digits, v)});
}

static void tell_fields(struct told *t, const struct http_fields *f)
{
    tell(t, STR(" ["));
    for (size_t i = 0; i < f->n; i++) {
        tell(t, i == 0 ? STR("") : STR("|"));
        tell(t, f->v[i].name);
        tell(t, STR("="));
        tell(t, f->v[i].value);
        assert_null(f->v[i].secret);
    }
    tell(t, STR("] "));
}

static void tell_framing(struct told *t, const struct http_framing *f)
{
    switch (f->body) {
    case HTTP_BODY_NONE:
        tell(t, STR("none"));
        break;
    case HTTP_BODY_LENGTH:
        tell_number(t, STR(""), f->length);
        break;
    case HTTP_BODY_CHUNKED:
        tell(t, STR("chunked"));
        break;
    case HTTP_BODY_CLOSE:
        tell(t, STR("close"));
        break;
    }
    if (f->body != HTTP_BODY_LENGTH)
        assert_int_equal(f->length, 0);
    tell(t, f->keep_alive ? STR(" keep") : STR(" shut"));
    if (f->expects_continue)
        tell(t, STR(" expects"));
}

/* "SYNTAX @12" */
static void tell_error(struct told *t, enum sl_rc rc, const struct err *err)
{
    tell(t, rc_info(rc)->name);
    if (rc == SL_AGAIN)
        return;
    assert_int_equal(err->rc, rc);
    assert_true(err->has_at);
    assert_int_not_equal(err->what.n, 0);
    tell_number(t, STR(" @"), err->at);
}

/* METHOD TARGET HOST [FIELDS] BODY keep|shut [expects] [1.0] [+LEFT] */
static enum sl_rc tell_request(struct told *t, struct head *h, struct str in)
{
    struct http_field fields[MAX_FIELDS];
    struct http_request req;
    struct http_framing framing;
    struct err err = {.rc = SL_OK};
    enum sl_rc rc = head_request(h, in, &limits, fields, &req, &framing, &err);

    t->n = 0;
    if (rc != SL_OK) {
        tell_error(t, rc, &err);
        return rc;
    }
    assert_int_equal(req.method, http_method_of(req.method_text));
    tell(t, req.method_text);
    tell(t, STR(" "));
    tell(t, req.target);
    tell(t, STR(" "));
    tell(t, req.host);
    tell_fields(t, &req.fields);
    tell_framing(t, &framing);
    if (req.is_http10)
        tell(t, STR(" 1.0"));
    if (h->used < in.n)
        tell_number(t, STR(" +"), in.n - h->used);
    return rc;
}

/* STATUS [FIELDS] BODY keep|shut [1.0] [+LEFT] */
static enum sl_rc tell_response(struct told *t, struct head *h, struct str in,
                                enum http_method method)
{
    struct http_field fields[MAX_FIELDS];
    struct http_response res;
    struct http_framing framing;
    struct err err = {.rc = SL_OK};
    enum sl_rc rc =
        head_response(h, in, &limits, method, fields, &res, &framing, &err);

    t->n = 0;
    if (rc != SL_OK) {
        tell_error(t, rc, &err);
        return rc;
    }
    tell_number(t, STR(""), (uint64_t)res.status);
    tell_fields(t, &res.fields);
    tell_framing(t, &framing);
    if (res.is_http10)
        tell(t, STR(" 1.0"));
    if (h->used < in.n)
        tell_number(t, STR(" +"), in.n - h->used);
    return rc;
}

static enum sl_rc tell_row(struct told *t, struct head *h, struct str in,
                           const struct row *r)
{
    bool is_response = r >= responses && r < responses + SL_LEN(responses);

    if (!is_response)
        return tell_request(t, h, in);
    return tell_response(
        t, h, in, strncmp(r->name, "head", 4) == 0 ? HTTP_HEAD : HTTP_GET);
}

/* The bytes as they come, `step` at a time from `first` on; each time at
 * another place, as when a buffer grows. What is left behind a head is not
 * there yet when the head is complete earlier. */
static void check_growing(const struct row *r, size_t first, size_t step)
{
    struct head h = {0};
    struct str want = str_of(r->want);
    struct told t;
    char label[100];

    snprintf(label, sizeof label, "%s, from %zu by %zu", r->name, first, step);
    for (size_t n = first;; n += step) {
        struct guarded g = guard_copy(str_first(r->in, n));
        enum sl_rc rc = tell_row(&t, &h, g.s, r);

        if (rc == SL_OK && g.s.n < r->in.n) {
            want = str_before(want, '+');
            want.n -= want.p[want.n] == '+' ? 1 : 0;
            t.n = str_before((struct str){t.text, t.n}, '+').n;
            t.n -= t.text[t.n - 1] == ' ' ? 1 : 0;
        }
        guard_free(&g);
        if (rc != SL_AGAIN || n >= r->in.n)
            break;
    }
    check_str_case(label, ((struct str){t.text, t.n}), want);
}

static void check_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        check_growing(&rows[i], 0, 1);
        check_growing(&rows[i], 1, 2);
        for (size_t cut = 0; cut <= rows[i].in.n; cut++)
            check_growing(&rows[i], cut, rows[i].in.n);
    }
}

static void requests_and_cuts(void **state)
{
    (void)state;
    check_rows(requests, SL_LEN(requests));
}

static void responses_and_cuts(void **state)
{
    (void)state;
    check_rows(responses, SL_LEN(responses));
}

/* What is wrong is told with the byte that makes it so. */
static void garbage_shows_early(void **state)
{
    static const struct str starts[] = {
        STR_INIT("\x16"),
        STR_INIT("G\""),
        STR_INIT("GET  "),
        STR_INIT("GET /\n"),
        STR_INIT("GET / X"),
        STR_INIT("GET / HTTP/1.1\n"),
        STR_INIT(GET " "),
        STR_INIT(GET "a "),
        STR_INIT(GET "a: b\n"),
        STR_INIT(GET "a: b\rc"),
        STR_INIT(GET "a: b\r\n "),
        STR_INIT("CONNECT "),
        STR_INIT(GET "a: b\r\n\rx"),
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(starts); i++) {
        struct head h = {0};
        struct told t;

        for (size_t n = 0; n < starts[i].n; n++)
            assert_int_equal(tell_request(&t, &h, str_first(starts[i], n)),
                             SL_AGAIN);
        assert_int_not_equal(tell_request(&t, &h, starts[i]), SL_AGAIN);
    }
}

/* The same fields in a head of n bytes, of as many fields as given. */
static enum sl_rc try_limits(struct str in, size_t bytes, size_t n_fields)
{
    struct head_limits l = {bytes, n_fields};
    struct http_field fields[MAX_FIELDS];
    struct http_request req;
    struct http_framing framing;
    struct err err = {.rc = SL_OK};
    struct head by_byte = {0};
    struct head at_once = {0};
    enum sl_rc rc = SL_AGAIN;

    for (size_t n = 0; n <= in.n && rc == SL_AGAIN; n++)
        rc = head_request(&by_byte, str_first(in, n), &l, fields, &req,
                          &framing, &err);
    assert_int_equal(err.rc, rc == SL_AGAIN ? SL_OK : rc);
    assert_int_equal(
        head_request(&at_once, in, &l, fields, &req, &framing, NULL), rc);
    return rc;
}

static void up_to_the_limits(void **state)
{
    struct str in = STR(GET HOST "A: b\r\n\r\n");

    (void)state;
    assert_int_equal(try_limits(in, in.n, 2), SL_OK);
    assert_int_equal(try_limits(in, in.n - 1, 2), SL_HEAD_TOO_LARGE);
    assert_int_equal(try_limits(in, in.n, 1), SL_HEAD_TOO_LARGE);
    assert_int_equal(try_limits(in, 5, 2), SL_HEAD_TOO_LARGE);
    assert_int_equal(try_limits(in, 0, 2), SL_HEAD_TOO_LARGE);
    assert_int_equal(try_limits(str_first(in, in.n - 1), in.n, 2), SL_AGAIN);
    assert_int_equal(try_limits(STR(GET HOST "\r\nrest"), 27, 2), SL_OK);
}

static void large_response(void **state)
{
    struct head_limits l = {10, 1};
    struct head h = {0};
    struct http_field field;
    struct http_response res;
    struct http_framing framing;

    (void)state;
    assert_int_equal(head_response(&h, STR(OK "\r\n"), &l, HTTP_GET, &field,
                                   &res, &framing, NULL),
                     SL_UP_GARBAGE);
}

/* ---- writers ---- */

static struct buf out;
static struct test_mem mem;

static void start_writing(void)
{
    test_mem_init(&mem);
    buf_init(&out, &mem.mem, 4096);
}

static void check_written(struct str want)
{
    check_str(buf_str(&out), want);
    buf_release(&out);
    assert_int_equal(mem.live, 0);
}

static void writes_requests(void **state)
{
    struct secret key = secret_of(STR("sk-1"));
    struct http_field v[] = {
        {STR("host"), STR("a"), NULL},
        {STR("authorization"), STR("Bearer "), &key},
        {STR("content-length"), STR("7"), NULL},
        {STR("Transfer-Encoding"), STR("gzip"), NULL},
        {STR("x-empty"), {0}, NULL},
    };
    struct http_fields f = {v, SL_LEN(v)};
    struct http_framing with_length = {.body = HTTP_BODY_LENGTH, .length = 5};
    struct http_framing none = {.body = HTTP_BODY_NONE};
    struct http_framing chunked = {.body = HTTP_BODY_CHUNKED};
    struct http_fields no_fields = {0};

    (void)state;
    start_writing();
    head_write_request(&out, STR("POST"), STR("/v1"), &f, &with_length);
    check_written(STR("POST /v1 HTTP/1.1\r\nhost: a\r\n"
                      "authorization: Bearer sk-1\r\nx-empty: \r\n"
                      "content-length: 5\r\n\r\n"));
    start_writing();
    head_write_request(&out, STR("GET"), (struct str){0}, &f, &none);
    check_written(STR("GET / HTTP/1.1\r\nhost: a\r\n"
                      "authorization: Bearer sk-1\r\nx-empty: \r\n\r\n"));
    start_writing();
    head_write_request(&out, STR("PUT"), STR("/a b\r\n\xC3#\x7F"), &no_fields,
                       &chunked);
    check_written(STR("PUT /a%20b%0D%0A%C3%23%7F HTTP/1.1\r\n"
                      "transfer-encoding: chunked\r\n\r\n"));
}

static void writes_responses(void **state)
{
    struct http_field v[] = {
        {STR("a"), STR("b"), NULL},
        {STR("Content-Length"), STR("7"), NULL},
        {STR("transfer-encoding"), STR("chunked"), NULL},
    };
    struct http_fields f = {v, SL_LEN(v)};
    struct http_framing none = {.body = HTTP_BODY_NONE};
    struct http_framing until_end = {.body = HTTP_BODY_CLOSE};
    struct http_framing with_length = {.body = HTTP_BODY_LENGTH,
                                       .length = UINT64_MAX};

    (void)state;
    start_writing();
    head_write_response(&out, 200, &f, &none);
    check_written(STR("HTTP/1.1 200 OK\r\na: b\r\nContent-Length: 7\r\n\r\n"));
    start_writing();
    head_write_response(&out, 404, &f, &until_end);
    check_written(STR("HTTP/1.1 404 Not Found\r\na: b\r\n\r\n"));
    start_writing();
    head_write_response(&out, 599, &f, &with_length);
    check_written(STR("HTTP/1.1 599 Unknown\r\na: b\r\n"
                      "content-length: 18446744073709551615\r\n\r\n"));
}

static void writes_no_split_fields(void **state)
{
    struct secret bad = secret_of(STR("a\nb"));
    struct http_field v[] = {
        {STR("a"), STR("b\rc"), NULL},
        {STR("a"), STR("b\nc"), NULL},
        {STR("a"), STR("b\0c"), NULL},
        {STR("a\r\nb"), STR("c"), NULL},
        {STR("a b"), STR("c"), NULL},
        {STR("a:"), STR("c"), NULL},
        {STR("a\0"), STR("c"), NULL},
        {{0}, STR("c"), NULL},
        {STR("a"), STR("Bearer "), &bad},
        {STR("a"), STR("0123456789abcdef0123456789abcdef\n"), NULL},
    };

    (void)state;
    start_writing();
    for (size_t i = 0; i < SL_LEN(v); i++)
        head_write_field(&out, &v[i]);
    check_written((struct str){0});
}

static bool writes_through(void *ctx, struct test_mem *m)
{
    struct http_field v[] = {{STR("a"), STR("b"), NULL}};
    struct http_fields f = {v, 1};
    struct http_framing framing = {.body = HTTP_BODY_CHUNKED};
    struct buf b;
    bool ok;

    (void)ctx;
    buf_init(&b, &m->mem, 4096);
    for (int i = 0; i < 20; i++)
        head_write_response(&b, 200, &f, &framing);
    ok = !b.failed;
    buf_release(&b);
    return ok;
}

static void without_memory(void **state)
{
    (void)state;
    test_each_allocation(writes_through, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_and_cuts),
        cmocka_unit_test(responses_and_cuts),
        cmocka_unit_test(garbage_shows_early),
        cmocka_unit_test(up_to_the_limits),
        cmocka_unit_test(large_response),
        cmocka_unit_test(writes_requests),
        cmocka_unit_test(writes_responses),
        cmocka_unit_test(writes_no_split_fields),
        cmocka_unit_test(without_memory),
    };

    return test_run("head", tests, SL_LEN(tests));
}
