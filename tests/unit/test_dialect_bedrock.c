/* SPDX-License-Identifier: MIT */
#include "dialect_talks.h"
#include "dialects.h"

#define OPENAI &dialect_openai_chat
#define CLIENT &dialect_anthropic
#define BEDROCK &dialect_bedrock
#define CLAUDE "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
#define OLD "anthropic.claude-3-haiku-20240307-v1:0"
#define NOVA "us.amazon.nova-pro-v1:0"
#define NOVA2 "us.amazon.nova-2-lite-v1:0"
#define GPT "openai.gpt-oss-120b-1:0"
#define LLAMA "meta.llama3-1-8b-instruct-v1:0"
#define USER "{\"role\":\"user\",\"content\":\"q\"}"
#define ASKED "{\"messages\":[" USER "],"
#define SAID \
    "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"q\"}]}]"
#define OPEN "{\"type\":\"object\",\"properties\":{}}"
#define SPEC(name)                                                             \
    "{\"toolSpec\":{\"name\":\"" name "\",\"inputSchema\":{\"json\":" OPEN "}" \
    "}"                                                                        \
    "}"
#define FUNCTION(name) \
    "{\"type\":\"function\",\"function\":{\"name\":\"" name "\"}}"
#define SCHEMA                                                              \
    "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{"       \
    "\"name\":\"n\",\"description\":\"d\",\"schema\":{\"type\":\"object\"," \
    "\"properties\":{\"a\":{\"type\":\"string\"}}}}}"

