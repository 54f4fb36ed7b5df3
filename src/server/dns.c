/* SPDX-License-Identifier: MIT */
/* Names to addresses. getaddrinfo blocks, so libuv asks in its own threads; an
 * entry with a question under way lives until the answer, whatever happens to
 * the loop's cache in the meantime.
 *
 * Names come from the configuration alone, so the list is short. Failures are
 * not remembered: a provider that does not resolve is cooled down elsewhere. */
#include "server/dns.h"

#include <stdlib.h>

enum {
    NAME_MAX_BYTES = 255,
    TTL_MS = 30000, /* until it is set */
};

struct entry {
    struct entry *next;
    struct dns *dns; /* NULL: released while the question was under way */
    struct loop *loop;
    uv_getaddrinfo_t req;
    bool asking;
    int64_t until_ms; /* the answer is good that long */
    struct dns_query *waiting;
    struct dns_addrs addrs;
    size_t name_n;
    char name[]; /* NUL-terminated */
};

struct dns {
    struct entry *entries;
    int64_t ttl_ms;
};

bool dns_init(struct loop *l)
{
    l->dns = malloc(sizeof *l->dns);
    if (l->dns == NULL)
        return false;
    *l->dns = (struct dns){.ttl_ms = TTL_MS};
    return true;
}

void dns_release(struct loop *l)
{
    if (l->dns == NULL)
        return;
    while (l->dns->entries != NULL) {
        struct entry *e = l->dns->entries;

        SL_ASSERT(e->waiting == NULL);
        l->dns->entries = e->next;
        e->dns = NULL;
        if (e->asking)
            (void)uv_cancel((uv_req_t *)&e->req);
        else
            free(e);
    }
    free(l->dns);
    l->dns = NULL;
}

void dns_set_ttl(struct loop *l, int64_t ms)
{
    l->dns->ttl_ms = ms;
}

static void stop_waiting(struct dns_query *q)
{
    *q->link = q->next;
    if (q->next != NULL)
        q->next->link = q->link;
    q->link = NULL;
    q->next = NULL;
}

void dns_cancel(struct dns_query *q)
{
    if (q->link != NULL)
        stop_waiting(q);
}

static bool add_addr(struct dns_addrs *addrs, const struct addrinfo *info)
{
    size_t n = info->ai_family == AF_INET    ? sizeof(struct sockaddr_in)
               : info->ai_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                             : 0;

    if (n == 0 || info->ai_addrlen < n || addrs->n == DNS_ADDRS)
        return false;
    memcpy(&addrs->v[addrs->n++], info->ai_addr, n);
    return true;
}

/* The resolver's order within a family, families in turns. */
static void take_addrs(struct dns_addrs *addrs, const struct addrinfo *all)
{
    const struct addrinfo *next[2] = {all, all};
    int family[2] = {all->ai_family,
                     all->ai_family == AF_INET ? AF_INET6 : AF_INET};
    unsigned turn = 0;

    addrs->n = 0;
    while (next[0] != NULL || next[1] != NULL) {
        const struct addrinfo *info = next[turn];

        while (info != NULL &&
               (info->ai_family != family[turn] || !add_addr(addrs, info)))
            info = info->ai_next;
        next[turn] = info != NULL ? info->ai_next : NULL;
        turn = 1 - turn;
    }
}

/* Why there is no address; static. */
static const char *reason(int status)
{
    switch (status) {
    case UV_EAI_NONAME:
    case UV_EAI_NODATA:
        return "the name does not exist";
    case UV_EAI_AGAIN:
        return "the name server does not answer";
    default:
        return "the name can't be resolved";
    }
}

/* Answers everyone who waits. What they do next may ask for this name again,
 * or free e, so that nothing of it is looked at once the first has been told.
 */
static void tell(struct entry *e, enum sl_rc rc, const char *text)
{
    struct dns_addrs addrs = e->addrs;
    struct dns_query *list = e->waiting;

    e->waiting = NULL;
    if (list != NULL)
        list->link = &list;
    while (list != NULL) {
        struct dns_query *q = list;

        stop_waiting(q);
        q->addrs = addrs;
        q->on_found(q, rc, text);
    }
}

