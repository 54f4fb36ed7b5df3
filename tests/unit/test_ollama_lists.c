/* SPDX-License-Identifier: MIT */
#include "core/dialects/ollama_lists.h"

#include "support.h"

#define DETAILS                                                           \
    "\"details\":{\"parent_model\":\"\",\"format\":\"\",\"family\":\"\"," \
    "\"families\":[],\"parameter_size\":\"\",\"quantization_level\":\"\"}"

static struct test_mem mem;
static struct buf out;

static int set_up(void **state)
{
    (void)state;
    test_mem_init(&mem);
    buf_init(&out, &mem.mem, 65536);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buf_release(&out);
    return 0;
}

static void tags(void **state)
{
    static const struct ollama_model models[] = {
        {.name = STR_INIT("openai/gpt \"4\""), .modified_s = 1700000000},
        {.name = STR_INIT("b")},
    };

    (void)state;
    ollama_write_tags(&out, models, 2);
    check_str(buf_str(&out),
              STR("{\"models\":[{\"name\":\"openai/gpt \\\"4\\\"\",\"model\":"
                  "\"openai/gpt \\\"4\\\"\",\"modified_at\":"
                  "\"2023-11-14T22:13:20Z\",\"size\":0,\"digest\":\"\"," DETAILS
                  "},{\"name\":\"b\",\"model\":\"b\",\"modified_at\":"
                  "\"1970-01-01T00:00:00Z\",\"size\":0,\"digest\":\"\"," DETAILS
                  "}]}"));
    buf_reset(&out);
    ollama_write_tags(&out, NULL, 0);
    check_str(buf_str(&out), STR("{\"models\":[]}"));
}

static void version_and_show(void **state)
{
    (void)state;
    ollama_write_version(&out, STR("1.2"));
    check_str(buf_str(&out), STR("{\"version\":\"1.2\"}"));
    buf_reset(&out);
    ollama_write_show(&out, &(struct ollama_model){
                                .name = STR("m"),
                                .context = 4096,
                                .has_facts = true,
                                .has_vision = true,
                                .thinks = true,
                            });
    assert_true(
        str_has(buf_str(&out),
                STR("{\"general.architecture\":\"sluice\",\"general.basename\":"
                    "\"m\",\"sluice.context_length\":4096},\"capabilities\":["
                    "\"completion\",\"vision\",\"thinking\"]")));
    buf_reset(&out);
    ollama_write_show(&out, &(struct ollama_model){.name = STR("m"),
                                                   .modified_s = 1700000000});
    check_str(buf_str(&out),
              STR("{\"modelfile\":\"\",\"parameters\":\"\",\"template\":\"\","
                  "" DETAILS ",\"model_info\":{\"general.architecture\":"
                  "\"sluice\",\"general.basename\":\"m\"},"
                  "\"capabilities\":[\"completion\",\"tools\"],"
                  "\"modified_at\":\"2023-11-14T22:13:20Z\"}"));
}

static void loading(void **state)
{
    static const struct {
        const char *body;
        bool is_load, is_generate;
        const char *want;
    } rows[] = {
        {"{\"model\":\"m\"}", true, true,
         "{\"model\":\"m\",\"created_at\":\"2023-11-14T22:13:20Z\","
         "\"response\":\"\",\"done\":true,\"done_reason\":\"load\"}"},
        {"{\"model\":\"m\",\"messages\":[],\"keep_alive\":0}", true, false,
         "{\"model\":\"m\",\"created_at\":\"2023-11-14T22:13:20Z\","
         "\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,"
         "\"done_reason\":\"unload\"}"},
        {"{\"prompt\":\"\",\"keep_alive\":\"0s\"}", true, true,
         "{\"model\":\"\",\"created_at\":\"2023-11-14T22:13:20Z\","
         "\"response\":\"\",\"done\":true,\"done_reason\":\"unload\"}"},
        {"{\"prompt\":\"a\"}", false, true, NULL},
        {"{\"messages\":[{}]}", false, false, NULL},
        {"{\"messages\":{}}", false, false, NULL},
        {"{\"prompt\":1}", false, true, NULL},
        {"[]", false, true, NULL},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct arena a;
        struct json doc;

        arena_init(&a, &mem.mem, 1024, 65536);
        assert_int_equal(json_parse(&doc, str_of(rows[i].body), &a, NULL, NULL),
                         SL_OK);
        assert_int_equal(ollama_is_load(json_root(&doc)), rows[i].is_load);
        buf_reset(&out);
        if (rows[i].is_load)
            ollama_write_loaded(&out, json_root(&doc), rows[i].is_generate,
                                1700000000);
        check_str_case(rows[i].body, buf_str(&out), str_of(rows[i].want));
        arena_release(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tags, set_up, tear_down),
        cmocka_unit_test_setup_teardown(version_and_show, set_up, tear_down),
        cmocka_unit_test_setup_teardown(loading, set_up, tear_down),
    };

    return test_run("ollama_lists", tests, SL_LEN(tests));
}
