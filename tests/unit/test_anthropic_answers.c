/* SPDX-License-Identifier: MIT */
/* Answers of Anthropic's Messages API, and to its clients. */
#include "core/dialects/anthropic.h"

#include "dialect_rows.h"

#define OPENAI &dialect_openai_chat
#define OURS &dialect_anthropic

static const struct answer_row from_anthropic[] = {
    {"text",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'ping'}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'text'"
      ",'text':''}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','"
      "text':'Hel'}}",
      "{'type':'content_block_stop','index':0}", "{'type':'new_event'}",
      "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'o"
      "utput_tokens':5}}",
      "{'type':'message_stop'}"},
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'role':'assistant'"
     ",'content':''},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'content':'Hel'},'"
     "finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{},'finish_reason':"
     "'stop'}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[],'usage':{'prompt_tokens':6,'completi"
     "on_tokens':5,'total_tokens':11,'prompt_tokens_details':{'cached_tokens'"
     ":2,'cache_write_tokens':1},'completion_tokens_details':{'reasoning_toke"
     "ns':0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"text, to itself",
     OURS,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'ping'}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'text'"
      ",'text':''}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','"
      "text':'Hel'}}",
      "{'type':'content_block_stop','index':0}", "{'type':'new_event'}",
      "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'o"
      "utput_tokens':5}}",
      "{'type':'message_stop'}"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_1','type':'message','role':'assistant','model':'claude-x','content':["
     "],'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':3,'ca"
     "che_creation_input_tokens':1,'cache_read_input_tokens':2,'output_tokens"
     "':1}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'text','text':''}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'text_delta','text':'Hel'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'end_turn','stop_sequence':null},'usage':{'input_tokens':3,'cache_c"
     "reation_input_tokens':1,'cache_read_input_tokens':2,'output_tokens':5}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"thinking, signed, redacted",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'think"
      "ing','thinking':'','signature':''}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'thinking_delt"
      "a','thinking':'hm'}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'signature_del"
      "ta','signature':'c2ln'}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'content_block_start','index':1,'content_block':{'type':'redac"
      "ted_thinking','data':'eA'}}",
      "{'type':'content_block_stop','index':1}",
      "{'type':'content_block_start','index':2,'content_block':{'type':'text'"
      ",'text':''}}",
      "{'type':'content_block_delta','index':2,'delta':{'type':'text_delta','"
      "text':'x'}}",
      "{'type':'content_block_stop','index':2}",
      "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'o"
      "utput_tokens':5}}",
      "{'type':'message_stop'}"},
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'role':'assistant'"
     ",'content':''},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'reasoning_content"
     "':'hm'},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'reasoning_details"
     "':[{'type':'reasoning.text','text':'','signature':'c2ln','format':'anth"
     "ropic-claude-v1'}]},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'reasoning_details"
     "':[{'type':'reasoning.text','text':'','signature':'{\\'type\\':\\'redac"
     "ted_thinking\\',\\'data\\':\\'eA\\'}','format':'anthropic-claude-v1'}]}"
     ",'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'content':'x'},'fi"
     "nish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{},'finish_reason':"
     "'stop'}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[],'usage':{'prompt_tokens':6,'completi"
     "on_tokens':5,'total_tokens':11,'prompt_tokens_details':{'cached_tokens'"
     ":2,'cache_write_tokens':1},'completion_tokens_details':{'reasoning_toke"
     "ns':0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"thinking, signed, redacted, to itself",
     OURS,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'think"
      "ing','thinking':'','signature':''}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'thinking_delt"
      "a','thinking':'hm'}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'signature_del"
      "ta','signature':'c2ln'}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'content_block_start','index':1,'content_block':{'type':'redac"
      "ted_thinking','data':'eA'}}",
      "{'type':'content_block_stop','index':1}",
      "{'type':'content_block_start','index':2,'content_block':{'type':'text'"
      ",'text':''}}",
      "{'type':'content_block_delta','index':2,'delta':{'type':'text_delta','"
      "text':'x'}}",
      "{'type':'content_block_stop','index':2}",
      "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'o"
      "utput_tokens':5}}",
      "{'type':'message_stop'}"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_1','type':'message','role':'assistant','model':'claude-x','content':["
     "],'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':3,'ca"
     "che_creation_input_tokens':1,'cache_read_input_tokens':2,'output_tokens"
     "':1}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'thinking','thinking':'','signature':''}}\n"
     "\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'thinking_delta','thinking':'hm'}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'signature_delta','signature':'c2ln'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":1,'content_block':{'type':'redacted_thinking','data':'eA'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':1"
     "}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":2,'content_block':{'type':'text','text':''}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":2,'delta':{'type':'text_delta','text':'x'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':2"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'end_turn','stop_sequence':null},'usage':{'input_tokens':3,'cache_c"
     "reation_input_tokens':1,'cache_read_input_tokens':2,'output_tokens':5}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"thinking that is omitted",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'think"
      "ing','thinking':'','signature':'c2ln'}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'content_block_start','index':1,'content_block':{'type':'text'"
      ",'text':''}}",
      "{'type':'content_block_delta','index':1,'delta':{'type':'text_delta','"
      "text':'x'}}",
      "{'type':'content_block_stop','index':1}",
      "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'o"
      "utput_tokens':5}}",
      "{'type':'message_stop'}"},
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'role':'assistant'"
     ",'content':''},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'reasoning_details"
     "':[{'type':'reasoning.text','text':'','signature':'c2ln','format':'anth"
     "ropic-claude-v1'}]},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'content':'x'},'fi"
     "nish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{},'finish_reason':"
     "'stop'}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[],'usage':{'prompt_tokens':6,'completi"
     "on_tokens':5,'total_tokens':11,'prompt_tokens_details':{'cached_tokens'"
     ":2,'cache_write_tokens':1},'completion_tokens_details':{'reasoning_toke"
     "ns':0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"thinking that is omitted, to itself",
     OURS,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'think"
      "ing','thinking':'','signature':'c2ln'}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'content_block_start','index':1,'content_block':{'type':'text'"
      ",'text':''}}",
      "{'type':'content_block_delta','index':1,'delta':{'type':'text_delta','"
      "text':'x'}}",
      "{'type':'content_block_stop','index':1}",
      "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'o"
      "utput_tokens':5}}",
      "{'type':'message_stop'}"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_1','type':'message','role':'assistant','model':'claude-x','content':["
     "],'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':3,'ca"
     "che_creation_input_tokens':1,'cache_read_input_tokens':2,'output_tokens"
     "':1}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'thinking','thinking':'','signature':''}}\n"
     "\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'signature_delta','signature':'c2ln'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":1,'content_block':{'type':'text','text':''}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":1,'delta':{'type':'text_delta','text':'x'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':1"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'end_turn','stop_sequence':null},'usage':{'input_tokens':3,'cache_c"
     "reation_input_tokens':1,'cache_read_input_tokens':2,'output_tokens':5}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"two tool calls",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'text'"
      ",'text':''}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','"
      "text':'let me'}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'content_block_start','index':1,'content_block':{'type':'tool_"
      "use','id':'toolu_1','name':'f','input':{}}}",
      "{'type':'content_block_delta','index':1,'delta':{'type':'input_json_de"
      "lta','partial_json':''}}",
      "{'type':'content_block_delta','index':1,'delta':{'type':'input_json_de"
      "lta','partial_json':'{\\'x\\':'}}",
      "{'type':'content_block_delta','index':1,'delta':{'type':'input_json_de"
      "lta','partial_json':'1}'}}",
      "{'type':'content_block_stop','index':1}",
      "{'type':'content_block_start','index':2,'content_block':{'type':'tool_"
      "use','id':'toolu_2','name':'g','input':{}}}",
      "{'type':'content_block_stop','index':2}",
      "{'type':'message_delta','delta':{'stop_reason':'tool_use'},'usage':{'o"
      "utput_tokens':5}}",
      "{'type':'message_stop'}"},
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'role':'assistant'"
     ",'content':''},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'content':'let me'"
     "},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'tool_calls':[{'in"
     "dex':0,'id':'toolu_1','type':'function','function':{'name':'f','argumen"
     "ts':''}}]},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'tool_calls':[{'in"
     "dex':0,'function':{'arguments':'{\\'x\\':'}}]},'finish_reason':null}],'"
     "usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'tool_calls':[{'in"
     "dex':0,'function':{'arguments':'1}'}}]},'finish_reason':null}],'usage':"
     "null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'tool_calls':[{'in"
     "dex':1,'id':'toolu_2','type':'function','function':{'name':'g','argumen"
     "ts':''}}]},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'tool_calls':[{'in"
     "dex':1,'function':{'arguments':'{}'}}]},'finish_reason':null}],'usage':"
     "null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{},'finish_reason':"
     "'tool_calls'}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[],'usage':{'prompt_tokens':6,'completi"
     "on_tokens':5,'total_tokens':11,'prompt_tokens_details':{'cached_tokens'"
     ":2,'cache_write_tokens':1},'completion_tokens_details':{'reasoning_toke"
     "ns':0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"two tool calls, to itself",
     OURS,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'text'"
      ",'text':''}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','"
      "text':'let me'}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'content_block_start','index':1,'content_block':{'type':'tool_"
      "use','id':'toolu_1','name':'f','input':{}}}",
      "{'type':'content_block_delta','index':1,'delta':{'type':'input_json_de"
      "lta','partial_json':''}}",
      "{'type':'content_block_delta','index':1,'delta':{'type':'input_json_de"
      "lta','partial_json':'{\\'x\\':'}}",
      "{'type':'content_block_delta','index':1,'delta':{'type':'input_json_de"
      "lta','partial_json':'1}'}}",
      "{'type':'content_block_stop','index':1}",
      "{'type':'content_block_start','index':2,'content_block':{'type':'tool_"
      "use','id':'toolu_2','name':'g','input':{}}}",
      "{'type':'content_block_stop','index':2}",
      "{'type':'message_delta','delta':{'stop_reason':'tool_use'},'usage':{'o"
      "utput_tokens':5}}",
      "{'type':'message_stop'}"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_1','type':'message','role':'assistant','model':'claude-x','content':["
     "],'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':3,'ca"
     "che_creation_input_tokens':1,'cache_read_input_tokens':2,'output_tokens"
     "':1}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'text','text':''}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'text_delta','text':'let me'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":1,'content_block':{'type':'tool_use','id':'toolu_1','name':'f','input'"
     ":{}}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":1,'delta':{'type':'input_json_delta','partial_json':'{\\'x\\':'}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":1,'delta':{'type':'input_json_delta','partial_json':'1}'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':1"
     "}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":2,'content_block':{'type':'tool_use','id':'toolu_2','name':'g','input'"
     ":{}}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":2,'delta':{'type':'input_json_delta','partial_json':'{}'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':2"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'tool_use','stop_sequence':null},'usage':{'input_tokens':3,'cache_c"
     "reation_input_tokens':1,'cache_read_input_tokens':2,'output_tokens':5}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"a server tool and its citations",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'serve"
      "r_tool_use','id':'s','name':'web_search','input':{}}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'input_json_de"
      "lta','partial_json':'{\\'q\\':1}'}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'content_block_start','index':1,'content_block':{'type':'web_s"
      "earch_tool_result','tool_use_id':'s','content':[]}}",
      "{'type':'content_block_stop','index':1}",
      "{'type':'content_block_start','index':2,'content_block':{'type':'text'"
      ",'text':'','citations':[]}}",
      "{'type':'content_block_delta','index':2,'delta':{'type':'text_delta','"
      "text':'so'}}",
      "{'type':'content_block_delta','index':2,'delta':{'type':'citations_del"
      "ta','citation':{'type':'web_search_result_location','url':'https://x.t"
      "est','title':'X'}}}",
      "{'type':'content_block_delta','index':2,'delta':{'type':'citations_del"
      "ta','citation':{'type':'char_location','document_title':'d'}}}",
      "{'type':'content_block_stop','index':2}",
      "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'o"
      "utput_tokens':5}}",
      "{'type':'message_stop'}"},
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'role':'assistant'"
     ",'content':''},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'reasoning_details"
     "':[{'type':'reasoning.text','text':'','signature':'{\\'type\\':\\'serve"
     "r_tool_use\\',\\'id\\':\\'s\\',\\'name\\':\\'web_search\\',\\'input\\':"
     "{\\'q\\':1}}','format':'anthropic-claude-v1'}]},'finish_reason':null}],"
     "'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'reasoning_details"
     "':[{'type':'reasoning.text','text':'','signature':'{\\'type\\':\\'web_s"
     "earch_tool_result\\',\\'tool_use_id\\':\\'s\\',\\'content\\':[]}','form"
     "at':'anthropic-claude-v1'}]},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'content':'so'},'f"
     "inish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'annotations':[{'t"
     "ype':'url_citation','url_citation':{'url':'https://x.test','title':'X',"
     "'start_index':0,'end_index':0}}]},'finish_reason':null}],'usage':null}"
     "\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{},'finish_reason':"
     "'stop'}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[],'usage':{'prompt_tokens':6,'completi"
     "on_tokens':5,'total_tokens':11,'prompt_tokens_details':{'cached_tokens'"
     ":2,'cache_write_tokens':1},'completion_tokens_details':{'reasoning_toke"
     "ns':0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"a server tool and its citations, to itself",
     OURS,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'serve"
      "r_tool_use','id':'s','name':'web_search','input':{}}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'input_json_de"
      "lta','partial_json':'{\\'q\\':1}'}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'content_block_start','index':1,'content_block':{'type':'web_s"
      "earch_tool_result','tool_use_id':'s','content':[]}}",
      "{'type':'content_block_stop','index':1}",
      "{'type':'content_block_start','index':2,'content_block':{'type':'text'"
      ",'text':'','citations':[]}}",
      "{'type':'content_block_delta','index':2,'delta':{'type':'text_delta','"
      "text':'so'}}",
      "{'type':'content_block_delta','index':2,'delta':{'type':'citations_del"
      "ta','citation':{'type':'web_search_result_location','url':'https://x.t"
      "est','title':'X'}}}",
      "{'type':'content_block_delta','index':2,'delta':{'type':'citations_del"
      "ta','citation':{'type':'char_location','document_title':'d'}}}",
      "{'type':'content_block_stop','index':2}",
      "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'o"
      "utput_tokens':5}}",
      "{'type':'message_stop'}"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_1','type':'message','role':'assistant','model':'claude-x','content':["
     "],'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':3,'ca"
     "che_creation_input_tokens':1,'cache_read_input_tokens':2,'output_tokens"
     "':1}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'server_tool_use','id':'s','name':'web_searc"
     "h','input':{}}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'input_json_delta','partial_json':'{\\'q\\':1}'}}\n"
     "\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":1,'content_block':{'type':'web_search_tool_result','tool_use_id':'s','"
     "content':[]}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':1"
     "}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":2,'content_block':{'type':'text','text':''}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":2,'delta':{'type':'text_delta','text':'so'}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":2,'delta':{'type':'citations_delta','citation':{'type':'web_search_res"
     "ult_location','url':'https://x.test','title':'X','encrypted_index':'','"
     "cited_text':''}}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':2"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'end_turn','stop_sequence':null},'usage':{'input_tokens':3,'cache_c"
     "reation_input_tokens':1,'cache_read_input_tokens':2,'output_tokens':5}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"length",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'text'"
      ",'text':''}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','"
      "text':'x'}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'message_delta','delta':{'stop_reason':'max_tokens'},'usage':{"
      "'output_tokens':5}}",
      "{'type':'message_stop'}"},
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'role':'assistant'"
     ",'content':''},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'content':'x'},'fi"
     "nish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{},'finish_reason':"
     "'length'}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[],'usage':{'prompt_tokens':6,'completi"
     "on_tokens':5,'total_tokens':11,'prompt_tokens_details':{'cached_tokens'"
     ":2,'cache_write_tokens':1},'completion_tokens_details':{'reasoning_toke"
     "ns':0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"length, to itself",
     OURS,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'text'"
      ",'text':''}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','"
      "text':'x'}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'message_delta','delta':{'stop_reason':'max_tokens'},'usage':{"
      "'output_tokens':5}}",
      "{'type':'message_stop'}"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_1','type':'message','role':'assistant','model':'claude-x','content':["
     "],'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':3,'ca"
     "che_creation_input_tokens':1,'cache_read_input_tokens':2,'output_tokens"
     "':1}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'text','text':''}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'text_delta','text':'x'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'max_tokens','stop_sequence':null},'usage':{'input_tokens':3,'cache"
     "_creation_input_tokens':1,'cache_read_input_tokens':2,'output_tokens':5"
     "}}\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"a stop sequence",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'text'"
      ",'text':''}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','"
      "text':'x'}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'message_delta','delta':{'stop_reason':'stop_sequence','stop_s"
      "equence':'END'},'usage':{'output_tokens':5}}",
      "{'type':'message_stop'}"},
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'role':'assistant'"
     ",'content':''},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'content':'x'},'fi"
     "nish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{},'finish_reason':"
     "'stop'}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[],'usage':{'prompt_tokens':6,'completi"
     "on_tokens':5,'total_tokens':11,'prompt_tokens_details':{'cached_tokens'"
     ":2,'cache_write_tokens':1},'completion_tokens_details':{'reasoning_toke"
     "ns':0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"a stop sequence, to itself",
     OURS,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'text'"
      ",'text':''}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','"
      "text':'x'}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'message_delta','delta':{'stop_reason':'stop_sequence','stop_s"
      "equence':'END'},'usage':{'output_tokens':5}}",
      "{'type':'message_stop'}"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_1','type':'message','role':'assistant','model':'claude-x','content':["
     "],'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':3,'ca"
     "che_creation_input_tokens':1,'cache_read_input_tokens':2,'output_tokens"
     "':1}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'text','text':''}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'text_delta','text':'x'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'stop_sequence','stop_sequence':'END'},'usage':{'input_tokens':3,'c"
     "ache_creation_input_tokens':1,'cache_read_input_tokens':2,'output_token"
     "s':5}}\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"a refusal, explained",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'message_delta','delta':{'stop_reason':'refusal','stop_details"
      "':{'type':'refusal','category':null,'explanation':'not that'}},'usage'"
      ":{'output_tokens':5}}",
      "{'type':'message_stop'}"},
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'role':'assistant'"
     ",'content':''},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'refusal':'not tha"
     "t'},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{},'finish_reason':"
     "'content_filter'}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[],'usage':{'prompt_tokens':6,'completi"
     "on_tokens':5,'total_tokens':11,'prompt_tokens_details':{'cached_tokens'"
     ":2,'cache_write_tokens':1},'completion_tokens_details':{'reasoning_toke"
     "ns':0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"a refusal, explained, to itself",
     OURS,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'message_delta','delta':{'stop_reason':'refusal','stop_details"
      "':{'type':'refusal','category':null,'explanation':'not that'}},'usage'"
      ":{'output_tokens':5}}",
      "{'type':'message_stop'}"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_1','type':'message','role':'assistant','model':'claude-x','content':["
     "],'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':3,'ca"
     "che_creation_input_tokens':1,'cache_read_input_tokens':2,'output_tokens"
     "':5}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'text','text':''}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'text_delta','text':'not that'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'refusal','stop_sequence':null},'usage':{'input_tokens':3,'cache_cr"
     "eation_input_tokens':1,'cache_read_input_tokens':2,'output_tokens':5}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"paused, for a new reason",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'text'"
      ",'text':''}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','"
      "text':'x'}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'message_delta','delta':{'stop_reason':'pause_turn'},'usage':{"
      "'output_tokens':5}}",
      "{'type':'message_stop'}"},
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'role':'assistant'"
     ",'content':''},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'content':'x'},'fi"
     "nish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{},'finish_reason':"
     "'stop'}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[],'usage':{'prompt_tokens':6,'completi"
     "on_tokens':5,'total_tokens':11,'prompt_tokens_details':{'cached_tokens'"
     ":2,'cache_write_tokens':1},'completion_tokens_details':{'reasoning_toke"
     "ns':0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"paused, for a new reason, to itself",
     OURS,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'text'"
      ",'text':''}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','"
      "text':'x'}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'message_delta','delta':{'stop_reason':'pause_turn'},'usage':{"
      "'output_tokens':5}}",
      "{'type':'message_stop'}"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_1','type':'message','role':'assistant','model':'claude-x','content':["
     "],'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':3,'ca"
     "che_creation_input_tokens':1,'cache_read_input_tokens':2,'output_tokens"
     "':1}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'text','text':''}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'text_delta','text':'x'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'end_turn','stop_sequence':null},'usage':{'input_tokens':3,'cache_c"
     "reation_input_tokens':1,'cache_read_input_tokens':2,'output_tokens':5}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"usage in two parts",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'output_tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'text'"
      ",'text':''}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','"
      "text':'x'}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'message_delta','delta':{'stop_reason':null},'usage':{'output_"
      "tokens':5}}",
      "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'o"
      "utput_tokens':9,'input_tokens':4,'output_tokens_details':{'thinking_to"
      "kens':6}}}",
      "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'o"
      "utput_tokens':5}}",
      "{'type':'message_stop'}"},
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'role':'assistant'"
     ",'content':''},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'content':'x'},'fi"
     "nish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{},'finish_reason':"
     "'stop'}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[],'usage':{'prompt_tokens':4,'completi"
     "on_tokens':5,'total_tokens':9,'prompt_tokens_details':{'cached_tokens':"
     "0},'completion_tokens_details':{'reasoning_tokens':6}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"usage in two parts, to itself",
     OURS,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'output_tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'text'"
      ",'text':''}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','"
      "text':'x'}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'message_delta','delta':{'stop_reason':null},'usage':{'output_"
      "tokens':5}}",
      "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'o"
      "utput_tokens':9,'input_tokens':4,'output_tokens_details':{'thinking_to"
      "kens':6}}}",
      "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'o"
      "utput_tokens':5}}",
      "{'type':'message_stop'}"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_1','type':'message','role':'assistant','model':'claude-x','content':["
     "],'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':3,'ca"
     "che_creation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens"
     "':1}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'text','text':''}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'text_delta','text':'x'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'end_turn','stop_sequence':null},'usage':{'input_tokens':4,'cache_c"
     "reation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':5,'"
     "output_tokens_details':{'thinking_tokens':6}}}\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"no start, no stop of a block",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}]}",
     false,
     {"{'type':'content_block_start','index':0,'content_block':{'type':'text'"
      ",'text':'a'}}",
      "{'type':'content_block_start','index':1,'content_block':{'type':'tool_"
      "use','id':'t','name':'f','input':{'x':1}}}",
      "{'type':'message_delta','delta':{'stop_reason':'tool_use'},'usage':{'o"
      "utput_tokens':5}}",
      "{'type':'message_stop'}", "[DONE]"},
     "data: {'id':'chatcmpl-0a1b','object':'chat.completion.chunk','created':"
     "1700000000,'model':'asked','choices':[{'index':0,'delta':{'role':'assis"
     "tant','content':''},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'chatcmpl-0a1b','object':'chat.completion.chunk','created':"
     "1700000000,'model':'asked','choices':[{'index':0,'delta':{'content':'a'"
     "},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'chatcmpl-0a1b','object':'chat.completion.chunk','created':"
     "1700000000,'model':'asked','choices':[{'index':0,'delta':{'tool_calls':"
     "[{'index':0,'id':'t','type':'function','function':{'name':'f','argument"
     "s':''}}]},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'chatcmpl-0a1b','object':'chat.completion.chunk','created':"
     "1700000000,'model':'asked','choices':[{'index':0,'delta':{'tool_calls':"
     "[{'index':0,'function':{'arguments':'{\\'x\\':1}'}}]},'finish_reason':n"
     "ull}],'usage':null}\n\n"
     "data: {'id':'chatcmpl-0a1b','object':'chat.completion.chunk','created':"
     "1700000000,'model':'asked','choices':[{'index':0,'delta':{},'finish_rea"
     "son':'tool_calls'}],'usage':null}\n\n"
     "data: {'id':'chatcmpl-0a1b','object':'chat.completion.chunk','created':"
     "1700000000,'model':'asked','choices':[],'usage':{'prompt_tokens':0,'com"
     "pletion_tokens':5,'total_tokens':5,'prompt_tokens_details':{'cached_tok"
     "ens':0},'completion_tokens_details':{'reasoning_tokens':0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"finish without a start",
     OURS,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'o"
      "utput_tokens':5}}",
      "{'type':'message_stop'}"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_0a1b','type':'message','role':'assistant','model':'asked','content':["
     "],'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':0,'ca"
     "che_creation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens"
     "':5}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'end_turn','stop_sequence':null},'usage':{'input_tokens':0,'cache_c"
     "reation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':5}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"a stream that is cut",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'tool_"
      "use','id':'t','name':'f','input':{}}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'input_json_de"
      "lta','partial_json':'{'}}"},
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'role':'assistant'"
     ",'content':''},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'tool_calls':[{'in"
     "dex':0,'id':'t','type':'function','function':{'name':'f','arguments':''"
     "}}]},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'tool_calls':[{'in"
     "dex':0,'function':{'arguments':'{'}}]},'finish_reason':null}],'usage':n"
     "ull}\n\n",
     NULL},
    {"an error in the stream",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'text'"
      ",'text':''}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','"
      "text':'x'}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'error','error':{'type':'overloaded_error','message':'Overload"
      "ed'}}"},
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'role':'assistant'"
     ",'content':''},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'content':'x'},'fi"
     "nish_reason':null}],'usage':null}\n\n"
     "ERROR 503 server_error overloaded: Overloaded",
     NULL},
    {"an error of a new type",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}]}",
     false,
     {"{'type':'error','error':{'type':'new_error','message':'?'}}"},
     "ERROR 500 server_error : ?",
     NULL},
    {"an error that says nothing",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}]}",
     false,
     {"{'type':'error'}"},
     "ERROR 500 server_error : ",
     NULL},
    {"garbage",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}]}",
     false,
     {"{'type':"},
     "UP_GARBAGE",
     NULL},
    {"no object",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}]}",
     false,
     {"[]"},
     "UP_GARBAGE",
     NULL},
    {"a structured answer",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}],'response_format':{'type':'json_"
     "schema','json_schema':{'name':'n','schema':{'type':'object'}}}}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'tool_"
      "use','id':'t','name':'json','input':{}}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'input_json_de"
      "lta','partial_json':'{\\'a\\''}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'input_json_de"
      "lta','partial_json':':1}'}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'message_delta','delta':{'stop_reason':'tool_use'},'usage':{'o"
      "utput_tokens':5}}",
      "{'type':'message_stop'}"},
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'role':'assistant'"
     ",'content':''},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'content':'{\\'a"
     "\\''},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'content':':1}'},'"
     "finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{},'finish_reason':"
     "'stop'}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[],'usage':{'prompt_tokens':6,'completi"
     "on_tokens':5,'total_tokens':11,'prompt_tokens_details':{'cached_tokens'"
     ":2,'cache_write_tokens':1},'completion_tokens_details':{'reasoning_toke"
     "ns':0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"a structured answer of nothing",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}],'response_format':{'type':'json_"
     "schema','json_schema':{'name':'n','schema':{'type':'object'}}}}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'tool_"
      "use','id':'t','name':'json','input':{}}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'message_delta','delta':{'stop_reason':'tool_use'},'usage':{'o"
      "utput_tokens':5}}",
      "{'type':'message_stop'}"},
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'role':'assistant'"
     ",'content':''},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'content':'{}'},'f"
     "inish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{},'finish_reason':"
     "'stop'}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[],'usage':{'prompt_tokens':6,'completi"
     "on_tokens':5,'total_tokens':11,'prompt_tokens_details':{'cached_tokens'"
     ":2,'cache_write_tokens':1},'completion_tokens_details':{'reasoning_toke"
     "ns':0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"a structured answer and a call",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}],'response_format':{'type':'json_"
     "schema','json_schema':{'name':'n','schema':{'type':'object'}}}}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'tool_"
      "use','id':'t','name':'json','input':{}}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'input_json_de"
      "lta','partial_json':'{}'}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'content_block_start','index':1,'content_block':{'type':'tool_"
      "use','id':'u','name':'f','input':{}}}",
      "{'type':'content_block_delta','index':1,'delta':{'type':'input_json_de"
      "lta','partial_json':'{}'}}",
      "{'type':'content_block_stop','index':1}",
      "{'type':'message_delta','delta':{'stop_reason':'tool_use'},'usage':{'o"
      "utput_tokens':5}}",
      "{'type':'message_stop'}"},
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'role':'assistant'"
     ",'content':''},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'content':'{}'},'f"
     "inish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'tool_calls':[{'in"
     "dex':0,'id':'u','type':'function','function':{'name':'f','arguments':''"
     "}}]},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'tool_calls':[{'in"
     "dex':0,'function':{'arguments':'{}'}}]},'finish_reason':null}],'usage':"
     "null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{},'finish_reason':"
     "'tool_calls'}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[],'usage':{'prompt_tokens':6,'completi"
     "on_tokens':5,'total_tokens':11,'prompt_tokens_details':{'cached_tokens'"
     ":2,'cache_write_tokens':1},'completion_tokens_details':{'reasoning_toke"
     "ns':0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"a custom tool",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}],'tools':[{'type':'custom','custo"
     "m':{'name':'patch'}}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'tool_"
      "use','id':'t','name':'patch','input':{}}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'input_json_de"
      "lta','partial_json':'{\\'input\\':\\'do'}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'input_json_de"
      "lta','partial_json':' it\\'}'}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'content_block_start','index':1,'content_block':{'type':'tool_"
      "use','id':'u','name':'patch','input':{}}}",
      "{'type':'content_block_delta','index':1,'delta':{'type':'input_json_de"
      "lta','partial_json':'{\\'input\\':1}'}}",
      "{'type':'content_block_stop','index':1}",
      "{'type':'content_block_start','index':2,'content_block':{'type':'tool_"
      "use','id':'v','name':'patch','input':{}}}",
      "{'type':'content_block_stop','index':2}",
      "{'type':'message_delta','delta':{'stop_reason':'tool_use'},'usage':{'o"
      "utput_tokens':5}}",
      "{'type':'message_stop'}"},
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'role':'assistant'"
     ",'content':''},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'tool_calls':[{'in"
     "dex':0,'id':'t','type':'custom','custom':{'name':'patch','input':''}}]}"
     ",'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'tool_calls':[{'in"
     "dex':0,'custom':{'input':'do it'}}]},'finish_reason':null}],'usage':nul"
     "l}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'tool_calls':[{'in"
     "dex':1,'id':'u','type':'custom','custom':{'name':'patch','input':''}}]}"
     ",'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'tool_calls':[{'in"
     "dex':1,'custom':{'input':'{\\'input\\':1}'}}]},'finish_reason':null}],'"
     "usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{'tool_calls':[{'in"
     "dex':2,'id':'v','type':'custom','custom':{'name':'patch','input':''}}]}"
     ",'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[{'index':0,'delta':{},'finish_reason':"
     "'tool_calls'}],'usage':null}\n\n"
     "data: {'id':'msg_1','object':'chat.completion.chunk','created':17000000"
     "00,'model':'claude-x','choices':[],'usage':{'prompt_tokens':6,'completi"
     "on_tokens':5,'total_tokens':11,'prompt_tokens_details':{'cached_tokens'"
     ":2,'cache_write_tokens':1},'completion_tokens_details':{'reasoning_toke"
     "ns':0}}}\n\n"
     "data: [DONE]\n\n",
     NULL},
    {"whole: text and citations",
     OURS,
     OPENAI,
     "{'model':'m','messages':[{'role':'user','content':'q'}]}",
     true,
     {"{'id':'msg_1','type':'message','role':'assistant','model':'claude-x','"
      "content':[{'type':'text','text':'so','citations':[{'type':'web_search_"
      "result_location','url':'https://x.test','title':'X'},{'type':'web_sear"
      "ch_result_location','url':'https://y.test','title':'Y'}]}],'stop_reaso"
      "n':'end_turn','stop_sequence':null,'usage':{'input_tokens':3,'cache_re"
      "ad_input_tokens':2,'output_tokens':5}}"},
     "{'id':'msg_1','object':'chat.completion','created':1700000000,'model':'"
     "claude-x','choices':[{'index':0,'message':{'role':'assistant','content'"
     ":'so','refusal':null,'annotations':[{'type':'url_citation','url_citatio"
     "n':{'url':'https://x.test','title':'X','start_index':0,'end_index':0}},"
     "{'type':'url_citation','url_citation':{'url':'https://y.test','title':'"
     "Y','start_index':0,'end_index':0}}]},'logprobs':null,'finish_reason':'s"
     "top'}],'usage':{'prompt_tokens':5,'completion_tokens':5,'total_tokens':"
     "10,'prompt_tokens_details':{'cached_tokens':2},'completion_tokens_detai"
     "ls':{'reasoning_tokens':0}}}",
     NULL},
    {"whole: text and citations, to itself",
     OURS,
     OURS,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'q'}]}",
     true,
     {"{'id':'msg_1','type':'message','role':'assistant','model':'claude-x','"
      "content':[{'type':'text','text':'so','citations':[{'type':'web_search_"
      "result_location','url':'https://x.test','title':'X'},{'type':'web_sear"
      "ch_result_location','url':'https://y.test','title':'Y'}]}],'stop_reaso"
      "n':'end_turn','stop_sequence':null,'usage':{'input_tokens':3,'cache_re"
      "ad_input_tokens':2,'output_tokens':5}}"},
     "{'id':'msg_1','type':'message','role':'assistant','model':'claude-x','c"
     "ontent':[{'type':'text','text':'so','citations':[{'type':'web_search_re"
     "sult_location','url':'https://x.test','title':'X','encrypted_index':'',"
     "'cited_text':''},{'type':'web_search_result_location','url':'https://y."
     "test','title':'Y','encrypted_index':'','cited_text':''}]}],'stop_reason"
     "':'end_turn','stop_sequence':null,'usage':{'input_tokens':3,'cache_crea"
     "tion_input_tokens':0,'cache_read_input_tokens':2,'output_tokens':5}}",
     NULL},
    {"whole: all kinds of blocks",
     OURS,
     OPENAI,
     "{'model':'m','messages':[{'role':'user','content':'q'}]}",
     true,
     {"{'id':'msg_1','type':'message','role':'assistant','model':'claude-x','"
      "content':[{'type':'thinking','thinking':'hm','signature':'c2ln'},{'typ"
      "e':'redacted_thinking','data':'eA'},{'type':'server_tool_use','id':'s'"
      ",'name':'w','input':{'q':1}},{'type':'text','text':'a'},{'type':'tool_"
      "use','id':'t1','name':'f','input':{'x':1}},{'type':'tool_use','id':'t2"
      "','name':'f','input':{}}],'stop_reason':'tool_use','stop_sequence':nul"
      "l,'usage':{'input_tokens':3,'cache_read_input_tokens':2,'output_tokens"
      "':5}}"},
     "{'id':'msg_1','object':'chat.completion','created':1700000000,'model':'"
     "claude-x','choices':[{'index':0,'message':{'role':'assistant','content'"
     ":'a','refusal':null,'reasoning_content':'hm','reasoning_details':[{'typ"
     "e':'reasoning.text','text':'hm','signature':'c2ln','format':'anthropic-"
     "claude-v1'},{'type':'reasoning.text','text':'','signature':'{\\'type\\'"
     ":\\'redacted_thinking\\',\\'data\\':\\'eA\\'}','format':'anthropic-clau"
     "de-v1'},{'type':'reasoning.text','text':'','signature':'{\\'type\\':\\'"
     "server_tool_use\\',\\'id\\':\\'s\\',\\'name\\':\\'w\\',\\'input\\':{\\'"
     "q\\':1}}','format':'anthropic-claude-v1'}],'tool_calls':[{'id':'t1','ty"
     "pe':'function','function':{'name':'f','arguments':'{\\'x\\':1}'}},{'id'"
     ":'t2','type':'function','function':{'name':'f','arguments':'{}'}}]},'lo"
     "gprobs':null,'finish_reason':'tool_calls'}],'usage':{'prompt_tokens':5,"
     "'completion_tokens':5,'total_tokens':10,'prompt_tokens_details':{'cache"
     "d_tokens':2},'completion_tokens_details':{'reasoning_tokens':0}}}",
     NULL},
    {"whole: all kinds of blocks, to itself",
     OURS,
     OURS,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'q'}]}",
     true,
     {"{'id':'msg_1','type':'message','role':'assistant','model':'claude-x','"
      "content':[{'type':'thinking','thinking':'hm','signature':'c2ln'},{'typ"
      "e':'redacted_thinking','data':'eA'},{'type':'server_tool_use','id':'s'"
      ",'name':'w','input':{'q':1}},{'type':'text','text':'a'},{'type':'tool_"
      "use','id':'t1','name':'f','input':{'x':1}},{'type':'tool_use','id':'t2"
      "','name':'f','input':{}}],'stop_reason':'tool_use','stop_sequence':nul"
      "l,'usage':{'input_tokens':3,'cache_read_input_tokens':2,'output_tokens"
      "':5}}"},
     "{'id':'msg_1','type':'message','role':'assistant','model':'claude-x','c"
     "ontent':[{'type':'thinking','thinking':'hm','signature':'c2ln'},{'type'"
     ":'redacted_thinking','data':'eA'},{'type':'server_tool_use','id':'s','n"
     "ame':'w','input':{'q':1}},{'type':'text','text':'a'},{'type':'tool_use'"
     ",'id':'t1','name':'f','input':{'x':1}},{'type':'tool_use','id':'t2','na"
     "me':'f','input':{}}],'stop_reason':'tool_use','stop_sequence':null,'usa"
     "ge':{'input_tokens':3,'cache_creation_input_tokens':0,'cache_read_input"
     "_tokens':2,'output_tokens':5}}",
     NULL},
    {"whole: stopped by a sequence",
     OURS,
     OPENAI,
     "{'model':'m','messages':[{'role':'user','content':'q'}]}",
     true,
     {"{'id':'msg_1','type':'message','role':'assistant','model':'claude-x','"
      "content':[{'type':'text','text':'x'}],'stop_reason':'stop_sequence','s"
      "top_sequence':'END','usage':{'input_tokens':3,'cache_read_input_tokens"
      "':2,'output_tokens':5}}"},
     "{'id':'msg_1','object':'chat.completion','created':1700000000,'model':'"
     "claude-x','choices':[{'index':0,'message':{'role':'assistant','content'"
     ":'x','refusal':null},'logprobs':null,'finish_reason':'stop'}],'usage':{"
     "'prompt_tokens':5,'completion_tokens':5,'total_tokens':10,'prompt_token"
     "s_details':{'cached_tokens':2},'completion_tokens_details':{'reasoning_"
     "tokens':0}}}",
     NULL},
    {"whole: stopped by a sequence, to itself",
     OURS,
     OURS,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'q'}]}",
     true,
     {"{'id':'msg_1','type':'message','role':'assistant','model':'claude-x','"
      "content':[{'type':'text','text':'x'}],'stop_reason':'stop_sequence','s"
      "top_sequence':'END','usage':{'input_tokens':3,'cache_read_input_tokens"
      "':2,'output_tokens':5}}"},
     "{'id':'msg_1','type':'message','role':'assistant','model':'claude-x','c"
     "ontent':[{'type':'text','text':'x'}],'stop_reason':'stop_sequence','sto"
     "p_sequence':'END','usage':{'input_tokens':3,'cache_creation_input_token"
     "s':0,'cache_read_input_tokens':2,'output_tokens':5}}",
     NULL},
    {"whole: nothing said",
     OURS,
     OPENAI,
     "{'model':'m','messages':[{'role':'user','content':'q'}]}",
     true,
     {"{'id':'msg_1','type':'message','role':'assistant','model':'claude-x','"
      "content':[],'stop_reason':'end_turn','stop_sequence':null,'usage':{'in"
      "put_tokens':3,'cache_read_input_tokens':2,'output_tokens':5}}"},
     "{'id':'msg_1','object':'chat.completion','created':1700000000,'model':'"
     "claude-x','choices':[{'index':0,'message':{'role':'assistant','content'"
     ":null,'refusal':null},'logprobs':null,'finish_reason':'stop'}],'usage':"
     "{'prompt_tokens':5,'completion_tokens':5,'total_tokens':10,'prompt_toke"
     "ns_details':{'cached_tokens':2},'completion_tokens_details':{'reasoning"
     "_tokens':0}}}",
     NULL},
    {"whole: nothing said, to itself",
     OURS,
     OURS,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'q'}]}",
     true,
     {"{'id':'msg_1','type':'message','role':'assistant','model':'claude-x','"
      "content':[],'stop_reason':'end_turn','stop_sequence':null,'usage':{'in"
      "put_tokens':3,'cache_read_input_tokens':2,'output_tokens':5}}"},
     "{'id':'msg_1','type':'message','role':'assistant','model':'claude-x','c"
     "ontent':[],'stop_reason':'end_turn','stop_sequence':null,'usage':{'inpu"
     "t_tokens':3,'cache_creation_input_tokens':0,'cache_read_input_tokens':2"
     ",'output_tokens':5}}",
     NULL},
    {"whole: refused",
     OURS,
     OPENAI,
     "{'model':'m','messages':[{'role':'user','content':'q'}]}",
     true,
     {"{'id':'msg_1','type':'message','content':[],'stop_reason':'refusal','s"
      "top_details':{'explanation':'no'},'usage':{}}"},
     "{'id':'msg_1','object':'chat.completion','created':1700000000,'model':'"
     "asked','choices':[{'index':0,'message':{'role':'assistant','content':nu"
     "ll,'refusal':'no'},'logprobs':null,'finish_reason':'content_filter'}],'"
     "usage':{'prompt_tokens':0,'completion_tokens':0,'total_tokens':0,'promp"
     "t_tokens_details':{'cached_tokens':0},'completion_tokens_details':{'rea"
     "soning_tokens':0}}}",
     NULL},
    {"whole: refused, to itself",
     OURS,
     OURS,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'q'}]}",
     true,
     {"{'id':'msg_1','type':'message','content':[],'stop_reason':'refusal','s"
      "top_details':{'explanation':'no'},'usage':{}}"},
     "{'id':'msg_1','type':'message','role':'assistant','model':'asked','cont"
     "ent':[{'type':'text','text':'no'}],'stop_reason':'refusal','stop_sequen"
     "ce':null,'usage':{'input_tokens':0,'cache_creation_input_tokens':0,'cac"
     "he_read_input_tokens':0,'output_tokens':0}}",
     NULL},
    {"whole: a structured answer",
     OURS,
     OPENAI,
     "{'model':'m','messages':[{'role':'user','content':'q'}],'response_forma"
     "t':{'type':'json_schema','json_schema':{'name':'n','schema':{'type':'ob"
     "ject'}}}}",
     true,
     {"{'id':'msg_1','type':'message','role':'assistant','model':'claude-x','"
      "content':[{'type':'tool_use','id':'t','name':'json','input':{'a':1}}],"
      "'stop_reason':'tool_use','stop_sequence':null,'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'output_tokens':5}}"},
     "{'id':'msg_1','object':'chat.completion','created':1700000000,'model':'"
     "claude-x','choices':[{'index':0,'message':{'role':'assistant','content'"
     ":'{\\'a\\':1}','refusal':null},'logprobs':null,'finish_reason':'stop'}]"
     ",'usage':{'prompt_tokens':5,'completion_tokens':5,'total_tokens':10,'pr"
     "ompt_tokens_details':{'cached_tokens':2},'completion_tokens_details':{'"
     "reasoning_tokens':0}}}",
     NULL},
    {"whole: an error",
     OURS,
     OPENAI,
     "{'model':'m','messages':[{'role':'user','content':'q'}]}",
     true,
     {"{'type':'error','error':{'type':'rate_limit_error','message':'slow'}}"},
     "ERROR 429 rate_limit_error rate_limit_exceeded: slow",
     NULL},
    {"whole: garbage",
     OURS,
     OPENAI,
     "{'model':'m','messages':[{'role':'user','content':'q'}]}",
     true,
     {"{'content':"},
     "UP_GARBAGE",
     NULL},
    {"whole: no content",
     OURS,
     OPENAI,
     "{'model':'m','messages':[{'role':'user','content':'q'}]}",
     true,
     {"{'type':'message'}"},
     "UP_GARBAGE",
     NULL},
    {"pieces without a block",
     OURS,
     OPENAI,
     "{'model':'m','stream':true,'stream_options':{'include_usage':true},'mes"
     "sages':[{'role':'user','content':'q'}]}",
     false,
     {"{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','"
      "text':'a'}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'input_json_de"
      "lta','partial_json':'{'}}"},
     "data: {'id':'chatcmpl-0a1b','object':'chat.completion.chunk','created':"
     "1700000000,'model':'asked','choices':[{'index':0,'delta':{'role':'assis"
     "tant','content':''},'finish_reason':null}],'usage':null}\n\n"
     "data: {'id':'chatcmpl-0a1b','object':'chat.completion.chunk','created':"
     "1700000000,'model':'asked','choices':[{'index':0,'delta':{'content':'a'"
     "},'finish_reason':null}],'usage':null}\n\n",
     NULL},
    {"a server tool whose input is no JSON",
     OURS,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'serve"
      "r_tool_use','id':'s','name':'web_search','input':{}}}",
      "{'type':'content_block_delta','index':0,'delta':{'type':'input_json_de"
      "lta','partial_json':'{\\'q'}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'o"
      "utput_tokens':5}}",
      "{'type':'message_stop'}"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_1','type':'message','role':'assistant','model':'claude-x','content':["
     "],'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':3,'ca"
     "che_creation_input_tokens':1,'cache_read_input_tokens':2,'output_tokens"
     "':1}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'server_tool_use','id':'s','name':'web_searc"
     "h','input':{}}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'input_json_delta','partial_json':'{}'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'end_turn','stop_sequence':null},'usage':{'input_tokens':3,'cache_c"
     "reation_input_tokens':1,'cache_read_input_tokens':2,'output_tokens':5}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"a new block on several lines",
     OURS,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'type':'message_start','message':{'id':'msg_1','type':'message','role"
      "':'assistant','model':'claude-x','content':[],'usage':{'input_tokens':"
      "3,'cache_read_input_tokens':2,'cache_creation_input_tokens':1,'output_"
      "tokens':1}}}",
      "{'type':'content_block_start','index':0,'content_block':{'type':'new',"
      "\n\r'input':{},\n'x':1}}",
      "{'type':'content_block_stop','index':0}",
      "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'o"
      "utput_tokens':5}}",
      "{'type':'message_stop'}"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_1','type':'message','role':'assistant','model':'claude-x','content':["
     "],'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':3,'ca"
     "che_creation_input_tokens':1,'cache_read_input_tokens':2,'output_tokens"
     "':1}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'new',  'input':{}, 'x':1}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'input_json_delta','partial_json':'{}'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'end_turn','stop_sequence':null},'usage':{'input_tokens':3,'cache_c"
     "reation_input_tokens':1,'cache_read_input_tokens':2,'output_tokens':5}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
};

static const struct answer_row to_anthropic[] = {
    {"text, usage behind the finish",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'role':'assistant','content':''},'finish_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'content':'He'},'finish_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'content':'y'},'finish_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{},'finish_reason':'stop'}]}",
      "{'choices':[],'usage':{'prompt_tokens':10,'completion_tokens':4,'promp"
      "t_tokens_details':{'cached_tokens':6},'completion_tokens_details':{'re"
      "asoning_tokens':2}}}",
      "[DONE]"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_0a1b','type':'message','role':'assistant','model':'gpt','content':[],"
     "'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':0,'cach"
     "e_creation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':"
     "0}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'text','text':''}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'text_delta','text':'He'}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'text_delta','text':'y'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'end_turn','stop_sequence':null},'usage':{'input_tokens':4,'cache_c"
     "reation_input_tokens':0,'cache_read_input_tokens':6,'output_tokens':4,'"
     "output_tokens_details':{'thinking_tokens':2}}}\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"reasoning, then text",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'reasoning_content':'hm'},'finish_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'content':'y'},'finish_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{},'finish_reason':'stop'}]}",
      "[DONE]"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_0a1b','type':'message','role':'assistant','model':'gpt','content':[],"
     "'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':0,'cach"
     "e_creation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':"
     "0}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'thinking','thinking':'','signature':''}}\n"
     "\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'thinking_delta','thinking':'hm'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":1,'content_block':{'type':'text','text':''}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":1,'delta':{'type':'text_delta','text':'y'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':1"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'end_turn','stop_sequence':null},'usage':{'input_tokens':0,'cache_c"
     "reation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':0}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"calls one after another",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'content':'a'},'finish_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'tool_calls':[{'index':0,'id':'c1','function':{'name':'f','argum"
      "ents':'{\\'x\\':'}}]},'finish_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'tool_calls':[{'index':0,'function':{'arguments':'1}'}}]},'finis"
      "h_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'tool_calls':[{'index':1,'id':'c2','function':{'name':'g','argum"
      "ents':'{}'}}]},'finish_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{},'finish_reason':'tool_calls'}]}",
      "[DONE]"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_0a1b','type':'message','role':'assistant','model':'gpt','content':[],"
     "'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':0,'cach"
     "e_creation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':"
     "0}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'text','text':''}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'text_delta','text':'a'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":1,'content_block':{'type':'tool_use','id':'c1','name':'f','input':{}}}"
     "\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":1,'delta':{'type':'input_json_delta','partial_json':'{\\'x\\':'}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":1,'delta':{'type':'input_json_delta','partial_json':'1}'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':1"
     "}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":2,'content_block':{'type':'tool_use','id':'c2','name':'g','input':{}}}"
     "\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":2,'delta':{'type':'input_json_delta','partial_json':'{}'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':2"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'tool_use','stop_sequence':null},'usage':{'input_tokens':0,'cache_c"
     "reation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':0}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"calls whose pieces alternate",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'tool_calls':[{'index':0,'id':'c1','function':{'name':'f','argum"
      "ents':'{'}}]},'finish_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'tool_calls':[{'index':1,'id':'c2','function':{'name':'g','argum"
      "ents':'['}}]},'finish_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'tool_calls':[{'index':0,'function':{'arguments':'}'}}]},'finish"
      "_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'tool_calls':[{'index':1,'function':{'arguments':']'}}]},'finish"
      "_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'content':'late'},'finish_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'reasoning_content':'r'},'finish_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'content':'later'},'finish_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'tool_calls':[{'index':2,'id':'c3','function':{'name':'h','argum"
      "ents':''}}]},'finish_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{},'finish_reason':'stop'}]}",
      "[DONE]"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_0a1b','type':'message','role':'assistant','model':'gpt','content':[],"
     "'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':0,'cach"
     "e_creation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':"
     "0}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'tool_use','id':'c1','name':'f','input':{}}}"
     "\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'input_json_delta','partial_json':'{'}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'input_json_delta','partial_json':'}'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":1,'content_block':{'type':'tool_use','id':'c2','name':'g','input':{}}}"
     "\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":1,'delta':{'type':'input_json_delta','partial_json':'['}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":1,'delta':{'type':'input_json_delta','partial_json':']'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':1"
     "}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":2,'content_block':{'type':'text','text':''}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":2,'delta':{'type':'text_delta','text':'late'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':2"
     "}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":3,'content_block':{'type':'thinking','thinking':'','signature':''}}\n"
     "\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":3,'delta':{'type':'thinking_delta','thinking':'r'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':3"
     "}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":4,'content_block':{'type':'text','text':''}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":4,'delta':{'type':'text_delta','text':'later'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':4"
     "}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":5,'content_block':{'type':'tool_use','id':'c3','name':'h','input':{}}}"
     "\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':5"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'tool_use','stop_sequence':null},'usage':{'input_tokens':0,'cache_c"
     "reation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':0}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"a call without an id",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'tool_calls':[{'index':0,'function':{'name':'f','arguments':'{}'"
      "}}]},'finish_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{},'finish_reason':'tool_calls'}]}",
      "[DONE]"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_0a1b','type':'message','role':'assistant','model':'gpt','content':[],"
     "'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':0,'cach"
     "e_creation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':"
     "0}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'tool_use','id':'toolu_0a1b_0','name':'f','i"
     "nput':{}}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'input_json_delta','partial_json':'{}'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'tool_use','stop_sequence':null},'usage':{'input_tokens':0,'cache_c"
     "reation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':0}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"states of others",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'reasoning_content':'hm','reasoning_details':[{'type':'reasoning"
      ".encrypted','data':'zz','format':'google-gemini-v1'}]},'finish_reason'"
      ":null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'reasoning_details':[{'type':'reasoning.encrypted','data':'yy','"
      "format':'openai-responses-v1'}]},'finish_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'tool_calls':[{'index':0,'id':'c','function':{'name':'f','argume"
      "nts':'{}'},'extra_content':{'google':{'thought_signature':'sig'}}}]},'"
      "finish_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{},'finish_reason':'tool_calls'}]}",
      "[DONE]"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_0a1b','type':'message','role':'assistant','model':'gpt','content':[],"
     "'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':0,'cach"
     "e_creation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':"
     "0}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'thinking','thinking':'','signature':''}}\n"
     "\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'thinking_delta','thinking':'hm'}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'signature_delta','signature':'sluice:gemini:zz'}}\n"
     "\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":1,'content_block':{'type':'redacted_thinking','data':'sluice:openai-re"
     "sponses:yy'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':1"
     "}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":2,'content_block':{'type':'redacted_thinking','data':'call:sluice:gemi"
     "ni:sig'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':2"
     "}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":3,'content_block':{'type':'tool_use','id':'c','name':'f','input':{}}}"
     "\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":3,'delta':{'type':'input_json_delta','partial_json':'{}'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':3"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'tool_use','stop_sequence':null},'usage':{'input_tokens':0,'cache_c"
     "reation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':0}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"states of ours",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'reasoning_content':'hm','reasoning_details':[{'type':'reasoning"
      ".text','signature':'c2ln','format':'anthropic-claude-v1'}]},'finish_re"
      "ason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'reasoning_content':'more'},'finish_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'reasoning_details':[{'signature':'{\\'type\\':\\'redacted_think"
      "ing\\',\\'data\\':\\'x\\'}','format':'anthropic-claude-v1'}]},'finish_"
      "reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'content':'y'},'finish_reason':'stop'}]}",
      "[DONE]"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_0a1b','type':'message','role':'assistant','model':'gpt','content':[],"
     "'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':0,'cach"
     "e_creation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':"
     "0}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'thinking','thinking':'','signature':''}}\n"
     "\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'thinking_delta','thinking':'hm'}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'signature_delta','signature':'c2ln'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":1,'content_block':{'type':'thinking','thinking':'','signature':''}}\n"
     "\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":1,'delta':{'type':'thinking_delta','thinking':'more'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':1"
     "}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":2,'content_block':{'type':'redacted_thinking','data':'x'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':2"
     "}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":3,'content_block':{'type':'text','text':''}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":3,'delta':{'type':'text_delta','text':'y'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':3"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'end_turn','stop_sequence':null},'usage':{'input_tokens':0,'cache_c"
     "reation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':0}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"citations",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'content':'y','annotations':[{'type':'url_citation','url_citatio"
      "n':{'url':'https://x.test','title':'X'}}]},'finish_reason':'stop'}]}",
      "[DONE]"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_0a1b','type':'message','role':'assistant','model':'gpt','content':[],"
     "'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':0,'cach"
     "e_creation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':"
     "0}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'text','text':''}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'text_delta','text':'y'}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'citations_delta','citation':{'type':'web_search_res"
     "ult_location','url':'https://x.test','title':'X','encrypted_index':'','"
     "cited_text':''}}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'end_turn','stop_sequence':null},'usage':{'input_tokens':0,'cache_c"
     "reation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':0}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"citations of nothing, images, audio, logprobs",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'annotations':[{'type':'url_citation','url_citation':{'url':'htt"
      "ps://x.test','title':'X'}}],'images':[{'image_url':{'url':'https://x.t"
      "est/a'}}],'audio':{'data':'AAAA'}},'finish_reason':null}]}",
      "{'choices':[{'index':0,'delta':{},'logprobs':{'content':[{'token':'a'}"
      "]},'finish_reason':'stop'}]}",
      "[DONE]"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_0a1b','type':'message','role':'assistant','model':'gpt','content':[],"
     "'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':0,'cach"
     "e_creation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':"
     "0}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'end_turn','stop_sequence':null},'usage':{'input_tokens':0,'cache_c"
     "reation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':0}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     "images;dropped, audio;dropped, citations;dropped, logprobs;dropped"},
    {"a refusal",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'refusal':'no'},'finish_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{},'finish_reason':'stop'}]}",
      "[DONE]"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_0a1b','type':'message','role':'assistant','model':'gpt','content':[],"
     "'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':0,'cach"
     "e_creation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':"
     "0}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'text','text':''}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'text_delta','text':'no'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'refusal','stop_sequence':null},'usage':{'input_tokens':0,'cache_cr"
     "eation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':0}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"filtered",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{},'finish_reason':'content_filter'}]}",
      "[DONE]"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_0a1b','type':'message','role':'assistant','model':'gpt','content':[],"
     "'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':0,'cach"
     "e_creation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':"
     "0}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'refusal','stop_sequence':null},'usage':{'input_tokens':0,'cache_cr"
     "eation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':0}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"length",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'content':'x'},'finish_reason':'length'}]}",
      "[DONE]"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_0a1b','type':'message','role':'assistant','model':'gpt','content':[],"
     "'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':0,'cach"
     "e_creation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':"
     "0}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'text','text':''}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'text_delta','text':'x'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'max_tokens','stop_sequence':null},'usage':{'input_tokens':0,'cache"
     "_creation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':0"
     "}}\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"other choices are not for this client",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'content':'x'},'finish_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':1,'de"
      "lta':{'content':'z'},'finish_reason':null}]}",
      "{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{},'finish_reason':'stop'}]}",
      "[DONE]"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_0a1b','type':'message','role':'assistant','model':'gpt','content':[],"
     "'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':0,'cach"
     "e_creation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':"
     "0}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'text','text':''}}\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'text_delta','text':'x'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'end_turn','stop_sequence':null},'usage':{'input_tokens':0,'cache_c"
     "reation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':0}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"nothing but an end",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{},'finish_reason':'stop'}]}",
      "[DONE]"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_0a1b','type':'message','role':'assistant','model':'gpt','content':[],"
     "'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':0,'cach"
     "e_creation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':"
     "0}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'end_turn','stop_sequence':null},'usage':{'input_tokens':0,'cache_c"
     "reation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':0}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
    {"cut",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'de"
      "lta':{'tool_calls':[{'index':0,'id':'c1','function':{'name':'f','argum"
      "ents':'{'}}]},'finish_reason':null}]}"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_0a1b','type':'message','role':'assistant','model':'gpt','content':[],"
     "'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':0,'cach"
     "e_creation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':"
     "0}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'tool_use','id':'c1','name':'f','input':{}}}"
     "\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'input_json_delta','partial_json':'{'}}\n\n",
     NULL},
    {"whole: text",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'q'}]}",
     true,
     {"{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'me"
      "ssage':{'content':'hey','reasoning_content':'hm'},'finish_reason':'sto"
      "p'}],'usage':{'prompt_tokens':10,'completion_tokens':4}}"},
     "{'id':'msg_0a1b','type':'message','role':'assistant','model':'gpt','con"
     "tent':[{'type':'thinking','thinking':'hm','signature':''},{'type':'text"
     "','text':'hey'}],'stop_reason':'end_turn','stop_sequence':null,'usage':"
     "{'input_tokens':10,'cache_creation_input_tokens':0,'cache_read_input_to"
     "kens':0,'output_tokens':4}}",
     NULL},
    {"whole: calls",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'q'}]}",
     true,
     {"{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'me"
      "ssage':{'content':null,'tool_calls':[{'id':'c','function':{'name':'f',"
      "'arguments':'{\\'x\\':1}'}},{'id':'d','function':{'name':'f','argument"
      "s':'oops'}},{'function':{'name':'g','arguments':''},'extra_content':{'"
      "google':{'thought_signature':'s'}}}]},'finish_reason':'tool_calls'}],'"
      "usage':{'prompt_tokens':10,'completion_tokens':4}}"},
     "{'id':'msg_0a1b','type':'message','role':'assistant','model':'gpt','con"
     "tent':[{'type':'tool_use','id':'c','name':'f','input':{'x':1}},{'type':"
     "'tool_use','id':'d','name':'f','input':{'input':'oops'}},{'type':'redac"
     "ted_thinking','data':'call:sluice:gemini:s'},{'type':'tool_use','id':'t"
     "oolu_0a1b_2','name':'g','input':{}}],'stop_reason':'tool_use','stop_seq"
     "uence':null,'usage':{'input_tokens':10,'cache_creation_input_tokens':0,"
     "'cache_read_input_tokens':0,'output_tokens':4}}",
     "content.input;approximated"},
    {"whole: states",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'q'}]}",
     true,
     {"{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'me"
      "ssage':{'reasoning_details':[{'type':'reasoning.encrypted','data':'yy'"
      ",'format':'openai-responses-v1'}],'content':'x','annotations':[{'type'"
      ":'url_citation','url_citation':{'url':'https://x.test','title':'X'}},{"
      "'type':'url_citation','url_citation':{'url':'https://y.test','title':'"
      "Y'}}]},'finish_reason':'stop'}],'usage':{'prompt_tokens':10,'completio"
      "n_tokens':4}}"},
     "{'id':'msg_0a1b','type':'message','role':'assistant','model':'gpt','con"
     "tent':[{'type':'redacted_thinking','data':'sluice:openai-responses:yy'}"
     ",{'type':'text','text':'x','citations':[{'type':'web_search_result_loca"
     "tion','url':'https://x.test','title':'X','encrypted_index':'','cited_te"
     "xt':''},{'type':'web_search_result_location','url':'https://y.test','ti"
     "tle':'Y','encrypted_index':'','cited_text':''}]}],'stop_reason':'end_tu"
     "rn','stop_sequence':null,'usage':{'input_tokens':10,'cache_creation_inp"
     "ut_tokens':0,'cache_read_input_tokens':0,'output_tokens':4}}",
     NULL},
    {"whole: a block behind open thinking",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'q'}]}",
     true,
     {"{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'me"
      "ssage':{'reasoning_content':'hm','reasoning_details':[{'signature':'{"
      "\\'type\\':\\'x\\'}','format':'anthropic-claude-v1'}],'content':'x'},'"
      "finish_reason':'stop'}],'usage':{'prompt_tokens':10,'completion_tokens"
      "':4}}"},
     "{'id':'msg_0a1b','type':'message','role':'assistant','model':'gpt','con"
     "tent':[{'type':'thinking','thinking':'hm','signature':''},{'type':'x'},"
     "{'type':'text','text':'x'}],'stop_reason':'end_turn','stop_sequence':nu"
     "ll,'usage':{'input_tokens':10,'cache_creation_input_tokens':0,'cache_re"
     "ad_input_tokens':0,'output_tokens':4}}",
     NULL},
    {"whole: what has no place",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'q'}]}",
     true,
     {"{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'me"
      "ssage':{'content':'x','images':[{'image_url':{'url':'https://x.test/a'"
      "}}],'audio':{'data':'AAAA','transcript':'t'}},'finish_reason':'stop','"
      "logprobs':{'content':[{'token':'a'}]}}],'usage':{'prompt_tokens':10,'c"
      "ompletion_tokens':4}}"},
     "{'id':'msg_0a1b','type':'message','role':'assistant','model':'gpt','con"
     "tent':[{'type':'text','text':'x'},{'type':'text','text':'t'}],'stop_rea"
     "son':'end_turn','stop_sequence':null,'usage':{'input_tokens':10,'cache_"
     "creation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':4}"
     "}",
     "images;dropped, audio;dropped, logprobs;dropped"},
    {"whole: a refusal",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'q'}]}",
     true,
     {"{'id':'chatcmpl-1','model':'gpt','created':5,'choices':[{'index':0,'me"
      "ssage':{'content':null,'refusal':'no'},'finish_reason':'stop'}],'usage"
      "':{'prompt_tokens':10,'completion_tokens':4}}"},
     "{'id':'msg_0a1b','type':'message','role':'assistant','model':'gpt','con"
     "tent':[{'type':'text','text':'no'}],'stop_reason':'refusal','stop_seque"
     "nce':null,'usage':{'input_tokens':10,'cache_creation_input_tokens':0,'c"
     "ache_read_input_tokens':0,'output_tokens':4}}",
     NULL},
    {"whole: no choice",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'q'}]}",
     true,
     {"{'choices':[]}"},
     "",
     NULL},
    {"arguments for a call that has ended, an empty refusal",
     OPENAI,
     OURS,
     "{'model':'m','max_tokens':9,'stream':true,'messages':[{'role':'user','c"
     "ontent':'q'}]}",
     false,
     {"{'choices':[{'index':0,'delta':{'tool_calls':[{'index':0,'id':'c','fun"
      "ction':{'name':'f','arguments':'{}'}}]},'finish_reason':'tool_calls'}]"
      "}",
      "{'choices':[{'index':0,'delta':{'tool_calls':[{'index':0,'function':{'"
      "arguments':'x'}}]}}]}",
      "[DONE]"},
     "event: message_start\ndata: {'type':'message_start','message':{'id':'ms"
     "g_0a1b','type':'message','role':'assistant','model':'asked','content':["
     "],'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':0,'ca"
     "che_creation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens"
     "':0}}}\n\n"
     "event: ping\ndata: {'type':'ping'}\n\n"
     "event: content_block_start\ndata: {'type':'content_block_start','index'"
     ":0,'content_block':{'type':'tool_use','id':'c','name':'f','input':{}}}"
     "\n\n"
     "event: content_block_delta\ndata: {'type':'content_block_delta','index'"
     ":0,'delta':{'type':'input_json_delta','partial_json':'{}'}}\n\n"
     "event: content_block_stop\ndata: {'type':'content_block_stop','index':0"
     "}\n\n"
     "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reas"
     "on':'tool_use','stop_sequence':null},'usage':{'input_tokens':0,'cache_c"
     "reation_input_tokens':0,'cache_read_input_tokens':0,'output_tokens':0}}"
     "\n\n"
     "event: message_stop\ndata: {'type':'message_stop'}\n\n",
     NULL},
};

