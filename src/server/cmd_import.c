/* SPDX-License-Identifier: MIT */
/* sluice import: another program's configuration as ours, on stdout. */
#include <stdlib.h>

#include "core/config.h"
#include "server/cmd.h"
#include "server/files.h"
#include "server/import.h"
#include "server/yaml.h"

enum {
    JSON_TEXT = 16 * 1024 * 1024, /* of a YAML file as JSON */
    IMPORT_DEPTH = 64,
};

/* YAML, unless it begins like a JSON object. */
static bool is_jsonc(const char *path, struct str text)
{
    struct str name = str_of(path);

    if (str_ends(name, STR(".yaml")) || str_ends(name, STR(".yml")))
        return false;
    if (str_ends(name, STR(".jsonc")) || str_ends(name, STR(".json")))
        return true;
    return str_starts(str_trim(text), STR("{")) ||
           str_starts(str_trim(text), STR("//"));
}

/* Line and column of an offset, from 1. */
static void complain_at(const char *path, struct str text,
                        const struct err *err)
{
    size_t line = 1, start = 0;

    for (size_t i = 0; i < err->at && i < text.n; i++)
        if (text.p[i] == '\n') {
            line++;
            start = i + 1;
        }
    say("%s:%zu:%zu: %.*s", path, line, err->at - start + 1, (int)err->what.n,
        err->what.p);
}

static bool convert(struct import *im, const char *path, struct str text)
{
    static const struct json_limits limits = {.depth = IMPORT_DEPTH};
    bool is_json = is_jsonc(path, text);
    struct yaml_problem problem;
    struct err err = {0};
    struct str plain;
    struct json doc;
    struct buf out;

    buf_init(&out, arena_mem(&im->arena), JSON_TEXT);
    if (is_json && config_jsonc(&im->arena, text, &plain, &err) != SL_OK) {
        complain_at(path, text, &err);
        return false;
    }
    if (!is_json && !yaml_to_json(text, &out, &problem)) {
        say("%s:%zu:%zu: %s", path, problem.line, problem.column, problem.what);
        return false;
    }
    if (json_parse(&doc, is_json ? plain : buf_str(&out), &im->arena, &limits,
                   &err) != SL_OK) {
        complain_at(path, text, &err);
        return false;
    }
    if (!json_is_obj(json_root(&doc))) {
        say("%s: this is no configuration: not an object", path);
        return false;
    }
    return is_json ? import_jsonc(im, json_root(&doc))
                   : import_litellm(im, json_root(&doc));
}

static int print(struct import *im, const char *path)
{
    struct buf out;
    int code = 1;

    buf_init(&out, &mem_wiping, FILES_CONFIG_BYTES);
    import_write(im, str_of(path), &out);
    if (im->out_of_memory || out.failed) {
        say("%s: the configuration is too large", path);
    } else {
        cmd_put(stdout, buf_str(&out));
        code = cmd_flush(stdout);
    }
    buf_release(&out);
    return code;
}

int cmd_import(const struct cli *c)
{
    const char *why = "";
    struct import im;
    struct buf text;
    int code = 1;

    import_init(&im);
    buf_init(&text, &mem_wiping, FILES_CONFIG_BYTES);
    if (!file_read(c->argument, &text, &why))
        say("can't read %s: %s", c->argument, why);
    else if (convert(&im, c->argument, buf_str(&text)))
        code = print(&im, c->argument);
    else if (im.out_of_memory)
        say("%s: the configuration is too large", c->argument);
    buf_release(&text);
    import_release(&im);
    return code;
}
