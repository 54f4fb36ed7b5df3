/* SPDX-License-Identifier: MIT */
#include "dialects.h"

#include <stdio.h>

#define OPENAI &dialect_openai_chat
#define WORKERS &dialect_workers_ai
#define USER "{\"role\":\"user\",\"content\":\"q\"}"

static const struct request_case writes[] = {
    {"every parameter", OPENAI, WORKERS, "@cf/m",
     "{\"messages\":[{\"role\":\"developer\",\"content\":\"s\"}," USER "],"
     "\"max_completion_tokens\":5,\"temperature\":0.7,\"top_p\":0.5,\"top_k\":"
     "60,\"min_p\":1,\"seed\":1,\"stop\":\"x\",\"presence_penalty\":-1,"
     "\"frequency_penalty\":1,\"n\":1,\"logprobs\":true,\"top_logprobs\":1,"
     "\"reasoning_effort\":\"minimal\",\"lora\":\"l\",\"logit_bias\":{},"
     "\"verbosity\":\"low\",\"service_tier\":\"flex\",\"metadata\":{},"
     "\"prompt_cache_key\":\"k\",\"store\":true,\"modalities\":[\"text\","
     "\"audio\"],\"audio\":{},\"stream\":true}",
     "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"}," USER "],"
     "\"max_tokens\":5,\"temperature\":1.8,\"top_p\":0.5,\"top_k\":50,"
     "\"seed\":1,\"presence_penalty\":0,\"frequency_penalty\":1,"
     "\"reasoning_effort\":\"low\",\"lora\":\"l\",\"stream\":true}",
     "top_k;approximated, presence_penalty;approximated, "
     "reasoning_effort;approximated, logit_bias;dropped, min_p;dropped, "
     "stop;dropped, logprobs;dropped, top_logprobs;dropped, metadata;dropped, "
     "service_tier;dropped, prompt_cache_key;dropped, verbosity;dropped, "
     "modalities;dropped, audio;dropped, store;dropped"},
    {"a conversation with tools", OPENAI, WORKERS, "@cf/m",
     "{\"messages\":[{\"role\":\"user\",\"name\":\"b\",\"content\":\"q\"},{"
     "\"role\":\"assistant\",\"content\":null,\"reasoning_content\":\"hm\","
     "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{"
     "\"name\":\"f\",\"arguments\":\"\"}},{\"id\":\"c2\",\"type\":\"function\","
     "\"function\":{\"name\":\"g\",\"arguments\":\"{\\\"a\\\":1}\"}}]},{"
     "\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"r\"}],\"tools\":["
     "{\"type\":\"function\",\"function\":{\"name\":\"f\"}},{\"type\":"
     "\"code_interpreter\"},{\"type\":\"file_search\"},{\"type\":\"web\"}],"
     "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}},"
     "\"parallel_tool_calls\":false}",
     "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":"
     "\"assistant\",\"content\":\"\",\"reasoning\":\"hm\",\"tool_calls\":[{"
     "\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
     "\"arguments\":\"{}\"}},{\"id\":\"c2\",\"type\":\"function\",\"function\":"
     "{\"name\":\"g\",\"arguments\":\"{\\\"a\\\":1}\"}}]},{\"role\":\"tool\","
     "\"tool_call_id\":\"c1\",\"name\":\"f\",\"content\":\"r\"}],\"tools\":[{"
     "\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{"
     "\"type\":\"object\",\"properties\":{}}}},{\"type\":\"function\","
     "\"function\":{\"name\":\"code_interpreter\",\"parameters\":{\"type\":"
     "\"object\",\"properties\":{\"code\":{\"type\":\"string\"}},\"required\":["
     "\"code\"]}}},{\"type\":\"function\",\"function\":{\"name\":"
     "\"file_search\",\"parameters\":{\"type\":\"object\",\"properties\":{"
     "\"query\":{\"type\":\"string\"}},\"required\":[\"query\"]}}}],"
     "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}},"
     "\"temperature\":0.6}",
     "messages.name;dropped, tools;approximated, tools.web;dropped, "
     "parallel_tool_calls;dropped"},
    {"images, and only there parts", OPENAI, WORKERS, "@cf/m",
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
     "\"text\":\"a\"},{\"type\":\"image_url\",\"image_url\":{\"url\":"
     "\"data:image/png;base64,QQ\",\"detail\":\"low\"}},{\"type\":"
     "\"image_url\",\"image_url\":{\"url\":\"https://h/i\"}}]}],"
     "\"temperature\":0}",
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
     "\"text\":\"a\"},{\"type\":\"image_url\",\"image_url\":{\"url\":"
     "\"data:image/png;base64,QQ\"}},{\"type\":\"image_url\",\"image_url\":{"
     "\"url\":\"https://h/i\"}}]}],\"temperature\":0}",
     "messages.image.detail;dropped"},
    {"a bare schema; the hottest", OPENAI, WORKERS, "@cf/m",
     "{\"messages\":[" USER "],\"temperature\":3,\"reasoning_effort\":\"none\","
     "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":"
     "\"n\",\"schema\":{\"type\":\"object\"}}}}",
     "{\"messages\":[" USER "],\"temperature\":5,\"response_format\":{\"type\":"
     "\"json_schema\",\"json_schema\":{\"type\":\"object\"}},"
     "\"reasoning_effort\":null}",
     "temperature;approximated"},
    {"JSON", OPENAI, WORKERS, "@cf/m",
     "{\"messages\":[" USER "],\"temperature\":1,\"tool_choice\":\"auto\","
     "\"response_format\":{\"type\":\"json_object\"}}",
     "{\"messages\":[" USER "],\"temperature\":0.6,\"response_format\":{"
     "\"type\":\"json_object\"}}",
     NULL},
    {"allowed tools, marks, and what they lose", OPENAI, WORKERS, "@cf/m",
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
     "\"text\":\"q\",\"cache_control\":{\"type\":\"ephemeral\"}}]},{\"role\":"
     "\"assistant\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"no\"}],"
     "\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"t\","
     "\"signature\":\"s\",\"format\":\"anthropic-claude-v1\"}]}," USER
     "],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"},"
     "\"cache_control\":{\"type\":\"ephemeral\"}},{\"type\":\"function\","
     "\"function\":{\"name\":\"g\"}},{\"type\":\"web\"}],\"tool_choice\":{"
     "\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"required\","
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"g\"}}]}},"
     "\"reasoning\":{\"max_tokens\":9000},\"response_format\":{\"type\":"
     "\"json_schema\",\"json_schema\":{\"name\":\"n\",\"description\":\"d\","
     "\"schema\":{\"type\":\"object\"}}}}",
     "{\"messages\":[" USER ",{\"role\":\"assistant\",\"content\":\"no\","
     "\"reasoning\":\"t\"}," USER "],\"tools\":[{\"type\":\"function\","
     "\"function\":{\"name\":\"g\",\"parameters\":{\"type\":\"object\","
     "\"properties\":{}}}}],\"tool_choice\":\"required\",\"temperature\":0.6,"
     "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"type\":"
     "\"object\"}},\"reasoning_effort\":\"high\"}",
     "cache_control;dropped, messages.reasoning_state;dropped, "
     "tools.web;dropped, "
     "response_format.description;dropped, reasoning_budget;approximated"},
    {"audio", OPENAI, WORKERS, "@cf/m",
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\","
     "\"input_audio\":{\"data\":\"QQ\",\"format\":\"wav\"}}]}]}",
     "400 messages.audio: the provider of this model does not take it in this "
     "form",
     NULL},
};

