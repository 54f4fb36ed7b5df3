/* SPDX-License-Identifier: MIT */
/* A request of Converse (aws-bedrock sections 5 and 7). What is decided, and in
 * which turns, is as for Anthropic (anthropic_plan.c); what Converse has no
 * member for goes to the model in additionalModelRequestFields. */
#include "core/dialects/bedrock.h"

#include "core/dialects/writing.h"

#define MORE STR("additionalModelRequestFields")

enum {
    METADATA_BYTES = 256, /* of a key, of a value */
    METADATA_MOST = 16,
    STOPS_BYTES = 16 * 1024 * 1024,
};

/* Bedrock's own, from a client that knows them. */
static const struct str kept[] = {
    STR_INIT("guardrailConfig"),
    STR_INIT("performanceConfig"),
    STR_INIT("promptVariables"),
    STR_INIT("additionalModelResponseFieldPaths"),
};

struct bedrock {
    struct writer x; /* first */
    const struct bedrock_family *family;
    struct writer_sampling sampling;
    struct jval more; /* the client's own MORE; none: {0} */
};

/* An object that is left out again when nothing was written into it. */
static size_t begin_object(struct buf *out, struct str name)
{
    size_t before = out->n;

    json_member(out, name);
    buf_add_char(out, '{');
    return before;
}

static void end_object(struct buf *out, size_t before)
{
    if (out->n != 0 && out->p[out->n - 1] == '{')
        out->n = before;
    else
        buf_add_char(out, '}');
}

/* ---- tools ---- */

static void write_tool(struct bedrock *b, const struct chat_tool *t)
{
    struct writer *x = &b->x;
    bool is_strict = str_eq(t->strict_raw, STR("true"));

    json_next(x->out);
    buf_add(x->out, STR("{\"toolSpec\":{\"name\":"));
    json_str(x->out, t->name);
    member_text(x->out, STR("description"), t->description);
    json_member(x->out, STR("inputSchema"));
    buf_add(x->out, STR("{\"json\":"));
    writer_schema(x, t->is_custom ? writer_custom_schema(x, t) : t->schema_raw);
    buf_add_char(x->out, '}');
    if (is_strict && x->model->has_format)
        member_raw(x->out, STR("strict"), t->strict_raw);
    else if (is_strict)
        writer_lose(x, STR("tools.strict"), CHAT_DROPPED);
    buf_add(x->out, STR("}}"));
    if (t->cache_raw.n == 0)
        return;
    if (b->family->has_cache) {
        buf_add_char(x->out, ',');
        bedrock_cache_point(x, t->cache_raw);
    } else {
        writer_lose(x, STR("cache_control"), CHAT_DROPPED);
    }
}

static bool was_called_before(const struct chat_request *q, size_t to_message,
                              size_t to_part)
{
    struct str name = q->messages[to_message].parts[to_part].name;

    for (size_t i = 0; i <= to_message; i++) {
        size_t n = i < to_message ? q->messages[i].n : to_part;

        for (size_t k = 0; k < n; k++) {
            if (q->messages[i].parts[k].kind == CHAT_TOOL_CALL &&
                str_eq(q->messages[i].parts[k].name, name))
                return true;
        }
    }
    return false;
}

/* A history with calls is refused without tools: those that were called, then,
 * with any arguments. */
static void write_called_tools(struct bedrock *b)
{
    const struct chat_request *q = b->x.q;

    for (size_t i = 0; i < q->n_messages; i++) {
        for (size_t k = 0; k < q->messages[i].n; k++) {
            const struct chat_part *p = &q->messages[i].parts[k];

            if (p->kind == CHAT_TOOL_CALL && !was_called_before(q, i, k))
                write_tool(b, &(struct chat_tool){.name = p->name});
        }
    }
}

static bool has_calls(const struct chat_request *q)
{
    for (size_t i = 0; i < q->n_messages; i++) {
        for (size_t k = 0; k < q->messages[i].n; k++) {
            if (q->messages[i].parts[k].kind == CHAT_TOOL_CALL)
                return true;
        }
    }
    return false;
}

