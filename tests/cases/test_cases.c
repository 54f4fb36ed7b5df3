/* SPDX-License-Identifier: MIT */
/* Every conversation in tests/cases: whole, cut once at every byte of what the
 * upstream sends, and byte by byte.
 *
 *     test_cases [--golden] [--trace FILE] [FILE.md …]
 *
 * --golden rewrites what upstream and client must get with what they got;
 * --trace writes what was told to the exchange and what it said, for
 * parity.mjs. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "play.h"
#include "trace.h"

enum { ENV_MAX = 64, FILE_MAX = 1 << 24 };

/* What every case has: a key of each provider. */
static const char *const common_env[] = {
    "PROXY_API_KEY=pk",
    "OPENAI_API_KEY=k-openai",
    "ANTHROPIC_API_KEY=k-anthropic",
    "GEMINI_API_KEY=k-gemini",
    "AWS_BEDROCK_API_KEY=k-bedrock",
    "COHERE_API_KEY=k-cohere",
    "REPLICATE_API_KEY=k-replicate",
    "OLLAMA_API_KEY=k-ollama",
    "CLOUDFLARE_API_KEY=k-cloudflare",
    "CLOUDFLARE_ACCOUNT_ID=acc",
    "GROQ_API_KEY=k-groq",
    "MISTRAL_API_KEY=k-mistral",
    NULL,
};

struct run {
    struct case_file file;
    struct arena *texts;
    struct trace *trace;
    bool is_golden;
};

static struct host host;
static struct test_mem memory;

static struct str read_file(const char *path, struct arena *a)
{
    FILE *f = fopen(path, "rb");
    char *p = arena_get(a, FILE_MAX);
    size_t n;

    if (f == NULL || p == NULL) {
        perror(path);
        exit(2);
    }
    n = fread(p, 1, FILE_MAX, f);
    fclose(f);
    return (struct str){p, n};
}

/* ---- golden ---- */

static bool is_in(struct str inner, struct str outer)
{
    return inner.p >= outer.p && inner.p <= outer.p + outer.n;
}

/* The section's new text goes to out, all of the file before it too. */
static void replace(struct buf *out, struct str *rest, struct str section,
                    struct str text)
{
    SL_ASSERT(is_in(section, *rest));
    while (text.n > 0 && text.p[text.n - 1] == '\n')
        text.n--;
    buf_add(out, str_range(rest->p, section.p));
    buf_add(out, text);
    *rest = str_range(section.p + section.n, rest->p + rest->n);
    buf_add(out, rest->n == 0 ? STR("\n") : STR("\n\n"));
}

static void golden_turn(struct play *p, const struct case_turn *t,
                        struct buf *out, struct str *rest)
{
    struct buf text;

    buf_init(&text, arena_mem(p->arena), FILE_MAX);
    for (size_t i = 0; i < t->n_gets && i < p->host->n_calls; i++) {
        buf_reset(&text);
        play_write_get(p, &text, &t->gets[i], i);
        replace(out, rest, t->gets[i].text, buf_str(&text));
    }
    buf_reset(&text);
    play_write_reply(p, &text, &t->reply);
    replace(out, rest, t->reply.text, buf_str(&text));
    if (p->host->n_calls != t->n_gets)
        fail_msg("%s: %zu calls, but %zu sections `upstream must get`",
                 p->file->path, p->host->n_calls, t->n_gets);
}

static void save(const char *path, struct str text)
{
    FILE *f = fopen(path, "wb");

    if (f == NULL || fwrite(text.p, 1, text.n, f) != text.n || fclose(f) != 0)
        fail_msg("%s: cannot be written", path);
}

static void rewrite(struct run *r, struct play *p)
{
    struct str rest = r->file.text;
    struct buf out;

    buf_init(&out, arena_mem(r->texts), FILE_MAX);
    for (size_t i = 0; i < r->file.n_turns; i++) {
        if (!play_turn(p, &r->file.turns[i]))
            fail();
        golden_turn(p, &r->file.turns[i], &out, &rest);
    }
    buf_add(&out, rest);
    save(r->file.path, buf_str(&out));
}

/* ---- playing ---- */

/* True when it went as the file says. */
static bool play_all(struct run *r, struct play *p)
{
    bool ok = true;

    for (size_t i = 0; i < r->file.n_turns && ok; i++)
        ok =
            play_turn(p, &r->file.turns[i]) && play_check(p, &r->file.turns[i]);
    host.now_ms = 1000;
    host.next_key = 0;
    arena_release(p->arena);
    return ok;
}

