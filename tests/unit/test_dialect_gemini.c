/* SPDX-License-Identifier: MIT */
/* The dialect gemini: requests in both directions, frames into events, and
 * answers for its clients. */
#include "core/dialects/gemini.h"
#include "core/translate.h"
#include "core/way.h"

#include "support.h"

/* ---- requests ---- */

#define HI "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]"
#define ASK "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"

/* OpenAI to Gemini, Gemini to itself, … to OpenAI, Anthropic to Gemini, OpenAI
 * to a Gemini that takes OpenAPI's schemas alone. */
enum way { OG, GG, GO, AG, OS };

struct request_row {
    const char *name;
    enum way way;
    const char *model; /* NULL: gemini-3-flash */
    const char *in;
    const char *want; /* NULL: refused; then where and what */
    const char *loss; /* NULL: nothing */
    const char *where, *what;
};

/* A loss that another dialect names in its own way. */
static const char others[] = "?";

static const struct request_row requests[] = {
    /* what OpenAI's clients say */
    {"the least", OG, NULL, "{" ASK "}", "{" HI "}", NULL, NULL, NULL},
    {"a system prompt stands apart, the assistant is a model", OG, NULL,
     "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":"
     "\"developer\",\"content\":\"d\"},{\"role\":\"user\",\"content\":\"a\"},{"
     "\"role\":\"assistant\",\"content\":\"b\"},{\"role\":\"user\",\"content\":"
     "\"c\"},{\"role\":\"user\",\"content\":\"d\"}]}",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"a\"}]},{"
     "\"role\":\"model\",\"parts\":[{\"text\":\"b\"}]},{\"role\":\"user\","
     "\"parts\":[{\"text\":\"c\"},{\"text\":\"d\"}]}],\"systemInstruction\":{"
     "\"parts\":[{\"text\":\"s\"},{\"text\":\"d\"}]}}",
     NULL, NULL, NULL},
    {"a late system prompt moves", OG, NULL,
     "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":"
     "\"system\",\"content\":\"s\"}]}",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"a\"}]}],"
     "\"systemInstruction\":{\"parts\":[{\"text\":\"s\"}]}}",
     "messages.system;moved", NULL, NULL},
    {"a system prompt alone is the user's", OG, NULL,
     "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"}]}",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"s\"}]}]}",
     "messages.system;moved", NULL, NULL},
    {"the user speaks first", OG, NULL,
     "{\"messages\":[{\"role\":\"assistant\",\"content\":\"a\"},{\"role\":"
     "\"user\",\"content\":\"b\"}]}",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\" \"}]},{"
     "\"role\":\"model\",\"parts\":[{\"text\":\"a\"}]},{\"role\":\"user\","
     "\"parts\":[{\"text\":\"b\"}]}]}",
     "messages;approximated", NULL, NULL},
    {"an empty text is left out", OG, NULL,
     "{\"messages\":[{\"role\":\"user\",\"content\":\"\"}]}",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\" \"}]}]}", NULL,
     NULL, NULL},
    {"zeros are zeros", OG, NULL,
     "{" ASK ",\"temperature\":0,\"top_p\":0,\"max_tokens\":0,\"seed\":0,"
     "\"presence_penalty\":0,\"frequency_penalty\":0}",
     "{" HI ",\"generationConfig\":{\"temperature\":0,\"topP\":0,"
     "\"maxOutputTokens\":0,\"presencePenalty\":0,\"frequencyPenalty\":0,"
     "\"seed\":0}}",
     NULL, NULL, NULL},
    {"numbers", OG, NULL,
     "{" ASK ",\"temperature\":1.5,\"top_k\":4,\"n\":2,\"stop\":\"x\","
     "\"max_completion_tokens\":9,\"logprobs\":true,\"top_logprobs\":3}",
     "{" HI ",\"generationConfig\":{\"temperature\":1.5,\"topK\":4,"
     "\"candidateCount\":2,\"maxOutputTokens\":9,\"responseLogprobs\":true,"
     "\"logprobs\":3,\"stopSequences\":[\"x\"]}}",
     NULL, NULL, NULL},
    {"too hot, too many stops", OG, NULL,
     "{" ASK ",\"temperature\":3,\"stop\":[\"\",\"1\",\"2\",\"3\",\"4\",\"5\","
     "\"6\"],\"logprobs\":true,\"top_logprobs\":0}",
     "{" HI ",\"generationConfig\":{\"temperature\":2,\"responseLogprobs\":"
     "true,\"stopSequences\":[\"1\",\"2\",\"3\",\"4\",\"5\"]}}",
     "temperature;approximated, stop;approximated", NULL, NULL},
    {"a long seed", OG, NULL, "{" ASK ",\"seed\":4294967301}",
     "{" HI ",\"generationConfig\":{\"seed\":5}}", "seed;approximated", NULL,
     NULL},
    {"a seed below zero", OG, NULL, "{" ASK ",\"seed\":-7}",
     "{" HI ",\"generationConfig\":{\"seed\":-7}}", NULL, NULL, NULL},
    {"what has no place", OG, NULL,
     "{" ASK ",\"min_p\":0.1,\"top_logprobs\":2,\"user\":\"u\",\"metadata\":{"
     "\"a\":\"b\"},\"store\":true,\"prompt_cache_key\":\"k\",\"verbosity\":"
     "\"low\",\"parallel_tool_calls\":false,\"service_tier\":\"scale\","
     "\"logit_bias\":{}}",
     "{" HI "}",
     "min_p;dropped, top_logprobs;dropped, service_tier;dropped, "
     "store;dropped, parallel_tool_calls;dropped, user;dropped, "
     "metadata;dropped, prompt_cache_key;dropped, verbosity;dropped, "
     "logit_bias;dropped",
     NULL, NULL},
    {"tiers", OG, NULL, "{" ASK ",\"service_tier\":\"flex\",\"store\":false}",
     "{" HI ",\"serviceTier\":\"flex\"}", NULL, NULL, NULL},
    {"the usual tier", OG, NULL, "{" ASK ",\"service_tier\":\"default\"}",
     "{" HI ",\"serviceTier\":\"standard\"}", NULL, NULL, NULL},
    {"media", OG, NULL,
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
     "\"image_url\":{\"url\":\"data:image/png;base64,AAAA\",\"detail\":"
     "\"low\"}},{\"type\":\"image_url\",\"image_url\":{\"url\":"
     "\"https://x/a.webp?b#c\"}},{\"type\":\"image_url\",\"image_url\":{"
     "\"url\":\"https://x/a\"}},{\"type\":\"input_audio\",\"input_audio\":{"
     "\"data\":\"BBBB\",\"format\":\"mp3\"}},{\"type\":\"file\",\"file\":{"
     "\"filename\":\"f.pdf\",\"file_data\":\"data:application/pdf;base64,"
     "CCCC\"}},{\"type\":\"file\",\"file\":{\"file_id\":\"files/abc\"}}]}]}",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"inlineData\":{"
     "\"mimeType\":\"image/png\",\"data\":\"AAAA\"}},{\"fileData\":{"
     "\"mimeType\":\"image/webp\",\"fileUri\":\"https://x/a.webp?b#c\"}},{"
     "\"fileData\":{\"mimeType\":\"image/jpeg\",\"fileUri\":\"https://x/a\"}},{"
     "\"inlineData\":{\"mimeType\":\"audio/mp3\",\"data\":\"BBBB\"}},{"
     "\"inlineData\":{\"mimeType\":\"application/pdf\",\"data\":\"CCCC\"}},{"
     "\"fileData\":{\"fileUri\":\"files/abc\"}}]}]}",
     "messages.image.detail;dropped, messages.file.filename;dropped", NULL,
     NULL},
    {"a file of OpenAI's", OG, NULL,
     "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\","
     "\"file\":{\"file_id\":\"file-1\"}}]}]}",
     NULL, NULL, "messages",
     "names a file that this model's provider does not hold"},
    {"a name and a cache mark", OG, NULL,
     "{\"messages\":[{\"role\":\"user\",\"name\":\"Bo\",\"content\":[{"
     "\"type\":\"text\",\"text\":\"hi\",\"cache_control\":{\"type\":"
     "\"ephemeral\"}}]}]}",
     "{" HI "}", "messages.name;dropped, cache_control;dropped", NULL, NULL},

    /* tools */
    {"tools", OG, NULL,
     "{" ASK ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
     "\"description\":\"d\",\"strict\":true,\"parameters\":{\"type\":"
     "\"object\",\"properties\":{\"a\":{\"const\":1}}}}},{\"type\":"
     "\"function\",\"function\":{\"name\":\"g\",\"parameters\":{\"type\":"
     "\"object\",\"properties\":{}}}},{\"type\":\"custom\",\"custom\":{"
     "\"name\":\"c\"}}],\"tool_choice\":\"required\"}",
     "{" HI ",\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\","
     "\"description\":\"d\",\"parametersJsonSchema\":{\"type\":\"object\","
     "\"properties\":{\"a\":{\"enum\":[1]}}}},{\"name\":\"g\"},{\"name\":\"c\","
     "\"parametersJsonSchema\":{\"type\":\"object\",\"properties\":{\"input\":{"
     "\"type\":\"string\"}},\"required\":[\"input\"]}}]}],\"toolConfig\":{"
     "\"functionCallingConfig\":{\"mode\":\"ANY\"}}}",
     "tools.strict;dropped", NULL, NULL},
    {"one tool by name", OG, NULL,
     "{" ASK ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":"
     "\"f\"}}],\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":"
     "\"f\"}}}",
     "{" HI ",\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\"}]}],"
     "\"toolConfig\":{\"functionCallingConfig\":{\"mode\":\"ANY\","
     "\"allowedFunctionNames\":[\"f\"]}}}",
     NULL, NULL, NULL},
    {"no tool", OG, NULL,
     "{" ASK ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":"
     "\"f\"}}],\"tool_choice\":\"none\"}",
     "{" HI ",\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\"}]}],"
     "\"toolConfig\":{\"functionCallingConfig\":{\"mode\":\"NONE\"}}}",
     NULL, NULL, NULL},
    {"some of the tools", OG, NULL,
     "{" ASK ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":"
     "\"f\"}},{\"type\":\"function\",\"function\":{\"name\":\"g\"}}],"
     "\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":"
     "\"auto\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":"
     "\"g\"}}]}}}",
     "{" HI ",\"tools\":[{\"functionDeclarations\":[{\"name\":\"g\"}]}],"
     "\"toolConfig\":{\"functionCallingConfig\":{\"mode\":\"AUTO\"}}}",
     NULL, NULL, NULL},
    {"a schema that points elsewhere", OG, NULL,
     "{" ASK ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
     "\"parameters\":{\"$ref\":\"http://x\"}}}]}",
     NULL, NULL, "tools", "has a $ref that points out of the schema"},
    {"a turn with tools: no signature on Gemini 3", OG, NULL,
     "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":"
     "\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"1\",\"type\":"
     "\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\""
     "}},{\"id\":\"2\",\"type\":\"function\",\"function\":{\"name\":\"g\","
     "\"arguments\":\"\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"1\","
     "\"content\":\"ok\"},{\"role\":\"tool\",\"tool_call_id\":\"2\","
     "\"content\":\"{\\\"b\\\":2}\"}]}",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"q\"}]},{"
     "\"role\":\"model\",\"parts\":[{\"functionCall\":{\"id\":\"1\",\"name\":"
     "\"f\",\"args\":{\"a\":1}},\"thoughtSignature\":"
     "\"skip_thought_signature_validator\"},{\"functionCall\":{\"id\":\"2\","
     "\"name\":\"g\",\"args\":{}}}]},{\"role\":\"user\",\"parts\":[{"
     "\"functionResponse\":{\"id\":\"1\",\"name\":\"f\",\"response\":{"
     "\"output\":\"ok\"}}},{\"functionResponse\":{\"id\":\"2\",\"name\":\"g\","
     "\"response\":{\"b\":2}}}]}]}",
     NULL, NULL, NULL},
    {"a signature comes back", OG, NULL,
     "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":"
     "\"assistant\",\"tool_calls\":[{\"id\":\"1\",\"type\":\"function\","
     "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"},\"extra_content\":{"
     "\"google\":{\"thought_signature\":\"U0lH\"}}}]}]}",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"q\"}]},{"
     "\"role\":\"model\",\"parts\":[{\"functionCall\":{\"id\":\"1\",\"name\":"
     "\"f\",\"args\":{}},\"thoughtSignature\":\"U0lH\"}]}]}",
     NULL, NULL, NULL},
    {"Gemini 2.5 needs none, and wrong arguments are wrapped", OG,
     "models/gemini-2.5-flash",
     "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":"
     "\"assistant\",\"tool_calls\":[{\"id\":\"1\",\"type\":\"function\","
     "\"function\":{\"name\":\"f\",\"arguments\":\"{oops\"}},{\"id\":\"2\","
     "\"type\":\"custom\",\"custom\":{\"name\":\"c\",\"input\":\"text\"}}]}]}",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"q\"}]},{"
     "\"role\":\"model\",\"parts\":[{\"functionCall\":{\"id\":\"1\",\"name\":"
     "\"f\",\"args\":{\"arguments\":\"{oops\"}}},{\"functionCall\":{\"id\":"
     "\"2\",\"name\":\"c\",\"args\":{\"input\":\"text\"}}}]}]}",
     NULL, NULL, NULL},
    {"a result without its call", OG, NULL,
     "{\"messages\":[{\"role\":\"tool\",\"tool_call_id\":\"1\",\"content\":"
     "\"ok\"}]}",
     NULL, NULL, "messages", "holds a tool's result without its call"},
    {"an image in a result", OG, NULL,
     "{\"messages\":[{\"role\":\"tool\",\"tool_call_id\":\"1\",\"name\":\"f\","
     "\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\","
     "\"text\":\"b\"},{\"type\":\"image_url\",\"image_url\":\"data:image/png;"
     "base64,AAAA\"}]}]}",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"functionResponse\":{"
     "\"id\":\"1\",\"name\":\"f\",\"response\":{\"output\":\"ab\"},\"parts\":[{"
     "\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"AAAA\"}}]}}]}]}",
     NULL, NULL, NULL},
    {"beside it on Gemini 2.5", OG, "gemini-2.5-pro",
     "{\"messages\":[{\"role\":\"tool\",\"tool_call_id\":\"1\",\"name\":\"f\","
     "\"content\":[{\"type\":\"image_url\",\"image_url\":\"data:image/png;"
     "base64,AAAA\"}]}]}",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"functionResponse\":{"
     "\"id\":\"1\",\"name\":\"f\",\"response\":{\"output\":\"\"}}},{"
     "\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"AAAA\"}}]}]}",
     "messages.tool_result;moved", NULL, NULL},
    {"another's thoughts", OG, NULL,
     "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":"
     "\"assistant\",\"content\":\"a\",\"reasoning_content\":\"hm\"},{\"role\":"
     "\"assistant\",\"content\":\"b\",\"reasoning_details\":[{\"type\":"
     "\"reasoning.encrypted\",\"format\":\"anthropic-claude-v1\",\"data\":"
     "\"x\"}]},{\"role\":\"assistant\",\"content\":\"c\","
     "\"reasoning_details\":[{\"type\":\"reasoning.text\",\"format\":"
     "\"google-gemini-v1\",\"text\":\"mine\",\"signature\":\"U0lH\"}]}]}",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"q\"}]},{"
     "\"role\":\"model\",\"parts\":[{\"text\":\"a\"},{\"text\":\"b\"},{"
     "\"text\":\"mine\",\"thought\":true,\"thoughtSignature\":\"U0lH\"},{"
     "\"text\":\"c\"}]}]}",
     "messages.reasoning;dropped, messages.reasoning_state;dropped", NULL,
     NULL},

    /* formats, reasoning, modalities */
    {"any object", OG, NULL,
     "{" ASK ",\"response_format\":{\"type\":\"json_object\"}}",
     "{" HI ",\"generationConfig\":{\"responseMimeType\":\"application/json\"}"
     "}",
     NULL, NULL, NULL},
    {"a schema", OG, NULL,
     "{" ASK ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{"
     "\"name\":\"n\",\"description\":\"d\",\"strict\":true,\"schema\":{"
     "\"type\":\"object\",\"minProperties\":1}}}}",
     "{" HI ",\"generationConfig\":{\"responseMimeType\":\"application/json\","
     "\"responseJsonSchema\":{\"type\":\"object\"}}}",
     "response_format.json_schema.description;dropped, "
     "response_format.minProperties;dropped",
     NULL, NULL},
    {"effort on Gemini 3", OG, NULL, "{" ASK ",\"reasoning_effort\":\"low\"}",
     "{" HI ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":"
     "\"LOW\",\"includeThoughts\":true}}}",
     NULL, NULL, NULL},
    {"the least effort", OG, "gemini-3-flash-preview",
     "{" ASK ",\"reasoning_effort\":\"none\"}",
     "{" HI ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":"
     "\"MINIMAL\"}}}",
     "reasoning_effort;approximated", NULL, NULL},
    {"the least effort of a pro", OG, "publishers/google/models/gemini-3.1-pro",
     "{" ASK ",\"reasoning_effort\":\"minimal\"}",
     "{" HI ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":"
     "\"LOW\",\"includeThoughts\":true}}}",
     "reasoning_effort;approximated", NULL, NULL},
    {"the most effort", OG, NULL, "{" ASK ",\"reasoning_effort\":\"xhigh\"}",
     "{" HI ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":"
     "\"HIGH\",\"includeThoughts\":true}}}",
     "reasoning_effort;approximated", NULL, NULL},
    {"middling effort", OG, NULL, "{" ASK ",\"reasoning_effort\":\"medium\"}",
     "{" HI ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":"
     "\"MEDIUM\",\"includeThoughts\":true}}}",
     NULL, NULL, NULL},
    {"effort on Gemini 2.5", OG, "gemini-2.5-flash",
     "{" ASK ",\"reasoning_effort\":\"medium\"}",
     "{" HI ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":"
     "8192,\"includeThoughts\":true}}}",
     NULL, NULL, NULL},
    {"low effort on Gemini 2.5", OG, "gemini-2.5-flash-lite",
     "{" ASK ",\"reasoning_effort\":\"low\"}",
     "{" HI ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":"
     "1024,\"includeThoughts\":true}}}",
     NULL, NULL, NULL},
    {"much effort on Gemini 2.5", OG, "gemini-2.5-flash",
     "{" ASK ",\"reasoning_effort\":\"high\"}",
     "{" HI ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":"
     "24576,\"includeThoughts\":true}}}",
     NULL, NULL, NULL},
    {"no effort on Gemini 2.5", OG, "gemini-2.5-flash",
     "{" ASK ",\"reasoning_effort\":\"none\"}",
     "{" HI ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":0}}"
     "}",
     NULL, NULL, NULL},
    {"a pro always thinks", OG, "gemini-2.5-pro",
     "{" ASK ",\"reasoning_effort\":\"none\"}",
     "{" HI ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":128"
     "}}}",
     "reasoning_effort;approximated", NULL, NULL},
    {"a model that does not think", OG, "gemini-2.0-flash",
     "{" ASK ",\"reasoning_effort\":\"low\"}", "{" HI "}",
     "reasoning_effort;dropped", NULL, NULL},
    {"an image is wanted", OG, NULL,
     "{" ASK ",\"modalities\":[\"text\",\"image\"]}",
     "{" HI ",\"generationConfig\":{\"responseModalities\":[\"TEXT\","
     "\"IMAGE\"]}}",
     NULL, NULL, NULL},
    {"a voice is wanted", OG, NULL,
     "{" ASK ",\"modalities\":[\"audio\"],\"audio\":{\"voice\":\"Kore\","
     "\"format\":\"wav\"}}",
     "{" HI ",\"generationConfig\":{\"responseModalities\":[\"AUDIO\"],"
     "\"speechConfig\":{\"voiceConfig\":{\"prebuiltVoiceConfig\":{"
     "\"voiceName\":\"Kore\"}}}}}",
     "audio;approximated", NULL, NULL},
    {"a voice that it has not", OG, NULL,
     "{" ASK ",\"modalities\":[\"text\",\"audio\"],\"audio\":{\"voice\":"
     "\"alloy\",\"format\":\"wav\"}}",
     "{" HI ",\"generationConfig\":{\"responseModalities\":[\"AUDIO\"]}}",
     "audio;dropped", NULL, NULL},
    {"Google's own members", OG, NULL,
     "{" ASK ",\"safety_settings\":[{\"category\":\"c\",\"threshold\":\"OFF\"}]"
     ",\"extra_body\":{\"google\":{\"thinking_config\":{\"thinking_budget\":5},"
     "\"cached_content\":\"c\"}}}",
     "{" HI ",\"generationConfig\":{\"thinkingConfig\":{\"thinking_budget\":5}"
     "},\"safetySettings\":[{\"category\":\"c\",\"threshold\":\"OFF\"}],"
     "\"cachedContent\":\"c\"}",
     NULL, NULL, NULL},
    {"members for others", OG, NULL,
     "{" ASK ",\"extra_body\":{\"other\":1},\"google\":[]}", "{" HI "}",
     "extra_body;dropped, google;dropped", NULL, NULL},

    {"the least budget", OG, "gemini-2.5-flash",
     "{" ASK ",\"reasoning_effort\":\"minimal\"}",
     "{" HI ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":"
     "1024,\"includeThoughts\":true}}}",
     NULL, NULL, NULL},
    {"schemas in OpenAPI's form", OS, NULL,
     "{" ASK ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
     "\"parameters\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":["
     "\"string\",\"null\"]}}}}},{\"type\":\"custom\",\"custom\":{\"name\":"
     "\"c\"}}],"
     "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":"
     "\"n\",\"schema\":{\"const\":\"a\"}}}}",
     "{" HI ",\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\","
     "\"parameters\":{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"type\":"
     "\"STRING\",\"nullable\":true}}}},{\"name\":\"c\",\"parameters\":{"
     "\"type\":"
     "\"OBJECT\",\"properties\":{\"input\":{\"type\":\"STRING\"}},\"required\":"
     "["
     "\"input\"]}}]}],\"generationConfig\":{\"responseMimeType\":"
     "\"application/json\",\"responseSchema\":{\"type\":\"STRING\",\"enum\":["
     "\"a\"]}}}",
     NULL, NULL, NULL},
    {"a grammar", OG, NULL,
     "{" ASK ",\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"c\","
     "\"format\":{\"type\":\"text\"}}}]}",
     "{" HI ",\"tools\":[{\"functionDeclarations\":[{\"name\":\"c\","
     "\"parametersJsonSchema\":{\"type\":\"object\",\"properties\":{\"input\":{"
     "\"type\":\"string\"}},\"required\":[\"input\"]}}]}]}",
     "tools.format;dropped", NULL, NULL},
    {"tools that vendors run, and documents", AG, NULL,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\","
     "\"content\":[{\"type\":\"document\",\"source\":{\"type\":\"text\","
     "\"media_type\":\"text/plain\",\"data\":\"hi\"}}]}],\"tools\":[{\"type\":"
     "\"web_search_20250305\",\"name\":\"web_search\"},{\"type\":"
     "\"computer_20250124\",\"name\":\"computer\"}],\"thinking\":{\"type\":"
     "\"enabled\",\"budget_tokens\":2048}}",
     "{" HI ",\"tools\":[{\"googleSearch\":{}}],\"generationConfig\":{"
     "\"maxOutputTokens\":9,\"thinkingConfig\":{\"thinkingLevel\":\"LOW\","
     "\"includeThoughts\":true}}}",
     others, NULL, NULL},

    {"functions before what Gemini runs", AG, NULL,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\","
     "\"content\":\"hi\"}],\"tools\":[{\"type\":\"web_search_20250305\","
     "\"name\":\"web_search\"},{\"name\":\"f\",\"input_schema\":{\"type\":"
     "\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}}]}",
     "{" HI ",\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\","
     "\"parametersJsonSchema\":{\"type\":\"object\",\"properties\":{\"a\":{"
     "\"type\":\"string\"}}}}]}],"
     "\"generationConfig\":{\"maxOutputTokens\":9}}",
     "tools.web_search_20250305;dropped", NULL, NULL},

    /* what Gemini's clients say, to Gemini */
    {"camel case and snake case", GG, NULL,
     "{\"system_instruction\":{\"parts\":[{\"text\":\"s\"}]},\"contents\":[{"
     "\"parts\":[{\"text\":\"hi\"}]}],\"generation_config\":{\"top_p\":0.5,"
     "\"max_output_tokens\":3,\"stop_sequences\":[\"x\"],"
     "\"response_logprobs\":true,\"candidateCount\":1,\"media_resolution\":"
     "\"LOW\"},\"safety_settings\":[],\"cachedContent\":\"c\"}",
     "{" HI ",\"systemInstruction\":{\"parts\":[{\"text\":\"s\"}]},"
     "\"generationConfig\":{\"topP\":0.5,\"candidateCount\":1,"
     "\"maxOutputTokens\":3,\"responseLogprobs\":true,\"stopSequences\":[\"x\"]"
     ",\"media_resolution\":\"LOW\"},\"safety_settings\":[],\"cachedContent\":"
     "\"c\"}",
     NULL, NULL, NULL},
    {"tools there and back", GG, NULL,
     "{" HI ",\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\","
     "\"parameters\":{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"type\":"
     "\"STRING\",\"nullable\":true}}}},{\"name\":\"g\","
     "\"parametersJsonSchema\":{\"type\":\"object\",\"properties\":{\"b\":{}}}}"
     "]},{\"googleSearch\":{}}],\"toolConfig\":{\"functionCallingConfig\":{"
     "\"mode\":\"ANY\",\"allowedFunctionNames\":[\"f\",\"g\"]},"
     "\"retrievalConfig\":{}},\"store\":true,\"serviceTier\":\"priority\","
     "\"labels\":{\"a\":\"b\"}}",
     "{" HI ",\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\","
     "\"parametersJsonSchema\":{\"type\":\"object\",\"properties\":{\"a\":{"
     "\"type\":[\"string\",\"null\"]}}}},{\"name\":\"g\","
     "\"parametersJsonSchema\":{\"type\":\"object\",\"properties\":{\"b\":{}}}}"
     "]},{\"googleSearch\":{}}],\"toolConfig\":{\"functionCallingConfig\":{"
     "\"mode\":\"ANY\",\"allowedFunctionNames\":[\"f\",\"g\"]},"
     "\"retrievalConfig\":{}},\"serviceTier\":\"priority\",\"store\":true,"
     "\"labels\":{\"a\":\"b\"}}",
     NULL, NULL, NULL},
    {"thoughts and signatures", GG, NULL,
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"q\"}]},{"
     "\"role\":\"model\",\"parts\":[{\"text\":\"hm\",\"thought\":true},{"
     "\"text\":\"m\",\"thought\":true},{\"text\":\"a\"}]},{\"role\":\"model\","
     "\"parts\":[{\"text\":\"b\",\"thoughtSignature\":\"U0lH\"},{\"text\":\"\","
     "\"thought_signature\":\"Uw==\"},{\"thoughtSignature\":\"T3==\"}]}]}",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"q\"}]},{"
     "\"role\":\"model\",\"parts\":[{\"text\":\"hmm\",\"thought\":true},{"
     "\"text\":\"ab\"},{\"text\":\"\",\"thoughtSignature\":\"U0lH\"},{\"text\":"
     "\"\",\"thoughtSignature\":\"Uw==\"},{\"text\":\"\",\"thoughtSignature\":"
     "\"T3==\"}]}]}",
     NULL, NULL, NULL},
    {"thinking", GG, "gemini-2.5-pro",
     "{" HI ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":"
     "99999,\"includeThoughts\":false},\"responseModalities\":[\"TEXT\","
     "\"IMAGE\",\"AUDIO\"]}}",
     "{" HI ",\"generationConfig\":{\"responseModalities\":[\"TEXT\",\"IMAGE\","
     "\"AUDIO\"],\"thinkingConfig\":{\"thinkingBudget\":32768}}}",
     "reasoning_budget;approximated", NULL, NULL},
    {"a small budget of a small model", GG, "gemini-2.5-flash-lite",
     "{" HI ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":1}}"
     "}",
     "{" HI ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":512,"
     "\"includeThoughts\":true}}}",
     "reasoning_budget;approximated", NULL, NULL},
    {"a budget on Gemini 3", GG, NULL,
     "{" HI ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":"
     "8000}}}",
     "{" HI ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":"
     "\"MEDIUM\",\"includeThoughts\":true}}}",
     "reasoning_budget;approximated", NULL, NULL},
    {"thoughts alone", GG, NULL,
     "{" HI ",\"generationConfig\":{\"thinkingConfig\":{\"includeThoughts\":"
     "true,\"thinkingBudget\":-1}}}",
     "{" HI ",\"generationConfig\":{\"thinkingConfig\":{\"includeThoughts\":"
     "true}}}",
     NULL, NULL, NULL},
    {"no tool, no thoughts, nothing kept", GG, "gemini-2.5-flash",
     "{" HI ",\"toolConfig\":{\"functionCallingConfig\":{\"mode\":\"NONE\"}},"
     "\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":0},"
     "\"responseMimeType\":\"application/json\",\"responseJsonSchema\":{"
     "\"type\":\"object\"}},\"store\":false,\"service_tier\":\"STANDARD\"}",
     "{" HI ",\"toolConfig\":{\"functionCallingConfig\":{\"mode\":\"NONE\"}},"
     "\"generationConfig\":{\"responseMimeType\":\"application/json\","
     "\"responseJsonSchema\":{\"type\":\"object\"},\"thinkingConfig\":{"
     "\"thinkingBudget\":0}},\"serviceTier\":\"standard\",\"store\":false}",
     NULL, NULL, NULL},
    {"results in another order, and sound", GG, "gemini-2.5-flash",
     "{\"contents\":[{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/wav\","
     "\"data\":\"AA\"}}]},{\"role\":\"model\",\"parts\":[{\"functionCall\":{"
     "\"name\":\"f\"},\"thoughtSignature\":\"U0lH\"},{\"functionCall\":{"
     "\"name\":\"g\"}}]},{\"role\":\"user\",\"parts\":[{\"functionResponse\":{"
     "\"name\":\"g\",\"response\":{\"error\":\"e\"}}},{\"functionResponse\":{"
     "\"name\":\"f\",\"response\":{\"a\":1}}}]}]}",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"inlineData\":{"
     "\"mimeType\":\"audio/wav\",\"data\":\"AA\"}}]},{\"role\":\"model\","
     "\"parts\":[{\"functionCall\":{\"id\":\"call_1\",\"name\":\"f\",\"args\":{"
     "}"
     "},\"thoughtSignature\":\"U0lH\"},{\"functionCall\":{\"id\":\"call_2\","
     "\"name\":\"g\",\"args\":{}}}]},{\"role\":\"user\",\"parts\":[{"
     "\"functionResponse\":{\"id\":\"call_2\",\"name\":\"g\",\"response\":{"
     "\"error\":\"e\"}}},{\"functionResponse\":{\"id\":\"call_1\",\"name\":"
     "\"f\",\"response\":{\"a\":1}}}]}]}",
     NULL, NULL, NULL},
    {"an enum of texts passes", GG, NULL,
     "{" HI ",\"generationConfig\":{\"responseMimeType\":\"text/x.enum\","
     "\"responseSchema\":{\"type\":\"STRING\"}}}",
     "{" HI ",\"generationConfig\":{\"responseMimeType\":\"text/x.enum\","
     "\"responseSchema\":{\"type\":\"STRING\"}}}",
     NULL, NULL, NULL},

    /* … and to others */
    {"to OpenAI", GO, NULL,
     "{\"systemInstruction\":\"s\",\"contents\":[{\"role\":\"user\",\"parts\":["
     "{\"text\":\"q\"},{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":"
     "\"AAAA\"}}]},{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"name\":"
     "\"f\",\"args\":{\"a\":1}}},{\"functionCall\":{\"name\":\"f\"}},{"
     "\"functionCall\":{\"id\":\"x\",\"name\":\"g\"}}]},{\"role\":\"user\","
     "\"parts\":[{\"text\":\"and\"},{\"functionResponse\":{\"name\":\"f\","
     "\"response\":{\"output\":\"1\"}}},{\"functionResponse\":{\"name\":\"f\","
     "\"response\":{\"b\":2}}},{\"functionResponse\":{\"id\":\"x\",\"name\":"
     "\"g\",\"response\":{\"output\":{\"c\":3}}}}]}],\"generationConfig\":{"
     "\"temperature\":0,\"maxOutputTokens\":5,\"responseMimeType\":"
     "\"application/json\",\"responseSchema\":{\"type\":\"OBJECT\"},"
     "\"mediaResolution\":\"LOW\",\"thinkingConfig\":{\"thinkingLevel\":"
     "\"high\"}},\"safetySettings\":[{}],\"toolConfig\":{"
     "\"functionCallingConfig\":{\"mode\":\"AUTO\"}}}",
     "{\"model\":\"gemini-3-flash\",\"messages\":[{\"role\":\"system\","
     "\"content\":\"s\"},{\"role\":\"user\",\"content\":[{\"type\":\"text\","
     "\"text\":\"q\"},{\"type\":\"image_url\",\"image_url\":{\"url\":"
     "\"data:image/png;base64,AAAA\"}}]},{\"role\":\"assistant\",\"content\":"
     "null,\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\","
     "\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}},{\"id\":"
     "\"call_2\",\"type\":\"function\",\"function\":{\"name\":\"f\","
     "\"arguments\":\"{}\"}},{\"id\":\"x\",\"type\":\"function\",\"function\":{"
     "\"name\":\"g\",\"arguments\":\"{}\"}}]},{\"role\":\"tool\","
     "\"tool_call_id\":\"call_1\",\"content\":\"1\"},{\"role\":\"tool\","
     "\"tool_call_id\":\"call_2\",\"content\":\"{\\\"b\\\":2}\"},{\"role\":"
     "\"tool\",\"tool_call_id\":\"x\",\"content\":\"{\\\"c\\\":3}\"},{\"role\":"
     "\"user\",\"content\":\"and\"}],\"response_format\":{\"type\":"
     "\"json_schema\",\"json_schema\":{\"name\":\"response\",\"schema\":{"
     "\"type\":\"object\"}}},\"reasoning_effort\":\"high\",\"max_tokens\":5,"
     "\"temperature\":0}",
     "safetySettings;dropped, generationConfig.mediaResolution;dropped", NULL,
     NULL},
    {"files, errors and code", GO, NULL,
     "{\"contents\":[{\"role\":\"model\",\"parts\":[{\"functionCall\":{"
     "\"name\":\"f\"}},{\"executableCode\":{\"language\":\"PYTHON\",\"code\":"
     "\"1+1\"}},{\"codeExecutionResult\":{\"outcome\":\"OUTCOME_OK\","
     "\"output\":\"2\"}}]},{\"role\":\"function\",\"parts\":[{"
     "\"functionResponse\":{\"name\":\"f\",\"response\":{\"error\":\"no\"}}},{"
     "\"fileData\":{\"mimeType\":\"image/png\",\"fileUri\":\"https://x/y\"}}]}"
     "],\"generationConfig\":{\"responseMimeType\":\"text/plain\"}}",
     "{\"model\":\"gemini-3-flash\",\"messages\":[{\"role\":\"assistant\","
     "\"content\":\"\\n```python\\n1+1\\n```\\n\\n```\\n2\\n```\\n\","
     "\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\",\"function\":{"
     "\"name\":\"f\",\"arguments\":\"{}\"}}]},{\"role\":\"tool\","
     "\"tool_call_id\":\"call_1\",\"content\":\"no\"},{\"role\":\"user\","
     "\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":"
     "\"https://x/y\"}}]}]}",
     "messages.is_error;dropped", NULL, NULL},
    {"a result shows an image", GO, NULL,
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"functionResponse\":{"
     "\"name\":\"f\",\"response\":{},\"parts\":[{\"inlineData\":{\"mimeType\":"
     "\"image/png\",\"data\":\"AAAA\"}},{\"fileData\":{\"fileUri\":"
     "\"https://x\",\"mimeType\":\"image/png\"}}]}}]}]}",
     "{\"model\":\"gemini-3-flash\",\"messages\":[{\"role\":\"tool\","
     "\"tool_call_id\":\"f\",\"content\":\"{}\"},{\"role\":\"user\","
     "\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":"
     "\"data:image/png;base64,AAAA\"}},{\"type\":\"image_url\",\"image_url\":{"
     "\"url\":\"https://x\"}}]}]}",
     others, NULL, NULL},
    {"modes", GO, NULL,
     "{" HI ",\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\","
     "\"parametersJsonSchema\":{\"type\":\"object\"}}]}],\"toolConfig\":{"
     "\"functionCallingConfig\":{\"mode\":\"any\",\"allowedFunctionNames\":["
     "\"f\"]}}}",
     "{\"model\":\"gemini-3-flash\",\"messages\":[{\"role\":\"user\","
     "\"content\":\"hi\"}],\"tools\":[{\"type\":\"function\",\"function\":{"
     "\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}],\"tool_choice\":{"
     "\"type\":\"function\",\"function\":{\"name\":\"f\"}}}",
     NULL, NULL, NULL},
};

