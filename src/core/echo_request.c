/* SPDX-License-Identifier: MIT */
/* Reading requests to the built-in provider: what is to be said, and which of
 * its tricks the model's name asks for. */
#include "core/echo_request.h"

#include "core/base/num.h"

enum {
    SLOW_MS = 3000,
    SLOW_MAX_MS = 600000,
    CUT_WORDS = 3,
};

/* ---- the model's name ---- */

static void refuse(struct echo_request *r, int status, struct str problem)
{
    r->status = status;
    r->problem = problem;
}

static void unknown_model(struct echo_request *r)
{
    refuse(r, 404,
           STR("sluice has the models echo, echo-50ms, slow, slow-10s, tools, "
               "error-429 and cut-5"));
}

static void read_model(struct echo_request *r)
{
    struct str kind = str_before(r->model, '-');
    struct str option = str_skip(r->model, kind.n + 1);
    int64_t n = 0;
    bool is_time = num_duration_ms(option, &n) && n <= SLOW_MAX_MS;

    if (option.n == 0)
        n = 0;
    if (str_eq(kind, STR("echo")) && (option.n == 0 || is_time)) {
        r->pace_ms = n;
    } else if (str_eq(kind, STR("slow")) && (option.n == 0 || is_time)) {
        r->delay_ms = option.n == 0 ? SLOW_MS : n;
    } else if (str_eq(kind, STR("cut")) &&
               (option.n == 0 || num_i64(option, &n))) {
        r->cut_after = option.n == 0 ? CUT_WORDS : n;
    } else if (str_eq(kind, STR("error")) &&
               (option.n == 0 || num_i64(option, &n)) &&
               (option.n == 0 || (n >= 400 && n <= 599))) {
        refuse(r, option.n == 0 ? 500 : (int)n,
               STR("sluice/error fails as it was asked to"));
    } else if (!str_eq(r->model, STR("tools"))) {
        unknown_model(r);
    }
}

/* ---- what to say ---- */

/* The text of a message's content: a string, or its text parts. */
static bool content_text(struct exchange *x, struct jval content,
                         struct str *text)
{
    struct jval_iter it = json_iter(content);
    struct buf all;

    *text = (struct str){0};
    if (json_is_str(content))
        return json_text(content, &x->arena, text);
    buf_init(&all, arena_mem(&x->arena), 1024 * 1024);
    while (json_is_arr(content) && json_iter_next(&it)) {
        struct str part;

        if (!json_text(json_get(it.value, STR("text")), &x->arena, &part))
            continue;
        if (all.n != 0)
            buf_add_char(&all, ' ');
        buf_add(&all, part);
    }
    *text = buf_str(&all);
    return !all.failed;
}

static bool last_message(struct exchange *x, struct jval messages,
                         struct echo_request *r, bool *is_tool_result)
{
    for (uint32_t i = json_count(messages); i > 0; i--) {
        struct jval m = json_at(messages, i - 1);
        struct jval role = json_get(m, STR("role"));

        *is_tool_result = json_text_eq(role, STR("tool"));
        if (*is_tool_result || json_text_eq(role, STR("user")))
            return content_text(x, json_get(m, STR("content")), &r->text);
    }
    return true;
}

/* A value that fits the type a schema names. */
static void write_sample(struct buf *out, struct jval schema, struct str text)
{
    struct jval type = json_get(schema, STR("type"));
    struct jval choices = json_get(schema, STR("enum"));

    if (json_count(choices) != 0)
        buf_add(out, json_raw(json_at(choices, 0)));
    else if (json_text_eq(type, STR("integer")) ||
             json_text_eq(type, STR("number")))
        buf_add(out, STR("1"));
    else if (json_text_eq(type, STR("boolean")))
        buf_add(out, STR("true"));
    else if (json_text_eq(type, STR("array")))
        buf_add(out, STR("[]"));
    else if (json_text_eq(type, STR("object")))
        buf_add(out, STR("{}"));
    else
        json_str(out, text);
}

