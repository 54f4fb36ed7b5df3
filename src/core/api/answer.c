/* SPDX-License-Identifier: MIT */
/* The relay's way back. The hard idea is the commit: until then everything is
 * held and a failure means another attempt; after it the client has bytes, and
 * a failure can only be told. */
#include "core/api/answer_parts.h"

#include "core/api/pings.h"
#include "core/api/refusals.h"
#include "core/dialects/openai_chat.h"

enum {
    ERROR_BYTES = 65536, /* of a provider's error body */
    FIELDS = 48,         /* of a provider's head that are passed on */
    LINGER_MS = 500,     /* for a stream's end after its end mark */
    ID_PREFIX = 4,       /* "req_" of a request's id */
};

static struct answer *answer_of(struct attempt *a)
{
    return (struct answer *)a;
}

void answer_release(struct answer *an)
{
    buf_release(&an->held);
    framing_release(&an->framing);
}

/* Unix time. */
int64_t answer_now_s(const struct exchange *x)
{
    return (x->wall_ms + x->now_ms - x->start_ms) / 1000;
}

void answer_speaks(struct exchange *x, struct answer *an,
                   const struct dialect *provider,
                   const struct chat_request *request)
{
    struct translation_setup setup = {
        .provider = provider,
        .client = an->client,
        .request = request,
        .is_watch = request == NULL,
        .is_stream = an->asked_stream,
        .is_array = an->is_array,
        .id = str_skip(x->record.id, ID_PREFIX),
        .model = an->attempt.model,
        .now_s = answer_now_s(x),
        .arena = &x->arena,
        .turn = &x->turn,
    };

    an->provider = provider;
    an->request = request;
    /* OpenAI's own is watched without being taken apart. */
    if (an->client == NULL ||
        (request == NULL && dialect_is_openai(provider))) {
        an->translation = NULL;
        return;
    }
    if (an->translation == NULL)
        an->translation = arena_new(&x->arena, struct translation);
    if (an->translation == NULL)
        x->failed = true;
    else
        translation_init(an->translation, &setup);
}

struct answer answer_twin(const struct answer *an)
{
    return (struct answer){
        .kind = an->kind,
        .endpoint = an->endpoint,
        .client = an->client,
        .asked_stream = an->asked_stream,
        .is_array = an->is_array,
    };
}

/* ---- the head ---- */

/* Fields of a provider's answer that reach the client; all others are the
 * connection's business, or ours (DESIGN 10: an allow-list). */
static bool is_passed_on(struct str name)
{
    static const struct str exact[] = {
        STR_INIT("content-type"),         STR_INIT("retry-after"),
        STR_INIT("retry-after-ms"),       STR_INIT("x-should-retry"),
        STR_INIT("content-disposition"),  STR_INIT("cache-control"),
        STR_INIT("openai-processing-ms"), STR_INIT("openai-version"),
        STR_INIT("openai-model"),         STR_INIT("request-id"),
    };
    static const struct str prefixes[] = {
        STR_INIT("x-ratelimit-"),
        STR_INIT("ratelimit-"),
        STR_INIT("anthropic-ratelimit-"),
        STR_INIT("cf-aig-"),
    };

    for (size_t i = 0; i < SL_LEN(exact); i++) {
        if (str_eq_nocase(name, exact[i]))
            return true;
    }
    for (size_t i = 0; i < SL_LEN(prefixes); i++) {
        if (str_starts_nocase(name, prefixes[i]))
            return true;
    }
    return false;
}

static void keep_fields(struct exchange *x, struct answer *an,
                        const struct http_fields *from)
{
    const struct http_field *passed[FIELDS];
    size_t n = 0;

    for (size_t i = 0; i < from->n && n < FIELDS; i++) {
        if (is_passed_on(from->v[i].name))
            passed[n++] = &from->v[i];
    }
    an->n_fields = n;
    an->fields = arena_array(&x->arena, struct http_field, n);
    if (an->fields == NULL) {
        x->failed = true;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (!arena_copy(&x->arena, passed[i]->name, &an->fields[i].name) ||
            !arena_copy(&x->arena, passed[i]->value, &an->fields[i].value))
            x->failed = true;
    }
}

struct str answer_kept_field(const struct answer *an, struct str name)
{
    struct http_fields f = {an->fields, an->n_fields};

    return http_value(&f, name);
}

/* Whom the operator's own name stands for, in the order of attempts. */
static struct str plan_text(struct exchange *x, const struct plan *plan)
{
    struct buf out;