static const struct {
    const char *name, *in, *where, *what;
} wrongs[] = {
    {"no contents", "{}", "contents",
     "must be an array with at least one content"},
    {"empty contents", "{\"contents\":[]}", "contents",
     "must be an array with at least one content"},
    {"a content is a string", "{\"contents\":[\"a\"]}", "contents[0]",
     "must be an object with parts"},
    {"a role", "{\"contents\":[{\"role\":\"system\",\"parts\":[]}]}",
     "contents[0].role", "must be \"user\" or \"model\""},
    {"parts", "{\"contents\":[{\"parts\":{}}]}", "contents[0].parts",
     "must be an array"},
    {"a part", "{\"contents\":[{\"parts\":[1]}]}", "contents[0].parts[0]",
     "must be an object"},
    {"an empty part", "{\"contents\":[{\"parts\":[{}]}]}",
     "contents[0].parts[0]",
     "must hold text, inlineData, fileData, functionCall or "
     "functionResponse"},
    {"a text", "{\"contents\":[{\"parts\":[{\"text\":1}]}]}",
     "contents[0].parts[0].text", "must be a string"},
    {"a thought",
     "{\"contents\":[{\"parts\":[{\"text\":\"\",\"thought\":1}]}"
     "]}",
     "contents[0].parts[0].thought", "must be true or false"},
    {"data", "{\"contents\":[{\"parts\":[{\"inlineData\":{}}]}]}",
     "contents[0].parts[0].inlineData", "must hold mimeType and data"},
    {"a file", "{\"contents\":[{\"parts\":[{\"fileData\":{}}]}]}",
     "contents[0].parts[0].fileData.fileUri", "is required"},
    {"a call", "{\"contents\":[{\"parts\":[{\"functionCall\":{}}]}]}",
     "contents[0].parts[0].functionCall.name", "is required"},
    {"arguments",
     "{\"contents\":[{\"parts\":[{\"functionCall\":{\"name\":\"f\",\"args\":"
     "\"\"}}]}]}",
     "contents[0].parts[0].functionCall.args", "must be an object"},
    {"a response's part",
     "{\"contents\":[{\"parts\":[{\"functionResponse\":{\"name\":\"f\","
     "\"parts\":[{}]}}]}]}",
     "contents[0].parts[0].functionResponse.parts[0]",
     "must hold inlineData or fileData"},
    {"a system prompt", "{" HI ",\"systemInstruction\":1}", "systemInstruction",
     "must be an object with parts"},
    {"tools", "{" HI ",\"tools\":{}}", "tools", "must be an array"},
    {"a tool", "{" HI ",\"tools\":[1]}", "tools[0]", "must be an object"},
    {"a function", "{" HI ",\"tools\":[{\"functionDeclarations\":[{}]}]}",
     "tools[0].functionDeclarations[0].name", "is required"},
    {"a number", "{" HI ",\"generationConfig\":{\"topK\":\"4\"}}",
     "generationConfig.topK", "must be a number"},
    {"a configuration", "{" HI ",\"generationConfig\":[]}", "generationConfig",
     "must be an object"},
    {"a budget",
     "{" HI ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":"
     "\"x\"}}}",
     "generationConfig.thinkingConfig.thinkingBudget", "must be an integer"},
    {"a level",
     "{" HI ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":"
     "\"x\"}}}",
     "generationConfig.thinkingConfig.thinkingLevel",
     "must be MINIMAL, LOW, MEDIUM or HIGH"},
    {"a stop", "{" HI ",\"generationConfig\":{\"stopSequences\":[1]}}",
     "generationConfig.stopSequences[0]", "must be a string"},
};

