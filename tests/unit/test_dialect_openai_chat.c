/* SPDX-License-Identifier: MIT */
/* What OpenAI's chat writes of a size that no one expects. The other pairs are
 * proven by tests/cases. */
#include "support.h"

#include "core/translate.h"

enum { LONG = 70000 };

static const struct chat_quirks openai = {.is_openai = true,
                                          .has_max_completion_tokens = true};

static struct str long_text(struct arena *a)
{
    char *p = arena_get(a, LONG);

    assert_non_null(p);
    memset(p, 'x', LONG);
    return (struct str){p, LONG};
}

/* before, 70,000 letters, behind: read and written, all of them are there. */
static void check_long(const char *before, const char *behind)
{
    struct test_mem mem;
    struct arena a;
    struct buf body;
    struct chat_request *request;
    struct err err = {0};
    struct translate_written written = {0};
    struct str text;

    test_mem_init(&mem);
    arena_init(&a, &mem.mem, 4096, (size_t)1 << 24);
    text = long_text(&a);
    buf_init(&body, arena_mem(&a), (size_t)1 << 20);
    buf_add(&body, str_of(before));
    buf_add(&body, text);
    buf_add(&body, str_of(behind));
    assert_int_equal(
        translate_read(&(struct translate_source){&dialect_openai_chat,
                                                  buf_str(&body), NULL},
                       &a, &request, &err),
        SL_OK);
    assert_int_equal(
        translate_write(
            &(struct translate_target){&dialect_openai_chat, STR("m"), &openai},
            request, &a, &written),
        SL_OK);
    assert_true(str_has(written.body, text));
    arena_release(&a);
    assert_int_equal(mem.live, 0);
}

static void long_texts_are_whole(void **state)
{
    (void)state;
    check_long("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":"
               "\"a\"}],\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":"
               "\"c\",\"format\":{\"type\":\"grammar\",\"grammar\":{\"syntax\":"
               "\"lark\",\"definition\":\"",
               "\"}}}}]}");
    check_long("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":"
               "\"a\"}],\"tools\":[{\"type\":\"function\",\"function\":{"
               "\"name\":\"f\"}}],\"tool_choice\":{\"type\":\"function\","
               "\"function\":{\"name\":\"",
               "\"}}}");
    check_long("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":"
               "\"a\"}],\"response_format\":{\"type\":\"json_schema\","
               "\"json_schema\":{\"name\":\"n\",\"schema\":{},"
               "\"description\":\"",
               "\"}}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_texts_are_whole),
    };

    return test_run("dialect openai-chat", tests, SL_LEN(tests));
}
