/* SPDX-License-Identifier: MIT */
/* Estimates of input tokens, by the rule of count_tokens.h. */
#include "core/count_tokens.h"

#include "dialects.h"

#define BODY(content)                                                        \
    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":" content \
    "}]}"

/* 3 for the answer, 4 for each message. */
static const struct {
    const char *name, *body;
    int64_t want;
} rows[] = {
    {"no text", BODY("[]"), 7},
    {"a byte", BODY("\"a\""), 8},
    {"four bytes", BODY("\"abcd\""), 8},
    {"five bytes", BODY("\"abcde\""), 9},
    {"other characters", BODY("\"\u65e5\u672c\U0001f600a\""), 11},
    {"a system prompt",
     "{\"model\":\"m\",\"system\":\"abcd\",\"messages\":[{\"role\":"
     "\"user\",\"content\":\"abcd\"}]}",
     13},
    {"an image",
     BODY("[{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"u\"}}]"),
     1607},
    {"a small document",
     BODY("[{\"type\":\"document\",\"title\":\"abcd\",\"source\":{"
          "\"type\":\"base64\",\"media_type\":\"application/pdf\","
          "\"data\":\"AAAA\"}}]"),
     1508},
    {"a document of text",
     BODY("[{\"type\":\"document\",\"source\":{\"type\":\"text\","
          "\"media_type\":\"text/plain\",\"data\":\"abcd\"}}]"),
     8},
    {"a call, its result and a tool",
     "{\"model\":\"m\",\"tools\":[{\"name\":\"f\",\"input_schema\":{}}],"
     "\"messages\":["
     "{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":"
     "\"abcd\","
     "\"signature\":\"abcd\"},{\"type\":\"tool_use\",\"id\":\"t\",\"name\":"
     "\"f\",\"input\":{}}]},"
     "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_"
     "id\":\"t\","
     "\"content\":\"abcd\"}]}]}",
     3 + 4 + 2 + 8 + 2 + 4 + 8 + 1 + 8 + 2},
    {"a server\"s tool, a schema",
     "{\"model\":\"m\",\"tools\":[{\"type\":\"abcd\"}],\"output_config\":{"
     "\"format\":{\"type\":"
     "\"json_schema\",\"schema\":{}}},\"messages\":[{\"role\":\"user\","
     "\"content\":\"\"}]}",
     7 + 8 + 4 + 1},
};

static struct chat_request *read_body(const char *body, struct arena *a)
{
    struct chat_request *request = NULL;

    assert_true(
        translate_read(&(struct translate_source){&dialect_anthropic_count,
                                                  str_of(body), NULL},
                       a, &request, NULL) == SL_OK);
    return request;
}

static void estimates(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct test_mem m;
        struct arena a;
        int64_t got;

        test_mem_init(&m);
        arena_init(&a, &m.mem, 64, 1 << 16);
        got = count_tokens(read_body(rows[i].body, &a));
        if (got != rows[i].want)
            print_error("%s\n", rows[i].name);
        assert_int_equal(got, rows[i].want);
        arena_release(&a);
    }
}

/* Data is counted by its size. */
static void media(void **state)
{
    static char base64[65536];
    struct chat_part p = {.kind = CHAT_AUDIO};
    struct chat_message message = {.parts = &p, .n = 1};
    struct chat_request r = {.messages = &message, .n_messages = 1};

    (void)state;
    assert_int_equal(count_tokens(&r), 107);
    p.data = (struct str){base64, sizeof(base64)};
    p.kind = CHAT_DOCUMENT;
    assert_int_equal(count_tokens(&r), 7 + 2048);
    p.media_type = STR("text/csv");
    assert_int_equal(count_tokens(&r), 7 + 16384);
    p.kind = CHAT_REFUSAL;
    p.text = STR("abcd");
    assert_int_equal(count_tokens(&r), 8);
}

static void answer(void **state)
{
    struct test_mem m;
    struct buf out;

    (void)state;
    test_mem_init(&m);
    buf_init(&out, &m.mem, 100);
    count_tokens_write(&out, 42);
    check_str(buf_str(&out), STR("{\"input_tokens\":42}"));
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(estimates),
        cmocka_unit_test(media),
        cmocka_unit_test(answer),
    };

    return test_run("count_tokens", tests, SL_LEN(tests));
}
