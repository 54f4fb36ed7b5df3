/* SPDX-License-Identifier: MIT */
/* Gemini's answers (providers' reference: google-gemini sections 3, 4, 7).
 * Every frame is a whole response with the parts that are new; nothing marks
 * the end of a stream but the end of its bytes. */
#include "core/dialects/gemini.h"

#include "core/base/date.h"
#include "core/base/map.h"
#include "core/base/num.h"

enum {
    CHOICES = 64,
    SOURCES = 64,       /* cited pages of one answer that are told apart */
    ERROR_BYTES = 4096, /* of a foreign message */
};

struct choice_state {
    uint32_t n_calls;
    bool is_finished;
};

struct decoding {
    bool has_started;
    struct choice_state choices[CHOICES];
    /* Frames repeat what they are grounded on: each source is told once. */
    uint64_t sources[SOURCES];
    size_t n_sources;
};

/* What one response is read with. */
struct reading {
    struct chat_decoder *d;
    struct decoding *s;
    uint32_t choice;
    enum sl_rc rc;
};

static struct str text_of(struct reading *r, struct jval v)
{
    struct str text = {0};

    if (json_is_str(v) && !json_text(v, r->d->turn, &text))
        r->rc = SL_NOMEM;
    return text;
}

static void emit(struct reading *r, struct chat_event ev)
{
    ev.choice = r->choice;
    if (r->rc == SL_OK)
        decoder_emit(r->d, &ev);
}

/* ---- parts ---- */

static void emit_signature(struct reading *r, struct str signature)
{
    if (signature.n != 0)
        emit(r, (struct chat_event){
                    .kind = CHAT_EVENT_STATE,
                    .state = gemini_state_read(signature, r->d->turn)});
}

/* Calls come whole. What Vertex streams in pieces when asked to, which we do
 * not, has no name after the first piece. */
static void read_call(struct reading *r, struct jval call, struct str signature)
{
    struct jval args = json_get(call, STR("args"));
    uint32_t number = r->s->choices[r->choice].n_calls;
    struct str name = text_of(r, json_get(call, STR("name")));
    struct chat_event ev = {
        .kind = CHAT_EVENT_TOOL_START,
        .tool = number,
        .id = text_of(r, json_get(call, STR("id"))),
        .name = name,
    };

    if (name.n == 0)
        return;
    if (signature.n != 0)
        ev.state = gemini_state_read(signature, r->d->turn);
    r->s->choices[r->choice].n_calls++;
    emit(r, ev);
    emit(r, (struct chat_event){.kind = CHAT_EVENT_TOOL_ARGUMENTS,
                                .tool = number,
                                .text = json_is_obj(args) ? json_raw(args)
                                                          : STR("{}")});
    emit(r, (struct chat_event){.kind = CHAT_EVENT_TOOL_END, .tool = number});
}

static void read_blob(struct reading *r, struct jval blob)
{
    struct chat_event ev = {
        .kind = CHAT_EVENT_IMAGE,
        .media_type = text_of(r, json_get(blob, STR("mimeType"))),
        .text = text_of(r, json_get(blob, STR("data"))),
    };

    if (str_starts(ev.media_type, STR("audio/")))
        ev.kind = CHAT_EVENT_AUDIO;
    emit(r, ev);
}

static void read_file(struct reading *r, struct jval file)
{
    emit(r, (struct chat_event){
                .kind = CHAT_EVENT_IMAGE,
                .media_type = text_of(r, json_get(file, STR("mimeType"))),
                .url = text_of(r, json_get(file, STR("fileUri"))),
            });
}

/* What the model ran and what came of it, for people to read. */
static void read_code(struct reading *r, struct jval text, struct str language)
{
    struct str code = text_of(r, text);
    struct buf out;

    buf_init(&out, arena_mem(r->d->turn), code.n + 64);
    buf_add(&out, STR("\n```"));
    buf_add(&out, language);
    buf_add_char(&out, '\n');
    buf_add(&out, code);
    buf_add(&out, str_ends(code, STR("\n")) ? STR("```\n") : STR("\n```\n"));
    if (out.failed)
        r->rc = SL_NOMEM;
    emit(r,
         (struct chat_event){.kind = CHAT_EVENT_TEXT, .text = buf_str(&out)});
}

static void read_text(struct reading *r, struct jval part, struct str signature)
{
    bool is_thought = json_is_true(json_get(part, STR("thought")));
    struct str text = text_of(r, json_get(part, STR("text")));

    if (text.n != 0)
        emit(r, (struct chat_event){.kind = is_thought ? CHAT_EVENT_REASONING
                                                       : CHAT_EVENT_TEXT,
                                    .text = text});
    emit_signature(r, signature);
}

