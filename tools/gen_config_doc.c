/* SPDX-License-Identifier: MIT */
/* Prints docs/configuration.md: the tables come from the same lists that the
 * program reads, so that the page can't say anything else than is done.
 *
 *     gen_config_doc > docs/configuration.md */
#include "core/catalogue.h"

#include "core/base/base.h"

#include <stdio.h>
#include <stdlib.h>

static const char intro[] =
    "# Configuration\n"
    "\n"
    "This page is made by `tools/gen_config_doc.c` from the tables that the\n"
    "program reads.\n"
    "\n"
    "## Where a value comes from\n"
    "\n"
    "From weak to strong: the default, the file `sluice.jsonc` by an option's "
    "path,\n"
    "the file by a variable's name, the environment, the command line. The "
    "file is\n"
    "JSON in which comments and trailing commas may stand:\n"
    "\n"
    "```jsonc\n"
    "{\n"
    "  \"PROXY_API_KEY\": [\"secret-1\", \"secret-2\"], // callers' secrets\n"
    "  \"OPENAI_API_KEY\": [\"sk-1\", \"sk-2\"],        // keys of a provider\n"
    "  \"CUSTOM_OPENAI_ENDPOINTS\": [\n"
    "    { \"name\": \"lab\", \"baseUrl\": \"http://127.0.0.1:8080/v1\", "
    "\"models\": [\"tiny\"] }\n"
    "  ],\n"
    "  \"server\": { \"listen\": \"127.0.0.1:8787\" },\n"
    "  \"providers\": { \"openai\": { \"timeouts\": { \"idle\": \"60s\" } } "
    "},\n"
    "  \"limits\": { \"body\": \"64m\" }\n"
    "}\n"
    "```\n"
    "\n"
    "Every variable of this page may stand in the file at top level under its "
    "own\n"
    "name, as a string, a number, `true` or `false`, or an array of strings; "
    "`null`,\n"
    "an empty text and an empty array are the same as leaving it out.\n"
    "\n"
    "What is wrong is refused at start, with file, line and column, and with "
    "what is\n"
    "accepted; `sluice check` says the same without starting. Values are "
    "never\n"
    "repeated in these messages, as any of them may be a key.\n"
    "\n"
    "**Keys** are written as one text, as texts with commas between them, or "
    "as an\n"
    "array of strings. `12345` and `true` are keys like any other. An empty "
    "one\n"
    "(`a,,b`), and one with a blank in it, is refused. **Times** are `250ms`, "
    "`20s`,\n"
    "`5m`, `2h`, `1d`, or a number of seconds. **Sizes** are bytes, or `64k`, "
    "`32m`,\n"
    "`1g` in powers of 1024. **Switches** are `true`, `1`, `yes` or `on`, and\n"
    "`false`, `0`, `no`, `off` or nothing.\n"
    "\n"
    "With no `PROXY_API_KEY`, or with `DEV` on, callers need no credentials; "
    "then\n"
    "Sluice listens on loopback only, unless `--insecure-open` is given.\n"
    "\n";

static const char providers_intro[] =
    "## Providers\n"
    "\n"
    "A provider is usable once one of its key variables is set; of several, "
    "the first\n"
    "one in the table counts. `X_BASE_URL` stands beside every `X_API_KEY` "
    "and\n"
    "replaces the whole base URL, as does `providers.NAME.baseUrl` in the "
    "file;\n"
    "`{account}` in it is filled with the key's account. `ollama` needs "
    "no key\n"
    "when `OLLAMA_BASE_URL` or `OLLAMA_HOST` is set. `sluice` is a part of the "
    "program\n"
    "and always there; its models answer, stream, call tools and fail on "
    "demand.\n"
    "\n"
    "| name | also | keys | base URL | chat path |\n"
    "| --- | --- | --- | --- | --- |\n";

