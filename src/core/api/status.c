/* SPDX-License-Identifier: MIT */
/* GET /status: what is configured, and whether each key works. Keys are shown
 * masked and are checked by asking for the provider's models, some at a time,
 * five seconds each. */
#include "core/base/json.h"
#include "core/fetch.h"

enum {
    CHECK_MS = 5000,
    CHECKS_AT_ONCE = 16,
};

enum key_check { KEY_UNKNOWN, KEY_VALID, KEY_INVALID };

struct check {
    struct fetch fetch;
    struct status *status;
    enum key_check state;
    struct key_state health; /* as requests have found it */
};

struct status {
    struct check *v;
    size_t n;
    size_t next;   /* the first that was not started */
    size_t open;   /* under way */
    bool is_asked; /* for the health, when all checks are over */
};

static void go_on(struct exchange *x, struct status *s);

static void over(struct exchange *x, struct check *c, enum key_check state)
{
    c->state = state;
    c->status->open--;
    go_on(x, c->status);
}

/* The head says it all; the list itself is not read. */
static void on_head(struct exchange *x, struct fetch *f,
                    const struct http_response *res, int64_t length)
{
    struct check *c = f->owner;
    bool google = f->provider->row->key_style == KEY_X_GOOG;
    enum key_check state = KEY_UNKNOWN;

    (void)length;
    if (res->status >= 200 && res->status <= 299)
        state = KEY_VALID;
    else if (res->status == 401 || res->status == 403 ||
             (google && res->status == 400))
        state = KEY_INVALID;
    fetch_cancel(x, f);
    over(x, c, state);
}

static void on_body(struct exchange *x, struct fetch *f, struct str bytes,
                    bool last)
{
    (void)x;
    (void)f;
    (void)bytes;
    (void)last;
}

static void on_failed(struct exchange *x, struct fetch *f, enum sl_rc rc)
{
    (void)rc;
    over(x, f->owner, KEY_UNKNOWN);
}

static const struct fetch_events check_on = {on_head, on_body, on_failed};

static void begin(struct exchange *x, struct check *c)
{
    static const struct http_framing no_body = {0};
    const struct provider *p = c->fetch.provider;

    c->fetch.on = &check_on;
    c->fetch.owner = c;
    fetch_prepare(x, &c->fetch, p, c->fetch.key);
    fetch_field(x, &c->fetch, STR("accept-encoding"), STR("identity"));
    fetch_open(x, &c->fetch, STR("GET"), p->models_path, &no_body);
    fetch_within(x, &c->fetch, CHECK_MS);
    fetch_end(x, &c->fetch);
}

/* ---- the answer ---- */

static void write_text(struct buf *out, const char *name, struct str value)
{
    buf_add(out, str_of(name));
    if (value.n == 0)
        buf_add(out, STR("null"));
    else
        json_str(out, value);
}

static void write_key(struct exchange *x, struct buf *out,
                      const struct secret *key, const struct check *check)
{
    static const struct str names[] = {STR_INIT("unknown"), STR_INIT("valid"),
                                       STR_INIT("invalid")};
    int64_t wait_ms = keys_wait_ms(&check->health, x->now_ms);
    struct buf masked;

    buf_init(&masked, arena_mem(&x->arena), 256);
    secret_mask(&masked, key);
    buf_add(out, STR("\n        {\"key\": "));
    json_str(out, buf_str(&masked));
    buf_add(out, STR(", \"status\": "));
    json_str(out, names[check->state]);
    buf_add(out, STR(", \"health\": "));
    json_str(out, keys_health_name(&check->health, x->now_ms));
    if (wait_ms > 0) {
        buf_add(out, STR(", \"seconds\": "));
        buf_add_i64(out, (wait_ms + 999) / 1000);
    }
    buf_add_char(out, '}');
}

/* Its kind and the end of its host: enough to know it by. */
static void write_proxy(struct exchange *x, struct buf *out,
                        const struct proxy *proxy)
{
    const struct secret host = secret_of(proxy->at.host);
    struct buf masked;

    buf_init(&masked, arena_mem(&x->arena), 256);
    buf_add(&masked, proxy->kind == PROXY_SOCKS5 ? STR("socks5h://")
                     : proxy->at.tls             ? STR("https://")
                                                 : STR("http://"));
    secret_mask(&masked, &host);
    buf_add(out, STR(",\n      \"proxy\": "));
    json_str(out, buf_str(&masked));
}

