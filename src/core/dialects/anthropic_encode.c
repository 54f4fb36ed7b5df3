/* SPDX-License-Identifier: MIT */
/* What Anthropic's clients are sent (anthropic-messages sections 3, 4 and 8).
 *
 * The hard idea: its blocks are sequential, the middle form's events are not
 * (pieces of several tool calls may alternate, and text may come before a
 * call has ended). So blocks stand in a queue: the first is live and its
 * events leave at once; those behind it hold theirs, already written, until
 * their turn comes. */
#include "core/dialects/anthropic.h"

#include "core/dialects/writing.h"

enum { HELD_BYTES = 64 * 1024 * 1024 }; /* the arena is the nearer limit */

enum block_kind {
    BLOCK_TEXT,
    BLOCK_THINKING,
    BLOCK_TOOL,
    BLOCK_OTHER, /* written whole */
};

struct block {
    struct block *next;
    enum block_kind kind;
    uint32_t index; /* in the answer's content */
    uint32_t tool;
    bool is_ended;
    bool is_signed; /* of thinking */
    struct buf held;
};

struct encoding {
    bool has_started; /* EVENT_START came */
    bool is_begun;    /* message_start was written */
    bool has_tools;
    bool has_refusal;
    bool is_over;
    struct str id, model;
    uint32_t n_blocks;          /* so far; the next one's index */
    struct block *first, *last; /* the first is live */
    struct block *spare;
    enum chat_finish finish;
    struct str stop_sequence;
    struct usage usage;
};

/* ---- pieces of JSON ---- */

static void begin_event(struct buf *out, struct str name)
{
    buf_add(out, STR("event: "));
    buf_add(out, name);
    buf_add(out, STR("\ndata: {\"type\":"));
    json_str(out, name);
}

static void end_event(struct buf *out)
{
    buf_add(out, STR("}\n\n"));
}

static void begin_indexed(struct buf *out, struct str name, uint32_t index)
{
    begin_event(out, name);
    buf_add(out, STR(",\"index\":"));
    buf_add_u64(out, index);
}

/* An id of ours where the provider's is none of Anthropic's. */
static void write_id(struct chat_encoder *e, struct str id)
{
    if (str_starts(id, STR("msg_"))) {
        json_str(e->out, id);
        return;
    }
    buf_add(e->out, STR("\"msg_"));
    json_str_part(e->out, e->id);
    buf_add_char(e->out, '"');
}

static void write_tool_id(struct chat_encoder *e, struct buf *out,
                          struct str id, uint32_t n)
{
    if (id.n != 0) {
        json_str(out, id);
        return;
    }
    buf_add(out, STR("\"toolu_"));
    json_str_part(out, e->id);
    buf_add_char(out, '_');
    buf_add_u64(out, n);
    buf_add_char(out, '"');
}

static void write_count(struct buf *out, struct str name, int64_t n)
{
    buf_add_char(out, ',');
    json_key(out, name);
    buf_add_i64(out, n < 0 ? 0 : n);
}

static int64_t known(int64_t n)
{
    return n < 0 ? 0 : n;
}

/* By Anthropic's arithmetic: what the cache took part in is counted apart. */
static void write_usage(struct buf *out, const struct usage *u)
{
    int64_t input = known(u->input_tokens) - known(u->cached_tokens) -
                    known(u->cache_write_tokens);

    buf_add(out, STR("{\"input_tokens\":"));
    buf_add_i64(out, known(input));
    write_count(out, STR("cache_creation_input_tokens"), u->cache_write_tokens);
    write_count(out, STR("cache_read_input_tokens"), u->cached_tokens);
    write_count(out, STR("output_tokens"), u->output_tokens);
    if (u->reasoning_tokens >= 0) {
        buf_add(out, STR(",\"output_tokens_details\":{\"thinking_tokens\":"));
        buf_add_i64(out, u->reasoning_tokens);
        buf_add_char(out, '}');
    }
    buf_add_char(out, '}');
}