static const char provider_options_intro[] =
    "\n"
    "Below `providers.NAME` in the file, where NAME is a provider or a custom\n"
    "endpoint:\n"
    "\n"
    "| option | default | meaning |\n"
    "| --- | --- | --- |\n"
    "| `baseUrl` | as above | where the provider is |\n"
    "| `gateway` | `true` | `false`: never asked through an AI Gateway |\n"
    "| `keys.strategy` | `random` | which key a request gets: `random`, or "
    "`roundrobin` for one after the other, `least-busy` for the one with the "
    "fewest requests under way, `weighted` for chance by `keys.weights` |\n"
    "| `keys.weights` |  | with `weighted`: an array of whole numbers, one "
    "for each key |\n"
    "| `keys.affinity` | see below | `true`: requests of one conversation get "
    "the same key while it is healthy; `false`: they don't |\n"
    "| `proxy` | none | how the provider is reached: "
    "`http://USER:PASSWORD@HOST:PORT`, `https://…` (TLS to the proxy) or "
    "`socks5h://…`; user and password may be left out. With an HTTP proxy "
    "CONNECT is used for every provider, plain ones too; names are always "
    "resolved by the proxy; `timeouts.connect` covers all of it. `HTTP_PROXY` "
    "and its like in the environment have no effect |\n";

static const char affinity[] =
    "\n"
    "Providers keep the beginning of a prompt cached by key, so that it pays "
    "to "
    "ask with\n"
    "the same key again. A request belongs to the conversation that its "
    "`prompt_cache_key`\n"
    "names; else its `user`; else its first messages do, up to the first one "
    "of "
    "the user.\n"
    "With `keys.affinity` each conversation has its key, evenly spread over "
    "all "
    "of them,\n"
    "whatever the strategy, and another one only while that is not healthy; "
    "turns go on\n"
    "with the requests that belong to none. Unless it is said, conversations "
    "count only\n"
    "with `random`, and only those with a `prompt_cache_key`: what is exact, "
    "or "
    "even,\n"
    "stays so. `models.NAME.affinity` is the same for the first target of a "
    "weighted\n"
    "group.\n";

static const char custom[] =
    "\n"
    "## Several Cloudflare accounts\n"
    "\n"
    "A key of Cloudflare is good for one account, so a set of accounts is a "
    "set of\n"
    "pairs; `/key/…`, strategies and health work on the pairs as on plain "
    "keys. They\n"
    "are written in one of three ways:\n"
    "\n"
    "* `CLOUDFLARE_ACCOUNTS`: an array of `{\"id\": …, \"key\": …}` "
    "(`accountId` and\n"
    "  `apiKey` or `token` mean the same), or of texts `ID:KEY`; or one text "
    "with commas\n"
    "  between them. The first account is that of AI Gateways too, unless\n"
    "  `CLOUDFLARE_ACCOUNT_ID` names one.\n"
    "* `CLOUDFLARE_ACCOUNT_ID` and `CLOUDFLARE_API_KEY` (or "
    "`CLOUDFLARE_API_TOKEN`) as lists\n"
    "  of the same length. One account may have several keys.\n"
    "* `ACCOUNT_1_ID` and `ACCOUNT_1_API_KEY`, `ACCOUNT_2_ID` …, with numbers "
    "from 0 to 99.\n"
    "  They are read where no key is given in the other ways.\n"
    "\n"
    "Through an AI Gateway go the keys of its own account; the others go to "
    "their\n"
    "accounts directly.\n"
    "\n"
    "## Custom endpoints\n"
    "\n"
    "`CUSTOM_OPENAI_ENDPOINTS` is an array of objects; in the environment it "
    "is the\n"
    "same as JSON text.\n"
    "\n"
    "| member | default | meaning |\n"
    "| --- | --- | --- |\n"
    "| `name` | required | path prefix and model prefix: at most 64 letters, "
    "digits, `-`, `_`, `.`; not the name of a provider or of a path that "
    "Sluice serves |\n"
    "| `baseUrl` | required | where it is; `/v1` belongs here or into the "
    "paths |\n"
    "| `apiKeys` | none | one key (commas are part of it) or an array; "
    "without any, no `Authorization` is sent |\n"
    "| `models` | asked for | names to list instead of asking |\n"
    "| `chatCompletionPath` | `/chat/completions` | path after the base URL |\n"
    "| `modelsPath` | `/models` | path after the base URL |\n"
    "| `streamOptions` | `true` | whether it takes "
    "`stream_options.include_usage`, by which tokens of streamed answers are "
    "counted |\n"
    "\n";

