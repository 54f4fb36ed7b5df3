/* SPDX-License-Identifier: MIT */
/* sluice chat: one question, or a conversation on a terminal; the answer is
 * written as it comes. The one hard idea: a stream that ended well is told
 * from one that broke by its finish reason, not by its end. */
#include "server/cmd.h"

#include <stdlib.h>
#include <unistd.h>

#include "core/base/json.h"
#include "core/http/sse.h"
#include "server/files.h"

enum {
    TEXT_BYTES = 16 * 1024 * 1024, /* of what is said */
    TALK_BYTES = 64 * 1024 * 1024, /* of the whole conversation */
    EVENT_BYTES = 8 * 1024 * 1024,
};

struct talk {
    struct local *local;
    struct str model;
    bool is_json;
    struct buf messages; /* "{…},{…}": the conversation so far */
    /* the answer at hand */
    struct sse sse;
    struct buf text;
    struct buf error; /* of an error event */
    bool has_finished;
};

/* ---- the answer ---- */

/* One chunk of a streamed answer. */
static void take_chunk(struct talk *t, struct str data)
{
    struct arena arena;
    struct json doc;
    struct str text;

    arena_init(&arena, &mem_malloc, 4096, 8 * (size_t)EVENT_BYTES);
    if (json_parse(&doc, data, &arena, NULL, NULL) == SL_OK) {
        struct jval root = json_root(&doc);

        if (json_text(json_path(root, STR("choices.0.delta.content")), &arena,
                      &text)) {
            buf_add(&t->text, text);
            cmd_put(stdout, text);
            (void)fflush(stdout);
        }
        if (json_is_str(json_path(root, STR("choices.0.finish_reason"))))
            t->has_finished = true;
        if (json_text(json_path(root, STR("error.message")), &arena, &text))
            buf_add(&t->error, text);
    }
    arena_release(&arena);
}

static void on_bytes(void *owner, const struct local_answer *a,
                     struct str bytes)
{
    struct talk *t = owner;
    struct sse_event ev;

    (void)a;
    while (sse_next(&t->sse, &bytes, &ev) == SL_OK)
        if (ev.has_data)
            take_chunk(t, ev.data);
}

/* Ends the line that the answer stands on; true when the answer is whole. */
static bool end_answer(struct talk *t, const struct local_answer *a)
{
    if (t->text.n != 0 && t->text.p[t->text.n - 1] != '\n')
        putchar('\n');
    if (a->status != 200) {
        cmd_complain("no answer", a);
        return false;
    }
    if (t->error.n != 0) {
        fputs("sluice: the answer broke off: ", stderr);
        cmd_put(stderr, buf_str(&t->error));
        fputc('\n', stderr);
        return false;
    }
    if (!a->is_complete || !t->has_finished) {
        say("the answer broke off");
        return false;
    }
    return true;
}

/* ---- the request ---- */

static void add_message(struct talk *t, struct str role, struct str text)
{
    if (t->messages.n != 0)
        buf_add_char(&t->messages, ',');
    buf_add(&t->messages, STR("{\"role\":"));
    json_str(&t->messages, role);
    buf_add(&t->messages, STR(",\"content\":"));
    json_str(&t->messages, text);
    buf_add_char(&t->messages, '}');
}

static void write_body(const struct talk *t, struct buf *body)
{
    buf_add(body, STR("{\"model\":"));
    json_str(body, t->model);
    if (!t->is_json)
        buf_add(body, STR(",\"stream\":true"));
    buf_add(body, STR(",\"messages\":["));
    buf_add(body, buf_str(&t->messages));
    buf_add(body, STR("]}"));
}

static bool print_raw(const struct local_answer *a)
{
    cmd_put(stdout, buf_str(&a->body));
    putchar('\n');
    if (a->status != 200)
        cmd_complain("no answer", a);
    else if (!a->is_complete)
        say("the answer broke off");
    return a->status == 200 && a->is_complete;
}

