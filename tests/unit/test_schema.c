/* SPDX-License-Identifier: MIT */
/* JSON Schema as a provider's decoder takes it, and back. */
#include "core/schema.h"

#include "support.h"

#define KEYS SCHEMA_KEYWORDS
#define OPEN SCHEMA_OPENAPI

static const struct {
    const char *name;
    enum schema_form form;
    const char *in, *want;
    const char *loss;    /* NULL: nothing */
    const char *refused; /* NULL: it is not */
} written[] = {
    {"a plain object", KEYS,
     "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},"
     "\"required\":[\"a\"],\"additionalProperties\":false}",
     "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},"
     "\"required\":[\"a\"],\"additionalProperties\":false}",
     NULL, NULL},
    {"const is an enum of one", KEYS, "{\"const\":5}", "{\"enum\":[5]}", NULL,
     NULL},
    {"enum stays", KEYS, "{\"enum\":[\"a\",1,null]}",
     "{\"enum\":[\"a\",1,null]}", NULL, NULL},
    {"unknown keywords are named", KEYS,
     "{\"type\":\"string\",\"pattern\":\"x\",\"minLength\":1,\"x-y\":{}}",
     "{\"type\":\"string\"}",
     "p.pattern;dropped, p.minLength;dropped, p.x-y;dropped", NULL},
    {"silent keywords go", KEYS,
     "{\"$schema\":\"s\",\"$comment\":\"c\",\"type\":\"null\"}",
     "{\"type\":\"null\"}", NULL, NULL},
    {"references stay", KEYS,
     "{\"$defs\":{\"A\":{\"type\":\"object\",\"properties\":{\"next\":{"
     "\"$ref\":\"#/$defs/A\"}}}},\"$ref\":\"#/$defs/A\"}",
     "{\"$ref\":\"#/$defs/A\",\"$defs\":{\"A\":{\"type\":\"object\","
     "\"properties\":{\"next\":{\"$ref\":\"#/$defs/A\"}}}}}",
     NULL, NULL},
    {"definitions are called $defs", KEYS,
     "{\"definitions\":{\"A\":{\"type\":\"integer\"}},\"items\":{\"$ref\":"
     "\"#/definitions/A\"}}",
     "{\"items\":{\"$ref\":\"#/$defs/A\"},\"$defs\":{\"A\":{\"type\":"
     "\"integer\"}}}",
     NULL, NULL},
    {"nothing beside a reference", KEYS,
     "{\"$defs\":{\"A\":{\"type\":\"null\"}},\"properties\":{\"a\":{\"allOf\":["
     "{\"$ref\":\"#/$defs/A\"}],\"description\":\"d\"}}}",
     "{\"properties\":{\"a\":{\"$ref\":\"#/$defs/A\"}},\"$defs\":{\"A\":{"
     "\"type\":\"null\"}}}",
     "p.description;dropped", NULL},
    {"a reference with company is written out", KEYS,
     "{\"$defs\":{\"A\":{\"properties\":{\"x\":true}}},\"items\":{\"$ref\":"
     "\"#/$defs/A\",\"properties\":{\"y\":{}}}}",
     "{\"items\":{\"properties\":{\"y\":{},\"x\":{}}},\"$defs\":{\"A\":{"
     "\"properties\":{\"x\":{}}}}}",
     NULL, NULL},
    {"a pointer into the schema is written out", KEYS,
     "{\"properties\":{\"a/b\":{\"type\":\"string\"},\"c\":{\"$ref\":"
     "\"#/properties/a~1b\"}}}",
     "{\"properties\":{\"a/b\":{\"type\":\"string\"},\"c\":{\"type\":"
     "\"string\"}}}",
     NULL, NULL},
    {"the whole schema again", KEYS,
     "{\"type\":\"object\",\"properties\":{\"c\":{\"$ref\":\"#\"}}}",
     "{\"type\":\"object\",\"properties\":{\"c\":{\"type\":\"object\"}}}",
     "p.$ref;approximated", NULL},
    {"allOf is joined", KEYS,
     "{\"allOf\":[{\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":["
     "\"a\"]},{\"properties\":{\"a\":{\"title\":\"t\"},\"b\":{}},\"required\":"
     "[\"b\"]}]}",
     "{\"properties\":{\"a\":{\"type\":\"string\",\"title\":\"t\"},\"b\":{}},"
     "\"required\":[\"a\",\"b\"]}",
     NULL, NULL},
    {"allOf that disagrees", KEYS,
     "{\"type\":\"string\",\"allOf\":[{\"type\":\"null\"}]}", NULL, NULL,
     "says two different things of one value"},
    {"additional properties", KEYS,
     "{\"additionalProperties\":{\"type\":\"string\",\"pattern\":\"p\"}}",
     "{\"additionalProperties\":{\"type\":\"string\"}}", "p.pattern;dropped",
     NULL},
    {"any additional property", KEYS, "{\"additionalProperties\":true}",
     "{\"additionalProperties\":true}", NULL, NULL},
    {"a list of items", KEYS, "{\"items\":[{\"type\":\"null\"},{}]}",
     "{\"prefixItems\":[{\"type\":\"null\"},{}]}", NULL, NULL},
    {"alternatives", KEYS,
     "{\"oneOf\":[{\"const\":\"a\"},{\"not\":{}}],\"anyOf\":[{}]}",
     "{\"anyOf\":[{}],\"oneOf\":[{\"enum\":[\"a\"]},{}]}", "p.not;dropped",
     NULL},
    {"nothing is valid", KEYS, "{\"properties\":{\"a\":false}}",
     "{\"properties\":{\"a\":{}}}", "p.false;dropped", NULL},
    {"true", KEYS, "true", "{}", NULL, NULL},
    {"a reference to elsewhere", KEYS, "{\"$ref\":\"http://x/y\"}", NULL, NULL,
     "has a $ref that points out of the schema"},
    {"a reference to nothing", OPEN, "{\"$ref\":\"#/$defs/A\"}", NULL, NULL,
     "has a $ref that points nowhere"},
    {"no JSON", OPEN, "{", NULL, NULL, "is no JSON"},

    {"types in capitals", OPEN,
     "{\"type\":\"object\",\"title\":\"T\",\"properties\":{\"a\":{\"type\":"
     "\"integer\",\"minimum\":1,\"description\":\"d\"}},\"required\":[\"a\"]}",
     "{\"type\":\"OBJECT\",\"title\":\"T\",\"properties\":{\"a\":{\"type\":"
     "\"INTEGER\",\"description\":\"d\",\"minimum\":1}},\"required\":[\"a\"]}",
     NULL, NULL},
    {"null among the types", OPEN, "{\"type\":[\"string\",\"null\"]}",
     "{\"type\":\"STRING\",\"nullable\":true}", NULL, NULL},
    {"null alone", OPEN, "{\"type\":\"null\"}", "{\"type\":\"NULL\"}", NULL,
     NULL},
    {"several types", OPEN,
     "{\"type\":[\"string\",\"integer\",\"null\"],\"title\":\"t\","
     "\"minLength\":1,\"maximum\":9}",
     "{\"nullable\":true,\"title\":\"t\",\"anyOf\":[{\"type\":\"STRING\","
     "\"minLength\":1},{\"type\":\"INTEGER\",\"maximum\":9}]}",
     NULL, NULL},
    {"or null", OPEN,
     "{\"anyOf\":[{\"type\":\"string\",\"title\":\"in\"},{\"type\":\"null\"}],"
     "\"title\":\"out\",\"default\":null}",
     "{\"type\":\"STRING\",\"nullable\":true,\"title\":\"out\",\"default\":"
     "null}",
     NULL, NULL},
    {"two or null", OPEN,
     "{\"oneOf\":[{\"type\":\"string\",\"title\":\"in\"},{\"type\":\"number\"},"
     "{\"const\":null}],\"title\":\"out\"}",
     "{\"nullable\":true,\"title\":\"out\",\"anyOf\":[{\"type\":\"STRING\","
     "\"title\":\"in\"},{\"type\":\"NUMBER\"}]}",
     NULL, NULL},
    {"what stands around alternatives goes into each", OPEN,
     "{\"type\":\"object\",\"properties\":{\"a\":{},\"b\":{}},\"anyOf\":[{"
     "\"required\":[\"a\"]},{\"required\":[\"b\"]}]}",
     "{\"anyOf\":[{\"type\":\"OBJECT\",\"properties\":{\"a\":{},\"b\":{}},"
     "\"required\":[\"a\"]},{\"type\":\"OBJECT\",\"properties\":{\"a\":{},"
     "\"b\":{}},\"required\":[\"b\"]}]}",
     NULL, NULL},
    {"alternatives in alternatives", OPEN,
     "{\"anyOf\":[{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}],"
     "\"description\":\"d\"},{\"type\":\"boolean\"}]}",
     "{\"anyOf\":[{\"type\":\"STRING\",\"nullable\":true,\"description\":\"d\"}"
     ",{\"type\":\"BOOLEAN\"}]}",
     NULL, NULL},
    {"both kinds of alternatives", OPEN, "{\"anyOf\":[{}],\"oneOf\":[{}]}",
     NULL, NULL, "has alternatives within alternatives"},
    {"nothing but null", OPEN, "{\"anyOf\":[{\"enum\":[null]}]}",
     "{\"nullable\":true}", NULL, NULL},
    {"a word", OPEN, "{\"const\":\"a\"}",
     "{\"type\":\"STRING\",\"enum\":[\"a\"]}", NULL, NULL},
    {"words or null", OPEN, "{\"enum\":[\"a\",null]}",
     "{\"type\":\"STRING\",\"nullable\":true,\"enum\":[\"a\"]}", NULL, NULL},
    {"mixed values are words", OPEN, "{\"enum\":[\"a\",1]}",
     "{\"type\":\"STRING\",\"enum\":[\"a\",\"1\"]}", "p.enum;approximated",
     NULL},
    {"numbers keep their type", OPEN, "{\"type\":\"integer\",\"enum\":[1,2]}",
     "{\"type\":\"INTEGER\"}", "p.enum;dropped", NULL},
    {"a boolean keeps its type", OPEN, "{\"const\":true}",
     "{\"type\":\"BOOLEAN\"}", "p.enum;dropped", NULL},
    {"an object's value", OPEN, "{\"const\":{}}", "{\"type\":\"OBJECT\"}",
     "p.enum;dropped", NULL},
    {"a list's value", OPEN, "{\"const\":[]}",
     "{\"type\":\"ARRAY\",\"items\":{}}", "p.enum;dropped", NULL},
    {"formats", OPEN,
     "{\"properties\":{\"a\":{\"type\":\"string\",\"format\":\"date-time\"},"
     "\"b\":{\"type\":\"string\",\"format\":\"email\"},\"c\":{\"type\":"
     "\"integer\",\"format\":\"int64\"}}}",
     "{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"type\":\"STRING\","
     "\"format\":\"date-time\"},\"b\":{\"type\":\"STRING\"},\"c\":{\"type\":"
     "\"INTEGER\",\"format\":\"int64\"}}}",
     "p.format;dropped", NULL},
    {"references are written out", OPEN,
     "{\"$defs\":{\"A\":{\"type\":\"string\"}},\"type\":\"array\",\"items\":{"
     "\"$ref\":\"#/$defs/A\",\"description\":\"d\"}}",
     "{\"type\":\"ARRAY\",\"items\":{\"type\":\"STRING\",\"description\":\"d\"}"
     "}",
     NULL, NULL},
    {"a circle ends", OPEN,
     "{\"$defs\":{\"A\":{\"type\":\"object\",\"properties\":{\"n\":{\"$ref\":"
     "\"#/$defs/A\"}}}},\"$ref\":\"#/$defs/A\"}",
     "{\"type\":\"OBJECT\",\"properties\":{\"n\":{\"type\":\"OBJECT\"}}}",
     "p.$ref;approximated", NULL},
    {"a circle through alternatives ends", OPEN,
     "{\"$defs\":{\"A\":{\"anyOf\":[{\"type\":\"array\",\"items\":{\"$ref\":"
     "\"#/$defs/A\"}},{\"type\":\"string\"}]}},\"$ref\":\"#/$defs/A\"}",
     "{\"anyOf\":[{\"type\":\"ARRAY\",\"items\":{\"type\":\"OBJECT\"}},{"
     "\"type\":\"STRING\"}]}",
     "p.$ref;approximated", NULL},
    {"an array needs items", OPEN, "{\"type\":\"array\"}",
     "{\"type\":\"ARRAY\",\"items\":{}}", NULL, NULL},
    {"places become any of them", OPEN,
     "{\"prefixItems\":[{\"type\":\"string\"},{\"type\":\"number\"}],\"items\":"
     "{\"type\":\"boolean\"},\"minItems\":2}",
     "{\"type\":\"ARRAY\",\"minItems\":2,\"items\":{\"anyOf\":[{\"type\":"
     "\"STRING\"},{\"type\":\"NUMBER\"},{\"type\":\"BOOLEAN\"}]}}",
     "p.prefixItems;approximated", NULL},
    {"places in the old form", OPEN, "{\"items\":[{\"type\":\"string\"}]}",
     "{\"type\":\"ARRAY\",\"items\":{\"anyOf\":[{\"type\":\"STRING\"}]}}",
     "p.prefixItems;approximated", NULL},
    {"required names exist", OPEN,
     "{\"properties\":{\"a\":{}},\"required\":[\"a\",\"b\"]}",
     "{\"type\":\"OBJECT\",\"properties\":{\"a\":{}},\"required\":[\"a\"]}",
     "p.required;approximated", NULL},
    {"limits that it does not know", OPEN,
     "{\"type\":\"number\",\"exclusiveMinimum\":0,\"multipleOf\":2,"
     "\"maximum\":3}",
     "{\"type\":\"NUMBER\",\"maximum\":3}",
     "p.exclusiveMinimum;dropped, p.multipleOf;dropped", NULL},
    {"integers are numbers", OPEN,
     "{\"type\":\"number\",\"allOf\":[{\"type\":[\"integer\",\"string\"]}]}",
     "{\"type\":\"INTEGER\"}", NULL, NULL},
    {"numbers narrowed to integers", OPEN,
     "{\"type\":\"integer\",\"allOf\":[{\"type\":\"number\"}]}",
     "{\"type\":\"INTEGER\"}", NULL, NULL},
    {"no type is left", OPEN,
     "{\"type\":\"string\",\"allOf\":[{\"type\":\"boolean\"}]}", NULL, NULL,
     "asks for two types at once"},
    {"nullable as OpenAPI says it", OPEN,
     "{\"type\":\"string\",\"nullable\":true}",
     "{\"type\":\"STRING\",\"nullable\":true}", NULL, NULL},
    {"free properties", OPEN,
     "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"},"
     "\"minProperties\":1,\"propertyOrdering\":[\"a\"]}",
     "{\"type\":\"OBJECT\",\"propertyOrdering\":[\"a\"],"
     "\"additionalProperties\":{\"type\":\"STRING\"},\"minProperties\":1}",
     NULL, NULL},
    {"no free properties", OPEN,
     "{\"type\":\"object\",\"allOf\":[{\"additionalProperties\":false},{"
     "\"additionalProperties\":{}}]}",
     "{\"type\":\"OBJECT\",\"additionalProperties\":false}", NULL, NULL},
    {"anything", OPEN, "{}", "{}", NULL, NULL},
};

