/* SPDX-License-Identifier: MIT */
/* Surfaces with a JSON body: chats of every dialect, and OpenAI's completions,
 * embeddings, moderations, image generation, speech. Where the provider speaks
 * the caller's dialect the client's bytes go upstream with only the edits the
 * route needs (edit.h), else a translation of them does (translated.h). */
#include "core/api/answer.h"
#include "core/api/chat_steps.h"
#include "core/api/count.h"
#include "core/api/edit.h"
#include "core/api/load.h"
#include "core/api/model_path.h"
#include "core/api/request.h"
#include "core/api/session.h"
#include "core/api/translated.h"
#include "core/api/whole.h"
#include "core/base/url.h"
#include "core/embed.h"
#include "core/shown.h"

/* What chats over a provider's own path never need. */
struct rare {
    struct chat_steps steps;
    struct whole whole; /* of an->whole */
};

struct openai {
    struct answer answer; /* first: found by its attempt */
    struct race race;     /* of the first leg */
    struct lookup lookup;
    struct rare *rare;            /* NULL: not needed */
    struct edit edit;             /* the body as the target at hand gets it */
    const struct dialect *client; /* the caller's; NULL: this is no chat */
    struct overrides *overrides;  /* NULL: none, or the provider's business */
    bool keeps_overrides;         /* the latter */
    struct translate_path *path;  /* what stands there of the request; NULL */
    struct chat_request *request; /* once a target needed a translation, */
    struct failure *unread;       /* or why there is none */
    const struct chat_way *way;   /* to the target at hand; NULL: no chat */
    bool is_count;                /* its tokens are wanted, no answer */
    bool is_translated; /* edit holds a body other than the client's: */
    struct buf translated;
};

/* ---- sending ---- */

static struct str accepts(const struct openai *o)
{
    if (o->answer.whole != NULL)
        return whole_accept(&o->rare->whole);
    if (!o->answer.asked_stream)
        return o->answer.endpoint->is_raw ? STR("*/*")
                                          : STR("application/json");
    return o->way != NULL ? o->way->dialect->accept : STR("text/event-stream");
}

static struct str path_of(struct exchange *x, const struct openai *o)
{
    struct str model = o->answer.attempt.model;
    struct str path;

    if (o->answer.whole != NULL)
        return whole_path(x, &o->rare->whole, &o->answer.attempt);
    if (o->way == NULL)
        return request_path(x, &o->answer.attempt, o->answer.endpoint);
    path = o->is_count
               ? way_count_path(o->way, model, &x->arena)
               : way_path(o->way, model, o->answer.asked_stream, &x->arena);
    if (path.n == 0)
        x->failed = true;
    return path;
}

/* Whose words the provider is asked in; {0}: they pass unchanged. */
static struct str dialect_name(const struct openai *o)
{
    if (o->answer.whole != NULL)
        return whole_form_name(&o->rare->whole);
    return o->way != NULL ? o->way->dialect->name : (struct str){0};
}

static void send(struct exchange *x, struct attempt *a)
{
    struct openai *o = (struct openai *)a;
    const struct edit *e = &o->edit;
    struct http_framing framing = {.body = HTTP_BODY_LENGTH,
                                   .length = e->total};
    struct fetch *c = &a->fetch;
    struct chat_body body = {e->pieces, e->n, e->total};

    fetch_field(x, c, STR("content-type"), STR("application/json"));
    fetch_field(x, c, STR("accept"), accepts(o));
    if (o->way != NULL && o->way->dialect->prefer.n != 0 &&
        !o->answer.asked_stream)
        fetch_field(x, c, STR("prefer"), o->way->dialect->prefer);
    request_forward_fields(x, c, o->is_translated);
    c->base_end = o->way != NULL ? o->way->base_end : (struct str){0};
    if (o->answer.whole != NULL)
        c->base_end = whole_base_end(&o->rare->whole);
    answer_speaks(x, &o->answer, o->way != NULL ? o->way->dialect : NULL,
                  o->is_translated ? o->request : NULL);
    shown_note(x, dialect_name(o), o->answer.loss);
    if (x->failed)
        return;
    if (o->rare != NULL && chat_steps_send(x, a, &o->rare->steps, &body)) {
        answer_expect(x, &o->answer);
        return;
    }
    fetch_open(x, c, STR("POST"), path_of(x, o), &framing);
    for (size_t i = 0; i < e->n; i++)
        fetch_push(x, c, e->pieces[i]);
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

    if (o->rare != NULL)
        chat_steps_head(x, a, &o->rare->steps, res);
    answer_head(x, a, res, length);
}

static const struct attempt_events attempt_on = {
    send, can_resend, head, answer_body, answer_failed, answer_aside,
};

/* ---- the body for a target ---- */