static void read_part(struct reading *r, struct jval part)
{
    struct str signature = text_of(r, json_get(part, STR("thoughtSignature")));
    struct jval call = json_get(part, STR("functionCall"));
    struct jval blob = json_get(part, STR("inlineData"));
    struct jval file = json_get(part, STR("fileData"));
    struct jval code = json_get(part, STR("executableCode"));
    struct jval output = json_get(part, STR("codeExecutionResult"));

    if (json_is_obj(call)) {
        read_call(r, call, signature);
        return;
    }
    if (json_is_obj(blob))
        read_blob(r, blob);
    else if (json_is_obj(file))
        read_file(r, file);
    else if (json_is_obj(code))
        read_code(r, json_get(code, STR("code")),
                  json_text_eq(json_get(code, STR("language")), STR("PYTHON"))
                      ? STR("python")
                      : (struct str){0});
    else if (json_is_obj(output))
        read_code(r, json_get(output, STR("output")), (struct str){0});
    else {
        read_text(r, part, signature);
        return;
    }
    emit_signature(r, signature);
}

/* ---- sources ---- */

static bool is_new_source(struct decoding *s, struct str url, uint32_t choice)
{
    uint64_t hash = hash_str(url, choice);

    for (size_t i = 0; i < s->n_sources; i++) {
        if (s->sources[i] == hash)
            return false;
    }
    if (s->n_sources == SOURCES)
        return false;
    s->sources[s->n_sources++] = hash;
    return true;
}

static void read_source(struct reading *r, struct jval source)
{
    struct str url = text_of(r, json_get(source, STR("uri")));

    if (url.n != 0 && is_new_source(r->s, url, r->choice))
        emit(r, (struct chat_event){
                    .kind = CHAT_EVENT_CITATION,
                    .url = url,
                    .title = text_of(r, json_get(source, STR("title"))),
                });
}

static void read_sources(struct reading *r, struct jval candidate)
{
    struct jval chunks =
        json_path(candidate, STR("groundingMetadata.groundingChunks"));
    struct jval cited = json_path(candidate, STR("citationMetadata.citations"));
    struct jval_iter it = json_iter(chunks);

    while (json_is_arr(chunks) && json_iter_next(&it)) {
        struct jval web = json_get(it.value, STR("web"));

        read_source(r, json_is_obj(web)
                           ? web
                           : json_get(it.value, STR("retrievedContext")));
    }
    if (!json_is_arr(cited))
        cited = json_path(candidate, STR("citationMetadata.citationSources"));
    it = json_iter(cited);
    while (json_is_arr(cited) && json_iter_next(&it))
        read_source(r, it.value);
}

/* ---- probabilities ---- */

static void write_token(struct reading *r, struct buf *out, struct jval token)
{
    struct str text = text_of(r, json_get(token, STR("token")));
    struct jval logprob = json_get(token, STR("logProbability"));

    buf_add(out, STR("{\"token\":"));
    json_str(out, text);
    buf_add(out, STR(",\"logprob\":"));
    buf_add(out, json_is_num(logprob) ? json_raw(logprob) : STR("0"));
    buf_add(out, STR(",\"bytes\":["));
    for (size_t i = 0; i < text.n; i++) {
        if (i != 0)
            buf_add_char(out, ',');
        buf_add_u64(out, (unsigned char)text.p[i]);
    }
    buf_add_char(out, ']');
}

static void write_top(struct reading *r, struct buf *out, struct jval top)
{
    struct jval candidates = json_get(top, STR("candidates"));
    struct jval_iter it = json_iter(candidates);
    size_t n = 0;

    buf_add(out, STR(",\"top_logprobs\":["));
    while (json_is_arr(candidates) && json_iter_next(&it)) {
        if (n++ != 0)
            buf_add_char(out, ',');
        write_token(r, out, it.value);
        buf_add_char(out, '}');
    }
    buf_add(out, STR("]}"));
}

/* In OpenAI's form: the alternatives stand inside their token. */
static void read_logprobs(struct reading *r, struct jval result)
{
    struct jval chosen = json_get(result, STR("chosenCandidates"));
    struct jval_iter it = json_iter(chosen);
    struct jval_iter top = json_iter(json_get(result, STR("topCandidates")));
    struct buf out;

    if (!json_is_arr(chosen) || json_count(chosen) == 0)
        return;
    buf_init(&out, arena_mem(r->d->turn), SIZE_MAX);
    buf_add_char(&out, '[');
    for (size_t i = 0; json_iter_next(&it); i++) {
        if (i != 0)
            buf_add_char(&out, ',');
        write_token(r, &out, it.value);
        write_top(r, &out, json_iter_next(&top) ? top.value : (struct jval){0});
    }
    buf_add_char(&out, ']');
    if (out.failed)
        r->rc = SL_NOMEM;
    emit(r, (struct chat_event){.kind = CHAT_EVENT_LOGPROBS,
                                .raw = buf_str(&out)});
}

