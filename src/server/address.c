/* SPDX-License-Identifier: MIT */
/* Listening addresses in text. Nothing is resolved: a name other than
 * localhost could move a listener to another network at the next start. */
#include "server/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

#include "core/base/num.h"

/* sockaddr types share their first bytes; the union and memcpy keep the
 * compiler's aliasing rules. */
static struct sockaddr_in6 as_in6(const struct address *a)
{
    struct sockaddr_in6 in;

    memcpy(&in, &a->u.storage, sizeof(in));
    return in;
}

static struct sockaddr_in as_in(const struct address *a)
{
    struct sockaddr_in in;

    memcpy(&in, &a->u.storage, sizeof(in));
    return in;
}

static void set_in(struct address *a, struct in_addr ip, uint16_t port)
{
    struct sockaddr_in in = {
        .sin_family = AF_INET, .sin_addr = ip, .sin_port = htons(port)};

    *a = (struct address){.size = sizeof(in)};
    a->is_loopback = ntohl(ip.s_addr) >> 24 == 127;
    memcpy(&a->u.storage, &in, sizeof(in));
}

static void set_in6(struct address *a, struct in6_addr ip, uint16_t port)
{
    struct sockaddr_in6 in = {
        .sin6_family = AF_INET6, .sin6_addr = ip, .sin6_port = htons(port)};

    *a = (struct address){.size = sizeof(in)};
    a->is_loopback = IN6_IS_ADDR_LOOPBACK(&ip);
    a->is_any = IN6_IS_ADDR_UNSPECIFIED(&ip);
    memcpy(&a->u.storage, &in, sizeof(in));
}

static size_t parse_unix(struct str path, struct address *a, const char **why)
{
    *a = (struct address){.is_unix = true, .is_loopback = true};
    if (path.n == 0 || path.n >= sizeof(a->u.local.sun_path)) {
        *why = "the path of a Unix socket has 1 to 107 bytes";
        return 0;
    }
    a->u.local.sun_family = AF_UNIX;
    memcpy(a->u.local.sun_path, path.p, path.n);
    a->size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path.n + 1);
    return 1;
}

static bool parse_port(struct str text, uint16_t *port)
{
    uint64_t v;

    if (!num_u64(text, &v) || v > UINT16_MAX)
        return false;
    *port = (uint16_t)v;
    return true;
}

/* Splits "host:port" and "[host]:port". */
static bool split(struct str text, struct str *host, uint16_t *port,
                  bool *has_brackets)
{
    size_t at = text.n;

    while (at != 0 && text.p[at - 1] != ':')
        at--;
    if (at == 0 || !parse_port(str_skip(text, at), port))
        return false;
    *host = str_first(text, at - 1);
    *has_brackets =
        host->n >= 2 && host->p[0] == '[' && host->p[host->n - 1] == ']';
    if (*has_brackets)
        *host = str_first(str_skip(*host, 1), host->n - 2);
    return true;
}

static size_t parse_ip(struct str host, uint16_t port, bool has_brackets,
                       struct address *out)
{
    char z[INET6_ADDRSTRLEN];
    struct in6_addr ip6;
    struct in_addr ip;

    if (host.n >= sizeof(z))
        return 0;
    memcpy(z, host.p, host.n);
    z[host.n] = '\0';
    if (!has_brackets && inet_pton(AF_INET, z, &ip) == 1)
        set_in(out, ip, port);
    else if (has_brackets && inet_pton(AF_INET6, z, &ip6) == 1)
        set_in6(out, ip6, port);
    else
        return 0;
    return 1;
}

size_t address_parse(struct str text, struct address out[ADDRESSES],
                     const char **why)
{
    const struct in_addr loopback = {htonl(INADDR_LOOPBACK)};
    struct str host;
    uint16_t port;
    bool has_brackets;

    if (str_starts(text, STR("unix:")))
        return parse_unix(str_skip(text, 5), &out[0], why);
    *why = "expected ADDRESS:PORT, [IPV6]:PORT, :PORT, localhost:PORT or "
           "unix:/path";
    if (!split(text, &host, &port, &has_brackets))
        return 0;
    if (!has_brackets && (host.n == 0 || str_eq(host, STR("*")))) {
        set_in6(&out[0], in6addr_any, port);
        return 1;
    }
    if (!has_brackets && str_eq_nocase(host, STR("localhost"))) {
        set_in(&out[0], loopback, port);
        set_in6(&out[1], in6addr_loopback, port);
        out[1].is_optional = true;
        return 2;
    }
    return parse_ip(host, port, has_brackets, &out[0]);
}

uint16_t address_port(const struct address *a)
{
    switch (a->u.any.sa_family) {
    case AF_INET:
        return ntohs(as_in(a).sin_port);
    case AF_INET6:
        return ntohs(as_in6(a).sin6_port);
    default:
        return 0;
    }
}

void address_set_port(struct address *a, uint16_t port)
{
    struct sockaddr_in in = as_in(a);
    struct sockaddr_in6 in6 = as_in6(a);

    if (a->u.any.sa_family == AF_INET) {
        in.sin_port = htons(port);
        memcpy(&a->u.storage, &in, sizeof(in));
    } else if (a->u.any.sa_family == AF_INET6) {
        in6.sin6_port = htons(port);
        memcpy(&a->u.storage, &in6, sizeof(in6));
    }
}

void address_set_any4(struct address *a)
{
    set_in(a, (struct in_addr){htonl(INADDR_ANY)}, address_port(a));
}

void address_write(const struct address *a, char out[ADDRESS_TEXT])
{
    char ip[INET6_ADDRSTRLEN] = "";
    struct sockaddr_in in = as_in(a);
    struct sockaddr_in6 in6 = as_in6(a);

    if (a->is_unix) {
        snprintf(out, ADDRESS_TEXT, "unix:%s", a->u.local.sun_path);
    } else if (a->u.any.sa_family == AF_INET) {
        inet_ntop(AF_INET, &in.sin_addr, ip, sizeof(ip));
        snprintf(out, ADDRESS_TEXT, "%s:%u", ip, ntohs(in.sin_port));
    } else {
        inet_ntop(AF_INET6, &in6.sin6_addr, ip, sizeof(ip));
        snprintf(out, ADDRESS_TEXT, "[%s]:%u", ip, ntohs(in6.sin6_port));
    }
}

size_t address_write_peer(const struct sockaddr_storage *peer, char *out,
                          size_t room)
{
    struct sockaddr_in6 in6;
    struct sockaddr_in in;
    const char *text = NULL;

    SL_ASSERT(room >= INET6_ADDRSTRLEN);
    if (peer->ss_family == AF_INET) {
        memcpy(&in, peer, sizeof(in));
        text = inet_ntop(AF_INET, &in.sin_addr, out, (socklen_t)room);
    } else if (peer->ss_family == AF_INET6) {
        memcpy(&in6, peer, sizeof(in6));
        text = IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)
                   ? inet_ntop(AF_INET, &in6.sin6_addr.s6_addr[12], out,
                               (socklen_t)room)
                   : inet_ntop(AF_INET6, &in6.sin6_addr, out, (socklen_t)room);
    }
    if (text == NULL)
        memcpy(out, "unix", 5);
    return strlen(out);
}
