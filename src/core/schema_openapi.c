/* SPDX-License-Identifier: MIT */
/* The Schema of OpenAPI 3.0 as Gemini has it: no references, no lists of
 * types, null as a property of its own. What JSON Schema says by several types
 * or alternatives becomes one anyOf, each branch complete in itself. */
#include "core/schema_node.h"

static const struct {
    struct str name;    /* of JSON Schema */
    struct str capital; /* of OpenAPI */
    uint8_t type;
} types[] = {
    {STR_INIT("string"), STR_INIT("STRING"), SCHEMA_STRING},
    {STR_INIT("number"), STR_INIT("NUMBER"), SCHEMA_NUMBER},
    {STR_INIT("integer"), STR_INIT("INTEGER"), SCHEMA_INTEGER},
    {STR_INIT("boolean"), STR_INIT("BOOLEAN"), SCHEMA_BOOLEAN},
    {STR_INIT("array"), STR_INIT("ARRAY"), SCHEMA_ARRAY},
    {STR_INIT("object"), STR_INIT("OBJECT"), SCHEMA_OBJECT},
    {STR_INIT("null"), STR_INIT("NULL"), SCHEMA_NULL},
};

/* Formats it knows, by the types they belong to. */
static const struct {
    struct str name;
    uint8_t types;
} formats[] = {
    {STR_INIT("date-time"), SCHEMA_STRING}, {STR_INIT("enum"), SCHEMA_STRING},
    {STR_INIT("int32"), SCHEMA_INTEGER},    {STR_INIT("int64"), SCHEMA_INTEGER},
    {STR_INIT("float"), SCHEMA_NUMBER},     {STR_INIT("double"), SCHEMA_NUMBER},
};

/* ---- types ---- */

static bool is_several(unsigned mask)
{
    return mask != 0 && (mask & (mask - 1)) != 0;
}

static unsigned type_of(struct jval name)
{
    for (size_t i = 0; i < SL_LEN(types); i++) {
        if (json_text_eq(name, types[i].name))
            return types[i].type;
    }
    return 0;
}

/* Of one value of "type": a name or a list of them. */
static unsigned types_in(struct jval v)
{
    struct jval_iter it = json_iter(v);
    unsigned mask = json_is_str(v) ? type_of(v) : 0;

    while (json_is_arr(v) && json_iter_next(&it))
        mask |= type_of(it.value);
    return mask;
}

/* What all parts allow; an integer is a number. */
static unsigned types_said(struct schema_job *job,
                           const struct schema_node *node)
{
    struct jval values[SCHEMA_PARTS];
    size_t n = schema_values(node, STR("type"), values);
    unsigned mask = n == 0 ? 0 : types_in(values[0]);

    for (size_t i = 1; i < n; i++) {
        unsigned other = types_in(values[i]);

        if ((mask & SCHEMA_NUMBER) != 0 && (other & SCHEMA_NUMBER) == 0)
            mask |= SCHEMA_INTEGER;
        if ((other & SCHEMA_NUMBER) != 0)
            other |= mask & SCHEMA_INTEGER;
        mask &= other;
        if (mask == 0)
            schema_refuse(job, STR("asks for two types at once"));
    }
    return mask;
}

static unsigned type_of_value(struct jval v)
{
    switch (json_type(v)) {
    case JSON_STRING:
        return SCHEMA_STRING;
    case JSON_NUMBER:
        return SCHEMA_NUMBER;
    case JSON_TRUE:
    case JSON_FALSE:
        return SCHEMA_BOOLEAN;
    case JSON_ARRAY:
        return SCHEMA_ARRAY;
    case JSON_OBJECT:
        return SCHEMA_OBJECT;
    case JSON_NULL:
    case JSON_NONE:
        break;
    }
    return SCHEMA_NULL;
}

/* ---- values ---- */

/* const or enum, as a list; its own types go to *mask. */
static size_t values_allowed(const struct schema_node *node,
                             struct jval *values, unsigned *mask)
{
    size_t n = schema_values(node, STR("const"), values);
    struct jval_iter it;

