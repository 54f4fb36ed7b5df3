/* SPDX-License-Identifier: MIT */
/* What a model is asked to do, decided before a byte is written: thinking, a
 * forced tool and a structured answer exclude each other, and each model takes
 * less or more of them (anthropic-messages sections 1 and 6). */
#include "core/dialects/anthropic_write.h"

enum {
    BUDGET_MIN = 1024, /* tokens of thinking; must be less than max_tokens */
};

/* ---- tools that are there ---- */

static bool is_listed(const struct str *list, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(list[i], name))
            return true;
    }
    return false;
}

bool writer_offers(const struct writer *x, const struct chat_tool *t)
{
    const struct chat_request *q = x->q;

    if (t->server_raw.n != 0)
        return str_eq(t->maker, x->maker);
    return q->allowed == NULL || is_listed(q->allowed, q->n_allowed, t->name);
}

static bool has_tool_named(const struct chat_request *q, struct str name)
{
    for (size_t i = 0; i < q->n_tools; i++) {
        if (str_eq(q->tools[i].name, name))
            return true;
    }
    return false;
}

static bool is_forced(enum chat_tool_choice choice)
{
    return choice == CHAT_CHOICE_REQUIRED || choice == CHAT_CHOICE_NAMED;
}

bool anthropic_is_answer_tool(const struct chat_request *request,
                              struct str name)
{
    return request != NULL && request->format == CHAT_FORMAT_SCHEMA &&
           !is_forced(request->choice) && str_eq(name, ANTHROPIC_JSON_TOOL) &&
           !has_tool_named(request, name);
}

/* ---- decisions ---- */

#define JSON_ONLY                                                            \
    "Answer with one valid JSON object and nothing else: no other text, no " \
    "code fence."

static void instruct(struct writer *x)
{
    struct buf text;

    writer_lose(x, STR("response_format"), CHAT_APPROXIMATED);
    x->instruction = STR(JSON_ONLY);
    if (x->q->format != CHAT_FORMAT_SCHEMA)
        return;
    buf_init(&text, arena_mem(x->w->arena), SIZE_MAX);
    buf_add(&text, STR(JSON_ONLY " It must fit this JSON Schema: "));
    buf_add(&text, x->q->schema_raw);
    x->out->failed |= text.failed;
    x->instruction = buf_str(&text);
}

/* A structured answer: natively, as the input of a forced tool, or asked for
 * in words. A client that forces a tool of its own wants that call now. */
static void decide_format(struct writer *x)
{
    const struct chat_request *q = x->q;

    if (q->format == CHAT_FORMAT_TEXT)
        return;
    x->has_format = q->format == CHAT_FORMAT_SCHEMA && x->model->has_format;
    x->has_answer_tool = !x->has_format && x->model->has_forced_tools &&
                         anthropic_is_answer_tool(q, ANTHROPIC_JSON_TOOL);
    if (!x->has_answer_tool && !(x->has_format && x->has_description) &&
        q->schema_description.n != 0)
        writer_lose(x, STR("response_format.description"), CHAT_DROPPED);
    if (x->has_format || x->has_answer_tool)
        return;
    if (is_forced(q->choice))
        writer_lose(x, STR("response_format"), CHAT_DROPPED);
    else
        instruct(x);
}

static void decide_choice(struct writer *x)
{
    const struct chat_request *q = x->q;

    for (size_t i = 0; i < q->n_tools; i++)
        x->has_tools |= writer_offers(x, &q->tools[i]);
    x->choice = q->choice;
    if (x->has_answer_tool)
        x->choice = x->has_tools && q->choice != CHAT_CHOICE_NONE
                        ? CHAT_CHOICE_REQUIRED
                        : CHAT_CHOICE_NAMED;
    else if (!x->has_tools && is_forced(q->choice)) {
        writer_lose(x, STR("tool_choice"), CHAT_DROPPED);
        x->choice = CHAT_CHOICE_UNSET;
    } else if (is_forced(q->choice) && !x->model->has_forced_tools) {
        writer_lose(x, STR("tool_choice"), CHAT_APPROXIMATED);
        x->choice = CHAT_CHOICE_AUTO;
    }
}

/* A turn whose tools were called without thinking, or by another vendor's
 * model, can't be gone on with while thinking is enabled: the provider wants
 * the signed thinking in front of the call. */
static bool can_go_on_thinking(const struct writer *x)
{
    const struct chat_request *q = x->q;
    bool has_call = false;
    size_t i = q->n_messages;

    while (i > 0 && q->messages[i - 1].role == CHAT_ROLE_TOOL)
        i--;
    if (i == q->n_messages || i == 0)
        return true;
    for (size_t k = 0; k < q->messages[i - 1].n; k++) {
        const struct chat_part *p = &q->messages[i - 1].parts[k];

        if (p->kind == CHAT_REASONING && p->state.bytes.n != 0 &&
            str_eq(p->state.maker, x->maker))
            return true;
        has_call |= p->kind == CHAT_TOOL_CALL;
    }
    return !has_call;
}

