/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "core/http/multipart.h"

#include <stdio.h>

static void boundaries(void **state)
{
#define SEVENTY \
    "0123456789012345678901234567890123456789012345678901234567890123456789"
    static const struct {
        struct str in, want; /* {0}: refused */
    } rows[] = {
        {STR_INIT("multipart/form-data; boundary=abc"), STR_INIT("abc")},
        {STR_INIT("Multipart/Form-Data;BOUNDARY=abc"), STR_INIT("abc")},
        {STR_INIT("multipart/form-data; boundary=\"a b'()+_,-./:=?c\""),
         STR_INIT("a b'()+_,-./:=?c")},
        {STR_INIT("multipart/form-data; boundary=a=b/c; charset=utf-8"),
         STR_INIT("a=b/c")},
        {STR_INIT("multipart/form-data; charset=\"a;b\" ; boundary=x;"),
         STR_INIT("x")},
        {STR_INIT("multipart/mixed ; boundary=x "), STR_INIT("x")},
        {STR_INIT("multipart/form-data; boundary=" SEVENTY), STR_INIT(SEVENTY)},
        {STR_INIT("multipart/form-data; boundary=" SEVENTY "x"), {0}},
        {STR_INIT("multipart/form-data"), {0}},
        {STR_INIT("multipart/form-data;"), {0}},
        {STR_INIT("multipart/form-data; boundary"), {0}},
        {STR_INIT("multipart/form-data; boundary="), {0}},
        {STR_INIT("multipart/form-data; boundary=\"\""), {0}},
        {STR_INIT("multipart/form-data; boundary=\"abc"), {0}},
        {STR_INIT("multipart/form-data; boundary=\"abc \""), {0}},
        {STR_INIT("multipart/form-data; boundary=\"a\\bc\""), {0}},
        {STR_INIT("multipart/form-data; boundary=a\"b\""), {0}},
        {STR_INIT("multipart/form-data; boundary=\"a\"b"), {0}},
        {STR_INIT("multipart/form-data; boundary=a b"), {0}},
        {STR_INIT("multipart/form-data; boundary=a{b"), {0}},
        {STR_INIT("multipart/form-data; boundary=a; boundary=b"), {0}},
        {STR_INIT("multipart/form-data; boundary=a; boundary*=b"), {0}},
        {STR_INIT("multipart/form-data; =a; boundary=b"), {0}},
        {STR_INIT("multipart/form-data boundary=b"), {0}},
        {STR_INIT("application/json; boundary=a"), {0}},
        {STR_INIT(""), {0}},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct guarded g = guard_copy(rows[i].in);
        struct str got = {0};
        enum sl_rc rc = multipart_boundary(g.s, &got);

        assert_int_equal(rc, rows[i].want.p == NULL ? SL_SYNTAX : SL_OK);
        check_str_case(rows[i].in.p, got, rows[i].want);
        guard_free(&g);
    }
}

struct row {
    const char *name;
    struct str in; /* boundary "b", looking for "model" */
    enum sl_rc want;
    struct str value;
};

#define PART(name, content)                                                \
    "--b\r\nContent-Disposition: form-data; name=" name "\r\n\r\n" content \
    "\r\n"