static const struct request_case writes[] = {
    {"every parameter", OPENAI, BEDROCK, OLD,
     "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"}," USER "],"
     "\"max_tokens\":5,\"temperature\":1.5,\"top_p\":0.5,\"top_k\":4,"
     "\"min_p\":0.1,\"seed\":1,\"stop\":[\"a\",\" \"],\"presence_penalty\":1,"
     "\"frequency_penalty\":0.5,\"n\":2,\"logprobs\":true,\"top_logprobs\":3,"
     "\"user\":\"u\",\"logit_bias\":{},\"metadata\":{\"k\":\"v\",\"l\":\"ü\"},"
     "\"service_tier\":\"flex\",\"guardrailConfig\":{\"trace\":\"enabled\"},"
     "\"additionalModelRequestFields\":{\"x\":[1]},\"stream\":true}",
     "{\"system\":[{\"text\":\"s\"}],\"messages\":[{\"role\":\"user\","
     "\"content\":[{\"text\":\"q\"}]}],\"inferenceConfig\":{\"maxTokens\":5,"
     "\"temperature\":1,\"topP\":0.5,\"stopSequences\":[\"a\"]},"
     "\"additionalModelRequestFields\":{\"top_k\":4,\"x\":[1]},"
     "\"requestMetadata\":{\"k\":\"v\"},\"serviceTier\":{\"type\":\"flex\"},"
     "\"guardrailConfig\":{\"trace\":\"enabled\"}}",
     "temperature;approximated, stop;approximated, metadata;approximated, "
     "logit_bias;dropped, min_p;dropped, presence_penalty;dropped, "
     "frequency_penalty;dropped, seed;dropped, logprobs;dropped, "
     "top_logprobs;dropped, n;dropped, user;dropped"},
    {"what a client says of its own", OPENAI, BEDROCK, CLAUDE,
     ASKED "\"top_k\":1,\"reasoning_effort\":\"low\","
           "\"additionalModelRequestFields\":{\"top_k\":2,\"thinking\":{}}}",
     SAID ",\"additionalModelRequestFields\":{\"top_k\":2,\"thinking\":{}}}",
     "top_k;dropped"},
    {"no fields", OPENAI, BEDROCK, CLAUDE,
     ASKED "\"additionalModelRequestFields\":1}",
     "400 additionalModelRequestFields: must be an object", NULL},
    {"a tier unknown", OPENAI, BEDROCK, GPT,
     ASKED "\"service_tier\":\"scale\"}", SAID "}", "service_tier;dropped"},
    {"metadata without a fit one", OPENAI, BEDROCK, GPT,
     ASKED "\"metadata\":{\"k\":\"?\"}}", SAID "}", "metadata;approximated"},
    {"top_k of others", OPENAI, BEDROCK, NOVA, ASKED "\"top_k\":3}",
     SAID ",\"additionalModelRequestFields\":{\"inferenceConfig\":{\"topK\":3}"
          "}}",
     NULL},
    {"no top_k", OPENAI, BEDROCK, LLAMA, ASKED "\"top_k\":3}", SAID "}",
     "top_k;dropped"},
    {"Cohere's top_k", OPENAI, BEDROCK, "cohere.command-r-v1:0",
     ASKED "\"top_k\":3}", SAID ",\"additionalModelRequestFields\":{\"k\":3}}",
     NULL},

    {"thinking", OPENAI, BEDROCK, CLAUDE,
     ASKED "\"reasoning_effort\":\"low\",\"max_tokens\":9000,"
           "\"temperature\":0.2}",
     SAID ",\"inferenceConfig\":{\"maxTokens\":9000},"
          "\"additionalModelRequestFields\":{\"thinking\":{\"type\":"
          "\"enabled\",\"budget_tokens\":2048}}}",
     "temperature;dropped"},
    {"as much as it finds right", OPENAI, BEDROCK,
     "global.anthropic.claude-opus-5-5", ASKED "\"reasoning_effort\":\"low\"}",
     SAID ",\"additionalModelRequestFields\":{\"thinking\":{\"type\":"
          "\"adaptive\"}},\"outputConfig\":{\"effort\":\"low\"}}",
     NULL},
    {"in the client's words", CLIENT, BEDROCK, CLAUDE,
     ASKED
     "\"model\":\"m\",\"max_tokens\":4000,\"thinking\":{\"type\":\"enabled\","
     "\"budget_tokens\":1500},\"metadata\":{\"user_id\":\"u\"}}",
     SAID ",\"inferenceConfig\":{\"maxTokens\":4000},"
          "\"additionalModelRequestFields\":{\"thinking\":{\"type\":"
          "\"enabled\",\"budget_tokens\":1500}}}",
     "user;dropped"},
    {"an effort of Nova's", OPENAI, BEDROCK, NOVA2,
     ASKED "\"reasoning_effort\":\"minimal\"}",
     SAID ",\"additionalModelRequestFields\":{\"reasoningConfig\":{\"type\":"
          "\"enabled\",\"maxReasoningEffort\":\"low\"}}}",
     "reasoning_effort;approximated"},
    {"Nova without it", OPENAI, BEDROCK, NOVA2,
     ASKED "\"reasoning_effort\":\"none\"}",
     SAID ",\"additionalModelRequestFields\":{\"reasoningConfig\":{\"type\":"
          "\"disabled\"}}}",
     NULL},
    {"an effort of OpenAI's", OPENAI, BEDROCK, GPT,
     ASKED "\"reasoning_effort\":\"high\",\"temperature\":0}",
     SAID ",\"inferenceConfig\":{\"temperature\":0},"
          "\"additionalModelRequestFields\":{\"reasoning_effort\":\"high\"}}",
     NULL},
    {"OpenAI's can't be without", OPENAI, BEDROCK, GPT,
     ASKED "\"reasoning_effort\":\"none\"}", SAID "}",
     "reasoning_effort;dropped"},
    {"no thinking at all", OPENAI, BEDROCK, LLAMA,
     ASKED "\"reasoning_effort\":\"high\"}", SAID "}",
     "reasoning_effort;dropped"},

    {"tools, and one that must be called", OPENAI, BEDROCK, CLAUDE,
     ASKED "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
           "\"description\":\"d\",\"strict\":true,\"parameters\":{"
           "\"properties\":{}}}},{\"type\":\"custom\",\"custom\":{\"name\":"
           "\"g\"}}],\"tool_choice\":{\"type\":\"function\",\"function\":{"
           "\"name\":\"f\"}},\"parallel_tool_calls\":false}",
     SAID ",\"toolConfig\":{\"tools\":[{\"toolSpec\":{\"name\":\"f\","
          "\"description\":\"d\",\"inputSchema\":{\"json\":{\"type\":"
          "\"object\",\"properties\":{}}},\"strict\":true}},{\"toolSpec\":{"
          "\"name\":\"g\",\"inputSchema\":{\"json\":{\"type\":\"object\","
          "\"properties\":{\"input\":{\"type\":\"string\"}},\"required\":["
          "\"input\"]}}}}],\"toolChoice\":{\"tool\":{\"name\":\"f\"}}}}",
     "tools.custom;approximated, parallel_tool_calls;dropped"},
    {"some tool", OPENAI, BEDROCK, NOVA,
     ASKED "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
           "\"strict\":true}}],\"tool_choice\":\"required\"}",
     SAID ",\"toolConfig\":{\"tools\":[" SPEC("f") "],\"toolChoice\":{\"any\":"
                                                   "{}}}}",
     "tools.strict;dropped"},
    {"which can't be forced", OPENAI, BEDROCK, LLAMA,
     ASKED "\"tools\":[" FUNCTION("f") "],\"tool_choice\":\"required\"}",
     SAID ",\"toolConfig\":{\"tools\":[" SPEC("f") "],\"toolChoice\":{\"auto\":"
                                                   "{}}}}",
     "tool_choice;approximated"},
    {"no tool is none at all", OPENAI, BEDROCK, NOVA,
     ASKED "\"tools\":[" FUNCTION("f") "],\"tool_choice\":\"none\"}", SAID "}",
     NULL},
    {"one of several; a tool of another vendor", CLIENT, BEDROCK, CLAUDE,
     ASKED "\"model\":\"m\",\"max_tokens\":5,\"tools\":[{\"name\":\"f\","
           "\"input_schema\":" OPEN
           ",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}},{"
           "\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]}",
     SAID
     ",\"inferenceConfig\":{\"maxTokens\":5},\"toolConfig\":{\"tools\":[" SPEC(
         "f") ",{\"cachePoint\":{\"type\":\"default\",\"ttl\":\"1h\"}}]}"
              "}",
     "tools.web_search_20250305;dropped"},
    {"a cache that is not there", CLIENT, BEDROCK, LLAMA,
     "{\"model\":\"m\",\"max_tokens\":5,\"tools\":[{\"name\":\"f\",\"input_"
     "schema\":" OPEN
     ",\"cache_control\":{\"type\":\"ephemeral\"}}],\"messages\":[{\"role\":"
     "\"user\",\"content\":[{\"type\":\"text\",\"text\":\"q\","
     "\"cache_control\":{\"type\":\"ephemeral\"}}]}]}",
     SAID
     ",\"inferenceConfig\":{\"maxTokens\":5},\"toolConfig\":{\"tools\":[" SPEC(
         "f") "]}}",
     "cache_control;dropped"},

    {"a schema", OPENAI, BEDROCK, CLAUDE, ASKED SCHEMA "}",
     SAID ",\"outputConfig\":{\"textFormat\":{\"type\":\"json_schema\","
          "\"structure\":{\"jsonSchema\":{\"schema\":\"{\\\"type\\\":"
          "\\\"object\\\",\\\"properties\\\":{\\\"a\\\":{\\\"type\\\":"
          "\\\"string\\\"}}}\",\"name\":\"n\",\"description\":\"d\"}}}}}",
     NULL},
    {"a schema by a tool", OPENAI, BEDROCK, NOVA, ASKED SCHEMA "}",
     SAID ",\"toolConfig\":{\"tools\":[{\"toolSpec\":{\"name\":\"json\","
          "\"description\":\"d\",\"inputSchema\":{\"json\":{\"type\":"
          "\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}}}}],"
          "\"toolChoice\":{\"tool\":{\"name\":\"json\"}}}}",
     NULL},
    {"any JSON, in words", OPENAI, BEDROCK, LLAMA,
     ASKED "\"response_format\":{\"type\":\"json_object\"}}",
     "{\"system\":[{\"text\":\"Answer with one valid JSON object and nothing "
     "else: no other text, no code fence.\"}],\"messages\":[{\"role\":"
     "\"user\",\"content\":[{\"text\":\"q\"}]}]}",
     "response_format;approximated"},

    {"a turn with calls and results", OPENAI, BEDROCK, CLAUDE,
     "{\"messages\":[" USER ",{\"role\":\"assistant\",\"content\":\" \","
     "\"tool_calls\":[{\"id\":\"c/1\",\"type\":\"function\",\"function\":{"
     "\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}},{\"id\":\"c2\","
     "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":"
     "\"oops\"}}]},{\"role\":\"user\",\"content\":\"more\"},{\"role\":"
     "\"tool\",\"tool_call_id\":\"c/1\",\"content\":\"r\"},{\"role\":\"tool\","
     "\"tool_call_id\":\"c2\",\"content\":\"\"}]}",
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"q\"}]},{"
     "\"role\":\"assistant\",\"content\":[{\"toolUse\":{\"toolUseId\":\"c_1\","
     "\"name\":\"f\",\"input\":{\"a\":1}}},{\"toolUse\":{\"toolUseId\":\"c2\","
     "\"name\":\"f\",\"input\":{\"input\":\"oops\"}}}]},{\"role\":\"user\","
     "\"content\":[{\"toolResult\":{\"toolUseId\":\"c_1\",\"content\":[{"
     "\"text\":\"r\"}]}},{\"toolResult\":{\"toolUseId\":\"c2\",\"content\":[]}"
     "},{\"text\":\"more\"}]}],\"toolConfig\":{\"tools\":[" SPEC("f") "]}}",
     "messages.tool_calls.arguments;approximated"},
    {"calls before, no tool now", OPENAI, BEDROCK, CLAUDE,
     "{\"messages\":[" USER ",{\"role\":\"assistant\",\"content\":null,"
     "\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{"
     "\"name\":\"f\",\"arguments\":\"{}\"}}]},{\"role\":\"tool\","
     "\"tool_call_id\":\"c\",\"content\":\"r\"}],\"tools\":[" FUNCTION(
         "f") "],\"tool_choice\":\"none\"}",
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"q\"}]},{"
     "\"role\":\"assistant\",\"content\":[{\"toolUse\":{\"toolUseId\":\"c\","
     "\"name\":\"f\",\"input\":{}}}]},{\"role\":\"user\",\"content\":[{"
     "\"toolResult\":{\"toolUseId\":\"c\",\"content\":[{\"text\":\"r\"}]}}]}],"
     "\"toolConfig\":{\"tools\":[" SPEC("f") "]}}",
     "tool_choice;dropped"},
    {"a result without a call", OPENAI, BEDROCK, CLAUDE,
     "{\"messages\":[{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":"
     "\"r\"}]}",
     "400 messages: a tool's result answers no tool call of an earlier "
     "message",
     NULL},
    {"a failed result; a cache; systems in between", CLIENT, BEDROCK, CLAUDE,
     "{\"model\":\"m\",\"max_tokens\":5,\"system\":[{\"type\":\"text\","
     "\"text\":\"s\","
     "\"cache_control\":{\"type\":\"ephemeral\"}}],\"messages\":[" USER ",{"
     "\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"c\","
     "\"name\":\"f\",\"input\":{}}]},{\"role\":\"user\",\"content\":[{"
     "\"type\":\"tool_result\",\"tool_use_id\":\"c\",\"is_error\":true,"
     "\"content\":[{\"type\":\"text\",\"text\":\"bad\",\"cache_control\":{"
     "\"type\":\"ephemeral\"}},{\"type\":\"image\",\"source\":{\"type\":"
     "\"base64\",\"media_type\":\"image/jpeg\",\"data\":\"QQ==\"}}]}]}]}",
     "{\"system\":[{\"text\":\"s\"},{\"cachePoint\":{\"type\":\"default\"}}],"
     "\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"q\"}]},{"
     "\"role\":\"assistant\",\"content\":[{\"toolUse\":{\"toolUseId\":\"c\","
     "\"name\":\"f\",\"input\":{}}}]},{\"role\":\"user\",\"content\":[{"
     "\"toolResult\":{\"toolUseId\":\"c\",\"content\":[{\"text\":\"bad\"},{"
     "\"image\":{\"format\":\"jpeg\",\"source\":{\"bytes\":\"QQ==\"}}}],"
     "\"status\":\"error\"}}]}],\"inferenceConfig\":{\"maxTokens\":5},"
     "\"toolConfig\":{\"tools\":[" SPEC("f") "]}}",
     "cache_control;dropped"},

    {"images, sound, documents", OPENAI, BEDROCK, CLAUDE,
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
     "\"image_url\":{\"url\":\"data:image/webp;base64,QQ==\",\"detail\":"
     "\"low\"}},{\"type\":\"image_url\",\"image_url\":{\"url\":"
     "\"s3://bucket/a.png\"}},{\"type\":\"input_audio\",\"input_audio\":{"
     "\"data\":\"QQ==\",\"format\":\"wav\"}},{\"type\":\"file\",\"file\":{"
     "\"filename\":\"my  r_é.v1.docx\",\"file_data\":"
     "\"data:application/octet-stream;base64,QQ==\"}},{\"type\":\"file\","
     "\"file\":{\"file_data\":\"data:application/pdf;base64,QQ==\"}}]}]}",
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"image\":{\"format\":"
     "\"webp\",\"source\":{\"bytes\":\"QQ==\"}}},{\"image\":{\"format\":"
     "\"png\",\"source\":{\"s3Location\":{\"uri\":\"s3://bucket/a.png\"}}}},{"
     "\"audio\":{\"format\":\"wav\",\"source\":{\"bytes\":\"QQ==\"}}},{"
     "\"document\":{\"format\":\"docx\",\"name\":\"my -r----v1\",\"source\":{"
     "\"bytes\":\"QQ==\"}}},{\"document\":{\"format\":\"pdf\",\"name\":"
     "\"document\",\"source\":{\"bytes\":\"QQ==\"}}}]}]}",
     "messages.image_url.detail;dropped"},
    {"a document that is text", CLIENT, BEDROCK, CLAUDE,
     "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\","
     "\"content\":[{"
     "\"type\":\"document\",\"title\":\"t\",\"source\":{\"type\":\"text\","
     "\"media_type\":\"text/plain\",\"data\":\"hello\"}}]}]}",
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"document\":{"
     "\"format\":\"txt\",\"name\":\"t\",\"source\":{\"bytes\":\"aGVsbG8=\"}}}]"
     "}],\"inferenceConfig\":{\"maxTokens\":5}}",
     NULL},
    {"an image elsewhere", OPENAI, BEDROCK, CLAUDE,
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
     "\"image_url\":{\"url\":\"https://x/a.png\"}}]}]}",
     "400 messages: this provider reads no URLs but s3://: send the data "
     "itself",
     NULL},
    {"an image of another kind", OPENAI, BEDROCK, CLAUDE,
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
     "\"image_url\":{\"url\":\"data:image/tiff;base64,QQ==\"}}]}]}",
     "400 messages: this provider does not take media of this type", NULL},
    {"a file of OpenAI's", OPENAI, BEDROCK, CLAUDE,
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\","
     "\"file\":{\"file_id\":\"f\"}}]}]}",
     "400 messages: this provider does not have the file that a file_id "
     "names: send the data itself",
     NULL},

    {"thoughts that are its own", OPENAI, BEDROCK, CLAUDE,
     "{\"messages\":[" USER ",{\"role\":\"assistant\",\"content\":\"a\","
     "\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"t\","
     "\"signature\":\"S\",\"format\":\"bedrock-converse-v1\"},{\"type\":"
     "\"reasoning.encrypted\",\"data\":\"{\\\"redactedContent\\\":\\\"Ug==\\\""
     "}\",\"format\":\"bedrock-converse-v1\"},{\"type\":\"reasoning.text\","
     "\"text\":\"x\",\"signature\":\"Z\",\"format\":\"anthropic-claude-v1\"}]},"
     "{\"role\":\"user\",\"name\":\"n\",\"content\":\"b\"}]}",
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"q\"}]},{"
     "\"role\":\"assistant\",\"content\":[{\"reasoningContent\":{"
     "\"reasoningText\":{\"text\":\"t\",\"signature\":\"S\"}}},{"
     "\"reasoningContent\":{\"redactedContent\":\"Ug==\"}},{\"text\":\"a\"}]},"
     "{\"role\":\"user\",\"content\":[{\"text\":\"b\"}]}]}",
     "messages.reasoning;dropped, messages.name;dropped"},
    {"thoughts through Anthropic's client", CLIENT, BEDROCK, CLAUDE,
     "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[" USER
     ",{\"role\":\"assistant\","
     "\"content\":[{\"type\":\"thinking\",\"thinking\":\"t\",\"signature\":"
     "\"sluice:bedrock:S\"},{\"type\":\"text\",\"text\":\"a\"}]}," USER "]}",
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"q\"}]},{"
     "\"role\":\"assistant\",\"content\":[{\"reasoningContent\":{"
     "\"reasoningText\":{\"text\":\"t\",\"signature\":\"S\"}}},{\"text\":"
     "\"a\"}]},{\"role\":\"user\",\"content\":[{\"text\":\"q\"}]}],"
     "\"inferenceConfig\":{\"maxTokens\":5}}",
     NULL},
    {"a document of no kind that is known", CLIENT, BEDROCK, CLAUDE,
     "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\","
     "\"content\":[{\"type\":\"document\",\"title\":\"a.bin\",\"source\":{"
     "\"type\":\"base64\",\"media_type\":\"application/x\",\"data\":\"QQ==\"}}]"
     "}]}",
     "400 messages: this provider does not take media of this type", NULL},
    {"an image of the assistant's", CLIENT, BEDROCK, CLAUDE,
     "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[" USER ",{\"role\":"
     "\"assistant\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":"
     "\"base64\",\"media_type\":\"image/png\",\"data\":\"QQ==\"}},{\"type\":"
     "\"text\",\"text\":\"a\"}]}," USER "]}",
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"q\"}]},{"
     "\"role\":\"assistant\",\"content\":[{\"text\":\"a\"}]},{\"role\":"
     "\"user\",\"content\":[{\"text\":\"q\"}]}],\"inferenceConfig\":{"
     "\"maxTokens\":5}}",
     "messages.image;dropped"},
    {"states that say too much", OPENAI, BEDROCK, CLAUDE,
     "{\"messages\":[" USER ",{\"role\":\"assistant\",\"content\":\"a\","
     "\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"t\","
     "\"signature\":\"{\\\"redactedContent\\\":\\\"Ug==\\\"}\",\"format\":"
     "\"bedrock-converse-v1\"}],\"tool_calls\":[{\"id\":\"c\",\"type\":"
     "\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"},"
     "\"extra_content\":{\"google\":{\"thought_signature\":\"G\"}}}]},{"
     "\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"r\"}]}",
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"q\"}]},{"
     "\"role\":\"assistant\",\"content\":[{\"reasoningContent\":{"
     "\"redactedContent\":\"Ug==\"}},{\"text\":\"a\"},{\"toolUse\":{"
     "\"toolUseId\":\"c\",\"name\":\"f\",\"input\":{}}}]},{\"role\":\"user\","
     "\"content\":[{\"toolResult\":{\"toolUseId\":\"c\",\"content\":[{"
     "\"text\":\"r\"}]}}]}],\"toolConfig\":{\"tools\":[" SPEC("f") "]}}",
     "messages.reasoning;dropped, messages.state;dropped"},
    {"a file without a type", OPENAI, BEDROCK, CLAUDE,
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\","
     "\"file\":{\"filename\":\"a\",\"file_data\":\"QQ==\"}}]}]}",
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"document\":{"
     "\"format\":\"pdf\",\"name\":\"a\",\"source\":{\"bytes\":\"QQ==\"}}}]}]}",
     NULL},
    {"nothing but a system prompt", OPENAI, BEDROCK, CLAUDE,
     "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"}]}",
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"s\"}]}]}",
     "messages.system;moved"},
};

