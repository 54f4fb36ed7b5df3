/* SPDX-License-Identifier: MIT */
/* What the commands share. */
#include "server/cmd.h"

#include <errno.h>
#include <unistd.h>

#include "core/base/json.h"
#include "server/files.h"

/* C0 but for line ends and tabs, DEL, and C1 as UTF-8 spells it. Returns how
 * many bytes to leave out. */
static size_t control_at(struct str text)
{
    unsigned char c = (unsigned char)text.p[0];
    unsigned char next = text.n > 1 ? (unsigned char)text.p[1] : 0;

    if (c == 0xC2 && next >= 0x80 && next <= 0x9F)
        return 2;
    return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F ? 1 : 0;
}

void cmd_put(FILE *out, struct str text)
{
    bool is_terminal = isatty(fileno(out)) == 1;

    while (text.n != 0) {
        size_t n = 0, skipped = 0;

        while (n < text.n &&
               (skipped = !is_terminal ? 0 : control_at(str_skip(text, n))) ==
                   0)
            n++;
        (void)fwrite(text.p, 1, n, out);
        text = str_skip(text, n + skipped);
    }
}

int cmd_flush(FILE *out)
{
    if (fflush(out) == 0 && ferror(out) == 0)
        return 0;
    /* Who left a pipe early knows that something is missing. */
    if (errno != EPIPE)
        say("the output could not be written");
    return 1;
}

void cmd_complain(const char *what, const struct local_answer *a)
{
    struct str message = {0};
    struct arena arena;
    struct json doc;

    arena_init(&arena, &mem_malloc, 4096, 16 * 1024 * 1024);
    if (json_parse(&doc, buf_str(&a->body), &arena, NULL, NULL) == SL_OK &&
        !json_text(json_path(json_root(&doc), STR("error.message")), &arena,
                   &message))
        message = (struct str){0};
    fprintf(stderr, "sluice: %s: ", what);
    if (message.n != 0) {
        cmd_put(stderr, message);
        fputc('\n', stderr);
    } else {
        fprintf(stderr, "status %d\n", a->status);
    }
    arena_release(&arena);
}
