/* SPDX-License-Identifier: MIT */
/* What is asked of Gemini beside what was said (providers' reference:
 * google-gemini sections 2 and 6). Reasoning is asked for by level (Gemini 3)
 * or by budget (2.5), never by both. */
#include "core/dialects/gemini_write.h"

#include "core/dialects/writing.h"
#include "core/schema.h"

enum {
    MAX_STOPS = 5,
    FLASH_BUDGET = 24576,
    PRO_BUDGET = 32768,
    PRO_LEAST = 128, /* 2.5 pro always thinks */
    LITE_LEAST = 512,
};

/* ---- words ---- */

/* "publishers/google/models/gemini-…", "models/gemini-…" */
struct str gemini_bare_model(struct str model)
{
    struct str rest = model;
    struct str piece;

    while (str_split(&rest, '/', &piece))
        model = piece;
    return model;
}

enum gemini_family gemini_family(struct str model)
{
    model = gemini_bare_model(model);
    if (str_starts(model, STR("gemini-2.5")) ||
        str_starts(model, STR("gemini-flash")) ||
        str_starts(model, STR("gemini-pro-latest")) ||
        str_starts(model, STR("gemini-robotics")))
        return GEMINI_BUDGET;
    if (str_starts(model, STR("gemini-1")) ||
        str_starts(model, STR("gemini-2.0")) ||
        !str_starts(model, STR("gemini-")) ||
        !char_is_digit(str_skip(model, 7).n != 0 ? model.p[7] : ' '))
        return GEMINI_OTHER;
    return GEMINI_LEVEL;
}

void gemini_lose(struct chat_writing *w, bool is_set, struct str name)
{
    if (is_set)
        chat_lose(w->loss, name, CHAT_DROPPED);
}

void gemini_put(struct chat_writing *w, struct str name, struct str raw)
{
    if (raw.n == 0)
        return;
    json_member(w->out, name);
    buf_add(w->out, raw);
}

void gemini_put_text(struct chat_writing *w, struct str name, struct str text)
{
    if (text.n == 0)
        return;
    json_member(w->out, name);
    json_str(w->out, text);
}

/* An object that may turn out empty: then its name goes again. */
static size_t begin_object(struct chat_writing *w, struct str name)
{
    size_t before = w->out->n;

    json_member(w->out, name);
    buf_add_char(w->out, '{');
    return before;
}

static void end_object(struct chat_writing *w, size_t before)
{
    if (w->out->n != 0 && w->out->p[w->out->n - 1] == '{')
        w->out->n = before;
    else
        buf_add_char(w->out, '}');
}

/* ---- tools ---- */

/* As JSON Schema, or as OpenAPI's where that alone is known. */
static void write_schema(struct chat_writing *w, struct str raw,
                         struct str param)
{
    struct schema_job job = {
        .arena = w->arena,
        .out = w->out,
        .loss = w->loss,
        .form =
            w->quirks->has_openapi_schema ? SCHEMA_OPENAPI : SCHEMA_KEYWORDS,
        .name = param,
        .steps = w->schema_steps,
    };

    if (w->refused.n != 0)
        return;
    schema_write(&job, raw);
    w->schema_steps = job.steps;
    if (job.refused.n != 0)
        writing_refuse(w, param, job.refused);
}

