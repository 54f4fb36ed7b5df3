/* SPDX-License-Identifier: MIT */
/* Reading one value, whether it stands in the file as JSON or in a variable as
 * text. The one hard idea: a variable keeps its grammar when it moves into the
 * file, so that 12345 and true are texts there too; what is no variable has a
 * type. */
#include "core/config_parts.h"

#include "core/base/base.h"
#include "core/base/num.h"

enum { MAX_KEYS = 10000 };

/* Far from where a sum of two sizes overflows. */
#if SIZE_MAX > UINT32_MAX
#define MAX_SIZE ((uint64_t)1 << 40)
#else
#define MAX_SIZE ((uint64_t)1 << 30)
#endif

struct given config_member(struct loader *l, const struct given *object,
                           struct str name)
{
    struct jval v = json_get(object->json, name);

    return (struct given){
        .is_set = !json_is_null(v),
        .source = object->source,
        .where = object->where.n == 0
                     ? name
                     : config_join(l, object->where, STR("."), name),
        .json = v,
    };
}

static struct str keep(struct loader *l, struct str s)
{
    struct str copy = {0};

    if (!arena_copy(&l->c->arena, s, &copy))
        l->out_of_memory = true;
    return copy;
}

/* The text of a scalar, where it stands; false: it is none. */
static bool scalar(struct loader *l, const struct given *g, bool strict,
                   struct str *text)
{
    switch (json_type(g->json)) {
    case JSON_NONE:
        *text = g->text;
        return true;
    case JSON_STRING:
        if (json_text(g->json, &l->scratch, text))
            return true;
        l->out_of_memory = true;
        return false;
    case JSON_NUMBER:
    case JSON_TRUE:
    case JSON_FALSE:
        *text = json_raw(g->json);
        return !strict;
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return false;
}

bool config_text(struct loader *l, const struct given *g, bool strict,
                 struct str *text)
{
    struct str s;

    if (!scalar(l, g, strict, &s)) {
        config_wrong(l, g, STR("must be a string"));
        return false;
    }
    *text = keep(l, str_trim(s));
    return true;
}

bool config_switch(struct loader *l, const struct given *g, bool *on)
{
    static const struct str yes[] = {STR_INIT("true"), STR_INIT("1"),
                                     STR_INIT("yes"), STR_INIT("on")};
    static const struct str no[] = {STR_INIT("false"), STR_INIT("0"),
                                    STR_INIT("no"), STR_INIT("off"),
                                    STR_INIT("")};
    struct str s;
    bool is_scalar = scalar(l, g, false, &s);

    for (size_t i = 0; is_scalar && i < SL_LEN(yes); i++)
        if (str_eq_nocase(str_trim(s), yes[i])) {
            *on = true;
            return true;
        }
    for (size_t i = 0; is_scalar && i < SL_LEN(no); i++)
        if (str_eq_nocase(str_trim(s), no[i])) {
            *on = false;
            return true;
        }
    config_wrong(l, g,
                 STR("must be true, 1, yes or on, or false, 0, no or "
                     "off"));
    return false;
}

static struct str number_text(struct loader *l, int64_t n)
{
    char digits[20];

    SL_ASSERT(n >= 0);
    return keep(l, (struct str){digits, num_write_u64(digits, (uint64_t)n)});
}

bool config_count(struct loader *l, const struct given *g, int64_t min,
                  int64_t max, int64_t *n)
{
    struct str s;
    int64_t v;

    if (scalar(l, g, false, &s) && num_i64(str_trim(s), &v) && v >= min &&
        v <= max) {
        *n = v;
        return true;
    }
    s = config_join(l, STR("must be a whole number from "), number_text(l, min),
                    STR(" to "));
    config_wrong(l, g, config_join(l, s, number_text(l, max), STR("")));
    return false;
}

bool config_size(struct loader *l, const struct given *g, int64_t min,
                 int64_t *bytes)
{
    struct str s;
    uint64_t v;

    if (scalar(l, g, false, &s) && num_size(str_trim(s), &v) &&
        v >= (uint64_t)min && v <= MAX_SIZE) {
        *bytes = (int64_t)v;
        return true;
    }
    config_wrong(l, g,
                 min == 0 ? STR("must be a size in bytes: 65536, 64k, 32m, 1g")
                          : STR("must be a size in bytes, more than 0: 65536, "
                                "64k, 32m, 1g"));
    return false;
}

bool config_duration(struct loader *l, const struct given *g, int64_t min,
                     int64_t *ms)
{
    const int64_t max = (int64_t)366 * 24 * 3600 * 1000;
    struct str s;
    int64_t v;

    if (scalar(l, g, false, &s) && num_duration_ms(str_trim(s), &v) &&
        v >= min && v <= max) {
        *ms = v;
        return true;
    }
    config_wrong(l, g,
                 min == 0 ? STR("must be a time: 250ms, 20s, 5m, 2h, 1d, or a "
                                "number of seconds")
                          : STR("must be a time of more than 0: 250ms, 20s, "
                                "5m, 2h, 1d, or a number of seconds"));
    return false;
}

static bool one_string(struct loader *l, const struct given *g, struct str *v)
{
    if (!config_text(l, g, true, v))
        return false;
    if (v->n != 0)
        return true;
    config_wrong(l, g, STR("must not be empty"));
    return false;
}

/* "a, b" of the environment or a flag: commas part them. */
static bool split_strings(struct loader *l, const struct given *g,
                          struct str **v, size_t *n)
{
    struct str rest = g->text;
    struct str piece;
    size_t count = 0;
    struct str *all;

