/* SPDX-License-Identifier: MIT */
/* Gathering a schema from its parts, the keywords that are written alike in
 * both forms, and the form that stays JSON Schema. */
#include "core/schema_node.h"

enum {
    MAX_DEPTH = 32,    /* schemas within schemas, once written out */
    MAX_NODES = 20000, /* schemas written: references multiply */
    MAX_STEPS = 1 << 24,
    MEMBER_STEPS = 64, /* each keyword is looked for in each schema */
    LOSS_STEPS = 256,  /* and each loss among those that were named */
    NAME_BYTES = 1024, /* of a keyword with its parameter's name */
};

#define KINDS(a, b)            \
    {                          \
        SCHEMA_##a, SCHEMA_##b \
    }

const struct schema_keyword schema_keywords[] = {
    {STR_INIT("type"), KINDS(COPY, OWN), 0},
    {STR_INIT("nullable"), KINDS(DROP, OWN), 0},
    {STR_INIT("title"), KINDS(NOTE, NOTE), 0},
    {STR_INIT("description"), KINDS(NOTE, NOTE), 0},
    {STR_INIT("default"), KINDS(DROP, NOTE), 0},
    {STR_INIT("example"), KINDS(DROP, NOTE), 0},
    {STR_INIT("format"), KINDS(COPY, OWN), 0},
    {STR_INIT("enum"), KINDS(OWN, OWN), 0},
    {STR_INIT("const"), KINDS(OWN, OWN), 0},
    {STR_INIT("minLength"), KINDS(DROP, COPY), SCHEMA_STRING},
    {STR_INIT("maxLength"), KINDS(DROP, COPY), SCHEMA_STRING},
    {STR_INIT("pattern"), KINDS(DROP, COPY), SCHEMA_STRING},
    {STR_INIT("minimum"), KINDS(COPY, COPY), SCHEMA_NUMBER | SCHEMA_INTEGER},
    {STR_INIT("maximum"), KINDS(COPY, COPY), SCHEMA_NUMBER | SCHEMA_INTEGER},
    {STR_INIT("items"), KINDS(OWN, OWN), SCHEMA_ARRAY},
    {STR_INIT("prefixItems"), KINDS(LIST, OWN), SCHEMA_ARRAY},
    {STR_INIT("minItems"), KINDS(COPY, COPY), SCHEMA_ARRAY},
    {STR_INIT("maxItems"), KINDS(COPY, COPY), SCHEMA_ARRAY},
    {STR_INIT("properties"), KINDS(MAP, MAP), SCHEMA_OBJECT},
    {STR_INIT("required"), KINDS(UNION, OWN), SCHEMA_OBJECT},
    {STR_INIT("propertyOrdering"), KINDS(UNION, UNION), SCHEMA_OBJECT},
    {STR_INIT("additionalProperties"), KINDS(CHILD, CHILD), SCHEMA_OBJECT},
    {STR_INIT("minProperties"), KINDS(DROP, COPY), SCHEMA_OBJECT},
    {STR_INIT("maxProperties"), KINDS(DROP, COPY), SCHEMA_OBJECT},
    {STR_INIT("anyOf"), KINDS(LIST, OWN), 0},
    {STR_INIT("oneOf"), KINDS(LIST, OWN), 0},
    {STR_INIT("allOf"), KINDS(OWN, OWN), 0},
    {STR_INIT("$ref"), KINDS(OWN, OWN), 0},
    {STR_INIT("$defs"), KINDS(OWN, SILENT), 0},
    {STR_INIT("definitions"), KINDS(OWN, SILENT), 0},
    {STR_INIT("$id"), KINDS(NOTE, SILENT), 0},
    {STR_INIT("$anchor"), KINDS(NOTE, SILENT), 0},
    {STR_INIT("$schema"), KINDS(SILENT, SILENT), 0},
    {STR_INIT("$comment"), KINDS(SILENT, SILENT), 0},
};
const size_t schema_keywords_n = SL_LEN(schema_keywords);

void schema_refuse(struct schema_job *job, struct str why)
{
    if (job->refused.n == 0)
        job->refused = why;
}

bool schema_afford(struct schema_job *job, size_t steps)
{
    if (job->steps <= MAX_STEPS)
        job->steps += steps;
    if (job->steps > MAX_STEPS)
        schema_refuse(job, STR("is too large to be converted"));
    return job->refused.n == 0;
}

