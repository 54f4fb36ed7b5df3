/* SPDX-License-Identifier: MIT */
/* A client asks as OpenAI or as Ollama has it, a target is asked by its row's
 * embedder or as OpenAI has it: the four meet here. */
#include "core/api/embedding.h"

#include "core/api/request.h"
#include "core/api/translated.h"
#include "core/config.h"

enum {
    WORK_FIRST = 4096,
    WORK_BODIES = 4, /* a body's text, its values, what it becomes */
};

static bool is_ollama(const struct endpoint *e)
{
    return e->embeds == EMBEDS_OLLAMA || e->embeds == EMBEDS_PROMPT;
}

bool embedding_begin(struct embedding *e, const struct endpoint *endpoint,
                     const struct target *t)
{
    if (endpoint->embeds == EMBEDS_NONE)
        return false;
    e->endpoint = endpoint;
    e->client.is_legacy = endpoint->embeds == EMBEDS_PROMPT;
    e->way = embed_way_choose(t->provider, endpoint->dialect, t->model);
    return is_ollama(endpoint) || e->way != NULL;
}

static const struct embedder *embedder_of(const struct embedding *e)
{
    return e->way != NULL ? e->way->embedder : &embedder_openai;
}

void embedding_release(struct embedding *e)
{
    arena_release(&e->work);
}

/* The held body, once. */
static bool read_body(struct exchange *x, struct embedding *e,
                      struct failure *why)
{
    struct err err = {0};
    enum sl_rc rc;

    if (e->client.request != NULL)
        return true;
    embedding_release(e);
    arena_init(&e->work, x->bodies, WORK_FIRST,
               WORK_BODIES * (size_t)x->config->limits.body);
    rc = ollama_embed_read(&e->client, str_trim(body_bytes(x)), &e->work, &err);
    if (rc == SL_OK)
        e->client.request->n_extras = translated_forget(
            e->client.request->extras, e->client.request->n_extras);
    else if (rc == SL_NOMEM)
        x->failed = true;
    else if (rc == SL_BAD_REQUEST)
        *why = translated_why(x, &err);
    else
        *why = request_bad_json(x, rc, &err);
    return rc == SL_OK;
}

bool embedding_write(struct exchange *x, struct embedding *e,
                     const struct target *t, struct embed_written *written,
                     struct failure *why)
{
    enum sl_rc rc;

    if (!read_body(x, e, why))
        return false;
    rc = embed_write_request(embedder_of(e), e->client.request, t->model,
                             &e->work, written);
    /* It is recorded, too. */
    if (rc == SL_OK && !arena_copy(&x->arena, written->loss, &written->loss))
        rc = SL_NOMEM;
    if (rc == SL_NOMEM)
        x->failed = true;
    else if (rc != SL_OK)
        *why = translated_why(x, &written->err);
    return rc == SL_OK;
}

struct str embedding_path(struct exchange *x, const struct embedding *e,
                          const struct attempt *a)
{
    struct str path;

    if (e->way == NULL)
        return request_path(x, a, e->endpoint);
    path = embed_way_path(e->way, a->model, &x->arena);
    if (path.n == 0)
        x->failed = true;
    return path;
}

struct str embedding_base_end(const struct embedding *e)
{
    return e->way != NULL ? e->way->base_end : (struct str){0};
}

enum sl_rc embedding_answer(struct exchange *x, struct embedding *e,
                            struct str body, struct embedding_told *told)
{
    struct embed_reply reply = {.usage = USAGE_UNKNOWN};
    const struct embedder *embedder = embedder_of(e);
    struct str tokens;
    enum sl_rc rc;

    if (is_ollama(e->endpoint))
        rc = ollama_embed_write(&e->client, embedder, body, &e->work, &reply);
    else
        rc = embed_write_answer(embedder, e->client.request, body, &e->work,
                                &reply);
    if (rc != SL_OK)
        return rc;
    *told = (struct embedding_told){.body = reply.body};
    if (reply.usage.input_tokens < 0)
        return SL_OK;
    tokens = exchange_number(x, (uint64_t)reply.usage.input_tokens);
    told->usage = JOIN(x, STR("{\"prompt_tokens\":"), tokens,
                       STR(",\"total_tokens\":"), tokens, STR("}"));
    return SL_OK;
}
