/* SPDX-License-Identifier: MIT */
/* Images and speech over providers that have a form of their own. */
#include <stdio.h>

#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk",
    "OPENAI_API_KEY=o0",
    "ANTHROPIC_API_KEY=a0",
    "GEMINI_API_KEY=g0,g1",
    "CLOUDFLARE_API_KEY=w0",
    "CLOUDFLARE_ACCOUNT_ID=acc",
    "GOOGLE_VERTEX_API_KEY=v0",
    "AWS_BEARER_TOKEN_BEDROCK=b0",
    NULL,
};

static const char config[] =
    "{\"models\":{\"two\":[\"workers-ai/@cf/flux\",\"openai/m\"],"
    "\"some\":[\"vertex/imagen-4\",\"bedrock/m\",\"vertex/gemini-image\"]}}";

static int setup(void **state)
{
    (void)state;
    return host_setup(&h, &mem, str_of(config), env);
}

static int teardown(void **state)
{
    (void)state;
    return host_teardown(&h);
}

#define IMAGES "POST /v1/images/generations"
#define SPEECH "POST /v1/audio/speech"
#define JSON "application/json"
#define GOOGLE "POST /v1beta/models/"
#define VERTEX "POST /v1/publishers/google/models/"
#define ASKED(text, mode)                                            \
    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"" text \
    "\"}]}],\"generationConfig\":{\"responseModalities\":[" mode "]}}"
#define PART(type, data)                                                    \
    "{\"candidates\":[{\"content\":{\"parts\":[{\"inlineData\":{"           \
    "\"mimeType\":\"" type "\",\"data\":\"" data "\"}}]},\"finishReason\":" \
    "\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":3,"                 \
    "\"candidatesTokenCount\":4}}"
#define TOKENS \
    ",\"usage\":{\"input_tokens\":3,\"output_tokens\":4,\"total_tokens\":7}"
#define PAINTED(member, type, more) \
    "\"data\":[{" member "}],\"output_format\":\"" type "\"" more "}"
#define PROMPT(model) "{\"model\":\"" model "\",\"prompt\":\"p\"}"

