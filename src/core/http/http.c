/* SPDX-License-Identifier: MIT */
/* What is known of HTTP apart from its wire format: names, lists, and which
 * fields belong to one hop only. */
#include "core/http/http.h"

#include "core/base/base.h"

/* Row 2 begins with the space, 3 with '0', 4 with '@', 6 with '`'. */
const uint8_t http_bytes[256] = {
    // clang-format off
    0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    4, 7, 6, 5, 7, 7, 7, 7, 6, 6, 7, 7, 6, 15, 15, 6,
    15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 6, 6, 6, 6, 6, 6,
    6, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15,
    15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 6, 6, 6, 7, 15,
    7, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15,
    15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 6, 7, 6, 15, 0,
    4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
    4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
    4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
    4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
    4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
    4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
    4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
    4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
    // clang-format on
};

static const struct str method_names[] = {
    [HTTP_GET] = STR_INIT("GET"),         [HTTP_HEAD] = STR_INIT("HEAD"),
    [HTTP_POST] = STR_INIT("POST"),       [HTTP_PUT] = STR_INIT("PUT"),
    [HTTP_DELETE] = STR_INIT("DELETE"),   [HTTP_PATCH] = STR_INIT("PATCH"),
    [HTTP_OPTIONS] = STR_INIT("OPTIONS"),
};

struct reason {
    int status;
    struct str text;
};

/* The IANA registry; sorted. 499 is not in it: nginx coined it. */
static const struct reason reasons[] = {
    {100, STR_INIT("Continue")},
    {101, STR_INIT("Switching Protocols")},
    {102, STR_INIT("Processing")},
    {103, STR_INIT("Early Hints")},
    {200, STR_INIT("OK")},
    {201, STR_INIT("Created")},
    {202, STR_INIT("Accepted")},
    {203, STR_INIT("Non-Authoritative Information")},
    {204, STR_INIT("No Content")},
    {205, STR_INIT("Reset Content")},
    {206, STR_INIT("Partial Content")},
    {207, STR_INIT("Multi-Status")},
    {208, STR_INIT("Already Reported")},
    {226, STR_INIT("IM Used")},
    {300, STR_INIT("Multiple Choices")},
    {301, STR_INIT("Moved Permanently")},
    {302, STR_INIT("Found")},
    {303, STR_INIT("See Other")},
    {304, STR_INIT("Not Modified")},
    {305, STR_INIT("Use Proxy")},
    {307, STR_INIT("Temporary Redirect")},
    {308, STR_INIT("Permanent Redirect")},
    {400, STR_INIT("Bad Request")},
    {401, STR_INIT("Unauthorized")},
    {402, STR_INIT("Payment Required")},
    {403, STR_INIT("Forbidden")},
    {404, STR_INIT("Not Found")},
    {405, STR_INIT("Method Not Allowed")},
    {406, STR_INIT("Not Acceptable")},
    {407, STR_INIT("Proxy Authentication Required")},
    {408, STR_INIT("Request Timeout")},
    {409, STR_INIT("Conflict")},
    {410, STR_INIT("Gone")},
    {411, STR_INIT("Length Required")},
    {412, STR_INIT("Precondition Failed")},
    {413, STR_INIT("Content Too Large")},
    {414, STR_INIT("URI Too Long")},
    {415, STR_INIT("Unsupported Media Type")},
    {416, STR_INIT("Range Not Satisfiable")},
    {417, STR_INIT("Expectation Failed")},
    {421, STR_INIT("Misdirected Request")},
    {422, STR_INIT("Unprocessable Content")},
    {423, STR_INIT("Locked")},
    {424, STR_INIT("Failed Dependency")},
    {425, STR_INIT("Too Early")},
    {426, STR_INIT("Upgrade Required")},
    {428, STR_INIT("Precondition Required")},
    {429, STR_INIT("Too Many Requests")},
    {431, STR_INIT("Request Header Fields Too Large")},
    {451, STR_INIT("Unavailable For Legal Reasons")},
    {499, STR_INIT("Client Closed Request")},
    {500, STR_INIT("Internal Server Error")},
    {501, STR_INIT("Not Implemented")},
    {502, STR_INIT("Bad Gateway")},
    {503, STR_INIT("Service Unavailable")},
    {504, STR_INIT("Gateway Timeout")},
    {505, STR_INIT("HTTP Version Not Supported")},
    {506, STR_INIT("Variant Also Negotiates")},
    {507, STR_INIT("Insufficient Storage")},
    {508, STR_INIT("Loop Detected")},
    {511, STR_INIT("Network Authentication Required")},
};

