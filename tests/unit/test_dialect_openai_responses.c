/* SPDX-License-Identifier: MIT */
/* Requests of OpenAI's Responses, as a client sends them and as a provider gets
 * them. */
#include "dialects.h"

#define CHAT &dialect_openai_chat
#define ANTHROPIC &dialect_anthropic
#define GEMINI &dialect_gemini
#define RESPONSES &dialect_openai_responses

static const struct request_case reads[] = {
    {"a question", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"hi\",\"instructions\":\"be brief\"}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"system\",\"content\":\"be "
     "brief\"},{\"role\":\"user\",\"content\":\"hi\"}]}",
     NULL},
    {"every parameter", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"max_output_tokens\":99,"
     "\"temperature\":0,\"top_p\":0.5,\"top_logprobs\":3,\"include\":["
     "\"message.output_text.logprobs\",\"reasoning.encrypted_content\"],"
     "\"parallel_tool_calls\":false,\"metadata\":{\"a\":\"b\"},\"user\":\"u\","
     "\"service_tier\":\"flex\",\"prompt_cache_key\":\"k\",\"store\":true,"
     "\"stream\":true,\"stream_options\":{\"include_obfuscation\":false},"
     "\"truncation\":\"disabled\",\"background\":false,\"text\":{\"verbosity\":"
     "\"low\",\"format\":{\"type\":\"text\"}},\"reasoning\":{\"effort\":"
     "\"low\"},\"safety_identifier\":null}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"reasoning_effort\":\"low\",\"max_tokens\":99,\"temperature\":0,\"top_"
     "p\":0.5,\"logprobs\":true,\"top_logprobs\":3,\"user\":\"u\",\"stream\":"
     "true}",
     "metadata;dropped, store;dropped, service_tier;dropped, "
     "prompt_cache_key;dropped, verbosity;dropped"},
    {"what chat has no place for", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"truncation\":\"auto\",\"include\":["
     "\"web_search_call.action.sources\"],\"max_tool_calls\":3,\"reasoning\":{"
     "\"summary\":\"auto\",\"context\":\"x\",\"mode\":\"y\"},\"safety_"
     "identifier\":\"s\",\"context_management\":[]}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"user\":\"s\"}",
     "reasoning.summary;dropped, max_tool_calls;dropped, "
     "context_management;dropped, include;dropped, reasoning.context;dropped, "
     "reasoning.mode;dropped, truncation;dropped"},
    {"a conversation", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"developer\",\"content\":\"D\"},{"
     "\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_"
     "text\",\"text\":\"a\"},{\"type\":\"input_image\",\"image_url\":\"https://"
     "h/"
     "i.png\",\"detail\":\"low\"},{\"type\":\"input_image\",\"image_url\":"
     "\"data:image/"
     "png;base64,QQ==\"},{\"type\":\"input_file\",\"file_data\":\"data:"
     "application/"
     "pdf;base64,QQ\",\"filename\":\"a.pdf\"},{\"type\":\"input_file\",\"file_"
     "data\":\"QQ\"},{\"type\":\"input_file\",\"file_id\":\"file-1\"},{"
     "\"type\":\"input_audio\",\"input_audio\":{\"data\":\"QQ\",\"format\":"
     "\"mp3\"}}]},{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[{"
     "\"type\":\"summary_text\",\"text\":\"one\"},{\"type\":\"summary_text\","
     "\"text\":\"two\"}],\"encrypted_content\":\"E\"},{\"type\":\"message\","
     "\"id\":\"msg_1\",\"role\":\"assistant\",\"status\":\"completed\","
     "\"content\":[{\"type\":\"output_text\",\"text\":\"said\",\"annotations\":"
     "[]},{\"type\":\"refusal\",\"refusal\":\"no\"}]},{\"type\":\"function_"
     "call\",\"id\":\"fc_1\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":"
     "\"{\\\"a\\\":1}\",\"status\":\"completed\"},{\"type\":\"custom_tool_"
     "call\",\"call_id\":\"c2\",\"name\":\"g\",\"input\":\"raw "
     "text\"},{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":"
     "\"one\"},{\"type\":\"custom_tool_call_output\",\"call_id\":\"c2\","
     "\"output\":[{\"type\":\"input_text\",\"text\":\"two\"},{\"type\":\"input_"
     "image\",\"image_url\":\"data:image/"
     "png;base64,QQ\"}]},{\"role\":\"assistant\",\"content\":\"done\"},{"
     "\"role\":\"system\",\"content\":\"S\"},{\"role\":\"user\",\"content\":"
     "\"next\"}],\"instructions\":\"I\"}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"system\",\"content\":\"I\"},{"
     "\"role\":\"system\",\"content\":\"D\"},{\"role\":\"user\",\"content\":[{"
     "\"type\":\"text\",\"text\":\"a\"},{\"type\":\"image_url\",\"image_url\":{"
     "\"url\":\"https://h/"
     "i.png\",\"detail\":\"low\"}},{\"type\":\"image_url\",\"image_url\":{"
     "\"url\":\"data:image/"
     "png;base64,QQ==\"}},{\"type\":\"file\",\"file\":{\"filename\":\"a.pdf\","
     "\"file_data\":\"data:application/"
     "pdf;base64,QQ\"}},{\"type\":\"file\",\"file\":{\"filename\":\"document\","
     "\"file_data\":\"data:application/"
     "pdf;base64,QQ\"}},{\"type\":\"file\",\"file\":{\"file_id\":\"file-1\"}},{"
     "\"type\":\"input_audio\",\"input_audio\":{\"data\":\"QQ\",\"format\":"
     "\"mp3\"}}]},{\"role\":\"assistant\",\"content\":[{\"type\":\"text\","
     "\"text\":\"said\"},{\"type\":\"text\",\"text\":\"no\"}],\"tool_calls\":[{"
     "\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
     "\"arguments\":\"{\\\"a\\\":1}\"}},{\"id\":\"c2\",\"type\":\"custom\","
     "\"custom\":{\"name\":\"g\",\"input\":\"raw "
     "text\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":"
     "\"one\"},{\"role\":\"tool\",\"tool_call_id\":\"c2\",\"content\":\"two\"},"
     "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{"
     "\"url\":\"data:image/"
     "png;base64,QQ\"}}]},{\"role\":\"assistant\",\"content\":\"done\"},{"
     "\"role\":\"system\",\"content\":\"S\"},{\"role\":\"user\",\"content\":"
     "\"next\"}]}",
     "messages.reasoning_state;dropped, messages.reasoning;dropped, "
     "messages.tool_result;moved"},
    {"reasoning in the open, and none", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"type\":\"reasoning\",\"id\":\"r\",\"summary\":[],\"content\":[{"
     "\"type\":\"reasoning_text\",\"text\":\"hm\"}]},{\"type\":\"reasoning\","
     "\"id\":\"r2\",\"summary\":[]},{\"role\":\"assistant\",\"content\":\"a\"},"
     "{\"role\":\"user\",\"content\":\"b\"}]}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"role\":\"assistant\",\"content\":\"a\"},{\"role\":\"user\",\"content\":"
     "\"b\"}]}",
     "messages.reasoning;dropped"},
    {"the state of a call comes back", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"type\":\"reasoning\",\"id\":\"r\",\"summary\":[],\"encrypted_content\":"
     "\"sluice:call:sluice:gemini:SIG\"},{\"type\":\"function_call\",\"call_"
     "id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"},{\"type\":\"function_"
     "call\",\"call_id\":\"c2\",\"name\":\"f\"},{\"type\":\"function_call_"
     "output\",\"call_id\":\"c1\",\"output\":\"1\"},{\"type\":\"function_call_"
     "output\",\"call_id\":\"c2\",\"output\":\"2\"}]}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\","
     "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"},"
     "\"extra_content\":{\"google\":{\"thought_signature\":\"SIG\"}}},{\"id\":"
     "\"c2\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":"
     "\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"1\"},"
     "{\"role\":\"tool\",\"tool_call_id\":\"c2\",\"content\":\"2\"}]}",
     NULL},
    {"tools of each kind", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tools\":[{\"type\":\"function\","
     "\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"object\"}"
     ",\"strict\":true},{\"type\":\"function\",\"name\":\"g\",\"parameters\":"
     "null,\"strict\":null,\"defer_loading\":true,\"async\":true},{\"type\":"
     "\"custom\",\"name\":\"x\",\"description\":\"d\",\"format\":{\"type\":"
     "\"text\"}},{\"type\":\"web_search\",\"search_context_size\":\"low\"}],"
     "\"tool_choice\":\"required\"}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
     "\"description\":\"d\",\"parameters\":{\"type\":\"object\"}}},{\"type\":"
     "\"function\",\"function\":{\"name\":\"g\"}}],\"tool_choice\":"
     "\"required\"}",
     "tools.custom;dropped, tools.web_search;dropped, tools.options;dropped"},
    {"a named tool", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tools\":[{\"type\":\"function\","
     "\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"object\"}"
     ",\"strict\":true}],\"tool_choice\":{\"type\":\"function\",\"name\":\"f\"}"
     "}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
     "\"description\":\"d\",\"parameters\":{\"type\":\"object\"}}}],\"tool_"
     "choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}}",
     NULL},
    {"a choice of a few", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tools\":[{\"type\":\"function\","
     "\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"object\"}"
     ",\"strict\":true},{\"type\":\"function\",\"name\":\"g\",\"description\":"
     "\"d\",\"parameters\":{\"type\":\"object\"},\"strict\":true}],\"tool_"
     "choice\":{\"type\":\"allowed_tools\",\"mode\":\"required\",\"tools\":[{"
     "\"type\":\"function\",\"name\":\"g\"},{\"type\":\"web_search\"}]}}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"g\","
     "\"description\":\"d\",\"parameters\":{\"type\":\"object\"}}}],\"tool_"
     "choice\":\"required\"}",
     "tool_choice.tools;dropped"},
    {"the vendor's tool is chosen", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tools\":[{\"type\":\"function\","
     "\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"object\"}"
     ",\"strict\":true}],\"tool_choice\":{\"type\":\"web_search\"}}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
     "\"description\":\"d\",\"parameters\":{\"type\":\"object\"}}}]}",
     "tool_choice;dropped"},
    {"no tool", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tools\":[{\"type\":\"function\","
     "\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"object\"}"
     ",\"strict\":true}],\"tool_choice\":\"none\"}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
     "\"description\":\"d\",\"parameters\":{\"type\":\"object\"}}}],\"tool_"
     "choice\":\"none\"}",
     NULL},
    {"a schema", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"text\":{\"format\":{\"type\":\"json_"
     "schema\",\"name\":\"n\",\"description\":\"d\",\"schema\":{\"type\":"
     "\"object\"},\"strict\":true}}}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":"
     "\"n\",\"description\":\"d\",\"schema\":{\"type\":\"object\"},\"strict\":"
     "true}}}",
     NULL},
    {"JSON", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"text\":{\"format\":{\"type\":\"json_"
     "object\"}},\"reasoning\":{\"generate_summary\":\"concise\"}}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"response_format\":{\"type\":\"json_object\"}}",
     "reasoning.summary;dropped"},
    {"many results, each a text", RESPONSES, RESPONSES, "up",
     "{\"model\":\"m\",\"input\":[{\"type\":\"function_call\",\"call_id\":"
     "\"c0\",\"name\":\"f\",\"arguments\":\"{}\"},{\"type\":\"function_call\","
     "\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"},{\"type\":"
     "\"function_call\",\"call_id\":\"c2\",\"name\":\"f\",\"arguments\":\"{}\"}"
     ",{\"type\":\"function_call\",\"call_id\":\"c3\",\"name\":\"f\","
     "\"arguments\":\"{}\"},{\"type\":\"function_call_output\",\"call_id\":"
     "\"c0\",\"output\":\"r0\"},{\"type\":\"function_call_output\",\"call_id\":"
     "\"c1\",\"output\":\"r1\"},{\"type\":\"function_call_output\",\"call_id\":"
     "\"c2\",\"output\":\"r2\"},{\"type\":\"function_call_output\",\"call_id\":"
     "\"c3\",\"output\":\"r3\"}],\"previous_response_id\":\"resp_1\"}",
     "{\"model\":\"up\",\"input\":[{\"type\":\"function_call\",\"call_id\":"
     "\"c0\",\"name\":\"f\",\"arguments\":\"{}\"},{\"type\":\"function_call\","
     "\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"},{\"type\":"
     "\"function_call\",\"call_id\":\"c2\",\"name\":\"f\",\"arguments\":\"{}\"}"
     ",{\"type\":\"function_call\",\"call_id\":\"c3\",\"name\":\"f\","
     "\"arguments\":\"{}\"},{\"type\":\"function_call_output\",\"call_id\":"
     "\"c0\",\"output\":\"r0\"},{\"type\":\"function_call_output\",\"call_id\":"
     "\"c1\",\"output\":\"r1\"},{\"type\":\"function_call_output\",\"call_id\":"
     "\"c2\",\"output\":\"r2\"},{\"type\":\"function_call_output\",\"call_id\":"
     "\"c3\",\"output\":\"r3\"}],\"previous_response_id\":\"resp_1\"}",
     NULL},
    {"history of tools that OpenAI ran", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"type\":\"web_search_call\",\"id\":\"ws_1\"},{\"type\":\"web_search_"
     "call\",\"id\":\"ws_2\"},{\"type\":\"mcp_list_tools\",\"id\":\"m\"},{"
     "\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"b\","
     "\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}}]}]}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"role\":\"user\",\"content\":\"b\"}]}",
     "cache_control;dropped, input.web_search_call;dropped, "
     "input.mcp_list_tools;dropped"},
    {"a turn that Anthropic signed", RESPONSES, ANTHROPIC, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"type\":\"reasoning\",\"id\":\"rs\",\"summary\":[{\"type\":\"summary_"
     "text\",\"text\":\"hm\"}],\"encrypted_content\":\"sluice:anthropic:SIG\"},"
     "{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\","
     "\"arguments\":\"{}\"},{\"type\":\"function_call_output\",\"call_id\":"
     "\"c1\",\"output\":\"1\"}],\"max_output_tokens\":100,\"reasoning\":{"
     "\"effort\":\"low\"},\"tools\":[{\"type\":\"function\",\"name\":\"f\","
     "\"description\":\"d\",\"parameters\":{\"type\":\"object\"},\"strict\":"
     "true}]}",
     "{\"model\":\"up\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\","
     "\"content\":[{\"type\":\"text\",\"text\":\"q\"}]},{\"role\":"
     "\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\","
     "\"signature\":\"SIG\"},{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":"
     "\"f\",\"input\":{}}]},{\"role\":\"user\",\"content\":[{\"type\":\"tool_"
     "result\",\"tool_use_id\":\"c1\",\"content\":[{\"type\":\"text\",\"text\":"
     "\"1\"}]}]}],\"tools\":[{\"name\":\"f\",\"description\":\"d\",\"input_"
     "schema\":{\"type\":\"object\"}}]}",
     "reasoning_effort;dropped, tools.strict;dropped"},
    {"what Gemini signed", RESPONSES, GEMINI, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"type\":\"reasoning\",\"id\":\"r\",\"summary\":[],\"encrypted_content\":"
     "\"sluice:call:sluice:gemini:U0lH\"},{\"type\":\"function_call\",\"call_"
     "id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"},{\"type\":\"function_"
     "call_output\",\"call_id\":\"c1\",\"output\":\"1\"}]}",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"q\"}]},{"
     "\"role\":\"model\",\"parts\":[{\"functionCall\":{\"id\":\"c1\",\"name\":"
     "\"f\",\"args\":{}},\"thoughtSignature\":\"U0lH\"}]},{\"role\":\"user\","
     "\"parts\":[{\"functionResponse\":{\"id\":\"c1\",\"name\":\"f\","
     "\"response\":{\"output\":\"1\"}}}]}]}",
     NULL},
};