static bool run_request(const struct request_row *row, struct arena *a)
{
    static const struct dialect *const clients[] = {
        [OG] = &dialect_openai_chat, [GG] = &dialect_gemini,
        [GO] = &dialect_gemini,      [AG] = &dialect_anthropic,
        [OS] = &dialect_openai_chat,
    };
    const struct dialect *from = clients[row->way];
    const struct dialect *to =
        row->way == GO ? &dialect_openai_chat : &dialect_gemini;
    const struct translate_path path = {.model = STR("m"), .has_stream = true};
    const struct chat_quirks old = {.has_openapi_schema = true};
    struct str model =
        row->model != NULL ? str_of(row->model) : STR("gemini-3-flash");
    struct chat_request *q;
    struct translate_written w = {0};
    struct err err = {0};
    enum sl_rc rc = translate_read(
        &(struct translate_source){from, str_of(row->in),
                                   from == &dialect_gemini ? &path : NULL},
        a, &q, &err);

    if (rc == SL_OK)
        rc = translate_write(
            &(struct translate_target){to, model, row->way == OS ? &old : NULL},
            q, a, &w);
    if (rc == SL_NOMEM)
        return false;
    check_str_case(row->name, err.what, (struct str){0});
    check_str_case(row->name, w.err.where, str_of(row->where));
    check_str_case(row->name, w.err.what, str_of(row->what));
    if (row->want == NULL)
        return true;
    check_str_case(row->name, w.body, str_of(row->want));
    if (row->loss != others)
        check_str_case(row->name, w.loss, str_of(row->loss));
    return true;
}

