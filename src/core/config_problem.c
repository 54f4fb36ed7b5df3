/* SPDX-License-Identifier: MIT */
/* What is wrong with a configuration, said so that it can be put right: where,
 * what is accepted, and which known name was probably meant. Values are never
 * repeated, as any of them may be a key in the wrong place. */
#include "core/config_parts.h"

#include "core/base/base.h"

enum { SHOWN_BYTES = 80 };

/* ---- places ---- */

static void place(struct problem *p, struct str text, size_t at)
{
    p->line = p->column = 1;
    for (size_t i = 0; i < at && i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c == '\n') {
            p->line++;
            p->column = 1;
        } else if ((c & 0xC0) != 0x80) { /* one column a character */
            p->column++;
        }
    }
}

struct str config_join(struct loader *l, struct str a, struct str b,
                       struct str c)
{
    const struct str parts[] = {a, b, c};
    char *p = arena_get(&l->c->arena, a.n + b.n + c.n);
    size_t n = 0;

    if (p == NULL) {
        l->out_of_memory = true;
        return (struct str){0};
    }
    for (size_t i = 0; i < SL_LEN(parts); i++) {
        if (parts[i].n != 0)
            memcpy(p + n, parts[i].p, parts[i].n);
        n += parts[i].n;
    }
    return (struct str){p, n};
}

/* More than can be kept is only counted; a file of nothing but mistakes must
 * not take long. */
static bool is_room(const struct loader *l)
{
    return l->problems->n < CONFIG_PROBLEMS;
}

static void add(struct loader *l, const struct problem *p)
{
    struct problems *all = l->problems;

    if (is_room(l)) {
        all->v[all->n] = *p;
        all->v[all->n].file = config_join(l, p->file, STR(""), STR(""));
    }
    all->n++;
    all->n_errors += !p->is_warning;
}

static void say(struct loader *l, const struct given *g, struct problem p)
{
    p.file = g->source;
    if (is_room(l))
        p.where = config_join(l, g->where, STR(""), STR(""));
    if (is_room(l) && g->json.doc == &l->file) {
        size_t at = (size_t)(json_raw(g->json).p - l->file.text.p);

        place(&p, l->from->file_text, at);
    }
    add(l, &p);
}

void config_wrong(struct loader *l, const struct given *g, struct str what)
{
    say(l, g, (struct problem){.what = what});
}

void config_warn(struct loader *l, const struct given *g, struct str what)
{
    say(l, g, (struct problem){.what = what, .is_warning = true});
}

void config_wrong_at(struct loader *l, size_t at, struct str what)
{
    struct problem p = {.file = l->from->file_name, .what = what};

    place(&p, l->from->file_text, at);
    add(l, &p);
}

static void check_object(struct loader *l, struct jval object,
                         const struct given *as)
{
    struct jval_iter it = json_iter(object);
    struct given g = *as;
    struct str name;
    unsigned seen = 0;

    if (!json_duplicates(object, &name))
        return;
    while (json_iter_next(&it)) {
        if (!json_text_eq(it.name, name) || ++seen < 2)
            continue;
        g.json = it.name;
        g.where = config_join(l, as->where,
                              as->where.n == 0 ? STR("") : STR(": "), name);
        config_wrong(l, &g, STR("this name stands twice in one object"));
        return;
    }
}

void config_check_twins(struct loader *l, const struct json *doc,
                        const struct given *as)
{
    for (uint32_t i = 0; i < doc->n; i++)
        if (doc->nodes[i].type == JSON_OBJECT)
            check_object(l, (struct jval){doc, i}, as);
}

/* ---- near names ---- */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Typing errors between two names: a letter too many, missing or wrong, two
 * of them exchanged (Damerau and Levenshtein, restricted); case does not
 * count. SIZE_MAX when a name is too long to be one of ours. */
static size_t distance(struct str a, struct str b)
{
    size_t rows[3][CONFIG_NAME_BYTES + 1];
    size_t *two = rows[0], *one = rows[1], *now = rows[2];

    if (a.n > CONFIG_NAME_BYTES || b.n > CONFIG_NAME_BYTES)
        return SIZE_MAX;
    for (size_t j = 0; j <= b.n; j++)
        one[j] = two[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t *oldest = two;

        now[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            char x = char_lower(a.p[i - 1]), y = char_lower(b.p[j - 1]);

            now[j] = least(one[j], now[j - 1]) + 1;
            now[j] = least(now[j], one[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == char_lower(b.p[j - 2]) &&
                y == char_lower(a.p[i - 2]))
                now[j] = least(now[j], two[j - 2] + 1);
        }
        two = one;
        one = now;
        now = oldest;
    }
    return one[b.n];
}

struct str config_nearest(const struct names *known, struct str name,
                          size_t most)
{
    struct str best = {0};
    size_t best_errors = most + 1;

    for (size_t i = 0; i < known->n; i++) {
        size_t errors = distance(name, known->v[i]);

        if (str_eq(known->v[i], name))
            return (struct str){0};
        if (errors < best_errors) {
            best_errors = errors;
            best = known->v[i];
        }
    }
    return best;
}

struct str config_suggest(struct loader *l, struct str what, struct str name,
                          const struct names *known)
{
    size_t most = least(name.n / 3 + 1, 3);
    struct str near, text;

    if (!is_room(l))
        return what;
    near = config_nearest(known, name, most);
    if (near.n != 0) {
        text = config_join(l, what, STR("; did you mean "), near);
        return config_join(l, text, STR("?"), STR(""));
    }
    if (known->n == 0 || known->n > 16)
        return what;
    text = config_join(l, what, STR("; known are "), known->v[0]);
    for (size_t i = 1; i < known->n; i++)
        text = config_join(l, text, STR(", "), known->v[i]);
    return text;
}

/* ---- as text ---- */

/* Names come from a file that anyone may have written: nothing in them can
 * end the line or steer a terminal. */
static void write_safe(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c >= ' ' && c < 0x7F) {
            buf_add_char(out, s.p[i]);
        } else {
            buf_add(out, STR("\\x"));
            buf_add_hex(out, c, 2);
        }
    }
}

void problem_write(struct buf *out, const struct problem *p)
{
    write_safe(out, p->file);
    if (p->line != 0) {
        buf_add_char(out, ':');
        buf_add_u64(out, p->line);
        buf_add_char(out, ':');
        buf_add_u64(out, p->column);
    }
    buf_add(out, p->file.n == 0 ? STR("") : STR(": "));
    buf_add(out, p->is_warning ? STR("warning: ") : STR(""));
    if (p->where.n != 0) {
        write_safe(out, str_first(p->where, SHOWN_BYTES));
        buf_add(out, p->where.n > SHOWN_BYTES ? STR("...: ") : STR(": "));
    }
    write_safe(out, p->what);
    buf_add_char(out, '\n');
}
