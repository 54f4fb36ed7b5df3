/* SPDX-License-Identifier: MIT */
/* A client asks as OpenAI or as Ollama has it, a target is asked by its row's
 * embedder, painter or speaker, or as OpenAI has it: they meet here. */
#include "core/api/whole.h"

#include "core/api/request.h"
#include "core/api/translated.h"
#include "core/config.h"

enum {
    WORK_FIRST = 4096,
    WORK_BODIES = 4, /* a body's text, its values, what it becomes */
};

/* How one kind is read, written and answered; memory of w->work. */
struct whole_form {
    struct str accept;
    enum sl_rc (*read)(struct whole *w, struct str body, struct err *err);
    enum sl_rc (*write)(struct whole *w, struct str model,
                        struct media_written *written);
    enum sl_rc (*answer)(struct whole *w, const struct media_given *given,
                         struct media_reply *reply);
};

/* What says who shall answer was for us. */
static void forget(struct chat_extra *extras, size_t *n)
{
    *n = translated_forget(extras, *n);
}

/* ---- embeddings ---- */

static bool is_ollama(const struct endpoint *e)
{
    return e->whole == WHOLE_EMBEDDINGS && e->dialect != NULL;
}

static const struct embedder *embedder_of(const struct whole *w)
{
    return w->way != NULL ? w->way->embedder : &embedder_openai;
}

static enum sl_rc embed_take_body(struct whole *w, struct str body,
                                  struct err *err)
{
    enum sl_rc rc;

    w->embed.is_legacy = w->endpoint->has_one_prompt;
    rc = ollama_embed_read(&w->embed, body, &w->work, err);
    if (rc == SL_OK)
        forget(w->embed.request->extras, &w->embed.request->n_extras);
    return rc;
}

static enum sl_rc embed_write(struct whole *w, struct str model,
                              struct media_written *written)
{
    struct embed_written said;
    enum sl_rc rc = embed_write_request(embedder_of(w), w->embed.request, model,
                                        &w->work, &said);

    *written = (struct media_written){said.body, said.loss, said.err};
    return rc;
}

static enum sl_rc embed_answer(struct whole *w, const struct media_given *given,
                               struct media_reply *reply)
{
    struct embed_reply said = {.usage = USAGE_UNKNOWN};
    enum sl_rc rc = is_ollama(w->endpoint)
                        ? ollama_embed_write(&w->embed, embedder_of(w),
                                             given->body, &w->work, &said)
                        : embed_write_answer(embedder_of(w), w->embed.request,
                                             given->body, &w->work, &said);

    *reply = (struct media_reply){.type = STR("application/json"),
                                  .body = said.body,
                                  .usage = said.usage};
    return rc;
}

/* ---- images ---- */

static enum sl_rc image_take_body(struct whole *w, struct str body,
                                  struct err *err)
{
    enum sl_rc rc = image_read(body, &w->work, &w->image, err);

    if (rc == SL_OK)
        forget(w->image->extras, &w->image->n_extras);
    return rc;
}

static enum sl_rc image_say(struct whole *w, struct str model,
                            struct media_written *written)
{
    return image_write(w->way->painter, w->image, model, &w->work, written);
}

static enum sl_rc image_reply(struct whole *w, const struct media_given *given,
                              struct media_reply *reply)
{
    return image_answer(w->way->painter, w->image, given, &w->work, reply);
}

/* ---- speech ---- */

static enum sl_rc speech_take_body(struct whole *w, struct str body,
                                   struct err *err)
{
    enum sl_rc rc = speech_read(body, &w->work, &w->speech, err);

    if (rc == SL_OK)
        forget(w->speech->extras, &w->speech->n_extras);
    return rc;
}

static enum sl_rc speech_say(struct whole *w, struct str model,
                             struct media_written *written)
{
    return speech_write(w->way->speaker, w->speech, model, &w->work, written);
}

static enum sl_rc speech_reply(struct whole *w, const struct media_given *given,
                               struct media_reply *reply)
{
    return speech_answer(w->way->speaker, w->speech, given, &w->work, reply);
}