static void edit_body(struct exchange *x, struct openai *o,
                      const struct target *t)
{
    const struct provider *p = t->provider;
    const struct chat_quirks *quirks =
        o->way == NULL ? &p->row->quirks : &o->way->quirks;
    bool is_openai = o->way == NULL || dialect_is_openai(o->way->dialect);
    struct edit_how how = {
        .drops = is_openai ? quirks->drops : NULL,
        .asks_usage = o->answer.asked_stream && o->answer.endpoint->is_chat &&
                      is_openai && quirks->has_stream_options,
        .keeps_overrides = o->keeps_overrides,
    };

    if (o->path == NULL && o->rare != NULL)
        how.model = chat_steps_begin(x, &o->rare->steps, p, o->answer.endpoint,
                                     t->model);
    else if (o->path == NULL)
        how.model = t->model;
    edit_write(x, &o->edit, &how);
    o->answer.loss = o->edit.loss;
    o->answer.hides_usage = o->edit.hides_usage;
}

static bool set_body(struct exchange *x, struct openai *o, struct str body,
                     struct str loss)
{
    o->edit.pieces = arena_array(&x->arena, struct str, 1);
    if (o->edit.pieces == NULL) {
        x->failed = true;
        return false;
    }
    o->edit.pieces[0] = body;
    o->edit.n = 1;
    o->edit.total = body.n;
    o->answer.loss = loss;
    o->answer.hides_usage = false;
    return true;
}

/* The whole of it, in another form. */
static bool whole_body(struct exchange *x, struct openai *o,
                       struct failure *why)
{
    struct media_written written;

    return whole_write(x, &o->rare->whole, o->answer.target, &written, why) &&
           set_body(x, o, written.body, written.loss);
}

/* The client's words, once. */
static bool read_chat(struct exchange *x, struct openai *o, struct failure *why)
{
    if (o->unread != NULL)
        *why = *o->unread;
    if (o->request != NULL || o->unread != NULL)
        return o->request != NULL;
    if (translated_read(x, o->client, o->path, &o->request, why))
        return true;
    o->unread = arena_new(&x->arena, struct failure);
    if (o->unread == NULL)
        x->failed = true;
    else
        *o->unread = *why;
    return false;
}

/* The same of a chat, in another dialect. */
static bool translate_body(struct exchange *x, struct openai *o,
                           struct failure *why)
{
    struct translate_written written = {.out = &o->translated};

    if (o->rare != NULL)
        chat_steps_release(&o->rare->steps);
    if (!read_chat(x, o, why))
        return false;
    if (!translated_write(x, o->request, o->way, o->answer.attempt.model,
                          &written)) {
        *why = translated_why(x, &written.err);
        return false;
    }
    return set_body(x, o, written.body, written.loss);
}

static const struct chat_way *choose_way(const struct exchange *x,
                                         const struct openai *o,
                                         const struct target *t)
{
    if (o->client == NULL)
        return NULL;
    SL_ASSERT(t->provider != NULL);
    if (chat_steps_takes(x, t->provider, o->answer.endpoint))
        return &t->provider->compat_ways[COMPAT_CHAT];
    return way_choose(t->provider, o->client, t->model);
}

/* The path that the model's name may stand in. */
static struct str template_of(const struct openai *o, const struct target *t)
{
    if (o->way != NULL)
        return o->way->path;
    return o->answer.whole != NULL && o->rare->whole.way != NULL
               ? o->rare->whole.way->path
               : t->provider->compat;
}

/* False: why not, or it is answered. */
static bool prepare(struct exchange *x, struct answer *an, struct failure *why)
{
    struct openai *o = (struct openai *)an;
    const struct target *t = an->target;

    o->way = choose_way(x, o, t);
    an->whole = NULL;
    if (o->rare != NULL && whole_begin(&o->rare->whole, an->endpoint, t))
        an->whole = &o->rare->whole;
    if (!request_name_fits(x, template_of(o, t), t->model))
        return false;
    if (o->is_count && !count_is_asked(o->way, o->client)) {
        count_estimate(x, o->client, o->path, t);
        return false;
    }
    if (o->way != NULL && o->way->dialect != o->client &&
        load_is_asked(x, o->client)) {
        load_answer(x, o->client, t);
        return false;
    }
    /* Providers are asked for SSE, so an array is a translation. */
    o->is_translated =
        an->whole != NULL ||
        (o->way != NULL && (o->way->dialect != o->client || an->is_array));
    if (!o->is_translated)
        edit_body(x, o, t);
    else if (an->whole != NULL ? !whole_body(x, o, why)
                               : !translate_body(x, o, why))
        return false;
    if (o->overrides != NULL && o->overrides->loss.n != 0)
        an->loss = an->loss.n == 0
                       ? o->overrides->loss
                       : JOIN(x, an->loss, STR(", "), o->overrides->loss);
    if (an->loss.n == 0 || !request_is_strict(x))
        return true;
    *why = (struct failure){
        .rc = SL_BAD_REQUEST,
        .code = STR("unsupported_parameter"),
        .what = JOIN(x, STR("sluice-strict: the provider "), t->provider->name,
                     STR(" does not take: "), an->loss),
    };
    return false;
}

/* ---- the request ---- */

/* False: no memory. */
static bool make_rare(struct exchange *x, struct openai *o)
{
    o->rare = NULL;
    if (x->route->endpoint->whole == WHOLE_NONE &&
        !x->config->gateway_universal)
        return true;
    o->rare = arena_new(&x->arena, struct rare);
    x->failed = x->failed || o->rare == NULL;
    return o->rare != NULL;
}

