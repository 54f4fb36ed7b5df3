/* SPDX-License-Identifier: MIT */
/* A Gemini client's request (providers' reference: google-gemini section 2).
 * SDKs keep the pieces of a stream as contents of their own, so neighbours of
 * one role are read as one message. Calls need no ids there: those that have
 * none get one, and results find theirs by name. */
#include "core/base/base64.h"
#include "core/dialects/gemini.h"
#include "core/schema.h"

enum {
    OPEN_CALLS = 4096, /* calls that a result without an id is looked for in */
};

static const struct str known[] = {
    STR_INIT("contents"),    STR_INIT("systemInstruction"),
    STR_INIT("tools"),       STR_INIT("toolConfig"),
    STR_INIT("serviceTier"), STR_INIT("generationConfig"),
    STR_INIT("store"),       STR_INIT("model"),
};

static const struct str known_config[] = {
    STR_INIT("temperature"),
    STR_INIT("topP"),
    STR_INIT("topK"),
    STR_INIT("candidateCount"),
    STR_INIT("maxOutputTokens"),
    STR_INIT("stopSequences"),
    STR_INIT("presencePenalty"),
    STR_INIT("frequencyPenalty"),
    STR_INIT("seed"),
    STR_INIT("responseLogprobs"),
    STR_INIT("logprobs"),
    STR_INIT("responseModalities"),
    STR_INIT("thinkingConfig"),
    STR_INIT("responseMimeType"),
    STR_INIT("responseSchema"),
    STR_INIT("responseJsonSchema"),
};

/* A call that no result has answered yet. */
struct open_call {
    struct open_call *next;
    struct str id, name;
};

/* The message at hand: neighbours of one role. */
struct turn {
    struct chat_reading *r;
    bool is_model;
    struct chat_part *plain, *results;
    size_t n_plain, n_results;
    struct open_call *open, **last; /* oldest first */
    size_t n_calls;                 /* of the whole request: for ids */
};

/* ---- names and values ---- */

bool gemini_is_name(struct str name, struct str camel)
{
    size_t at = 0;

    for (size_t i = 0; i < name.n; i++, at++) {
        char c = name.p[i];

        if (c == '_' && i != 0 && i + 1 < name.n) {
            c = name.p[++i];
            c = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : '\0';
        }
        if (at == camel.n || c != camel.p[at])
            return false;
    }
    return at == camel.n;
}

/* As it is written between its quotes: no keyword needs an escape. */
static struct str plain_name(struct jval name)
{
    struct str raw = json_raw(name);

    return (struct str){raw.p + 1, raw.n - 2};
}

struct jval gemini_get(struct jval object, struct str camel)
{
    struct jval_iter it = json_iter(object);
    struct jval found = {0};

    while (json_is_obj(object) && json_iter_next(&it)) {
        if (gemini_is_name(plain_name(it.name), camel))
            found = it.value;
    }
    return found;
}

static struct str text_of(struct chat_reading *r, struct jval object,
                          struct str camel)
{
    struct jval v = gemini_get(object, camel);

    return json_is_null(v) ? (struct str){0} : reading_string(r, v);
}

static struct chat_number number_of(struct chat_reading *r, struct jval object,
                                    struct str camel)
{
    struct jval v = gemini_get(object, camel);
    struct chat_number n = {0};

    if (json_is_null(v))
        return n;
    if (!json_is_num(v) || !json_f64(v, &n.value))
        reading_wrong(r, v, STR("must be a number"));
    else
        n.raw = json_raw(v);
    return n;
}

static enum chat_bool bool_of(struct chat_reading *r, struct jval object,
                              struct str camel)
{
    struct jval v = gemini_get(object, camel);

    if (json_is_null(v))
        return CHAT_UNSET;
    if (json_type(v) != JSON_TRUE && json_type(v) != JSON_FALSE)
        reading_wrong(r, v, STR("must be true or false"));
    return json_is_true(v) ? CHAT_YES : CHAT_NO;
}

