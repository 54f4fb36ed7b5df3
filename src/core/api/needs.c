/* SPDX-License-Identifier: MIT */
#include "core/api/needs.h"

#include "core/base/json.h"
#include "core/model_facts.h"

enum {
    NEED_MESSAGES,
    NEED_INPUT,
    NEED_PROMPT,
    NEED_SYSTEM,
    NEED_TOOLS,
    NEED_FUNCTIONS,
    NEED_EFFORT,
    NEED_REASONING,
    NEED_THINKING,
    NEED_FORMAT,
    NEEDS
};

/* An array with something in it. */
static bool is_filled(struct str raw)
{
    struct str value;

    return json_raw_type(raw) == JSON_ARRAY && json_next_element(&raw, &value);
}

static bool is_text(struct str raw, struct str text)
{
    return raw.n == text.n + 2 && raw.p[0] == '"' &&
           str_eq(str_first(str_skip(raw, 1), text.n), text);
}

/* A member of a raw object; {0}: it has none of that name. */
static struct str member(struct str object, struct str name)
{
    struct json_want want = {.name = name};

    if (json_raw_type(object) != JSON_OBJECT ||
        json_scan(object, &want, 1, NULL) != SL_OK)
        return (struct str){0};
    return want.value;
}

/* Parts of a content: images are counted, and their bytes. */
static void see_content(struct str content, size_t *images, size_t *bytes)
{
    struct str part;

    if (json_raw_type(content) != JSON_ARRAY)
        return;
    while (json_next_element(&content, &part)) {
        struct str type = member(part, STR("type"));

        if (!is_text(type, STR("image_url")) &&
            !is_text(type, STR("input_image")) && !is_text(type, STR("image")))
            continue;
        ++*images;
        *bytes += part.n;
    }
}

static void see_messages(struct str messages, size_t *images, size_t *bytes)
{
    struct str message;

    if (json_raw_type(messages) != JSON_ARRAY)
        return;
    while (json_next_element(&messages, &message))
        see_content(member(message, STR("content")), images, bytes);
}

/* "none" and null ask for no reasoning; nor does {"effort": "none"}, nor
 * {"enabled": false}. */
static bool asks_reasoning(const struct json_want *want)
{
    struct str effort = want[NEED_EFFORT].value;
    struct str reasoning = want[NEED_REASONING].value;

    if (json_raw_type(effort) == JSON_STRING && !is_text(effort, STR("none")))
        return true;
    if (is_text(member(want[NEED_THINKING].value, STR("type")), STR("enabled")))
        return true;
    return json_raw_type(reasoning) == JSON_OBJECT &&
           !is_text(member(reasoning, STR("effort")), STR("none")) &&
           json_raw_type(member(reasoning, STR("enabled"))) != JSON_FALSE;
}

static unsigned abilities_of(const struct json_want *want)
{
    unsigned bits = 0;

    if (is_filled(want[NEED_TOOLS].value) ||
        is_filled(want[NEED_FUNCTIONS].value))
        bits |= ABILITY_TOOLS;
    if (asks_reasoning(want))
        bits |= ABILITY_REASONING;
    if (is_text(member(want[NEED_FORMAT].value, STR("type")),
                STR("json_schema")))
        bits |= ABILITY_STRUCTURED;
    return bits;
}

void needs_read(struct str body, struct needs *n)
{
    struct json_want want[NEEDS] = {
        [NEED_MESSAGES] = {.name = STR_INIT("messages")},
        [NEED_INPUT] = {.name = STR_INIT("input")},
        [NEED_PROMPT] = {.name = STR_INIT("prompt")},
        [NEED_SYSTEM] = {.name = STR_INIT("system")},
        [NEED_TOOLS] = {.name = STR_INIT("tools")},
        [NEED_FUNCTIONS] = {.name = STR_INIT("functions")},
        [NEED_EFFORT] = {.name = STR_INIT("reasoning_effort")},
        [NEED_REASONING] = {.name = STR_INIT("reasoning")},
        [NEED_THINKING] = {.name = STR_INIT("thinking")},
        [NEED_FORMAT] = {.name = STR_INIT("response_format")},
    };
    size_t images = 0, image_bytes = 0, bytes = 0;

    *n = (struct needs){0};
    if (json_scan(body, want, NEEDS, NULL) != SL_OK)
        return;
    for (size_t i = NEED_MESSAGES; i <= NEED_FUNCTIONS; i++)
        bytes += want[i].value.n;
    see_messages(want[NEED_MESSAGES].value, &images, &image_bytes);
    see_messages(want[NEED_INPUT].value, &images, &image_bytes);
    n->abilities = abilities_of(want);
    if (images != 0)
        n->abilities |= ABILITY_VISION;
    n->tokens =
        (bytes - image_bytes) / NEEDS_TOKEN_BYTES + images * NEEDS_IMAGE_TOKENS;
}