    *mask = 0;
    if (n != 0) {
        *mask = type_of_value(values[0]);
        return 1;
    }
    if (schema_values(node, STR("enum"), values) == 0)
        return 0;
    it = json_iter(values[0]);
    while (json_iter_next(&it))
        *mask |= type_of_value(it.value);
    return json_count(values[0]);
}

static void write_value_name(struct schema_job *job, struct jval v)
{
    if (json_is_null(v))
        return;
    json_next(job->out);
    if (json_is_str(v))
        buf_add(job->out, json_raw(v));
    else
        json_str(job->out, json_raw(v));
}

/* Only strings can be listed: of other values the type is kept. */
static void write_enum(struct schema_job *job, const struct schema_node *node,
                       unsigned type)
{
    struct jval values[SCHEMA_PARTS];
    unsigned mask;
    struct jval_iter it;

    if (values_allowed(node, values, &mask) == 0 || mask == SCHEMA_NULL)
        return;
    if (type != SCHEMA_STRING) {
        schema_lose(job, STR("enum"), CHAT_DROPPED);
        return;
    }
    if ((mask & ~(unsigned)(SCHEMA_STRING | SCHEMA_NULL)) != 0)
        schema_lose(job, STR("enum"), CHAT_APPROXIMATED);
    json_member(job->out, STR("enum"));
    buf_add_char(job->out, '[');
    if (schema_values(node, STR("const"), values) != 0) {
        write_value_name(job, values[0]);
    } else {
        it = json_iter(values[0]);
        while (json_iter_next(&it))
            write_value_name(job, it.value);
    }
    buf_add_char(job->out, ']');
}

/* Without "type" the other keywords tell it. */
static unsigned guess_type(const struct schema_node *node)
{
    struct jval values[SCHEMA_PARTS];
    unsigned mask;

    if (values_allowed(node, values, &mask) != 0) {
        mask &= ~(unsigned)SCHEMA_NULL;
        /* Several types in one list: as text. */
        return is_several(mask) ? SCHEMA_STRING : mask;
    }
    for (size_t i = 0; i < schema_keywords_n; i++) {
        unsigned known = schema_keywords[i].types;

        if (known != 0 && !is_several(known) &&
            schema_values(node, schema_keywords[i].name, values) != 0)
            return known;
    }
    return 0;
}

/* ---- keywords of one type ---- */

static void write_format(struct schema_job *job, const struct schema_node *node,
                         unsigned type)
{
    struct jval values[SCHEMA_PARTS];

    if (schema_values(node, STR("format"), values) == 0)
        return;
    for (size_t i = 0; i < SL_LEN(formats); i++) {
        if (json_text_eq(values[0], formats[i].name) &&
            (formats[i].types & type) != 0) {
            json_member(job->out, STR("format"));
            buf_add(job->out, json_raw(values[0]));
            return;
        }
    }
    schema_lose(job, STR("format"), CHAT_DROPPED);
}

/* A list that says what stands where becomes: any of these. An array without
 * items is refused there. */
static void write_items(struct schema_job *job, const struct schema_node *node)
{
    struct jval values[SCHEMA_PARTS];
    struct jval first[SCHEMA_PARTS];
    size_t n = schema_values(node, STR("items"), values);
    size_t n_first = schema_values(node, STR("prefixItems"), first);
    struct jval_iter it;

    if (n != 0 && json_is_arr(values[0])) {
        first[0] = values[0];
        n_first = 1;
        n = 0;
    }
    json_member(job->out, STR("items"));
    if (n_first == 0) {
        schema_write_child(job, node, values, n);
        return;
    }
    schema_lose(job, STR("prefixItems"), CHAT_APPROXIMATED);
    buf_add(job->out, STR("{\"anyOf\":["));
    it = json_iter(first[0]);
    while (json_iter_next(&it)) {
        json_next(job->out);
        schema_write_child(job, node, &it.value, 1);
    }
    if (n != 0 && json_is_obj(values[0])) {
        json_next(job->out);
        schema_write_child(job, node, values, n);
    }
    buf_add(job->out, STR("]}"));
}

