/* SPDX-License-Identifier: MIT */
/* A provider that never ends, or that counts wildly, does no harm: what a
 * translation keeps does not grow with the frames that bring nothing to keep,
 * nothing follows the end, and no client is told a negative number. */
#include "core/translate.h"
#include "support.h"

#include <stdio.h>

enum {
    WARM = 500,
    FRAMES = 6000,
    SPARE = 32 * 1024, /* the arena takes chunks */
    ARENA_BYTES = 64 * 1024 * 1024,
};

struct talk {
    struct translation t;
    struct test_mem m;
    struct arena a, turn;
    struct chat_request q;
};

static void open_talk(struct talk *k, const struct dialect *provider,
                      const struct dialect *client, bool is_stream)
{
    struct translation_setup setup = {.provider = provider,
                                      .client = client,
                                      .request = &k->q,
                                      .is_stream = is_stream,
                                      .id = STR("x1"),
                                      .model = STR("m"),
                                      .arena = &k->a,
                                      .turn = &k->turn};

    k->q = (struct chat_request){.model = STR("m"), .wants_usage = true};
    test_mem_init(&k->m);
    arena_init(&k->a, &k->m.mem, 256, ARENA_BYTES);
    arena_init(&k->turn, &k->m.mem, 256, ARENA_BYTES);
    translation_init(&k->t, &setup);
}

static void close_talk(struct talk *k)
{
    arena_release(&k->turn);
    arena_release(&k->a);
    assert_int_equal(k->m.live, 0);
}

/* One frame in each line; the bytes of the last one stay until the next. */
static struct str give(struct talk *k, struct str rest)
{
    struct str line, bytes = {0};

    while (str_split(&rest, '\n', &line)) {
        struct chat_frame f = {.data = line};

        if (str_starts(line, STR("@"))) {
            f.name = str_skip(str_before(line, ' '), 1);
            f.data = str_skip(line, f.name.n + 2);
        }
        arena_release(&k->turn);
        buf_init(&k->t.out, arena_mem(&k->turn), ARENA_BYTES);
        assert_int_equal(translation_frame(&k->t, &f), SL_OK);
        bytes = translation_take(&k->t);
    }
    return bytes;
}

/* ---- endless ---- */

/* Given over and over; begin: once before. keeps: a client that must keep what
 * this brings, as its last event repeats it. */
static const struct soak {
    const char *name;
    const struct dialect *provider, *keeps;
    const char *begin, *frames;
} soaks[] = {
    {"openai texts", &dialect_openai_chat, &dialect_openai_responses,
     "{\"id\":\"a\",\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}",
     "{\"id\":\"b\",\"choices\":[{\"delta\":{\"content\":\"hi \\n\"}}]}"},
    {"openai reasoning", &dialect_openai_chat, &dialect_openai_responses, "",
     "{\"choices\":[{\"delta\":{\"reasoning_content\":\"hi \\n\"}}]}"},
    {"openai usage", &dialect_openai_chat, NULL, "",
     "{\"choices\":[],\"usage\":{\"prompt_tokens\":1}}"},
    {"openai nothing", &dialect_openai_chat, NULL, "",
     "{\"id\":\"an id that is long\",\"model\":\"a\",\"choices\":[{\"delta\":"
     "{\"content\":\"\",\"tool_calls\":[]}}]}"},
    {"openai finish", &dialect_openai_chat, NULL, "",
     "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}"},
    {"openai end", &dialect_openai_chat, NULL, "", "[DONE]"},
    {"anthropic texts", &dialect_anthropic, &dialect_openai_responses,
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
     "{\"type\":\"text\",\"text\":\"\"}}",
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
     "{\"type\":\"text_delta\",\"text\":\"hi \\n\"}}"},
    {"anthropic starts", &dialect_anthropic, NULL, "",
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\","
     "\"model\":\"c\",\"usage\":{\"input_tokens\":1}}}"},
    {"anthropic signatures", &dialect_anthropic, NULL,
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
     "{\"type\":\"thinking\",\"thinking\":\"a\"}}",
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
     "{\"type\":\"signature_delta\",\"signature\":\"sigsigsigsig\"}}"},
    {"anthropic pings", &dialect_anthropic, NULL, "", "{\"type\":\"ping\"}"},
    {"gemini texts", &dialect_gemini, &dialect_openai_responses, "",
     "{\"responseId\":\"r\",\"modelVersion\":\"g\",\"candidates\":"
     "[{\"content\":{\"parts\":[{\"text\":\"hi \\n\"}]}}],"
     "\"usageMetadata\":{\"promptTokenCount\":1}}"},
    {"gemini finish", &dialect_gemini, NULL, "",
     "{\"candidates\":[{\"finishReason\":\"STOP\"}]}"},
    {"responses texts", &dialect_openai_responses, &dialect_openai_responses,
     "",
     "{\"type\":\"response.output_text.delta\",\"output_index\":0,"
     "\"delta\":\"hi \\n\"}"},
    {"responses starts", &dialect_openai_responses, NULL, "",
     "{\"type\":\"response.created\",\"response\":{\"id\":\"r\","
     "\"model\":\"m\"}}"},
    {"ollama texts", &dialect_ollama, &dialect_openai_responses, "",
     "{\"model\":\"m\",\"message\":{\"content\":\"hi \\n\"},\"done\":false}"},
    {"cohere texts", &dialect_cohere, &dialect_openai_responses, "",
     "{\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":"
     "{\"content\":{\"text\":\"hi \\n\"}}}}"},
    {"cohere starts", &dialect_cohere, NULL, "",
     "{\"type\":\"message-start\",\"id\":\"an id that is long\"}"},
    {"workers-ai texts", &dialect_workers_ai, &dialect_openai_responses, "",
     "{\"response\":\"hi \\n\"}"},
    {"replicate texts", &dialect_replicate, &dialect_openai_responses, "",
     "@output hi"},
    {"bedrock texts", &dialect_bedrock, &dialect_openai_responses, "",
     "@contentBlockDelta {\"contentBlockIndex\":0,\"delta\":"
     "{\"text\":\"hi \\n\"}}"},
    {"bedrock starts", &dialect_bedrock, NULL, "",
     "@messageStart {\"role\":\"assistant\"}"},
};

