/* SPDX-License-Identifier: MIT */
/* Multipart surfaces: the model's part is found and changed, all else streams
 * through as it came. */
#include <stdio.h>

#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk",
    "OPENAI_API_KEY=k0,k1",
    "OPENAI_BASE_URL=http://127.0.0.1:9/v1",
    "GEMINI_API_KEY=g0",
    NULL,
};

static int setup(void **state)
{
    (void)state;
    return host_setup(
        &h, &mem, STR("{\"limits\": {\"replay\": 400, \"body\": 3000}}"), env);
}

static int teardown(void **state)
{
    (void)state;
    return host_teardown(&h);
}

#define TYPE "content-type: multipart/form-data; boundary=XX\r\n"
#define LINE "POST /v1/audio/transcriptions"
#define PART(name) \
    "--XX\r\nContent-Disposition: form-data; name=\"" name "\"\r\n"
#define LANGUAGE PART("language") "\r\nen\r\n"
#define FILE_PART                                         \
    "--XX\r\ncontent-disposition: form-data; name=file; " \
    "filename=\"a.wav\"\r\n"                              \
    "content-type: audio/wav\r\n\r\nRIFF\r\n--X\r\n\0-\xff-model\r\n"
#define MODEL(m) PART("model") "\r\n" m "\r\n"
#define END "--XX--\r\n"

static const struct {
    const char *name;
    struct str in, want;
} forms[] = {
    {"model first", STR_INIT(MODEL("openai/whisper-1") FILE_PART END),
     STR_INIT(MODEL("whisper-1") FILE_PART END)},
    {"model last", STR_INIT(FILE_PART LANGUAGE MODEL("openai/w") END),
     STR_INIT(FILE_PART LANGUAGE MODEL("w") END)},
    {"model between", STR_INIT(LANGUAGE MODEL("openai/a/b") FILE_PART END),
     STR_INIT(LANGUAGE MODEL("a/b") FILE_PART END)},
    {"a preamble and an end without line",
     STR_INIT("hello\r\n" MODEL("openai/w") LANGUAGE "--XX--"),
     STR_INIT("hello\r\n" MODEL("w") LANGUAGE "--XX--")},
    {"more fields of the part",
     STR_INIT(PART("model") "content-type: text/plain\r\n\r\nopenai/w\r\n" END),
     STR_INIT(PART("model") "content-type: text/plain\r\n\r\nw\r\n" END)},
};

/* The same bytes go up however the form arrives, and their length is told. */
static void cut_everywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(forms); i++) {
        char length[64];

        snprintf(length, sizeof length, "content-length: %zu\r\n",
                 forms[i].want.n);
        for (size_t n = 1; n <= forms[i].in.n; n++) {
            assert_true(host_ask_cut(&h, LINE, TYPE, forms[i].in, n));
            check_int(h.n_calls, 1);
            check_str_case(forms[i].name, host_call_body(&h, 0), forms[i].want);
            assert_true(h.calls[0].ended);
            check_has(h.calls[0].head, length);
            check_has(h.calls[0].head,
                      "POST /v1/audio/transcriptions HTTP/1.1\r\n");
            check_has(h.calls[0].head, TYPE);
            check_has(h.calls[0].head, "accept-encoding: identity\r\n");
        }
    }
}

static void chunked(void **state)
{
    (void)state;
    assert_true(host_head(&h,
                          LINE " HTTP/1.1\r\nhost: x\r\nsluice-key: pk\r\n"
                               "transfer-encoding: chunked\r\n" TYPE "\r\n"));
    host_body_piece(&h, STR(MODEL("openai/w") LANGUAGE "--XX"), false);
    check_int(h.n_calls, 1);
    assert_true(host_call_has(&h, 0, "transfer-encoding: chunked\r\n"));
    check_str(host_call_body(&h, 0), STR(MODEL("w") LANGUAGE "--XX"));
    host_body_piece(&h, STR("--"), false);
    check_str(host_call_body(&h, 0), STR(MODEL("w") LANGUAGE "--XX--"));
    assert_false(h.calls[0].ended);
    host_body_piece(&h, STR(""), true);
    assert_true(h.calls[0].ended);
}

static void every_endpoint(void **state)
{
    static const char *const paths[] = {"/audio/transcriptions",
                                        "/audio/translations", "/images/edits",
                                        "/images/variations"};

    (void)state;
    for (size_t i = 0; i < SL_LEN(paths); i++) {
        char line[64];
        char want[64];

        snprintf(line, sizeof line, "POST /v1%s", paths[i]);
        snprintf(want, sizeof want, "POST /v1%s HTTP/1.1\r\n", paths[i]);
        assert_true(host_ask(&h, line, TYPE, forms[0].in));
        check_has(h.calls[0].head, want);
        snprintf(line, sizeof line, "POST %s", paths[i]);
        assert_true(host_ask(&h, line, TYPE, forms[0].in));
        check_has(h.calls[0].head, want);
        snprintf(want, sizeof want, "POST /v1beta/openai%s HTTP/1.1\r\n",
                 paths[i]);
        assert_true(
            host_ask(&h, line, TYPE, STR(MODEL("gemini/w") LANGUAGE END)));
        check_has(h.calls[0].head, want);
    }
}