/* ---- all of them ---- */

static const struct whole_form *form_of(enum whole_kind kind)
{
    static const struct whole_form forms[] = {
        {STR_INIT("application/json"), embed_take_body, embed_write,
         embed_answer},
        {STR_INIT("*/*"), image_take_body, image_say, image_reply},
        {STR_INIT("*/*"), speech_take_body, speech_say, speech_reply},
    };

    switch (kind) {
    case WHOLE_NONE:
        break;
    case WHOLE_EMBEDDINGS:
        return &forms[0];
    case WHOLE_IMAGES:
        return &forms[1];
    case WHOLE_SPEECH:
        return &forms[2];
    }
    return NULL;
}

bool whole_begin(struct whole *w, const struct endpoint *endpoint,
                 const struct target *t)
{
    w->form = form_of(endpoint->whole);
    if (w->form == NULL)
        return false;
    w->endpoint = endpoint;
    w->way = whole_way_choose(t->provider, endpoint->whole, endpoint->dialect,
                              t->model);
    return is_ollama(endpoint) || w->way != NULL;
}

void whole_release(struct whole *w)
{
    arena_release(&w->work);
}

/* The held body, once. */
static bool read_body(struct exchange *x, struct whole *w, struct failure *why)
{
    struct err err = {0};
    enum sl_rc rc;

    *why = w->unread;
    if (w->is_read || w->unread.rc != SL_OK)
        return w->is_read;
    whole_release(w);
    arena_init(&w->work, x->bodies, WORK_FIRST,
               WORK_BODIES * (size_t)x->config->limits.body);
    rc = w->form->read(w, str_trim(body_bytes(x)), &err);
    w->is_read = rc == SL_OK;
    if (rc == SL_NOMEM)
        x->failed = true;
    else if (rc == SL_BAD_REQUEST)
        w->unread = translated_why(x, &err);
    else if (rc != SL_OK)
        w->unread = request_bad_json(x, rc, &err);
    *why = w->unread;
    return w->is_read;
}

bool whole_write(struct exchange *x, struct whole *w, const struct target *t,
                 struct media_written *written, struct failure *why)
{
    enum sl_rc rc;

    if (!read_body(x, w, why))
        return false;
    rc = w->form->write(w, t->model, written);
    /* It is recorded, too. */
    if (rc == SL_OK && !arena_copy(&x->arena, written->loss, &written->loss))
        rc = SL_NOMEM;
    if (rc == SL_NOMEM)
        x->failed = true;
    else if (rc != SL_OK)
        *why = translated_why(x, &written->err);
    return rc == SL_OK;
}

struct str whole_path(struct exchange *x, const struct whole *w,
                      const struct attempt *a)
{
    struct str path;

    if (w->way == NULL)
        return request_path(x, a, w->endpoint);
    path = whole_way_path(w->way, a->model, &x->arena);
    if (path.n == 0)
        x->failed = true;
    return path;
}

struct str whole_form_name(const struct whole *w)
{
    if (w->way == NULL)
        return embedder_openai.name;
    switch (w->way->kind) {
    case WHOLE_NONE:
        break;
    case WHOLE_EMBEDDINGS:
        return w->way->embedder->name;
    case WHOLE_IMAGES:
        return w->way->painter->name;
    case WHOLE_SPEECH:
        return w->way->speaker->name;
    }
    return (struct str){0};
}

struct str whole_base_end(const struct whole *w)
{
    return w->way != NULL ? w->way->base_end : (struct str){0};
}

struct str whole_accept(const struct whole *w)
{
    return w->form->accept;
}

enum sl_rc whole_answer(struct exchange *x, struct whole *w,
                        const struct media_given *given,
                        struct media_reply *reply)
{
    enum sl_rc rc = w->form->answer(w, given, reply);

    /* They are recorded and told, too. */
    if ((rc == SL_OK || rc == SL_UP_ERROR) &&
        (!arena_copy(&x->arena, reply->loss, &reply->loss) ||
         !arena_copy(&x->arena, reply->type, &reply->type)))
        rc = SL_NOMEM;
    return rc;
}
