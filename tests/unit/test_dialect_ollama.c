/* SPDX-License-Identifier: MIT */
#include "dialects.h"

#define OPENAI &dialect_openai_chat
#define OLLAMA &dialect_ollama
#define GENERATE &dialect_ollama_generate

static const struct request_case reads[] = {
    {"a stream is the default", OLLAMA, OPENAI, "up",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"stream\":true}",
     NULL},
    {"options under their OpenAI names", OLLAMA, OPENAI, "up",
     "{\"model\":\"m\",\"stream\":false,\"messages\":[{\"role\":\"system\","
     "\"content\":\"s\"},{\"role\":\"user\",\"content\":\"hi\"}],\"options\":{"
     "\"num_predict\":7,\"temperature\":0,\"top_p\":0.5,\"seed\":3,\"stop\":["
     "\"a\"],\"presence_penalty\":1,\"frequency_penalty\":-1,\"num_ctx\":99},"
     "\"keep_alive\":-1,\"format\":\"json\",\"think\":\"high\"}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"},"
     "{\"role\":\"user\",\"content\":\"hi\"}],\"response_format\":{\"type\":"
     "\"json_object\"},\"reasoning_effort\":\"high\",\"max_tokens\":7,"
     "\"temperature\":0,\"top_p\":0.5,\"presence_penalty\":1,"
     "\"frequency_penalty\":-1,\"seed\":3,\"stop\":[\"a\"]}",
     "keep_alive;dropped, options.num_ctx;dropped"},
    {"no limit is no limit", OLLAMA, OPENAI, "up",
     "{\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"options\":{\"num_predict\":-1},\"think\":false}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"reasoning_effort\":\"none\"}",
     NULL},
    {"calls are numbered, results find them", OLLAMA, OPENAI, "up",
     "{\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"function\":{"
     "\"name\":\"f\",\"arguments\":{\"a\":1}}},{\"function\":{\"name\":\"g\","
     "\"arguments\":\"{}\"}},{\"id\":\"own\",\"function\":{\"name\":\"f\"}}]},{"
     "\"role\":\"tool\",\"tool_name\":\"g\",\"content\":\"G\"},{\"role\":"
     "\"tool\",\"content\":\"F\"},{\"role\":\"tool\",\"tool_call_id\":\"own\","
     "\"content\":\"O\"}]}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":"
     "\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
     "\"arguments\":\"{\\\"a\\\":1}\"}},{\"id\":\"call_2\",\"type\":"
     "\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}},{\"id\":"
     "\"own\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":"
     "\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"call_2\",\"content\":"
     "\"G\"},{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"F\"},"
     "{\"role\":\"tool\",\"tool_call_id\":\"own\",\"content\":\"O\"}]}",
     NULL},
    {"tools, a schema, images of each kind", OLLAMA, OPENAI, "up",
     "{\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"q\","
     "\"images\":[\"/9j/A\",\"R0lGODA\",\"UklGRA\",\"iVBOR\","
     "\"data:image/x;base64,QQ\"]}],\"tools\":[{\"type\":\"function\","
     "\"function\":{\"name\":\"f\",\"description\":\"d\",\"parameters\":{"
     "\"type\":\"object\"}}}],\"format\":{\"type\":\"object\"},\"logprobs\":"
     "true,\"top_logprobs\":2}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":[{"
     "\"type\":\"text\",\"text\":\"q\"},{\"type\":\"image_url\",\"image_url\":{"
     "\"url\":\"data:image/jpeg;base64,/9j/A\"}},{\"type\":\"image_url\","
     "\"image_url\":{\"url\":\"data:image/gif;base64,R0lGODA\"}},{\"type\":"
     "\"image_url\",\"image_url\":{\"url\":\"data:image/webp;base64,UklGRA\"}},"
     "{\"type\":\"image_url\",\"image_url\":{\"url\":"
     "\"data:image/png;base64,iVBOR\"}},{\"type\":\"image_url\",\"image_url\":{"
     "\"url\":\"data:image/x;base64,QQ\"}}]}],\"tools\":[{\"type\":"
     "\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\","
     "\"parameters\":{\"type\":\"object\"}}}],\"response_format\":{\"type\":"
     "\"json_schema\",\"json_schema\":{\"name\":\"answer\",\"schema\":{"
     "\"type\":\"object\"}}},\"logprobs\":true,\"top_logprobs\":2}",
     NULL},
    {"a prompt", GENERATE, OPENAI, "up",
     "{\"prompt\":\"p\",\"system\":\"s\",\"images\":[\"iVBOR\"],\"raw\":true,"
     "\"think\":true}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"},"
     "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"p\"},{"
     "\"type\":\"image_url\",\"image_url\":{\"url\":"
     "\"data:image/png;base64,iVBOR\"}}]}],\"reasoning_effort\":\"medium\","
     "\"stream\":true}",
     "raw;dropped"},
};

