/* SPDX-License-Identifier: MIT */
#include "core/shown.h"

#include "core/base/json.h"
#include "core/fetch.h"
#include "core/signed.h"

enum { SHOWN_BYTES = 1024 * 1024 }; /* beside the body */

struct shown {
    struct str dialect, loss;
    struct secret token;
};

void shown_start(struct exchange *x)
{
    x->shown = arena_new(&x->arena, struct shown);
    if (x->shown == NULL)
        x->failed = true;
    else
        x->shown->token = secret_of(STR("**********"));
}

const struct secret *shown_token(const struct exchange *x)
{
    return &x->shown->token;
}

void shown_note(struct exchange *x, struct str dialect, struct str loss)
{
    if (x->shown == NULL)
        return;
    x->shown->dialect = dialect;
    x->shown->loss = loss;
}

/* ---- the parts ---- */

static void write_name(struct buf *out, struct str name)
{
    json_str(out, name);
    buf_add(out, STR(": "));
}

static void write_member(struct buf *out, struct str name, struct str value)
{
    buf_add(out, STR(",\n  "));
    write_name(out, name);
    if (value.n == 0)
        buf_add(out, STR("null"));
    else
        json_str(out, value);
}

static void write_url(struct exchange *x, struct buf *out,
                      const struct fetch *c)
{
    const struct origin *at = c->request.origin;
    struct str scheme = at->tls ? STR("https://") : STR("http://");

    /* The built-in provider has no host. */
    if (at->host.n == 0)
        scheme = STR("sluice:");
    write_member(out, STR("url"),
                 JOIN(x, scheme,
                      at->host.n == 0 ? (struct str){0} : at->authority,
                      c->request.target));
}

/* The built-in provider's host is empty. */
static void write_field(struct buf *out, struct str name, struct str value)
{
    if (value.n == 0 || out->failed)
        return;
    buf_add(out, out->p[out->n - 1] == '{' ? STR("\n    ") : STR(",\n    "));
    write_name(out, name);
    json_str(out, value);
}

/* A client's own credentials are masked like ours. */
static bool is_credential(struct str name)
{
    return str_ends(name, STR("authorization")) ||
           str_ends(name, STR("api-key"));
}

static struct str masked(struct exchange *x, struct str before,
                         const struct secret *key)
{
    struct buf out;

    buf_init(&out, arena_mem(&x->arena), 256 + before.n);
    buf_add(&out, before);
    secret_mask(&out, key);
    x->failed = x->failed || out.failed;
    return buf_str(&out);
}

static struct str field_value(struct exchange *x, const struct http_field *f)
{
    struct secret own = secret_of(f->value);

    if (f->secret != NULL)
        return masked(x, f->value, f->secret);
    return is_credential(f->name) ? masked(x, (struct str){0}, &own) : f->value;
}

static void write_headers(struct exchange *x, struct buf *out,
                          const struct fetch *c)
{
    buf_add(out, STR(",\n  \"headers\": {"));
    for (size_t i = 0; i < c->request.fields.n; i++) {
        const struct http_field *f = &c->request.fields.v[i];

        write_field(out, f->name, field_value(x, f));
    }
    if (signed_is_needed(x, c))
        write_field(out, STR("authorization"),
                    STR("AWS4-HMAC-SHA256 **********"));
    buf_add(out, STR("\n  }"));
}

/* "seed;dropped, temperature;approximated" as an array. */
static void write_loss(struct buf *out, struct str loss)
{
    struct str item;
    bool first = true;

    buf_add(out, STR(",\n  \"loss\": ["));
    while (loss.n != 0 && str_split(&loss, ',', &item)) {
        if (!first)
            buf_add(out, STR(", "));
        first = false;
        json_str(out, str_trim(item));
    }
    buf_add_char(out, ']');
}

/* What a relay passes on need not be valid JSON: then it is a string. */
static void write_body(struct exchange *x, struct buf *out, struct str body)
{
    struct arena scratch;
    struct json doc;
    enum sl_rc rc;

    buf_add(out, STR(",\n  \"body\": "));
    arena_init(&scratch, x->mem, 16384, (size_t)x->config->limits.exchange);
    rc = json_parse(&doc, body, &scratch, NULL, NULL);
    arena_release(&scratch);
    if (rc == SL_OK)
        buf_add(out, body);
    else
        json_str(out, body);
    x->failed = x->failed || rc == SL_NOMEM;
}

void shown_reply(struct exchange *x, const struct fetch *c)
{
    struct buf out;

    /* Nobody was asked: log and metrics count no attempt. */
    x->record.attempts = 0;
    buf_init(&out, arena_mem(&x->arena), SHOWN_BYTES + c->sent.n);
    buf_add(&out, STR("{\n  \"provider\": "));
    json_str(&out, c->provider->name);
    write_member(&out, STR("model"), x->record.model);
    write_member(&out, STR("dialect"), x->shown->dialect);
    write_member(&out, STR("method"), c->request.method);
    write_url(x, &out, c);
    write_headers(x, &out, c);
    write_body(x, &out, c->sent);
    write_loss(&out, x->shown->loss);
    buf_add(&out, STR("\n}\n"));
    if (out.failed || x->failed)
        x->failed = true;
    else
        reply_whole(x, 200, STR("application/json"), buf_str(&out));
}