void schema_lose(struct schema_job *job, struct str keyword, struct str how)
{
    struct buf name;

    if (!schema_afford(job, LOSS_STEPS))
        return;
    buf_init(&name, arena_mem(job->arena), NAME_BYTES);
    buf_add(&name, str_first(job->name, NAME_BYTES / 2));
    buf_add_char(&name, '.');
    buf_add(&name, str_first(keyword, NAME_BYTES / 4));
    job->failed |= name.failed;
    chat_lose(job->loss, buf_str(&name), how);
}

static const struct schema_keyword *keyword_of(struct jval name)
{
    for (size_t i = 0; i < schema_keywords_n; i++) {
        if (json_text_eq(name, schema_keywords[i].name))
            return &schema_keywords[i];
    }
    return NULL;
}

/* ---- references ---- */

/* A step of a JSON pointer, unescaped (RFC 6901 section 4). */
static struct str pointer_step(struct schema_job *job, struct str step)
{
    struct buf plain;

    if (str_find(step, '~') == step.n)
        return step;
    buf_init(&plain, arena_mem(job->arena), step.n + 1);
    for (size_t i = 0; i < step.n; i++) {
        bool is_escape = step.p[i] == '~' && i + 1 < step.n;

        buf_add_char(&plain, !is_escape             ? step.p[i]
                             : step.p[i + 1] == '1' ? '/'
                                                    : '~');
        i += is_escape;
    }
    job->failed |= plain.failed;
    return buf_str(&plain);
}

static struct jval resolve(struct schema_job *job, struct jval ref)
{
    struct jval v = job->root;
    struct str text;
    struct str step;

    if (!json_text(ref, job->arena, &text) || !str_starts(text, STR("#"))) {
        schema_refuse(job, STR("has a $ref that points out of the schema"));
        return (struct jval){0};
    }
    text = str_skip(text, str_starts(text, STR("#/")) ? 2 : 1);
    while (str_split(&text, '/', &step)) {
        step = pointer_step(job, step);
        if (!schema_afford(job, 1 + json_count(v)))
            return (struct jval){0};
        v = json_get(v, step);
    }
    if (json_type(v) == JSON_NONE)
        schema_refuse(job, STR("has a $ref that points nowhere"));
    return v;
}

/* Whether the target is being written already: the schema repeats itself. */
static bool is_open(const struct schema_node *node, struct jval target)
{
    for (; node != NULL; node = node->parent) {
        for (size_t i = 0; i < node->n; i++) {
            if (node->parts[i].i == target.i)
                return true;
        }
    }
    return false;
}

/* $ref that stays must point to $defs; "definitions" is written as that. */
static bool is_plain_ref(struct jval ref, struct arena *a, struct str *name)
{
    static const struct str heads[] = {STR_INIT("#/$defs/"),
                                       STR_INIT("#/definitions/")};
    struct str text;

    if (!json_text(ref, a, &text))
        return false;
    for (size_t i = 0; i < SL_LEN(heads); i++) {
        *name = str_skip(text, heads[i].n);
        if (str_starts(text, heads[i]) && str_find(*name, '/') == name->n)
            return true;
    }
    return false;
}

/* ---- gathering ---- */

bool schema_count(struct schema_job *job)
{
    if (job->n == MAX_NODES) {
        schema_refuse(job, STR("is too large once its references are written "
                               "out"));
        return false;
    }
    job->n++;
    return true;
}

static void gather_ref(struct schema_job *job, struct schema_node *node,
                       struct jval ref, bool inline_refs)
{
    struct str name;
    struct jval target;

    if (!inline_refs && is_plain_ref(ref, job->arena, &name)) {
        node->has_ref = true;
        return;
    }
    target = resolve(job, ref);
    if (job->refused.n != 0)
        return;
    if (is_open(node, target)) {
        schema_lose(job, STR("$ref"), CHAT_APPROXIMATED);
        node->is_cut = true;
        return;
    }
    schema_gather(job, node, target, inline_refs);
}

/* What it costs to look at one schema's members, and through their lists. */
static size_t steps_of(struct jval v)
{
    struct jval_iter it = json_iter(v);
    size_t steps = 1;

    while (json_iter_next(&it))
        steps += MEMBER_STEPS * (size_t)(1 + json_count(it.value) / 16);
    return steps;
}