static struct str stop_reason(enum chat_finish finish, bool has_tools,
                              bool has_refusal)
{
    switch (finish) {
    case CHAT_FINISH_NONE:
    case CHAT_FINISH_STOP:
        /* Some say "stop" behind tool calls. */
        return has_tools     ? STR("tool_use")
               : has_refusal ? STR("refusal")
                             : STR("end_turn");
    case CHAT_FINISH_STOP_SEQUENCE:
        return STR("stop_sequence");
    case CHAT_FINISH_LENGTH:
        return STR("max_tokens");
    case CHAT_FINISH_TOOLS:
        return STR("tool_use");
    case CHAT_FINISH_FILTER:
        break;
    }
    return STR("refusal");
}

static void write_stop(struct buf *out, struct str reason, struct str sequence)
{
    buf_add(out, STR("\"stop_reason\":"));
    json_str(out, reason);
    buf_add(out, STR(",\"stop_sequence\":"));
    if (sequence.n != 0)
        json_str(out, sequence);
    else
        buf_add(out, STR("null"));
}

/* What a state is to this client: the signature of thinking, redacted
 * thinking, or a block of Anthropic's own. */
static void write_redacted(struct chat_encoder *e, struct buf *out,
                           const struct chat_state *state, bool is_call)
{
    buf_add(out, STR("{\"type\":\"redacted_thinking\",\"data\":\""));
    if (is_call)
        buf_add(out, STR("call:"));
    json_str_part(out, chat_state_wrap(state, ANTHROPIC, e->turn));
    buf_add(out, STR("\"}"));
}

static void write_citation(struct buf *out, struct str url, struct str title)
{
    buf_add(out, STR("{\"type\":\"web_search_result_location\",\"url\":"));
    json_str(out, url);
    buf_add(out, STR(",\"title\":"));
    json_str(out, title);
    buf_add(out, STR(",\"encrypted_index\":\"\",\"cited_text\":\"\"}"));
}

static bool is_foreign(const struct chat_state *s)
{
    return s->bytes.n != 0 && !str_eq(s->maker, ANTHROPIC);
}

/* ---- the queue of blocks ---- */

static struct buf *into(struct chat_encoder *e, struct block *b)
{
    struct encoding *s = e->state;

    return b == s->first ? e->out : &b->held;
}

static void write_block_end(struct chat_encoder *e, const struct block *b)
{
    begin_indexed(e->out, STR("content_block_stop"), b->index);
    end_event(e->out);
}

/* The live block is written to its end; those behind it follow as far as they
 * have come. */
static void advance(struct chat_encoder *e, struct encoding *s)
{
    while (s->first != NULL && s->first->is_ended) {
        struct block *done = s->first;

        write_block_end(e, done);
        s->first = done->next;
        if (s->first == NULL)
            s->last = NULL;
        done->next = s->spare;
        s->spare = done;
        if (s->first == NULL)
            break;
        e->failed |= s->first->held.failed;
        buf_add(e->out, buf_str(&s->first->held));
        buf_reset(&s->first->held);
    }
}

static void end(struct chat_encoder *e, struct encoding *s, struct block *b)
{
    b->is_ended = true;
    advance(e, s);
}

static struct block *new_block(struct chat_encoder *e, struct encoding *s)
{
    struct block *b = s->spare;

    if (b != NULL) {
        s->spare = b->next;
        buf_reset(&b->held);
        *b = (struct block){.held = b->held};
        return b;
    }
    b = arena_new(e->arena, struct block);
    if (b == NULL)
        e->failed = true;
    else
        buf_init(&b->held, arena_mem(e->arena), HELD_BYTES);
    return b;
}

/* A new block at the end; one that is no tool call ends when another comes.
 * Its start is the caller's to write, into the block. NULL: no memory. */
static struct block *add(struct chat_encoder *e, struct encoding *s,
                         enum block_kind kind)
{
    struct block *b = new_block(e, s);

    if (b == NULL)
        return NULL;
    b->kind = kind;
    if (s->last != NULL && s->last->kind != BLOCK_TOOL)
        s->last->is_ended = true;
    advance(e, s);
    b->index = s->n_blocks++;
    if (s->last == NULL)
        s->first = b;
    else
        s->last->next = b;
    s->last = b;
    begin_indexed(into(e, b), STR("content_block_start"), b->index);
    buf_add(into(e, b), STR(",\"content_block\":"));
    return b;
}

