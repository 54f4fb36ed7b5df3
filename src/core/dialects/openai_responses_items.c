/* SPDX-License-Identifier: MIT */
/* A response object and its items (providers' reference: openai-responses
 * section 4). */
#include "core/dialects/openai_responses_items.h"

enum {
    ITEM_BYTES = 64 * 1024 * 1024
}; /* of one text; the arena is the nearer
      limit */

const struct responses_repeat responses_repeats[] = {
    {STR_INIT("background"), STR_INIT("false")},
    {STR_INIT("instructions"), STR_INIT("null")},
    {STR_INIT("max_output_tokens"), STR_INIT("null")},
    {STR_INIT("max_tool_calls"), STR_INIT("null")},
    {STR_INIT("metadata"), STR_INIT("{}")},
    {STR_INIT("parallel_tool_calls"), STR_INIT("true")},
    {STR_INIT("previous_response_id"), STR_INIT("null")},
    {STR_INIT("prompt_cache_key"), STR_INIT("null")},
    {STR_INIT("reasoning"), STR_INIT("{\"effort\":null,\"summary\":null}")},
    {STR_INIT("safety_identifier"), STR_INIT("null")},
    {STR_INIT("service_tier"), STR_INIT("\"default\"")},
    {STR_INIT("store"), STR_INIT("false")},
    {STR_INIT("temperature"), STR_INIT("null")},
    {STR_INIT("text"), STR_INIT("{\"format\":{\"type\":\"text\"}}")},
    {STR_INIT("tool_choice"), STR_INIT("\"auto\"")},
    {STR_INIT("tools"), STR_INIT("[]")},
    {STR_INIT("top_logprobs"), STR_INIT("0")},
    {STR_INIT("top_p"), STR_INIT("null")},
    {STR_INIT("truncation"), STR_INIT("\"disabled\"")},
    {STR_INIT("user"), STR_INIT("null")},
};
const size_t responses_repeats_n = SL_LEN(responses_repeats);

struct responses_output *responses_output(struct chat_encoder *e)
{
    bool is_new = e->state == NULL;
    struct responses_output *w = encoder_state(e, sizeof(*w));

    if (w != NULL && is_new) {
        w->usage = USAGE_UNKNOWN;
        buf_init(&w->logprobs, arena_mem(e->arena), ITEM_BYTES);
    }
    return w;
}

/* ---- items ---- */

struct responses_item *responses_new_item(struct chat_encoder *e,
                                          enum chat_part_kind kind)
{
    struct responses_output *w = e->state;
    struct responses_item *i = arena_new(e->arena, struct responses_item);

    if (i == NULL) {
        e->failed = true;
        return NULL;
    }
    i->kind = kind;
    i->index = w->n++;
    i->is_open = true;
    buf_init(&i->text, arena_mem(e->arena), ITEM_BYTES);
    buf_init(&i->notes, arena_mem(e->arena), ITEM_BYTES);
    buf_init(&i->logprobs, arena_mem(e->arena), ITEM_BYTES);
    if (w->last == NULL)
        w->first = i;
    else
        w->last->next = i;
    w->last = i;
    return i;
}

void responses_add_text(struct chat_encoder *e, struct responses_item *i,
                        struct str text)
{
    buf_add(&i->text, text);
    for (size_t k = 0; k < text.n; k++)
        i->chars += ((unsigned char)text.p[k] & 0xc0) != 0x80;
    e->failed |= i->text.failed;
}

static struct str id_prefix(const struct responses_item *i)
{
    switch (i->kind) {
    case CHAT_REASONING:
        return STR("rs_");
    case CHAT_TOOL_CALL:
        return i->is_custom ? STR("ctc_") : STR("fc_");
    case CHAT_IMAGE:
        return STR("ig_");
    case CHAT_TEXT:
    case CHAT_REFUSAL:
    case CHAT_AUDIO:
    case CHAT_DOCUMENT:
    case CHAT_TOOL_RESULT:
        break;
    }
    return STR("msg_");
}

void responses_write_item_id(struct chat_encoder *e,
                             const struct responses_item *i)
{
    buf_add_char(e->out, '"');
    buf_add(e->out, id_prefix(i));
    json_str_part(e->out, e->id);
    buf_add_char(e->out, '_');
    buf_add_u64(e->out, i->index);
    buf_add_char(e->out, '"');
}

void responses_put_text(struct buf *out, struct str name, struct str text)
{
    buf_add_char(out, ',');
    json_key(out, name);
    json_str(out, text);
}

