/* SPDX-License-Identifier: MIT */
/* Looking at chat chunks without taking them apart: one scan over the top
 * level, one over each choice, none over what the choices hold beyond the few
 * members that decide. */
#include "core/dialects/openai_watch.h"

#include "core/base/json.h"

enum { MESSAGE_MAX = 500 }; /* bytes of foreign text put into an error */

static bool is_present(struct str raw)
{
    enum json_type t = json_raw_type(raw);

    return t != JSON_NONE && t != JSON_NULL;
}

/* "" and [] say nothing. */
static bool has_content(struct str raw)
{
    struct str rest = raw;
    struct str value;

    switch (json_raw_type(raw)) {
    case JSON_STRING:
        return raw.n > 2;
    case JSON_ARRAY:
        return json_next_element(&rest, &value);
    case JSON_OBJECT:
    case JSON_NUMBER:
    case JSON_TRUE:
        return true;
    case JSON_NONE:
    case JSON_NULL:
    case JSON_FALSE:
        break;
    }
    return false;
}

/* A delta or a message: does it hold anything for the client? */
static bool delta_has_content(struct str raw)
{
    struct json_want want[] = {
        {.name = STR_INIT("content")},
        {.name = STR_INIT("tool_calls")},
        {.name = STR_INIT("reasoning_content")},
        {.name = STR_INIT("reasoning")},
        {.name = STR_INIT("reasoning_details")},
        {.name = STR_INIT("refusal")},
        {.name = STR_INIT("audio")},
        {.name = STR_INIT("images")},
        {.name = STR_INIT("function_call")},
    };

    if (json_raw_type(raw) != JSON_OBJECT ||
        json_scan(raw, want, SL_LEN(want), NULL) != SL_OK)
        return false;
    for (size_t i = 0; i < SL_LEN(want); i++) {
        if (has_content(want[i].value))
            return true;
    }
    return false;
}

static void see_choice(struct str raw, struct openai_seen *seen)
{
    struct json_want want[] = {
        {.name = STR_INIT("delta")},
        {.name = STR_INIT("message")},
        {.name = STR_INIT("text")},
        {.name = STR_INIT("finish_reason")},
    };

    if (json_raw_type(raw) != JSON_OBJECT ||
        json_scan(raw, want, SL_LEN(want), NULL) != SL_OK)
        return;
    if (has_content(want[3].value)) {
        seen->finish = want[3].value;
        seen->is_finish = true;
        seen->is_meaningful = true;
    }
    if (!seen->is_meaningful)
        seen->is_meaningful = delta_has_content(want[0].value) ||
                              delta_has_content(want[1].value) ||
                              has_content(want[2].value);
}

/* The top level of a chunk or an answer; its choices in *choices. False: no
 * object. */
static bool see_top(struct str text, struct openai_seen *seen,
                    struct str *choices)
{
    struct json_want want[] = {
        {.name = STR_INIT("choices")},
        {.name = STR_INIT("usage")},
        {.name = STR_INIT("error")},
    };

    if (json_scan(text, want, SL_LEN(want), NULL) != SL_OK)
        return false;
    seen->is_json = true;
    if (is_present(want[1].value))
        seen->usage = want[1].value;
    if (is_present(want[2].value))
        seen->error = want[2].value;
    *choices =
        json_raw_type(want[0].value) == JSON_ARRAY ? want[0].value : STR("[]");
    return true;
}

void openai_chunk_see(struct str data, struct openai_seen *seen)
{
    struct str rest, choice;
    bool has_choice = false;

    *seen = (struct openai_seen){0};
    if (str_starts(data, STR("[DONE]"))) {
        seen->is_done = true;
        return;
    }
    if (!see_top(data, seen, &rest))
        return;
    while (json_next_element(&rest, &choice)) {
        has_choice = true;
        see_choice(choice, seen);
    }
    seen->is_usage_only = !has_choice && seen->usage.n != 0;
}

void openai_answer_see(struct str body, struct openai_seen *seen)
{
    struct json_want finish = {.name = STR_INIT("finish_reason")};
    struct str rest, choice;

    *seen = (struct openai_seen){0};
    if (see_top(body, seen, &rest) && json_next_element(&rest, &choice) &&
        json_scan(choice, &finish, 1, NULL) == SL_OK &&
        json_raw_type(finish.value) == JSON_STRING)
        seen->finish = finish.value;
}

static void read_count(struct str raw, int64_t *n)
{
    int64_t v;

    if (json_raw_type(raw) == JSON_NUMBER && json_raw_i64(raw, &v) && v >= 0 &&
        v <= USAGE_MOST)
        *n = v;
}

static void read_detail(struct str raw, struct str name, int64_t *n)
{
    struct json_want want = {.name = name};

    if (json_raw_type(raw) == JSON_OBJECT &&
        json_scan(raw, &want, 1, NULL) == SL_OK)
        read_count(want.value, n);
}

