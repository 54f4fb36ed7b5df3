/* SPDX-License-Identifier: MIT */
/* Steps for the universal endpoint. The one hard idea: what is ours and what is
 * the caller's alternate in the body, and only ours is written anew. */
#include "core/api/bundle.h"

#include "core/base/json.h"

enum { GLUE_BYTES = 1024 * 1024 };

/* A part of the body: up to `end` of the glue, then `raw`. */
struct bundle_piece {
    size_t end;
    struct str raw;
};

/* ---- memory that keeps no key ---- */

static void *wiping_get(void *ctx, size_t n)
{
    const struct exchange *x = ctx;

    return x->bodies->get(x->bodies->ctx, n);
}

/* Volatile: a compiler may leave out what nobody reads again. */
static void wiping_put(void *ctx, void *p, size_t n)
{
    const struct exchange *x = ctx;
    volatile char *bytes = p;

    for (size_t i = 0; p != NULL && i < n; i++)
        bytes[i] = 0;
    x->bodies->put(x->bodies->ctx, p, n);
}

void bundle_init(struct exchange *x, struct bundle *b, size_t n_raw)
{
    *b = (struct bundle){.wiping = {wiping_get, wiping_put, x},
                         .cap = n_raw + 1};
    buf_init(&b->glue, &b->wiping, GLUE_BYTES);
    b->pieces = arena_array(&x->arena, struct bundle_piece, b->cap);
    if (b->pieces == NULL)
        x->failed = true;
}

void bundle_release(struct bundle *b)
{
    buf_release(&b->glue);
}

/* ---- writing ---- */

bool bundle_gets_key(const struct step *s)
{
    return s->provider != NULL && s->provider->n_keys != 0 &&
           !s->has_credentials;
}

static void write_field(struct buf *out, struct str name, struct str value)
{
    json_key(out, name);
    json_str(out, value);
    buf_add_char(out, ',');
}

/* As the provider wants its key on this endpoint. */
static void write_key(struct exchange *x, struct bundle *b,
                      const struct step *s)
{
    const struct provider *p = s->provider;
    struct str path = JOIN(x, STR("/"), universal_endpoint(x, s));
    struct str name = STR("authorization");
    struct buf key;

    if (!str_eq(s->slug, STR("compat")) && p->row->key_style == KEY_X_API_KEY)
        name = STR("x-api-key");
    else if (!str_eq(s->slug, STR("compat")) &&
             p->row->key_style == KEY_X_GOOG &&
             !str_starts(path, p->row->compat))
        name = STR("x-goog-api-key");
    buf_init(&key, &b->wiping, GLUE_BYTES);
    if (name.p[0] == 'a')
        buf_add(&key, STR("Bearer "));
    if (x->shown != NULL)
        secret_mask(&key, &p->keys[s->key]);
    else
        secret_write(&key, &p->keys[s->key]);
    write_field(&b->glue, name, buf_str(&key));
    if (key.failed)
        x->failed = true;
    buf_release(&key);
}

void bundle_step(struct exchange *x, struct bundle *b, const struct step *s)
{
    struct buf *out = &b->glue;
    bool is_compat = str_eq(s->slug, STR("compat"));

    buf_add_char(out, b->n_steps++ == 0 ? '[' : ',');
    buf_add(out, STR("{\"provider\":"));
    json_str(out, s->slug);
    buf_add(out, STR(",\"endpoint\":"));
    json_str(out, universal_endpoint(x, s));
    buf_add(out, STR(",\"headers\":{"));
    for (size_t i = 0; i < s->fields.n; i++)
        write_field(out, s->fields.v[i].name, s->fields.v[i].value);
    if (bundle_gets_key(s))
        write_key(x, b, s);
    if (s->provider != NULL && !is_compat &&
        s->provider->row->fixed_name.n != 0 &&
        http_find(&s->fields, s->provider->row->fixed_name) == NULL)
        write_field(out, s->provider->row->fixed_name,
                    s->provider->row->fixed_value);
    if (http_find(&s->fields, STR("content-type")) == NULL)
        write_field(out, STR("content-type"), STR("application/json"));
    if (!out->failed && out->p[out->n - 1] == ',')
        out->n--;
    buf_add(out, STR("},\"query\":"));
}

void bundle_raw(struct exchange *x, struct bundle *b, struct str raw)
{
    if (x->failed)
        return;
    SL_ASSERT(b->n < b->cap);
    b->length += raw.n;
    b->pieces[b->n++] = (struct bundle_piece){b->glue.n, raw};
}

void bundle_text(struct bundle *b, struct str text)
{
    buf_add(&b->glue, text);
}

bool bundle_finish(struct exchange *x, struct bundle *b)
{
    buf_add_char(&b->glue, ']');
    bundle_raw(x, b, (struct str){0});
    b->length += b->glue.n;
    if (buf_rc(&b->glue) == SL_TOO_LARGE)
        reply_rc(x, SL_TOO_LARGE,
                 STR("the headers of all steps are over 1 MiB"));
    else if (b->glue.failed)
        x->failed = true;
    return !b->glue.failed && !x->failed;
}

void bundle_send(struct exchange *x, const struct bundle *b, struct fetch *c,
                 struct str target)
{
    struct http_framing framing = {.body = HTTP_BODY_LENGTH,
                                   .length = b->length};
    struct str glue = buf_str(&b->glue);
    size_t at = 0;

    fetch_open(x, c, STR("POST"), target, &framing);
    for (size_t i = 0; i < b->n; i++) {
        fetch_push(x, c, str_range(glue.p + at, glue.p + b->pieces[i].end));
        fetch_push(x, c, b->pieces[i].raw);
        at = b->pieces[i].end;
    }
    fetch_end(x, c);
}