static bool grows(const struct soak *row, const struct dialect *client)
{
    struct talk k;
    size_t used = 0;

    open_talk(&k, row->provider, client, true);
    (void)give(&k, str_of(row->begin));
    for (int i = 0; i < FRAMES; i++) {
        (void)give(&k, str_of(row->frames));
        if (i == WARM)
            used = k.a.used;
    }
    used = k.a.used - used;
    if (used > SPARE)
        fprintf(stderr, "%s to %.*s: %zu bytes more\n", row->name,
                (int)client->name.n, client->name.p, used);
    close_talk(&k);
    return used > SPARE;
}

static void nothing_grows(void **state)
{
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < SL_LEN(soaks); i++) {
        for (size_t c = 0; c < dialects_n; c++) {
            if (dialects[c]->encode != NULL && dialects[c] != soaks[i].keeps)
                n += grows(&soaks[i], dialects[c]);
        }
    }
    assert_int_equal(n, 0);
}

static void calls_are_counted(void **state)
{
    struct chat_frame f = {
        .data = STR("{\"message\":{\"tool_calls\":[{\"function\":"
                    "{\"name\":\"f\",\"arguments\":{}}}]}}")};
    enum sl_rc rc = SL_OK;
    struct talk k;
    size_t n = 0;

    (void)state;
    open_talk(&k, &dialect_ollama, &dialect_anthropic, true);
    while (rc == SL_OK && n < 5000) {
        rc = translation_frame(&k.t, &f);
        (void)translation_take(&k.t);
        n++;
    }
    assert_int_equal(rc, SL_UP_GARBAGE);
    assert_int_equal(n, 1025);
    close_talk(&k);
}

/* ---- behind the end ---- */

static void nothing_follows_the_end(void **state)
{
    (void)state;
    for (size_t c = 0; c < dialects_n; c++) {
        struct talk k;

        if (dialects[c]->encode == NULL)
            continue;
        open_talk(&k, &dialect_openai_chat, dialects[c], true);
        (void)give(&k, STR("{\"choices\":[{\"delta\":{\"content\":\"a\"},"
                           "\"finish_reason\":\"stop\"}]}\n[DONE]"));
        check_str(give(&k, STR("{\"choices\":[{\"delta\":{\"content\":"
                               "\"more\"}}]}\n[DONE]")),
                  (struct str){0});
        close_talk(&k);
    }
}

/* ---- cut ---- */

static void every_choice_must_finish(void **state)
{
    struct talk k;

    (void)state;
    open_talk(&k, &dialect_openai_chat, &dialect_openai_chat, true);
    assert_false(k.t.seen.is_finished);
    (void)give(&k, STR("{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}"));
    assert_false(k.t.seen.is_finished);
    (void)give(&k, STR("{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}"
                       "]}"));
    assert_true(k.t.seen.is_finished);
    (void)give(&k, STR("{\"choices\":[{\"index\":1,\"delta\":{\"content\":"
                       "\"b\"}}]}"));
    assert_false(k.t.seen.is_finished);
    (void)give(&k, STR("{\"choices\":[{\"index\":1,\"delta\":{},"
                       "\"finish_reason\":\"length\"}]}"));
    assert_true(k.t.seen.is_finished);
    close_talk(&k);
}

