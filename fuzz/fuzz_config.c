/* SPDX-License-Identifier: MIT */
/* A configuration from any text: as the file, as a list of keys and as custom
 * endpoints in the environment. Whatever it is, loading ends, says why when it
 * refuses, gives all memory back, and says the same the second time. */
#include "fuzz.h"

#include "core/config.h"
#include "core/config_parts.h"

struct outcome {
    enum sl_rc rc;
    size_t n, n_errors;
};

static void check_problems(const struct problems *p)
{
    for (size_t i = 0; i < p->n && i < CONFIG_PROBLEMS; i++) {
        struct buf b;

        buf_init(&b, &fuzz_mem, 1 << 16);
        problem_write(&b, &p->v[i]);
        FUZZ_CHECK(!b.failed);
        /* One line, whatever the names in it are. */
        FUZZ_CHECK(str_find(buf_str(&b), '\n') == b.n - 1);
        buf_release(&b);
        FUZZ_CHECK(p->v[i].what.n != 0);
    }
}

static void check_provider(const struct config *c, const struct provider *p)
{
    if (!p->is_available || p->row->is_builtin)
        return;
    FUZZ_CHECK(p->origin.host.n != 0 && p->origin.port != 0);
    FUZZ_CHECK(p->base_path.n == 0 || p->base_path.p[0] == '/');
    FUZZ_CHECK(!str_ends(p->base_path, STR("/")));
    FUZZ_CHECK(config_provider(c, p->name) == p);
    for (size_t i = 0; i < p->n_keys; i++)
        FUZZ_CHECK(secret_fits_field(&p->keys[i]));
}

static struct outcome load(struct str file, struct str variable)
{
    const struct setting env[] = {
        {STR("CUSTOM_OPENAI_ENDPOINTS"), variable},
        {STR("OPENAI_API_KEY"), variable},
        {STR("GROQ_BASE_URL"), variable},
        {STR("OLLAMA_HOST"), variable},
        {STR("DEFAULT_MODEL"), variable},
        {STR("SLUICE_LISTEN"), variable},
    };
    struct config_sources sources = {.file_name = STR("f"),
                                     .file_text = file,
                                     .env = env,
                                     .n_env =
                                         variable.n == 0 ? 0 : SL_LEN(env)};
    struct problems problems;
    struct outcome o;
    struct config c;

    config_init(&c, &fuzz_mem);
    o.rc = config_load(&c, &sources, &problems);
    o.n = problems.n;
    o.n_errors = problems.n_errors;
    FUZZ_CHECK(o.rc == SL_NOMEM || (o.rc == SL_OK) == (o.n_errors == 0));
    if (o.rc != SL_NOMEM)
        check_problems(&problems);
    for (size_t i = 0; o.rc == SL_OK && i < c.n_providers; i++)
        check_provider(&c, &c.providers[i]);
    config_release(&c);
    return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size), rest = in;
    uint8_t kind = fuzz_byte(&rest);
    struct str file = kind % 2 == 0 ? rest : (struct str){0};
    struct str variable = kind % 2 == 0 ? (struct str){0} : rest;
    struct outcome a = load(file, variable), b = load(file, variable);

    FUZZ_CHECK(a.rc == b.rc && a.n == b.n && a.n_errors == b.n_errors);
    fuzz_free(in);
    return 0;
}
