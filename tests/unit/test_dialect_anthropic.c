/* SPDX-License-Identifier: MIT */
/* Requests to Anthropic's Messages API, and of its clients. */
#include "dialects.h"

#define GEMINI &dialect_gemini
#define OPENAI &dialect_openai_chat
#define OURS &dialect_anthropic
#define SONNET "claude-sonnet-4-5"

static const struct request_case to_anthropic[] = {
    {"smallest", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}]}",
     NULL},
    {"default of max_tokens: 4.6", OPENAI, OURS, "claude-opus-4-6",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
     "{\"model\":\"claude-opus-4-6\",\"max_tokens\":128000,\"messages\":[{\"r"
     "ole\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}]}",
     NULL},
    {"default of max_tokens: unknown", OPENAI, OURS, "claude-next-9",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
     "{\"model\":\"claude-next-9\",\"max_tokens\":4096,\"messages\":[{\"role"
     "\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}]}",
     NULL},
    {"system prompts, in any place", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"one\""
     "},{\"role\":\"developer\",\"content\":[{\"type\":\"text\",\"text\":\"tw"
     "o\",\"cache_control\":{\"type\":\"ephemeral\"}}]},{\"role\":\"user\",\""
     "content\":\"hi\"},{\"role\":\"system\",\"content\":\"late\"},{\"role\":"
     "\"user\",\"content\":\"ho\"}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"system\":[{\"ty"
     "pe\":\"text\",\"text\":\"one\"},{\"type\":\"text\",\"text\":\"two\",\"c"
     "ache_control\":{\"type\":\"ephemeral\"}},{\"type\":\"text\",\"text\":\""
     "late\"}],\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text"
     "\",\"text\":\"hi\"},{\"type\":\"text\",\"text\":\"ho\"}]}]}",
     "messages.system;moved"},
    {"only a system prompt", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"one\""
     "}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"one\"}]}]}",
     "messages.system;moved"},
    {"empty texts are no blocks", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{"
     "\"role\":\"assistant\",\"content\":\" \"},{\"role\":\"user\",\"content"
     "\":[{\"type\":\"text\",\"text\":\"\"},{\"type\":\"text\",\"text\":\"b\""
     "}]}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type"
     "\":\"text\",\"text\":\"b\"}]}]}",
     NULL},
    {"images", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type"
     "\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAA\","
     "\"detail\":\"high\"}},{\"type\":\"image_url\",\"image_url\":{\"url\":\""
     "https://x.test/a.png\"}}]}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":"
     "\"base64\",\"media_type\":\"image/png\",\"data\":\"AAAA\"}},{\"type\":"
     "\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://x.test/a.png\""
     "}}]}]}",
     "messages.image_url.detail;dropped"},
    {"an image of a strange scheme", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type"
     "\":\"image_url\",\"image_url\":{\"url\":\"gs://x/a.png\"}}]}]}",
     "400 messages: a URL must begin with https:// for this provider", NULL},
    {"a file by id", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type"
     "\":\"file\",\"file\":{\"file_id\":\"f1\"}}]}]}",
     "400 messages: this provider does not have the file that a file_id names"
     ": send the data itself",
     NULL},
    {"audio", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type"
     "\":\"input_audio\",\"input_audio\":{\"data\":\"AAAA\",\"format\":\"wav"
     "\"}}]}]}",
     "400 messages: this provider takes no audio", NULL},
    {"documents", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type"
     "\":\"file\",\"file\":{\"filename\":\"a.pdf\",\"file_data\":\"data:appli"
     "cation/pdf;base64,AAAA\"}},{\"type\":\"file\",\"file\":{\"filename\":\""
     "a.txt\",\"file_data\":\"data:text/plain;base64,aGk=\"}}]}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"document\",\"source\":{\"type"
     "\":\"base64\",\"media_type\":\"application/pdf\",\"data\":\"AAAA\"},\"t"
     "itle\":\"a.pdf\"},{\"type\":\"document\",\"source\":{\"type\":\"text\","
     "\"media_type\":\"text/plain\",\"data\":\"hi\"},\"title\":\"a.txt\"}]}]}",
     NULL},
    {"a document of another kind", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type"
     "\":\"file\",\"file\":{\"file_data\":\"data:application/zip;base64,AAAA"
     "\"}}]}]}",
     "400 messages: a document must be PDF or text for this provider", NULL},
    {"a text document that is no base64", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type"
     "\":\"file\",\"file\":{\"file_data\":\"data:text/plain;base64,*\"}}]}]}",
     "400 messages: the data of a document is not base64", NULL},
    {"a document without data", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type"
     "\":\"file\",\"file\":{\"filename\":\"a\"}}]}]}",
     "400 messages: an image or a document has no data", NULL},
    {"media of the assistant and the system", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":[{\"typ"
     "e\":\"image_url\",\"image_url\":{\"url\":\"https://x.test/a\"}},{\"type"
     "\":\"text\",\"text\":\"s\"}]},{\"role\":\"assistant\",\"content\":[{\"t"
     "ype\":\"input_audio\",\"input_audio\":{\"data\":\"AAAA\",\"format\":\"w"
     "av\"}},{\"type\":\"file\",\"file\":{\"file_data\":\"data:application/pd"
     "f;base64,AAAA\"}},{\"type\":\"text\",\"text\":\"t\"}]}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"system\":[{\"ty"
     "pe\":\"text\",\"text\":\"s\"}],\"messages\":[{\"role\":\"assistant\",\""
     "content\":[{\"type\":\"text\",\"text\":\"t\"}]}]}",
     "messages.image;dropped, messages.audio;dropped, messages.document;dropp"
     "ed"},
    {"tools: calls and results", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"role\":\"assistant\",\"content\":\"let me\",\"tool_calls\":[{\"id\":"
     "\"call.1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"argumen"
     "ts\":\"{\\\"x\\\":1}\"}},{\"id\":\"c2\",\"type\":\"function\",\"functio"
     "n\":{\"name\":\"f\",\"arguments\":\"\"}}]},{\"role\":\"tool\",\"tool_ca"
     "ll_id\":\"call.1\",\"content\":\"one\"},{\"role\":\"tool\",\"tool_call_"
     "id\":\"c2\",\"content\":[{\"type\":\"text\",\"text\":\"two\"}]},{\"role"
     "\":\"user\",\"content\":\"and?\"}],\"tools\":[{\"type\":\"function\",\""
     "function\":{\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type"
     "\":\"object\",\"properties\":{\"x\":{\"type\":\"number\"}}}}}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"q\"}]},{\"ro"
     "le\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"let me\"}"
     ",{\"type\":\"tool_use\",\"id\":\"call_1\",\"name\":\"f\",\"input\":{\"x"
     "\":1}},{\"type\":\"tool_use\",\"id\":\"c2\",\"name\":\"f\",\"input\":{}"
     "}]},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_us"
     "e_id\":\"call_1\",\"content\":[{\"type\":\"text\",\"text\":\"one\"}]},{"
     "\"type\":\"tool_result\",\"tool_use_id\":\"c2\",\"content\":[{\"type\":"
     "\"text\",\"text\":\"two\"}]},{\"type\":\"text\",\"text\":\"and?\"}]}],"
     "\"tools\":[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{\"ty"
     "pe\":\"object\",\"properties\":{\"x\":{\"type\":\"number\"}}}}]}",
     NULL},
    {"arguments that are no object", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":["
     "{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"argu"
     "ments\":\"oops\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c\",\"conten"
     "t\":\"\"}],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f"
     "\",\"description\":\"d\",\"parameters\":{\"type\":\"object\",\"properti"
     "es\":{\"x\":{\"type\":\"number\"}}}}}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"c\","
     "\"name\":\"f\",\"input\":{\"input\":\"oops\"}}]},{\"role\":\"user\",\"c"
     "ontent\":[{\"type\":\"tool_result\",\"tool_use_id\":\"c\"}]}],\"tools\""
     ":[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{\"type\":\"ob"
     "ject\",\"properties\":{\"x\":{\"type\":\"number\"}}}}]}",
     "messages.tool_calls.arguments;approximated"},
    {"a result without its call", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"1\"}],\"tools\":"
     "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\""
     "d\",\"parameters\":{\"type\":\"object\",\"properties\":{\"x\":{\"type\""
     ":\"number\"}}}}}]}",
     "400 messages: a tool's result answers no tool call of an earlier m"
     "essage",
     NULL},
    {"results come first in a turn", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":["
     "{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"argu"
     "ments\":\"{}\"}}]},{\"role\":\"user\",\"name\":\"ann\",\"content\":\"wa"
     "it\"},{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"1\"}],\"t"
     "ools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"descripti"
     "on\":\"d\",\"parameters\":{\"type\":\"object\",\"properties\":{\"x\":{"
     "\"type\":\"number\"}}}}}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"c\","
     "\"name\":\"f\",\"input\":{}}]},{\"role\":\"user\",\"content\":[{\"type"
     "\":\"tool_result\",\"tool_use_id\":\"c\",\"content\":[{\"type\":\"text"
     "\",\"text\":\"1\"}]},{\"type\":\"text\",\"text\":\"wait\"}]}],\"tools\""
     ":[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{\"type\":\"ob"
     "ject\",\"properties\":{\"x\":{\"type\":\"number\"}}}}]}",
     "messages.name;dropped"},
    {"tool choice: auto", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"descri"
     "ption\":\"d\",\"parameters\":{\"type\":\"object\",\"properties\":{\"x\""
     ":{\"type\":\"number\"}}}}}],\"tool_choice\":\"auto\"}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"t"
     "ools\":[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{\"type"
     "\":\"object\",\"properties\":{\"x\":{\"type\":\"number\"}}}}],\"tool_ch"
     "oice\":{\"type\":\"auto\"}}",
     NULL},
    {"tool choice: none", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"descri"
     "ption\":\"d\",\"parameters\":{\"type\":\"object\",\"properties\":{\"x\""
     ":{\"type\":\"number\"}}}}}],\"tool_choice\":\"none\"}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"t"
     "ools\":[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{\"type"
     "\":\"object\",\"properties\":{\"x\":{\"type\":\"number\"}}}}],\"tool_ch"
     "oice\":{\"type\":\"none\"}}",
     NULL},
    {"tool choice: required", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"descri"
     "ption\":\"d\",\"parameters\":{\"type\":\"object\",\"properties\":{\"x\""
     ":{\"type\":\"number\"}}}}}],\"tool_choice\":\"required\"}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"t"
     "ools\":[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{\"type"
     "\":\"object\",\"properties\":{\"x\":{\"type\":\"number\"}}}}],\"tool_ch"
     "oice\":{\"type\":\"any\"}}",
     NULL},
    {"tool choice: named", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"descri"
     "ption\":\"d\",\"parameters\":{\"type\":\"object\",\"properties\":{\"x\""
     ":{\"type\":\"number\"}}}}}],\"tool_choice\":{\"type\":\"function\",\"fu"
     "nction\":{\"name\":\"f\"}}}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"t"
     "ools\":[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{\"type"
     "\":\"object\",\"properties\":{\"x\":{\"type\":\"number\"}}}}],\"tool_ch"
     "oice\":{\"type\":\"tool\",\"name\":\"f\"}}",
     NULL},
    {"tool choice: allowed", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}},{\"typ"
     "e\":\"function\",\"function\":{\"name\":\"g\"}}],\"tool_choice\":{\"typ"
     "e\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"required\",\"tools"
     "\":[{\"type\":\"function\",\"function\":{\"name\":\"g\"}}]}}}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"t"
     "ools\":[{\"name\":\"g\",\"input_schema\":{\"type\":\"object\",\"propert"
     "ies\":{}}}],\"tool_choice\":{\"type\":\"any\"}}",
     NULL},
    {"forced tools that the model refuses", OPENAI, OURS, "claude-sonnet-5-5",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"descri"
     "ption\":\"d\",\"parameters\":{\"type\":\"object\",\"properties\":{\"x\""
     ":{\"type\":\"number\"}}}}}],\"tool_choice\":\"required\"}",
     "{\"model\":\"claude-sonnet-5-5\",\"max_tokens\":128000,\"messages\":[{"
     "\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],"
     "\"tools\":[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{\"ty"
     "pe\":\"object\",\"properties\":{\"x\":{\"type\":\"number\"}}}}],\"tool_"
     "choice\":{\"type\":\"auto\"}}",
     "tool_choice;approximated"},
    {"one call at a time", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"descri"
     "ption\":\"d\",\"parameters\":{\"type\":\"object\",\"properties\":{\"x\""
     ":{\"type\":\"number\"}}}}}],\"parallel_tool_calls\":false}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"t"
     "ools\":[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{\"type"
     "\":\"object\",\"properties\":{\"x\":{\"type\":\"number\"}}}}],\"tool_ch"
     "oice\":{\"type\":\"auto\",\"disable_parallel_tool_use\":true}}",
     NULL},
    {"a choice without tools", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"tools\":[],\"tool_choice\":\"required\"}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}]}",
     "tool_choice;dropped"},
    {"strict tools", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"strict"
     "\":true,\"parameters\":{\"properties\":{}}}}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"t"
     "ools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\",\"propert"
     "ies\":{}},\"strict\":true}]}",
     NULL},
    {"strict tools, old model", OPENAI, OURS, "claude-3-haiku-20240307",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"strict"
     "\":true,\"parameters\":{}}}]}",
     "{\"model\":\"claude-3-haiku-20240307\",\"max_tokens\":4096,\"messages\""
     ":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}"
     "],\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}]}",
     "tools.strict;dropped"},
    {"custom tools", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":["
     "{\"id\":\"c\",\"type\":\"custom\",\"custom\":{\"name\":\"patch\",\"inpu"
     "t\":\"do it\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\""
     ":\"ok\"}],\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"patch"
     "\",\"description\":\"d\"}},{\"type\":\"custom\",\"custom\":{\"name\":\""
     "g\",\"format\":{\"type\":\"grammar\",\"grammar\":{\"syntax\":\"lark\","
     "\"definition\":\"x\"}}}}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"c\","
     "\"name\":\"patch\",\"input\":{\"input\":\"do it\"}}]},{\"role\":\"user"
     "\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"c\",\"conte"
     "nt\":[{\"type\":\"text\",\"text\":\"ok\"}]}]}],\"tools\":[{\"name\":\"p"
     "atch\",\"description\":\"d\",\"input_schema\":{\"type\":\"object\",\"pr"
     "operties\":{\"input\":{\"type\":\"string\"}},\"required\":[\"input\"]}}"
     ",{\"name\":\"g\",\"input_schema\":{\"type\":\"object\",\"properties\":{"
     "\"input\":{\"type\":\"string\"}},\"required\":[\"input\"]}}]}",
     "tools.custom;approximated, tools.custom.format;approximated"},
    {"a schema, natively", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\""
     ":\"n\",\"description\":\"dd\",\"schema\":{\"type\":\"object\",\"propert"
     "ies\":{}},\"strict\":true}}}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"o"
     "utput_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"type"
     "\":\"object\",\"properties\":{}}}}}",
     "response_format.description;dropped"},
    {"a schema, by a forced tool", OPENAI, OURS, "claude-sonnet-4-20250514",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\""
     ":\"n\",\"description\":\"dd\",\"schema\":{\"type\":\"object\",\"propert"
     "ies\":{}},\"strict\":true}}}",
     "{\"model\":\"claude-sonnet-4-20250514\",\"max_tokens\":64000,\"messages"
     "\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}"
     "]}],\"tools\":[{\"name\":\"json\",\"description\":\"dd\",\"input_schema"
     "\":{\"type\":\"object\",\"properties\":{}}}],\"tool_choice\":{\"type\":"
     "\"tool\",\"name\":\"json\",\"disable_parallel_tool_use\":true}}",
     NULL},
    {"a schema, with tools", OPENAI, OURS, "claude-sonnet-4-20250514",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\""
     ":\"n\",\"description\":\"dd\",\"schema\":{\"type\":\"object\",\"propert"
     "ies\":{}},\"strict\":true}},\"tools\":[{\"type\":\"function\",\"functio"
     "n\":{\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"ob"
     "ject\",\"properties\":{\"x\":{\"type\":\"number\"}}}}}]}",
     "{\"model\":\"claude-sonnet-4-20250514\",\"max_tokens\":64000,\"messages"
     "\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}"
     "]}],\"tools\":[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{"
     "\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"number\"}}}},{\"n"
     "ame\":\"json\",\"description\":\"dd\",\"input_schema\":{\"type\":\"obje"
     "ct\",\"properties\":{}}}],\"tool_choice\":{\"type\":\"any\",\"disable_p"
     "arallel_tool_use\":true}}",
     NULL},
    {"a schema, and a tool of that name", OPENAI, OURS,
     "claude-3-5-sonnet-latest",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\""
     ":\"n\",\"description\":\"dd\",\"schema\":{\"type\":\"object\",\"propert"
     "ies\":{}},\"strict\":true}},\"tools\":[{\"type\":\"function\",\"functio"
     "n\":{\"name\":\"json\"}}]}",
     "{\"model\":\"claude-3-5-sonnet-latest\",\"max_tokens\":8192,\"system\":"
     "[{\"type\":\"text\",\"text\":\"Answer with one valid JSON object and no"
     "thing else: no other text, no code fence. It must fit this JSON Schema:"
     " {\\\"type\\\":\\\"object\\\",\\\"properties\\\":{}}\"}],\"messages\":["
     "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],"
     "\"tools\":[{\"name\":\"json\",\"input_schema\":{\"type\":\"object\",\"p"
     "roperties\":{}}}]}",
     "response_format.description;dropped, response_format;approximated"},
    {"a schema, while a tool is forced", OPENAI, OURS,
     "claude-3-5-sonnet-latest",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\""
     ":\"n\",\"description\":\"dd\",\"schema\":{\"type\":\"object\",\"propert"
     "ies\":{}},\"strict\":true}},\"tools\":[{\"type\":\"function\",\"functio"
     "n\":{\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"ob"
     "ject\",\"properties\":{\"x\":{\"type\":\"number\"}}}}}],\"tool_choice\""
     ":\"required\"}",
     "{\"model\":\"claude-3-5-sonnet-latest\",\"max_tokens\":8192,\"messages"
     "\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}"
     "]}],\"tools\":[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{"
     "\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"number\"}}}}],\"t"
     "ool_choice\":{\"type\":\"any\"}}",
     "response_format.description;dropped, response_format;dropped"},
    {"any JSON", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"response_format\":{\"type\":\"json_object\"}}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"system\":[{\"ty"
     "pe\":\"text\",\"text\":\"Answer with one valid JSON object and nothing "
     "else: no other text, no code fence.\"}],\"messages\":[{\"role\":\"user"
     "\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}]}",
     "response_format;approximated"},
    {"sampling", OPENAI, OURS, "claude-3-5-haiku-20241022",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"temperature\":1.5,\"top_p\":0.5,\"top_k\":3}",
     "{\"model\":\"claude-3-5-haiku-20241022\",\"max_tokens\":8192,\"messages"
     "\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}"
     "]}],\"temperature\":1,\"top_p\":0.5,\"top_k\":3}",
     "temperature;approximated"},
    {"sampling: 0 is 0, one of two", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"temperature\":0,\"top_p\":0.5}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"t"
     "emperature\":0}",
     "top_p;dropped"},
    {"sampling that the model refuses", OPENAI, OURS, "claude-opus-4-7",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"temperature\":1.5,\"top_p\":0.5,\"top_k\":3}",
     "{\"model\":\"claude-opus-4-7\",\"max_tokens\":128000,\"messages\":[{\"r"
     "ole\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}]}",
     "temperature;dropped, top_p;dropped, top_k;dropped"},
    {"sampling while thinking", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"temperature\":0.5,\"top_p\":0.5,\"top_k\":3,\"reasoning_effort\":\"lo"
     "w\"}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"t"
     "hinking\":{\"type\":\"enabled\",\"budget_tokens\":2048}}",
     "temperature;dropped, top_p;dropped, top_k;dropped"},
    {"effort: none", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"reasoning_effort\":\"none\"}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"t"
     "hinking\":{\"type\":\"disabled\"}}",
     NULL},
    {"effort: of a model that can not", OPENAI, OURS, "claude-3-haiku-20240307",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"reasoning_effort\":\"low\"}",
     "{\"model\":\"claude-3-haiku-20240307\",\"max_tokens\":4096,\"messages\""
     ":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}"
     "]}",
     "reasoning_effort;dropped"},
    {"effort: a budget", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"reasoning_effort\":\"minimal\"}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"t"
     "hinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}}",
     NULL},
    {"effort: a budget within max_tokens", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"reasoning_effort\":\"high\",\"max_completion_tokens\":4000}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":4000,\"messages\":[{\"r"
     "ole\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"th"
     "inking\":{\"type\":\"enabled\",\"budget_tokens\":2000}}",
     NULL},
    {"effort: no room to think", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"reasoning_effort\":\"high\",\"max_completion_tokens\":1000}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":1000,\"messages\":[{\"r"
     "ole\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}]}",
     "reasoning_effort;dropped"},
    {"effort: adaptive", OPENAI, OURS, "claude-opus-4-6",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"reasoning_effort\":\"high\"}",
     "{\"model\":\"claude-opus-4-6\",\"max_tokens\":128000,\"messages\":[{\"r"
     "ole\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"th"
     "inking\":{\"type\":\"adaptive\"},\"output_config\":{\"effort\":\"high\""
     "}}",
     NULL},
    {"effort: adaptive, lower than there is", OPENAI, OURS, "claude-sonnet-5",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"reasoning_effort\":\"minimal\"}",
     "{\"model\":\"claude-sonnet-5\",\"max_tokens\":128000,\"messages\":[{\"r"
     "ole\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"th"
     "inking\":{\"type\":\"adaptive\"},\"output_config\":{\"effort\":\"low\"}"
     "}",
     "reasoning_effort;approximated"},
    {"effort: adaptive, higher than there is", OPENAI, OURS, "claude-opus-4-6",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"reasoning_effort\":\"xhigh\"}",
     "{\"model\":\"claude-opus-4-6\",\"max_tokens\":128000,\"messages\":[{\"r"
     "ole\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"th"
     "inking\":{\"type\":\"adaptive\"},\"output_config\":{\"effort\":\"high\""
     "}}",
     "reasoning_effort;approximated"},
    {"effort: in OpenRouters words", OPENAI, OURS, "claude-sonnet-5-5",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"reasoning\":{\"max_tokens\":2000}}",
     "{\"model\":\"claude-sonnet-5-5\",\"max_tokens\":128000,\"messages\":[{"
     "\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],"
     "\"thinking\":{\"type\":\"adaptive\",\"display\":\"summarized\"},\"output_"
     "config\":{\"effort\":\"lo"
     "w\"}}",
     "reasoning_budget;approximated"},
    {"effort: a budget where both are", OPENAI, OURS, "claude-opus-4-6",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"reasoning\":{\"max_tokens\":2000}}",
     "{\"model\":\"claude-opus-4-6\",\"max_tokens\":128000,\"messages\":[{\"r"
     "ole\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"th"
     "inking\":{\"type\":\"enabled\",\"budget_tokens\":2000,\"display\":"
     "\"summarized\"}}",
     NULL},
    {"effort: the reasoning is left out", OPENAI, OURS, "claude-sonnet-5-5",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"reasoning\":{\"effort\":\"low\",\"exclude\":true}}",
     "{\"model\":\"claude-sonnet-5-5\",\"max_tokens\":128000,\"messages\":[{"
     "\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],"
     "\"thinking\":{\"type\":\"adaptive\",\"display\":\"omitted\"},"
     "\"output_config\":{\"effort\":\"low\"}}",
     NULL},
    {"reasoning to be read, as deep as the model likes", GEMINI, OURS,
     "claude-sonnet-5-5",
     "{\"contents\":[{\"parts\":[{\"text\":\"hi\"}]}],"
     "\"generationConfig\":{\"thinkingConfig\":{\"includeThoughts\":true}}}",
     "{\"model\":\"claude-sonnet-5-5\",\"max_tokens\":128000,\"messages\":[{"
     "\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],"
     "\"thinking\":{\"type\":\"adaptive\",\"display\":\"summarized\"}}",
     NULL},
    {"the same where a depth must be said", GEMINI, OURS, SONNET,
     "{\"contents\":[{\"parts\":[{\"text\":\"hi\"}]}],"
     "\"generationConfig\":{\"thinkingConfig\":{\"includeThoughts\":true}}}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{"
     "\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}]}",
     NULL},
    {"effort: with a forced tool", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"descri"
     "ption\":\"d\",\"parameters\":{\"type\":\"object\",\"properties\":{\"x\""
     ":{\"type\":\"number\"}}}}}],\"tool_choice\":\"required\",\"reasoning_ef"
     "fort\":\"low\"}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"t"
     "ools\":[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{\"type"
     "\":\"object\",\"properties\":{\"x\":{\"type\":\"number\"}}}}],\"tool_ch"
     "oice\":{\"type\":\"any\"}}",
     "reasoning_effort;dropped"},
    {"effort: the turn began without thinking", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"role\":\"assistant\",\"content\":\"let me\",\"tool_calls\":[{\"id\":"
     "\"call.1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"argumen"
     "ts\":\"{\\\"x\\\":1}\"}},{\"id\":\"c2\",\"type\":\"function\",\"functio"
     "n\":{\"name\":\"f\",\"arguments\":\"\"}}]},{\"role\":\"tool\",\"tool_ca"
     "ll_id\":\"call.1\",\"content\":\"one\"},{\"role\":\"tool\",\"tool_call_"
     "id\":\"c2\",\"content\":[{\"type\":\"text\",\"text\":\"two\"}]}],\"tool"
     "s\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description"
     "\":\"d\",\"parameters\":{\"type\":\"object\",\"properties\":{\"x\":{\"t"
     "ype\":\"number\"}}}}}],\"reasoning_effort\":\"low\"}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"q\"}]},{\"ro"
     "le\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"let me\"}"
     ",{\"type\":\"tool_use\",\"id\":\"call_1\",\"name\":\"f\",\"input\":{\"x"
     "\":1}},{\"type\":\"tool_use\",\"id\":\"c2\",\"name\":\"f\",\"input\":{}"
     "}]},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_us"
     "e_id\":\"call_1\",\"content\":[{\"type\":\"text\",\"text\":\"one\"}]},{"
     "\"type\":\"tool_result\",\"tool_use_id\":\"c2\",\"content\":[{\"type\":"
     "\"text\",\"text\":\"two\"}]}]}],\"tools\":[{\"name\":\"f\",\"descriptio"
     "n\":\"d\",\"input_schema\":{\"type\":\"object\",\"properties\":{\"x\":{"
     "\"type\":\"number\"}}}}]}",
     "reasoning_effort;dropped"},
    {"reasoning of ours comes back", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"role\":\"assistant\",\"reasoning_content\":\"hm\",\"reasoning_details"
     "\":[{\"type\":\"reasoning.text\",\"text\":\"hm\",\"signature\":\"c2ln\""
     ",\"format\":\"anthropic-claude-v1\"},{\"type\":\"reasoning.text\",\"tex"
     "t\":\"\",\"signature\":\"{\\\"type\\\":\\\"redacted_thinking\\\",\\\"da"
     "ta\\\":\\\"eA\\\"}\",\"format\":\"anthropic-claude-v1\"}],\"tool_calls"
     "\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\""
     "arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c\",\"cont"
     "ent\":\"1\"}],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":"
     "\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"object\",\"prope"
     "rties\":{\"x\":{\"type\":\"number\"}}}}}],\"reasoning_effort\":\"low\"}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"q\"}]},{\"ro"
     "le\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"h"
     "m\",\"signature\":\"c2ln\"},{\"type\":\"redacted_thinking\",\"data\":\""
     "eA\"},{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\",\"input\":{}}]"
     "},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_"
     "id\":\"c\",\"content\":[{\"type\":\"text\",\"text\":\"1\"}]}]}],\"tools"
     "\":[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{\"type\":\""
     "object\",\"properties\":{\"x\":{\"type\":\"number\"}}}}],\"thinking\":{"
     "\"type\":\"enabled\",\"budget_tokens\":2048}}",
     NULL},
    {"reasoning of others is lost", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"role\":\"assistant\",\"content\":\"a\",\"reasoning_content\":\"hm\"},"
     "{\"role\":\"assistant\",\"content\":\"b\",\"reasoning_details\":[{\"typ"
     "e\":\"reasoning.encrypted\",\"data\":\"x\",\"format\":\"google-gemini-v"
     "1\"}],\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":"
     "{\"name\":\"f\",\"arguments\":\"{}\"},\"extra_content\":{\"google\":{\""
     "thought_signature\":\"s\"}}}]}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"q\"}]},{\"ro"
     "le\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"t"
     "ype\":\"text\",\"text\":\"b\"},{\"type\":\"tool_use\",\"id\":\"c\",\"na"
     "me\":\"f\",\"input\":{}}]}]}",
     "messages.reasoning;dropped, messages.state;dropped"},
    {"a refusal is a text", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"role\":\"assistant\",\"refusal\":\"no\"}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"q\"}]},{\"ro"
     "le\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"no\"}]}]}",
     NULL},
    {"stop", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"stop\":[\"a\",\"\\n\",\"b\"]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"s"
     "top_sequences\":[\"a\",\"b\"]}",
     "stop;approximated"},
    {"stop: nothing is left", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"stop\":\"\\n\"}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}]}",
     "stop;approximated"},
    {"who, which tier", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"user\":\"u1\",\"service_tier\":\"default\"}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"m"
     "etadata\":{\"user_id\":\"u1\"},\"service_tier\":\"standard_only\"}",
     NULL},
    {"which tier: auto", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"service_tier\":\"auto\"}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"s"
     "ervice_tier\":\"auto\"}",
     NULL},
    {"what has no place", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"n\":2,\"seed\":1,\"logprobs\":true,\"top_logprobs\":2,\"presence_pena"
     "lty\":1,\"frequency_penalty\":1,\"min_p\":0.1,\"metadata\":{\"a\":\"b\""
     "},\"service_tier\":\"flex\",\"prompt_cache_key\":\"k\",\"verbosity\":\""
     "low\",\"modalities\":[\"text\",\"audio\"],\"audio\":{\"voice\":\"v\"},"
     "\"store\":true,\"logit_bias\":{},\"x\":1}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}]}",
     "service_tier;dropped, min_p;dropped, presence_penalty;dropped, frequenc"
     "y_penalty;dropped, seed;dropped, n;dropped, logprobs;dropped, top_logpr"
     "obs;dropped, metadata;dropped, prompt_cache_key;dropped, verbosity;drop"
     "ped, modalities;dropped, audio;dropped, store;dropped, logit_bias;dropp"
     "ed, x;dropped"},
    {"what is no loss", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"n\":1,\"store\":false,\"stream\":true,\"stream_options\":{\"include_u"
     "sage\":true},\"parallel_tool_calls\":true}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"s"
     "tream\":true}",
     NULL},
    {"a number that is none of ours", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"max_tokens\":1.5}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":1.5,\"messages\":[{\"ro"
     "le\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}]}",
     NULL},
    {"no Claude", OPENAI, OURS, "deepseek-chat",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"temperature\":0.5,\"reasoning_effort\":\"low\"}",
     "{\"model\":\"deepseek-chat\",\"max_tokens\":4096,\"messages\":[{\"role"
     "\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"think"
     "ing\":{\"type\":\"enabled\",\"budget_tokens\":2048}}",
     "temperature;dropped"},
    {"effort: a budget that is too small", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"reasoning\":{\"max_tokens\":500}}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"t"
     "hinking\":{\"type\":\"enabled\",\"budget_tokens\":1024,\"display\":"
     "\"summarized\"}}",
     "reasoning_budget;approximated"},
    {"a state that looks like a block", OPENAI, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"role\":\"assistant\",\"reasoning_details\":[{\"type\":\"reasoning.tex"
     "t\",\"text\":\"hm\",\"signature\":\"{\\\"x\\\"\",\"format\":\"anthropic"
     "-claude-v1\"}],\"content\":\"a\"}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"q\"}]},{\"ro"
     "le\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"h"
     "m\",\"signature\":\"{\\\"x\\\"\"},{\"type\":\"text\",\"text\":\"a\"}]}]"
     "}",
     NULL},
};

