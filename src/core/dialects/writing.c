/* SPDX-License-Identifier: MIT */
/* What writers of requests share. */
#include "core/dialects/writing.h"

enum { TEXT_BYTES = 64 * 1024 * 1024 }; /* the arena is the nearer limit */

/* ---- JSON ---- */

void member_text(struct buf *out, struct str name, struct str text)
{
    if (text.n == 0)
        return;
    json_member(out, name);
    json_str(out, text);
}

void member_raw(struct buf *out, struct str name, struct str raw)
{
    if (raw.n == 0)
        return;
    json_member(out, name);
    buf_add(out, raw);
}

void member_number(struct buf *out, struct str name,
                   const struct chat_number *n)
{
    member_raw(out, name, n->raw);
}

void member_i64(struct buf *out, struct str name, int64_t v)
{
    json_member(out, name);
    json_i64_write(out, v);
}

void member_bool(struct buf *out, struct str name, bool v)
{
    json_member(out, name);
    buf_add(out, v ? STR("true") : STR("false"));
}

void member_texts(struct buf *out, struct str name, const struct str *texts,
                  size_t n)
{
    if (n == 0)
        return;
    json_member(out, name);
    buf_add_char(out, '[');
    for (size_t i = 0; i < n; i++) {
        if (i != 0)
            buf_add_char(out, ',');
        json_str(out, texts[i]);
    }
    buf_add_char(out, ']');
}

static bool is_one_of(struct str name, const struct str *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(name, names[i]))
            return true;
    }
    return false;
}

void member_extras(struct buf *out, const struct chat_extra *extras, size_t n,
                   const struct str *kept, size_t n_kept)
{
    for (size_t i = 0; i < n; i++) {
        if (is_one_of(extras[i].name, kept, n_kept))
            member_raw(out, extras[i].name, extras[i].raw);
    }
}

/* ---- parts ---- */

void writing_number(struct chat_writing *w, const struct writing_range *range,
                    const struct chat_number *n)
{
    double v = n->value;

    if (n->raw.n == 0)
        return;
    if (v >= range->low && v <= range->high) {
        member_number(w->out, range->name, n);
        return;
    }
    json_member(w->out, range->name);
    json_f64_write(w->out, v < range->low ? range->low : range->high);
    chat_lose(w->loss, range->openai_name, CHAT_APPROXIMATED);
}

static struct str text_of(const struct chat_part *p)
{
    bool is_text = p->kind == CHAT_TEXT || p->kind == CHAT_REFUSAL ||
                   p->kind == CHAT_DOCUMENT;

    return is_text ? p->text : (struct str){0};
}

struct str writing_text(struct chat_writing *w, const struct chat_part *parts,
                        size_t n)
{
    struct str only = {0};
    size_t texts = 0;
    struct buf all;

    for (size_t i = 0; i < n; i++) {
        if (text_of(&parts[i]).n == 0)
            continue;
        only = text_of(&parts[i]);
        texts++;
    }
    if (texts < 2)
        return only;
    buf_init(&all, arena_mem(w->arena), TEXT_BYTES);
    for (size_t i = 0; i < n; i++) {
        if (all.n != 0 && text_of(&parts[i]).n != 0)
            buf_add(&all, STR("\n\n"));
        buf_add(&all, text_of(&parts[i]));
    }
    w->out->failed |= all.failed;
    return all.failed ? (struct str){0} : buf_str(&all);
}

/* What a part is called in a loss. */
static const struct str part_names[] = {
    [CHAT_TEXT] = STR_INIT("messages.text"),
    [CHAT_IMAGE] = STR_INIT("messages.image"),
    [CHAT_AUDIO] = STR_INIT("messages.audio"),
    [CHAT_DOCUMENT] = STR_INIT("messages.document"),
    [CHAT_REFUSAL] = STR_INIT("messages.refusal"),
    [CHAT_REASONING] = STR_INIT("messages.reasoning"),
    [CHAT_TOOL_CALL] = STR_INIT("messages.tool_calls"),
    [CHAT_TOOL_RESULT] = STR_INIT("messages.tool_result"),
};

void writing_skip_part(struct chat_writing *w, enum chat_role role,
                       const struct chat_part *part)
{
    bool is_media = part->kind == CHAT_IMAGE || part->kind == CHAT_AUDIO ||
                    part->kind == CHAT_DOCUMENT;

    if (is_media && role == CHAT_ROLE_USER)
        writing_refuse(w, part_names[part->kind],
                       STR("the provider of this model does not take it in "
                           "this form"));
    else
        chat_lose(w->loss, part_names[part->kind], CHAT_DROPPED);
}

