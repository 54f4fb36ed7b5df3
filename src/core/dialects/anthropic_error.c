/* SPDX-License-Identifier: MIT */
/* Errors, by the table of anthropic-messages section 5, in both directions. */
#include "core/dialects/anthropic.h"

static const struct {
    struct str type; /* Anthropic's */
    int said;        /* its own status */
    int status;      /* what a client of another dialect gets */
    struct str openai_type, code;
} errors[] = {
    {STR_INIT("invalid_request_error"),
     400,
     400,
     STR_INIT("invalid_request_error"),
     {0}},
    {STR_INIT("authentication_error"), 401, 401,
     STR_INIT("authentication_error"), STR_INIT("invalid_api_key")},
    {STR_INIT("billing_error"), 402, 402, STR_INIT("insufficient_quota"),
     STR_INIT("insufficient_quota")},
    {STR_INIT("permission_error"), 403, 403, STR_INIT("permission_error"), {0}},
    {STR_INIT("not_found_error"), 404, 404, STR_INIT("invalid_request_error"),
     STR_INIT("model_not_found")},
    {STR_INIT("request_too_large"), 413, 413, STR_INIT("invalid_request_error"),
     STR_INIT("request_too_large")},
    {STR_INIT("rate_limit_error"), 429, 429, STR_INIT("rate_limit_error"),
     STR_INIT("rate_limit_exceeded")},
    {STR_INIT("api_error"), 500, 500, STR_INIT("server_error"), {0}},
    {STR_INIT("overloaded_error"), 529, 503, STR_INIT("server_error"),
     STR_INIT("overloaded")},
    {STR_INIT("timeout_error"), 504, 504, STR_INIT("timeout_error"), {0}},
};

/* By its type; where that is new, by the status. SL_LEN(errors): neither. */
static size_t find_error(struct jval type, int status)
{
    for (size_t i = 0; i < SL_LEN(errors); i++) {
        if (json_text_eq(type, errors[i].type))
            return i;
    }
    for (size_t i = 0; i < SL_LEN(errors); i++) {
        if (errors[i].said == status)
            return i;
    }
    return SL_LEN(errors);
}

void anthropic_error_object(struct jval error, struct arena *a,
                            struct chat_error *out)
{
    struct jval message = json_get(error, STR("message"));
    size_t i = find_error(json_get(error, STR("type")), out->status);

    if (!json_is_str(message) || !json_text(message, a, &out->message))
        out->message = (struct str){0};
    if (i == SL_LEN(errors))
        return;
    out->status = errors[i].status;
    out->type = errors[i].openai_type;
    out->code = errors[i].code;
    if (str_starts(out->message, STR("prompt is too long")))
        out->code = STR("context_length_exceeded");
}

void anthropic_read_error(struct str body, struct arena *a,
                          struct chat_error *out)
{
    struct json doc;
    struct jval root = {0};

    if (json_parse(&doc, str_trim(body), a, NULL, NULL) == SL_OK)
        root = json_root(&doc);
    anthropic_error_object(json_get(root, STR("error")), a, out);
}

static struct str type_of(int status)
{
    for (size_t i = 0; i < SL_LEN(errors); i++) {
        if (errors[i].said == status || errors[i].status == status)
            return errors[i].type;
    }
    return status >= 400 && status < 500 ? STR("invalid_request_error")
                                         : STR("api_error");
}

/* Anthropic says the path of what is wrong in the message. */
void anthropic_write_error(struct buf *out, const struct chat_error *error)
{
    struct str message =
        error->message.n != 0 ? error->message : STR("the request failed");

    buf_add(out, STR("{\"type\":\"error\",\"error\":{\"type\":"));
    json_str(out, type_of(error->status));
    buf_add(out, STR(",\"message\":\""));
    if (error->param.n != 0 && !str_has(message, error->param)) {
        json_str_part(out, error->param);
        buf_add(out, STR(": "));
    }
    json_str_part(out, message);
    buf_add(out, STR("\""));
    /* Its libraries then send the whole conversation. */
    if (str_eq(error->param, STR("thread")))
        buf_add(out, STR(",\"details\":{\"error_code\":"
                         "\"thread_unsupported_request\"}"));
    buf_add(out, STR("}}"));
}
