/* SPDX-License-Identifier: MIT */
/* The built-in provider's answers, one piece at a time: a script of a few
 * phases, walked by the clock. */
#include "core/echo.h"

#include "core/base/base64.h"
#include "core/base/map.h"
#include "core/dialects/openai_chat.h"
#include "core/echo_request.h"

enum {
    ANSWER_BYTES = 4 * 1024 * 1024,
    ARGUMENT_PIECE = 8, /* bytes of tool arguments in one event */
};

/* What comes next in the answer. */
enum phase {
    PHASE_HEAD,
    PHASE_WHOLE,     /* the body in one piece */
    PHASE_ROLE,      /* a stream's first event */
    PHASE_TOOL,      /* the head of a tool call */
    PHASE_ARGUMENTS, /* pieces of its arguments */
    PHASE_WORDS,     /* words of the text */
    PHASE_FINISH,
    PHASE_USAGE,
    PHASE_END, /* [DONE] */
    PHASE_OVER,
};

struct echo {
    struct echo_request request;
    enum phase phase;
    int64_t due_ms;
    struct str rest;  /* of the text or the arguments */
    int64_t said;     /* words so far */
    struct str whole; /* a whole answer */
    struct http_field fields[2];
};

/* ---- counting ---- */

static int64_t count_words(struct str text)
{
    int64_t n = 0;
    bool in_word = false;

    for (size_t i = 0; i < text.n; i++) {
        bool is_space = (unsigned char)text.p[i] <= ' ';

        if (!is_space && !in_word)
            n++;
        in_word = !is_space;
    }
    return n;
}

/* The next word with the blanks in front of it. */
static struct str take_word(struct str *rest)
{
    size_t n = 0;
    struct str word;

    while (n < rest->n && (unsigned char)rest->p[n] <= ' ')
        n++;
    while (n < rest->n && (unsigned char)rest->p[n] > ' ')
        n++;
    word = str_first(*rest, n);
    *rest = str_skip(*rest, n);
    return word;
}

/* Never inside of a UTF-8 sequence. */
static struct str take_piece(struct str *rest, size_t n)
{
    struct str piece;

    n = n < rest->n ? n : rest->n;
    while (n < rest->n && ((unsigned char)rest->p[n] & 0xc0) == 0x80)
        n++;
    piece = str_first(*rest, n);
    *rest = str_skip(*rest, n);
    return piece;
}

/* ---- JSON ---- */

static void add_head(struct exchange *x, const struct echo *e, struct buf *out,
                     struct str object)
{
    bool chat = e->request.api == ECHO_CHAT;

    buf_add(out, chat ? STR("{\"id\":\"chatcmpl-") : STR("{\"id\":\"cmpl-"));
    buf_add_hex(out, x->random[0], 16);
    buf_add(out, STR("\",\"object\":"));
    json_str(out, object);
    buf_add(out, STR(",\"created\":"));
    buf_add_i64(out, x->wall_ms / 1000);
    buf_add(out, STR(",\"model\":\"sluice/"));
    buf_add(out, e->request.model);
    buf_add(out, STR("\",\"system_fingerprint\":\"sluice-builtin\""));
}

static void add_usage(const struct echo *e, struct buf *out)
{
    int64_t in = count_words(e->request.text);
    int64_t made =
        e->request.tool.n != 0 ? count_words(e->request.arguments) : in;

    buf_add(out, STR("{\"prompt_tokens\":"));
    buf_add_i64(out, in);
    buf_add(out, STR(",\"completion_tokens\":"));
    buf_add_i64(out, made);
    buf_add(out, STR(",\"total_tokens\":"));
    buf_add_i64(out, in + made);
    buf_add_char(out, '}');
}

static void add_tool_call(struct exchange *x, const struct echo *e,
                          struct buf *out, struct str arguments)
{
    buf_add(out, STR("\"id\":\"call_"));
    buf_add_hex(out, x->random[1], 16);
    buf_add(out, STR("\",\"type\":\"function\",\"function\":{\"name\":"));
    json_str(out, e->request.tool);
    buf_add(out, STR(",\"arguments\":"));
    json_str(out, arguments);
    buf_add_char(out, '}');
}

