/* SPDX-License-Identifier: MIT */
/* How fast JSON is read: the scan of a relay and the full index, over chat
 * requests of 64 KB as clients send them. Prints GB/s, the best of several
 * rounds; nothing is judged.
 *
 *     bench_json [milliseconds per figure] */
#include "core/base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

_Noreturn void sl_panic(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: %s\n", file, line, what);
    abort();
}

static void *heap_get(void *ctx, size_t n)
{
    (void)ctx;
    return malloc(n);
}

static void heap_put(void *ctx, void *p, size_t n)
{
    (void)ctx;
    (void)n;
    free(p);
}

static const struct sl_mem heap = {heap_get, heap_put, NULL};

enum { TEXT_BYTES = 64 * 1024, ROUNDS = 7 };

/* ---- the texts ---- */

static const char *const prose[] = {
    "The function reads the header before it knows how long the body is, so a "
    "slow client can hold the buffer for as long as it likes. ",
    "Please have a look at the following log and tell me which of the two "
    "connections was closed first:\n\n",
    "Die Stra\xC3\x9F"
    "e nach \xC3\x84tna war gesperrt \xE2\x80\x93 we had to turn back. ",
    "It says \"permission denied\", although the directory C:\\temp exists.\n",
    "In the second paragraph you mention a limit of 32 megabytes, but the "
    "table below says sixty-four; which of them is right, and since when? ",
    "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xA7\xE3\x82\x82\xE6\x9B\xB8"
    "\xE3\x81\x84\xE3\x81\xA6\xE3\x81\x8F\xE3\x81\xA0\xE3\x81\x95\xE3\x81\x84"
    "\xE3\x80\x82 ",
    "Everything that is said here about requests holds for answers as well, "
    "with the one exception of trailers, which no provider sends today. ",
};

static const char *const cyrillic[] = {
    "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82, "
    "\xD0\xBA\xD0\xB0\xD0\xBA \xD0\xB4\xD0\xB5\xD0\xBB\xD0\xB0 "
    "\xD1\x81\xD0\xB5\xD0\xB3\xD0\xBE\xD0\xB4\xD0\xBD\xD1\x8F? ",
    "\xD0\x9F\xD0\xBE\xD1\x81\xD0\xBC\xD0\xBE\xD1\x82\xD1\x80\xD0\xB8 "
    "\xD0\xBB\xD0\xBE\xD0\xB3.\n",
};

/* Sentences up to n bytes. */
static void add_message(struct buf *out, struct buf *text, size_t n,
                        const char *const *sentences, size_t n_sentences)
{
    static const char *const roles[] = {"user", "assistant"};
    size_t turn = out->n / 7 % 2;

    buf_reset(text);
    for (size_t i = out->n; text->n < n; i++)
        buf_add(text, str_of(sentences[i % n_sentences]));
    buf_add(out, STR("{\"role\":\""));
    buf_add(out, str_of(roles[turn]));
    buf_add(out, STR("\",\"content\":"));
    json_str(out, buf_str(text));
    buf_add_char(out, '}');
}

static void begin(struct buf *out)
{
    buf_add(out, STR("{\"model\":\"openai/gpt-4o\",\"temperature\":0.7,"
                     "\"messages\":["));
}

static void finish(struct buf *out)
{
    buf_add(out, STR("],\"max_tokens\":1024,\"stream\":true,"
                     "\"stream_options\":{\"include_usage\":true}}"));
}

/* Messages of some 4 KB. */
static void write_long(struct buf *out, struct buf *text)
{
    begin(out);
    while (out->n < TEXT_BYTES) {
        add_message(out, text, 4000, prose, SL_LEN(prose));
        buf_add_char(out, ',');
    }
    add_message(out, text, 100, prose, SL_LEN(prose));
    finish(out);
}

static void write_cyrillic(struct buf *out, struct buf *text)
{
    begin(out);
    while (out->n < TEXT_BYTES) {
        add_message(out, text, 4000, cyrillic, SL_LEN(cyrillic));
        buf_add_char(out, ',');
    }
    add_message(out, text, 100, prose, SL_LEN(prose));
    finish(out);
}

static void add_tool(struct buf *out)
{
    buf_add(out,
            STR("{\"type\":\"function\",\"function\":{\"name\":\"read_file\","
                "\"description\":\"Reads a part of a file of the project.\","
                "\"parameters\":{\"type\":\"object\",\"properties\":{"
                "\"path\":{\"type\":\"string\",\"description\":\"Relative.\"},"
                "\"offset\":{\"type\":\"integer\",\"minimum\":0},"
                "\"limit\":{\"type\":\"integer\",\"maximum\":2000}},"
                "\"required\":[\"path\"],\"additionalProperties\":false}}}"));
}

/* Many messages of some 60 bytes, then as many bytes of tools. */
static void write_small(struct buf *out, struct buf *text)
{
    begin(out);
    while (out->n < TEXT_BYTES / 2) {
        add_message(out, text, 60, prose, SL_LEN(prose));
        buf_add_char(out, ',');
    }
    add_message(out, text, 60, prose, SL_LEN(prose));
    buf_add(out, STR("],\"tools\":["));
    while (out->n < TEXT_BYTES) {
        add_tool(out);
        buf_add_char(out, ',');
    }
    add_tool(out);
    finish(out);
}

/* ---- the figures ---- */

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(bool ok)
{
    if (!ok)
        sl_panic(__FILE__, __LINE__, "the text is not read");
}

static void scan_once(struct str text, struct arena *a)
{
    struct json_want want[] = {{.name = STR("model")},
                               {.name = STR("stream")},
                               {.name = STR("stream_options")},
                               {.name = STR("max_tokens")}};

    (void)a;
    must(json_scan(text, want, SL_LEN(want), NULL) == SL_OK);
    must(want[0].value.n != 0 && want[3].value.n == 4);
}

static void parse_once(struct str text, struct arena *a)
{
    struct json doc;

    must(json_parse(&doc, text, a, NULL, NULL) == SL_OK);
    arena_release(a);
}

typedef void do_once(struct str text, struct arena *a);

static double measure(do_once *once, struct str text, double seconds)
{
    double best = 0;
    struct arena a;

    arena_init(&a, &heap, 4096, SIZE_MAX);
    for (int round = 0; round < ROUNDS; round++) {
        double from = now();
        double took = 0;
        size_t n = 0;

        while (took < seconds / ROUNDS) {
            for (int i = 0; i < 20; i++)
                once(text, &a);
            n += 20;
            took = now() - from;
        }
        if ((double)n * (double)text.n / took / 1e9 > best)
            best = (double)n * (double)text.n / took / 1e9;
    }
    arena_release(&a);
    return best;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*write)(struct buf *out, struct buf *text);
    } texts[] = {{"long messages", write_long},
                 {"long messages, Cyrillic", write_cyrillic},
                 {"small messages and tools", write_small}};
    double seconds = argc > 1 ? strtod(argv[1], NULL) / 1000 : 0.5;
    struct buf out;
    struct buf scratch;

    buf_init(&out, &heap, SIZE_MAX);
    buf_init(&scratch, &heap, SIZE_MAX);
    for (size_t i = 0; i < SL_LEN(texts); i++) {
        buf_reset(&out);
        texts[i].write(&out, &scratch);
        must(!out.failed);
        printf("%-26s %6zu bytes   scan %6.2f GB/s   parse %6.2f GB/s\n",
               texts[i].name, out.n, measure(scan_once, buf_str(&out), seconds),
               measure(parse_once, buf_str(&out), seconds));
    }
    buf_release(&out);
    buf_release(&scratch);
    return 0;
}
