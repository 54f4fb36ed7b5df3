/* SPDX-License-Identifier: MIT */
/* Answers of Anthropic's Messages API, and to its clients. */
#include "core/dialects/anthropic.h"

#include "dialects.h"

#define OPENAI &dialect_openai_chat
#define OURS &dialect_anthropic

static const struct answer_case from_anthropic[] = {
    {"text", OURS, OPENAI, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"ping\"}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"text\",\"text\":\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"tex"
     "t_delta\",\"text\":\"Hel\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"new_event\"}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\""
     "usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],"
     "\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"content\":\"Hel\"},\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{},\"finish_reason\":\"stop\"}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[],\"usage\":{\"prompt"
     "_tokens\":6,\"completion_tokens\":5,\"total_tokens\":11,\"prompt_tokens"
     "_details\":{\"cached_tokens\":2,\"cache_write_tokens\":1},\"completion_"
     "tokens_details\":{\"reasoning_tokens\":0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"text, to itself", OURS, OURS, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"ping\"}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"text\",\"text\":\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"tex"
     "t_delta\",\"text\":\"Hel\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"new_event\"}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\""
     "usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\""
     "claude-x\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
     "\"usage\":{\"input_tokens\":3,\"cache_creation_input_tokens\":1,\"cache"
     "_read_input_tokens\":2,\"output_tokens\":1}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hel\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":3,\"cache_creation_input_tokens\":1,\"cache_read_input_tokens\":2"
     ",\"output_tokens\":5}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"thinking, signed, redacted", OURS, OPENAI, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thi"
     "nking_delta\",\"thinking\":\"hm\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"sig"
     "nature_delta\",\"signature\":\"c2ln\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type"
     "\":\"redacted_thinking\",\"data\":\"eA\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":1}\n"
     "{\"type\":\"content_block_start\",\"index\":2,\"content_block\":{\"type"
     "\":\"text\",\"text\":\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":\"tex"
     "t_delta\",\"text\":\"x\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":2}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\""
     "usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],"
     "\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"reasoning_content\":\"hm\"},\"finish_reason\":null}],\"usage\":nu"
     "ll}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"\","
     "\"signature\":\"c2ln\",\"format\":\"anthropic-claude-v1\"}]},\"finish_r"
     "eason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"\","
     "\"signature\":\"{\\\"type\\\":\\\"redacted_thinking\\\",\\\"data\\\":\\"
     "\"eA\\\"}\",\"format\":\"anthropic-claude-v1\"}]},\"finish_reason\":nul"
     "l}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"content\":\"x\"},\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{},\"finish_reason\":\"stop\"}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[],\"usage\":{\"prompt"
     "_tokens\":6,\"completion_tokens\":5,\"total_tokens\":11,\"prompt_tokens"
     "_details\":{\"cached_tokens\":2,\"cache_write_tokens\":1},\"completion_"
     "tokens_details\":{\"reasoning_tokens\":0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"thinking, signed, redacted, to itself", OURS, OURS, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thi"
     "nking_delta\",\"thinking\":\"hm\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"sig"
     "nature_delta\",\"signature\":\"c2ln\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type"
     "\":\"redacted_thinking\",\"data\":\"eA\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":1}\n"
     "{\"type\":\"content_block_start\",\"index\":2,\"content_block\":{\"type"
     "\":\"text\",\"text\":\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":\"tex"
     "t_delta\",\"text\":\"x\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":2}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\""
     "usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\""
     "claude-x\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
     "\"usage\":{\"input_tokens\":3,\"cache_creation_input_tokens\":1,\"cache"
     "_read_input_tokens\":2,\"output_tokens\":1}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"s"
     "ignature\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}}\n"
     "\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"c2ln\""
     "}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":1,\"content_block\":{\"type\":\"redacted_thinking\",\"data\":\"e"
     "A\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":1}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":2,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":2,\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":2}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":3,\"cache_creation_input_tokens\":1,\"cache_read_input_tokens\":2"
     ",\"output_tokens\":5}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"thinking that is omitted", OURS, OPENAI, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"thinking\",\"thinking\":\"\",\"signature\":\"c2ln\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type"
     "\":\"text\",\"text\":\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"tex"
     "t_delta\",\"text\":\"x\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":1}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\""
     "usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],"
     "\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"\","
     "\"signature\":\"c2ln\",\"format\":\"anthropic-claude-v1\"}]},\"finish_r"
     "eason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"content\":\"x\"},\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{},\"finish_reason\":\"stop\"}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[],\"usage\":{\"prompt"
     "_tokens\":6,\"completion_tokens\":5,\"total_tokens\":11,\"prompt_tokens"
     "_details\":{\"cached_tokens\":2,\"cache_write_tokens\":1},\"completion_"
     "tokens_details\":{\"reasoning_tokens\":0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"thinking that is omitted, to itself", OURS, OURS, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"thinking\",\"thinking\":\"\",\"signature\":\"c2ln\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type"
     "\":\"text\",\"text\":\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"tex"
     "t_delta\",\"text\":\"x\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":1}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\""
     "usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\""
     "claude-x\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
     "\"usage\":{\"input_tokens\":3,\"cache_creation_input_tokens\":1,\"cache"
     "_read_input_tokens\":2,\"output_tokens\":1}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"s"
     "ignature\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"c2ln\""
     "}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":1,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":1}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":3,\"cache_creation_input_tokens\":1,\"cache_read_input_tokens\":2"
     ",\"output_tokens\":5}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"two tool calls", OURS, OPENAI, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"text\",\"text\":\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"tex"
     "t_delta\",\"text\":\"let me\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type"
     "\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"f\",\"input\":{}}}\n"
     "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"inp"
     "ut_json_delta\",\"partial_json\":\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"inp"
     "ut_json_delta\",\"partial_json\":\"{\\\"x\\\":\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"inp"
     "ut_json_delta\",\"partial_json\":\"1}\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":1}\n"
     "{\"type\":\"content_block_start\",\"index\":2,\"content_block\":{\"type"
     "\":\"tool_use\",\"id\":\"toolu_2\",\"name\":\"g\",\"input\":{}}}\n"
     "{\"type\":\"content_block_stop\",\"index\":2}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\""
     "usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],"
     "\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"content\":\"let me\"},\"finish_reason\":null}],\"usage\":null}\n"
     "\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"tool_calls\":[{\"index\":0,\"id\":\"toolu_1\",\"type\":\"function"
     "\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]},\"finish_reason"
     "\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"x\\"
     "\":\"}}]},\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"1}\"}}]}"
     ",\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"tool_calls\":[{\"index\":1,\"id\":\"toolu_2\",\"type\":\"function"
     "\",\"function\":{\"name\":\"g\",\"arguments\":\"\"}}]},\"finish_reason"
     "\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"{}\"}}]}"
     ",\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{},\"finish_reason\":\"tool_calls\"}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[],\"usage\":{\"prompt"
     "_tokens\":6,\"completion_tokens\":5,\"total_tokens\":11,\"prompt_tokens"
     "_details\":{\"cached_tokens\":2,\"cache_write_tokens\":1},\"completion_"
     "tokens_details\":{\"reasoning_tokens\":0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"two tool calls, to itself", OURS, OURS, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"text\",\"text\":\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"tex"
     "t_delta\",\"text\":\"let me\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type"
     "\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"f\",\"input\":{}}}\n"
     "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"inp"
     "ut_json_delta\",\"partial_json\":\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"inp"
     "ut_json_delta\",\"partial_json\":\"{\\\"x\\\":\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"inp"
     "ut_json_delta\",\"partial_json\":\"1}\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":1}\n"
     "{\"type\":\"content_block_start\",\"index\":2,\"content_block\":{\"type"
     "\":\"tool_use\",\"id\":\"toolu_2\",\"name\":\"g\",\"input\":{}}}\n"
     "{\"type\":\"content_block_stop\",\"index\":2}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\""
     "usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\""
     "claude-x\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
     "\"usage\":{\"input_tokens\":3,\"cache_creation_input_tokens\":1,\"cache"
     "_read_input_tokens\":2,\"output_tokens\":1}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"let me\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"toolu_1\",\""
     "name\":\"f\",\"input\":{}}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{"
     "\\\"x\\\":\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"1}"
     "\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":1}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":2,\"content_block\":{\"type\":\"tool_use\",\"id\":\"toolu_2\",\""
     "name\":\"g\",\"input\":{}}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":2,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{}"
     "\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":2}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"tool_use\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":3,\"cache_creation_input_tokens\":1,\"cache_read_input_tokens\":2"
     ",\"output_tokens\":5}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"a server tool and its citations", OURS, OPENAI, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"server_tool_use\",\"id\":\"s\",\"name\":\"web_search\",\"input\":{"
     "}}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"inp"
     "ut_json_delta\",\"partial_json\":\"{\\\"q\\\":1}\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type"
     "\":\"web_search_tool_result\",\"tool_use_id\":\"s\",\"content\":[]}}\n"
     "{\"type\":\"content_block_stop\",\"index\":1}\n"
     "{\"type\":\"content_block_start\",\"index\":2,\"content_block\":{\"type"
     "\":\"text\",\"text\":\"\",\"citations\":[]}}\n"
     "{\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":\"tex"
     "t_delta\",\"text\":\"so\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":\"cit"
     "ations_delta\",\"citation\":{\"type\":\"web_search_result_location\",\""
     "url\":\"https://x.test\",\"title\":\"X\"}}}\n"
     "{\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":\"cit"
     "ations_delta\",\"citation\":{\"type\":\"char_location\",\"document_titl"
     "e\":\"d\"}}}\n"
     "{\"type\":\"content_block_stop\",\"index\":2}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\""
     "usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],"
     "\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"\","
     "\"signature\":\"{\\\"type\\\":\\\"server_tool_use\\\",\\\"id\\\":\\\"s"
     "\\\",\\\"name\\\":\\\"web_search\\\",\\\"input\\\":{\\\"q\\\":1}}\",\"f"
     "ormat\":\"anthropic-claude-v1\"}]},\"finish_reason\":null}],\"usage\":n"
     "ull}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"\","
     "\"signature\":\"{\\\"type\\\":\\\"web_search_tool_result\\\",\\\"tool_u"
     "se_id\\\":\\\"s\\\",\\\"content\\\":[]}\",\"format\":\"anthropic-claude"
     "-v1\"}]},\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"content\":\"so\"},\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"annotations\":[{\"type\":\"url_citation\",\"url_citation\":{\"url"
     "\":\"https://x.test\",\"title\":\"X\",\"start_index\":0,\"end_index\":0"
     "}}]},\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{},\"finish_reason\":\"stop\"}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[],\"usage\":{\"prompt"
     "_tokens\":6,\"completion_tokens\":5,\"total_tokens\":11,\"prompt_tokens"
     "_details\":{\"cached_tokens\":2,\"cache_write_tokens\":1},\"completion_"
     "tokens_details\":{\"reasoning_tokens\":0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"a server tool and its citations, to itself", OURS, OURS, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"server_tool_use\",\"id\":\"s\",\"name\":\"web_search\",\"input\":{"
     "}}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"inp"
     "ut_json_delta\",\"partial_json\":\"{\\\"q\\\":1}\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type"
     "\":\"web_search_tool_result\",\"tool_use_id\":\"s\",\"content\":[]}}\n"
     "{\"type\":\"content_block_stop\",\"index\":1}\n"
     "{\"type\":\"content_block_start\",\"index\":2,\"content_block\":{\"type"
     "\":\"text\",\"text\":\"\",\"citations\":[]}}\n"
     "{\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":\"tex"
     "t_delta\",\"text\":\"so\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":\"cit"
     "ations_delta\",\"citation\":{\"type\":\"web_search_result_location\",\""
     "url\":\"https://x.test\",\"title\":\"X\"}}}\n"
     "{\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":\"cit"
     "ations_delta\",\"citation\":{\"type\":\"char_location\",\"document_titl"
     "e\":\"d\"}}}\n"
     "{\"type\":\"content_block_stop\",\"index\":2}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\""
     "usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\""
     "claude-x\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
     "\"usage\":{\"input_tokens\":3,\"cache_creation_input_tokens\":1,\"cache"
     "_read_input_tokens\":2,\"output_tokens\":1}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"server_tool_use\",\"id\":\"s\","
     "\"name\":\"web_search\",\"input\":{}}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{"
     "\\\"q\\\":1}\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":1,\"content_block\":{\"type\":\"web_search_tool_result\",\"tool_"
     "use_id\":\"s\",\"content\":[]}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":1}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":2,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":2,\"delta\":{\"type\":\"text_delta\",\"text\":\"so\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":2,\"delta\":{\"type\":\"citations_delta\",\"citation\":{\"type\""
     ":\"web_search_result_location\",\"url\":\"https://x.test\",\"title\":\""
     "X\",\"encrypted_index\":\"\",\"cited_text\":\"\"}}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":2}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":3,\"cache_creation_input_tokens\":1,\"cache_read_input_tokens\":2"
     ",\"output_tokens\":5}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"length", OURS, OPENAI, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"text\",\"text\":\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"tex"
     "t_delta\",\"text\":\"x\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"max_tokens\"},"
     "\"usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],"
     "\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"content\":\"x\"},\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{},\"finish_reason\":\"length\"}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[],\"usage\":{\"prompt"
     "_tokens\":6,\"completion_tokens\":5,\"total_tokens\":11,\"prompt_tokens"
     "_details\":{\"cached_tokens\":2,\"cache_write_tokens\":1},\"completion_"
     "tokens_details\":{\"reasoning_tokens\":0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"length, to itself", OURS, OURS, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"text\",\"text\":\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"tex"
     "t_delta\",\"text\":\"x\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"max_tokens\"},"
     "\"usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\""
     "claude-x\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
     "\"usage\":{\"input_tokens\":3,\"cache_creation_input_tokens\":1,\"cache"
     "_read_input_tokens\":2,\"output_tokens\":1}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"max_tokens\",\"stop_sequence\":null},\"usage\":{\"input_t"
     "okens\":3,\"cache_creation_input_tokens\":1,\"cache_read_input_tokens\""
     ":2,\"output_tokens\":5}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"a stop sequence", OURS, OPENAI, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"text\",\"text\":\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"tex"
     "t_delta\",\"text\":\"x\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"stop_sequence"
     "\",\"stop_sequence\":\"END\"},\"usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],"
     "\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"content\":\"x\"},\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{},\"finish_reason\":\"stop\"}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[],\"usage\":{\"prompt"
     "_tokens\":6,\"completion_tokens\":5,\"total_tokens\":11,\"prompt_tokens"
     "_details\":{\"cached_tokens\":2,\"cache_write_tokens\":1},\"completion_"
     "tokens_details\":{\"reasoning_tokens\":0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"a stop sequence, to itself", OURS, OURS, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"text\",\"text\":\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"tex"
     "t_delta\",\"text\":\"x\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"stop_sequence"
     "\",\"stop_sequence\":\"END\"},\"usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\""
     "claude-x\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
     "\"usage\":{\"input_tokens\":3,\"cache_creation_input_tokens\":1,\"cache"
     "_read_input_tokens\":2,\"output_tokens\":1}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"stop_sequence\",\"stop_sequence\":\"END\"},\"usage\":{\"i"
     "nput_tokens\":3,\"cache_creation_input_tokens\":1,\"cache_read_input_to"
     "kens\":2,\"output_tokens\":5}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"a refusal, explained", OURS, OPENAI, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"refusal\",\"st"
     "op_details\":{\"type\":\"refusal\",\"category\":null,\"explanation\":\""
     "not that\"}},\"usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],"
     "\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"refusal\":\"not that\"},\"finish_reason\":null}],\"usage\":null}"
     "\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{},\"finish_reason\":\"content_filter\"}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[],\"usage\":{\"prompt"
     "_tokens\":6,\"completion_tokens\":5,\"total_tokens\":11,\"prompt_tokens"
     "_details\":{\"cached_tokens\":2,\"cache_write_tokens\":1},\"completion_"
     "tokens_details\":{\"reasoning_tokens\":0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"a refusal, explained, to itself", OURS, OURS, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"refusal\",\"st"
     "op_details\":{\"type\":\"refusal\",\"category\":null,\"explanation\":\""
     "not that\"}},\"usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\""
     "claude-x\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
     "\"usage\":{\"input_tokens\":3,\"cache_creation_input_tokens\":1,\"cache"
     "_read_input_tokens\":2,\"output_tokens\":5}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"not that\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"refusal\",\"stop_sequence\":null},\"usage\":{\"input_toke"
     "ns\":3,\"cache_creation_input_tokens\":1,\"cache_read_input_tokens\":2,"
     "\"output_tokens\":5}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"paused, for a new reason", OURS, OPENAI, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"text\",\"text\":\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"tex"
     "t_delta\",\"text\":\"x\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"pause_turn\"},"
     "\"usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],"
     "\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"content\":\"x\"},\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{},\"finish_reason\":\"stop\"}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[],\"usage\":{\"prompt"
     "_tokens\":6,\"completion_tokens\":5,\"total_tokens\":11,\"prompt_tokens"
     "_details\":{\"cached_tokens\":2,\"cache_write_tokens\":1},\"completion_"
     "tokens_details\":{\"reasoning_tokens\":0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"paused, for a new reason, to itself", OURS, OURS, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"text\",\"text\":\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"tex"
     "t_delta\",\"text\":\"x\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"pause_turn\"},"
     "\"usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\""
     "claude-x\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
     "\"usage\":{\"input_tokens\":3,\"cache_creation_input_tokens\":1,\"cache"
     "_read_input_tokens\":2,\"output_tokens\":1}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":3,\"cache_creation_input_tokens\":1,\"cache_read_input_tokens\":2"
     ",\"output_tokens\":5}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"usage in two parts", OURS, OPENAI, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"text\",\"text\":\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"tex"
     "t_delta\",\"text\":\"x\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":null},\"usage\":"
     "{\"output_tokens\":5}}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\""
     "usage\":{\"output_tokens\":9,\"input_tokens\":4,\"output_tokens_details"
     "\":{\"thinking_tokens\":6}}}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\""
     "usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],"
     "\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"content\":\"x\"},\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{},\"finish_reason\":\"stop\"}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[],\"usage\":{\"prompt"
     "_tokens\":4,\"completion_tokens\":5,\"total_tokens\":9,\"prompt_tokens_"
     "details\":{\"cached_tokens\":0},\"completion_tokens_details\":{\"reason"
     "ing_tokens\":6}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"usage in two parts, to itself", OURS, OURS, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"text\",\"text\":\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"tex"
     "t_delta\",\"text\":\"x\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":null},\"usage\":"
     "{\"output_tokens\":5}}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\""
     "usage\":{\"output_tokens\":9,\"input_tokens\":4,\"output_tokens_details"
     "\":{\"thinking_tokens\":6}}}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\""
     "usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\""
     "claude-x\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
     "\"usage\":{\"input_tokens\":3,\"cache_creation_input_tokens\":0,\"cache"
     "_read_input_tokens\":0,\"output_tokens\":1}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":4,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0"
     ",\"output_tokens\":5,\"output_tokens_details\":{\"thinking_tokens\":6}}"
     "}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"no start, no stop of a block", OURS, OPENAI, true,
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"text\",\"text\":\"a\"}}\n"
     "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type"
     "\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{\"x\":1}}}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\""
     "usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}\n"
     "[DONE]",
     "data: {\"id\":\"chatcmpl-x1\",\"object\":\"chat.completion.chunk\",\"cr"
     "eated\":1700000000,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":"
     "{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],\"us"
     "age\":null}\n\n"
     "data: {\"id\":\"chatcmpl-x1\",\"object\":\"chat.completion.chunk\",\"cr"
     "eated\":1700000000,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":"
     "{\"content\":\"a\"},\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"chatcmpl-x1\",\"object\":\"chat.completion.chunk\",\"cr"
     "eated\":1700000000,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":"
     "{\"tool_calls\":[{\"index\":0,\"id\":\"t\",\"type\":\"function\",\"func"
     "tion\":{\"name\":\"f\",\"arguments\":\"\"}}]},\"finish_reason\":null}],"
     "\"usage\":null}\n\n"
     "data: {\"id\":\"chatcmpl-x1\",\"object\":\"chat.completion.chunk\",\"cr"
     "eated\":1700000000,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":"
     "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"x\\\":"
     "1}\"}}]},\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"chatcmpl-x1\",\"object\":\"chat.completion.chunk\",\"cr"
     "eated\":1700000000,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":"
     "{},\"finish_reason\":\"tool_calls\"}],\"usage\":null}\n\n"
     "data: {\"id\":\"chatcmpl-x1\",\"object\":\"chat.completion.chunk\",\"cr"
     "eated\":1700000000,\"model\":\"m\",\"choices\":[],\"usage\":{\"prompt_t"
     "okens\":0,\"completion_tokens\":5,\"total_tokens\":5,\"prompt_tokens_de"
     "tails\":{\"cached_tokens\":0},\"completion_tokens_details\":{\"reasonin"
     "g_tokens\":0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"finish without a start", OURS, OURS, true,
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\""
     "usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
     "\"m\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usag"
     "e\":{\"input_tokens\":0,\"cache_creation_input_tokens\":0,\"cache_read_"
     "input_tokens\":0,\"output_tokens\":5}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":0,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0"
     ",\"output_tokens\":5}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"an error in the stream", OURS, OPENAI, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"text\",\"text\":\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"tex"
     "t_delta\",\"text\":\"x\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message"
     "\":\"Overloaded\"}}",
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],"
     "\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"content\":\"x\"},\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: "
     "{\"error\":{\"message\":\"Overloaded\",\"type\":\"server_error\","
     "\"param\":null,\"code\":\"overloaded\"}}\n\n",
     NULL},
    {"an error of a new type", OURS, OPENAI, true,
     "{\"type\":\"error\",\"error\":{\"type\":\"new_error\",\"message\":\"?\""
     "}}",
     "data: "
     "{\"error\":{\"message\":\"?\",\"type\":\"server_error\",\"param\":null,"
     "\"code\":null}}\n\n",
     NULL},
    {"an error that says nothing", OURS, OPENAI, true, "{\"type\":\"error\"}",
     "data: "
     "{\"error\":{\"message\":\"\",\"type\":\"server_error\",\"param\":null,"
     "\"code\":null}}\n\n",
     NULL},
    {"garbage", OURS, OPENAI, true, "{\"type\":", "garbage\n", NULL},
    {"no object", OURS, OPENAI, true, "[]", "garbage\n", NULL},
    {"whole: text and citations", OURS, OPENAI, false,
     "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\""
     ":\"claude-x\",\"content\":[{\"type\":\"text\",\"text\":\"so\",\"citatio"
     "ns\":[{\"type\":\"web_search_result_location\",\"url\":\"https://x.test"
     "\",\"title\":\"X\"},{\"type\":\"web_search_result_location\",\"url\":\""
     "https://y.test\",\"title\":\"Y\"}]}],\"stop_reason\":\"end_turn\",\"sto"
     "p_sequence\":null,\"usage\":{\"input_tokens\":3,\"cache_read_input_toke"
     "ns\":2,\"output_tokens\":5}}",
     "{\"id\":\"msg_1\",\"object\":\"chat.completion\",\"created\":1700000000"
     ",\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"message\":{\"role\""
     ":\"assistant\",\"content\":\"so\",\"refusal\":null,\"annotations\":[{\""
     "type\":\"url_citation\",\"url_citation\":{\"url\":\"https://x.test\",\""
     "title\":\"X\",\"start_index\":0,\"end_index\":0}},{\"type\":\"url_citat"
     "ion\",\"url_citation\":{\"url\":\"https://y.test\",\"title\":\"Y\",\"st"
     "art_index\":0,\"end_index\":0}}]},\"logprobs\":null,\"finish_reason\":"
     "\"stop\"}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":5,\"tot"
     "al_tokens\":10,\"prompt_tokens_details\":{\"cached_tokens\":2},\"comple"
     "tion_tokens_details\":{\"reasoning_tokens\":0}}}",
     NULL},
    {"whole: text and citations, to itself", OURS, OURS, false,
     "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\""
     ":\"claude-x\",\"content\":[{\"type\":\"text\",\"text\":\"so\",\"citatio"
     "ns\":[{\"type\":\"web_search_result_location\",\"url\":\"https://x.test"
     "\",\"title\":\"X\"},{\"type\":\"web_search_result_location\",\"url\":\""
     "https://y.test\",\"title\":\"Y\"}]}],\"stop_reason\":\"end_turn\",\"sto"
     "p_sequence\":null,\"usage\":{\"input_tokens\":3,\"cache_read_input_toke"
     "ns\":2,\"output_tokens\":5}}",
     "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\""
     ":\"claude-x\",\"content\":[{\"type\":\"text\",\"text\":\"so\",\"citatio"
     "ns\":[{\"type\":\"web_search_result_location\",\"url\":\"https://x.test"
     "\",\"title\":\"X\",\"encrypted_index\":\"\",\"cited_text\":\"\"},{\"typ"
     "e\":\"web_search_result_location\",\"url\":\"https://y.test\",\"title\""
     ":\"Y\",\"encrypted_index\":\"\",\"cited_text\":\"\"}]}],\"stop_reason\""
     ":\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":3,\"ca"
     "che_creation_input_tokens\":0,\"cache_read_input_tokens\":2,\"output_to"
     "kens\":5}}",
     NULL},
    {"whole: all kinds of blocks", OURS, OPENAI, false,
     "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\""
     ":\"claude-x\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\","
     "\"signature\":\"c2ln\"},{\"type\":\"redacted_thinking\",\"data\":\"eA\""
     "},{\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":\"w\",\"input\":{"
     "\"q\":1}},{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"tool_use\",\"i"
     "d\":\"t1\",\"name\":\"f\",\"input\":{\"x\":1}},{\"type\":\"tool_use\","
     "\"id\":\"t2\",\"name\":\"f\",\"input\":{}}],\"stop_reason\":\"tool_use"
     "\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":3,\"cache_read_in"
     "put_tokens\":2,\"output_tokens\":5}}",
     "{\"id\":\"msg_1\",\"object\":\"chat.completion\",\"created\":1700000000"
     ",\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"message\":{\"role\""
     ":\"assistant\",\"content\":\"a\",\"refusal\":null,\"reasoning_content\""
     ":\"hm\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\""
     "hm\",\"signature\":\"c2ln\",\"format\":\"anthropic-claude-v1\"},{\"type"
     "\":\"reasoning.text\",\"text\":\"\",\"signature\":\"{\\\"type\\\":\\\"r"
     "edacted_thinking\\\",\\\"data\\\":\\\"eA\\\"}\",\"format\":\"anthropic-"
     "claude-v1\"},{\"type\":\"reasoning.text\",\"text\":\"\",\"signature\":"
     "\"{\\\"type\\\":\\\"server_tool_use\\\",\\\"id\\\":\\\"s\\\",\\\"name\\"
     "\":\\\"w\\\",\\\"input\\\":{\\\"q\\\":1}}\",\"format\":\"anthropic-clau"
     "de-v1\"}],\"tool_calls\":[{\"id\":\"t1\",\"type\":\"function\",\"functi"
     "on\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":1}\"}},{\"id\":\"t2\","
     "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\""
     "}}]},\"logprobs\":null,\"finish_reason\":\"tool_calls\"}],\"usage\":{\""
     "prompt_tokens\":5,\"completion_tokens\":5,\"total_tokens\":10,\"prompt_"
     "tokens_details\":{\"cached_tokens\":2},\"completion_tokens_details\":{"
     "\"reasoning_tokens\":0}}}",
     NULL},
    {"whole: all kinds of blocks, to itself", OURS, OURS, false,
     "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\""
     ":\"claude-x\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\","
     "\"signature\":\"c2ln\"},{\"type\":\"redacted_thinking\",\"data\":\"eA\""
     "},{\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":\"w\",\"input\":{"
     "\"q\":1}},{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"tool_use\",\"i"
     "d\":\"t1\",\"name\":\"f\",\"input\":{\"x\":1}},{\"type\":\"tool_use\","
     "\"id\":\"t2\",\"name\":\"f\",\"input\":{}}],\"stop_reason\":\"tool_use"
     "\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":3,\"cache_read_in"
     "put_tokens\":2,\"output_tokens\":5}}",
     "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\""
     ":\"claude-x\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\","
     "\"signature\":\"c2ln\"},{\"type\":\"redacted_thinking\",\"data\":\"eA\""
     "},{\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":\"w\",\"input\":{"
     "\"q\":1}},{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"tool_use\",\"i"
     "d\":\"t1\",\"name\":\"f\",\"input\":{\"x\":1}},{\"type\":\"tool_use\","
     "\"id\":\"t2\",\"name\":\"f\",\"input\":{}}],\"stop_reason\":\"tool_use"
     "\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":3,\"cache_creatio"
     "n_input_tokens\":0,\"cache_read_input_tokens\":2,\"output_tokens\":5}}",
     NULL},
    {"whole: stopped by a sequence", OURS, OPENAI, false,
     "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\""
     ":\"claude-x\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}],\"stop_r"
     "eason\":\"stop_sequence\",\"stop_sequence\":\"END\",\"usage\":{\"input_"
     "tokens\":3,\"cache_read_input_tokens\":2,\"output_tokens\":5}}",
     "{\"id\":\"msg_1\",\"object\":\"chat.completion\",\"created\":1700000000"
     ",\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"message\":{\"role\""
     ":\"assistant\",\"content\":\"x\",\"refusal\":null},\"logprobs\":null,\""
     "finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":5,\"completion_"
     "tokens\":5,\"total_tokens\":10,\"prompt_tokens_details\":{\"cached_toke"
     "ns\":2},\"completion_tokens_details\":{\"reasoning_tokens\":0}}}",
     NULL},
    {"whole: stopped by a sequence, to itself", OURS, OURS, false,
     "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\""
     ":\"claude-x\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}],\"stop_r"
     "eason\":\"stop_sequence\",\"stop_sequence\":\"END\",\"usage\":{\"input_"
     "tokens\":3,\"cache_read_input_tokens\":2,\"output_tokens\":5}}",
     "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\""
     ":\"claude-x\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}],\"stop_r"
     "eason\":\"stop_sequence\",\"stop_sequence\":\"END\",\"usage\":{\"input_"
     "tokens\":3,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens"
     "\":2,\"output_tokens\":5}}",
     NULL},
    {"whole: nothing said", OURS, OPENAI, false,
     "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\""
     ":\"claude-x\",\"content\":[],\"stop_reason\":\"end_turn\",\"stop_sequen"
     "ce\":null,\"usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,"
     "\"output_tokens\":5}}",
     "{\"id\":\"msg_1\",\"object\":\"chat.completion\",\"created\":1700000000"
     ",\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"message\":{\"role\""
     ":\"assistant\",\"content\":null,\"refusal\":null},\"logprobs\":null,\"f"
     "inish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":5,\"completion_t"
     "okens\":5,\"total_tokens\":10,\"prompt_tokens_details\":{\"cached_token"
     "s\":2},\"completion_tokens_details\":{\"reasoning_tokens\":0}}}",
     NULL},
    {"whole: nothing said, to itself", OURS, OURS, false,
     "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\""
     ":\"claude-x\",\"content\":[],\"stop_reason\":\"end_turn\",\"stop_sequen"
     "ce\":null,\"usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,"
     "\"output_tokens\":5}}",
     "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\""
     ":\"claude-x\",\"content\":[],\"stop_reason\":\"end_turn\",\"stop_sequen"
     "ce\":null,\"usage\":{\"input_tokens\":3,\"cache_creation_input_tokens\""
     ":0,\"cache_read_input_tokens\":2,\"output_tokens\":5}}",
     NULL},
    {"whole: refused", OURS, OPENAI, false,
     "{\"id\":\"msg_1\",\"type\":\"message\",\"content\":[],\"stop_reason\":"
     "\"refusal\",\"stop_details\":{\"explanation\":\"no\"},\"usage\":{}}",
     "{\"id\":\"msg_1\",\"object\":\"chat.completion\",\"created\":1700000000"
     ",\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assi"
     "stant\",\"content\":null,\"refusal\":\"no\"},\"logprobs\":null,\"finish"
     "_reason\":\"content_filter\"}],\"usage\":{\"prompt_tokens\":0,\"complet"
     "ion_tokens\":0,\"total_tokens\":0,\"prompt_tokens_details\":{\"cached_t"
     "okens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0}}}",
     NULL},
    {"whole: refused, to itself", OURS, OURS, false,
     "{\"id\":\"msg_1\",\"type\":\"message\",\"content\":[],\"stop_reason\":"
     "\"refusal\",\"stop_details\":{\"explanation\":\"no\"},\"usage\":{}}",
     "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\""
     ":\"m\",\"content\":[{\"type\":\"text\",\"text\":\"no\"}],\"stop_reason"
     "\":\"refusal\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":0,\"c"
     "ache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_t"
     "okens\":0}}",
     NULL},
    {"whole: an error", OURS, OPENAI, false,
     "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message"
     "\":\"slow\"}}",
     "data: "
     "{\"error\":{\"message\":\"slow\",\"type\":\"rate_limit_error\",\"param\":"
     "null,\"code\":\"rate_limit_exceeded\"}}\n\n",
     NULL},
    {"whole: garbage", OURS, OPENAI, false, "{\"content\":", "garbage\n", NULL},
    {"whole: no content", OURS, OPENAI, false, "{\"type\":\"message\"}",
     "garbage\n", NULL},
    {"a server tool whose input is no JSON", OURS, OURS, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"server_tool_use\",\"id\":\"s\",\"name\":\"web_search\",\"input\":{"
     "}}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"inp"
     "ut_json_delta\",\"partial_json\":\"{\\\"q\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\""
     "usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\""
     "claude-x\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
     "\"usage\":{\"input_tokens\":3,\"cache_creation_input_tokens\":1,\"cache"
     "_read_input_tokens\":2,\"output_tokens\":1}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"server_tool_use\",\"id\":\"s\","
     "\"name\":\"web_search\",\"input\":{}}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{}"
     "\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":3,\"cache_creation_input_tokens\":1,\"cache_read_input_tokens\":2"
     ",\"output_tokens\":5}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"a new block on several lines", OURS, OURS, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"new\",\\\\n\r\"input\":{},\\\\n\"x\":1}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\""
     "usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\""
     "claude-x\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
     "\"usage\":{\"input_tokens\":3,\"cache_creation_input_tokens\":1,\"cache"
     "_read_input_tokens\":2,\"output_tokens\":1}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"new\",  \"input\":{}, \"x\":1}}"
     "\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{}"
     "\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":3,\"cache_creation_input_tokens\":1,\"cache_read_input_tokens\":2"
     ",\"output_tokens\":5}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"pieces without a block", OURS, OURS, true,
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
     "\"text_delta\",\"text\":\"a\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
     "\"input_json_delta\",\"partial_json\":\"{\"}}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n"
     "{\"type\":\"message_stop\"}",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{"
     "\"id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
     "\"m\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
     "\"usage\":{\"input_tokens\":0,\"cache_creation_input_tokens\":0,"
     "\"cache_read_input_tokens\":0,\"output_tokens\":0}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\","
     "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\","
     "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\","
     "\"index\":0}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{"
     "\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{"
     "\"input_tokens\":0,\"cache_creation_input_tokens\":0,"
     "\"cache_read_input_tokens\":0,\"output_tokens\":0}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
};

static const struct answer_case structured[] = {
    {"a structured answer", OURS, OPENAI, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"tool_use\",\"id\":\"t\",\"name\":\"json\",\"input\":{}}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"inp"
     "ut_json_delta\",\"partial_json\":\"{\\\"a\\\"\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"inp"
     "ut_json_delta\",\"partial_json\":\":1}\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\""
     "usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],"
     "\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"content\":\"{\\\"a\\\"\"},\"finish_reason\":null}],\"usage\":null"
     "}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"content\":\":1}\"},\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{},\"finish_reason\":\"stop\"}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[],\"usage\":{\"prompt"
     "_tokens\":6,\"completion_tokens\":5,\"total_tokens\":11,\"prompt_tokens"
     "_details\":{\"cached_tokens\":2,\"cache_write_tokens\":1},\"completion_"
     "tokens_details\":{\"reasoning_tokens\":0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"a structured answer of nothing", OURS, OPENAI, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"tool_use\",\"id\":\"t\",\"name\":\"json\",\"input\":{}}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\""
     "usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],"
     "\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"content\":\"{}\"},\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{},\"finish_reason\":\"stop\"}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[],\"usage\":{\"prompt"
     "_tokens\":6,\"completion_tokens\":5,\"total_tokens\":11,\"prompt_tokens"
     "_details\":{\"cached_tokens\":2,\"cache_write_tokens\":1},\"completion_"
     "tokens_details\":{\"reasoning_tokens\":0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"a structured answer and a call", OURS, OPENAI, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"tool_use\",\"id\":\"t\",\"name\":\"json\",\"input\":{}}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"inp"
     "ut_json_delta\",\"partial_json\":\"{}\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type"
     "\":\"tool_use\",\"id\":\"u\",\"name\":\"f\",\"input\":{}}}\n"
     "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"inp"
     "ut_json_delta\",\"partial_json\":\"{}\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":1}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\""
     "usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],"
     "\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"content\":\"{}\"},\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"tool_calls\":[{\"index\":0,\"id\":\"u\",\"type\":\"function\",\"f"
     "unction\":{\"name\":\"f\",\"arguments\":\"\"}}]},\"finish_reason\":null"
     "}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]}"
     ",\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{},\"finish_reason\":\"tool_calls\"}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[],\"usage\":{\"prompt"
     "_tokens\":6,\"completion_tokens\":5,\"total_tokens\":11,\"prompt_tokens"
     "_details\":{\"cached_tokens\":2,\"cache_write_tokens\":1},\"completion_"
     "tokens_details\":{\"reasoning_tokens\":0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"whole: a structured answer", OURS, OPENAI, false,
     "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\""
     ":\"claude-x\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"name\""
     ":\"json\",\"input\":{\"a\":1}}],\"stop_reason\":\"tool_use\",\"stop_seq"
     "uence\":null,\"usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":"
     "2,\"output_tokens\":5}}",
     "{\"id\":\"msg_1\",\"object\":\"chat.completion\",\"created\":1700000000"
     ",\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"message\":{\"role\""
     ":\"assistant\",\"content\":\"{\\\"a\\\":1}\",\"refusal\":null},\"logpro"
     "bs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":5,"
     "\"completion_tokens\":5,\"total_tokens\":10,\"prompt_tokens_details\":{"
     "\"cached_tokens\":2},\"completion_tokens_details\":{\"reasoning_tokens"
     "\":0}}}",
     NULL},
};

