/*
 * subword: the ids that Hugging Face's tokenizers 0.23.3 gave by small files of
 * each kind; what is refused, and why
 *
 * JSON is written with ' for ", and @ for the tokens of all bytes in GPT-2's
 * letters, whose ids are the bytes.
 */

#include "token/subword.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "record/json.h"

#include "tap.h"

#define VOCAB                                                                  \
	"'<u>':0,'a':1,'b':2,'c':3,' "                                         \
	"':4,'\u2581':5,'1':6,'2':7,'!':8,',':9,'\u00e9':10,'\\n':11,'"        \
	"\u2581a':12,'ab':13,'b\u2581':14,'a1':15,'11':16,'12':17,'!!':18,'!"  \
	"a':19,'a!':20,'aa':21,' a':22,'\u2581ab':23"
#define MERGES                                                                 \
	"[['b','\u2581'],['a','b'],['\u2581','a'],['a','1'],['1','1'],['1','"  \
	"2'],['!','!'],['!','a'],['a','!'],['a','a'],[' "                      \
	"','a'],['\u2581a','b']]"
#define CHARS                                                                  \
	"'model':{'type':'BPE','unk_token':'<u>','vocab':{" VOCAB              \
	"},'merges':" MERGES "}"
#define LETTERS                                                                \
	"'model':{'type':'BPE','vocab':{"                                      \
	"@"                                                                    \
	",'ab':256,'\u0120a':257,'a1':258,'11':259,'\u0120\u0120':260},'"      \
	"merges':['a b','\u0120 a','a 1','1 1','\u0120 \u0120']}"
#define PIECES                                                                 \
	"'vocab':[['<u>',0],['a',-1],['b',-1.5],['ab',-2.25],['\u2581',-2],['" \
	"\u2581a',-2.5],['ba',-3],['\u00e9',-7.125]]"
#define SPACES "{'type':'Metaspace','replacement':'\u2581'"

