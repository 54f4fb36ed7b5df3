/* SPDX-License-Identifier: MIT */
/* Accounts of Cloudflare. The one hard idea: a key of theirs is good for one
 * account alone, so that a set of accounts is a set of pairs; the account is a
 * part of the base URL, which therefore goes with the key and not with the
 * provider. Three ways to write pairs: CLOUDFLARE_ACCOUNTS, two lists of one
 * length, and ACCOUNT_n_ID with ACCOUNT_n_API_KEY. */
#include "core/config_parts.h"

#include "core/base/base.h"
#include "core/base/num.h"

enum { NUMBERED = 100 }; /* ACCOUNT_0_ID … ACCOUNT_99_ID */

static const struct str id_rule =
    STR_INIT("must be an account's id: letters and digits");
static const struct str pair_rule = STR_INIT(
    "must be pairs of an account's id and its key: "
    "[{\"id\": ID, \"key\": KEY}, ...], or ID:KEY with commas between");

/* It becomes a part of a path. */
static bool is_id(struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!char_is_alpha(text.p[i]) && !char_is_digit(text.p[i]) &&
            text.p[i] != '-' && text.p[i] != '_')
            return false;
    return text.n != 0;
}

static bool make_room(struct loader *l, size_t n)
{
    struct accounts *a = &l->accounts;

    a->ids = arena_array(&l->c->arena, struct str, n);
    a->keys = arena_array(&l->c->arena, struct secret, n);
    if (a->ids == NULL || a->keys == NULL)
        l->out_of_memory = true;
    return !l->out_of_memory;
}

/* ---- CLOUDFLARE_ACCOUNTS ---- */

static bool add_pair(struct loader *l, const struct given *id,
                     const struct given *key)
{
    struct accounts *a = &l->accounts;
    struct str text;
    struct secret *one = NULL;
    size_t n = 0;

    if (!config_text(l, id, false, &text))
        return false;
    if (!is_id(text)) {
        config_wrong(l, id, id_rule);
        return false;
    }
    if (json_is_arr(key->json)) {
        config_wrong(l, key, STR("must be one key"));
        return false;
    }
    if (!config_plain_keys(l, key, &one, &n))
        return false;
    if (n == 0) {
        config_wrong(l, key, STR("the key is empty"));
        return false;
    }
    a->ids[a->n] = text;
    a->keys[a->n++] = one[0];
    return true;
}

/* "ID:KEY" */
static bool add_text(struct loader *l, const struct given *item,
                     struct str text)
{
    size_t colon = str_find(text, ':');
    struct given id = *item, key = *item;

    id.json = key.json = (struct jval){0};
    id.text = str_trim(str_first(text, colon));
    key.text = str_skip(text, colon + 1);
    if (colon != text.n)
        return add_pair(l, &id, &key);
    config_wrong(l, item, pair_rule);
    return false;
}

/* The member that is set, of several names for one thing. */
static struct given named(struct loader *l, const struct given *item,
                          const struct str *names, size_t n)
{
    struct given g = {0};

    for (size_t i = 0; i < n && !g.is_set; i++)
        g = config_member(l, item, names[i]);
    return g;
}

static bool add_item(struct loader *l, const struct given *item)
{
    static const struct str names[] = {
        STR_INIT("id"),     STR_INIT("accountId"), STR_INIT("key"),
        STR_INIT("apiKey"), STR_INIT("token"),
    };
    const struct names known = {names, SL_LEN(names)};
    struct given id, key;
    struct str text;

    if (json_is_str(item->json))
        return config_text(l, item, true, &text) && add_text(l, item, text);
    if (!json_is_obj(item->json)) {
        config_wrong(l, item, pair_rule);
        return false;
    }
    if (!config_object(l, item, &known))
        return false;
    id = named(l, item, names, 2);
    key = named(l, item, names + 2, 3);
    if (id.is_set && key.is_set)
        return add_pair(l, &id, &key);
    config_wrong(l, item,
                 id.is_set ? STR("needs a key")
                           : STR("needs the account's id"));
    return false;
}

static struct given item_of(struct loader *l, const struct given *array,
                            size_t i)
{
    char digits[20];
    struct str number = {digits, num_write_u64(digits, i)};
    struct given item = *array;

    item.json = json_at(array->json, (uint32_t)i);
    item.where = config_join(l, array->where, STR("["), number);
    item.where = config_join(l, item.where, STR("]"), STR(""));
    return item;
}

static void read_texts(struct loader *l, const struct given *g, struct str text)
{
    struct str rest = text, piece;
    size_t n = 1;

    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == ',';
    if (!make_room(l, n))
        return;
    if (str_ends(text, STR(",")))
        config_wrong(l, g, pair_rule);
    while (str_split(&rest, ',', &piece)) {
        if (!add_text(l, g, str_trim(piece)))
            return;
    }
}