#define MESSAGE(rest) "{\"messages\":[{\"role\":\"user\"," rest "}]}"
#define WITH(rest) \
    "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]," rest "}"

static const struct request_case wrong[] = {
    {"no messages", OLLAMA, OPENAI, "up", "{}",
     "400 messages: must be an array of at least one message", NULL},
    {"none of them", OLLAMA, OPENAI, "up", "{\"messages\":[]}",
     "400 messages: must be an array of at least one message", NULL},
    {"no object", OLLAMA, OPENAI, "up", "{\"messages\":[1]}",
     "400 messages[0]: must be an object", NULL},
    {"a role", OLLAMA, OPENAI, "up", "{\"messages\":[{\"role\":\"x\"}]}",
     "400 messages[0].role: must be system, user, assistant or tool", NULL},
    {"a content", OLLAMA, OPENAI, "up", MESSAGE("\"content\":[]"),
     "400 messages[0].content: must be a string", NULL},
    {"images", OLLAMA, OPENAI, "up", MESSAGE("\"images\":\"x\""),
     "400 messages[0].images: must be an array of base64 strings", NULL},
    {"an image", OLLAMA, OPENAI, "up", MESSAGE("\"images\":[1]"),
     "400 messages[0].images[0]: must be a string", NULL},
    {"calls", OLLAMA, OPENAI, "up",
     "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":{}}]}",
     "400 messages[0].tool_calls: must be an array", NULL},
    {"a call without a name", OLLAMA, OPENAI, "up",
     "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{}]}]}",
     "400 messages[0].tool_calls[0].function.name: must name a function", NULL},
    {"arguments", OLLAMA, OPENAI, "up",
     "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{"
     "\"name\":\"f\",\"arguments\":[]}}]}]}",
     "400 messages[0].tool_calls[0].function.arguments: must be an object",
     NULL},
    {"a result without a call", OLLAMA, OPENAI, "up",
     "{\"messages\":[{\"role\":\"tool\",\"content\":\"x\"}]}",
     "400 messages[0]: must follow the call of a tool that it answers", NULL},
    {"a result of another call", OLLAMA, OPENAI, "up",
     "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{"
     "\"name\":\"f\"}}]},{\"role\":\"tool\",\"tool_name\":\"g\"}]}",
     "400 messages[1]: must follow the call of a tool that it answers", NULL},
    {"tools", OLLAMA, OPENAI, "up", WITH("\"tools\":1"),
     "400 tools: must be an array", NULL},
    {"a tool", OLLAMA, OPENAI, "up", WITH("\"tools\":[{}]"),
     "400 tools[0].function.name: must name a function", NULL},
    {"a format", OLLAMA, OPENAI, "up", WITH("\"format\":\"x\""),
     "400 format: must be \"json\" or a JSON Schema", NULL},
    {"think", OLLAMA, OPENAI, "up", WITH("\"think\":\"hard\""),
     "400 think: must be true, false, low, medium or high", NULL},
    {"a number for think", OLLAMA, OPENAI, "up", WITH("\"think\":1"),
     "400 think: must be true, false, low, medium or high", NULL},
    {"options", OLLAMA, OPENAI, "up", WITH("\"options\":1"),
     "400 options: must be an object", NULL},
    {"an option", OLLAMA, OPENAI, "up", WITH("\"options\":{\"seed\":\"1\"}"),
     "400 options.seed: must be a number", NULL},
    {"stop", OLLAMA, OPENAI, "up", WITH("\"options\":{\"stop\":[1]}"),
     "400 options.stop[0]: must be a string", NULL},
    {"stream", OLLAMA, OPENAI, "up", WITH("\"stream\":1"),
     "400 stream: must be true or false", NULL},
    {"no prompt", GENERATE, OPENAI, "up", "{\"model\":\"m\"}",
     "400 prompt: must be a text that is not empty", NULL},
    {"a prompt that is none", GENERATE, OPENAI, "up", "{\"prompt\":1}",
     "400 prompt: must be a string", NULL},
};