static const struct answer_case customs[] = {
    {"a custom tool", OURS, OPENAI, true,
     "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"me"
     "ssage\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\""
     "usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":2,\"cache_creat"
     "ion_input_tokens\":1,\"output_tokens\":1}}}\n"
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type"
     "\":\"tool_use\",\"id\":\"t\",\"name\":\"patch\",\"input\":{}}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"inp"
     "ut_json_delta\",\"partial_json\":\"{\\\"input\\\":\\\"do\"}}\n"
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"inp"
     "ut_json_delta\",\"partial_json\":\" it\\\"}\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":0}\n"
     "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type"
     "\":\"tool_use\",\"id\":\"u\",\"name\":\"patch\",\"input\":{}}}\n"
     "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"inp"
     "ut_json_delta\",\"partial_json\":\"{\\\"input\\\":1}\"}}\n"
     "{\"type\":\"content_block_stop\",\"index\":1}\n"
     "{\"type\":\"content_block_start\",\"index\":2,\"content_block\":{\"type"
     "\":\"tool_use\",\"id\":\"v\",\"name\":\"patch\",\"input\":{}}}\n"
     "{\"type\":\"content_block_stop\",\"index\":2}\n"
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\""
     "usage\":{\"output_tokens\":5}}\n"
     "{\"type\":\"message_stop\"}",
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],"
     "\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"tool_calls\":[{\"index\":0,\"id\":\"t\",\"type\":\"custom\",\"cus"
     "tom\":{\"name\":\"patch\",\"input\":\"\"}}]},\"finish_reason\":null}],"
     "\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"tool_calls\":[{\"index\":0,\"custom\":{\"input\":\"do it\"}}]},\""
     "finish_reason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"tool_calls\":[{\"index\":1,\"id\":\"u\",\"type\":\"custom\",\"cus"
     "tom\":{\"name\":\"patch\",\"input\":\"\"}}]},\"finish_reason\":null}],"
     "\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"tool_calls\":[{\"index\":1,\"custom\":{\"input\":\"{\\\"input\\\""
     ":1}\"}}]},\"finish_reason\":null}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{\"tool_calls\":[{\"index\":2,\"id\":\"v\",\"type\":\"custom\",\"cus"
     "tom\":{\"name\":\"patch\",\"input\":\"\"}}]},\"finish_reason\":null}],"
     "\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[{\"index\":0,\"delta"
     "\":{},\"finish_reason\":\"tool_calls\"}],\"usage\":null}\n\n"
     "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created"
     "\":1700000000,\"model\":\"claude-x\",\"choices\":[],\"usage\":{\"prompt"
     "_tokens\":6,\"completion_tokens\":5,\"total_tokens\":11,\"prompt_tokens"
     "_details\":{\"cached_tokens\":2,\"cache_write_tokens\":1},\"completion_"
     "tokens_details\":{\"reasoning_tokens\":0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
};