static const char models[] =
    "## Models of your own\n"
    "\n"
    "`models` gives names to one or several `provider/model`. A request that "
    "names one\n"
    "is tried at its targets in order, each with its keys, four attempts in "
    "all; the\n"
    "answer's `sluice-plan` shows the list. A target may be another such "
    "name.\n"
    "\n"
    "```jsonc\n"
    "\"models\": {\n"
    "  \"smart\": { \"targets\": [\"openai/gpt-4o\", "
    "\"anthropic/claude-sonnet-4-5\"] },\n"
    "  \"split\": { \"targets\": [\"openai/gpt-4o\", \"grok/grok-4\"],\n"
    "             \"strategy\": \"weighted\", \"weights\": [3, 1] },\n"
    "  \"short\": \"openai/gpt-4o-mini\",\n"
    "  \"quick\": { \"targets\": [\"openai/gpt-4o\", "
    "\"mistral/mistral-large-latest\"],\n"
    "             \"hedge\": { \"after\": \"p95\" } },\n"
    "  \"sized\": { \"targets\": [{ \"target\": \"groq/llama-3.1-8b-instant\", "
    "\"maxContext\": 8000 },\n"
    "                         { \"target\": \"openai/gpt-4o\", \"needs\": "
    "[\"vision\"] },\n"
    "                         \"openai/gpt-4.1\"] }\n"
    "}\n"
    "```\n"
    "\n"
    "| member | default | meaning |\n"
    "| --- | --- | --- |\n"
    "| `targets` | required | one or several, at most 64: names, or objects "
    "with `target` and conditions |\n"
    "| `strategy` | `fallback` | `fallback`: the first one first; `weighted`: "
    "the first attempt is drawn, the others follow in order; `cheapest`: by "
    "the "
    "price of three input tokens and one output token, what has no known price "
    "last; `fastest`: by the average time to the first byte, in which the last "
    "answers count most and a failure counts as ten seconds; what did not "
    "answer for ten minutes is last, and one "
    "request in sixteen tries it first |\n"
    "| `weights` | 1 each | shares of first attempts, a whole number for each "
    "target |\n"
    "| `affinity` | as for keys | with `weighted`: `true`: requests of one "
    "conversation begin at the same target; `false`: they don't |\n"
    "| `require` | none | abilities that every target needs whatever the "
    "request is: `tools`, `vision`, `reasoning`, `structured` |\n"
    "| `onContentPolicy` | `stop` | `next`: a prompt that a provider refuses "
    "for its content goes to the next target; `stop`: the caller gets the "
    "refusal |\n"
    "| `hedge` | none | `{\"after\": \"800ms\", \"max\": 1}`: when nothing "
    "worth passing on has come after that time, a second attempt begins beside "
    "the first, at the next target or with another key; the first answer wins, "
    "the other attempt is cancelled. `after`: a time up to an hour, or `p95`: "
    "when 95 of 100 answers of that target would have come, once twenty are "
    "known. `max`: such attempts for one request, 1 to 3; each takes one from "
    "the budget of retries. Not for forms |\n"
    "\n";