static void write_function(struct chat_writing *w, const struct chat_tool *t)
{
    json_next(w->out);
    buf_add(w->out, STR("{\"name\":"));
    json_str(w->out, t->name);
    gemini_put_text(w, STR("description"), t->description);
    /* Without arguments the schema is left out: an object without properties
     * is refused by some models. */
    if (t->is_custom) {
        json_member(w->out, w->quirks->has_openapi_schema
                                ? STR("parameters")
                                : STR("parametersJsonSchema"));
        write_schema(w,
                     STR("{\"type\":\"object\",\"properties\":{\"input\":"
                         "{\"type\":\"string\"}},\"required\":[\"input\"]}"),
                     STR("tools"));
        if (t->format_raw.n != 0)
            chat_lose(w->loss, STR("tools.format"), CHAT_DROPPED);
    } else if (!schema_is_empty(t->schema_raw, w->arena)) {
        json_member(w->out, w->quirks->has_openapi_schema
                                ? STR("parameters")
                                : STR("parametersJsonSchema"));
        write_schema(w, t->schema_raw, STR("tools"));
    }
    buf_add_char(w->out, '}');
    gemini_lose(w, str_eq(t->strict_raw, STR("true")), STR("tools.strict"));
    gemini_lose(w, t->cache_raw.n != 0, STR("cache_control"));
}

/* AUTO can't be told which ones: what is not allowed is not declared. */
static bool is_declared(const struct chat_request *q, const struct chat_tool *t)
{
    if (t->server_raw.n != 0)
        return false;
    if (q->choice == CHAT_CHOICE_REQUIRED || q->n_allowed == 0)
        return true;
    for (size_t i = 0; i < q->n_allowed; i++) {
        if (str_eq(q->allowed[i], t->name))
            return true;
    }
    return false;
}

/* Tools that other vendors run and Gemini has too, by the start of their
 * type. */
static const struct {
    struct str type, raw;
} server_tools[] = {
    {STR_INIT("web_search"), STR_INIT("{\"googleSearch\":{}}")},
    {STR_INIT("web_fetch"), STR_INIT("{\"urlContext\":{}}")},
    {STR_INIT("code_interpreter"), STR_INIT("{\"codeExecution\":{}}")},
    {STR_INIT("code_execution"), STR_INIT("{\"codeExecution\":{}}")},
};

/* Gemini refuses its own tools beside functions (on its third generation
 * without an option that changes what the answer holds). The functions are what
 * an agent lives by. */
static void write_server_tool(struct chat_writing *w, const struct chat_tool *t,
                              bool has_functions)
{
    struct json doc;
    struct str type = {0};

    if (str_eq(t->maker, GEMINI)) {
        json_next(w->out);
        buf_add(w->out, t->server_raw);
        return;
    }
    if (json_parse(&doc, t->server_raw, w->arena, NULL, NULL) != SL_OK ||
        !json_text(json_get(json_root(&doc), STR("type")), w->arena, &type))
        type = (struct str){0};
    for (size_t i = 0; i < SL_LEN(server_tools) && !has_functions; i++) {
        if (!str_starts(type, server_tools[i].type))
            continue;
        json_next(w->out);
        buf_add(w->out, server_tools[i].raw);
        chat_lose(w->loss, STR("tools"), CHAT_APPROXIMATED);
        return;
    }
    writing_lose_tool(w, t);
}

static void write_tools(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    size_t n = 0;

    if (q->n_tools == 0)
        return;
    json_member(w->out, STR("tools"));
    buf_add_char(w->out, '[');
    for (size_t i = 0; i < q->n_tools; i++) {
        if (!is_declared(q, &q->tools[i]))
            continue;
        if (n++ == 0)
            buf_add(w->out, STR("{\"functionDeclarations\":["));
        write_function(w, &q->tools[i]);
    }
    if (n != 0)
        buf_add(w->out, STR("]}"));
    for (size_t i = 0; i < q->n_tools; i++) {
        if (q->tools[i].server_raw.n != 0)
            write_server_tool(w, &q->tools[i], n != 0);
    }
    buf_add_char(w->out, ']');
}

static void write_mode(struct chat_writing *w, struct str mode)
{
    const struct chat_request *q = w->request;
    bool is_named = q->choice == CHAT_CHOICE_NAMED;
    size_t n = is_named ? 1 : q->n_allowed;

    json_member(w->out, STR("functionCallingConfig"));
    buf_add(w->out, STR("{\"mode\":"));
    json_str(w->out, mode);
    if (str_eq(mode, STR("ANY")) && n != 0) {
        buf_add(w->out, STR(",\"allowedFunctionNames\":["));
        for (size_t i = 0; i < n; i++) {
            json_next(w->out);
            json_str(w->out, is_named ? q->choice_name : q->allowed[i]);
        }
        buf_add_char(w->out, ']');
    }
    buf_add_char(w->out, '}');
}