/* One row with a source of memory; false: it ran out. */
static bool write_row(size_t i, const struct sl_mem *mem)
{
    struct chat_loss loss;
    struct arena a;
    struct buf out;
    struct schema_job job = {.arena = &a,
                             .out = &out,
                             .loss = &loss,
                             .form = written[i].form,
                             .name = STR("p")};
    bool through;

    arena_init(&a, mem, 256, SIZE_MAX);
    chat_loss_init(&loss, &a);
    buf_init(&out, arena_mem(&a), SIZE_MAX);
    schema_write(&job, str_of(written[i].in));
    through = !out.failed && !loss.text.failed;
    if (through) {
        check_str_case(written[i].name, job.refused,
                       str_of(written[i].refused));
        if (written[i].want != NULL)
            check_str_case(written[i].name, buf_str(&out),
                           str_of(written[i].want));
        if (written[i].refused == NULL)
            check_str_case(written[i].name, buf_str(&loss.text),
                           str_of(written[i].loss));
    }
    arena_release(&a);
    return through;
}

static bool failing_row(void *ctx, struct test_mem *m)
{
    return write_row(*(size_t *)ctx, &m->mem);
}

static void both_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(written); i++)
        test_each_allocation(failing_row, &i);
}

static void refused_in(struct arena *a, struct str in, const char *why)
{
    struct chat_loss loss;
    struct buf out;
    struct schema_job job = {.arena = a,
                             .out = &out,
                             .loss = &loss,
                             .form = SCHEMA_OPENAPI,
                             .name = STR("p")};

    chat_loss_init(&loss, a);
    buf_init(&out, arena_mem(a), SIZE_MAX);
    schema_write(&job, in);
    check_str(job.refused, str_of(why));
}