static const struct {
    const char *name, *line, *body; /* the client's */
    const char *call, *accept, *sent;
    const char *type, *answer; /* the provider's */
    const char *want_type, *has;
    const char *loss; /* NULL: none */
} rows[] = {
    {"a picture itself", IMAGES,
     "{\"model\":\"workers-ai/@cf/flux\",\"prompt\":\"p\",\"size\":\"512x768\","
     "\"quality\":\"high\",\"fallbacks\":[]}",
     "POST /client/v4/accounts/acc/ai/run/@cf/flux HTTP/1.1\r\n", "*/*",
     "{\"prompt\":\"p\",\"width\":512,\"height\":768}", "image/jpeg",
     "\xff\xd8", JSON, PAINTED("\"b64_json\":\"/9g=\"", "jpeg", ""),
     "quality;dropped"},
    {"a picture in an envelope", IMAGES,
     "{\"model\":\"workers-ai/@cf/flux\",\"prompt\":\"p\",\"response_format\":"
     "\"url\"}",
     "POST /client/v4/accounts/acc/ai/run/@cf/flux HTTP/1.1\r\n", "*/*",
     "{\"prompt\":\"p\"}", JSON,
     "{\"result\":{\"image\":\"iVBO\"},\"success\":true}", JSON,
     PAINTED("\"url\":\"data:image/png;base64,iVBO\"", "png", ""), NULL},
    {"Gemini paints", IMAGES, PROMPT("gemini/gemini-2.5-flash-image"),
     GOOGLE "gemini-2.5-flash-image:generateContent HTTP/1.1\r\n", "*/*",
     ASKED("p", "\"TEXT\",\"IMAGE\""), JSON, PART("image/png", "QQ=="), JSON,
     PAINTED("\"b64_json\":\"QQ==\"", "png", TOKENS), NULL},
    {"Vertex paints", IMAGES, PROMPT("vertex/gemini-image"),
     VERTEX "gemini-image:generateContent HTTP/1.1\r\n", "*/*",
     ASKED("p", "\"TEXT\",\"IMAGE\""), JSON, PART("image/png", "QQ=="), JSON,
     PAINTED("\"b64_json\":\"QQ==\"", "png", TOKENS), NULL},
    {"Imagen is OpenAI's there", IMAGES,
     "{\"model\":\"gemini/imagen-4\", \"prompt\":\"p\"}",
     "POST /v1beta/openai/images/generations HTTP/1.1\r\n", JSON,
     "{\"model\":\"imagen-4\", \"prompt\":\"p\"}", JSON, "{\"n\":1}", JSON,
     "{\"n\":1}", NULL},
    {"OpenAI paints unseen", IMAGES,
     "{\"model\":\"openai/m\", \"size\":\"odd\"}",
     "POST /v1/images/generations HTTP/1.1\r\n", JSON,
     "{\"model\":\"m\", \"size\":\"odd\"}", JSON, "{\"n\":1}", JSON,
     "{\"n\":1}", NULL},

    {"sound itself", SPEECH,
     "{\"model\":\"workers-ai/@cf/deepgram/aura-1\",\"input\":\"hi\",\"voice\":"
     "\"luna\"}",
     "POST /client/v4/accounts/acc/ai/run/@cf/deepgram/aura-1 HTTP/1.1\r\n",
     "*/*", "{\"text\":\"hi\",\"speaker\":\"luna\",\"encoding\":\"mp3\"}",
     "audio/mpeg", "abc", "audio/mpeg", "abc", NULL},
    {"sound in an envelope, another one", SPEECH,
     "{\"model\":\"workers-ai/@cf/myshell-ai/melotts\",\"input\":\"hi\","
     "\"voice\":\"alloy\"}",
     "POST /client/v4/accounts/acc/ai/run/@cf/myshell-ai/melotts HTTP", "*/*",
     "{\"prompt\":\"hi\"}", JSON,
     "{\"result\":{\"audio\":\"UklGRg==\"},\"success\":true}", "audio/wav",
     "RIFF", "voice;approximated, response_format;approximated"},
    {"Gemini speaks", SPEECH,
     "{\"model\":\"gemini/tts\",\"input\":\"hi\",\"response_format\":\"pcm\"}",
     GOOGLE "tts:generateContent HTTP/1.1\r\n", "*/*", ASKED("hi", "\"AUDIO\""),
     JSON, PART("audio/L16;rate=24000", "YWJj"), "audio/pcm", "abc", NULL},
    {"Vertex speaks", SPEECH,
     "{\"model\":\"vertex/gemini-tts\",\"input\":\"hi\",\"response_format\":"
     "\"wav\"}",
     VERTEX "gemini-tts:generateContent HTTP/1.1\r\n", "*/*",
     ASKED("hi", "\"AUDIO\""), JSON, PART("audio/L16;rate=24000", "YWJj"),
     "audio/wav", "abc", NULL},
    {"OpenAI speaks unseen", SPEECH, "{\"model\":\"openai/m\", \"input\":1}",
     "POST /v1/audio/speech HTTP/1.1\r\n", "*/*",
     "{\"model\":\"m\", \"input\":1}", "audio/x", "abc", "audio/x", "abc",
     NULL},
};

static void give(size_t call, const char *type, struct str answer)
{
    char head[128];

    (void)snprintf(head, sizeof(head),
                   "HTTP/1.1 200 OK\r\ncontent-type: %s\r\n\r\n", type);
    host_answer(&h, call, head);
    host_data_cut(&h, call, answer, 7, true);
}

static void made(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        char accept[64];

        print_message("%s\n", rows[i].name);
        (void)snprintf(accept, sizeof(accept), "\r\naccept: %s\r\n",
                       rows[i].accept);
        assert_true(host_ask(&h, rows[i].line, "", str_of(rows[i].body)));
        check_int(h.n_calls, 1);
        check_has(h.calls[0].head, rows[i].call);
        check_has(h.calls[0].head, accept);
        check_str(host_call_body(&h, 0), str_of(rows[i].sent));
        give(0, rows[i].type, str_of(rows[i].answer));
        check_has(host_body(&h), rows[i].has);
        check_int(h.status, 200);
        assert_true(h.done);
        check_str(host_field(&h, "content-type"), str_of(rows[i].want_type));
        check_str(host_field(&h, "sluice-loss"), str_of(rows[i].loss));
    }
}