    buf_init(&out, arena_mem(&x->arena), 65536);
    for (size_t i = 0; i < plan->n; i++) {
        const struct target *t = plan_target(plan, i);

        if (i != 0)
            buf_add(&out, STR(", "));
        buf_add(&out, t->provider->name);
        buf_add_char(&out, '/');
        buf_add(&out, t->model);
    }
    if (out.failed)
        x->failed = true;
    return buf_str(&out);
}

/* with_type: the provider's content-type holds for what is sent. */
void answer_reply_begin(struct exchange *x, struct answer *an, int status,
                        bool with_type)
{
    struct str retry = {0}; /* the shortest one, not the last one */

    reply_start(x, status);
    attempt_reply_fields(x, &an->attempt);
    if (an->race->plan.targets != NULL)
        reply_field(x, STR("sluice-plan"), plan_text(x, &an->race->plan));
    if (an->loss.n != 0)
        reply_field(x, STR("sluice-loss"), an->loss);
    if (attempt_status_retries(status))
        retry = attempt_retry_after(x, &an->attempt);
    if (retry.n != 0)
        reply_field(x, STR("retry-after"), retry);
    for (size_t i = 0; i < an->n_fields; i++) {
        struct str name = an->fields[i].name;

        if ((with_type || !str_eq_nocase(name, STR("content-type"))) &&
            (retry.n == 0 || !str_starts_nocase(name, STR("retry-after"))))
            reply_field(x, name, an->fields[i].value);
    }
}

/* ---- failures ---- */

/* Other legs run, or another attempt follows. */
static bool go_on(struct exchange *x, struct answer *an, bool may_help)
{
    return race_is_out(x, an, may_help) || (may_help && race_goes_on(x, an));
}

/* Another key, then another target, after a code or a provider's status: true
 * when the leg is over, or begins anew. */
static bool again_failed(struct exchange *x, struct answer *an, enum sl_rc rc)
{
    return attempt_again_failed(x, &an->attempt, rc) ||
           go_on(x, an, rc_info(rc)->retry);
}

bool answer_again_after(struct exchange *x, struct answer *an, int status,
                        const struct http_fields *fields)
{
    return attempt_again_after(x, &an->attempt, status, fields) ||
           (attempt_status_retries(status) && go_on(x, an, true));
}

void answer_flush(struct exchange *x, struct answer *an)
{
    reply_send(x, an->run);
    an->run = (struct str){0};
}

/* After the commit of a stream: a terminal error event. */
void answer_end_with_error(struct exchange *x, struct answer *an,
                           const struct failure *f)
{
    struct chat_error error = failure_error(f);
    struct str bytes;
    struct buf out;

    x->record.rc = f->rc;
    x->record.error = f->what;
    an->state = ANSWER_OVER;
    if (an->translation != NULL) {
        translation_fail(an->translation, &error);
        bytes = translation_take(an->translation);
    } else {
        buf_init(&out, arena_mem(&x->arena), 65536);
        buf_add(&out, STR("data: "));
        openai_error_write(&out, &error);
        buf_add(&out, STR("\n\n"));
        bytes = out.failed ? (struct str){0} : buf_str(&out);
    }
    if (bytes.n == 0) {
        reply_abort(x);
        return;
    }
    reply_send(x, bytes);
    reply_end(x);
}

/* What was counted on the way: of the leg that answers. */
void answer_record(struct exchange *x, const struct answer *an)
{
    attempt_record(x, &an->attempt);
    x->record.usage = an->usage;
    x->record.finish = an->finish;
}

void answer_fail(struct exchange *x, struct answer *an, enum sl_rc rc,
                 struct str what)
{
    struct failure f = {
        .rc = rc,
        .what = JOIN(x, attempt_who(x, &an->attempt), STR(": "), what),
    };

    answer_record(x, an);
    attempt_cancel(x, &an->attempt);
    if (an->attempt.committed && an->state == ANSWER_STREAM &&
        an->is_streaming) {
        answer_flush(x, an);
        answer_end_with_error(x, an, &f);
        return;
    }
    an->state = ANSWER_OVER;
    if (rc == SL_UP_ERROR)
        f.status = an->attempt.status;
    f.retry_after = attempt_retry_after(x, &an->attempt);
    reply_failure(x, &f);
}

/* Another attempt, if one may follow; else the client is told. */
void answer_fail_or_again(struct exchange *x, struct answer *an, enum sl_rc rc,
                          struct str what)
{
    if (!again_failed(x, an, rc))
        answer_fail(x, an, rc, what);
}