static void from_a_provider(void **state)
{
    (void)state;
    check_answer_rows(from_anthropic, SL_LEN(from_anthropic));
}

static void to_a_client(void **state)
{
    (void)state;
    check_answer_rows(to_anthropic, SL_LEN(to_anthropic));
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
         "{'type':'error','error':{'type':'overloaded_error','message':"
         "'Overloaded'}}",
         503, "server_error", "overloaded", "Overloaded"},
        {400,
         "{'error':{'type':'invalid_request_error','message':"
         "'prompt is too long: 9 tokens > 8 maximum'}}",
         400, "invalid_request_error", "context_length_exceeded",
         "prompt is too long: 9 tokens > 8 maximum"},
        {401, "{'error':{'type':'authentication_error','message':'k'}}", 401,
         "authentication_error", "invalid_api_key", "k"},
        {402, "{'error':{'type':'billing_error','message':'k'}}", 402,
         "insufficient_quota", "insufficient_quota", "k"},
        {403, "{'error':{'type':'permission_error'}}", 403, "permission_error",
         "", ""},
        {404, "{'error':{'type':'not_found_error','message':'model: x'}}", 404,
         "invalid_request_error", "model_not_found", "model: x"},
        {429, "{'error':{'code':429,'message':'Quota','status':'X'}}", 429,
         "rate_limit_error", "rate_limit_exceeded", "Quota"},
        {500, "{'error':{'type':'api_error','message':1}}", 500, "server_error",
         "", ""},
        {504, "", 504, "timeout_error", "", ""},
        {413, "<html>", 413, "invalid_request_error", "request_too_large", ""},
        {422, "{'error':'text'}", 422, "", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct chat_error e = {.status = rows[i].status};
        struct test_mem m;
        struct arena a;

        test_mem_init(&m);
        arena_init(&a, &m.mem, 64, 1 << 16);
        dialect_anthropic.read_error(quoted(rows[i].body), &a, &e);
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
         "{'type':'error','error':{'type':'invalid_request_error',"
         "'message':'messages[0].role: must be user'}}"},
        {400, "n", "no n here",
         "{'type':'error','error':{'type':"
         "'invalid_request_error',"
         "'message':'no n here'}}"},
        {401, "", "",
         "{'type':'error','error':{'type':'authentication_error',"
         "'message':'the request failed'}}"},
        {404, "", "x",
         "{'type':'error','error':{'type':'not_found_error',"
         "'message':'x'}}"},
        {408, "", "x",
         "{'type':'error','error':{'type':"
         "'invalid_request_error','message':'x'}}"},
        {413, "", "x",
         "{'type':'error','error':{'type':'request_too_large',"
         "'message':'x'}}"},
        {429, "", "x",
         "{'type':'error','error':{'type':'rate_limit_error',"
         "'message':'x'}}"},
        {502, "", "x",
         "{'type':'error','error':{'type':'api_error',"
         "'message':'x'}}"},
        {503, "", "x",
         "{'type':'error','error':{'type':'overloaded_error',"
         "'message':'x'}}"},
        {529, "", "x",
         "{'type':'error','error':{'type':'overloaded_error',"
         "'message':'x'}}"},
        {504, "", "x",
         "{'type':'error','error':{'type':'timeout_error',"
         "'message':'x'}}"},
        {0, "", "x",
         "{'type':'error','error':{'type':'api_error',"
         "'message':'x'}}"},
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
        check_str_case(rows[i].message, buf_str(&out), quoted(rows[i].want));
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
              quoted("event: error\ndata: {'type':'error','error':{'type':"
                     "'api_error','message':'cut'}}\n\n"));
    arena_release(&a);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_a_provider),
        cmocka_unit_test(to_a_client),
        cmocka_unit_test(models),
        cmocka_unit_test(errors),
        cmocka_unit_test(errors_for_clients),
        cmocka_unit_test(an_error_ends_a_stream),
    };

    return test_run("anthropic_answers", tests, SL_LEN(tests));
}
