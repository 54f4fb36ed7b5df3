/* SPDX-License-Identifier: MIT */
/* The route table and how a path finds its row. Rows are tried in order, so
 * the pass-through of providers comes last. */
#include "core/route.h"

#include "core/dialects/dialect.h"

#define GET ((1u << HTTP_GET) | (1u << HTTP_HEAD))
#define POST (1u << HTTP_POST)

static const struct endpoint chat = {.path = STR_INIT("/chat/completions"),
                                     .dialect = &dialect_openai_chat,
                                     .is_chat = true};
static const struct endpoint messages = {.path = STR_INIT("/messages"),
                                         .dialect = &dialect_anthropic,
                                         .is_chat = true};
static const struct endpoint count_tokens = {
    .path = STR_INIT("/messages/count_tokens"),
    .dialect = &dialect_anthropic,
    .is_count = true};
static const struct endpoint generate_content = {.path = STR_INIT("/models/*"),
                                                 .dialect = &dialect_gemini,
                                                 .is_chat = true,
                                                 .has_path_model = true};
static const struct endpoint gemini_models = {
    .path = STR_INIT("/models"), .dialect = &dialect_gemini, .is_list = true};
static const struct endpoint ollama_lists = {
    .path = STR_INIT("/api/tags"), .dialect = &dialect_ollama, .is_list = true};
static const struct endpoint ollama_chat = {.path = STR_INIT("/api/chat"),
                                            .dialect = &dialect_ollama,
                                            .is_chat = true,
                                            .is_stream_usual = true};
static const struct endpoint ollama_generate = {
    .path = STR_INIT("/api/generate"),
    .dialect = &dialect_ollama_generate,
    .is_chat = true,
    .is_stream_usual = true};
static const struct endpoint completions = {.path = STR_INIT("/completions"),
                                            .dialect =
                                                &dialect_openai_completions,
                                            .is_chat = true};
static const struct endpoint responses = {.path = STR_INIT("/responses"),
                                          .dialect = &dialect_openai_responses,
                                          .is_chat = true};
static const struct endpoint embeddings = {.path = STR_INIT("/embeddings"),
                                           .whole = WHOLE_EMBEDDINGS};
static const struct endpoint ollama_embed = {.path = STR_INIT("/embeddings"),
                                             .dialect = &dialect_ollama,
                                             .whole = WHOLE_EMBEDDINGS};
static const struct endpoint ollama_embeddings = {.path =
                                                      STR_INIT("/embeddings"),
                                                  .dialect = &dialect_ollama,
                                                  .whole = WHOLE_EMBEDDINGS,
                                                  .has_one_prompt = true};
static const struct endpoint moderations = {.path = STR_INIT("/moderations")};
static const struct endpoint images_generations = {
    .path = STR_INIT("/images/generations"), .whole = WHOLE_IMAGES};
static const struct endpoint images_edits = {.path = STR_INIT("/images/edits")};
static const struct endpoint images_variations = {
    .path = STR_INIT("/images/variations")};
static const struct endpoint speech = {
    .path = STR_INIT("/audio/speech"), .whole = WHOLE_SPEECH, .is_raw = true};
static const struct endpoint transcriptions = {
    .path = STR_INIT("/audio/transcriptions"), .is_raw = true};
static const struct endpoint translations = {
    .path = STR_INIT("/audio/translations"), .is_raw = true};

/* OpenAI's paths, with and without /v1. */
#define OPENAI(path, methods, surface, endpoint)                     \
    {STR_INIT("/v1" path), methods, AUTH_CALLER, surface, endpoint}, \
    {                                                                \
        STR_INIT(path), methods, AUTH_CALLER, surface, endpoint      \
    }
/* The same of a provider that the path names. */
#define SUPPLIER(path, surface, endpoint)                                     \
    {                                                                         \
        STR_INIT("/v2/{supplier}" path), POST, AUTH_CALLER, surface, endpoint \
    }