static bool request_row(void *ctx, struct test_mem *m)
{
    struct arena a;
    bool through;

    arena_init(&a, &m->mem, 256, SIZE_MAX);
    through = run_request(ctx, &a);
    arena_release(&a);
    return through;
}

static void all_requests(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(requests); i++) {
        struct request_row row = requests[i];

        test_each_allocation(request_row, &row);
    }
}

static void wrong_requests(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(wrongs); i++) {
        struct chat_request *q;
        struct err err = {0};
        struct test_mem m;
        struct arena a;

        test_mem_init(&m);
        arena_init(&a, &m.mem, 4096, SIZE_MAX);
        assert_int_equal(translate_read(
                             &(struct translate_source){
                                 &dialect_gemini, str_of(wrongs[i].in), NULL},
                             &a, &q, &err),
                         SL_BAD_REQUEST);
        check_str_case(wrongs[i].name, err.where, str_of(wrongs[i].where));
        check_str_case(wrongs[i].name, err.what, str_of(wrongs[i].what));
        arena_release(&a);
    }
}

/* ---- frames into events ---- */

/* Events in short, one after the other. */
struct printer {
    struct chat_sink sink;
    struct buf out;
};

static const char *const kinds[] = {
    "start", "text",  "refusal",  "reasoning", "state", "tool", "args",  "end",
    "image", "audio", "citation", "logprobs",  "usage", "fin",  "error", "END"};