static const struct decode_case decodes[] = {
    {"a stream", BEDROCK, false,
     "@messageStart {\"role\":\"assistant\",\"p\":\"ab\"}\n"
     "@contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{"
     "\"reasoningContent\":{\"text\":\"h\"}}}\n"
     "@contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{"
     "\"reasoningContent\":{\"signature\":\"S\"}}}\n"
     "@contentBlockStop {\"contentBlockIndex\":0}\n"
     "@contentBlockDelta {\"contentBlockIndex\":1,\"delta\":{"
     "\"reasoningContent\":{\"redactedContent\":\"Ug==\"}}}\n"
     "@contentBlockDelta "
     "{\"contentBlockIndex\":2,\"delta\":{\"text\":\"Hi\"}}\n"
     "@contentBlockDelta {\"contentBlockIndex\":2,\"delta\":{\"citation\":{"
     "\"title\":\"t\",\"location\":{\"web\":{\"url\":\"u\"}}}}}\n"
     "@contentBlockDelta {\"contentBlockIndex\":2,\"delta\":{\"citation\":{"
     "\"title\":\"t\",\"location\":{\"documentPage\":{\"start\":1}}}}}\n"
     "@contentBlockStop {\"contentBlockIndex\":2}\n"
     "@messageStop {\"stopReason\":\"end_turn\"}\n"
     "@metadata {\"usage\":{\"inputTokens\":3,\"outputTokens\":4,"
     "\"totalTokens\":14,\"cacheReadInputTokens\":2,"
     "\"cacheWriteInputTokens\":5},\"metrics\":{\"latencyMs\":1}}",
     "start\nreasoning text=h\nstate\nstate\ntext text=Hi\n"
     "citation url=u title=t\nfinish why=stop\nusage in=10 out=4 cached=2\n"
     "end\n"},
    {"calls", BEDROCK, false,
     "@messageStart {\"role\":\"assistant\"}\n"
     "@contentBlockStart {\"contentBlockIndex\":0,\"start\":{\"toolUse\":{"
     "\"toolUseId\":\"c\",\"name\":\"f\"}}}\n"
     "@contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"toolUse\":{"
     "\"input\":\"\"}}}\n"
     "@contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"toolUse\":{"
     "\"input\":\"{}\"}}}\n"
     "@contentBlockStop {\"contentBlockIndex\":0}\n"
     "@contentBlockStart {\"contentBlockIndex\":1,\"start\":{\"toolUse\":{"
     "\"toolUseId\":\"s\",\"name\":\"nova_grounding\",\"type\":"
     "\"server_tool_use\"}}}\n"
     "@contentBlockDelta {\"contentBlockIndex\":1,\"delta\":{\"toolUse\":{"
     "\"input\":\"{}\"}}}\n"
     "@contentBlockStart {\"contentBlockIndex\":2,\"start\":{\"toolUse\":{"
     "\"toolUseId\":\"d\",\"name\":\"g\"}}}\n"
     "@messageStop {\"stopReason\":\"tool_use\"}",
     "start\ntool n=0 id=c name=f\nargs n=0 text={}\nend-tool n=0\n"
     "tool n=1 id=d name=g\nargs n=1 text={}\nend-tool n=1\n"
     "finish why=tools\n"},
    {"a picture", BEDROCK, false,
     "@contentBlockStart {\"contentBlockIndex\":0,\"start\":{\"image\":{"
     "\"format\":\"gif\"}}}\n"
     "@contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"image\":{"
     "\"source\":{\"bytes\":\"QQ==\"}}}}",
     "start\nimage text=QQ== type=image/gif\n"},
    {"too fast", BEDROCK, false,
     "@messageStart {\"role\":\"assistant\"}\n"
     "@throttlingException {\"message\":\"slow down\"}",
     "start\nerror status=429 code=rate_limit_exceeded message=slow down\n"},
    {"a model that fails", BEDROCK, false,
     "@modelStreamErrorException {\"message\":\"m\",\"originalStatusCode\":"
     "500}",
     "error status=502 message=m\n"},
    {"too much", BEDROCK, false,
     "@validationException {\"message\":\"Input is too long for requested "
     "model.\"}",
     "error status=400 code=context_length_exceeded message=Input is too long "
     "for requested model.\n"},
    {"an exception that is new", BEDROCK, false, "@newException {}",
     "error status=500\n"},
    {"an error of the stream", BEDROCK, false, "@error internal failure",
     "error status=500 message=internal failure\n"},
    {"an event that is new", BEDROCK, false, "@pong {}", "start\n"},
    {"no JSON", BEDROCK, false, "@messageStart x", "garbage\n"},
    {"what is not well-formed", BEDROCK, false,
     "@messageStop {\"stopReason\":\"malformed_tool_use\"}",
     "start\nerror status=502 message=what the model wrote is not "
     "well-formed\n"},
    {"whole", BEDROCK, true,
     "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{"
     "\"reasoningContent\":{\"reasoningText\":{\"text\":\"h\",\"signature\":"
     "\"S\"}}},{\"reasoningContent\":{\"redactedContent\":\"Ug==\"}},{"
     "\"text\":\"a\"},{\"citationsContent\":{\"content\":[{\"text\":\"b\"}],"
     "\"citations\":[{\"title\":\"t\",\"location\":{\"web\":{\"url\":\"u\"}}}]"
     "}},{\"image\":{\"format\":\"png\",\"source\":{\"bytes\":\"QQ==\"}}},{"
     "\"toolUse\":{\"toolUseId\":\"c\",\"name\":\"f\",\"input\":{\"a\":1}}},{"
     "\"toolUse\":{\"toolUseId\":\"d\",\"name\":\"g\",\"input\":{}}}]}},"
     "\"stopReason\":\"tool_use\",\"usage\":{\"inputTokens\":3,"
     "\"outputTokens\":4,\"totalTokens\":7}}",
     "start\nreasoning text=h\nstate\nstate\ntext text=a\ntext text=b\n"
     "citation url=u title=t\nimage text=QQ== type=image/png\n"
     "tool n=0 id=c name=f\nargs n=0 text={\"a\":1}\nend-tool n=0\n"
     "tool n=1 id=d name=g\nargs n=1 text={}\nend-tool n=1\n"
     "usage in=3 out=4\nfinish why=tools\n"},
    {"a word that stops", BEDROCK, true,
     "{\"output\":{\"message\":{\"content\":[]}},\"stopReason\":"
     "\"stop_sequence\",\"additionalModelResponseFields\":{\"stop_sequence\":"
     "\"X\"}}",
     "start\nfinish why=sequence\n"},
    {"a guardrail", BEDROCK, true,
     "{\"output\":{\"message\":{\"content\":[{\"text\":\"no\"}]}},"
     "\"stopReason\":\"guardrail_intervened\"}",
     "start\ntext text=no\nfinish why=filter\n"},
    {"no room left", BEDROCK, true,
     "{\"output\":{\"message\":{\"content\":[]}},\"stopReason\":"
     "\"model_context_window_exceeded\"}",
     "start\nfinish why=length\n"},
    {"no message", BEDROCK, true, "{\"output\":{}}", "garbage\n"},
};