static const struct request_case relays[] = {
    {"a conversation", RESPONSES, RESPONSES, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"developer\",\"content\":\"D\"},{"
     "\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_"
     "text\",\"text\":\"a\"},{\"type\":\"input_image\",\"image_url\":\"https://"
     "h/"
     "i.png\",\"detail\":\"low\"},{\"type\":\"input_image\",\"image_url\":"
     "\"data:image/"
     "png;base64,QQ==\"},{\"type\":\"input_file\",\"file_data\":\"data:"
     "application/"
     "pdf;base64,QQ\",\"filename\":\"a.pdf\"},{\"type\":\"input_file\",\"file_"
     "data\":\"QQ\"},{\"type\":\"input_file\",\"file_id\":\"file-1\"},{"
     "\"type\":\"input_audio\",\"input_audio\":{\"data\":\"QQ\",\"format\":"
     "\"mp3\"}}]},{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[{"
     "\"type\":\"summary_text\",\"text\":\"one\"},{\"type\":\"summary_text\","
     "\"text\":\"two\"}],\"encrypted_content\":\"E\"},{\"type\":\"message\","
     "\"id\":\"msg_1\",\"role\":\"assistant\",\"status\":\"completed\","
     "\"content\":[{\"type\":\"output_text\",\"text\":\"said\",\"annotations\":"
     "[]},{\"type\":\"refusal\",\"refusal\":\"no\"}]},{\"type\":\"function_"
     "call\",\"id\":\"fc_1\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":"
     "\"{\\\"a\\\":1}\",\"status\":\"completed\"},{\"type\":\"custom_tool_"
     "call\",\"call_id\":\"c2\",\"name\":\"g\",\"input\":\"raw "
     "text\"},{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":"
     "\"one\"},{\"type\":\"custom_tool_call_output\",\"call_id\":\"c2\","
     "\"output\":[{\"type\":\"input_text\",\"text\":\"two\"},{\"type\":\"input_"
     "image\",\"image_url\":\"data:image/"
     "png;base64,QQ\"}]},{\"role\":\"assistant\",\"content\":\"done\"},{"
     "\"role\":\"system\",\"content\":\"S\"},{\"role\":\"user\",\"content\":"
     "\"next\"}],\"instructions\":\"I\"}",
     "{\"model\":\"up\",\"instructions\":\"I\",\"input\":[{\"role\":"
     "\"developer\",\"content\":\"D\"},{\"role\":\"user\",\"content\":[{"
     "\"type\":\"input_text\",\"text\":\"a\"},{\"type\":\"input_image\","
     "\"detail\":\"low\",\"image_url\":\"https://h/"
     "i.png\"},{\"type\":\"input_image\",\"detail\":\"auto\",\"image_url\":"
     "\"data:image/"
     "png;base64,QQ==\"},{\"type\":\"input_file\",\"filename\":\"a.pdf\","
     "\"file_data\":\"data:application/"
     "pdf;base64,QQ\"},{\"type\":\"input_file\",\"filename\":\"file\",\"file_"
     "data\":\"data:application/"
     "pdf;base64,QQ\"},{\"type\":\"input_file\",\"file_id\":\"file-1\"},{"
     "\"type\":\"input_audio\",\"input_audio\":{\"data\":\"QQ\",\"format\":"
     "\"mp3\"}}]},{\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_"
     "text\",\"text\":\"one\\n\\ntwo\"}],\"encrypted_content\":\"E\"},{"
     "\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":"
     "\"output_text\",\"text\":\"said\",\"annotations\":[]},{\"type\":"
     "\"refusal\",\"refusal\":\"no\"}]},{\"type\":\"function_call\",\"call_"
     "id\":\"c1\",\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"},{\"type\":"
     "\"custom_tool_call\",\"call_id\":\"c2\",\"name\":\"g\",\"input\":\"raw "
     "text\"},{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":"
     "\"one\"},{\"type\":\"custom_tool_call_output\",\"call_id\":\"c2\","
     "\"output\":[{\"type\":\"input_text\",\"text\":\"two\"},{\"type\":\"input_"
     "image\",\"detail\":\"auto\",\"image_url\":\"data:image/"
     "png;base64,QQ\"}]},{\"type\":\"message\",\"role\":\"assistant\","
     "\"content\":[{\"type\":\"output_text\",\"text\":\"done\",\"annotations\":"
     "[]}]},{\"role\":\"developer\",\"content\":\"S\"},{\"role\":\"user\","
     "\"content\":\"next\"}]}",
     NULL},
    {"every parameter", RESPONSES, RESPONSES, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"max_output_tokens\":99,"
     "\"temperature\":0,\"top_p\":0.5,\"top_logprobs\":3,\"include\":["
     "\"message.output_text.logprobs\",\"reasoning.encrypted_content\"],"
     "\"parallel_tool_calls\":false,\"metadata\":{\"a\":\"b\"},\"user\":\"u\","
     "\"service_tier\":\"flex\",\"prompt_cache_key\":\"k\",\"store\":true,"
     "\"stream\":true,\"stream_options\":{\"include_obfuscation\":false},"
     "\"truncation\":\"disabled\",\"background\":false,\"text\":{\"verbosity\":"
     "\"low\",\"format\":{\"type\":\"text\"}},\"reasoning\":{\"effort\":"
     "\"low\"},\"safety_identifier\":null}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"text\":{\"format\":{\"type\":\"text\"},\"verbosity\":\"low\"},"
     "\"reasoning\":{\"effort\":\"low\"},\"include\":[\"reasoning.encrypted_"
     "content\",\"message.output_text.logprobs\"],\"max_output_tokens\":99,"
     "\"temperature\":0,\"top_p\":0.5,\"top_logprobs\":3,\"parallel_tool_"
     "calls\":false,\"user\":\"u\",\"metadata\":{\"a\":\"b\"},\"service_tier\":"
     "\"flex\",\"prompt_cache_key\":\"k\",\"store\":true,\"stream\":true}",
     NULL},
    {"extras stay", RESPONSES, RESPONSES, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"truncation\":\"auto\",\"include\":["
     "\"web_search_call.action.sources\"],\"max_tool_calls\":3,\"reasoning\":{"
     "\"summary\":\"auto\",\"context\":\"x\",\"mode\":\"y\"},\"safety_"
     "identifier\":\"s\",\"context_management\":[]}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"reasoning\":{\"summary\":\"auto\",\"context\":\"x\",\"mode\":\"y\"},"
     "\"user\":\"s\",\"max_tool_calls\":3,\"context_management\":[],"
     "\"include\":[\"web_search_call.action.sources\"],\"truncation\":"
     "\"auto\"}",
     NULL},
    {"tools of each kind", RESPONSES, RESPONSES, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tools\":[{\"type\":\"function\","
     "\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"object\"}"
     ",\"strict\":true},{\"type\":\"function\",\"name\":\"g\",\"parameters\":"
     "null,\"strict\":null,\"defer_loading\":true,\"async\":true},{\"type\":"
     "\"custom\",\"name\":\"x\",\"description\":\"d\",\"format\":{\"type\":"
     "\"text\"}},{\"type\":\"web_search\",\"search_context_size\":\"low\"}],"
     "\"tool_choice\":\"required\"}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"description\":\"d\","
     "\"parameters\":{\"type\":\"object\"},\"strict\":true},{\"type\":"
     "\"function\",\"name\":\"g\",\"parameters\":null,\"strict\":null,\"defer_"
     "loading\":true,\"async\":true},{\"type\":\"custom\",\"name\":\"x\","
     "\"description\":\"d\",\"format\":{\"type\":\"text\"}},{\"type\":\"web_"
     "search\",\"search_context_size\":\"low\"}],\"tool_choice\":\"required\"}",
     NULL},
    {"a choice of a few", RESPONSES, RESPONSES, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tools\":[{\"type\":\"function\","
     "\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"object\"}"
     ",\"strict\":true},{\"type\":\"function\",\"name\":\"g\",\"description\":"
     "\"d\",\"parameters\":{\"type\":\"object\"},\"strict\":true}],\"tool_"
     "choice\":{\"type\":\"allowed_tools\",\"mode\":\"required\",\"tools\":[{"
     "\"type\":\"function\",\"name\":\"g\"},{\"type\":\"web_search\"}]}}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"description\":\"d\","
     "\"parameters\":{\"type\":\"object\"},\"strict\":true},{\"type\":"
     "\"function\",\"name\":\"g\",\"description\":\"d\",\"parameters\":{"
     "\"type\":\"object\"},\"strict\":true}],\"tool_choice\":{\"type\":"
     "\"allowed_tools\",\"mode\":\"required\",\"tools\":[{\"type\":"
     "\"function\",\"name\":\"g\"}]}}",
     "tool_choice.tools;dropped"},
    {"the vendor's tool is chosen", RESPONSES, RESPONSES, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tools\":[{\"type\":\"function\","
     "\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"object\"}"
     ",\"strict\":true}],\"tool_choice\":{\"type\":\"web_search\"}}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"description\":\"d\","
     "\"parameters\":{\"type\":\"object\"},\"strict\":true}],\"tool_choice\":{"
     "\"type\":\"web_search\"}}",
     NULL},
    {"a named custom tool", RESPONSES, RESPONSES, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tools\":[{\"type\":\"custom\","
     "\"name\":\"x\"}],\"tool_choice\":{\"type\":\"custom\",\"name\":\"x\"}}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"tools\":[{\"type\":\"custom\",\"name\":\"x\"}],\"tool_choice\":{"
     "\"type\":\"custom\",\"name\":\"x\"}}",
     NULL},
    {"a schema", RESPONSES, RESPONSES, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"text\":{\"format\":{\"type\":\"json_"
     "schema\",\"name\":\"n\",\"description\":\"d\",\"schema\":{\"type\":"
     "\"object\"},\"strict\":true}}}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"n\","
     "\"description\":\"d\",\"schema\":{\"type\":\"object\"},\"strict\":true}}"
     "}",
     NULL},
    {"it goes on from a stored answer", RESPONSES, RESPONSES, "up",
     "{\"model\":\"m\",\"input\":[{\"type\":\"function_call_output\",\"call_"
     "id\":\"c1\",\"output\":\"\"}],\"previous_response_id\":\"resp_1\"}",
     "{\"model\":\"up\",\"input\":[{\"type\":\"function_call_output\",\"call_"
     "id\":\"c1\",\"output\":\"\"}],\"previous_response_id\":\"resp_1\"}",
     NULL},
    {"history of tools that OpenAI ran", RESPONSES, RESPONSES, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"type\":\"web_search_call\",\"id\":\"ws_1\"},{\"type\":\"web_search_"
     "call\",\"id\":\"ws_2\"},{\"type\":\"mcp_list_tools\",\"id\":\"m\"},{"
     "\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"b\","
     "\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}}]}]}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"b\","
     "\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}}]}]}",
     "input.web_search_call;dropped, input.mcp_list_tools;dropped"},
    {"a breakpoint stays", RESPONSES, RESPONSES, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":"
     "\"input_image\",\"image_url\":\"https://"
     "h\",\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}}]},{\"role\":"
     "\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"a\","
     "\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}},{\"type\":\"output_"
     "text\",\"text\":\"b\"}]},{\"role\":\"user\",\"content\":\"c\"}]}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":"
     "\"input_image\",\"image_url\":\"https://"
     "h\",\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}}]},{\"type\":"
     "\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_"
     "text\",\"text\":\"a\",\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}"
     "},{\"type\":\"output_text\",\"text\":\"b\",\"annotations\":[]}]},{"
     "\"role\":\"user\",\"content\":\"c\"}]}",
     NULL},
    {"the state of another vendor", RESPONSES, RESPONSES, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"type\":\"reasoning\",\"summary\":[],\"encrypted_content\":\"sluice:"
     "anthropic:SIG\"},{\"type\":\"reasoning\",\"summary\":[],\"encrypted_"
     "content\":\"sluice:call:sluice:gemini:SIG\"},{\"type\":\"function_call\","
     "\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"\"},{\"type\":"
     "\"function_call_output\",\"call_id\":\"c1\",\"output\":[]}]}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\","
     "\"arguments\":\"{}\"},{\"type\":\"function_call_output\",\"call_id\":"
     "\"c1\",\"output\":\"\"}]}",
     "messages.reasoning;dropped, messages.reasoning_state;dropped"},
    {"effort and summary", RESPONSES, RESPONSES, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"reasoning\":{\"effort\":\"low\","
     "\"summary\":\"auto\"},\"tool_choice\":\"auto\",\"tools\":[{\"type\":"
     "\"function\",\"name\":\"f\",\"description\":\"d\",\"parameters\":{"
     "\"type\":\"object\"},\"strict\":true}]}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"description\":\"d\","
     "\"parameters\":{\"type\":\"object\"},\"strict\":true}],\"tool_choice\":"
     "\"auto\",\"reasoning\":{\"effort\":\"low\",\"summary\":\"auto\"}}",
     NULL},
    {"a choice of two", RESPONSES, RESPONSES, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tools\":[{\"type\":\"function\","
     "\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"object\"}"
     ",\"strict\":true},{\"type\":\"function\",\"name\":\"g\",\"description\":"
     "\"d\",\"parameters\":{\"type\":\"object\"},\"strict\":true}],\"tool_"
     "choice\":{\"type\":\"allowed_tools\",\"mode\":\"auto\",\"tools\":[{"
     "\"type\":\"function\",\"name\":\"g\"},{\"type\":\"function\",\"name\":"
     "\"f\"}]}}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"description\":\"d\","
     "\"parameters\":{\"type\":\"object\"},\"strict\":true},{\"type\":"
     "\"function\",\"name\":\"g\",\"description\":\"d\",\"parameters\":{"
     "\"type\":\"object\"},\"strict\":true}],\"tool_choice\":{\"type\":"
     "\"allowed_tools\",\"mode\":\"auto\",\"tools\":[{\"type\":\"function\","
     "\"name\":\"g\"},{\"type\":\"function\",\"name\":\"f\"}]}}",
     NULL},
};