static void add_slice(struct buf *b, struct str s)
{
    if (s.n == 0)
        return;
    buf_add_char(b, ' ');
    buf_add(b, s);
}

static void add_number(struct buf *b, int64_t n)
{
    buf_add_char(b, ' ');
    buf_add_i64(b, n);
}

static void print_event(struct chat_sink *sink, const struct chat_event *ev)
{
    struct buf *b = &((struct printer *)sink)->out;

    if (b->n != 0)
        buf_add_char(b, '|');
    buf_add(b, str_of(kinds[ev->kind]));
    if (ev->choice != 0)
        add_number(b, ev->choice);
    add_slice(b, ev->id);
    add_slice(b, ev->name);
    add_slice(b, ev->model);
    add_slice(b, ev->media_type);
    add_slice(b, ev->text);
    add_slice(b, ev->url);
    add_slice(b, ev->title);
    add_slice(b, ev->raw);
    add_slice(b, ev->state.bytes);
    if (ev->kind == CHAT_EVENT_FINISH)
        add_slice(b, chat_finish_name(ev->finish));
    if (ev->created_s != 0)
        add_number(b, ev->created_s);
    if (ev->kind == CHAT_EVENT_USAGE) {
        add_number(b, ev->usage.input_tokens);
        add_number(b, ev->usage.output_tokens);
        add_number(b, ev->usage.cached_tokens);
        add_number(b, ev->usage.reasoning_tokens);
    }
    if (ev->kind == CHAT_EVENT_ERROR) {
        add_number(b, ev->error.status);
        add_slice(b, ev->error.type);
        add_slice(b, ev->error.code);
        add_slice(b, ev->error.message);
        add_number(b, ev->error.retry_after_ms);
    }
}

#define PARTS(parts) "{\"candidates\":[{\"content\":{\"parts\":[" parts "]}}]}"
#define DONE(why) "{\"candidates\":[{\"finishReason\":\"" why "\"}]}"

struct event_row {
    const char *name;
    bool is_whole;
    const char *in;   /* frames, each ended by a newline */
    const char *want; /* NULL: garbage */
};

static const struct event_row events[] = {
    {"text", false,
     "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"He\"}]}}],"
     "\"responseId\":\"r\",\"modelVersion\":\"m\",\"createTime\":"
     "\"1970-01-01T00:00:07Z\"}\n" PARTS(
         "{\"text\":\"y\"}") "\n"
                             "{\"candidates\":[{\"content\":{\"parts\":[{"
                             "\"text\":\"\"}]},"
                             "\"finishReason\":\"STOP\",\"index\":0}],"
                             "\"usageMetadata\":{"
                             "\"promptTokenCount\":4,"
                             "\"candidatesTokenCount\":2,"
                             "\"totalTokenCount\":11,"
                             "\"thoughtsTokenCount\":3,"
                             "\"toolUsePromptTokenCount\":2,"
                             "\"cachedContentTokenCount\":1}}",
     "start r m 7|text He|text y|usage 6 5 1 3|fin stop"},
    {"thoughts and signatures", false,
     PARTS("{\"text\":\"hm\",\"thought\":true},{\"text\":\"a\","
           "\"thoughtSignature\":\"U0lH\"},{\"text\":\"\","
           "\"thoughtSignature\":\"T3==\"}") "\n" DONE("MAX_TOKENS"),
     "start|reasoning hm|text a|state U0lH|state T3==|fin length"},
    {"calls", false,
     PARTS("{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":1},\"id\":"
           "\"i\"},"
           "\"thoughtSignature\":\"U0lH\"},{\"functionCall\":{\"name\":"
           "\"g\"}}") "\n" DONE("STOP"),
     "start|tool i f U0lH|args {\"a\":1}|end|tool g|args {}|end|fin "
     "tool_calls"},
    {"pieces of a call that we never ask for", false,
     PARTS("{\"functionCall\":{\"partialArgs\":[],\"willContinue\":true}}"),
     "start"},
    {"media", false,
     PARTS("{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"AA\"}},{"
           "\"inlineData\":{\"mimeType\":\"audio/L16;rate=24000\",\"data\":"
           "\"BB\"}},{\"fileData\":{\"mimeType\":\"image/png\",\"fileUri\":"
           "\"u\"},\"thoughtSignature\":\"U0lH\"}"),
     "start|image image/png AA|audio audio/L16;rate=24000 BB|image "
     "image/png "
     "u|state U0lH"},
    {"code", false,
     PARTS("{\"executableCode\":{\"language\":\"PYTHON\",\"code\":\"x\"}},{"
           "\"codeExecutionResult\":{\"output\":\"1\\n\"}}"),
     "start|text \n```python\nx\n```\n|text \n```\n1\n```\n"},
    {"sources are told once", false,
     "{\"candidates\":[{\"groundingMetadata\":{\"groundingChunks\":[{"
     "\"web\":{"
     "\"uri\":\"u\",\"title\":\"t\"}},{\"retrievedContext\":{\"uri\":\"v\"}"
     "}]}}"
     "]}\n{\"candidates\":[{\"groundingMetadata\":{\"groundingChunks\":[{"
     "\"web\":{\"uri\":\"u\",\"title\":\"t\"}}]},\"citationMetadata\":{"
     "\"citationSources\":[{\"uri\":\"w\"},{}]}}]}\n{\"candidates\":[{"
     "\"citationMetadata\":{\"citations\":[{\"uri\":\"x\"}]}}]}",
     "start|citation u t|citation v|citation w|citation x"},
    {"probabilities", false,
     "{\"candidates\":[{\"logprobsResult\":{\"chosenCandidates\":[{"
     "\"token\":"
     "\"a\",\"logProbability\":-0.5},{\"token\":\"\\u00e4\"}],"
     "\"topCandidates\":[{\"candidates\":[{\"token\":\"a\","
     "\"logProbability\":-0.5},{\"token\":\"b\",\"logProbability\":-1}]}]},"
     "\"content\":{\"parts\":[{\"text\":\"a\"}]}}]}",
     "start|logprobs [{\"token\":\"a\",\"logprob\":-0.5,\"bytes\":[97],"
     "\"top_logprobs\":[{\"token\":\"a\",\"logprob\":-0.5,\"bytes\":[97]},{"
     "\"token\":\"b\",\"logprob\":-1,\"bytes\":[98]}]},{\"token\":"
     "\"\xc3\xa4\","
     "\"logprob\":0,\"bytes\":[195,164],\"top_logprobs\":[]}]|text a"},
    {"several choices", false,
     "{\"candidates\":[{\"index\":1,\"content\":{\"parts\":[{\"text\":"
     "\"b\"}]},"
     "\"finishReason\":\"SAFETY\"},{\"content\":{\"parts\":[{\"text\":"
     "\"a\"}]},"
     "\"finishReason\":\"OTHER\"}]}\n" DONE("STOP"),
     "start|text 1 b|fin 1 content_filter|text a|fin stop"},
    {"a blocked prompt", false,
     "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"},\"usageMetadata\":{"
     "\"promptTokenCount\":4,\"totalTokenCount\":4}}",
     "start|usage 4 0 -1 -1|fin content_filter"},
    {"no reason", false, DONE("FINISH_REASON_UNSPECIFIED"), "start"},
    {"an error on the way", false,
     PARTS("{\"text\":\"a\"}") "\n{\"error\":{\"code\":503,\"message\":"
                               "\"busy\",\"status\":\"UNAVAILABLE\","
                               "\"details\":[{\"@type\":"
                               "\"RetryInfo\",\"retryDelay\":\"1.0005s\"}]}}",
     "start|text a|error 503 server_error UNAVAILABLE busy 1001"},
    {"an error in an array", false,
     "[{\"error\":{\"message\":\"m\",\"status\":\"RESOURCE_EXHAUSTED\"}}]",
     "error 429 rate_limit_error RESOURCE_EXHAUSTED m 0"},
    {"an error without a word", false, "{\"error\":{}}",
     "error 0 invalid_request_error 0"},
    {"a choice too far", false, "{\"candidates\":[{\"index\":64}]}", NULL},
    {"no object", false, "1", NULL},
    {"no JSON", false, "<html>", NULL},

    {"a whole answer", true,
     "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}],\"role\":"
     "\"model\"}},{\"index\":1,\"finishReason\":\"RECITATION\"}]}",
     "start|text a|fin 1 content_filter|fin stop"},
    {"a whole call", true, PARTS("{\"functionCall\":{\"name\":\"f\"}}"),
     "start|tool f|args {}|end|fin tool_calls"},
    {"nothing but usage", true,
     "{\"usageMetadata\":{\"promptTokenCount\":1,\"totalTokenCount\":3}}",
     "start|usage 1 -1 -1 -1|fin stop"},
    {"an array of answers", true,
     "[" PARTS("{\"text\":\"a\"}") ",\n" DONE("STOP") "]",
     "start|text a|fin stop"},
    {"an array of an error", true,
     "[{\"error\":{\"code\":400,\"message\":\"m\"}}]",
     "error 400 invalid_request_error m 0|fin stop"},
    {"nothing of an answer", true, "{}", NULL},
    {"a whole string", true, "\"a\"", NULL},
    {"an array of nothing", true, "[]", NULL},
    {"no JSON at all", true, "", NULL},
};

static enum sl_rc feed(struct chat_decoder *d, const struct event_row *row,
                       struct arena *turn)
{
    struct str rest = str_of(row->in);
    struct str line;
    enum sl_rc rc = SL_OK;

    if (row->is_whole)
        return dialect_gemini.decode_whole(d, rest);
    while (rc == SL_OK && str_split(&rest, '\n', &line)) {
        const struct chat_frame frame = {.data = line};

        rc = dialect_gemini.decode(d, &frame);
        arena_release(turn);
    }
    return rc;
}

