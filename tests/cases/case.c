/* SPDX-License-Identifier: MIT */
#include "case.h"

#include "core/base/buf.h"
#include "core/http/http.h"
#include "frames.h"
#include "support.h"

enum { TEXT_MAX = 1 << 24 };

static struct str trim_lines(struct str s)
{
    while (s.n > 0 && s.p[s.n - 1] == '\n')
        s.n--;
    while (s.n > 0 && s.p[0] == '\n')
        s = str_skip(s, 1);
    return s;
}

static bool is_status(struct str line)
{
    return line.n >= 3 && char_is_digit(line.p[0]) &&
           char_is_digit(line.p[1]) && char_is_digit(line.p[2]) &&
           (line.n == 3 || line.p[3] == ' ');
}

/* First line, fields up to an empty line, body. */
static void read_head(struct case_part *p, struct str text)
{
    size_t end;

    p->line = str_before(text, '\n');
    text = str_skip(text, p->line.n + 1);
    if (text.n > 0 && text.p[0] == '\n') {
        p->body = str_skip(text, 1);
        return;
    }
    end = str_find_str(text, STR("\n\n"));
    p->fields = str_first(text, end);
    p->body = trim_lines(str_skip(text, end));
}

static void read_part(struct case_part *p, struct str how, struct str text)
{
    struct str inner = trim_lines(text);

    *p = (struct case_part){.how = how, .text = text, .is_set = true};
    if (inner.n != 0)
        read_head(p, inner);
}

/* What an upstream sends may be a body alone. */
static void read_answer(struct case_part *p, struct str how, struct str text)
{
    read_part(p, how, text);
    if (is_status(p->line))
        return;
    p->line = p->fields = (struct str){0};
    p->body = trim_lines(text);
}

static bool read_env(struct case_file *c, struct str text, struct arena *a)
{
    struct str line;

    while (str_split(&text, '\n', &line)) {
        char *z;

        if (line.n == 0)
            continue;
        z = arena_get(a, line.n + 1);
        if (z == NULL || c->n_env == CASE_ENV)
            return false;
        memcpy(z, line.p, line.n);
        z[line.n] = '\0';
        c->env[c->n_env++] = z;
    }
    return true;
}

static const char *read_turn(struct case_file *c, struct str name,
                             struct str how, struct str text)
{
    struct case_turn *t = &c->turns[c->n_turns - 1];

    if (c->n_turns == 0)
        return "it does not begin with what the client sends";
    if (str_eq(name, STR("client must get"))) {
        read_part(&t->reply, how, text);
        return NULL;
    }
    if (t->n_gets == CASE_CALLS || t->n_sends == CASE_CALLS)
        return "too many calls";
    if (str_eq(name, STR("upstream must get"))) {
        read_part(&t->gets[t->n_gets++], how, text);
    } else if (str_eq(name, STR("upstream sends"))) {
        read_answer(&t->sends[t->n_sends++], how, text);
    } else if (str_eq(name, STR("upstream fails"))) {
        read_part(&t->sends[t->n_sends], how, text);
        t->sends[t->n_sends++].is_failure = true;
    } else {
        return "unknown section";
    }
    return NULL;
}

static const char *read_section(struct case_file *c, struct str heading,
                                struct str text, struct arena *a)
{
    struct str name = str_trim(str_before(heading, ','));
    struct str how = str_trim(str_skip(heading, str_find(heading, ',') + 1));

    if (str_eq(name, STR("config"))) {
        c->config = trim_lines(text);
        return NULL;
    }
    if (str_eq(name, STR("environment")))
        return read_env(c, text, a) ? NULL : "too many variables";
    if (!str_eq(name, STR("client sends")))
        return read_turn(c, name, how, text);
    if (c->n_turns == CASE_TURNS)
        return "too many turns";
    read_part(&c->turns[c->n_turns++].request, how, text);
    return NULL;
}