static void on_answer(uv_getaddrinfo_t *req, int status, struct addrinfo *all)
{
    struct entry *e = LOOP_OWNER(req, struct entry, req);
    struct loop *l = e->loop;

    e->asking = false;
    if (e->dns == NULL) {
        uv_freeaddrinfo(all);
        free(e);
        return;
    }
    e->addrs.n = 0;
    if (status == 0 && all != NULL)
        take_addrs(&e->addrs, all);
    uv_freeaddrinfo(all);
    e->until_ms = loop_now(l) + (e->addrs.n != 0 ? e->dns->ttl_ms : 0);
    tell(e, e->addrs.n != 0 ? SL_OK : SL_UP_DNS, reason(status));
    loop_leave(l);
}

/* Asks for e's name. SL_AGAIN: it is under way. */
static enum sl_rc ask(struct entry *e)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM};
    int error =
        uv_getaddrinfo(&e->loop->uv, &e->req, on_answer, e->name, NULL, &hints);

    e->asking = error == 0;
    if (error == UV_ENOMEM)
        return SL_NOMEM;
    return error == 0 ? SL_AGAIN : SL_UP_DNS;
}

/* The name's entry; drops others that are out of date on the way. */
static struct entry *find(struct loop *l, struct str host)
{
    struct entry **at = &l->dns->entries;
    struct entry *found = NULL;

    while (*at != NULL) {
        struct entry *e = *at;

        if (str_eq_nocase((struct str){e->name, e->name_n}, host)) {
            found = e;
        } else if (!e->asking && e->until_ms <= loop_now(l)) {
            *at = e->next;
            free(e);
            continue;
        }
        at = &e->next;
    }
    return found;
}

static struct entry *add_entry(struct loop *l, struct str host)
{
    struct entry *e = calloc(1, sizeof *e + host.n + 1);

    if (e == NULL)
        return NULL;
    e->dns = l->dns;
    e->loop = l;
    memcpy(e->name, host.p, host.n);
    e->name_n = host.n;
    e->next = l->dns->entries;
    l->dns->entries = e;
    return e;
}

/* Addresses as text, and localhost, which must mean nothing else whatever a
 * name server says (RFC 6761, section 6.3). */
static bool needs_no_asking(struct str host, struct dns_addrs *addrs)
{
    char name[NAME_MAX_BYTES + 1];

    if (str_eq_nocase(host, STR("localhost"))) {
        addrs->n = 2;
        return uv_ip4_addr("127.0.0.1", 0, &addrs->v[0].v4) == 0 &&
               uv_ip6_addr("::1", 0, &addrs->v[1].v6) == 0;
    }
    memcpy(name, host.p, host.n);
    name[host.n] = '\0';
    addrs->n = 1;
    return uv_ip4_addr(name, 0, &addrs->v[0].v4) == 0 ||
           uv_ip6_addr(name, 0, &addrs->v[0].v6) == 0;
}

enum sl_rc dns_find(struct loop *l, struct str host, struct dns_query *q)
{
    struct entry *e;
    enum sl_rc rc;

    q->link = NULL;
    q->next = NULL;
    if (host.n == 0 || host.n > NAME_MAX_BYTES || str_find(host, '\0') < host.n)
        return SL_UP_DNS;
    if (needs_no_asking(host, &q->addrs))
        return SL_OK;
    e = find(l, host);
    if (e == NULL)
        e = add_entry(l, host);
    if (e == NULL)
        return SL_NOMEM;
    if (!e->asking && e->until_ms > loop_now(l)) {
        q->addrs = e->addrs;
        return SL_OK;
    }
    rc = e->asking ? SL_AGAIN : ask(e);
    if (rc != SL_AGAIN)
        return rc;
    q->next = e->waiting;
    q->link = &e->waiting;
    if (q->next != NULL)
        q->next->link = &q->next;
    e->waiting = q;
    return SL_AGAIN;
}