/* An object member; nothing when it is not given or no object. */
static struct jval object_of(struct chat_reading *r, struct jval object,
                             struct str camel)
{
    struct jval v = gemini_get(object, camel);

    if (json_is_null(v))
        return (struct jval){0};
    if (!json_is_obj(v)) {
        reading_wrong(r, v, STR("must be an object"));
        return (struct jval){0};
    }
    return v;
}

static struct jval array_of(struct chat_reading *r, struct jval object,
                            struct str camel)
{
    struct jval v = gemini_get(object, camel);

    if (json_is_null(v))
        return (struct jval){0};
    if (!json_is_arr(v)) {
        reading_wrong(r, v, STR("must be an array"));
        return (struct jval){0};
    }
    return v;
}

/* ---- signatures ---- */

/* "sluice:" in base64, as far as it does not depend on what follows. */
#define WRAPPED STR("c2x1aWNlO")

struct str gemini_state_write(const struct chat_state *s, struct arena *a)
{
    struct str text = chat_state_wrap(s, GEMINI, a);
    struct buf out;

    if (text.n == 0 || str_eq(s->maker, GEMINI))
        return text;
    buf_init(&out, arena_mem(a), 2 * text.n + 8);
    base64_write(&out, text, BASE64_STANDARD);
    return out.failed ? (struct str){0} : buf_str(&out);
}

struct chat_state gemini_state_read(struct str signature, struct arena *a)
{
    struct chat_state own = {GEMINI, signature};
    struct buf url;
    struct buf plain;

    if (!str_starts(signature, WRAPPED))
        return own;
    /* Python's SDK writes bytes in the alphabet of URLs. */
    buf_init(&url, arena_mem(a), signature.n + 1);
    buf_init(&plain, arena_mem(a), signature.n + 1);
    for (size_t i = 0; i < signature.n; i++) {
        char c = signature.p[i];

        buf_add_char(&url, c == '+' ? '-' : c == '/' ? '_' : c);
    }
    if (url.failed || base64_read(&plain, buf_str(&url), BASE64_URL) != SL_OK)
        return own;
    return chat_state_unwrap(buf_str(&plain), GEMINI);
}

/* ---- parts ---- */

static struct chat_part *add_plain(struct turn *t, enum chat_part_kind kind)
{
    struct chat_part *p = &t->plain[t->n_plain++];

    p->kind = kind;
    return p;
}

static enum chat_part_kind media_kind(struct str media_type)
{
    if (str_starts_nocase(media_type, STR("image/")))
        return CHAT_IMAGE;
    if (str_starts_nocase(media_type, STR("audio/")))
        return CHAT_AUDIO;
    return CHAT_DOCUMENT;
}

static void read_inline(struct chat_reading *r, struct jval blob,
                        struct chat_part *p)
{
    p->media_type = text_of(r, blob, STR("mimeType"));
    p->data = text_of(r, blob, STR("data"));
    p->name = text_of(r, blob, STR("displayName"));
    p->kind = media_kind(p->media_type);
    if (r->rc == SL_OK && (p->media_type.n == 0 || p->data.n == 0))
        reading_wrong(r, blob, STR("must hold mimeType and data"));
}

/* Sound behind a URL has no place of its own: any file then. */
static void read_file(struct chat_reading *r, struct jval file,
                      struct chat_part *p)
{
    p->media_type = text_of(r, file, STR("mimeType"));
    p->url = text_of(r, file, STR("fileUri"));
    p->name = text_of(r, file, STR("displayName"));
    p->kind =
        media_kind(p->media_type) == CHAT_IMAGE ? CHAT_IMAGE : CHAT_DOCUMENT;
    if (r->rc == SL_OK && p->url.n == 0)
        reading_missing(r, file, STR("fileUri"), STR("is required"));
}

static struct str invent_id(struct turn *t)
{
    struct buf id;

    buf_init(&id, arena_mem(t->r->arena), 32);
    buf_add(&id, STR("call_"));
    buf_add_u64(&id, t->n_calls);
    if (id.failed)
        t->r->rc = SL_NOMEM;
    return buf_str(&id);
}

