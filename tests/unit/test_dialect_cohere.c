/* SPDX-License-Identifier: MIT */
#include "dialects.h"

#define OPENAI &dialect_openai_chat
#define COHERE &dialect_cohere
#define USER "{\"role\":\"user\",\"content\":\"q\"}"
#define ASKED "{\"messages\":[" USER "],"

static const struct request_case writes[] = {
    {"every parameter", OPENAI, COHERE, "command",
     "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"}," USER "],"
     "\"max_tokens\":5,\"temperature\":0,\"top_p\":1,\"top_k\":4,\"min_p\":0.1,"
     "\"seed\":1,\"stop\":[\"a\",\"b\"],\"presence_penalty\":-1,"
     "\"frequency_penalty\":0.5,\"n\":2,\"logprobs\":true,\"top_logprobs\":3,"
     "\"user\":\"u\",\"logit_bias\":{},\"safety_mode\":\"OFF\","
     "\"response_format\":{\"type\":\"json_object\"},\"stream\":true}",
     "{\"model\":\"command\",\"messages\":[{\"role\":\"system\",\"content\":"
     "\"s\"}," USER "],\"max_tokens\":5,\"stop_sequences\":[\"a\",\"b\"],"
     "\"temperature\":0,\"seed\":1,\"frequency_penalty\":0.5,"
     "\"presence_penalty\":0,\"k\":4,\"p\":0.99,\"logprobs\":true,"
     "\"response_format\":{\"type\":\"json_object\"},\"safety_mode\":\"OFF\","
     "\"stream\":true}",
     "presence_penalty;approximated, top_p;approximated, logit_bias;dropped, "
     "min_p;dropped, top_logprobs;dropped, n;dropped, user;dropped"},
    {"tools, and one that must be called", OPENAI, COHERE, "command",
     ASKED
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
     "\"strict\":true}},{\"type\":\"function\",\"function\":{\"name\":\"g\"}}],"
     "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}},"
     "\"parallel_tool_calls\":false}",
     "{\"model\":\"command\",\"messages\":[" USER "],\"tools\":[{\"type\":"
     "\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":"
     "\"object\",\"properties\":{}}}}],\"strict_tools\":true,\"tool_choice\":"
     "\"REQUIRED\",\"stream\":false}",
     "tools.strict;approximated, parallel_tool_calls;dropped"},
    {"no tool", OPENAI, COHERE, "command",
     ASKED "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],"
           "\"tool_choice\":\"none\"}",
     "{\"model\":\"command\",\"messages\":[" USER "],\"tools\":[{\"type\":"
     "\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":"
     "\"object\",\"properties\":{}}}}],\"tool_choice\":\"NONE\",\"stream\":"
     "false}",
     NULL},
    {"plans, calls, results, thoughts", OPENAI, COHERE, "command",
     "{\"messages\":[" USER ",{\"role\":\"assistant\",\"content\":null,"
     "\"reasoning_content\":\"plan\",\"tool_calls\":[{\"id\":\"c1\",\"type\":"
     "\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},{"
     "\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"f\","
     "\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c1\","
     "\"content\":\"r\"},{\"role\":\"tool\",\"tool_call_id\":\"c2\","
     "\"content\":[{\"type\":\"text\",\"text\":\"s\"}]},{\"role\":"
     "\"assistant\",\"content\":\"A\",\"reasoning_content\":\"hm\"},{\"role\":"
     "\"assistant\",\"content\":\"B\",\"tool_calls\":[{\"id\":\"c3\",\"type\":"
     "\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},{"
     "\"role\":\"assistant\",\"content\":\"C\",\"name\":\"n\"}]}",
     "{\"model\":\"command\",\"messages\":[" USER ",{\"role\":\"assistant\","
     "\"tool_plan\":\"plan\",\"tool_calls\":[{\"id\":\"c1\",\"type\":"
     "\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},{"
     "\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"f\","
     "\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c1\","
     "\"content\":\"r\"},{\"role\":\"tool\",\"tool_call_id\":\"c2\","
     "\"content\":\"s\"},{\"role\":\"assistant\",\"content\":[{\"type\":"
     "\"thinking\",\"thinking\":\"hm\"},{\"type\":\"text\",\"text\":\"A\"}]},{"
     "\"role\":\"assistant\",\"content\":\"B\",\"tool_calls\":[{\"id\":\"c3\","
     "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}"
     "]},{\"role\":\"assistant\",\"content\":\"C\"}],\"stream\":false}",
     "messages.name;dropped"},
    {"images; a schema; a depth", OPENAI, COHERE, "command",
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
     "\"text\":\"a\"},{\"type\":\"image_url\",\"image_url\":{\"url\":"
     "\"data:image/png;base64,QQ\",\"detail\":\"low\"}}]}],"
     "\"reasoning_effort\":\"low\",\"response_format\":{\"type\":"
     "\"json_schema\",\"json_schema\":{\"name\":\"n\",\"description\":\"d\","
     "\"schema\":{\"type\":\"object\"}}}}",
     "{\"model\":\"command\",\"messages\":[{\"role\":\"user\",\"content\":[{"
     "\"type\":\"text\",\"text\":\"a\"},{\"type\":\"image_url\",\"image_url\":{"
     "\"url\":\"data:image/png;base64,QQ\",\"detail\":\"low\"}}]}],"
     "\"response_format\":{\"type\":\"json_object\",\"json_schema\":{\"type\":"
     "\"object\"}},\"thinking\":{\"type\":\"enabled\",\"token_budget\":2048},"
     "\"stream\":false}",
     "response_format.description;dropped, reasoning_effort;approximated"},
    {"a budget", OPENAI, COHERE, "command",
     ASKED "\"reasoning\":{\"max_tokens\":77},\"stop\":[\"1\",\"2\",\"3\","
           "\"4\",\"5\",\"6\"]}",
     "{\"model\":\"command\",\"messages\":[" USER "],\"stop_sequences\":["
     "\"1\",\"2\",\"3\",\"4\",\"5\"],\"thinking\":{\"type\":\"enabled\","
     "\"token_budget\":77},\"stream\":false}",
     "stop;approximated"},
    {"no thoughts", OPENAI, COHERE, "command",
     ASKED "\"reasoning_effort\":\"none\"}",
     "{\"model\":\"command\",\"messages\":[" USER "],\"thinking\":{\"type\":"
     "\"disabled\"},\"stream\":false}",
     NULL},
    {"allowed tools and marks", OPENAI, COHERE, "command",
     ASKED "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"},"
           "\"cache_control\":{\"type\":\"ephemeral\"}},{\"type\":"
           "\"function\",\"function\":{\"name\":\"g\"}}],\"tool_choice\":{"
           "\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\","
           "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"g\"}}]"
           "}}}",
     "{\"model\":\"command\",\"messages\":[" USER "],\"tools\":[{\"type\":"
     "\"function\",\"function\":{\"name\":\"g\",\"parameters\":{\"type\":"
     "\"object\",\"properties\":{}}}}],\"stream\":false}",
     "cache_control;dropped"},
    {"a file", OPENAI, COHERE, "command",
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\","
     "\"file\":{\"file_id\":\"f\"}}]}]}",
     "400 messages.document: the provider of this model does not take it in "
     "this form",
     NULL},
};

