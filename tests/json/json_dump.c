/* SPDX-License-Identifier: MIT */
/* What our JSON reader makes of many texts, for check_json.py to compare.
 *
 * Standard input is a sequence of texts, each behind its length (a line with a
 * decimal number). For each a line goes to standard output:
 *
 *     bad 17            refused, with the offset of the error
 *     limit 128         refused for a limit
 *     ok VALUE          n t f; #HEX [I] for a number: the bits of the double
 *                       or "inf", and the integer when it is one; "HEX for a
 *                       string; [ ... ] and { name value ... }
 *
 * With the argument "write" the inputs are any bytes, and each line is the JSON
 * string that is written for them.
 *
 * Every text that is read must also be seen alike by the scan, and be the same
 * after it was written and read again; else the line says how it is not. */
#include "core/base/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

_Noreturn void sl_panic(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    abort();
}

static void *heap_get(void *ctx, size_t n)
{
    (void)ctx;
    return malloc(n == 0 ? 1 : n);
}

static void heap_put(void *ctx, void *p, size_t n)
{
    (void)ctx;
    (void)n;
    free(p);
}

static const struct sl_mem heap = {heap_get, heap_put, NULL};

/* ---- the canonical form ---- */

static void dump_text(struct buf *out, struct jval v, struct arena *a)
{
    struct str text;

    SL_ASSERT(json_text(v, a, &text));
    SL_ASSERT(json_text_eq(v, text));
    buf_add_char(out, '"');
    for (size_t i = 0; i < text.n; i++)
        buf_add_hex(out, (unsigned char)text.p[i], 2);
}

static void dump_number(struct buf *out, struct jval v)
{
    double d;
    int64_t i;
    uint64_t bits;

    buf_add_char(out, '#');
    if (json_f64(v, &d)) {
        memcpy(&bits, &d, sizeof(bits));
        buf_add_hex(out, bits, 16);
    } else {
        buf_add(out, STR("inf"));
    }
    if (json_i64(v, &i)) {
        buf_add_char(out, ' ');
        buf_add_i64(out, i);
    }
}