static void write_provider(struct exchange *x, struct buf *out,
                           const struct provider *p, const struct check *checks)
{
    buf_add(out, STR("\n    "));
    json_str(out, p->name);
    buf_add(out, STR(": {\n      \"available\": "));
    buf_add(out, p->is_available ? STR("true") : STR("false"));
    if (p->origin.proxy != NULL)
        write_proxy(x, out, p->origin.proxy);
    buf_add(out, STR(",\n      \"keys\": ["));
    for (size_t i = 0; i < p->n_keys; i++) {
        if (i != 0)
            buf_add_char(out, ',');
        write_key(x, out, &p->keys[i], &checks[i]);
    }
    buf_add(out, p->n_keys == 0 ? STR("]\n    }") : STR("\n      ]\n    }"));
}

static void write_gateway(struct exchange *x, struct buf *out)
{
    const struct config *c = x->config;
    struct buf masked;

    buf_init(&masked, arena_mem(&x->arena), 256);
    if (c->gateway_token != NULL)
        secret_mask(&masked, c->gateway_token);
    write_text(out, ",\n    \"AI_GATEWAY\": {\"accountId\": ", c->account);
    write_text(out, ", \"name\": ", c->gateway_name);
    write_text(out, ", \"token\": ", buf_str(&masked));
    buf_add_char(out, '}');
}

static void answer(struct exchange *x, const struct status *s)
{
    const struct config *c = x->config;
    const struct check *checks = s->v;
    struct buf out;

    buf_init(&out, arena_mem(&x->arena), 4 * 1024 * 1024);
    buf_add(&out, STR("{\n  \"config\": {\n    \"open\": "));
    buf_add(&out, c->is_open ? STR("true") : STR("false"));
    buf_add(&out, STR(",\n    \"callers\": "));
    buf_add_u64(&out, c->n_callers);
    write_text(&out, ",\n    \"DEFAULT_MODEL\": ", c->default_model);
    write_gateway(x, &out);
    buf_add(&out, STR("\n  },\n  \"providers\": {"));
    for (size_t i = 0; i < c->n_providers; i++) {
        if (i != 0)
            buf_add_char(&out, ',');
        write_provider(x, &out, &c->providers[i], checks);
        checks += c->providers[i].n_keys;
    }
    buf_add(&out, STR("\n  }\n}\n"));
    if (out.failed)
        x->failed = true;
    else
        reply_whole(x, 200, STR("application/json"), buf_str(&out));
}

static void go_on(struct exchange *x, struct status *s)
{
    struct action *load;

    while (s->next < s->n && s->open < CHECKS_AT_ONCE) {
        struct check *c = &s->v[s->next++];

        if (c->fetch.provider->models_path.n == 0)
            continue;
        s->open++;
        begin(x, c);
    }
    if (s->open != 0 || x->failed || s->is_asked)
        return;
    s->is_asked = true;
    load = exchange_act(x, ACTION_LOAD);
    if (load != NULL)
        load->key = LOAD_KEYS;
}

/* A host that keeps no states has nothing to say: all are healthy. */
static void loaded(struct exchange *x, enum sl_rc rc, struct str bytes)
{
    struct status *s = x->state;
    size_t size = sizeof(struct key_state);

    for (size_t i = 0; rc == SL_OK && i < s->n && bytes.n >= size; i++) {
        memcpy(&s->v[i].health, bytes.p, size);
        bytes = str_skip(bytes, size);
    }
    answer(x, s);
}

static void start(struct exchange *x)
{
    const struct config *c = x->config;
    struct status *s = arena_new(&x->arena, struct status);
    size_t n = 0;

    for (size_t i = 0; i < c->n_providers; i++)
        n += c->providers[i].n_keys;
    if (s != NULL)
        s->v = arena_array(&x->arena, struct check, n);
    if (s == NULL || s->v == NULL) {
        x->failed = true;
        return;
    }
    for (size_t i = 0; i < c->n_providers; i++) {
        for (size_t k = 0; k < c->providers[i].n_keys; k++) {
            struct check *it = &s->v[s->n++];

            it->status = s;
            it->fetch.provider = &c->providers[i];
            it->fetch.key = k;
        }
    }
    x->state = s;
    go_on(x, s);
}

const struct surface surface_status = {
    .name = STR_INIT("status"), .start = start, .loaded = loaded};