/* The scale of seed systems 6.10, with 0 kept. */
static const struct {
    const char *given, *want;
} scale[] = {
    {"null", "0.6"}, {"0", "0"},   {"0.1", "0.3"}, {"0.5", "1.3"},
    {"0.7", "1.8"},  {"1", "0.6"}, {"1.5", "3.8"}, {"2", "5"},
    {"3", "5"},      {"-1", "0"},  {"0.0", "0"},   {"0.9", "2.3"},
};

static const struct decode_case decodes[] = {
    {"a native stream", WORKERS, false,
     "{\"response\":\"He\",\"p\":\"abc\"}\n"
     "{\"response\":12}\n"
     "{\"response\":\"\",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":"
     "4,\"prompt_tokens_details\":{\"cached_tokens\":2}}}\n"
     "[DONE]",
     "start\ntext text=He\ntext text=12\nusage in=3 out=4 cached=2\n"
     "finish why=stop\nend\n"},
    {"a native call, whole", WORKERS, false,
     "{\"response\":\"\",\"tool_calls\":[{\"name\":\"f\",\"arguments\":{\"a\":"
     "1}},{\"name\":\"g\",\"arguments\":\"{}\"}]}\n"
     "[DONE]",
     "start\ntool n=0 name=f\nargs n=0 text={\"a\":1}\ntool n=1 name=g\n"
     "args n=1 text={}\nend-tool n=0\nend-tool n=1\nfinish why=tools\nend\n"},
    {"a native call in pieces, and one that says nothing", WORKERS, false,
     "{\"tool_calls\":[{\"arguments\":null}]}\n"
     "{\"tool_calls\":[{\"index\":0,\"id\":\"i\",\"function\":{\"name\":\"f\","
     "\"arguments\":\"{\"}}]}\n"
     "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"}\"}}]}\n"
     "{\"tool_calls\":[{\"function\":{\"arguments\":\"\",\"name\":null}}]}\n"
     "{\"finish_reason\":\"tool_calls\"}\n"
     "[DONE]",
     "start\ntool n=0 id=i name=f\nargs n=0 text={\nargs n=0 text=}\n"
     "end-tool n=0\nfinish why=tools\nend\n"},
    {"cut by the length", WORKERS, false,
     "{\"response\":\"a\"}\n{\"finish_reason\":\"model_length\"}\n[DONE]",
     "start\ntext text=a\nfinish why=length\nend\n"},
    {"without [DONE] it is cut", WORKERS, false, "{\"response\":\"a\"}",
     "start\ntext text=a\n"},
    {"OpenAI's chunks", WORKERS, false,
     "{\"id\":\"c\",\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}\n"
     "{\"id\":\"c\",\"choices\":[{\"delta\":{\"content\":\"a\"},"
     "\"finish_reason\":\"length\"}]}\n"
     "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}"
     "\n[DONE]",
     "start id=c\nreasoning text=hm\ntext text=a\nfinish why=length\n"
     "usage in=1 out=2\nend\n"},
    {"a whole answer", WORKERS, true,
     "{\"result\":{\"response\":\"a\",\"usage\":{\"prompt_tokens\":1,"
     "\"completion_tokens\":2}},\"success\":true,\"errors\":[],\"messages\":[]"
     "}",
     "start\ntext text=a\nusage in=1 out=2\nfinish why=stop\nend\n"},
    {"JSON mode", WORKERS, true,
     "{\"result\":{\"response\":{\"a\":1}},\"success\":true}",
     "start\ntext text={\"a\":1}\nfinish why=stop\nend\n"},
    {"calls alone", WORKERS, true,
     "{\"result\":{\"response\":null,\"tool_calls\":[{\"name\":\"f\","
     "\"arguments\":{}}]},\"success\":true}",
     "start\ntool n=0 name=f\nargs n=0 text={}\nend-tool n=0\n"
     "finish why=tools\nend\n"},
    {"OpenAI's answer in the envelope", WORKERS, true,
     "{\"result\":{\"id\":\"c\",\"choices\":[{\"message\":{\"content\":\"a\"},"
     "\"finish_reason\":\"stop\"}]},\"success\":true}",
     "start id=c\ntext text=a\nfinish why=stop\nend\n"},
    {"no envelope", WORKERS, true, "{\"response\":\"a\"}",
     "start\ntext text=a\nfinish why=stop\nend\n"},
    {"not a success", WORKERS, true,
     "{\"result\":null,\"success\":false,\"errors\":[{\"code\":3040,"
     "\"message\":\"busy\"}]}",
     "error status=429 code=3040 message=busy (code 3040)\n"},
    {"an error in the stream", WORKERS, false,
     "{\"response\":\"a\"}\n{\"errors\":[{\"code\":3007,\"message\":\"late\"}],"
     "\"success\":false}",
     "start\ntext text=a\nerror status=408 code=3007 message=late (code 3007)"
     "\n"},
    {"the model was interrupted", WORKERS, false,
     "{\"response\":\"a\",\"finish_reason\":\"error\"}",
     "start\ntext text=a\nerror status=502 message=the model was "
     "interrupted\n"},
    {"nothing to read", WORKERS, true, "{\"result\":{},\"success\":true}",
     "garbage\n"},
    {"no JSON", WORKERS, false, "<html>", "garbage\n"},
};

