/* SPDX-License-Identifier: MIT */
#include "core/dialects/openai_models.h"

struct version {
    int64_t major, minor; /* -1: none is told */
    struct str variant;   /* "chat-latest" */
};

static bool take_number(struct str *s, int64_t *v)
{
    size_t n = 0;

    *v = 0;
    for (; n < s->n && n < 3 && s->p[n] >= '0' && s->p[n] <= '9'; n++)
        *v = *v * 10 + (s->p[n] - '0');
    *s = str_skip(*s, n);
    return n != 0;
}

/* "gpt-5.1-mini". False: it has another name. */
static bool read_gpt(struct str model, struct version *v)
{
    struct str rest = str_skip(model, 4);

    v->minor = -1;
    if (!str_starts(model, STR("gpt-")) || !take_number(&rest, &v->major))
        return false;
    if (str_starts(rest, STR("."))) {
        rest = str_skip(rest, 1);
        if (!take_number(&rest, &v->minor))
            return false;
    }
    v->variant = str_skip(rest, 1);
    return rest.n == 0 || rest.p[0] == '-';
}

/* o1, o3-mini, o4-mini-2025-04-16. */
static bool is_series_o(struct str model)
{
    struct str rest = str_skip(model, 1);
    int64_t v;

    return str_starts(model, STR("o")) && take_number(&rest, &v) &&
           (rest.n == 0 || rest.p[0] == '-');
}

/* *is_switched: with an effort of none it is like a model that does not
 * reason. */
static bool is_reasoning(struct str model, bool *is_switched)
{
    struct version v;

    *is_switched = false;
    if (is_series_o(model) || str_starts(model, STR("codex-mini")))
        return true;
    if (!read_gpt(model, &v) || v.major < 5)
        return false;
    *is_switched = v.major == 5 && v.minor > 0;
    return !(v.minor < 0 && str_starts(v.variant, STR("chat")));
}

static bool is_sampling(const struct chat_request *q, struct str name)
{
    if (str_eq(name, STR("temperature")))
        return q->temperature.value < 1 || q->temperature.value > 1;
    if (str_eq(name, STR("top_p")))
        return q->top_p.value < 1 || q->top_p.value > 1;
    return str_eq(name, STR("logprobs")) || str_eq(name, STR("top_logprobs"));
}

static bool is_never_taken(const struct chat_request *q, struct str name)
{
    if (str_eq(name, STR("presence_penalty")))
        return q->presence_penalty.value < 0 || q->presence_penalty.value > 0;
    if (str_eq(name, STR("frequency_penalty")))
        return q->frequency_penalty.value < 0 || q->frequency_penalty.value > 0;
    return str_eq(name, STR("logit_bias")) || str_eq(name, STR("stop"));
}

bool openai_model_refuses(struct str model, const struct chat_request *q,
                          struct str name)
{
    bool is_switched;

    if (!is_reasoning(model, &is_switched))
        return false;
    if (is_sampling(q, name))
        return !is_switched || q->effort != CHAT_EFFORT_NONE;
    return is_never_taken(q, name);
}