#define BEGUN                                                       \
    "{\"id\":\"chatcmpl-x1\",\"object\":\"chat.completion.chunk\"," \
    "\"created\":1700000000,\"model\":\"m\",\"choices\":[{\"index\":0,"

static const struct answer_case answers[] = {
    {"the usage comes last", BEDROCK, OPENAI, true,
     "@messageStart {\"role\":\"assistant\"}\n"
     "@contentBlockDelta "
     "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"Hi\"}}\n"
     "@contentBlockStop {\"contentBlockIndex\":0}\n"
     "@messageStop {\"stopReason\":\"max_tokens\"}\n"
     "@metadata {\"usage\":{\"inputTokens\":3,\"outputTokens\":4}}",
     "data: " BEGUN "\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
     "\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: " BEGUN "\"delta\":{\"content\":\"Hi\"},\"finish_reason\":null}],"
     "\"usage\":null}\n\n"
     "data: " BEGUN "\"delta\":{},\"finish_reason\":\"length\"}],"
     "\"usage\":null}\n\n"
     "data: {\"id\":\"chatcmpl-x1\",\"object\":\"chat.completion.chunk\","
     "\"created\":1700000000,\"model\":\"m\",\"choices\":[],\"usage\":{"
     "\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7,\"prompt_"
     "tokens_details\":{\"cached_tokens\":0},\"completion_tokens_details\":{"
     "\"reasoning_tokens\":0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"a state goes to Anthropic's client", BEDROCK, CLIENT, false,
     "{\"output\":{\"message\":{\"content\":[{\"reasoningContent\":{"
     "\"reasoningText\":{\"text\":\"h\",\"signature\":\"S\"}}},{\"text\":\"a\""
     "}]}},\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":3,"
     "\"outputTokens\":4,\"cacheReadInputTokens\":2}}",
     "{\"id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
     "\"m\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"h\","
     "\"signature\":\"sluice:bedrock:S\"},{\"type\":\"text\",\"text\":\"a\"}],"
     "\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{"
     "\"input_tokens\":3,\"cache_creation_input_tokens\":0,\"cache_read_input_"
     "tokens\":2,\"output_tokens\":4}}",
     NULL},
};