static const struct row rows[] = {
    {"nothing", STR_INIT(""), SL_AGAIN, {0}},
    {"alone", STR_INIT(PART("\"model\"", "tiny") "--b--\r\n"), SL_OK,
     STR_INIT("tiny")},
    {"token", STR_INIT(PART("model", "tiny") "--b--\r\n"), SL_OK,
     STR_INIT("tiny")},
    {"last", STR_INIT(PART("\"a\"", "1") PART("\"model\"", "m") "--b--"), SL_OK,
     STR_INIT("m")},
    {"first of two", STR_INIT(PART("\"model\"", "1") PART("model", "2")), SL_OK,
     STR_INIT("1")},
    {"empty value", STR_INIT(PART("model", "") "--b--"), SL_OK, STR_INIT("")},
    {"line ends in the value",
     STR_INIT(PART("model", "\r\n-\r\n--\r\r\n\n") "--b--"), SL_OK,
     STR_INIT("\r\n-\r\n--\r\r\n\n")},
    {"preamble", STR_INIT("hello --b\r\n-b\r\n" PART("model", "m") "--b--"),
     SL_OK, STR_INIT("m")},
    {"line end first", STR_INIT("\r\n" PART("model", "m") "--b--"), SL_OK,
     STR_INIT("m")},
    {"other head lines",
     STR_INIT("--b\r\nX: y\r\ncontent-DISPOSITION:form-data;NAME=\"model\"\r\n"
              "Content-Type: text/plain\r\n\r\nm\r\n--b--"),
     SL_OK, STR_INIT("m")},
    {"file name that looks like a name",
     STR_INIT(
         PART("\"file\"; filename=\"a;name=\\\"model\\\".wav\"", "x") "--b--"),
     SL_NOT_FOUND,
     {0}},
    {"name behind a file name",
     STR_INIT("--b\r\nContent-Disposition: form-data; filename=\"a\\\\\"; "
              "name=\"model\"\r\n\r\nm\r\n--b--"),
     SL_OK, STR_INIT("m")},
    {"part without head",
     STR_INIT("--b\r\n\r\nx\r\n" PART("model", "m") "--b--"), SL_OK,
     STR_INIT("m")},
    {"part without name",
     STR_INIT("--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"),
     SL_NOT_FOUND,
     {0}},
    {"not there",
     STR_INIT(PART("models", "m") PART("mode", "m") "--b--"),
     SL_NOT_FOUND,
     {0}},
    {"name in capitals",
     STR_INIT(PART("Model", "m") "--b--"),
     SL_NOT_FOUND,
     {0}},
    {"no part at all", STR_INIT("--b--\r\n"), SL_NOT_FOUND, {0}},
    {"behind the end",
     STR_INIT("--b--\r\n" PART("model", "m") "--b--"),
     SL_NOT_FOUND,
     {0}},
    {"unfinished value", STR_INIT(PART("model", "m")), SL_AGAIN, {0}},
    {"delimiter without its end",
     STR_INIT(PART("model", "m") "--b-"),
     SL_AGAIN,
     {0}},
    {"unfinished head", STR_INIT("--b\r\nA: b\r\n"), SL_AGAIN, {0}},

    {"longer than the delimiter",
     STR_INIT(PART("model", "m") "--bc\r\n"),
     SL_SYNTAX,
     {0}},
    {"space behind delimiter",
     STR_INIT("--b \r\n\r\nx\r\n--b--"),
     SL_SYNTAX,
     {0}},
    {"bare lf behind delimiter",
     STR_INIT("--b\nA: b\r\n\r\nx"),
     SL_SYNTAX,
     {0}},
    {"bare lf in head",
     STR_INIT("--b\r\nA: b\nContent-Disposition: form-data; name=model"
              "\r\n\r\nm\r\n--b--"),
     SL_SYNTAX,
     {0}},
    {"folded head",
     STR_INIT("--b\r\nA: b\r\n c\r\n\r\nx\r\n--b--"),
     SL_SYNTAX,
     {0}},
    {"head line without colon",
     STR_INIT("--b\r\nA\r\n\r\nx\r\n--b--"),
     SL_SYNTAX,
     {0}},
    {"space before colon",
     STR_INIT("--b\r\nA : b\r\n\r\nx\r\n--b--"),
     SL_SYNTAX,
     {0}},
    {"no blank line", STR_INIT("--b\r\nA: b\r\n\r\n--b--"), SL_SYNTAX, {0}},
    {"no blank line, no head", STR_INIT("--b\r\n\r\n--b--"), SL_SYNTAX, {0}},
    {"two names",
     STR_INIT(PART("model; name=other", "m") "--b--"),
     SL_SYNTAX,
     {0}},
    {"two dispositions",
     STR_INIT("--b\r\nContent-Disposition: form-data; name=a\r\n"
              "Content-Disposition: form-data; name=model\r\n\r\nm\r\n--b--"),
     SL_SYNTAX,
     {0}},
    {"two dispositions, one without a name",
     STR_INIT("--b\r\nContent-Disposition: form-data\r\n"
              "Content-Disposition: form-data; name=model\r\n\r\nm\r\n--b--"),
     SL_SYNTAX,
     {0}},
    {"escape in the name",
     STR_INIT(PART("\"mo\\del\"", "m") "--b--"),
     SL_SYNTAX,
     {0}},
    {"extended name",
     STR_INIT("--b\r\nContent-Disposition: form-data; "
              "name*=utf-8''model\r\n\r\nm\r\n--b--"),
     SL_SYNTAX,
     {0}},
    {"name not closed", STR_INIT(PART("\"model", "m") "--b--"), SL_SYNTAX, {0}},
    {"text behind the name",
     STR_INIT(PART("\"model\"x", "m") "--b--"),
     SL_SYNTAX,
     {0}},
};