static const struct answer_case answers[] = {
    {"a whole call to OpenAI", WORKERS, OPENAI, false,
     "{\"result\":{\"response\":\"\",\"tool_calls\":[{\"name\":\"f\","
     "\"arguments\":{\"a\":1}}]},\"success\":true}",
     "{\"id\":\"chatcmpl-x1\",\"object\":\"chat.completion\",\"created\":"
     "1700000000,\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{"
     "\"role\":\"assistant\",\"content\":null,\"refusal\":null,"
     "\"tool_calls\":[{\"id\":\"call_x1_0\",\"type\":\"function\","
     "\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]},"
     "\"logprobs\":null,\"finish_reason\":\"tool_calls\"}],\"usage\":{"
     "\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0,"
     "\"prompt_tokens_details\":{\"cached_tokens\":0},"
     "\"completion_tokens_details\":{\"reasoning_tokens\":0}}}",
     NULL},
    {"a stream to Ollama", WORKERS, &dialect_ollama, true,
     "{\"response\":\"a\"}\n[DONE]",
     "{\"model\":\"m\",\"created_at\":\"2023-11-14T22:13:20Z\",\"message\":"
     "{\"role\":\"assistant\",\"content\":\"a\"},\"done\":false}\n"
     "{\"model\":\"m\",\"created_at\":\"2023-11-14T22:13:20Z\",\"message\":"
     "{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,"
     "\"done_reason\":\"stop\",\"total_duration\":0,\"load_duration\":0,"
     "\"prompt_eval_count\":0,\"prompt_eval_duration\":0,\"eval_count\":0,"
     "\"eval_duration\":0}\n",
     NULL},
};

