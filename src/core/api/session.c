/* SPDX-License-Identifier: MIT */
#include "core/api/session.h"

#include "core/base/map.h"

void session_want(struct json_want *want)
{
    want[SESSION_KEY].name = STR("prompt_cache_key");
    want[SESSION_USER].name = STR("user");
    want[SESSION_MESSAGES].name = STR("messages");
}

static uint64_t not_zero(uint64_t hash)
{
    return hash == 0 ? 1 : hash;
}

/* Of a raw string that is not empty; 0: it is none. */
static uint64_t hash_text(struct str raw, uint64_t seed)
{
    if (json_raw_type(raw) != JSON_STRING || raw.n <= 2)
        return 0;
    return not_zero(hash_str(raw, seed));
}

static bool is_user(struct str message)
{
    struct json_want role = {.name = STR_INIT("role")};

    return json_raw_type(message) != JSON_OBJECT ||
           json_scan(message, &role, 1, NULL) != SL_OK ||
           str_eq(role.value, STR("\"user\""));
}

/* Up to the first message of the user: what comes later changes with each
 * request. */
static uint64_t hash_beginning(struct str messages)
{
    uint64_t hash = 0;
    struct str message;

    if (json_raw_type(messages) != JSON_ARRAY)
        return 0;
    while (json_next_element(&messages, &message)) {
        hash = not_zero(hash_str(message, hash));
        if (is_user(message))
            break;
    }
    return hash;
}

void session_note(struct exchange *x, const struct json_want *want)
{
    struct session *s = &x->session;

    s->named = hash_text(want[SESSION_KEY].value, 1);
    s->any = s->named;
    if (s->any != 0 || !x->config->has_affinity)
        return;
    s->any = hash_text(want[SESSION_USER].value, 2);
    if (s->any == 0)
        s->any = hash_beginning(want[SESSION_MESSAGES].value);
}

uint64_t session_of(const struct exchange *x, enum affinity affinity)
{
    switch (affinity) {
    case AFFINITY_NAMED:
        return x->session.named;
    case AFFINITY_ANY:
        return x->session.any;
    case AFFINITY_NONE:
        break;
    }
    return 0;
}