static void init_arena(struct test_mem *m, struct arena *a)
{
    test_mem_init(m);
    arena_init(a, &m->mem, 4096, SIZE_MAX);
}

static void add_times(struct buf *b, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_add(b, str_of(text));
}

static void limits(void **state)
{
    struct test_mem m;
    struct arena a;
    struct buf in;

    (void)state;
    init_arena(&m, &a);
    buf_init(&in, arena_mem(&a), SIZE_MAX);
    add_times(&in, "{\"items\":", 32);
    buf_add(&in, STR("{}"));
    add_times(&in, "}", 32);
    refused_in(&a, buf_str(&in), "is nested too deeply");
    buf_init(&in, arena_mem(&a), SIZE_MAX);
    buf_add(&in, STR("{\"allOf\":["));
    add_times(&in, "{},", 15);
    buf_add(&in, STR("{}]}"));
    refused_in(&a, buf_str(&in), "joins too many schemas into one");
    /* Each definition names the next one ten times. */
    buf_init(&in, arena_mem(&a), SIZE_MAX);
    buf_add(&in, STR("{\"$ref\":\"#/$defs/0\",\"$defs\":{"));
    for (uint64_t i = 0; i < 9; i++) {
        buf_add_char(&in, '"');
        buf_add_u64(&in, i);
        buf_add(&in, STR("\":{\"properties\":{"));
        for (uint64_t k = 0; k < 10; k++) {
            buf_add_char(&in, '"');
            buf_add_u64(&in, k);
            buf_add(&in, STR("\":{\"$ref\":\"#/$defs/"));
            buf_add_u64(&in, i + 1);
            buf_add(&in, k == 9 ? STR("\"}}},") : STR("\"},"));
        }
    }
    buf_add(&in, STR("\"9\":{}}}"));
    refused_in(&a, buf_str(&in),
               "is too large once its references are written out");
    arena_release(&a);
    assert_int_equal(m.live, 0);
}