/* With a blank before each id; without what and json, those of the row before. */
static const struct accepted {
	const char *what, *json, *text, *ids;
} accepted[] = {
    {"no normalizer and no pre_tokenizer",
	"{'normalizer':null,'pre_tokenizer':null," CHARS "}", "", ""},
    {NULL, NULL, "ab a!", " 13 4 20"},
    {NULL, NULL, "abz\u00e9", " 13 0 10"},
    {NULL, NULL, "zz", " 0 0"},
    {"NFC", "{'normalizer':{'type':'NFC'}," CHARS "}", "e\u0301a", " 10 1"},
    {"NFKC", "{'normalizer':{'type':'NFKC'}," CHARS "}", "\uff41\u00b9\u00b9",
	" 15 6"},
    {"Strip",
	"{'normalizer':{'type':'Strip','strip_left':true,'strip_right':true}"
	"," CHARS "}",
	" ab ", " 13"},
    {NULL, NULL, "\u3000a\n", " 1"},
    {"Strip on the left",
	"{'normalizer':{'type':'Strip','strip_left':true,'strip_right':false}"
	"," CHARS "}",
	" a ", " 1 4"},
    {"Strip on the right",
	"{'normalizer':{'type':'Strip','strip_left':false,'strip_right':true}"
	"," CHARS "}",
	" a ", " 22"},
    {"Prepend",
	"{'normalizer':{'type':'Prepend','prepend':'\u2581'}," CHARS "}", "",
	""},
    {NULL, NULL, "ab", " 5 13"},
    {"Replace of a text",
	"{'normalizer':{'type':'Replace','pattern':{'String':'c'},'content':'"
	"ab'}," CHARS "}",
	"ca c", " 13 1 4 13"},
    {"Replace of blanks",
	"{'normalizer':{'type':'Replace','pattern':{'Regex':' "
	"{2,}'},'content':' '}," CHARS "}",
	"a   b", " 1 4 2"},
    {"a Sequence of normalizers",
	"{'normalizer':{'type':'Sequence','normalizers':[{'type':'NFKC'},{'"
	"type':'Prepend','prepend':'\u2581'},{'type':'Replace','pattern':{'"
	"String':' '},'content':'\u2581'}]}," CHARS "}",
	"\uff41b a", " 12 14 1"},
    {"Metaspace, always",
	"{'pre_tokenizer':" SPACES
	",'prepend_scheme':'always','split':true}," CHARS "}",
	"ab a", " 5 13 12"},
    {NULL, NULL, " a", " 12"},
    {"Metaspace, first",
	"{'pre_tokenizer':{'type':'Sequence','pretokenizers':[{'type':'"
	"WhitespaceSplit'}," SPACES
	",'prepend_scheme':'first','split':true}]}," CHARS "}",
	"a a", " 12 1"},
    {"Metaspace, never",
	"{'pre_tokenizer':" SPACES
	",'prepend_scheme':'never','split':true}," CHARS "}",
	"ab a", " 13 12"},
    {"Metaspace that does not split",
	"{'pre_tokenizer':" SPACES
	",'prepend_scheme':'always','split':false}," CHARS "}",
	"ab a", " 12 14 1"},
    {"Metaspace of an old file, with a prefix",
	"{'pre_tokenizer':" SPACES ",'add_prefix_space':true}," CHARS "}",
	"ab a", " 5 13 12"},
    {"Metaspace of an old file, without",
	"{'pre_tokenizer':" SPACES ",'add_prefix_space':false}," CHARS "}",
	"ab a", " 13 12"},
    {"WhitespaceSplit",
	"{'pre_tokenizer':{'type':'WhitespaceSplit'}," CHARS "}", " a \n ab ",
	" 1 13"},
    {"each digit",
	"{'pre_tokenizer':{'type':'Digits','individual_digits':true}," CHARS
	"}",
	"a11 12", " 1 6 6 4 6 7"},
    {"runs of digits",
	"{'pre_tokenizer':{'type':'Digits','individual_digits':false}," CHARS
	"}",
	"a11 12", " 1 16 4 17"},
    {"runs of punctuation",
	"{'pre_tokenizer':{'type':'Punctuation','behavior':'Contiguous'}," CHARS
	"}",
	"a!!a", " 1 18 1"},
    {"a blank that is gone by then",
	"{'normalizer':{'type':'Replace','pattern':{'String':' "
	"'},'content':'\u2581'},'pre_tokenizer':{'type':'Split','pattern':{'"
	"String':' '},'behavior':'MergedWithPrevious','invert':false}," CHARS
	"}",
	"ab ab", " 1 14 13"},
    {"matches kept by inversion",
	"{'pre_tokenizer':{'type':'Split','pattern':{'Regex':'(?i:\\u0027s|"
	"\\u0027t|\\u0027re|\\u0027ve|\\u0027m|\\u0027ll|\\u0027d)|[^"
	"\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}| "
	"?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!"
	"\\\\S)|\\\\s+'},'behavior':'Removed','invert':true}," CHARS "}",
	"a11!a ab", " 1 6 6 19 4 13"},
    {"numbers isolated",
	"{'pre_tokenizer':{'type':'Split','pattern':{'Regex':'\\\\p{N}{1,3}'},'"
	"behavior':'Isolated','invert':false}," CHARS "}",
	"a1112", " 1 16 6 7"},
    {"ByteLevel",
	"{'pre_tokenizer':{'type':'ByteLevel','add_prefix_space':false,'trim_"
	"offsets':true,'use_regex':true}," LETTERS "}",
	"ab a1  a11", " 256 257 49 32 257 259"},
    {NULL, NULL, "\u00e9", " 195 169"},
    {"ByteLevel with a prefix",
	"{'pre_tokenizer':{'type':'ByteLevel','add_prefix_space':true,'trim_"
	"offsets':true,'use_regex':true}," LETTERS "}",
	"ab", " 32 256"},
    {NULL, NULL, " a", " 257"},
    {"ByteLevel with a prefix, whole",
	"{'pre_tokenizer':{'type':'ByteLevel','add_prefix_space':true,'trim_"
	"offsets':true,'use_regex':false}," LETTERS "}",
	"ab", " 32 256"},
    {NULL, NULL, "a11  a", " 257 259 32 257"},
    {"ByteLevel, whole",
	"{'pre_tokenizer':{'type':'ByteLevel','add_prefix_space':false,'trim_"
	"offsets':true,'use_regex':false}," LETTERS "}",
	"a11  a", " 258 49 32 257"},
    {"digits of bytes",
	"{'pre_tokenizer':{'type':'Sequence','pretokenizers':[{'type':'"
	"ByteLevel','add_prefix_space':false,'trim_offsets':true,'use_regex':"
	"true},{'type':'Digits','individual_digits':false}]}," LETTERS "}",
	"a11 a1", " 97 259 257 49"},
    {"three digits of bytes",
	"{'pre_tokenizer':{'type':'Sequence','pretokenizers':[{'type':'"
	"ByteLevel','add_prefix_space':false,'trim_offsets':true,'use_regex':"
	"true},{'type':'Split','pattern':{'Regex':'[0-9][0-9][0-9]'},'behavior'"
	":'Isolated','invert':false}]}," LETTERS "}",
	"a1111 a1", " 97 259 49 49 257 49"},
    {"merges as strings after a line of a version",
	"{'model':{'type':'BPE','unk_token':'<u>','vocab':{'<u>':0,'a':1,'b':2,"
	"'ab':3,'aba':4},'merges':['#version: 0.2','a b','ab a']}}",
	"abab", " 3 3"},
    {NULL, NULL, "aab", " 1 3"},
    {NULL, NULL, "c", " 0"},
    {"no type, and no dropout",
	"{'model':{'dropout':null,'unk_token':'<u>','continuing_subword_prefix'"
	":'','end_of_word_suffix':'','vocab':{'<u>':0,'a':1,'aa':5},'merges':[["
	"'a','a']]}}",
	"aaa", " 5 1"},
    {"a token that is not merged",
	"{'model':{'type':'BPE','unk_token':'<u>','ignore_merges':true,'vocab':"
	"{'<u>':0,'a':1,'b':2,'ab':3},'merges':[]}}",
	"ab", " 3"},
    {NULL, NULL, "aba", " 1 2 1"},
    {"unknown ones each",
	"{'model':{'type':'BPE','unk_token':'<u>','fuse_unk':false,'vocab':{'<"
	"u>':0,'a':1},'merges':[]}}",
	"xya\u4e2d\u6587", " 0 0 1 0 0"},
    {"unknown ones fused",
	"{'model':{'type':'BPE','unk_token':'<u>','fuse_unk':true,'vocab':{'<u>"
	"':0,'a':1},'merges':[]}}",
	"xya\u4e2d\u6587", " 0 1 0"},
    {NULL, NULL, "xy", " 0"},
    {"bytes of what is unknown",
	"{'model':{'type':'BPE','unk_token':'<u>','byte_fallback':true,'fuse_"
	"unk':true,'vocab':{'<u>':0,'a':1,'<0xC3>':2,'<0xA9>':3,'<0x78>':4,'<"
	"0xZZ>':5,'<0x7':6},'merges':[]}}",
	"a\u00e9x", " 1 2 3 4"},
    {NULL, NULL, "\u00ea\u00e9", " 2 3 0"},
    {NULL, NULL, "y\u00e9", " 2 3 0"},
    {NULL, NULL, "yx", " 4 0"},
    {"tokens of bytes in a merge",
	"{'model':{'type':'BPE','unk_token':'<u>','byte_fallback':true,'vocab':"
	"{'<u>':0,'a':1,'<0x78>':2,'<0x78>a':3,'\u2581':4},'merges':[['<0x78>',"
	"'a']]}}",
	"xa\u2581xa", " 3 4 3"},
    {"cut where no token goes on",
	"{'model':{'type':'BPE','unk_token':'<u>','vocab':{'<u>':0,'a':1,'"
	"\u2581':2,'\\n':3,'a\u2581':4,'\\na':5,'\\n\\n':6,'b':7},'merges':[['"
	"a','\u2581'],['\\n','a'],['\\n','\\n']]}}",
	"a\u2581a", " 4 1"},
    {NULL, NULL, "b\u2581a\na", " 7 2 1 5"},
    {NULL, NULL, "a\n\nb\n\na", " 1 6 7 3 5"},
    {NULL, NULL, "b\nb", " 7 3 7"},
    {"tokens of bytes on the right of a merge",
	"{'model':{'type':'BPE','unk_token':'<u>','byte_fallback':true,'vocab':"
	"{'<u>':0,'a':1,'<0x78>':2,'a<0x78>':3,'\u2581':4},'merges':[['a','<"
	"0x78>']]}}",
	"ax\u2581ax", " 3 4 3"},
    {"no token of a line feed",
	"{'model':{'type':'BPE','unk_token':'<u>','vocab':{'<u>':0,'a':1,'"
	"\u2581':2,'\u2581a':3},'merges':[['\u2581','a']]}}",
	"a\u2581a\na", " 1 3 0 1"},
    {"an id that a token has twice",
	"{'model':{'type':'BPE','unk_token':'<u>','vocab':{'<u>':0,'a':7},'"
	"merges':[]}}",
	"a", " 7"},
    {"a dropout of nothing",
	"{'model':{'type':'BPE','unk_token':'<u>','dropout':0.0,'vocab':{'<u>':"
	"0,'a':1,'aa':2},'merges':[['a','a']]}}",
	"aaa", " 2 1"},
    {"no added tokens", "{'added_tokens':null," CHARS "}", "ab", " 13"},
    {"an added token",
	"{'added_tokens':[{'id':24,'content':'<m>','single_word':false,'lstrip'"
	":false,'rstrip':false,'normalized':false,'special':true}]," CHARS "}",
	"a<m>b", " 1 24 2"},
    {NULL, NULL, "<m>", " 24"},
    {NULL, NULL, "<m", " 0 0"},
    {"added tokens of which nothing is left",
	"{'normalizer':{'type':'Strip','strip_left':true,'strip_right':true},'"
	"added_tokens':[{'id':24,'content':' "
	"','single_word':false,'lstrip':false,'rstrip':false,'normalized':true,"
	"'special':false}]," CHARS "}",
	"a b", " 1 4 2"},
    {"added tokens of one byte, others of two, one of each normalised",
	"{'added_tokens':[{'id':24,'content':'<','single_word':false,'lstrip':"
	"false,'rstrip':false,'normalized':false,'special':true},{'id':25,'"
	"content':',a','single_word':false,'lstrip':false,'rstrip':false,'"
	"normalized':true,'special':false},{'id':26,'content':',b','single_"
	"word':false,'lstrip':false,'rstrip':false,'normalized':false,'special'"
	":true}]," CHARS "}",
	"<,a,b,<", " 24 25 26 9 24"},
    {NULL, NULL, ",", " 9"},
    {NULL, NULL, "<", " 24"},
    {"an added token of a Unigram",
	"{'added_tokens':[{'id':3,'content':'ab','single_word':false,'lstrip':"
	"false,'rstrip':false,'normalized':false,'special':false}],'model':{'"
	"type':'Unigram'," PIECES ",'unk_id':0}}",
	"aab", " 1 3"},
    {"an added token without text",
	"{'added_tokens':[{'id':24,'content':'','single_word':false,'lstrip':"
	"false,'rstrip':false,'normalized':false,'special':true},{'id':24,'"
	"content':'<m>','single_word':false,'lstrip':false,'rstrip':false,'"
	"normalized':false,'special':true}]," CHARS "}",
	"a<m>", " 1 24"},
    {"blanks before an added token",
	"{'added_tokens':[{'id':24,'content':'<m>','single_word':false,'lstrip'"
	":true,'rstrip':false,'normalized':false,'special':true}]," CHARS "}",
	"a \u3000<m> b", " 1 24 4 2"},
    {NULL, NULL, " <m>", " 24"},
    {NULL, NULL, "\u00e9<m>", " 10 24"},
    {"blanks after an added token",
	"{'added_tokens':[{'id':24,'content':'<m>','single_word':false,'lstrip'"
	":false,'rstrip':true,'normalized':false,'special':true}]," CHARS "}",
	"a <m> \u3000b", " 1 4 24 2"},
    {NULL, NULL, "<m> ", " 24"},
    {"an added token that the model has",
	"{'added_tokens':[{'id':99,'content':'ab','single_word':false,'lstrip':"
	"false,'rstrip':false,'normalized':false,'special':false}]," CHARS "}",
	"1ab1", " 6 13 6"},
    {"an added token, normalised",
	"{'normalizer':{'type':'NFC'},'added_tokens':[{'id':24,'content':'"
	"e\u0301','single_word':false,'lstrip':false,'rstrip':false,'"
	"normalized':true,'special':false}]," CHARS "}",
	"ae\u0301b\u00e9", " 1 24 2 24"},
    {"the longest added token, and those of one byte",
	"{'added_tokens':[{'id':24,'content':'<m','single_word':false,'lstrip':"
	"false,'rstrip':false,'normalized':false,'special':true},{'id':25,'"
	"content':'<mm','single_word':false,'lstrip':false,'rstrip':false,'"
	"normalized':false,'special':true},{'id':26,'content':'<','single_word'"
	":false,'lstrip':false,'rstrip':false,'normalized':false,'special':"
	"true},{'id':27,'content':'m','single_word':false,'lstrip':false,'"
	"rstrip':false,'normalized':false,'special':true},{'id':28,'content':'<"
	"a','single_word':false,'lstrip':false,'rstrip':false,'normalized':"
	"false,'special':true}]," CHARS "}",
	"<mm<m<m", " 25 24 24"},
    {NULL, NULL, "<<", " 26 26"},
    {NULL, NULL, "m<a<b", " 27 28 26 2"},
    {"Unigram", "{'model':{'type':'Unigram'," PIECES ",'unk_id':0}}", "ab",
	" 3"},
    {NULL, NULL, "aba\u2581ab", " 3 1 5 2"},
    {NULL, NULL, "zzab", " 0 3"},
    {NULL, NULL, "a\u00e9", " 1 7"},
    {"Unigram, the unknown token written out",
	"{'model':{'type':'Unigram'," PIECES ",'unk_id':0}}", "<u>a", " 0 1"},
    {"Unigram with bytes",
	"{'model':{'type':'Unigram','vocab':[['<u>',0],['a',-1],['<0xC3>',-2],["
	"'<0xA9>',-2],['<0x78>',-3]],'unk_id':0,'byte_fallback':true}}",
	"a\u00e9x", " 1 2 3 4"},
    {NULL, NULL, "\u00ea", " 0"},
    {NULL, NULL, "\u00e9y", " 0"},
    {"Unigram, a token without text",
	"{'model':{'type':'Unigram','vocab':[['<u>',0],['',0],['a',-1]],'unk_"
	"id':0}}",
	"aa", " 2 2"},
    {"scores with exponents",
	"{'model':{'type':'Unigram','vocab':[['<u>',0e0],['a',-1e0],['b',-15E-"
	"1],['ab',-2.5000001],['ba',-25e-1],['aa',-0.1999999e1]],'unk_id':0}}",
	"ab", " 1 2"},
    {NULL, NULL, "aba", " 1 4"},
    {NULL, NULL, "aaab", " 1 5 2"},
    {"scores of many digits",
	"{'model':{'type':'Unigram','vocab':[['<u>',0],['a',-1."
	"00000000000000000000000001],['b',-1.5],['ab',-2."
	"4999999999999999999999999],['bb',-3."
	"1234567890123456789012345678901234567890],['aa',-"
	"123456789012345678901234567890]],'unk_id':0}}",
	"ab", " 3"},
    {NULL, NULL, "bb", " 2 2"},
    {NULL, NULL, "aa", " 1 1"},
    {"eight steps of each",
	"{'normalizer':{'type':'Sequence','normalizers':[{'type':'NFC'},{'type'"
	":'NFC'},{'type':'NFC'},{'type':'NFC'},{'type':'NFC'},{'type':'NFC'},{'"
	"type':'NFC'},{'type':'NFC'}]},'pre_tokenizer':{'type':'Sequence','"
	"pretokenizers':[{'type':'WhitespaceSplit'},{'type':'WhitespaceSplit'},"
	"{'type':'WhitespaceSplit'},{'type':'WhitespaceSplit'},{'type':'"
	"WhitespaceSplit'},{'type':'WhitespaceSplit'},{'type':'WhitespaceSplit'"
	"},{'type':'WhitespaceSplit'}]}," CHARS "}",
	"a ab", " 1 13"},
};

