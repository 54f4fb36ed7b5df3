/* SPDX-License-Identifier: MIT */
/* A provider's request (anthropic-messages sections 1, 2 and 6), in the form
 * of version 2023-06-01, which the newer one only takes members away from. */
#include "core/dialects/anthropic_write.h"

#include "core/dialects/writing.h"

void writer_put(struct writer *x, struct str name, struct str raw)
{
    member_raw(x->out, name, raw);
}

void writer_put_text(struct writer *x, struct str name, struct str text)
{
    member_text(x->out, name, text);
}

/* ---- tools ---- */

void writer_schema(struct writer *x, struct str schema)
{
    struct json_want want = {.name = STR("type")};
    struct str rest;

    if (schema.n == 0) {
        buf_add(x->out, STR("{\"type\":\"object\",\"properties\":{}}"));
        return;
    }
    if (json_scan(schema, &want, 1, NULL) != SL_OK || want.value.n != 0) {
        buf_add(x->out, schema);
        return;
    }
    rest = str_trim(str_skip(str_trim(schema), 1));
    buf_add(x->out, rest.n == 1 ? STR("{\"type\":\"object\"")
                                : STR("{\"type\":\"object\","));
    buf_add(x->out, rest);
}

struct str writer_custom_schema(struct writer *x, const struct chat_tool *t)
{
    writer_lose(x,
                t->format_raw.n != 0 ? STR("tools.custom.format")
                                     : STR("tools.custom"),
                CHAT_APPROXIMATED);
    return STR("{\"type\":\"object\",\"properties\":{\"input\":{\"type\":"
               "\"string\"}},\"required\":[\"input\"]}");
}

static void write_tool(struct writer *x, const struct chat_tool *t)
{
    if (t->server_raw.n != 0 || (x->is_own && t->raw.n != 0)) {
        buf_add(x->out, t->server_raw.n != 0 ? t->server_raw : t->raw);
        return;
    }
    buf_add(x->out, STR("{\"name\":"));
    json_str(x->out, t->name);
    writer_put_text(x, STR("description"), t->description);
    buf_add(x->out, STR(",\"input_schema\":"));
    writer_schema(x, t->is_custom ? writer_custom_schema(x, t) : t->schema_raw);
    if (str_eq(t->strict_raw, STR("true"))) {
        if (x->model->has_format)
            writer_put(x, STR("strict"), t->strict_raw);
        else
            writer_lose(x, STR("tools.strict"), CHAT_DROPPED);
    }
    writer_put(x, STR("cache_control"), t->cache_raw);
    buf_add_char(x->out, '}');
}

struct chat_tool writer_answer_tool(const struct writer *x)
{
    const struct chat_request *q = x->q;

    return (struct chat_tool){.name = ANTHROPIC_JSON_TOOL,
                              .description =
                                  q->schema_description.n != 0
                                      ? q->schema_description
                                      : STR("Answer with a JSON object."),
                              .schema_raw = q->schema_raw};
}

static void write_tools(struct writer *x)
{
    const struct chat_request *q = x->q;
    struct chat_tool answer;
    bool any = false;

    for (size_t i = 0; i < q->n_tools; i++) {
        const struct chat_tool *t = &q->tools[i];

        if (!writer_offers(x, t)) {
            if (t->server_raw.n != 0)
                writing_lose_tool(x->w, t);
            continue;
        }
        buf_add(x->out, any ? STR(",") : STR(",\"tools\":["));
        write_tool(x, t);
        any = true;
    }
    if (x->has_answer_tool) {
        buf_add(x->out, any ? STR(",") : STR(",\"tools\":["));
        answer = writer_answer_tool(x);
        write_tool(x, &answer);
        any = true;
    }
    if (any)
        buf_add_char(x->out, ']');
}

static void write_choice(struct writer *x)
{
    static const struct str types[] = {
        [CHAT_CHOICE_UNSET] = STR_INIT("auto"),
        [CHAT_CHOICE_AUTO] = STR_INIT("auto"),
        [CHAT_CHOICE_NONE] = STR_INIT("none"),
        [CHAT_CHOICE_REQUIRED] = STR_INIT("any"),
        [CHAT_CHOICE_NAMED] = STR_INIT("tool"),
    };
    bool is_single = (x->q->parallel_tools == CHAT_NO || x->has_answer_tool) &&
                     x->choice != CHAT_CHOICE_NONE;

    if ((!x->has_tools && !x->has_answer_tool) ||
        (x->choice == CHAT_CHOICE_UNSET && !is_single))
        return;
    buf_add(x->out, STR(",\"tool_choice\":{\"type\":"));
    json_str(x->out, types[x->choice]);
    if (x->choice == CHAT_CHOICE_NAMED)
        writer_put_text(x, STR("name"),
                        x->has_answer_tool ? ANTHROPIC_JSON_TOOL
                                           : x->q->choice_name);
    if (is_single)
        buf_add(x->out, STR(",\"disable_parallel_tool_use\":true"));
    buf_add_char(x->out, '}');
}

