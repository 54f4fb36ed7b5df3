/* SPDX-License-Identifier: MIT */
/* Three questions to the host, each with the answer of the one before: the
 * hash of the body, the hash of the canonical request, the signature. */
#include "core/signed.h"

#include "core/ask.h"
#include "core/base/date.h"
#include "core/sigv4.h"

enum {
    PARTS_FIRST = 8,
    FIELDS_MORE = 4, /* those that a signature adds */
    CHAIN = 5,       /* links of the key, and the text */
    TEXT_BYTES = 256 * 1024,
};

struct signing {
    struct ask ask;
    struct fetch *fetch;
    struct sign_part *body; /* in pieces */
    size_t n, cap;
    uint64_t length;
    struct sign_job job;
    struct sigv4 text;
    char time[DATE_BASIC_BYTES];
    struct sign_part chain[CHAIN];
};

static struct signing *of_ask(struct ask *q)
{
    return (struct signing *)q; /* it is the first member */
}

static const struct credential *credential_of(const struct fetch *c)
{
    return &c->provider->credentials[c->key];
}

bool signed_is_needed(const struct exchange *x, const struct fetch *c)
{
    const struct provider *p = c->provider;

    return p->credentials != NULL && c->key < p->n_keys &&
           credential_of(c)->from == NULL &&
           !(x->has_own_key && p == x->supplier);
}

/* ---- what is to be sent ---- */

void signed_open(struct exchange *x, struct fetch *c)
{
    struct signing *s = arena_new(&x->arena, struct signing);

    if (s == NULL) {
        x->failed = true;
        return;
    }
    s->fetch = c;
    c->signing = s;
}

void signed_push(struct exchange *x, struct fetch *c, struct str bytes)
{
    struct signing *s = c->signing;

    if (s->n == s->cap) {
        size_t cap = s->cap == 0 ? PARTS_FIRST : 2 * s->cap;
        struct sign_part *v = arena_array(&x->arena, struct sign_part, cap);

        if (v == NULL) {
            x->failed = true;
            return;
        }
        if (s->n != 0)
            memcpy(v, s->body, s->n * sizeof(*v));
        s->body = v;
        s->cap = cap;
    }
    s->body[s->n++] = (struct sign_part){.text = bytes};
    s->length += bytes.n;
}

void signed_cancel(struct exchange *x, struct fetch *c)
{
    if (c->signing != NULL)
        ask_forget(x, &c->signing->ask);
    c->signing = NULL;
}

/* ---- signing ---- */

static struct str hex(struct exchange *x, struct str bytes)
{
    struct buf out;

    buf_init(&out, arena_mem(&x->arena), TEXT_BYTES);
    for (size_t i = 0; i < bytes.n; i++)
        buf_add_hex(&out, (unsigned char)bytes.p[i], 2);
    x->failed = x->failed || out.failed;
    return buf_str(&out);
}

static void ask_for(struct exchange *x, struct signing *s,
                    const struct sign_job *job,
                    void (*answered)(struct exchange *x, struct ask *q,
                                     enum sl_rc rc, struct str bytes))
{
    if (x->failed)
        return;
    s->job = *job;
    s->ask.answered = answered;
    ask_sign(x, &s->ask, &s->job);
}

/* The call begins, and its body goes at once. */
static void send(struct exchange *x, struct signing *s)
{
    struct fetch *c = s->fetch;

    c->signing = NULL;
    fetch_call(x, c);
    for (size_t i = 0; i < s->n; i++)
        fetch_push(x, c, s->body[i].text);
    fetch_end(x, c);
}

static void on_signature(struct exchange *x, struct ask *q, enum sl_rc rc,
                         struct str bytes)
{
    struct signing *s = of_ask(q);
    const struct credential *credential = credential_of(s->fetch);
    struct buf out;

    if (rc != SL_OK) {
        fetch_fail(x, s->fetch, rc);
        return;
    }
    buf_init(&out, arena_mem(&x->arena), TEXT_BYTES);
    sigv4_authorization(&out, &s->text, credential->id, hex(x, bytes));
    x->failed = x->failed || out.failed;
    fetch_field(x, s->fetch, STR("authorization"), buf_str(&out));
    if (!x->failed)
        send(x, s);
}