/* {"type":"output_text",…}; is_empty: as it is before its text has come. */
void responses_write_part(struct chat_encoder *e,
                          const struct responses_item *i, bool is_empty)
{
    struct str text = is_empty ? (struct str){0} : buf_str(&i->text);

    if (i->kind == CHAT_REFUSAL) {
        buf_add(e->out, STR("{\"type\":\"refusal\""));
        responses_put_text(e->out, STR("refusal"), text);
        buf_add_char(e->out, '}');
        return;
    }
    buf_add(e->out, STR("{\"type\":\"output_text\",\"annotations\":["));
    if (!is_empty)
        buf_add(e->out, buf_str(&i->notes));
    buf_add(e->out, STR("],\"logprobs\":["));
    if (!is_empty)
        buf_add(e->out, buf_str(&i->logprobs));
    buf_add_char(e->out, ']');
    responses_put_text(e->out, STR("text"), text);
    buf_add_char(e->out, '}');
}

void responses_write_summary(struct chat_encoder *e, struct str text)
{
    buf_add(e->out, STR("{\"type\":\"summary_text\""));
    responses_put_text(e->out, STR("text"), text);
    buf_add_char(e->out, '}');
}

static void write_reasoning(struct chat_encoder *e,
                            const struct responses_item *i, bool is_empty)
{
    buf_add(e->out, STR(",\"type\":\"reasoning\",\"summary\":["));
    if (!is_empty && i->text.n != 0)
        responses_write_summary(e, buf_str(&i->text));
    buf_add_char(e->out, ']');
    if (i->sealed.n != 0)
        responses_put_text(e->out, STR("encrypted_content"), i->sealed);
}

/* Of a call that its provider gave none. */
static void write_call_id(struct chat_encoder *e,
                          const struct responses_item *i)
{
    buf_add(e->out, STR(",\"call_id\":\"call_"));
    json_str_part(e->out, e->id);
    buf_add_char(e->out, '_');
    buf_add_u64(e->out, i->index);
    buf_add_char(e->out, '"');
}

static void write_call(struct chat_encoder *e, const struct responses_item *i,
                       bool is_empty)
{
    buf_add(e->out, i->is_custom ? STR(",\"type\":\"custom_tool_call\"")
                                 : STR(",\"type\":\"function_call\""));
    if (i->id.n != 0)
        responses_put_text(e->out, STR("call_id"), i->id);
    else
        write_call_id(e, i);
    responses_put_text(e->out, STR("name"), i->name);
    responses_put_text(e->out, i->is_custom ? STR("input") : STR("arguments"),
                       is_empty ? (struct str){0} : buf_str(&i->text));
}

static void write_image(struct chat_encoder *e, const struct responses_item *i,
                        bool is_empty)
{
    buf_add(e->out, STR(",\"type\":\"image_generation_call\""));
    responses_put_text(e->out, STR("output_format"), i->name);
    buf_add(e->out, STR(",\"result\":"));
    if (is_empty)
        buf_add(e->out, STR("null"));
    else
        json_str(e->out, buf_str(&i->text));
}

void responses_write_item(struct chat_encoder *e,
                          const struct responses_item *i, bool is_empty)
{
    buf_add(e->out, STR("{\"id\":"));
    responses_write_item_id(e, i);
    switch (i->kind) {
    case CHAT_REASONING:
        write_reasoning(e, i, is_empty);
        break;
    case CHAT_TOOL_CALL:
        write_call(e, i, is_empty);
        break;
    case CHAT_IMAGE:
        write_image(e, i, is_empty);
        break;
    case CHAT_TEXT:
    case CHAT_REFUSAL:
    case CHAT_AUDIO:
    case CHAT_DOCUMENT:
    case CHAT_TOOL_RESULT:
        buf_add(e->out, STR(",\"type\":\"message\",\"role\":\"assistant\","
                            "\"content\":["));
        if (!is_empty)
            responses_write_part(e, i, false);
        buf_add_char(e->out, ']');
        break;
    }
    if (i->kind != CHAT_REASONING)
        responses_put_text(e->out, STR("status"),
                           is_empty    ? STR("in_progress")
                           : i->is_cut ? STR("incomplete")
                                       : STR("completed"));
    buf_add_char(e->out, '}');
}

/* ---- the response object ---- */