static const struct request_case writes[] = {
    {"every parameter", OPENAI, OLLAMA, "up",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"developer\",\"content\":"
     "\"s\"},{\"role\":\"user\",\"name\":\"bob\",\"content\":[{\"type\":"
     "\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"},{\"type\":"
     "\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,QQ\"}}]}],"
     "\"max_tokens\":5,\"temperature\":0,\"top_p\":1,\"top_k\":4,\"min_p\":0.1,"
     "\"seed\":1,\"stop\":\"x\",\"presence_penalty\":1,\"frequency_penalty\":2,"
     "\"n\":2,\"logprobs\":true,\"top_logprobs\":3,\"user\":\"u\","
     "\"logit_bias\":{},\"response_format\":{\"type\":\"json_object\"},"
     "\"parallel_tool_calls\":false,\"stream\":true}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"},"
     "{\"role\":\"user\",\"content\":\"a\\n\\nb\",\"images\":[\"QQ\"]}],"
     "\"format\":\"json\",\"options\":{\"num_predict\":5,\"temperature\":0,"
     "\"top_p\":1,\"top_k\":4,\"min_p\":0.1,\"seed\":1,\"presence_penalty\":1,"
     "\"frequency_penalty\":2,\"stop\":[\"x\"]},\"logprobs\":true,"
     "\"top_logprobs\":3,\"stream\":true}",
     "messages.name;dropped, logit_bias;dropped, n;dropped, user;dropped"},
    {"a conversation with tools", OPENAI, OLLAMA, "up",
     "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":"
     "\"assistant\",\"content\":null,\"reasoning_content\":\"hm\","
     "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{"
     "\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}},{\"id\":\"c2\",\"type\":"
     "\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"\"}},{\"id\":"
     "\"c3\",\"type\":\"function\",\"function\":{\"name\":\"h\",\"arguments\":"
     "\"oops\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c2\",\"content\":"
     "\"G\"}],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}},"
     "{\"type\":\"function\",\"function\":{\"name\":\"g\",\"description\":"
     "\"d\",\"parameters\":{\"type\":\"object\"}}},{\"type\":\"custom\","
     "\"custom\":{\"name\":\"x\"}}],\"tool_choice\":\"required\"}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"role\":\"assistant\",\"content\":\"\",\"thinking\":\"hm\","
     "\"tool_calls\":[{\"id\":\"c1\",\"function\":{\"name\":\"f\","
     "\"arguments\":{\"a\":1}}},{\"id\":\"c2\",\"function\":{\"name\":\"g\","
     "\"arguments\":{}}},{\"id\":\"c3\",\"function\":{\"name\":\"h\","
     "\"arguments\":{\"input\":\"oops\"}}}]},{\"role\":\"tool\",\"tool_name\":"
     "\"g\",\"tool_call_id\":\"c2\",\"content\":\"G\"}],\"tools\":[{\"type\":"
     "\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":"
     "\"object\",\"properties\":{}}}},{\"type\":\"function\",\"function\":{"
     "\"name\":\"g\",\"description\":\"d\",\"parameters\":{\"type\":\"object\"}"
     "}}],\"stream\":false}",
     "messages.tool_calls.arguments;approximated, tools.custom;dropped, "
     "tool_choice;approximated"},
    {"the named tool alone", OPENAI, OLLAMA, "up",
     "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],\"tools\":[{"
     "\"type\":\"function\",\"function\":{\"name\":\"f\"}},{\"type\":"
     "\"function\",\"function\":{\"name\":\"g\"}}],\"tool_choice\":{\"type\":"
     "\"function\",\"function\":{\"name\":\"g\"}}}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"g\","
     "\"parameters\":{\"type\":\"object\",\"properties\":{}}}}],\"stream\":"
     "false}",
     "tool_choice;approximated"},
    {"no tool may be called", OPENAI, OLLAMA, "up",
     "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],\"tools\":[{"
     "\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"tool_choice\":"
     "\"none\"}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"stream\":false}",
     NULL},
    {"a schema, and reasoning as a word", OPENAI, OLLAMA, "gpt-oss:20b",
     "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"reasoning_effort\":\"low\",\"response_format\":{\"type\":"
     "\"json_schema\",\"json_schema\":{\"name\":\"n\",\"description\":\"d\","
     "\"schema\":{\"type\":\"object\"}}}}",
     "{\"model\":\"gpt-oss:20b\",\"messages\":[{\"role\":\"user\",\"content\":"
     "\"q\"}],\"format\":{\"type\":\"object\"},\"think\":\"low\",\"stream\":"
     "false}",
     "response_format.description;dropped"},
    {"the nearest word", OPENAI, OLLAMA, "gpt-oss:20b",
     "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"reasoning_effort\":\"xhigh\"}",
     "{\"model\":\"gpt-oss:20b\",\"messages\":[{\"role\":\"user\",\"content\":"
     "\"q\"}],\"think\":\"high\",\"stream\":false}",
     "reasoning_effort;approximated"},
    {"reasoning or not", OPENAI, OLLAMA, "qwen3",
     "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"reasoning_effort\":\"low\"}",
     "{\"model\":\"qwen3\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}"
     "],\"think\":true,\"stream\":false}",
     "reasoning_effort;approximated"},
    {"none", OPENAI, OLLAMA, "qwen3",
     "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"reasoning_effort\":\"none\"}",
     "{\"model\":\"qwen3\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}"
     "],\"think\":false,\"stream\":false}",
     NULL},
    {"an image that would have to be fetched", OPENAI, OLLAMA, "up",
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
     "\"image_url\":{\"url\":\"https://h/i.png\"}}]}]}",
     "400 messages.image: the provider of this model does not take it in this "
     "form",
     NULL},
    {"audio", OPENAI, OLLAMA, "up",
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\","
     "\"input_audio\":{\"data\":\"QQ\",\"format\":\"wav\"}}]}]}",
     "400 messages.audio: the provider of this model does not take it in this "
     "form",
     NULL},
    {"what is Ollama's comes back", OLLAMA, OLLAMA, "up",
     "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":"
     "\"assistant\",\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":"
     "\"f\",\"arguments\":{}}}]},{\"role\":\"tool\",\"content\":\"x\","
     "\"images\":[\"iVBOR\"]}],\"keep_alive\":\"5m\",\"options\":{\"num_ctx\":"
     "4096},\"shift\":true}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":"
     "\"call_1\",\"function\":{\"name\":\"f\",\"arguments\":{}}}]},{\"role\":"
     "\"tool\",\"tool_name\":\"f\",\"tool_call_id\":\"call_1\",\"content\":"
     "\"x\",\"images\":[\"iVBOR\"]}],\"options\":{\"num_ctx\":4096},"
     "\"keep_alive\":\"5m\",\"stream\":true}",
     "shift;dropped"},
    {"a prompt comes back", GENERATE, GENERATE, "up",
     "{\"prompt\":\"p\",\"system\":\"s\",\"images\":[\"iVBOR\"],\"raw\":true,"
     "\"suffix\":\"e\",\"stream\":false}",
     "{\"model\":\"up\",\"prompt\":\"p\",\"system\":\"s\",\"images\":["
     "\"iVBOR\"],\"raw\":true,\"suffix\":\"e\",\"stream\":false}",
     NULL},
    {"a conversation is no prompt", OPENAI, GENERATE, "up",
     "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":"
     "\"assistant\",\"content\":\"b\"},{\"role\":\"user\",\"content\":\"c\"}]}",
     "400 messages: must be one of the user's, behind a system prompt at most: "
     "/api/generate takes no conversation",
     NULL},
    {"tools and a prompt", OPENAI, GENERATE, "up",
     "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"tools\":[{"
     "\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}",
     "{\"model\":\"up\",\"prompt\":\"a\",\"stream\":false}", "tools;dropped"},
};

