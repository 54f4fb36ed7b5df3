/* SPDX-License-Identifier: MIT */
/* From sources to a generation. The one hard idea: everything that can be
 * wrong is found before anything that runs is touched, so a bad file on a
 * reload changes nothing. */
#include "server/generation.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/files.h"
#include "server/shared.h"

extern char **environ;

/* ---- held bodies ---- */

/* All held bodies of all loops share one limit. */
static void *bodies_get(void *ctx, size_t n)
{
    struct generation *g = ctx;
    size_t limit = (size_t)g->config.limits.bodies;
    size_t before =
        atomic_fetch_add_explicit(&g->app->body_bytes, n, memory_order_relaxed);
    void *p = n > limit || before > limit - n ? NULL : malloc(n == 0 ? 1 : n);

    if (p == NULL)
        atomic_fetch_sub_explicit(&g->app->body_bytes, n, memory_order_relaxed);
    return p;
}

static void bodies_put(void *ctx, void *p, size_t n)
{
    struct generation *g = ctx;

    free(p);
    atomic_fetch_sub_explicit(&g->app->body_bytes, n, memory_order_relaxed);
}

/* ---- life ---- */

struct generation *generation_hold(struct generation *g)
{
    atomic_fetch_add_explicit(&g->users, 1, memory_order_relaxed);
    return g;
}

void generation_drop(struct generation *g)
{
    if (g == NULL ||
        atomic_fetch_sub_explicit(&g->users, 1, memory_order_acq_rel) != 1)
        return;
    tls_context_drop(g->tls_server);
    for (size_t i = 0; g->groups != NULL && i < g->config.n_providers; i++)
        shared_group_free(g->groups[i]);
    free(g->groups);
    config_release(&g->config);
    free(g);
}

/* ---- sources ---- */

const char *config_path(const struct app_options *options)
{
    static const char *const usual[] = {"./sluice.jsonc", "./config.jsonc"};

    if (options->config_path != NULL)
        return options->config_path;
    for (size_t i = 0; i < SL_LEN(usual); i++)
        if (file_exists(usual[i]))
            return usual[i];
    return NULL;
}

/* The environment as settings; freed by the caller. Its texts stay where they
 * are. */
static struct setting *environment(size_t *n)
{
    struct setting *v;
    size_t count = 0;

    while (environ[count] != NULL)
        count++;
    v = calloc(count + 1, sizeof(*v));
    *n = v != NULL ? count : 0;
    for (size_t i = 0; i < *n; i++) {
        struct str text = str_of(environ[i]);

        v[i].name = str_before(text, '=');
        v[i].value = str_skip(text, v[i].name.n + 1);
    }
    return v;
}

static void print_problems(const struct problems *problems)
{
    size_t shown =
        problems->n < CONFIG_PROBLEMS ? problems->n : CONFIG_PROBLEMS;
    struct buf out;

    buf_init(&out, &mem_malloc, 256 * 1024);
    for (size_t i = 0; i < shown; i++)
        problem_write(&out, &problems->v[i]);
    if (out.n != 0 && write(STDERR_FILENO, out.p, out.n) < 0)
        say("the configuration has problems");
    if (problems->n > shown)
        say("… and %zu more", problems->n - shown);
    buf_release(&out);
}

/* A file that the configuration names; relative to where we were started. */
static bool read_named(void *ctx, struct str path, struct buf *text,
                       struct str *why)
{
    char name[4096];
    const char *reason = "";
    bool ok;

    (void)ctx;
    if (path.n >= sizeof(name)) {
        *why = STR("the path is too long");
        return false;
    }
    memcpy(name, path.p, path.n);
    name[path.n] = '\0';
    ok = file_read(name, text, &reason);
    *why = str_of(reason);
    return ok;
}

static bool load_config(struct generation *g, const struct app_options *options,
                        struct str file_name, struct str file_text)
{
    struct config_sources sources = {
        .file_name = file_name,
        .file_text = file_text,
        .flags = options->flags,
        .n_flags = options->n_flags,
        .read_file = read_named,
    };
    struct problems *problems = calloc(1, sizeof(*problems));
    struct setting *env = environment(&sources.n_env);
    enum sl_rc rc = SL_NOMEM;

