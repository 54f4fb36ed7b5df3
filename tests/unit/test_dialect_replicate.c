/* SPDX-License-Identifier: MIT */
#include "dialects.h"

#define OPENAI &dialect_openai_chat
#define REPLICATE &dialect_replicate

static const struct request_case writes[] = {
    {"one message is the prompt as it is", OPENAI, REPLICATE, "o/m",
     "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":"
     "\"user\",\"content\":\"q\"},{\"role\":\"system\",\"content\":\"t\"}],"
     "\"max_tokens\":5,\"temperature\":0,\"top_p\":1,\"top_k\":2,\"min_p\":1,"
     "\"seed\":1,\"presence_penalty\":1,\"frequency_penalty\":2,\"stop\":["
     "\"a\",\"b,c\",\"d\"],\"logit_bias\":{},\"n\":2,\"tools\":[{\"type\":"
     "\"function\",\"function\":{\"name\":\"f\"}}],\"response_format\":{"
     "\"type\":\"json_object\"},\"reasoning_effort\":\"high\",\"stream\":true}",
     "{\"input\":{\"prompt\":\"q\",\"system_prompt\":\"s\\n\\nt\","
     "\"max_tokens\":5,\"temperature\":0,\"top_p\":1,\"top_k\":2,\"seed\":1,"
     "\"presence_penalty\":1,\"frequency_penalty\":2,\"stop_sequences\":"
     "\"a,d\"},\"stream\":true}",
     "stop;approximated, logit_bias;dropped, tools;dropped, min_p;dropped, "
     "response_format;dropped, reasoning_effort;dropped, n;dropped"},
    {"a conversation is flattened", OPENAI, REPLICATE, "o/m",
     "{\"messages\":[{\"role\":\"user\",\"name\":\"b\",\"content\":\"a\"},{"
     "\"role\":\"assistant\",\"content\":\"b\",\"reasoning_content\":\"r\","
     "\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{"
     "\"name\":\"f\",\"arguments\":\"{\\\"x\\\":1}\"}},{\"id\":\"d\",\"type\":"
     "\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"\"}}]},{"
     "\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"F\"},{\"role\":"
     "\"tool\",\"tool_call_id\":\"z\",\"content\":\"Z\"},{\"role\":\"user\","
     "\"content\":\"e\"}]}",
     "{\"input\":{\"prompt\":\"User: a\\n\\nAssistant: b\\n\\nAssistant called "
     "f: {\\\"x\\\":1}\\n\\nAssistant called g: {}\\n\\nf returned: F\\n\\nA "
     "tool returned: Z\\n\\nUser: e\\n\\nAssistant:\"}}",
     "messages.tool_calls;approximated, messages.name;dropped, "
     "messages.reasoning;dropped"},
    {"the assistant has begun", OPENAI, REPLICATE, "o/m",
     "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":"
     "\"assistant\",\"content\":\"b\"}]}",
     "{\"input\":{\"prompt\":\"User: a\\n\\nAssistant: b\"}}", NULL},
    {"one image", OPENAI, REPLICATE, "o/m",
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
     "\"text\":\"a\"},{\"type\":\"image_url\",\"image_url\":{\"url\":"
     "\"data:image/png;base64,QQ\"}},{\"type\":\"image_url\",\"image_url\":{"
     "\"url\":\"https://h/i\"}}]}]}",
     "{\"input\":{\"prompt\":\"a\",\"image\":\"data:image/png;base64,QQ\"}}",
     "messages.image;dropped"},
    {"audio", OPENAI, REPLICATE, "o/m",
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\","
     "\"input_audio\":{\"data\":\"QQ\",\"format\":\"wav\"}}]}]}",
     "400 messages.audio: the provider of this model does not take it in this "
     "form",
     NULL},
    {"a file", OPENAI, REPLICATE, "o/m",
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\","
     "\"file\":{\"file_id\":\"f\"}}]}]}",
     "400 messages.document: the provider of this model does not take it in "
     "this form",
     NULL},
};

