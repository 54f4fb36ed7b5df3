/* SPDX-License-Identifier: MIT */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

_Noreturn void sl_panic(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, what);
    abort();
}

static int n_failed;

int test_run(const char *group, const struct CMUnitTest *tests, size_t n)
{
    printf("-- %s\n", group);
    n_failed = _cmocka_run_group_tests(group, tests, n, NULL, NULL);
    printf("%zu passed, %d failed\n", n - (size_t)n_failed, n_failed);
    return n_failed == 0 ? 0 : 1;
}

static void *counted_get(void *ctx, size_t n)
{
    struct test_mem *m = ctx;
    void *p;

    if (m->fail_at >= 0 && m->asked >= m->fail_at &&
        (m->fail_n == 0 || m->asked < m->fail_at + m->fail_n)) {
        m->asked++;
        return NULL;
    }
    m->asked++;
    p = malloc(n == 0 ? 1 : n);
    if (p != NULL)
        m->live += n;
    return p;
}

static void counted_put(void *ctx, void *p, size_t n)
{
    struct test_mem *m = ctx;

    if (p == NULL)
        return;
    if (n > m->live) {
        fprintf(stderr, "more given back than taken\n");
        abort();
    }
    m->live -= n;
    free(p);
}

void test_mem_init(struct test_mem *m)
{
    *m = (struct test_mem){.mem = {counted_get, counted_put, m}, .fail_at = -1};
}

void test_each_allocation(test_scenario *scenario, void *ctx)
{
    for (long n = 0;; n++) {
        struct test_mem m;
        bool through;

        test_mem_init(&m);
        m.fail_at = n;
        through = scenario(ctx, &m);
        if (m.live != 0)
            fail_msg("allocation %ld failing leaks %zu bytes", n, m.live);
        if (through)
            return;
        if (n > 100000)
            fail_msg("the scenario never gets through");
    }
}

/* The last one that was given back, unreadable: mapping anew for each piece of
 * input was most of what the tests of cuts cost. */
static struct guarded spare;

static struct guarded guard_new(size_t room, size_t page)
{
    struct guarded g = {.size = room + page};

    g.base = mmap(NULL, g.size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (g.base == MAP_FAILED)
        abort();
    return g;
}

struct guarded guard_copy(struct str s)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t room = (s.n + page - 1) / page * page;
    struct guarded g = spare;

    if (g.size < room + page)
        g = guard_new(room, page);
    else
        spare = (struct guarded){0};
    room = g.size - page;
    if (room != 0 && mprotect(g.base, room, PROT_READ | PROT_WRITE) != 0)
        abort();
    g.s.p = (char *)g.base + room - s.n;
    g.s.n = s.n;
    if (s.n != 0)
        memcpy((char *)g.base + room - s.n, s.p, s.n);
    return g;
}

void guard_free(struct guarded *g)
{
    if (g->base != NULL && spare.base == NULL &&
        mprotect(g->base, g->size, PROT_NONE) == 0)
        spare = *g;
    else if (g->base != NULL)
        munmap(g->base, g->size);
    *g = (struct guarded){0};
}

static void print_escaped(const char *what, struct str s)
{
    fprintf(stderr, "%s (%zu bytes): \"", what, s.n);
    for (size_t i = 0; i < s.n && i < 4000; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c == '\n')
            fputs("\\n", stderr);
        else if (c == '\r')
            fputs("\\r", stderr);
        else if (c < 32 || c > 126)
            fprintf(stderr, "\\x%02x", c);
        else
            fputc(c, stderr);
    }
    fputs("\"\n", stderr);
}

void check_str_case_at(const char *label, struct str got, struct str want,
                       const char *file, int line)
{
    if (got.n == want.n && (got.n == 0 || memcmp(got.p, want.p, got.n) == 0))
        return;
    fprintf(stderr, "%s:%d: %s\n", file, line, label);
    print_escaped("  got ", got);
    print_escaped("  want", want);
    _fail(file, line);
}

void check_str_at(struct str got, struct str want, const char *file, int line)
{
    check_str_case_at("texts differ", got, want, file, line);
}