static void read_call(struct turn *t, struct jval call, struct str signature)
{
    struct chat_reading *r = t->r;
    struct chat_part *p = add_plain(t, CHAT_TOOL_CALL);
    struct jval args = object_of(r, call, STR("args"));
    struct open_call *open = arena_new(r->arena, struct open_call);

    p->name = text_of(r, call, STR("name"));
    p->id = text_of(r, call, STR("id"));
    p->arguments = json_raw(args);
    if (signature.n != 0)
        p->state = gemini_state_read(signature, r->arena);
    if (r->rc == SL_OK && p->name.n == 0)
        reading_missing(r, call, STR("name"), STR("is required"));
    t->n_calls++;
    if (p->id.n == 0)
        p->id = invent_id(t);
    if (open == NULL) {
        r->rc = SL_NOMEM;
        return;
    }
    open->id = p->id;
    open->name = p->name;
    *t->last = open;
    t->last = &open->next;
}

/* The oldest call that it may be the result of; {0}: none. */
static struct str take_call(struct turn *t, struct str id, struct str name)
{
    struct open_call **at = &t->open;

    for (size_t i = 0; *at != NULL && i < OPEN_CALLS; i++) {
        struct open_call *o = *at;

        if (id.n != 0 ? str_eq(o->id, id) : str_eq(o->name, name)) {
            *at = o->next;
            if (t->last == &o->next)
                t->last = at;
            return o->id;
        }
        at = &o->next;
    }
    return id;
}

/* "output" and "error" are known members; otherwise all of it is the
 * output. */
static void read_response(struct chat_reading *r, struct jval response,
                          struct chat_part *result, struct chat_part *text)
{
    struct jval error = json_get(response, STR("error"));
    struct jval output = json_get(response, STR("output"));
    struct jval v = response;

    if (json_count(response) == 1 && json_type(error) != JSON_NONE) {
        result->is_error = true;
        v = error;
    } else if (json_count(response) == 1 && json_type(output) != JSON_NONE) {
        v = output;
    }
    text->kind = CHAT_TEXT;
    text->text = json_is_str(v) ? reading_string(r, v) : json_raw(v);
}

static void read_result(struct turn *t, struct jval response)
{
    struct chat_reading *r = t->r;
    struct chat_part *p = &t->results[t->n_results++];
    struct jval media = array_of(r, response, STR("parts"));
    struct jval_iter it = json_iter(media);

    p->kind = CHAT_TOOL_RESULT;
    p->name = text_of(r, response, STR("name"));
    p->id = take_call(t, text_of(r, response, STR("id")), p->name);
    /* The result of a call that was never made: its name must do. */
    if (p->id.n == 0)
        p->id = p->name;
    p->parts = READING_ARRAY(r, struct chat_part, 1 + json_count(media));
    if (p->parts == NULL)
        return;
    read_response(r, object_of(r, response, STR("response")), p, p->parts);
    p->n_parts = 1;
    while (r->rc == SL_OK && json_iter_next(&it)) {
        struct jval blob = gemini_get(it.value, STR("inlineData"));
        struct jval file = gemini_get(it.value, STR("fileData"));

        if (json_is_obj(blob))
            read_inline(r, blob, &p->parts[p->n_parts++]);
        else if (json_is_obj(file))
            read_file(r, file, &p->parts[p->n_parts++]);
        else
            reading_wrong(r, it.value, STR("must hold inlineData or fileData"));
    }
}

/* What the model ran, as text that other models can read. */
static void read_code(struct turn *t, struct jval code, struct str member)
{
    struct str text = text_of(t->r, code, member);
    struct str language = text_of(t->r, code, STR("language"));
    struct buf out;

    buf_init(&out, arena_mem(t->r->arena), text.n + 64);
    buf_add(&out, STR("\n```"));
    buf_add(&out,
            str_eq(language, STR("PYTHON")) ? STR("python") : (struct str){0});
    buf_add_char(&out, '\n');
    buf_add(&out, text);
    buf_add(&out, STR("\n```\n"));
    if (out.failed)
        t->r->rc = SL_NOMEM;
    add_plain(t, CHAT_TEXT)->text = buf_str(&out);
}

