/* SPDX-License-Identifier: MIT */
#include "core/base/base64.h"

#include "support.h"

static void vectors_both_ways(void **state)
{
    static const struct {
        struct str bytes, standard, url;
    } rows[] = {
        /* RFC 4648, section 10 */
        {STR_INIT(""), STR_INIT(""), STR_INIT("")},
        {STR_INIT("f"), STR_INIT("Zg=="), STR_INIT("Zg")},
        {STR_INIT("fo"), STR_INIT("Zm8="), STR_INIT("Zm8")},
        {STR_INIT("foo"), STR_INIT("Zm9v"), STR_INIT("Zm9v")},
        {STR_INIT("foob"), STR_INIT("Zm9vYg=="), STR_INIT("Zm9vYg")},
        {STR_INIT("fooba"), STR_INIT("Zm9vYmE="), STR_INIT("Zm9vYmE")},
        {STR_INIT("foobar"), STR_INIT("Zm9vYmFy"), STR_INIT("Zm9vYmFy")},
        {STR_INIT("\xFB\xEF\xBE"), STR_INIT("++++"), STR_INIT("----")},
        {STR_INIT("\xFF\xFF\xFF"), STR_INIT("////"), STR_INIT("____")},
        {STR_INIT("\0"), STR_INIT("AA=="), STR_INIT("AA")},
    };
    struct test_mem m;
    struct buf b;

    (void)state;
    test_mem_init(&m);
    buf_init(&b, &m.mem, 100);
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct guarded bytes = guard_copy(rows[i].bytes);
        struct guarded text = guard_copy(rows[i].standard);

        buf_reset(&b);
        base64_write(&b, bytes.s, BASE64_STANDARD);
        check_str(buf_str(&b), rows[i].standard);
        buf_reset(&b);
        base64_write(&b, bytes.s, BASE64_URL);
        check_str(buf_str(&b), rows[i].url);
        buf_reset(&b);
        assert_int_equal(base64_read(&b, text.s, BASE64_STANDARD), SL_OK);
        check_str(buf_str(&b), rows[i].bytes);
        guard_free(&text);
        text = guard_copy(rows[i].url);
        buf_reset(&b);
        assert_int_equal(base64_read(&b, text.s, BASE64_URL), SL_OK);
        check_str(buf_str(&b), rows[i].bytes);
        guard_free(&text);
        guard_free(&bytes);
    }
    buf_release(&b);
}

static void refused(void **state)
{
    static const struct {
        struct str text;
        bool standard, url; /* which kind accepts it */
    } rows[] = {
        {STR_INIT("Zg=="), true, true},    /* padding is optional there */
        {STR_INIT("Zm8="), true, true},    /* the same */
        {STR_INIT("Zg"), false, true},     /* and required here */
        {STR_INIT("Zg="), false, false},   /* too little of it */
        {STR_INIT("Zg==="), false, false}, /* too much */
        {STR_INIT("Zm9v===="), false, false},
        {STR_INIT("Zm9v="), false, false},
        {STR_INIT("Z==="), false, false},
        {STR_INIT("===="), false, false},
        {STR_INIT("=="), false, false},
        {STR_INIT("="), false, false},
        {STR_INIT("Zg==Zg=="), false, false}, /* inside */
        {STR_INIT("Z"), false, false},        /* six bits are no byte */
        {STR_INIT("A"), false, false},
        {STR_INIT("AAAAA"), false, false},
        {STR_INIT("Zm9vZ"), false, false},
        {STR_INIT("Zh=="), false, false}, /* unused bits set */
        {STR_INIT("Zm9="), false, false},
        {STR_INIT("Zh"), false, false},
        {STR_INIT("++//"), true, false}, /* the other's alphabet */
        {STR_INIT("--__"), false, true},
        {STR_INIT("Zm9v\n"), false, false},
        {STR_INIT("Zm 9"), false, false},
        {STR_INIT("Zm\0v"), false, false},
        {STR_INIT("Zm\xFFv"), false, false},
        {STR_INIT("Zm9vZm\xC3v"), false, false},
    };
    struct test_mem m;
    struct buf b;

    (void)state;
    test_mem_init(&m);
    buf_init(&b, &m.mem, 100);
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct guarded g = guard_copy(rows[i].text);
        enum sl_rc standard = base64_read(&b, g.s, BASE64_STANDARD);
        enum sl_rc url = base64_read(&b, g.s, BASE64_URL);

        assert_int_equal(standard, rows[i].standard ? SL_OK : SL_SYNTAX);
        assert_int_equal(url, rows[i].url ? SL_OK : SL_SYNTAX);
        guard_free(&g);
    }
    buf_release(&b);
}