static void begin_delta(struct chat_encoder *e, struct block *b,
                        struct str type, struct str name)
{
    struct buf *out = into(e, b);

    begin_indexed(out, STR("content_block_delta"), b->index);
    buf_add(out, STR(",\"delta\":{\"type\":"));
    json_str(out, type);
    buf_add_char(out, ',');
    json_key(out, name);
}

static void end_delta(struct chat_encoder *e, struct block *b)
{
    buf_add_char(into(e, b), '}');
    end_event(into(e, b));
}

/* ---- events ---- */

static void take_start(struct chat_encoder *e, struct encoding *s,
                       const struct chat_event *ev)
{
    s->has_started = true;
    s->id = encoder_keep(e, ev->id);
    s->model = encoder_keep(e, ev->model);
}

/* Written late, so that it can say what the input has cost. */
static void begin_message(struct chat_encoder *e, struct encoding *s)
{
    if (s->is_begun)
        return;
    s->is_begun = true;
    begin_event(e->out, STR("message_start"));
    buf_add(e->out, STR(",\"message\":{\"id\":"));
    write_id(e, s->id);
    buf_add(e->out, STR(",\"type\":\"message\",\"role\":\"assistant\","
                        "\"model\":"));
    json_str(e->out, s->model.n != 0 ? s->model : e->model);
    buf_add(e->out, STR(",\"content\":[],\"stop_reason\":null,"
                        "\"stop_sequence\":null,\"usage\":"));
    write_usage(e->out, &s->usage);
    buf_add_char(e->out, '}');
    end_event(e->out);
    begin_event(e->out, STR("ping"));
    end_event(e->out);
}

/* The block that text or thinking goes on in: the last one, when it is of
 * this kind. */
static struct block *flowing(struct chat_encoder *e, struct encoding *s,
                             enum block_kind kind)
{
    struct block *b = s->last;

    if (b != NULL && b->kind == kind && !b->is_signed)
        return b;
    b = add(e, s, kind);
    if (b == NULL)
        return NULL;
    buf_add(into(e, b), kind == BLOCK_TEXT
                            ? STR("{\"type\":\"text\",\"text\":\"\"}")
                            : STR("{\"type\":\"thinking\",\"thinking\":\"\","
                                  "\"signature\":\"\"}"));
    end_event(into(e, b));
    return b;
}

static void encode_text(struct chat_encoder *e, struct encoding *s,
                        struct str text)
{
    struct block *b = text.n == 0 ? NULL : flowing(e, s, BLOCK_TEXT);

    if (b == NULL)
        return;
    begin_delta(e, b, STR("text_delta"), STR("text"));
    json_str(into(e, b), text);
    end_delta(e, b);
}

static void encode_reasoning(struct chat_encoder *e, struct encoding *s,
                             struct str text)
{
    struct block *b = text.n == 0 ? NULL : flowing(e, s, BLOCK_THINKING);

    if (b == NULL)
        return;
    begin_delta(e, b, STR("thinking_delta"), STR("thinking"));
    json_str(into(e, b), text);
    end_delta(e, b);
}

static void encode_citation(struct chat_encoder *e, struct encoding *s,
                            const struct chat_event *ev)
{
    struct block *b = s->last;

    if (b == NULL || b->kind != BLOCK_TEXT) {
        chat_lose(e->loss, STR("citations"), CHAT_DROPPED);
        return;
    }
    begin_delta(e, b, STR("citations_delta"), STR("citation"));
    write_citation(into(e, b), ev->url, ev->title);
    end_delta(e, b);
}

/* A block of a server tool is passed on as its start and, where it has an
 * input, one delta of it. */
static void encode_own_block(struct chat_encoder *e, struct encoding *s,
                             struct str raw)
{
    struct json_want want = {.name = STR("input")};
    bool has_input = json_scan(raw, &want, 1, NULL) == SL_OK &&
                     json_raw_type(want.value) == JSON_OBJECT;
    struct block *b = add(e, s, BLOCK_OTHER);
    struct buf *out;

