/* SPDX-License-Identifier: MIT */
/* Cohere's embeddings: at home (/v2/embed) and on Bedrock, where the model
 * stands in the path and the answer may be of the older form (providers'
 * reference: cohere section 4, aws-bedrock section 6). OpenAI does not say what
 * the texts are for: they are documents, unless the client says "input_type".
 */
#include "core/dialects/decoding.h"
#include "core/dialects/writing.h"
#include "core/embed.h"

enum { TEXTS = 96 };

static const struct str kept[] = {
    STR_INIT("input_type"),
    STR_INIT("truncate"),
    STR_INIT("max_tokens"),
    STR_INIT("priority"),
};

static void write_members(struct embed_writing *w)
{
    const struct embed_request *q = w->request;
    bool has_type = false;

    member_texts(w->out, STR("texts"), q->inputs, q->n);
    member_extras(w->out, q->extras, q->n_extras, kept, SL_LEN(kept));
    for (size_t i = 0; i < q->n_extras; i++)
        has_type |= str_eq(q->extras[i].name, kept[0]);
    if (!has_type)
        member_text(w->out, kept[0], STR("search_document"));
    if (q->dimensions != 0)
        member_i64(w->out, STR("output_dimension"), q->dimensions);
    member_raw(w->out, STR("embedding_types"), STR("[\"float\"]"));
    buf_add_char(w->out, '}');
    embed_lose_rest(w, kept, SL_LEN(kept));
}

static enum sl_rc write_home(struct embed_writing *w)
{
    buf_add_char(w->out, '{');
    json_member(w->out, STR("model"));
    json_str(w->out, w->model);
    write_members(w);
    return SL_OK;
}

static enum sl_rc write_bedrock(struct embed_writing *w)
{
    buf_add_char(w->out, '{');
    write_members(w);
    return SL_OK;
}

/* {"float":[[…]]}, or the array itself. */
static enum sl_rc read_answer(struct jval root, struct arena *a,
                              struct embed_answer *answer)
{
    struct jval list = json_get(root, STR("embeddings"));

    answer->input_tokens =
        decoding_count(json_path(root, STR("meta.billed_units.input_tokens")));
    if (json_is_obj(list))
        list = json_get(list, STR("float"));
    return embed_take(answer, a, list, (struct str){0});
}

const struct embedder embedder_cohere = {
    .name = STR_INIT("cohere"),
    .write_request = write_home,
    .read_answer = read_answer,
    .max_inputs = TEXTS,
};

const struct embedder embedder_bedrock_cohere = {
    .name = STR_INIT("bedrock-cohere"),
    .write_request = write_bedrock,
    .read_answer = read_answer,
    .max_inputs = TEXTS,
};
