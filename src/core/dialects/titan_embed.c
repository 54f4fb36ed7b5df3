/* SPDX-License-Identifier: MIT */
/* Amazon's Titan on Bedrock: one text and one vector (providers' reference:
 * aws-bedrock, "InvokeModel"). The model stands in the path. */
#include "core/dialects/decoding.h"
#include "core/dialects/writing.h"
#include "core/embed.h"

static const struct str kept[] = {STR_INIT("normalize")};

static enum sl_rc write_request(struct embed_writing *w)
{
    const struct embed_request *q = w->request;

    buf_add_char(w->out, '{');
    json_member(w->out, STR("inputText"));
    json_str(w->out, q->inputs[0]);
    if (q->dimensions != 0)
        member_i64(w->out, STR("dimensions"), q->dimensions);
    member_extras(w->out, q->extras, q->n_extras, kept, SL_LEN(kept));
    buf_add_char(w->out, '}');
    embed_lose_rest(w, kept, SL_LEN(kept));
    return SL_OK;
}

static enum sl_rc read_answer(struct jval root, struct arena *a,
                              struct embed_answer *answer)
{
    if (!embed_room(answer, a, 1))
        return SL_NOMEM;
    answer->vectors[0] = json_get(root, STR("embedding"));
    answer->input_tokens =
        decoding_count(json_get(root, STR("inputTextTokenCount")));
    return SL_OK;
}

const struct embedder embedder_bedrock_titan = {
    .name = STR_INIT("bedrock-titan"),
    .write_request = write_request,
    .read_answer = read_answer,
    .max_inputs = 1,
};