static void check_cuts(struct run *r, struct play *p)
{
    size_t n = p->longest;

    p->cut = PLAY_ONCE;
    for (p->at = 1; p->at < n; p->at++) {
        if (!play_all(r, p))
            fail();
    }
    p->cut = PLAY_PIECES;
    p->at = 1;
    if (!play_all(r, p))
        fail();
}

static void write_trace(struct run *r, struct play *p, const char *const *env)
{
    if (r->trace == NULL)
        return;
    trace_begin(r->trace, &host, r->file.path, r->file.config, env);
    for (p->cut = PLAY_WHOLE; p->cut <= PLAY_PIECES; p->cut++) {
        p->at = 7;
        if (!play_all(r, p))
            fail();
    }
    host.tap = NULL;
}

static void load_env(const struct case_file *c, const char **env)
{
    size_t n = 0;

    for (size_t i = 0; common_env[i] != NULL; i++) {
        struct str name = str_before(str_of(common_env[i]), '=');
        bool is_own = false;

        for (size_t k = 0; k < c->n_env; k++)
            is_own |= str_eq(str_before(str_of(c->env[k]), '='), name);
        if (!is_own)
            env[n++] = common_env[i];
    }
    for (size_t i = 0; i < c->n_env; i++)
        env[n++] = c->env[i];
    env[n] = NULL;
}

static void one_case(void **state)
{
    struct run *r = *state;
    const char *env[ENV_MAX];
    struct arena arena;
    struct play p = {.file = &r->file, .host = &host, .arena = &arena};

    load_env(&r->file, env);
    host_setup(&host, &memory, r->file.config, env);
    arena_init(&arena, &host.plain, 65536, (size_t)1 << 30);
    if (r->is_golden) {
        rewrite(r, &p);
    } else {
        if (!play_all(r, &p))
            fail();
        write_trace(r, &p, env);
        if (r->trace == NULL)
            check_cuts(r, &p);
    }
    arena_release(&arena);
    host_teardown(&host);
}

/* ---- the list of them ---- */

struct options {
    bool is_golden;
    const char *trace;
    char **files;
    size_t n;
};

static void find_files(struct options *o, int argc, char **argv, glob_t *found)
{
    int i = 1;

    for (; i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "--golden") == 0)
            o->is_golden = true;
        else if (strcmp(argv[i], "--trace") == 0 && i + 1 < argc)
            o->trace = argv[++i];
        else
            exit(2);
    }
    o->files = argv + i;
    o->n = (size_t)(argc - i);
    if (o->n != 0)
        return;
    if (glob("tests/cases/*/*.md", 0, NULL, found) != 0)
        exit(2);
    o->files = found->gl_pathv;
    o->n = found->gl_pathc;
}

static void load(struct run *r, const char *path, struct arena *a)
{
    struct arena whole;
    const char *wrong;
    struct str text;

    arena_init(&whole, &host.plain, FILE_MAX, (size_t)1 << 30);
    if (!arena_copy(a, read_file(path, &whole), &text))
        exit(2);
    arena_release(&whole);
    if (!case_read(&r->file, path, text, a, &wrong)) {
        fprintf(stderr, "%s: %s\n", path, wrong);
        exit(2);
    }
}

static void *malloc_get(void *ctx, size_t n)
{
    (void)ctx;
    return malloc(n);
}

static void malloc_put(void *ctx, void *p, size_t n)
{
    (void)ctx;
    (void)n;
    free(p);
}

int main(int argc, char **argv)
{
    struct options o = {0};
    glob_t found = {0};
    struct arena texts;
    struct run *runs;
    struct CMUnitTest *tests;
    int code;

    find_files(&o, argc, argv, &found);
    host.plain = (struct sl_mem){malloc_get, malloc_put, NULL};
    arena_init(&texts, &(struct sl_mem){malloc_get, malloc_put, NULL}, 65536,
               (size_t)1 << 30);
    runs = arena_array(&texts, struct run, o.n);
    tests = arena_array(&texts, struct CMUnitTest, o.n);
    for (size_t i = 0; i < o.n; i++) {
        runs[i] = (struct run){.texts = &texts,
                               .is_golden = o.is_golden,
                               .trace = trace_open(o.trace)};
        load(&runs[i], o.files[i], &texts);
        tests[i] = (struct CMUnitTest){.name = o.files[i],
                                       .test_func = one_case,
                                       .initial_state = &runs[i]};
    }
    code = test_run("cases", tests, o.n);
    if (!trace_close())
        code = 1;
    arena_release(&texts);
    globfree(&found);
    return code;
}