static bool is_property(struct schema_job *job, const struct schema_node *node,
                        struct jval name)
{
    struct jval maps[SCHEMA_PARTS];
    size_t n = schema_values(node, STR("properties"), maps);
    struct str text;

    if (!json_text(name, job->arena, &text))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (schema_afford(job, json_count(maps[i])) &&
            json_type(json_get(maps[i], text)) != JSON_NONE)
            return true;
    }
    return false;
}

/* A required name that no property has is refused there. Returns how many
 * names are written by now. */
static size_t write_names(struct schema_job *job,
                          const struct schema_node *node, struct jval list,
                          size_t n)
{
    struct jval_iter it = json_iter(list);

    while (job->refused.n == 0 && json_is_arr(list) && json_iter_next(&it)) {
        if (!is_property(job, node, it.value)) {
            schema_lose(job, STR("required"), CHAT_APPROXIMATED);
            continue;
        }
        buf_add(job->out, n++ == 0 ? STR(",\"required\":[") : STR(","));
        buf_add(job->out, json_raw(it.value));
    }
    return n;
}

static void write_required(struct schema_job *job,
                           const struct schema_node *node)
{
    struct jval lists[SCHEMA_PARTS];
    size_t n = schema_values(node, STR("required"), lists);
    size_t n_written = 0;

    for (size_t i = 0; i < n; i++)
        n_written = write_names(job, node, lists[i], n_written);
    if (n_written != 0)
        buf_add_char(job->out, ']');
}

static void write_notes(struct schema_job *job, const struct schema_node *node)
{
    for (size_t i = 0; i < schema_keywords_n; i++) {
        if (schema_keywords[i].kinds[SCHEMA_OPENAPI] == SCHEMA_NOTE)
            schema_write_keyword(job, node, &schema_keywords[i]);
    }
}

static void write_type(struct schema_job *job, unsigned type, bool is_nullable)
{
    for (size_t i = 0; i < SL_LEN(types); i++) {
        if (types[i].type == type) {
            json_member(job->out, STR("type"));
            json_str(job->out, types[i].capital);
        }
    }
    if (is_nullable) {
        json_member(job->out, STR("nullable"));
        buf_add(job->out, STR("true"));
    }
}

/* The members of a schema of one type; 0: of any. */
static void write_typed(struct schema_job *job, const struct schema_node *node,
                        unsigned type, bool is_nullable)
{
    write_type(job, type, is_nullable);
    write_notes(job, node);
    write_format(job, node, type);
    write_enum(job, node, type);
    for (size_t i = 0; i < schema_keywords_n; i++) {
        const struct schema_keyword *k = &schema_keywords[i];

        if (k->kinds[SCHEMA_OPENAPI] != SCHEMA_NOTE && (k->types & type) != 0)
            schema_write_keyword(job, node, k);
    }
    if (type == SCHEMA_ARRAY)
        write_items(job, node);
    if (type == SCHEMA_OBJECT)
        write_required(job, node);
}

/* ---- alternatives ---- */

static bool is_null_schema(struct jval v)
{
    struct jval one = json_get(v, STR("enum"));

    return types_in(json_get(v, STR("type"))) == SCHEMA_NULL ||
           json_type(json_get(v, STR("const"))) == JSON_NULL ||
           (json_count(one) == 1 && json_type(json_at(one, 0)) == JSON_NULL);
}

/* One branch of an anyOf with all that stands around it. */
static void gather_branch(struct schema_job *job,
                          const struct schema_node *around, struct jval branch,
                          struct schema_node *node)
{
    *node = *around;
    node->n_outer = around->n;
    if (schema_count(job))
        schema_gather(job, node, branch, true);
}