static void dump(struct buf *out, struct jval v, struct arena *a)
{
    struct jval_iter it = json_iter(v);

    switch (json_type(v)) {
    case JSON_NONE:
        buf_add(out, STR("nothing"));
        return;
    case JSON_NULL:
        buf_add_char(out, 'n');
        return;
    case JSON_TRUE:
        buf_add_char(out, 't');
        return;
    case JSON_FALSE:
        buf_add_char(out, 'f');
        return;
    case JSON_NUMBER:
        dump_number(out, v);
        return;
    case JSON_STRING:
        dump_text(out, v, a);
        return;
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    buf_add(out, json_is_obj(v) ? STR("{ ") : STR("[ "));
    while (json_iter_next(&it)) {
        if (json_is_obj(v)) {
            dump_text(out, it.name, a);
            buf_add_char(out, ' ');
        }
        dump(out, it.value, a);
        buf_add_char(out, ' ');
    }
    buf_add_char(out, json_is_obj(v) ? '}' : ']');
}

/* ---- what must hold of a text that was read ---- */

/* Writes v anew. */
static void rewrite(struct buf *out, struct jval v, struct arena *a)
{
    struct jval_iter it = json_iter(v);
    struct str text;
    double d;
    bool first = true;

    if (json_text(v, a, &text)) {
        json_str(out, text);
        return;
    }
    if (json_f64(v, &d)) {
        json_f64_write(out, d);
        return;
    }
    if (!json_is_obj(v) && !json_is_arr(v)) {
        buf_add(out, json_raw(v));
        return;
    }
    buf_add_char(out, json_is_obj(v) ? '{' : '[');
    while (json_iter_next(&it)) {
        if (!first)
            buf_add_char(out, ',');
        first = false;
        if (json_text(it.name, a, &text))
            json_key(out, text);
        rewrite(out, it.value, a);
    }
    buf_add_char(out, json_is_obj(v) ? '}' : ']');
}

/* Without the integers, which a number that is one may lose when it is written
 * as the nearest double. */
static struct str doubles(struct str dumped, struct arena *a)
{
    char *to = arena_get(a, dumped.n);
    size_t n = 0;

    SL_ASSERT(to != NULL);
    for (size_t i = 0; i < dumped.n; i++) {
        char next = i + 1 < dumped.n ? dumped.p[i + 1] : ' ';
        bool begins =
            dumped.p[i] == ' ' && (next == '-' || char_is_digit(next));

        while (begins && i + 1 < dumped.n && dumped.p[i + 1] != ' ')
            i++;
        if (!begins)
            to[n++] = dumped.p[i];
    }
    return (struct str){to, n};
}

static bool reads_back(struct jval v, struct str dumped, struct arena *a)
{
    struct buf text;
    struct buf again;
    struct json doc;

    buf_init(&text, arena_mem(a), SIZE_MAX);
    buf_init(&again, arena_mem(a), SIZE_MAX);
    rewrite(&text, v, a);
    if (json_parse(&doc, buf_str(&text), a, NULL, NULL) != SL_OK)
        return false;
    dump(&again, json_root(&doc), a);
    return str_eq(doubles(buf_str(&again), a), doubles(dumped, a));
}

/* The scan finds the same slices, and steps over the same ones. */
static bool scans_alike(struct jval v, struct str text, struct arena *a)
{
    struct jval_iter it = json_iter(v);
    struct str rest = json_raw(v);
    struct str name;
    struct str value;

    if (json_is_obj(v) && json_scan(text, NULL, 0, NULL) != SL_OK)
        return false;
    while (json_iter_next(&it)) {
        struct json_want want = {0};
        enum sl_rc rc = SL_DUPLICATE;

        if (json_is_obj(v)) {
            SL_ASSERT(json_text(it.name, a, &want.name));
            rc = json_scan(text, &want, 1, NULL);
            if (!json_next_member(&rest, &name, &value) ||
                name.p != json_raw(it.name).p ||
                !str_eq(name, json_raw(it.name)))
                return false;
        } else if (!json_next_element(&rest, &value)) {
            return false;
        }
        if (value.p != json_raw(it.value).p ||
            !str_eq(value, json_raw(it.value)) ||
            (rc != SL_DUPLICATE && (rc != SL_OK || want.value.p != value.p ||
                                    want.value.n != value.n)))
            return false;
    }
    return !(json_is_obj(v) ? json_next_member(&rest, &name, &value)
                            : json_next_element(&rest, &value));
}

static void answer(struct str text)
{
    struct arena a;
    struct buf out;
    struct json doc;
    struct err err = {0};

    arena_init(&a, &heap, 65536, SIZE_MAX);
    buf_init(&out, arena_mem(&a), SIZE_MAX);
    switch ((int)json_parse(&doc, text, &a, NULL, &err)) {
    case SL_OK:
        dump(&out, json_root(&doc), &a);
        if (!reads_back(json_root(&doc), buf_str(&out), &a))
            printf("does not read back: ");
        if (!scans_alike(json_root(&doc), text, &a))
            printf("is scanned otherwise: ");
        printf("ok %.*s\n", (int)out.n, out.p);
        break;
    case SL_TOO_LARGE:
        printf("limit %zu\n", err.at);
        break;
    default:
        printf("bad %zu\n", err.at);
    }
    arena_release(&a);
}

static void write_string(struct str bytes)
{
    struct buf out;

    buf_init(&out, &heap, SIZE_MAX);
    json_str(&out, bytes);
    printf("%.*s\n", (int)out.n, out.p);
    buf_release(&out);
}

int main(int argc, char **argv)
{
    bool writes = argc > 1 && strcmp(argv[1], "write") == 0;
    char line[32];

    while (fgets(line, sizeof(line), stdin) != NULL) {
        size_t n = strtoul(line, NULL, 10);
        /* Of exactly its size, so that a checker sees one byte too far. */
        char *text = malloc(n == 0 ? 1 : n);

        if (text == NULL || fread(text, 1, n, stdin) != n)
            return 1;
        if (writes)
            write_string((struct str){text, n});
        else
            answer((struct str){text, n});
        free(text);
    }
    return feof(stdin) ? 0 : 1;
}