static const struct request_case writes[] = {
    {"a question", CHAT, RESPONSES, "up",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"store\":false}",
     NULL},
    {"every parameter", CHAT, RESPONSES, "up",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"max_completion_tokens\":99,\"temperature\":0.5,\"top_p\":0.5,\"top_k\":"
     "3,\"min_p\":0.1,\"presence_penalty\":1,\"frequency_penalty\":1,\"seed\":"
     "1,\"n\":2,\"stop\":[\"x\"],\"logprobs\":true,\"top_logprobs\":2,\"user\":"
     "\"u\",\"metadata\":{\"a\":\"b\"},\"service_tier\":\"auto\",\"prompt_"
     "cache_key\":\"k\",\"verbosity\":\"low\",\"store\":true,\"stream\":true,"
     "\"reasoning_effort\":\"high\",\"parallel_tool_calls\":true,\"logit_"
     "bias\":{\"1\":1},\"prompt_cache_retention\":\"24h\",\"modalities\":["
     "\"text\",\"audio\"],\"audio\":{\"voice\":\"v\",\"format\":\"wav\"},"
     "\"response_format\":{\"type\":\"json_object\"}}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"text\":{\"format\":{\"type\":\"json_object\"},\"verbosity\":\"low\"},"
     "\"reasoning\":{\"effort\":\"high\"},\"include\":[\"reasoning.encrypted_"
     "content\",\"message.output_text.logprobs\"],\"max_output_tokens\":99,"
     "\"temperature\":0.5,\"top_p\":0.5,\"top_logprobs\":2,\"parallel_tool_"
     "calls\":true,\"user\":\"u\",\"metadata\":{\"a\":\"b\"},\"service_tier\":"
     "\"auto\",\"prompt_cache_key\":\"k\",\"store\":true,\"stream\":true,"
     "\"prompt_cache_retention\":\"24h\"}",
     "logit_bias;dropped, top_k;dropped, min_p;dropped, "
     "presence_penalty;dropped, frequency_penalty;dropped, seed;dropped, "
     "n;dropped, stop;dropped, modalities;dropped, audio;dropped"},
    {"too little, too hot", CHAT, RESPONSES, "up",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"max_tokens\":1,\"temperature\":3,\"reasoning\":{\"max_tokens\":3000},"
     "\"logprobs\":true}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"reasoning\":{\"effort\":\"medium\",\"summary\":\"auto\"},\"include\":["
     "\"reasoning.encrypted_"
     "content\",\"message.output_text.logprobs\"],\"max_output_tokens\":16,"
     "\"temperature\":2,\"store\":false}",
     "reasoning_budget;approximated, max_tokens;approximated, "
     "temperature;approximated"},
    {"reasoning in OpenRouter's words", CHAT, RESPONSES, "up",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"reasoning\":{\"effort\":\"low\"}}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"reasoning\":{\"effort\":\"low\",\"summary\":\"auto\"},\"include\":["
     "\"reasoning.encrypted_content\"],\"store\":false}",
     NULL},
    {"none of it in the same", CHAT, RESPONSES, "up",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"reasoning\":{\"effort\":\"none\"}}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"reasoning\":{\"effort\":\"none\"},\"store\":false}",
     NULL},
    {"no reasoning", CHAT, RESPONSES, "up",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"reasoning_effort\":\"none\"}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"reasoning\":{\"effort\":\"none\"},\"store\":false}",
     NULL},
    {"a conversation", CHAT, RESPONSES, "up",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"S\"},{"
     "\"role\":\"system\",\"name\":\"n\",\"content\":\"T\"},{\"role\":\"user\","
     "\"content\":[{\"type\":\"text\",\"text\":\"a\",\"cache_control\":{"
     "\"type\":\"ephemeral\"}},{\"type\":\"image_url\",\"image_url\":{\"url\":"
     "\"https://h/"
     "i.png\",\"detail\":\"high\"}},{\"type\":\"image_url\",\"image_url\":{"
     "\"url\":\"data:image/"
     "png;base64,QQ\"}},{\"type\":\"input_audio\",\"input_audio\":{\"data\":"
     "\"QQ\",\"format\":\"wav\"}},{\"type\":\"file\",\"file\":{\"file_data\":"
     "\"data:application/"
     "pdf;base64,QQ\"}},{\"type\":\"file\",\"file\":{\"file_id\":\"file-1\"}}]}"
     ",{\"role\":\"assistant\",\"content\":\"b\",\"refusal\":\"no\","
     "\"reasoning_content\":\"hm\",\"tool_calls\":[{\"id\":\"c1\",\"type\":"
     "\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"},\"extra_"
     "content\":{\"google\":{\"thought_signature\":\"G\"}}},{\"id\":\"c2\","
     "\"type\":\"custom\",\"custom\":{\"name\":\"g\",\"input\":\"t\"}}]},{"
     "\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"1\",\"cache_"
     "control\":{\"type\":\"ephemeral\"}},{\"role\":\"tool\",\"tool_call_id\":"
     "\"c2\",\"content\":[{\"type\":\"text\",\"text\":\"2\"},{\"type\":"
     "\"text\",\"text\":\"3\"}]},{\"role\":\"user\",\"content\":\"d\"}]}",
     "{\"model\":\"up\",\"instructions\":\"S\",\"input\":[{\"role\":"
     "\"developer\",\"content\":\"T\"},{\"role\":\"user\",\"content\":[{"
     "\"type\":\"input_text\",\"text\":\"a\"},{\"type\":\"input_image\","
     "\"detail\":\"high\",\"image_url\":\"https://h/"
     "i.png\"},{\"type\":\"input_image\",\"detail\":\"auto\",\"image_url\":"
     "\"data:image/"
     "png;base64,QQ\"},{\"type\":\"input_audio\",\"input_audio\":{\"data\":"
     "\"QQ\",\"format\":\"wav\"}},{\"type\":\"input_file\",\"filename\":"
     "\"file\",\"file_data\":\"data:application/"
     "pdf;base64,QQ\"},{\"type\":\"input_file\",\"file_id\":\"file-1\"}]},{"
     "\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":"
     "\"output_text\",\"text\":\"b\",\"annotations\":[]},{\"type\":\"refusal\","
     "\"refusal\":\"no\"}]},{\"type\":\"function_call\",\"call_id\":\"c1\","
     "\"name\":\"f\",\"arguments\":\"{}\"},{\"type\":\"custom_tool_call\","
     "\"call_id\":\"c2\",\"name\":\"g\",\"input\":\"t\"},{\"type\":\"function_"
     "call_output\",\"call_id\":\"c1\",\"output\":\"1\"},{\"type\":\"custom_"
     "tool_call_output\",\"call_id\":\"c2\",\"output\":[{\"type\":\"input_"
     "text\",\"text\":\"2\"},{\"type\":\"input_text\",\"text\":\"3\"}]},{"
     "\"role\":\"user\",\"content\":\"d\"}],\"store\":false}",
     "messages.name;dropped, cache_control;dropped, "
     "messages.reasoning;dropped, messages.reasoning_state;dropped"},
    {"sealed reasoning comes home", CHAT, RESPONSES, "up",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"role\":\"assistant\",\"content\":\"a\",\"reasoning_content\":\"hm\","
     "\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"format\":"
     "\"openai-responses-v1\",\"data\":\"E\"}]},{\"role\":\"user\",\"content\":"
     "\"b\"}]}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":"
     "\"hm\"}],\"encrypted_content\":\"E\"},{\"type\":\"message\",\"role\":"
     "\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"a\","
     "\"annotations\":[]}]},{\"role\":\"user\",\"content\":\"b\"}],\"store\":"
     "false}",
     NULL},
    {"tools", CHAT, RESPONSES, "up",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
     "\"description\":\"d\",\"parameters\":{\"type\":\"object\"}},\"cache_"
     "control\":{\"type\":\"ephemeral\"}},{\"type\":\"function\",\"function\":{"
     "\"name\":\"g\",\"strict\":true}},{\"type\":\"custom\",\"custom\":{"
     "\"name\":\"x\",\"format\":{\"type\":\"grammar\",\"grammar\":{\"syntax\":"
     "\"lark\",\"definition\":\"d\"}}}},{\"type\":\"web_search\",\"x\":1}],"
     "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"description\":\"d\","
     "\"parameters\":{\"type\":\"object\"},\"strict\":false},{\"type\":"
     "\"function\",\"name\":\"g\",\"parameters\":{\"type\":\"object\","
     "\"properties\":{}},\"strict\":true},{\"type\":\"custom\",\"name\":\"x\","
     "\"format\":{\"type\":\"grammar\",\"syntax\":\"lark\",\"definition\":"
     "\"d\"}}],\"tool_choice\":{\"type\":\"function\",\"name\":\"f\"},"
     "\"store\":false}",
     "cache_control;dropped, tools.web_search;dropped"},
    {"none of them", CHAT, RESPONSES, "up",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
     "\"description\":\"d\",\"parameters\":{\"type\":\"object\"}}}],\"tool_"
     "choice\":\"none\"}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"description\":\"d\","
     "\"parameters\":{\"type\":\"object\"},\"strict\":false}],\"tool_choice\":"
     "\"none\",\"store\":false}",
     NULL},
    {"one of a few", CHAT, RESPONSES, "up",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
     "\"description\":\"d\",\"parameters\":{\"type\":\"object\"}}}],\"tool_"
     "choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":"
     "\"auto\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}"
     "]}}}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"description\":\"d\","
     "\"parameters\":{\"type\":\"object\"},\"strict\":false}],\"tool_choice\":{"
     "\"type\":\"allowed_tools\",\"mode\":\"auto\",\"tools\":[{\"type\":"
     "\"function\",\"name\":\"f\"}]},\"store\":false}",
     NULL},
    {"a schema", CHAT, RESPONSES, "up",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":"
     "\"n\",\"schema\":{\"type\":\"object\"}}}}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"}],"
     "\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":"
     "{\"type\":\"object\"}}},\"store\":false}",
     NULL},
    {"media of the assistant", CHAT, RESPONSES, "up",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"role\":\"assistant\",\"content\":[{\"type\":\"image_url\",\"image_"
     "url\":{\"url\":\"https://h/"
     "i.png\"}},{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"QQ\"}},{"
     "\"type\":\"file\",\"file\":{\"file_id\":\"f\"}},{\"type\":\"text\","
     "\"text\":\"t\",\"cache_control\":{\"type\":\"ephemeral\"}}]},{\"role\":"
     "\"user\",\"content\":\"z\"}]}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":"
     "\"output_text\",\"text\":\"t\",\"annotations\":[]}]},{\"role\":\"user\","
     "\"content\":\"z\"}],\"store\":false}",
     "messages.image;dropped, messages.audio;dropped, "
     "messages.document;dropped, cache_control;dropped"},
    {"a result without its call", CHAT, RESPONSES, "up",
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{"
     "\"role\":\"tool\",\"tool_call_id\":\"c9\",\"content\":\"x\"}]}",
     "400 messages: a tool's result must follow the call it answers", NULL},
    {"from Anthropic", ANTHROPIC, RESPONSES, "up",
     "{\"model\":\"m\",\"max_tokens\":100,\"system\":\"S\",\"thinking\":{"
     "\"type\":\"enabled\",\"budget_tokens\":2000},\"top_k\":4,\"stop_"
     "sequences\":[\"x\"],\"tools\":[{\"name\":\"f\",\"input_schema\":{"
     "\"type\":\"object\"}},{\"type\":\"web_search_20250305\",\"name\":\"web_"
     "search\"}],\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
     "\"text\",\"text\":\"q\"},{\"type\":\"document\",\"source\":{\"type\":"
     "\"text\",\"media_type\":\"text/"
     "plain\",\"data\":\"D\"}},{\"type\":\"document\",\"source\":{\"type\":"
     "\"url\",\"url\":\"https://h/"
     "a.pdf\"}}]},{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\","
     "\"thinking\":\"hm\",\"signature\":\"SIG\"},{\"type\":\"tool_use\",\"id\":"
     "\"t1\",\"name\":\"f\",\"input\":{\"a\":1}}]},{\"role\":\"user\","
     "\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t1\",\"is_"
     "error\":true,\"content\":[{\"type\":\"text\",\"text\":\"bad\"},{\"type\":"
     "\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/"
     "png\",\"data\":\"QQ\"}}]}]}]}",
     "{\"model\":\"up\",\"instructions\":\"S\",\"input\":[{\"role\":\"user\","
     "\"content\":[{\"type\":\"input_text\",\"text\":\"q\"},{\"type\":\"input_"
     "text\",\"text\":\"D\"},{\"type\":\"input_file\",\"file_url\":\"https://h/"
     "a.pdf\"}]},{\"type\":\"function_call\",\"call_id\":\"t1\",\"name\":\"f\","
     "\"arguments\":\"{\\\"a\\\":1}\"},{\"type\":\"function_call_output\","
     "\"call_id\":\"t1\",\"output\":[{\"type\":\"input_text\",\"text\":\"bad\"}"
     ",{\"type\":\"input_image\",\"detail\":\"auto\",\"image_url\":\"data:"
     "image/"
     "png;base64,QQ\"}]}],\"tools\":[{\"type\":\"function\",\"name\":\"f\","
     "\"parameters\":{\"type\":\"object\"},\"strict\":false}],\"reasoning\":{"
     "\"effort\":\"low\",\"summary\":\"auto\"},\"include\":[\"reasoning."
     "encrypted_content\"],\"max_"
     "output_tokens\":100,\"store\":false}",
     "messages.reasoning;dropped, messages.is_error;dropped, "
     "tools.web_search_20250305;dropped, reasoning_budget;approximated, "
     "top_k;dropped, stop;dropped"},
};