/* A signature on a text stands behind it, as reasoning without a text: the
 * middle form has signatures of reasoning and of calls alone. */
static void read_text(struct turn *t, struct jval part, struct str signature)
{
    struct chat_reading *r = t->r;
    bool is_thought = bool_of(r, part, STR("thought")) == CHAT_YES;
    struct str text = text_of(r, part, STR("text"));
    struct chat_part *p;

    if (text.n != 0 || (is_thought && signature.n != 0))
        add_plain(t, is_thought ? CHAT_REASONING : CHAT_TEXT)->text = text;
    if (signature.n == 0)
        return;
    p = is_thought ? &t->plain[t->n_plain - 1] : add_plain(t, CHAT_REASONING);
    p->state = gemini_state_read(signature, r->arena);
}

static void read_part(struct turn *t, struct jval part)
{
    struct chat_reading *r = t->r;
    struct str signature = text_of(r, part, STR("thoughtSignature"));
    struct jval call = object_of(r, part, STR("functionCall"));
    struct jval response = object_of(r, part, STR("functionResponse"));
    struct jval blob = object_of(r, part, STR("inlineData"));
    struct jval file = object_of(r, part, STR("fileData"));
    struct jval code = object_of(r, part, STR("executableCode"));
    struct jval output = object_of(r, part, STR("codeExecutionResult"));

    if (!json_is_obj(part))
        reading_wrong(r, part, STR("must be an object"));
    if (r->rc != SL_OK)
        return;
    if (json_is_obj(call))
        read_call(t, call, signature);
    else if (json_is_obj(response))
        read_result(t, response);
    else if (json_is_obj(blob))
        read_inline(r, blob, add_plain(t, CHAT_IMAGE));
    else if (json_is_obj(file))
        read_file(r, file, add_plain(t, CHAT_IMAGE));
    else if (json_is_obj(code))
        read_code(t, code, STR("code"));
    else if (json_is_obj(output))
        read_code(t, output, STR("output"));
    else if (!json_is_null(gemini_get(part, STR("text"))) || signature.n != 0)
        read_text(t, part, signature);
    else
        reading_wrong(r, part,
                      STR("must hold text, inlineData, fileData, functionCall "
                          "or functionResponse"));
}

/* ---- joining ---- */

static bool goes_on(const struct chat_part *p, const struct chat_part *next)
{
    return (p->kind == CHAT_TEXT || p->kind == CHAT_REASONING) &&
           next->kind == p->kind && p->state.bytes.n == 0 &&
           (p->kind == CHAT_REASONING || next->state.bytes.n == 0);
}

/* The pieces of one text become one again: from..to, into the first. */
static void join(struct turn *t, size_t from, size_t to)
{
    struct chat_part *p = &t->plain[from];
    size_t n = 0;
    struct buf text;

    for (size_t i = from; i < to; i++)
        n += t->plain[i].text.n;
    buf_init(&text, arena_mem(t->r->arena), n + 1);
    /* All of it at once: a buffer that grows leaves its old room behind. */
    if (buf_room(&text, n) == NULL)
        t->r->rc = SL_NOMEM;
    for (size_t i = from; i < to; i++)
        buf_add(&text, t->plain[i].text);
    p->text = buf_str(&text);
    p->state = t->plain[to - 1].state;
}

static void join_texts(struct turn *t)
{
    size_t n = 0;

    for (size_t i = 0; i < t->n_plain;) {
        size_t to = i + 1;

        while (to < t->n_plain && goes_on(&t->plain[to - 1], &t->plain[to]))
            to++;
        if (to - i > 1)
            join(t, i, to);
        t->plain[n++] = t->plain[i];
        i = to;
    }
    t->n_plain = n;
}

/* ---- contents ---- */

