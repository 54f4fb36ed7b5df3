/* SPDX-License-Identifier: MIT */
/* Finding the caller's secret in a request, and comparing it. All configured
 * secrets are compared, each in constant time, so that neither a match nor its
 * place shows in the time taken. */
#include "core/auth.h"

#include "core/base/url.h"

static const struct str carriers[] = {
    STR_INIT("sluice-key"),
    STR_INIT("authorization"),
    STR_INIT("x-api-key"),
    STR_INIT("x-goog-api-key"),
};

bool auth_is_carrier(struct str field_name)
{
    for (size_t i = 0; i < SL_LEN(carriers); i++) {
        if (str_eq_nocase(field_name, carriers[i]))
            return true;
    }
    return false;
}

/* "Bearer KEY" and "KEY" alike: what follows the scheme, if there is one. */
static struct str without_scheme(struct str value)
{
    size_t space = str_find(value, ' ');

    return space == value.n ? value : str_trim(str_skip(value, space));
}

static struct str query_key(struct str query, struct arena *arena)
{
    struct str name, value, decoded;

    while (url_query_next(&query, &name, &value)) {
        if (!url_eq(name, STR("key")))
            continue;
        if (url_decode(arena, value, true, &decoded) == SL_OK && decoded.n != 0)
            return decoded;
    }
    return (struct str){0};
}

static struct str given_secret(const struct http_fields *fields,
                               struct str query, struct arena *arena,
                               bool *by_sluice_key)
{
    for (size_t i = 0; i < SL_LEN(carriers); i++) {
        struct str value = str_trim(http_value(fields, carriers[i]));

        if (value.n == 0)
            continue;
        *by_sluice_key = i == 0;
        return without_scheme(value);
    }
    return query_key(query, arena);
}

struct auth_result auth_check(const struct config *c,
                              const struct http_fields *fields,
                              struct str query, struct arena *arena)
{
    struct auth_result r = {.caller = SIZE_MAX};
    struct str given;

    if (c->is_open || c->n_callers == 0) {
        r.is_known = true;
        return r;
    }
    given = given_secret(fields, query, arena, &r.by_sluice_key);
    for (size_t i = 0; i < c->n_callers; i++) {
        if (!secret_matches(&c->callers[i], given))
            continue;
        r.is_known = true;
        r.caller = i;
    }
    if (given.n == 0)
        r.is_known = false;
    return r;
}

bool auth_own_key(const struct config *c, const struct auth_result *who,
                  const struct http_fields *fields, struct secret *key)
{
    struct str value = str_trim(http_value(fields, STR("authorization")));
    struct str given = without_scheme(value);
    bool is_callers = false;

    if (given.n == 0 || !(who->by_sluice_key || c->is_open))
        return false;
    for (size_t i = 0; i < c->n_callers; i++)
        is_callers = secret_matches(&c->callers[i], given) || is_callers;
    if (is_callers)
        return false;
    *key = secret_of(given);
    return true;
}

static bool is_loopback_name(struct str host)
{
    return str_eq_nocase(host, STR("localhost")) ||
           (str_starts(host, STR("127.")) &&
            str_find_str(host, STR("..")) == host.n) ||
           str_eq(host, STR("[::1]")) || str_eq(host, STR("::1"));
}

/* The host of "host:port" or "[::1]:port". */
static struct str without_port(struct str authority)
{
    if (str_starts(authority, STR("[")))
        return str_first(authority, str_find(authority, ']') + 1);
    return str_before(authority, ':');
}

/* 127.evil.example is no address: digits and dots only. */
static bool is_loopback_authority(struct str authority)
{
    struct str host = without_port(authority);

    if (!is_loopback_name(host))
        return false;
    if (!str_starts(host, STR("127.")))
        return true;
    for (size_t i = 0; i < host.n; i++) {
        if (host.p[i] != '.' && !char_is_digit(host.p[i]))
            return false;
    }
    return true;
}

bool auth_is_foreign(const struct config *c, const struct http_fields *fields)
{
    struct str origin = http_value(fields, STR("origin"));
    struct str host = http_value(fields, STR("host"));
    size_t at;

    /* On other than loopback addresses an open gateway was asked for
     * (--insecure-open). With DEV there may be secrets that nobody needs. */
    if (!c->is_open || c->insecure_open)
        return false;
    if (host.n != 0 && !is_loopback_authority(host))
        return true;
    /* Images, scripts and forms of a page send a GET without an Origin. */
    if (origin.n == 0)
        return str_eq(http_value(fields, STR("sec-fetch-site")),
                      STR("cross-site"));
    at = str_find_str(origin, STR("://"));
    return at == origin.n || !is_loopback_authority(str_skip(origin, at + 3));
}
