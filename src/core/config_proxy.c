/* SPDX-License-Identifier: MIT */
/* A provider's proxy, from its URL. The one hard idea: the text holds
 * credentials, so no message repeats any of it, and what is kept of them is
 * the form they have on the wire. */
#include "core/config_parts.h"

#include "core/base/base.h"
#include "core/http/tunnel.h"

/* As for origins: no peer can choose what goes in. */
enum { PROXY_SEED = 0x71 };

enum { LOGIN_BYTES = 2048 };

struct scheme {
    struct str text;
    struct str as; /* what url_parse reads in its place */
    enum proxy_kind kind;
    bool tls;
};

static const struct scheme schemes[] = {
    {STR_INIT("http://"), STR_INIT("http://"), PROXY_HTTP, false},
    {STR_INIT("https://"), STR_INIT("https://"), PROXY_HTTP, true},
    {STR_INIT("socks5h://"), STR_INIT("http://"), PROXY_SOCKS5, false},
};

static const struct scheme *find_scheme(struct str text)
{
    for (size_t i = 0; i < SL_LEN(schemes); i++)
        if (str_starts_nocase(text, schemes[i].text))
            return &schemes[i];
    return NULL;
}

/* Takes "user:password@" off the front of *rest. */
static bool split_login(struct str *rest, struct str *login)
{
    size_t at = rest->n;

    /* A raw @ in a password is allowed: the last one counts. */
    for (size_t i = 0; i < rest->n && rest->p[i] != '/'; i++)
        if (rest->p[i] == '@')
            at = i;
    if (at == rest->n)
        return false;
    *login = str_first(*rest, at);
    *rest = str_skip(*rest, at + 1);
    return true;
}

static void read_login(struct loader *l, const struct given *g,
                       struct proxy *proxy, struct str text)
{
    struct str user = str_before(text, ':');
    struct str password = str_skip(text, user.n + 1);
    enum sl_rc rc = url_decode(&l->c->arena, user, false, &user);
    struct buf out;

    if (rc == SL_OK)
        rc = url_decode(&l->c->arena, password, false, &password);
    if (rc == SL_NOMEM) {
        l->out_of_memory = true;
        return;
    }
    if (rc != SL_OK || !tunnel_takes(proxy->kind, user, password)) {
        config_wrong(l, g,
                     proxy->kind == PROXY_SOCKS5
                         ? STR("user and password must be of 1 to 255 bytes "
                               "each, with %XX for special characters")
                         : STR("the user must not be empty or have a colon in "
                               "it, neither may have control characters; "
                               "special characters are written %XX"));
        return;
    }
    buf_init(&out, arena_mem(&l->c->arena), LOGIN_BYTES);
    tunnel_write_login(&out, proxy->kind, user, password);
    if (out.failed)
        l->out_of_memory = true;
    proxy->login = secret_of(buf_str(&out));
    proxy->has_login = true;
}

static bool read_place(struct loader *l, struct proxy *proxy, struct str text)
{
    struct url u;

    if (url_parse(text, &u, NULL) != SL_OK || !u.has_port || u.query.n != 0 ||
        text.p[text.n - 1] == '?' || (u.path.n != 0 && u.path.n != 1))
        return false;
    proxy->at.host = config_lower(l, u.host);
    proxy->at.port = u.port;
    proxy->at.authority = config_authority(l, &u, proxy->at.host);
    return true;
}

struct proxy *config_proxy(struct loader *l, const struct given *g)
{
    struct proxy *proxy = arena_new(&l->c->arena, struct proxy);
    const struct scheme *scheme;
    struct str text, rest, login;
    bool has_login;

    if (proxy == NULL) {
        l->out_of_memory = true;
        return NULL;
    }
    if (!config_text(l, g, true, &text))
        return NULL;
    scheme = find_scheme(text);
    if (scheme == NULL) {
        config_wrong(l, g,
                     STR("must begin with http://, https:// or socks5h:// "
                         "(the proxy resolves names)"));
        return NULL;
    }
    proxy->kind = scheme->kind;
    proxy->at.tls = scheme->tls;
    rest = str_skip(text, scheme->text.n);
    has_login = split_login(&rest, &login);
    rest = config_join(l, scheme->as, rest, STR(""));
    if (l->out_of_memory)
        return NULL;
    if (!read_place(l, proxy, rest)) {
        config_wrong(l, g,
                     STR("must be SCHEME://HOST:PORT or "
                         "SCHEME://USER:PASSWORD@HOST:PORT, and nothing "
                         "behind it"));
        return NULL;
    }
    proxy->at.id = hash_str(text, PROXY_SEED);
    if (has_login)
        read_login(l, g, proxy, login);
    return proxy;
}
