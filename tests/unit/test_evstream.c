/* SPDX-License-Identifier: MIT */
/* Event streams of AWS: known frames, every cut, every broken bit. */
#include "support.h"

#include "core/base/crc32.h"
#include "core/http/evstream.h"

#include <stdio.h>

static const char delta_hex[] =
    "0000009400000057b4ab9aee0b3a6576656e742d74797065070011636f6e74656e74426c6f"
    "636b44656c74610d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a"
    "736f6e0d3a6d6573736167652d747970650700056576656e747b22636f6e74656e74426c6f"
    "636b496e646578223a302c2264656c7461223a7b2274657874223a224869227d7d1f94465"
    "7";
static const char exception_hex[] =
    "00000090000000618e91a9b70f3a657863657074696f6e2d747970650700137468726f7474"
    "6c696e67457863657074696f6e0d3a636f6e74656e742d747970650700106170706c696361"
    "74696f6e2f6a736f6e0d3a6d6573736167652d74797065070009657863657074696f6e7b22"
    "6d657373616765223a22546f6f206d616e79207265717565737473227de67f8005";
static const char empty_hex[] = "000000100000000005c248eb7d98c8ff";

enum { ROOM = 1024 };

struct bytes {
    char p[ROOM];
    size_t n;
};

static void add_hex(struct bytes *b, const char *hex)
{
    for (; *hex != '\0'; hex += 2) {
        assert_true(b->n < ROOM);
        b->p[b->n++] = (char)(char_hex(hex[0]) * 16 + char_hex(hex[1]));
    }
}

/* The three known frames in a row. */
static struct str all_frames(struct bytes *b)
{
    b->n = 0;
    add_hex(b, delta_hex);
    add_hex(b, exception_hex);
    add_hex(b, empty_hex);
    return (struct str){b->p, b->n};
}

static const char all_text[] =
    "event contentBlockDelta application/json "
    "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"Hi\"}}\n"
    "exception throttlingException application/json "
    "{\"message\":\"Too many requests\"}\n"
    "   \n";

struct seen {
    char text[ROOM];
    size_t n;
};

static void put(struct seen *seen, struct str s, char after)
{
    assert_true(seen->n + s.n < ROOM);
    if (s.n != 0)
        memcpy(seen->text + seen->n, s.p, s.n);
    seen->n += s.n;
    seen->text[seen->n++] = after;
}

static void note(struct seen *seen, const struct evstream_frame *f)
{
    put(seen, f->message_type, ' ');
    put(seen, f->event_type.n != 0 ? f->event_type : f->exception_type, ' ');
    put(seen, f->content_type, ' ');
    put(seen, f->payload, '\n');
}

static enum sl_rc feed(struct evstream *s, struct str all, struct seen *seen)
{
    struct guarded g = guard_copy(all);
    struct str in = g.s;
    struct evstream_frame frame;
    enum sl_rc rc;

    while ((rc = evstream_next(s, &in, &frame)) == SL_OK)
        note(seen, &frame);
    if (rc == SL_AGAIN)
        assert_int_equal(in.n, 0);
    guard_free(&g);
    return rc;
}

/* Pieces of `first` bytes, then of `step`. */
static void check_cut(struct str in, size_t first, size_t step)
{
    struct seen seen = {.n = 0};
    struct test_mem m;
    struct evstream s;
    size_t at = 0;
    char label[100];

    snprintf(label, sizeof label, "cut at %zu, then by %zu", first, step);
    test_mem_init(&m);
    evstream_init(&s, &m.mem, 200);
    for (size_t size = first; at < in.n; at += size, size = step)
        assert_int_equal(feed(&s, str_first(str_skip(in, at), size), &seen),
                         SL_AGAIN);
    check_str_case(label, ((struct str){seen.text, seen.n}), str_of(all_text));
    assert_int_equal(evstream_pending(&s), 0);
    /* What was handed out last dies with the next call. */
    assert_int_equal(feed(&s, STR(""), &seen), SL_AGAIN);
    assert_int_equal(m.live, 0);
    evstream_release(&s);
}

static void known_frames_at_every_cut(void **state)
{
    struct bytes b;
    struct str in = all_frames(&b);

    (void)state;
    for (size_t step = 1; step <= 20; step++)
        check_cut(in, step, step);
    for (size_t cut = 1; cut <= in.n; cut++)
        check_cut(in, cut, in.n);
}