static void lose_members(struct schema_job *job, struct jval v)
{
    struct jval_iter it = json_iter(v);

    while (job->refused.n == 0 && json_iter_next(&it)) {
        const struct schema_keyword *k = keyword_of(it.name);
        struct str name;

        if (k != NULL && k->kinds[job->form] != SCHEMA_DROP)
            continue;
        if (json_text(it.name, job->arena, &name))
            schema_lose(job, name, CHAT_DROPPED);
        else
            job->failed = true;
    }
}

void schema_gather(struct schema_job *job, struct schema_node *node,
                   struct jval v, bool inline_refs)
{
    struct jval ref = json_get(v, STR("$ref"));
    struct jval_iter all = json_iter(json_get(v, STR("allOf")));

    if (job->refused.n != 0 || job->failed)
        return;
    if (json_type(v) == JSON_FALSE) {
        schema_lose(job, STR("false"), CHAT_DROPPED);
        return;
    }
    if (!json_is_obj(v))
        return;
    if (node->n == SCHEMA_PARTS) {
        schema_refuse(job, STR("joins too many schemas into one"));
        return;
    }
    node->parts[node->n++] = v;
    if (!schema_afford(job, steps_of(v)))
        return;
    lose_members(job, v);
    if (json_is_str(ref))
        gather_ref(job, node, ref, inline_refs);
    while (json_iter_next(&all))
        schema_gather(job, node, all.value, inline_refs);
}

static bool is_alternative(struct str keyword)
{
    return str_eq(keyword, STR("anyOf")) || str_eq(keyword, STR("oneOf"));
}

static size_t values_from(const struct schema_node *node, size_t first,
                          struct str keyword, struct jval *values)
{
    size_t n = 0;

    for (size_t i = first; i < node->n; i++) {
        struct jval v = json_get(node->parts[i], keyword);

        if (json_type(v) != JSON_NONE)
            values[n++] = v;
    }
    return n;
}

size_t schema_values(const struct schema_node *node, struct str keyword,
                     struct jval *values)
{
    return values_from(node, is_alternative(keyword) ? node->n_outer : 0,
                       keyword, values);
}

/* ---- keywords ---- */

static void write_names(struct schema_job *job, const struct jval *values,
                        size_t n)
{
    buf_add_char(job->out, '[');
    for (size_t i = 0; i < n; i++) {
        struct jval_iter it = json_iter(values[i]);

        while (json_iter_next(&it)) {
            json_next(job->out);
            buf_add(job->out, json_raw(it.value));
        }
    }
    buf_add_char(job->out, ']');
}

static bool is_in(struct schema_job *job, const struct jval *maps, size_t n,
                  struct jval name)
{
    for (size_t i = 0; i < n; i++) {
        struct jval_iter it = json_iter(maps[i]);

        while (schema_afford(job, 1) && json_iter_next(&it)) {
            if (str_eq(json_raw(it.name), json_raw(name)))
                return true;
        }
    }
    return false;
}

/* One name's schema, made of those that the maps from the i-th on give it. */
static void write_entry(struct schema_job *job, const struct schema_node *node,
                        const struct jval *maps, size_t n, struct jval name)
{
    struct jval same[SCHEMA_PARTS];
    size_t n_same = 0;
    struct str text;

    if (!json_text(name, job->arena, &text)) {
        job->failed = true;
        return;
    }
    for (size_t k = 0; k < n; k++) {
        if (!schema_afford(job, json_count(maps[k])))
            return;
        same[n_same] = json_get(maps[k], text);
        n_same += json_type(same[n_same]) != JSON_NONE;
    }
    json_next(job->out);
    buf_add(job->out, json_raw(name));
    buf_add_char(job->out, ':');
    schema_write_child(job, node, same, n_same);
}

static void write_map(struct schema_job *job, const struct schema_node *node,
                      const struct jval *maps, size_t n)
{
    buf_add_char(job->out, '{');
    for (size_t i = 0; i < n; i++) {
        struct jval_iter it = json_iter(maps[i]);

        while (job->refused.n == 0 && json_is_obj(maps[i]) &&
               json_iter_next(&it)) {
            if (!is_in(job, maps, i, it.name))
                write_entry(job, node, maps + i, n - i, it.name);
        }
    }
    buf_add_char(job->out, '}');
}

static void write_list(struct schema_job *job, const struct schema_node *node,
                       struct jval list)
{
    struct jval_iter it = json_iter(list);

    buf_add_char(job->out, '[');
    while (json_iter_next(&it)) {
        json_next(job->out);
        schema_write_child(job, node, &it.value, 1);
    }
    buf_add_char(job->out, ']');
}

