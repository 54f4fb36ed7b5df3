/* SPDX-License-Identifier: MIT */
#include "core/base/json.h"

#include "support.h"

#include <string.h>

enum { N_WANT = 3 };

static void init_want(struct json_want want[N_WANT])
{
    static const struct str names[N_WANT] = {
        STR_INIT("model"), STR_INIT("stream"), STR_INIT("a\"b")};

    for (size_t i = 0; i < N_WANT; i++)
        want[i] = (struct json_want){.name = names[i],
                                     .value = STR_INIT("left over"),
                                     .member = STR_INIT("left over")};
}

/* ---- found ---- */

static const struct {
    struct str text, values[N_WANT], members[N_WANT];
} found[] = {
    {STR_INIT("{}"), {{0}}, {{0}}},
    {STR_INIT(" \n{ } \t"), {{0}}, {{0}}},
    {STR_INIT("{\"model\":\"m\"}"),
     {STR_INIT("\"m\"")},
     {STR_INIT("\"model\":\"m\"")}},
    {STR_INIT("{\"x\":[\"model\",{\"model\":1}],\"model\":\"m\",\"stream\":"
              "true,\"y\":null}"),
     {STR_INIT("\"m\""), STR_INIT("true")},
     {STR_INIT("\"model\":\"m\""), STR_INIT("\"stream\":true")}},
    {STR_INIT(" { \"stream\" : false , \"model\"\n:\t[ 1 , {} ] }\r\n"),
     {STR_INIT("[ 1 , {} ]"), STR_INIT("false")},
     {STR_INIT("\"model\"\n:\t[ 1 , {} ]"), STR_INIT("\"stream\" : false")}},
    {STR_INIT("{\"m\\u006fdel\":-1.5e3,\"str\\u0065am\":{},\"a\\\"b\":0}"),
     {STR_INIT("-1.5e3"), STR_INIT("{}"), STR_INIT("0")},
     {STR_INIT("\"m\\u006fdel\":-1.5e3"), STR_INIT("\"str\\u0065am\":{}"),
      STR_INIT("\"a\\\"b\":0")}},
    {STR_INIT("{\"x\":\"\\\\\",\"y\":\"\\\"}\",\"model\":\"\\\\\\\"\",\"z\":["
              "\"\\\\\",\"]\\\"\",\"\\\\\\\"[\"]}"),
     {STR_INIT("\"\\\\\\\"\"")},
     {STR_INIT("\"model\":\"\\\\\\\"\"")}},
    /* Others may repeat, as may wanted names further down. */
    {STR_INIT("{\"x\":1,\"x\":2,\"model\":3,\"y\":{\"model\":4,\"model\":5}}"),
     {STR_INIT("3")},
     {STR_INIT("\"model\":3")}},
    /* What is not looked at: UTF-8, numbers, commas and colons further down. */
    {STR_INIT("{\"x\":\"\xFF\xC0\",\"model\":01.2e,\"y\":[1 2,,:3 \"a\"]}"),
     {STR_INIT("01.2e")},
     {STR_INIT("\"model\":01.2e")}},
    {STR_INIT("{\"x\":\"\\q \\uD800\",\"model\":\"\\u12\"}"),
     {STR_INIT("\"\\u12\"")},
     {STR_INIT("\"model\":\"\\u12\"")}},
};

static void finds_members(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(found); i++) {
        struct guarded g = guard_copy(found[i].text);
        struct json_want want[N_WANT];
        struct err err = {0};

        init_want(want);
        if (json_scan(g.s, want, N_WANT, &err) != SL_OK)
            fail_msg("%s: at %zu", found[i].text.p, err.at);
        for (size_t k = 0; k < N_WANT; k++) {
            check_str_case(found[i].text.p, want[k].value, found[i].values[k]);
            check_str_case(found[i].text.p, want[k].member,
                           found[i].members[k]);
            assert_true((want[k].value.p == NULL) ==
                        (found[i].values[k].p == NULL));
        }
        guard_free(&g);
    }
}

static void check_cut(struct str text, size_t n)
{
    struct guarded g = guard_copy(str_first(text, n));
    struct json_want want[N_WANT];
    struct err err = {0};
    enum sl_rc rc;

    init_want(want);
    rc = json_scan(g.s, want, N_WANT, &err);
    if (rc != SL_SYNTAX || err.rc != rc || !err.has_at || err.at > n)
        fail_msg("%s cut at %zu: %d at %zu", text.p, n, (int)rc, err.at);
    for (size_t k = 0; k < N_WANT; k++)
        assert_true(want[k].value.p == NULL && want[k].member.p == NULL);
    guard_free(&g);
}

static void every_cut_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(found); i++) {
        struct str trimmed = str_trim(found[i].text);
        size_t whole = trimmed.n + (size_t)(trimmed.p - found[i].text.p);

        for (size_t n = 0; n < whole; n++)
            check_cut(found[i].text, n);
    }
}

