/* SPDX-License-Identifier: MIT */
/* The configuration that is made, and its proof. The one hard idea: nobody here
 * knows what a good configuration is; the loader is asked, piece by piece. */
#include "server/import.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/config.h"
#include "server/cmd.h"
#include "server/files.h"

enum {
    IMPORT_BYTES = 8 * 1024 * 1024, /* of one part */
    IMPORT_ARENA = 256 * 1024 * 1024,
};

void import_init(struct import *im)
{
    *im = (struct import){.out_of_memory = false};
    arena_init(&im->arena, &mem_wiping, 65536, IMPORT_ARENA);
    for (size_t i = 0; i < IMPORT_PARTS; i++)
        buf_init(&im->parts[i], &mem_wiping, IMPORT_BYTES);
    buf_init(&im->notes, &mem_wiping, IMPORT_BYTES);
}

void import_release(struct import *im)
{
    for (size_t i = 0; i < IMPORT_PARTS; i++)
        buf_release(&im->parts[i]);
    buf_release(&im->notes);
    arena_release(&im->arena);
}

/* ---- texts ---- */

struct str import_join(struct import *im, const struct str *parts, size_t n)
{
    struct buf out;

    buf_init(&out, arena_mem(&im->arena), IMPORT_BYTES);
    for (size_t i = 0; i < n; i++)
        buf_add(&out, parts[i]);
    if (out.failed)
        im->out_of_memory = true;
    return buf_str(&out);
}

struct str import_quoted(struct import *im, struct str text)
{
    struct buf out;

    buf_init(&out, arena_mem(&im->arena), IMPORT_BYTES);
    json_str(&out, text);
    if (out.failed)
        im->out_of_memory = true;
    return buf_str(&out);
}

struct str import_text(struct import *im, struct jval value)
{
    struct str text;

    if (json_is_null(value) || json_is_arr(value) || json_is_obj(value))
        return (struct str){0};
    if (!json_is_str(value))
        return json_raw(value);
    if (json_text(value, &im->arena, &text))
        return text;
    im->out_of_memory = true;
    return (struct str){0};
}

struct str import_compact(struct import *im, struct jval value)
{
    struct str raw = json_raw(value);
    struct buf out;
    bool in_string = false;

    buf_init(&out, arena_mem(&im->arena), IMPORT_BYTES);
    for (size_t i = 0; i < raw.n; i++) {
        char c = raw.p[i];

        if (!in_string && (unsigned char)c <= ' ')
            continue;
        buf_add_char(&out, c);
        if (!in_string && (c == ',' || c == ':'))
            buf_add_char(&out, ' ');
        if (in_string && c == '\\' && i + 1 < raw.n)
            buf_add_char(&out, raw.p[++i]);
        else if (c == '"')
            in_string = !in_string;
    }
    if (out.failed)
        im->out_of_memory = true;
    return buf_str(&out);
}

/* ---- comments and warnings ---- */

/* A comment is one line, whatever stands in a name. */
static void write_comment(struct buf *out, const char *indent, struct str text)
{
    buf_add(out, str_of(indent));
    buf_add(out, STR("// "));
    for (size_t i = 0; i < text.n; i++)
        buf_add_char(out, (unsigned char)text.p[i] < ' ' ? ' ' : text.p[i]);
    buf_add_char(out, '\n');
}

static const char *indent_of(enum import_part part)
{
    return part == IMPORT_MEMBERS ? "  " : "    ";
}

void import_comment(struct import *im, enum import_part part, struct str text)
{
    write_comment(&im->parts[part], indent_of(part), text);
}

void import_note(struct import *im, struct str text)
{
    write_comment(&im->notes, "  ", text);
}

void import_warn(struct import *im, struct str where, struct str what)
{
    im->n_warnings++;
    fputs("sluice: ", stderr);
    cmd_put(stderr, where);
    fputs(where.n != 0 ? ": " : "", stderr);
    cmd_put(stderr, what);
    fputc('\n', stderr);
}

void import_leave(struct import *im, struct str where, struct jval value,
                  struct str what)
{
    import_note(im,
                IMPORT_JOIN(im, where, STR(": "), import_compact(im, value)));
    import_warn(im, where, what);
}

/* ---- pieces ---- */

static void write_parts(const struct import *im, struct buf *out)
{
    buf_add(out, STR("{\n"));
    buf_add(out, buf_str(&im->parts[IMPORT_MEMBERS]));
    if (im->n_pieces[IMPORT_ENDPOINTS] != 0) {
        buf_add(out, STR("  \"CUSTOM_OPENAI_ENDPOINTS\": [\n"));
        buf_add(out, buf_str(&im->parts[IMPORT_ENDPOINTS]));
        buf_add(out, STR("  ],\n"));
    }
    if (im->n_pieces[IMPORT_PROVIDERS] != 0) {
        buf_add(out, STR("  \"providers\": {\n"));
        buf_add(out, buf_str(&im->parts[IMPORT_PROVIDERS]));
        buf_add(out, STR("  },\n"));
    }
    buf_add(out, buf_str(&im->notes));
    buf_add(out, STR("}\n"));
}

/* Why the configuration so far is refused, in the arena; {0}: it is not. */
static struct str refusal(struct import *im)
{
    struct config_sources sources = {.file_name = STR("import")};
    struct problems *problems = xzalloc(sizeof(*problems));
    struct str why = {0};
    struct config config;
    struct buf text;
    enum sl_rc rc;

    buf_init(&text, &mem_wiping, IMPORT_BYTES);
    write_parts(im, &text);
    sources.file_text = buf_str(&text);
    config_init(&config, &mem_wiping);
    rc = text.failed ? SL_NOMEM : config_load(&config, &sources, problems);
    if (rc == SL_NOMEM)
        im->out_of_memory = true;
    for (size_t i = 0; i < CONFIG_PROBLEMS && i < problems->n; i++)
        if (!problems->v[i].is_warning && why.n == 0)
            why = IMPORT_JOIN(im, STR(""), problems->v[i].what);
    if (rc != SL_OK && why.n == 0)
        why = STR("is refused");
    config_release(&config);
    buf_release(&text);
    free(problems);
    return why;
}

bool import_add(struct import *im, enum import_part part, struct str name,
                struct str value)
{
    struct buf *out = &im->parts[part];
    size_t before = out->n;
    struct str why, where = name;

    buf_add(out, str_of(indent_of(part)));
    if (name.n != 0) {
        json_str(out, name);
        buf_add(out, STR(": "));
    } else {
        where = STR("CUSTOM_OPENAI_ENDPOINTS");
    }
    buf_add(out, value);
    buf_add(out, STR(",\n"));
    im->n_pieces[part]++;
    why = refusal(im);
    if (why.n == 0)
        return true;
    out->n = before;
    im->n_pieces[part]--;
    import_note(im, IMPORT_JOIN(im, STR("left out: "), why));
    import_note(im, IMPORT_JOIN(im, STR("  "), where, STR(": "), value));
    import_warn(im, where, IMPORT_JOIN(im, STR("left out: "), why));
    return false;
}

void import_write(struct import *im, struct str file, struct buf *out)
{
    write_comment(
        out, "",
        IMPORT_JOIN(im, STR("Made by sluice import from "), file, STR(".")));
    if (im->n_warnings != 0)
        write_comment(
            out, "",
            STR("Not everything has a counterpart: see the comments."));
    write_parts(im, out);
}
