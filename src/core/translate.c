/* SPDX-License-Identifier: MIT */
/* Dialect to dialect. The sink between a decoder and an encoder is where an
 * answer's meaning is seen, whatever its dialect. */
#include "core/translate.h"

enum {
    OUT_BYTES = 64 * 1024 * 1024, /* the arenas are the nearer limit */
    ALLOWED = 1024, /* names in a choice: each tool is looked for among them */
    CALLS = 1024,   /* of one choice; more are not understood: clients' dialects
                       look for one among the others */
    NAME_BYTES = 512, /* of an id or a model's name that a provider gives */
};

/* ---- the request ---- */

enum sl_rc translate_read(const struct translate_source *from, struct arena *a,
                          struct chat_request **request, struct err *err)
{
    struct json *doc = arena_new(a, struct json);
    struct chat_request *q = arena_new(a, struct chat_request);
    struct chat_reading r = {.arena = a, .request = q, .err = err};
    enum sl_rc rc;

    if (doc == NULL || q == NULL)
        return SL_NOMEM;
    rc = json_parse(doc, from->body, a, NULL, err);
    if (rc != SL_OK)
        return rc;
    r.root = json_root(doc);
    if (!json_is_obj(r.root))
        return err_set(err, SL_BAD_REQUEST, (struct str){0},
                       STR("the body must be a JSON object"));
    q->from = from->client;
    q->reasoning_budget = -1;
    if (from->path != NULL) {
        r.path_model = from->path->model;
        r.path_stream = from->path->is_stream;
    }
    rc = from->client->read_request(&r);
    if (rc == SL_OK)
        rc = r.rc;
    if (rc == SL_OK && q->n_allowed > ALLOWED)
        rc = err_set(err, SL_BAD_REQUEST, STR("tool_choice"),
                     STR("must not name more than 1024 tools"));
    if (rc == SL_OK)
        *request = q;
    return rc;
}

/* Writers speak of messages; the client may have another word for them. */
static struct str refused_where(const struct chat_writing *w)
{
    const struct dialect *client = w->request->from;

    return client != NULL && client->history.n != 0 &&
                   str_starts(w->refused_where, STR("messages"))
               ? client->history
               : w->refused_where;
}

enum sl_rc translate_write(const struct translate_target *to,
                           const struct chat_request *request, struct arena *a,
                           struct translate_written *written)
{
    static const struct chat_quirks none = {0};
    struct chat_loss loss;
    struct buf in_arena = {0};
    struct chat_writing w = {
        .arena = a,
        .request = request,
        .model = to->model,
        .out = written->out != NULL ? written->out : &in_arena,
        .loss = &loss,
        .quirks = to->quirks != NULL ? to->quirks : &none,
    };

    chat_loss_init(&loss, a);
    buf_init(&in_arena, arena_mem(a), OUT_BYTES);
    to->provider->write_request(&w);
    written->body = buf_str(w.out);
    written->loss = buf_str(&loss.text);
    if (w.refused.n != 0)
        return err_set(&written->err, SL_BAD_REQUEST, refused_where(&w),
                       w.refused);
    return buf_rc(&loss.text) == SL_NOMEM ? SL_NOMEM : buf_rc(w.out);
}

/* ---- the answer ---- */

static struct str keep(struct translation *t, struct str text)
{
    struct str copy = {0};

    if (!arena_copy(t->decoder.arena, text, &copy))
        t->failed = true;
    return copy;
}

static void see_error(struct translation *t, const struct chat_error *error)
{
    struct chat_error *e = &t->seen.error;

    if (t->seen.has_error)
        return;
    *e = *error;
    e->type = keep(t, e->type);
    e->code = keep(t, e->code);
    e->param = keep(t, e->param);
    e->message = keep(t, e->message);
    t->seen.has_error = true;
}

/* A stream that ends without a finish of all its choices was cut. */
static void see_choice(struct translation *t, const struct chat_event *ev)
{
    uint64_t bit = UINT64_C(1) << (ev->choice < 63 ? ev->choice : 63);

    t->choices |= bit;
    if (ev->kind == CHAT_EVENT_FINISH)
        t->finished |= bit;
    t->seen.is_finished = t->choices == t->finished;
}

static void see(struct translation *t, const struct chat_event *ev)
{
    struct translation_seen *seen = &t->seen;

    switch (ev->kind) {
    case CHAT_EVENT_TEXT:
    case CHAT_EVENT_REFUSAL:
    case CHAT_EVENT_REASONING:
        seen->is_meaningful |= ev->text.n != 0;
        see_choice(t, ev);
        break;
    case CHAT_EVENT_STATE:
    case CHAT_EVENT_TOOL_START:
    case CHAT_EVENT_IMAGE:
    case CHAT_EVENT_AUDIO:
        seen->is_meaningful = true;
        see_choice(t, ev);
        break;
    case CHAT_EVENT_FINISH:
        seen->is_meaningful = true;
        see_choice(t, ev);
        if (seen->finish == CHAT_FINISH_NONE)
            seen->finish = ev->finish;
        break;
    case CHAT_EVENT_USAGE:
        seen->has_usage = true;
        chat_usage_add(&seen->usage, &ev->usage);
        break;
    case CHAT_EVENT_ERROR:
        see_error(t, &ev->error);
        break;
    case CHAT_EVENT_END:
        seen->has_end = true;
        break;
    case CHAT_EVENT_START:
    case CHAT_EVENT_TOOL_ARGUMENTS:
    case CHAT_EVENT_TOOL_END:
    case CHAT_EVENT_CITATION:
    case CHAT_EVENT_LOGPROBS:
        break;
    }
    if (ev->kind != CHAT_EVENT_USAGE)
        seen->is_usage_alone = false;
}

