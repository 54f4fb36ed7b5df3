/* SPDX-License-Identifier: MIT */
/* sluice check: what is wrong with the configuration; with --live also which
 * provider keys work. Keys are read off the answer of /status, which shows them
 * masked: this file never sees one. */
#include "server/cmd.h"

#include <unistd.h>

#include "core/base/json.h"
#include "server/files.h"

enum { STATUS_ARENA = 64 * 1024 * 1024 };

struct row {
    struct str provider, key, status;
};

struct table {
    struct row *v;
    size_t n, n_invalid, n_valid;
    size_t provider_width, key_width;
};

/* ---- the table ---- */

static void add_row(struct table *t, struct row row)
{
    t->v[t->n++] = row;
    t->n_invalid += str_eq(row.status, STR("invalid"));
    t->n_valid += str_eq(row.status, STR("valid"));
    if (row.provider.n > t->provider_width)
        t->provider_width = row.provider.n;
    if (row.key.n > t->key_width)
        t->key_width = row.key.n;
}

static size_t count_keys(struct jval providers)
{
    struct jval_iter it = json_iter(providers);
    size_t n = 0;

    while (json_iter_next(&it))
        n += json_count(json_get(it.value, STR("keys")));
    return n;
}

/* False: the answer is not what it was, or no memory. */
static bool read_table(struct str body, struct arena *a, struct table *t)
{
    struct json doc;
    struct jval_iter it;

    if (json_parse(&doc, body, a, NULL, NULL) != SL_OK)
        return false;
    it = json_iter(json_get(json_root(&doc), STR("providers")));
    t->v = arena_array(a, struct row,
                       count_keys(json_get(json_root(&doc), STR("providers"))) +
                           1);
    while (t->v != NULL && json_iter_next(&it)) {
        struct jval_iter keys = json_iter(json_get(it.value, STR("keys")));
        struct row row;

        while (json_iter_next(&keys)) {
            if (!json_text(it.name, a, &row.provider) ||
                !json_text(json_get(keys.value, STR("key")), a, &row.key) ||
                !json_text(json_get(keys.value, STR("status")), a, &row.status))
                return false;
            add_row(t, row);
        }
    }
    return t->v != NULL;
}

static void print_table(const struct table *t)
{
    for (size_t i = 0; i < t->n; i++)
        printf("%-*.*s  %-*.*s  %.*s\n", (int)t->provider_width,
               (int)t->v[i].provider.n, t->v[i].provider.p, (int)t->key_width,
               (int)t->v[i].key.n, t->v[i].key.p, (int)t->v[i].status.n,
               t->v[i].status.p);
    if (t->n == 0)
        puts("no provider has a key");
}

static void print_json(const struct table *t)
{
    static const struct str names[] = {STR_INIT("{\"provider\": "),
                                       STR_INIT(", \"key\": "),
                                       STR_INIT(", \"status\": ")};
    struct buf out;

    buf_init(&out, &mem_malloc, STATUS_ARENA);
    for (size_t i = 0; i < t->n; i++) {
        buf_add(&out, i == 0 ? STR("[\n  ") : STR(",\n  "));
        buf_add(&out, names[0]);
        json_str(&out, t->v[i].provider);
        buf_add(&out, names[1]);
        json_str(&out, t->v[i].key);
        buf_add(&out, names[2]);
        json_str(&out, t->v[i].status);
        buf_add_char(&out, '}');
    }
    buf_add(&out, t->n == 0 ? STR("[]\n") : STR("\n]\n"));
    (void)fwrite(out.p, 1, out.n, stdout);
    buf_release(&out);
}

/* ---- progress ---- */

struct progress {
    size_t n; /* keys that will be tried */
    bool is_shown;
};

static void on_tick(void *owner, size_t begun, size_t open)
{
    struct progress *p = owner;

    p->is_shown = true;
    fprintf(stderr, "\r%zu of %zu keys tried", begun - open, p->n);
    (void)fflush(stderr);
}

static size_t count_checks(const struct config *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n_providers; i++)
        if (c->providers[i].models_path.n != 0)
            n += c->providers[i].n_keys;
    return n;
}

/* ---- the check ---- */

static int report(const struct local_answer *a, bool is_json)
{
    struct table t = {0};
    struct arena arena;
    int code = 1;

    arena_init(&arena, &mem_malloc, 16384, STATUS_ARENA);
    if (a->status != 200 || !a->is_complete) {
        cmd_complain("the keys could not be tried", a);
    } else if (!read_table(buf_str(&a->body), &arena, &t)) {
        say("the keys' status is not understood");
    } else {
        if (is_json)
            print_json(&t);
        else
            print_table(&t);
        code = cmd_flush(stdout);
    }
    if (t.n_invalid != 0) {
        say("%zu of %zu keys are refused", t.n_invalid, t.n);
        code = 1;
    }
    arena_release(&arena);
    return code;
}

static int try_keys(struct local *l, bool is_json)
{
    struct progress progress = {.n = count_checks(local_config(l))};
    struct local_request r = {
        .method = STR("GET"), .target = STR("/status"), .owner = &progress};
    struct local_answer a;
    int code = 1;
    bool ok;

    if (isatty(STDERR_FILENO) == 1)
        r.on_tick = on_tick;
    ok = local_ask(l, &r, &a);
    if (progress.is_shown)
        fputs("\r\033[K", stderr);
    if (ok)
        code = report(&a, is_json);
    local_answer_release(&a);
    return code;
}

int cmd_check(const struct cli *c)
{
    struct app_options options = cli_options(c);
    bool is_json = (c->given & CLI_JSON) != 0;
    struct local *l;
    int code;

    if ((c->given & CLI_LIVE) == 0) {
        if (is_json) {
            say("--json goes with --live");
            return 2;
        }
        if (!app_check(&options))
            return 1;
        puts("the configuration is good");
        return cmd_flush(stdout);
    }
    l = local_new(&options, true);
    if (l == NULL)
        return 1;
    code = try_keys(l, is_json);
    local_free(l);
    return code;
}
