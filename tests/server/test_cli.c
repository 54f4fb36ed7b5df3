/* SPDX-License-Identifier: MIT */
/* The command line: what is taken, and what is said of the rest. */
#include "support.h"

#include "server/cli.h"

enum { WORDS = 6 };

struct cli_case {
    const char *name;
    const char *argv[WORDS];
    bool is_ok;
    const char *command;
    const char *flag, *value; /* the last flag; NULL: none */
    const char *says;         /* when it is refused */
};

static const struct cli_case cases[] = {
    {"nothing", {"sluice"}, true, "serve", NULL, NULL, NULL},
    {"serve", {"sluice", "serve"}, true, "serve", NULL, NULL, NULL},
    {"check", {"sluice", "check"}, true, "check", NULL, NULL, NULL},
    {"flag", {"sluice", "--threads", "2"}, true, "serve", "threads", "2", NULL},
    {"flag before command",
     {"sluice", "--threads=2", "check"},
     true,
     "check",
     "threads",
     "2",
     NULL},
    {"equals sign in value",
     {"sluice", "--store=a=b"},
     true,
     "serve",
     "store",
     "a=b",
     NULL},
    {"empty value", {"sluice", "--store="}, true, "serve", "store", "", NULL},
    {"switch",
     {"sluice", "--insecure-open"},
     true,
     "serve",
     "insecure-open",
     "true",
     NULL},
    {"switch off",
     {"sluice", "--insecure-open=false"},
     true,
     "serve",
     "insecure-open",
     "false",
     NULL},
    {"help", {"sluice", "check", "-h"}, true, "help", NULL, NULL, NULL},
    {"version", {"sluice", "--version"}, true, "version", NULL, NULL, NULL},
    {"typo",
     {"sluice", "--lisen", "x"},
     false,
     "serve",
     NULL,
     NULL,
     "unknown flag --lisen; did you mean --listen?"},
    {"unknown",
     {"sluice", "--colour"},
     false,
     "serve",
     NULL,
     NULL,
     "unknown flag --colour; sluice --help lists them"},
    {"no value",
     {"sluice", "--threads"},
     false,
     "serve",
     NULL,
     NULL,
     "--threads needs a value"},
    {"value for help",
     {"sluice", "--help=x"},
     false,
     "serve",
     NULL,
     NULL,
     "--help takes no value"},
    {"unknown command",
     {"sluice", "run"},
     false,
     "serve",
     NULL,
     NULL,
     "unknown command run; sluice --help lists what there is"},
    {"two commands",
     {"sluice", "check", "check"},
     false,
     "serve",
     NULL,
     NULL,
     "unexpected argument check; sluice --help lists what there is"},
    {"json", {"sluice", "models", "--json"}, true, "models", NULL, NULL, NULL},
    {"chat with a model",
     {"sluice", "chat", "openai/x", "-m", "--hello"},
     true,
     "chat",
     NULL,
     NULL,
     NULL},
    {"flag of another command",
     {"sluice", "models", "--live"},
     false,
     NULL,
     NULL,
     NULL,
     "sluice models takes no --live"},
    {"flag of a command, and none",
     {"sluice", "--json"},
     false,
     NULL,
     NULL,
     NULL,
     "sluice serve takes no --json"},
    {"two models",
     {"sluice", "chat", "a", "b"},
     false,
     NULL,
     NULL,
     NULL,
     "unexpected argument b; sluice --help lists what there is"},
    {"no text",
     {"sluice", "chat", "-m"},
     false,
     NULL,
     NULL,
     NULL,
     "--message needs a value"},
    {"argument without a command",
     {"sluice", "a/b"},
     false,
     NULL,
     NULL,
     NULL,
     "unknown command a/b; sluice --help lists what there is"},
    {"one dash",
     {"sluice", "-x"},
     false,
     "serve",
     NULL,
     NULL,
     "unknown command -x; sluice --help lists what there is"},
};

static bool parse(struct cli *c, const struct cli_case *row)
{
    char *argv[WORDS + 1] = {NULL};
    int n = 0;

    /* argv has no const; nothing writes there. */
    while (n < WORDS && row->argv[n] != NULL) {
        argv[n] = (char *)(uintptr_t)row->argv[n];
        n++;
    }
    return cli_parse(c, n, argv);
}

static void each_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        const struct cli_case *row = &cases[i];
        struct setting last = {{0}, {0}};
        struct cli c;
        bool is_ok = parse(&c, row);

        check_str_case(row->name, str_of(c.message), str_of(row->says));
        assert_int_equal(is_ok, row->is_ok);
        if (!is_ok)
            continue;
        if (c.n_flags != 0)
            last = c.flags[c.n_flags - 1];
        check_str_case(row->name, c.command->name, str_of(row->command));
        check_str_case(row->name, last.name, str_of(row->flag));
        check_str_case(row->name, last.value, str_of(row->value));
    }
}

static void listen_repeats_and_config_is_apart(void **state)
{
    const struct cli_case row = {
        .argv = {"sluice", "--listen=a:1", "--config", "f", "--listen=b:2"}};
    struct cli c;

    (void)state;
    assert_true(parse(&c, &row));
    assert_int_equal(c.n_flags, 2);
    check_str(c.flags[0].value, STR("a:1"));
    check_str(c.flags[1].value, STR("b:2"));
    check_str(str_of(c.config_path), STR("f"));
}

static void arguments_of_a_command(void **state)
{
    const struct cli_case row = {
        .argv = {"sluice", "chat", "--json", "openai/x", "-m", "--hello"}};
    struct cli c;

    (void)state;
    assert_true(parse(&c, &row));
    assert_int_equal(c.given, CLI_JSON | CLI_TEXT);
    check_str(str_of(c.argument), STR("openai/x"));
    check_str(str_of(c.text), STR("--hello"));
}

/* Every command that can be given is there, and what it takes. */
static void help_names_all(void **state)
{
    static const char *const lines[] = {
        "usage: sluice [serve] ",  "sluice check [--live [--json]] ",
        "sluice models [--json] ", "sluice chat [MODEL] [-m TEXT] [--json] ",
        "  --config FILE ",
    };
    char text[8192] = "";
    FILE *f = fmemopen(text, sizeof(text), "w");

    (void)state;
    assert_non_null(f);
    cli_write_help(f);
    assert_int_equal(fclose(f), 0);
    for (size_t i = 0; i < SL_LEN(lines); i++)
        assert_non_null(strstr(text, lines[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_case),
        cmocka_unit_test(listen_repeats_and_config_is_apart),
        cmocka_unit_test(arguments_of_a_command),
        cmocka_unit_test(help_names_all),
    };

    return test_run("cli", tests, SL_LEN(tests));
}