/* ---- extras ---- */

/* Members that only Gemini has pass between its two sides; a prefix says where
 * they stood. */
static void write_extras(struct chat_writing *w, struct str prefix)
{
    const struct chat_request *q = w->request;

    if (!str_eq(q->from->name, GEMINI))
        return;
    for (size_t i = 0; i < q->n_extras; i++) {
        struct str name = q->extras[i].name;
        bool is_here = prefix.n != 0
                           ? str_starts(name, prefix)
                           : !str_starts(name, STR("generationConfig.")) &&
                                 !str_starts(name, STR("toolConfig."));

        if (is_here)
            gemini_put(w, str_skip(name, prefix.n), q->extras[i].raw);
    }
}

/* What OpenAI's clients know to be Gemini's: {"google":{…}}, alone or in
 * "extra_body" (Google's own compatible endpoint takes it so). */
static struct jval google_extra(struct chat_writing *w)
{
    const struct chat_request *q = w->request;

    if (str_eq(q->from->name, GEMINI))
        return (struct jval){0};
    for (size_t i = 0; i < q->n_extras; i++) {
        bool is_body = str_eq(q->extras[i].name, STR("extra_body"));
        struct json *doc;
        struct jval v;

        if (!is_body && !str_eq(q->extras[i].name, STR("google")))
            continue;
        doc = arena_new(w->arena, struct json);
        if (doc == NULL ||
            json_parse(doc, q->extras[i].raw, w->arena, NULL, NULL) != SL_OK) {
            w->out->failed = true;
            break;
        }
        v = json_root(doc);
        v = is_body ? json_get(v, STR("google")) : v;
        if (json_is_obj(v))
            return v;
    }
    return (struct jval){0};
}

/* Extras by the names under which they pass from any client. */
static const struct {
    struct str name, to;
} shared_extras[] = {
    {STR_INIT("safetySettings"), STR_INIT("safetySettings")},
    {STR_INIT("safety_settings"), STR_INIT("safetySettings")},
    {STR_INIT("cachedContent"), STR_INIT("cachedContent")},
    {STR_INIT("cached_content"), STR_INIT("cachedContent")},
};

static struct str shared_name(struct str name)
{
    for (size_t i = 0; i < SL_LEN(shared_extras); i++) {
        if (str_eq(name, shared_extras[i].name))
            return shared_extras[i].to;
    }
    return (struct str){0};
}

static void write_foreign_extras(struct chat_writing *w, struct jval google)
{
    const struct chat_request *q = w->request;
    bool is_google = json_is_obj(google);
    struct jval v;

    if (str_eq(q->from->name, GEMINI))
        return;
    for (size_t i = 0; i < q->n_extras; i++) {
        struct str name = q->extras[i].name;
        struct str to = shared_name(name);

        if (to.n != 0)
            gemini_put(w, to, q->extras[i].raw);
        else if (!is_google || (!str_eq(name, STR("google")) &&
                                !str_eq(name, STR("extra_body"))))
            chat_lose(w->loss, name, CHAT_DROPPED);
    }
    v = gemini_get(google, STR("safetySettings"));
    gemini_put(w, STR("safetySettings"), json_raw(v));
    v = gemini_get(google, STR("cachedContent"));
    gemini_put(w, STR("cachedContent"), json_raw(v));
}