    sources.env = env;
    if (problems != NULL && env != NULL) {
        rc = config_load(&g->config, &sources, problems);
        print_problems(problems);
    }
    if (rc == SL_NOMEM)
        say("out of memory for the configuration");
    free(env);
    free(problems);
    return rc == SL_OK;
}

static bool load_file(struct generation *g, const struct app_options *options)
{
    const char *path = config_path(options);
    const char *why = "";
    struct buf text;
    bool ok = true;

    buf_init(&text, &mem_malloc, FILES_CONFIG_BYTES);
    if (path != NULL && !file_read(path, &text, &why)) {
        say("can't read %s: %s", path, why);
        ok = false;
    }
    ok = ok && load_config(g, options, str_of(path), buf_str(&text));
    /* Keys may stand in it. */
    if (text.p != NULL)
        explicit_bzero(text.p, text.n);
    buf_release(&text);
    return ok;
}

/* ---- what depends on more than the text ---- */

static bool judge_address(const struct address *a)
{
    char text[ADDRESS_TEXT];

    if (a->is_loopback)
        return true;
    address_write(a, text);
    say("nobody is asked for credentials, so only this machine may call, and "
        "%s is open to others.\n"
        "  Set PROXY_API_KEY, or listen on 127.0.0.1, or give --insecure-open "
        "if you mean it.",
        text);
    return false;
}

/* False: an address is malformed, or others could call without credentials. */
static bool judge_listening(const struct config *c,
                            const struct listening *listening)
{
    bool is_safe = !c->is_open || c->insecure_open;

    for (size_t i = 0; listening != NULL && i < listening->n; i++)
        if (!is_safe && !judge_address(&listening->v[i]))
            return false;
    for (size_t i = 0; listening == NULL && i < c->n_listen; i++) {
        struct address found[ADDRESSES];
        const char *why = "";
        size_t n = address_parse(c->listen[i], found, &why);

        if (n == 0) {
            say("can't listen on %.*s: %s", (int)c->listen[i].n, c->listen[i].p,
                why);
            return false;
        }
        if (!is_safe && !judge_address(&found[0]))
            return false;
    }
    return true;
}

static void copy_path(char *out, size_t room, struct str text)
{
    size_t n = text.n < room ? text.n : 0;

    if (n != 0)
        memcpy(out, text.p, n);
    out[n] = '\0';
}

void generation_tls_paths(const struct generation *g, struct tls_paths *out)
{
    copy_path(out->cert, sizeof(out->cert), g->config.tls_cert);
    copy_path(out->key, sizeof(out->key), g->config.tls_key);
}

static bool load_tls(struct generation *g)
{
    struct tls_paths paths;
    char why[256] = "";

    if (g->config.tls_cert.n == 0)
        return true;
    generation_tls_paths(g, &paths);
    g->tls_server = tls_server_context(paths.cert, paths.key, why, sizeof(why));
    if (g->tls_server == NULL)
        say("server.tls: %s", why);
    return g->tls_server != NULL;
}

static bool make_groups(struct generation *g)
{
    const struct config *c = &g->config;

    g->groups = calloc(c->n_providers + 1, sizeof(struct key_group *));
    if (g->groups == NULL)
        return false;
    for (size_t i = 0; i < c->n_providers; i++) {
        const struct provider *p = &c->providers[i];

        SL_ASSERT(p->index < c->n_providers);
        g->groups[p->index] = shared_group(g->app->shared, p);
        if (g->groups[p->index] == NULL)
            return false;
    }
    return true;
}

struct generation *generation_load(struct app *app,
                                   const struct app_options *options,
                                   const struct listening *listening)
{
    struct generation *g = calloc(1, sizeof(*g));

    if (g == NULL) {
        say("out of memory for the configuration");
        return NULL;
    }
    g->app = app;
    g->bodies = (struct sl_mem){bodies_get, bodies_put, g};
    atomic_init(&g->users, 1);
    config_init(&g->config, &mem_malloc);
    if (load_file(g, options) && judge_listening(&g->config, listening) &&
        load_tls(g) && (app == NULL || make_groups(g)))
        return g;
    generation_drop(g);
    return NULL;
}

