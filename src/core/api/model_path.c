/* SPDX-License-Identifier: MIT */
/* Gemini's paths (providers' reference: google-gemini section 1). The model is
 * named as everywhere, "openai/gpt-4o", its slash escaped or not. */
#include "core/api/model_path.h"

#include "core/api/request.h"
#include "core/base/url.h"

static void unknown_method(struct exchange *x, struct str method)
{
    reply_failure(
        x, &(struct failure){
               .rc = SL_NOT_FOUND,
               .code = STR("unknown_method"),
               .what = JOIN(x, STR("unknown method \""), str_first(method, 100),
                            STR("\": generateContent, "
                                "streamGenerateContent and countTokens are "
                                "served here")),
           });
}

/* Behind the last colon: names of models hold colons too. */
static size_t find_method(struct str rest)
{
    size_t at = rest.n;

    while (at > 0 && rest.p[at - 1] != ':')
        at--;
    return at;
}

bool model_path_is_call(struct str rest)
{
    struct str method = str_skip(rest, find_method(rest));

    return str_eq(method, STR("generateContent")) ||
           str_eq(method, STR("streamGenerateContent")) ||
           str_eq(method, STR("countTokens"));
}

bool model_path_read(struct exchange *x, struct translate_path *path,
                     bool *is_count)
{
    struct str rest = x->rest;
    size_t at = find_method(rest);
    struct str method = str_skip(rest, at);
    enum sl_rc rc;

    path->has_stream = true;
    path->is_stream = str_eq(method, STR("streamGenerateContent"));
    *is_count = str_eq(method, STR("countTokens"));
    if (at == 0 || !model_path_is_call(rest)) {
        unknown_method(x, at == 0 ? (struct str){0} : method);
        return false;
    }
    rc = url_decode(&x->arena, str_first(rest, at - 1), false, &path->model);
    if (rc == SL_NOMEM) {
        x->failed = true;
        return false;
    }
    if (rc == SL_OK && path->model.n != 0 && path->model.n <= MODEL_NAME_BYTES)
        return true;
    reply_failure(x, &(struct failure){
                         .rc = SL_BAD_REQUEST,
                         .param = STR("model"),
                         .what = path->model.n == 0
                                     ? STR("the path names no model")
                                     : STR("the model's name is too long"),
                     });
    return false;
}