static void write_choice(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    size_t before = begin_object(w, STR("toolConfig"));

    switch (q->choice) {
    case CHAT_CHOICE_UNSET:
        break;
    case CHAT_CHOICE_AUTO:
        write_mode(w, STR("AUTO"));
        break;
    case CHAT_CHOICE_NONE:
        write_mode(w, STR("NONE"));
        break;
    case CHAT_CHOICE_REQUIRED:
    case CHAT_CHOICE_NAMED:
        write_mode(w, STR("ANY"));
        break;
    }
    write_extras(w, STR("toolConfig."));
    end_object(w, before);
}

/* ---- thinking ---- */

struct thinking {
    enum chat_effort effort;
    int64_t budget; /* -1: not given */
};

static bool is_pro(struct chat_writing *w)
{
    return str_has(gemini_bare_model(w->model), STR("pro"));
}

/* XHIGH and MAX are the most there is; pro models have nothing below LOW, and
 * none of them can be told not to think. */
static void write_level(struct chat_writing *w, struct thinking t)
{
    enum chat_effort effort =
        t.effort != CHAT_EFFORT_UNSET ? t.effort : chat_budget_effort(t.budget);
    enum chat_effort least = is_pro(w) ? CHAT_EFFORT_LOW : CHAT_EFFORT_MINIMAL;
    enum chat_effort level = effort;

    if (level == CHAT_EFFORT_UNSET)
        return;
    if (level < least)
        level = least;
    if (level > CHAT_EFFORT_HIGH)
        level = CHAT_EFFORT_HIGH;
    if (t.effort == CHAT_EFFORT_UNSET)
        chat_lose(w->loss, STR("reasoning_budget"), CHAT_APPROXIMATED);
    else if (level != effort)
        chat_lose(w->loss, STR("reasoning_effort"), CHAT_APPROXIMATED);
    json_member(w->out, STR("thinkingLevel"));
    buf_add(w->out, level == CHAT_EFFORT_MINIMAL  ? STR("\"MINIMAL\"")
                    : level == CHAT_EFFORT_LOW    ? STR("\"LOW\"")
                    : level == CHAT_EFFORT_MEDIUM ? STR("\"MEDIUM\"")
                                                  : STR("\"HIGH\""));
}

/* Google's own table for its compatible endpoint. */
static int64_t budget_of(enum chat_effort effort)
{
    switch (effort) {
    case CHAT_EFFORT_UNSET:
        break;
    case CHAT_EFFORT_NONE:
        return 0;
    case CHAT_EFFORT_MINIMAL:
    case CHAT_EFFORT_LOW:
        return 1024;
    case CHAT_EFFORT_MEDIUM:
        return 8192;
    case CHAT_EFFORT_HIGH:
    case CHAT_EFFORT_XHIGH:
    case CHAT_EFFORT_MAX:
        return FLASH_BUDGET;
    }
    return -1;
}

static void write_budget(struct chat_writing *w, struct thinking t)
{
    int64_t wanted = t.budget >= 0 ? t.budget : budget_of(t.effort);
    int64_t most = is_pro(w) ? PRO_BUDGET : FLASH_BUDGET;
    int64_t budget = wanted;

    if (wanted < 0)
        return;
    if (is_pro(w) && budget < PRO_LEAST)
        budget = PRO_LEAST;
    if (str_has(gemini_bare_model(w->model), STR("lite")) && budget > 0 &&
        budget < LITE_LEAST)
        budget = LITE_LEAST;
    if (budget > most)
        budget = most;
    if (budget != wanted)
        chat_lose(w->loss,
                  t.budget >= 0 ? STR("reasoning_budget")
                                : STR("reasoning_effort"),
                  CHAT_APPROXIMATED);
    json_member(w->out, STR("thinkingBudget"));
    buf_add_i64(w->out, budget);
}

static bool wants_thoughts(const struct chat_request *q)
{
    if (q->wants_reasoning != CHAT_UNSET)
        return q->wants_reasoning == CHAT_YES;
    return q->effort > CHAT_EFFORT_NONE || q->reasoning_budget > 0;
}