static void write_choice(struct bedrock *b)
{
    struct writer *x = &b->x;

    switch (x->choice) {
    case CHAT_CHOICE_UNSET:
    case CHAT_CHOICE_NONE:
        break;
    case CHAT_CHOICE_AUTO:
        member_raw(x->out, STR("toolChoice"), STR("{\"auto\":{}}"));
        break;
    case CHAT_CHOICE_REQUIRED:
        member_raw(x->out, STR("toolChoice"), STR("{\"any\":{}}"));
        break;
    case CHAT_CHOICE_NAMED:
        json_member(x->out, STR("toolChoice"));
        buf_add(x->out, STR("{\"tool\":{\"name\":"));
        json_str(x->out,
                 x->has_answer_tool ? ANTHROPIC_JSON_TOOL : x->q->choice_name);
        buf_add(x->out, STR("}}"));
        break;
    }
}

/* No tool may be called: there is no such choice, so none is shown; but to one
 * that was called before, the history needs them. */
static bool shows_tools(struct bedrock *b)
{
    struct writer *x = &b->x;

    if (x->choice != CHAT_CHOICE_NONE || !x->has_tools)
        return x->has_tools;
    if (!has_calls(x->q))
        return false;
    writer_lose(x, STR("tool_choice"), CHAT_DROPPED);
    return true;
}

static void write_tools(struct bedrock *b)
{
    struct writer *x = &b->x;
    const struct chat_request *q = x->q;
    bool shows = shows_tools(b);
    size_t before = begin_object(x->out, STR("toolConfig"));
    struct chat_tool answer;

    for (size_t i = 0; i < q->n_tools; i++) {
        if (q->tools[i].server_raw.n != 0)
            writing_lose_tool(x->w, &q->tools[i]);
    }
    if (!shows && !x->has_answer_tool && !has_calls(q)) {
        end_object(x->out, before);
        return;
    }
    json_member(x->out, STR("tools"));
    buf_add_char(x->out, '[');
    for (size_t i = 0; shows && i < q->n_tools; i++) {
        if (writer_offers(x, &q->tools[i]))
            write_tool(b, &q->tools[i]);
    }
    if (!shows)
        write_called_tools(b);
    if (x->has_answer_tool) {
        answer = writer_answer_tool(x);
        write_tool(b, &answer);
    }
    buf_add_char(x->out, ']');
    if (shows || x->has_answer_tool)
        write_choice(b);
    end_object(x->out, before);
}

/* ---- parameters ---- */

static void write_inference(struct bedrock *b)
{
    struct buf *out = b->x.out;
    size_t before = begin_object(out, STR("inferenceConfig"));

    member_number(out, STR("maxTokens"), &b->x.q->max_tokens);
    member_number(out, STR("temperature"), &b->sampling.temperature);
    member_number(out, STR("topP"), &b->sampling.top_p);
    writer_stops(&b->x, STR("stopSequences"));
    end_object(out, before);
}

static bool is_ours(const struct bedrock *b, struct str name)
{
    return json_is_null(json_get(b->more, name));
}

static void write_effort(struct bedrock *b)
{
    struct writer *x = &b->x;

    if (b->family->vendor == BEDROCK_GPT) {
        member_text(x->out, STR("reasoning_effort"),
                    chat_effort_name(x->effort));
        if (x->thinking == THINKING_DISABLED)
            writer_lose(x, STR("reasoning_effort"), CHAT_DROPPED);
        return;
    }
    if (x->thinking == THINKING_DISABLED)
        member_raw(x->out, STR("reasoningConfig"),
                   STR("{\"type\":\"disabled\"}"));
    if (x->effort == CHAT_EFFORT_UNSET)
        return;
    json_member(x->out, STR("reasoningConfig"));
    buf_add(x->out, STR("{\"type\":\"enabled\",\"maxReasoningEffort\":"));
    json_str(x->out, chat_effort_name(x->effort));
    buf_add_char(x->out, '}');
}

