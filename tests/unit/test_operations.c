/* SPDX-License-Identifier: MIT */
/* What operators and browsers ask. */
#include <stdio.h>

#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {"PROXY_API_KEY=pk", NULL};

static int setup(void **state)
{
    (void)state;
    return host_setup(&h, &mem, STR("{}"), env);
}

static int teardown(void **state)
{
    (void)state;
    return host_teardown(&h);
}

static void get(const char *path)
{
    char head[256];

    snprintf(head, sizeof head, "GET %s HTTP/1.1\r\nhost: x\r\n\r\n", path);
    assert_true(host_request(&h, head, STR("")));
}

static void ping(void **state)
{
    (void)state;
    get("/ping");
    check_int(h.status, 200);
    check_str(host_body(&h), STR("Pong"));
    check_int(h.length, 4);
    check_str(host_field(&h, "content-type"), STR("text/plain; charset=utf-8"));
    assert_true(h.done);
    assert_false(h.aborted);
    assert_false(h.closed);
}

static void health(void **state)
{
    (void)state;
    get("/healthz");
    check_int(h.status, 200);
    check_str(host_body(&h), STR("{\"status\":\"ok\"}\n"));
}

static void readiness(void **state)
{
    (void)state;
    get("/readyz");
    check_int(h.status, 200);
    h.ready = false;
    get("/readyz");
    check_int(h.status, 503);
    check_has(host_body(&h), "shutting down");
    check_str(host_field(&h, "retry-after"), STR("1"));
}

static void metrics(void **state)
{
    (void)state;
    get("/metrics");
    check_int(h.status, 401);
    assert_true(host_ask(&h, "GET /metrics", "", STR("")));
    check_int(h.status, 200);
    check_str(host_body(&h), STR("metrics"));
    check_str(host_field(&h, "content-type"),
              STR("text/plain; version=0.0.4; charset=utf-8"));
    h.waits = true;
    assert_true(host_ask(&h, "GET /metrics", "", STR("")));
    check_str(h.asked, LOAD_METRICS);
    check_int(h.status, 0);
    host_feed(&h, (struct event){.kind = EVENT_LOADED, .rc = SL_BUSY});
    check_int(h.status, 503);
}

/* ---- CORS ---- */

#define ORIGIN "origin: http://app.example\r\n"
#define METHOD "access-control-request-method: PUT\r\n"
#define HEADERS "access-control-request-headers: x-a, authorization\r\n"

static const struct {
    const char *name, *fields;
    bool is_preflight;
} preflights[] = {
    {"whole", ORIGIN METHOD HEADERS, true},
    {"no origin", METHOD HEADERS, false},
    {"no method", ORIGIN HEADERS, false},
    {"no headers", ORIGIN METHOD, false},
    {"nothing", "", false},
};

static void options(size_t i, const char *target)
{
    char head[512];

    snprintf(head, sizeof head, "OPTIONS %s HTTP/1.1\r\nhost: x\r\n%s\r\n",
             target, preflights[i].fields);
    assert_true(host_request(&h, head, STR("")));
}

static void preflight(void **state)
{
    static const char *const targets[] = {"/v1/chat/completions", "/nowhere",
                                          "/openai/x", "*"};

    (void)state;
    for (size_t i = 0; i < SL_LEN(preflights); i++) {
        bool whole = preflights[i].is_preflight;

        for (size_t t = 0; t < SL_LEN(targets); t++) {
            options(i, targets[t]);
            check_int(h.status, 200);
            check_int(h.length, 0);
            check_str(host_body(&h), STR(""));
            check_str(host_field(&h, "access-control-allow-origin"), STR("*"));
            check_str(host_field(&h, "access-control-allow-methods"),
                      whole ? STR("GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS")
                            : STR(""));
            check_str(host_field(&h, "access-control-allow-headers"),
                      whole ? STR("x-a, authorization") : STR(""));
            check_str(host_field(&h, "access-control-max-age"),
                      whole ? STR("86400") : STR(""));
            check_str(host_field(&h, "allow"),
                      whole ? STR("")
                            : STR("GET, HEAD, POST, PUT, PATCH, DELETE, "
                                  "OPTIONS"));
            check_int(h.n_calls, 0);
            assert_true(h.done);
        }
    }
}

/* A page reads answers of every kind, errors too. */
static void answers_can_be_read_by_pages(void **state)
{
    static const char *const lines[] = {"GET /ping", "GET /nothing",
                                        "POST /v1/models", "GET /status",
                                        "POST /v1/chat/completions"};

    (void)state;
    for (size_t i = 0; i < SL_LEN(lines); i++) {
        assert_true(host_ask(&h, lines[i], ORIGIN, STR("")));
        assert_true(h.done);
        check_str(host_field(&h, "access-control-allow-origin"), STR("*"));
        check_str(host_field(&h, "access-control-expose-headers"), STR("*"));
    }
    get("/status");
    check_int(h.status, 401);
    check_str(host_field(&h, "access-control-allow-origin"), STR("*"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(ping),    T(health),    T(readiness),
        T(metrics), T(preflight), T(answers_can_be_read_by_pages),
    };

    return test_run("operations", tests, SL_LEN(tests));
}