/* additionalProperties is a boolean as often as a schema. */
static void write_child_or_bool(struct schema_job *job,
                                const struct schema_node *node,
                                const struct jval *values, size_t n)
{
    bool is_true = true;

    for (size_t i = 0; i < n; i++) {
        if (json_type(values[i]) == JSON_FALSE) {
            buf_add(job->out, STR("false"));
            return;
        }
        is_true &= json_is_true(values[i]);
    }
    if (is_true)
        buf_add(job->out, STR("true"));
    else
        schema_write_child(job, node, values, n);
}

static bool do_agree(const struct jval *values, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (!str_eq(json_raw(values[0]), json_raw(values[i])))
            return false;
    }
    return true;
}

void schema_write_keyword(struct schema_job *job,
                          const struct schema_node *node,
                          const struct schema_keyword *keyword)
{
    enum schema_kind kind = (enum schema_kind)keyword->kinds[job->form];
    struct jval values[SCHEMA_PARTS];
    size_t n = kind == SCHEMA_NOTE
                   ? values_from(node, node->n_noted, keyword->name, values)
                   : schema_values(node, keyword->name, values);

    if (n == 0)
        return;
    if ((kind == SCHEMA_COPY || kind == SCHEMA_LIST) && !do_agree(values, n)) {
        schema_refuse(job, STR("says two different things of one value"));
        return;
    }
    if (kind == SCHEMA_SILENT || kind == SCHEMA_DROP || kind == SCHEMA_OWN)
        return;
    json_member(job->out, keyword->name);
    if (kind == SCHEMA_UNION)
        write_names(job, values, n);
    else if (kind == SCHEMA_MAP)
        write_map(job, node, values, n);
    else if (kind == SCHEMA_LIST)
        write_list(job, node, values[0]);
    else if (kind == SCHEMA_CHILD)
        write_child_or_bool(job, node, values, n);
    else
        buf_add(job->out, json_raw(values[0]));
}

/* ---- the form that stays JSON Schema ---- */

/* const is an enum of one. */
static void write_enum(struct schema_job *job, const struct schema_node *node)
{
    struct jval values[SCHEMA_PARTS];

    if (schema_values(node, STR("const"), values) != 0) {
        json_member(job->out, STR("enum"));
        buf_add_char(job->out, '[');
        buf_add(job->out, json_raw(values[0]));
        buf_add_char(job->out, ']');
    } else if (schema_values(node, STR("enum"), values) != 0) {
        json_member(job->out, STR("enum"));
        buf_add(job->out, json_raw(values[0]));
    }
}

/* A list of items is what prefixItems was called before 2020. */
static void write_items(struct schema_job *job, const struct schema_node *node)
{
    struct jval values[SCHEMA_PARTS];
    size_t n = schema_values(node, STR("items"), values);

    if (n == 0)
        return;
    if (json_is_arr(values[0])) {
        json_member(job->out, STR("prefixItems"));
        write_list(job, node, values[0]);
    } else {
        json_member(job->out, STR("items"));
        write_child_or_bool(job, node, values, n);
    }
}

static void write_definitions(struct schema_job *job,
                              const struct schema_node *node)
{
    struct jval maps[2];
    size_t n = 0;

    maps[n] = json_get(job->root, STR("$defs"));
    n += json_is_obj(maps[n]);
    maps[n] = json_get(job->root, STR("definitions"));
    n += json_is_obj(maps[n]);
    if (n == 0)
        return;
    json_member(job->out, STR("$defs"));
    write_map(job, node, maps, n);
}

/* Nothing may stand beside a $ref but what begins with "$". */
static void lose_beside_ref(struct schema_job *job,
                            const struct schema_node *node)
{
    for (size_t i = 0; i < schema_keywords_n; i++) {
        const struct schema_keyword *k = &schema_keywords[i];
        struct jval values[SCHEMA_PARTS];

        if (k->kinds[SCHEMA_KEYWORDS] == SCHEMA_NOTE && k->name.p[0] != '$' &&
            schema_values(node, k->name, values) != 0)
            schema_lose(job, k->name, CHAT_DROPPED);
    }
}