/* ---- parameters ---- */

static bool thinks(const struct writer *x)
{
    return x->thinking == THINKING_ENABLED ||
           x->thinking == THINKING_ADAPTIVE ||
           (x->thinking == THINKING_RAW && x->q->effort != CHAT_EFFORT_NONE);
}

/* A number where the model takes it. */
static struct chat_number keep_number(struct writer *x, struct str name,
                                      struct chat_number n, bool is_taken_here)
{
    if (!number_is_given(&n) || is_taken_here)
        return n;
    writer_lose(x, name, CHAT_DROPPED);
    return (struct chat_number){0};
}

/* 0 … 1 here, 0 … 2 at others'. While thinking: temperature 1, top_p from
 * 0.95 on, no top_k. */
struct writer_sampling writer_sampling(struct writer *x)
{
    const struct chat_request *q = x->q;
    struct writer_sampling s = {q->temperature, q->top_p, q->top_k};
    bool has = x->model->has_sampling;
    bool is_thinking = thinks(x);

    if (number_is_given(&s.temperature) && s.temperature.value > 1) {
        s.temperature = (struct chat_number){STR("1"), 1};
        if (has)
            writer_lose(x, STR("temperature"), CHAT_APPROXIMATED);
    }
    s.temperature =
        keep_number(x, STR("temperature"), s.temperature,
                    has && (!is_thinking || s.temperature.value >= 1));
    s.top_p = keep_number(
        x, STR("top_p"), s.top_p,
        has && (x->model->has_both || !number_is_given(&s.temperature)) &&
            (!is_thinking || s.top_p.value >= 0.95));
    s.top_k = keep_number(x, STR("top_k"), s.top_k, has && !is_thinking);
    return s;
}

static void write_sampling(struct writer *x)
{
    struct writer_sampling s = writer_sampling(x);

    writer_put(x, STR("temperature"), s.temperature.raw);
    writer_put(x, STR("top_p"), s.top_p.raw);
    writer_put(x, STR("top_k"), s.top_k.raw);
}

void writer_stops(struct writer *x, struct str name)
{
    const struct chat_request *q = x->q;
    bool any = false;

    for (size_t i = 0; i < q->n_stop; i++) {
        if (str_trim(q->stop[i]).n == 0) {
            writer_lose(x, STR("stop"), CHAT_APPROXIMATED);
            continue;
        }
        if (!any)
            json_member(x->out, name);
        buf_add_char(x->out, any ? ',' : '[');
        json_str(x->out, q->stop[i]);
        any = true;
    }
    if (any)
        buf_add_char(x->out, ']');
}

static void write_display(struct writer *x)
{
    const struct chat_request *q = x->q;

    if (q->wants_reasoning == CHAT_NO)
        writer_put_text(x, STR("display"), STR("omitted"));
    else if (q->wants_reasoning == CHAT_YES || q->reasoning_summary.n != 0)
        writer_put_text(x, STR("display"), STR("summarized"));
    buf_add_char(x->out, '}');
}

void writer_thinking(struct writer *x)
{
    switch (x->thinking) {
    case THINKING_UNSET:
        break;
    case THINKING_RAW:
        writer_put(x, STR("thinking"), x->q->reasoning_raw);
        break;
    case THINKING_DISABLED:
        writer_put(x, STR("thinking"), STR("{\"type\":\"disabled\"}"));
        break;
    case THINKING_ENABLED:
        json_member(x->out, STR("thinking"));
        buf_add(x->out, STR("{\"type\":\"enabled\",\"budget_tokens\":"));
        buf_add_i64(x->out, x->budget);
        write_display(x);
        break;
    case THINKING_ADAPTIVE:
        json_member(x->out, STR("thinking"));
        buf_add(x->out, STR("{\"type\":\"adaptive\""));
        write_display(x);
        break;
    }
}

static void write_output(struct writer *x)
{
    bool has_effort = x->effort != CHAT_EFFORT_UNSET;

    if (!has_effort && !x->has_format)
        return;
    buf_add(x->out, STR(",\"output_config\":{"));
    if (has_effort) {
        buf_add(x->out, STR("\"effort\":"));
        json_str(x->out, chat_effort_name(x->effort));
    }
    if (x->has_format) {
        buf_add(x->out,
                has_effort ? STR(",\"format\":{") : STR("\"format\":{"));
        buf_add(x->out, STR("\"type\":\"json_schema\",\"schema\":"));
        writer_schema(x, x->q->schema_raw);
        buf_add_char(x->out, '}');
    }
    buf_add_char(x->out, '}');
}

