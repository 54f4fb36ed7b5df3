/* SPDX-License-Identifier: MIT */
/* sluice models: what can be called now, one name a line. */
#include "server/cmd.h"

#include <stdlib.h>

#include "core/base/json.h"
#include "server/files.h"

enum { MODELS_ARENA = 512 * 1024 * 1024 };

/* By provider, then by name: "a/x" stands before "a-b/x". */
static int compare(const void *x, const void *y)
{
    const struct str *a = x, *b = y;
    int c = str_cmp(str_before(*a, '/'), str_before(*b, '/'));

    return c != 0 ? c : str_cmp(*a, *b);
}

static size_t read_ids(struct jval models, struct arena *a, struct str *ids)
{
    struct jval_iter it = json_iter(models);
    size_t n = 0;

    while (json_iter_next(&it))
        if (json_text(json_get(it.value, STR("id")), a, &ids[n]))
            n++;
    return n;
}

static bool print_ids(struct str body)
{
    struct arena arena;
    struct json doc;
    struct jval models = {0};
    struct str *ids = NULL;
    size_t n;

    arena_init(&arena, &mem_malloc, 65536, MODELS_ARENA);
    if (json_parse(&doc, body, &arena, NULL, NULL) == SL_OK) {
        models = json_get(json_root(&doc), STR("data"));
        ids = arena_array(&arena, struct str, (size_t)json_count(models) + 1);
    }
    if (ids == NULL) {
        say("the list of models is not understood");
        arena_release(&arena);
        return false;
    }
    n = read_ids(models, &arena, ids);
    qsort(ids, n, sizeof(*ids), compare);
    for (size_t i = 0; i < n; i++) {
        cmd_put(stdout, ids[i]);
        putchar('\n');
    }
    arena_release(&arena);
    return true;
}

/* One line for each provider without a list. */
static void print_missing(struct str rest)
{
    while (rest.n != 0) {
        size_t n = str_find_str(rest, STR("; "));

        fputs("sluice: ", stderr);
        cmd_put(stderr, str_first(rest, n));
        fputc('\n', stderr);
        rest = str_skip(rest, n + 2);
    }
}

static int list(struct local *l, bool is_json)
{
    struct local_answer a;
    const struct local_request r = {.method = STR("GET"),
                                    .target = STR("/v1/models")};
    bool ok = local_ask(l, &r, &a);

    if (ok && (a.status != 200 || !a.is_complete)) {
        cmd_complain("no list of models", &a);
        ok = false;
    }
    if (ok && is_json) {
        cmd_put(stdout, buf_str(&a.body));
        putchar('\n');
    } else if (ok) {
        ok = print_ids(buf_str(&a.body));
    }
    if (cmd_flush(stdout) != 0 || a.unlisted.n != 0)
        ok = false;
    print_missing(buf_str(&a.unlisted));
    local_answer_release(&a);
    return ok ? 0 : 1;
}

int cmd_models(const struct cli *c)
{
    struct app_options options = cli_options(c);
    struct local *l = local_new(&options, false);
    int code;

    if (l == NULL)
        return 1;
    code = list(l, (c->given & CLI_JSON) != 0);
    local_free(l);
    return code;
}