static void borrows_what_is_whole(void **state)
{
    struct bytes b;
    struct str in = all_frames(&b);
    struct evstream_frame frame;
    struct evstream s;
    struct test_mem m;

    (void)state;
    test_mem_init(&m);
    evstream_init(&s, &m.mem, 200);
    for (int i = 0; i < 3; i++)
        assert_int_equal(evstream_next(&s, &in, &frame), SL_OK);
    assert_int_equal(evstream_next(&s, &in, &frame), SL_AGAIN);
    assert_int_equal(m.asked, 0);
    in = (struct str){b.p, 5};
    assert_int_equal(evstream_next(&s, &in, &frame), SL_AGAIN);
    assert_int_equal(evstream_pending(&s), 5);
    evstream_release(&s);
    evstream_release(&(struct evstream){0});
}

/* Whichever bit is wrong, nothing is handed out, and it stays so. */
static void every_broken_bit(void **state)
{
    struct bytes b = {.n = 0};

    (void)state;
    add_hex(&b, delta_hex);
    for (size_t bit = 0; bit < 8 * b.n; bit++)
        for (size_t step = 1; step <= b.n; step += b.n - 1) {
            struct seen seen = {.n = 0};
            struct str in = {b.p, b.n};
            enum sl_rc rc = SL_AGAIN;
            struct test_mem m;
            struct evstream s;

            b.p[bit / 8] = (char)(b.p[bit / 8] ^ (1 << bit % 8));
            test_mem_init(&m);
            evstream_init(&s, &m.mem, 200);
            for (; in.n != 0 && rc == SL_AGAIN; in = str_skip(in, step))
                rc = feed(&s, str_first(in, step), &seen);
            assert_int_equal(rc, SL_SYNTAX);
            assert_int_equal(feed(&s, STR("x"), &seen), SL_SYNTAX);
            assert_int_equal(seen.n, 0);
            assert_int_equal(m.live, 0);
            b.p[bit / 8] = (char)(b.p[bit / 8] ^ (1 << bit % 8));
        }
}

static void up_to_the_limit(void **state)
{
    struct bytes b = {.n = 0};

    (void)state;
    add_hex(&b, delta_hex);
    for (size_t limit = b.n - 1; limit <= b.n; limit++)
        for (size_t cut = 0; cut <= b.n; cut++) {
            struct seen seen = {.n = 0};
            struct str in = {b.p, b.n};
            struct test_mem m;
            struct evstream s;
            enum sl_rc rc;

            test_mem_init(&m);
            evstream_init(&s, &m.mem, limit);
            rc = feed(&s, str_first(in, cut), &seen);
            if (rc == SL_AGAIN)
                rc = feed(&s, str_skip(in, cut), &seen);
            assert_int_equal(rc, limit == b.n ? SL_AGAIN : SL_TOO_LARGE);
            assert_int_equal(seen.n == 0, limit != b.n);
            evstream_release(&s);
        }
}

/* ---- headers ---- */

/* A frame of these bytes of headers, with its checksums right. */
static struct str frame_of(struct bytes *b, struct str headers, size_t told)
{
    uint32_t sum;
    size_t total = 16 + headers.n;

    memset(b->p, 0, 12);
    b->p[2] = (char)(total >> 8);
    b->p[3] = (char)(total & 0xff);
    b->p[6] = (char)(told >> 8);
    b->p[7] = (char)(told & 0xff);
    sum = crc32_add(0, (struct str){b->p, 8});
    for (int i = 0; i < 4; i++)
        b->p[8 + i] = (char)(sum >> (24 - 8 * i) & 0xff);
    if (headers.n != 0)
        memcpy(b->p + 12, headers.p, headers.n);
    sum = crc32_add(0, (struct str){b->p, 12 + headers.n});
    for (size_t i = 0; i < 4; i++)
        b->p[12 + headers.n + i] = (char)(sum >> (24 - 8 * i) & 0xff);
    b->n = total;
    return (struct str){b->p, b->n};
}