/* Asks with all messages so far. */
static bool ask(struct talk *t)
{
    struct local_request r = {.method = STR("POST"),
                              .target = STR("/v1/chat/completions"),
                              .owner = t};
    struct local_answer a = {0};
    struct buf body;
    bool ok;

    buf_init(&body, &mem_malloc, TALK_BYTES);
    buf_reset(&t->text);
    buf_reset(&t->error);
    t->has_finished = false;
    sse_init(&t->sse, &mem_malloc, EVENT_BYTES);
    write_body(t, &body);
    r.body = buf_str(&body);
    if (!t->is_json)
        r.on_bytes = on_bytes;
    ok = !body.failed && !t->messages.failed;
    if (!ok)
        say("the conversation is too long");
    ok = ok && local_ask(t->local, &r, &a);
    if (ok)
        ok = t->is_json ? print_raw(&a) : end_answer(t, &a);
    sse_release(&t->sse);
    buf_release(&body);
    local_answer_release(&a);
    return cmd_flush(stdout) == 0 && ok;
}

static bool say_and_ask(struct talk *t, struct str text)
{
    size_t before = t->messages.n;

    add_message(t, STR("user"), text);
    if (ask(t)) {
        add_message(t, STR("assistant"), buf_str(&t->text));
        return true;
    }
    /* A question without an answer is no part of the conversation. */
    t->messages.n = before;
    t->messages.failed = false;
    return false;
}

/* ---- where the text comes from ---- */

/* Whatever stands on stdin. */
static bool ask_stdin(struct talk *t)
{
    const char *why = "";
    struct buf text;
    bool ok;

    buf_init(&text, &mem_malloc, TEXT_BYTES);
    ok = file_read_fd(STDIN_FILENO, &text, &why);
    if (!ok)
        say("can't read what to say: %s", why);
    if (ok && str_trim(buf_str(&text)).n == 0) {
        say("there is nothing to say: give -m TEXT, or a text on stdin");
        ok = false;
    }
    ok = ok && say_and_ask(t, str_trim(buf_str(&text)));
    buf_release(&text);
    return ok;
}

/* Line by line, until the end of input. */
static bool converse(struct talk *t)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    bool ok = true;

    fprintf(stderr, "%.*s; Ctrl-D ends\n", (int)t->model.n, t->model.p);
    for (;;) {
        struct str text;

        fputs("> ", stderr);
        n = getline(&line, &room, stdin);
        if (n < 0)
            break;
        text = str_trim((struct str){line, (size_t)n});
        if (text.n != 0)
            ok = say_and_ask(t, text);
    }
    fputc('\n', stderr);
    free(line);
    return ok;
}

static bool chat(struct talk *t, const char *text)
{
    if (text != NULL && str_trim(str_of(text)).n == 0) {
        say("there is nothing to say: the text is empty");
        return false;
    }
    if (text != NULL)
        return say_and_ask(t, str_of(text));
    if (isatty(STDIN_FILENO) == 1 && !t->is_json)
        return converse(t);
    return ask_stdin(t);
}

int cmd_chat(const struct cli *c)
{
    struct app_options options = cli_options(c);
    struct talk t = {.is_json = (c->given & CLI_JSON) != 0,
                     .model = str_of(c->argument)};
    bool ok = true;

    t.local = local_new(&options, false);
    if (t.local == NULL)
        return 1;
    if (t.model.n == 0)
        t.model = local_config(t.local)->default_model;
    buf_init(&t.messages, &mem_malloc, TALK_BYTES);
    buf_init(&t.text, &mem_malloc, TALK_BYTES);
    buf_init(&t.error, &mem_malloc, EVENT_BYTES);
    if (t.model.n == 0) {
        say("no DEFAULT_MODEL is set: sluice chat MODEL; sluice models lists "
            "them");
        ok = false;
    }
    ok = ok && chat(&t, c->text);
    buf_release(&t.messages);
    buf_release(&t.text);
    buf_release(&t.error);
    local_free(t.local);
    return ok ? 0 : 1;
}