#define ANSWERED(content, why)                        \
    "{\"output\":{\"message\":{\"content\":[" content \
    "]}},\"stopReason\":\"" why                       \
    "\",\"usage\":{\"inputTokens\":1,\"outputTokens\":2}}"
#define TOLD(message, why)                                                   \
    "{\"id\":\"chatcmpl-x1\",\"object\":\"chat.completion\",\"created\":"    \
    "1700000000,\"model\":\"\",\"choices\":[{\"index\":0,\"message\":{"      \
    "\"role\":\"assistant\"," message "},\"logprobs\":null,"                 \
    "\"finish_reason\":\"" why "\"}],\"usage\":{\"prompt_tokens\":1,"        \
    "\"completion_tokens\":2,\"total_tokens\":3,\"prompt_tokens_details\":{" \
    "\"cached_tokens\":0},\"completion_tokens_details\":{"                   \
    "\"reasoning_tokens\":0}}}\n"

static const struct talk_case talks[] = {
    {"a tool that is the answer",
     BEDROCK,
     OPENAI,
     false,
     ASKED SCHEMA "}",
     ANSWERED("{\"toolUse\":{\"toolUseId\":\"c\",\"name\":\"json\",\"input\":{"
              "\"a\":\"b\"}}}",
              "tool_use"),
     {TOLD("\"content\":\"{\\\"a\\\":\\\"b\\\"}\",\"refusal\":null", "stop")}},
    {"a custom tool",
     BEDROCK,
     OPENAI,
     false,
     ASKED "\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"g\"}}]}",
     ANSWERED("{\"toolUse\":{\"toolUseId\":\"c\",\"name\":\"g\",\"input\":{"
              "\"input\":\"x\"}}}",
              "tool_use"),
     {TOLD("\"content\":null,\"refusal\":null,\"tool_calls\":[{\"id\":\"c\","
           "\"type\":\"custom\","
           "\"custom\":{\"name\":\"g\",\"input\":\"x\"}}]",
           "tool_calls")}},
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
    check_talks(talks, SL_LEN(talks));
}