static bool is_model(struct chat_reading *r, struct jval content)
{
    struct str role = text_of(r, content, STR("role"));

    if (r->rc == SL_OK && role.n != 0 && !str_eq(role, STR("user")) &&
        !str_eq(role, STR("model")) && !str_eq(role, STR("function")) &&
        !str_eq(role, STR("tool")))
        reading_wrong(r, gemini_get(content, STR("role")),
                      STR("must be \"user\" or \"model\""));
    return str_eq(role, STR("model"));
}

static void add_message(struct chat_request *q, enum chat_role role,
                        struct chat_part *parts, size_t n)
{
    if (n != 0)
        q->messages[q->n_messages++] =
            (struct chat_message){.role = role, .parts = parts, .n = n};
}

/* Results first: they answer what was said before. */
static void end_turn(struct turn *t)
{
    struct chat_request *q = t->r->request;

    if (t->is_model)
        join_texts(t);
    add_message(q, CHAT_ROLE_TOOL, t->results, t->n_results);
    add_message(q, t->is_model ? CHAT_ROLE_ASSISTANT : CHAT_ROLE_USER, t->plain,
                t->n_plain);
    t->n_results = t->n_plain = 0;
}

/* parts: room in the arrays for this content's and all its neighbours'. */
static void begin_turn(struct turn *t, struct jval_iter neighbours)
{
    size_t n = 0;

    do {
        if (is_model(t->r, neighbours.value) != t->is_model)
            break;
        n += json_count(gemini_get(neighbours.value, STR("parts")));
    } while (json_iter_next(&neighbours));
    /* A text and its signature are two. */
    t->plain = READING_ARRAY(t->r, struct chat_part, 2 * n);
    t->results = READING_ARRAY(t->r, struct chat_part, n);
}

static void read_content(struct turn *t, struct jval content)
{
    struct jval_iter it = json_iter(array_of(t->r, content, STR("parts")));

    while (t->r->rc == SL_OK && json_iter_next(&it))
        read_part(t, it.value);
}

static void read_contents(struct turn *t, struct jval contents)
{
    struct chat_reading *r = t->r;
    struct jval_iter it = json_iter(contents);
    bool is_first = true;

    while (r->rc == SL_OK && json_iter_next(&it)) {
        bool now;

        if (!json_is_obj(it.value)) {
            reading_wrong(r, it.value, STR("must be an object with parts"));
            return;
        }
        now = is_model(r, it.value);
        if (is_first || now != t->is_model) {
            end_turn(t);
            t->is_model = now;
            begin_turn(t, it);
            is_first = false;
        }
        if (r->rc == SL_OK)
            read_content(t, it.value);
    }
    if (r->rc == SL_OK)
        end_turn(t);
}

/* {"parts":[{"text"}]}; a bare string too, which SDKs take. */
static void read_system(struct turn *t, struct jval system)
{
    struct chat_reading *r = t->r;
    size_t n = json_count(gemini_get(system, STR("parts")));

    if (json_is_null(system))
        return;
    t->plain = READING_ARRAY(r, struct chat_part, 2 * n + 1);
    t->results = READING_ARRAY(r, struct chat_part, n);
    if (r->rc != SL_OK)
        return;
    if (json_is_str(system))
        add_plain(t, CHAT_TEXT)->text = reading_string(r, system);
    else if (json_is_obj(system))
        read_content(t, system);
    else
        reading_wrong(r, system, STR("must be an object with parts"));
    add_message(r->request, CHAT_ROLE_SYSTEM, t->plain, t->n_plain);
    t->n_plain = t->n_results = 0;
}

static void read_messages(struct chat_reading *r)
{
    struct jval contents = gemini_get(r->root, STR("contents"));
    struct turn t = {.r = r, .last = &t.open};

    if (!json_is_arr(contents) || json_count(contents) == 0) {
        reading_missing(r, r->root, STR("contents"),
                        STR("must be an array with at least one content"));
        return;
    }
    r->request->messages =
        READING_ARRAY(r, struct chat_message, 2 * json_count(contents) + 1);
    if (r->rc != SL_OK)
        return;
    read_system(&t, gemini_get(r->root, STR("systemInstruction")));
    read_contents(&t, contents);
}