#define HEAD "{\"model\":\"l\",\"created_at\":\"2023-11-14T22:13:20.5Z\","
#define COUNTS                                                     \
    "\"done\":true,\"done_reason\":\"stop\",\"total_duration\":9," \
    "\"prompt_eval_count\":3,\"eval_count\":4"

static const struct decode_case decodes[] = {
    {"a stream", OLLAMA, false,
     HEAD
     "\"message\":{\"role\":\"assistant\",\"content\":\"\",\"thinking\":"
     "\"hm\"},\"done\":false}\n" HEAD
     "\"message\":{\"role\":\"assistant\",\"content\":\"He\"},\"logprobs\":"
     "[{\"token\":\"He\"}],\"done\":false}\n" HEAD
     "\"message\":{\"role\":\"assistant\",\"content\":\"\"}," COUNTS "}",
     "start model=l created=1700000000\n"
     "reasoning text=hm\n"
     "logprobs raw=[{\"token\":\"He\"}]\n"
     "text text=He\n"
     "usage in=3 out=4\n"
     "finish why=stop\n"
     "end\n"},
    {"calls and images", OLLAMA, false,
     "{\"message\":{\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":"
     "\"f\",\"arguments\":{\"a\":1}}},{\"id\":\"i\",\"function\":{\"name\":"
     "\"g\",\"arguments\":{}}}],\"images\":[\"QQ\",\"\"]},\"done\":false}\n"
     "{\"done\":true,\"eval_count\":4}",
     "start\n"
     "image text=QQ type=image/png\n"
     "tool n=0 name=f\n"
     "args n=0 text={\"a\":1}\n"
     "end-tool n=0\n"
     "tool n=1 id=i name=g\n"
     "args n=1 text={}\n"
     "end-tool n=1\n"
     "usage in=0 out=4\n"
     "finish why=tools\n"
     "end\n"},
    {"a whole prompt's answer", GENERATE, true,
     "{\"response\":\"R\",\"thinking\":\"T\",\"done\":true,\"done_reason\":"
     "\"length\"}",
     "start\nreasoning text=T\ntext text=R\nusage\nfinish why=length\nend\n"},
    {"an error in the stream", OLLAMA, false,
     "{\"message\":{\"content\":\"a\"},\"done\":false}\n{\"error\":\"broken\"}",
     "start\ntext text=a\nerror message=broken\n"},
    {"an error as OpenAI says it", OLLAMA, true,
     "{\"error\":{\"message\":\"no\"}}", "error message=no\n"},
    {"no JSON", OLLAMA, false, "{\"message\"", "garbage\n"},
    {"no object", OLLAMA, true, "[]", "garbage\n"},
};