/* ---- deadlines ---- */

void answer_expect(struct exchange *x, struct answer *an)
{
    an->state = ANSWER_WAITING;
    an->followed = 0;
    an->is_done = false;
    an->is_finished = false;
    an->is_streaming = false;
    an->usage = USAGE_UNKNOWN;
    an->finish = (struct str){0};
    answer_release(an);
    answer_expect_still(x, an);
    if (an->asked_stream && an->client != NULL)
        pings_allow(x, an->is_array);
    race_sent(x, an);
}

void answer_expect_still(struct exchange *x, struct answer *an)
{
    const struct timeouts *t = &an->attempt.provider->timeouts;

    if (an->state != ANSWER_WAITING)
        return;
    fetch_within(x, &an->attempt.fetch,
                 an->asked_stream ? t->first_event_ms : t->first_byte_ms);
}

void answer_expect_more(struct exchange *x, struct answer *an)
{
    fetch_within(x, &an->attempt.fetch,
                 an->is_done ? LINGER_MS
                             : an->attempt.provider->timeouts.idle_ms);
}

/* ---- a provider's error ---- */

/* A key must not come back to a caller, even if the provider repeats it. */
static bool repeats_key(const struct answer *an, struct str text)
{
    const struct attempt *a = &an->attempt;

    return a->key < a->provider->n_keys &&
           secret_occurs_in(&a->provider->keys[a->key], text);
}

/* The same of an error that was read, in which nothing is escaped. */
static bool error_repeats_key(const struct answer *an,
                              const struct chat_error *e)
{
    return repeats_key(an, e->message) || repeats_key(an, e->type) ||
           repeats_key(an, e->code) || repeats_key(an, e->param);
}

/* Of such a one its status alone is told. */
struct chat_error answer_told_error(const struct answer *an,
                                    const struct chat_error *e)
{
    if (!error_repeats_key(an, e))
        return *e;
    return (struct chat_error){.status = e->status,
                               .retry_after_ms = e->retry_after_ms};
}

static struct str type_of(int status)
{
    return status >= 500 ? STR("api_error") : chat_error_type(status);
}

/* May the provider's error body reach the caller as it is? */
static bool is_fit(const struct answer *an, struct str body,
                   const struct chat_error *error)
{
    if (an->whole != NULL)
        return false;
    if (an->client == NULL || dialect_is_openai(an->client))
        return (an->provider == NULL || dialect_is_openai(an->provider)) &&
               openai_is_error_body(body);
    return an->provider == an->client && error->message.n != 0;
}

static void pass_error(struct exchange *x, struct answer *an, struct str body)
{
    answer_reply_begin(x, an, an->status, false);
    reply_field(x, STR("content-type"), STR("application/json"));
    reply_head_send(x, (int64_t)body.n);
    reply_send(x, body);
    reply_end(x);
}

/* The provider's error as one of ours. */
void answer_reply_error(struct exchange *x, struct answer *an,
                        const struct chat_error *read)
{
    struct chat_error told = answer_told_error(an, read);
    const struct chat_error *error = &told;
    struct failure f = {
        .rc = SL_UP_ERROR,
        .status = error->status,
        .type = error->type.n != 0 ? error->type : type_of(error->status),
        .code = error->code,
        .param = error->param,
    };
    struct str message = error->message;

    if (message.n == 0)
        message = attempt_why(x, &an->attempt, SL_UP_ERROR);
    f.what = JOIN(x, attempt_who(x, &an->attempt), STR(": "), message);
    f.retry_after = attempt_retry_after(x, &an->attempt);
    if (f.retry_after.n == 0 && error->retry_after_ms > 0)
        f.retry_after =
            exchange_number(x, (uint64_t)(error->retry_after_ms + 999) / 1000);
    reply_failure(x, &f);
}

void answer_note_error(struct exchange *x, struct answer *an)
{
    an->state = ANSWER_OVER;
    answer_record(x, an);
    x->record.rc = SL_UP_ERROR;
    x->record.error = rc_info(SL_UP_ERROR)->text;
}

/* In the provider's own words where they have the caller's shape. */
void answer_tell_error(struct exchange *x, struct answer *an, struct str body)
{
    struct chat_error error = {.status = an->status};
    bool is_raw;

    if (race_is_out(x, an, false) || refusal_next(x, an, body))
        return;
    answer_note_error(x, an);
    if (!repeats_key(an, body)) {
        if (an->provider != NULL && an->provider->read_error != NULL &&
            an->translation != NULL)
            an->provider->read_error(body, &x->arena, &error);
        is_raw = !x->head_sent && is_fit(an, body, &error);
        if (error.message.n == 0)
            error.message = openai_error_message(body, &x->arena);
        if (is_raw && !error_repeats_key(an, &error)) {
            pass_error(x, an, body);
            return;
        }
    }
    answer_reply_error(x, an, &error);
}