/* ---- refused ---- */

static const struct {
    struct str text;
    enum sl_rc rc;
    size_t at;
} refused[] = {
    {STR_INIT(""), SL_SYNTAX, 0},
    {STR_INIT(" [] "), SL_SYNTAX, 1},
    {STR_INIT("\"model\""), SL_SYNTAX, 0},
    {STR_INIT("\xEF\xBB\xBF{}"), SL_SYNTAX, 0},
    {STR_INIT("{}{}"), SL_SYNTAX, 2},
    {STR_INIT("{} x"), SL_SYNTAX, 3},
    {STR_INIT("{\0}"), SL_SYNTAX, 1},
    {STR_INIT("{}\0"), SL_SYNTAX, 2},
    {STR_INIT("{\"a\":1]"), SL_SYNTAX, 6},
    {STR_INIT("{\"a\":1,}"), SL_SYNTAX, 7},
    {STR_INIT("{,\"a\":1}"), SL_SYNTAX, 1},
    {STR_INIT("{\"a\":1,,\"b\":1}"), SL_SYNTAX, 7},
    {STR_INIT("{\"a\"1}"), SL_SYNTAX, 4},
    {STR_INIT("{\"a\":}"), SL_SYNTAX, 5},
    {STR_INIT("{\"a\":1 2}"), SL_SYNTAX, 7},
    {STR_INIT("{\"a\":tru}"), SL_SYNTAX, 5},
    {STR_INIT("{\"a\":truee}"), SL_SYNTAX, 9},
    {STR_INIT("{a:1}"), SL_SYNTAX, 1},
    {STR_INIT("{\"a\":'x'}"), SL_SYNTAX, 5},
    {STR_INIT("{\"a\":\"x\ny\"}"), SL_SYNTAX, 7},
    {STR_INIT("{\"a\":\"\\\n\"}"), SL_SYNTAX, 7},
    {STR_INIT("{\"a\nb\":1}"), SL_SYNTAX, 3},
    {STR_INIT("{\"a\\q\":1}"), SL_SYNTAX, 3},
    {STR_INIT("{\"a\\ud800\":1}"), SL_SYNTAX, 3},
    {STR_INIT("{\"a\":[\"x\ny\"]}"), SL_SYNTAX, 8},
    {STR_INIT("{\"a\":[\"\\\n\"]}"), SL_SYNTAX, 8},
    {STR_INIT("{\"a\":[\\\"]}"), SL_SYNTAX, 6},
    {STR_INIT("{\"a\":[}"), SL_SYNTAX, 6},
    {STR_INIT("{\"a\":{]}"), SL_SYNTAX, 6},
    {STR_INIT("{\"a\":[[]}"), SL_SYNTAX, 8},
    {STR_INIT("{\"a\":[[]"), SL_SYNTAX, 8},
    {STR_INIT("{\"a\":[\"]}"), SL_SYNTAX, 9},
    {STR_INIT("{\"model\":1,\"model\":1}"), SL_DUPLICATE, 11},
    {STR_INIT("{\"model\":1,\"mod\\u0065l\":1}"), SL_DUPLICATE, 11},
    /* The first fault counts. */
    {STR_INIT("{\"model\":1,\"model\":1,}"), SL_DUPLICATE, 11},
};

static void refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(refused); i++) {
        struct guarded g = guard_copy(refused[i].text);
        struct json_want want[N_WANT];
        struct err err = {0};
        enum sl_rc rc;

        init_want(want);
        rc = json_scan(g.s, want, N_WANT, &err);
        if (rc != refused[i].rc || err.rc != rc || err.at != refused[i].at ||
            err.what.n == 0)
            fail_msg("%s: %d at %zu", refused[i].text.p, (int)rc, err.at);
        for (size_t k = 0; k < N_WANT; k++)
            assert_true(want[k].value.p == NULL && want[k].member.p == NULL);
        if (rc == SL_DUPLICATE)
            check_str(err.where, STR("model"));
        guard_free(&g);
    }
}

static void first_error_is_kept(void **state)
{
    struct json_want want = {.name = STR_INIT("model")};
    struct err err = {.rc = SL_NOMEM};

    (void)state;
    assert_int_equal(
        json_scan(STR("{\"model\":1,\"model\":1}"), &want, 1, &err),
        SL_DUPLICATE);
    assert_int_equal(err.rc, SL_NOMEM);
    assert_int_equal(err.where.n, 0);
    assert_int_equal(json_scan((struct str){0}, &want, 1, NULL), SL_SYNTAX);
    assert_int_equal(json_scan(STR("{\"a\":1}"), NULL, 0, NULL), SL_OK);
}

