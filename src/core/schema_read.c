/* SPDX-License-Identifier: MIT */
/* From the Schema of OpenAPI 3.0, as Google's SDKs write it, to JSON Schema:
 * types in small letters, null among them, counts as numbers. Names come in
 * both of the spellings that proto JSON accepts. */
#include "core/schema.h"

#include "core/base/num.h"

enum { OUT_BYTES = 16 * 1024 * 1024 }; /* the arena is the nearer limit */

enum kind {
    KEEP,
    COUNT, /* an integer, which proto JSON may write as a string */
    TYPE,
    NULLABLE,
    EXAMPLE,
    CHILD, /* a schema or a boolean */
    LIST,  /* of schemas */
    MAP,   /* of schemas by name */
    FORMAT,
};

static const struct {
    struct str name, snake, to;
    enum kind kind;
} rows[] = {
    {STR_INIT("type"), {0}, STR_INIT("type"), TYPE},
    {STR_INIT("nullable"), {0}, {0}, NULLABLE},
    {STR_INIT("format"), {0}, STR_INIT("format"), FORMAT},
    {STR_INIT("example"), {0}, STR_INIT("examples"), EXAMPLE},
    {STR_INIT("items"), {0}, STR_INIT("items"), CHILD},
    {STR_INIT("properties"), {0}, STR_INIT("properties"), MAP},
    {STR_INIT("additionalProperties"), STR_INIT("additional_properties"),
     STR_INIT("additionalProperties"), CHILD},
    {STR_INIT("anyOf"), STR_INIT("any_of"), STR_INIT("anyOf"), LIST},
    {STR_INIT("defs"), STR_INIT("$defs"), STR_INIT("$defs"), MAP},
    {STR_INIT("ref"), STR_INIT("$ref"), STR_INIT("$ref"), KEEP},
    {STR_INIT("propertyOrdering"), STR_INIT("property_ordering"),
     STR_INIT("propertyOrdering"), KEEP},
    {STR_INIT("minItems"), STR_INIT("min_items"), STR_INIT("minItems"), COUNT},
    {STR_INIT("maxItems"), STR_INIT("max_items"), STR_INIT("maxItems"), COUNT},
    {STR_INIT("minLength"), STR_INIT("min_length"), STR_INIT("minLength"),
     COUNT},
    {STR_INIT("maxLength"), STR_INIT("max_length"), STR_INIT("maxLength"),
     COUNT},
    {STR_INIT("minProperties"), STR_INIT("min_properties"),
     STR_INIT("minProperties"), COUNT},
    {STR_INIT("maxProperties"), STR_INIT("max_properties"),
     STR_INIT("maxProperties"), COUNT},
};

static void write_schema(struct jval v, struct arena *a, struct buf *out);

/* A raw string in small letters: types are plain words. */
static void write_lower(struct str raw, struct buf *out)
{
    for (size_t i = 0; i < raw.n; i++)
        buf_add_char(out, char_lower(raw.p[i]));
}

static void write_type(struct jval v, bool is_nullable, struct buf *out)
{
    if (!json_is_str(v) || json_text_eq(v, STR("TYPE_UNSPECIFIED")))
        return;
    json_member(out, STR("type"));
    if (is_nullable)
        buf_add_char(out, '[');
    write_lower(json_raw(v), out);
    if (is_nullable)
        buf_add(out, STR(",\"null\"]"));
}

static void write_map(struct jval v, struct arena *a, struct buf *out)
{
    struct jval_iter it = json_iter(v);

    buf_add_char(out, '{');
    while (json_is_obj(v) && json_iter_next(&it)) {
        json_next(out);
        buf_add(out, json_raw(it.name));
        buf_add_char(out, ':');
        write_schema(it.value, a, out);
    }
    buf_add_char(out, '}');
}

static void write_count(struct jval v, struct arena *a, struct buf *out)
{
    struct str text;
    uint64_t n;

    if (!json_is_str(v))
        buf_add(out, json_raw(v));
    else
        buf_add_u64(out, json_text(v, a, &text) && num_u64(text, &n) ? n : 0);
}

/* anyOf has no type to put null into: it is one more branch. */
static void write_any(struct jval v, bool is_nullable, struct arena *a,
                      struct buf *out)
{
    struct jval_iter it = json_iter(v);

    json_member(out, STR("anyOf"));
    buf_add_char(out, '[');
    while (json_is_arr(v) && json_iter_next(&it)) {
        json_next(out);
        write_schema(it.value, a, out);
    }
    if (is_nullable) {
        json_next(out);
        buf_add(out, STR("{\"type\":\"null\"}"));
    }
    buf_add_char(out, ']');
}

static void write_row(struct jval v, size_t row, struct arena *a,
                      struct buf *out)
{
    if (rows[row].kind == FORMAT && json_text_eq(v, STR("enum")))
        return;
    json_member(out, rows[row].to);
    switch (rows[row].kind) {
    case COUNT:
        write_count(v, a, out);
        break;
    case EXAMPLE:
        buf_add_char(out, '[');
        buf_add(out, json_raw(v));
        buf_add_char(out, ']');
        break;
    case CHILD:
        write_schema(v, a, out);
        break;
    case MAP:
        write_map(v, a, out);
        break;
    case KEEP:
    case FORMAT:
    case TYPE:
    case NULLABLE:
    case LIST:
        buf_add(out, json_raw(v));
        break;
    }
}

static size_t row_of(struct jval name)
{
    size_t i = 0;

    while (i < SL_LEN(rows) && !json_text_eq(name, rows[i].name) &&
           (rows[i].snake.n == 0 || !json_text_eq(name, rows[i].snake)))
        i++;
    return i;
}

/* A list of values that null may be one of. */
static void write_enum(struct jval v, bool is_nullable, struct buf *out)
{
    struct jval_iter it = json_iter(v);

    json_member(out, STR("enum"));
    buf_add_char(out, '[');
    while (json_iter_next(&it)) {
        json_next(out);
        buf_add(out, json_raw(it.value));
    }
    if (is_nullable) {
        json_next(out);
        buf_add(out, STR("null"));
    }
    buf_add_char(out, ']');
}

static void write_member(const struct jval_iter *it, bool is_nullable,
                         struct arena *a, struct buf *out)
{
    size_t row = row_of(it->name);

    if (json_is_arr(it->value) && json_text_eq(it->name, STR("enum"))) {
        write_enum(it->value, is_nullable, out);
    } else if (row == SL_LEN(rows)) {
        json_next(out);
        buf_add(out, json_raw(it->name));
        buf_add_char(out, ':');
        buf_add(out, json_raw(it->value));
    } else if (rows[row].kind == TYPE) {
        write_type(it->value, is_nullable, out);
    } else if (rows[row].kind == LIST) {
        write_any(it->value, is_nullable, a, out);
    } else if (rows[row].kind != NULLABLE) {
        write_row(it->value, row, a, out);
    }
}

static void write_schema(struct jval v, struct arena *a, struct buf *out)
{
    bool is_nullable = json_is_true(json_get(v, STR("nullable")));
    struct jval_iter it = json_iter(v);

    if (!json_is_obj(v)) {
        buf_add(out, json_raw(v));
        return;
    }
    buf_add_char(out, '{');
    while (json_iter_next(&it))
        write_member(&it, is_nullable, a, out);
    buf_add_char(out, '}');
}

struct str schema_from_openapi(struct jval schema, struct arena *a)
{
    struct buf out;

    buf_init(&out, arena_mem(a), OUT_BYTES);
    write_schema(schema, a, &out);
    return out.failed ? (struct str){0} : buf_str(&out);
}
