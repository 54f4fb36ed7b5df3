/* SPDX-License-Identifier: MIT */
/* /{provider}/…: any method and path of a provider's own API. Bodies stream
 * both ways, the client's fields are kept (save those of the connection and
 * its credentials), the key is added. Raw: what the provider says is passed on
 * as it is, and when it breaks off, so do we. */
#include "core/api/raw.h"
#include "core/api/upload.h"
#include "core/attempt.h"
#include "core/auth.h"
#include "core/base/num.h"
#include "core/gateway.h"

struct passthrough {
    struct attempt attempt; /* first: found by its attempt */
    struct upload upload;
};

static bool is_ours(struct str name)
{
    static const struct str names[] = {
        STR_INIT("host"),          STR_INIT("content-length"),
        STR_INIT("expect"),        STR_INIT("cookie"),
        STR_INIT("sluice-strict"), STR_INIT("sluice-explain"),
    };

    for (size_t i = 0; i < SL_LEN(names); i++) {
        if (str_eq_nocase(name, names[i]))
            return true;
    }
    /* Those for a gateway are added where there is one. */
    return auth_is_carrier(name) || gateway_is_field(name);
}

static void forward_fields(struct exchange *x, struct fetch *c)
{
    for (size_t i = 0; i < x->fields.n; i++) {
        const struct http_field *f = &x->fields.v[i];

        if (!is_ours(f->name) && !http_is_hop_by_hop(&x->fields, f->name))
            fetch_field(x, c, f->name, f->value);
    }
}

static void expect_head(struct exchange *x, struct passthrough *p)
{
    fetch_within(x, &p->attempt.fetch,
                 p->attempt.provider->timeouts.first_byte_ms);
}

static void send(struct exchange *x, struct attempt *a)
{
    struct passthrough *p = (struct passthrough *)a;
    struct str query = x->query.n == 0 ? (struct str){0} : STR("?");
    struct http_framing framing = {.body = x->framing.body,
                                   .length = x->framing.length};

    forward_fields(x, &a->fetch);
    fetch_open(x, &a->fetch, x->record.method,
               JOIN(x, x->rest, query, x->query), &framing);
    upload_send(x, &p->upload, &a->fetch, (struct str){0}, (struct str){0});
    expect_head(x, p);
}

static bool can_resend(struct exchange *x, struct attempt *a)
{
    struct passthrough *p = (struct passthrough *)a;

    (void)x;
    return !a->committed && p->upload.is_whole;
}

/* ---- the way back ---- */

/* What a provider has no business saying to a client of ours. */
static bool is_withheld(const struct http_fields *fields, struct str name)
{
    static const struct str names[] = {
        STR_INIT("content-length"),  STR_INIT("set-cookie"),
        STR_INIT("alt-svc"),         STR_INIT("strict-transport-security"),
        STR_INIT("clear-site-data"), STR_INIT("public-key-pins"),
        STR_INIT("x-request-id"),    STR_INIT("date"),
    };

    for (size_t i = 0; i < SL_LEN(names); i++) {
        if (str_eq_nocase(name, names[i]))
            return true;
    }
    return str_starts_nocase(name, STR("access-control-")) ||
           str_starts_nocase(name, STR("sluice-")) ||
           http_is_hop_by_hop(fields, name);
}

static struct str copy(struct exchange *x, struct str s)
{
    struct str c = {0};

    if (!arena_copy(&x->arena, s, &c))
        x->failed = true;
    return c;
}

/* To HEAD the length is told without a body. */
static int64_t told_length(const struct exchange *x,
                           const struct http_response *res, int64_t length)
{
    uint64_t n;

    if (x->method != HTTP_HEAD)
        return length;
    return num_u64(http_value(&res->fields, STR("content-length")), &n) &&
                   n <= INT64_MAX
               ? (int64_t)n
               : -1;
}

void raw_head(struct exchange *x, struct attempt *a,
              const struct http_response *res, int64_t length,
              const struct http_field *more)
{
    struct str id = http_value(&res->fields, STR("x-request-id"));

    a->committed = true;
    if (keys_judge_status(res->status) == VERDICT_GOOD)
        attempt_commit(x, a);
    reply_start(x, res->status);
    attempt_reply_fields(x, a);
    if (more != NULL)
        reply_field(x, more->name, more->value);
    if (id.n != 0)
        reply_field(x, STR("sluice-upstream-request-id"), copy(x, id));
    for (size_t i = 0; i < res->fields.n; i++) {
        const struct http_field *f = &res->fields.v[i];

        if (!is_withheld(&res->fields, f->name))
            reply_field(x, copy(x, f->name), copy(x, f->value));
    }
    if (x->failed)
        return;
    reply_head_send(x, told_length(x, res, length));
    fetch_within(x, &a->fetch, a->provider->timeouts.idle_ms);
}

static void on_head(struct exchange *x, struct attempt *a,
                    const struct http_response *res, int64_t length)
{
    if (!attempt_again_after(x, a, res->status, &res->fields))
        raw_head(x, a, res, length, NULL);
}

void raw_body(struct exchange *x, struct attempt *a, struct str bytes,
              bool last)
{
    reply_send(x, bytes);
    if (last)
        reply_end(x);
    else
        fetch_within(x, &a->fetch, a->provider->timeouts.idle_ms);
}

void raw_failed(struct exchange *x, struct attempt *a, enum sl_rc rc)
{
    reply_failure(x, &(struct failure){
                         .rc = rc,
                         .status = rc == SL_UP_ERROR ? a->status : 0,
                         .what = JOIN(x, attempt_who(x, a), STR(": "),
                                      attempt_why(x, a, rc)),
                         .retry_after = attempt_retry_after(x, a),
                     });
}

static const struct attempt_events attempt_on = {
    send, can_resend, on_head, raw_body, raw_failed, NULL,
};

/* ---- the request ---- */

static void start(struct exchange *x)
{
    struct passthrough *p = arena_new(&x->arena, struct passthrough);

    if (p == NULL) {
        x->failed = true;
        return;
    }
    if (!x->provider->is_available) {
        reply_failure(x,
                      &(struct failure){
                          .rc = SL_NOT_FOUND,
                          .code = STR("provider_not_configured"),
                          .what = JOIN(x, STR("provider "), x->provider->name,
                                       STR(" is not configured: set "),
                                       x->provider->row->key_vars[0]),
                      });
        return;
    }
    x->state = p;
    x->body.mode = BODY_STREAMED;
    upload_init(x, &p->upload);
    attempt_start(x, &p->attempt, x->provider, &attempt_on);
}

static void body(struct exchange *x, struct str bytes, bool last)
{
    struct passthrough *p = x->state;

    if (!upload_take(x, &p->upload, &p->attempt.fetch, bytes, last))
        return;
    if (p->attempt.fetch.open && !p->attempt.committed)
        expect_head(x, p);
}

static void release(struct exchange *x)
{
    struct passthrough *p = x->state;

    if (p != NULL)
        upload_release(&p->upload);
}

const struct surface surface_passthrough = {
    .name = STR_INIT("passthrough"),
    .start = start,
    .body = body,
    .release = release,
};