static const char conditions[] =
    "A target is left out when the request needs an ability that it is known "
    "not to\n"
    "have (a list of tools, an image, an effort of reasoning, a JSON schema "
    "for the\n"
    "answer), or when the prompt is longer than it takes. What models take, "
    "can and\n"
    "cost is a table in the program; what it does not know leaves no target "
    "out. The\n"
    "length of a prompt is estimated: four bytes of `messages`, `input`, "
    "`prompt`,\n"
    "`system` and `tools`, as JSON, are a token, and an image counts for 1000. "
    "When no\n"
    "target is left, the answer is 400 (`no_target`) and says why for each. A\n"
    "`provider/model` that is named alone is asked whatever the table says. "
    "Of a target:\n"
    "\n"
    "| member | default | meaning |\n"
    "| --- | --- | --- |\n"
    "| `target` | required | `provider/model` |\n"
    "| `maxContext` | the table's | tokens of the longest prompt it gets |\n"
    "| `minContext` | none | tokens of the shortest prompt it gets |\n"
    "| `needs` | none | it gets only requests that need all of these "
    "abilities |\n"
    "| `has` | the table's | the abilities it has, and no others |\n"
    "\n"
    "### In a request\n"
    "\n"
    "A JSON body can say more of who shall answer, as OpenRouter and LiteLLM "
    "spell it:\n"
    "\n"
    "| member | meaning |\n"
    "| --- | --- |\n"
    "| `models` | names that are tried after `model`, in order; `model` itself "
    "may be left out then |\n"
    "| `fallbacks` | the same, after those |\n"
    "| `provider.order` | providers whose targets come first, in this order |\n"
    "| `provider.only`, `provider.ignore` | the only providers that may be "
    "asked; those that may not |\n"
    "| `provider.sort` | `price`, or `latency` and `throughput`: the targets "
    "are sorted as by `cheapest` and `fastest` |\n"
    "| `provider.allow_fallbacks` | `false`: only the first target is asked "
    "|\n"
    "\n"
    "They are taken out of the body, other members of `provider` with them; "
    "but when\n"
    "`model` names a model of `openrouter`, they are OpenRouter's business and "
    "stay.\n"
    "\n";

static const char cloud[] = "\n"
                            "## Cloud platforms\n"
                            "\n"
                            "Further variables, which may stand in the file as "
                            "well; the first one that "
                            "is set counts.\n"
                            "\n"
                            "| provider | variables | meaning |\n"
                            "| --- | --- | --- |\n";

static const char cloud_notes[] =
    "\n"
    "* Azure: the endpoint is that of the resource, "
    "`https://NAME.openai.azure.com`; `AZURE_OPENAI_BASE_URL` replaces it with "
    "`/openai`. The model's name is that of the deployment. With another "
    "version than `v1` it stands in the path "
    "(`/deployments/NAME/chat/completions?api-version=VERSION`).\n"
    "* AWS: lists of the same length are several access keys; a bearer token "
    "wins over them. Requests are signed (Signature Version 4, service "
    "`bedrock`), for which a pass-through body is held whole, up to "
    "`limits.body`.\n"
    "* Google: a path, several, or the text of one file; it is read at the "
    "start and on a reload. An access token is got at the `token_uri` of the "
    "file and used until five minutes before its end. An API key (express "
    "mode) wins over it. Location `global`, `us` and `eu` have hosts of their "
    "own. Without `GOOGLE_CLOUD_PROJECT` the file's `project_id` is used.\n"
    "\n";

static void print_str(struct str s)
{
    fwrite(s.p, 1, s.n, stdout);
}

/* A cell with code in it, or an empty one. */
static void print_code(const char *before, const char *text)
{
    if (text[0] == '\0')
        printf(" |");
    else
        printf(" `%s%s` |", before, text);
}

static void print_options(void)
{
    printf("## Options\n\n| in the file | variable | flag | default | meaning "
           "|\n| --- | --- | --- | --- | --- |\n");
#define X(id, path, variable, flag, kind, value, text) \
    printf("|");                                       \
    print_code("", path);                              \
    print_code("", variable);                          \
    print_code("--", flag);                            \
    print_code("", value);                             \
    printf(" %s |\n", text);
#include "core/tbl/options.h"
#undef X
    printf("\n`SLUICE_CONFIG` or `--config` names the file.\n\n");
}

static void print_provider(const struct catalogue_row *r)
{
    printf("| `");
    print_str(r->name);
    printf("` | ");
    if (r->alias.n != 0) {
        printf("`");
        print_str(r->alias);
        printf("` ");
    }
    printf("| ");
    for (size_t i = 0; i < CATALOGUE_VARS && r->key_vars[i].n != 0; i++) {
        printf("`");
        print_str(r->key_vars[i]);
        printf("` ");
    }
    printf("| ");
    print_str(r->base_url.n == 0 ? STR("built in") : r->base_url);
    if (r->chats) {
        printf(" | `");
        print_str(r->compat);
        printf("/chat/completions` |\n");
    } else if (r->n_ways != 0) {
        printf(" | `");
        print_str(r->ways[0].path);
        printf("` |\n");
    } else {
        printf(" | pass-through only |\n");
    }
}

