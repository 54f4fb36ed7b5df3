/* SPDX-License-Identifier: MIT */
/* Edits of a JSON text that leave every other byte as it is. Edits are only
 * noted, in the order of their places; the result is settled when it is asked
 * for. The hard idea is the comma: which one goes with a removed member, and
 * whether an inserted one needs one, depends on which of the neighbours stay,
 * so removals that touch are settled together, as a run. */
#include "core/base/json_lex.h"

enum { CUT_MEMBER, REPLACE, INSERT };

enum { FIRST_CAP = 4 };

struct json_change {
    size_t from, to;      /* bytes of the text it stands for; INSERT: none */
    size_t cut, cut_end;  /* the same with the commas, once settled */
    struct str name, raw; /* INSERT: of the member; REPLACE: raw alone */
    uint8_t kind;
    bool quoted; /* name is a JSON string already */
    bool comma;  /* INSERT: a comma goes in front */
};

void json_edit_init(struct json_edit *e, struct str text, struct arena *a)
{
    *e = (struct json_edit){.text = text, .arena = a};
}

/* Where a slice of the text begins. */
static size_t place(const struct json_edit *e, struct str slice)
{
    uintptr_t from = (uintptr_t)e->text.p;
    uintptr_t at = (uintptr_t)slice.p;

    SL_ASSERT(at >= from && at - from <= e->text.n &&
              slice.n <= e->text.n - (size_t)(at - from));
    return (size_t)(at - from);
}

static bool grow(struct json_edit *e)
{
    size_t cap = e->cap == 0 ? FIRST_CAP : 2 * e->cap;
    struct json_change *more;

    if (e->n < e->cap)
        return true;
    more = arena_array(e->arena, struct json_change, cap);
    if (more == NULL) {
        e->failed = true;
        return false;
    }
    if (e->n != 0)
        memcpy(more, e->changes, e->n * sizeof(*more));
    e->changes = more;
    e->cap = cap;
    return true;
}

/* Behind all that begin at the same place, so that calls keep their order. */
static void note(struct json_edit *e, struct json_change c)
{
    size_t i = e->n;

    if (!grow(e))
        return;
    while (i > 0 && e->changes[i - 1].from > c.from)
        i--;
    SL_ASSERT(i == 0 || e->changes[i - 1].to <= c.from);
    SL_ASSERT(i == e->n || c.to <= e->changes[i].from);
    memmove(&e->changes[i + 1], &e->changes[i], (e->n - i) * sizeof(c));
    e->changes[i] = c;
    e->n++;
}

void json_edit_replace(struct json_edit *e, struct str old, struct str raw)
{
    size_t from = place(e, old);

    SL_ASSERT(old.n != 0);
    note(e, (struct json_change){
                .from = from, .to = from + old.n, .raw = raw, .kind = REPLACE});
}

void json_edit_remove(struct json_edit *e, struct str object, struct str member)
{
    size_t from = place(e, member);
    size_t outer = place(e, object);

    SL_ASSERT(member.n != 0 && from > outer &&
              from + member.n < outer + object.n);
    note(e, (struct json_change){
                .from = from, .to = from + member.n, .kind = CUT_MEMBER});
}

/* Past the last byte before `at` that is no space. */
static size_t back(struct str text, size_t at)
{
    while (at > 0 && json_is_space(text.p[at - 1]))
        at--;
    return at;
}

static size_t ahead(struct str text, size_t at)
{
    while (at < text.n && json_is_space(text.p[at]))
        at++;
    return at;
}

/* What needs no escape may be borrowed. */
static bool is_plain(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];

        if (c < 0x20 || c > 0x7E || c == '"' || c == '\\')
            return false;
    }
    return true;
}

void json_edit_insert(struct json_edit *e, struct str object, struct str name,
                      struct str raw)
{
    struct json_change c = {.name = name, .raw = raw, .kind = INSERT};
    struct buf quoted;

    SL_ASSERT(object.n >= 2 && object.p[object.n - 1] == '}');
    c.from = c.to = back(e->text, place(e, object) + object.n - 1);
    if (!is_plain(name)) {
        buf_init(&quoted, arena_mem(e->arena), SIZE_MAX);
        json_str(&quoted, name);
        c.name = buf_str(&quoted);
        c.quoted = true;
        e->failed |= quoted.failed;
    }
    note(e, c);
}