static const struct answer_case to_anthropic[] = {
    {"text, usage behind the finish", OPENAI, OURS, true,
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_"
     "reason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"content\":\"He\"},\"finish_reason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"content\":\"y\"},\"finish_reason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n"
     "{\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":4"
     ",\"prompt_tokens_details\":{\"cached_tokens\":6},\"completion_tokens_de"
     "tails\":{\"reasoning_tokens\":2}}}\n"
     "[DONE]",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
     "\"gpt\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"us"
     "age\":{\"input_tokens\":0,\"cache_creation_input_tokens\":0,\"cache_rea"
     "d_input_tokens\":0,\"output_tokens\":0}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"He\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"y\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":4,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":6"
     ",\"output_tokens\":4,\"output_tokens_details\":{\"thinking_tokens\":2}}"
     "}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"reasoning, then text", OPENAI, OURS, true,
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"reasoning_content\":\"hm\"},\"finish_reason\":nu"
     "ll}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"content\":\"y\"},\"finish_reason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n"
     "[DONE]",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
     "\"gpt\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"us"
     "age\":{\"input_tokens\":0,\"cache_creation_input_tokens\":0,\"cache_rea"
     "d_input_tokens\":0,\"output_tokens\":0}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"s"
     "ignature\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}}\n"
     "\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":1,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"y\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":1}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":0,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0"
     ",\"output_tokens\":0}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"calls one after another", OPENAI, OURS, true,
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"funct"
     "ion\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":\"}}]},\"finish_reason"
     "\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"argum"
     "ents\":\"1}\"}}]},\"finish_reason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"tool_calls\":[{\"index\":1,\"id\":\"c2\",\"funct"
     "ion\":{\"name\":\"g\",\"arguments\":\"{}\"}}]},\"finish_reason\":null}]"
     "}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n"
     "[DONE]",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
     "\"gpt\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"us"
     "age\":{\"input_tokens\":0,\"cache_creation_input_tokens\":0,\"cache_rea"
     "d_input_tokens\":0,\"output_tokens\":0}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"c1\",\"name"
     "\":\"f\",\"input\":{}}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{"
     "\\\"x\\\":\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"1}"
     "\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":1}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":2,\"content_block\":{\"type\":\"tool_use\",\"id\":\"c2\",\"name"
     "\":\"g\",\"input\":{}}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":2,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{}"
     "\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":2}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"tool_use\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":0,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0"
     ",\"output_tokens\":0}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"calls whose pieces alternate", OPENAI, OURS, true,
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"funct"
     "ion\":{\"name\":\"f\",\"arguments\":\"{\"}}]},\"finish_reason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"tool_calls\":[{\"index\":1,\"id\":\"c2\",\"funct"
     "ion\":{\"name\":\"g\",\"arguments\":\"[\"}}]},\"finish_reason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"argum"
     "ents\":\"}\"}}]},\"finish_reason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"tool_calls\":[{\"index\":1,\"function\":{\"argum"
     "ents\":\"]\"}}]},\"finish_reason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"content\":\"late\"},\"finish_reason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"reasoning_content\":\"r\"},\"finish_reason\":nul"
     "l}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"content\":\"later\"},\"finish_reason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"tool_calls\":[{\"index\":2,\"id\":\"c3\",\"funct"
     "ion\":{\"name\":\"h\",\"arguments\":\"\"}}]},\"finish_reason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n"
     "[DONE]",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
     "\"gpt\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"us"
     "age\":{\"input_tokens\":0,\"cache_creation_input_tokens\":0,\"cache_rea"
     "d_input_tokens\":0,\"output_tokens\":0}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"c1\",\"name"
     "\":\"f\",\"input\":{}}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{"
     "\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"}"
     "\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"c2\",\"name"
     "\":\"g\",\"input\":{}}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"["
     "\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"]"
     "\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":1}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":2,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":2,\"delta\":{\"type\":\"text_delta\",\"text\":\"late\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":2}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":3,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"s"
     "ignature\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":3,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"r\"}}\n"
     "\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":3}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":4,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":4,\"delta\":{\"type\":\"text_delta\",\"text\":\"later\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":4}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":5,\"content_block\":{\"type\":\"tool_use\",\"id\":\"c3\",\"name"
     "\":\"h\",\"input\":{}}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":5}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"tool_use\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":0,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0"
     ",\"output_tokens\":0}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"a call without an id", OPENAI, OURS, true,
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"name"
     "\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n"
     "[DONE]",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
     "\"gpt\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"us"
     "age\":{\"input_tokens\":0,\"cache_creation_input_tokens\":0,\"cache_rea"
     "d_input_tokens\":0,\"output_tokens\":0}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"toolu_x1_0\""
     ",\"name\":\"f\",\"input\":{}}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{}"
     "\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"tool_use\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":0,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0"
     ",\"output_tokens\":0}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"states of others", OPENAI, OURS, true,
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"reasoning_content\":\"hm\",\"reasoning_details\""
     ":[{\"type\":\"reasoning.encrypted\",\"data\":\"zz\",\"format\":\"google"
     "-gemini-v1\"}]},\"finish_reason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"reasoning_details\":[{\"type\":\"reasoning.encry"
     "pted\",\"data\":\"yy\",\"format\":\"openai-responses-v1\"}]},\"finish_r"
     "eason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"functi"
     "on\":{\"name\":\"f\",\"arguments\":\"{}\"},\"extra_content\":{\"google"
     "\":{\"thought_signature\":\"sig\"}}}]},\"finish_reason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n"
     "[DONE]",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
     "\"gpt\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"us"
     "age\":{\"input_tokens\":0,\"cache_creation_input_tokens\":0,\"cache_rea"
     "d_input_tokens\":0,\"output_tokens\":0}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"s"
     "ignature\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}}\n"
     "\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"sluice"
     ":gemini:zz\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":1,\"content_block\":{\"type\":\"redacted_thinking\",\"data\":\"s"
     "luice:openai-responses:yy\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":1}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":2,\"content_block\":{\"type\":\"redacted_thinking\",\"data\":\"c"
     "all:sluice:gemini:sig\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":2}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":3,\"content_block\":{\"type\":\"tool_use\",\"id\":\"c\",\"name\""
     ":\"f\",\"input\":{}}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":3,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{}"
     "\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":3}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"tool_use\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":0,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0"
     ",\"output_tokens\":0}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"states of ours", OPENAI, OURS, true,
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"reasoning_content\":\"hm\",\"reasoning_details\""
     ":[{\"type\":\"reasoning.text\",\"signature\":\"c2ln\",\"format\":\"anth"
     "ropic-claude-v1\"}]},\"finish_reason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"reasoning_content\":\"more\"},\"finish_reason\":"
     "null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"reasoning_details\":[{\"signature\":\"{\\\"type"
     "\\\":\\\"redacted_thinking\\\",\\\"data\\\":\\\"x\\\"}\",\"format\":\"a"
     "nthropic-claude-v1\"}]},\"finish_reason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"content\":\"y\"},\"finish_reason\":\"stop\"}]}\n"
     "[DONE]",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
     "\"gpt\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"us"
     "age\":{\"input_tokens\":0,\"cache_creation_input_tokens\":0,\"cache_rea"
     "d_input_tokens\":0,\"output_tokens\":0}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"s"
     "ignature\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}}\n"
     "\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"c2ln\""
     "}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":1,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"s"
     "ignature\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":1,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"more\"}}"
     "\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":1}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":2,\"content_block\":{\"type\":\"redacted_thinking\",\"data\":\"x"
     "\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":2}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":3,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":3,\"delta\":{\"type\":\"text_delta\",\"text\":\"y\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":3}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":0,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0"
     ",\"output_tokens\":0}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"citations", OPENAI, OURS, true,
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"content\":\"y\",\"annotations\":[{\"type\":\"url"
     "_citation\",\"url_citation\":{\"url\":\"https://x.test\",\"title\":\"X"
     "\"}}]},\"finish_reason\":\"stop\"}]}\n"
     "[DONE]",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
     "\"gpt\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"us"
     "age\":{\"input_tokens\":0,\"cache_creation_input_tokens\":0,\"cache_rea"
     "d_input_tokens\":0,\"output_tokens\":0}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"y\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"citations_delta\",\"citation\":{\"type\""
     ":\"web_search_result_location\",\"url\":\"https://x.test\",\"title\":\""
     "X\",\"encrypted_index\":\"\",\"cited_text\":\"\"}}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":0,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0"
     ",\"output_tokens\":0}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"citations of nothing, images, audio, logprobs", OPENAI, OURS, true,
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"annotations\":[{\"type\":\"url_citation\",\"url_"
     "citation\":{\"url\":\"https://x.test\",\"title\":\"X\"}}],\"images\":[{"
     "\"image_url\":{\"url\":\"https://x.test/a\"}}],\"audio\":{\"data\":\"AA"
     "AA\"}},\"finish_reason\":null}]}\n"
     "{\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":{\"content\":[{\"t"
     "oken\":\"a\"}]},\"finish_reason\":\"stop\"}]}\n"
     "[DONE]",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
     "\"gpt\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"us"
     "age\":{\"input_tokens\":0,\"cache_creation_input_tokens\":0,\"cache_rea"
     "d_input_tokens\":0,\"output_tokens\":0}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":0,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0"
     ",\"output_tokens\":0}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     "images;dropped, audio;dropped, citations;dropped, logprobs;dropped"},
    {"a refusal", OPENAI, OURS, true,
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"refusal\":\"no\"},\"finish_reason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n"
     "[DONE]",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
     "\"gpt\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"us"
     "age\":{\"input_tokens\":0,\"cache_creation_input_tokens\":0,\"cache_rea"
     "d_input_tokens\":0,\"output_tokens\":0}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"no\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"refusal\",\"stop_sequence\":null},\"usage\":{\"input_toke"
     "ns\":0,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,"
     "\"output_tokens\":0}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"filtered", OPENAI, OURS, true,
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{},\"finish_reason\":\"content_filter\"}]}\n"
     "[DONE]",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
     "\"gpt\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"us"
     "age\":{\"input_tokens\":0,\"cache_creation_input_tokens\":0,\"cache_rea"
     "d_input_tokens\":0,\"output_tokens\":0}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"refusal\",\"stop_sequence\":null},\"usage\":{\"input_toke"
     "ns\":0,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,"
     "\"output_tokens\":0}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"length", OPENAI, OURS, true,
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"content\":\"x\"},\"finish_reason\":\"length\"}]}\n"
     "[DONE]",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
     "\"gpt\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"us"
     "age\":{\"input_tokens\":0,\"cache_creation_input_tokens\":0,\"cache_rea"
     "d_input_tokens\":0,\"output_tokens\":0}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"max_tokens\",\"stop_sequence\":null},\"usage\":{\"input_t"
     "okens\":0,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\""
     ":0,\"output_tokens\":0}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"other choices are not for this client", OPENAI, OURS, true,
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{\"content\":\"x\"},\"finish_reason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":1,\"delta\":{\"content\":\"z\"},\"finish_reason\":null}]}\n"
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n"
     "[DONE]",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
     "\"gpt\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"us"
     "age\":{\"input_tokens\":0,\"cache_creation_input_tokens\":0,\"cache_rea"
     "d_input_tokens\":0,\"output_tokens\":0}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":0,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0"
     ",\"output_tokens\":0}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"nothing but an end", OPENAI, OURS, true,
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n"
     "[DONE]",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
     "\"gpt\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"us"
     "age\":{\"input_tokens\":0,\"cache_creation_input_tokens\":0,\"cache_rea"
     "d_input_tokens\":0,\"output_tokens\":0}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":0,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0"
     ",\"output_tokens\":0}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
    {"whole: text", OPENAI, OURS, false,
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"message\":{\"content\":\"hey\",\"reasoning_content\":\"hm\""
     "},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":10,\"comple"
     "tion_tokens\":4}}",
     "{\"id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model"
     "\":\"gpt\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\",\"si"
     "gnature\":\"\"},{\"type\":\"text\",\"text\":\"hey\"}],\"stop_reason\":"
     "\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":10,\"ca"
     "che_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_to"
     "kens\":4}}",
     NULL},
    {"whole: calls", OPENAI, OURS, false,
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"message\":{\"content\":null,\"tool_calls\":[{\"id\":\"c\","
     "\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":1}\"}},{\"id\":"
     "\"d\",\"function\":{\"name\":\"f\",\"arguments\":\"oops\"}},{\"function"
     "\":{\"name\":\"g\",\"arguments\":\"\"},\"extra_content\":{\"google\":{"
     "\"thought_signature\":\"s\"}}}]},\"finish_reason\":\"tool_calls\"}],\"u"
     "sage\":{\"prompt_tokens\":10,\"completion_tokens\":4}}",
     "{\"id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model"
     "\":\"gpt\",\"content\":[{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\""
     "f\",\"input\":{\"x\":1}},{\"type\":\"tool_use\",\"id\":\"d\",\"name\":"
     "\"f\",\"input\":{\"input\":\"oops\"}},{\"type\":\"redacted_thinking\","
     "\"data\":\"call:sluice:gemini:s\"},{\"type\":\"tool_use\",\"id\":\"tool"
     "u_x1_2\",\"name\":\"g\",\"input\":{}}],\"stop_reason\":\"tool_use\",\"s"
     "top_sequence\":null,\"usage\":{\"input_tokens\":10,\"cache_creation_inp"
     "ut_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":4}}",
     "content.input;approximated"},
    {"whole: states", OPENAI, OURS, false,
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"message\":{\"reasoning_details\":[{\"type\":\"reasoning.enc"
     "rypted\",\"data\":\"yy\",\"format\":\"openai-responses-v1\"}],\"content"
     "\":\"x\",\"annotations\":[{\"type\":\"url_citation\",\"url_citation\":{"
     "\"url\":\"https://x.test\",\"title\":\"X\"}},{\"type\":\"url_citation\""
     ",\"url_citation\":{\"url\":\"https://y.test\",\"title\":\"Y\"}}]},\"fin"
     "ish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":10,\"completion_to"
     "kens\":4}}",
     "{\"id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model"
     "\":\"gpt\",\"content\":[{\"type\":\"redacted_thinking\",\"data\":\"slui"
     "ce:openai-responses:yy\"},{\"type\":\"text\",\"text\":\"x\",\"citations"
     "\":[{\"type\":\"web_search_result_location\",\"url\":\"https://x.test\""
     ",\"title\":\"X\",\"encrypted_index\":\"\",\"cited_text\":\"\"},{\"type"
     "\":\"web_search_result_location\",\"url\":\"https://y.test\",\"title\":"
     "\"Y\",\"encrypted_index\":\"\",\"cited_text\":\"\"}]}],\"stop_reason\":"
     "\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":10,\"ca"
     "che_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_to"
     "kens\":4}}",
     NULL},
    {"whole: a block behind open thinking", OPENAI, OURS, false,
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"message\":{\"reasoning_content\":\"hm\",\"reasoning_details"
     "\":[{\"signature\":\"{\\\"type\\\":\\\"x\\\"}\",\"format\":\"anthropic-"
     "claude-v1\"}],\"content\":\"x\"},\"finish_reason\":\"stop\"}],\"usage\""
     ":{\"prompt_tokens\":10,\"completion_tokens\":4}}",
     "{\"id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model"
     "\":\"gpt\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\",\"si"
     "gnature\":\"\"},{\"type\":\"x\"},{\"type\":\"text\",\"text\":\"x\"}],\""
     "stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_to"
     "kens\":10,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\""
     ":0,\"output_tokens\":4}}",
     NULL},
    {"whole: what has no place", OPENAI, OURS, false,
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"message\":{\"content\":\"x\",\"images\":[{\"image_url\":{\""
     "url\":\"https://x.test/a\"}}],\"audio\":{\"data\":\"AAAA\",\"transcript"
     "\":\"t\"}},\"finish_reason\":\"stop\",\"logprobs\":{\"content\":[{\"tok"
     "en\":\"a\"}]}}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":4"
     "}}",
     "{\"id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model"
     "\":\"gpt\",\"content\":[{\"type\":\"text\",\"text\":\"x\"},{\"type\":\""
     "text\",\"text\":\"t\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":"
     "null,\"usage\":{\"input_tokens\":10,\"cache_creation_input_tokens\":0,"
     "\"cache_read_input_tokens\":0,\"output_tokens\":4}}",
     "images;dropped, audio;dropped, logprobs;dropped"},
    {"whole: a refusal", OPENAI, OURS, false,
     "{\"id\":\"chatcmpl-1\",\"model\":\"gpt\",\"created\":5,\"choices\":[{\""
     "index\":0,\"message\":{\"content\":null,\"refusal\":\"no\"},\"finish_re"
     "ason\":\"stop\"}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\""
     ":4}}",
     "{\"id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model"
     "\":\"gpt\",\"content\":[{\"type\":\"text\",\"text\":\"no\"}],\"stop_rea"
     "son\":\"refusal\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":10"
     ",\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"outp"
     "ut_tokens\":4}}",
     NULL},
    {"whole: no choice", OPENAI, OURS, false, "{\"choices\":[]}",
     "{\"id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
     "\"m\",\"content\":[],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
     "\"usage\":{\"input_tokens\":0,\"cache_creation_input_tokens\":0,\"cache_"
     "read_input_tokens\":0,\"output_tokens\":0}}",
     NULL},
    {"arguments for a call that has ended, an empty refusal", OPENAI, OURS,
     true,
     "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id"
     "\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish"
     "_reason\":\"tool_calls\"}]}\n"
     "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"fu"
     "nction\":{\"arguments\":\"x\"}}]}}]}\n"
     "[DONE]",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\""
     "id\":\"msg_x1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
     "\"m\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usag"
     "e\":{\"input_tokens\":0,\"cache_creation_input_tokens\":0,\"cache_read_"
     "input_tokens\":0,\"output_tokens\":0}}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"i"
     "ndex\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"c\",\"name\""
     ":\"f\",\"input\":{}}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"i"
     "ndex\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{}"
     "\"}}\n\n"
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"ind"
     "ex\":0}\n\n"
     "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"st"
     "op_reason\":\"tool_use\",\"stop_sequence\":null},\"usage\":{\"input_tok"
     "ens\":0,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0"
     ",\"output_tokens\":0}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     NULL},
};