    if (b == NULL)
        return;
    out = into(e, b);
    if (!has_input) {
        json_line(out, raw);
        end_event(out);
        return;
    }
    json_line(out, str_range(raw.p, want.value.p));
    buf_add(out, STR("{}"));
    json_line(out, str_range(want.value.p + want.value.n, raw.p + raw.n));
    end_event(out);
    begin_delta(e, b, STR("input_json_delta"), STR("partial_json"));
    json_str(out, want.value);
    end_delta(e, b);
}

static void encode_redacted(struct chat_encoder *e, struct encoding *s,
                            const struct chat_state *state, bool is_call)
{
    struct block *b = add(e, s, BLOCK_OTHER);

    if (b == NULL)
        return;
    write_redacted(e, into(e, b), state, is_call);
    end_event(into(e, b));
}

static void encode_state(struct chat_encoder *e, struct encoding *s,
                         const struct chat_state *state)
{
    struct block *b = s->last;
    bool is_open = b != NULL && b->kind == BLOCK_THINKING && !b->is_signed;

    if (anthropic_is_block(state, e->turn, &e->failed)) {
        encode_own_block(e, s, state->bytes);
        return;
    }
    if (!is_open && is_foreign(state)) {
        encode_redacted(e, s, state, false);
        return;
    }
    b = flowing(e, s, BLOCK_THINKING);
    if (b == NULL)
        return;
    begin_delta(e, b, STR("signature_delta"), STR("signature"));
    json_str(into(e, b), chat_state_wrap(state, ANTHROPIC, e->turn));
    end_delta(e, b);
    b->is_signed = true;
}

/* ---- tool calls ---- */

static struct block *find_tool(struct encoding *s, uint32_t tool)
{
    struct block *b = s->first;

    while (b != NULL && (b->kind != BLOCK_TOOL || b->tool != tool))
        b = b->next;
    return b;
}

static void encode_tool(struct chat_encoder *e, struct encoding *s,
                        const struct chat_event *ev)
{
    struct block *b;
    struct buf *out;

    if (is_foreign(&ev->state))
        encode_redacted(e, s, &ev->state, true);
    b = add(e, s, BLOCK_TOOL);
    if (b == NULL)
        return;
    s->has_tools = true;
    b->tool = ev->tool;
    out = into(e, b);
    buf_add(out, STR("{\"type\":\"tool_use\",\"id\":"));
    write_tool_id(e, out, ev->id, ev->tool);
    buf_add(out, STR(",\"name\":"));
    json_str(out, ev->name);
    buf_add(out, STR(",\"input\":{}}"));
    end_event(out);
}

static void encode_arguments(struct chat_encoder *e, struct encoding *s,
                             const struct chat_event *ev)
{
    struct block *b = ev->text.n == 0 ? NULL : find_tool(s, ev->tool);

    if (b == NULL)
        return;
    begin_delta(e, b, STR("input_json_delta"), STR("partial_json"));
    json_str(into(e, b), ev->text);
    end_delta(e, b);
}

static void encode_tool_end(struct chat_encoder *e, struct encoding *s,
                            const struct chat_event *ev)
{
    struct block *b = find_tool(s, ev->tool);

    if (b != NULL)
        end(e, s, b);
}

/* ---- the end ---- */

static void take_finish(struct chat_encoder *e, struct encoding *s,
                        const struct chat_event *ev)
{
    for (struct block *b = s->first; b != NULL; b = b->next)
        b->is_ended = true;
    advance(e, s);
    s->finish = ev->finish;
    s->stop_sequence = encoder_keep(e, ev->stop_sequence);
}

/* Finish and usage in one event, when both are known for good. */
static void encode_end(struct chat_encoder *e, struct encoding *s)
{
    begin_event(e->out, STR("message_delta"));
    buf_add(e->out, STR(",\"delta\":{"));
    write_stop(e->out, stop_reason(s->finish, s->has_tools, s->has_refusal),
               s->stop_sequence);
    buf_add(e->out, STR("},\"usage\":"));
    write_usage(e->out, &s->usage);
    end_event(e->out);
    begin_event(e->out, STR("message_stop"));
    end_event(e->out);
    s->is_over = true;
}