static const char *check(const struct case_file *c)
{
    if (c->n_turns == 0)
        return "the client sends nothing";
    for (size_t i = 0; i < c->n_turns; i++) {
        if (!c->turns[i].reply.is_set)
            return "a turn without `client must get`";
    }
    return NULL;
}

bool case_read(struct case_file *c, const char *path, struct str text,
               struct arena *a, const char **wrong)
{
    size_t at = str_find_str(text, STR("\n## "));

    *c = (struct case_file){.path = path, .text = text, .config = STR("{}")};
    *wrong = str_starts(text, STR("# ")) ? NULL : "no title";
    while (*wrong == NULL && at < text.n) {
        struct str heading = str_before(str_skip(text, at + 4), '\n');
        size_t from = at + 4 + heading.n; /* at its line end */
        size_t n = str_find_str(str_skip(text, from), STR("\n## "));

        *wrong = read_section(
            c, heading, str_first(str_skip(text, from + 1), n == 0 ? 0 : n), a);
        at = from + n;
    }
    if (*wrong == NULL)
        *wrong = check(c);
    return *wrong == NULL;
}

bool case_has(const struct case_part *p, const char *word)
{
    struct str rest = p->how;
    struct str one;

    while (str_split(&rest, ',', &one)) {
        if (str_eq(str_trim(one), str_of(word)))
            return true;
    }
    return false;
}

struct str case_field(struct str fields, struct str name, bool *is_there)
{
    struct str line;

    while (str_split(&fields, '\n', &line)) {
        struct str key = str_before(line, ':');

        if (!str_eq_nocase(key, name))
            continue;
        if (is_there != NULL)
            *is_there = true;
        return str_trim(str_skip(line, key.n + 1));
    }
    if (is_there != NULL)
        *is_there = false;
    return (struct str){0};
}

struct str case_media(const struct case_part *p)
{
    struct str type = case_field(p->fields, STR("content-type"), NULL);
    struct str b = p->body;

    if (type.n != 0)
        return http_media_type(type);
    if (case_has(p, "event stream"))
        return STR("application/vnd.amazon.eventstream");
    if (str_starts(b, STR("data:")) || str_starts(b, STR("event:")) ||
        str_starts(b, STR(":")) || str_starts(b, STR("id:")))
        return STR("text/event-stream");
    return STR("application/json");
}

static void add_lines(struct buf *out, struct str text, bool crlf)
{
    for (size_t i = 0; i < text.n; i++) {
        if (crlf && text.p[i] == '\n')
            buf_add_char(out, '\r');
        buf_add_char(out, text.p[i]);
    }
}

struct str case_bytes(const struct case_part *p, struct arena *a)
{
    struct buf out;
    struct str media = case_media(p);
    bool crlf = case_has(p, "crlf");

    buf_init(&out, arena_mem(a), TEXT_MAX);
    if (case_has(p, "event stream")) {
        frames_write(&out, p->body);
    } else {
        add_lines(&out, p->body, crlf);
        if (case_has(p, "cut inside") || p->body.n == 0)
            return buf_str(&out);
        if (str_eq(media, STR("text/event-stream")))
            add_lines(&out, STR("\n\n"), crlf);
        if (str_eq(media, STR("application/x-ndjson")) ||
            case_has(p, "newline"))
            add_lines(&out, STR("\n"), crlf);
    }
    return buf_str(&out);
}

struct str case_fill(struct str text, struct str id, struct str now,
                     struct arena *a)
{
    struct buf out;

    buf_init(&out, arena_mem(a), TEXT_MAX);
    while (text.n != 0) {
        size_t at = str_find(text, '$');

        buf_add(&out, str_first(text, at));
        text = str_skip(text, at);
        if (str_starts(text, STR("$id"))) {
            buf_add(&out, id);
            text = str_skip(text, 3);
        } else if (str_starts(text, STR("$now"))) {
            buf_add(&out, now);
            text = str_skip(text, 4);
        } else if (text.n != 0) {
            buf_add_char(&out, '$');
            text = str_skip(text, 1);
        }
    }
    return buf_str(&out);
}