static void from_a_provider(void **state)
{
    (void)state;
    check_answers(from_anthropic, SL_LEN(from_anthropic));
}

static void to_a_client(void **state)
{
    (void)state;
    check_answers(to_anthropic, SL_LEN(to_anthropic));
}

static void structured_answers(void **state)
{
    struct chat_request q = {.wants_usage = true,
                             .format = CHAT_FORMAT_SCHEMA,
                             .schema_raw = STR("{}")};

    (void)state;
    check_answers_for(&q, structured, SL_LEN(structured));
}

static void custom_tools(void **state)
{
    struct chat_tool tool = {.name = STR("patch"), .is_custom = true};
    struct chat_request q = {.wants_usage = true, .tools = &tool, .n_tools = 1};

    (void)state;
    check_answers_for(&q, customs, SL_LEN(customs));
}

/* ---- what is no table of conversations ---- */

static void models(void **state)
{
    static const struct {
        const char *name, *prefix;
    } rows[] = {
        {"claude-sonnet-4-5-20250929", "claude-sonnet-4-5"},
        {"claude-sonnet-4-5@20250929", "claude-sonnet-4-5"},
        {"anthropic/claude-sonnet-4.5", "claude-sonnet-4-5"},
        {"us.anthropic.claude-opus-4-1-20250805-v1:0", "claude-opus-4-1"},
        {"claude-sonnet-4-20250514", "claude-sonnet-4"},
        {"claude-sonnet-4-0", "claude-sonnet-4-0"},
        {"claude-sonnet-4-9", "claude-"},
        {"claude-opus-4-10", "claude-"},
        {"claude-opus-5-20260901", "claude-opus-5"},
        {"claude-opus-5-5", "claude-opus-5-5"},
        {"claude-opus-5-6", "claude-opus-5"},
        {"claude-fable-5-1", "claude-fable-5-1"},
        {"claude-fable-5", "claude-fable-5"},
        {"claude-mythos-5", "claude-"},
        {"claude-3-7-sonnet-latest", "claude-3-7"},
        {"claude-3-opus-20240229", "claude-3"},
        {"anthropic.claude-v2:1", "claude-v"},
        {"claude", ""},
        {"deepseek-chat", ""},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++)
        check_str_case(rows[i].name,
                       anthropic_model_find(str_of(rows[i].name))->prefix,
                       str_of(rows[i].prefix));
    assert_false(anthropic_model_find(STR("claude-new-7"))->has_sampling);
    assert_false(
        anthropic_model_find(STR("claude-opus-5-5"))->has_forced_tools);
    assert_true(anthropic_model_find(STR("claude-haiku-5-5"))->thinking ==
                ANTHROPIC_THINKS_ADAPTIVE);
}