/* Image edits may come as JSON. */
static void json_instead(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "POST /v1/images/edits",
                         "content-type: application/json; charset=utf-8\r\n",
                         STR("{\"model\":\"openai/i\",\"image\":\"x\"}")));
    check_int(h.n_calls, 1);
    check_has(h.calls[0].head, "POST /v1/images/edits HTTP/1.1\r\n");
    check_str(host_call_body(&h, 0), STR("{\"model\":\"i\",\"image\":\"x\"}"));
    assert_true(host_ask(&h, "POST /v1/images/edits",
                         "content-type: application/json\r\n", STR("{}")));
    check_int(h.status, 400);
}

/* ---- refused ---- */

static const struct {
    const char *name, *fields, *body;
    int status;
    const char *what;
} bad[] = {
    {"no type", "", MODEL("openai/w") END, 400, "multipart/form-data"},
    {"another type", "content-type: text/plain\r\n", "x", 400,
     "multipart/form-data"},
    {"no boundary", "content-type: multipart/form-data\r\n",
     MODEL("openai/w") END, 400, "with its boundary"},
    {"encoded", TYPE "content-encoding: gzip\r\n", MODEL("openai/w") END, 415,
     "content-encoding"},
    {"empty", TYPE, "", 400, "ends too early"},
    {"no model", TYPE, LANGUAGE FILE_PART END, 400, "ends too early"},
    {"no model, closed", TYPE, LANGUAGE END, 400, "no `model` part"},
    {"empty model", TYPE, MODEL("") END, 400, "no `model` part"},
    {"cut in the model", TYPE, PART("model") "\r\nopenai/w", 400,
     "ends too early"},
    {"cut after the first part", TYPE, LANGUAGE, 400, "ends too early"},
    {"another boundary", TYPE, "--YY\r\n", 400, "ends too early"},
    {"malformed part", TYPE, "--XX\r\nno colon\r\n\r\nx\r\n" END, 400,
     "malformed"},
    {"unknown provider", TYPE, MODEL("groq/w") END, 404, "GROQ_API_KEY"},
};

static void refuse(size_t i, size_t n)
{
    assert_true(host_ask_cut(&h, LINE, bad[i].fields, str_of(bad[i].body), n));
    if (h.status != bad[i].status)
        fail_msg("%s: %d", bad[i].name, h.status);
    check_has(host_body(&h), bad[i].what);
    check_int(h.n_calls, 0);
    assert_true(h.done);
}

static void bad_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(bad); i++) {
        for (size_t n = 1; n <= str_of(bad[i].body).n + 1; n++)
            refuse(i, n);
    }
}

static void held_up_to_the_limit(void **state)
{
    static char text[4096];
    struct str filler = {text, 3000 - sizeof(PART("x") "\r\n") + 1};

    (void)state;
    memset(text, 'x', sizeof text);
    assert_true(host_head(&h,
                          LINE " HTTP/1.1\r\nhost: x\r\nsluice-key: pk\r\n"
                               "transfer-encoding: chunked\r\n" TYPE "\r\n"));
    host_body_piece(&h, STR(PART("x") "\r\n"), false);
    host_body_piece(&h, filler, false);
    check_int(h.status, 0);
    host_body_piece(&h, STR("x"), false);
    check_int(h.status, 413);
}

/* ---- attempts ---- */

static void sent_again_while_whole(void **state)
{
    (void)state;
    assert_true(host_ask(&h, LINE, TYPE, forms[1].in));
    assert_true(host_call_has(&h, 0, "Bearer k0\r\n"));
    host_answer(&h, 0, "HTTP/1.1 503 X\r\n\r\n");
    check_int(h.n_calls, 2);
    assert_true(host_call_has(&h, 1, "Bearer k1\r\n"));
    check_str(host_call_body(&h, 1), forms[1].want);
    assert_true(h.calls[1].ended);
    host_answer(&h, 1, "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n");
    host_data(&h, 1, STR("spoken words"), true);
    check_int(h.status, 200);
    check_str(host_body(&h), STR("spoken words"));
    check_str(host_field(&h, "content-type"), STR("text/plain"));
    check_str(host_field(&h, "sluice-model"), STR("w"));
    check_str(host_field(&h, "sluice-attempts"), STR("2"));
}