/* ---- the end of a choice ---- */

static const struct {
    struct str reason;
    enum chat_finish finish;
} finishes[] = {
    {STR_INIT("MAX_TOKENS"), CHAT_FINISH_LENGTH},
    {STR_INIT("CONTINUATION"), CHAT_FINISH_LENGTH},
    {STR_INIT("SAFETY"), CHAT_FINISH_FILTER},
    {STR_INIT("RECITATION"), CHAT_FINISH_FILTER},
    {STR_INIT("LANGUAGE"), CHAT_FINISH_FILTER},
    {STR_INIT("BLOCKLIST"), CHAT_FINISH_FILTER},
    {STR_INIT("PROHIBITED_CONTENT"), CHAT_FINISH_FILTER},
    {STR_INIT("SPII"), CHAT_FINISH_FILTER},
    {STR_INIT("MODEL_ARMOR"), CHAT_FINISH_FILTER},
    {STR_INIT("IMAGE_SAFETY"), CHAT_FINISH_FILTER},
    {STR_INIT("IMAGE_PROHIBITED_CONTENT"), CHAT_FINISH_FILTER},
    {STR_INIT("IMAGE_RECITATION"), CHAT_FINISH_FILTER},
    {STR_INIT("IMAGE_OTHER"), CHAT_FINISH_FILTER},
};

static void emit_finish(struct reading *r, enum chat_finish finish)
{
    struct choice_state *c = &r->s->choices[r->choice];

    if (c->is_finished)
        return;
    c->is_finished = true;
    emit(r, (struct chat_event){.kind = CHAT_EVENT_FINISH, .finish = finish});
}

/* Calls finish with STOP, as words do. */
static void read_finish(struct reading *r, struct jval reason)
{
    if (!json_is_str(reason) || json_text_eq(reason, STR("")) ||
        json_text_eq(reason, STR("FINISH_REASON_UNSPECIFIED")))
        return;
    for (size_t i = 0; i < SL_LEN(finishes); i++) {
        if (json_text_eq(reason, finishes[i].reason)) {
            emit_finish(r, finishes[i].finish);
            return;
        }
    }
    emit_finish(r, r->s->choices[r->choice].n_calls != 0 ? CHAT_FINISH_TOOLS
                                                         : CHAT_FINISH_STOP);
}

static void read_candidate(struct reading *r, struct jval candidate)
{
    struct jval parts = json_path(candidate, STR("content.parts"));
    struct jval_iter it = json_iter(parts);
    int64_t index;

    if (!json_i64(json_get(candidate, STR("index")), &index))
        index = 0;
    if (index < 0 || index >= CHOICES) {
        r->rc = SL_UP_GARBAGE;
        return;
    }
    r->choice = (uint32_t)index;
    read_logprobs(r, json_get(candidate, STR("logprobsResult")));
    while (json_is_arr(parts) && r->rc == SL_OK && json_iter_next(&it)) {
        if (json_is_obj(it.value))
            read_part(r, it.value);
    }
    read_sources(r, candidate);
    read_finish(r, json_get(candidate, STR("finishReason")));
}

/* ---- the rest of a response ---- */

static int64_t count_of(struct jval usage, struct str name)
{
    int64_t n;

    return json_i64(json_get(usage, name), &n) && n >= 0 && n <= USAGE_MOST
               ? n
               : -1;
}

static int64_t plus(int64_t a, int64_t b)
{
    return a < 0 ? b : b < 0 ? a : a + b;
}

/* Thoughts are not among the candidates' tokens there, what tools brought is
 * not among the prompt's. */
static void read_usage(struct reading *r, struct jval usage)
{
    int64_t thoughts = count_of(usage, STR("thoughtsTokenCount"));
    struct chat_event ev = {.kind = CHAT_EVENT_USAGE, .usage = USAGE_UNKNOWN};

    if (!json_is_obj(usage))
        return;
    ev.usage.input_tokens =
        plus(count_of(usage, STR("promptTokenCount")),
             count_of(usage, STR("toolUsePromptTokenCount")));
    ev.usage.output_tokens =
        plus(count_of(usage, STR("candidatesTokenCount")), thoughts);
    ev.usage.reasoning_tokens = thoughts;
    ev.usage.cached_tokens = count_of(usage, STR("cachedContentTokenCount"));
    /* A blocked prompt has no candidates to count. */
    if (ev.usage.output_tokens < 0 &&
        count_of(usage, STR("totalTokenCount")) == ev.usage.input_tokens)
        ev.usage.output_tokens = 0;
    decoder_emit(r->d, &ev);
}

