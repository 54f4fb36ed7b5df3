/* SPDX-License-Identifier: MIT */
/* The command line: what is taken, and what is said of the rest. */
#include "support.h"

#include "server/cli.h"

enum { WORDS = 6 };

struct cli_case {
    const char *name;
    const char *argv[WORDS];
    bool is_ok;
    enum cli_command command;
    const char *flag, *value; /* the last flag; NULL: none */
    const char *says;         /* when it is refused */
};

static const struct cli_case cases[] = {
    {"nothing", {"sluice"}, true, CLI_SERVE, NULL, NULL, NULL},
    {"serve", {"sluice", "serve"}, true, CLI_SERVE, NULL, NULL, NULL},
    {"check", {"sluice", "check"}, true, CLI_CHECK, NULL, NULL, NULL},
    {"flag",
     {"sluice", "--threads", "2"},
     true,
     CLI_SERVE,
     "threads",
     "2",
     NULL},
    {"flag before command",
     {"sluice", "--threads=2", "check"},
     true,
     CLI_CHECK,
     "threads",
     "2",
     NULL},
    {"equals sign in value",
     {"sluice", "--store=a=b"},
     true,
     CLI_SERVE,
     "store",
     "a=b",
     NULL},
    {"empty value", {"sluice", "--store="}, true, CLI_SERVE, "store", "", NULL},
    {"switch",
     {"sluice", "--insecure-open"},
     true,
     CLI_SERVE,
     "insecure-open",
     "true",
     NULL},
    {"switch off",
     {"sluice", "--insecure-open=false"},
     true,
     CLI_SERVE,
     "insecure-open",
     "false",
     NULL},
    {"help", {"sluice", "check", "-h"}, true, CLI_HELP, NULL, NULL, NULL},
    {"version", {"sluice", "--version"}, true, CLI_VERSION, NULL, NULL, NULL},
    {"typo",
     {"sluice", "--lisen", "x"},
     false,
     CLI_SERVE,
     NULL,
     NULL,
     "unknown flag --lisen; did you mean --listen?"},
    {"unknown",
     {"sluice", "--colour"},
     false,
     CLI_SERVE,
     NULL,
     NULL,
     "unknown flag --colour; sluice --help lists them"},
    {"no value",
     {"sluice", "--threads"},
     false,
     CLI_SERVE,
     NULL,
     NULL,
     "--threads needs a value"},
    {"value for help",
     {"sluice", "--help=x"},
     false,
     CLI_SERVE,
     NULL,
     NULL,
     "--help takes no value"},
    {"unknown command",
     {"sluice", "run"},
     false,
     CLI_SERVE,
     NULL,
     NULL,
     "unknown command run; there are serve and check"},
    {"two commands",
     {"sluice", "check", "check"},
     false,
     CLI_SERVE,
     NULL,
     NULL,
     "unexpected argument check; there are serve and check"},
    {"one dash",
     {"sluice", "-x"},
     false,
     CLI_SERVE,
     NULL,
     NULL,
     "unknown command -x; there are serve and check"},
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
        assert_int_equal(c.command, row->command);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_case),
        cmocka_unit_test(listen_repeats_and_config_is_apart),
    };

    return test_run("cli", tests, SL_LEN(tests));
}