static void write_repeats(struct chat_encoder *e)
{
    const struct chat_request *q = e->request;

    for (size_t i = 0; i < responses_repeats_n; i++) {
        const struct responses_repeat *want = &responses_repeats[i];
        struct str raw = want->raw;

        for (size_t k = 0; q != NULL && k < q->n_repeats; k++) {
            if (str_eq(q->repeats[k].name, want->name))
                raw = q->repeats[k].raw;
        }
        buf_add_char(e->out, ',');
        json_key(e->out, want->name);
        json_line(e->out, raw);
    }
}

static int64_t known(int64_t count)
{
    return count < 0 ? 0 : count;
}

static void write_usage(struct buf *out, const struct usage *u)
{
    buf_add(out, STR("{\"input_tokens\":"));
    buf_add_i64(out, known(u->input_tokens));
    buf_add(out, STR(",\"input_tokens_details\":{\"cached_tokens\":"));
    buf_add_i64(out, known(u->cached_tokens));
    buf_add(out, STR(",\"cache_write_tokens\":"));
    buf_add_i64(out, known(u->cache_write_tokens));
    buf_add(out, STR("},\"output_tokens\":"));
    buf_add_i64(out, known(u->output_tokens));
    buf_add(out, STR(",\"output_tokens_details\":{\"reasoning_tokens\":"));
    buf_add_i64(out, known(u->reasoning_tokens));
    buf_add(out, STR("},\"total_tokens\":"));
    buf_add_i64(out, known(u->input_tokens) + known(u->output_tokens));
    buf_add_char(out, '}');
}

bool responses_is_short(enum chat_finish finish)
{
    return finish == CHAT_FINISH_LENGTH || finish == CHAT_FINISH_FILTER;
}

static struct str status_of(const struct responses_output *w, bool is_ended)
{
    if (w->error != NULL)
        return STR("failed");
    if (!is_ended)
        return STR("in_progress");
    return responses_is_short(w->finish) ? STR("incomplete") : STR("completed");
}

static void write_error_member(struct buf *out, const struct chat_error *error)
{
    if (error == NULL) {
        buf_add(out, STR("null"));
        return;
    }
    buf_add(out, STR("{\"code\":"));
    json_str(out, error->code.n != 0 ? error->code : STR("server_error"));
    responses_put_text(out, STR("message"), error->message);
    buf_add_char(out, '}');
}

static void write_output(struct chat_encoder *e,
                         const struct responses_output *w)
{
    bool is_first = true;

    buf_add(e->out, STR(",\"output\":["));
    for (const struct responses_item *i = w->first; i != NULL; i = i->next) {
        /* What has not come to its end is no part of a failed answer. */
        if (w->error != NULL && i->is_open)
            continue;
        if (!is_first)
            buf_add_char(e->out, ',');
        is_first = false;
        responses_write_item(e, i, false);
    }
    buf_add_char(e->out, ']');
}

void responses_write_whole(struct chat_encoder *e, bool is_ended)
{
    const struct responses_output *w = e->state;
    struct str status = status_of(w, is_ended);

    buf_add(e->out, STR("{\"id\":"));
    if (str_starts(w->id, STR("resp_"))) {
        json_str(e->out, w->id);
    } else {
        buf_add(e->out, STR("\"resp_"));
        json_str_part(e->out, e->id);
        buf_add_char(e->out, '"');
    }
    buf_add(e->out, STR(",\"object\":\"response\",\"created_at\":"));
    buf_add_i64(e->out, w->created_s != 0 ? w->created_s : e->now_s);
    responses_put_text(e->out, STR("status"), status);
    buf_add(e->out, STR(",\"error\":"));
    write_error_member(e->out, w->error);
    buf_add(e->out, STR(",\"incomplete_details\":"));
    if (str_eq(status, STR("incomplete")))
        buf_add(e->out, w->finish == CHAT_FINISH_FILTER
                            ? STR("{\"reason\":\"content_filter\"}")
                            : STR("{\"reason\":\"max_output_tokens\"}"));
    else
        buf_add(e->out, STR("null"));
    responses_put_text(e->out, STR("model"),
                       w->model.n != 0 ? w->model : e->model);
    write_output(e, w);
    write_repeats(e);
    buf_add(e->out, STR(",\"usage\":"));
    if (is_ended && (w->usage.input_tokens >= 0 || w->usage.output_tokens >= 0))
        write_usage(e->out, &w->usage);
    else
        buf_add(e->out, STR("null"));
    buf_add_char(e->out, '}');
}
