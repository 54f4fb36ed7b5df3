/* SPDX-License-Identifier: MIT */
/* The relay's way back. The hard idea is the commit: until then everything is
 * held and a failure means another attempt; after it the client has bytes, and
 * a failure can only be told. */
#include "core/api/answer.h"

#include "core/api/follow.h"
#include "core/api/pings.h"
#include "core/api/refusals.h"
#include "core/api/request.h"
#include "core/api/whole.h"
#include "core/base/json.h"
#include "core/dialects/openai_chat.h"
#include "core/dialects/openai_watch.h"

enum {
    ERROR_BYTES = 65536, /* of a provider's error body */
    FIELDS = 48,         /* of a provider's head that are passed on */
    LINGER_MS = 500,     /* for a stream's end after its end mark */
    ID_PREFIX = 4,       /* "req_" of a request's id */
};

/* What a frame, or a whole answer, is. */
struct look {
    bool is_understood;
    bool is_meaningful; /* worth committing to */
    bool is_finish;
    bool is_done;       /* the provider's end mark */
    bool is_usage_only; /* what the client did not ask for, if so */
    bool has_error;
    struct str error;  /* raw, of OpenAI's; else error_seen */
    struct str usage;  /* raw, of OpenAI's */
    struct str finish; /* raw, of OpenAI's */
    const struct chat_error *error_seen;
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
static int64_t now_s(const struct exchange *x)
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
        .now_s = now_s(x),
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

static struct str kept_field(const struct answer *an, struct str name)
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
static void reply_begin(struct exchange *x, struct answer *an, int status,
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

static bool again_after(struct exchange *x, struct answer *an, int status,
                        const struct http_fields *fields)
{
    return attempt_again_after(x, &an->attempt, status, fields) ||
           (attempt_status_retries(status) && go_on(x, an, true));
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
static void record_answer(struct exchange *x, const struct answer *an)
{
    attempt_record(x, &an->attempt);
    x->record.usage = an->usage;
    x->record.finish = an->finish;
}

static void fail(struct exchange *x, struct answer *an, enum sl_rc rc,
                 struct str what)
{
    struct failure f = {
        .rc = rc,
        .what = JOIN(x, attempt_who(x, &an->attempt), STR(": "), what),
    };

    record_answer(x, an);
    attempt_cancel(x, &an->attempt);
    if (an->attempt.committed && an->state == ANSWER_STREAM &&
        an->is_streaming) {
        flush_run(x, an);
        end_with_error(x, an, &f);
        return;
    }
    an->state = ANSWER_OVER;
    if (rc == SL_UP_ERROR)
        f.status = an->attempt.status;
    f.retry_after = attempt_retry_after(x, &an->attempt);
    reply_failure(x, &f);
}

/* Another attempt, if one may follow; else the client is told. */
static void fail_or_again(struct exchange *x, struct answer *an, enum sl_rc rc,
                          struct str what)
{
    if (!again_failed(x, an, rc))
        fail(x, an, rc, what);
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

/* The same of an error that was read, in which nothing is escaped. */
static bool error_repeats_key(const struct answer *an,
                              const struct chat_error *e)
{
    return repeats_key(an, e->message) || repeats_key(an, e->type) ||
           repeats_key(an, e->code) || repeats_key(an, e->param);
}

/* Of such a one its status alone is told. */
static struct chat_error told_error(const struct answer *an,
                                    const struct chat_error *e)
{
    if (!error_repeats_key(an, e))
        return *e;
    return (struct chat_error){.status = e->status,
                               .retry_after_ms = e->retry_after_ms};
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
    reply_begin(x, an, an->status, false);
    reply_field(x, STR("content-type"), STR("application/json"));
    reply_head_send(x, (int64_t)body.n);
    reply_send(x, body);
    reply_end(x);
}

/* The provider's error as one of ours. */
static void reply_error(struct exchange *x, struct answer *an,
                        const struct chat_error *read)
{
    struct chat_error told = told_error(an, read);
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

static void note_error(struct exchange *x, struct answer *an)
{
    an->state = ANSWER_OVER;
    record_answer(x, an);
    x->record.rc = SL_UP_ERROR;
    x->record.error = rc_info(SL_UP_ERROR)->text;
}

/* In the provider's own words where they have the caller's shape. */
static void tell_error(struct exchange *x, struct answer *an, struct str body)
{
    struct chat_error error = {.status = an->status};
    bool is_raw;

    if (race_is_out(x, an, false) || refusal_next(x, an, body))
        return;
    note_error(x, an);
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
    reply_error(x, an, &error);
}

static void tell_held(struct exchange *x, struct answer *an)
{
    tell_error(x, an, an->held.failed ? (struct str){0} : buf_str(&an->held));
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
        fail(x, an, rc, attempt_why(x, a, rc));
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
        tell_error(x, an, bytes);
        return;
    }
    buf_add(&an->held, bytes);
    if (!last && !an->held.failed)
        return;
    attempt_cancel(x, &an->attempt);
    tell_held(x, an);
}

/* ---- whole answers ---- */

static void commit(struct exchange *x, struct answer *an)
{
    race_won(x, an);
    attempt_commit(x, &an->attempt);
    record_answer(x, an);
    /* What was translated borrows it, and so may the answer's encoder, and what
     * the host has yet to push to a leg that lost. */
    if (an->request == NULL && x->record.hedges == 0)
        body_release(x);
    expect_more(x, an);
}

static void note_finish(struct exchange *x, struct answer *an,
                        struct str finish)
{
    if (finish.n != 0 && an->finish.n == 0 &&
        !arena_copy(&x->arena, finish, &an->finish))
        x->failed = true;
}

static void note(struct exchange *x, struct answer *an, const struct look *look)
{
    struct str finish;

    if (an->translation != NULL) {
        const struct translation_seen *seen = &an->translation->seen;

        if (seen->has_usage)
            an->usage = seen->usage;
        note_finish(x, an, chat_finish_name(seen->finish));
    } else {
        if (look->usage.n != 0)
            openai_usage_read(look->usage, &an->usage);
        if (look->finish.n != 0 &&
            json_raw_text(look->finish, &x->arena, &finish) == SL_OK)
            note_finish(x, an, finish);
    }
    if (an->attempt.committed)
        record_answer(x, an);
}

static void look_seen(const struct openai_seen *seen, struct look *look)
{
    *look = (struct look){
        .is_understood = seen->is_json || seen->is_done,
        .is_meaningful = seen->is_meaningful,
        .is_finish = seen->is_finish,
        .is_done = seen->is_done,
        .is_usage_only = seen->is_usage_only,
        .has_error = seen->error.n != 0,
        .error = seen->error,
        .usage = seen->usage,
        .finish = seen->finish,
    };
}

static void look_translated(struct exchange *x, const struct answer *an,
                            enum sl_rc rc, struct look *look)
{
    const struct translation_seen *seen = &an->translation->seen;

    if (rc == SL_NOMEM)
        x->failed = true;
    *look = (struct look){
        .is_understood = rc == SL_OK,
        .is_meaningful = seen->is_meaningful,
        .is_finish = seen->is_finished,
        .is_done = seen->has_end,
        .has_error = seen->has_error,
        .error_seen = &seen->error,
    };
}

/* An error inside of a 200. */
static void error_in_answer(struct exchange *x, struct answer *an,
                            const struct look *look)
{
    const struct chat_error *seen = look->error_seen;
    int status = seen != NULL ? seen->status : openai_error_status(look->error);
    struct chat_error error = {0};

    if (again_after(x, an, status == 0 ? 500 : status, NULL))
        return;
    attempt_cancel(x, &an->attempt);
    an->status = status != 0 ? status : 502;
    if (seen == NULL) {
        tell_error(x, an, JOIN(x, STR("{\"error\":"), look->error, STR("}")));
        return;
    }
    error = *seen;
    error.status = an->status;
    note_error(x, an);
    reply_error(x, an, &error);
}

/* Its bytes reach the client as they are. */
static bool is_relayed(const struct answer *an)
{
    return an->request == NULL && an->whole == NULL;
}

/* What embedders, painters and speakers make of it. */
static struct str read_other(struct exchange *x, struct answer *an,
                             struct str body, struct look *look)
{
    struct media_given given = {
        .type = kept_field(an, STR("content-type")),
        .body = body,
        .now_s = now_s(x),
    };
    enum sl_rc rc;

    an->reply = arena_new(&x->arena, struct media_reply);
    rc = an->reply == NULL ? SL_NOMEM
                           : whole_answer(x, an->whole, &given, an->reply);
    *look = (struct look){.is_understood = rc == SL_OK,
                          .has_error = rc == SL_UP_ERROR};
    if (rc == SL_NOMEM)
        x->failed = true;
    if (look->has_error)
        look->error_seen = &an->reply->error;
    if (rc != SL_OK)
        return (struct str){0};
    an->usage = an->reply->usage;
    return an->reply->body;
}

/* Some providers keep the connection busy with empty lines, which are JSON, or
 * with comments of SSE before an answer that is no stream. */
static struct str skip_comments(struct str body)
{
    struct str rest = str_trim(body);

    if (!str_starts(rest, STR(":")))
        return body;
    while (str_starts(rest, STR(":")))
        rest = str_trim(str_skip(rest, str_find(rest, '\n')));
    return rest;
}

/* A whole answer as the client gets it; {0} and look says why not. */
static struct str read_whole(struct exchange *x, struct answer *an,
                             struct str body, struct look *look)
{
    struct openai_seen seen = {.is_json = true};
    enum sl_rc rc;

    if (!an->endpoint->is_raw)
        body = skip_comments(body);
    if (an->whole != NULL)
        return read_other(x, an, body, look);
    if (an->translation == NULL) {
        if (!an->endpoint->is_raw)
            openai_answer_see(body, &seen);
        look_seen(&seen, look);
        return body;
    }
    rc = translation_whole(an->translation, body);
    if (rc == SL_OK && !an->translation->seen.has_error)
        rc = translation_end(an->translation);
    look_translated(x, an, rc, look);
    return an->request == NULL ? body : translation_take(an->translation);
}

/* What the client's form has no place for. */
static struct str answer_loss(const struct answer *an)
{
    if (an->whole != NULL)
        return an->reply->loss;
    return an->request == NULL ? (struct str){0}
                               : translation_loss(an->translation);
}

static struct str own_type(const struct answer *an)
{
    if (an->whole != NULL)
        return an->reply->type;
    return an->asked_stream && !an->is_array ? an->client->stream_type
                                             : STR("application/json");
}

/* How a translated answer differs from what the provider's head says. */
static void reply_begin_own(struct exchange *x, struct answer *an)
{
    struct str loss = answer_loss(an);

    if (loss.n != 0)
        an->loss = an->loss.n == 0 ? JOIN(x, loss)
                                   : JOIN(x, an->loss, STR(", "), loss);
    reply_begin(x, an, an->status, is_relayed(an));
    if (!is_relayed(an))
        reply_field(x, STR("content-type"), own_type(an));
}

/* The same, said before anything was sent. */
static bool refuses_loss(struct exchange *x, struct answer *an)
{
    struct str loss = answer_loss(an);

    if (loss.n == 0 || !request_is_strict(x))
        return false;
    fail(x, an, SL_UP_GARBAGE,
         JOIN(x, STR("sluice-strict: the answer would lose: "), loss));
    return true;
}

/* The answer itself is still to be asked for. */
static bool is_promise(struct exchange *x, struct answer *an, struct str body)
{
    enum sl_rc rc = follow_answer(x, an, body);

    if (rc == SL_NOMEM)
        x->failed = true;
    else if (rc == SL_UP_GARBAGE)
        fail_or_again(x, an, rc, STR("its answer points to where it may not"));
    return rc != SL_EOF;
}

static void deliver_whole(struct exchange *x, struct answer *an,
                          struct str whole)
{
    struct look look;
    struct str bytes;

    if (is_promise(x, an, whole))
        return;
    bytes = read_whole(x, an, whole, &look);
    if (look.has_error) {
        error_in_answer(x, an, &look);
        return;
    }
    if (!look.is_understood) {
        fail_or_again(x, an, SL_UP_GARBAGE,
                      an->translation == NULL && an->whole == NULL
                          ? STR("the answer is not a JSON object")
                          : STR("the answer is not what this provider's "
                                "format promises"));
        return;
    }
    note(x, an, &look);
    if (refuses_loss(x, an))
        return;
    commit(x, an);
    an->state = ANSWER_OVER;
    x->record.is_stream = an->asked_stream && an->request != NULL;
    if (!x->head_sent) {
        reply_begin_own(x, an);
        reply_head_send(x, (int64_t)bytes.n);
    }
    reply_send(x, bytes);
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
    /* The client has the head of a stream already (pings.h). */
    if (x->head_sent && an->request == NULL) {
        fail_or_again(x, an, SL_UP_GARBAGE,
                      STR("the provider did not answer with a stream"));
        return;
    }
    if (an->held.n == 0 && last) {
        deliver_whole(x, an, bytes);
        return;
    }
    if (is_relayed(an) &&
        an->held.n + bytes.n > (size_t)x->config->limits.answer) {
        deliver_rest(x, an, bytes, last);
        return;
    }
    buf_add(&an->held, bytes);
    if (buf_rc(&an->held) == SL_TOO_LARGE)
        fail_or_again(x, an, SL_UP_GARBAGE,
                      STR("the answer is over limits.body, and to be "
                          "translated it must be held"));
    else if (an->held.failed)
        x->failed = true;
    else if (last)
        deliver_whole(x, an, buf_str(&an->held));
    else
        expect_more(x, an);
}

/* ---- streams ---- */

static void begin_stream(struct exchange *x, struct answer *an)
{
    if (refuses_loss(x, an))
        return;
    commit(x, an);
    an->is_streaming = true;
    x->record.is_stream = true;
    pings_start(x);
    if (!x->head_sent) {
        reply_begin_own(x, an);
        if (kept_field(an, STR("cache-control")).n == 0)
            reply_field(x, STR("cache-control"), STR("no-cache"));
        reply_head_send(x, -1);
    }
    if (an->held.n != 0)
        reply_send(x, exchange_keep(x, buf_str(&an->held)));
    buf_release(&an->held);
}

static void pass_event(struct exchange *x, struct answer *an,
                       const struct frame *frame)
{
    if (!frame->in_input) {
        flush_run(x, an);
        reply_send(x, exchange_keep(x, frame->raw));
        return;
    }
    if (an->run.n != 0 && an->run.p + an->run.n == frame->raw.p) {
        an->run.n += frame->raw.n;
        return;
    }
    flush_run(x, an);
    an->run = frame->raw;
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

static void look_at(struct exchange *x, struct answer *an,
                    const struct frame *frame, struct look *look)
{
    struct openai_seen seen = {.is_json = true};

    if (!frame->has_data) {
        look_seen(&seen, look);
        return;
    }
    if (an->translation != NULL) {
        look_translated(x, an, translation_frame(an->translation, &frame->chat),
                        look);
        return;
    }
    openai_chunk_see(frame->chat.data, &seen);
    if (!an->endpoint->is_chat) {
        /* Without a chat's shape there is nothing to understand. */
        seen.is_json = true;
        seen.is_meaningful = true;
        seen.is_usage_only = false;
    }
    look_seen(&seen, look);
}

/* An error that the provider reports after the commit. False: it has been
 * told; true: its own bytes tell it. */
static bool error_in_stream(struct exchange *x, struct answer *an,
                            const struct look *look)
{
    struct failure f = {.rc = SL_UP_ERROR};
    struct chat_error told;

    if (an->request == NULL) {
        an->is_done = true;
        x->record.rc = SL_UP_CUT;
        x->record.error = STR("the provider reported an error in its stream");
        return true;
    }
    attempt_cancel(x, &an->attempt);
    told = told_error(an, look->error_seen);
    f.status = told.status;
    f.type = told.type;
    f.code = told.code;
    f.what =
        JOIN(x, attempt_who(x, &an->attempt), STR(": "),
             told.message.n != 0 ? told.message : rc_info(SL_UP_ERROR)->text);
    end_with_error(x, an, &f);
    return false;
}

/* The frame, or what it was translated into, to the client. */
static bool pass_on(struct exchange *x, struct answer *an,
                    const struct frame *frame)
{
    struct str bytes;

    if (an->request == NULL) {
        if (!an->attempt.committed)
            return hold_event(x, an, frame->raw);
        pass_event(x, an, frame);
        return !x->failed;
    }
    bytes = translation_take(an->translation);
    if (!an->attempt.committed)
        return hold_event(x, an, bytes);
    reply_send(x, bytes);
    return !x->failed;
}

/* False: the stream is over, one way or another. */
static bool stream_event(struct exchange *x, struct answer *an,
                         const struct frame *frame)
{
    struct look look;

    look_at(x, an, frame, &look);
    if (x->failed)
        return false;
    if (look.has_error && !an->attempt.committed) {
        error_in_answer(x, an, &look);
        return false;
    }
    if (!look.is_understood) {
        fail_or_again(x, an, SL_UP_GARBAGE,
                      STR("an event of the stream is not JSON"));
        return false;
    }
    note(x, an, &look);
    /* Of several choices a translation knows better. */
    an->is_finished = an->translation != NULL
                          ? an->translation->seen.is_finished
                          : an->is_finished || look.is_finish;
    an->is_done = an->is_done || look.is_done;
    if (look.has_error && !error_in_stream(x, an, &look))
        return false;
    /* A client that wants the answer whole gets it at the end. */
    if (an->request != NULL && !an->asked_stream)
        return true;
    if (!an->attempt.committed && (look.is_meaningful || look.is_done)) {
        begin_stream(x, an);
        if (!an->attempt.committed)
            return false;
    }
    if (look.is_usage_only && an->hides_usage)
        return true;
    return pass_on(x, an, frame);
}

/* What stands between the last event and the end of the client's stream. */
static void close_stream(struct exchange *x, struct answer *an)
{
    flush_run(x, an);
    if (an->request != NULL) {
        if (translation_end(an->translation) != SL_OK) {
            x->failed = true;
            return;
        }
        reply_send(x, translation_take(an->translation));
        if (translation_loss(an->translation).n != 0)
            x->record.loss = translation_loss(an->translation);
    } else if (!an->is_done && an->provider != NULL) {
        /* Some providers leave the end mark out (quirks: missing [DONE]). */
        reply_send(x, an->provider->end_mark);
    }
}

/* A stream that the client wanted whole. */
static void deliver_folded(struct exchange *x, struct answer *an)
{
    struct str bytes;

    if (translation_end(an->translation) != SL_OK) {
        x->failed = true;
        return;
    }
    bytes = translation_take(an->translation);
    if (refuses_loss(x, an))
        return;
    commit(x, an);
    an->state = ANSWER_OVER;
    reply_begin_own(x, an);
    reply_head_send(x, (int64_t)bytes.n);
    reply_send(x, bytes);
    reply_end(x);
}

/* The provider's last byte has come. */
static void stream_end(struct exchange *x, struct answer *an)
{
    struct frame frame;
    enum sl_rc rc = framing_finish(&an->framing, &frame);

    if (rc == SL_OK) {
        if (!stream_event(x, an, &frame))
            return;
        if (frame.has_data && an->attempt.committed && an->request == NULL) {
            flush_run(x, an);
            reply_send(x, STR("\n\n"));
        }
    }
    if (!an->endpoint->is_chat)
        an->is_done = an->is_done || an->attempt.committed;
    if (rc == SL_UP_CUT || (!an->is_done && !an->is_finished)) {
        fail_or_again(x, an, SL_UP_CUT,
                      STR("the stream ended before the answer did"));
        return;
    }
    if (an->request != NULL && !an->asked_stream) {
        deliver_folded(x, an);
        return;
    }
    close_stream(x, an);
    if (x->failed)
        return;
    an->state = ANSWER_OVER;
    reply_end(x);
}

static void stream_body(struct exchange *x, struct answer *an, struct str in,
                        bool last)
{
    struct frame frame;
    enum sl_rc rc;

    while ((rc = framing_next(&an->framing, &in, &frame)) == SL_OK) {
        if (!stream_event(x, an, &frame))
            return;
    }
    flush_run(x, an);
    if (rc == SL_NOMEM) {
        x->failed = true;
        return;
    }
    if (rc != SL_AGAIN) {
        fail_or_again(x, an, SL_UP_GARBAGE,
                      rc == SL_TOO_LARGE
                          ? STR("an event of the stream is over limits.event")
                          : STR("the stream is broken"));
        return;
    }
    if (last)
        stream_end(x, an);
    else if (an->attempt.committed)
        expect_more(x, an);
}

/* ---- for the attempt ---- */

/* An encoded body can't be read; its status says enough. */
static void start_error(struct exchange *x, struct answer *an)
{
    answer_release(an);
    an->state = ANSWER_ERROR;
    buf_init(&an->held, x->mem, ERROR_BYTES);
    expect_more(x, an);
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
    size_t limit = (size_t)(is_relayed(an) ? x->config->limits.answer
                                           : x->config->limits.body);

    answer_release(an);
    buf_init(&an->held, x->mem, limit);
    x->pings.may_open = x->pings.may_open && is_stream;
    an->state = is_stream ? ANSWER_STREAM : ANSWER_WHOLE;
    if (is_stream) {
        framing_init(&an->framing, kind, x->mem,
                     (size_t)x->config->limits.event);
    } else {
        expect_more(x, an);
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
    if (x->failed || again_after(x, an, res->status, &res->fields) ||
        res->status >= 400)
        return;
    if (res->status < 200 || res->status > 299) {
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