static struct str finish_reason(const struct echo *e)
{
    return e->request.tool.n != 0 ? STR("tool_calls") : STR("stop");
}

static void write_message(struct exchange *x, const struct echo *e,
                          struct buf *out)
{
    if (e->request.api == ECHO_COMPLETIONS) {
        buf_add(out, STR("\"text\":"));
        json_str(out, e->request.text);
        return;
    }
    buf_add(out, STR("\"message\":{\"role\":\"assistant\",\"content\":"));
    if (e->request.tool.n == 0) {
        json_str(out, e->request.text);
    } else {
        buf_add(out, STR("null,\"tool_calls\":[{"));
        add_tool_call(x, e, out, e->request.arguments);
        buf_add(out, STR("}]"));
    }
    buf_add(out, STR(",\"refusal\":null}"));
}

static void write_whole(struct exchange *x, const struct echo *e,
                        struct buf *out)
{
    add_head(x, e, out,
             e->request.api == ECHO_CHAT ? STR("chat.completion")
                                         : STR("text_completion"));
    buf_add(out, STR(",\"choices\":[{\"index\":0,"));
    write_message(x, e, out);
    buf_add(out, STR(",\"logprobs\":null,\"finish_reason\":"));
    json_str(out, finish_reason(e));
    buf_add(out, STR("}],\"usage\":"));
    add_usage(e, out);
    buf_add_char(out, '}');
}

static void write_error(const struct echo *e, struct buf *out)
{
    struct chat_error error;
    struct failure f = {.rc = e->request.status < 500 ? SL_BAD_REQUEST
                                                      : SL_INTERNAL,
                        .what = e->request.problem};

    if (e->request.status == 429)
        f.rc = SL_LIMITED;
    else if (e->request.status == 404)
        f.code = STR("model_not_found");
    error = failure_error(&f);
    openai_error_write(out, &error);
}

/* ---- embeddings ---- */

/* Numbers in [-1, 1) that depend on the text alone, of unit length. */
static void write_vector(struct buf *out, struct str text, int64_t n,
                         bool base64)
{
    double sum = 0;
    double root = 1;
    float v[ECHO_DIMENSIONS_MAX];

    for (int64_t i = 0; i < n; i++) {
        uint64_t h = hash_str(text, (uint64_t)i + 1);

        v[i] = (float)((double)(int64_t)(h >> 11) / 4503599627370496.0 - 1.0);
        sum += (double)v[i] * (double)v[i];
    }
    for (int i = 0; i < 40 && sum > 0; i++)
        root = (root + sum / root) / 2;
    for (int64_t i = 0; i < n; i++)
        v[i] = (float)((double)v[i] / root);
    if (base64) {
        buf_add_char(out, '"');
        base64_write(out,
                     (struct str){(const char *)v, (size_t)n * sizeof(v[0])},
                     BASE64_STANDARD);
        buf_add_char(out, '"');
        return;
    }
    for (int64_t i = 0; i < n; i++) {
        buf_add_char(out, i == 0 ? '[' : ',');
        json_f64_write(out, (double)v[i]);
    }
    buf_add_char(out, ']');
}

static void write_embedding(struct buf *out, struct jval input, uint32_t index,
                            const struct echo_request *r)
{
    struct jval root = json_root(&r->doc);
    bool base64 =
        json_text_eq(json_get(root, STR("encoding_format")), STR("base64"));

    if (index != 0)
        buf_add_char(out, ',');
    buf_add(out, STR("{\"object\":\"embedding\",\"index\":"));
    buf_add_u64(out, index);
    buf_add(out, STR(",\"embedding\":"));
    write_vector(out, json_raw(input), r->dimensions, base64);
    buf_add_char(out, '}');
}

static void write_embeddings(const struct echo *e, struct buf *out)
{
    const struct echo_request *r = &e->request;
    struct jval input = json_get(json_root(&r->doc), STR("input"));
    int64_t tokens = count_words(json_raw(input));

    buf_add(out, STR("{\"object\":\"list\",\"data\":["));
    /* An array of numbers is one text, as tokens. */
    if (json_is_arr(input) && !json_is_num(json_at(input, 0))) {
        struct jval_iter it = json_iter(input);

        for (uint32_t i = 0; json_iter_next(&it); i++)
            write_embedding(out, it.value, i, r);
    } else {
        write_embedding(out, input, 0, r);
    }
    buf_add(out, STR("],\"model\":"));
    json_str(out, r->model);
    buf_add(out, STR(",\"usage\":{\"prompt_tokens\":"));
    buf_add_i64(out, tokens);
    buf_add(out, STR(",\"total_tokens\":"));
    buf_add_i64(out, tokens);
    buf_add(out, STR("}}"));
}