/* ---- tools ---- */

static void read_declaration(struct chat_reading *r, struct jval v,
                             struct chat_tool *tool)
{
    struct jval json = gemini_get(v, STR("parametersJsonSchema"));
    struct jval openapi = gemini_get(v, STR("parameters"));

    tool->name = text_of(r, v, STR("name"));
    tool->description = text_of(r, v, STR("description"));
    if (r->rc == SL_OK && tool->name.n == 0)
        reading_missing(r, v, STR("name"), STR("is required"));
    if (json_is_obj(json)) {
        tool->schema_raw = json_raw(json);
    } else if (json_is_obj(openapi)) {
        tool->schema_raw = schema_from_openapi(openapi, r->arena);
        if (tool->schema_raw.n == 0)
            r->rc = SL_NOMEM;
    }
}

static size_t count_tools(struct jval tools)
{
    struct jval_iter it = json_iter(tools);
    size_t n = 0;

    while (json_iter_next(&it))
        n += json_count(gemini_get(it.value, STR("functionDeclarations"))) +
             json_count(it.value);
    return n;
}

/* {"googleSearch":{}} and its like, one object each. */
static void read_server_tool(struct chat_reading *r,
                             const struct jval_iter *member)
{
    struct chat_request *q = r->request;
    struct buf raw;

    if (json_is_null(member->value))
        return;
    buf_init(&raw, arena_mem(r->arena),
             json_raw(member->name).n + json_raw(member->value).n + 4);
    buf_add_char(&raw, '{');
    buf_add(&raw, json_raw(member->name));
    buf_add_char(&raw, ':');
    buf_add(&raw, json_raw(member->value));
    buf_add_char(&raw, '}');
    if (raw.failed)
        r->rc = SL_NOMEM;
    q->tools[q->n_tools++] =
        (struct chat_tool){.server_raw = buf_str(&raw), .maker = GEMINI};
}

static void read_tool(struct chat_reading *r, struct jval tool)
{
    struct jval_iter it = json_iter(tool);
    struct jval_iter functions =
        json_iter(array_of(r, tool, STR("functionDeclarations")));
    struct chat_request *q = r->request;

    if (!json_is_obj(tool))
        reading_wrong(r, tool, STR("must be an object"));
    while (r->rc == SL_OK && json_iter_next(&functions))
        read_declaration(r, functions.value, &q->tools[q->n_tools++]);
    while (r->rc == SL_OK && json_is_obj(tool) && json_iter_next(&it)) {
        if (!gemini_is_name(plain_name(it.name), STR("functionDeclarations")))
            read_server_tool(r, &it);
    }
}

static void read_tools(struct chat_reading *r)
{
    struct jval tools = array_of(r, r->root, STR("tools"));
    struct jval_iter it = json_iter(tools);

    r->request->tools = READING_ARRAY(r, struct chat_tool, count_tools(tools));
    while (r->rc == SL_OK && json_iter_next(&it))
        read_tool(r, it.value);
}

static void read_strings(struct chat_reading *r, struct jval list,
                         struct str **texts, size_t *n)
{
    struct jval_iter it = json_iter(list);

    *texts = READING_ARRAY(r, struct str, json_count(list));
    while (r->rc == SL_OK && json_iter_next(&it))
        (*texts)[(*n)++] = reading_string(r, it.value);
}

/* VALIDATED: text or a call that fits its schema; OpenAI's "strict" of a
 * tool. */
static void read_choice(struct chat_reading *r)
{
    struct jval config = object_of(r, r->root, STR("toolConfig"));
    struct jval calling = object_of(r, config, STR("functionCallingConfig"));
    struct str mode = text_of(r, calling, STR("mode"));
    struct chat_request *q = r->request;

    read_strings(r, array_of(r, calling, STR("allowedFunctionNames")),
                 &q->allowed, &q->n_allowed);
    if (str_eq_nocase(mode, STR("ANY"))) {
        q->choice =
            q->n_allowed == 1 ? CHAT_CHOICE_NAMED : CHAT_CHOICE_REQUIRED;
        if (q->n_allowed == 1)
            q->choice_name = q->allowed[0];
    } else if (str_eq_nocase(mode, STR("NONE"))) {
        q->choice = CHAT_CHOICE_NONE;
    } else if (str_eq_nocase(mode, STR("AUTO")) ||
               str_eq_nocase(mode, STR("VALIDATED"))) {
        q->choice = CHAT_CHOICE_AUTO;
    }
    if (q->choice == CHAT_CHOICE_NAMED)
        q->n_allowed = 0;
    if (q->n_allowed == 0)
        q->allowed = NULL; /* an empty list would allow none */
}