static const struct request_case from_anthropic[] = {
    {"smallest", OURS, OPENAI, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"con"
     "tent\":\"hi\"}],\"max_tokens\":9}",
     NULL},
    {"smallest, to itself", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9,\"messages\":[{\"role"
     "\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}]}",
     NULL},
    {"system", OURS, OPENAI, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"system\":\"s\"}",
     "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"system\",\"c"
     "ontent\":\"s\"},{\"role\":\"user\",\"content\":\"hi\"}],\"max_tokens\":"
     "9}",
     NULL},
    {"system blocks, to itself", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"q\"},{\"role\":\"system\",\"content\":\"late\"},{\"role\":\"u"
     "ser\",\"content\":\"r\"}],\"system\":[{\"type\":\"text\",\"text\":\"s\""
     ",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9,\"system\":[{\"type\""
     ":\"text\",\"text\":\"s\",\"cache_control\":{\"type\":\"ephemeral\",\"tt"
     "l\":\"1h\"}}],\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
     "\"text\",\"text\":\"q\"}]},{\"role\":\"system\",\"content\":[{\"type\":"
     "\"text\",\"text\":\"late\"}]},{\"role\":\"user\",\"content\":[{\"type\""
     ":\"text\",\"text\":\"r\"}]}]}",
     NULL},
    {"images and documents", OURS, OPENAI, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_ty"
     "pe\":\"image/png\",\"data\":\"AAAA\"}},{\"type\":\"image\",\"source\":{"
     "\"type\":\"url\",\"url\":\"https://x.test/a\"}},{\"type\":\"document\","
     "\"title\":\"t\",\"source\":{\"type\":\"base64\",\"media_type\":\"applic"
     "ation/pdf\",\"data\":\"AAAA\"}},{\"type\":\"text\",\"text\":\"see\"}]}]"
     "}",
     "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"con"
     "tent\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png"
     ";base64,AAAA\"}},{\"type\":\"image_url\",\"image_url\":{\"url\":\"https"
     "://x.test/a\"}},{\"type\":\"file\",\"file\":{\"filename\":\"t\",\"file_"
     "data\":\"data:application/pdf;base64,AAAA\"}},{\"type\":\"text\",\"text"
     "\":\"see\"}]}],\"max_tokens\":9}",
     NULL},
    {"what documents say more, to itself", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":[{\"type\":\"document\",\"context\":\"c\",\"citations\":{\"enab"
     "led\":true},\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\""
     ",\"data\":\"plain\"}},{\"type\":\"document\",\"source\":{\"type\":\"con"
     "tent\",\"content\":[{\"type\":\"text\",\"text\":\"in\"},{\"type\":\"tex"
     "t\",\"text\":\"side\"},{\"type\":\"image\",\"source\":{\"type\":\"file"
     "\",\"file_id\":\"f\"}}]}},{\"type\":\"document\",\"source\":{\"type\":"
     "\"content\",\"content\":\"str\"}},{\"type\":\"search_result\",\"source"
     "\":\"https://x.test\",\"title\":\"found\",\"content\":[{\"type\":\"text"
     "\",\"text\":\"it\"}]},{\"type\":\"image\",\"source\":{\"type\":\"file\""
     ",\"file_id\":\"f\"}}]}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9,\"messages\":[{\"role"
     "\":\"user\",\"content\":[{\"type\":\"document\",\"context\":\"c\",\"cit"
     "ations\":{\"enabled\":true},\"source\":{\"type\":\"text\",\"media_type"
     "\":\"text/plain\",\"data\":\"plain\"}},{\"type\":\"document\",\"source"
     "\":{\"type\":\"content\",\"content\":[{\"type\":\"text\",\"text\":\"in"
     "\"},{\"type\":\"text\",\"text\":\"side\"},{\"type\":\"image\",\"source"
     "\":{\"type\":\"file\",\"file_id\":\"f\"}}]}},{\"type\":\"document\",\"s"
     "ource\":{\"type\":\"content\",\"content\":\"str\"}},{\"type\":\"search_"
     "result\",\"source\":\"https://x.test\",\"title\":\"found\",\"content\":"
     "[{\"type\":\"text\",\"text\":\"it\"}]},{\"type\":\"image\",\"source\":{"
     "\"type\":\"file\",\"file_id\":\"f\"}}]}]}",
     NULL},
    {"what documents say more", OURS, OPENAI, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":[{\"type\":\"document\",\"context\":\"c\",\"citations\":{\"enab"
     "led\":true},\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\""
     ",\"data\":\"plain\"}},{\"type\":\"document\",\"source\":{\"type\":\"con"
     "tent\",\"content\":[{\"type\":\"text\",\"text\":\"in\"},{\"type\":\"tex"
     "t\",\"text\":\"side\"},{\"type\":\"image\",\"source\":{\"type\":\"file"
     "\",\"file_id\":\"f\"}}]}},{\"type\":\"document\",\"source\":{\"type\":"
     "\"content\",\"content\":\"str\"}},{\"type\":\"search_result\",\"source"
     "\":\"https://x.test\",\"title\":\"found\",\"content\":[{\"type\":\"text"
     "\",\"text\":\"it\"}]}]}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"con"
     "tent\":[{\"type\":\"text\",\"text\":\"plain\"},{\"type\":\"text\",\"tex"
     "t\":\"inside\"},{\"type\":\"text\",\"text\":\"str\"},{\"type\":\"text\""
     ",\"text\":\"it\"}]}],\"max_tokens\":9}",
     "messages.document;moved, messages.document.context;dropped, messages.do"
     "cument.citations;dropped, messages.document.content;dropped, messages.s"
     "earch_result.source;dropped"},
    {"tools: calls and results", OURS, OPENAI, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"q\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"thinkin"
     "g\",\"thinking\":\"hm\",\"signature\":\"c2ln\"},{\"type\":\"redacted_th"
     "inking\",\"data\":\"eA\"},{\"type\":\"text\",\"text\":\"ok\"},{\"type\""
     ":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":{\"x\":1},\"caller"
     "\":{\"type\":\"direct\"}},{\"type\":\"tool_use\",\"id\":\"t2\",\"name\""
     ":\"f\",\"input\":{},\"cache_control\":{\"type\":\"ephemeral\"}}]},{\"ro"
     "le\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"also\"},{\"typ"
     "e\":\"tool_result\",\"tool_use_id\":\"t1\",\"content\":\"1\",\"is_error"
     "\":true},{\"type\":\"tool_result\",\"tool_use_id\":\"t2\",\"content\":["
     "{\"type\":\"text\",\"text\":\"2\"},{\"type\":\"image\",\"source\":{\"ty"
     "pe\":\"base64\",\"media_type\":\"image/png\",\"data\":\"AAAA\"}}]},{\"t"
     "ype\":\"tool_result\",\"tool_use_id\":\"t2\"}]}],\"tools\":[{\"name\":"
     "\"f\",\"input_schema\":{\"type\":\"object\"}}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"con"
     "tent\":\"q\"},{\"role\":\"assistant\",\"content\":\"ok\",\"tool_calls\""
     ":[{\"id\":\"t1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"a"
     "rguments\":\"{\\\"x\\\":1}\"}},{\"id\":\"t2\",\"type\":\"function\",\"f"
     "unction\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},{\"role\":\"tool\","
     "\"tool_call_id\":\"t1\",\"content\":\"1\"},{\"role\":\"tool\",\"tool_ca"
     "ll_id\":\"t2\",\"content\":\"2\"},{\"role\":\"tool\",\"tool_call_id\":"
     "\"t2\",\"content\":\"\"},{\"role\":\"user\",\"content\":[{\"type\":\"im"
     "age_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}}]},{\""
     "role\":\"user\",\"content\":\"also\"}],\"tools\":[{\"type\":\"function"
     "\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}]"
     ",\"max_tokens\":9}",
     "messages.reasoning_state;dropped, messages.reasoning;dropped, messages."
     "is_error;dropped, messages.tool_result;moved"},
    {"tools: calls and results, to itself", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"q\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"thinkin"
     "g\",\"thinking\":\"hm\",\"signature\":\"c2ln\"},{\"type\":\"redacted_th"
     "inking\",\"data\":\"eA\"},{\"type\":\"text\",\"text\":\"ok\"},{\"type\""
     ":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":{\"x\":1},\"caller"
     "\":{\"type\":\"direct\"}},{\"type\":\"tool_use\",\"id\":\"t2\",\"name\""
     ":\"f\",\"input\":{},\"cache_control\":{\"type\":\"ephemeral\"}}]},{\"ro"
     "le\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"also\"},{\"typ"
     "e\":\"tool_result\",\"tool_use_id\":\"t1\",\"content\":\"1\",\"is_error"
     "\":true},{\"type\":\"tool_result\",\"tool_use_id\":\"t2\",\"content\":["
     "{\"type\":\"text\",\"text\":\"2\"},{\"type\":\"image\",\"source\":{\"ty"
     "pe\":\"base64\",\"media_type\":\"image/png\",\"data\":\"AAAA\"}}]},{\"t"
     "ype\":\"tool_result\",\"tool_use_id\":\"t2\"}]}],\"tools\":[{\"name\":"
     "\"f\",\"input_schema\":{\"type\":\"object\"}}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9,\"messages\":[{\"role"
     "\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"q\"}]},{\"role\""
     ":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\","
     "\"signature\":\"c2ln\"},{\"type\":\"redacted_thinking\",\"data\":\"eA\""
     "},{\"type\":\"text\",\"text\":\"ok\"},{\"type\":\"tool_use\",\"id\":\"t"
     "1\",\"name\":\"f\",\"input\":{\"x\":1}},{\"type\":\"tool_use\",\"id\":"
     "\"t2\",\"name\":\"f\",\"input\":{},\"cache_control\":{\"type\":\"epheme"
     "ral\"}}]},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"t"
     "ool_use_id\":\"t1\",\"content\":[{\"type\":\"text\",\"text\":\"1\"}],\""
     "is_error\":true},{\"type\":\"tool_result\",\"tool_use_id\":\"t2\",\"con"
     "tent\":[{\"type\":\"text\",\"text\":\"2\"},{\"type\":\"image\",\"source"
     "\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"AAAA\"}"
     "}]},{\"type\":\"tool_result\",\"tool_use_id\":\"t2\"},{\"type\":\"text"
     "\",\"text\":\"also\"}]}],\"tools\":[{\"name\":\"f\",\"input_schema\":{"
     "\"type\":\"object\"}}]}",
     NULL},
    {"server tools", OURS, OPENAI, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"q\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"server_"
     "tool_use\",\"id\":\"s\",\"name\":\"web_search\",\"input\":{\"query\":\""
     "x\"}},{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"s\",\"cont"
     "ent\":[]},{\"type\":\"text\",\"text\":\"a\",\"citations\":[{\"type\":\""
     "web_search_result_location\",\"url\":\"u\"}]}]},{\"role\":\"user\",\"co"
     "ntent\":[{\"type\":\"container_upload\",\"file_id\":\"f\"}]}],\"tools\""
     ":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\",\"max_uses"
     "\":1},{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"},\"defer_lo"
     "ading\":true}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"con"
     "tent\":\"q\"},{\"role\":\"assistant\",\"content\":\"a\"},{\"role\":\"us"
     "er\",\"content\":\"\"}],\"tools\":[{\"type\":\"function\",\"function\":"
     "{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}],\"max_tokens\":"
     "9}",
     "messages.reasoning_state;dropped, tools.web_search_20250305;dropped, "
     "tools.defer_loading;dr"
     "opped, messages.text.citations;dropped"},
    {"server tools, to itself", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"q\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"server_"
     "tool_use\",\"id\":\"s\",\"name\":\"web_search\",\"input\":{\"query\":\""
     "x\"}},{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"s\",\"cont"
     "ent\":[]},{\"type\":\"text\",\"text\":\"a\",\"citations\":[{\"type\":\""
     "web_search_result_location\",\"url\":\"u\"}]}]},{\"role\":\"user\",\"co"
     "ntent\":[{\"type\":\"container_upload\",\"file_id\":\"f\"}]}],\"tools\""
     ":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\",\"max_uses"
     "\":1},{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"},\"defer_lo"
     "ading\":true}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9,\"messages\":[{\"role"
     "\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"q\"}]},{\"role\""
     ":\"assistant\",\"content\":[{\"type\":\"server_tool_use\",\"id\":\"s\","
     "\"name\":\"web_search\",\"input\":{\"query\":\"x\"}},{\"type\":\"web_se"
     "arch_tool_result\",\"tool_use_id\":\"s\",\"content\":[]},{\"type\":\"te"
     "xt\",\"text\":\"a\",\"citations\":[{\"type\":\"web_search_result_locati"
     "on\",\"url\":\"u\"}]}]},{\"role\":\"user\",\"content\":[{\"type\":\"con"
     "tainer_upload\",\"file_id\":\"f\"}]}],\"tools\":[{\"type\":\"web_search"
     "_20250305\",\"name\":\"web_search\",\"max_uses\":1},{\"name\":\"f\",\"i"
     "nput_schema\":{\"type\":\"object\"},\"defer_loading\":true}]}",
     NULL},
    {"tool choice: auto", OURS, OPENAI, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\","
     "\"content\":\"hi\"}],\"tools\":[{\"name\":\"f\",\"input_schema\":{"
     "\"type\":\"object\"}}],\"tool_choice\":{\"type\":\"auto\",\"disable_"
     "parallel_tool_use\":true}}",
     "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\","
     "\"content\":\"hi\"}],\"tools\":[{\"type\":\"function\",\"function\":{"
     "\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}],\"tool_choice\":"
     "\"auto\",\"parallel_tool_calls\":false,\"max_tokens\":9}",
     NULL},
    {"tool choice: auto, to itself", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":"
     "\"object\"}}],\"tool_choice\":{\"type\":\"auto\",\"disable_parallel_too"
     "l_use\":true}}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9,\"messages\":[{\"role"
     "\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"tools"
     "\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}],\"tool_cho"
     "ice\":{\"type\":\"auto\",\"disable_parallel_tool_use\":true}}",
     NULL},
    {"tool choice: any", OURS, OPENAI, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\","
     "\"content\":\"hi\"}],\"tools\":[{\"name\":\"f\",\"input_schema\":{"
     "\"type\":\"object\"}}],\"tool_choice\":{\"type\":\"any\"}}",
     "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\","
     "\"content\":\"hi\"}],\"tools\":[{\"type\":\"function\",\"function\":{"
     "\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}],\"tool_choice\":"
     "\"required\",\"max_tokens\":9}",
     NULL},
    {"tool choice: any, to itself", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":"
     "\"object\"}}],\"tool_choice\":{\"type\":\"any\"}}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9,\"messages\":[{\"role"
     "\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"tools"
     "\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}],\"tool_cho"
     "ice\":{\"type\":\"any\"}}",
     NULL},
    {"tool choice: none", OURS, OPENAI, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\","
     "\"content\":\"hi\"}],\"tools\":[{\"name\":\"f\",\"input_schema\":{"
     "\"type\":\"object\"}}],\"tool_choice\":{\"type\":\"none\"}}",
     "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\","
     "\"content\":\"hi\"}],\"tools\":[{\"type\":\"function\",\"function\":{"
     "\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}],\"tool_choice\":"
     "\"none\",\"max_tokens\":9}",
     NULL},
    {"tool choice: none, to itself", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":"
     "\"object\"}}],\"tool_choice\":{\"type\":\"none\"}}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9,\"messages\":[{\"role"
     "\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"tools"
     "\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}],\"tool_cho"
     "ice\":{\"type\":\"none\"}}",
     NULL},
    {"tool choice: tool", OURS, OPENAI, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\","
     "\"content\":\"hi\"}],\"tools\":[{\"name\":\"f\",\"input_schema\":{"
     "\"type\":\"object\"}}],\"tool_choice\":{\"type\":\"tool\",\"name\":\"f\"}"
     "}",
     "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\","
     "\"content\":\"hi\"}],\"tools\":[{\"type\":\"function\",\"function\":{"
     "\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}],\"tool_choice\":{"
     "\"type\":\"function\",\"function\":{\"name\":\"f\"}},\"max_tokens\":9}",
     NULL},
    {"tool choice: tool, to itself", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":"
     "\"object\"}}],\"tool_choice\":{\"type\":\"tool\",\"name\":\"f\"}}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9,\"messages\":[{\"role"
     "\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"tools"
     "\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}],\"tool_cho"
     "ice\":{\"type\":\"tool\",\"name\":\"f\"}}",
     NULL},
    {"parameters", OURS, OPENAI, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"temperature\":0.5,\"top_p\":0.9,\"top_k\":3,\"stop_s"
     "equences\":[\"x\",\"y\"],\"metadata\":{\"user_id\":\"u\",\"k\":1},\"ser"
     "vice_tier\":\"standard_only\",\"stream\":true,\"container\":\"c\",\"cac"
     "he_control\":{\"type\":\"ephemeral\"}}",
     "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"con"
     "tent\":\"hi\"}],\"max_tokens\":9,\"temperature\":0.5,\"top_p\":0.9,\"st"
     "op\":[\"x\",\"y\"],\"user\":\"u\",\"stream\":true}",
     "top_k;dropped, service_tier;dropped, container;dropped, cache_control;d"
     "ropped, metadata.k;dropped"},
    {"parameters, to itself", OURS, OURS, "claude-3-7-sonnet-latest",
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"temperature\":0.5,\"top_p\":0.9,\"top_k\":3,\"stop_s"
     "equences\":[\"x\",\"y\"],\"metadata\":{\"user_id\":\"u\",\"k\":1},\"ser"
     "vice_tier\":\"standard_only\",\"stream\":true,\"container\":\"c\",\"cac"
     "he_control\":{\"type\":\"ephemeral\"}}",
     "{\"model\":\"claude-3-7-sonnet-latest\",\"max_tokens\":9,\"messages\":["
     "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],"
     "\"temperature\":0.5,\"top_p\":0.9,\"top_k\":3,\"stop_sequences\":[\"x\""
     ",\"y\"],\"metadata\":{\"user_id\":\"u\"},\"service_tier\":\"standard_on"
     "ly\",\"container\":\"c\",\"cache_control\":{\"type\":\"ephemeral\"},\"s"
     "tream\":true}",
     "metadata.k;dropped"},
    {"thinking: enabled", OURS, OPENAI, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"max_tokens\":9000,\"thinking\":{\"type\":\"enabled\""
     ",\"budget_tokens\":2000}}",
     "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"con"
     "tent\":\"hi\"}],\"reasoning_effort\":\"low\",\"max_tokens\":9000}",
     "reasoning_budget;approximated"},
    {"thinking: enabled, to itself", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"max_tokens\":9000,\"thinking\":{\"type\":\"enabled\""
     ",\"budget_tokens\":2000}}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9000,\"messages\":[{\"r"
     "ole\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"th"
     "inking\":{\"type\":\"enabled\",\"budget_tokens\":2000}}",
     NULL},
    {"thinking: enabled where it is refused", OURS, OPENAI, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"max_tokens\":9000,\"thinking\":{\"type\":\"enabled\""
     ",\"budget_tokens\":2000}}",
     "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"con"
     "tent\":\"hi\"}],\"reasoning_effort\":\"low\",\"max_tokens\":9000}",
     "reasoning_budget;approximated"},
    {"thinking: enabled where it is refused, to itself", OURS, OURS,
     "claude-opus-5-5",
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"max_tokens\":9000,\"thinking\":{\"type\":\"enabled\""
     ",\"budget_tokens\":2000}}",
     "{\"model\":\"claude-opus-5-5\",\"max_tokens\":9000,\"messages\":[{\"rol"
     "e\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"thin"
     "king\":{\"type\":\"adaptive\",\"display\":\"summarized\"},\"output_"
     "config\":{\"effort\":\"low\"}}",
     "reasoning_budget;approximated"},
    {"thinking: adaptive", OURS, OPENAI, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"max_tokens\":9000,\"thinking\":{\"type\":\"adaptive"
     "\",\"display\":\"summarized\"}}",
     "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"con"
     "tent\":\"hi\"}],\"reasoning_effort\":\"high\",\"max_tokens\":9000}",
     NULL},
    {"thinking: adaptive, to itself", OURS, OURS, "claude-opus-4-7",
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"max_tokens\":9000,\"thinking\":{\"type\":\"adaptive"
     "\",\"display\":\"summarized\"}}",
     "{\"model\":\"claude-opus-4-7\",\"max_tokens\":9000,\"messages\":[{\"rol"
     "e\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"thin"
     "king\":{\"type\":\"adaptive\",\"display\":\"summarized\"},\"output_conf"
     "ig\":{\"effort\":\"high\"}}",
     NULL},
    {"thinking: adaptive where it is not known", OURS, OPENAI, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"max_tokens\":9000,\"thinking\":{\"type\":\"adaptive"
     "\",\"display\":\"omitted\"}}",
     "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"con"
     "tent\":\"hi\"}],\"reasoning_effort\":\"high\",\"max_tokens\":9000}",
     NULL},
    {"thinking: adaptive where it is not known, to itself", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"max_tokens\":9000,\"thinking\":{\"type\":\"adaptive"
     "\",\"display\":\"omitted\"}}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9000,\"messages\":[{\"r"
     "ole\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"th"
     "inking\":{\"type\":\"enabled\",\"budget_tokens\":4500,\"display\":\"omi"
     "tted\"}}",
     NULL},
    {"thinking: disabled", OURS, OPENAI, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"max_tokens\":9000,\"thinking\":{\"type\":\"disabled"
     "\"}}",
     "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"con"
     "tent\":\"hi\"}],\"reasoning_effort\":\"none\",\"max_tokens\":9000}",
     NULL},
    {"thinking: disabled, to itself", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"max_tokens\":9000,\"thinking\":{\"type\":\"disabled"
     "\"}}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9000,\"messages\":[{\"r"
     "ole\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"th"
     "inking\":{\"type\":\"disabled\"}}",
     NULL},
    {"thinking: between tools", OURS, OPENAI, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"max_tokens\":9000,\"thinking\":{\"type\":\"between_t"
     "ools\"}}",
     "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"con"
     "tent\":\"hi\"}],\"max_tokens\":9000}",
     "thinking.type;dropped"},
    {"thinking: between tools, to itself", OURS, OURS, "claude-opus-5",
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"max_tokens\":9000,\"thinking\":{\"type\":\"between_t"
     "ools\"}}",
     "{\"model\":\"claude-opus-5\",\"max_tokens\":9000,\"messages\":[{\"role"
     "\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"think"
     "ing\":{\"type\":\"between_tools\"}}",
     NULL},
    {"effort alone", OURS, OPENAI, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"output_config\":{\"effort\":\"xhigh\"}}",
     "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"con"
     "tent\":\"hi\"}],\"reasoning_effort\":\"xhigh\",\"max_tokens\":9}",
     NULL},
    {"effort alone, to itself", OURS, OURS, "claude-opus-4-7",
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"output_config\":{\"effort\":\"max\"}}",
     "{\"model\":\"claude-opus-4-7\",\"max_tokens\":9,\"messages\":[{\"role\""
     ":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"output_"
     "config\":{\"effort\":\"max\"}}",
     NULL},
    {"effort that is not wanted", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"thinking\":{\"type\":\"disabled\"},\"output_config\""
     ":{\"effort\":\"low\",\"new\":1}}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9,\"messages\":[{\"role"
     "\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"think"
     "ing\":{\"type\":\"disabled\"}}",
     "output_config.new;dropped, output_config.effort;dropped"},
    {"a schema", OURS, OPENAI, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"output_config\":{\"format\":{\"type\":\"json_schema"
     "\",\"schema\":{\"type\":\"object\"},\"x\":1}}}",
     "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"con"
     "tent\":\"hi\"}],\"response_format\":{\"type\":\"json_schema\",\"json_sc"
     "hema\":{\"name\":\"response\",\"schema\":{\"type\":\"object\"},\"strict"
     "\":true}},\"max_tokens\":9}",
     "output_config.format.x;dropped"},
    {"a schema, to itself", OURS, OURS, "claude-opus-4-6",
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"output_config\":{\"effort\":\"low\",\"format\":{\"ty"
     "pe\":\"json_schema\",\"schema\":{\"type\":\"object\"}}}}",
     "{\"model\":\"claude-opus-4-6\",\"max_tokens\":9,\"messages\":[{\"role\""
     ":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"output_"
     "config\":{\"effort\":\"low\",\"format\":{\"type\":\"json_schema\",\"sch"
     "ema\":{\"type\":\"object\"}}}}",
     NULL},
    {"another vendors state comes back", OURS, OPENAI, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"q\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"thinkin"
     "g\",\"thinking\":\"hm\",\"signature\":\"sluice:bedrock:zz\"},{\"type\":"
     "\"redacted_thinking\",\"data\":\"sluice:openai-responses:enc\"},{\"type"
     "\":\"redacted_thinking\",\"data\":\"call:sluice:gemini:sig\"},{\"type\""
     ":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}}]},{\"role\":\"u"
     "ser\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"co"
     "ntent\":\"\"}]}],\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":"
     "\"object\"}}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"con"
     "tent\":\"q\"},{\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
     "{\"id\":\"t\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"argu"
     "ments\":\"{}\"},\"extra_content\":{\"google\":{\"thought_signature\":\""
     "sig\"}}}]},{\"role\":\"tool\",\"tool_call_id\":\"t\",\"content\":\"\"}]"
     ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"param"
     "eters\":{\"type\":\"object\"}}}],\"max_tokens\":9}",
     "messages.reasoning_state;dropped, messages.reasoning;dropped"},
    {"to count, max_tokens may be missing", &dialect_anthropic_count, OURS,
     SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64000,\"messages\":[{\""
     "role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}]}",
     NULL},
    {"a message of nothing", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":[]},{\"role\":\"user\",\"content\":\"x\"}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9,\"messages\":[{\"role"
     "\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}]}]}",
     NULL},
    {"a document of text, to itself", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"service_tier\":\"auto\",\"tools\":["
     "{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"},\"strict\":true}"
     "],\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"document\","
     "\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\""
     "d\"}}]}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9,\"messages\":[{\"role"
     "\":\"user\",\"content\":[{\"type\":\"document\",\"source\":{\"type\":\""
     "text\",\"media_type\":\"text/plain\",\"data\":\"d\"}}]}],\"tools\":[{\""
     "name\":\"f\",\"input_schema\":{\"type\":\"object\"},\"strict\":true}],"
     "\"service_tier\":\"auto\"}",
     NULL},
    {"a result that holds more, to itself", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"assistant\""
     ",\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"inpu"
     "t\":{}}]},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"t"
     "ool_use_id\":\"t\",\"content\":[{\"type\":\"text\",\"text\":\"a\",\"cit"
     "ations\":[]},{\"type\":\"text\",\"text\":\"b\",\"citations\":[]}]}]}]}",
     "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9,\"messages\":[{\"role"
     "\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"nam"
     "e\":\"f\",\"input\":{}}]},{\"role\":\"user\",\"content\":[{\"type\":\"t"
     "ool_result\",\"tool_use_id\":\"t\",\"content\":[{\"type\":\"text\",\"te"
     "xt\":\"a\",\"citations\":[]},{\"type\":\"text\",\"text\":\"b\",\"citati"
     "ons\":[]}]}]}]}",
     NULL},
};