static const struct {
    const char *name;
    struct str headers;
    enum evstream_type type;
    int64_t number;
    struct str bytes;
} headers[] = {
    {"true", STR_INIT("\1a\0"), EVSTREAM_TRUE, 1, {0}},
    {"false", STR_INIT("\1a\1"), EVSTREAM_FALSE, 0, {0}},
    {"i8", STR_INIT("\1a\2\x80"), EVSTREAM_I8, -128, {0}},
    {"i16", STR_INIT("\1a\3\xff\xfe"), EVSTREAM_I16, -2, {0}},
    {"i32", STR_INIT("\1a\4\x7f\xff\xff\xff"), EVSTREAM_I32, INT32_MAX, {0}},
    {"i64, least",
     STR_INIT("\1a\5\x80\0\0\0\0\0\0\0"),
     EVSTREAM_I64,
     INT64_MIN,
     {0}},
    {"i64, most",
     STR_INIT("\1a\5\x7f\xff\xff\xff\xff\xff\xff\xff"),
     EVSTREAM_I64,
     INT64_MAX,
     {0}},
    {"i64", STR_INIT("\1a\5\0\0\0\0\0\0\1\2"), EVSTREAM_I64, 258, {0}},
    {"bytes", STR_INIT("\1a\6\0\2\0\xff"), EVSTREAM_BYTES, 0,
     STR_INIT("\0\xff")},
    {"string", STR_INIT("\1a\7\0\3xyz"), EVSTREAM_STRING, 0, STR_INIT("xyz")},
    {"empty string", STR_INIT("\1a\7\0\0"), EVSTREAM_STRING, 0, {0}},
    {"time", STR_INIT("\1a\10\0\0\0\0\0\0\0\5"), EVSTREAM_TIME, 5, {0}},
    {"uuid",
     STR_INIT("\1a\11"
              "0123456789abcdef"),
     EVSTREAM_UUID, 0, STR_INIT("0123456789abcdef")},
};

static void every_type(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(headers); i++) {
        struct guarded g = guard_copy(headers[i].headers);
        struct str rest = g.s;
        struct evstream_header h;
        struct test_mem m;
        struct buf out;

        assert_int_equal(evstream_header_next(&rest, &h), SL_OK);
        check_str_case(headers[i].name, h.name, STR("a"));
        check_str_case(headers[i].name, h.bytes, headers[i].bytes);
        assert_int_equal(h.type, headers[i].type);
        assert_true(h.number == headers[i].number);
        assert_int_equal(evstream_header_next(&rest, &h), SL_EOF);
        /* Written again it is the same. */
        test_mem_init(&m);
        buf_init(&out, &m.mem, 100);
        evstream_write_header(&out, &h);
        check_str_case(headers[i].name, buf_str(&out), headers[i].headers);
        buf_release(&out);
        /* Cut short it is none. */
        for (size_t n = 1; n < headers[i].headers.n; n++) {
            struct str cut = str_first(headers[i].headers, n);

            assert_int_equal(evstream_header_next(&cut, &h), SL_SYNTAX);
            assert_int_equal(cut.n, n);
        }
        guard_free(&g);
    }
}

static void broken_headers_break_the_stream(void **state)
{
    static const struct str bad[] = {
        STR_INIT("\0\7\0\0"),    STR_INIT("\1a\12"),   STR_INIT("\1a"),
        STR_INIT("\1a\7\0\4xy"), STR_INIT("\1a\0\1b"),
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(bad); i++) {
        struct seen seen = {.n = 0};
        struct test_mem m;
        struct evstream s;
        struct bytes b;

        test_mem_init(&m);
        evstream_init(&s, &m.mem, 200);
        assert_int_equal(feed(&s, frame_of(&b, bad[i], bad[i].n), &seen),
                         SL_SYNTAX);
        evstream_release(&s);
    }
}

/* Checksums are right, lengths are not. */
static void broken_lengths(void **state)
{
    struct seen seen = {.n = 0};
    struct test_mem m;
    struct evstream s;
    struct bytes b;
    uint32_t sum;

    (void)state;
    test_mem_init(&m);
    evstream_init(&s, &m.mem, 200);
    assert_int_equal(feed(&s, frame_of(&b, STR("\1a\0"), 4), &seen), SL_SYNTAX);
    evstream_release(&s);
    /* Fifteen bytes are no frame. */
    (void)frame_of(&b, STR(""), 0);
    b.p[3] = 15;
    sum = crc32_add(0, (struct str){b.p, 8});
    for (int i = 0; i < 4; i++)
        b.p[8 + i] = (char)(sum >> (24 - 8 * i) & 0xff);
    evstream_init(&s, &m.mem, 200);
    assert_int_equal(feed(&s, (struct str){b.p, 12}, &seen), SL_SYNTAX);
    evstream_release(&s);
}

