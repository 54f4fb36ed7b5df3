/* SPDX-License-Identifier: MIT */
/* YAML by libyaml. The one hard idea: with anchors a small text can stand for
 * an endless or enormous one, so depth and size of what is written are bounded,
 * and writing stops where the bound is reached. */
#include "server/yaml.h"

#include <yaml.h>

#include "core/base/json.h"

enum { YAML_DEPTH = 48 };

struct writer {
    yaml_document_t *doc;
    struct buf *out;
    struct yaml_problem *problem;
};

static bool fail(struct writer *w, const yaml_node_t *at, const char *what)
{
    w->problem->line = at->start_mark.line + 1;
    w->problem->column = at->start_mark.column + 1;
    w->problem->what = what;
    return false;
}

/* ---- scalars ---- */

static bool is_one_of(struct str text, const char *const *names)
{
    for (; *names != NULL; names++)
        if (str_eq(text, str_of(*names)))
            return true;
    return false;
}

static size_t digits(struct str text)
{
    size_t n = 0;

    while (n < text.n && char_is_digit(text.p[n]))
        n++;
    return n;
}

/* As JSON writes numbers; what YAML has beyond that (0x1F, 1_000) is text. */
static bool is_number(struct str text)
{
    size_t n;

    if (str_starts(text, STR("-")))
        text = str_skip(text, 1);
    n = digits(text);
    if (n == 0 || (n > 1 && text.p[0] == '0'))
        return false;
    text = str_skip(text, n);
    if (str_starts(text, STR("."))) {
        n = digits(str_skip(text, 1));
        text = str_skip(text, 1 + n);
        if (n == 0)
            return false;
    }
    return text.n == 0;
}

static struct str scalar(const yaml_node_t *node)
{
    /* libyaml's bytes are unsigned. */
    return (struct str){(const char *)node->data.scalar.value,
                        node->data.scalar.length};
}

static void write_scalar(const struct writer *w, const yaml_node_t *node)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const yes[] = {"true", "True", "TRUE", "yes", "Yes",
                                      "YES",  "on",   "On",   "ON",  NULL};
    static const char *const no[] = {"false", "False", "FALSE", "no",  "No",
                                     "NO",    "off",   "Off",   "OFF", NULL};
    struct str text = scalar(node);
    bool is_plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;

    if (is_plain && is_one_of(text, nulls))
        buf_add(w->out, STR("null"));
    else if (is_plain && is_one_of(text, yes))
        buf_add(w->out, STR("true"));
    else if (is_plain && is_one_of(text, no))
        buf_add(w->out, STR("false"));
    else if (is_plain && is_number(text))
        buf_add(w->out, text);
    else
        json_str(w->out, text);
}

/* ---- collections ---- */

/* Recursion as deep as the text nests, at most YAML_DEPTH. */
static bool write_node(struct writer *w, int id, unsigned depth);

static bool write_sequence(struct writer *w, const yaml_node_t *node,
                           unsigned depth)
{
    const yaml_node_item_t *it = node->data.sequence.items.start;

    buf_add_char(w->out, '[');
    for (; it < node->data.sequence.items.top; it++) {
        if (it != node->data.sequence.items.start)
            buf_add_char(w->out, ',');
        if (!write_node(w, *it, depth + 1))
            return false;
    }
    buf_add_char(w->out, ']');
    return true;
}

static bool write_members(struct writer *w, const yaml_node_t *node,
                          unsigned depth, bool *is_first);

/* What "<<" names: a mapping, or several, of which the first is stronger. */
static bool write_merged(struct writer *w, int id, unsigned depth,
                         bool *is_first)
{
    const yaml_node_t *node = yaml_document_get_node(w->doc, id);

    if (depth > YAML_DEPTH)
        return fail(w, node, "is nested too deeply");
    if (node->type == YAML_MAPPING_NODE)
        return write_members(w, node, depth + 1, is_first);
    if (node->type != YAML_SEQUENCE_NODE)
        return fail(w, node, "a merge key needs a mapping");
    for (const yaml_node_item_t *it = node->data.sequence.items.top;
         it > node->data.sequence.items.start; it--)
        if (!write_merged(w, it[-1], depth + 1, is_first))
            return false;
    return true;
}

