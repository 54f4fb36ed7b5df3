/* SPDX-License-Identifier: MIT */
/* OpenAI's embeddings as a provider's, for clients that speak otherwise
 * (Ollama's). */
#include "core/dialects/decoding.h"
#include "core/dialects/writing.h"
#include "core/embed.h"

static enum sl_rc write_request(struct embed_writing *w)
{
    const struct embed_request *q = w->request;

    buf_add_char(w->out, '{');
    json_member(w->out, STR("model"));
    json_str(w->out, w->model);
    member_texts(w->out, STR("input"), q->inputs, q->n);
    if (q->dimensions != 0)
        member_i64(w->out, STR("dimensions"), q->dimensions);
    member_text(w->out, STR("encoding_format"), STR("float"));
    member_text(w->out, STR("user"), q->user);
    buf_add_char(w->out, '}');
    for (size_t i = 0; i < q->n_extras; i++)
        chat_lose(w->loss, q->extras[i].name, CHAT_DROPPED);
    return SL_OK;
}

static enum sl_rc read_answer(struct jval root, struct arena *a,
                              struct embed_answer *answer)
{
    answer->input_tokens =
        decoding_count(json_path(root, STR("usage.prompt_tokens")));
    return embed_take(answer, a, json_get(root, STR("data")), STR("embedding"));
}

const struct embedder embedder_openai = {
    .name = STR_INIT("openai"),
    .write_request = write_request,
    .read_answer = read_answer,
};