static void tell(struct translation *t, const struct chat_event *ev)
{
    if (t->is_stream)
        t->encoder.dialect->encode(&t->encoder, ev);
    else
        t->fold.sink.on_event(&t->fold.sink, ev);
}

/* Every piece of a stream may repeat what it says: what no provider gives is
 * as if it had given none. */
static void tell_start(struct translation *t, const struct chat_event *ev)
{
    struct chat_event start = *ev;

    if (t->is_begun)
        return;
    t->is_begun = true;
    if (start.id.n > NAME_BYTES)
        start.id = (struct str){0};
    if (start.model.n > NAME_BYTES)
        start.model = (struct str){0};
    tell(t, &start);
}

/* The beginning is told once, and so is the end, whether the provider said it
 * or we did: nothing follows it. */
static void pass_on(struct translation *t, const struct chat_event *ev)
{
    if (t->is_ended)
        return;
    t->is_ended = ev->kind == CHAT_EVENT_END;
    if (ev->kind == CHAT_EVENT_START)
        tell_start(t, ev);
    else
        tell(t, ev);
    if (ev->kind != CHAT_EVENT_END || t->is_stream)
        return;
    /* Growing by doubling would need thrice the memory of a large answer. */
    if (chat_fold_end(&t->fold) != SL_OK ||
        buf_room(&t->out, 1 + t->n_body + t->n_body / 16) == NULL)
        t->failed = true;
    else
        t->encoder.dialect->write_answer(&t->encoder, &t->fold.answer);
}

static void on_event(struct chat_sink *sink, const struct chat_event *ev)
{
    struct translation *t = (struct translation *)sink;

    t->is_wild |= ev->kind == CHAT_EVENT_TOOL_START && ev->tool >= CALLS;
    if (t->seen.has_error || t->failed || t->is_wild)
        return;
    see(t, ev);
    if (!t->is_watch && ev->kind != CHAT_EVENT_ERROR)
        pass_on(t, ev);
}

void translation_init(struct translation *t,
                      const struct translation_setup *setup)
{
    *t = (struct translation){
        .sink = {on_event},
        .seen = {.usage = USAGE_UNKNOWN},
        .decoder = {.dialect = setup->provider,
                    .arena = setup->arena,
                    .turn = setup->turn,
                    .request = setup->request},
        .encoder = {.dialect = setup->client,
                    .arena = setup->arena,
                    .turn = setup->turn,
                    .request = setup->request,
                    .is_json_array = setup->is_array,
                    .id = setup->id,
                    .now_s = setup->now_s,
                    .model = setup->model},
        .is_watch = setup->is_watch,
        .is_stream = setup->is_stream,
    };
    t->decoder.sink = &t->sink;
    t->encoder.out = &t->out;
    t->encoder.loss = &t->loss;
    buf_init(&t->out, arena_mem(setup->turn), OUT_BYTES);
    chat_loss_init(&t->loss, setup->arena);
    chat_fold_init(&t->fold, setup->arena);
}

static enum sl_rc outcome(struct translation *t, enum sl_rc rc)
{
    if (t->failed || t->encoder.failed || t->out.failed ||
        buf_rc(&t->loss.text) == SL_NOMEM)
        return SL_NOMEM;
    return rc == SL_OK && t->is_wild ? SL_UP_GARBAGE : rc;
}

static void begin(struct translation *t)
{
    t->seen.is_meaningful = false;
    t->seen.is_usage_alone = true;
}

enum sl_rc translation_frame(struct translation *t,
                             const struct chat_frame *frame)
{
    enum sl_rc rc;

    begin(t);
    rc = t->decoder.dialect->decode(&t->decoder, frame);
    t->seen.is_usage_alone &= t->seen.has_usage;
    if (t->is_watch && rc == SL_OK)
        t->encoder.n_passed++;
    return outcome(t, rc);
}

enum sl_rc translation_whole(struct translation *t, struct str body)
{
    begin(t);
    t->n_body = body.n;
    return outcome(t, t->decoder.dialect->decode_whole(&t->decoder, body));
}

enum sl_rc translation_end(struct translation *t)
{
    if (!t->is_watch && !t->seen.has_error && !t->failed)
        pass_on(t, &(struct chat_event){.kind = CHAT_EVENT_END});
    return outcome(t, SL_OK);
}

void translation_fail(struct translation *t, const struct chat_error *error)
{
    t->encoder.dialect->encode(
        &t->encoder,
        &(struct chat_event){.kind = CHAT_EVENT_ERROR, .error = *error});
}

struct str translation_take(struct translation *t)
{
    struct str bytes = buf_str(&t->out);
    const struct sl_mem *mem = arena_mem(t->encoder.turn);

    /* The bytes stay where they are until the turn ends. */
    buf_init(&t->out, mem, OUT_BYTES);
    return bytes;
}

struct str translation_loss(const struct translation *t)
{
    return buf_str(&t->loss.text);
}