#define CHUNK(delta)                                                      \
    "{\"id\":\"c\",\"model\":\"u\",\"created\":1700000000,\"choices\":[{" \
    "\"index\":0,\"delta\":{" delta "}}]}\n"
#define FINISH(why)                                                            \
    "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" why "\"}]}" \
    "\n"
#define LINE "{\"model\":\"u\",\"created_at\":\"2023-11-14T22:13:20Z\","
#define MESSAGE_OF "\"message\":{\"role\":\"assistant\",\"content\":"
#define END_OF(why, in, out)                                                \
    "\"done\":true,\"done_reason\":\"" why                                  \
    "\",\"total_duration\":0,\"load_duration\":0,\"prompt_eval_count\":" in \
    ",\"prompt_eval_duration\":0,\"eval_count\":" out                       \
    ",\"eval_duration\":0}\n"

static const struct answer_case answers[] = {
    {"a stream", OPENAI, OLLAMA, true,
     CHUNK("\"role\":\"assistant\",\"content\":\"\"")
         CHUNK("\"reasoning_content\":\"hm\"") CHUNK("\"content\":\"Hi\"")
             FINISH("stop") "{\"choices\":[],\"usage\":{\"prompt_tokens\":3,"
                            "\"completion_tokens\":4}}\n[DONE]",
     LINE MESSAGE_OF
     "\"\",\"thinking\":\"hm\"},\"done\":false}\n" LINE MESSAGE_OF
     "\"Hi\"},\"done\":false}\n" LINE MESSAGE_OF
     "\"\"}," END_OF("stop", "3", "4"),
     NULL},
    {"calls whose pieces alternate", OPENAI, OLLAMA, true,
     CHUNK("\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":"
           "\"f\",\"arguments\":\"{\\\"x\\\"\"}}]")
         CHUNK("\"tool_calls\":[{\"index\":1,\"id\":\"b\",\"function\":{"
               "\"name\":\"g\",\"arguments\":\"\"}}]")
             CHUNK("\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":"
                   "\":1}\"}}]") FINISH("tool_calls") "[DONE]",
     LINE MESSAGE_OF
     "\"\",\"tool_calls\":[{\"id\":\"a\",\"function\":{\"index\":0,\"name\":"
     "\"f\",\"arguments\":{\"x\":1}}}]},\"done\":false}\n" LINE MESSAGE_OF
     "\"\",\"tool_calls\":[{\"id\":\"b\",\"function\":{\"index\":1,\"name\":"
     "\"g\",\"arguments\":{}}}]},\"done\":false}\n" LINE MESSAGE_OF
     "\"\"}," END_OF("stop", "0", "0"),
     NULL},
    {"a cut call is not completed", OPENAI, OLLAMA, true,
     CHUNK("\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":"
           "\"f\",\"arguments\":\"{\\\"x\\\"\"}}]") "{\"error\":{\"message\":"
                                                    "\"cut\"}}",
     "{\"error\":\"cut\"}\n", NULL},
    {"logprobs stand with their text; other choices have no place", OPENAI,
     OLLAMA, true,
     "{\"model\":\"u\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},"
     "\"logprobs\":{\"content\":[{\"token\":\"a\"}]}},{\"index\":1,\"delta\":{"
     "\"content\":\"b\"},\"finish_reason\":\"stop\"}]}\n" FINISH(
         "length") "[DONE]",
     LINE MESSAGE_OF
     "\"a\"},\"done\":false,\"logprobs\":[{\"token\":\"a\"}]}\n" LINE MESSAGE_OF
     "\"\"}," END_OF("length", "0", "0"),
     "choices;dropped"},
    {"media and notes", OPENAI, OLLAMA, true,
     CHUNK("\"images\":[{\"image_url\":{\"url\":\"data:image/png;base64,QQ\"}},"
           "{\"image_url\":{\"url\":\"https://h/i\"}}],\"audio\":{\"data\":"
           "\"QQ\"},\"annotations\":[{\"url_citation\":{\"url\":\"u\"}}],"
           "\"reasoning_details\":[{\"format\":\"anthropic-claude-v1\","
           "\"signature\":\"s\"}]") FINISH("content_filter") "[DONE]",
     LINE MESSAGE_OF
     "\"\",\"images\":[\"QQ\"]},\"done\":false}\n" LINE MESSAGE_OF
     "\"\"}," END_OF("content_filter", "0", "0"),
     "reasoning_state;dropped, image;dropped, audio;dropped, "
     "citations;dropped"},
    {"a prompt's answer", OPENAI, GENERATE, true,
     CHUNK("\"reasoning\":\"hm\"") CHUNK("\"content\":\"Hi\"") FINISH("stop")
         CHUNK("\"images\":[{\"image_url\":{\"url\":"
               "\"data:image/png;base64,QQ\"}}]") "[DONE]",
     LINE "\"response\":\"\",\"thinking\":\"hm\",\"done\":false}\n" LINE
          "\"response\":\"Hi\",\"done\":false}\n" LINE
          "\"response\":\"\"," END_OF("stop", "0", "0"),
     "image;dropped"},
    {"whole", OPENAI, OLLAMA, false,
     "{\"model\":\"u\",\"created\":1700000000,\"choices\":[{\"index\":0,"
     "\"message\":{\"role\":\"assistant\",\"content\":\"Hi\","
     "\"reasoning_content\":\"hm\",\"tool_calls\":[{\"id\":\"a\",\"function\":{"
     "\"name\":\"f\",\"arguments\":\"{}\"}},{\"function\":{\"name\":\"g\","
     "\"arguments\":\"oops\"}}],\"images\":[{\"image_url\":{\"url\":"
     "\"data:image/png;base64,QQ\"}},{\"image_url\":{\"url\":\"https://h\"}}]},"
     "\"logprobs\":{\"content\":[{\"token\":\"Hi\"}]},\"finish_reason\":"
     "\"tool_calls\"},{\"index\":1,\"message\":{\"content\":\"b\"}}],\"usage\":"
     "{\"prompt_tokens\":3,\"completion_tokens\":4}}",
     LINE MESSAGE_OF
     "\"Hi\",\"thinking\":\"hm\",\"images\":[\"QQ\"],\"tool_calls\":[{\"id\":"
     "\"a\",\"function\":{\"index\":0,\"name\":\"f\",\"arguments\":{}}},{"
     "\"id\":\"call_x1_1\",\"function\":{\"index\":1,\"name\":\"g\","
     "\"arguments\":{\"input\":\"oops\"}}}]},\"done\":true,\"logprobs\":[{"
     "\"token\":\"Hi\"}],\"done_reason\":\"stop\",\"total_duration\":0,"
     "\"load_duration\":0,\"prompt_eval_count\":3,\"prompt_eval_duration\":0,"
     "\"eval_count\":4,\"eval_duration\":0}\n",
     "image;dropped, tool_calls.arguments;approximated, choices;dropped"},
    {"from Ollama to OpenAI", OLLAMA, OPENAI, true,
     HEAD "\"message\":{\"content\":\"Hi\"},\"done\":false}\n" HEAD
          "\"message\":{\"content\":\"\"}," COUNTS "}",
     "data: {\"id\":\"chatcmpl-x1\",\"object\":\"chat.completion.chunk\","
     "\"created\":1700000000,\"model\":\"l\",\"choices\":[{\"index\":0,"
     "\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":"
     "null}],\"usage\":null}\n\n"
     "data: {\"id\":\"chatcmpl-x1\",\"object\":\"chat.completion.chunk\","
     "\"created\":1700000000,\"model\":\"l\",\"choices\":[{\"index\":0,"
     "\"delta\":{\"content\":\"Hi\"},\"finish_reason\":null}],\"usage\":null}"
     "\n\n"
     "data: {\"id\":\"chatcmpl-x1\",\"object\":\"chat.completion.chunk\","
     "\"created\":1700000000,\"model\":\"l\",\"choices\":[{\"index\":0,"
     "\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":null}\n\n"
     "data: {\"id\":\"chatcmpl-x1\",\"object\":\"chat.completion.chunk\","
     "\"created\":1700000000,\"model\":\"l\",\"choices\":[],\"usage\":{"
     "\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7,"
     "\"prompt_tokens_details\":{\"cached_tokens\":0},"
     "\"completion_tokens_details\":{\"reasoning_tokens\":0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"an error to OpenAI", OLLAMA, OLLAMA, true, "{\"error\":\"no\"}",
     "{\"error\":\"no\"}\n", NULL},
};

static void requests_are_read(void **state)
{
    (void)state;
    check_requests(reads, SL_LEN(reads));
}

static void wrong_requests_are_named(void **state)
{
    (void)state;
    check_requests(wrong, SL_LEN(wrong));
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
    struct test_mem m;
    struct arena a;
    struct chat_error e = {.status = 404};

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 256, 65536);
    dialect_ollama.read_error(STR(" {\"error\":\"no model\"}\n"), &a, &e);
    check_str(e.message, STR("no model"));
    assert_int_equal(e.status, 404);
    e.message = (struct str){0};
    dialect_ollama.read_error(STR("<html>"), &a, &e);
    check_str(e.message, STR(""));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_read),
        cmocka_unit_test(wrong_requests_are_named),
        cmocka_unit_test(requests_are_written),
        cmocka_unit_test(answers_are_read),
        cmocka_unit_test(answers_are_written),
        cmocka_unit_test(errors_are_read),
    };

    return test_run("dialect_ollama", tests, SL_LEN(tests));
}