/* ---- events ---- */

static struct str kept(struct exchange *x, const struct buf *out)
{
    if (out->failed)
        x->failed = true;
    return buf_str(out);
}

/* One event of a stream: delta is the inside of the choice. */
static struct str chunk(struct exchange *x, const struct echo *e,
                        struct str inside, struct str finish)
{
    struct buf out;
    bool chat = e->request.api == ECHO_CHAT;

    buf_init(&out, arena_mem(&x->turn), ANSWER_BYTES);
    buf_add(&out, STR("data: "));
    add_head(x, e, &out,
             chat ? STR("chat.completion.chunk") : STR("text_completion"));
    buf_add(&out, STR(",\"choices\":[{\"index\":0,"));
    buf_add(&out, inside);
    buf_add(&out, STR(",\"logprobs\":null,\"finish_reason\":"));
    if (finish.n == 0)
        buf_add(&out, STR("null"));
    else
        json_str(&out, finish);
    buf_add(&out, e->request.wants_usage ? STR("}],\"usage\":null}\n\n")
                                         : STR("}]}\n\n"));
    return kept(x, &out);
}

static struct str word_event(struct exchange *x, const struct echo *e,
                             struct str word)
{
    struct buf inside;

    buf_init(&inside, arena_mem(&x->turn), ANSWER_BYTES);
    buf_add(&inside, e->request.api == ECHO_CHAT
                         ? STR("\"delta\":{\"content\":")
                         : STR("\"text\":"));
    json_str(&inside, word);
    if (e->request.api == ECHO_CHAT)
        buf_add_char(&inside, '}');
    return chunk(x, e, kept(x, &inside), (struct str){0});
}

static struct str tool_event(struct exchange *x, const struct echo *e,
                             bool first, struct str piece)
{
    struct buf inside;

    buf_init(&inside, arena_mem(&x->turn), ANSWER_BYTES);
    buf_add(&inside, STR("\"delta\":{\"tool_calls\":[{\"index\":0,"));
    if (first) {
        add_tool_call(x, e, &inside, (struct str){0});
    } else {
        buf_add(&inside, STR("\"function\":{\"arguments\":"));
        json_str(&inside, piece);
        buf_add_char(&inside, '}');
    }
    buf_add(&inside, STR("}]}"));
    return chunk(x, e, kept(x, &inside), (struct str){0});
}

static struct str finish_event(struct exchange *x, const struct echo *e)
{
    return chunk(x, e,
                 e->request.api == ECHO_CHAT ? STR("\"delta\":{}")
                                             : STR("\"text\":\"\""),
                 finish_reason(e));
}

static struct str usage_event(struct exchange *x, const struct echo *e)
{
    struct buf out;

    buf_init(&out, arena_mem(&x->turn), ANSWER_BYTES);
    buf_add(&out, STR("data: "));
    add_head(x, e, &out,
             e->request.api == ECHO_CHAT ? STR("chat.completion.chunk")
                                         : STR("text_completion"));
    buf_add(&out, STR(",\"choices\":[],\"usage\":"));
    add_usage(e, &out);
    buf_add(&out, STR("}\n\n"));
    return kept(x, &out);
}

/* ---- the script ---- */

struct echo *echo_open(struct exchange *x, struct str target, struct str body)
{
    struct echo *e = arena_new(&x->arena, struct echo);
    struct buf out;

    if (e == NULL || !echo_request_read(x, target, body, &e->request)) {
        x->failed = true;
        return NULL;
    }
    e->due_ms = x->now_ms + e->request.delay_ms;
    e->rest = e->request.tool.n != 0 ? e->request.arguments : e->request.text;
    if (e->request.stream && e->request.status == 200 &&
        e->request.api != ECHO_EMBEDDINGS)
        return e;
    buf_init(&out, arena_mem(&x->arena), ANSWER_BYTES);
    if (e->request.status != 200)
        write_error(e, &out);
    else if (e->request.api == ECHO_EMBEDDINGS)
        write_embeddings(e, &out);
    else
        write_whole(x, e, &out);
    e->whole = kept(x, &out);
    return e;
}