/* Up to the cell of the meaning. */
static void print_vars(const struct catalogue_row *r, const struct str *v,
                       size_t n)
{
    printf("| `");
    print_str(r->name);
    printf("` | ");
    for (size_t i = 0; i < n && v[i].n != 0; i++) {
        printf("`");
        print_str(v[i]);
        printf("` ");
    }
    printf("| ");
}

static void print_word(const struct catalogue_row *r,
                       const struct catalogue_word *word, const char *meaning)
{
    if (word->vars[0].n == 0)
        return;
    print_vars(r, word->vars, PLACE_VARS);
    printf("%s", meaning);
    if (word->mark.n != 0) {
        printf(" `");
        print_str(word->mark);
        printf("`");
    }
    if (word->fallback.n != 0) {
        printf("; default `");
        print_str(word->fallback);
        printf("`");
    }
    printf(" |\n");
}

static void print_cloud(const struct catalogue_row *r)
{
    if (r->place.vars[0].n == 0)
        return;
    if (r->host_var.n != 0) {
        print_vars(r, &r->host_var, 1);
        printf("where it is |\n");
    }
    print_word(r, &r->place, "stands for");
    print_word(r, &r->project, "stands for");
    print_word(r, &r->version, "version of the API");
    if (r->credential != CREDENTIAL_NONE) {
        print_vars(r, r->credential_vars, CREDENTIAL_VARS);
        printf("credentials instead of a key |\n");
    }
}

/* In the largest unit that divides it: 20s, 5m. */
static void print_time(int64_t ms)
{
    if (ms % 60000 == 0 && ms != 0)
        printf("`%lldm`", (long long)(ms / 60000));
    else if (ms % 1000 == 0)
        printf("`%llds`", (long long)(ms / 1000));
    else
        printf("`%lldms`", (long long)ms);
}

static void print_size(int64_t n)
{
    if (n % (1 << 20) == 0 && n != 0)
        printf("`%lldm`", (long long)(n >> 20));
    else if (n % (1 << 10) == 0 && n != 0)
        printf("`%lldk`", (long long)(n >> 10));
    else
        printf("`%lld`", (long long)n);
}

static void print_count(int64_t n)
{
    printf("`%lld`", (long long)n);
}

static void print_timeouts(void)
{
#define X(id, name, value, text)        \
    printf("| `timeouts.%s` | ", name); \
    print_time(value);                  \
    printf(" | time limit: %s |\n", text);
#include "core/tbl/timeouts.h"
#undef X
}

#define print_SIZE print_size
#define print_SIZE_0 print_size
#define print_COUNT print_count
#define print_COUNT_0 print_count
#define print_TIME print_time
#define print_TIME_0 print_time

static void print_limits(void)
{
    printf("## Limits\n\nBelow `limits` in the file.\n\n"
           "| option | default | what it bounds |\n| --- | --- | --- |\n");
#define X(id, name, kind, value, text) \
    printf("| `%s` | ", name);         \
    print_##kind(value);               \
    printf(" | %s |\n", text);
#include "core/tbl/limits.h"
#undef X
}

_Noreturn void sl_panic(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, what);
    abort();
}

int main(void)
{
    fputs(intro, stdout);
    print_options();
    fputs(providers_intro, stdout);
    for (size_t i = 0; i < catalogue_n; i++)
        print_provider(&catalogue[i]);
    fputs(provider_options_intro, stdout);
    print_timeouts();
    fputs(affinity, stdout);
    fputs(cloud, stdout);
    for (size_t i = 0; i < catalogue_n; i++)
        print_cloud(&catalogue[i]);
    fputs(cloud_notes, stdout);
    fputs(custom, stdout);
    fputs(models, stdout);
    fputs(conditions, stdout);
    print_limits();
    return fflush(stdout) == 0 && ferror(stdout) == 0 ? 0 : 1;
}
