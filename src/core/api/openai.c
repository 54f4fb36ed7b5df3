/* SPDX-License-Identifier: MIT */
/* OpenAI's surfaces with a JSON body: chat, completions, embeddings,
 * moderations, image generation, speech. The client's bytes go upstream with
 * only the edits the route needs: the model's name; stream_options when usage
 * must be counted and the client did not ask; members the provider refuses
 * taken out (and named in sluice-loss). */
#include "core/api/answer.h"
#include "core/api/chat_steps.h"
#include "core/api/request.h"
#include "core/base/json.h"
#include "core/plan.h"

enum {
    WANT_MODEL,
    WANT_STREAM,
    WANT_STREAM_OPTIONS,
    WANT_OVERRIDES,
    WANTS = WANT_OVERRIDES + OVERRIDES
};

enum {
    DROPS_MAX = 24,  /* members one provider refuses */
    EDIT_PIECES = 8, /* pieces that one edit can make */
};

struct openai {
    struct answer answer; /* first: found by its attempt */
    struct lookup lookup;
    struct chat_steps steps;
    struct json_want want[WANTS];
    struct overrides overrides;
    bool keeps_overrides; /* they are the provider's own business */
    struct str *pieces;   /* of the edited body */
    size_t n_pieces, total;
};

/* ---- sending ---- */

static void send(struct exchange *x, struct attempt *a)
{
    struct openai *o = (struct openai *)a;
    struct http_framing framing = {.body = HTTP_BODY_LENGTH,
                                   .length = o->total};
    const struct provider *p = a->provider;
    const struct endpoint *e = o->answer.endpoint;
    struct fetch *c = &a->fetch;
    struct chat_body body = {o->pieces, o->n_pieces, o->total};

    fetch_field(x, c, STR("content-type"), STR("application/json"));
    fetch_field(x, c, STR("accept"),
                o->answer.asked_stream ? STR("text/event-stream")
                : e->is_raw            ? STR("*/*")
                                       : STR("application/json"));
    request_forward_fields(x, c);
    if (chat_steps_send(x, a, &o->steps, &body)) {
        answer_expect(x, &o->answer);
        return;
    }
    fetch_open(x, c, STR("POST"), request_path(x, p, e), &framing);
    for (size_t i = 0; i < o->n_pieces; i++)
        fetch_push(x, c, o->pieces[i]);
    fetch_end(x, c);
    answer_expect(x, &o->answer);
}

static bool can_resend(struct exchange *x, struct attempt *a)
{
    (void)x;
    return !a->committed;
}

static void head(struct exchange *x, struct attempt *a,
                 const struct http_response *res, int64_t length)
{
    struct openai *o = (struct openai *)a;

    chat_steps_head(x, a, &o->steps, res);
    answer_head(x, a, res, length);
}

static const struct attempt_events attempt_on = {
    send, can_resend, head, answer_body, answer_failed,
};

/* ---- editing ---- */

/* stream_options with include_usage, however the client wrote it. */
static void ask_for_usage(struct openai *o, struct json_edit *e,
                          struct str body)
{
    struct json_want usage = {.name = STR_INIT("include_usage")};
    struct str options = o->want[WANT_STREAM_OPTIONS].value;

    if (json_raw_type(options) != JSON_OBJECT) {
        o->answer.hides_usage = true;
        if (options.n != 0)
            json_edit_replace(e, options, STR("{\"include_usage\":true}"));
        else
            json_edit_insert(e, body, STR("stream_options"),
                             STR("{\"include_usage\":true}"));
        return;
    }
    if (json_scan(options, &usage, 1, NULL) != SL_OK ||
        json_raw_type(usage.value) == JSON_TRUE)
        return;
    o->answer.hides_usage = true;
    if (usage.value.n != 0)
        json_edit_replace(e, usage.value, STR("true"));
    else
        json_edit_insert(e, options, STR("include_usage"), STR("true"));
}

/* Takes out what the provider would refuse, and notes it as lost. */
static void drop_members(struct exchange *x, struct openai *o,
                         const struct provider *p, struct json_edit *e)
{
    const char *const *drops = p->row->quirks.drops;
    struct str body = e->text;
    struct json_want want[DROPS_MAX] = {0};
    struct buf loss;
    size_t n = 0;

    for (; drops != NULL && drops[n] != NULL; n++) {
        SL_ASSERT(n < DROPS_MAX);
        want[n].name = str_of(drops[n]);
    }
    if (n == 0 || json_scan(body, want, n, NULL) != SL_OK)
        return;
    buf_init(&loss, arena_mem(&x->arena), 2048);
    for (size_t i = 0; i < n; i++) {
        if (want[i].member.n == 0)
            continue;
        json_edit_remove(e, body, want[i].member);
        if (loss.n != 0)
            buf_add(&loss, STR(", "));
        buf_add(&loss, want[i].name);
        buf_add(&loss, STR(";dropped"));
    }
    o->answer.loss = buf_str(&loss);
}

static bool is_strict(const struct exchange *x)
{
    return str_eq_nocase(http_value(&x->fields, STR("sluice-strict")),
                         STR("true"));
}

static struct str quoted(struct exchange *x, struct str text)
{
    struct buf out;

    buf_init(&out, arena_mem(&x->arena), 65536);
    json_str(&out, text);
    if (out.failed)
        x->failed = true;
    return buf_str(&out);
}

