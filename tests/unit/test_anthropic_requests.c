/* SPDX-License-Identifier: MIT */
/* Requests to Anthropic's Messages API, and of its clients. */
#include "dialect_rows.h"

#define OPENAI &dialect_openai_chat
#define OURS &dialect_anthropic
#define SONNET "claude-sonnet-4-5"

static const struct request_row to_anthropic[] = {
    {"smallest", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}]}",
     NULL},
    {"default of max_tokens: 4.6", OPENAI, OURS, "claude-opus-4-6", NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}]}",
     "{'model':'claude-opus-4-6','max_tokens':128000,'messages':[{'role':'use"
     "r','content':[{'type':'text','text':'hi'}]}]}",
     NULL},
    {"default of max_tokens: unknown", OPENAI, OURS, "claude-next-9", NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}]}",
     "{'model':'claude-next-9','max_tokens':4096,'messages':[{'role':'user','"
     "content':[{'type':'text','text':'hi'}]}]}",
     NULL},
    {"system prompts, in any place", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'system','content':'one'},{'role':'dev"
     "eloper','content':[{'type':'text','text':'two','cache_control':{'type':"
     "'ephemeral'}}]},{'role':'user','content':'hi'},{'role':'system','conten"
     "t':'late'},{'role':'user','content':'ho'}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'system':[{'type':'text"
     "','text':'one'},{'type':'text','text':'two','cache_control':{'type':'ep"
     "hemeral'}},{'type':'text','text':'late'}],'messages':[{'role':'user','c"
     "ontent':[{'type':'text','text':'hi'},{'type':'text','text':'ho'}]}]}",
     "messages.system;moved"},
    {"only a system prompt", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'system','content':'one'}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'one'}]}]}",
     "messages.system;moved"},
    {"empty texts are no blocks", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'a'},{'role':'assista"
     "nt','content':' '},{'role':'user','content':[{'type':'text','text':''},"
     "{'type':'text','text':'b'}]}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'a'},{'type':'text','text':'b'}]}]"
     "}",
     NULL},
    {"images", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':[{'type':'image_url',"
     "'image_url':{'url':'data:image/png;base64,AAAA','detail':'high'}},{'typ"
     "e':'image_url','image_url':{'url':'https://x.test/a.png'}}]}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'image','source':{'type':'base64','media_type':'"
     "image/png','data':'AAAA'}},{'type':'image','source':{'type':'url','url'"
     ":'https://x.test/a.png'}}]}]}",
     "messages.image_url.detail;dropped"},
    {"an image of a strange scheme", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':[{'type':'image_url',"
     "'image_url':{'url':'gs://x/a.png'}}]}]}",
     "messages: a URL must begin with https:// for this provider", NULL},
    {"a file by id", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':[{'type':'file','file"
     "':{'file_id':'f1'}}]}]}",
     "messages: this provider does not have the file that a file_id names: se"
     "nd the data itself",
     NULL},
    {"audio", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':[{'type':'input_audio"
     "','input_audio':{'data':'AAAA','format':'wav'}}]}]}",
     "messages: this provider takes no audio", NULL},
    {"documents", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':[{'type':'file','file"
     "':{'filename':'a.pdf','file_data':'data:application/pdf;base64,AAAA'}},"
     "{'type':'file','file':{'filename':'a.txt','file_data':'data:text/plain;"
     "base64,aGk='}}]}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'document','source':{'type':'base64','media_type"
     "':'application/pdf','data':'AAAA'},'title':'a.pdf'},{'type':'document',"
     "'source':{'type':'text','media_type':'text/plain','data':'hi'},'title':"
     "'a.txt'}]}]}",
     NULL},
    {"a document of another kind", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':[{'type':'file','file"
     "':{'file_data':'data:application/zip;base64,AAAA'}}]}]}",
     "messages: a document must be PDF or text for this provider", NULL},
    {"a text document that is no base64", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':[{'type':'file','file"
     "':{'file_data':'data:text/plain;base64,*'}}]}]}",
     "messages: the data of a document is not base64", NULL},
    {"a document without data", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':[{'type':'file','file"
     "':{'filename':'a'}}]}]}",
     "messages: an image or a document has no data", NULL},
    {"media of the assistant and the system", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'system','content':[{'type':'image_url"
     "','image_url':{'url':'https://x.test/a'}},{'type':'text','text':'s'}]},"
     "{'role':'assistant','content':[{'type':'input_audio','input_audio':{'da"
     "ta':'AAAA','format':'wav'}},{'type':'file','file':{'file_data':'data:ap"
     "plication/pdf;base64,AAAA'}},{'type':'text','text':'t'}]}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'system':[{'type':'text"
     "','text':'s'}],'messages':[{'role':'assistant','content':[{'type':'text"
     "','text':'t'}]}]}",
     "messages.image;dropped, messages.audio;dropped, messages.document;dropp"
     "ed"},
    {"tools: calls and results", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'q'},{'role':'assista"
     "nt','content':'let me','tool_calls':[{'id':'call.1','type':'function','"
     "function':{'name':'f','arguments':'{\\'x\\':1}'}},{'id':'c2','type':'fu"
     "nction','function':{'name':'f','arguments':''}}]},{'role':'tool','tool_"
     "call_id':'call.1','content':'one'},{'role':'tool','tool_call_id':'c2','"
     "content':[{'type':'text','text':'two'}]},{'role':'user','content':'and?"
     "'}],'tools':[{'type':'function','function':{'name':'f','description':'d"
     "','parameters':{'type':'object','properties':{'x':{'type':'number'}}}}}"
     "]}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'q'}]},{'role':'assistant','conten"
     "t':[{'type':'text','text':'let me'},{'type':'tool_use','id':'call_1','n"
     "ame':'f','input':{'x':1}},{'type':'tool_use','id':'c2','name':'f','inpu"
     "t':{}}]},{'role':'user','content':[{'type':'tool_result','tool_use_id':"
     "'call_1','content':[{'type':'text','text':'one'}]},{'type':'tool_result"
     "','tool_use_id':'c2','content':[{'type':'text','text':'two'}]},{'type':"
     "'text','text':'and?'}]}],'tools':[{'name':'f','description':'d','input_"
     "schema':{'type':'object','properties':{'x':{'type':'number'}}}}]}",
     NULL},
    {"arguments that are no object", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'assistant','tool_calls':[{'id':'c','t"
     "ype':'function','function':{'name':'f','arguments':'oops'}}]},{'role':'"
     "tool','tool_call_id':'c','content':''}],'tools':[{'type':'function','fu"
     "nction':{'name':'f','description':'d','parameters':{'type':'object','pr"
     "operties':{'x':{'type':'number'}}}}}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'as"
     "sistant','content':[{'type':'tool_use','id':'c','name':'f','input':{'in"
     "put':'oops'}}]},{'role':'user','content':[{'type':'tool_result','tool_u"
     "se_id':'c'}]}],'tools':[{'name':'f','description':'d','input_schema':{'"
     "type':'object','properties':{'x':{'type':'number'}}}}]}",
     "messages.tool_calls.arguments;approximated"},
    {"a result without its call", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'q'},{'role':'tool','"
     "tool_call_id':'c','content':'1'}],'tools':[{'type':'function','function"
     "':{'name':'f','description':'d','parameters':{'type':'object','properti"
     "es':{'x':{'type':'number'}}}}}]}",
     "messages: the result of a tool answers no tool call of an earlier messa"
     "ge",
     NULL},
    {"results come first in a turn", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'assistant','tool_calls':[{'id':'c','t"
     "ype':'function','function':{'name':'f','arguments':'{}'}}]},{'role':'us"
     "er','name':'ann','content':'wait'},{'role':'tool','tool_call_id':'c','c"
     "ontent':'1'}],'tools':[{'type':'function','function':{'name':'f','descr"
     "iption':'d','parameters':{'type':'object','properties':{'x':{'type':'nu"
     "mber'}}}}}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'as"
     "sistant','content':[{'type':'tool_use','id':'c','name':'f','input':{}}]"
     "},{'role':'user','content':[{'type':'tool_result','tool_use_id':'c','co"
     "ntent':[{'type':'text','text':'1'}]},{'type':'text','text':'wait'}]}],'"
     "tools':[{'name':'f','description':'d','input_schema':{'type':'object','"
     "properties':{'x':{'type':'number'}}}}]}",
     "messages.name;dropped"},
    {"tool choice: auto", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'tools':[{'typ"
     "e':'function','function':{'name':'f','description':'d','parameters':{'t"
     "ype':'object','properties':{'x':{'type':'number'}}}}}],'tool_choice':'a"
     "uto'}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}],'tools':[{'name':'f','des"
     "cription':'d','input_schema':{'type':'object','properties':{'x':{'type'"
     ":'number'}}}}],'tool_choice':{'type':'auto'}}",
     NULL},
    {"tool choice: none", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'tools':[{'typ"
     "e':'function','function':{'name':'f','description':'d','parameters':{'t"
     "ype':'object','properties':{'x':{'type':'number'}}}}}],'tool_choice':'n"
     "one'}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}],'tools':[{'name':'f','des"
     "cription':'d','input_schema':{'type':'object','properties':{'x':{'type'"
     ":'number'}}}}],'tool_choice':{'type':'none'}}",
     NULL},
    {"tool choice: required", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'tools':[{'typ"
     "e':'function','function':{'name':'f','description':'d','parameters':{'t"
     "ype':'object','properties':{'x':{'type':'number'}}}}}],'tool_choice':'r"
     "equired'}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}],'tools':[{'name':'f','des"
     "cription':'d','input_schema':{'type':'object','properties':{'x':{'type'"
     ":'number'}}}}],'tool_choice':{'type':'any'}}",
     NULL},
    {"tool choice: named", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'tools':[{'typ"
     "e':'function','function':{'name':'f','description':'d','parameters':{'t"
     "ype':'object','properties':{'x':{'type':'number'}}}}}],'tool_choice':{'"
     "type':'function','function':{'name':'f'}}}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}],'tools':[{'name':'f','des"
     "cription':'d','input_schema':{'type':'object','properties':{'x':{'type'"
     ":'number'}}}}],'tool_choice':{'type':'tool','name':'f'}}",
     NULL},
    {"tool choice: allowed", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'tools':[{'typ"
     "e':'function','function':{'name':'f'}},{'type':'function','function':{'"
     "name':'g'}}],'tool_choice':{'type':'allowed_tools','allowed_tools':{'mo"
     "de':'required','tools':[{'type':'function','function':{'name':'g'}}]}}}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}],'tools':[{'name':'g','inp"
     "ut_schema':{'type':'object','properties':{}}}],'tool_choice':{'type':'a"
     "ny'}}",
     NULL},
    {"forced tools that the model refuses", OPENAI, OURS, "claude-sonnet-5-5",
     NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'tools':[{'typ"
     "e':'function','function':{'name':'f','description':'d','parameters':{'t"
     "ype':'object','properties':{'x':{'type':'number'}}}}}],'tool_choice':'r"
     "equired'}",
     "{'model':'claude-sonnet-5-5','max_tokens':128000,'messages':[{'role':'u"
     "ser','content':[{'type':'text','text':'hi'}]}],'tools':[{'name':'f','de"
     "scription':'d','input_schema':{'type':'object','properties':{'x':{'type"
     "':'number'}}}}],'tool_choice':{'type':'auto'}}",
     "tool_choice;approximated"},
    {"one call at a time", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'tools':[{'typ"
     "e':'function','function':{'name':'f','description':'d','parameters':{'t"
     "ype':'object','properties':{'x':{'type':'number'}}}}}],'parallel_tool_c"
     "alls':false}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}],'tools':[{'name':'f','des"
     "cription':'d','input_schema':{'type':'object','properties':{'x':{'type'"
     ":'number'}}}}],'tool_choice':{'type':'auto','disable_parallel_tool_use'"
     ":true}}",
     NULL},
    {"a choice without tools", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'tools':[],'to"
     "ol_choice':'required'}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}]}",
     "tool_choice;dropped"},
    {"strict tools", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'tools':[{'typ"
     "e':'function','function':{'name':'f','strict':true,'parameters':{'prope"
     "rties':{}}}}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}],'tools':[{'name':'f','inp"
     "ut_schema':{'type':'object','properties':{}},'strict':true}]}",
     NULL},
    {"strict tools, old model", OPENAI, OURS, "claude-3-haiku-20240307", NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'tools':[{'typ"
     "e':'function','function':{'name':'f','strict':true,'parameters':{}}}]}",
     "{'model':'claude-3-haiku-20240307','max_tokens':4096,'messages':[{'role"
     "':'user','content':[{'type':'text','text':'hi'}]}],'tools':[{'name':'f'"
     ",'input_schema':{'type':'object'}}]}",
     "tools.strict;dropped"},
    {"custom tools", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'assistant','tool_calls':[{'id':'c','t"
     "ype':'custom','custom':{'name':'patch','input':'do it'}}]},{'role':'too"
     "l','tool_call_id':'c','content':'ok'}],'tools':[{'type':'custom','custo"
     "m':{'name':'patch','description':'d'}},{'type':'custom','custom':{'name"
     "':'g','format':{'type':'grammar','grammar':{'syntax':'lark','definition"
     "':'x'}}}}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'as"
     "sistant','content':[{'type':'tool_use','id':'c','name':'patch','input':"
     "{'input':'do it'}}]},{'role':'user','content':[{'type':'tool_result','t"
     "ool_use_id':'c','content':[{'type':'text','text':'ok'}]}]}],'tools':[{'"
     "name':'patch','description':'d','input_schema':{'type':'object','proper"
     "ties':{'input':{'type':'string'}},'required':['input']}},{'name':'g','i"
     "nput_schema':{'type':'object','properties':{'input':{'type':'string'}},"
     "'required':['input']}}]}",
     "tools.custom;approximated, tools.custom.format;approximated"},
    {"a schema, natively", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'response_form"
     "at':{'type':'json_schema','json_schema':{'name':'n','description':'dd',"
     "'schema':{'type':'object','properties':{}},'strict':true}}}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}],'output_config':{'format'"
     ":{'type':'json_schema','schema':{'type':'object','properties':{}}}}}",
     "response_format.description;dropped"},
    {"a schema, by a forced tool", OPENAI, OURS, "claude-sonnet-4-20250514",
     NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'response_form"
     "at':{'type':'json_schema','json_schema':{'name':'n','description':'dd',"
     "'schema':{'type':'object','properties':{}},'strict':true}}}",
     "{'model':'claude-sonnet-4-20250514','max_tokens':64000,'messages':[{'ro"
     "le':'user','content':[{'type':'text','text':'hi'}]}],'tools':[{'name':'"
     "json','description':'dd','input_schema':{'type':'object','properties':{"
     "}}}],'tool_choice':{'type':'tool','name':'json','disable_parallel_tool_"
     "use':true}}",
     NULL},
    {"a schema, with tools", OPENAI, OURS, "claude-sonnet-4-20250514", NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'response_form"
     "at':{'type':'json_schema','json_schema':{'name':'n','description':'dd',"
     "'schema':{'type':'object','properties':{}},'strict':true}},'tools':[{'t"
     "ype':'function','function':{'name':'f','description':'d','parameters':{"
     "'type':'object','properties':{'x':{'type':'number'}}}}}]}",
     "{'model':'claude-sonnet-4-20250514','max_tokens':64000,'messages':[{'ro"
     "le':'user','content':[{'type':'text','text':'hi'}]}],'tools':[{'name':'"
     "f','description':'d','input_schema':{'type':'object','properties':{'x':"
     "{'type':'number'}}}},{'name':'json','description':'dd','input_schema':{"
     "'type':'object','properties':{}}}],'tool_choice':{'type':'any','disable"
     "_parallel_tool_use':true}}",
     NULL},
    {"a schema, and a tool of that name", OPENAI, OURS,
     "claude-3-5-sonnet-latest", NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'response_form"
     "at':{'type':'json_schema','json_schema':{'name':'n','description':'dd',"
     "'schema':{'type':'object','properties':{}},'strict':true}},'tools':[{'t"
     "ype':'function','function':{'name':'json'}}]}",
     "{'model':'claude-3-5-sonnet-latest','max_tokens':8192,'system':[{'type'"
     ":'text','text':'Answer with one valid JSON object and nothing else: no "
     "other text, no code fence. It must fit this JSON Schema: {\\'type\\':"
     "\\'object\\',\\'properties\\':{}}'}],'messages':[{'role':'user','conten"
     "t':[{'type':'text','text':'hi'}]}],'tools':[{'name':'json','input_schem"
     "a':{'type':'object','properties':{}}}]}",
     "response_format.description;dropped, response_format;approximated"},
    {"a schema, while a tool is forced", OPENAI, OURS,
     "claude-3-5-sonnet-latest", NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'response_form"
     "at':{'type':'json_schema','json_schema':{'name':'n','description':'dd',"
     "'schema':{'type':'object','properties':{}},'strict':true}},'tools':[{'t"
     "ype':'function','function':{'name':'f','description':'d','parameters':{"
     "'type':'object','properties':{'x':{'type':'number'}}}}}],'tool_choice':"
     "'required'}",
     "{'model':'claude-3-5-sonnet-latest','max_tokens':8192,'messages':[{'rol"
     "e':'user','content':[{'type':'text','text':'hi'}]}],'tools':[{'name':'f"
     "','description':'d','input_schema':{'type':'object','properties':{'x':{"
     "'type':'number'}}}}],'tool_choice':{'type':'any'}}",
     "response_format.description;dropped, response_format;dropped"},
    {"any JSON", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'response_form"
     "at':{'type':'json_object'}}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'system':[{'type':'text"
     "','text':'Answer with one valid JSON object and nothing else: no other "
     "text, no code fence.'}],'messages':[{'role':'user','content':[{'type':'"
     "text','text':'hi'}]}]}",
     "response_format;approximated"},
    {"sampling", OPENAI, OURS, "claude-3-5-haiku-20241022", NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'temperature':"
     "1.5,'top_p':0.5,'top_k':3}",
     "{'model':'claude-3-5-haiku-20241022','max_tokens':8192,'messages':[{'ro"
     "le':'user','content':[{'type':'text','text':'hi'}]}],'temperature':1,'t"
     "op_p':0.5,'top_k':3}",
     "temperature;approximated"},
    {"sampling: 0 is 0, one of two", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'temperature':"
     "0,'top_p':0.5}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}],'temperature':0}",
     "top_p;dropped"},
    {"sampling that the model refuses", OPENAI, OURS, "claude-opus-4-7", NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'temperature':"
     "1.5,'top_p':0.5,'top_k':3}",
     "{'model':'claude-opus-4-7','max_tokens':128000,'messages':[{'role':'use"
     "r','content':[{'type':'text','text':'hi'}]}]}",
     "temperature;dropped, top_p;dropped, top_k;dropped"},
    {"sampling while thinking", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'temperature':"
     "0.5,'top_p':0.5,'top_k':3,'reasoning_effort':'low'}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}],'thinking':{'type':'enabl"
     "ed','budget_tokens':2048}}",
     "temperature;dropped, top_p;dropped, top_k;dropped"},
    {"effort: none", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'reasoning_eff"
     "ort':'none'}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}],'thinking':{'type':'disab"
     "led'}}",
     NULL},
    {"effort: of a model that can not", OPENAI, OURS, "claude-3-haiku-20240307",
     NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'reasoning_eff"
     "ort':'low'}",
     "{'model':'claude-3-haiku-20240307','max_tokens':4096,'messages':[{'role"
     "':'user','content':[{'type':'text','text':'hi'}]}]}",
     "reasoning_effort;dropped"},
    {"effort: a budget", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'reasoning_eff"
     "ort':'minimal'}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}],'thinking':{'type':'enabl"
     "ed','budget_tokens':1024}}",
     NULL},
    {"effort: a budget within max_tokens", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'reasoning_eff"
     "ort':'high','max_completion_tokens':4000}",
     "{'model':'claude-sonnet-4-5','max_tokens':4000,'messages':[{'role':'use"
     "r','content':[{'type':'text','text':'hi'}]}],'thinking':{'type':'enable"
     "d','budget_tokens':2000}}",
     NULL},
    {"effort: no room to think", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'reasoning_eff"
     "ort':'high','max_completion_tokens':1000}",
     "{'model':'claude-sonnet-4-5','max_tokens':1000,'messages':[{'role':'use"
     "r','content':[{'type':'text','text':'hi'}]}]}",
     "reasoning_effort;dropped"},
    {"effort: adaptive", OPENAI, OURS, "claude-opus-4-6", NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'reasoning_eff"
     "ort':'high'}",
     "{'model':'claude-opus-4-6','max_tokens':128000,'messages':[{'role':'use"
     "r','content':[{'type':'text','text':'hi'}]}],'thinking':{'type':'adapti"
     "ve'},'output_config':{'effort':'high'}}",
     NULL},
    {"effort: adaptive, lower than there is", OPENAI, OURS, "claude-sonnet-5",
     NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'reasoning_eff"
     "ort':'minimal'}",
     "{'model':'claude-sonnet-5','max_tokens':128000,'messages':[{'role':'use"
     "r','content':[{'type':'text','text':'hi'}]}],'thinking':{'type':'adapti"
     "ve'},'output_config':{'effort':'low'}}",
     "reasoning_effort;approximated"},
    {"effort: adaptive, higher than there is", OPENAI, OURS, "claude-opus-4-6",
     NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'reasoning_eff"
     "ort':'xhigh'}",
     "{'model':'claude-opus-4-6','max_tokens':128000,'messages':[{'role':'use"
     "r','content':[{'type':'text','text':'hi'}]}],'thinking':{'type':'adapti"
     "ve'},'output_config':{'effort':'high'}}",
     "reasoning_effort;approximated"},
    {"effort: in OpenRouters words", OPENAI, OURS, "claude-sonnet-5-5", NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'reasoning':{'"
     "max_tokens':2000}}",
     "{'model':'claude-sonnet-5-5','max_tokens':128000,'messages':[{'role':'u"
     "ser','content':[{'type':'text','text':'hi'}]}],'thinking':{'type':'adap"
     "tive'},'output_config':{'effort':'low'}}",
     "reasoning_budget;approximated"},
    {"effort: a budget where both are", OPENAI, OURS, "claude-opus-4-6", NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'reasoning':{'"
     "max_tokens':2000}}",
     "{'model':'claude-opus-4-6','max_tokens':128000,'messages':[{'role':'use"
     "r','content':[{'type':'text','text':'hi'}]}],'thinking':{'type':'enable"
     "d','budget_tokens':2000}}",
     NULL},
    {"effort: with a forced tool", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'tools':[{'typ"
     "e':'function','function':{'name':'f','description':'d','parameters':{'t"
     "ype':'object','properties':{'x':{'type':'number'}}}}}],'tool_choice':'r"
     "equired','reasoning_effort':'low'}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}],'tools':[{'name':'f','des"
     "cription':'d','input_schema':{'type':'object','properties':{'x':{'type'"
     ":'number'}}}}],'tool_choice':{'type':'any'}}",
     "reasoning_effort;dropped"},
    {"effort: the turn began without thinking", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'q'},{'role':'assista"
     "nt','content':'let me','tool_calls':[{'id':'call.1','type':'function','"
     "function':{'name':'f','arguments':'{\\'x\\':1}'}},{'id':'c2','type':'fu"
     "nction','function':{'name':'f','arguments':''}}]},{'role':'tool','tool_"
     "call_id':'call.1','content':'one'},{'role':'tool','tool_call_id':'c2','"
     "content':[{'type':'text','text':'two'}]}],'tools':[{'type':'function','"
     "function':{'name':'f','description':'d','parameters':{'type':'object','"
     "properties':{'x':{'type':'number'}}}}}],'reasoning_effort':'low'}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'q'}]},{'role':'assistant','conten"
     "t':[{'type':'text','text':'let me'},{'type':'tool_use','id':'call_1','n"
     "ame':'f','input':{'x':1}},{'type':'tool_use','id':'c2','name':'f','inpu"
     "t':{}}]},{'role':'user','content':[{'type':'tool_result','tool_use_id':"
     "'call_1','content':[{'type':'text','text':'one'}]},{'type':'tool_result"
     "','tool_use_id':'c2','content':[{'type':'text','text':'two'}]}]}],'tool"
     "s':[{'name':'f','description':'d','input_schema':{'type':'object','prop"
     "erties':{'x':{'type':'number'}}}}]}",
     "reasoning_effort;dropped"},
    {"reasoning of ours comes back", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'q'},{'role':'assista"
     "nt','reasoning_content':'hm','reasoning_details':[{'type':'reasoning.te"
     "xt','text':'hm','signature':'c2ln','format':'anthropic-claude-v1'},{'ty"
     "pe':'reasoning.text','text':'','signature':'{\\'type\\':\\'redacted_thi"
     "nking\\',\\'data\\':\\'eA\\'}','format':'anthropic-claude-v1'}],'tool_c"
     "alls':[{'id':'c','type':'function','function':{'name':'f','arguments':'"
     "{}'}}]},{'role':'tool','tool_call_id':'c','content':'1'}],'tools':[{'ty"
     "pe':'function','function':{'name':'f','description':'d','parameters':{'"
     "type':'object','properties':{'x':{'type':'number'}}}}}],'reasoning_effo"
     "rt':'low'}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'q'}]},{'role':'assistant','conten"
     "t':[{'type':'thinking','thinking':'hm','signature':'c2ln'},{'type':'red"
     "acted_thinking','data':'eA'},{'type':'tool_use','id':'c','name':'f','in"
     "put':{}}]},{'role':'user','content':[{'type':'tool_result','tool_use_id"
     "':'c','content':[{'type':'text','text':'1'}]}]}],'tools':[{'name':'f','"
     "description':'d','input_schema':{'type':'object','properties':{'x':{'ty"
     "pe':'number'}}}}],'thinking':{'type':'enabled','budget_tokens':2048}}",
     NULL},
    {"reasoning of others is lost", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'q'},{'role':'assista"
     "nt','content':'a','reasoning_content':'hm'},{'role':'assistant','conten"
     "t':'b','reasoning_details':[{'type':'reasoning.encrypted','data':'x','f"
     "ormat':'google-gemini-v1'}],'tool_calls':[{'id':'c','type':'function','"
     "function':{'name':'f','arguments':'{}'},'extra_content':{'google':{'tho"
     "ught_signature':'s'}}}]}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'q'}]},{'role':'assistant','conten"
     "t':[{'type':'text','text':'a'},{'type':'text','text':'b'},{'type':'tool"
     "_use','id':'c','name':'f','input':{}}]}]}",
     "messages.reasoning;dropped, messages.state;dropped"},
    {"a refusal is a text", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'q'},{'role':'assista"
     "nt','refusal':'no'}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'q'}]},{'role':'assistant','conten"
     "t':[{'type':'text','text':'no'}]}]}",
     NULL},
    {"stop", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'stop':['a','"
     "\\n','b']}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}],'stop_sequences':['a','b'"
     "]}",
     "stop;approximated"},
    {"stop: nothing is left", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'stop':'\\n'}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}]}",
     "stop;approximated"},
    {"who, which tier", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'user':'u1','s"
     "ervice_tier':'default'}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}],'metadata':{'user_id':'u1"
     "'},'service_tier':'standard_only'}",
     NULL},
    {"which tier: auto", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'service_tier'"
     ":'auto'}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}],'service_tier':'auto'}",
     NULL},
    {"what has no place", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'n':2,'seed':1"
     ",'logprobs':true,'top_logprobs':2,'presence_penalty':1,'frequency_penal"
     "ty':1,'min_p':0.1,'metadata':{'a':'b'},'service_tier':'flex','prompt_ca"
     "che_key':'k','verbosity':'low','modalities':['text','audio'],'audio':{'"
     "voice':'v'},'store':true,'logit_bias':{},'x':1}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}]}",
     "service_tier;dropped, min_p;dropped, presence_penalty;dropped, frequenc"
     "y_penalty;dropped, seed;dropped, n;dropped, logprobs;dropped, top_logpr"
     "obs;dropped, metadata;dropped, prompt_cache_key;dropped, verbosity;drop"
     "ped, modalities;dropped, audio;dropped, store;dropped, logit_bias;dropp"
     "ed, x;dropped"},
    {"what is no loss", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'n':1,'store':"
     "false,'stream':true,'stream_options':{'include_usage':true},'parallel_t"
     "ool_calls':true}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}],'stream':true}",
     NULL},
    {"a number that is none of ours", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'max_tokens':1"
     ".5}",
     "{'model':'claude-sonnet-4-5','max_tokens':1.5,'messages':[{'role':'user"
     "','content':[{'type':'text','text':'hi'}]}]}",
     NULL},
    {"on Vertex", OPENAI, OURS, "claude-sonnet-4-5@20250929",
     "vertex-2023-10-16",
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'stream':true}",
     "{'anthropic_version':'vertex-2023-10-16','max_tokens':64000,'messages':"
     "[{'role':'user','content':[{'type':'text','text':'hi'}]}],'stream':true"
     "}",
     NULL},
    {"on Bedrock", OPENAI, OURS, "us.anthropic.claude-opus-4-1-20250805-v1:0",
     "bedrock-2023-05-31",
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'stream':true}",
     "{'anthropic_version':'bedrock-2023-05-31','max_tokens':32000,'messages'"
     ":[{'role':'user','content':[{'type':'text','text':'hi'}]}]}",
     NULL},
    {"no Claude", OPENAI, OURS, "deepseek-chat", NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'temperature':"
     "0.5,'reasoning_effort':'low'}",
     "{'model':'deepseek-chat','max_tokens':4096,'messages':[{'role':'user','"
     "content':[{'type':'text','text':'hi'}]}],'thinking':{'type':'enabled','"
     "budget_tokens':2048}}",
     "temperature;dropped"},
    {"effort: a budget that is too small", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}],'reasoning':{'"
     "max_tokens':500}}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}],'thinking':{'type':'enabl"
     "ed','budget_tokens':1024}}",
     "reasoning_budget;approximated"},
    {"a state that looks like a block", OPENAI, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'q'},{'role':'assista"
     "nt','reasoning_details':[{'type':'reasoning.text','text':'hm','signatur"
     "e':'{\\'x\\'','format':'anthropic-claude-v1'}],'content':'a'}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'q'}]},{'role':'assistant','conten"
     "t':[{'type':'thinking','thinking':'hm','signature':'{\\'x\\''},{'type':"
     "'text','text':'a'}]}]}",
     NULL},
};

static const struct request_row from_anthropic[] = {
    {"smallest", OURS, OPENAI, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     "}",
     "{'model':'claude-sonnet-4-5','messages':[{'role':'user','content':'hi'}"
     "],'max_tokens':9}",
     NULL},
    {"smallest, to itself", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     "}",
     "{'model':'claude-sonnet-4-5','max_tokens':9,'messages':[{'role':'user',"
     "'content':[{'type':'text','text':'hi'}]}]}",
     NULL},
    {"system", OURS, OPENAI, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'system':'s'}",
     "{'model':'claude-sonnet-4-5','messages':[{'role':'system','content':'s'"
     "},{'role':'user','content':'hi'}],'max_tokens':9}",
     NULL},
    {"system blocks, to itself", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'q'},{"
     "'role':'system','content':'late'},{'role':'user','content':'r'}],'syste"
     "m':[{'type':'text','text':'s','cache_control':{'type':'ephemeral','ttl'"
     ":'1h'}}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':9,'system':[{'type':'text','t"
     "ext':'s','cache_control':{'type':'ephemeral','ttl':'1h'}}],'messages':["
     "{'role':'user','content':[{'type':'text','text':'q'}]},{'role':'system'"
     ",'content':[{'type':'text','text':'late'}]},{'role':'user','content':[{"
     "'type':'text','text':'r'}]}]}",
     NULL},
    {"images and documents", OURS, OPENAI, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':[{'typ"
     "e':'image','source':{'type':'base64','media_type':'image/png','data':'A"
     "AAA'}},{'type':'image','source':{'type':'url','url':'https://x.test/a'}"
     "},{'type':'document','title':'t','source':{'type':'base64','media_type'"
     ":'application/pdf','data':'AAAA'}},{'type':'text','text':'see'}]}]}",
     "{'model':'claude-sonnet-4-5','messages':[{'role':'user','content':[{'ty"
     "pe':'image_url','image_url':{'url':'data:image/png;base64,AAAA'}},{'typ"
     "e':'image_url','image_url':{'url':'https://x.test/a'}},{'type':'file','"
     "file':{'filename':'t','file_data':'data:application/pdf;base64,AAAA'}},"
     "{'type':'text','text':'see'}]}],'max_tokens':9}",
     NULL},
    {"what documents say more, to itself", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':[{'typ"
     "e':'document','context':'c','citations':{'enabled':true},'source':{'typ"
     "e':'text','media_type':'text/plain','data':'plain'}},{'type':'document'"
     ",'source':{'type':'content','content':[{'type':'text','text':'in'},{'ty"
     "pe':'text','text':'side'},{'type':'image','source':{'type':'file','file"
     "_id':'f'}}]}},{'type':'document','source':{'type':'content','content':'"
     "str'}},{'type':'search_result','source':'https://x.test','title':'found"
     "','content':[{'type':'text','text':'it'}]},{'type':'image','source':{'t"
     "ype':'file','file_id':'f'}}]}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':9,'messages':[{'role':'user',"
     "'content':[{'type':'document','context':'c','citations':{'enabled':true"
     "},'source':{'type':'text','media_type':'text/plain','data':'plain'}},{'"
     "type':'document','source':{'type':'content','content':[{'type':'text','"
     "text':'in'},{'type':'text','text':'side'},{'type':'image','source':{'ty"
     "pe':'file','file_id':'f'}}]}},{'type':'document','source':{'type':'cont"
     "ent','content':'str'}},{'type':'search_result','source':'https://x.test"
     "','title':'found','content':[{'type':'text','text':'it'}]},{'type':'ima"
     "ge','source':{'type':'file','file_id':'f'}}]}]}",
     NULL},
    {"what documents say more", OURS, OPENAI, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':[{'typ"
     "e':'document','context':'c','citations':{'enabled':true},'source':{'typ"
     "e':'text','media_type':'text/plain','data':'plain'}},{'type':'document'"
     ",'source':{'type':'content','content':[{'type':'text','text':'in'},{'ty"
     "pe':'text','text':'side'},{'type':'image','source':{'type':'file','file"
     "_id':'f'}}]}},{'type':'document','source':{'type':'content','content':'"
     "str'}},{'type':'search_result','source':'https://x.test','title':'found"
     "','content':[{'type':'text','text':'it'}]}]}]}",
     "{'model':'claude-sonnet-4-5','messages':[{'role':'user','content':[{'ty"
     "pe':'text','text':'plain'},{'type':'text','text':'inside'},{'type':'tex"
     "t','text':'str'},{'type':'text','text':'it'}]}],'max_tokens':9}",
     "messages.document;moved, messages.document.context;dropped, messages.do"
     "cument.citations;dropped, messages.document.content;dropped, messages.s"
     "earch_result.source;dropped"},
    {"tools: calls and results", OURS, OPENAI, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'q'},{"
     "'role':'assistant','content':[{'type':'thinking','thinking':'hm','signa"
     "ture':'c2ln'},{'type':'redacted_thinking','data':'eA'},{'type':'text','"
     "text':'ok'},{'type':'tool_use','id':'t1','name':'f','input':{'x':1},'ca"
     "ller':{'type':'direct'}},{'type':'tool_use','id':'t2','name':'f','input"
     "':{},'cache_control':{'type':'ephemeral'}}]},{'role':'user','content':["
     "{'type':'text','text':'also'},{'type':'tool_result','tool_use_id':'t1',"
     "'content':'1','is_error':true},{'type':'tool_result','tool_use_id':'t2'"
     ",'content':[{'type':'text','text':'2'},{'type':'image','source':{'type'"
     ":'base64','media_type':'image/png','data':'AAAA'}}]},{'type':'tool_resu"
     "lt','tool_use_id':'t2'}]}],'tools':[{'name':'f','input_schema':{'type':"
     "'object'}}]}",
     "{'model':'claude-sonnet-4-5','messages':[{'role':'user','content':'q'},"
     "{'role':'assistant','content':'ok','tool_calls':[{'id':'t1','type':'fun"
     "ction','function':{'name':'f','arguments':'{\\'x\\':1}'}},{'id':'t2','t"
     "ype':'function','function':{'name':'f','arguments':'{}'}}]},{'role':'to"
     "ol','tool_call_id':'t1','content':'1'},{'role':'tool','tool_call_id':'t"
     "2','content':'2'},{'role':'tool','tool_call_id':'t2','content':''},{'ro"
     "le':'user','content':[{'type':'image_url','image_url':{'url':'data:imag"
     "e/png;base64,AAAA'}}]},{'role':'user','content':'also'}],'tools':[{'typ"
     "e':'function','function':{'name':'f','parameters':{'type':'object'}}}],"
     "'max_tokens':9}",
     "messages.reasoning_state;dropped, messages.reasoning;dropped, messages."
     "is_error;dropped, messages.image;dropped, messages.tool_result;moved"},
    {"tools: calls and results, to itself", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'q'},{"
     "'role':'assistant','content':[{'type':'thinking','thinking':'hm','signa"
     "ture':'c2ln'},{'type':'redacted_thinking','data':'eA'},{'type':'text','"
     "text':'ok'},{'type':'tool_use','id':'t1','name':'f','input':{'x':1},'ca"
     "ller':{'type':'direct'}},{'type':'tool_use','id':'t2','name':'f','input"
     "':{},'cache_control':{'type':'ephemeral'}}]},{'role':'user','content':["
     "{'type':'text','text':'also'},{'type':'tool_result','tool_use_id':'t1',"
     "'content':'1','is_error':true},{'type':'tool_result','tool_use_id':'t2'"
     ",'content':[{'type':'text','text':'2'},{'type':'image','source':{'type'"
     ":'base64','media_type':'image/png','data':'AAAA'}}]},{'type':'tool_resu"
     "lt','tool_use_id':'t2'}]}],'tools':[{'name':'f','input_schema':{'type':"
     "'object'}}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':9,'messages':[{'role':'user',"
     "'content':[{'type':'text','text':'q'}]},{'role':'assistant','content':["
     "{'type':'thinking','thinking':'hm','signature':'c2ln'},{'type':'redacte"
     "d_thinking','data':'eA'},{'type':'text','text':'ok'},{'type':'tool_use'"
     ",'id':'t1','name':'f','input':{'x':1}},{'type':'tool_use','id':'t2','na"
     "me':'f','input':{},'cache_control':{'type':'ephemeral'}}]},{'role':'use"
     "r','content':[{'type':'tool_result','tool_use_id':'t1','content':[{'typ"
     "e':'text','text':'1'}],'is_error':true},{'type':'tool_result','tool_use"
     "_id':'t2','content':[{'type':'text','text':'2'},{'type':'image','source"
     "':{'type':'base64','media_type':'image/png','data':'AAAA'}}]},{'type':'"
     "tool_result','tool_use_id':'t2'},{'type':'text','text':'also'}]}],'tool"
     "s':[{'name':'f','input_schema':{'type':'object'}}]}",
     NULL},
    {"server tools", OURS, OPENAI, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'q'},{"
     "'role':'assistant','content':[{'type':'server_tool_use','id':'s','name'"
     ":'web_search','input':{'query':'x'}},{'type':'web_search_tool_result','"
     "tool_use_id':'s','content':[]},{'type':'text','text':'a','citations':[{"
     "'type':'web_search_result_location','url':'u'}]}]},{'role':'user','cont"
     "ent':[{'type':'container_upload','file_id':'f'}]}],'tools':[{'type':'we"
     "b_search_20250305','name':'web_search','max_uses':1},{'name':'f','input"
     "_schema':{'type':'object'},'defer_loading':true}]}",
     "{'model':'claude-sonnet-4-5','messages':[{'role':'user','content':'q'},"
     "{'role':'assistant','content':'a'},{'role':'user','content':''}],'tools"
     "':[{'type':'function','function':{'name':'f','parameters':{'type':'obje"
     "ct'}}}],'max_tokens':9}",
     "messages.reasoning_state;dropped, tools;dropped, tools.defer_loading;dr"
     "opped, messages.text.citations;dropped"},
    {"server tools, to itself", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'q'},{"
     "'role':'assistant','content':[{'type':'server_tool_use','id':'s','name'"
     ":'web_search','input':{'query':'x'}},{'type':'web_search_tool_result','"
     "tool_use_id':'s','content':[]},{'type':'text','text':'a','citations':[{"
     "'type':'web_search_result_location','url':'u'}]}]},{'role':'user','cont"
     "ent':[{'type':'container_upload','file_id':'f'}]}],'tools':[{'type':'we"
     "b_search_20250305','name':'web_search','max_uses':1},{'name':'f','input"
     "_schema':{'type':'object'},'defer_loading':true}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':9,'messages':[{'role':'user',"
     "'content':[{'type':'text','text':'q'}]},{'role':'assistant','content':["
     "{'type':'server_tool_use','id':'s','name':'web_search','input':{'query'"
     ":'x'}},{'type':'web_search_tool_result','tool_use_id':'s','content':[]}"
     ",{'type':'text','text':'a','citations':[{'type':'web_search_result_loca"
     "tion','url':'u'}]}]},{'role':'user','content':[{'type':'container_uploa"
     "d','file_id':'f'}]}],'tools':[{'type':'web_search_20250305','name':'web"
     "_search','max_uses':1},{'name':'f','input_schema':{'type':'object'},'de"
     "fer_loading':true}]}",
     NULL},
    {"tool choice: auto", OURS, OPENAI, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'tools':[{'name':'f','input_schema':{'type':'object'}}],'tool_choice':"
     "{'type':'auto','disable_parallel_tool_use':true}}",
     "{'model':'claude-sonnet-4-5','messages':[{'role':'user','content':'hi'}"
     "],'tools':[{'type':'function','function':{'name':'f','parameters':{'typ"
     "e':'object'}}}],'parallel_tool_calls':false,'max_tokens':9}",
     NULL},
    {"tool choice: auto, to itself", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'tools':[{'name':'f','input_schema':{'type':'object'}}],'tool_choice':"
     "{'type':'auto','disable_parallel_tool_use':true}}",
     "{'model':'claude-sonnet-4-5','max_tokens':9,'messages':[{'role':'user',"
     "'content':[{'type':'text','text':'hi'}]}],'tools':[{'name':'f','input_s"
     "chema':{'type':'object'}}],'tool_choice':{'type':'auto','disable_parall"
     "el_tool_use':true}}",
     NULL},
    {"tool choice: any", OURS, OPENAI, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'tools':[{'name':'f','input_schema':{'type':'object'}}],'tool_choice':"
     "{'type':'any'}}",
     "{'model':'claude-sonnet-4-5','messages':[{'role':'user','content':'hi'}"
     "],'tools':[{'type':'function','function':{'name':'f','parameters':{'typ"
     "e':'object'}}}],'max_tokens':9}",
     NULL},
    {"tool choice: any, to itself", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'tools':[{'name':'f','input_schema':{'type':'object'}}],'tool_choice':"
     "{'type':'any'}}",
     "{'model':'claude-sonnet-4-5','max_tokens':9,'messages':[{'role':'user',"
     "'content':[{'type':'text','text':'hi'}]}],'tools':[{'name':'f','input_s"
     "chema':{'type':'object'}}],'tool_choice':{'type':'any'}}",
     NULL},
    {"tool choice: none", OURS, OPENAI, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'tools':[{'name':'f','input_schema':{'type':'object'}}],'tool_choice':"
     "{'type':'none'}}",
     "{'model':'claude-sonnet-4-5','messages':[{'role':'user','content':'hi'}"
     "],'tools':[{'type':'function','function':{'name':'f','parameters':{'typ"
     "e':'object'}}}],'max_tokens':9}",
     NULL},
    {"tool choice: none, to itself", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'tools':[{'name':'f','input_schema':{'type':'object'}}],'tool_choice':"
     "{'type':'none'}}",
     "{'model':'claude-sonnet-4-5','max_tokens':9,'messages':[{'role':'user',"
     "'content':[{'type':'text','text':'hi'}]}],'tools':[{'name':'f','input_s"
     "chema':{'type':'object'}}],'tool_choice':{'type':'none'}}",
     NULL},
    {"tool choice: tool", OURS, OPENAI, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'tools':[{'name':'f','input_schema':{'type':'object'}}],'tool_choice':"
     "{'type':'tool','name':'f'}}",
     "{'model':'claude-sonnet-4-5','messages':[{'role':'user','content':'hi'}"
     "],'tools':[{'type':'function','function':{'name':'f','parameters':{'typ"
     "e':'object'}}}],'max_tokens':9}",
     NULL},
    {"tool choice: tool, to itself", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'tools':[{'name':'f','input_schema':{'type':'object'}}],'tool_choice':"
     "{'type':'tool','name':'f'}}",
     "{'model':'claude-sonnet-4-5','max_tokens':9,'messages':[{'role':'user',"
     "'content':[{'type':'text','text':'hi'}]}],'tools':[{'name':'f','input_s"
     "chema':{'type':'object'}}],'tool_choice':{'type':'tool','name':'f'}}",
     NULL},
    {"parameters", OURS, OPENAI, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'temperature':0.5,'top_p':0.9,'top_k':3,'stop_sequences':['x','y'],'me"
     "tadata':{'user_id':'u','k':1},'service_tier':'standard_only','stream':t"
     "rue,'container':'c','cache_control':{'type':'ephemeral'}}",
     "{'model':'claude-sonnet-4-5','messages':[{'role':'user','content':'hi'}"
     "],'max_tokens':9,'temperature':0.5,'top_p':0.9,'stop':['x','y'],'user':"
     "'u','stream':true}",
     "top_k;dropped, service_tier;dropped, container;dropped, cache_control;d"
     "ropped, metadata.k;dropped"},
    {"parameters, to itself", OURS, OURS, "claude-3-7-sonnet-latest", NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'temperature':0.5,'top_p':0.9,'top_k':3,'stop_sequences':['x','y'],'me"
     "tadata':{'user_id':'u','k':1},'service_tier':'standard_only','stream':t"
     "rue,'container':'c','cache_control':{'type':'ephemeral'}}",
     "{'model':'claude-3-7-sonnet-latest','max_tokens':9,'messages':[{'role':"
     "'user','content':[{'type':'text','text':'hi'}]}],'temperature':0.5,'top"
     "_p':0.9,'top_k':3,'stop_sequences':['x','y'],'metadata':{'user_id':'u'}"
     ",'service_tier':'standard_only','container':'c','cache_control':{'type'"
     ":'ephemeral'},'stream':true}",
     "metadata.k;dropped"},
    {"thinking: enabled", OURS, OPENAI, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'max_tokens':9000,'thinking':{'type':'enabled','budget_tokens':2000}}",
     "{'model':'claude-sonnet-4-5','messages':[{'role':'user','content':'hi'}"
     "],'reasoning_effort':'low','max_tokens':9000}",
     "reasoning_budget;approximated"},
    {"thinking: enabled, to itself", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'max_tokens':9000,'thinking':{'type':'enabled','budget_tokens':2000}}",
     "{'model':'claude-sonnet-4-5','max_tokens':9000,'messages':[{'role':'use"
     "r','content':[{'type':'text','text':'hi'}]}],'thinking':{'type':'enable"
     "d','budget_tokens':2000}}",
     NULL},
    {"thinking: enabled where it is refused", OURS, OPENAI, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'max_tokens':9000,'thinking':{'type':'enabled','budget_tokens':2000}}",
     "{'model':'claude-sonnet-4-5','messages':[{'role':'user','content':'hi'}"
     "],'reasoning_effort':'low','max_tokens':9000}",
     "reasoning_budget;approximated"},
    {"thinking: enabled where it is refused, to itself", OURS, OURS,
     "claude-opus-5-5", NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'max_tokens':9000,'thinking':{'type':'enabled','budget_tokens':2000}}",
     "{'model':'claude-opus-5-5','max_tokens':9000,'messages':[{'role':'user'"
     ",'content':[{'type':'text','text':'hi'}]}],'thinking':{'type':'adaptive"
     "'},'output_config':{'effort':'low'}}",
     "reasoning_budget;approximated"},
    {"thinking: adaptive", OURS, OPENAI, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'max_tokens':9000,'thinking':{'type':'adaptive','display':'summarized'"
     "}}",
     "{'model':'claude-sonnet-4-5','messages':[{'role':'user','content':'hi'}"
     "],'reasoning_effort':'high','max_tokens':9000}",
     NULL},
    {"thinking: adaptive, to itself", OURS, OURS, "claude-opus-4-7", NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'max_tokens':9000,'thinking':{'type':'adaptive','display':'summarized'"
     "}}",
     "{'model':'claude-opus-4-7','max_tokens':9000,'messages':[{'role':'user'"
     ",'content':[{'type':'text','text':'hi'}]}],'thinking':{'type':'adaptive"
     "','display':'summarized'},'output_config':{'effort':'high'}}",
     NULL},
    {"thinking: adaptive where it is not known", OURS, OPENAI, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'max_tokens':9000,'thinking':{'type':'adaptive','display':'omitted'}}",
     "{'model':'claude-sonnet-4-5','messages':[{'role':'user','content':'hi'}"
     "],'reasoning_effort':'high','max_tokens':9000}",
     NULL},
    {"thinking: adaptive where it is not known, to itself", OURS, OURS, SONNET,
     NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'max_tokens':9000,'thinking':{'type':'adaptive','display':'omitted'}}",
     "{'model':'claude-sonnet-4-5','max_tokens':9000,'messages':[{'role':'use"
     "r','content':[{'type':'text','text':'hi'}]}],'thinking':{'type':'enable"
     "d','budget_tokens':4500,'display':'omitted'}}",
     NULL},
    {"thinking: disabled", OURS, OPENAI, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'max_tokens':9000,'thinking':{'type':'disabled'}}",
     "{'model':'claude-sonnet-4-5','messages':[{'role':'user','content':'hi'}"
     "],'reasoning_effort':'none','max_tokens':9000}",
     NULL},
    {"thinking: disabled, to itself", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'max_tokens':9000,'thinking':{'type':'disabled'}}",
     "{'model':'claude-sonnet-4-5','max_tokens':9000,'messages':[{'role':'use"
     "r','content':[{'type':'text','text':'hi'}]}],'thinking':{'type':'disabl"
     "ed'}}",
     NULL},
    {"thinking: between tools", OURS, OPENAI, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'max_tokens':9000,'thinking':{'type':'between_tools'}}",
     "{'model':'claude-sonnet-4-5','messages':[{'role':'user','content':'hi'}"
     "],'max_tokens':9000}",
     "thinking.type;dropped"},
    {"thinking: between tools, to itself", OURS, OURS, "claude-opus-5", NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'max_tokens':9000,'thinking':{'type':'between_tools'}}",
     "{'model':'claude-opus-5','max_tokens':9000,'messages':[{'role':'user','"
     "content':[{'type':'text','text':'hi'}]}],'thinking':{'type':'between_to"
     "ols'}}",
     NULL},
    {"effort alone", OURS, OPENAI, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'output_config':{'effort':'xhigh'}}",
     "{'model':'claude-sonnet-4-5','messages':[{'role':'user','content':'hi'}"
     "],'reasoning_effort':'xhigh','max_tokens':9}",
     NULL},
    {"effort alone, to itself", OURS, OURS, "claude-opus-4-7", NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'output_config':{'effort':'max'}}",
     "{'model':'claude-opus-4-7','max_tokens':9,'messages':[{'role':'user','c"
     "ontent':[{'type':'text','text':'hi'}]}],'output_config':{'effort':'max'"
     "}}",
     NULL},
    {"effort that is not wanted", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'thinking':{'type':'disabled'},'output_config':{'effort':'low','new':1"
     "}}",
     "{'model':'claude-sonnet-4-5','max_tokens':9,'messages':[{'role':'user',"
     "'content':[{'type':'text','text':'hi'}]}],'thinking':{'type':'disabled'"
     "}}",
     "output_config.new;dropped, output_config.effort;dropped"},
    {"a schema", OURS, OPENAI, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'output_config':{'format':{'type':'json_schema','schema':{'type':'obje"
     "ct'},'x':1}}}",
     "{'model':'claude-sonnet-4-5','messages':[{'role':'user','content':'hi'}"
     "],'response_format':{'type':'json_schema','json_schema':{'name':'respon"
     "se','schema':{'type':'object'},'strict':true}},'max_tokens':9}",
     "output_config.format.x;dropped"},
    {"a schema, to itself", OURS, OURS, "claude-opus-4-6", NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'output_config':{'effort':'low','format':{'type':'json_schema','schema"
     "':{'type':'object'}}}}",
     "{'model':'claude-opus-4-6','max_tokens':9,'messages':[{'role':'user','c"
     "ontent':[{'type':'text','text':'hi'}]}],'output_config':{'effort':'low'"
     ",'format':{'type':'json_schema','schema':{'type':'object'}}}}",
     NULL},
    {"another vendors state comes back", OURS, OPENAI, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'q'},{"
     "'role':'assistant','content':[{'type':'thinking','thinking':'hm','signa"
     "ture':'sluice:bedrock:zz'},{'type':'redacted_thinking','data':'sluice:o"
     "penai-responses:enc'},{'type':'redacted_thinking','data':'call:sluice:g"
     "emini:sig'},{'type':'tool_use','id':'t','name':'f','input':{}}]},{'role"
     "':'user','content':[{'type':'tool_result','tool_use_id':'t','content':'"
     "'}]}],'tools':[{'name':'f','input_schema':{'type':'object'}}]}",
     "{'model':'claude-sonnet-4-5','messages':[{'role':'user','content':'q'},"
     "{'role':'assistant','content':null,'tool_calls':[{'id':'t','type':'func"
     "tion','function':{'name':'f','arguments':'{}'},'extra_content':{'google"
     "':{'thought_signature':'sig'}}}]},{'role':'tool','tool_call_id':'t','co"
     "ntent':''}],'tools':[{'type':'function','function':{'name':'f','paramet"
     "ers':{'type':'object'}}}],'max_tokens':9}",
     "messages.reasoning_state;dropped, messages.reasoning;dropped"},
    {"to count, max_tokens may be missing", &dialect_anthropic_count, OURS,
     SONNET, NULL, "{'model':'m','messages':[{'role':'user','content':'hi'}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':64000,'messages':[{'role':'us"
     "er','content':[{'type':'text','text':'hi'}]}]}",
     NULL},
    {"a message of nothing", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':[]},{'"
     "role':'user','content':'x'}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':9,'messages':[{'role':'user',"
     "'content':[{'type':'text','text':'x'}]}]}",
     NULL},
    {"a document of text, to itself", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'service_tier':'auto','tools':[{'name':'f',"
     "'input_schema':{'type':'object'},'strict':true}],'messages':[{'role':'u"
     "ser','content':[{'type':'document','source':{'type':'text','media_type'"
     ":'text/plain','data':'d'}}]}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':9,'messages':[{'role':'user',"
     "'content':[{'type':'document','source':{'type':'text','media_type':'tex"
     "t/plain','data':'d'}}]}],'tools':[{'name':'f','input_schema':{'type':'o"
     "bject'},'strict':true}],'service_tier':'auto'}",
     NULL},
    {"a result that holds more, to itself", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'assistant','content':["
     "{'type':'tool_use','id':'t','name':'f','input':{}}]},{'role':'user','co"
     "ntent':[{'type':'tool_result','tool_use_id':'t','content':[{'type':'tex"
     "t','text':'a','citations':[]},{'type':'text','text':'b','citations':[]}"
     "]}]}]}",
     "{'model':'claude-sonnet-4-5','max_tokens':9,'messages':[{'role':'assist"
     "ant','content':[{'type':'tool_use','id':'t','name':'f','input':{}}]},{'"
     "role':'user','content':[{'type':'tool_result','tool_use_id':'t','conten"
     "t':[{'type':'text','text':'a','citations':[]},{'type':'text','text':'b'"
     ",'citations':[]}]}]}]}",
     NULL},
};

static const struct request_row wrong[] = {
    {"no model", OURS, OURS, SONNET, NULL,
     "{'max_tokens':1,'messages':[{'role':'user','content':'hi'}]}",
     "model: must name a model", NULL},
    {"model: a number", OURS, OURS, SONNET, NULL,
     "{'model':1,'max_tokens':1,'messages':[{'role':'user','content':'hi'}]}",
     "model: must be a string", NULL},
    {"no max_tokens", OURS, OURS, SONNET, NULL,
     "{'model':'m','messages':[{'role':'user','content':'hi'}]}",
     "max_tokens: must be a number of tokens", NULL},
    {"max_tokens: a text", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':'1','messages':[{'role':'user','content':'hi'"
     "}]}",
     "max_tokens: must be a number", NULL},
    {"no messages", OURS, OURS, SONNET, NULL, "{'model':'m','max_tokens':1}",
     "messages: must be an array of at least one message", NULL},
    {"messages: empty", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':1,'messages':[]}",
     "messages: must be an array of at least one message", NULL},
    {"a message that is none", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[1]}",
     "messages[0]: must be an object with role and content", NULL},
    {"no role", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'content':'x'}]}",
     "messages[0].role: must be user, assistant or system", NULL},
    {"another role", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'tool','content':'x'}]}",
     "messages[0].role: must be user, assistant or system", NULL},
    {"no content", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user'}]}",
     "messages[0].content: must be a string or an array of blocks", NULL},
    {"content: a number", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':1}]}",
     "messages[0].content: must be a string or an array of blocks", NULL},
    {"a block that is none", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':['x']}"
     "]}",
     "messages[0].content[0]: must be an object with a type", NULL},
    {"no type", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':[{}]}]"
     "}",
     "messages[0].content[0].type: must be text, image, document, tool_use, t"
     "ool_result, thinking or another kind of block",
     NULL},
    {"type: a number", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':[{'typ"
     "e':1}]}]}",
     "messages[0].content[0].type: must be a string", NULL},
    {"text: missing", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':[{'typ"
     "e':'text'}]}]}",
     "messages[0].content[0].text: must be a string", NULL},
    {"cache_control: a text", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':[{'typ"
     "e':'text','text':'a','cache_control':'x'}]}]}",
     "messages[0].content[0].cache_control: must be an object", NULL},
    {"source: missing", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':[{'typ"
     "e':'image'}]}]}",
     "messages[0].content[0].source: must be an object", NULL},
    {"source: another type", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':[{'typ"
     "e':'image','source':{'type':'text'}}]}]}",
     "messages[0].content[0].source.type: must be base64, url or file; or, of"
     " a document, text or content",
     NULL},
    {"source: no data", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':[{'typ"
     "e':'image','source':{'type':'base64','media_type':'image/png'}}]}]}",
     "messages[0].content[0].source.data: must be base64", NULL},
    {"tool_use: no id", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'assistant','content':["
     "{'type':'tool_use','name':'f','input':{}}]}]}",
     "messages[0].content[0].id: must be the id of the call", NULL},
    {"tool_use: input is a text", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'assistant','content':["
     "{'type':'tool_use','id':'i','name':'f','input':'x'}]}]}",
     "messages[0].content[0].input: must be an object", NULL},
    {"tool_result: no id", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':[{'typ"
     "e':'tool_result'}]}]}",
     "messages[0].content[0].tool_use_id: must name the call that this is the"
     " result of",
     NULL},
    {"tool_result: content is a number", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':[{'typ"
     "e':'tool_result','tool_use_id':'t','content':1}]}]}",
     "messages[0].content[0].content: must be a string or an array of blocks",
     NULL},
    {"tool_result in one", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':[{'typ"
     "e':'tool_result','tool_use_id':'t','content':[{'type':'tool_result'}]}]"
     "}]}",
     "messages[0].content[0].content[0]: has no place in a tool_result", NULL},
    {"tool_result of the assistant", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'assistant','content':["
     "{'type':'tool_result','tool_use_id':'t'}]}]}",
     "messages[0].content[0]: belongs in a message of the user", NULL},
    {"is_error: a text", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':[{'typ"
     "e':'tool_result','tool_use_id':'t','is_error':'x'}]}]}",
     "messages[0].content[0].is_error: must be true or false", NULL},
    {"thinking: missing", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'assistant','content':["
     "{'type':'thinking'}]}]}",
     "messages[0].content[0].thinking: must be a string", NULL},
    {"redacted: no data", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'assistant','content':["
     "{'type':'redacted_thinking'}]}]}",
     "messages[0].content[0].data: must be a string", NULL},
    {"system: a number", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'system':1}",
     "system: must be a string or an array of text blocks", NULL},
    {"system: an image", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'system':[{'type':'image','source':{'type':'url','url':'u'}}]}",
     "system[0]: must be a text block", NULL},
    {"tools: an object", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'tools':{}}",
     "tools: must be an array of tools", NULL},
    {"a tool that is none", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'tools':[1]}",
     "tools[0]: must be an object", NULL},
    {"a tool without a name", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'tools':[{'input_schema':{}}]}",
     "tools[0].name: must be the name of the tool", NULL},
    {"a tool without a schema", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'tools':[{'name':'f'}]}",
     "tools[0].input_schema: must be a JSON Schema", NULL},
    {"a tool of a strange type", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'tools':[{'type':1}]}",
     "tools[0].type: must be a string", NULL},
    {"tool_choice: a text", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'tool_choice':'auto'}",
     "tool_choice: must be an object", NULL},
    {"tool_choice: another", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'tool_choice':{'type':'x'}}",
     "tool_choice.type: must be auto, any, tool or none", NULL},
    {"tool_choice: no name", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'tool_choice':{'type':'tool'}}",
     "tool_choice.name: must be the name of the tool", NULL},
    {"thinking: a text", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'thinking':'on'}",
     "thinking: must be an object", NULL},
    {"thinking: another", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'thinking':{'type':'x'}}",
     "thinking.type: must be enabled, adaptive, disabled or between_tools",
     NULL},
    {"thinking: no budget", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'thinking':{'type':'enabled'}}",
     "thinking.budget_tokens: must be a number of tokens", NULL},
    {"thinking: display", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'thinking':{'type':'adaptive','display':'x'}}",
     "thinking.display: must be summarized or omitted", NULL},
    {"effort: another", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'output_config':{'effort':'x'}}",
     "output_config.effort: must be low, medium, high, xhigh or max", NULL},
    {"format: another", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'output_config':{'format':{'type':'x'}}}",
     "output_config.format.type: must be json_schema", NULL},
    {"format: no schema", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'output_config':{'format':{'type':'json_schema'}}}",
     "output_config.format.schema: must be a JSON Schema", NULL},
    {"service_tier: another", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'service_tier':'x'}",
     "service_tier: must be auto or standard_only", NULL},
    {"metadata: a text", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'metadata':'x'}",
     "metadata: must be an object", NULL},
    {"stop_sequences: numbers", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'stop_sequences':[1]}",
     "stop_sequences[0]: must be a string", NULL},
    {"stream: a text", OURS, OURS, SONNET, NULL,
     "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]"
     ",'stream':'x'}",
     "stream: must be true or false", NULL},
    {"not an object", OURS, OURS, SONNET, NULL, "[]",
     ": the body must be a JSON object", NULL},
};

