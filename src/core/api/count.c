/* SPDX-License-Identifier: MIT */
#include "core/api/count.h"

#include "core/base/json.h"
#include "core/count_tokens.h"
#include "core/dialects/gemini.h"

enum { COUNT_BYTES = 128 };

bool count_is_asked(const struct chat_way *way, const struct dialect *client)
{
    return way != NULL && way->dialect == client && way->count_path.n != 0;
}

/* Google takes the contents alone, or a whole request under this name. */
static void unwrap(struct exchange *x)
{
    struct json_want want = {.name = STR_INIT("generateContentRequest")};

    if (json_scan(str_trim(body_bytes(x)), &want, 1, NULL) != SL_OK ||
        json_raw_type(want.value) != JSON_OBJECT)
        return;
    memmove(x->body.p, want.value.p, want.value.n);
    x->body.n = want.value.n;
}

void count_estimate(struct exchange *x, const struct dialect *client,
                    const struct translate_path *path, const struct target *t)
{
    bool is_gemini = client == &dialect_gemini;
    struct chat_request *request;
    struct failure why = {0};
    struct buf out;

    if (is_gemini)
        unwrap(x);
    if (!translated_read(x, is_gemini ? client : &dialect_anthropic_count, path,
                         &request, &why)) {
        if (!x->failed)
            reply_failure(x, &why);
        return;
    }
    buf_init(&out, arena_mem(&x->arena), COUNT_BYTES);
    if (is_gemini)
        gemini_write_count(&out, count_tokens(request));
    else
        count_tokens_write(&out, count_tokens(request));
    reply_start(x, 200);
    reply_field(x, STR("sluice-provider"), t->provider->name);
    reply_field(x, STR("sluice-model"), t->model);
    reply_field(x, STR("sluice-estimated"), STR("true"));
    reply_field(x, STR("content-type"), STR("application/json"));
    if (out.failed)
        x->failed = true;
    reply_head_send(x, (int64_t)out.n);
    reply_send(x, buf_str(&out));
    reply_end(x);
}