static void requests_are_written(void **state)
{
    (void)state;
    check_requests(writes, SL_LEN(writes));
}

static void temperatures_are_scaled(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(scale); i++) {
        bool is_moved = strcmp(scale[i].given, "3") == 0 ||
                        strcmp(scale[i].given, "-1") == 0;
        char body[256];
        char want[256];

        snprintf(body, sizeof(body),
                 "{\"messages\":[" USER "],\"temperature\":%s}",
                 scale[i].given);
        snprintf(want, sizeof(want),
                 "{\"messages\":[" USER "],\"temperature\":%s}", scale[i].want);
        check_requests(
            &(struct request_case){
                scale[i].given, OPENAI, WORKERS, "m", body, want,
                is_moved ? "temperature;approximated" : NULL},
            1);
    }
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

static void errors_have_their_status(void **state)
{
    static const struct {
        const char *body, *type;
        int status;
    } rows[] = {
        {"{\"success\":false,\"errors\":[{\"code\":3036,\"message\":\"x\"}]}",
         "insufficient_quota", 429},
        {"{\"success\":false,\"errors\":[{\"code\":3040,\"message\":\"x\"}]}",
         "rate_limit_error", 429},
        {"{\"success\":false,\"errors\":[{\"code\":5007,\"message\":\"x\"}]}",
         "", 400},
        {"{\"success\":false,\"errors\":[{\"code\":1,\"message\":\"x\"}]}", "",
         500},
        {"{\"success\":false,\"result\":[],\"error\":[{\"code\":2001,"
         "\"message\":\"x\"}]}",
         "", 500},
        {"{\"success\":true}", "", 500},
        {"<html>", "", 500},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct chat_error e = {.status = 500};
        struct test_mem m;
        struct arena a;

        test_mem_init(&m);
        arena_init(&a, &m.mem, 256, 65536);
        dialect_workers_ai.read_error(str_of(rows[i].body), &a, &e);
        assert_int_equal(e.status, rows[i].status);
        check_str(e.type, str_of(rows[i].type));
        assert_int_equal(str_has(e.message, STR("x")), i < 5);
        arena_release(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_written),
        cmocka_unit_test(temperatures_are_scaled),
        cmocka_unit_test(answers_are_read),
        cmocka_unit_test(answers_are_written),
        cmocka_unit_test(errors_have_their_status),
    };

    return test_run("dialect_workers_ai", tests, SL_LEN(tests));
}