static void on_request_hash(struct exchange *x, struct ask *q, enum sl_rc rc,
                            struct str bytes)
{
    struct signing *s = of_ask(q);
    const struct secret *key = &s->fetch->provider->keys[s->fetch->key];
    struct buf out;

    if (rc != SL_OK) {
        fetch_fail(x, s->fetch, rc);
        return;
    }
    buf_init(&out, arena_mem(&x->arena), TEXT_BYTES);
    sigv4_to_sign(&out, &s->text, hex(x, bytes));
    x->failed = x->failed || out.failed;
    s->chain[0] = (struct sign_part){.text = str_first(s->text.time, 8)};
    s->chain[1] = (struct sign_part){.text = s->text.region};
    s->chain[2] = (struct sign_part){.text = s->text.service};
    s->chain[3] = (struct sign_part){.text = STR("aws4_request")};
    s->chain[4] = (struct sign_part){.text = buf_str(&out)};
    ask_for(x, s,
            &(struct sign_job){SIGN_HMAC, {STR("AWS4"), key}, s->chain, CHAIN},
            on_signature);
}

static void on_body_hash(struct exchange *x, struct ask *q, enum sl_rc rc,
                         struct str bytes)
{
    struct signing *s = of_ask(q);
    const struct secret *secret = NULL;
    struct buf out;
    size_t at = 0;

    if (rc != SL_OK) {
        fetch_fail(x, s->fetch, rc);
        return;
    }
    buf_init(&out, arena_mem(&x->arena), TEXT_BYTES);
    sigv4_canonical(&out, &s->text, hex(x, bytes), &at, &secret);
    x->failed = x->failed || out.failed;
    s->chain[0] = (struct sign_part){str_first(buf_str(&out), at), secret};
    s->chain[1] = (struct sign_part){str_skip(buf_str(&out), at), NULL};
    ask_for(x, s,
            &(struct sign_job){.kind = SIGN_SHA256, .parts = s->chain, .n = 2},
            on_request_hash);
}

/* What a client's own signature has left. */
static bool is_stale(struct str name)
{
    return str_eq_nocase(name, STR("authorization")) ||
           str_eq_nocase(name, STR("x-amz-date")) ||
           str_eq_nocase(name, STR("x-amz-security-token")) ||
           str_eq_nocase(name, STR("x-amz-content-sha256"));
}

static void set_fields(struct exchange *x, struct signing *s)
{
    struct fetch *c = s->fetch;
    struct http_fields *f = &c->request.fields;
    int64_t wall_ms = x->wall_ms + x->now_ms - x->start_ms;
    size_t n = 0;

    for (size_t i = 0; i < f->n; i++)
        if (!is_stale(f->v[i].name))
            f->v[n++] = f->v[i];
    f->n = n;
    date_write_basic(s->time, wall_ms / 1000);
    s->text.time = (struct str){s->time, sizeof(s->time)};
    fetch_field(x, c, STR("x-amz-date"), s->text.time);
    if (credential_of(c)->token == NULL)
        return;
    fetch_field(x, c, STR("x-amz-security-token"), STR(""));
    if (!x->failed)
        f->v[f->n - 1].secret = credential_of(c)->token;
}

/* Complete, its length is known. */
static void set_framing(struct signing *s)
{
    struct http_framing *framing = &s->fetch->request.framing;

    if (framing->body != HTTP_BODY_CHUNKED)
        return;
    framing->body = HTTP_BODY_LENGTH;
    framing->length = s->length;
}

void signed_end(struct exchange *x, struct fetch *c)
{
    struct signing *s = c->signing;
    const struct http_field **chosen;

    set_framing(s);
    set_fields(x, s);
    /* Fields that are chosen are pointed to: none is added before the last
     * answer. */
    chosen = arena_get(&x->arena, (c->request.fields.n + FIELDS_MORE) *
                                      sizeof(struct http_field *));
    if (chosen == NULL || x->failed) {
        x->failed = true;
        return;
    }
    s->text.method = c->request.method;
    s->text.target = c->request.target;
    s->text.n = sigv4_select(&c->request.fields, chosen);
    s->text.fields = chosen;
    s->text.region = c->provider->place;
    s->text.service = c->provider->row->service;
    ask_for(
        x, s,
        &(struct sign_job){.kind = SIGN_SHA256, .parts = s->body, .n = s->n},
        on_body_hash);
}