static void write_top_k(struct bedrock *b)
{
    struct writer *x = &b->x;
    struct str raw = b->sampling.top_k.raw;

    if (raw.n == 0)
        return;
    if (b->family->top_k.n == 0) {
        writer_lose(x, STR("top_k"), CHAT_DROPPED);
    } else if (b->family->vendor != BEDROCK_NOVA) {
        if (is_ours(b, b->family->top_k))
            member_raw(x->out, b->family->top_k, raw);
    } else if (is_ours(b, STR("inferenceConfig"))) {
        json_member(x->out, STR("inferenceConfig"));
        buf_add_char(x->out, '{');
        member_raw(x->out, b->family->top_k, raw);
        buf_add_char(x->out, '}');
    }
}

/* What the client says of its own goes before what we make of the rest. */
static void write_more(struct bedrock *b)
{
    struct writer *x = &b->x;
    struct jval_iter it = json_iter(b->more);
    size_t before = begin_object(x->out, MORE);

    if (b->family->vendor == BEDROCK_CLAUDE) {
        if (is_ours(b, STR("thinking")))
            writer_thinking(x);
    } else if (is_ours(b, STR("reasoning_effort")) &&
               is_ours(b, STR("reasoningConfig"))) {
        write_effort(b);
    }
    write_top_k(b);
    while (json_is_obj(b->more) && json_iter_next(&it)) {
        json_next(x->out);
        buf_add(x->out, json_raw(it.name));
        buf_add_char(x->out, ':');
        buf_add(x->out, json_raw(it.value));
    }
    end_object(x->out, before);
}

/* The schema is a text there. */
static void write_format(struct writer *x)
{
    const struct chat_request *q = x->q;
    struct buf *out = x->out;
    struct buf schema;

    buf_init(&schema, arena_mem(x->w->arena), STOPS_BYTES);
    x->out = &schema;
    writer_schema(x, q->schema_raw);
    x->out = out;
    out->failed |= schema.failed;
    json_member(out, STR("textFormat"));
    buf_add(out, STR("{\"type\":\"json_schema\",\"structure\":{"
                     "\"jsonSchema\":{\"schema\":"));
    json_str(out, buf_str(&schema));
    member_text(out, STR("name"), q->schema_name);
    member_text(out, STR("description"), q->schema_description);
    buf_add(out, STR("}}}"));
}

static void write_output(struct bedrock *b)
{
    struct writer *x = &b->x;
    size_t before = begin_object(x->out, STR("outputConfig"));

    if (x->has_format)
        write_format(x);
    if (b->family->vendor == BEDROCK_CLAUDE)
        member_text(x->out, STR("effort"), chat_effort_name(x->effort));
    end_object(x->out, before);
}

/* ---- the rest ---- */

static bool is_label(struct str text)
{
    static const struct str others = STR_INIT(" \t\n\r:_@$#=/+,-.");

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (!char_is_alpha(c) && !char_is_digit(c) &&
            str_find(others, c) == others.n)
            return false;
    }
    return text.n <= METADATA_BYTES;
}

/* What Bedrock would refuse of it is left out. */
static void write_metadata(struct writer *x)
{
    struct str raw = x->q->metadata_raw;
    size_t before;
    struct json doc;
    struct jval_iter it;
    size_t n = 0;

    if (raw.n == 0)
        return;
    if (json_parse(&doc, raw, x->w->arena, NULL, NULL) != SL_OK) {
        x->out->failed = true; /* it was read before: there is no memory */
        return;
    }
    before = begin_object(x->out, STR("requestMetadata"));
    it = json_iter(json_root(&doc));
    while (json_iter_next(&it)) {
        struct str name, value;

        if (!json_text(it.name, x->w->arena, &name) ||
            !json_text(it.value, x->w->arena, &value) || name.n == 0 ||
            !is_label(name) || !is_label(value) || n == METADATA_MOST) {
            writer_lose(x, STR("metadata"), CHAT_APPROXIMATED);
            continue;
        }
        n++;
        json_member(x->out, name);
        json_str(x->out, value);
    }
    end_object(x->out, before);
}