static bool event_row(void *ctx, struct test_mem *m)
{
    const struct event_row *row = ctx;
    struct arena a;
    struct arena turn;
    struct test_mem calm;
    struct printer p = {.sink = {print_event}};
    struct chat_decoder d = {.dialect = &dialect_gemini,
                             .arena = &a,
                             .turn = &turn,
                             .sink = &p.sink};
    enum sl_rc rc;

    test_mem_init(&calm);
    arena_init(&a, &m->mem, 256, SIZE_MAX);
    arena_init(&turn, &m->mem, 256, SIZE_MAX);
    buf_init(&p.out, &calm.mem, SIZE_MAX);
    rc = feed(&d, row, &turn);
    if (rc != SL_NOMEM) {
        assert_int_equal(rc, row->want == NULL ? SL_UP_GARBAGE : SL_OK);
        if (row->want != NULL)
            check_str_case(row->name, buf_str(&p.out), str_of(row->want));
    }
    buf_release(&p.out);
    arena_release(&turn);
    arena_release(&a);
    return rc != SL_NOMEM;
}

static void all_events(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(events); i++) {
        struct event_row row = events[i];

        test_each_allocation(event_row, &row);
    }
}

/* ---- errors ---- */

static const struct {
    const char *name, *in;
    int status, want_status;
    const char *type, *code, *message;
    int64_t retry_after_ms;
} errors[] = {
    {"a wrong key",
     "{\"error\":{\"code\":400,\"message\":\"API key not valid.\",\"status\":"
     "\"INVALID_ARGUMENT\",\"details\":[{\"reason\":\"API_KEY_INVALID\"}]}}",
     400, 401, "authentication_error", "API_KEY_INVALID", "API key not valid.",
     0},
    {"a wrong key without details",
     "{\"error\":{\"code\":400,\"message\":\"API key not valid. Please pass a "
     "valid API key.\"}}",
     400, 401, "authentication_error", "",
     "API key not valid. Please pass a valid API key.", 0},
    {"a wrong argument keeps its status",
     "{\"error\":{\"code\":400,\"message\":\"m\",\"status\":"
     "\"INVALID_ARGUMENT\"}}",
     400, 400, "invalid_request_error", "INVALID_ARGUMENT", "m", 0},
    {"too much, in an array",
     "[{\"error\":{\"code\":429,\"message\":\"m\",\"status\":"
     "\"RESOURCE_EXHAUSTED\",\"details\":[{\"retryDelay\":\"34s\"}]}}]\n",
     429, 429, "rate_limit_error", "RESOURCE_EXHAUSTED", "m", 34000},
    {"a delay in nanoseconds",
     "{\"error\":{\"details\":[{\"retryDelay\":\"34.074824224s\"}]}}", 429, 429,
     "rate_limit_error", "", "", 34075},
    {"a delay of another kind",
     "{\"error\":{\"details\":[{\"retryDelay\":\"1m\"}]}}", 429, 429,
     "rate_limit_error", "", "", 0},
    {"forbidden", "{\"error\":{\"message\":\"m\"}}", 403, 403,
     "permission_error", "", "m", 0},
    {"an HTML page", "<html>", 502, 502, "", "", "", 0},
    {"another shape", "{\"message\":\"m\"}", 500, 500, "", "", "", 0},
};

static void read_errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(errors); i++) {
        struct chat_error e = {.status = errors[i].status};
        struct test_mem m;
        struct arena a;

        test_mem_init(&m);
        arena_init(&a, &m.mem, 4096, SIZE_MAX);
        dialect_gemini.read_error(str_of(errors[i].in), &a, &e);
        check_str_case(errors[i].name, e.type, str_of(errors[i].type));
        check_str_case(errors[i].name, e.code, str_of(errors[i].code));
        check_str_case(errors[i].name, e.message, str_of(errors[i].message));
        assert_int_equal(e.status, errors[i].want_status);
        assert_int_equal(e.retry_after_ms, errors[i].retry_after_ms);
        arena_release(&a);
    }
}

static const struct {
    int status;
    const char *word;
} words[] = {
    {0, "INTERNAL"},          {400, "INVALID_ARGUMENT"},
    {401, "UNAUTHENTICATED"}, {403, "PERMISSION_DENIED"},
    {404, "NOT_FOUND"},       {408, "DEADLINE_EXCEEDED"},
    {409, "ABORTED"},         {418, "FAILED_PRECONDITION"},
    {501, "UNIMPLEMENTED"},   {500, "INTERNAL"},
    {502, "UNAVAILABLE"},
};

static void write_errors(void **state)
{
    struct buf out;
    struct test_mem m;

    (void)state;
    test_mem_init(&m);
    buf_init(&out, &m.mem, SIZE_MAX);
    gemini_write_error(&out, &(struct chat_error){.status = 429,
                                                  .message = STR("m\""),
                                                  .retry_after_ms = 1500});
    check_str(buf_str(&out),
              STR("{\"error\":{\"code\":429,\"message\":\"m\\\"\",\"status\":"
                  "\"RESOURCE_EXHAUSTED\",\"details\":[{\"@type\":"
                  "\"type.googleapis.com/google.rpc.RetryInfo\","
                  "\"retryDelay\":\"2s\"}]}}"));
    for (size_t i = 0; i < SL_LEN(words); i++) {
        buf_reset(&out);
        gemini_write_error(&out,
                           &(struct chat_error){.status = words[i].status});
        if (!str_has(buf_str(&out), str_of(words[i].word)))
            fail_msg("%d: not %s", words[i].status, words[i].word);
    }
    buf_reset(&out);
    gemini_write_count(&out, 12);
    check_str(buf_str(&out), STR("{\"totalTokens\":12}"));
    buf_release(&out);
}

/* ---- answers ---- */

struct answer_row {
    const char *name;
    enum way way; /* OG: OpenAI's client, Gemini's provider */
    bool is_stream, is_array, fails;
    const char *in; /* frames, each ended by a newline; or one body */
    const char *want;
    const char *loss;
};

#define CHUNK(delta) "{\"id\":\"o\",\"choices\":[{\"delta\":" delta "}]}"
#define FRAME(parts)                                                        \
    "data: {\"candidates\":[{\"content\":{\"parts\":[" parts "],\"role\":"  \
    "\"model\"},\"index\":0}],\"modelVersion\":\"m\",\"responseId\":\"o\"}" \
    "\r\n\r\n"
#define COUNTS                                                              \
    "\"usageMetadata\":{\"promptTokenCount\":0,\"candidatesTokenCount\":0," \
    "\"totalTokenCount\":0},\"modelVersion\":\"m\",\"responseId\":\"o\"}"
#define LAST(why)                                                            \
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}],"      \
    "\"role\":\"model\"},\"finishReason\":\"" why "\",\"index\":0}]," COUNTS \
    "\r\n\r\n"

