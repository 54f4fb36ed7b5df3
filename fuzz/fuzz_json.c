/* SPDX-License-Identifier: MIT */
/* Whatever is parsed is scanned too, with the same slices; written and parsed
 * again it is the same. What is not parsed leaves an offset inside. */
#include "core/base/json.h"

#include "fuzz.h"

static void rewrite(struct buf *out, struct jval v, struct arena *a)
{
    struct jval_iter it = json_iter(v);
    struct str text;
    double d;

    if (json_text(v, a, &text))
        json_str(out, text);
    else if (json_f64(v, &d))
        json_f64_write(out, d);
    else if (!json_is_arr(v) && !json_is_obj(v))
        buf_add(out, json_raw(v));
    else
        buf_add_char(out, json_is_obj(v) ? '{' : '[');
    for (uint32_t n = 0; json_iter_next(&it); n++) {
        if (n != 0)
            buf_add_char(out, ',');
        if (json_text(it.name, a, &text))
            json_key(out, text);
        rewrite(out, it.value, a);
    }
    if (json_is_arr(v) || json_is_obj(v))
        buf_add_char(out, json_is_obj(v) ? '}' : ']');
}

static bool same(struct jval x, struct jval y, struct arena *a)
{
    struct jval_iter i = json_iter(x);
    struct jval_iter j = json_iter(y);
    struct str text = {0};
    double d = 0;
    double e = 0;

    if (json_type(x) != json_type(y) || json_count(x) != json_count(y))
        return false;
    if (json_text(x, a, &text))
        return json_text_eq(y, text);
    if (json_f64(x, &d) != json_f64(y, &e) || !(d >= e && d <= e))
        return false;
    while (json_iter_next(&i) && json_iter_next(&j)) {
        if (!same(i.name, j.name, a) || !same(i.value, j.value, a))
            return false;
    }
    return true;
}

/* x is an object of the text. */
static void check_scan(struct str text, struct jval x, struct arena *a)
{
    struct jval_iter it = json_iter(x);
    struct json_want want = {0};
    struct str rest = text;
    struct str name;
    struct str value;

    FUZZ_CHECK(json_scan(text, NULL, 0, NULL) == SL_OK);
    while (json_iter_next(&it)) {
        FUZZ_CHECK(json_next_member(&rest, &name, &value));
        FUZZ_CHECK(name.p == json_raw(it.name).p);
        FUZZ_CHECK(value.p == json_raw(it.value).p);
        FUZZ_CHECK(value.n == json_raw(it.value).n);
        if (it.left > 8) /* each costs a scan */
            continue;
        FUZZ_CHECK(json_text(it.name, a, &want.name));
        if (json_scan(text, &want, 1, NULL) == SL_OK) {
            FUZZ_CHECK(want.value.p == value.p && want.value.n == value.n);
            FUZZ_CHECK(json_get(x, want.name).i == it.value.i);
        } else {
            FUZZ_CHECK(json_duplicates(x, NULL));
        }
    }
    FUZZ_CHECK(!json_next_member(&rest, &name, &value));
}

/* Nothing but steps, over what only the scan has seen. */
static void walk_raw(struct str raw, int depth)
{
    struct str name;
    struct str value;
    struct str rest = raw;
    double d;
    int64_t i;

    FUZZ_CHECK(!json_raw_i64(raw, &i) || json_raw_f64(raw, &d));
    while (depth > 0 && json_next_element(&rest, &value))
        walk_raw(value, depth - 1);
    rest = raw;
    while (depth > 0 && json_next_member(&rest, &name, &value))
        walk_raw(value, depth - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size);
    struct json_want want = {.name = STR_INIT("a")};
    struct err err = {0};
    struct json doc, again;
    struct arena a;
    struct buf out;

    arena_init(&a, &fuzz_mem, 4096, SIZE_MAX);
    buf_init(&out, arena_mem(&a), SIZE_MAX);
    if (json_scan(in, &want, 1, NULL) == SL_OK)
        walk_raw(in, 6);
    if (json_parse(&doc, in, &a, NULL, &err) == SL_OK) {
        if (json_is_obj(json_root(&doc)))
            check_scan(in, json_root(&doc), &a);
        rewrite(&out, json_root(&doc), &a);
        FUZZ_CHECK(json_parse(&again, buf_str(&out), &a, NULL, NULL) == SL_OK);
        FUZZ_CHECK(same(json_root(&doc), json_root(&again), &a));
    } else {
        FUZZ_CHECK(err.has_at && err.at <= in.n);
    }
    arena_release(&a);
    fuzz_free(in);
    return 0;
}