static void start(struct reading *r, struct jval root)
{
    struct chat_event ev = {.kind = CHAT_EVENT_START};

    if (r->s->has_started)
        return;
    r->s->has_started = true;
    ev.id = text_of(r, json_get(root, STR("responseId")));
    ev.model = text_of(r, json_get(root, STR("modelVersion")));
    if (!date_read(text_of(r, json_get(root, STR("createTime"))),
                   &ev.created_s))
        ev.created_s = 0;
    decoder_emit(r->d, &ev);
}

/* ---- errors ---- */

/* "34s", "34.074824224s": in milliseconds, up to the next whole one. */
static int64_t delay_ms(struct str text)
{
    struct str whole = str_before(str_first(text, text.n - (text.n != 0)), '.');
    struct str fraction = str_skip(text, whole.n + 1);
    uint64_t seconds;
    int64_t ms = 0;
    int64_t unit = 100;

    if (!str_ends(text, STR("s")) || !num_u64(whole, &seconds) ||
        seconds > 1000000)
        return 0;
    for (size_t i = 0; i < fraction.n && char_is_digit(fraction.p[i]); i++) {
        ms += unit != 0 ? (fraction.p[i] - '0') * unit
                        : (i == 3 && fraction.p[i] != '0');
        unit /= 10;
    }
    return (int64_t)seconds * 1000 + ms;
}

static const struct {
    struct str name;
    int status;
} statuses[] = {
    {STR_INIT("INVALID_ARGUMENT"), 400},
    {STR_INIT("FAILED_PRECONDITION"), 400},
    {STR_INIT("OUT_OF_RANGE"), 400},
    {STR_INIT("UNAUTHENTICATED"), 401},
    {STR_INIT("PERMISSION_DENIED"), 403},
    {STR_INIT("NOT_FOUND"), 404},
    {STR_INIT("ABORTED"), 409},
    {STR_INIT("RESOURCE_EXHAUSTED"), 429},
    {STR_INIT("CANCELLED"), 499},
    {STR_INIT("INTERNAL"), 500},
    {STR_INIT("UNAVAILABLE"), 503},
    {STR_INIT("DEADLINE_EXCEEDED"), 504},
};

static int status_of(struct jval error)
{
    int64_t code;

    if (json_i64(json_get(error, STR("code")), &code) && code >= 400 &&
        code <= 599)
        return (int)code;
    for (size_t i = 0; i < SL_LEN(statuses); i++) {
        if (json_text_eq(json_get(error, STR("status")), statuses[i].name))
            return statuses[i].status;
    }
    return 0;
}

static struct str error_text(struct jval v, struct arena *a)
{
    struct str text = {0};

    if (!json_is_str(v) || !json_text(v, a, &text))
        return (struct str){0};
    return str_first(text, ERROR_BYTES);
}

/* A wrong key is a 400 there. */
static void read_detail(struct jval detail, struct arena *a,
                        struct chat_error *e)
{
    struct jval reason = json_get(detail, STR("reason"));
    struct str delay = error_text(json_get(detail, STR("retryDelay")), a);

    if (json_text_eq(reason, STR("API_KEY_INVALID"))) {
        e->status = 401;
        e->code = STR("API_KEY_INVALID");
    }
    if (delay.n != 0)
        e->retry_after_ms = delay_ms(delay);
}

static void read_error_object(struct jval error, struct arena *a,
                              struct chat_error *e)
{
    struct jval details = json_get(error, STR("details"));
    struct jval_iter it = json_iter(details);

    if (e->status == 0)
        e->status = status_of(error);
    e->message = error_text(json_get(error, STR("message")), a);
    e->code = error_text(json_get(error, STR("status")), a);
    while (json_is_arr(details) && json_iter_next(&it))
        read_detail(it.value, a, e);
    if (e->status == 400 && str_starts(e->message, STR("API key not valid")))
        e->status = 401;
    e->type = chat_error_type(e->status);
}

/* {"error":{…}}, alone or in an array; nothing when it is neither. */
static struct jval error_in(struct jval root)
{
    struct jval error;

    if (json_is_arr(root))
        root = json_at(root, 0);
    error = json_get(root, STR("error"));
    return json_is_obj(error) ? error : (struct jval){0};
}