/* ---- parameters ---- */

static void read_numbers(struct chat_reading *r, struct jval config)
{
    struct chat_request *q = r->request;

    q->temperature = number_of(r, config, STR("temperature"));
    q->top_p = number_of(r, config, STR("topP"));
    q->top_k = number_of(r, config, STR("topK"));
    q->n = number_of(r, config, STR("candidateCount"));
    q->max_tokens = number_of(r, config, STR("maxOutputTokens"));
    q->presence_penalty = number_of(r, config, STR("presencePenalty"));
    q->frequency_penalty = number_of(r, config, STR("frequencyPenalty"));
    q->seed = number_of(r, config, STR("seed"));
    q->wants_logprobs = bool_of(r, config, STR("responseLogprobs")) == CHAT_YES;
    q->top_logprobs = number_of(r, config, STR("logprobs"));
    read_strings(r, array_of(r, config, STR("stopSequences")), &q->stop,
                 &q->n_stop);
}

static void read_format(struct chat_reading *r, struct jval config)
{
    struct chat_request *q = r->request;
    struct str type = text_of(r, config, STR("responseMimeType"));
    struct jval json = gemini_get(config, STR("responseJsonSchema"));
    struct jval openapi = gemini_get(config, STR("responseSchema"));

    if (!str_eq(type, STR("application/json")))
        return;
    q->format = CHAT_FORMAT_JSON;
    if (json_is_obj(json)) {
        q->schema_raw = json_raw(json);
    } else if (json_is_obj(openapi)) {
        q->schema_raw = schema_from_openapi(openapi, r->arena);
        if (q->schema_raw.n == 0)
            r->rc = SL_NOMEM;
    }
    if (q->schema_raw.n != 0)
        q->format = CHAT_FORMAT_SCHEMA;
}

static void read_thinking(struct chat_reading *r, struct jval config)
{
    struct chat_request *q = r->request;
    struct jval thinking = object_of(r, config, STR("thinkingConfig"));
    struct jval budget = gemini_get(thinking, STR("thinkingBudget"));
    struct str level = text_of(r, thinking, STR("thinkingLevel"));
    char small[16];

    q->wants_reasoning = bool_of(r, thinking, STR("includeThoughts"));
    if (!json_is_null(budget) && !json_i64(budget, &q->reasoning_budget))
        reading_wrong(r, budget, STR("must be an integer"));
    /* -1: as the model thinks best, which is what happens anyway. */
    if (q->reasoning_budget < 0)
        q->reasoning_budget = -1;
    if (q->reasoning_budget == 0)
        q->effort = CHAT_EFFORT_NONE;
    if (level.n == 0 || level.n > sizeof(small))
        return;
    for (size_t i = 0; i < level.n; i++)
        small[i] = char_lower(level.p[i]);
    if (!chat_effort_read((struct str){small, level.n}, &q->effort) &&
        !str_eq_nocase(level, STR("THINKING_LEVEL_UNSPECIFIED")))
        reading_wrong(r, gemini_get(thinking, STR("thinkingLevel")),
                      STR("must be MINIMAL, LOW, MEDIUM or HIGH"));
}

static void read_modalities(struct chat_reading *r, struct jval config)
{
    struct jval_iter it =
        json_iter(array_of(r, config, STR("responseModalities")));

    while (r->rc == SL_OK && json_iter_next(&it)) {
        struct str modality = reading_string(r, it.value);

        r->request->wants_image |= str_eq_nocase(modality, STR("IMAGE"));
        r->request->wants_audio |= str_eq_nocase(modality, STR("AUDIO"));
    }
}

