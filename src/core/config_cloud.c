/* SPDX-License-Identifier: MIT */
/* Providers of cloud platforms: words that belong into their addresses, and
 * credentials that are not sent as they are. The one hard idea: a credential
 * is a key like any other (picked, judged, counted); what it takes besides the
 * secret stands beside it, in provider.credentials. */
#include "core/config_parts.h"

#include "core/base/base.h"
#include "core/base/url.h"

enum {
    AWS_ID,
    AWS_SECRET,
    AWS_TOKEN,
    SERVICE_FILE_BYTES = 64 * 1024,
    WORD_BYTES = 128,
};

typedef struct given lookup(struct loader *l, struct str name);

static lookup *const sources[] = {config_env, config_file};

/* ---- words ---- */

/* It becomes a part of a host or a path. */
static bool is_word(struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (!char_is_alpha(c) && !char_is_digit(c) && c != '-' && c != '_' &&
            c != '.' && c != ':')
            return false;
    }
    return text.n != 0 && text.n <= WORD_BYTES;
}

static struct str read_word(struct loader *l, const struct catalogue_word *word)
{
    struct str text;

    for (size_t i = 0; i < SL_LEN(sources) * PLACE_VARS; i++) {
        struct str name = word->vars[i % PLACE_VARS];
        struct given g = {0};

        if (name.n != 0)
            g = sources[i / PLACE_VARS](l, name);
        if (!g.is_set || !config_text(l, &g, false, &text))
            continue;
        if (is_word(text))
            return text;
        config_wrong(l, &g,
                     STR("must be made of letters, digits, '-', '_', '.' and "
                         "':'"));
        return word->fallback;
    }
    return word->fallback;
}

void config_words(struct loader *l, struct provider *p)
{
    p->place = read_word(l, &p->row->place);
    p->project = read_word(l, &p->row->project);
}

bool config_place(struct loader *l, const struct provider *p, struct str *text)
{
    struct str mark = p->row->place.mark;
    size_t at = str_find_str(*text, mark);

    if (mark.n == 0 || at == text->n)
        return true;
    if (p->place.n == 0)
        return false;
    *text = config_join(l, str_first(*text, at), p->place,
                        str_skip(*text, at + mark.n));
    return true;
}

void config_compat(struct loader *l, struct provider *p)
{
    const struct catalogue_row *row = p->row;
    struct str version = read_word(l, &row->version);

    p->compat = row->compat;
    if (!str_eq(version, row->version.fallback)) {
        p->compat = row->versioned;
        p->query = config_join(l, STR("?api-version="), version, STR(""));
    }
    if (row->chats)
        p->chat_path =
            config_join(l, p->compat, STR("/chat/completions"), p->query);
}

/* ---- ways ---- */

/* The path with a word in; false: it needs one that is not set. */
static bool fill(struct loader *l, struct str *path, struct str mark,
                 struct str text)
{
    size_t at = str_find_str(*path, mark);

    if (mark.n == 0 || at == path->n)
        return true;
    *path = config_join(l, str_first(*path, at), text,
                        str_skip(*path, at + mark.n));
    return text.n != 0;
}

static bool fill_words(struct loader *l, const struct provider *p,
                       struct str *path)
{
    return fill(l, path, p->row->place.mark, p->place) &&
           fill(l, path, p->row->project.mark, p->project);
}

static void fill_wholes(struct loader *l, struct provider *p)
{
    struct whole_way *ways =
        arena_array(&l->c->arena, struct whole_way, p->n_wholes);
    size_t n = 0;

    if (ways == NULL) {
        l->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < p->n_wholes; i++) {
        ways[n] = p->row->wholes[i];
        n += fill_words(l, p, &ways[n].path) ? 1 : 0;
    }
    p->wholes = ways;
    p->n_wholes = n;
}

void config_ways(struct loader *l, struct provider *p)
{
    struct chat_way *ways;
    size_t n = 0;

    if (p->row->place.mark.n == 0 && p->row->project.mark.n == 0)
        return;
    if (!fill_words(l, p, &p->compat) || !fill_words(l, p, &p->chat_path))
        p->chat_path = (struct str){0};
    config_compat_ways(l, p);
    ways = arena_array(&l->c->arena, struct chat_way, p->n_ways);
    if (ways == NULL) {
        l->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < p->n_ways; i++) {
        ways[n] = p->row->ways[i];
        n += fill_words(l, p, &ways[n].path) &&
                     fill_words(l, p, &ways[n].stream_path) &&
                     fill_words(l, p, &ways[n].count_path)
                 ? 1
                 : 0;
    }
    p->ways = ways;
    p->n_ways = n;
    fill_wholes(l, p);
}