static void check_result(const char *label, const struct row *r,
                         const struct multipart *m, enum sl_rc rc,
                         struct str bytes)
{
    if (rc != r->want)
        fail_msg("%s: got %d, want %d", label, (int)rc, (int)r->want);
    if (rc != SL_OK)
        return;
    check_str_case(label, m->value, r->value);
    assert_ptr_equal(m->value.p, bytes.p + m->value_at);
}

/* The body as it grows by `step` bytes a time, from `first` on. */
static void check_growing(const struct row *r, size_t first, size_t step)
{
    struct multipart m;
    size_t n = first;
    char label[100];

    snprintf(label, sizeof label, "%s, from %zu by %zu", r->name, first, step);
    multipart_init(&m, STR("b"), STR("model"));
    for (;; n += step) {
        struct guarded g = guard_copy(str_first(r->in, n));
        enum sl_rc rc = multipart_find(&m, g.s);

        if (rc != SL_AGAIN || n >= r->in.n) {
            check_result(label, r, &m, rc, g.s);
            guard_free(&g);
            return;
        }
        guard_free(&g);
    }
}

static void table_and_cuts(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        check_growing(&rows[i], 0, 1);
        check_growing(&rows[i], 1, 2);
        for (size_t cut = 0; cut <= rows[i].in.n; cut++)
            check_growing(&rows[i], cut, rows[i].in.n);
    }
}

static char body[200000];
static size_t body_n;

static void add(struct str s)
{
    memcpy(body + body_n, s.p, s.n);
    body_n += s.n;
}

static void add_many(char c, size_t n)
{
    memset(body + body_n, c, n);
    body_n += n;
}

/* All at once, and growing. */
static enum sl_rc find(size_t step)
{
    struct multipart m, at_once;
    enum sl_rc rc = SL_AGAIN;

    multipart_init(&m, STR("b"), STR("model"));
    multipart_init(&at_once, STR("b"), STR("model"));
    for (size_t n = 0; n < body_n && rc == SL_AGAIN;) {
        n = body_n - n < step ? body_n : n + step;
        rc = multipart_find(&m, (struct str){body, n});
    }
    assert_int_equal(multipart_find(&at_once, (struct str){body, body_n}), rc);
    return rc;
}

static void values_up_to_the_limit(void **state)
{
    (void)state;
    for (size_t over = 0; over < 2; over++) {
        body_n = 0;
        add(STR("--b\r\nContent-Disposition: form-data; name=model\r\n\r\n"));
        add_many('x', MULTIPART_VALUE + over);
        add(STR("\r\n--b--"));
        assert_int_equal(find(1), over == 0 ? SL_OK : SL_TOO_LARGE);
    }
    /* It shows before its end does. */
    body_n -= 7;
    add_many('x', 10);
    assert_int_equal(find(body_n), SL_TOO_LARGE);
}

static void heads_up_to_the_limit(void **state)
{
    (void)state;
    for (size_t over = 0; over < 2; over++) {
        body_n = 0;
        add(STR("--b\r\nA: "));
        add_many('x', MULTIPART_HEAD - 3 + over);
        add(STR("\r\n\r\n\r\n--b--"));
        assert_int_equal(find(1), over == 0 ? SL_NOT_FOUND : SL_TOO_LARGE);
    }
}

static void parts_up_to_the_limit(void **state)
{
    (void)state;
    for (size_t over = 0; over < 2; over++) {
        body_n = 0;
        for (size_t i = 0; i < MULTIPART_PARTS + over; i++)
            add(STR("--b\r\n\r\n\r\n"));
        add(STR(PART("model", "m") "--b--"));
        assert_int_equal(find(1000), over == 0 ? SL_OK : SL_TOO_LARGE);
    }
}

static void big_content_before(void **state)
{
    (void)state;
    body_n = 0;
    add(STR(PART("file", "")));
    body_n -= 2;
    for (size_t i = 0; i < 20000; i++)
        add(STR("\r\r\n--c"));
    add(STR("\r\n" PART("model", "m") "--b--"));
    assert_int_equal(find(997), SL_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boundaries),
        cmocka_unit_test(table_and_cuts),
        cmocka_unit_test(values_up_to_the_limit),
        cmocka_unit_test(heads_up_to_the_limit),
        cmocka_unit_test(parts_up_to_the_limit),
        cmocka_unit_test(big_content_before),
    };

    return test_run("multipart", tests, SL_LEN(tests));
}