void openai_usage_read(struct str raw, struct usage *usage)
{
    struct json_want want[] = {
        {.name = STR_INIT("prompt_tokens")},
        {.name = STR_INIT("completion_tokens")},
        {.name = STR_INIT("input_tokens")},
        {.name = STR_INIT("output_tokens")},
        {.name = STR_INIT("prompt_tokens_details")},
        {.name = STR_INIT("completion_tokens_details")},
        {.name = STR_INIT("input_tokens_details")},
        {.name = STR_INIT("output_tokens_details")},
        {.name = STR_INIT("prompt_cache_hit_tokens")},
    };

    if (json_raw_type(raw) != JSON_OBJECT ||
        json_scan(raw, want, SL_LEN(want), NULL) != SL_OK)
        return;
    read_count(want[2].value, &usage->input_tokens);
    read_count(want[3].value, &usage->output_tokens);
    read_count(want[0].value, &usage->input_tokens);
    read_count(want[1].value, &usage->output_tokens);
    read_count(want[8].value, &usage->cached_tokens);
    read_detail(want[6].value, STR("cached_tokens"), &usage->cached_tokens);
    read_detail(want[4].value, STR("cached_tokens"), &usage->cached_tokens);
    read_detail(want[7].value, STR("reasoning_tokens"),
                &usage->reasoning_tokens);
    read_detail(want[5].value, STR("reasoning_tokens"),
                &usage->reasoning_tokens);
}

/* ---- errors ---- */

static struct str text_of(struct jval v, struct arena *a)
{
    struct str text = {0};

    if (!json_is_str(v) || !json_text(v, a, &text))
        return (struct str){0};
    return str_first(text, MESSAGE_MAX);
}

static struct str message_in(struct jval root, struct arena *a)
{
    static const struct str paths[] = {
        STR_INIT("error.message"),
        STR_INIT("error"),
        STR_INIT("message"),
        STR_INIT("detail"),
        STR_INIT("detail.error"),
        STR_INIT("detail.0.msg"),
        STR_INIT("errors.0.message"),
        STR_INIT("error.0.message"),
        STR_INIT("title"),
        STR_INIT("message.detail.0.msg"),
    };

    for (size_t i = 0; i < SL_LEN(paths); i++) {
        struct str text = text_of(json_path(root, paths[i]), a);

        if (text.n != 0)
            return text;
    }
    return (struct str){0};
}

/* What can be done about an error of Cloudflare's own. Its gateway counts from
 * 2000, Workers AI from 3000, its interface from 7000: no number is of two. */
static struct str cloudflare_advice(int64_t code)
{
    switch (code) {
    case 2001:
        return STR(": check AI_GATEWAY_NAME or the name after /g/, and "
                   "CLOUDFLARE_ACCOUNT_ID");
    case 2009:
        return STR(": set CF_AIG_TOKEN, or send cf-aig-authorization");
    case 2016:
    case 2017:
        return STR(": see the guardrails of the gateway");
    case 3036:
        return STR(": the account's free allocation of the day is used up");
    case 7003:
        return STR(": check CLOUDFLARE_ACCOUNT_ID");
    case 10000:
        return STR(": check that the token may use Workers AI, and that it is "
                   "of this account");
    default:
        return (struct str){0};
    }
}

/* {"success":false,"error":[{"code":2001,"message":"…"}]}, and the same with
 * "errors", as Cloudflare's other interfaces say it. */
static struct str cloudflare_message(struct jval root, struct arena *a)
{
    struct jval list = json_get(root, STR("error"));
    struct str text;
    struct buf out;
    int64_t code;

    if (!json_is_arr(list))
        list = json_get(root, STR("errors"));
    text = text_of(json_path(json_at(list, 0), STR("message")), a);
    if (!json_is_arr(list) || text.n == 0 ||
        !json_i64(json_get(json_at(list, 0), STR("code")), &code))
        return (struct str){0};
    buf_init(&out, arena_mem(a), 4096);
    buf_add(&out, text);
    buf_add(&out, STR(" (code "));
    buf_add_i64(&out, code);
    buf_add_char(&out, ')');
    buf_add(&out, cloudflare_advice(code));
    return out.failed ? text : buf_str(&out);
}

struct str openai_error_message(struct str body, struct arena *a)
{
    struct json doc;
    struct jval root;
    struct str text;

    if (json_parse(&doc, str_trim(body), a, NULL, NULL) != SL_OK)
        return (struct str){0};
    root = json_root(&doc);
    if (json_is_arr(root))
        root = json_at(root, 0);
    text = cloudflare_message(root, a);
    return text.n != 0 ? text : message_in(root, a);
}

bool openai_is_error_body(struct str body)
{
    struct json_want error = {.name = STR_INIT("error")};
    struct json_want message = {.name = STR_INIT("message")};

    return json_scan(body, &error, 1, NULL) == SL_OK &&
           json_raw_type(error.value) == JSON_OBJECT &&
           json_scan(error.value, &message, 1, NULL) == SL_OK &&
           json_raw_type(message.value) == JSON_STRING;
}

int openai_error_status(struct str raw)
{
    struct json_want want[] = {
        {.name = STR_INIT("code")},
        {.name = STR_INIT("status")},
    };
    int64_t v = 0;

    if (json_raw_type(raw) != JSON_OBJECT ||
        json_scan(raw, want, SL_LEN(want), NULL) != SL_OK)
        return 0;
    for (size_t i = 0; i < SL_LEN(want); i++) {
        if (json_raw_type(want[i].value) == JSON_NUMBER &&
            json_raw_i64(want[i].value, &v) && v >= 400 && v <= 599)
            return (int)v;
    }
    return 0;
}
