/* SPDX-License-Identifier: MIT */
/* Accounts of Cloudflare: every way to write pairs of account and key, what is
 * refused, and that a key goes to its own account and no other. */
#include "core/config_parts.h"

#include <stdio.h>

#include "host.h"

static struct host h;
static struct test_mem mem;

enum { VARS = 5 };

static enum sl_rc load(struct config *c, struct problems *problems,
                       const char *file, const char *const *env,
                       struct test_mem *m)
{
    struct setting v[VARS];
    struct config_sources from = {
        .file_name = STR("f"), .file_text = str_of(file), .env = v};

    for (; from.n_env < VARS && env[from.n_env] != NULL; from.n_env++) {
        struct str s = str_of(env[from.n_env]);
        size_t at = str_find(s, '=');

        v[from.n_env] = (struct setting){str_first(s, at), str_skip(s, at + 1)};
    }
    config_init(c, &m->mem);
    return config_load(c, &from, problems);
}

/* ---- pairs ---- */

/* want: "account:key" of each key in turn. */
static const struct {
    const char *file, *env[VARS], *want, *account;
} pairs[] = {
    {NULL,
     {"CLOUDFLARE_ACCOUNTS=[{\"id\":\"a\",\"key\":\"k\"},{\"accountId\":\"b\","
      "\"apiKey\":\"l\"},{\"id\":\"c\",\"token\":\"m\"},\"d:n\"]"},
     "a:k b:l c:m d:n",
     "a"},
    {NULL, {"CLOUDFLARE_ACCOUNTS=a:k, b:l:x"}, "a:k b:l:x", "a"},
    {NULL, {"CLOUDFLARE_ACCOUNTS={\"id\":\"a\",\"key\":\"k\"}"}, "a:k", "a"},
    {"{\"CLOUDFLARE_ACCOUNTS\":[{\"id\":12,\"key\":34},\"b:l\"]}",
     {NULL},
     "12:34 b:l",
     "12"},
    {"{\"CLOUDFLARE_ACCOUNTS\":{\"id\":\"a\",\"key\":\"k\"}}",
     {NULL},
     "a:k",
     "a"},
    {"{\"CLOUDFLARE_ACCOUNTS\":\"a:k,b:l\"}", {NULL}, "a:k b:l", "a"},
    /* one token that is good for two accounts */
    {NULL, {"CLOUDFLARE_ACCOUNTS=a:k,b:k"}, "a:k b:k", "a"},
    /* the gateway's account stands apart */
    {NULL,
     {"CLOUDFLARE_ACCOUNTS=a:k,b:l", "CLOUDFLARE_ACCOUNT_ID=g"},
     "a:k b:l",
     "g"},
    {NULL, {"CLOUDFLARE_ACCOUNTS=a:k", "CLOUDFLARE_ACCOUNT_ID=g"}, "a:k", "g"},
    {NULL,
     {"CLOUDFLARE_ACCOUNT_ID=a,b", "CLOUDFLARE_API_KEY=k,l"},
     "a:k b:l",
     "a"},
    {NULL,
     {"CLOUDFLARE_ACCOUNT_ID=[\"a\",\"b\"]",
      "CLOUDFLARE_API_TOKEN=[\"k\",\"l\"]"},
     "a:k b:l",
     "a"},
    {"{\"CLOUDFLARE_ACCOUNT_ID\":[\"a\",\"b\"],"
     "\"CLOUDFLARE_API_TOKEN\":[\"k\",\"l\"]}",
     {NULL},
     "a:k b:l",
     "a"},
    /* one account with several keys, as ever */
    {NULL,
     {"CLOUDFLARE_ACCOUNT_ID=a", "CLOUDFLARE_API_KEY=k,l"},
     "a:k a:l",
     "a"},
    {NULL,
     {"ACCOUNT_1_ID=a", "ACCOUNT_1_API_KEY=k", "ACCOUNT_2_ID=b",
      "ACCOUNT_2_API_KEY=l"},
     "a:k b:l",
     "a"},
    {"{\"ACCOUNT_0_ID\":\"a\",\"ACCOUNT_0_API_KEY\":\"k\","
     "\"ACCOUNT_99_ID\":\"b\",\"ACCOUNT_99_API_KEY\":\"l\"}",
     {NULL},
     "a:k b:l",
     "a"},
    {NULL,
     {"ACCOUNT_1_ID=a", "ACCOUNT_1_API_KEY=k", "CLOUDFLARE_ACCOUNT_ID=b",
      "CLOUDFLARE_API_KEY=l"},
     "b:l",
     "b"},
};

