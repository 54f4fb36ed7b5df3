/* SPDX-License-Identifier: MIT */
/* sluice explain MODEL: the plan of a request that says nothing but its model,
 * one target a line. No provider is asked: the core answers by itself
 * (core/explain.h). */
#include "server/cmd.h"

#include "core/base/json.h"
#include "server/files.h"

enum {
    EXPLAIN_ARENA = 64 * 1024 * 1024,
    EXPLAIN_BODY = 128 * 1024,
    MICRO_USD = 1000000,
};

static void put_text(struct jval v, struct arena *a)
{
    struct str text;

    if (json_text(v, a, &text))
        cmd_put(stdout, text);
}

/* "$2.50": a price with as many digits as it needs, two at least. */
static void put_price(struct jval v)
{
    int64_t price = 0;
    char digits[16];
    int n;

    if (!json_i64(v, &price)) {
        putchar('?');
        return;
    }
    n = snprintf(digits, sizeof(digits), "%06lld",
                 (long long)(price % MICRO_USD));
    while (n > 2 && digits[n - 1] == '0')
        n--;
    printf("$%lld.%.*s", (long long)(price / MICRO_USD), n, digits);
}

static void put_abilities(struct jval abilities, struct arena *a)
{
    for (uint32_t i = 0; i < json_count(abilities); i++) {
        fputs(i == 0 ? "; " : ", ", stdout);
        put_text(json_at(abilities, i), a);
    }
}

/* "1. openai/gpt-4o: 2 keys; takes 128000 tokens, gives 16384; $2.50 in and
 * $10.00 out for a million; tools, vision" */
static void put_target(struct jval t, uint32_t i, struct arena *a)
{
    struct jval in = json_get(t, STR("input_price"));
    struct jval out = json_get(t, STR("output_price"));
    int64_t n = 0;

    printf("%u. ", i + 1);
    put_text(json_get(t, STR("target")), a);
    if (json_i64(json_get(t, STR("keys")), &n))
        printf(": %lld key%s", (long long)n, n == 1 ? "" : "s");
    if (json_i64(json_get(t, STR("context")), &n))
        printf("; takes %lld tokens", (long long)n);
    if (json_i64(json_get(t, STR("output")), &n))
        printf("; gives %lld", (long long)n);
    if (json_is_num(in) || json_is_num(out)) {
        fputs("; ", stdout);
        put_price(in);
        fputs(" in, ", stdout);
        put_price(out);
        fputs(" out for a million", stdout);
    }
    put_abilities(json_get(t, STR("abilities")), a);
    putchar('\n');
}

static bool print_plan(struct str body)
{
    struct arena arena;
    struct json doc;
    struct jval targets, skipped;
    bool ok;

    arena_init(&arena, &mem_malloc, 65536, EXPLAIN_ARENA);
    ok = json_parse(&doc, body, &arena, NULL, NULL) == SL_OK;
    if (ok) {
        targets = json_get(json_root(&doc), STR("targets"));
        skipped = json_get(json_root(&doc), STR("skipped"));
        for (uint32_t i = 0; i < json_count(targets); i++)
            put_target(json_at(targets, i), i, &arena);
        for (uint32_t i = 0; i < json_count(skipped); i++) {
            fputs("-  ", stdout);
            put_text(json_get(json_at(skipped, i), STR("target")), &arena);
            putchar(' ');
            put_text(json_get(json_at(skipped, i), STR("why")), &arena);
            putchar('\n');
        }
    } else {
        say("the plan is not understood");
    }
    arena_release(&arena);
    return ok;
}

static bool explain(struct local *l, struct str model, bool is_json)
{
    struct local_answer a = {0};
    struct local_request r = {.method = STR("POST"),
                              .target = STR("/v1/chat/completions"),
                              .fields = STR("sluice-explain: plan\r\n")};
    struct buf body;
    bool ok;

    buf_init(&body, &mem_malloc, EXPLAIN_BODY);
    buf_add(&body, STR("{\"model\":"));
    json_str(&body, model);
    buf_add_char(&body, '}');
    r.body = buf_str(&body);
    if (body.failed)
        say("the model's name is too long");
    ok = !body.failed && local_ask(l, &r, &a);
    if (ok && (a.status != 200 || !a.is_complete)) {
        cmd_complain("no plan", &a);
        ok = false;
    }
    if (ok && is_json) {
        cmd_put(stdout, buf_str(&a.body));
        putchar('\n');
    } else if (ok) {
        ok = print_plan(buf_str(&a.body));
    }
    buf_release(&body);
    local_answer_release(&a);
    return cmd_flush(stdout) == 0 && ok;
}

int cmd_explain(const struct cli *c)
{
    struct app_options options = cli_options(c);
    struct local *l = local_new(&options, false);
    bool ok;

    if (l == NULL)
        return 1;
    ok = explain(l, str_of(c->argument), (c->given & CLI_JSON) != 0);
    local_free(l);
    return ok ? 0 : 1;
}