static const struct {
    const char *name, *line, *fields, *body;
    const char *has;
} wrong[] = {
    {"no prompt", IMAGES, "", "{\"model\":\"gemini/gemini-image\"}",
     "\"param\":\"prompt\""},
    {"no input", SPEECH, "", "{\"model\":\"gemini/tts\"}",
     "\"param\":\"input\""},
    {"too many", IMAGES, "",
     "{\"model\":\"workers-ai/m\",\"prompt\":\"p\",\"n\":2}",
     "\"param\":\"n\""},
    {"in pieces", IMAGES, "",
     "{\"model\":\"workers-ai/m\",\"prompt\":\"p\",\"stream\":true}",
     "\"param\":\"stream\""},
    {"in events", SPEECH, "",
     "{\"model\":\"workers-ai/m\",\"input\":\"p\",\"stream_format\":\"sse\"}",
     "\"param\":\"stream_format\""},
    {"a size", IMAGES, "",
     "{\"model\":\"workers-ai/m\",\"prompt\":\"p\",\"size\":\"1x\"}",
     "\"param\":\"size\""},
    {"no JSON", SPEECH, "", "[", "not a JSON object"},
    {"nobody paints there", IMAGES, "", PROMPT("bedrock/m"),
     "\"code\":\"unsupported_provider\""},
    {"nobody paints with it", IMAGES, "", PROMPT("vertex/imagen-4"),
     "\"code\":\"unsupported_provider\""},
    {"dots in a path", IMAGES, "", PROMPT("workers-ai/@cf/../../x"),
     "may be dots"},
    {"dots in Google's", SPEECH, "",
     "{\"model\":\"gemini/..\",\"input\":\"p\"}", "may be dots"},
    {"what would be lost", SPEECH, "sluice-strict: true\r\n",
     "{\"model\":\"gemini/tts\",\"input\":\"p\",\"speed\":2}", "speed;dropped"},
};

static void refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(wrong); i++) {
        print_message("%s\n", wrong[i].name);
        assert_true(host_ask(&h, wrong[i].line, wrong[i].fields,
                             str_of(wrong[i].body)));
        check_int(h.n_calls, 0);
        check_has(host_body(&h), wrong[i].has);
        check_int(h.status, 400);
    }
}

/* Said before the first byte is. */
static void strict_refuses_another_sound(void **state)
{
    (void)state;
    assert_true(host_ask(&h, SPEECH, "sluice-strict: true\r\n",
                         STR("{\"model\":\"workers-ai/@cf/deepgram/aura\","
                             "\"input\":\"p\",\"response_format\":\"opus\"}")));
    give(0, "audio/mpeg", STR("abc"));
    check_int(h.status, 502);
    check_has(host_body(&h), "response_format;approximated");
}

static const struct {
    const char *name, *model, *head, *answer;
    int status;
    const char *has;
} failures[] = {
    {"Cloudflare's", "workers-ai/m", "HTTP/1.1 400 X",
     "{\"success\":false,\"errors\":[{\"code\":5007,\"message\":\"bad "
     "size\"}]}",
     400, "workers-ai: bad size"},
    {"Cloudflare's, told with 200", "workers-ai/m", "HTTP/1.1 200 OK",
     "{\"success\":false,\"errors\":[{\"code\":5007,\"message\":\"bad "
     "size\"}]}",
     400, "workers-ai: bad size"},
    {"Google's", "gemini/gemini-image", "HTTP/1.1 404 X",
     "{\"error\":{\"code\":404,\"message\":\"no\",\"status\":\"NOT_FOUND\"}}",
     404, "google-ai-studio: no\",\"type\":\"invalid_request_error\""},
    {"Google paints no such thing", "gemini/gemini-image", "HTTP/1.1 200 OK",
     "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}]},"
     "\"finishReason\":\"IMAGE_SAFETY\"}]}",
     400, "\"code\":\"content_policy_violation\""},
};

static void providers_errors_have_openais_shape(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(failures); i++) {
        char head[96];
        char body[128];

        print_message("%s\n", failures[i].name);
        (void)snprintf(head, sizeof(head),
                       "%s\r\ncontent-type: " JSON "\r\n\r\n",
                       failures[i].head);
        (void)snprintf(body, sizeof(body),
                       "{\"model\":\"%s\",\"prompt\":\"p\"}",
                       failures[i].model);
        assert_true(host_ask(&h, IMAGES, "", str_of(body)));
        host_answer(&h, 0, head);
        host_data(&h, 0, str_of(failures[i].answer), true);
        check_int(h.n_calls, 1);
        check_has(host_body(&h), failures[i].has);
        check_has(host_body(&h), "{\"error\":{\"message\":\"provider ");
        check_int(h.status, failures[i].status);
    }
}