static bool choose_tool(struct exchange *x, struct jval tools,
                        struct echo_request *r)
{
    struct jval function = json_get(json_at(tools, 0), STR("function"));
    struct jval properties = json_path(function, STR("parameters.properties"));
    struct jval_iter it = json_iter(properties);
    struct buf arguments;
    bool first = true;

    if (!json_is_str(json_get(function, STR("name"))))
        return true;
    if (!json_text(json_get(function, STR("name")), &x->arena, &r->tool))
        return false;
    buf_init(&arguments, arena_mem(&x->arena), 1024 * 1024);
    buf_add_char(&arguments, '{');
    while (json_is_obj(properties) && json_iter_next(&it)) {
        if (!first)
            buf_add_char(&arguments, ',');
        first = false;
        buf_add(&arguments, json_raw(it.name));
        buf_add_char(&arguments, ':');
        write_sample(&arguments, it.value, r->text);
    }
    buf_add_char(&arguments, '}');
    r->arguments = buf_str(&arguments);
    return !arguments.failed;
}

static bool read_chat(struct exchange *x, struct jval root,
                      struct echo_request *r)
{
    struct jval messages = json_get(root, STR("messages"));
    bool is_tool_result = false;

    if (!json_is_arr(messages) || json_count(messages) == 0) {
        refuse(r, 400, STR("messages must be an array that is not empty"));
        return true;
    }
    if (!last_message(x, messages, r, &is_tool_result))
        return false;
    if (str_eq(r->model, STR("tools")) && !is_tool_result)
        return choose_tool(x, json_get(root, STR("tools")), r);
    return true;
}

static void read_embeddings(struct jval root, struct echo_request *r)
{
    struct jval input = json_get(root, STR("input"));
    struct jval dimensions = json_get(root, STR("dimensions"));

    if (!json_is_str(input) && (!json_is_arr(input) || json_count(input) == 0))
        refuse(r, 400,
               STR("input must be a string or an array that is not "
                   "empty"));
    else if (!json_is_null(dimensions) &&
             (!json_i64(dimensions, &r->dimensions) || r->dimensions < 1 ||
              r->dimensions > ECHO_DIMENSIONS_MAX))
        refuse(r, 400, STR("dimensions must be an integer from 1 to 4096"));
}

/* ---- the whole ---- */

static enum echo_api api_of(struct str target)
{
    if (str_eq(target, STR("/chat/completions")))
        return ECHO_CHAT;
    if (str_eq(target, STR("/completions")))
        return ECHO_COMPLETIONS;
    if (str_eq(target, STR("/embeddings")))
        return ECHO_EMBEDDINGS;
    return ECHO_NO_API;
}

bool echo_request_read(struct exchange *x, struct str target, struct str body,
                       struct echo_request *r)
{
    struct jval root;
    enum sl_rc rc;

    *r = (struct echo_request){.api = api_of(target),
                               .cut_after = -1,
                               .dimensions = ECHO_DIMENSIONS,
                               .status = 200};
    if (r->api == ECHO_NO_API) {
        refuse(r, 404,
               STR("sluice serves chat, completions and embeddings only"));
        return true;
    }
    rc = json_parse(&r->doc, body, &x->arena, NULL, NULL);
    if (rc == SL_NOMEM)
        return false;
    root = json_root(&r->doc);
    if (rc != SL_OK ||
        !json_text(json_get(root, STR("model")), &x->arena, &r->model)) {
        refuse(r, 400, STR("the body is not valid JSON"));
        return true;
    }
    r->stream = json_is_true(json_get(root, STR("stream")));
    r->wants_usage =
        json_is_true(json_path(root, STR("stream_options.include_usage")));
    read_model(r);
    if (r->status != 200)
        return true;
    if (r->api == ECHO_CHAT)
        return read_chat(x, root, r);
    if (r->api == ECHO_COMPLETIONS)
        return content_text(x, json_get(root, STR("prompt")), &r->text);
    read_embeddings(root, r);
    return true;
}