static const struct decode_case decodes[] = {
    {"a stream", REPLICATE, false,
     "@output Hel\n@logs x\n@output lo\\\\nyou\n@output \n@done {}",
     "start\ntext text=Hel\ntext text=lo\nyou\nfinish why=stop\nend\n"},
    {"canceled", REPLICATE, false, "@output a\n@done {\"reason\":\"canceled\"}",
     "start\ntext text=a\nerror status=502 message=the prediction came to "
     "nothing\n"},
    {"an error as a text", REPLICATE, false, "@error out of memory",
     "error status=502 message=out of memory\n"},
    {"as JSON's text", REPLICATE, false, "@error \"broken\"",
     "error status=502 message=broken\n"},
    {"as an object", REPLICATE, false, "@error {\"detail\":\"gone\"}",
     "error status=502 message=gone\n"},
    {"as an object that says nothing", REPLICATE, false, "@error {}",
     "error status=502 message={}\n"},
    {"a prediction in pieces", REPLICATE, true,
     "{\"id\":\"p\",\"model\":\"o/m\",\"status\":\"succeeded\",\"created_at\":"
     "\"2023-11-14T22:13:20.123Z\",\"output\":[\"a\",\"\",\"b\"],\"error\":"
     "null,\"metrics\":{\"predict_time\":1.5,\"input_token_count\":3,"
     "\"output_token_count\":4}}",
     "start id=p model=o/m created=1700000000\ntext text=a\ntext text=b\n"
     "usage in=3 out=4\nfinish why=stop\nend\n"},
    {"a text", REPLICATE, true, "{\"status\":\"succeeded\",\"output\":\"a\"}",
     "start\ntext text=a\nfinish why=stop\nend\n"},
    {"an object", REPLICATE, true,
     "{\"status\":\"succeeded\",\"output\":{\"a\":1}}",
     "start\ntext text={\"a\":1}\nfinish why=stop\nend\n"},
    {"failed", REPLICATE, true, "{\"status\":\"failed\",\"error\":\"boom\"}",
     "error status=502 message=boom\n"},
    {"canceled before", REPLICATE, true,
     "{\"status\":\"canceled\",\"error\":null}",
     "error status=502 message=the prediction came to nothing\n"},
    {"not there yet", REPLICATE, true, "{\"status\":\"processing\"}",
     "garbage\n"},
    {"no JSON", REPLICATE, true, "<", "garbage\n"},
};

static const struct answer_case answers[] = {
    {"a stream to Ollama", REPLICATE, &dialect_ollama_generate, true,
     "@output a\n@done {}",
     "{\"model\":\"m\",\"created_at\":\"2023-11-14T22:13:20Z\",\"response\":"
     "\"a\",\"done\":false}\n"
     "{\"model\":\"m\",\"created_at\":\"2023-11-14T22:13:20Z\",\"response\":"
     "\"\",\"done\":true,\"done_reason\":\"stop\",\"total_duration\":0,"
     "\"load_duration\":0,\"prompt_eval_count\":0,\"prompt_eval_duration\":0,"
     "\"eval_count\":0,\"eval_duration\":0}\n",
     NULL},
};

/* ---- following ---- */

static const struct follow_case {
    const char *name, *body;
    bool wants_stream;
    unsigned followed;
    enum sl_rc rc;
    const char *url; /* "": none */
    int64_t delay_ms;
} follows[] = {
    {"it is done", "{\"status\":\"succeeded\",\"output\":\"a\"}", true, 0,
     SL_OK, "", 0},
    {"it failed", "{\"status\":\"failed\"}", false, 0, SL_OK, "", 0},
    {"ask again",
     "{\"status\":\"starting\",\"urls\":{\"get\":"
     "\"https://api.replicate.com/v1/predictions/p\",\"stream\":"
     "\"https://stream.replicate.com/p\"}}",
     false, 0, SL_OK, "https://api.replicate.com/v1/predictions/p", 250},
    {"and again, later",
     "{\"status\":\"processing\",\"urls\":{\"get\":"
     "\"https://api.replicate.com/p\"}}",
     false, 2, SL_OK, "https://api.replicate.com/p", 1000},
    {"but not too late",
     "{\"status\":\"processing\",\"urls\":{\"get\":"
     "\"https://API.replicate.com/p\"}}",
     false, 4000000000, SL_OK, "https://API.replicate.com/p", 2000},
    {"its stream",
     "{\"status\":\"starting\",\"urls\":{\"get\":"
     "\"https://api.replicate.com/p\",\"stream\":"
     "\"https://stream.replicate.com/p\"}}",
     true, 0, SL_OK, "https://stream.replicate.com/p", 0},
    {"a stream that was none is asked for later",
     "{\"status\":\"starting\",\"urls\":{\"stream\":"
     "\"https://stream.replicate.com/p\"}}",
     true, 3, SL_OK, "https://stream.replicate.com/p", 2000},
    {"a model that has no stream is asked again",
     "{\"status\":\"starting\",\"urls\":{\"get\":"
     "\"https://api.replicate.com/p\"}}",
     true, 1, SL_OK, "https://api.replicate.com/p", 500},
    {"a foreign host",
     "{\"status\":\"starting\",\"urls\":{\"get\":\"https://evil.example/p\"}}",
     false, 0, SL_UP_GARBAGE, "", 0},
    {"a host that only ends alike",
     "{\"status\":\"starting\",\"urls\":{\"get\":"
     "\"https://evilapi.replicate.com/p\"}}",
     false, 0, SL_UP_GARBAGE, "", 0},
    {"a listed host without TLS",
     "{\"status\":\"starting\",\"urls\":{\"stream\":"
     "\"http://stream.replicate.com/p\"}}",
     true, 0, SL_UP_GARBAGE, "", 0},
    {"a listed host at another port",
     "{\"status\":\"starting\",\"urls\":{\"stream\":"
     "\"https://stream.replicate.com:8443/p\"}}",
     true, 0, SL_UP_GARBAGE, "", 0},
    {"a name before an @",
     "{\"status\":\"starting\",\"urls\":{\"get\":"
     "\"https://api.replicate.com@evil.example/p\"}}",
     false, 0, SL_UP_GARBAGE, "", 0},
    {"no address", "{\"status\":\"starting\"}", false, 0, SL_UP_GARBAGE, "", 0},
    {"no JSON is no promise", "<html>", false, 0, SL_OK, "", 0},
};

