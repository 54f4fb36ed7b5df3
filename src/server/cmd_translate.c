/* SPDX-License-Identifier: MIT */
/* sluice translate FILE: the request that a provider would get for the one in
 * the file, as POST /v1/translate shows it. Nothing is sent. */
#include "server/cmd.h"

#include <unistd.h>

#include "core/base/url.h"
#include "server/files.h"

enum {
    REQUEST_BYTES = 64 * 1024 * 1024,
    TARGET_BYTES = 65536,
};

static void add_query(struct buf *target, const char *name, const char *value)
{
    bool is_first = str_find(buf_str(target), '?') == target->n;

    if (value == NULL)
        return;
    buf_add_char(target, is_first ? '?' : '&');
    buf_add(target, str_of(name));
    buf_add_char(target, '=');
    url_encode(target, str_of(value), false);
}

/* FILE, or stdin for "-" and without one. */
static bool read_request(const struct cli *c, struct buf *body)
{
    const char *why = NULL;
    bool is_stdin =
        c->argument == NULL || str_eq(str_of(c->argument), STR("-"));
    bool ok = is_stdin ? file_read_fd(STDIN_FILENO, body, &why)
                       : file_read(c->argument, body, &why);

    if (!ok)
        say("%s: %s", is_stdin ? "stdin" : c->argument, why);
    return ok;
}

static bool translate(struct local *l, const struct cli *c, struct str body)
{
    struct local_answer a = {0};
    struct local_request r = {.method = STR("POST"), .body = body};
    struct buf target;
    bool ok;

    buf_init(&target, &mem_malloc, TARGET_BYTES);
    buf_add(&target, STR("/v1/translate"));
    add_query(&target, "from", c->from);
    add_query(&target, "path", c->path);
    r.target = buf_str(&target);
    if (target.failed)
        say("the path is too long");
    ok = !target.failed && local_ask(l, &r, &a);
    if (ok && (a.status != 200 || !a.is_complete)) {
        cmd_complain("no translation", &a);
        ok = false;
    }
    if (ok)
        cmd_put(stdout, buf_str(&a.body));
    buf_release(&target);
    local_answer_release(&a);
    return cmd_flush(stdout) == 0 && ok;
}

int cmd_translate(const struct cli *c)
{
    struct app_options options = cli_options(c);
    struct local *l = NULL;
    struct buf body;
    bool ok;

    buf_init(&body, &mem_malloc, REQUEST_BYTES);
    ok = read_request(c, &body);
    if (ok)
        l = local_new(&options, false);
    ok = l != NULL && translate(l, c, buf_str(&body));
    local_free(l);
    buf_release(&body);
    return ok ? 0 : 1;
}