static bool is_merge(const struct writer *w, const yaml_node_pair_t *pair)
{
    const yaml_node_t *key = yaml_document_get_node(w->doc, pair->key);

    return key->type == YAML_SCALAR_NODE &&
           key->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           str_eq(scalar(key), STR("<<"));
}

static bool write_member(struct writer *w, const yaml_node_pair_t *pair,
                         unsigned depth, bool *is_first)
{
    const yaml_node_t *key = yaml_document_get_node(w->doc, pair->key);

    if (key->type != YAML_SCALAR_NODE)
        return fail(w, key, "a name must be a text");
    if (!*is_first)
        buf_add_char(w->out, ',');
    *is_first = false;
    json_str(w->out, scalar(key));
    buf_add_char(w->out, ':');
    return write_node(w, pair->value, depth + 1);
}

/* What is merged in comes first: what stands here itself is stronger. */
static bool write_members(struct writer *w, const yaml_node_t *node,
                          unsigned depth, bool *is_first)
{
    const yaml_node_pair_t *start = node->data.mapping.pairs.start;
    const yaml_node_pair_t *top = node->data.mapping.pairs.top;

    for (const yaml_node_pair_t *it = start; it < top; it++)
        if (is_merge(w, it) && !write_merged(w, it->value, depth + 1, is_first))
            return false;
    for (const yaml_node_pair_t *it = start; it < top; it++)
        if (!is_merge(w, it) && !write_member(w, it, depth, is_first))
            return false;
    return true;
}

static bool write_node(struct writer *w, int id, unsigned depth)
{
    const yaml_node_t *node = yaml_document_get_node(w->doc, id);
    bool is_first = true, ok = true;

    if (depth > YAML_DEPTH)
        return fail(w, node, "is nested too deeply");
    if (w->out->failed)
        return fail(w, node, "is too large");
    if (node->type == YAML_SEQUENCE_NODE) {
        ok = write_sequence(w, node, depth);
    } else if (node->type == YAML_MAPPING_NODE) {
        buf_add_char(w->out, '{');
        ok = write_members(w, node, depth, &is_first);
        buf_add_char(w->out, '}');
    } else {
        write_scalar(w, node);
    }
    return ok;
}

/* ---- the text ---- */

static bool write_document(yaml_parser_t *parser, struct buf *out,
                           struct yaml_problem *p)
{
    yaml_document_t doc;
    struct writer w = {&doc, out, p};
    bool ok;

    if (yaml_parser_load(parser, &doc) == 0) {
        const yaml_mark_t *mark = &parser->problem_mark;

        *p = (struct yaml_problem){mark->line + 1, mark->column + 1,
                                   parser->problem};
        if (p->what == NULL)
            p->what = "is no YAML";
        return false;
    }
    ok = yaml_document_get_root_node(&doc) != NULL;
    if (!ok)
        *p = (struct yaml_problem){1, 1, "is empty"};
    ok = ok && write_node(&w, 1, 0);
    if (ok && out->failed) {
        *p = (struct yaml_problem){1, 1, "is too large"};
        ok = false;
    }
    yaml_document_delete(&doc);
    return ok;
}

bool yaml_to_json(struct str text, struct buf *out, struct yaml_problem *p)
{
    yaml_parser_t parser;
    bool ok;

    *p = (struct yaml_problem){1, 1, "no memory"};
    if (yaml_parser_initialize(&parser) == 0)
        return false;
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.p,
                                 text.n);
    ok = write_document(&parser, out, p);
    yaml_parser_delete(&parser);
    return ok;
}