    while (str_split(&rest, ',', &piece))
        count++;
    all = arena_array(&l->c->arena, struct str, count);
    if (all == NULL) {
        l->out_of_memory = true;
        return false;
    }
    rest = g->text;
    for (size_t i = 0; str_split(&rest, ',', &piece); i++) {
        if (!arena_copy(&l->c->arena, str_trim(piece), &all[i])) {
            l->out_of_memory = true;
            return false;
        }
        if (all[i].n == 0) {
            config_wrong(l, g, STR("must not be empty"));
            return false;
        }
    }
    *v = all;
    *n = count;
    return count != 0;
}

bool config_strings(struct loader *l, const struct given *g, struct str **v,
                    size_t *n)
{
    size_t count = json_is_arr(g->json) ? json_count(g->json) : 1;
    struct str *all = arena_array(&l->c->arena, struct str, count);
    bool ok = true;

    if (g->text.n != 0)
        return split_strings(l, g, v, n);
    if (all == NULL) {
        l->out_of_memory = true;
        return false;
    }
    if (!json_is_arr(g->json))
        ok = one_string(l, g, &all[0]);
    for (size_t i = 0; json_is_arr(g->json) && i < count; i++) {
        struct given item = *g;

        item.json = json_at(g->json, (uint32_t)i);
        if (!one_string(l, &item, &all[i]))
            ok = false;
    }
    if (!ok)
        return false;
    *v = all;
    *n = count;
    return true;
}

bool config_object(struct loader *l, const struct given *g,
                   const struct names *known)
{
    struct jval_iter it = json_iter(g->json);
    bool ok = true;

    if (!json_is_obj(g->json)) {
        config_wrong(l, g, STR("must be an object: { ... }"));
        return false;
    }
    while (json_iter_next(&it)) {
        struct given member = *g;
        struct str name = {0};
        bool is_known = false;

        if (!json_text(it.name, &l->scratch, &name))
            l->out_of_memory = true;
        for (size_t i = 0; i < known->n; i++)
            is_known = is_known || str_eq(known->v[i], name);
        if (is_known)
            continue;
        ok = false;
        member.json = it.name;
        member.where = config_join(l, g->where, STR("."), name);
        config_wrong(l, &member,
                     config_suggest(l, STR("unknown option"), name, known));
    }
    return ok;
}

/* ---- keys ---- */

static const struct str key_rule =
    STR_INIT("must be a key, keys separated by commas, or an array of strings");

/* A key must stand in a field of a request; blanks in it are a mistake made
 * when it was copied. */
static const char *key_fault(struct str key)
{
    if (key.n == 0)
        return "one of the keys is empty";
    for (size_t i = 0; i < key.n; i++)
        if (key.p[i] <= ' ' || key.p[i] > '~')
            return "a key holds a blank, a control character or a character "
                   "that is not ASCII";
    return NULL;
}

static enum sl_rc check_keys(const struct str *v, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        const char *fault = key_fault(v[i]);

        if (fault != NULL)
            return err_set(err, SL_BAD_REQUEST, (struct str){0}, str_of(fault));
    }
    return SL_OK;
}

static enum sl_rc json_keys(struct arena *a, struct jval array,
                            struct str **items, size_t *n, struct err *err)
{
    struct jval_iter it = json_iter(array);
    size_t count = json_count(array), i = 0;
    struct str *v = arena_array(a, struct str, count);
    enum sl_rc rc;

    if (v == NULL)
        return err_set(err, SL_NOMEM, (struct str){0}, STR("no memory"));
    for (; json_iter_next(&it); i++) {
        if (json_is_str(it.value)) {
            if (!json_text(it.value, a, &v[i]))
                return err_set(err, SL_NOMEM, (struct str){0},
                               STR("no memory"));
        } else if (json_is_null(it.value) || json_is_arr(it.value) ||
                   json_is_obj(it.value)) {
            return err_set(err, SL_BAD_REQUEST, (struct str){0}, key_rule);
        } else {
            v[i] = json_raw(it.value);
        }
        v[i] = str_trim(v[i]);
    }
    rc = check_keys(v, count, err);
    if (rc != SL_OK)
        return rc;
    *items = v;
    *n = count;
    return SL_OK;
}

