/* SPDX-License-Identifier: MIT */
/* Providers of cloud platforms in the configuration: places, versions, and
 * credentials in pairs and files. */
#include "support.h"

#include "core/config_parts.h"

#include <stdio.h>

enum { MAX_VARS = 12 };

struct loaded {
    struct test_mem mem;
    struct config config;
    struct problems problems;
    enum sl_rc rc;
};

#define PEM "-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----\\n"
#define SERVICE(name, more)                                                  \
    "{\"type\":\"service_account\",\"client_email\":\"" name                 \
    "@p.example\",\"private_key\":\"" PEM "\",\"private_key_id\":\"id-" name \
    "\"," more "\"project_id\":\"proj-" name "\"}"

static const struct {
    const char *path, *text;
} files[] = {
    {"a.json", SERVICE("a", "")},
    {"b.json", SERVICE("b", "\"token_uri\":\"http://127.0.0.1:9/t/k\",")},
    {"user.json", "{\"type\":\"authorized_user\"}"},
    {"array.json", "[]"},
    {"text.json", "hello"},
    {"nobody.json",
     "{\"type\":\"service_account\",\"private_key\":\"" PEM "\"}"},
    {"no_key.json",
     "{\"type\":\"service_account\",\"client_email\":\"a\",\"private_key\":"
     "\"x\"}"},
    {"bad_uri.json", SERVICE("a", "\"token_uri\":\"ftp://x\",")},
};

static bool read_file(void *ctx, struct str path, struct buf *text,
                      struct str *why)
{
    (void)ctx;
    for (size_t i = 0; i < SL_LEN(files); i++) {
        if (!str_eq(path, str_of(files[i].path)))
            continue;
        buf_add(text, str_of(files[i].text));
        *why = STR("out of memory");
        return !text->failed;
    }
    *why = STR("No such file");
    return false;
}

static void load(struct loaded *l, const char *file, const char *const *env,
                 long fail_at)
{
    struct setting v[MAX_VARS];
    struct config_sources sources = {.file_name = STR("f"),
                                     .file_text = str_of(file),
                                     .env = v,
                                     .read_file = read_file};

    for (; env[sources.n_env] != NULL; sources.n_env++) {
        struct str s = str_of(env[sources.n_env]);
        size_t at = str_find(s, '=');

        v[sources.n_env] =
            (struct setting){str_first(s, at), str_skip(s, at + 1)};
    }
    test_mem_init(&l->mem);
    l->mem.fail_at = fail_at;
    config_init(&l->config, &l->mem.mem);
    l->rc = config_load(&l->config, &sources, &l->problems);
}

static void unload(struct loaded *l)
{
    config_release(&l->config);
    assert_int_equal(l->mem.live, 0);
}

/* ---- where it is ---- */

static const struct {
    const char *provider, *env[4], *host, *base, *chat;
} places[] = {
    {"azure-openai",
     {"AZURE_OPENAI_API_KEY=k", "AZURE_RESOURCE_NAME=res"},
     "res.openai.azure.com",
     "/openai",
     "/v1/chat/completions"},
    {"azure",
     {"AZURE_API_KEY=k", "AZURE_OPENAI_ENDPOINT=https://r.example/",
      "OPENAI_API_VERSION=v1"},
     "r.example",
     "/openai",
     "/v1/chat/completions"},
    {"azure",
     {"AZURE_API_KEY=k", "AZURE_OPENAI_ENDPOINT=r.example",
      "OPENAI_API_VERSION=2024-10-21"},
     "r.example",
     "/openai",
     "/deployments/{model}/chat/completions?api-version=2024-10-21"},
    {"azure",
     {"AZURE_API_KEY=k", "AZURE_OPENAI_ENDPOINT=https://r.example/openai",
      "AZURE_OPENAI_API_VERSION=1", "OPENAI_API_VERSION=2"},
     "r.example",
     "/openai",
     "/deployments/{model}/chat/completions?api-version=1"},
    {"azure",
     {"AZURE_API_KEY=k", "AZURE_OPENAI_BASE_URL=http://x/y"},
     "x",
     "/y",
     "/v1/chat/completions"},
    {"aws-bedrock",
     {"AWS_BEARER_TOKEN_BEDROCK=k"},
     "bedrock-runtime.us-east-1.amazonaws.com",
     "",
     ""},
    {"bedrock",
     {"AWS_BEDROCK_API_KEY=k", "AWS_DEFAULT_REGION=eu-west-1"},
     "bedrock-runtime.eu-west-1.amazonaws.com",
     "",
     ""},
    {"bedrock",
     {"AWS_BEDROCK_API_KEY=k", "AWS_DEFAULT_REGION=a", "AWS_REGION=b"},
     "bedrock-runtime.b.amazonaws.com",
     "",
     ""},
    {"bedrock",
     {"AWS_BEDROCK_API_KEY=k", "AWS_BEDROCK_BASE_URL=http://x.{region}/y",
      "AWS_REGION=b"},
     "x.b",
     "/y",
     ""},
    {"vertex",
     {"GOOGLE_VERTEX_API_KEY=k"},
     "aiplatform.googleapis.com",
     "",
     ""},
    {"vertex",
     {"GOOGLE_VERTEX_API_KEY=k", "GOOGLE_CLOUD_LOCATION=eu"},
     "aiplatform.eu.rep.googleapis.com",
     "",
     ""},
    {"google-vertex-ai",
     {"GOOGLE_VERTEX_API_KEY=k", "GOOGLE_CLOUD_LOCATION=us-central1"},
     "us-central1-aiplatform.googleapis.com",
     "",
     ""},
};