static void write_thinking(struct chat_writing *w, struct jval google)
{
    const struct chat_request *q = w->request;
    struct thinking t = {q->effort, q->reasoning_budget};
    struct jval own = gemini_get(google, STR("thinkingConfig"));
    bool is_set = t.effort != CHAT_EFFORT_UNSET || t.budget >= 0;
    size_t before;

    if (q->reasoning_summary.n != 0 &&
        !str_eq(q->reasoning_summary, STR("auto")))
        chat_lose(w->loss, STR("reasoning.summary"), CHAT_DROPPED);
    if (json_is_obj(own)) {
        gemini_put(w, STR("thinkingConfig"), json_raw(own));
        return;
    }
    if (!is_set && !wants_thoughts(q))
        return;
    if (gemini_family(w->model) == GEMINI_OTHER) {
        gemini_lose(w, is_set && q->effort != CHAT_EFFORT_NONE,
                    t.budget >= 0 ? STR("reasoning_budget")
                                  : STR("reasoning_effort"));
        return;
    }
    before = begin_object(w, STR("thinkingConfig"));
    if (gemini_family(w->model) == GEMINI_LEVEL)
        write_level(w, t);
    else
        write_budget(w, t);
    if (wants_thoughts(q))
        gemini_put(w, STR("includeThoughts"), STR("true"));
    end_object(w, before);
}

/* ---- parameters ---- */

/* An int32 there: of a longer one the lower bits still tell it from others. */
static void write_seed(struct chat_writing *w)
{
    struct str raw = w->request->seed.raw;
    int64_t seed;

    if (!json_raw_i64(raw, &seed) || (seed >= INT32_MIN && seed <= INT32_MAX)) {
        gemini_put(w, STR("seed"), raw);
        return;
    }
    json_member(w->out, STR("seed"));
    buf_add_u64(w->out, (uint64_t)seed & INT32_MAX);
    chat_lose(w->loss, STR("seed"), CHAT_APPROXIMATED);
}

static void write_numbers(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    bool is_hot = q->temperature.value > 2;

    if (is_hot)
        chat_lose(w->loss, STR("temperature"), CHAT_APPROXIMATED);
    gemini_put(w, STR("temperature"), is_hot ? STR("2") : q->temperature.raw);
    gemini_put(w, STR("topP"), q->top_p.raw);
    gemini_put(w, STR("topK"), q->top_k.raw);
    gemini_put(w, STR("candidateCount"), q->n.raw);
    gemini_put(w, STR("maxOutputTokens"), q->max_tokens.raw);
    gemini_put(w, STR("presencePenalty"), q->presence_penalty.raw);
    gemini_put(w, STR("frequencyPenalty"), q->frequency_penalty.raw);
    write_seed(w);
    gemini_lose(w, q->min_p.raw.n != 0, STR("min_p"));
    if (!q->wants_logprobs) {
        gemini_lose(w, q->top_logprobs.raw.n != 0, STR("top_logprobs"));
        return;
    }
    gemini_put(w, STR("responseLogprobs"), STR("true"));
    if (q->top_logprobs.value > 0)
        gemini_put(w, STR("logprobs"), q->top_logprobs.raw);
}

static void write_stops(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    size_t n = 0;

    for (size_t i = 0; i < q->n_stop; i++) {
        if (q->stop[i].n == 0)
            continue;
        if (n == MAX_STOPS) {
            chat_lose(w->loss, STR("stop"), CHAT_APPROXIMATED);
            break;
        }
        if (n++ == 0) {
            json_member(w->out, STR("stopSequences"));
            buf_add_char(w->out, '[');
        }
        json_next(w->out);
        json_str(w->out, q->stop[i]);
    }
    if (n != 0)
        buf_add_char(w->out, ']');
}

