/* SPDX-License-Identifier: MIT */
/* Flags. The one hard idea: they are not understood here. Each becomes a
 * setting that the configuration reads like a variable or a member of the
 * file, so that a wrong value is reported in one way. */
#include "server/cli.h"

#include "server/cmd.h"

struct flag {
    struct str name;
    bool has_value;
    unsigned bit; /* CLI_JSON …; 0: every command takes it */
};

static const struct flag flags[] = {
    {STR_INIT("config"), true, 0},
    {STR_INIT("listen"), true, 0},
    {STR_INIT("threads"), true, 0},
    {STR_INIT("store"), true, 0},
    {STR_INIT("log-format"), true, 0},
    {STR_INIT("insecure-open"), false, 0},
    {STR_INIT("help"), false, 0},
    {STR_INIT("version"), false, 0},
    {STR_INIT("json"), false, CLI_JSON},
    {STR_INIT("live"), false, CLI_LIVE},
    {STR_INIT("message"), true, CLI_TEXT},
    {STR_INIT("from"), true, CLI_FROM},
    {STR_INIT("path"), true, CLI_PATH},
};

static int show_help(const struct cli *c)
{
    (void)c;
    cli_write_help(stdout);
    return cmd_flush(stdout);
}

static int show_version(const struct cli *c)
{
    (void)c;
    puts("sluice " SLUICE_VERSION);
    return cmd_flush(stdout);
}

enum { SERVE, HELP, VERSION };

static const struct command commands[] = {
    [SERVE] = {.name = STR_INIT("serve"),
               .arguments = "",
               .summary = "serve (the default)",
               .run = cmd_serve},
    [HELP] = {.name = STR_INIT("help"), .run = show_help},
    [VERSION] = {.name = STR_INIT("version"), .run = show_version},
    {.name = STR_INIT("check"),
     .arguments = " [--live [--json]]",
     .summary = "say what is wrong with the configuration; --live tries keys",
     .run = cmd_check,
     .takes = CLI_LIVE | CLI_JSON},
    {.name = STR_INIT("models"),
     .arguments = " [--json]",
     .summary = "list the models that can be called now",
     .run = cmd_models,
     .takes = CLI_JSON},
    {.name = STR_INIT("chat"),
     .arguments = " [MODEL] [-m TEXT] [--json]",
     .summary = "talk to a model; the text may come from stdin",
     .run = cmd_chat,
     .takes = CLI_JSON | CLI_TEXT,
     .may_have_argument = true},
    {.name = STR_INIT("explain"),
     .arguments = " MODEL [--json]",
     .summary = "show who would be asked, in which order, and why",
     .run = cmd_explain,
     .takes = CLI_JSON,
     .may_have_argument = true,
     .needs_argument = true},
    {.name = STR_INIT("translate"),
     .arguments = " [--from DIALECT] [FILE]",
     .summary = "show the provider's request for a client's, unsent",
     .run = cmd_translate,
     .takes = CLI_FROM | CLI_PATH,
     .may_have_argument = true},
    {.name = STR_INIT("import"),
     .arguments = " FILE",
     .summary = "print a LiteLLM config.yaml or a config.jsonc as ours",
     .run = cmd_import,
     .may_have_argument = true,
     .needs_argument = true},
};

static const char help_flags[] =
    "\n"
    "  --config FILE        default: ./sluice.jsonc, else ./config.jsonc\n"
    "  --listen ADDRESS     127.0.0.1:8787, [::1]:8787, :8787 or unix:/path;\n"
    "                       may be given several times\n"
    "  --threads N          default: one per core\n"
    "  --store URL          where values are kept: memory:\n"
    "  --log-format FORMAT  text, json or off; the log goes to stdout\n"
    "  --insecure-open      serve other machines without credentials\n"
    "  --json               answers for programs, as JSON\n"
    "  -m, --message TEXT   what to say to the model\n"
    "  --from DIALECT       whose request it is: openai-chat (the default),\n"
    "                       openai-responses, anthropic, gemini, ollama …\n"
    "  --path PATH          where a client would have sent it\n"
    "  -h, --help           this text\n"
    "  -V, --version        the version\n"
    "\n"
    "Everything else stands in the configuration file or the environment:\n"
    "OPENAI_API_KEY, ANTHROPIC_API_KEY, PROXY_API_KEY (the callers' secret) …\n"
    "SIGHUP reloads it, SIGTERM lets open answers end, then stops.\n";