const struct route routes[] = {
    OPENAI("/chat/completions", POST, &surface_json, &chat),
    OPENAI("/completions", POST, &surface_json, &completions),
    OPENAI("/messages", POST, &surface_json, &messages),
    OPENAI("/messages/count_tokens", POST, &surface_json, &count_tokens),
    OPENAI("/responses", POST, &surface_json, &responses),
    OPENAI("/embeddings", POST, &surface_json, &embeddings),
    OPENAI("/moderations", POST, &surface_json, &moderations),
    OPENAI("/images/generations", POST, &surface_json, &images_generations),
    OPENAI("/images/edits", POST, &surface_form, &images_edits),
    OPENAI("/images/variations", POST, &surface_form, &images_variations),
    OPENAI("/audio/speech", POST, &surface_json, &speech),
    OPENAI("/audio/transcriptions", POST, &surface_form, &transcriptions),
    OPENAI("/audio/translations", POST, &surface_form, &translations),
    OPENAI("/models", GET, &surface_models, NULL),
    OPENAI("/models/*", GET, &surface_model, NULL),
    OPENAI("/models/*", POST, &surface_json, &generate_content),
    {STR_INIT("/v1beta/models"), GET, AUTH_CALLER, &surface_models,
     &gemini_models},
    {STR_INIT("/v1beta/models/*"), GET, AUTH_CALLER, &surface_model,
     &gemini_models},
    {STR_INIT("/v1beta/models/*"), POST, AUTH_CALLER, &surface_json,
     &generate_content},
    {STR_INIT("/api/chat"), POST, AUTH_CALLER, &surface_json, &ollama_chat},
    {STR_INIT("/api/generate"), POST, AUTH_CALLER, &surface_json,
     &ollama_generate},
    {STR_INIT("/api/embed"), POST, AUTH_CALLER, &surface_json, &ollama_embed},
    {STR_INIT("/api/embeddings"), POST, AUTH_CALLER, &surface_json,
     &ollama_embeddings},
    OPENAI("/translate", POST, &surface_translate, NULL),
    {STR_INIT("/api/tags"), GET, AUTH_CALLER, &surface_models, &ollama_lists},
    {STR_INIT("/api/ps"), GET, AUTH_CALLER, &surface_ollama_running,
     &ollama_lists},
    {STR_INIT("/api/show"), POST, AUTH_CALLER, &surface_ollama_show,
     &ollama_lists},
    {STR_INIT("/api/version"), GET, AUTH_CALLER, &surface_ollama_version,
     &ollama_lists},
    SUPPLIER("/chat/completions", &surface_json, &chat),
    SUPPLIER("/completions", &surface_json, &completions),
    SUPPLIER("/messages", &surface_json, &messages),
    SUPPLIER("/messages/count_tokens", &surface_json, &count_tokens),
    SUPPLIER("/responses", &surface_json, &responses),
    SUPPLIER("/embeddings", &surface_json, &embeddings),
    SUPPLIER("/moderations", &surface_json, &moderations),
    SUPPLIER("/images/generations", &surface_json, &images_generations),
    SUPPLIER("/images/edits", &surface_form, &images_edits),
    SUPPLIER("/images/variations", &surface_form, &images_variations),
    SUPPLIER("/audio/speech", &surface_json, &speech),
    SUPPLIER("/audio/transcriptions", &surface_form, &transcriptions),
    SUPPLIER("/audio/translations", &surface_form, &translations),
    {STR_INIT("/v2"), ROUTE_ANY, AUTH_CALLER, &surface_suppliers, NULL},
    {STR_INIT("/v2/*"), ROUTE_ANY, AUTH_CALLER, &surface_suppliers, NULL},
    {STR_INIT("/ping"), GET, AUTH_OPEN, &surface_ping, NULL},
    {STR_INIT("/healthz"), GET, AUTH_OPEN, &surface_health, NULL},
    {STR_INIT("/readyz"), GET, AUTH_OPEN, &surface_ready, NULL},
    {STR_INIT("/status"), GET, AUTH_CALLER, &surface_status, NULL},
    {STR_INIT("/metrics"), GET, AUTH_CALLER, &surface_metrics, NULL},
    {STR_INIT("/"), ROUTE_ANY, AUTH_CALLER, &surface_universal, NULL},
    {STR_INIT("/compat"), ROUTE_ANY, AUTH_CALLER, &surface_compat, NULL},
    {STR_INIT("/compat/*"), ROUTE_ANY, AUTH_CALLER, &surface_compat, NULL},
    {STR_INIT("/{provider}/*"), ROUTE_ANY, AUTH_CALLER, &surface_passthrough,
     NULL},
};
const size_t routes_n = SL_LEN(routes);