static const struct request_case wrong[] = {
    {"no model", OURS, OURS, SONNET,
     "{\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
     "}",
     "400 model: must name a model", NULL},
    {"model: a number", OURS, OURS, SONNET,
     "{\"model\":1,\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"conten"
     "t\":\"hi\"}]}",
     "400 model: must be a string", NULL},
    {"no max_tokens", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
     "400 max_tokens: must be a number of tokens", NULL},
    {"max_tokens: a text", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":\"1\",\"messages\":[{\"role\":\"user\","
     "\"content\":\"hi\"}]}",
     "400 max_tokens: must be a number", NULL},
    {"no messages", OURS, OURS, SONNET, "{\"model\":\"m\",\"max_tokens\":1}",
     "400 messages: must be an array of at least one message", NULL},
    {"messages: empty", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[]}",
     "400 messages: must be an array of at least one message", NULL},
    {"a message that is none", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[1]}",
     "400 messages[0]: must be an object with role and content", NULL},
    {"no role", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"content\":\"x\"}]}",
     "400 messages[0].role: must be user, assistant or system", NULL},
    {"another role", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"tool\",\"co"
     "ntent\":\"x\"}]}",
     "400 messages[0].role: must be user, assistant or system", NULL},
    {"no content", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\"}]}",
     "400 messages[0].content: must be a string or an array of blocks", NULL},
    {"content: a number", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":1}]}",
     "400 messages[0].content: must be a string or an array of blocks", NULL},
    {"a block that is none", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":[\"x\"]}]}",
     "400 messages[0].content[0]: must be an object with a type", NULL},
    {"no type", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":[{}]}]}",
     "400 messages[0].content[0].type: must be text, image, document, tool_us"
     "e, tool_result, thinking or another kind of block",
     NULL},
    {"type: a number", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":[{\"type\":1}]}]}",
     "400 messages[0].content[0].type: must be a string", NULL},
    {"text: missing", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":[{\"type\":\"text\"}]}]}",
     "400 messages[0].content[0].text: must be a string", NULL},
    {"cache_control: a text", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":[{\"type\":\"text\",\"text\":\"a\",\"cache_control\":\"x\"}]}]}",
     "400 messages[0].content[0].cache_control: must be an object", NULL},
    {"source: missing", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":[{\"type\":\"image\"}]}]}",
     "400 messages[0].content[0].source: must be an object", NULL},
    {"source: another type", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":[{\"type\":\"image\",\"source\":{\"type\":\"text\"}}]}]}",
     "400 messages[0].content[0].source.type: must be base64, url or file; or"
     ", of a document, text or content",
     NULL},
    {"source: no data", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_ty"
     "pe\":\"image/png\"}}]}]}",
     "400 messages[0].content[0].source.data: must be base64", NULL},
    {"tool_use: no id", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"assistant\""
     ",\"content\":[{\"type\":\"tool_use\",\"name\":\"f\",\"input\":{}}]}]}",
     "400 messages[0].content[0].id: must be the id of the call", NULL},
    {"tool_use: input is a text", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"assistant\""
     ",\"content\":[{\"type\":\"tool_use\",\"id\":\"i\",\"name\":\"f\",\"inpu"
     "t\":\"x\"}]}]}",
     "400 messages[0].content[0].input: must be an object", NULL},
    {"tool_result: no id", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":[{\"type\":\"tool_result\"}]}]}",
     "400 messages[0].content[0].tool_use_id: must name the call that this is"
     " the result of",
     NULL},
    {"tool_result: content is a number", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"content\":1}"
     "]}]}",
     "400 messages[0].content[0].content: must be a string or an array of blo"
     "cks",
     NULL},
    {"tool_result in one", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"content\":[{"
     "\"type\":\"tool_result\"}]}]}]}",
     "400 messages[0].content[0].content[0]: has no place in a tool_result",
     NULL},
    {"tool_result of the assistant", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"assistant\""
     ",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\"}]}]}",
     "400 messages[0].content[0]: belongs in a message of the user", NULL},
    {"is_error: a text", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"is_error\":"
     "\"x\"}]}]}",
     "400 messages[0].content[0].is_error: must be true or false", NULL},
    {"thinking: missing", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"assistant\""
     ",\"content\":[{\"type\":\"thinking\"}]}]}",
     "400 messages[0].content[0].thinking: must be a string", NULL},
    {"redacted: no data", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"assistant\""
     ",\"content\":[{\"type\":\"redacted_thinking\"}]}]}",
     "400 messages[0].content[0].data: must be a string", NULL},
    {"system: a number", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"system\":1}",
     "400 system: must be a string or an array of text blocks", NULL},
    {"system: an image", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"system\":[{\"type\":\"image\",\"source\":{\"type\":"
     "\"url\",\"url\":\"u\"}}]}",
     "400 system[0]: must be a text block", NULL},
    {"tools: an object", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"tools\":{}}",
     "400 tools: must be an array of tools", NULL},
    {"a tool that is none", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"tools\":[1]}",
     "400 tools[0]: must be an object", NULL},
    {"a tool without a name", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"tools\":[{\"input_schema\":{}}]}",
     "400 tools[0].name: must be the name of the tool", NULL},
    {"a tool without a schema", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"tools\":[{\"name\":\"f\"}]}",
     "400 tools[0].input_schema: must be a JSON Schema", NULL},
    {"a tool of a strange type", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"tools\":[{\"type\":1}]}",
     "400 tools[0].type: must be a string", NULL},
    {"tool_choice: a text", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"tool_choice\":\"auto\"}",
     "400 tool_choice: must be an object", NULL},
    {"tool_choice: another", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"tool_choice\":{\"type\":\"x\"}}",
     "400 tool_choice.type: must be auto, any, tool or none", NULL},
    {"tool_choice: no name", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"tool_choice\":{\"type\":\"tool\"}}",
     "400 tool_choice.name: must be the name of the tool", NULL},
    {"thinking: a text", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"thinking\":\"on\"}",
     "400 thinking: must be an object", NULL},
    {"thinking: another", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"thinking\":{\"type\":\"x\"}}",
     "400 thinking.type: must be enabled, adaptive, disabled or between_tools",
     NULL},
    {"thinking: no budget", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"thinking\":{\"type\":\"enabled\"}}",
     "400 thinking.budget_tokens: must be a number of tokens", NULL},
    {"thinking: display", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"thinking\":{\"type\":\"adaptive\",\"display\":\"x\"}"
     "}",
     "400 thinking.display: must be summarized or omitted", NULL},
    {"effort: another", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"output_config\":{\"effort\":\"x\"}}",
     "400 output_config.effort: must be low, medium, high, xhigh or max", NULL},
    {"format: another", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"output_config\":{\"format\":{\"type\":\"x\"}}}",
     "400 output_config.format.type: must be json_schema", NULL},
    {"format: no schema", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"output_config\":{\"format\":{\"type\":\"json_schema"
     "\"}}}",
     "400 output_config.format.schema: must be a JSON Schema", NULL},
    {"service_tier: another", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"service_tier\":\"x\"}",
     "400 service_tier: must be auto or standard_only", NULL},
    {"metadata: a text", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"metadata\":\"x\"}",
     "400 metadata: must be an object", NULL},
    {"stop_sequences: numbers", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"stop_sequences\":[1]}",
     "400 stop_sequences[0]: must be a string", NULL},
    {"stream: a text", OURS, OURS, SONNET,
     "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"co"
     "ntent\":\"hi\"}],\"stream\":\"x\"}",
     "400 stream: must be true or false", NULL},
    {"not an object", OURS, OURS, SONNET, "[]",
     "400 : the body must be a JSON object", NULL},
};