static void write_tier(struct writer *x)
{
    struct str tier = x->q->service_tier;

    if (tier.n == 0 || str_eq(tier, STR("auto")))
        return;
    if (!str_eq(tier, STR("default")) && !str_eq(tier, STR("flex")) &&
        !str_eq(tier, STR("priority"))) {
        writer_lose(x, STR("service_tier"), CHAT_DROPPED);
        return;
    }
    json_member(x->out, STR("serviceTier"));
    buf_add(x->out, STR("{\"type\":"));
    json_str(x->out, tier);
    buf_add_char(x->out, '}');
}

static bool is_kept(struct str name)
{
    for (size_t i = 0; i < SL_LEN(kept); i++) {
        if (str_eq(name, kept[i]))
            return true;
    }
    return false;
}

static void write_extras(struct writer *x)
{
    const struct chat_request *q = x->q;

    for (size_t i = 0; i < q->n_extras; i++) {
        const struct chat_extra *e = &q->extras[i];

        if (is_kept(e->name))
            member_raw(x->out, e->name, e->raw);
        else if (!str_eq(e->name, MORE))
            writer_lose(x, e->name, CHAT_DROPPED);
    }
}

static void find_more(struct bedrock *b)
{
    const struct chat_request *q = b->x.q;

    for (size_t i = 0; i < q->n_extras; i++) {
        struct json *doc;

        if (!str_eq(q->extras[i].name, MORE))
            continue;
        doc = arena_new(b->x.w->arena, struct json);
        if (doc == NULL || json_parse(doc, q->extras[i].raw, b->x.w->arena,
                                      NULL, NULL) != SL_OK) {
            b->x.out->failed = true;
            return;
        }
        b->more = json_root(doc);
        if (!json_is_obj(b->more))
            writing_refuse(b->x.w, MORE, STR("must be an object"));
    }
}

/* Rules for temperatures of a model that thinks are Claude's; OpenAI's has
 * none. */
static void decide(struct bedrock *b)
{
    struct writer plain;

    writer_decide(&b->x);
    plain = b->x;
    if (b->family->vendor == BEDROCK_GPT)
        plain.thinking = THINKING_UNSET;
    b->sampling = writer_sampling(&plain);
}

void bedrock_write(struct chat_writing *w)
{
    const struct bedrock_family *family = bedrock_family_find(w->model);
    bool is_claude = family->vendor == BEDROCK_CLAUDE;
    struct bedrock b = {
        .x = {.w = w,
              .q = w->request,
              .model =
                  is_claude ? anthropic_model_find(w->model) : &family->takes,
              .out = w->out,
              .maker = BEDROCK,
              .thinks_alike = is_claude && w->request->from != NULL &&
                              str_eq(w->request->from->name, ANTHROPIC),
              .has_description = true,
              .takes = bedrock_takes_block,
              .write = bedrock_block},
        .family = family,
    };

    find_more(&b);
    decide(&b);
    buf_add_char(w->out, '{');
    writer_system(&b.x);
    writer_messages(&b.x);
    write_inference(&b);
    write_tools(&b);
    write_more(&b);
    write_output(&b);
    write_metadata(&b.x);
    write_tier(&b.x);
    write_extras(&b.x);
    buf_add_char(w->out, '}');
    writing_lose_rest(w, MEMBER_TOOLS | MEMBER_CHOICE | MEMBER_MAX_TOKENS |
                             MEMBER_TEMPERATURE | MEMBER_TOP_P | MEMBER_TOP_K |
                             MEMBER_STOP | MEMBER_FORMAT | MEMBER_REASONING |
                             MEMBER_METADATA | MEMBER_TIER |
                             (is_claude ? MEMBER_SUMMARY : 0));
}