/* {"properties":{"0":{},…},"required":["0",…]} */
static void add_wide(struct buf *b, uint64_t n)
{
    buf_add(b, STR("{\"properties\":{"));
    for (uint64_t i = 0; i < n; i++) {
        buf_add(b, i == 0 ? STR("\"") : STR(",\""));
        buf_add_u64(b, i);
        buf_add(b, STR("\":{}"));
    }
    buf_add(b, STR("},\"required\":["));
    for (uint64_t i = 0; i < n; i++) {
        buf_add(b, i == 0 ? STR("\"") : STR(",\""));
        buf_add_u64(b, i);
        buf_add_char(b, '"');
    }
    buf_add(b, STR("]}"));
}

/* What would take minutes is refused: names that are looked for among as many
 * others, and large schemas that many references name. */
static void time_is_bounded(void **state)
{
    struct test_mem m;
    struct arena a;
    struct buf in;

    (void)state;
    init_arena(&m, &a);
    buf_init(&in, arena_mem(&a), SIZE_MAX);
    add_wide(&in, 1000);
    refused_in(&a, buf_str(&in), "");
    buf_init(&in, arena_mem(&a), SIZE_MAX);
    add_wide(&in, 15000);
    refused_in(&a, buf_str(&in), "is too large to be converted");
    buf_init(&in, arena_mem(&a), SIZE_MAX);
    buf_add(&in, STR("{\"$defs\":{\"a\":{"));
    add_times(&in, "\"title\":\"\",", 2000);
    buf_add(&in, STR("\"type\":\"string\"}},\"anyOf\":["));
    add_times(&in, "{\"$ref\":\"#/$defs/a\"},", 1999);
    buf_add(&in, STR("{\"$ref\":\"#/$defs/a\"}]}"));
    refused_in(&a, buf_str(&in), "is too large to be converted");
    arena_release(&a);
    assert_int_equal(m.live, 0);
}