/* Whether all that is said is one $ref, notes aside. */
static bool is_ref_alone(const struct schema_node *node)
{
    struct jval values[SCHEMA_PARTS];

    for (size_t i = 0; i < schema_keywords_n; i++) {
        uint8_t kind = schema_keywords[i].kinds[SCHEMA_KEYWORDS];
        struct str name = schema_keywords[i].name;

        if (kind == SCHEMA_NOTE || kind == SCHEMA_SILENT ||
            kind == SCHEMA_DROP || str_eq(name, STR("allOf")) ||
            str_eq(name, STR("$defs")) || str_eq(name, STR("definitions")))
            continue;
        if (schema_values(node, name, values) != str_eq(name, STR("$ref")))
            return false;
    }
    return true;
}

static void write_ref(struct schema_job *job, const struct schema_node *node)
{
    struct jval values[SCHEMA_PARTS];
    struct str name = {0};
    struct buf target;

    (void)schema_values(node, STR("$ref"), values);
    if (!is_plain_ref(values[0], job->arena, &name))
        job->failed = true;
    lose_beside_ref(job, node);
    json_member(job->out, STR("$ref"));
    buf_init(&target, arena_mem(job->arena), name.n + 16);
    buf_add(&target, STR("#/$defs/"));
    buf_add(&target, name);
    job->failed |= target.failed;
    json_str(job->out, buf_str(&target));
}

static void write_plain(struct schema_job *job, const struct schema_node *node)
{
    for (size_t i = 0; i < schema_keywords_n; i++)
        schema_write_keyword(job, node, &schema_keywords[i]);
    write_enum(job, node);
    write_items(job, node);
}

/* ---- nodes ---- */

static void write_node(struct schema_job *job, const struct schema_node *node)
{
    if (job->form == SCHEMA_OPENAPI) {
        schema_write_openapi(job, node, false);
        return;
    }
    buf_add_char(job->out, '{');
    if (node->is_cut)
        buf_add(job->out, STR("\"type\":\"object\""));
    else if (node->has_ref)
        write_ref(job, node);
    else
        write_plain(job, node);
    if (node->parent == NULL)
        write_definitions(job, node);
    buf_add_char(job->out, '}');
}

static void gather_all(struct schema_job *job, struct schema_node *node,
                       const struct jval *values, size_t n)
{
    struct schema_node fresh = {.parent = node->parent};
    bool inline_refs = job->form == SCHEMA_OPENAPI;

    for (size_t i = 0; i < n; i++)
        schema_gather(job, node, values[i], inline_refs);
    if (!node->has_ref || is_ref_alone(node))
        return;
    /* What stands beside the $ref matters: it is written out. */
    *node = fresh;
    for (size_t i = 0; i < n; i++)
        schema_gather(job, node, values[i], true);
}

void schema_write_child(struct schema_job *job, const struct schema_node *node,
                        const struct jval *values, size_t n)
{
    struct schema_node child = {.parent = node};

    if (job->depth == MAX_DEPTH) {
        schema_refuse(job, STR("is nested too deeply"));
        return;
    }
    if (!schema_count(job))
        return;
    job->depth++;
    gather_all(job, &child, values, n);
    if (job->refused.n == 0 && !job->failed && !job->out->failed)
        write_node(job, &child);
    job->depth--;
}

void schema_write(struct schema_job *job, struct str raw)
{
    struct json *doc = arena_new(job->arena, struct json);

    enum sl_rc rc =
        doc == NULL ? SL_NOMEM : json_parse(doc, raw, job->arena, NULL, NULL);

    if (rc == SL_OK) {
        job->root = json_root(doc);
        schema_write_child(job, NULL, &job->root, 1);
    } else if (rc != SL_NOMEM) {
        schema_refuse(job, STR("is no JSON"));
    }
    job->out->failed |= job->failed || rc == SL_NOMEM;
}

bool schema_is_empty(struct str raw, struct arena *a)
{
    struct json doc;
    struct jval root;

    if (raw.n == 0)
        return true;
    if (json_parse(&doc, raw, a, NULL, NULL) != SL_OK)
        return false;
    root = json_root(&doc);
    return json_is_obj(root) &&
           json_count(json_get(root, STR("properties"))) == 0 &&
           json_type(json_get(root, STR("$ref"))) == JSON_NONE &&
           json_type(json_get(root, STR("anyOf"))) == JSON_NONE &&
           json_type(json_get(root, STR("oneOf"))) == JSON_NONE &&
           json_type(json_get(root, STR("allOf"))) == JSON_NONE &&
           !json_is_obj(json_get(root, STR("additionalProperties"))) &&
           !json_is_true(json_get(root, STR("additionalProperties")));
}