static const struct request_case on_vertex[] = {
    {"on Vertex", OPENAI, OURS, "claude-sonnet-4-5@20250929",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"stream\":true}",
     "{\"anthropic_version\":\"vertex-2023-10-16\",\"max_tokens\":64000,\"mes"
     "sages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\""
     "hi\"}]}],\"stream\":true}",
     NULL},
};

static const struct request_case on_bedrock[] = {
    {"on Bedrock", OPENAI, OURS, "us.anthropic.claude-opus-4-1-20250805-v1:0",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
     "\"stream\":true}",
     "{\"anthropic_version\":\"bedrock-2023-05-31\",\"max_tokens\":32000,\"me"
     "ssages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":"
     "\"hi\"}]}]}",
     NULL},
};

static void to_a_provider(void **state)
{
    (void)state;
    check_requests(to_anthropic, SL_LEN(to_anthropic));
}

static void from_a_client(void **state)
{
    (void)state;
    check_requests(from_anthropic, SL_LEN(from_anthropic));
}

static void what_is_wrong(void **state)
{
    (void)state;
    check_requests(wrong, SL_LEN(wrong));
}

static void on_clouds(void **state)
{
    struct chat_quirks vertex = {.cloud_version = STR("vertex-2023-10-16")};
    struct chat_quirks bedrock = {.cloud_version = STR("bedrock-2023-05-31")};

    (void)state;
    check_requests_to(&vertex, on_vertex, SL_LEN(on_vertex));
    check_requests_to(&bedrock, on_bedrock, SL_LEN(on_bedrock));
}

