/* SPDX-License-Identifier: MIT */
/* Gemini's embeddings: batchEmbedContents, whatever the number of texts, as
 * Google's SDK does (providers' reference: google-gemini, section 5). */
#include "core/embed.h"

/* Members that Gemini alone has, by both of their names. */
static const struct {
    struct str from, to;
} extras[] = {
    {STR_INIT("taskType"), STR_INIT("taskType")},
    {STR_INIT("task_type"), STR_INIT("taskType")},
    {STR_INIT("title"), STR_INIT("title")},
};

static const struct str kept[] = {
    STR_INIT("taskType"),
    STR_INIT("task_type"),
    STR_INIT("title"),
};

static void write_extras(struct embed_writing *w)
{
    const struct embed_request *q = w->request;

    for (size_t i = 0; i < q->n_extras; i++) {
        for (size_t k = 0; k < SL_LEN(extras); k++) {
            if (!str_eq(q->extras[i].name, extras[k].from))
                continue;
            buf_add_char(w->out, ',');
            json_key(w->out, extras[k].to);
            buf_add(w->out, q->extras[i].raw);
        }
    }
}

static void write_one(struct embed_writing *w, struct str model,
                      struct str input)
{
    buf_add(w->out, STR("{\"model\":"));
    json_str(w->out, model);
    buf_add(w->out, STR(",\"content\":{\"parts\":[{\"text\":"));
    json_str(w->out, input);
    buf_add(w->out, STR("}]}"));
    if (w->request->dimensions != 0) {
        buf_add(w->out, STR(",\"outputDimensionality\":"));
        buf_add_i64(w->out, w->request->dimensions);
    }
    write_extras(w);
    buf_add_char(w->out, '}');
}

/* Each request of the batch names the model again, with its collection. */
static struct str full_name(struct embed_writing *w)
{
    struct buf name;

    if (str_starts(w->model, STR("models/")))
        return w->model;
    buf_init(&name, arena_mem(w->arena), 8 + w->model.n);
    buf_add(&name, STR("models/"));
    buf_add(&name, w->model);
    return name.failed ? (struct str){0} : buf_str(&name);
}

static enum sl_rc write_request(struct embed_writing *w)
{
    struct str model = full_name(w);

    if (model.n == 0)
        return SL_NOMEM;
    buf_add(w->out, STR("{\"requests\":["));
    for (size_t i = 0; i < w->request->n; i++) {
        if (i != 0)
            buf_add_char(w->out, ',');
        write_one(w, model, w->request->inputs[i]);
    }
    buf_add(w->out, STR("]}"));
    embed_lose_rest(w, kept, SL_LEN(kept));
    return SL_OK;
}

/* Nothing says what it cost. */
static enum sl_rc read_answer(struct jval root, struct arena *a,
                              struct embed_answer *answer)
{
    return embed_take(answer, a, json_get(root, STR("embeddings")),
                      STR("values"));
}

const struct embedder embedder_gemini = {
    .name = STR_INIT("gemini"),
    .write_request = write_request,
    .read_answer = read_answer,
};
