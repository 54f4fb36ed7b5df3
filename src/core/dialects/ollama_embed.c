/* SPDX-License-Identifier: MIT */
/* Ollama's embeddings, on both sides. A request differs from OpenAI's in its
 * further members alone, and the older one in the name of its text. */
#include "core/dialects/ollama_embed.h"

#include "core/dialects/decoding.h"
#include "core/dialects/writing.h"

enum { BODY_BYTES = 256 * 1024 * 1024 }; /* the arena is the nearer limit */

static const struct str kept[] = {
    STR_INIT("truncate"),
    STR_INIT("options"),
    STR_INIT("keep_alive"),
};

/* ---- a provider's ---- */

static enum sl_rc write_request(struct embed_writing *w)
{
    const struct embed_request *q = w->request;

    buf_add_char(w->out, '{');
    json_member(w->out, STR("model"));
    json_str(w->out, w->model);
    member_texts(w->out, STR("input"), q->inputs, q->n);
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
    answer->input_tokens =
        decoding_count(json_get(root, STR("prompt_eval_count")));
    return embed_take(answer, a, json_get(root, STR("embeddings")),
                      (struct str){0});
}

const struct embedder embedder_ollama = {
    .name = STR_INIT("ollama"),
    .write_request = write_request,
    .read_answer = read_answer,
};

/* ---- a client's ---- */

/* {"prompt":…} as {"input":…}. */
static enum sl_rc as_input(struct str body, struct arena *a, struct str *text,
                           struct err *err)
{
    struct json_want prompt = {.name = STR_INIT("prompt")};
    enum sl_rc rc = json_scan(body, &prompt, 1, err);
    struct json_edit edit;
    struct buf out;

    if (rc != SL_OK)
        return rc;
    if (json_raw_type(prompt.value) != JSON_STRING)
        return err_set(err, SL_BAD_REQUEST, STR("prompt"),
                       STR("must be a string"));
    json_edit_init(&edit, body, a);
    buf_init(&out, arena_mem(a), BODY_BYTES);
    json_edit_insert(&edit, str_trim(body), STR("input"), prompt.value);
    json_edit_write(&edit, &out);
    if (edit.failed || out.failed)
        return SL_NOMEM;
    *text = buf_str(&out);
    return SL_OK;
}

/* The prompt has been taken. */
static void forget_prompt(struct embed_request *q)
{
    size_t n = 0;

    for (size_t i = 0; i < q->n_extras; i++) {
        if (!str_eq(q->extras[i].name, STR("prompt")))
            q->extras[n++] = q->extras[i];
    }
    q->n_extras = n;
}

enum sl_rc ollama_embed_read(struct ollama_embed *e, struct str body,
                             struct arena *a, struct err *err)
{
    struct str text = body;
    enum sl_rc rc = SL_OK;

    if (e->is_legacy)
        rc = as_input(body, a, &text, err);
    if (rc == SL_OK)
        rc = embed_read(text, a, &e->request, err);
    if (rc == SL_OK && e->is_legacy)
        forget_prompt(e->request);
    return rc;
}

static bool is_vector(struct jval v)
{
    struct jval_iter it = json_iter(v);

    while (json_is_arr(v) && json_iter_next(&it)) {
        if (!json_is_num(it.value))
            return false;
    }
    return json_is_arr(v);
}

static void write_vectors(struct buf *out, const struct embed_answer *answer)
{
    json_member(out, STR("embeddings"));
    buf_add_char(out, '[');
    for (size_t i = 0; i < answer->n; i++) {
        json_next(out);
        buf_add(out, json_raw(answer->vectors[i]));
    }
    buf_add_char(out, ']');
}

enum sl_rc ollama_embed_write(const struct ollama_embed *e,
                              const struct embedder *embedder, struct str body,
                              struct arena *a, struct embed_reply *reply)
{
    struct embed_answer answer;
    struct buf out;
    enum sl_rc rc = embed_read_answer(embedder, e->request, body, a, &answer);

    for (size_t i = 0; rc == SL_OK && i < answer.n; i++)
        rc = is_vector(answer.vectors[i]) ? SL_OK : SL_UP_GARBAGE;
    if (rc != SL_OK)
        return rc;
    buf_init(&out, arena_mem(a), BODY_BYTES);
    buf_add_char(&out, '{');
    if (e->is_legacy) {
        member_raw(&out, STR("embedding"), json_raw(answer.vectors[0]));
    } else {
        json_member(&out, STR("model"));
        json_str(&out, e->request->model);
        write_vectors(&out, &answer);
        member_i64(&out, STR("total_duration"), 0);
        member_i64(&out, STR("load_duration"), 0);
        member_i64(&out, STR("prompt_eval_count"),
                   embed_tokens(e->request, &answer));
    }
    buf_add_char(&out, '}');
    if (out.failed)
        return SL_NOMEM;
    reply->body = buf_str(&out);
    reply->usage = USAGE_UNKNOWN;
    reply->usage.input_tokens = answer.input_tokens;
    return SL_OK;
}