static void sent_again_in_the_middle(void **state)
{
    struct str in = forms[0].in;

    (void)state;
    assert_true(host_head(&h,
                          LINE " HTTP/1.1\r\nhost: x\r\nsluice-key: pk\r\n"
                               "transfer-encoding: chunked\r\n" TYPE "\r\n"));
    host_body_piece(&h, str_first(in, 100), false);
    check_int(h.n_calls, 1);
    host_fail(&h, 0, SL_UP_REFUSED);
    check_int(h.n_calls, 2);
    host_body_piece(&h, str_skip(in, 100), true);
    check_str(host_call_body(&h, 1), forms[0].want);
}

/* What comes while the next key is picked is not sent to who has refused, and
 * not forgotten. */
static void kept_while_a_key_is_picked(void **state)
{
    static char text[500];
    struct str rest = {text, sizeof text};
    struct str sent;

    (void)state;
    memset(text, 'x', sizeof text);
    assert_true(host_head(&h,
                          LINE " HTTP/1.1\r\nhost: x\r\nsluice-key: pk\r\n"
                               "transfer-encoding: chunked\r\n" TYPE "\r\n"));
    host_body_piece(&h, forms[0].in, false);
    h.waits = true;
    host_answer(&h, 0, "HTTP/1.1 503 X\r\n\r\n");
    host_body_piece(&h, rest, true);
    host_picked(&h, SL_OK, 1);
    h.waits = false;
    check_int(h.n_calls, 2);
    sent = host_call_body(&h, 1);
    check_int(sent.n, forms[0].want.n + rest.n);
    assert_true(str_starts(sent, forms[0].want));
    assert_true(str_ends(sent, rest));
    assert_true(h.calls[1].ended);
}

static void not_sent_again_over_the_limit(void **state)
{
    static char text[500];

    (void)state;
    memset(text, 'x', sizeof text);
    assert_true(host_head(&h,
                          LINE " HTTP/1.1\r\nhost: x\r\nsluice-key: pk\r\n"
                               "transfer-encoding: chunked\r\n" TYPE "\r\n"));
    host_body_piece(&h, forms[0].in, false);
    host_body_piece(&h, (struct str){text, sizeof text}, false);
    host_answer(&h, 0, "HTTP/1.1 503 X\r\n\r\n");
    host_data(&h, 0, STR("{\"error\":{\"message\":\"busy\"}}"), true);
    check_int(h.n_calls, 1);
    check_int(h.status, 503);
    check_str(host_body(&h), STR("{\"error\":{\"message\":\"busy\"}}"));
}

/* The lists are asked while the form goes on coming. */
static void bare_model_name(void **state)
{
    struct str in = STR(MODEL("whisper-9") FILE_PART END);

    (void)state;
    host_release(&h);
    assert_true(host_init(
        &h, &mem, STR("{}"),
        (const char *const[]){"PROXY_API_KEY=pk", "OPENAI_API_KEY=k0", NULL}));
    assert_true(host_ask_cut(&h, LINE, TYPE, in, 11));
    check_int(h.n_calls, 1);
    check_has(h.calls[0].head, "GET /v1/models HTTP/1.1\r\n");
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\n\r\n");
    host_data(&h, 0, STR("{\"data\":[{\"id\":\"whisper-9\"}]}"), true);
    check_int(h.n_calls, 2);
    check_str(host_call_body(&h, 1), in);
    assert_true(h.calls[1].ended);
}

/* The built-in provider hears nothing. */
static void builtin_provider(void **state)
{
    (void)state;
    assert_true(
        host_ask(&h, LINE, TYPE, STR(MODEL("sluice/echo") FILE_PART END)));
    check_int(h.n_calls, 0);
    check_int(h.status, 404);
    check_has(host_body(&h), "chat, completions and embeddings only");
}

static void client_leaves(void **state)
{
    (void)state;
    assert_true(host_head(&h,
                          LINE " HTTP/1.1\r\nhost: x\r\nsluice-key: pk\r\n"
                               "transfer-encoding: chunked\r\n" TYPE "\r\n"));
    host_body_piece(&h, STR(PART("x")), false);
    host_gone(&h);
    assert_true(h.done);
    assert_true(host_ask(&h, LINE, TYPE, forms[0].in));
    host_gone(&h);
    assert_true(h.calls[0].cancelled);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(cut_everywhere),
        T(chunked),
        T(every_endpoint),
        T(json_instead),
        T(bad_forms),
        T(held_up_to_the_limit),
        T(sent_again_while_whole),
        T(sent_again_in_the_middle),
        T(kept_while_a_key_is_picked),
        T(not_sent_again_over_the_limit),
        T(bare_model_name),
        T(builtin_provider),
        T(client_leaves),
    };

    return test_run("forms", tests, SL_LEN(tests));
}
