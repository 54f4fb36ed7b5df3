/* SPDX-License-Identifier: MIT */
/* The exchange's side of translate.h: its body, its arena, its errors. */
#include "core/api/translated.h"

#include "core/api/overrides.h"
#include "core/api/request.h"

struct failure translated_why(struct exchange *x, const struct err *err)
{
    bool is_large = err->rc == SL_TOO_LARGE;
    struct failure f = {.rc = is_large ? SL_TOO_LARGE : SL_BAD_REQUEST,
                        .code =
                            is_large ? (struct str){0} : STR("invalid_value"),
                        .param = err->where,
                        .what = err->what};

    if (err->where.n != 0)
        f.what = JOIN(x, err->where, STR(": "), err->what);
    return f;
}

/* What says who shall answer was for us. */
size_t translated_forget(struct chat_extra *extras, size_t n)
{
    struct json_want want[OVERRIDES];
    size_t kept = 0;

    overrides_want(want);
    for (size_t i = 0; i < n; i++) {
        bool is_ours = false;

        for (size_t k = 0; k < OVERRIDES; k++)
            is_ours = is_ours || str_eq(extras[i].name, want[k].name);
        if (!is_ours)
            extras[kept++] = extras[i];
    }
    return kept;
}

bool translated_read(struct exchange *x, const struct dialect *client,
                     const struct translate_path *path,
                     struct chat_request **request, struct failure *why)
{
    struct err err = {0};
    enum sl_rc rc = translate_read(
        &(struct translate_source){client, str_trim(body_bytes(x)), path},
        &x->arena, request, &err);

    if (rc == SL_OK && (*request)->previous_response_id.n != 0) {
        err.where = STR("previous_response_id");
        err.what = STR("answers are not kept: send the conversation as input");
        rc = SL_BAD_REQUEST;
    }
    if (rc == SL_OK) {
        (*request)->n_extras =
            translated_forget((*request)->extras, (*request)->n_extras);
        return true;
    }
    if (rc == SL_NOMEM)
        x->failed = true;
    else if (rc == SL_BAD_REQUEST)
        *why = translated_why(x, &err);
    else
        *why = request_bad_json(x, rc, &err);
    return false;
}

bool translated_write(struct exchange *x, const struct chat_request *request,
                      const struct chat_way *way, struct str model,
                      struct translate_written *written)
{
    enum sl_rc rc;

    buf_release(written->out);
    buf_init(written->out, x->bodies, (size_t)x->config->limits.body);
    rc = translate_write(
        &(struct translate_target){way->dialect, model, &way->quirks}, request,
        &x->arena, written);
    if (rc == SL_NOMEM)
        x->failed = true;
    else if (rc == SL_TOO_LARGE)
        (void)err_set(&written->err, rc, (struct str){0},
                      STR("the request's body is over limits.body in the "
                          "provider's format"));
    return rc == SL_OK;
}