/* ---- settling ---- */

/* Index past the run of removals that begins at i: neighbours with but a
 * comma between them. *trailing: no member of the object follows. */
static size_t run_end(const struct json_edit *e, size_t i, bool *trailing)
{
    for (;;) {
        size_t comma = ahead(e->text, e->changes[i].to);

        *trailing = comma == e->text.n || e->text.p[comma] != ',';
        i++;
        if (*trailing || i == e->n || e->changes[i].kind != CUT_MEMBER ||
            e->changes[i].from != ahead(e->text, comma + 1))
            return i;
    }
}

/* Settles the removals of one run; each takes the comma behind it, but the
 * last of an object, for which the run takes the one in front. True when the
 * object has no member left. */
static bool settle_run(struct json_edit *e, size_t i, size_t end, bool trailing)
{
    struct json_change *first = &e->changes[i];
    size_t before = back(e->text, first->from);

    for (; i < end; i++) {
        struct json_change *c = &e->changes[i];

        c->cut = c->from;
        c->cut_end =
            trailing && i + 1 == end ? c->to : ahead(e->text, c->to) + 1;
    }
    if (!trailing)
        return false;
    if (before == 0 || e->text.p[before - 1] != ',')
        return true;
    first->cut = before - 1;
    return false;
}

static void settle(struct json_edit *e)
{
    size_t emptied = SIZE_MAX; /* where an object lost its last member */
    size_t filled = SIZE_MAX;  /* where one was inserted */
    size_t i = 0;

    while (i < e->n) {
        struct json_change *c = &e->changes[i];
        bool trailing = false;
        size_t end = i + 1;

        c->cut = c->from;
        c->cut_end = c->to;
        if (c->kind == CUT_MEMBER) {
            end = run_end(e, i, &trailing);
            if (settle_run(e, i, end, trailing))
                emptied = e->changes[end - 1].to;
        } else if (c->kind == INSERT) {
            c->comma = c->from == filled ||
                       (c->from != emptied && e->text.p[c->from - 1] != '{');
            filled = c->from;
        }
        i = end;
    }
}

/* ---- what comes out ---- */

/* Either a buf, or an array of pieces. */
struct sink {
    struct buf *out;
    struct str *pieces;
    size_t cap, n, total;
    bool full;
};

static void put(struct sink *s, struct str piece)
{
    if (piece.n == 0)
        return;
    s->total += piece.n;
    if (s->out != NULL)
        buf_add(s->out, piece);
    else if (s->n < s->cap)
        s->pieces[s->n++] = piece;
    else
        s->full = true;
}

static void put_change(struct sink *s, const struct json_change *c)
{
    if (c->kind == INSERT && c->quoted) {
        put(s, c->comma ? STR(",") : STR(""));
        put(s, c->name);
        put(s, STR(":"));
    } else if (c->kind == INSERT) {
        put(s, c->comma ? STR(",\"") : STR("\""));
        put(s, c->name);
        put(s, STR("\":"));
    }
    put(s, c->raw);
}

static void put_all(struct json_edit *e, struct sink *s)
{
    size_t at = 0;

    settle(e);
    for (size_t i = 0; i < e->n; i++) {
        const struct json_change *c = &e->changes[i];

        put(s, str_range(e->text.p + at, e->text.p + c->cut));
        put_change(s, c);
        at = c->cut_end;
    }
    put(s, str_skip(e->text, at));
}

size_t json_edit_pieces(struct json_edit *e, struct str *pieces, size_t cap,
                        size_t *total)
{
    struct sink s = {.pieces = pieces, .cap = cap};

    if (!e->failed)
        put_all(e, &s);
    if (s.full || e->failed) {
        *total = 0;
        return 0;
    }
    *total = s.total;
    return s.n;
}

void json_edit_write(struct json_edit *e, struct buf *out)
{
    struct sink s = {.out = out};

    if (e->failed)
        out->failed = true;
    else
        put_all(e, &s);
}