static void check_pairs(const struct config *c, size_t i)
{
    const struct provider *p = config_provider(c, STR("workers-ai"));
    struct str start = STR("/client/v4/accounts/");
    struct str rest = str_of(pairs[i].want), pair;
    size_t n = 0;

    assert_true(p->is_available);
    while (str_split(&rest, ' ', &pair)) {
        struct str id = str_before(pair, ':');
        struct str path = config_base_path(p, n);

        assert_true(n < p->n_keys);
        assert_true(secret_matches(&p->keys[n],
                                   str_skip(pair, str_find(pair, ':') + 1)));
        check_str(str_first(path, start.n), start);
        check_str(str_before(str_skip(path, start.n), '/'), id);
        n++;
    }
    check_int(p->n_keys, n);
    check_str(config_base_path(p, n), config_base_path(p, 0));
    check_str(c->account, str_of(pairs[i].account));
}

static void written_as(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(pairs); i++) {
        struct problems problems;
        struct test_mem m;
        struct config c;

        test_mem_init(&m);
        if (load(&c, &problems, pairs[i].file, pairs[i].env, &m) != SL_OK)
            fail_msg("row %zu: %.*s", i, (int)problems.v[0].what.n,
                     problems.v[0].what.p);
        check_int(problems.n, 0);
        check_pairs(&c, i);
        config_release(&c);
        check_int(m.live, 0);
    }
}

/* ---- what is wrong ---- */

static const struct {
    const char *env[VARS], *where, *what;
} wrong[] = {
    {{"CLOUDFLARE_ACCOUNTS=a:k,"}, "CLOUDFLARE_ACCOUNTS", "must be pairs"},
    {{"CLOUDFLARE_ACCOUNTS=a:k,,b:l"}, "CLOUDFLARE_ACCOUNTS", "must be pairs"},
    {{"CLOUDFLARE_ACCOUNTS=a"}, "CLOUDFLARE_ACCOUNTS", "must be pairs"},
    {{"CLOUDFLARE_ACCOUNTS=a:"}, "CLOUDFLARE_ACCOUNTS", "the key is empty"},
    {{"CLOUDFLARE_ACCOUNTS=:k"}, "CLOUDFLARE_ACCOUNTS", "account's id"},
    {{"CLOUDFLARE_ACCOUNTS=a:k k"}, "CLOUDFLARE_ACCOUNTS", "a blank"},
    {{"CLOUDFLARE_ACCOUNTS=[{"}, "CLOUDFLARE_ACCOUNTS", "is no JSON"},
    {{"CLOUDFLARE_ACCOUNTS=[1]"}, "CLOUDFLARE_ACCOUNTS[0]", "must be pairs"},
    {{"CLOUDFLARE_ACCOUNTS=[\"a:k\",{\"id\":\"b\"}]"},
     "CLOUDFLARE_ACCOUNTS[1]",
     "needs a key"},
    {{"CLOUDFLARE_ACCOUNTS=[{\"key\":\"b\"}]"},
     "CLOUDFLARE_ACCOUNTS[0]",
     "needs the account's id"},
    {{"CLOUDFLARE_ACCOUNTS=[{\"id\":\"a\",\"kee\":\"b\"}]"},
     "CLOUDFLARE_ACCOUNTS[0].kee",
     "did you mean key?"},
    {{"CLOUDFLARE_ACCOUNTS=[{\"id\":\"a\",\"id\":\"b\",\"key\":\"b\"}]"},
     "CLOUDFLARE_ACCOUNTS: id",
     "twice"},
    {{"CLOUDFLARE_ACCOUNTS=[{\"id\":\"a/b\",\"key\":\"k\"}]"},
     "CLOUDFLARE_ACCOUNTS[0].id",
     "letters and digits"},
    {{"CLOUDFLARE_ACCOUNTS=[{\"id\":\"a\",\"key\":[\"k\",\"l\"]}]"},
     "CLOUDFLARE_ACCOUNTS[0].key",
     "must be one key"},
    {{"CLOUDFLARE_ACCOUNTS=a:k,b:l", "CLOUDFLARE_ACCOUNT_ID=a,b"},
     "CLOUDFLARE_ACCOUNT_ID",
     "must be one account"},
    {{"CLOUDFLARE_ACCOUNTS=a:k,b:l", "CLOUDFLARE_BASE_URL=http://{account}.x"},
     "CLOUDFLARE_BASE_URL",
     "{account} in its path"},
    {{"CLOUDFLARE_ACCOUNT_ID=a,b", "CLOUDFLARE_API_KEY=k"},
     "CLOUDFLARE_ACCOUNT_ID",
     "names 2 accounts, but the number of keys in CLOUDFLARE_API_KEY is 1"},
    {{"CLOUDFLARE_ACCOUNT_ID=a,b", "CLOUDFLARE_API_TOKEN=k,l,m"},
     "CLOUDFLARE_ACCOUNT_ID",
     "names 2 accounts, but the number of keys in CLOUDFLARE_API_TOKEN is 3"},
    {{"CLOUDFLARE_ACCOUNT_ID=a,b"}, "CLOUDFLARE_ACCOUNT_ID", "there is no key"},
    {{"CLOUDFLARE_ACCOUNT_ID=a,,b", "CLOUDFLARE_API_KEY=k,l"},
     "CLOUDFLARE_ACCOUNT_ID",
     "letters and digits"},
    {{"ACCOUNT_1_ID=a"}, "ACCOUNT_1_ID", "needs the account's _API_KEY"},
    {{"ACCOUNT_3_API_KEY=a"}, "ACCOUNT_3_API_KEY", "needs the account's _ID"},
    {{"ACCOUNT_1_ID=a b", "ACCOUNT_1_API_KEY=k"},
     "ACCOUNT_1_ID",
     "letters and digits"},
};