/* What a client takes for the end of an answer. */
static const struct {
    const struct dialect *client;
    const char *end;
} ends[] = {
    {&dialect_openai_chat, "\"finish_reason\":\""},
    {&dialect_openai_chat, "[DONE]"},
    {&dialect_openai_completions, "\"finish_reason\":\""},
    {&dialect_openai_completions, "[DONE]"},
    {&dialect_anthropic, "message_stop"},
    {&dialect_anthropic, "\"stop_reason\":\""},
    {&dialect_anthropic, "content_block_stop"},
    {&dialect_gemini, "finishReason"},
    {&dialect_openai_responses, "response.completed"},
    {&dialect_openai_responses, "arguments.done"},
    {&dialect_openai_responses, "output_item.done"},
    {&dialect_ollama, "\"done\":true"},
    {&dialect_ollama_generate, "\"done\":true"},
};

/* An answer that was cut within a call: its end is an error, told once, and
 * nothing says that the call, or the answer, is complete. */
static void a_cut_is_no_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(ends); i++) {
        struct str told;
        struct talk k;

        open_talk(&k, &dialect_openai_chat, ends[i].client, true);
        told = give(&k, STR("{\"choices\":[{\"delta\":{\"tool_calls\":[{"
                            "\"index\":0,\"id\":\"c\",\"function\":{"
                            "\"name\":\"f\",\"arguments\":\"{\"}}]}}]}"));
        assert_false(str_has(told, str_of(ends[i].end)));
        translation_fail(
            &k.t, &(struct chat_error){.status = 502, .message = STR("cut")});
        told = translation_take(&k.t);
        assert_true(str_has(told, STR("cut")));
        if (str_has(told, str_of(ends[i].end)))
            check_str_case(ends[i].end, told, STR("no end"));
        close_talk(&k);
    }
}

/* ---- names ---- */

/* They are repeated in each piece of a stream. */
static void long_names_are_not_taken(void **state)
{
    static char names[3 * 2000];
    static const char text[] =
        "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}";

    (void)state;
    snprintf(names, sizeof(names), "{\"id\":\"%01999d\",\"model\":\"%01999d\"}",
             1, 2);
    for (size_t c = 0; c < dialects_n; c++) {
        struct talk k;

        if (dialects[c]->encode == NULL)
            continue;
        open_talk(&k, &dialect_openai_chat, dialects[c], true);
        (void)give(&k, str_of(names));
        assert_true(give(&k, str_of(text)).n < 1900);
        close_talk(&k);
    }
}

/* ---- lines ---- */

/* Every line of a stream is one of its framing: JSON that broke within would
 * end the event, or the line of NDJSON, too early. */
static void check_lines(const struct dialect *client, struct str bytes)
{
    struct str line;
    struct test_mem m;
    struct arena a;
    struct json doc;

    test_mem_init(&m);
    arena_init(&a, &m.mem, 4096, ARENA_BYTES);
    while (str_split(&bytes, '\n', &line)) {
        line = str_trim(line); /* Gemini's end in CRLF */
        if (line.n == 0 || str_starts(line, STR("event: ")) ||
            str_eq(line, STR("data: [DONE]")))
            continue;
        if (str_starts(client->stream_type, STR("text/event-stream"))) {
            if (!str_starts(line, STR("data: ")))
                check_str_case("a line", line, STR("data: …"));
            line = str_skip(line, 6);
        }
        if (json_parse(&doc, line, &a, NULL, NULL) != SL_OK)
            check_str_case("a line", line, STR("JSON"));
    }
    arena_release(&a);
}