static const struct request_case wrong[] = {
    {"no input", RESPONSES, CHAT, "up", "{\"model\":\"m\"}",
     "400 input: must be a string or an array of items", NULL},
    {"input of no kind", RESPONSES, CHAT, "up", "{\"model\":\"m\",\"input\":1}",
     "400 input: must be a string or an array of items", NULL},
    {"no items", RESPONSES, CHAT, "up", "{\"model\":\"m\",\"input\":[]}",
     "400 input: must hold at least one item", NULL},
    {"instructions", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"instructions\":1}",
     "400 instructions: must be a string", NULL},
    {"model", RESPONSES, CHAT, "up", "{\"model\":1,\"input\":\"q\"}",
     "400 model: must be a string", NULL},
    {"conversation", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"conversation\":\"c\"}",
     "400 conversation: conversations are not stored here: send the items in "
     "input",
     NULL},
    {"prompt", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"prompt\":{\"id\":\"p\"}}",
     "400 prompt: stored prompts are not known here: send instructions and "
     "input",
     NULL},
    {"background", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"background\":true}",
     "400 background: answers are not run in the background here: leave it out "
     "or stream",
     NULL},
    {"background of no kind", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"background\":1}",
     "400 background: must be true or false", NULL},
    {"previous response", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"previous_response_id\":1}",
     "400 previous_response_id: must be a string", NULL},
    {"no object", RESPONSES, CHAT, "up", "{\"model\":\"m\",\"input\":[1]}",
     "400 input[0]: must be an object", NULL},
    {"an unknown type", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"type\":\"x\"}]}",
     "400 input[0].type: is no type of an item that is known here", NULL},
    {"no role", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"content\":\"x\"}]}",
     "400 input[0].role: must be user, assistant, system or developer", NULL},
    {"a role", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"tool\",\"content\":\"x\"}]}",
     "400 input[0].role: must be user, assistant, system or developer", NULL},
    {"no content", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"user\"}]}",
     "400 input[0].content: must be a string or an array of parts", NULL},
    {"a content", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":1}]}",
     "400 input[0].content: must be a string or an array of parts", NULL},
    {"a part", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":[1]}]}",
     "400 input[0].content[0]: must be an object with a type", NULL},
    {"a part's type", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":"
     "\"x\"}]}]}",
     "400 input[0].content[0].type: must be input_text, input_image, "
     "input_file, input_audio, output_text or refusal",
     NULL},
    {"no text", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":"
     "\"input_text\"}]}]}",
     "400 input[0].content[0].text: must be a string", NULL},
    {"a text", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":"
     "\"input_text\",\"text\":1}]}]}",
     "400 input[0].content[0].text: must be a string", NULL},
    {"no refusal", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"assistant\",\"content\":[{"
     "\"type\":\"refusal\"}]}]}",
     "400 input[0].content[0].refusal: must be a string", NULL},
    {"no image", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":"
     "\"input_image\"}]}]}",
     "400 input[0].content[0].image_url: must be a URL of http, https or data",
     NULL},
    {"a nested image", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":"
     "\"input_image\",\"image_url\":{\"url\":\"x\"}}]}]}",
     "400 input[0].content[0].image_url: must be a string", NULL},
    {"no file", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":"
     "\"input_file\"}]}]}",
     "400 input[0].content[0].file_data: must be there, or file_url or file_id",
     NULL},
    {"no audio", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":"
     "\"input_audio\"}]}]}",
     "400 input[0].content[0].input_audio: must be an object with data and "
     "format",
     NULL},
    {"no data", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":"
     "\"input_audio\",\"input_audio\":{}}]}]}",
     "400 input[0].content[0].input_audio.data: must be a string", NULL},
    {"a breakpoint", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":"
     "\"input_text\",\"text\":\"a\",\"prompt_cache_breakpoint\":1}]}]}",
     "400 input[0].content[0].prompt_cache_breakpoint: must be an object",
     NULL},
    {"a reference", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"type\":\"item_reference\",\"id\":\"x\"}]}",
     "400 input[0]: items are not stored here: send the item itself", NULL},
    {"a compaction", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"type\":\"compaction\",\"encrypted_"
     "content\":\"x\"}]}",
     "400 input[0]: can be read by OpenAI alone: send the conversation itself",
     NULL},
    {"a shell", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"type\":\"local_shell_call_output\","
     "\"output\":\"x\"}]}",
     "400 input[0]: local_shell_call_output is not supported for this model",
     NULL},
    {"a computer", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"type\":\"computer_call\"}]}",
     "400 input[0]: computer_call is not supported for this model", NULL},
    {"a call without id", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"type\":\"function_call\",\"name\":\"f\"}]"
     "}",
     "400 input[0].call_id: must be a string", NULL},
    {"a call without name", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"type\":\"function_call\",\"call_id\":"
     "\"c\"}]}",
     "400 input[0].name: must be a string", NULL},
    {"arguments", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"type\":\"function_call\",\"call_id\":"
     "\"c\",\"name\":\"f\",\"arguments\":{}}]}",
     "400 input[0].arguments: must be a string", NULL},
    {"no text for a tool", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"type\":\"custom_tool_call\",\"call_id\":"
     "\"c\",\"name\":\"f\"}]}",
     "400 input[0].input: must be a string", NULL},
    {"no output", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"type\":\"function_call_output\",\"call_"
     "id\":\"c\"}]}",
     "400 input[0].output: must be a string or an array of parts", NULL},
    {"an output without id", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"type\":\"function_call_output\","
     "\"output\":\"c\"}]}",
     "400 input[0].call_id: must be a string", NULL},
    {"a seal", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"type\":\"reasoning\",\"encrypted_"
     "content\":1}]}",
     "400 input[0].encrypted_content: must be a string", NULL},
    {"a type of no kind", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":[{\"type\":1}]}",
     "400 input[0].type: must be a string", NULL},
    {"tools", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tools\":1}",
     "400 tools: must be an array", NULL},
    {"a tool", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tools\":[1]}",
     "400 tools[0]: must be an object with a type", NULL},
    {"no type", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tools\":[{\"name\":\"f\"}]}",
     "400 tools[0].type: must be a string", NULL},
    {"no name", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tools\":[{\"type\":\"function\"}]}",
     "400 tools[0].name: must be a string", NULL},
    {"parameters", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tools\":[{\"type\":\"function\","
     "\"name\":\"f\",\"parameters\":1}]}",
     "400 tools[0].parameters: must be an object", NULL},
    {"strict", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tools\":[{\"type\":\"function\","
     "\"name\":\"f\",\"strict\":1}]}",
     "400 tools[0].strict: must be true or false", NULL},
    {"a choice", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tool_choice\":\"any\"}",
     "400 tool_choice: must be none, auto, required or an object", NULL},
    {"a choice of no kind", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tool_choice\":1}",
     "400 tool_choice: must be a string or an object", NULL},
    {"no kind of choice", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tool_choice\":{}}",
     "400 tool_choice.type: must be a string", NULL},
    {"no name chosen", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tool_choice\":{\"type\":\"function\"}"
     "}",
     "400 tool_choice.name: must be a string", NULL},
    {"a mode", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tool_choice\":{\"type\":\"allowed_"
     "tools\",\"mode\":\"x\",\"tools\":[]}}",
     "400 tool_choice.mode: must be auto or required", NULL},
    {"no tools", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"tool_choice\":{\"type\":\"allowed_"
     "tools\",\"mode\":\"auto\"}}",
     "400 tool_choice.tools: must be an array", NULL},
    {"text", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"text\":1}",
     "400 text: must be an object", NULL},
    {"format", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"text\":{\"format\":1}}",
     "400 text.format: must be an object", NULL},
    {"an unknown format", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"text\":{\"format\":{\"type\":"
     "\"grammar\"}}}",
     "400 text.format.type: must be text, json_object or json_schema", NULL},
    {"no schema", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"text\":{\"format\":{\"type\":\"json_"
     "schema\",\"name\":\"n\"}}}",
     "400 text.format.schema: must be an object", NULL},
    {"verbosity", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"text\":{\"verbosity\":1}}",
     "400 text.verbosity: must be a string", NULL},
    {"reasoning", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"reasoning\":1}",
     "400 reasoning: must be an object", NULL},
    {"effort", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"reasoning\":{\"effort\":\"most\"}}",
     "400 reasoning.effort: must be none, minimal, low, medium, high, xhigh or "
     "max",
     NULL},
    {"include", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"include\":1}",
     "400 include: must be a string or an array of strings", NULL},
    {"an inclusion", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"include\":[1]}",
     "400 include[0]: must be a string", NULL},
    {"tokens", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"max_output_tokens\":\"1\"}",
     "400 max_output_tokens: must be a number", NULL},
    {"temperature", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"temperature\":\"hot\"}",
     "400 temperature: must be a number", NULL},
    {"stream", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"stream\":\"yes\"}",
     "400 stream: must be true or false", NULL},
    {"store", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"store\":1}",
     "400 store: must be true or false", NULL},
    {"metadata", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"metadata\":[]}",
     "400 metadata: must be an object", NULL},
    {"truncation", RESPONSES, CHAT, "up",
     "{\"model\":\"m\",\"input\":\"q\",\"truncation\":1}",
     "400 truncation: must be a string", NULL},
};