void writing_lose_marks(struct chat_writing *w, const struct chat_part *part,
                        struct str own)
{
    if (part->cache_raw.n != 0)
        chat_lose(w->loss, STR("cache_control"), CHAT_DROPPED);
    if (part->state.bytes.n != 0 && !str_eq(part->state.maker, own))
        chat_lose(w->loss, STR("messages.reasoning_state"), CHAT_DROPPED);
}

void writing_lose_tool(struct chat_writing *w, const struct chat_tool *t)
{
    struct json_want want = {.name = STR("type")};
    struct str type = {0};
    struct buf name;

    buf_init(&name, arena_mem(w->arena), SIZE_MAX);
    buf_add(&name, STR("tools"));
    if (json_scan(t->server_raw, &want, 1, NULL) == SL_OK &&
        json_raw_text(want.value, w->arena, &type) == SL_OK) {
        buf_add_char(&name, '.');
        buf_add(&name, type);
    } else if (t->is_custom) {
        buf_add(&name, STR(".custom"));
    }
    chat_lose(w->loss, buf_str(&name), CHAT_DROPPED);
}

void writing_image_url(struct buf *out, const struct chat_part *image)
{
    if (image->url.n != 0) {
        json_str(out, image->url);
        return;
    }
    buf_add(out, STR("\"data:"));
    json_str_part(out, image->media_type);
    buf_add(out, STR(";base64,"));
    json_str_part(out, image->data);
    buf_add_char(out, '"');
}

bool is_json_object(struct str text, struct arena *a, bool *failed)
{
    struct json doc;
    enum sl_rc rc = json_raw_type(text) != JSON_OBJECT
                        ? SL_SYNTAX
                        : json_parse(&doc, text, a, NULL, NULL);

    *failed |= rc == SL_NOMEM;
    return rc == SL_OK;
}

void writing_arguments(struct chat_writing *w, const struct chat_part *call)
{
    struct str text = str_trim(call->arguments);

    if (text.n == 0) {
        buf_add(w->out, STR("{}"));
    } else if (!call->is_custom &&
               is_json_object(text, w->arena, &w->out->failed)) {
        buf_add(w->out, text);
    } else {
        buf_add(w->out, STR("{\"input\":"));
        json_str(w->out, call->arguments);
        buf_add_char(w->out, '}');
        chat_lose(w->loss, STR("messages.tool_calls.arguments"),
                  CHAT_APPROXIMATED);
    }
}

void writing_call(struct chat_writing *w, const struct chat_part *call)
{
    struct buf *out = w->out;

    json_next(out);
    buf_add_char(out, '{');
    member_text(out, STR("id"), call->id);
    buf_add(out, call->id.n != 0 ? STR(",\"type\":\"function\",\"function\":{")
                                 : STR("\"type\":\"function\",\"function\":{"));
    json_member(out, STR("name"));
    json_str(out, call->name);
    json_member(out, STR("arguments"));
    json_str(out, call->arguments.n == 0 ? STR("{}") : call->arguments);
    buf_add(out, STR("}}"));
}

/* ---- tools ---- */

bool writing_is_offered(const struct chat_request *q,
                        const struct chat_tool *tool)
{
    if (q->choice == CHAT_CHOICE_NAMED)
        return str_eq(tool->name, q->choice_name);
    for (size_t i = 0; i < q->n_allowed; i++) {
        if (str_eq(tool->name, q->allowed[i]))
            return true;
    }
    return q->allowed == NULL;
}

void writing_function(struct buf *out, const struct chat_tool *tool)
{
    json_next(out);
    buf_add(out, STR("{\"type\":\"function\",\"function\":{"));
    json_member(out, STR("name"));
    json_str(out, tool->name);
    member_text(out, STR("description"), tool->description);
    member_raw(out, STR("parameters"),
               tool->schema_raw.n != 0
                   ? tool->schema_raw
                   : STR("{\"type\":\"object\",\"properties\":{}}"));
    buf_add(out, STR("}}"));
}

static void lose_tool_marks(struct chat_writing *w,
                            const struct chat_tool *tool)
{
    if (tool->server_raw.n != 0 || tool->is_custom)
        writing_lose_tool(w, tool);
    if (tool->cache_raw.n != 0)
        chat_lose(w->loss, STR("cache_control"), CHAT_DROPPED);
}

static bool is_function(const struct chat_tool *t)
{
    return t->server_raw.n == 0 && !t->is_custom;
}