static void refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(wrong); i++) {
        struct problems problems;
        struct test_mem m;
        struct config c;

        test_mem_init(&m);
        check_int(load(&c, &problems, NULL, wrong[i].env, &m), SL_BAD_REQUEST);
        check_str_case(wrong[i].env[0], problems.v[0].where,
                       str_of(wrong[i].where));
        check_has(problems.v[0].what, wrong[i].what);
        config_release(&c);
        check_int(m.live, 0);
    }
}

static void names(void **state)
{
    static const struct {
        const char *name;
        bool want;
    } rows[] = {
        {"ACCOUNT_0_ID", true},    {"ACCOUNT_99_API_KEY", true},
        {"ACCOUNT_100_ID", false}, {"ACCOUNT_1_KEY", false},
        {"ACCOUNT__ID", false},    {"ACCOUNT_x_ID", false},
        {"ACCOUNT_1_IDS", false},  {"ACCOUNT_", false},
        {"AACCOUNT_1_ID", false},  {"", false},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++)
        check_int(config_is_account(str_of(rows[i].name)), rows[i].want);
}

static bool load_env(void *ctx, struct test_mem *m)
{
    struct problems problems;
    struct config c;
    enum sl_rc rc = load(&c, &problems, NULL, ctx, m);

    assert_true(rc == SL_OK || rc == SL_NOMEM);
    config_release(&c);
    return rc == SL_OK;
}

static void memory_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(pairs); i++) {
        const char *env[VARS];

        if (pairs[i].file != NULL)
            continue;
        memcpy(env, pairs[i].env, sizeof env);
        test_each_allocation(load_env, env);
    }
}

/* ---- requests ---- */

static const char *const three[] = {
    "PROXY_API_KEY=pk", "CLOUDFLARE_ACCOUNTS=a:sk-0,b:sk-1,c:sk-2",
    "AI_GATEWAY_BASE_URL=http://g.test/v1", NULL};

static void check_pair(size_t call, const char *account, const char *key)
{
    struct str line = str_before(h.calls[call].head, '\r');
    char want[64];

    snprintf(want, sizeof want, "/accounts/%s/ai/", account);
    check_has(line, want);
    snprintf(want, sizeof want, "authorization: Bearer %s\r\n", key);
    assert_true(host_call_has(&h, call, want));
}