static const struct route preflight = {STR_INIT("*"), 1u << HTTP_OPTIONS,
                                       AUTH_OPEN, &surface_preflight, NULL};

#define V2_SUPPLIER STR("/v2/{supplier}/")

/* /{provider}/ and more: the first segment names a configured provider. */
static bool match_provider(const struct config *config, struct str path,
                           struct route_match *m)
{
    struct str after = str_skip(path, 1);
    size_t slash = str_find(after, '/');

    if (!str_starts(path, STR("/")) || slash == after.n)
        return false;
    m->provider = config_provider(config, str_first(after, slash));
    if (m->provider == NULL || m->provider->row->is_builtin)
        return false;
    m->rest = str_skip(after, slash);
    return true;
}

/* /v2/{supplier}/ and what follows, exactly. */
static bool match_supplier(struct str pattern, struct str path,
                           struct route_match *m)
{
    const struct str prefix = STR("/v2/");
    struct str after = str_skip(path, prefix.n);

    if (!str_starts(path, prefix))
        return false;
    m->supplier = str_before(after, '/');
    return m->supplier.n != 0 && str_eq(str_skip(after, m->supplier.n),
                                        str_skip(pattern, V2_SUPPLIER.n - 1));
}

static bool match_pattern(const struct config *config, const struct route *r,
                          struct str path, struct route_match *m)
{
    struct str pattern = r->pattern;

    if (str_starts(pattern, V2_SUPPLIER))
        return match_supplier(pattern, path, m);
    if (pattern.p[pattern.n - 1] != '*')
        return str_eq(pattern, path);
    if (str_starts(pattern, STR("/{provider}/")))
        return match_provider(config, path, m);
    pattern.n--;
    if (path.n <= pattern.n || !str_starts(path, pattern))
        return false;
    m->rest = str_skip(path, pattern.n);
    return true;
}

/* The row that serves the path's longest end: behind /v1 twice, an address that
 * is not ours, or before a slash too many. */
static void find_near(const struct config *config, enum http_method method,
                      struct str path, struct route_match *match)
{
    struct str end = path;

    while (end.n > 1 && end.p[end.n - 1] == '/')
        end.n--;
    while (end.n > 1) {
        for (size_t i = 0; i < routes_n; i++) {
            struct route_match m = {0};

            if (routes[i].methods == ROUTE_ANY ||
                (routes[i].methods & (1u << method)) == 0 ||
                !match_pattern(config, &routes[i], end, &m))
                continue;
            match->near = &routes[i];
            match->near_path = end;
            return;
        }
        end = str_skip(end, 1);
        end = str_skip(end, str_find(end, '/'));
    }
}

void route_find(const struct config *config, enum http_method method,
                struct str path, struct route_match *match)
{
    *match = (struct route_match){0};
    if (method == HTTP_OPTIONS) {
        match->route = &preflight;
        return;
    }
    for (size_t i = 0; i < routes_n; i++) {
        struct route_match m = {0};

        if (!match_pattern(config, &routes[i], path, &m))
            continue;
        /* A path that is served by other methods is not taken by a row that
         * is there for all the rest. */
        if (routes[i].methods == ROUTE_ANY && match->allowed != 0)
            continue;
        if ((routes[i].methods & (1u << method)) != 0) {
            m.route = &routes[i];
            *match = m;
            return;
        }
        match->allowed |= routes[i].methods;
        if (match->near == NULL)
            match->near = &routes[i];
    }
    if (match->allowed != 0)
        match->allowed |= 1u << HTTP_OPTIONS;
    else
        find_near(config, method, path, match);
}