/* A budget that leaves room for the answer; false: there is none. */
static bool fit_budget(struct writer *x)
{
    int64_t wanted = x->q->reasoning_budget;
    bool is_said = wanted > 0;

    if (!is_said)
        wanted = chat_effort_budget(x->q->effort);
    x->budget = wanted < BUDGET_MIN ? BUDGET_MIN : wanted;
    if (x->max_tokens <= BUDGET_MIN)
        return false;
    if (x->budget >= x->max_tokens)
        x->budget =
            x->max_tokens / 2 > BUDGET_MIN ? x->max_tokens / 2 : BUDGET_MIN;
    if (is_said && x->budget != wanted)
        writer_lose(x, STR("reasoning_budget"), CHAT_APPROXIMATED);
    return true;
}

static enum chat_effort fit_effort(struct writer *x, enum chat_effort effort)
{
    enum chat_effort fit = effort;

    if (effort == CHAT_EFFORT_MINIMAL)
        fit = CHAT_EFFORT_LOW;
    else if (effort > CHAT_EFFORT_HIGH && !x->model->has_xhigh)
        fit = CHAT_EFFORT_HIGH;
    if (fit != effort)
        writer_lose(x, STR("reasoning_effort"), CHAT_APPROXIMATED);
    return fit;
}

/* The client's own words, as long as the model takes them. */
static bool takes_raw(const struct writer *x)
{
    const struct chat_request *q = x->q;
    enum anthropic_thinking takes = x->model->thinking;

    if (!x->thinks_alike)
        return false;
    if (q->reasoning_budget > 0)
        return takes != ANTHROPIC_THINKS_ADAPTIVE;
    return q->effort == CHAT_EFFORT_NONE || takes == ANTHROPIC_THINKS_EITHER ||
           takes == ANTHROPIC_THINKS_ADAPTIVE || q->reasoning_raw.n == 0;
}

static enum thinking choose_thinking(struct writer *x)
{
    const struct chat_request *q = x->q;
    bool has_budget = q->reasoning_budget > 0;

    switch (x->model->thinking) {
    case ANTHROPIC_THINKS_NEVER:
        return THINKING_UNSET;
    case ANTHROPIC_THINKS_EITHER:
        if (has_budget)
            break;
        x->effort = fit_effort(x, q->effort);
        return THINKING_ADAPTIVE;
    case ANTHROPIC_THINKS_ADAPTIVE:
        if (has_budget && q->effort == CHAT_EFFORT_UNSET)
            writer_lose(x, STR("reasoning_budget"), CHAT_APPROXIMATED);
        x->effort =
            fit_effort(x, q->effort != CHAT_EFFORT_UNSET
                              ? q->effort
                              : chat_budget_effort(q->reasoning_budget));
        return THINKING_ADAPTIVE;
    case ANTHROPIC_THINKS_BUDGET:
        break;
    }
    return can_go_on_thinking(x) && fit_budget(x) ? THINKING_ENABLED
                                                  : THINKING_UNSET;
}

/* Who wants to read the reasoning, and says nothing of its depth, leaves that
 * to the model. */
static bool is_left_to_model(const struct writer *x)
{
    const struct chat_request *q = x->q;

    return q->wants_reasoning == CHAT_YES && q->effort == CHAT_EFFORT_UNSET &&
           q->reasoning_budget < 0 &&
           (x->model->thinking == ANTHROPIC_THINKS_EITHER ||
            x->model->thinking == ANTHROPIC_THINKS_ADAPTIVE) &&
           !is_forced(x->choice);
}

static void decide_thinking(struct writer *x)
{
    const struct chat_request *q = x->q;
    bool has_effort = q->effort > CHAT_EFFORT_NONE;

    if (takes_raw(x)) {
        x->thinking = q->reasoning_raw.n != 0 ? THINKING_RAW : THINKING_UNSET;
        x->effort = has_effort ? q->effort : CHAT_EFFORT_UNSET;
        return;
    }
    if (is_left_to_model(x)) {
        x->thinking = THINKING_ADAPTIVE;
        return;
    }
    if (!has_effort && q->reasoning_budget <= 0) {
        if ((q->effort == CHAT_EFFORT_NONE || q->reasoning_budget == 0) &&
            x->model->thinking != ANTHROPIC_THINKS_NEVER)
            x->thinking = THINKING_DISABLED;
        return;
    }
    if (!is_forced(x->choice))
        x->thinking = choose_thinking(x);
    if (x->thinking == THINKING_UNSET)
        writer_lose(x, STR("reasoning_effort"), CHAT_DROPPED);
}

void writer_decide(struct writer *x)
{
    const struct chat_request *q = x->q;

    x->system_is_user = true;
    for (size_t i = 0; i < q->n_messages; i++)
        x->system_is_user &= q->messages[i].role == CHAT_ROLE_SYSTEM;
    x->max_tokens = x->model->max_tokens;
    if (number_is_given(&q->max_tokens) &&
        !json_raw_i64(q->max_tokens.raw, &x->max_tokens))
        x->max_tokens = 0;
    decide_format(x);
    decide_choice(x);
    decide_thinking(x);
}