static void write_format(struct chat_writing *w)
{
    const struct chat_request *q = w->request;

    gemini_lose(w, q->schema_description.n != 0,
                STR("response_format.json_schema.description"));
    if (q->format == CHAT_FORMAT_TEXT)
        return;
    gemini_put(w, STR("responseMimeType"), STR("\"application/json\""));
    if (q->format != CHAT_FORMAT_SCHEMA)
        return;
    json_member(w->out, w->quirks->has_openapi_schema
                            ? STR("responseSchema")
                            : STR("responseJsonSchema"));
    write_schema(w, q->schema_raw, STR("response_format"));
}

/* Gemini's voices are names, OpenAI's are written small; what comes is
 * PCM. */
static void write_voice(struct chat_writing *w)
{
    struct str raw = w->request->audio_raw;
    struct json doc;
    struct str voice = {0};

    if (raw.n == 0)
        return;
    if (json_parse(&doc, raw, w->arena, NULL, NULL) != SL_OK ||
        !json_text(json_get(json_root(&doc), STR("voice")), w->arena, &voice))
        voice = (struct str){0};
    if (voice.n == 0 || voice.p[0] < 'A' || voice.p[0] > 'Z') {
        chat_lose(w->loss, STR("audio"), CHAT_DROPPED);
        return;
    }
    chat_lose(w->loss, STR("audio"), CHAT_APPROXIMATED);
    buf_add(w->out, STR(",\"speechConfig\":{\"voiceConfig\":{"
                        "\"prebuiltVoiceConfig\":{\"voiceName\":"));
    json_str(w->out, voice);
    buf_add(w->out, STR("}}}"));
}

static void write_modalities(struct chat_writing *w)
{
    const struct chat_request *q = w->request;

    if (!q->wants_image && !q->wants_audio)
        return;
    /* Models that speak do nothing else. */
    gemini_put(w, STR("responseModalities"),
               q->wants_image && q->wants_audio
                   ? STR("[\"TEXT\",\"IMAGE\",\"AUDIO\"]")
               : q->wants_image ? STR("[\"TEXT\",\"IMAGE\"]")
                                : STR("[\"AUDIO\"]"));
    write_voice(w);
}

static void write_config(struct chat_writing *w, struct jval google)
{
    size_t before = begin_object(w, STR("generationConfig"));

    write_numbers(w);
    write_stops(w);
    write_format(w);
    write_modalities(w);
    write_thinking(w, google);
    write_extras(w, STR("generationConfig."));
    end_object(w, before);
}

static struct str tier_of(struct str tier)
{
    if (str_eq(tier, STR("default")))
        return STR("standard");
    if (str_eq(tier, STR("flex")) || str_eq(tier, STR("priority")))
        return tier;
    return (struct str){0};
}

static void write_rest(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    struct str tier = tier_of(q->service_tier);

    gemini_put_text(w, STR("serviceTier"), tier);
    gemini_lose(w,
                q->service_tier.n != 0 && tier.n == 0 &&
                    !str_eq(q->service_tier, STR("auto")),
                STR("service_tier"));
    if (str_eq(q->from->name, GEMINI))
        gemini_put(w, STR("store"), q->store_raw);
    else
        gemini_lose(w, str_eq(q->store_raw, STR("true")), STR("store"));
    gemini_lose(w, q->parallel_tools == CHAT_NO, STR("parallel_tool_calls"));
    gemini_lose(w, q->user.n != 0, STR("user"));
    gemini_lose(w, q->metadata_raw.n != 0, STR("metadata"));
    gemini_lose(w, q->prompt_cache_key.n != 0, STR("prompt_cache_key"));
    gemini_lose(w, q->verbosity.n != 0, STR("verbosity"));
}

void gemini_write(struct chat_writing *w)
{
    struct jval google = google_extra(w);

    gemini_write_contents(w);
    write_tools(w);
    write_choice(w);
    write_config(w, google);
    write_rest(w);
    write_extras(w, (struct str){0});
    write_foreign_extras(w, google);
    buf_add_char(w->out, '}');
}