/* Steps are counted on from one schema of a request to the next. */
static void steps_add_up(void **state)
{
    struct test_mem m;
    struct arena a;
    struct chat_loss loss;
    struct buf out;
    struct schema_job job = {0};
    size_t n = 0;

    (void)state;
    init_arena(&m, &a);
    chat_loss_init(&loss, &a);
    buf_init(&out, arena_mem(&a), SIZE_MAX);
    while (job.refused.n == 0 && n++ < 1000000) {
        job = (struct schema_job){
            .out = &out, .loss = &loss, .arena = &a, .steps = job.steps};
        schema_write(&job, STR("{\"anyOf\":[{},{},{\"type\":\"string\"}]}"));
    }
    check_str(job.refused, STR("is too large to be converted"));
    assert_true(n > 10000);
    arena_release(&a);
}

static const struct {
    const char *in;
    bool is_empty;
} empties[] = {
    {"", true},
    {"{}", true},
    {"{\"type\":\"object\",\"properties\":{}}", true},
    {"{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}",
     true},
    {"{\"properties\":{\"a\":{}}}", false},
    {"{\"$ref\":\"#/$defs/a\"}", false},
    {"{\"anyOf\":[]}", false},
    {"{\"oneOf\":[]}", false},
    {"{\"allOf\":[]}", false},
    {"{\"additionalProperties\":true}", false},
    {"{\"additionalProperties\":{}}", false},
    {"nonsense", false},
};