static void tell_held(struct exchange *x, struct answer *an)
{
    answer_tell_error(x, an,
                      an->held.failed ? (struct str){0} : buf_str(&an->held));
}

void answer_failed(struct exchange *x, struct attempt *a, enum sl_rc rc)
{
    struct answer *an = answer_of(a);

    /* The answer was complete; only the provider's connection lingered. */
    if (an->state == ANSWER_STREAM && a->committed && an->is_done) {
        an->state = ANSWER_OVER;
        reply_end(x);
        return;
    }
    if (go_on(x, an, rc_info(rc)->retry || rc == SL_NO_KEY))
        return;
    /* No other attempt follows: the provider's own words, when all are there.
     */
    if (an->state != ANSWER_ERROR)
        answer_fail(x, an, rc, attempt_why(x, a, rc));
    else if (!a->fetch.open)
        tell_held(x, an);
}

void answer_aside(struct exchange *x, struct attempt *a, struct str bytes)
{
    struct answer *an = answer_of(a);

    (void)x;
    if (an->state == ANSWER_ERROR)
        buf_add(&an->held, bytes);
}

static void error_body(struct exchange *x, struct answer *an, struct str bytes,
                       bool last)
{
    if (an->held.n == 0 && last) {
        answer_tell_error(x, an, bytes);
        return;
    }
    buf_add(&an->held, bytes);
    if (!last && !an->held.failed)
        return;
    attempt_cancel(x, &an->attempt);
    tell_held(x, an);
}

/* ---- for the attempt ---- */

/* An encoded body can't be read; its status says enough. */
static void start_error(struct exchange *x, struct answer *an)
{
    answer_release(an);
    an->state = ANSWER_ERROR;
    buf_init(&an->held, x->mem, ERROR_BYTES);
    answer_expect_more(x, an);
}

static void start_state(struct exchange *x, struct answer *an,
                        const struct http_response *res)
{
    enum chat_framing kind =
        an->provider != NULL ? an->provider->framing : FRAMING_SSE;
    bool is_stream =
        an->whole == NULL &&
        framing_is(kind, http_value(&res->fields, STR("content-type")),
                   an->asked_stream);
    size_t limit = (size_t)(answer_is_relayed(an) ? x->config->limits.answer
                                                  : x->config->limits.body);

    answer_release(an);
    buf_init(&an->held, x->mem, limit);
    x->pings.may_open = x->pings.may_open && is_stream;
    an->state = is_stream ? ANSWER_STREAM : ANSWER_WHOLE;
    if (is_stream) {
        framing_init(&an->framing, kind, x->mem,
                     (size_t)x->config->limits.event);
    } else {
        answer_expect_more(x, an);
    }
}

void answer_head(struct exchange *x, struct attempt *a,
                 const struct http_response *res, int64_t length)
{
    struct answer *an = answer_of(a);
    struct str coding = http_value(&res->fields, STR("content-encoding"));

    an->status = res->status;
    an->length = length;
    keep_fields(x, an, &res->fields);
    if (res->status >= 400)
        start_error(x, an);
    if (x->failed || answer_again_after(x, an, res->status, &res->fields) ||
        res->status >= 400)
        return;
    if (res->status < 200 || res->status > 299) {
        answer_fail_or_again(x, an, SL_UP_GARBAGE,
                             STR("the provider answered with a redirect"));
        return;
    }
    if (coding.n != 0 && !str_eq_nocase(coding, STR("identity"))) {
        answer_fail_or_again(
            x, an, SL_UP_GARBAGE,
            STR("the answer is encoded although it must not be"));
        return;
    }
    start_state(x, an, res);
}

void answer_body(struct exchange *x, struct attempt *a, struct str bytes,
                 bool last)
{
    struct answer *an = answer_of(a);

    switch (an->state) {
    case ANSWER_ERROR:
        error_body(x, an, bytes, last);
        break;
    case ANSWER_WHOLE:
        answer_whole_body(x, an, bytes, last);
        break;
    case ANSWER_STREAM:
        answer_stream_body(x, an, bytes, last);
        break;
    case ANSWER_WAITING:
    case ANSWER_OVER:
        break;
    }
}