static void json_stays_on_its_line(void **state)
{
    static const char frame[] =
        "{\"choices\":[{\"delta\":{\"content\":\"a\"},"
        "\"logprobs\":{\"content\":[{\"token\":\"a\",\n\r\"logprob\":-1,"
        "\"bytes\":[97],\n\"top_logprobs\":[]}\n]}}]}\f"
        "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":"
        "\"c\",\"function\":{\"name\":\"f\",\"arguments\":"
        "\"{\\n\\r\\n\\\"a\\\": 1\\n}\"}}]}}]}\f"
        "{\"choices\":[{\"delta\":{\"content\":\"b\"},\"finish_reason\":"
        "\"tool_calls\"}]}\f[DONE]";
    struct chat_extra repeats[] = {{STR("tools"), STR("[\n\n]")},
                                   {STR("metadata"), STR("{\n\r\n}")}};

    (void)state;
    for (size_t c = 0; c < dialects_n; c++) {
        struct str rest = str_of(frame);
        struct str data;
        struct talk k;

        if (dialects[c]->encode == NULL)
            continue;
        open_talk(&k, &dialect_openai_chat, dialects[c], true);
        k.q.wants_logprobs = true;
        k.q.repeats = repeats;
        k.q.n_repeats = SL_LEN(repeats);
        while (str_split(&rest, '\f', &data)) {
            assert_int_equal(
                translation_frame(&k.t, &(struct chat_frame){.data = data}),
                SL_OK);
            check_lines(dialects[c], translation_take(&k.t));
        }
        assert_int_equal(translation_end(&k.t), SL_OK);
        check_lines(dialects[c], translation_take(&k.t));
        close_talk(&k);
    }
}

/* ---- counts ---- */

#define MOST "9223372036854775807"

static const struct count {
    const char *name;
    const struct dialect *provider;
    const char *body;
} counts[] = {
    {"openai", &dialect_openai_chat,
     "{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":"
     "\"stop\"}],\"usage\":{\"prompt_tokens\":" MOST
     ",\"completion_tokens\":" MOST "}}"},
    {"anthropic", &dialect_anthropic,
     "{\"content\":[{\"type\":\"text\",\"text\":\"a\"}],\"stop_reason\":"
     "\"end_turn\",\"usage\":{\"input_tokens\":" MOST
     ",\"cache_read_input_tokens\":" MOST
     ",\"cache_creation_input_tokens\":" MOST ",\"output_tokens\":" MOST "}}"},
    {"gemini", &dialect_gemini,
     "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}],"
     "\"usageMetadata\":{\"promptTokenCount\":" MOST
     ",\"toolUsePromptTokenCount\":" MOST ",\"candidatesTokenCount\":" MOST
     ",\"thoughtsTokenCount\":" MOST "}}"},
    {"responses", &dialect_openai_responses,
     "{\"output\":[{\"type\":\"message\",\"content\":[{\"type\":"
     "\"output_text\",\"text\":\"a\"}]}],\"status\":\"completed\",\"usage\":"
     "{\"input_tokens\":" MOST ",\"output_tokens\":" MOST
     ",\"output_tokens_details\":{\"reasoning_tokens\":" MOST "}}}"},
    {"bedrock", &dialect_bedrock,
     "{\"output\":{\"message\":{\"content\":[{\"text\":\"a\"}]}},"
     "\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":" MOST
     ",\"outputTokens\":" MOST ",\"cacheReadInputTokens\":" MOST "}}"},
    {"ollama", &dialect_ollama,
     "{\"message\":{\"content\":\"a\"},\"done\":true,\"prompt_eval_"
     "count\":" MOST ",\"eval_count\":" MOST "}"},
};

static bool is_negative(int64_t n)
{
    return n < -1;
}

static void no_count_is_negative(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(counts); i++) {
        for (size_t c = 0; c < dialects_n; c++) {
            const struct usage *u;
            struct talk k;
            struct str answer;

            if (dialects[c]->write_answer == NULL)
                continue;
            open_talk(&k, counts[i].provider, dialects[c], false);
            assert_int_equal(translation_whole(&k.t, str_of(counts[i].body)),
                             SL_OK);
            assert_int_equal(translation_end(&k.t), SL_OK);
            answer = translation_take(&k.t);
            u = &k.t.seen.usage;
            assert_false(is_negative(u->input_tokens) ||
                         is_negative(u->output_tokens) ||
                         is_negative(u->cached_tokens) ||
                         is_negative(u->reasoning_tokens) ||
                         is_negative(u->cache_write_tokens));
            if (str_has(answer, STR(":-")))
                check_str_case(counts[i].name, answer, STR("no sign"));
            close_talk(&k);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_grows),
        cmocka_unit_test(calls_are_counted),
        cmocka_unit_test(nothing_follows_the_end),
        cmocka_unit_test(every_choice_must_finish),
        cmocka_unit_test(a_cut_is_no_end),
        cmocka_unit_test(long_names_are_not_taken),
        cmocka_unit_test(json_stays_on_its_line),
        cmocka_unit_test(no_count_is_negative),
    };

    return test_run("soak", tests, SL_LEN(tests));
}