void cli_write_help(FILE *out)
{
    fputs("sluice: one gateway between any AI client and any AI provider\n\n",
          out);
    for (size_t i = 0; i < SL_LEN(commands); i++) {
        const struct command *it = &commands[i];
        char line[64];

        if (it->summary == NULL)
            continue;
        snprintf(line, sizeof(line), i == SERVE ? "[%s]%s" : "%s%s", it->name.p,
                 it->arguments);
        fprintf(out, "%s sluice %-34s %s\n", i == SERVE ? "usage:" : "      ",
                line, it->summary);
    }
    fputs(help_flags, out);
}

struct app_options cli_options(const struct cli *c)
{
    return (struct app_options){
        .config_path = c->config_path,
        .flags = c->flags,
        .n_flags = c->n_flags,
    };
}

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

/* Where the value of a command's own flag belongs. */
static const char **text_of(struct cli *c, unsigned bit)
{
    if (bit == CLI_FROM)
        return &c->from;
    return bit == CLI_PATH ? &c->path : &c->text;
}

static bool add(struct cli *c, const struct flag *flag, const char *value)
{
    if (str_eq(flag->name, STR("config"))) {
        c->config_path = value;
        return true;
    }
    if (str_eq(flag->name, STR("help")) || str_eq(flag->name, STR("version"))) {
        c->command =
            &commands[str_eq(flag->name, STR("help")) ? HELP : VERSION];
        return true;
    }
    if (flag->bit != 0) {
        c->given |= flag->bit;
        if (flag->has_value)
            *text_of(c, flag->bit) = value;
        return true;
    }
    if (c->n_flags == CLI_SETTINGS) {
        snprintf(c->message, CLI_MESSAGE, "too many flags");
        return false;
    }
    c->flags[c->n_flags++] = (struct setting){flag->name, str_of(value)};
    return true;
}

/* A flag's value: what follows the equals sign, else the next argument. */
static bool take_value(struct cli *c, const struct flag *flag,
                       char *const *argv, int *i)
{
    if (argv[*i + 1] == NULL) {
        snprintf(c->message, CLI_MESSAGE, "--%.*s needs a value",
                 (int)flag->name.n, flag->name.p);
        return false;
    }
    ++*i;
    return add(c, flag, argv[*i]);
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
        return add(c, flag, argv[*i] + 2 + name.n + 1);
    if (!flag->has_value)
        return add(c, flag, "true");
    return take_value(c, flag, argv, i);
}

/* The command, in any place, then its argument. */
static bool take_word(struct cli *c, const char *word, bool *has_command)
{
    struct str name = str_of(word);

    for (size_t i = 0; i < SL_LEN(commands) && !*has_command; i++)
        if (str_eq(commands[i].name, name)) {
            c->command = &commands[i];
            *has_command = true;
            return true;
        }
    if (*has_command && c->command->may_have_argument && c->argument == NULL &&
        (!str_starts(name, STR("-")) || str_eq(name, STR("-")))) {
        c->argument = word;
        return true;
    }
    snprintf(c->message, CLI_MESSAGE,
             "%s %.*s; sluice --help lists what there "
             "is",
             *has_command ? "unexpected argument" : "unknown command",
             (int)(name.n < 64 ? name.n : 64), name.p);
    return false;
}

/* Is everything that was given for this command, and all there that it
 * needs? */
static bool fits(struct cli *c)
{
    const struct command *command = c->command;

    for (size_t i = 0; i < SL_LEN(flags); i++)
        if ((c->given & flags[i].bit & ~command->takes) != 0 &&
            command->summary != NULL) {
            snprintf(c->message, CLI_MESSAGE, "sluice %s takes no --%s",
                     command->name.p, flags[i].name.p);
            return false;
        }
    if (command->needs_argument && c->argument == NULL) {
        snprintf(c->message, CLI_MESSAGE, "usage: sluice %s%s", command->name.p,
                 command->arguments);
        return false;
    }
    return true;
}

static bool take(struct cli *c, char *const *argv, int *i, bool *has_command)
{
    struct str text = str_of(argv[*i]);

    if (str_eq(text, STR("-h")))
        return add(c, find_flag(STR("help")), "");
    if (str_eq(text, STR("-V")))
        return add(c, find_flag(STR("version")), "");
    if (str_eq(text, STR("-m")))
        return take_value(c, find_flag(STR("message")), argv, i);
    if (str_starts(text, STR("--")) && text.n > 2)
        return take_flag(c, argv, i);
    return take_word(c, argv[*i], has_command);
}

bool cli_parse(struct cli *c, int argc, char *const *argv)
{
    bool has_command = false;

    *c = (struct cli){.command = &commands[SERVE]};
    for (int i = 1; i < argc; i++)
        if (!take(c, argv, &i, &has_command))
            return false;
    return fits(c);
}