/* The body as this target must get it. */
static bool edit(struct exchange *x, struct openai *o, const struct target *t)
{
    const struct provider *p = t->provider;
    struct str body = str_trim(body_bytes(x));
    struct str pieces[EDIT_PIECES * (WANTS + DROPS_MAX)];
    struct json_edit e;
    struct str name;
    size_t n;

    json_edit_init(&e, body, &x->arena);
    name = quoted(x, chat_steps_begin(x, &o->steps, p, o->answer.endpoint,
                                      t->model));
    if (o->want[WANT_MODEL].value.n != 0)
        json_edit_replace(&e, o->want[WANT_MODEL].value, name);
    else
        json_edit_insert(&e, body, STR("model"), name);
    for (size_t i = WANT_OVERRIDES; i < WANTS && !o->keeps_overrides; i++)
        if (o->want[i].member.n != 0)
            json_edit_remove(&e, body, o->want[i].member);
    o->answer.hides_usage = false;
    o->answer.loss = (struct str){0};
    drop_members(x, o, p, &e);
    if (o->answer.loss.n != 0 && is_strict(x)) {
        reply_failure(x, &(struct failure){
                             .rc = SL_BAD_REQUEST,
                             .code = STR("unsupported_parameter"),
                             .what = JOIN(x,
                                          STR("sluice-strict: the provider "
                                              "does not take: "),
                                          o->answer.loss),
                         });
        return false;
    }
    if (o->answer.asked_stream && o->answer.endpoint->is_chat &&
        p->row->quirks.has_stream_options)
        ask_for_usage(o, &e, body);
    n = json_edit_pieces(&e, pieces, SL_LEN(pieces), &o->total);
    o->pieces = arena_array(&x->arena, struct str, n);
    o->n_pieces = n;
    if (n == 0 || o->pieces == NULL)
        x->failed = true;
    else
        memcpy(o->pieces, pieces, n * sizeof(pieces[0]));
    return !x->failed;
}

/* ---- the request ---- */

static void try_target(struct exchange *x, struct openai *o,
                       const struct target *t)
{
    o->answer.model = t->model;
    x->record.model = t->model;
    if (edit(x, o, t))
        attempt_start(x, &o->answer.attempt, t->provider, &attempt_on);
}

static bool next(struct exchange *x, struct answer *an)
{
    const struct target *t = answer_next_target(an);

    if (t == NULL)
        return false;
    attempt_cancel(x, &an->attempt);
    try_target(x, (struct openai *)an, t);
    return true;
}

static void go(struct exchange *x, const struct plan *plan)
{
    struct openai *o = x->state;

    o->answer.plan = *plan;
    o->answer.next = next;
    try_target(x, o, answer_next_target(&o->answer));
}

/* The name to begin with, and who else may answer. */
static bool read_names(struct exchange *x, struct openai *o, struct str *name)
{
    struct str raw = o->want[WANT_MODEL].value;
    struct overrides *more = &o->overrides;
    bool has_model = raw.n != 0 && json_raw_type(raw) != JSON_NULL;

    if (has_model && !request_model(x, raw, name))
        return false;
    o->keeps_overrides = has_model && overrides_are_foreign(x, *name);
    if (o->keeps_overrides)
        return true;
    if (!overrides_read(x, &o->want[WANT_OVERRIDES], more))
        return false;
    o->lookup.overrides = more;
    if (has_model)
        return true;
    if (more->models.n == 0)
        return request_model(x, raw, name);
    *name = more->models.v[0];
    return true;
}

static bool read_request(struct exchange *x, struct openai *o, struct str *name)
{
    struct err err = {0};
    enum json_type stream;
    enum sl_rc rc;

    o->want[WANT_MODEL].name = STR("model");
    o->want[WANT_STREAM].name = STR("stream");
    o->want[WANT_STREAM_OPTIONS].name = STR("stream_options");
    overrides_want(&o->want[WANT_OVERRIDES]);
    rc = json_scan(str_trim(body_bytes(x)), o->want, WANTS, &err);
    if (rc != SL_OK) {
        reply_bad_json(x, rc, &err);
        return false;
    }
    stream = json_raw_type(o->want[WANT_STREAM].value);
    o->answer.asked_stream = stream == JSON_TRUE;
    if (stream != JSON_NONE && stream != JSON_NULL && stream != JSON_TRUE &&
        stream != JSON_FALSE) {
        reply_failure(x, &(struct failure){
                             .rc = SL_BAD_REQUEST,
                             .code = STR("invalid_type"),
                             .param = STR("stream"),
                             .what = STR("stream must be true or false"),
                         });
        return false;
    }
    return read_names(x, o, name);
}

static void ready(struct exchange *x)
{
    struct openai *o = x->state;
    struct str name;

    if (read_request(x, o, &name))
        lookup_start(x, &o->lookup, name, go);
}

static void start(struct exchange *x)
{
    struct openai *o;

    if (!request_is_plain(x))
        return;
    o = arena_new(&x->arena, struct openai);
    if (o == NULL) {
        x->failed = true;
        return;
    }
    x->state = o;
    x->body.mode = BODY_HELD;
    o->answer.endpoint = x->route->endpoint;
}

static void picked(struct exchange *x, enum sl_rc rc, size_t key)
{
    struct openai *o = x->state;

    attempt_picked(x, &o->answer.attempt, rc, key);
}

static void loaded(struct exchange *x, enum sl_rc rc, struct str bytes)
{
    struct openai *o = x->state;

    lookup_loaded(x, &o->lookup, rc, bytes);
}

static void release(struct exchange *x)
{
    struct openai *o = x->state;

    if (o == NULL)
        return;
    answer_release(&o->answer);
    chat_steps_release(&o->steps);
    model_lists_release(o->lookup.lists);
}

const struct surface surface_json = {
    .name = STR_INIT("openai"),
    .start = start,
    .ready = ready,
    .picked = picked,
    .loaded = loaded,
    .release = release,
};