static void where_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(places); i++) {
        const char *env[5] = {places[i].env[0], places[i].env[1],
                              places[i].env[2], places[i].env[3], NULL};
        const struct provider *p;
        struct loaded l;

        load(&l, NULL, env, -1);
        assert_int_equal(l.rc, SL_OK);
        assert_int_equal(l.problems.n, 0);
        p = config_provider(&l.config, str_of(places[i].provider));
        assert_true(p->is_available);
        assert_int_equal(p->n_keys, 1);
        assert_null(p->credentials);
        check_str(p->origin.host, str_of(places[i].host));
        check_str(p->base_path, str_of(places[i].base));
        check_str(p->chat_path, str_of(places[i].chat));
        unload(&l);
    }
}

static void nowhere(void **state)
{
    const char *env[] = {"AZURE_OPENAI_API_KEY=k", NULL};
    struct loaded l;

    (void)state;
    load(&l, NULL, env, -1);
    assert_int_equal(l.rc, SL_OK);
    assert_int_equal(l.problems.n, 1);
    check_str(l.problems.v[0].what,
              STR("has no effect until AZURE_OPENAI_ENDPOINT is set as well"));
    assert_false(config_provider(&l.config, STR("azure"))->is_available);
    unload(&l);
}

static const struct chat_way row_ways[] = {
    {.path = STR_INIT("/p/{project}/l/{location}/m/{model}:run"),
     .stream_path = STR_INIT("/p/{project}/{+model}")},
    {.path = STR_INIT("/l/{location}/{model}")},
};

static void ways_are_filled(void **state)
{
    static const struct catalogue_row row = {
        .name = STR_INIT("x"),
        .place = {.mark = STR_INIT("{location}")},
        .project = {.mark = STR_INIT("{project}")},
        .ways = row_ways,
        .n_ways = 2};
    struct provider p = {
        .row = &row, .ways = row_ways, .n_ways = 2, .place = STR_INIT("eu")};
    struct test_mem m;
    struct config c;
    struct loader l = {.c = &c};

    (void)state;
    test_mem_init(&m);
    config_init(&c, &m.mem);
    /* Without a project the first can't be used. */
    config_ways(&l, &p);
    assert_int_equal(p.n_ways, 1);
    check_str(p.ways[0].path, STR("/l/eu/{model}"));
    p.project = STR("proj");
    p.n_ways = 2;
    config_ways(&l, &p);
    assert_int_equal(p.n_ways, 2);
    check_str(p.ways[0].path, STR("/p/proj/l/eu/m/{model}:run"));
    check_str(p.ways[0].stream_path, STR("/p/proj/{+model}"));
    check_str(p.ways[1].stream_path, (struct str){0});
    assert_false(l.out_of_memory);
    config_release(&c);
}

/* ---- credentials ---- */

static void check_secret(const struct secret *s, const char *want)
{
    struct test_mem m;
    struct buf b;

    test_mem_init(&m);
    buf_init(&b, &m.mem, 4096);
    secret_write(&b, s);
    check_str(buf_str(&b), str_of(want));
    buf_release(&b);
}