/* An object that holds n levels of arrays, itself one more. */
static struct str nested(char *to, size_t n)
{
    memcpy(to, "{\"a\":", 5);
    memset(to + 5, '[', n);
    memset(to + 5 + n, ']', n);
    to[5 + 2 * n] = '}';
    return (struct str){to, 2 * n + 6};
}

static void depth_exactly_and_one_more(void **state)
{
    char text[2 * JSON_DEPTH + 16];
    struct err err = {0};

    (void)state;
    assert_int_equal(json_scan(nested(text, JSON_DEPTH - 1), NULL, 0, &err),
                     SL_OK);
    assert_int_equal(json_scan(nested(text, JSON_DEPTH), NULL, 0, &err),
                     SL_TOO_LARGE);
    assert_int_equal(err.at, 5 + JSON_DEPTH - 1);
}

/* ---- where blocks begin and end ---- */

/* An array of `middle` behind `shift` spaces or a string as long. */
static void check_shifted(struct str middle, size_t shift)
{
    static const struct str tail = STR_INIT("],\"m\":7}");
    struct json_want want = {.name = STR_INIT("m")};
    char text[512];
    size_t n = 6 + shift;
    struct guarded g;

    memcpy(text, "{\"x\":[", 6);
    memset(text + 6, shift % 2 != 0 ? 'x' : ' ', shift);
    if (shift % 2 != 0) {
        text[6] = '"';
        memcpy(text + n, "\",", 2);
        n += 2;
    }
    memcpy(text + n, middle.p, middle.n);
    n += middle.n;
    memcpy(text + n, tail.p, tail.n);
    g = guard_copy((struct str){text, n + tail.n});
    if (json_scan(g.s, &want, 1, NULL) != SL_OK)
        fail_msg("%s after %zu bytes", middle.p, shift);
    check_str(want.value, STR("7"));
    guard_free(&g);
    g = guard_copy((struct str){text, n});
    assert_int_equal(json_scan(g.s, &want, 1, NULL), SL_SYNTAX);
    guard_free(&g);
}

/* Pieces that mean something else inside a string, behind a backslash, or when
 * cut in two, moved over every border of a block. */
static void every_shift_against_the_blocks(void **state)
{
    static const struct str middles[] = {
        STR_INIT("\"\\\"]\""),        STR_INIT("\"\\\\\""),
        STR_INIT("\"\\\\\\\"[\""),    STR_INIT("\"]\",\"[\""),
        STR_INIT("[[{}],{\"]\":1}]"), STR_INIT("\"\xC3\xA4\\\"\xFF{\""),
        STR_INIT("\n\r\t"),           STR_INIT("\"\\\\\\\\\\\\\\\\\\\\\\\\\""),
        STR_INIT("\"\",\"\",\"\""),
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(middles); i++) {
        for (size_t shift = 0; shift < 200; shift++)
            check_shifted(middles[i], shift);
    }
}

/* A fault at every place of a long nested string and around it. */
static void faults_are_found_everywhere(void **state)
{
    char text[300];
    struct err err;

    (void)state;
    for (size_t at = 7; at < 207; at++) {
        memset(text, 'x', sizeof(text));
        memcpy(text, "{\"x\":[\"", 7);
        memcpy(text + 207, "\"]}", 3);
        assert_int_equal(json_scan((struct str){text, 210}, NULL, 0, NULL),
                         SL_OK);
        text[at] = '\x1F';
        err = (struct err){0};
        assert_int_equal(json_scan((struct str){text, 210}, NULL, 0, &err),
                         SL_SYNTAX);
        assert_int_equal(err.at, at);
        memset(text + 6, ' ', 201);
        memcpy(text + 206, "1 ]}", 4);
        text[at - 1] = '\\';
        err = (struct err){0};
        assert_int_equal(json_scan((struct str){text, 210}, NULL, 0, &err),
                         SL_SYNTAX);
        assert_int_equal(err.at, at - 1);
        text[at - 1] = '}';
        err = (struct err){0};
        assert_int_equal(json_scan((struct str){text, 210}, NULL, 0, &err),
                         SL_SYNTAX);
        assert_int_equal(err.at, at - 1);
    }
}

/* ---- steps ---- */