static enum sl_rc split_keys(struct arena *a, struct str text,
                             struct str **items, size_t *n, struct err *err)
{
    size_t count = 1, used = 0;
    struct str *v, piece;
    enum sl_rc rc;

    for (size_t i = 0; i < text.n; i++)
        count += text.p[i] == ',';
    if (count > MAX_KEYS)
        return err_set(err, SL_TOO_LARGE, (struct str){0},
                       STR("more than 10000 keys"));
    v = arena_array(a, struct str, count);
    if (v == NULL)
        return err_set(err, SL_NOMEM, (struct str){0}, STR("no memory"));
    while (str_split(&text, ',', &piece))
        v[used++] = str_trim(piece);
    /* A comma at the end leaves the last item untouched: it is empty. */
    rc = check_keys(v, count, err);
    if (rc != SL_OK)
        return rc;
    *items = v;
    *n = count;
    return SL_OK;
}

enum sl_rc config_key_list(struct arena *a, struct str text, struct str **items,
                           size_t *n, struct err *err)
{
    struct json_limits limits = {2, 2 * MAX_KEYS, CONFIG_FILE_BYTES};
    struct str s = str_trim(text);
    struct json doc;
    struct str *one;
    enum sl_rc rc;

    if (s.n == 0) {
        *items = NULL;
        *n = 0;
        return SL_OK;
    }
    if (str_find(STR("[\"{"), s.p[0]) == 3)
        return split_keys(a, s, items, n, err);
    /* What begins like JSON is meant as JSON: read as a list, its brackets
     * and quotes would become part of the keys. */
    rc = json_parse(&doc, s, a, &limits, NULL);
    if (rc == SL_NOMEM)
        return err_set(err, rc, (struct str){0}, STR("no memory"));
    if (rc != SL_OK || json_is_obj(json_root(&doc)))
        return err_set(err, SL_BAD_REQUEST, (struct str){0}, key_rule);
    if (json_is_arr(json_root(&doc)))
        return json_keys(a, json_root(&doc), items, n, err);
    one = arena_new(a, struct str);
    if (one == NULL || !json_text(json_root(&doc), a, one))
        return err_set(err, SL_NOMEM, (struct str){0}, STR("no memory"));
    *one = str_trim(*one);
    rc = check_keys(one, 1, err);
    if (rc != SL_OK)
        return rc;
    *items = one;
    *n = 1;
    return SL_OK;
}

static bool to_secrets(struct loader *l, const struct str *v, size_t n,
                       struct secret **keys)
{
    struct secret *all = arena_array(&l->c->arena, struct secret, n);

    if (all == NULL) {
        l->out_of_memory = true;
        return false;
    }
    for (size_t i = 0; i < n; i++)
        all[i] = secret_of(keep(l, v[i]));
    *keys = all;
    return true;
}

static bool use_keys(struct loader *l, const struct given *g, enum sl_rc rc,
                     const struct err *err)
{
    if (rc == SL_OK)
        return true;
    if (rc == SL_NOMEM)
        l->out_of_memory = true;
    else
        config_wrong(l, g, err->what);
    return false;
}

enum sl_rc config_list(struct loader *l, const struct given *g, struct str **v,
                       size_t *n, struct err *err)
{
    struct str text;

    if (json_is_arr(g->json))
        return json_keys(&l->scratch, g->json, v, n, err);
    if (scalar(l, g, false, &text))
        return config_key_list(&l->scratch, text, v, n, err);
    return err_set(err, SL_BAD_REQUEST, (struct str){0}, key_rule);
}

bool config_keys(struct loader *l, const struct given *g, struct secret **keys,
                 size_t *n)
{
    struct err err = {0};
    struct str *v = NULL;
    size_t count = 0;
    enum sl_rc rc = config_list(l, g, &v, &count, &err);

    if (!use_keys(l, g, rc, &err) || !to_secrets(l, v, count, keys))
        return false;
    *n = count;
    return true;
}

bool config_plain_keys(struct loader *l, const struct given *g,
                       struct secret **keys, size_t *n)
{
    struct err err = {0};
    struct str text;
    enum sl_rc rc;

    if (json_is_arr(g->json))
        return config_keys(l, g, keys, n);
    if (!scalar(l, g, false, &text)) {
        config_wrong(l, g, STR("must be a key or an array of keys"));
        return false;
    }
    text = str_trim(text);
    rc = check_keys(&text, text.n == 0 ? 0 : 1, &err);
    if (!use_keys(l, g, rc, &err) ||
        !to_secrets(l, &text, text.n == 0 ? 0 : 1, keys))
        return false;
    *n = text.n == 0 ? 0 : 1;
    return true;
}