/* ---- AWS ---- */

/* The strongest source of one of the credential's variables. */
static struct given find(struct loader *l, const struct provider *p, size_t i)
{
    struct given g = config_env(l, p->row->credential_vars[i]);

    return g.is_set ? g : config_file(l, p->row->credential_vars[i]);
}

static struct credential *make_credentials(struct loader *l, size_t n)
{
    struct credential *v = arena_array(&l->c->arena, struct credential, n);

    if (v == NULL)
        l->out_of_memory = true;
    return v;
}

static bool is_key_id(struct str id)
{
    for (size_t i = 0; i < id.n; i++)
        if (!char_is_alpha(id.p[i]) && !char_is_digit(id.p[i]))
            return false;
    return id.n != 0 && id.n <= WORD_BYTES;
}

/* Access key id, secret and session token of each. */
static void read_aws(struct loader *l, struct provider *p)
{
    struct given id = find(l, p, AWS_ID), key = find(l, p, AWS_SECRET),
                 token = find(l, p, AWS_TOKEN);
    struct secret *keys = NULL, *tokens = NULL;
    size_t n = 0, n_ids = 0, n_tokens = 0;
    struct str *ids = NULL;
    struct credential *v;

    if (id.is_set != key.is_set)
        config_warn(l, id.is_set ? &id : &key,
                    STR("has no effect unless AWS_ACCESS_KEY_ID and "
                        "AWS_SECRET_ACCESS_KEY are both set"));
    if (!id.is_set || !key.is_set)
        return;
    if (!config_strings(l, &id, &ids, &n_ids) ||
        !config_keys(l, &key, &keys, &n) ||
        (token.is_set && !config_keys(l, &token, &tokens, &n_tokens)))
        return;
    if (n_ids != n || (n_tokens != 0 && n_tokens != n)) {
        config_wrong(l, n_ids != n ? &key : &token,
                     STR("must have one item for each AWS_ACCESS_KEY_ID"));
        return;
    }
    v = make_credentials(l, n);
    for (size_t i = 0; v != NULL && i < n; i++) {
        v[i] = (struct credential){.id = ids[i],
                                   .token = n_tokens == 0 ? NULL : &tokens[i]};
        if (is_key_id(ids[i]))
            continue;
        config_wrong(l, &id, STR("must be made of letters and digits"));
        return;
    }
    p->keys = keys;
    p->n_keys = v == NULL ? 0 : n;
    p->credentials = v;
    p->key_id = p->row->credential_vars[AWS_ID];
}

/* ---- Google ---- */

static const struct catalogue_row issuer_row = {
    .name = STR_INIT("token-issuer"), .key_style = KEY_NONE};

/* Where access tokens are got: by the provider's own proxy. */
static struct provider *issuer(struct loader *l, const struct given *g,
                               const struct provider *p, struct str uri)
{
    struct provider *from = arena_new(&l->c->arena, struct provider);

    if (from == NULL) {
        l->out_of_memory = true;
        return NULL;
    }
    from->name = p->name;
    from->row = &issuer_row;
    from->timeouts = p->timeouts;
    from->origin.proxy = p->origin.proxy;
    return config_base(l, from, g, uri) ? from : NULL;
}

/* A text member, kept; {0}: it is missing or no text. */
static struct str member(struct loader *l, struct jval v, struct str name)
{
    struct str text = {0}, copy = {0};

    v = json_get(v, name);
    if (!json_is_str(v))
        return copy;
    if (!json_text(v, &l->scratch, &text) ||
        !arena_copy(&l->c->arena, text, &copy))
        l->out_of_memory = true;
    return copy;
}

static bool is_plain(struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] <= ' ' || text.p[i] > '~')
            return false;
    return text.n != 0;
}