static bool give_follow(void *ctx, struct test_mem *m)
{
    static const struct str hosts[] = {STR_INIT("stream.replicate.com")};
    const struct follow_case *c = ctx;
    struct chat_follow next = {0};
    struct arena a;
    struct chat_promise p = {.arena = &a,
                             .body = str_of(c->body),
                             .wants_stream = c->wants_stream,
                             .followed = c->followed,
                             .hosts = hosts,
                             .n_hosts = SL_LEN(hosts)};
    enum sl_rc rc;

    assert_int_equal(
        url_parse(STR("https://api.replicate.com/v1"), &p.base, NULL), SL_OK);
    arena_init(&a, &m->mem, 64, 65536);
    rc = dialect_replicate.follow(&p, &next);
    if (rc != SL_NOMEM) {
        assert_int_equal(rc, c->rc);
        check_str_case(c->name, next.url, str_of(c->url));
        assert_int_equal(next.delay_ms, c->delay_ms);
        assert_int_equal(next.is_stream,
                         c->wants_stream && strstr(c->url, "stream") != NULL);
    }
    arena_release(&a);
    return rc != SL_NOMEM;
}

static void promises_are_followed(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(follows); i++) {
        struct follow_case c = follows[i];

        test_each_allocation(give_follow, &c);
    }
}

/* The same origin is enough without TLS, as of a provider on loopback. */
static void the_own_origin_is_trusted(void **state)
{
    struct chat_promise p = {0};

    (void)state;
    assert_int_equal(url_parse(STR("http://127.0.0.1:9/v1"), &p.base, NULL),
                     SL_OK);
    assert_true(promise_may_go(&p, STR("http://127.0.0.1:9/x")));
    assert_false(promise_may_go(&p, STR("http://127.0.0.1:8/x")));
    assert_false(promise_may_go(&p, STR("https://127.0.0.1:9/x")));
    assert_false(promise_may_go(&p, STR("ftp://127.0.0.1:9/x")));
}

static void requests_are_written(void **state)
{
    (void)state;
    check_requests(writes, SL_LEN(writes));
}

static void answers_are_read(void **state)
{
    (void)state;
    check_decodes(decodes, SL_LEN(decodes));
}

static void answers_are_written(void **state)
{
    (void)state;
    check_answers(answers, SL_LEN(answers));
}

static void errors_are_read(void **state)
{
    struct chat_error e = {.status = 402};
    struct test_mem m;
    struct arena a;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 256, 65536);
    dialect_replicate.read_error(
        STR("{\"title\":\"Payment\",\"detail\":\"no credit\",\"status\":402}"),
        &a, &e);
    check_str(e.message, STR("no credit"));
    assert_int_equal(e.status, 402);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_written),
        cmocka_unit_test(answers_are_read),
        cmocka_unit_test(answers_are_written),
        cmocka_unit_test(promises_are_followed),
        cmocka_unit_test(the_own_origin_is_trusted),
        cmocka_unit_test(errors_are_read),
    };

    return test_run("dialect_replicate", tests, SL_LEN(tests));
}