static void write_service(struct writer *x)
{
    const struct chat_request *q = x->q;

    if (q->user.n != 0) {
        buf_add(x->out, STR(",\"metadata\":{\"user_id\":"));
        json_str(x->out, q->user);
        buf_add_char(x->out, '}');
    }
    if (str_eq(q->service_tier, STR("auto")))
        writer_put_text(x, STR("service_tier"), STR("auto"));
    else if (str_eq(q->service_tier, STR("default")))
        writer_put_text(x, STR("service_tier"), STR("standard_only"));
    else if (q->service_tier.n != 0)
        writer_lose(x, STR("service_tier"), CHAT_DROPPED);
}

/* ---- what has no place ---- */

static void lose_if(struct writer *x, bool is_set, struct str name)
{
    if (is_set)
        writer_lose(x, name, CHAT_DROPPED);
}

static void lose_rest(struct writer *x)
{
    const struct chat_request *q = x->q;

    lose_if(x, number_is_given(&q->min_p), STR("min_p"));
    lose_if(x, number_is_given(&q->presence_penalty), STR("presence_penalty"));
    lose_if(x, number_is_given(&q->frequency_penalty),
            STR("frequency_penalty"));
    lose_if(x, number_is_given(&q->seed), STR("seed"));
    lose_if(x, number_is_given(&q->n) && q->n.value > 1, STR("n"));
    lose_if(x, q->wants_logprobs, STR("logprobs"));
    lose_if(x, number_is_given(&q->top_logprobs), STR("top_logprobs"));
    lose_if(x, q->metadata_raw.n != 0, STR("metadata"));
    lose_if(x, q->prompt_cache_key.n != 0, STR("prompt_cache_key"));
    lose_if(x, q->verbosity.n != 0, STR("verbosity"));
    lose_if(x, q->wants_image || q->wants_audio, STR("modalities"));
    lose_if(x, q->audio_raw.n != 0, STR("audio"));
    lose_if(x, str_eq(q->store_raw, STR("true")), STR("store"));
}

static void write_extras(struct writer *x)
{
    const struct chat_request *q = x->q;

    for (size_t i = 0; i < q->n_extras; i++) {
        const struct chat_extra *extra = &q->extras[i];
        bool is_note = str_find(extra->name, '.') < extra->name.n;

        if (!x->is_own)
            writer_lose(x, extra->name, CHAT_DROPPED);
        else if (is_note)
            lose_if(x,
                    str_starts(extra->name, STR("output_config.")) ||
                        str_starts(extra->name, STR("metadata.")),
                    extra->name);
        else
            writer_put(x, extra->name, extra->raw);
    }
}

static void write_head(struct writer *x)
{
    const struct chat_request *q = x->q;

    if (x->w->quirks->cloud_version.n != 0) {
        buf_add(x->out, STR("{\"anthropic_version\":"));
        json_str(x->out, x->w->quirks->cloud_version);
    } else {
        buf_add(x->out, STR("{\"model\":"));
        json_str(x->out, x->w->model);
    }
    buf_add(x->out, STR(",\"max_tokens\":"));
    if (x->max_tokens != 0)
        buf_add_i64(x->out, x->max_tokens);
    else
        buf_add(x->out, q->max_tokens.raw); /* not for us to judge */
}

void anthropic_write(struct chat_writing *w)
{
    bool is_own =
        w->request->from != NULL && str_eq(w->request->from->name, ANTHROPIC);
    struct writer x = {
        .w = w,
        .q = w->request,
        .model = anthropic_model_find(w->model),
        .out = w->out,
        .maker = ANTHROPIC,
        .takes = writer_takes_block,
        .write = writer_block,
        .is_own = is_own,
        .thinks_alike = is_own,
    };

    writer_decide(&x);
    write_head(&x);
    writer_system(&x);
    writer_messages(&x);
    write_tools(&x);
    write_choice(&x);
    write_sampling(&x);
    writer_stops(&x, STR("stop_sequences"));
    writer_thinking(&x);
    write_output(&x);
    write_service(&x);
    lose_rest(&x);
    write_extras(&x);
    /* Bedrock's path says whether it is a stream (aws-bedrock section 5). */
    if (w->request->stream &&
        !str_starts(w->quirks->cloud_version, STR("bedrock-")))
        writer_put(&x, STR("stream"), STR("true"));
    buf_add_char(x.out, '}');
}
