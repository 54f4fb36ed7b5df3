/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "core/base/json.h"
#include "core/record.h"

static const struct usage unknown = {-1, -1, -1, -1, -1};

static struct record usual(void)
{
    return (struct record){
        .wall_ms = 1795262400123, /* 2026-11-21 12:00:00.123 */
        .id = STR("req-1"),
        .peer = STR("127.0.0.1"),
        .caller = STR("key-0"),
        .method = STR("POST"),
        .route = STR("/v1/chat/completions"),
        .provider = STR("openai"),
        .model = STR("gpt-4o"),
        .status = 200,
        .attempts = 1,
        .bytes_in = 123,
        .bytes_out = 456,
        .usage = {10, 20, -1, -1, -1},
        .first_byte_ms = 12,
        .total_ms = 340,
    };
}

static void times(void **state)
{
    static const struct {
        int64_t ms;
        const char *want;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {-1, "1970-01-01T00:00:00.000Z"},
        {999, "1970-01-01T00:00:00.999Z"},
        {86399999, "1970-01-01T23:59:59.999Z"},
        {86400000, "1970-01-02T00:00:00.000Z"},
        {951782400000, "2000-02-29T00:00:00.000Z"},
        {951868800000, "2000-03-01T00:00:00.000Z"},
        {1709164800000, "2024-02-29T00:00:00.000Z"},
        {1735689599999, "2024-12-31T23:59:59.999Z"},
        {1735689600000, "2025-01-01T00:00:00.000Z"},
        {1795262400123, "2026-11-21T12:00:00.123Z"},
        {4107542400000, "2100-03-01T00:00:00.000Z"},
        {253402300799999, "9999-12-31T23:59:59.999Z"},
        {253402300800000, "9999-12-31T23:59:59.999Z"},
        {INT64_MAX, "9999-12-31T23:59:59.999Z"},
        {INT64_MIN, "1970-01-01T00:00:00.000Z"},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        struct test_mem m;
        struct buf b;

        test_mem_init(&m);
        buf_init(&b, &m.mem, 100);
        record_write_time(&b, cases[i].ms);
        check_str_case(cases[i].want, buf_str(&b), str_of(cases[i].want));
        buf_release(&b);
    }
}

static void check_text(const struct record *r, const char *want)
{
    struct test_mem m;
    struct buf b;

    test_mem_init(&m);
    buf_init(&b, &m.mem, 1 << 16);
    record_write_text(&b, r);
    check_str(buf_str(&b), str_of(want));
    buf_release(&b);
    assert_int_equal(m.live, 0);
}

static void text_lines(void **state)
{
    struct record r = usual();

    (void)state;
    check_text(&r, "2026-11-21T12:00:00.123Z req-1 127.0.0.1 key-0 POST "
                   "/v1/chat/completions openai gpt-4o 200 try=1 in=123 "
                   "out=456 tok=10/20 first=12ms total=340ms\n");
    r.is_stream = true;
    r.finish = STR("stop");
    r.usage.cached_tokens = 5;
    r.usage.reasoning_tokens = 6;
    check_text(&r, "2026-11-21T12:00:00.123Z req-1 127.0.0.1 key-0 POST "
                   "/v1/chat/completions openai gpt-4o 200 try=1 in=123 "
                   "out=456 tok=10/20 cached=5 reasoning=6 first=12ms "
                   "total=340ms stream finish=stop\n");
    r = usual();
    r.attempts = 2;
    r.hedges = 1;
    check_text(&r, "2026-11-21T12:00:00.123Z req-1 127.0.0.1 key-0 POST "
                   "/v1/chat/completions openai gpt-4o 200 try=2 in=123 "
                   "out=456 tok=10/20 first=12ms total=340ms hedges=1 "
                   "hedge=lost\n");
    r.hedge_won = true;
    check_text(&r, "2026-11-21T12:00:00.123Z req-1 127.0.0.1 key-0 POST "
                   "/v1/chat/completions openai gpt-4o 200 try=2 in=123 "
                   "out=456 tok=10/20 first=12ms total=340ms hedges=1 "
                   "hedge=won\n");
    r = (struct record){.usage = unknown,
                        .status = 401,
                        .first_byte_ms = -1,
                        .rc = SL_UNAUTHENTICATED,
                        .error = STR("no valid credentials")};
    check_text(&r, "1970-01-01T00:00:00.000Z - - - - - - - 401 try=0 in=0 "
                   "out=0 tok=-/- first=- total=0ms code=UNAUTHENTICATED "
                   "error=\"no valid credentials\"\n");
}

