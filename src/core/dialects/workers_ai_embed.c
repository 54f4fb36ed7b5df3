/* SPDX-License-Identifier: MIT */
/* Embeddings of Workers AI's native interface: {"text":[…]}, and vectors in
 * "data" (seed systems, 6.8). How many numbers they have can't be chosen. */
#include "core/dialects/decoding.h"
#include "core/dialects/workers_ai.h"
#include "core/dialects/writing.h"
#include "core/embed.h"

enum { TEXTS = 100 };

static const struct str kept[] = {STR_INIT("pooling")};

static enum sl_rc write_request(struct embed_writing *w)
{
    const struct embed_request *q = w->request;

    buf_add_char(w->out, '{');
    member_texts(w->out, STR("text"), q->inputs, q->n);
    member_extras(w->out, q->extras, q->n_extras, kept, SL_LEN(kept));
    buf_add_char(w->out, '}');
    if (q->dimensions != 0)
        chat_lose(w->loss, STR("dimensions"), CHAT_DROPPED);
    embed_lose_rest(w, kept, SL_LEN(kept));
    return SL_OK;
}

static enum sl_rc read_answer(struct jval root, struct arena *a,
                              struct embed_answer *answer)
{
    struct jval result = workers_ai_result(root);

    answer->input_tokens =
        decoding_count(json_path(result, STR("usage.prompt_tokens")));
    return embed_take(answer, a, json_get(result, STR("data")),
                      (struct str){0});
}

const struct embedder embedder_workers_ai = {
    .name = STR_INIT("workers-ai"),
    .write_request = write_request,
    .read_answer = read_answer,
    .max_inputs = TEXTS,
};
