/* SPDX-License-Identifier: MIT */
/* What the unit tests share: a source of memory that counts and can fail,
 * inputs that end at a guard page, and a main that prints the closing line.
 *
 *     static void cr_only(void **state) { ... }
 *     int main(void)
 *     {
 *         const struct CMUnitTest tests[] = {cmocka_unit_test(cr_only)};
 *         return test_run("sse", tests, SL_LEN(tests));
 *     } */
#ifndef SL_TEST_SUPPORT_H
#define SL_TEST_SUPPORT_H

/* cmocka wants these four first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/str.h"

/* Runs them all, prints "N passed, N failed"; the exit code. */
int test_run(const char *group, const struct CMUnitTest *tests, size_t n);

/* Memory that is counted. fail_at: the n-th request (0 is the first) and all
 * after it fail, or as many as fail_n says; negative: none does. */
struct test_mem {
    struct sl_mem mem;
    long fail_at; /* set it at any time */
    long fail_n;  /* 0: all */
    long asked;   /* requests so far */
    size_t live;  /* bytes not given back */
};
void test_mem_init(struct test_mem *m);

/* Runs scenario(ctx, mem) with the 0th, 1st, 2nd … allocation failing until
 * it returns true (it got through). After each run live bytes must be 0. */
typedef bool test_scenario(void *ctx, struct test_mem *m);
void test_each_allocation(test_scenario *scenario, void *ctx);

/* A copy of s whose last byte lies before a guard page: reading one byte too
 * far ends the test. */
struct guarded {
    struct str s;
    /* private */
    void *base;
    size_t size;
};
struct guarded guard_copy(struct str s);
void guard_free(struct guarded *g);

/* Fails the test with both texts, escaped, when they differ. */
#define check_str(got, want) check_str_at((got), (want), __FILE__, __LINE__)
void check_str_at(struct str got, struct str want, const char *file, int line);
/* The same with a label (case, cut) in front of the message. */
#define check_str_case(label, got, want) \
    check_str_case_at((label), (got), (want), __FILE__, __LINE__)
void check_str_case_at(const char *label, struct str got, struct str want,
                       const char *file, int line);

#endif