/* Whatever comes from outside, the line is one line with the same fields. */
static void nothing_is_forged(void **state)
{
    struct record r = usual();

    (void)state;
    r.model = STR("a b\n2026 req\r\t\"\\\x1B[2J\x7F\xC2\x9B\0");
    r.finish = STR("stop total=1");
    r.rc = SL_UP_GARBAGE;
    r.error = STR("he said \"no\"\nand left\\");
    check_text(&r, "2026-11-21T12:00:00.123Z req-1 127.0.0.1 key-0 POST "
                   "/v1/chat/completions openai "
                   "a\\x20b\\x0a2026\\x20req\\x0d\\x09\\x22\\x5c\\x1b[2J\\x7f"
                   "\\xc2\\x9b\\x00 200 try=1 in=123 out=456 tok=10/20 "
                   "first=12ms total=340ms finish=stop\\x20total=1 "
                   "code=UP_GARBAGE error=\"he said \\x22no\\x22\\x0aand "
                   "left\\x5c\"\n");
}

static void long_texts_are_cut(void **state)
{
    static char text[1000];
    struct record r = usual();
    struct test_mem m;
    struct buf b;

    (void)state;
    memset(text, 'm', sizeof text);
    test_mem_init(&m);
    buf_init(&b, &m.mem, 1 << 16);
    r.model = (struct str){text, 200};
    r.error = (struct str){text, 500};
    r.rc = SL_INTERNAL;
    record_write_text(&b, &r);
    assert_false(str_has(buf_str(&b), STR("...")));
    buf_reset(&b);
    r.model.n++;
    record_write_text(&b, &r);
    assert_true(str_has(buf_str(&b), STR("m... 200 ")));
    buf_reset(&b);
    r = usual();
    r.error = (struct str){text, 501};
    record_write_text(&b, &r);
    assert_true(str_has(buf_str(&b), STR("m...\"\n")));
    buf_release(&b);
}

static void json_lines(void **state)
{
    struct record r = usual();
    struct test_mem m;
    struct json doc;
    struct arena a;
    struct buf b;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 4096, 1 << 20);
    buf_init(&b, &m.mem, 1 << 16);
    r.is_stream = true;
    r.error = STR("a \"b\"\nc");
    r.rc = SL_UP_CUT;
    record_write_json(&b, &r);
    check_str(buf_str(&b),
              STR("{\"time\":\"2026-11-21T12:00:00.123Z\",\"id\":\"req-1\","
                  "\"peer\":\"127.0.0.1\",\"caller\":\"key-0\",\"method\":"
                  "\"POST\",\"route\":\"/v1/chat/completions\",\"provider\":"
                  "\"openai\",\"model\":\"gpt-4o\",\"status\":200,\"attempts\":"
                  "1,\"hedges\":0,\"hedge_won\":false,\"bytes_in\":123,\"bytes_"
                  "out\":456,\"input_tokens\":10,"
                  "\"output_tokens\":20,\"cached_tokens\":null,"
                  "\"reasoning_tokens\":null,\"first_byte_ms\":12,\"total_ms\":"
                  "340,\"stream\":true,\"finish\":\"\",\"code\":\"UP_CUT\","
                  "\"error\":\"a \\\"b\\\"\\nc\"}\n"));
    buf_reset(&b);
    r.model = STR("\xFF\x01\n\xC3\xA9");
    r.status = 0;
    r.rc = SL_OK;
    record_write_json(&b, &r);
    assert_int_equal(str_find(buf_str(&b), '\n'), b.n - 1);
    assert_int_equal(json_parse(&doc, buf_str(&b), &a, NULL, NULL), SL_OK);
    assert_true(json_text_eq(json_get(json_root(&doc), STR("model")),
                             STR("\xEF\xBF\xBD\x01\n\xC3\xA9")));
    buf_release(&b);
    arena_release(&a);
}

static void little_room(void **state)
{
    const struct record r = usual();

    (void)state;
    for (size_t room = 0; room < 400; room++) {
        struct test_mem m;
        struct buf b;

        test_mem_init(&m);
        buf_init(&b, &m.mem, room);
        record_write_text(&b, &r);
        record_write_json(&b, &r);
        assert_true(b.failed);
        buf_release(&b);
        assert_int_equal(m.live, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times),
        cmocka_unit_test(text_lines),
        cmocka_unit_test(nothing_is_forged),
        cmocka_unit_test(long_texts_are_cut),
        cmocka_unit_test(json_lines),
        cmocka_unit_test(little_room),
    };

    return test_run("record", tests, SL_LEN(tests));
}