/* What no client with a dialect of its own here can ask for. */
static void of_another_client(void **state)
{
    static const struct dialect other = {.name = STR_INIT("other")};
    struct chat_part part = {.kind = CHAT_TEXT, .text = STR("hi")};
    struct chat_message message = {
        .role = CHAT_ROLE_USER, .parts = &part, .n = 1};
    struct chat_tool tools[] = {
        {.server_raw = STR("{\"type\":\"web_search\"}"), .maker = STR("other")},
        {.server_raw = STR("{}"), .maker = STR("other")},
    };
    struct chat_request request = {.from = &other,
                                   .messages = &message,
                                   .n_messages = 1,
                                   .tools = tools,
                                   .n_tools = 2,
                                   .choice = CHAT_CHOICE_AUTO,
                                   .effort = CHAT_EFFORT_LOW,
                                   .reasoning_budget = -1,
                                   .reasoning_summary = STR("auto")};
    struct translate_written written = {0};
    struct test_mem m;
    struct arena a;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 64, 1 << 16);
    assert_true(translate_write(
                    &(struct translate_target){&dialect_anthropic,
                                               STR("claude-opus-4-6"), NULL},
                    &request, &a, &written) == SL_OK);
    check_str(
        written.body,
        STR("{\"model\":\"claude-opus-4-6\",\"max_tokens\":128000,"
            "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
            "\"text\":\"hi\"}]}],\"thinking\":{\"type\":\"adaptive\","
            "\"display\":"
            "\"summarized\"},\"output_config\":{\"effort\":\"low\"}}"));
    check_str(written.loss, STR("tools.web_search;dropped, tools;dropped"));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(to_a_provider),     cmocka_unit_test(from_a_client),
        cmocka_unit_test(what_is_wrong),     cmocka_unit_test(on_clouds),
        cmocka_unit_test(of_another_client),
    };

    return test_run("dialect_anthropic", tests, SL_LEN(tests));
}