static void read_error(struct str body, struct arena *a, struct chat_error *e)
{
    struct json doc;
    struct jval error;

    if (json_parse(&doc, str_trim(body), a, NULL, NULL) != SL_OK)
        return;
    error = error_in(json_root(&doc));
    if (json_is_obj(error))
        read_error_object(error, a, e);
}

/* ---- frames ---- */

static void read_response(struct reading *r, struct jval root)
{
    struct jval candidates = json_get(root, STR("candidates"));
    struct jval blocked = json_path(root, STR("promptFeedback.blockReason"));
    struct jval error = error_in(root);
    struct jval_iter it = json_iter(candidates);

    if (json_is_obj(error)) {
        struct chat_event ev = {.kind = CHAT_EVENT_ERROR};

        read_error_object(error, r->d->turn, &ev.error);
        decoder_emit(r->d, &ev);
        return;
    }
    if (!json_is_obj(root)) {
        r->rc = SL_UP_GARBAGE;
        return;
    }
    start(r, root);
    read_usage(r, json_get(root, STR("usageMetadata")));
    while (json_is_arr(candidates) && r->rc == SL_OK && json_iter_next(&it)) {
        if (json_is_obj(it.value))
            read_candidate(r, it.value);
    }
    r->choice = 0;
    /* A blocked prompt has no candidates. */
    if (json_is_str(blocked) && json_count(candidates) == 0 && r->rc == SL_OK)
        emit_finish(r, CHAT_FINISH_FILTER);
}

static enum sl_rc begin(struct reading *r, struct json *doc, struct str body,
                        struct arena *a)
{
    enum sl_rc rc = json_parse(doc, body, a, NULL, NULL);

    if (rc != SL_OK)
        return rc == SL_NOMEM ? SL_NOMEM : SL_UP_GARBAGE;
    r->s = decoder_state(r->d, sizeof(*r->s));
    return r->s == NULL ? SL_NOMEM : SL_OK;
}

static enum sl_rc decode(struct chat_decoder *d, const struct chat_frame *f)
{
    struct reading r = {.d = d};
    struct json doc;
    enum sl_rc rc = begin(&r, &doc, f->data, d->turn);

    if (rc != SL_OK)
        return rc;
    read_response(&r, json_root(&doc));
    return r.rc;
}

/* A choice of a whole answer that does not say why it ends has ended. */
static void finish_all(struct reading *r, struct jval root)
{
    struct jval candidates = json_get(root, STR("candidates"));
    uint32_t n = json_count(candidates);

    if (!json_is_arr(candidates) && !json_is_obj(error_in(root)) &&
        !json_is_obj(json_get(root, STR("promptFeedback"))) &&
        !json_is_obj(json_get(root, STR("usageMetadata"))))
        r->rc = SL_UP_GARBAGE;
    for (r->choice = 0; r->rc == SL_OK && (r->choice < n || r->choice == 0) &&
                        r->choice < CHOICES;
         r->choice++)
        emit_finish(r, r->s->choices[r->choice].n_calls != 0
                           ? CHAT_FINISH_TOOLS
                           : CHAT_FINISH_STOP);
}

/* One response, or all that a stream without "alt=sse" has, in an array. */
static enum sl_rc decode_whole(struct chat_decoder *d, struct str body)
{
    struct reading r = {.d = d};
    struct json doc;
    enum sl_rc rc = begin(&r, &doc, body, d->turn);
    struct jval root;
    struct jval_iter it;

    if (rc != SL_OK)
        return rc;
    root = json_root(&doc);
    it = json_iter(root);
    if (!json_is_arr(root)) {
        read_response(&r, root);
        if (r.rc == SL_OK)
            finish_all(&r, root);
        return r.rc;
    }
    while (r.rc == SL_OK && json_iter_next(&it)) {
        read_response(&r, it.value);
        root = it.value;
    }
    if (r.rc == SL_OK)
        finish_all(&r, root);
    return r.rc;
}

const struct dialect dialect_gemini = {
    .name = STR_INIT("gemini"),
    .history = STR_INIT("contents"),
    .read_request = gemini_read,
    .encode = gemini_encode,
    .write_answer = gemini_write_answer,
    .write_error = gemini_write_error,
    .stream_type = STR_INIT("text/event-stream"),
    /* Python's SDK takes a line that is no data for a piece of an error, so
     * that a comment would do harm. */
    .ping = STR_INIT("\n"),
    .write_request = gemini_write,
    .decode = decode,
    .decode_whole = decode_whole,
    .read_error = read_error,
    .framing = FRAMING_SSE,
    .accept = STR_INIT("text/event-stream"),
};