static void write_branches(struct schema_job *job,
                           const struct schema_node *node, struct jval list)
{
    struct jval_iter it = json_iter(list);

    json_member(job->out, STR("anyOf"));
    buf_add_char(job->out, '[');
    while (json_iter_next(&it)) {
        struct schema_node branch;

        if (is_null_schema(it.value))
            continue;
        gather_branch(job, node, it.value, &branch);
        branch.n_noted = node->n;
        if (job->refused.n != 0 || job->failed || job->out->failed)
            return;
        json_next(job->out);
        schema_write_openapi(job, &branch, false);
    }
    buf_add_char(job->out, ']');
}

static void write_alternatives(struct schema_job *job,
                               const struct schema_node *node, struct jval list,
                               bool is_nullable)
{
    struct jval_iter it = json_iter(list);
    struct jval only = {0};
    struct schema_node branch;
    size_t n = 0;

    while (json_iter_next(&it)) {
        if (is_null_schema(it.value)) {
            is_nullable = true;
        } else {
            only = it.value;
            n++;
        }
    }
    if (n == 1) {
        gather_branch(job, node, only, &branch);
        schema_write_openapi(job, &branch, is_nullable);
        return;
    }
    buf_add_char(job->out, '{');
    write_type(job, 0, is_nullable);
    write_notes(job, node);
    if (n != 0)
        write_branches(job, node, list);
    buf_add_char(job->out, '}');
}

static void write_each_type(struct schema_job *job,
                            const struct schema_node *node, unsigned mask,
                            bool is_nullable)
{
    struct schema_node bare = *node;

    bare.n_noted = bare.n;
    buf_add_char(job->out, '{');
    write_type(job, 0, is_nullable);
    write_notes(job, node);
    json_member(job->out, STR("anyOf"));
    buf_add_char(job->out, '[');
    for (size_t i = 0; i < SL_LEN(types); i++) {
        if ((types[i].type & mask) == 0)
            continue;
        json_next(job->out);
        buf_add_char(job->out, '{');
        write_typed(job, &bare, types[i].type, false);
        buf_add_char(job->out, '}');
    }
    buf_add(job->out, STR("]}"));
}

static bool is_nullable_node(const struct schema_node *node)
{
    struct jval values[SCHEMA_PARTS];
    size_t n = schema_values(node, STR("nullable"), values);
    unsigned mask;

    for (size_t i = 0; i < n; i++) {
        if (json_is_true(values[i]))
            return true;
    }
    return values_allowed(node, values, &mask) != 0 &&
           (mask & SCHEMA_NULL) != 0;
}

static bool find_alternatives(struct schema_job *job,
                              const struct schema_node *node, struct jval *list)
{
    struct jval any[SCHEMA_PARTS];
    struct jval one[SCHEMA_PARTS];
    size_t n_any = schema_values(node, STR("anyOf"), any);
    size_t n_one = schema_values(node, STR("oneOf"), one);

    if (n_any + n_one > 1) {
        schema_refuse(job, STR("has alternatives within alternatives"));
        return false;
    }
    if (n_any + n_one == 0)
        return false;
    *list = n_any != 0 ? any[0] : one[0];
    return json_is_arr(*list);
}

void schema_write_openapi(struct schema_job *job,
                          const struct schema_node *node, bool is_nullable)
{
    unsigned mask = types_said(job, node);
    struct jval list;

    if (node->is_cut) {
        buf_add(job->out, STR("{\"type\":\"OBJECT\"}"));
        return;
    }
    is_nullable |= (mask & SCHEMA_NULL) != 0 || is_nullable_node(node);
    if (find_alternatives(job, node, &list)) {
        write_alternatives(job, node, list, is_nullable);
        return;
    }
    if (job->refused.n != 0 || job->failed)
        return;
    if (mask != SCHEMA_NULL)
        mask &= ~(unsigned)SCHEMA_NULL;
    if (mask == 0)
        mask = guess_type(node);
    if (is_several(mask)) {
        write_each_type(job, node, mask, is_nullable);
        return;
    }
    buf_add_char(job->out, '{');
    write_typed(job, node, mask, is_nullable && mask != SCHEMA_NULL);
    buf_add_char(job->out, '}');
}