static void the_next_key_then_the_next_target(void **state)
{
    (void)state;
    assert_true(host_ask(&h, IMAGES, "", STR(PROMPT("gemini/gemini-image"))));
    host_answer(&h, 0, "HTTP/1.1 429 X\r\n\r\n");
    check_int(h.n_calls, 2);
    give(1, JSON, STR(PART("image/png", "QQ==")));
    check_int(h.status, 200);
    check_int(h.record.usage.input_tokens, 3);
    check_int(h.record.usage.output_tokens, 4);

    assert_true(host_ask(&h, IMAGES, "", STR(PROMPT("two"))));
    give(0, "text/html", STR("<"));
    check_int(h.n_calls, 2);
    check_str(host_call_body(&h, 1), STR(PROMPT("m")));
    give(1, JSON, STR("{\"n\":1}"));
    check_str(host_body(&h), STR("{\"n\":1}"));
}

static void who_can_not_is_left_out(void **state)
{
    (void)state;
    assert_true(host_ask(&h, IMAGES, "", STR(PROMPT("some"))));
    check_has(h.calls[0].head, VERTEX "gemini-image:generateContent ");
    give(0, JSON, STR(PART("image/png", "QQ==")));
    check_str(host_field(&h, "sluice-plan"),
              STR("google-vertex-ai/gemini-image"));
}

static void garbage(void **state)
{
    static const char *const answers[] = {"x", "[]", "{\"candidates\":[]}"};

    (void)state;
    for (size_t i = 0; i < SL_LEN(answers); i++) {
        assert_true(host_ask(&h, SPEECH, "",
                             STR("{\"model\":\"gemini/e\",\"input\":\"a\"}")));
        give(0, JSON, str_of(answers[i]));
        give(1, JSON, str_of(answers[i]));
        check_int(h.status, 502);
        check_has(host_body(&h), "is not what this provider's format promises");
    }
}

/* Larger than all that an exchange may have for anything else. */
static void large_pictures(void **state)
{
    enum { BYTES = 9 * 1024 * 1024 };
    struct buf picture;

    (void)state;
    buf_init(&picture, &h.plain, BYTES + 1);
    for (size_t i = 0; i < BYTES; i++)
        buf_add_char(&picture, (char)(i & 0x7f));
    assert_true(host_ask(&h, IMAGES, "", STR(PROMPT("workers-ai/m"))));
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\ncontent-type: image/png\r\n\r\n");
    host_data(&h, 0, buf_str(&picture), true);
    check_int(h.status, 200);
    assert_true(h.length > BYTES / 3 * 4);
    buf_release(&picture);
}

struct scene {
    const char *line, *body, *type, *answer;
};

static bool without_memory(void *ctx, struct test_mem *m)
{
    static struct host g;
    const struct scene *s = ctx;
    bool ok = host_init(&g, m, str_of(config), env);

    ok = ok && host_ask(&g, s->line, "", str_of(s->body));
    if (ok && g.n_calls == 1)
        host_answer(&g, 0, s->type);
    if (ok && g.n_calls == 1 && !g.aborted)
        host_data(&g, 0, str_of(s->answer), true);
    ok = ok && g.done && g.status == 200;
    host_release(&g);
    return ok;
}

static void memory_fails(void **state)
{
    static struct scene scenes[] = {
        {IMAGES, "{\"model\":\"workers-ai/m\",\"prompt\":\"p\",\"x\":1}",
         "HTTP/1.1 200 OK\r\ncontent-type: image/png\r\n\r\n", "abc"},
        {SPEECH, "{\"model\":\"gemini/m\",\"input\":\"p\"}",
         "HTTP/1.1 200 OK\r\ncontent-type: " JSON "\r\n\r\n",
         PART("audio/L16", "YWJj")},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(scenes); i++)
        test_each_allocation(without_memory, &scenes[i]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(made),
        TEST(refused),
        TEST(strict_refuses_another_sound),
        TEST(providers_errors_have_openais_shape),
        TEST(the_next_key_then_the_next_target),
        TEST(who_can_not_is_left_out),
        TEST(garbage),
        TEST(large_pictures),
        TEST(memory_fails),
    };

    return test_run("whole", tests, SL_LEN(tests));
}