/* Read by its type or else by its status; written back. */
static void errors(void **state)
{
    static const struct {
        int status;
        const char *body;
        int want;
        const char *type, *code, *message;
    } rows[] = {
        {529,
         "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
         "\"message\":"
         "\"Overloaded\"}}",
         503, "server_error", "overloaded", "Overloaded"},
        {400,
         "{\"error\":{\"type\":\"invalid_request_error\",\"message\":"
         "\"prompt is too long: 9 tokens > 8 maximum\"}}",
         400, "invalid_request_error", "context_length_exceeded",
         "prompt is too long: 9 tokens > 8 maximum"},
        {401,
         "{\"error\":{\"type\":\"authentication_error\",\"message\":\"k\"}}",
         401, "authentication_error", "invalid_api_key", "k"},
        {402, "{\"error\":{\"type\":\"billing_error\",\"message\":\"k\"}}", 402,
         "insufficient_quota", "insufficient_quota", "k"},
        {403, "{\"error\":{\"type\":\"permission_error\"}}", 403,
         "permission_error", "", ""},
        {404,
         "{\"error\":{\"type\":\"not_found_error\",\"message\":\"model: x\"}}",
         404, "invalid_request_error", "model_not_found", "model: x"},
        {429,
         "{\"error\":{\"code\":429,\"message\":\"Quota\",\"status\":\"X\"}}",
         429, "rate_limit_error", "rate_limit_exceeded", "Quota"},
        {500, "{\"error\":{\"type\":\"api_error\",\"message\":1}}", 500,
         "server_error", "", ""},
        {504, "", 504, "timeout_error", "", ""},
        {413, "<html>", 413, "invalid_request_error", "request_too_large", ""},
        {422, "{\"error\":\"text\"}", 422, "", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct chat_error e = {.status = rows[i].status};
        struct test_mem m;
        struct arena a;

        test_mem_init(&m);
        arena_init(&a, &m.mem, 64, 1 << 16);
        dialect_anthropic.read_error(str_of(rows[i].body), &a, &e);
        assert_int_equal(e.status, rows[i].want);
        check_str_case(rows[i].body, e.type, str_of(rows[i].type));
        check_str_case(rows[i].body, e.code, str_of(rows[i].code));
        check_str_case(rows[i].body, e.message, str_of(rows[i].message));
        arena_release(&a);
    }
}

static void errors_for_clients(void **state)
{
    static const struct {
        int status;
        const char *param, *message, *want;
    } rows[] = {
        {400, "messages[0].role", "must be user",
         "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
         "\"message\":\"messages[0].role: must be user\"}}"},
        {400, "n", "no n here",
         "{\"type\":\"error\",\"error\":{\"type\":"
         "\"invalid_request_error\","
         "\"message\":\"no n here\"}}"},
        {401, "", "",
         "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\","
         "\"message\":\"the request failed\"}}"},
        {404, "", "x",
         "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\","
         "\"message\":\"x\"}}"},
        {408, "", "x",
         "{\"type\":\"error\",\"error\":{\"type\":"
         "\"invalid_request_error\",\"message\":\"x\"}}"},
        {413, "", "x",
         "{\"type\":\"error\",\"error\":{\"type\":\"request_too_large\","
         "\"message\":\"x\"}}"},
        {429, "", "x",
         "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\","
         "\"message\":\"x\"}}"},
        {502, "", "x",
         "{\"type\":\"error\",\"error\":{\"type\":\"api_error\","
         "\"message\":\"x\"}}"},
        {503, "", "x",
         "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
         "\"message\":\"x\"}}"},
        {529, "", "x",
         "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
         "\"message\":\"x\"}}"},
        {504, "", "x",
         "{\"type\":\"error\",\"error\":{\"type\":\"timeout_error\","
         "\"message\":\"x\"}}"},
        {0, "", "x",
         "{\"type\":\"error\",\"error\":{\"type\":\"api_error\","
         "\"message\":\"x\"}}"},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct chat_error e = {.status = rows[i].status,
                               .param = str_of(rows[i].param),
                               .message = str_of(rows[i].message)};
        struct test_mem m;
        struct buf out;

        test_mem_init(&m);
        buf_init(&out, &m.mem, 1 << 16);
        dialect_anthropic.write_error(&out, &e);
        check_str_case(rows[i].message, buf_str(&out), str_of(rows[i].want));
        buf_release(&out);
    }
}

/* An error event in any state is the last thing said. */
static void an_error_ends_a_stream(void **state)
{
    struct chat_encoder e = {
        .dialect = &dialect_anthropic, .id = STR("0a"), .model = STR("m")};
    struct chat_event text = {.kind = CHAT_EVENT_TEXT, .text = STR("x")};
    struct chat_event error = {.kind = CHAT_EVENT_ERROR,
                               .error = {.status = 502, .message = STR("cut")}};
    struct chat_event end = {.kind = CHAT_EVENT_END};
    struct test_mem m;
    struct arena a;
    struct buf out;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 64, 1 << 16);
    buf_init(&out, &m.mem, 1 << 16);
    e.arena = e.turn = &a;
    e.out = &out;
    dialect_anthropic.encode(&e, &error);
    dialect_anthropic.encode(&e, &text);
    dialect_anthropic.encode(&e, &end);
    assert_false(e.failed);
    check_str(buf_str(&out),
              STR("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":"
                  "\"api_error\",\"message\":\"cut\"}}\n\n"));
    arena_release(&a);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_a_provider),
        cmocka_unit_test(to_a_client),
        cmocka_unit_test(structured_answers),
        cmocka_unit_test(custom_tools),
        cmocka_unit_test(models),
        cmocka_unit_test(errors),
        cmocka_unit_test(errors_for_clients),
        cmocka_unit_test(an_error_ends_a_stream),
    };

    return test_run("dialect_anthropic_answers", tests, SL_LEN(tests));
}