static void access_keys_are_pairs(void **state)
{
    const char *env[] = {"AWS_ACCESS_KEY_ID=AK1,AK2",
                         "AWS_SECRET_ACCESS_KEY=s/1,s/2",
                         "AWS_SESSION_TOKEN=t1,t2", NULL};
    const struct provider *p;
    struct loaded l;

    (void)state;
    load(&l, NULL, env, -1);
    assert_int_equal(l.rc, SL_OK);
    p = config_provider(&l.config, STR("aws-bedrock"));
    assert_true(p->is_available);
    assert_int_equal(p->n_keys, 2);
    check_str(p->key_id, STR("AWS_ACCESS_KEY_ID"));
    check_str(p->credentials[1].id, STR("AK2"));
    check_secret(&p->keys[1], "s/2");
    check_secret(p->credentials[1].token, "t2");
    unload(&l);
    /* A bearer token wins; what the file says is the same. */
    load(&l,
         "{\"AWS_ACCESS_KEY_ID\":[\"AK1\"],\"AWS_SECRET_ACCESS_KEY\":"
         "[\"s\"],\"AWS_BEARER_TOKEN_BEDROCK\":\"b\"}",
         env + 3, -1);
    p = config_provider(&l.config, STR("aws-bedrock"));
    assert_int_equal(p->n_keys, 1);
    assert_null(p->credentials);
    unload(&l);
    load(&l,
         "{\"AWS_ACCESS_KEY_ID\":[\"AK1\"],\"AWS_SECRET_ACCESS_KEY\":"
         "[\"s\"]}",
         env + 3, -1);
    p = config_provider(&l.config, STR("aws-bedrock"));
    assert_int_equal(p->n_keys, 1);
    assert_null(p->credentials[0].token);
    unload(&l);
}

static void service_accounts(void **state)
{
    const char *env[] = {"GOOGLE_APPLICATION_CREDENTIALS=a.json,b.json", NULL};
    const struct provider *p;
    struct loaded l;

    (void)state;
    load(&l, NULL, env, -1);
    assert_int_equal(l.rc, SL_OK);
    p = config_provider(&l.config, STR("google-vertex-ai"));
    assert_true(p->is_available);
    assert_int_equal(p->n_keys, 2);
    check_str(p->project, STR("proj-a"));
    check_str(p->credentials[0].id, STR("a@p.example"));
    check_str(p->credentials[0].key_id, STR("id-a"));
    check_str(p->credentials[0].from->origin.authority,
              STR("oauth2.googleapis.com"));
    check_str(p->credentials[0].from->base_path, STR("/token"));
    check_str(p->credentials[1].from->origin.authority, STR("127.0.0.1:9"));
    check_str(p->credentials[1].from->base_path, STR("/t/k"));
    check_secret(&p->keys[0], "-----BEGIN PRIVATE KEY-----\nAAAA\n"
                              "-----END PRIVATE KEY-----");
    unload(&l);
    load(&l,
         "{\"GOOGLE_APPLICATION_CREDENTIALS\":[\"b.json\"],"
         "\"GOOGLE_CLOUD_PROJECT\":\"mine\"}",
         env + 1, -1);
    p = config_provider(&l.config, STR("vertex"));
    assert_int_equal(p->n_keys, 1);
    check_str(p->project, STR("mine"));
    unload(&l);
}

/* A host without files gets the text itself. */
static void the_text_itself(void **state)
{
    const char *env[] = {
        "GOOGLE_APPLICATION_CREDENTIALS=" SERVICE("c", "\"x\":[1,2],"), NULL};
    const struct provider *p;
    struct loaded l;

    (void)state;
    load(&l, NULL, env, -1);
    assert_int_equal(l.rc, SL_OK);
    p = config_provider(&l.config, STR("vertex"));
    assert_int_equal(p->n_keys, 1);
    check_str(p->credentials[0].id, STR("c@p.example"));
    unload(&l);
    load(&l,
         "{\"GOOGLE_APPLICATION_CREDENTIALS\":[\"a.json\",\"{"
         "\\\"type\\\":\\\"service_account\\\",\\\"client_email\\\":"
         "\\\"d\\\",\\\"private_key\\\":\\\"-----BEGIN A-----END A\\\"}\"]}",
         env + 1, -1);
    assert_int_equal(l.rc, SL_OK);
    p = config_provider(&l.config, STR("vertex"));
    assert_int_equal(p->n_keys, 2);
    check_str(p->credentials[1].id, STR("d"));
    unload(&l);
}

