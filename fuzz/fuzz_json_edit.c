/* SPDX-License-Identifier: MIT */
/* The first bytes choose what is done to each member of an object and whether
 * some are added; the rest is the text. A model built member by member must
 * parse to the same, and the pieces must be what is written. */
#include "core/base/json.h"

#include "fuzz.h"

enum { MAX_PIECES = 4096 };

/* What is left of the object, as a plain writer would say it. */
struct model {
    struct buf out;
    uint32_t n;
};

static void model_add(struct model *m, struct str name, struct str raw)
{
    buf_add_char(&m->out, m->n++ == 0 ? '{' : ',');
    buf_add(&m->out, name);
    buf_add_char(&m->out, ':');
    buf_add(&m->out, raw);
}

static void edit_members(struct json_edit *e, struct str text, uint8_t choices,
                         struct model *m)
{
    struct str rest = text;
    struct str name;
    struct str value;

    while (json_next_member(&rest, &name, &value)) {
        struct str member = str_range(name.p, value.p + value.n);

        switch (choices & 3) {
        case 0:
            json_edit_remove(e, text, member);
            break;
        case 1:
            json_edit_replace(e, value, STR("[]"));
            model_add(m, name, STR("[]"));
            break;
        default:
            model_add(m, name, value);
        }
        choices = (uint8_t)(choices >> 2 | (choices & 3) << 6);
    }
}

static void check_pieces(struct json_edit *e, struct str want)
{
    static struct str pieces[MAX_PIECES];
    size_t total = 0;
    size_t at = 0;
    size_t n = json_edit_pieces(e, pieces, MAX_PIECES, &total);

    FUZZ_CHECK(n <= 8 * e->n + 1 || n == 0);
    if (n == 0)
        return;
    FUZZ_CHECK(total == want.n);
    for (size_t i = 0; i < n; i++) {
        FUZZ_CHECK(pieces[i].n != 0 && pieces[i].n <= want.n - at);
        FUZZ_CHECK(memcmp(pieces[i].p, want.p + at, pieces[i].n) == 0);
        at += pieces[i].n;
    }
    FUZZ_CHECK(at == want.n);
}

/* Without the spaces between the words: all that may differ. */
static void pack(struct buf *out, struct str text)
{
    bool inside = false;

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (inside || (c != ' ' && c != '\n' && c != '\r' && c != '\t'))
            buf_add_char(out, c);
        if (inside && c == '\\' && i + 1 < text.n)
            buf_add_char(out, text.p[++i]);
        else if (c == '"')
            inside = !inside;
    }
}

static void check(struct str text, uint8_t choices, uint8_t adds,
                  struct arena *a)
{
    struct model m = {.n = 0};
    struct buf out, got, want;
    struct json_edit e;

    buf_init(&m.out, arena_mem(a), SIZE_MAX);
    buf_init(&out, arena_mem(a), SIZE_MAX);
    buf_init(&got, arena_mem(a), SIZE_MAX);
    buf_init(&want, arena_mem(a), SIZE_MAX);
    json_edit_init(&e, text, a);
    if (adds & 4)
        json_edit_insert(&e, text, STR("x\""), STR("1"));
    edit_members(&e, text, choices, &m);
    if (adds & 4)
        model_add(&m, STR("\"x\\\"\""), STR("1"));
    if (adds & 1) {
        json_edit_insert(&e, text, STR("y"), STR("{}"));
        model_add(&m, STR("\"y\""), STR("{}"));
    }
    buf_add(&m.out, m.n == 0 ? STR("{}") : STR("}"));
    json_edit_write(&e, &out);
    FUZZ_CHECK(!out.failed);
    FUZZ_CHECK(json_scan(buf_str(&out), NULL, 0, NULL) == SL_OK);
    pack(&got, buf_str(&out));
    pack(&want, buf_str(&m.out));
    FUZZ_CHECK(str_eq(buf_str(&got), buf_str(&want)));
    check_pieces(&e, buf_str(&out));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size);
    struct str text = in;
    uint8_t choices = fuzz_byte(&text);
    uint8_t adds = fuzz_byte(&text);
    struct json doc;
    struct arena a;

    arena_init(&a, &fuzz_mem, 4096, SIZE_MAX);
    if (json_parse(&doc, text, &a, NULL, NULL) == SL_OK &&
        json_is_obj(json_root(&doc)))
        check(json_raw(json_root(&doc)), choices, adds, &a);
    arena_release(&a);
    fuzz_free(in);
    return 0;
}