static const struct answer_row answers[] = {
    {"whole, for OpenAI", OG, false, false, false,
     "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":"
     "\"hm\",\"thought\":"
     "true},{\"text\":\"a\"},{\"functionCall\":{\"name\":\"f\","
     "\"args\":{"
     "\"a\":1}},\"thoughtSignature\":\"U0lH\"}]},"
     "\"finishReason\":\"STOP\"}],"
     "\"usageMetadata\":{\"promptTokenCount\":1,"
     "\"candidatesTokenCount\":2,"
     "\"thoughtsTokenCount\":3,\"totalTokenCount\":6},"
     "\"responseId\":\"r\","
     "\"modelVersion\":\"g\"}",
     "{\"id\":\"r\",\"object\":\"chat.completion\",\"created\":"
     "5,\"model\":"
     "\"g\",\"choices\":[{\"index\":0,\"message\":{\"role\":"
     "\"assistant\","
     "\"content\":\"a\",\"refusal\":null,\"reasoning_content\":"
     "\"hm\","
     "\"tool_calls\":[{\"id\":\"call_x_0\",\"type\":"
     "\"function\",\"function\":{"
     "\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"},\"extra_"
     "content\":{"
     "\"google\":{\"thought_signature\":\"U0lH\"}}}]},"
     "\"logprobs\":null,"
     "\"finish_reason\":\"tool_calls\"}],\"usage\":{\"prompt_"
     "tokens\":1,"
     "\"completion_tokens\":5,\"total_tokens\":6,\"prompt_"
     "tokens_details\":{"
     "\"cached_tokens\":0},\"completion_tokens_details\":{"
     "\"reasoning_tokens\":3}}}",
     NULL},
    {"half a probability", GO, false, false, false,
     "{\"id\":\"o\",\"choices\":[{\"message\":{},\"logprobs\":{\"content\":["
     "1]},\"finish_reason\":\"stop\"}]}",
     "{\"candidates\":[{\"content\":{\"parts\":[],\"role\":\"model\"},"
     "\"finishReason\":\"STOP\",\"index\":0,\"logprobsResult\":{"
     "\"chosenCandidates\":[{\"token\":\"\",\"logProbability\":0}],"
     "\"topCandidates\":[{\"candidates\":[]}]}}]," COUNTS,
     NULL},
    {"a blocked prompt, for OpenAI", OG, false, false, false,
     "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"},"
     "\"usageMetadata\":{"
     "\"promptTokenCount\":1,\"totalTokenCount\":1},"
     "\"responseId\":\"r\"}",
     "{\"id\":\"r\",\"object\":\"chat.completion\",\"created\":"
     "5,\"model\":"
     "\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":"
     "\"assistant\","
     "\"content\":null,\"refusal\":null},\"logprobs\":null,"
     "\"finish_reason\":\"content_filter\"}],\"usage\":{"
     "\"prompt_tokens\":1,"
     "\"completion_tokens\":0,\"total_tokens\":1,\"prompt_"
     "tokens_details\":{"
     "\"cached_tokens\":0},\"completion_tokens_details\":{"
     "\"reasoning_tokens\":0}}}",
     NULL},
    {"a stream, for OpenAI", OG, true, false, false,
     "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":"
     "\"a\"}]}}],"
     "\"responseId\":\"r\"}\n" DONE("MAX_TOKENS"),
     "data: "
     "{\"id\":\"r\",\"object\":\"chat.completion.chunk\","
     "\"created\":5,"
     "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{"
     "\"role\":"
     "\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}"
     "\n\n"
     "data: "
     "{\"id\":\"r\",\"object\":\"chat.completion.chunk\","
     "\"created\":5,"
     "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{"
     "\"content\":\"a\"},"
     "\"finish_reason\":null}]}\n\n"
     "data: "
     "{\"id\":\"r\",\"object\":\"chat.completion.chunk\","
     "\"created\":5,"
     "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},"
     "\"finish_reason\":\"length\"}]}\n\ndata: [DONE]\n\n",
     NULL},

    {"a stream, for Gemini", GO, true, false, false,
     CHUNK("{\"role\":\"assistant\",\"content\":\"a\"}") "\n" CHUNK(
         "{\"reasoni"
         "ng_"
         "content\":"
         "\"hm\"}") "\n" CHUNK("{\"refusal\":\"no\"}") "\n{"
                                                       "\"choic"
                                                       "es\":[{"
                                                       "\"delta"
                                                       "\":{},"
                                                       "\"finis"
                                                       "h_"
                                                       "reason"
                                                       "\":"
                                                       "\"stop"
                                                       "\"}]}"
                                                       "\n{"
                                                       "\"choic"
                                                       "es\":["
                                                       "],"
                                                       "\"usage"
                                                       "\":{"
                                                       "\"promp"
                                                       "t_"
                                                       "tokens"
                                                       "\":5,"
                                                       "\"compl"
                                                       "etion_"
                                                       "tokens"
                                                       "\":7,"
                                                       "\"promp"
                                                       "t_"
                                                       "tokens_"
                                                       "details"
                                                       "\":{"
                                                       "\"cache"
                                                       "d_"
                                                       "tokens"
                                                       "\":2},"
                                                       "\"compl"
                                                       "etion_"
                                                       "tokens_"
                                                       "details"
                                                       "\":{"
                                                       "\"reaso"
                                                       "ning_"
                                                       "tokens"
                                                       "\":3}}}"
                                                       "\n["
                                                       "DONE]",
     FRAME("{\"text\":\"a\"}") FRAME("{\"text\":\"hm\","
                                     "\"thought\":true}")
         FRAME("{\"text\":\"no\"}") "data: "
                                    "{\"candidates\":[{\"content\":{"
                                    "\"parts\":[{"
                                    "\"text\":\"\"}],"
                                    "\"role\":\"model\"},"
                                    "\"finishReason\":"
                                    "\"STOP\",\"index\":0}],"
                                    "\"usageMetadata\":{"
                                    "\"promptTokenCount\":5,"
                                    "\"candidatesTokenCount\":4,"
                                    "\"totalTokenCount\":12,"
                                    "\"cachedContentTokenCount\":2,"
                                    "\"thoughtsTokenCount\":3},"
                                    "\"modelVersion\":"
                                    "\"m\",\"responseId\":\"o\"}"
                                    "\r\n\r\n",
     NULL},
    {"calls whose pieces alternate", GO, true, false, false,
     CHUNK("{\"tool_calls\":[{\"index\":0,\"id\":\"1\","
           "\"function\":{\"name\":"
           "\"f\",\"arguments\":\"{\\\"a\\\"\"}},{\"index\":1,"
           "\"id\":\"2\","
           "\"function\":{\"name\":\"g\",\"arguments\":\"\"}}]"
           "}") "\n" CHUNK("{\""
                           "too"
                           "l_"
                           "cal"
                           "ls"
                           "\":"
                           "[{"
                           "\"i"
                           "nde"
                           "x\""
                           ":1,"
                           "\"f"
                           "unc"
                           "tio"
                           "n\""
                           ":{"
                           "\"a"
                           "rgu"
                           "men"
                           "ts"
                           "\":"
                           "\"o"
                           "ops"
                           "\""
                           "}},"
                           "{\""
                           "ind"
                           "ex"
                           "\":"
                           "0,"
                           "\"f"
                           "unc"
                           "tio"
                           "n\""
                           ":{"
                           "\"a"
                           "rgu"
                           "men"
                           "ts"
                           "\":"
                           "\":"
                           "1}"
                           "\"}"
                           "}]"
                           "}") "\n{\"choices\":[{\"delta\":{},"
                                "\"finish_reason\":\"tool_"
                                "calls\"}]}\n"
                                "[DONE]",
     FRAME("{\"functionCall\":{\"id\":\"1\",\"name\":\"f\","
           "\"args\":{\"a\":1}}"
           "}") FRAME("{\"functionCall\":{\"id\":\"2\","
                      "\"name\":\"g\",\"args\":{"
                      "\"arguments\":\"oops\"}}}") LAST("STOP"),
     "tool_calls.arguments;approximated"},
    {"a custom tool's text, a call without arguments", GO, true, false, false,
     CHUNK("{\"tool_calls\":[{\"index\":0,\"id\":\"1\","
           "\"custom\":{\"name\":"
           "\"c\",\"input\":\"x\"}},{\"index\":1,\"id\":\"2\","
           "\"function\":{"
           "\"name\":\"g\"}}]}") "\n{\"choices\":[{\"delta\":{}"
                                 ",\"finish_"
                                 "reason\":\"tool_calls\"}]}\n"
                                 "[DONE]",
     FRAME("{\"functionCall\":{\"id\":\"1\",\"name\":\"c\","
           "\"args\":{"
           "\"input\":\"x\"}}}")
         FRAME("{\"functionCall\":{\"id\":\"2\",\"name\":\"g\","
               "\"args\":{}}}") LAST("STOP"),
     NULL},
    {"another's state", GO, true, false, false,
     CHUNK(
         "{\"reasoning_details\":[{\"format\":\"anthropic-"
         "claude-v1\","
         "\"signature\":\"sig\"}]}") "\n" CHUNK("{\"content\":"
                                                "\"a\"}") "\n" CHUNK("{\"reason"
                                                                     "ing_"
                                                                     "details\""
                                                                     ":[{"
                                                                     "\"format"
                                                                     "\":"
                                                                     "\"google-"
                                                                     "gemini-"
                                                                     "v1\","
                                                                     "\"data\":"
                                                                     "\"U0lH\"}"
                                                                     "]}") "\n{"
                                                                           "\"c"
                                                                           "hoi"
                                                                           "ces"
                                                                           "\":"
                                                                           "[{"
                                                                           "\"d"
                                                                           "elt"
                                                                           "a\""
                                                                           ":{}"
                                                                           ",\""
                                                                           "fin"
                                                                           "ish"
                                                                           "_re"
                                                                           "aso"
                                                                           "n\""
                                                                           ":\""
                                                                           "len"
                                                                           "gth"
                                                                           "\"}"
                                                                           "]}"
                                                                           "\n["
                                                                           "DON"
                                                                           "E]",
     FRAME("{\"text\":\"\",\"thought\":true,\"thoughtSignature\":"
           "\"c2x1aWNlOmFudGhyb3BpYzpzaWc=\"}") FRAME("{\"text\":\"a\"}")
         FRAME("{\"text\":\"\",\"thoughtSignature\":\"U0lH\"}")
             LAST("MAX_TOKENS"),
     NULL},
    {"media, sources, probabilities", GO, true, false, false,
     "{\"id\":\"o\",\"choices\":[{\"delta\":{\"content\":\"a\","
     "\"images\":[{"
     "\"image_url\":{\"url\":\"data:image/"
     "png;base64,AA\"}},{\"image_url\":{"
     "\"url\":\"https://"
     "x\"}}],\"annotations\":[{\"url_citation\":{\"url\":"
     "\"u\",\"title\":\"t\"}},{\"url_citation\":{\"url\":\"v\"}"
     "}]},"
     "\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-"
     "0.5,\"bytes\":["
     "97],\"top_logprobs\":[{\"token\":\"b\",\"logprob\":-1}]}]"
     "}}]}\n{"
     "\"choices\":[{\"delta\":{},\"finish_reason\":\"content_"
     "filter\"}]}\n"
     "[DONE]",
     "data: "
     "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}"
     "],"
     "\"role\":\"model\"},\"index\":0,\"logprobsResult\":{"
     "\"chosenCandidates\":[{\"token\":\"a\","
     "\"logProbability\":-0.5}],"
     "\"topCandidates\":[{\"candidates\":[{\"token\":\"b\","
     "\"logProbability\":-1}]}]}}],\"modelVersion\":\"m\","
     "\"responseId\":\"o\"}"
     "\r\n\r\n" FRAME("{\"text\":\"a\"}") FRAME(
         "{\"inlineData\":{\"mimeType\":\"image/"
         "png\",\"data\":\"AA\"}}") FRAME("{\"fileData\":{"
                                          "\"fileUri\":\"https:"
                                          "//x\"}}") "data: "
                                                     "{\"candid"
                                                     "ates\":[{"
                                                     "\"content"
                                                     "\":{"
                                                     "\"parts\""
                                                     ":[{"
                                                     "\"text\":"
                                                     "\"\"}],"
                                                     "\"role\":"
                                                     "\"model\""
                                                     "}"
                                                     ",\"finish"
                                                     "Reason\":"
                                                     "\"SAFETY"
                                                     "\","
                                                     "\"index\""
                                                     ":0,"
                                                     "\"groundi"
                                                     "ngMetadat"
                                                     "a"
                                                     "\":{"
                                                     "\"groundi"
                                                     "ngChunks"
                                                     "\""
                                                     ":[{"
                                                     "\"web\":{"
                                                     "\"uri\":"
                                                     "\"u\","
                                                     "\"title\""
                                                     ":\"t\"}},"
                                                     "{"
                                                     "\"web\":{"
                                                     "\"uri\":"
                                                     "\"v\","
                                                     "\"title\""
                                                     ":"
                                                     "\"\"}}]}}"
                                                     "]," COUNTS "\r\n\r\n",
     NULL},
    {"two choices", GO, true, false, false,
     "{\"id\":\"o\",\"choices\":[{\"index\":1,\"delta\":{"
     "\"content\":\"b\"},"
     "\"finish_reason\":\"stop\"},{\"index\":0,\"delta\":{},"
     "\"finish_reason\":\"length\"}]}\n[DONE]",
     "data: "
     "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":"
     "\"b\"}],"
     "\"role\":\"model\"},\"index\":1}],\"modelVersion\":\"m\","
     "\"responseId\":"
     "\"o\"}\r\n\r\n"
     "data: "
     "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}"
     "],"
     "\"role\":\"model\"},\"finishReason\":\"MAX_TOKENS\","
     "\"index\":0},{"
     "\"content\":{\"parts\":[{\"text\":\"\"}],\"role\":"
     "\"model\"},"
     "\"finishReason\":\"STOP\",\"index\":1}]," COUNTS "\r\n\r\n",
     NULL},
    {"a JSON array", GO, true, true, false,
     CHUNK("{\"content\":\"a\"}") "\n{\"choices\":[{\"delta\":{},"
                                  "\"finish_reason\":\"stop\"}]}"
                                  "\n[DONE]",
     "[{\"candidates\":[{\"content\":{\"parts\":[{\"text\":"
     "\"a\"}],\"role\":"
     "\"model\"},\"index\":0}],\"modelVersion\":\"m\","
     "\"responseId\":\"o\"},"
     "\r\n{\"candidates\":[{\"content\":{\"parts\":[{\"text\":"
     "\"\"}],\"role\":"
     "\"model\"},\"finishReason\":\"STOP\",\"index\":0}]"
     "," COUNTS "]",
     NULL},
    {"an error in a JSON array", GO, true, true, true,
     CHUNK("{\"content\":\"a\"}"),
     "[{\"candidates\":[{\"content\":{\"parts\":[{\"text\":"
     "\"a\"}],\"role\":"
     "\"model\"},\"index\":0}],\"modelVersion\":\"m\","
     "\"responseId\":\"o\"},"
     "\r\n{\"error\":{\"code\":502,\"message\":\"cut\","
     "\"status\":"
     "\"UNAVAILABLE\"}}]",
     NULL},
    {"an error before all", GO, true, false, true, "",
     "data: "
     "{\"error\":{\"code\":502,\"message\":\"cut\",\"status\":"
     "\"UNAVAILABLE\"}}\r\n\r\n",
     NULL},
    {"a cut call is not completed", GO, true, false, true,
     CHUNK("{\"tool_calls\":[{\"index\":0,\"id\":\"1\","
           "\"function\":{\"name\":"
           "\"f\",\"arguments\":\"{\"}}]}"),
     "data: "
     "{\"error\":{\"code\":502,\"message\":\"cut\",\"status\":"
     "\"UNAVAILABLE\"}}\r\n\r\n",
     NULL},
    {"whole, for Gemini", GO, false, false, false,
     "{\"id\":\"o\",\"choices\":[{\"message\":{\"content\":"
     "\"a\",\"refusal\":"
     "null,\"reasoning_content\":\"hm\",\"reasoning_details\":["
     "{\"format\":"
     "\"google-gemini-v1\",\"data\":\"U0lH\"}],\"tool_calls\":["
     "{\"id\":\"1\","
     "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"},"
     "\"extra_content\":{"
     "\"google\":{\"thought_signature\":\"T3==\"}}}],"
     "\"images\":[{"
     "\"image_url\":{\"url\":\"data:image/"
     "png;base64,AA\"}}],\"annotations\":[{"
     "\"url_citation\":{\"url\":\"u\",\"title\":\"t\"}},{\"url_"
     "citation\":{"
     "\"url\":\"v\",\"title\":\"w\"}}]},\"logprobs\":{"
     "\"content\":[{\"token\":"
     "\"a\",\"logprob\":0},{\"token\":\"b\",\"logprob\":0}]},"
     "\"finish_reason\":\"stop\"},{\"index\":1,\"message\":{"
     "\"content\":"
     "\"b\"}}]}",
     "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":"
     "\"hm\",\"thought\":"
     "true,\"thoughtSignature\":\"U0lH\"},{\"text\":\"a\"},{"
     "\"inlineData\":{"
     "\"mimeType\":\"image/"
     "png\",\"data\":\"AA\"}},{\"functionCall\":{\"id\":"
     "\"1\",\"name\":\"f\",\"args\":{}},\"thoughtSignature\":"
     "\"T3==\"}],"
     "\"role\":\"model\"},\"finishReason\":\"STOP\",\"index\":"
     "0,"
     "\"groundingMetadata\":{\"groundingChunks\":[{\"web\":{"
     "\"uri\":\"u\","
     "\"title\":\"t\"}},{\"web\":{\"uri\":\"v\",\"title\":"
     "\"w\"}}]},"
     "\"logprobsResult\":{\"chosenCandidates\":[{\"token\":"
     "\"a\","
     "\"logProbability\":0},{\"token\":\"b\","
     "\"logProbability\":0}],"
     "\"topCandidates\":[{\"candidates\":[]},{\"candidates\":[]"
     "}]}},{"
     "\"content\":{\"parts\":[{\"text\":\"b\"}],\"role\":"
     "\"model\"},"
     "\"finishReason\":\"OTHER\",\"index\":1}]," COUNTS,
     NULL},

    {"there and back: a signed text", GG, false, false, false,
     "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":"
     "\"a\","
     "\"thoughtSignature\":\"U0lH\"}]},\"finishReason\":"
     "\"STOP\"}],"
     "\"responseId\":\"o\",\"modelVersion\":\"m\"}",
     "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":"
     "\"a\"},{\"text\":\"\""
     ",\"thoughtSignature\":\"U0lH\"}],\"role\":\"model\"},"
     "\"finishReason\":"
     "\"STOP\",\"index\":0}]," COUNTS,
     NULL},
    {"there and back: a signed thought", GG, true, false, false,
     "{\"responseId\":\"o\",\"candidates\":[{\"content\":{"
     "\"parts\":[{\"text\":"
     "\"hm\",\"thought\":true,\"thoughtSignature\":\"U0lH\"},{"
     "\"inlineData\":{"
     "\"mimeType\":\"audio/"
     "wav\",\"data\":\"AA\"}},{\"fileData\":{\"fileUri\":"
     "\"u\",\"mimeType\":\"image/"
     "png\"}}]},\"finishReason\":\"STOP\"}]}",
     FRAME("{\"text\":\"hm\",\"thought\":true}")
         FRAME("{\"text\":\"\",\"thought\":true,\"thoughtSignature\":"
               "\"U0lH\"}") FRAME("{\"inlineData\":{\"mimeType\":"
                                  "\"audio/wav\",\"data\":\"AA\"}}")
             FRAME("{\"fileData\":{\"fileUri\":\"u\",\"mimeType\":"
                   "\"image/"
                   "png\"}}") LAST("STOP"),
     NULL},
};