static struct answer *twin(struct exchange *x, const struct answer *an)
{
    struct openai *o = arena_new(&x->arena, struct openai);

    if (o == NULL)
        return NULL;
    *o = *(const struct openai *)an;
    o->answer = answer_twin(an);
    o->translated = (struct buf){0};
    return make_rare(x, o) ? &o->answer : NULL;
}

static void release_leg(struct answer *an)
{
    struct openai *o = (struct openai *)an;

    buf_release(&o->translated);
    if (o->rare == NULL)
        return;
    chat_steps_release(&o->rare->steps);
    whole_release(&o->rare->whole);
}

static const struct answer_kind kind = {
    .on = &attempt_on,
    .prepare = prepare,
    .twin = twin,
    .release = release_leg,
};

/* An estimate would come before any answer that is late. */
static const struct answer_kind count_kind = {
    .on = &attempt_on,
    .prepare = prepare,
    .release = release_leg,
};

static void go(struct exchange *x, const struct plan *plan)
{
    struct openai *o = x->state;

    o->answer.kind = o->is_count ? &count_kind : &kind;
    race_start(x, &o->race, &o->answer, plan);
}

/* Who else may answer. False: answered, what is said of it is wrong. */
static bool read_overrides(struct exchange *x, struct openai *o)
{
    struct overrides said;

    if (!overrides_read(x, &o->edit.want[WANT_OVERRIDES], &said))
        return false;
    if (!said.is_set)
        return true;
    o->overrides = arena_new(&x->arena, struct overrides);
    o->lookup.overrides = o->overrides;
    if (o->overrides == NULL) {
        x->failed = true;
        return false;
    }
    *o->overrides = said;
    return true;
}

/* The name to begin with: of `models` when there is no `model`. */
static bool read_names(struct exchange *x, struct openai *o, struct str *name)
{
    struct str raw = o->edit.want[WANT_MODEL].value;
    bool has_model =
        o->path != NULL || (raw.n != 0 && json_raw_type(raw) != JSON_NULL);

    if (o->path != NULL)
        *name = o->path->model;
    else if (has_model && !request_model(x, raw, name))
        return false;
    o->keeps_overrides = has_model && overrides_are_foreign(x, *name);
    if (o->keeps_overrides)
        return true;
    if (!read_overrides(x, o))
        return false;
    if (has_model)
        return true;
    if (o->overrides == NULL || o->overrides->models.n == 0)
        return request_model(x, raw, name);
    *name = o->overrides->models.v[0];
    return true;
}

static bool read_request(struct exchange *x, struct openai *o, struct str *name)
{
    struct json_want session[SESSION_WANTS];
    struct err err = {0};
    enum json_type stream;
    enum sl_rc rc = edit_read(&o->edit, str_trim(body_bytes(x)), session, &err);

    if (rc != SL_OK) {
        reply_bad_json(x, rc, &err);
        return false;
    }
    stream = json_raw_type(o->edit.want[WANT_STREAM].value);
    o->answer.asked_stream =
        stream == JSON_TRUE ||
        (stream == JSON_NONE && o->answer.endpoint->is_stream_usual);
    if (o->is_count)
        o->answer.asked_stream = false;
    else if (o->path != NULL && o->path->has_stream)
        o->answer.asked_stream = o->path->is_stream;
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
    session_note(x, session);
    return read_names(x, o, name);
}

static void ready(struct exchange *x)
{
    struct openai *o = x->state;
    struct str name;

    if (read_request(x, o, &name))
        lookup_start(x, &o->lookup, name, go);
}

static bool asks_sse(struct str query)
{
    struct str name, value;

    while (url_query_next(&query, &name, &value)) {
        if (url_eq(name, STR("alt")) && url_eq(value, STR("sse")))
            return true;
    }
    return false;
}

/* Gemini's paths: "MODEL:generateContent" behind /models/. */
static void read_path(struct exchange *x, struct openai *o)
{
    o->path = arena_new(&x->arena, struct translate_path);
    if (o->path == NULL) {
        x->failed = true;
        return;
    }
    if (!model_path_read(x, o->path, &o->is_count))
        return;
    /* Without it a stream is one JSON array, as Google has it. */
    o->answer.is_array = o->path->is_stream && !asks_sse(x->query);
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
    if (!make_rare(x, o))
        return;
    x->body.mode = BODY_HELD;
    o->answer.endpoint = x->route->endpoint;
    if (x->route->endpoint->whole == WHOLE_NONE)
        o->client = x->route->endpoint->dialect;
    o->is_count = x->route->endpoint->is_count;
    if (x->route->endpoint->has_path_model)
        read_path(x, o);
    /* What is counted is no chat's answer. */
    o->answer.client = o->is_count ? NULL : o->client;
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
    race_release(&o->race);
    model_lists_release(o->lookup.lists);
}

const struct surface surface_json = {
    .name = STR_INIT("openai"),
    .start = start,
    .ready = ready,
    .loaded = loaded,
    .release = release,
};
