/* SPDX-License-Identifier: MIT */
/* What each Claude model takes: one table (anthropic-messages section 1). The
 * newer a model, the less it takes: it samples as it likes, thinks as much as
 * it finds right, and can't be made to call a tool. */
#include "core/dialects/anthropic.h"

/* prefix, generation, sampling, both, forced tools, format, xhigh, thinking,
 * default of max_tokens. The first that matches counts. */
#define ROW(name, gen, sampling, both, forced, format, xhigh, thinks, tokens) \
    {                                                                         \
        STR_INIT(name), gen, sampling, both, forced, format, xhigh,           \
            ANTHROPIC_THINKS_##thinks, tokens                                 \
    }

static const struct anthropic_model models[] = {
    ROW("claude-3-7", 1, 1, 1, 1, 0, 0, BUDGET, 64000),
    ROW("claude-3-5", 1, 1, 1, 1, 0, 0, NEVER, 8192),
    ROW("claude-3", 1, 1, 1, 1, 0, 0, NEVER, 4096),
    ROW("claude-v", 1, 1, 1, 1, 0, 0, NEVER, 4096),
    ROW("claude-2", 1, 1, 1, 1, 0, 0, NEVER, 4096),
    ROW("claude-instant", 1, 1, 1, 1, 0, 0, NEVER, 4096),
    ROW("claude-sonnet-4-0", 0, 1, 1, 1, 0, 0, BUDGET, 64000),
    ROW("claude-sonnet-4-5", 0, 1, 0, 1, 1, 0, BUDGET, 64000),
    ROW("claude-sonnet-4-6", 0, 1, 0, 1, 1, 0, EITHER, 128000),
    ROW("claude-sonnet-4", 0, 1, 1, 1, 0, 0, BUDGET, 64000),
    ROW("claude-opus-4-0", 0, 1, 1, 1, 0, 0, BUDGET, 32000),
    ROW("claude-opus-4-1", 0, 1, 0, 1, 0, 0, BUDGET, 32000),
    ROW("claude-opus-4-5", 0, 1, 0, 1, 1, 0, BUDGET, 64000),
    ROW("claude-opus-4-6", 0, 1, 0, 1, 1, 0, EITHER, 128000),
    ROW("claude-opus-4-7", 0, 0, 0, 1, 1, 1, EITHER, 128000),
    ROW("claude-opus-4-8", 0, 0, 0, 1, 1, 1, EITHER, 128000),
    ROW("claude-opus-4", 0, 1, 1, 1, 0, 0, BUDGET, 32000),
    ROW("claude-haiku-4-5", 0, 1, 0, 1, 1, 0, BUDGET, 64000),
    ROW("claude-sonnet-5-5", 0, 0, 0, 0, 1, 1, ADAPTIVE, 128000),
    ROW("claude-sonnet-5", 1, 0, 0, 1, 1, 1, EITHER, 128000),
    ROW("claude-opus-5-5", 0, 0, 0, 0, 1, 1, ADAPTIVE, 128000),
    ROW("claude-opus-5", 1, 0, 0, 1, 1, 1, EITHER, 128000),
    ROW("claude-haiku-5-5", 0, 0, 0, 1, 1, 1, ADAPTIVE, 128000),
    ROW("claude-fable-5-1", 0, 0, 0, 0, 1, 1, ADAPTIVE, 128000),
    ROW("claude-fable-5-2", 0, 0, 0, 0, 1, 1, ADAPTIVE, 128000),
    ROW("claude-fable-5", 1, 0, 0, 1, 1, 1, ADAPTIVE, 128000),
    /* Of a name that is not known yet only this much is sure. */
    ROW("claude-", 1, 0, 0, 1, 1, 1, ADAPTIVE, 4096),
    /* No Claude: a vendor that speaks the first version of the format. */
    ROW("", 1, 1, 1, 1, 0, 0, BUDGET, 4096),
};

/* Some write versions with a dot: claude-sonnet-4.5. */
static bool starts(struct str name, struct str prefix)
{
    if (name.n < prefix.n)
        return false;
    for (size_t i = 0; i < prefix.n; i++) {
        char c = char_lower(name.p[i]);

        if ((c == '.' ? '-' : c) != prefix.p[i])
            return false;
    }
    /* 4-1 is not the beginning of 4-10. */
    return prefix.n == 0 || name.n == prefix.n ||
           !char_is_digit(prefix.p[prefix.n - 1]) ||
           !char_is_digit(name.p[prefix.n]);
}

/* "-7" or ".10" goes on with the version; "-20250514" is a date. */
static bool is_minor(struct str rest)
{
    size_t digits = 0;

    if (rest.n == 0 || (rest.p[0] != '-' && rest.p[0] != '.'))
        return false;
    while (1 + digits < rest.n && char_is_digit(rest.p[1 + digits]))
        digits++;
    return digits == 1 || digits == 2;
}

const struct anthropic_model *anthropic_model_find(struct str name)
{
    const struct anthropic_model *m = models;
    size_t at = str_find_str(name, STR("claude"));

    name = at == name.n ? (struct str){0} : str_skip(name, at);
    while (!starts(name, m->prefix) ||
           (!m->is_generation && is_minor(str_skip(name, m->prefix.n))))
        m++;
    return m;
}