static void to_a_provider(void **state)
{
    (void)state;
    check_request_rows(to_anthropic, SL_LEN(to_anthropic));
}

static void from_a_client(void **state)
{
    (void)state;
    check_request_rows(from_anthropic, SL_LEN(from_anthropic));
}

static void what_is_wrong(void **state)
{
    (void)state;
    check_request_rows(wrong, SL_LEN(wrong));
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
    struct translate_written written;
    struct test_mem m;
    struct arena a;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 64, 1 << 16);
    assert_true(translate_write(&dialect_anthropic, &request,
                                STR("claude-opus-4-6"), NULL, &a,
                                &written) == SL_OK);
    check_str(written.body,
              quoted("{'model':'claude-opus-4-6','max_tokens':128000,"
                     "'messages':[{'role':'user','content':[{'type':'text',"
                     "'text':'hi'}]}],'thinking':{'type':'adaptive','display':"
                     "'summarized'},'output_config':{'effort':'low'}}"));
    check_str(written.loss, STR("tools.web_search;dropped, tools;dropped"));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(to_a_provider),
        cmocka_unit_test(from_a_client),
        cmocka_unit_test(what_is_wrong),
        cmocka_unit_test(of_another_client),
    };

    return test_run("anthropic_requests", tests, SL_LEN(tests));
}