int64_t echo_due(const struct echo *e)
{
    return e->phase == PHASE_OVER ? 0 : e->due_ms;
}

static void tell_head(struct echo *e, struct echo_event *ev)
{
    bool whole = e->whole.n != 0;

    e->fields[0].name = STR("content-type");
    e->fields[0].value =
        whole ? STR("application/json") : STR("text/event-stream");
    e->fields[1].name = STR("retry-after");
    e->fields[1].value = STR("1");
    ev->kind = ECHO_HEAD;
    ev->response.status = e->request.status;
    ev->response.fields.v = e->fields;
    ev->response.fields.n = e->request.status == 429 ? 2 : 1;
    ev->length = whole ? (int64_t)e->whole.n : -1;
    e->phase = whole ? PHASE_WHOLE : PHASE_ROLE;
}

static void tell_whole(struct echo *e, struct echo_event *ev)
{
    if (e->request.cut_after >= 0) {
        ev->kind = ECHO_CUT;
    } else {
        ev->bytes = e->whole;
        ev->last = true;
    }
    e->phase = PHASE_OVER;
}

static void tell_word(struct exchange *x, struct echo *e, struct echo_event *ev)
{
    if (e->request.cut_after >= 0 && e->said >= e->request.cut_after) {
        ev->kind = ECHO_CUT;
        e->phase = PHASE_OVER;
        return;
    }
    e->said++;
    ev->bytes = word_event(x, e, take_word(&e->rest));
    e->due_ms = x->now_ms + e->request.pace_ms;
    if (e->rest.n == 0)
        e->phase = PHASE_FINISH;
}

static void tell_role(struct exchange *x, struct echo *e, struct echo_event *ev)
{
    if (e->request.api == ECHO_CHAT)
        ev->bytes = chunk(
            x, e, STR("\"delta\":{\"role\":\"assistant\",\"content\":\"\"}"),
            (struct str){0});
    if (e->request.tool.n != 0)
        e->phase = PHASE_TOOL;
    else
        e->phase = e->rest.n == 0 ? PHASE_FINISH : PHASE_WORDS;
}

static void tell_event(struct exchange *x, struct echo *e,
                       struct echo_event *ev)
{
    switch (e->phase) {
    case PHASE_ROLE:
        tell_role(x, e, ev);
        break;
    case PHASE_TOOL:
        ev->bytes = tool_event(x, e, true, (struct str){0});
        e->phase = PHASE_ARGUMENTS;
        break;
    case PHASE_ARGUMENTS:
        ev->bytes =
            tool_event(x, e, false, take_piece(&e->rest, ARGUMENT_PIECE));
        e->phase = e->rest.n == 0 ? PHASE_FINISH : PHASE_ARGUMENTS;
        break;
    case PHASE_WORDS:
        tell_word(x, e, ev);
        break;
    case PHASE_FINISH:
        ev->bytes = finish_event(x, e);
        e->phase = e->request.wants_usage ? PHASE_USAGE : PHASE_END;
        break;
    case PHASE_USAGE:
        ev->bytes = usage_event(x, e);
        e->phase = PHASE_END;
        break;
    case PHASE_END:
        ev->bytes = STR("data: [DONE]\n\n");
        ev->last = true;
        e->phase = PHASE_OVER;
        break;
    case PHASE_HEAD:
    case PHASE_WHOLE:
    case PHASE_OVER:
        break;
    }
}

bool echo_next(struct exchange *x, struct echo *e, struct echo_event *ev)
{
    if (e->phase == PHASE_OVER || e->due_ms > x->now_ms)
        return false;
    *ev = (struct echo_event){.kind = ECHO_BODY};
    if (e->phase == PHASE_HEAD)
        tell_head(e, ev);
    else if (e->phase == PHASE_WHOLE)
        tell_whole(e, ev);
    else
        tell_event(x, e, ev);
    return true;
}