static const struct refused {
	const char *why, *json;
} refused[] = {
    {"can't run the normalizer "
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxx",
	"{'normalizer':{'type':'"
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'}," CHARS "}"},
    {"no \"model\"", "{}"},
    {"no \"model\"", "{'model':null}"},
    {"no \"model\"", "[1]"},
    {"can't run the tokenizer of type WordLevel",
	"{'model':{'type':'WordLevel'}}"},
    {"more than 8 steps in \"normalizer\"",
	"{'normalizer':{'type':'Sequence','normalizers':[{'type':'NFC'},{'type'"
	":'NFC'},{'type':'NFC'},{'type':'NFC'},{'type':'NFC'},{'type':'NFC'},{'"
	"type':'NFC'},{'type':'NFC'},{'type':'NFC'}]}," CHARS "}"},
    {"more than 8 steps in \"pre_tokenizer\"",
	"{'pre_tokenizer':{'type':'Sequence','pretokenizers':[{'type':'"
	"WhitespaceSplit'},{'type':'WhitespaceSplit'},{'type':'WhitespaceSplit'"
	"},{'type':'WhitespaceSplit'},{'type':'WhitespaceSplit'},{'type':'"
	"WhitespaceSplit'},{'type':'WhitespaceSplit'},{'type':'WhitespaceSplit'"
	"},{'type':'WhitespaceSplit'}]}," CHARS "}"},
    {"more than 8 steps in \"normalizer\"",
	"{'normalizer':{'type':'Sequence','normalizers':[{'type':'NFC'},{'type'"
	":'NFC'},{'type':'NFC'},{'type':'NFC'},{'type':'NFC'},{'type':'NFC'},{'"
	"type':'NFC'},{'type':'Strip'}]}," CHARS "}"},
    {"more than 8 steps in \"normalizer\"",
	"{'normalizer':{'type':'Sequence','normalizers':[{'type':'NFC'},{'type'"
	":'NFC'},{'type':'NFC'},{'type':'NFC'},{'type':'NFC'},{'type':'NFC'},{'"
	"type':'NFC'},{'type':'NFC'},{'type':'Strip'}]}," CHARS "}"},
    {"more than 8 steps in \"normalizer\"",
	"{'normalizer':{'type':'Sequence','normalizers':[{'type':'NFC'},{'type'"
	":'NFC'},{'type':'NFC'},{'type':'NFC'},{'type':'NFC'},{'type':'NFC'},{'"
	"type':'NFC'},{'type':'NFC'},{'type':'Precompiled','precompiled_"
	"charsmap':'FAAAAAAkAAAAAACAAwAAgAoFAAANFQAAQ1IATEYA'}]}," CHARS "}"},
    {"no \"normalizers\"", "{'normalizer':{'type':'Sequence'}," CHARS "}"},
    {"no \"normalizers\"",
	"{'normalizer':{'type':'Sequence','normalizers':3}," CHARS "}"},
    {"can't run the normalizer Sequence",
	"{'normalizer':{'type':'Sequence','normalizers':[{'type':'Sequence','"
	"normalizers':[]}]}," CHARS "}"},
    {"can't run the normalizer Lowercase",
	"{'normalizer':{'type':'Sequence','normalizers':[{'type':'Lowercase'}]}"
	"," CHARS "}"},
    {"can't run the normalizer ", "{'normalizer':{}," CHARS "}"},
    {"can't run the normalizer ", "{'normalizer':3," CHARS "}"},
    {"can't run the normalizer ", "{'normalizer':{'type':3}," CHARS "}"},
    {"can't run a normalizer Replace of a pattern other than \" {2,}\"",
	"{'normalizer':{'type':'Replace','pattern':{'Regex':' +'},'content':' "
	"'}," CHARS "}"},
    {"can't run a normalizer Replace of a pattern other than \" {2,}\"",
	"{'normalizer':{'type':'Replace','content':' '}," CHARS "}"},
    {"no \"precompiled_charsmap\"",
	"{'normalizer':{'type':'Precompiled'}," CHARS "}"},
    {"no \"precompiled_charsmap\"", "{'normalizer':{'type':'Precompiled','"
				    "precompiled_charsmap':'AAAA'}," CHARS "}"},
    {"no \"pretokenizers\"", "{'pre_tokenizer':{'type':'Sequence'}," CHARS "}"},
    {"no \"pretokenizers\"",
	"{'pre_tokenizer':{'type':'Sequence','pretokenizers':{}}," CHARS "}"},
    {"can't run the pre_tokenizer Sequence",
	"{'pre_tokenizer':{'type':'Sequence','pretokenizers':[{'type':'"
	"Sequence','pretokenizers':[]}]}," CHARS "}"},
    {"can't run the pre_tokenizer Whitespace",
	"{'pre_tokenizer':{'type':'Sequence','pretokenizers':[{'type':'"
	"Whitespace'}]}," CHARS "}"},
    {"can't run the pre_tokenizer Punctuation",
	"{'pre_tokenizer':{'type':'Punctuation','behavior':'Isolated'}," CHARS
	"}"},
    {"can't run the \"prepend_scheme\" last",
	"{'pre_tokenizer':" SPACES ",'prepend_scheme':'last'}," CHARS "}"},
    {"can't run the \"replacement\" _",
	"{'pre_tokenizer':{'type':'Metaspace','replacement':'_'}," CHARS "}"},
    {"can't run the \"replacement\" ",
	"{'pre_tokenizer':{'type':'Metaspace'}," CHARS "}"},
    {"can't run a \"Split\" by other patterns than those of GPT-2, Llama 3, "
     "Qwen 2, o200k, Tekken and DeepSeek",
	"{'pre_tokenizer':{'type':'Split','pattern':{'String':' "
	"'},'behavior':'MergedWithPrevious','invert':false}," CHARS "}"},
    {"can't run a \"Split\" by other patterns than those of GPT-2, Llama 3, "
     "Qwen 2, o200k, Tekken and DeepSeek",
	"{'normalizer':{'type':'NFC'},'pre_tokenizer':{'type':'Split','pattern'"
	":{'String':' '},'behavior':'MergedWithPrevious','invert':false}," CHARS
	"}"},
    {"can't run a \"Split\" by other patterns than those of GPT-2, Llama 3, "
     "Qwen 2, o200k, Tekken and DeepSeek",
	"{'normalizer':{'type':'Replace','pattern':{'String':'c'},'content':'"
	"\u2581'},'pre_tokenizer':{'type':'Split','pattern':{'String':' "
	"'},'behavior':'MergedWithPrevious','invert':false}," CHARS "}"},
    {"can't run a \"Split\" by other patterns than those of GPT-2, Llama 3, "
     "Qwen 2, o200k, Tekken and DeepSeek",
	"{'pre_tokenizer':{'type':'Split'}," CHARS "}"},
    {"can't run a \"Split\" in \"pre_tokenizer\" that is not isolated",
	"{'pre_tokenizer':{'type':'Split','pattern':{'Regex':'\\\\p{N}'},'"
	"behavior':'Isolated','invert':true}," CHARS "}"},
    {"can't run a \"Split\" in \"pre_tokenizer\" that is not isolated",
	"{'pre_tokenizer':{'type':'Split','pattern':{'Regex':'\\\\p{N}'},'"
	"behavior':'Removed'}," CHARS "}"},
    {"can't run a \"Split\" in \"pre_tokenizer\" that is not isolated",
	"{'pre_tokenizer':{'type':'Split','pattern':{'Regex':'(?i:\\u0027s|"
	"\\u0027t|\\u0027re|\\u0027ve|\\u0027m|\\u0027ll|\\u0027d)|[^"
	"\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}| "
	"?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!"
	"\\\\S)|\\\\s+'},'behavior':'Removed'}," CHARS "}"},
    {"can't run a \"Split\" in \"pre_tokenizer\" that is not isolated",
	"{'pre_tokenizer':{'type':'Split','pattern':{'Regex':'(?i:\\u0027s|"
	"\\u0027t|\\u0027re|\\u0027ve|\\u0027m|\\u0027ll|\\u0027d)|[^"
	"\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}| "
	"?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!"
	"\\\\S)|\\\\s+'},'behavior':'Isolated','invert':true}," CHARS "}"},
    {"can't run a \"Split\" in \"pre_tokenizer\" that is not isolated",
	"{'pre_tokenizer':{'type':'Split','pattern':{'Regex':'(?i:\\u0027s|"
	"\\u0027t|\\u0027re|\\u0027ve|\\u0027m|\\u0027ll|\\u0027d)|[^"
	"\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}| "
	"?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!"
	"\\\\S)|\\\\s+'},'behavior':'MergedWithNext'}," CHARS "}"},
    {"ByteLevel comes twice in \"pre_tokenizer\"",
	"{'pre_tokenizer':{'type':'Sequence','pretokenizers':[{'type':'"
	"ByteLevel','add_prefix_space':false,'trim_offsets':true,'use_regex':"
	"true},{'type':'ByteLevel','add_prefix_space':false,'trim_offsets':"
	"true,'use_regex':false}]}," LETTERS "}"},
    {"can't run such a step of \"pre_tokenizer\" after ByteLevel",
	"{'pre_tokenizer':{'type':'Sequence','pretokenizers':[{'type':'"
	"ByteLevel','add_prefix_space':false,'trim_offsets':true,'use_regex':"
	"true},{'type':'WhitespaceSplit'}]}," LETTERS "}"},
    {"can't run such a step of \"pre_tokenizer\" after ByteLevel",
	"{'pre_tokenizer':{'type':'Sequence','pretokenizers':[{'type':'"
	"ByteLevel','add_prefix_space':false,'trim_offsets':true,'use_regex':"
	"true},{'type':'Digits','individual_digits':true}]}," LETTERS "}"},
    {"more than 8 steps in \"pre_tokenizer\"",
	"{'pre_tokenizer':{'type':'Sequence','pretokenizers':[{'type':'"
	"WhitespaceSplit'},{'type':'WhitespaceSplit'},{'type':'WhitespaceSplit'"
	"},{'type':'WhitespaceSplit'},{'type':'WhitespaceSplit'},{'type':'"
	"WhitespaceSplit'},{'type':'WhitespaceSplit'},{'type':'WhitespaceSplit'"
	"},{'type':'ByteLevel','add_prefix_space':false,'trim_offsets':true,'"
	"use_regex':true}]}," LETTERS "}"},
    {"can't run \"continuing_subword_prefix\"",
	"{'model':{'type':'BPE','unk_token':'<u>','continuing_subword_prefix':'"
	"##'}}"},
    {"can't run \"dropout\"",
	"{'model':{'type':'BPE','unk_token':'<u>','dropout':'x'}}"},
    {"can't run \"dropout\"",
	"{'model':{'type':'BPE','unk_token':'<u>','dropout':0.5}}"},
    {"no \"vocab\"", "{'model':{'type':'BPE','unk_token':'<u>','merges':[]}}"},
    {"no \"vocab\"", "{'model':{'type':'BPE','unk_token':'<u>','vocab':[]}}"},
    {"a token has no id",
	"{'model':{'type':'BPE','unk_token':'<u>','vocab':{'a':-1}}}"},
    {"a token has no id",
	"{'model':{'type':'BPE','unk_token':'<u>','vocab':{'a':2147483647}}}"},
    {"no unknown token: text would be lost",
	"{'model':{'type':'BPE','unk_token':'<u>','vocab':{'a':0}}}"},
    {"no unknown token: text would be lost",
	"{'model':{'type':'BPE','vocab':{'a':0}}}"},
    {"no \"merges\"",
	"{'model':{'type':'BPE','unk_token':'<u>','vocab':{'<u>':0}}}"},
    {"no \"merges\"", "{'model':{'type':'BPE','unk_token':'<u>','vocab':{'<u>':"
		      "0},'merges':{}}}"},
    {"merge 0 is no pair of tokens that is a token",
	"{'model':{'type':'BPE','unk_token':'<u>','vocab':{'<u>':0,'a':1,'b':2,"
	"'ab':3,'ac':4},'merges':['ab']}}"},
    {"merge 0 is no pair of tokens that is a token",
	"{'model':{'type':'BPE','unk_token':'<u>','vocab':{'<u>':0,'a':1,'b':2,"
	"'ab':3,'ac':4},'merges':[3]}}"},
    {"merge 0 is no pair of tokens that is a token",
	"{'model':{'type':'BPE','unk_token':'<u>','vocab':{'<u>':0,'a':1,'b':2,"
	"'ab':3,'ac':4},'merges':[['a']]}}"},
    {"merge 0 is no pair of tokens that is a token",
	"{'model':{'type':'BPE','unk_token':'<u>','vocab':{'<u>':0,'a':1,'b':2,"
	"'ab':3,'ac':4},'merges':[['a','b','c']]}}"},
    {"merge 0 is no pair of tokens that is a token",
	"{'model':{'type':'BPE','unk_token':'<u>','vocab':{'<u>':0,'a':1,'b':2,"
	"'ab':3,'ac':4},'merges':[['a',3]]}}"},
    {"merge 0 is no pair of tokens that is a token",
	"{'model':{'type':'BPE','unk_token':'<u>','vocab':{'<u>':0,'a':1,'b':2,"
	"'ab':3,'ac':4},'merges':['a c']}}"},
    {"merge 0 is no pair of tokens that is a token",
	"{'model':{'type':'BPE','unk_token':'<u>','vocab':{'<u>':0,'a':1,'b':2,"
	"'ab':3,'ac':4},'merges':['c a']}}"},
    {"merge 0 is no pair of tokens that is a token",
	"{'model':{'type':'BPE','unk_token':'<u>','vocab':{'<u>':0,'a':1,'b':2,"
	"'ab':3,'ac':4},'merges':['b a']}}"},
    {"merge 0 is no pair of tokens that is a token",
	"{'pre_tokenizer':{'type':'ByteLevel','add_prefix_space':false,'trim_"
	"offsets':true,'use_regex':true},'model':{'type':'BPE','vocab':{"
	"@"
	"},'merges':['a \u4e2d']}}"},
    {"merge 0 is no pair of tokens that is a token",
	"{'pre_tokenizer':{'type':'ByteLevel','add_prefix_space':false,'trim_"
	"offsets':true,'use_regex':true},'model':{'type':'BPE','vocab':{"
	"@"
	"},'merges':['\u4e2d a']}}"},
    {"a byte without a token: text would be lost",
	"{'pre_tokenizer':{'type':'ByteLevel','add_prefix_space':false,'trim_"
	"offsets':true,'use_regex':true},'model':{'type':'BPE','vocab':{'a':0},"
	"'merges':[]}}"},
    {"can't run a Unigram after ByteLevel",
	"{'pre_tokenizer':{'type':'ByteLevel','add_prefix_space':false,'trim_"
	"offsets':true,'use_regex':true},'model':{'type':'Unigram'," PIECES
	",'unk_id':0}}"},
    {"no \"vocab\"", "{'model':{'type':'Unigram','vocab':{},'unk_id':0}}"},
    {"no \"vocab\"", "{'model':{'type':'Unigram','x':0,'unk_id':0}}"},
    {"a token has no score",
	"{'model':{'type':'Unigram','vocab':[3],'unk_id':0}}"},
    {"a token has no score",
	"{'model':{'type':'Unigram','vocab':[[]],'unk_id':0}}"},
    {"a token has no score",
	"{'model':{'type':'Unigram','vocab':[[3,4]],'unk_id':0}}"},
    {"a token has no score",
	"{'model':{'type':'Unigram','vocab':[['a']],'unk_id':0}}"},
    {"a token has no score",
	"{'model':{'type':'Unigram','vocab':[['a',null]],'unk_id':0}}"},
    {"a token has no score",
	"{'model':{'type':'Unigram','vocab':[['a','x']],'unk_id':0}}"},
    {"no unknown token: text would be lost",
	"{'model':{'type':'Unigram'," PIECES ",'unk_id':null}}"},
    {"no unknown token: text would be lost",
	"{'model':{'type':'Unigram'," PIECES ",'unk_id':8}}"},
    {"no unknown token: text would be lost",
	"{'model':{'type':'Unigram'," PIECES ",'unk_id':-1}}"},
    {"no unknown token: text would be lost",
	"{'model':{'type':'Unigram'," PIECES ",'unk_id':'a'}}"},
    {"can't run \"single_word\"",
	"{'added_tokens':[{'id':30,'content':'<m>','single_word':true}]," CHARS
	"}"},
    {"a token has no id", "{'added_tokens':[{'content':'<m>'}]," CHARS "}"},
    {"a token has no id",
	"{'added_tokens':[{'id':'x','content':'<m>'}]," CHARS "}"},
};

/* The tokens of all bytes, as members of "vocab". */
static void
put_bytes(struct buf *out)
{
	char number[16];
	uint32_t byte, other = 0x100;

	for (byte = 0; byte < 256; byte++) {
		bool shown = (byte > ' ' && byte < 0x7f) ||
			     (byte > 0xa0 && byte != 0xad);

		buf_puts(out, byte > 0 ? STR(",\"") : STR("\""));
		if (byte == '"' || byte == '\\')
			buf_putc(out, '\\');
		utf8_put(out, shown ? byte : other++);
		snprintf(number, sizeof(number), "\":%u", (unsigned)byte);
		buf_puts(out, str_of(number));
	}
}

/* The tokenizer of such a text; NULL and why. */
static struct subword *
read_json(const char *text, uint32_t *nvocab, char why[SUBWORD_WHY])
{
	struct buf json = {0};
	struct subword *s;
	struct str raw;
	const char *bad;

	for (; *text != '\0'; text++)
		if (*text == '@')
			put_bytes(&json);
		else
			buf_putc(&json, (char)(*text == '\'' ? '"' : *text));
	if (!json_valid(buf_str(&json), &raw, &bad)) {
		printf("# %s\n", bad);
		exit(1);
	}
	s = subword_new(raw, nvocab, why);
	buf_release(&json);
	return s;
}

/* Whether a text's ids are these; what it has instead is told. */
static bool
same(struct subword *s, struct str text, const char *want)
{
	struct buf got = {0};
	char number[16];
	const uint32_t *id;
	size_t n, i;
	bool good;

	id = subword_encode(s, text, &n);
	for (i = 0; i < n; i++) {
		snprintf(number, sizeof(number), " %u", (unsigned)id[i]);
		buf_puts(&got, str_of(number));
	}
	good = str_eq(buf_str(&got), str_of(want));
	if (!good)
		printf("# wanted%s, got%.*s\n", want, (int)got.len,
		    got.len > 0 ? got.p : "");
	buf_release(&got);
	return good;
}

static void
all_accepted(void)
{
	const struct accepted *a;
	const char *what = NULL, *json = NULL;
	char why[SUBWORD_WHY];
	struct subword *s;
	uint32_t nvocab;
	size_t i;
	bool good;

	for (i = 0; i < sizeof(accepted) / sizeof(*accepted); i++) {
		a = &accepted[i];
		if (a->json != NULL) {
			what = a->what;
			json = a->json;
		}
		s = read_json(json, &nvocab, why);
		if (s == NULL)
			printf("# %s\n", why);
		/* The second time, pieces are remembered. */
		good = s != NULL && same(s, str_of(a->text), a->ids) &&
		       same(s, str_of(a->text), a->ids);
		ok(good, what);
		subword_free(s);
	}
}

static void
all_refused(void)
{
	char why[SUBWORD_WHY];
	struct subword *s;
	uint32_t nvocab;
	size_t i;
	bool good;

	for (i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		s = read_json(refused[i].json, &nvocab, why);
		good = s == NULL && str_eq(str_of(why), str_of(refused[i].why));
		if (!good)
			printf("# %s: %s\n", refused[i].json,
			    s == NULL ? why : "accepted");
		ok(good, refused[i].why);
		subword_free(s);
	}
}

/* Kinds, ids by name, and control tokens that are text. */
static void
names(void)
{
	char why[SUBWORD_WHY];
	uint32_t nvocab = 0, id = 0;
	struct subword *s = read_json("{'added_tokens':[{'content':'<m>',"
				      "'id':40,'special':true}]," CHARS "}",
	    &nvocab, why);

	ok(s != NULL && strcmp(subword_kind(s), "BPE") == 0 && nvocab == 41,
	    "a BPE, the greatest id and one");
	ok(subword_id(s, STR("<m>"), &id) && id == 40 &&
		subword_id(s, STR("ab"), &id) && id == 13 &&
		!subword_id(s, STR("abc"), &id),
	    "ids of an added token, of a token, of neither");
	ok(same(s, STR("a<m>"), " 1 40"), "a control token");
	subword_plain(s, true);
	ok(same(s, STR("a<m>b"), " 1 0 0 0 2"), "is text where that is asked");
	subword_free(s);
	s = read_json(
	    "{'model':{'type':'Unigram'," PIECES ",'unk_id':0}}", &nvocab, why);
	ok(s != NULL && strcmp(subword_kind(s), "Unigram") == 0 && nvocab == 8,
	    "a Unigram, the number of its tokens");
	ok(subword_id(s, STR("ab"), &id) && id == 3 &&
		!subword_id(s, STR("abc"), &id),
	    "ids of a token, of none");
	subword_free(s);
}

int
main(void)
{
	all_accepted();
	all_refused();
	names();
	return tap_done();
}