static void read_pairs(struct loader *l, const struct given *g)
{
    struct given array = *g;
    struct str text = {0};
    bool is_json = json_is_arr(g->json) || json_is_obj(g->json);

    if (!is_json && !config_text(l, g, false, &text))
        return;
    if (!is_json && text.n != 0 && str_find(STR("[{"), text.p[0]) == 2) {
        read_texts(l, g, text);
        return;
    }
    if (!is_json)
        array = config_array(l, g);
    if (json_is_obj(array.json)) {
        if (make_room(l, 1) && !add_item(l, &array))
            return;
    } else if (json_is_arr(array.json)) {
        size_t n = json_count(array.json);

        if (!make_room(l, n))
            return;
        for (size_t i = 0; i < n; i++) {
            struct given item = item_of(l, &array, i);

            if (!add_item(l, &item))
                return;
        }
    }
}

/* ---- ACCOUNT_n_ID, ACCOUNT_n_API_KEY ---- */

static struct given numbered(struct loader *l, size_t n, struct str end)
{
    char digits[20];
    struct str number = {digits, num_write_u64(digits, n)};
    struct str name = config_join(l, STR("ACCOUNT_"), number, end);
    struct given g = config_env(l, name);

    return g.is_set ? g : config_file(l, name);
}

static void read_numbered(struct loader *l)
{
    if (!make_room(l, NUMBERED))
        return;
    for (size_t i = 0; i < NUMBERED; i++) {
        struct given id = numbered(l, i, STR("_ID"));
        struct given key = numbered(l, i, STR("_API_KEY"));

        if (!id.is_set && !key.is_set)
            continue;
        if (!id.is_set)
            config_wrong(l, &key, STR("needs the account's _ID as well"));
        else if (!key.is_set)
            config_wrong(l, &id, STR("needs the account's _API_KEY as well"));
        else if (!add_pair(l, &id, &key))
            return;
    }
    l->accounts.key_id = STR("ACCOUNT_API_KEY");
}

bool config_is_account(struct str name)
{
    struct str start = STR("ACCOUNT_"), number;
    uint64_t n;

    if (!str_starts(name, start))
        return false;
    number = str_before(str_skip(name, start.n), '_');
    name = str_skip(name, start.n + number.n);
    return num_u64(number, &n) && n < NUMBERED &&
           (str_eq(name, STR("_ID")) || str_eq(name, STR("_API_KEY")));
}

/* ---- CLOUDFLARE_ACCOUNT_ID ---- */

static void read_ids(struct loader *l, const struct given *g)
{
    struct accounts *a = &l->accounts;
    struct err err = {0};
    struct str *v = NULL;
    size_t n = 0;
    enum sl_rc rc = config_list(l, g, &v, &n, &err);

    if (rc == SL_NOMEM || l->out_of_memory) {
        l->out_of_memory = true;
        return;
    }
    for (size_t i = 0; rc == SL_OK && i < n; i++)
        if (!is_id(v[i]))
            rc = SL_BAD_REQUEST;
    if (rc != SL_OK) {
        config_wrong(l, g, id_rule);
        return;
    }
    if (n == 0 || !make_room(l, n))
        return;
    for (size_t i = 0; i < n; i++)
        if (!arena_copy(&l->c->arena, v[i], &a->ids[i]))
            l->out_of_memory = true;
    a->keys = NULL;
    a->n = n;
    l->c->account = a->ids[0];
}

/* Is one of the variables set that hold keys of the catalogue's row? */
static struct given key_variable(struct loader *l)
{
    struct given g = {0};

    for (size_t i = 0; i < catalogue_n * CATALOGUE_VARS && !g.is_set; i++) {
        const struct catalogue_row *row = &catalogue[i / CATALOGUE_VARS];
        struct str name = row->key_vars[i % CATALOGUE_VARS];

        if (!row->needs_account || name.n == 0)
            continue;
        g = config_env(l, name);
        if (!g.is_set)
            g = config_file(l, name);
    }
    return g;
}

void config_accounts(struct loader *l)
{
    struct accounts *a = &l->accounts;
    struct given ids = config_option(l, OPTION_account);
    struct given pairs = config_option(l, OPTION_accounts);
    struct given keys = key_variable(l);
    size_t n_ids;

    if (ids.is_set)
        read_ids(l, &ids);
    n_ids = a->n;
    if (!pairs.is_set && keys.is_set)
        return;
    *a = (struct accounts){.key_id = STR("CLOUDFLARE_ACCOUNTS")};
    if (pairs.is_set)
        read_pairs(l, &pairs);
    else
        read_numbered(l);
    if (pairs.is_set && keys.is_set)
        config_warn(l, &keys,
                    STR("has no effect: CLOUDFLARE_ACCOUNTS holds the keys"));
    if (n_ids > 1)
        config_wrong(l, &ids,
                     a->n == 0
                         ? STR("names several accounts, and there is no key: "
                               "CLOUDFLARE_API_KEY must have one for each")
                         : STR("must be one account, that of the AI Gateway, "
                               "where accounts have keys of their own"));
    if (l->c->account.n == 0 && a->n != 0)
        l->c->account = a->ids[0];
}