static void encode_error(struct chat_encoder *e, struct encoding *s,
                         const struct chat_event *ev)
{
    buf_add(e->out, STR("event: error\ndata: "));
    anthropic_write_error(e->out, &ev->error);
    buf_add(e->out, STR("\n\n"));
    s->is_over = true;
}

/* What has no place in an answer here. */
static void lose(struct chat_encoder *e, const struct chat_event *ev)
{
    static const struct str names[] = {
        [CHAT_EVENT_IMAGE] = STR_INIT("images"),
        [CHAT_EVENT_AUDIO] = STR_INIT("audio"),
        [CHAT_EVENT_LOGPROBS] = STR_INIT("logprobs"),
    };

    chat_lose(e->loss, names[ev->kind], CHAT_DROPPED);
}

static struct encoding *state_of(struct chat_encoder *e)
{
    bool is_new = e->state == NULL;
    struct encoding *s = encoder_state(e, sizeof(*s));

    if (s != NULL && is_new)
        s->usage = USAGE_UNKNOWN;
    return s;
}

static void encode(struct chat_encoder *e, struct encoding *s,
                   const struct chat_event *ev)
{
    switch (ev->kind) {
    case CHAT_EVENT_START:
        take_start(e, s, ev);
        break;
    case CHAT_EVENT_TEXT:
        encode_text(e, s, ev->text);
        break;
    case CHAT_EVENT_REFUSAL:
        s->has_refusal = true;
        encode_text(e, s, ev->text);
        break;
    case CHAT_EVENT_REASONING:
        encode_reasoning(e, s, ev->text);
        break;
    case CHAT_EVENT_STATE:
        encode_state(e, s, &ev->state);
        break;
    case CHAT_EVENT_TOOL_START:
        encode_tool(e, s, ev);
        break;
    case CHAT_EVENT_TOOL_ARGUMENTS:
        encode_arguments(e, s, ev);
        break;
    case CHAT_EVENT_TOOL_END:
        encode_tool_end(e, s, ev);
        break;
    case CHAT_EVENT_CITATION:
        encode_citation(e, s, ev);
        break;
    case CHAT_EVENT_IMAGE:
    case CHAT_EVENT_AUDIO:
    case CHAT_EVENT_LOGPROBS:
        lose(e, ev);
        break;
    case CHAT_EVENT_USAGE:
        chat_usage_add(&s->usage, &ev->usage);
        break;
    case CHAT_EVENT_FINISH:
        take_finish(e, s, ev);
        break;
    case CHAT_EVENT_ERROR:
        encode_error(e, s, ev);
        break;
    case CHAT_EVENT_END:
        encode_end(e, s);
        break;
    }
}

void anthropic_encode(struct chat_encoder *e, const struct chat_event *ev)
{
    struct encoding *s = state_of(e);
    bool is_silent = ev->kind == CHAT_EVENT_START ||
                     ev->kind == CHAT_EVENT_USAGE ||
                     ev->kind == CHAT_EVENT_ERROR;

    /* A client of this dialect can't ask for more than one choice. */
    if (s == NULL || s->is_over || ev->choice != 0)
        return;
    if (!is_silent)
        begin_message(e, s);
    encode(e, s, ev);
}

/* ---- a whole answer ---- */

/* Arguments that are no object would not be read by the client. */
static void write_input(struct chat_encoder *e, struct str arguments)
{
    struct str text = str_trim(arguments);

    if (text.n == 0) {
        buf_add(e->out, STR("{}"));
    } else if (is_json_object(text, e->turn, &e->failed)) {
        buf_add(e->out, text);
    } else {
        chat_lose(e->loss, STR("content.input"), CHAT_APPROXIMATED);
        buf_add(e->out, STR("{\"input\":"));
        json_str(e->out, arguments);
        buf_add_char(e->out, '}');
    }
}

static void write_citations(struct chat_encoder *e, const struct chat_choice *c,
                            size_t part)
{
    bool any = false;

    for (size_t i = 0; i < c->n_citations; i++) {
        if (c->citations[i].part != part)
            continue;
        buf_add(e->out, any ? STR(",") : STR(",\"citations\":["));
        write_citation(e->out, c->citations[i].url, c->citations[i].title);
        any = true;
    }
    if (any)
        buf_add_char(e->out, ']');
}