static void every_route_goes_to_the_keys_account(void **state)
{
    static const struct {
        const char *line, *body;
    } rows[] = {
        {"POST /key/1/workers-ai/run/@cf/m", "{}"},
        {"GET /key/1/workers-ai/models/search", ""},
        {"POST /key/1/v1/chat/completions", "{\"model\":\"workers-ai/@cf/m\"}"},
        {"POST /key/1/v1/embeddings", "{\"model\":\"workers-ai/@cf/m\"}"},
        {"GET /key/1/v1/models", ""},
        {"POST /key/1/", "{\"prompt\":\"x\"}"},
        {"POST /key/1/",
         "[{\"provider\":\"workers-ai\",\"query\":{},\"endpoint\":\"@cf/m\"}]"},
    };

    (void)state;
    host_setup(&h, &mem, STR("{}"), three);
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        assert_true(host_ask(&h, rows[i].line, "", str_of(rows[i].body)));
        check_int(h.n_calls, 1);
        check_pair(0, "b", "sk-1");
    }
    host_teardown(&h);
}

static void status_asks_each_account(void **state)
{
    (void)state;
    host_setup(&h, &mem, STR("{}"), three);
    assert_true(host_ask(&h, "GET /status", "", STR("")));
    check_int(h.n_calls, 3);
    check_pair(0, "a", "sk-0");
    check_pair(1, "b", "sk-1");
    check_pair(2, "c", "sk-2");
    host_teardown(&h);
}

static void steps_at_the_gateway_get_keys_of_its_account(void **state)
{
    static const struct {
        const char *account, *want;
    } rows[] = {
        {"CLOUDFLARE_ACCOUNT_ID=a", "Bearer sk-0"},
        {"CLOUDFLARE_ACCOUNT_ID=c", "Bearer sk-2"},
        {"CLOUDFLARE_ACCOUNT_ID=z", NULL},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        const char *const env[] = {three[0],        three[1],
                                   three[2],        "AI_GATEWAY_NAME=gw",
                                   rows[i].account, NULL};

        host_setup(&h, &mem, STR("{}"), env);
        assert_true(host_ask(&h, "POST /", "",
                             STR("[{\"provider\":\"workers-ai\","
                                 "\"endpoint\":\"@cf/m\",\"query\":{}}]")));
        check_int(h.n_calls, 1);
        if (rows[i].want != NULL)
            check_has(host_call_body(&h, 0), rows[i].want);
        else
            assert_false(str_has(host_call_body(&h, 0), STR("sk-")));
        host_teardown(&h);
    }
}

static void the_next_key_brings_its_account(void **state)
{
    (void)state;
    host_setup(&h, &mem, STR("{}"), three);
    assert_true(host_ask(&h, "POST /v1/chat/completions", "",
                         STR("{\"model\":\"workers-ai/@cf/m\"}")));
    check_pair(0, "a", "sk-0");
    host_answer(&h, 0, "HTTP/1.1 429 Busy\r\ncontent-length: 0\r\n\r\n");
    check_pair(1, "b", "sk-1");
    host_answer(&h, 1, "HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n");
    check_pair(2, "c", "sk-2");
    host_teardown(&h);
}

/* A key of another account would be one too many there. */
static void only_the_gateways_own_account_goes_through_it(void **state)
{
    (void)state;
    host_setup(&h, &mem, STR("{}"), three);
    assert_true(
        host_ask(&h, "POST /key/0/g/gw/workers-ai/run/@cf/m", "", STR("{}")));
    check_has(h.calls[0].head, "POST /v1/a/gw/workers-ai/@cf/m HTTP/1.1\r\n");
    assert_true(
        host_ask(&h, "POST /key/1/g/gw/workers-ai/run/@cf/m", "", STR("{}")));
    check_pair(0, "b", "sk-1");
    host_teardown(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_as),
        cmocka_unit_test(refused),
        cmocka_unit_test(names),
        cmocka_unit_test(memory_fails),
        cmocka_unit_test(every_route_goes_to_the_keys_account),
        cmocka_unit_test(status_asks_each_account),
        cmocka_unit_test(steps_at_the_gateway_get_keys_of_its_account),
        cmocka_unit_test(the_next_key_brings_its_account),
        cmocka_unit_test(only_the_gateways_own_account_goes_through_it),
    };

    return test_run("accounts", tests, SL_LEN(tests));
}