static void requests_are_read(void **state)
{
    (void)state;
    check_requests(reads, SL_LEN(reads));
}

static void requests_stay_what_they_were(void **state)
{
    (void)state;
    check_requests(relays, SL_LEN(relays));
}

static void requests_are_written(void **state)
{
    (void)state;
    check_requests(writes, SL_LEN(writes));
}

/* Of the request itself: "text" in a part stays. */
static void refused_members_are_left_out(void **state)
{
    static const char *const drops[] = {
        "text",    "temperature", "user",
        "tools",   "tool_choice", "store",
        "include", "metadata",    "max_output_tokens",
        NULL};
    static const struct chat_quirks quirks = {.drops = drops};
    static const struct request_case cases[] = {
        {"all of them", CHAT, RESPONSES, "up",
         "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":["
         "{\"type\":\"text\",\"text\":\"q\"},{\"type\":\"file\",\"file\":{"
         "\"file_id\":\"f\"}}]}],\"response_format\":{\"type\":\"json_object\"}"
         ","
         "\"temperature\":3,\"user\":\"u\",\"metadata\":{\"a\":\"b\"},"
         "\"max_tokens\":99,\"reasoning_effort\":\"low\",\"top_p\":0.5,"
         "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],"
         "\"tool_choice\":\"required\"}",
         "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":[{"
         "\"type\":\"input_text\",\"text\":\"q\"},{\"type\":\"input_file\","
         "\"file_id\":\"f\"}]}],\"reasoning\":{\"effort\":\"low\"},"
         "\"top_p\":0.5}",
         "tools;dropped, tool_choice;dropped, text;dropped, include;dropped, "
         "max_output_tokens;dropped, temperature;dropped, user;dropped, "
         "metadata;dropped, store;dropped"},
        {"none is there", RESPONSES, RESPONSES, "up",
         "{\"model\":\"m\",\"input\":\"q\"}",
         "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":"
         "\"q\"}]}",
         NULL},
    };

    (void)state;
    check_requests_to(&quirks, cases, SL_LEN(cases));
}

static void wrong_requests_are_named(void **state)
{
    (void)state;
    check_requests(wrong, SL_LEN(wrong));
}

/* Nothing is stored: whoever asks for it has to be told. */
static void a_stored_answer_is_asked_for(void **state)
{
    struct chat_request *q = NULL;
    struct err err = {0};
    struct test_mem m;
    struct arena a;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 256, 65536);
    assert_int_equal(
        translate_read(
            &(struct translate_source){
                RESPONSES,
                STR("{\"input\":\"q\",\"previous_response_id\":\"resp_1\"}"),
                NULL},
            &a, &q, &err),
        SL_OK);
    check_str(q->previous_response_id, STR("resp_1"));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_read),
        cmocka_unit_test(requests_stay_what_they_were),
        cmocka_unit_test(requests_are_written),
        cmocka_unit_test(refused_members_are_left_out),
        cmocka_unit_test(wrong_requests_are_named),
        cmocka_unit_test(a_stored_answer_is_asked_for),
    };

    return test_run("dialect_openai_responses", tests, SL_LEN(tests));
}