static void write_thinking(struct chat_encoder *e, const struct chat_part *p)
{
    bool is_block = anthropic_is_block(&p->state, e->turn, &e->failed);

    if (is_block && p->text.n == 0) {
        buf_add(e->out, p->state.bytes);
        return;
    }
    if (p->text.n == 0 && is_foreign(&p->state)) {
        write_redacted(e, e->out, &p->state, false);
        return;
    }
    buf_add(e->out, STR("{\"type\":\"thinking\",\"thinking\":"));
    json_str(e->out, p->text);
    buf_add(e->out, STR(",\"signature\":"));
    json_str(e->out, is_block ? (struct str){0}
                              : chat_state_wrap(&p->state, ANTHROPIC, e->turn));
    buf_add_char(e->out, '}');
    if (is_block) {
        buf_add_char(e->out, ',');
        buf_add(e->out, p->state.bytes);
    }
}

static void write_call(struct chat_encoder *e, const struct chat_part *p,
                       size_t n)
{
    if (is_foreign(&p->state)) {
        write_redacted(e, e->out, &p->state, true);
        buf_add_char(e->out, ',');
    }
    buf_add(e->out, STR("{\"type\":\"tool_use\",\"id\":"));
    write_tool_id(e, e->out, p->id, (uint32_t)n);
    buf_add(e->out, STR(",\"name\":"));
    json_str(e->out, p->name);
    buf_add(e->out, STR(",\"input\":"));
    write_input(e, p->arguments);
    buf_add_char(e->out, '}');
}

static bool is_said(struct chat_encoder *e, const struct chat_part *p)
{
    switch (p->kind) {
    case CHAT_TEXT:
    case CHAT_REFUSAL:
        return p->text.n != 0;
    case CHAT_REASONING:
    case CHAT_TOOL_CALL:
        return true;
    case CHAT_IMAGE:
        chat_lose(e->loss, STR("images"), CHAT_DROPPED);
        break;
    case CHAT_AUDIO:
        chat_lose(e->loss, STR("audio"), CHAT_DROPPED);
        break;
    case CHAT_DOCUMENT:
    case CHAT_TOOL_RESULT: /* are never answers */
        break;
    }
    return false;
}

static void write_part(struct chat_encoder *e, const struct chat_choice *c,
                       size_t i)
{
    const struct chat_part *p = &c->parts[i];

    if (p->kind == CHAT_REASONING) {
        write_thinking(e, p);
    } else if (p->kind == CHAT_TOOL_CALL) {
        write_call(e, p, i);
    } else {
        buf_add(e->out, STR("{\"type\":\"text\",\"text\":"));
        json_str(e->out, p->text);
        write_citations(e, c, i);
        buf_add_char(e->out, '}');
    }
}

void anthropic_write_answer(struct chat_encoder *e, const struct chat_answer *a)
{
    static const struct chat_choice nothing = {0};
    const struct chat_choice *c = a->n != 0 ? &a->choices[0] : &nothing;
    bool has_tools = false;
    bool has_refusal = false;
    bool any = false;

    buf_add(e->out, STR("{\"id\":"));
    write_id(e, a->id);
    buf_add(e->out, STR(",\"type\":\"message\",\"role\":\"assistant\","
                        "\"model\":"));
    json_str(e->out, a->model.n != 0 ? a->model : e->model);
    buf_add(e->out, STR(",\"content\":["));
    for (size_t i = 0; i < c->n; i++) {
        if (!is_said(e, &c->parts[i]))
            continue;
        if (any)
            buf_add_char(e->out, ',');
        any = true;
        has_tools |= c->parts[i].kind == CHAT_TOOL_CALL;
        has_refusal |= c->parts[i].kind == CHAT_REFUSAL;
        write_part(e, c, i);
    }
    buf_add(e->out, STR("],"));
    if (c->logprobs.n != 0)
        chat_lose(e->loss, STR("logprobs"), CHAT_DROPPED);
    write_stop(e->out, stop_reason(c->finish, has_tools, has_refusal),
               c->stop_sequence);
    buf_add(e->out, STR(",\"usage\":"));
    write_usage(e->out, &a->usage);
    buf_add_char(e->out, '}');
}
