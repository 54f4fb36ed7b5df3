/* SPDX-License-Identifier: MIT */
/* The relay's way back. The hard idea is the commit: until then everything is
 * held and a failure means another attempt; after it the client has bytes, and
 * a failure can only be told. */
#include "core/api/answer.h"

#include "core/base/json.h"
#include "core/dialects/openai_watch.h"

enum {
    ERROR_BYTES = 65536, /* of a provider's error body */
    FIELDS = 48,         /* of a provider's head that are passed on */
    LINGER_MS = 500,     /* for a stream's end after its end mark */
};

static struct answer *answer_of(struct attempt *a)
{
    return (struct answer *)a;
}

void answer_release(struct answer *an)
{
    buf_release(&an->held);
    if (an->has_sse)
        sse_release(&an->sse);
    an->has_sse = false;
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

static struct str kept_field(const struct answer *an, struct str name)
{
    struct http_fields f = {an->fields, an->n_fields};

    return http_value(&f, name);
}

/* ---- targets ---- */

const struct target *answer_next_target(struct answer *an)
{
    return an->n_tried < an->plan.n ? plan_target(&an->plan, an->n_tried++)
                                    : NULL;
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
static void reply_begin(struct exchange *x, struct answer *an, int status,
                        bool with_type)
{
    reply_start(x, status);
    attempt_reply_fields(x, &an->attempt, an->model);
    if (an->plan.targets != NULL)
        reply_field(x, STR("sluice-plan"), plan_text(x, &an->plan));
    if (an->loss.n != 0)
        reply_field(x, STR("sluice-loss"), an->loss);
    for (size_t i = 0; i < an->n_fields; i++) {
        if (with_type ||
            !str_eq_nocase(an->fields[i].name, STR("content-type")))
            reply_field(x, an->fields[i].name, an->fields[i].value);
    }
}

/* ---- failures ---- */

/* When no other key is left: the plan's next target. */
static bool next_target(struct exchange *x, struct answer *an, bool may_help)
{
    return may_help && !an->attempt.committed && an->attempt.n < ATTEMPTS &&
           an->next(x, an);
}

/* Another key, then another target, after a code or a provider's status: true
 * when an attempt was started. */
static bool again_failed(struct exchange *x, struct answer *an, enum sl_rc rc)
{
    return attempt_again_failed(x, &an->attempt, rc) ||
           next_target(x, an, rc_info(rc)->retry);
}

static bool again_after(struct exchange *x, struct answer *an, int status,
                        const struct http_fields *fields)
{
    return attempt_again_after(x, &an->attempt, status, fields) ||
           next_target(x, an, attempt_status_retries(status));
}

static void flush_run(struct exchange *x, struct answer *an)
{
    reply_send(x, an->run);
    an->run = (struct str){0};
}

/* After the commit of a stream: a terminal error event. */
static void end_with_error(struct exchange *x, struct answer *an,
                           const struct failure *f)
{
    struct buf out;

    x->record.rc = f->rc;
    x->record.error = f->what;
    an->state = ANSWER_OVER;
    buf_init(&out, arena_mem(&x->arena), 65536);
    buf_add(&out, STR("data: "));
    failure_write(&out, f);
    buf_add(&out, STR("\n\n"));
    if (out.failed) {
        reply_abort(x);
        return;
    }
    reply_send(x, buf_str(&out));
    reply_end(x);
}

static void fail(struct exchange *x, struct answer *an, enum sl_rc rc,
                 struct str what)
{
    struct failure f = {
        .rc = rc,
        .what = JOIN(x, attempt_who(x, &an->attempt), STR(": "), what),
    };

    attempt_cancel(x, &an->attempt);
    if (an->attempt.committed && an->state == ANSWER_STREAM) {
        flush_run(x, an);
        end_with_error(x, an, &f);
        return;
    }
    an->state = ANSWER_OVER;
    f.retry_after = kept_field(an, STR("retry-after"));
    reply_failure(x, &f);
}

/* Another attempt, if one may follow; else the client is told. */
static void fail_or_again(struct exchange *x, struct answer *an, enum sl_rc rc,
                          struct str what)
{
    if (!again_failed(x, an, rc))
        fail(x, an, rc, what);
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
    if (!next_target(x, an, rc_info(rc)->retry || rc == SL_NO_KEY))
        fail(x, an, rc, fetch_why(x, &a->fetch, rc));
}

/* ---- deadlines ---- */

void answer_expect(struct exchange *x, struct answer *an)
{
    an->state = ANSWER_WAITING;
    an->is_done = false;
    an->is_finished = false;
    answer_release(an);
    answer_expect_still(x, an);
}

void answer_expect_still(struct exchange *x, struct answer *an)
{
    const struct timeouts *t = &an->attempt.provider->timeouts;

    if (an->state != ANSWER_WAITING)
        return;
    fetch_within(x, &an->attempt.fetch,
                 an->asked_stream ? t->first_event_ms : t->first_byte_ms);
}

static void expect_more(struct exchange *x, struct answer *an)
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

/* OpenAI's word for what a status means. */
static struct str type_of(int status)
{
    if (status == 401)
        return STR("authentication_error");
    if (status == 403)
        return STR("permission_error");
    if (status == 429)
        return STR("rate_limit_error");
    return status < 500 ? STR("invalid_request_error") : STR("api_error");
}

/* In the provider's own words where they have the caller's shape. */
static void tell_error(struct exchange *x, struct answer *an, struct str body)
{
    struct failure f = {
        .rc = SL_UP_ERROR, .status = an->status, .type = type_of(an->status)};
    struct str message = {0};

    an->state = ANSWER_OVER;
    x->record.rc = SL_UP_ERROR;
    x->record.error = rc_info(SL_UP_ERROR)->text;
    if (!repeats_key(an, body)) {
        if (openai_is_error_body(body)) {
            reply_begin(x, an, an->status, false);
            reply_field(x, STR("content-type"), STR("application/json"));
            reply_head_send(x, (int64_t)body.n);
            reply_send(x, body);
            reply_end(x);
            return;
        }
        message = openai_error_message(body, &x->arena);
    }
    if (message.n == 0)
        message = rc_info(SL_UP_ERROR)->text;
    f.what = JOIN(x, attempt_who(x, &an->attempt), STR(": "), message);
    f.retry_after = kept_field(an, STR("retry-after"));
    reply_failure(x, &f);
}

static void error_body(struct exchange *x, struct answer *an, struct str bytes,
                       bool last)
{
    if (an->held.n == 0 && last) {
        tell_error(x, an, bytes);
        return;
    }
    buf_add(&an->held, bytes);
    if (!last && !an->held.failed)
        return;
    attempt_cancel(x, &an->attempt);
    tell_error(x, an, an->held.failed ? (struct str){0} : buf_str(&an->held));
}

/* ---- whole answers ---- */

static void commit(struct exchange *x, struct answer *an)
{
    attempt_commit(x, &an->attempt);
    body_release(x);
    expect_more(x, an);
}

static void note(struct exchange *x, const struct openai_seen *seen)
{
    struct str finish;

    if (seen->usage.n != 0)
        openai_usage_read(seen->usage, &x->record.usage);
    if (seen->finish.n != 0 && x->record.finish.n == 0 &&
        json_raw_text(seen->finish, &x->arena, &finish) == SL_OK &&
        !arena_copy(&x->arena, finish, &x->record.finish))
        x->failed = true;
}

/* An error inside of a 200. */
static void error_in_answer(struct exchange *x, struct answer *an,
                            struct str error)
{
    int status = openai_error_status(error);
    struct str body;

    if (again_after(x, an, status == 0 ? 500 : status, NULL))
        return;
    attempt_cancel(x, &an->attempt);
    an->status = status != 0 ? status : 502;
    body = JOIN(x, STR("{\"error\":"), error, STR("}"));
    tell_error(x, an, body);
}

static void deliver_whole(struct exchange *x, struct answer *an,
                          struct str body)
{
    struct openai_seen seen = {.is_json = true};

    if (!an->endpoint->is_raw)
        openai_answer_see(body, &seen);
    if (!seen.is_json) {
        fail_or_again(x, an, SL_UP_GARBAGE,
                      STR("the answer is not a JSON object"));
        return;
    }
    if (seen.error.n != 0) {
        error_in_answer(x, an, seen.error);
        return;
    }
    note(x, &seen);
    commit(x, an);
    an->state = ANSWER_OVER;
    reply_begin(x, an, an->status, true);
    reply_head_send(x, (int64_t)body.n);
    reply_send(x, body);
    reply_end(x);
}

/* Too large to be held: passed on as it comes. */
static void deliver_rest(struct exchange *x, struct answer *an,
                         struct str bytes, bool last)
{
    if (!an->attempt.committed) {
        commit(x, an);
        reply_begin(x, an, an->status, true);
        reply_head_send(x, an->length);
        reply_send(x, buf_str(&an->held));
    }
    reply_send(x, bytes);
    if (last) {
        an->state = ANSWER_OVER;
        reply_end(x);
        return;
    }
    expect_more(x, an);
}

static void whole_body(struct exchange *x, struct answer *an, struct str bytes,
                       bool last)
{
    if (an->attempt.committed) {
        deliver_rest(x, an, bytes, last);
        return;
    }
    if (an->held.n == 0 && last) {
        deliver_whole(x, an, bytes);
        return;
    }
    if (an->held.n + bytes.n > (size_t)x->config->limits.answer) {
        deliver_rest(x, an, bytes, last);
        return;
    }
    buf_add(&an->held, bytes);
    if (an->held.failed)
        x->failed = true;
    else if (last)
        deliver_whole(x, an, buf_str(&an->held));
    else
        expect_more(x, an);
}

/* ---- streams ---- */

static void begin_stream(struct exchange *x, struct answer *an)
{
    commit(x, an);
    x->record.is_stream = true;
    reply_begin(x, an, an->status, true);
    if (kept_field(an, STR("cache-control")).n == 0)
        reply_field(x, STR("cache-control"), STR("no-cache"));
    reply_head_send(x, -1);
    if (an->held.n != 0)
        reply_send(x, exchange_keep(x, buf_str(&an->held)));
    buf_release(&an->held);
}

static void pass_event(struct exchange *x, struct answer *an,
                       const struct sse_event *ev)
{
    if (!ev->in_input) {
        flush_run(x, an);
        reply_send(x, exchange_keep(x, ev->raw));
        return;
    }
    if (an->run.n != 0 && an->run.p + an->run.n == ev->raw.p) {
        an->run.n += ev->raw.n;
        return;
    }
    flush_run(x, an);
    an->run = ev->raw;
}

/* What an event of a surface without a chat's shape means. */
static void see_plain(struct str data, struct openai_seen *seen)
{
    openai_chunk_see(data, seen);
    seen->is_meaningful = true;
    seen->is_usage_only = false;
    seen->is_json = true;
}

/* A provider that talks on without saying anything has failed. */
static bool hold_event(struct exchange *x, struct answer *an, struct str raw)
{
    if (an->held.n + raw.n > (size_t)x->config->limits.answer) {
        fail_or_again(x, an, SL_UP_GARBAGE,
                      STR("nothing meaningful within limits.answer bytes of "
                          "the stream"));
        return false;
    }
    buf_add(&an->held, raw);
    if (an->held.failed)
        x->failed = true;
    return !x->failed;
}

/* False: the stream is over, one way or another. */
static bool stream_event(struct exchange *x, struct answer *an,
                         const struct sse_event *ev)
{
    struct openai_seen seen = {0};

    if (ev->has_data && an->endpoint->is_chat)
        openai_chunk_see(ev->data, &seen);
    else if (ev->has_data)
        see_plain(ev->data, &seen);
    if (seen.error.n != 0 && !an->attempt.committed) {
        error_in_answer(x, an, seen.error);
        return false;
    }
    if (ev->has_data && !seen.is_json && !seen.is_done) {
        fail_or_again(x, an, SL_UP_GARBAGE,
                      STR("an event of the stream is not JSON"));
        return false;
    }
    note(x, &seen);
    an->is_finished = an->is_finished || seen.is_finish;
    an->is_done = an->is_done || seen.is_done;
    if (seen.error.n != 0) {
        /* The provider's own error event is the terminal one. */
        an->is_done = true;
        x->record.rc = SL_UP_CUT;
        x->record.error = STR("the provider reported an error in its stream");
    }
    if (!an->attempt.committed && (seen.is_meaningful || seen.is_done))
        begin_stream(x, an);
    if (seen.is_usage_only && an->hides_usage)
        return true;
    if (an->attempt.committed) {
        pass_event(x, an, ev);
        return !x->failed;
    }
    return hold_event(x, an, ev->raw);
}

/* The provider's last byte has come. */
static void stream_end(struct exchange *x, struct answer *an)
{
    struct sse_event ev;

    if (sse_finish(&an->sse, &ev) == SL_OK) {
        if (!stream_event(x, an, &ev))
            return;
        if (ev.has_data && an->attempt.committed) {
            flush_run(x, an);
            reply_send(x, STR("\n\n"));
        }
    }
    if (!an->endpoint->is_chat)
        an->is_done = an->is_done || an->attempt.committed;
    if (!an->is_done && !an->is_finished) {
        fail_or_again(x, an, SL_UP_CUT,
                      STR("the stream ended before the answer did"));
        return;
    }
    flush_run(x, an);
    /* Some providers leave the end mark out (quirks: missing [DONE]). */
    if (!an->is_done)
        reply_send(x, STR("data: [DONE]\n\n"));
    an->state = ANSWER_OVER;
    reply_end(x);
}

static void stream_body(struct exchange *x, struct answer *an, struct str in,
                        bool last)
{
    struct sse_event ev;
    enum sl_rc rc;

    while ((rc = sse_next(&an->sse, &in, &ev)) == SL_OK) {
        if (!stream_event(x, an, &ev))
            return;
    }
    flush_run(x, an);
    if (rc == SL_NOMEM) {
        x->failed = true;
        return;
    }
    if (rc != SL_AGAIN) {
        fail_or_again(x, an, SL_UP_GARBAGE,
                      STR("an event of the stream is over limits.event"));
        return;
    }
    if (last)
        stream_end(x, an);
    else if (an->attempt.committed)
        expect_more(x, an);
}

/* ---- for the attempt ---- */

static void start_state(struct exchange *x, struct answer *an,
                        const struct http_response *res)
{
    bool is_stream =
        http_is_media(http_value(&res->fields, STR("content-type")),
                      STR("text/event-stream"));
    size_t limit = (size_t)x->config->limits.answer;

    answer_release(an);
    if (an->status < 200 || an->status > 299) {
        an->state = ANSWER_ERROR;
        buf_init(&an->held, x->mem, ERROR_BYTES);
        expect_more(x, an);
        return;
    }
    buf_init(&an->held, x->mem, limit);
    an->state = is_stream ? ANSWER_STREAM : ANSWER_WHOLE;
    if (is_stream) {
        sse_init(&an->sse, x->mem, (size_t)x->config->limits.event);
        an->has_sse = true;
    } else {
        expect_more(x, an);
    }
}

void answer_head(struct exchange *x, struct attempt *a,
                 const struct http_response *res, int64_t length)
{
    struct answer *an = answer_of(a);
    struct str coding = http_value(&res->fields, STR("content-encoding"));

    if (again_after(x, an, res->status, &res->fields))
        return;
    an->status = res->status;
    an->length = length;
    keep_fields(x, an, &res->fields);
    if (x->failed)
        return;
    if (res->status < 400 && (res->status < 200 || res->status > 299)) {
        fail_or_again(x, an, SL_UP_GARBAGE,
                      STR("the provider answered with a redirect"));
        return;
    }
    if (coding.n != 0 && !str_eq_nocase(coding, STR("identity"))) {
        fail_or_again(x, an, SL_UP_GARBAGE,
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
        whole_body(x, an, bytes, last);
        break;
    case ANSWER_STREAM:
        stream_body(x, an, bytes, last);
        break;
    case ANSWER_WAITING:
    case ANSWER_OVER:
        break;
    }
}