/* Exactly 64 of the 256 bytes are digits, in every place of a group. */
static void alphabets(void **state)
{
    struct test_mem m;
    struct buf b;

    (void)state;
    test_mem_init(&m);
    buf_init(&b, &m.mem, 3);
    for (size_t place = 0; place < 4; place++) {
        size_t standard = 0, url = 0;

        for (int c = 0; c < 256; c++) {
            char text[4] = {'A', 'A', 'A', 'A'};

            text[place] = (char)c;
            buf_reset(&b);
            standard += c != '=' && base64_read(&b, (struct str){text, 4},
                                                BASE64_STANDARD) == SL_OK;
            buf_reset(&b);
            url += c != '=' &&
                   base64_read(&b, (struct str){text, 4}, BASE64_URL) == SL_OK;
        }
        assert_int_equal(standard, 64);
        assert_int_equal(url, 64);
    }
    buf_release(&b);
}

static void appends_and_stops_at_the_limit(void **state)
{
    struct test_mem m;
    struct buf b;

    (void)state;
    test_mem_init(&m);
    buf_init(&b, &m.mem, 9);
    buf_add(&b, STR("x"));
    base64_write(&b, STR("foob"), BASE64_STANDARD);
    check_str(buf_str(&b), STR("xZm9vYg=="));
    buf_reset(&b);
    buf_add(&b, STR("xy"));
    base64_write(&b, STR("foob"), BASE64_STANDARD);
    assert_int_equal(buf_rc(&b), SL_TOO_LARGE);
    check_str(buf_str(&b), STR("xy"));
    assert_int_equal(base64_read(&b, STR(""), BASE64_URL), SL_TOO_LARGE);
    assert_int_equal(base64_read(&b, STR("Zg"), BASE64_URL), SL_TOO_LARGE);
    buf_reset(&b);
    buf_add(&b, STR("1234567"));
    assert_int_equal(base64_read(&b, STR("Zm8"), BASE64_URL), SL_OK);
    check_str(buf_str(&b), STR("1234567fo"));
    assert_int_equal(base64_read(&b, STR("Zg"), BASE64_URL), SL_TOO_LARGE);
    buf_release(&b);
    m.fail_at = 0;
    assert_int_equal(base64_read(&b, STR("Zg"), BASE64_URL), SL_NOMEM);
    buf_release(&b);
}

static void every_length_reads_back(void **state)
{
    char bytes[200];
    struct test_mem m;
    struct buf text, back;

    (void)state;
    test_mem_init(&m);
    buf_init(&text, &m.mem, 300);
    buf_init(&back, &m.mem, 200);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)((i * 151 + 7) & 0xFF);
    for (size_t n = 0; n <= sizeof bytes; n++) {
        for (int kind = BASE64_STANDARD; kind <= BASE64_URL; kind++) {
            buf_reset(&text);
            buf_reset(&back);
            base64_write(&text, (struct str){bytes, n}, (enum base64_kind)kind);
            assert_int_equal(
                base64_read(&back, buf_str(&text), (enum base64_kind)kind),
                SL_OK);
            check_str(buf_str(&back), ((struct str){bytes, n}));
        }
    }
    buf_release(&text);
    buf_release(&back);
    assert_int_equal(m.live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_both_ways), cmocka_unit_test(refused),
        cmocka_unit_test(alphabets),
        cmocka_unit_test(appends_and_stops_at_the_limit),
        cmocka_unit_test(every_length_reads_back)};

    return test_run("base64", tests, SL_LEN(tests));
}