/* ---- hello ---- */

static void list_providers(struct buf *out, const struct config *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n_providers; i++) {
        const struct provider *p = &c->providers[i];

        if (!p->is_available || (p->row != NULL && p->row->is_builtin))
            continue;
        buf_add(out, n++ == 0 ? STR("") : STR(", "));
        buf_add(out, p->name);
    }
    if (n == 0)
        buf_add(out, STR("none has a key yet (set OPENAI_API_KEY or another)"));
    buf_add(out, STR("; built in: sluice/echo"));
}

static void list_callers(struct buf *out, const struct config *c)
{
    if (!c->is_open) {
        buf_add(out, STR("those with one of "));
        buf_add_u64(out, c->n_callers);
        buf_add(out, c->n_callers == 1 ? STR(" secret") : STR(" secrets"));
        return;
    }
    buf_add(out, c->insecure_open
                     ? STR("ANYBODY WHO CAN REACH IT (--insecure-open)")
                     : STR("every program on this machine, no other "
                           "(set PROXY_API_KEY to change that)"));
}

/* Something curl takes: a listener on every address is reached on loopback. */
static void write_curl(struct buf *out, const struct address *a,
                       const struct generation *g)
{
    char text[ADDRESS_TEXT];

    address_write(a, text);
    buf_add(out, STR("  curl "));
    if (a->is_unix) {
        buf_add(out, STR("--unix-socket "));
        buf_add(out, str_of(a->u.local.sun_path));
        buf_add(out, STR(" http://localhost"));
    } else {
        buf_add(out, g->tls_server != NULL ? STR("https://") : STR("http://"));
        if (a->is_any) {
            buf_add(out, STR("localhost:"));
            buf_add_u64(out, address_port(a));
        } else {
            buf_add(out, str_of(text));
        }
    }
    buf_add(out, STR("/v1/chat/completions \\\n"));
    if (!g->config.is_open)
        buf_add(out,
                STR("    -H \"authorization: Bearer $PROXY_API_KEY\" \\\n"));
    buf_add(out, STR("    -H 'content-type: application/json' \\\n"
                     "    -d '{\"model\":\"sluice/echo\",\"messages\":"
                     "[{\"role\":\"user\",\"content\":\"hello\"}]}'\n"));
}

static void write_addresses(struct buf *out, const struct listening *listening,
                            bool is_tls)
{
    char text[ADDRESS_TEXT];

    for (size_t i = 0; i < listening->n; i++) {
        const struct address *a = &listening->v[i];

        address_write(a, text);
        buf_add(out, i == 0 ? STR("") : STR(", "));
        if (!a->is_unix)
            buf_add(out, is_tls ? STR("https://") : STR("http://"));
        buf_add(out, str_of(text));
    }
}

void greet(struct app *a, const struct listening *listening, const char *path)
{
    struct generation *g = app_generation(a);
    struct buf out;

    buf_init(&out, &mem_malloc, 16384);
    buf_add(&out, STR("sluice: listening on "));
    write_addresses(&out, listening, g->tls_server != NULL);
    buf_add(&out, STR("\n  callers    "));
    list_callers(&out, &g->config);
    buf_add(&out, STR("\n  providers  "));
    list_providers(&out, &g->config);
    buf_add(&out, STR("\n  config     "));
    buf_add(&out, path != NULL ? str_of(path) : STR("environment and flags"));
    buf_add(&out, STR("\n  threads    "));
    buf_add_u64(&out, a->n_loops);
    buf_add(&out, STR("\n  try it\n"));
    if (listening->n != 0)
        write_curl(&out, &listening->v[0], g);
    if (write(STDERR_FILENO, out.p, out.n) < 0)
        say("listening");
    buf_release(&out);
    generation_drop(g);
}