static const struct {
    const char *env[3], *want;
} wrong[] = {
    {{"AWS_ACCESS_KEY_ID=a,b", "AWS_SECRET_ACCESS_KEY=c"},
     "must have one item for each AWS_ACCESS_KEY_ID"},
    {{"AWS_ACCESS_KEY_ID=a,b", "AWS_SECRET_ACCESS_KEY=c,d",
      "AWS_SESSION_TOKEN=e"},
     "must have one item for each AWS_ACCESS_KEY_ID"},
    {{"AWS_ACCESS_KEY_ID=a/b", "AWS_SECRET_ACCESS_KEY=c"},
     "must be made of letters and digits"},
    {{"AWS_REGION=us/east"},
     "must be made of letters, digits, '-', '_', '.' and ':'"},
    {{"GOOGLE_CLOUD_PROJECT=a?b"},
     "must be made of letters, digits, '-', '_', '.' and ':'"},
    {{"OPENAI_API_VERSION=1&2"},
     "must be made of letters, digits, '-', '_', '.' and ':'"},
    {{"GOOGLE_APPLICATION_CREDENTIALS=none.json"},
     "can't read none.json: No such file"},
    {{"GOOGLE_APPLICATION_CREDENTIALS='{\"private_key\":\"x\"}'"},
     "can't read the file: No such file"},
    {{"GOOGLE_APPLICATION_CREDENTIALS=-----BEGIN"},
     "can't read the file: No such file"},
    {{"GOOGLE_APPLICATION_CREDENTIALS=user.json"},
     "the file of a service account: its \"type\" is not "
     "\"service_account\", the only one that is supported"},
    {{"GOOGLE_APPLICATION_CREDENTIALS=array.json"},
     "the file of a service account: it is not a JSON object"},
    {{"GOOGLE_APPLICATION_CREDENTIALS=text.json"},
     "the file of a service account: it is not a JSON object"},
    {{"GOOGLE_APPLICATION_CREDENTIALS=nobody.json"},
     "the file of a service account: its \"client_email\" is missing"},
    {{"GOOGLE_APPLICATION_CREDENTIALS=a.json,no_key.json"},
     "the file of a service account: its \"private_key\" is not a private key "
     "in PEM"},
    {{"GOOGLE_APPLICATION_CREDENTIALS=bad_uri.json"},
     "must be a URL that begins with http:// or https://: "},
};

static void what_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(wrong); i++) {
        const char *env[4] = {wrong[i].env[0], wrong[i].env[1], wrong[i].env[2],
                              NULL};
        struct loaded l;

        load(&l, NULL, env, -1);
        assert_int_equal(l.rc, SL_BAD_REQUEST);
        assert_int_equal(l.problems.n_errors, 1);
        if (!str_starts(l.problems.v[0].what, str_of(wrong[i].want)))
            check_str(l.problems.v[0].what, str_of(wrong[i].want));
        unload(&l);
    }
}

static void half_a_pair(void **state)
{
    const char *env[] = {"AWS_ACCESS_KEY_ID=a", NULL};
    struct loaded l;

    (void)state;
    load(&l, NULL, env, -1);
    assert_int_equal(l.rc, SL_OK);
    assert_int_equal(l.problems.n, 1);
    assert_true(l.problems.v[0].is_warning);
    assert_false(config_provider(&l.config, STR("bedrock"))->is_available);
    unload(&l);
}

static void without_memory(void **state)
{
    const char *env[] = {"GOOGLE_APPLICATION_CREDENTIALS=a.json,b.json",
                         "AWS_ACCESS_KEY_ID=a,b", "AWS_SECRET_ACCESS_KEY=c,d",
                         NULL};
    enum sl_rc rc = SL_NOMEM;

    (void)state;
    for (long n = 0; rc != SL_OK; n++) {
        struct loaded l;

        load(&l, NULL, env, n);
        rc = l.rc;
        /* A file that could not be read for want of memory is told so. */
        assert_true(rc == SL_OK || rc == SL_NOMEM ||
                    str_ends(l.problems.v[0].what, STR("out of memory")));
        unload(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_it_is),
        cmocka_unit_test(nowhere),
        cmocka_unit_test(ways_are_filled),
        cmocka_unit_test(access_keys_are_pairs),
        cmocka_unit_test(service_accounts),
        cmocka_unit_test(the_text_itself),
        cmocka_unit_test(what_is_wrong),
        cmocka_unit_test(half_a_pair),
        cmocka_unit_test(without_memory),
    };

    return test_run("config_cloud", tests, SL_LEN(tests));
}