bool http_is_of(struct str s, unsigned set)
{
    for (size_t i = 0; i < s.n; i++)
        if (!http_is(s.p[i], set))
            return false;
    return true;
}

struct str http_method_name(enum http_method m)
{
    size_t i = (size_t)m;

    return i < SL_LEN(method_names) ? method_names[i] : (struct str){0};
}

enum http_method http_method_of(struct str text)
{
    size_t i = 0;

    while (i < SL_LEN(method_names) && !str_eq(method_names[i], text))
        i++;
    _Static_assert(SL_LEN(method_names) == HTTP_OTHER, "OTHER is the last");
    return (enum http_method)i;
}

struct str http_reason(int status)
{
    size_t from = 0, to = SL_LEN(reasons);

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (reasons[middle].status == status)
            return reasons[middle].text;
        if (reasons[middle].status < status)
            from = middle + 1;
        else
            to = middle;
    }
    return STR("Unknown");
}

/* Most names differ in length already. */
static inline bool is_named(const struct http_field *f, struct str name)
{
    return f->name.n == name.n && str_eq_nocase(f->name, name);
}

const struct http_field *http_find(const struct http_fields *f, struct str name)
{
    for (size_t i = 0; i < f->n; i++)
        if (is_named(&f->v[i], name))
            return &f->v[i];
    return NULL;
}

struct str http_value(const struct http_fields *f, struct str name)
{
    const struct http_field *field = http_find(f, name);

    return field == NULL ? (struct str){0} : field->value;
}

/* Offset of the first sep that is not within quotes. */
static size_t find_unquoted(struct str s, char sep)
{
    bool quoted = false;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            quoted = !quoted;
        else if (quoted && s.p[i] == '\\')
            i++;
        else if (!quoted && s.p[i] == sep)
            return i;
    }
    return s.n;
}

bool http_list_next(struct str *rest, struct str *item)
{
    size_t n;

    if (rest->p == NULL)
        return false;
    n = find_unquoted(*rest, ',');
    *item = str_trim(str_first(*rest, n));
    *rest = n < rest->n ? str_skip(*rest, n + 1) : (struct str){0};
    return true;
}

bool http_has_token(const struct http_fields *f, struct str name,
                    struct str token)
{
    for (size_t i = 0; i < f->n; i++) {
        struct str rest = f->v[i].value;
        struct str item;

        if (!is_named(&f->v[i], name))
            continue;
        while (http_list_next(&rest, &item))
            if (str_eq_nocase(item, token))
                return true;
    }
    return false;
}

struct str http_media_type(struct str content_type)
{
    return str_trim(str_before(content_type, ';'));
}

bool http_is_media(struct str content_type, struct str type)
{
    return str_eq_nocase(http_media_type(content_type), type);
}

bool http_is_hop_by_hop(const struct http_fields *f, struct str name)
{
    static const struct str names[] = {
        STR_INIT("connection"),
        STR_INIT("keep-alive"),
        STR_INIT("te"),
        STR_INIT("trailer"),
        STR_INIT("transfer-encoding"),
        STR_INIT("upgrade"),
    };

    for (size_t i = 0; i < SL_LEN(names); i++)
        if (names[i].n == name.n && str_eq_nocase(names[i], name))
            return true;
    return str_starts_nocase(name, STR("proxy-")) ||
           http_has_token(f, STR("connection"), name);
}