void writing_functions(struct chat_writing *w, bool only_offered)
{
    const struct chat_request *q = w->request;
    bool has_one = false;

    for (size_t i = 0; i < q->n_tools; i++) {
        const struct chat_tool *t = &q->tools[i];

        lose_tool_marks(w, t);
        if (!is_function(t) || (only_offered && !writing_is_offered(q, t)))
            continue;
        if (!has_one) {
            json_member(w->out, STR("tools"));
            buf_add_char(w->out, '[');
        }
        has_one = true;
        writing_function(w->out, t);
    }
    if (has_one)
        buf_add_char(w->out, ']');
}

/* ---- the rest ---- */

static void lose_if(struct chat_writing *w, bool is_given, struct str name)
{
    if (is_given)
        chat_lose(w->loss, name, CHAT_DROPPED);
}

static bool is_any(struct str text, struct str a, struct str b)
{
    return text.n == 0 || str_eq(text, a) || str_eq(text, b);
}

/* What few targets have a place for. */
static void lose_others(struct chat_writing *w, unsigned kept)
{
    const struct chat_request *q = w->request;

    lose_if(w, q->n.raw.n != 0 && q->n.value > 1, STR("n"));
    lose_if(w, q->user.n != 0, STR("user"));
    lose_if(w, q->metadata_raw.n != 0 && (kept & MEMBER_METADATA) == 0,
            STR("metadata"));
    lose_if(w,
            !is_any(q->service_tier, STR("auto"), STR("default")) &&
                (kept & MEMBER_TIER) == 0,
            STR("service_tier"));
    lose_if(w, q->prompt_cache_key.n != 0, STR("prompt_cache_key"));
    lose_if(w, !is_any(q->verbosity, STR("medium"), STR("medium")),
            STR("verbosity"));
    lose_if(w, q->wants_image || q->wants_audio, STR("modalities"));
    lose_if(w, q->audio_raw.n != 0, STR("audio"));
    lose_if(w, str_eq(q->store_raw, STR("true")), STR("store"));
    lose_if(w, q->reasoning_summary.n != 0 && (kept & MEMBER_SUMMARY) == 0,
            STR("reasoning.summary"));
}

void writing_lose_rest(struct chat_writing *w, unsigned kept)
{
    const struct chat_request *q = w->request;
    const struct {
        unsigned member;
        bool is_given;
        struct str name;
    } members[] = {
        {MEMBER_TOOLS, q->n_tools != 0, STR("tools")},
        {MEMBER_CHOICE,
         q->n_tools != 0 && (q->choice > CHAT_CHOICE_AUTO || q->n_allowed != 0),
         STR("tool_choice")},
        {MEMBER_PARALLEL, q->n_tools != 0 && q->parallel_tools == CHAT_NO,
         STR("parallel_tool_calls")},
        {MEMBER_MAX_TOKENS, q->max_tokens.raw.n != 0, STR("max_tokens")},
        {MEMBER_TEMPERATURE, q->temperature.raw.n != 0, STR("temperature")},
        {MEMBER_TOP_P, q->top_p.raw.n != 0, STR("top_p")},
        {MEMBER_TOP_K, q->top_k.raw.n != 0, STR("top_k")},
        {MEMBER_MIN_P, q->min_p.raw.n != 0, STR("min_p")},
        {MEMBER_PRESENCE, q->presence_penalty.raw.n != 0,
         STR("presence_penalty")},
        {MEMBER_FREQUENCY, q->frequency_penalty.raw.n != 0,
         STR("frequency_penalty")},
        {MEMBER_SEED, q->seed.raw.n != 0, STR("seed")},
        {MEMBER_STOP, q->n_stop != 0, STR("stop")},
        {MEMBER_LOGPROBS, q->wants_logprobs, STR("logprobs")},
        {MEMBER_TOP_LOGPROBS, q->top_logprobs.raw.n != 0, STR("top_logprobs")},
        {MEMBER_FORMAT, q->format != CHAT_FORMAT_TEXT, STR("response_format")},
        {MEMBER_REASONING,
         q->effort > CHAT_EFFORT_NONE || q->reasoning_budget > 0,
         STR("reasoning_effort")},
    };

    for (size_t i = 0; i < SL_LEN(members); i++)
        lose_if(w, members[i].is_given && (kept & members[i].member) == 0,
                members[i].name);
    lose_others(w, kept);
}

void writing_extras(struct chat_writing *w, const struct str *kept, size_t n)
{
    const struct chat_request *q = w->request;

    member_extras(w->out, q->extras, q->n_extras, kept, n);
    for (size_t i = 0; i < q->n_extras; i++)
        lose_if(w, !is_one_of(q->extras[i].name, kept, n), q->extras[i].name);
}