/* A member that is no text is not taken for one. */
static void members_are_texts(void **state)
{
    struct seen seen = {.n = 0};
    struct test_mem m;
    struct evstream s;
    struct bytes b;
    struct str h = STR("\13:event-type\6\0\1x\15:message-type\7\0\5event");

    (void)state;
    test_mem_init(&m);
    evstream_init(&s, &m.mem, 200);
    assert_int_equal(feed(&s, frame_of(&b, h, h.n), &seen), SL_AGAIN);
    check_str(((struct str){seen.text, seen.n}), STR("event   \n"));
    evstream_release(&s);
}

/* ---- writing ---- */

static void writes_the_known_frames(void **state)
{
    static const struct evstream_frame frames[] = {
        {.event_type = STR_INIT("contentBlockDelta"),
         .content_type = STR_INIT("application/json"),
         .message_type = STR_INIT("event"),
         .payload =
             STR_INIT("{\"contentBlockIndex\":0,\"delta\":{\"text\":\"Hi\"}}")},
        {.exception_type = STR_INIT("throttlingException"),
         .content_type = STR_INIT("application/json"),
         .message_type = STR_INIT("exception"),
         .payload = STR_INIT("{\"message\":\"Too many requests\"}")},
        {.payload = {0}},
    };
    struct test_mem m;
    struct buf out;
    struct bytes b;

    (void)state;
    test_mem_init(&m);
    buf_init(&out, &m.mem, 1000);
    for (size_t i = 0; i < SL_LEN(frames); i++)
        evstream_write(&out, &m.mem, &frames[i]);
    check_str(buf_str(&out), all_frames(&b));
    buf_release(&out);
    assert_int_equal(m.live, 0);
}

static bool runs_through(void *ctx, struct test_mem *m)
{
    const struct evstream_frame frame = {
        .error_code = STR_INIT("c"),
        .error_message = STR_INIT("m"),
        .message_type = STR_INIT("error"),
        .headers = STR_INIT("\1a\0"),
        .payload = STR_INIT("p"),
    };
    struct evstream_frame got = {.payload = {0}};
    enum sl_rc rc = SL_NOMEM;
    struct evstream s;
    struct buf out;
    struct str in;

    (void)ctx;
    buf_init(&out, &m->mem, 1000);
    evstream_init(&s, &m->mem, 1000);
    evstream_write(&out, &m->mem, &frame);
    if (!out.failed) {
        in = str_first(buf_str(&out), 20);
        rc = evstream_next(&s, &in, &got);
    }
    if (rc == SL_AGAIN) {
        in = str_skip(buf_str(&out), 20);
        rc = evstream_next(&s, &in, &got);
    }
    if (rc == SL_OK) {
        check_str(got.error_code, STR("c"));
        check_str(got.error_message, STR("m"));
        check_str(got.message_type, STR("error"));
        check_str(got.payload, STR("p"));
        assert_true(str_ends(got.headers, STR("\1a\0")));
    } else {
        assert_int_equal(rc, SL_NOMEM);
    }
    evstream_release(&s);
    buf_release(&out);
    return rc == SL_OK;
}

static void without_memory(void **state)
{
    (void)state;
    test_each_allocation(runs_through, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_frames_at_every_cut),
        cmocka_unit_test(borrows_what_is_whole),
        cmocka_unit_test(every_broken_bit),
        cmocka_unit_test(up_to_the_limit),
        cmocka_unit_test(every_type),
        cmocka_unit_test(broken_headers_break_the_stream),
        cmocka_unit_test(broken_lengths),
        cmocka_unit_test(members_are_texts),
        cmocka_unit_test(writes_the_known_frames),
        cmocka_unit_test(without_memory),
    };

    return test_run("evstream", tests, SL_LEN(tests));
}