static void errors_are_read(void **state)
{
    static const struct {
        const char *body;
        int status, want;
        const char *type, *code, *message;
    } rows[] = {
        {"{\"message\":\"m\"}", 400, 400, "invalid_request_error", "", "m"},
        {"{\"Message\":\"m\"}", 403, 403, "permission_error", "", "m"},
        {"{\"message\":\"Input is too long.\"}", 400, 400,
         "invalid_request_error", "context_length_exceeded",
         "Input is too long."},
        {"{}", 404, 404, "invalid_request_error", "model_not_found", ""},
        {"{\"message\":\"m\"}", 424, 502, "server_error", "", "m"},
        {"{\"message\":\"m\"}", 429, 429, "rate_limit_error",
         "rate_limit_exceeded", "m"},
        {"<html>", 401, 401, "authentication_error", "", ""},
        {"{\"message\":1}", 503, 503, "server_error", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct chat_error e = {.status = rows[i].status};
        struct test_mem m;
        struct arena a;

        test_mem_init(&m);
        arena_init(&a, &m.mem, 256, 65536);
        dialect_bedrock.read_error(str_of(rows[i].body), &a, &e);
        assert_int_equal(e.status, rows[i].want);
        check_str(e.type, str_of(rows[i].type));
        check_str(e.code, str_of(rows[i].code));
        check_str(e.message, str_of(rows[i].message));
        arena_release(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_written),
        cmocka_unit_test(answers_are_read),
        cmocka_unit_test(answers_are_written),
        cmocka_unit_test(errors_are_read),
    };

    return test_run("dialect_bedrock", tests, SL_LEN(tests));
}