static void emptiness(void **state)
{
    struct test_mem m;
    struct arena a;

    (void)state;
    init_arena(&m, &a);
    for (size_t i = 0; i < SL_LEN(empties); i++) {
        if (schema_is_empty(str_of(empties[i].in), &a) != empties[i].is_empty)
            fail_msg("%s", empties[i].in);
    }
    arena_release(&a);
}

static const struct {
    const char *name, *in, *want;
} raised[] = {
    {"types",
     "{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"type\":\"STRING\"}}"
     "}",
     "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}"},
    {"nullable", "{\"type\":\"STRING\",\"nullable\":true}",
     "{\"type\":[\"string\",\"null\"]}"},
    {"not nullable", "{\"type\":\"STRING\",\"nullable\":false}",
     "{\"type\":\"string\"}"},
    {"null among words",
     "{\"type\":\"STRING\",\"format\":\"enum\",\"enum\":[\"a\",\"b\"],"
     "\"nullable\":true}",
     "{\"type\":[\"string\",\"null\"],\"enum\":[\"a\",\"b\",null]}"},
    {"null among alternatives",
     "{\"any_of\":[{\"type\":\"INTEGER\"},{\"type\":\"TYPE_UNSPECIFIED\"}],"
     "\"nullable\":true}",
     "{\"anyOf\":[{\"type\":\"integer\"},{},{\"type\":\"null\"}]}"},
    {"snake case and counts in strings",
     "{\"min_items\":\"2\",\"maxItems\":3,\"max_length\":\"x\","
     "\"property_ordering\":[\"a\"],\"additional_properties\":false}",
     "{\"minItems\":2,\"maxItems\":3,\"maxLength\":0,\"propertyOrdering\":["
     "\"a\"],\"additionalProperties\":false}"},
    {"an example", "{\"example\":1,\"format\":\"int32\",\"title\":\"t\"}",
     "{\"examples\":[1],\"format\":\"int32\",\"title\":\"t\"}"},
    {"items and references",
     "{\"items\":{\"ref\":\"#/$defs/A\"},\"defs\":{\"A\":{\"type\":\"NULL\"}}}",
     "{\"items\":{\"$ref\":\"#/$defs/A\"},\"$defs\":{\"A\":{\"type\":\"null\"}}"
     "}"},
    {"maps and lists that are none",
     "{\"properties\":[{}],\"anyOf\":{\"a\":{}},\"type\":[\"a\"]}",
     "{\"properties\":{},\"anyOf\":[]}"},
    {"properties named like keywords",
     "{\"properties\":{\"type\":{\"type\":\"NUMBER\"}}}",
     "{\"properties\":{\"type\":{\"type\":\"number\"}}}"},
};

static bool raise_row(void *ctx, struct test_mem *m)
{
    size_t i = *(size_t *)ctx;
    struct arena a;
    struct json doc;
    struct str got = {0};
    bool through;

    arena_init(&a, &m->mem, 256, SIZE_MAX);
    if (json_parse(&doc, str_of(raised[i].in), &a, NULL, NULL) == SL_OK)
        got = schema_from_openapi(json_root(&doc), &a);
    through = got.n != 0;
    if (through)
        check_str_case(raised[i].name, got, str_of(raised[i].want));
    arena_release(&a);
    return through;
}

static void from_openapi(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(raised); i++)
        test_each_allocation(raise_row, &i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_forms),      cmocka_unit_test(limits),
        cmocka_unit_test(time_is_bounded), cmocka_unit_test(steps_add_up),
        cmocka_unit_test(emptiness),       cmocka_unit_test(from_openapi),
    };

    return test_run("schema", tests, SL_LEN(tests));
}
