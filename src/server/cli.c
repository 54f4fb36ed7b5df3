/* SPDX-License-Identifier: MIT */
/* Flags. The one hard idea: they are not understood here. Each becomes a
 * setting that the configuration reads like a variable or a member of the
 * file, so that a wrong value is reported in one way. */
#include "server/cli.h"

#include <stdio.h>

struct flag {
    struct str name;
    bool has_value;
};

static const struct flag flags[] = {
    {STR_INIT("config"), true},     {STR_INIT("listen"), true},
    {STR_INIT("threads"), true},    {STR_INIT("store"), true},
    {STR_INIT("log-format"), true}, {STR_INIT("insecure-open"), false},
    {STR_INIT("help"), false},      {STR_INIT("version"), false},
};

static const struct str commands[] = {
    [CLI_SERVE] = STR_INIT("serve"),
    [CLI_CHECK] = STR_INIT("check"),
    [CLI_HELP] = STR_INIT("help"),
    [CLI_VERSION] = STR_INIT("version"),
};

const char cli_help[] =
    "sluice: one gateway between any AI client and any AI provider\n"
    "\n"
    "usage: sluice [serve] [flags]   serve (the default)\n"
    "       sluice check [flags]     say what is wrong with the configuration\n"
    "\n"
    "  --config FILE        default: ./sluice.jsonc, else ./config.jsonc\n"
    "  --listen ADDRESS     127.0.0.1:8787, [::1]:8787, :8787 or unix:/path;\n"
    "                       may be given several times\n"
    "  --threads N          default: one per core\n"
    "  --store URL          where values are kept: memory:\n"
    "  --log-format FORMAT  text, json or off; the log goes to stdout\n"
    "  --insecure-open      serve other machines without credentials\n"
    "  -h, --help           this text\n"
    "  -V, --version        the version\n"
    "\n"
    "Everything else stands in the configuration file or the environment:\n"
    "OPENAI_API_KEY, ANTHROPIC_API_KEY, PROXY_API_KEY (the callers' secret) …\n"
    "SIGHUP reloads it, SIGTERM lets open answers end, then stops.\n";

enum { WORD = 24 };

/* Edits between two short words (Levenshtein); WORD: too long to be meant. */
static size_t distance(struct str a, struct str b)
{
    size_t row[WORD + 1];

    if (a.n > WORD || b.n > WORD)
        return WORD;
    for (size_t j = 0; j <= b.n; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t best = diagonal + (a.p[i - 1] != b.p[j - 1]);

            diagonal = row[j];
            best = row[j] + 1 < best ? row[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            row[j] = best;
        }
    }
    return row[b.n];
}

static bool unknown_flag(struct cli *c, struct str name)
{
    const struct flag *best = &flags[0];

    for (size_t i = 0; i < SL_LEN(flags); i++)
        if (distance(flags[i].name, name) < distance(best->name, name))
            best = &flags[i];
    if (distance(best->name, name) <= 3)
        snprintf(c->message, CLI_MESSAGE,
                 "unknown flag --%.*s; did you mean --%.*s?", (int)name.n,
                 name.p, (int)best->name.n, best->name.p);
    else
        snprintf(c->message, CLI_MESSAGE,
                 "unknown flag --%.*s; sluice --help lists them",
                 (int)(name.n < 64 ? name.n : 64), name.p);
    return false;
}

static const struct flag *find_flag(struct str name)
{
    for (size_t i = 0; i < SL_LEN(flags); i++)
        if (str_eq(flags[i].name, name))
            return &flags[i];
    return NULL;
}

static bool add(struct cli *c, struct str name, const char *value)
{
    if (str_eq(name, STR("config"))) {
        c->config_path = value;
        return true;
    }
    if (str_eq(name, STR("help")) || str_eq(name, STR("version"))) {
        c->command = str_eq(name, STR("help")) ? CLI_HELP : CLI_VERSION;
        return true;
    }
    if (c->n_flags == CLI_SETTINGS) {
        snprintf(c->message, CLI_MESSAGE, "too many flags");
        return false;
    }
    c->flags[c->n_flags++] = (struct setting){name, str_of(value)};
    return true;
}

/* One flag at argv[*i]; steps over a value that follows. */
static bool take_flag(struct cli *c, char *const *argv, int *i)
{
    struct str text = str_skip(str_of(argv[*i]), 2);
    struct str name = str_before(text, '=');
    const struct flag *flag = find_flag(name);
    bool has_equals = name.n != text.n;

    if (flag == NULL)
        return unknown_flag(c, name);
    if (has_equals && !flag->has_value && !str_eq(name, STR("insecure-open"))) {
        snprintf(c->message, CLI_MESSAGE, "--%.*s takes no value", (int)name.n,
                 name.p);
        return false;
    }
    if (has_equals)
        return add(c, flag->name, argv[*i] + 2 + name.n + 1);
    if (!flag->has_value)
        return add(c, flag->name, "true");
    if (argv[*i + 1] == NULL) {
        snprintf(c->message, CLI_MESSAGE, "--%.*s needs a value", (int)name.n,
                 name.p);
        return false;
    }
    ++*i;
    return add(c, flag->name, argv[*i]);
}

/* One, in any place. */
static bool take_command(struct cli *c, struct str name, bool *is_taken)
{
    for (size_t i = 0; i < SL_LEN(commands) && !*is_taken; i++)
        if (str_eq(commands[i], name)) {
            c->command = (enum cli_command)i;
            *is_taken = true;
            return true;
        }
    snprintf(c->message, CLI_MESSAGE, "%s %.*s; there are serve and check",
             *is_taken ? "unexpected argument" : "unknown command",
             (int)(name.n < 64 ? name.n : 64), name.p);
    return false;
}

bool cli_parse(struct cli *c, int argc, char *const *argv)
{
    bool has_command = false;

    *c = (struct cli){.command = CLI_SERVE};
    for (int i = 1; i < argc; i++) {
        struct str text = str_of(argv[i]);
        bool is_ok;

        if (str_eq(text, STR("-h")))
            is_ok = add(c, STR("help"), "");
        else if (str_eq(text, STR("-V")))
            is_ok = add(c, STR("version"), "");
        else if (str_starts(text, STR("--")) && text.n > 2)
            is_ok = take_flag(c, argv, &i);
        else
            is_ok = take_command(c, text, &has_command);
        if (!is_ok)
            return false;
    }
    return true;
}