static const struct decode_case decodes[] = {
    {"a stream", COHERE, false,
     "@message-start {\"type\":\"message-start\",\"id\":\"i\",\"delta\":{"
     "\"message\":{\"role\":\"assistant\"}}}\n"
     "{\"type\":\"content-start\",\"index\":0,\"delta\":{\"message\":{"
     "\"content\":{\"type\":\"thinking\",\"thinking\":\"h\"}}}}\n"
     "{\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":{"
     "\"content\":{\"thinking\":\"m\"}}}}\n"
     "{\"type\":\"content-end\",\"index\":0}\n"
     "{\"type\":\"content-delta\",\"index\":1,\"delta\":{\"message\":{"
     "\"content\":{\"text\":\"Hi\"}}},\"logprobs\":{\"text\":\"Hi\","
     "\"token_ids\":[1,2],\"logprobs\":[-1,-0.5]}}\n"
     "{\"type\":\"citation-start\",\"index\":0,\"delta\":{\"message\":{"
     "\"citations\":{\"start\":0,\"end\":2,\"text\":\"Hi\",\"sources\":[{"
     "\"type\":\"document\",\"id\":\"d\",\"document\":{\"url\":\"u\",\"title\":"
     "\"t\"}},{\"type\":\"tool\",\"tool_output\":{\"url\":\"v\"}},{\"type\":"
     "\"tool\"}]}}}}\n"
     "{\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"COMPLETE\","
     "\"usage\":{\"billed_units\":{\"input_tokens\":1},\"tokens\":{"
     "\"input_tokens\":3.0,\"output_tokens\":4},\"cached_tokens\":2}}}\n"
     "[DONE]",
     "start id=i\nreasoning text=h\nreasoning text=m\n"
     "logprobs raw=[{\"token\":\"Hi\",\"logprob\":-1.5,\"bytes\":null,"
     "\"top_logprobs\":[]}]\n"
     "text text=Hi\ncitation url=u title=t\ncitation url=v\n"
     "usage in=3 out=4 cached=2\nfinish why=stop\nend\n"},
    {"calls", COHERE, false,
     "{\"type\":\"message-start\",\"id\":\"i\"}\n"
     "{\"type\":\"tool-plan-delta\",\"delta\":{\"message\":{\"tool_plan\":"
     "\"I will\"}}}\n"
     "{\"type\":\"tool-call-start\",\"index\":0,\"delta\":{\"message\":{"
     "\"tool_calls\":{\"id\":\"f0\",\"type\":\"function\",\"function\":{"
     "\"name\":\"f\",\"arguments\":\"\"}}}}}\n"
     "{\"type\":\"tool-call-delta\",\"index\":0,\"delta\":{\"message\":{"
     "\"tool_calls\":{\"function\":{\"arguments\":\"{}\"}}}}}\n"
     "{\"type\":\"tool-call-end\",\"index\":0}\n"
     "{\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"TOOL_CALL\"}}",
     "start id=i\nreasoning text=I will\ntool n=0 id=f0 name=f\n"
     "args n=0 text={}\nend-tool n=0\nfinish why=tools\nend\n"},
    {"a call out of all bounds", COHERE, false,
     "{\"type\":\"tool-call-start\",\"index\":5000000000}", "garbage\n"},
    {"a failure of the model", COHERE, false,
     "{\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"ERROR\","
     "\"error\":\"boom\"}}",
     "error status=502 message=boom\n"},
    {"too slow", COHERE, false,
     "{\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"TIMEOUT\"}}",
     "error status=504 message=the model took too long\n"},
    {"an error instead of an event", COHERE, false, "{\"message\":\"no\"}",
     "error message=no\n"},
    {"a ping of a kind unknown", COHERE, false, "{\"type\":\"debug\"}", ""},
    {"no JSON", COHERE, false, "x", "garbage\n"},
    {"a whole answer", COHERE, true,
     "{\"id\":\"i\",\"finish_reason\":\"MAX_TOKENS\",\"message\":{\"role\":"
     "\"assistant\",\"tool_plan\":\"p\",\"content\":[{\"type\":\"thinking\","
     "\"thinking\":\"h\"},{\"type\":\"text\",\"text\":\"a\"}],\"tool_calls\":[{"
     "\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\","
     "\"arguments\":\"{}\"}}],\"citations\":[{\"sources\":[{\"type\":"
     "\"document\",\"document\":{\"url\":\"u\"}}]}]},\"usage\":{"
     "\"billed_units\":{\"input_tokens\":1,\"output_tokens\":2}},\"logprobs\":["
     "{\"text\":\"a\",\"token_ids\":[1],\"logprobs\":[-1]},{\"text\":\"b\","
     "\"token_ids\":[1]}]}",
     "start id=i\nlogprobs raw=[{\"token\":\"a\",\"logprob\":-1,\"bytes\":null,"
     "\"top_logprobs\":[]},{\"token\":\"b\",\"logprob\":0,\"bytes\":null,"
     "\"top_logprobs\":[]}]\n"
     "reasoning text=p\nreasoning text=h\ntext text=a\ncitation url=u\n"
     "tool n=0 id=c name=f\nargs n=0 text={}\nend-tool n=0\nusage in=1 out=2\n"
     "finish why=length\nend\n"},
    {"a text for a content", COHERE, true,
     "{\"message\":{\"content\":\"a\"},\"finish_reason\":\"STOP_SEQUENCE\"}",
     "start\ntext text=a\nfinish why=sequence\nend\n"},
    {"blocked", COHERE, true,
     "{\"message\":{\"content\":[]},\"finish_reason\":\"ERROR_TOXIC\"}",
     "start\nfinish why=filter\nend\n"},
    {"no message", COHERE, true, "{\"message\":\"x\"}", "garbage\n"},
};

static const struct answer_case answers[] = {
    {"thoughts and a text to Ollama", COHERE, &dialect_ollama, false,
     "{\"id\":\"i\",\"finish_reason\":\"COMPLETE\",\"message\":{\"content\":[{"
     "\"type\":\"thinking\",\"thinking\":\"h\"},{\"type\":\"text\",\"text\":"
     "\"a\"}]},\"usage\":{\"tokens\":{\"input_tokens\":1,\"output_tokens\":2}}"
     "}",
     "{\"model\":\"m\",\"created_at\":\"2023-11-14T22:13:20Z\",\"message\":{"
     "\"role\":\"assistant\",\"content\":\"a\",\"thinking\":\"h\"},\"done\":"
     "true,\"done_reason\":\"stop\",\"total_duration\":0,\"load_duration\":0,"
     "\"prompt_eval_count\":1,\"prompt_eval_duration\":0,\"eval_count\":2,"
     "\"eval_duration\":0}\n",
     NULL},
    {"a cut call is not completed", COHERE, &dialect_ollama, true,
     "{\"type\":\"message-start\",\"id\":\"i\"}\n"
     "{\"type\":\"tool-call-start\",\"index\":0,\"delta\":{\"message\":{"
     "\"tool_calls\":{\"id\":\"f0\",\"function\":{\"name\":\"f\",\"arguments\":"
     "\"{}\"}}}}}\n",
     "{\"error\":\"cut\"}\n", NULL},
};

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
    struct chat_error e = {.status = 498};
    struct test_mem m;
    struct arena a;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 256, 65536);
    dialect_cohere.read_error(STR("{\"message\":\"bad token\"}"), &a, &e);
    check_str(e.message, STR("bad token"));
    assert_int_equal(e.status, 401);
    e = (struct chat_error){.status = 422};
    dialect_cohere.read_error(STR("{\"message\":{}}"), &a, &e);
    check_str(e.message, STR(""));
    assert_int_equal(e.status, 422);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_written),
        cmocka_unit_test(answers_are_read),
        cmocka_unit_test(answers_are_written),
        cmocka_unit_test(errors_are_read),
    };

    return test_run("dialect_cohere", tests, SL_LEN(tests));
}