/* What is wrong with the file; {0}: nothing. */
static struct str file_fault(struct jval v, const struct credential *c,
                             struct str pem)
{
    if (!json_text_eq(json_get(v, STR("type")), STR("service_account")))
        return STR("its \"type\" is not \"service_account\", the only one that "
                   "is supported");
    if (!is_plain(c->id))
        return STR("its \"client_email\" is missing");
    if (c->key_id.n != 0 && !is_plain(c->key_id))
        return STR("its \"private_key_id\" is malformed");
    if (!str_has(pem, STR("-----BEGIN ")) || !str_has(pem, STR("-----END ")))
        return STR("its \"private_key\" is not a private key in PEM");
    return (struct str){0};
}

/* One credential from a file's text. */
static void read_service(struct loader *l, const struct given *g,
                         struct provider *p, struct str text)
{
    struct json_limits limits = {4, 1000, SERVICE_FILE_BYTES};
    struct str pem, uri, project, fault = STR("it is not a JSON object");
    struct credential *c = &p->credentials[p->n_keys];
    struct json doc;
    struct jval v = {0};

    if (json_parse(&doc, text, &l->scratch, &limits, NULL) == SL_OK)
        v = json_root(&doc);
    pem = str_trim(member(l, v, STR("private_key")));
    uri = member(l, v, STR("token_uri"));
    project = member(l, v, STR("project_id"));
    c->id = member(l, v, STR("client_email"));
    c->key_id = member(l, v, STR("private_key_id"));
    if (json_is_obj(v))
        fault = file_fault(v, c, pem);
    if (fault.n != 0) {
        config_wrong(l, g,
                     config_join(l, STR("the file of a service account: "),
                                 fault, STR("")));
        return;
    }
    c->from = issuer(
        l, g, p, uri.n != 0 ? uri : STR("https://oauth2.googleapis.com/token"));
    if (p->project.n == 0 && is_word(project))
        p->project = project;
    p->keys[p->n_keys] = secret_of(pem);
    p->n_keys += c->from != NULL;
}

/* What was meant as a file's text and is none may hold a private key. */
static struct str shown(struct str path)
{
    if (path.n > WORD_BYTES || str_has(path, STR("{")) ||
        str_has(path, STR("\"")) || str_has(path, STR("--")))
        return STR("the file");
    return path;
}

/* One item: a path, or the file's text itself. */
static void read_item(struct loader *l, const struct given *g,
                      struct provider *p, struct str item)
{
    struct str why = STR("this host reads no files");
    struct buf text;

    if (str_starts(item, STR("{"))) {
        read_service(l, g, p, item);
        return;
    }
    buf_init(&text, &l->c->wiping, SERVICE_FILE_BYTES);
    if (l->from->read_file != NULL &&
        l->from->read_file(l->from->read_ctx, item, &text, &why))
        read_service(l, g, p, buf_str(&text));
    else
        config_wrong(l, g,
                     config_join(l,
                                 config_join(l, STR("can't read "), shown(item),
                                             STR(": ")),
                                 why, STR("")));
    buf_release(&text);
}

/* Items of an array, or apart by commas; a text alone has commas in it. */
static bool read_items(struct loader *l, const struct given *g,
                       struct str **items, size_t *n)
{
    struct str *one;

    if (json_is_arr(g->json))
        return config_strings(l, g, items, n);
    one = arena_new(&l->c->arena, struct str);
    if (one == NULL) {
        l->out_of_memory = true;
        return false;
    }
    if (!config_text(l, g, false, one))
        return false;
    *items = one;
    *n = 1;
    return str_starts(*one, STR("{")) || config_strings(l, g, items, n);
}

static void read_google(struct loader *l, struct provider *p)
{
    struct given g = find(l, p, 0);
    struct str *items = NULL;
    size_t n = 0;

    if (!g.is_set || !read_items(l, &g, &items, &n))
        return;
    p->credentials = make_credentials(l, n);
    p->keys = arena_array(&l->c->arena, struct secret, n);
    if (p->credentials == NULL || p->keys == NULL) {
        l->out_of_memory = true;
        return;
    }
    p->key_id = p->row->credential_vars[0];
    for (size_t i = 0; i < n; i++)
        read_item(l, &g, p, items[i]);
}

void config_credentials(struct loader *l, struct provider *p)
{
    if (p->n_keys != 0)
        return;
    switch (p->row->credential) {
    case CREDENTIAL_NONE:
        break;
    case CREDENTIAL_AWS:
        read_aws(l, p);
        break;
    case CREDENTIAL_GOOGLE:
        read_google(l, p);
        break;
    }
}