/* ---- what else there is ---- */

static bool is_known(struct str name, const struct str *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (gemini_is_name(name, list[i]))
            return true;
    }
    return false;
}

/* Under the name "PREFIXmember". */
static void add_extra(struct chat_reading *r, struct str prefix,
                      const struct jval_iter *it)
{
    struct chat_request *q = r->request;
    struct buf full;
    struct str name;

    if (!json_text(it->name, r->arena, &name)) {
        r->rc = SL_NOMEM;
        return;
    }
    buf_init(&full, arena_mem(r->arena), prefix.n + name.n + 1);
    buf_add(&full, prefix);
    buf_add(&full, name);
    if (full.failed)
        r->rc = SL_NOMEM;
    q->extras[q->n_extras++] =
        (struct chat_extra){buf_str(&full), json_raw(it->value)};
}

static void read_extras(struct chat_reading *r, struct jval config,
                        struct jval choice)
{
    static const struct str calling = STR_INIT("functionCallingConfig");
    struct jval_iter it = json_iter(r->root);
    bool is_json = r->request->format != CHAT_FORMAT_TEXT;

    r->request->extras = READING_ARRAY(
        r, struct chat_extra,
        json_count(r->root) + json_count(config) + json_count(choice));
    while (r->rc == SL_OK && json_iter_next(&it)) {
        if (!json_is_null(it.value) &&
            !is_known(plain_name(it.name), known, SL_LEN(known)))
            add_extra(r, (struct str){0}, &it);
    }
    it = json_iter(config);
    while (r->rc == SL_OK && json_iter_next(&it)) {
        /* text/x.enum has no name elsewhere, nor has its schema. */
        size_t n = SL_LEN(known_config) - (is_json ? 0 : 3);

        if (!json_is_null(it.value) &&
            !json_text_eq(it.value, STR("text/plain")) &&
            !is_known(plain_name(it.name), known_config, n))
            add_extra(r, STR("generationConfig."), &it);
    }
    it = json_iter(choice);
    while (r->rc == SL_OK && json_iter_next(&it)) {
        if (!json_is_null(it.value) &&
            !is_known(plain_name(it.name), &calling, 1))
            add_extra(r, STR("toolConfig."), &it);
    }
}

/* In OpenAI's words. */
static struct str tier_of(struct str tier)
{
    if (str_eq_nocase(tier, STR("standard")))
        return STR("default");
    if (str_eq_nocase(tier, STR("flex")))
        return STR("flex");
    if (str_eq_nocase(tier, STR("priority")))
        return STR("priority");
    return (struct str){0};
}

enum sl_rc gemini_read(struct chat_reading *r)
{
    struct chat_request *q = r->request;
    struct jval inner = object_of(r, r->root, STR("generateContentRequest"));
    struct jval config;

    /* countTokens may be asked of a whole request. */
    if (json_is_obj(inner))
        r->root = inner;
    config = object_of(r, r->root, STR("generationConfig"));
    q->model = r->path_model.n != 0 ? r->path_model
                                    : text_of(r, r->root, STR("model"));
    if (str_starts(q->model, STR("models/")))
        q->model = str_skip(q->model, 7);
    q->stream = r->path_stream;
    q->wants_usage = true;
    read_messages(r);
    read_tools(r);
    read_choice(r);
    read_numbers(r, config);
    read_format(r, config);
    read_thinking(r, config);
    read_modalities(r, config);
    q->service_tier = tier_of(text_of(r, r->root, STR("serviceTier")));
    switch (bool_of(r, r->root, STR("store"))) {
    case CHAT_UNSET:
        break;
    case CHAT_NO:
        q->store_raw = STR("false");
        break;
    case CHAT_YES:
        q->store_raw = STR("true");
        break;
    }
    if (r->rc == SL_OK)
        read_extras(r, config, gemini_get(r->root, STR("toolConfig")));
    return r->rc;
}