static void steps_over_elements(void **state)
{
    static const struct {
        struct str text, values[4];
        size_t n;
    } cases[] = {
        {STR_INIT("[]"), {{0}}, 0},
        {STR_INIT(" [ \n] "), {{0}}, 0},
        {STR_INIT("[1]"), {STR_INIT("1")}, 1},
        {STR_INIT("[ 1 , \"a,]\" ,[2,[3]], {\"b\":[]} ] "),
         {STR_INIT("1"), STR_INIT("\"a,]\""), STR_INIT("[2,[3]]"),
          STR_INIT("{\"b\":[]}")},
         4},
        /* Not arrays, or not quite. */
        {STR_INIT(""), {{0}}, 0},
        {STR_INIT("{}"), {{0}}, 0},
        {STR_INIT("1"), {{0}}, 0},
        {STR_INIT("["), {{0}}, 0},
        {STR_INIT("[1 2]"), {STR_INIT("1")}, 1},
        {STR_INIT("[1,]"), {STR_INIT("1")}, 1},
        {STR_INIT("[,1]"), {{0}}, 0},
        {STR_INIT("[1,\"a]"), {STR_INIT("1")}, 1},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        struct str rest = cases[i].text;
        struct str value = STR("untouched");
        size_t n = 0;

        while (json_next_element(&rest, &value)) {
            assert_true(n < cases[i].n);
            check_str_case(cases[i].text.p, value, cases[i].values[n++]);
        }
        assert_int_equal(n, cases[i].n);
        assert_false(json_next_element(&rest, &value));
        if (n == 0)
            check_str(value, STR("untouched"));
    }
}

static void steps_over_members(void **state)
{
    static const struct {
        struct str text, names[3], values[3];
        size_t n;
    } cases[] = {
        {STR_INIT("{}"), {{0}}, {{0}}, 0},
        {STR_INIT("{ \"a\" : 1 , \"\\u0062\":{\"c\":{}}, \"d\":\"}\" }"),
         {STR_INIT("\"a\""), STR_INIT("\"\\u0062\""), STR_INIT("\"d\"")},
         {STR_INIT("1"), STR_INIT("{\"c\":{}}"), STR_INIT("\"}\"")},
         3},
        {STR_INIT("[1]"), {{0}}, {{0}}, 0},
        {STR_INIT("{\"a\"}"), {{0}}, {{0}}, 0},
        {STR_INIT("{\"a\":1 \"b\":2}"),
         {STR_INIT("\"a\"")},
         {STR_INIT("1")},
         1},
        {STR_INIT("{\"a\":1,}"), {STR_INIT("\"a\"")}, {STR_INIT("1")}, 1},
        {STR_INIT("{1:1}"), {{0}}, {{0}}, 0},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        struct str rest = cases[i].text;
        struct str name;
        struct str value;
        size_t n = 0;

        while (json_next_member(&rest, &name, &value)) {
            assert_true(n < cases[i].n);
            check_str_case(cases[i].text.p, name, cases[i].names[n]);
            check_str_case(cases[i].text.p, value, cases[i].values[n++]);
        }
        assert_int_equal(n, cases[i].n);
    }
}

/* ---- raw values ---- */

static void raw_types(void **state)
{
    (void)state;
    assert_int_equal(json_raw_type((struct str){0}), JSON_NONE);
    assert_int_equal(json_raw_type(STR("null")), JSON_NULL);
    assert_int_equal(json_raw_type(STR("false")), JSON_FALSE);
    assert_int_equal(json_raw_type(STR("true")), JSON_TRUE);
    assert_int_equal(json_raw_type(STR("-1")), JSON_NUMBER);
    assert_int_equal(json_raw_type(STR("\"\"")), JSON_STRING);
    assert_int_equal(json_raw_type(STR("[]")), JSON_ARRAY);
    assert_int_equal(json_raw_type(STR("{}")), JSON_OBJECT);
}

static void raw_numbers_are_checked(void **state)
{
    static const struct str none[] = {
        STR_INIT(""),    STR_INIT("01"),   STR_INIT("1."),  STR_INIT("-"),
        STR_INIT("1e"),  STR_INIT("+1"),   STR_INIT("1 "),  STR_INIT("\"1\""),
        STR_INIT("1,2"), STR_INIT("null"), STR_INIT("1e+"), STR_INIT("--1"),
    };
    int64_t i = 5;
    double d = 5;

    (void)state;
    for (size_t k = 0; k < SL_LEN(none); k++) {
        if (json_raw_i64(none[k], &i) || json_raw_f64(none[k], &d))
            fail_msg("accepted: %s", none[k].p);
    }
    assert_false(json_raw_f64(STR("1e999"), &d));
    assert_true(i == 5 && d == 5);
    assert_true(json_raw_i64(STR("-7"), &i) && i == -7);
    assert_true(json_raw_f64(STR("-7.25"), &d) && d == -7.25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_members),
        cmocka_unit_test(every_cut_is_refused),
        cmocka_unit_test(refuses),
        cmocka_unit_test(first_error_is_kept),
        cmocka_unit_test(depth_exactly_and_one_more),
        cmocka_unit_test(every_shift_against_the_blocks),
        cmocka_unit_test(faults_are_found_everywhere),
        cmocka_unit_test(steps_over_elements),
        cmocka_unit_test(steps_over_members),
        cmocka_unit_test(raw_types),
        cmocka_unit_test(raw_numbers_are_checked),
    };

    return test_run("json_scan", tests, SL_LEN(tests));
}