static bool take(struct translation *t, struct buf *got, struct arena *turn)
{
    buf_add(got, translation_take(t));
    arena_release(turn);
    /* What it wrote into went with the turn. */
    return !got->failed;
}

static enum sl_rc run_frames(struct translation *t,
                             const struct answer_row *row, struct buf *got,
                             struct arena *turn)
{
    struct str rest = str_of(row->in);
    struct str line;
    enum sl_rc rc = SL_OK;

    if (!row->is_stream)
        rc = translation_whole(t, rest);
    while (row->is_stream && rc == SL_OK && str_split(&rest, '\n', &line)) {
        const struct chat_frame frame = {.data = line};

        rc = translation_frame(t, &frame);
        (void)take(t, got, turn);
    }
    if (rc == SL_OK && row->fails)
        translation_fail(
            t, &(struct chat_error){.status = 502, .message = STR("cut")});
    else if (rc == SL_OK)
        rc = translation_end(t);
    if (rc == SL_OK)
        (void)take(t, got, turn);
    return rc;
}

static bool answer_row(void *ctx, struct test_mem *m)
{
    const struct answer_row *row = ctx;
    const struct chat_request request = {.from = &dialect_openai_chat};
    struct test_mem calm;
    struct arena a;
    struct arena turn;
    struct buf got;
    struct translation t;
    const struct translation_setup setup = {
        .provider = row->way == GO ? &dialect_openai_chat : &dialect_gemini,
        .client = row->way == OG ? &dialect_openai_chat : &dialect_gemini,
        .request = &request,
        .is_stream = row->is_stream,
        .id = STR("x"),
        .model = STR("m"),
        .now_s = 5,
        .arena = &a,
        .turn = &turn,
    };
    enum sl_rc rc;

    test_mem_init(&calm);
    arena_init(&a, &m->mem, 256, SIZE_MAX);
    arena_init(&turn, &m->mem, 256, SIZE_MAX);
    buf_init(&got, &calm.mem, SIZE_MAX);
    translation_init(&t, &setup);
    t.encoder.is_json_array = row->is_array;
    rc = run_frames(&t, row, &got, &turn);
    /* An error that finds no room is not told, and has no result to say so. */
    if (row->fails && m->asked > m->fail_at)
        rc = SL_NOMEM;
    if (rc == SL_OK) {
        check_str_case(row->name, buf_str(&got), str_of(row->want));
        check_str_case(row->name, translation_loss(&t), str_of(row->loss));
    }
    buf_release(&got);
    arena_release(&turn);
    arena_release(&a);
    return rc == SL_OK;
}

static void all_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(answers); i++) {
        struct answer_row row = answers[i];

        test_each_allocation(answer_row, &row);
    }
}

/* ---- what others may need ---- */

static void names(void **state)
{
    (void)state;
    assert_true(gemini_is_name(STR("topP"), STR("topP")));
    assert_true(gemini_is_name(STR("top_p"), STR("topP")));
    assert_true(
        gemini_is_name(STR("max_output_tokens"), STR("maxOutputTokens")));
    assert_false(gemini_is_name(STR("topp"), STR("topP")));
    assert_false(gemini_is_name(STR("top_P"), STR("topP")));
    assert_false(gemini_is_name(STR("top_"), STR("topP")));
    assert_false(gemini_is_name(STR("top"), STR("topP")));
    assert_false(gemini_is_name(STR("topPx"), STR("topP")));
    assert_false(gemini_is_name(STR("_topP"), STR("topP")));
}

static void wrapped_states(void **state)
{
    const struct chat_state s = {STR("anthropic"), STR("a?b>c~")};
    struct chat_state back;
    struct test_mem m;
    struct arena a;
    struct buf url;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 4096, SIZE_MAX);
    back = gemini_state_read(gemini_state_write(&s, &a), &a);
    check_str(back.maker, s.maker);
    check_str(back.bytes, s.bytes);
    /* As Python's SDK gives it back. */
    buf_init(&url, arena_mem(&a), 256);
    buf_add(&url, STR("c2x1aWNlOmFudGhyb3BpYzphP2I-Y34="));
    back = gemini_state_read(buf_str(&url), &a);
    check_str(back.maker, s.maker);
    check_str(back.bytes, s.bytes);
    back = gemini_state_read(STR("c2x1aWNlO!"), &a);
    check_str(back.maker, STR("gemini"));
    check_str(back.bytes, STR("c2x1aWNlO!"));
    arena_release(&a);
}

static void the_path_and_the_count(void **state)
{
    const struct translate_path path = {
        .model = STR("models/g"), .has_stream = true, .is_stream = true};
    struct chat_request *q;
    struct test_mem m;
    struct arena a;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 4096, SIZE_MAX);
    assert_int_equal(
        translate_read(
            &(struct translate_source){&dialect_gemini,
                                       STR("{\"model\":\"x\"," HI "}"), &path},
            &a, &q, NULL),
        SL_OK);
    check_str(q->model, STR("g"));
    assert_true(q->stream);
    assert_true(q->wants_usage);
    assert_int_equal(translate_read(
                         &(struct translate_source){
                             &dialect_gemini,
                             STR("{\"generateContentRequest\":{\"model\":"
                                 "\"models/x\"," HI "}}"),
                             NULL},
                         &a, &q, NULL),
                     SL_OK);
    check_str(q->model, STR("x"));
    assert_int_equal(q->n_messages, 1);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_requests),
        cmocka_unit_test(wrong_requests),
        cmocka_unit_test(all_events),
        cmocka_unit_test(read_errors),
        cmocka_unit_test(write_errors),
        cmocka_unit_test(all_answers),
        cmocka_unit_test(names),
        cmocka_unit_test(wrapped_states),
        cmocka_unit_test(the_path_and_the_count),
    };

    return test_run("dialect gemini", tests, SL_LEN(tests));
}
