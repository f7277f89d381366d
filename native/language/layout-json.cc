// SPDX-License-Identifier: MIT
#include "layout-json.h"

#include <cinttypes>
#include <cstdio>
#include <cstring>

#include "object.h"

namespace {

using namespace yl;

std::string hex(uint64_t value) {
  char text[32];
  snprintf(text, sizeof text, "\"0x%" PRIX64 "\"", value);
  return text;
}

/** Appends `"name": { … }`, with a comma before all but the first member. */
class Section {
 public:
  Section(std::string &out, const std::string &name) : out_(out) { out_ += (out_ == "{\n" ? "" : ",\n") + ("  \"" + name + "\": {"); }
  ~Section() { out_ += "\n  }"; }
  void member(const std::string &name, const std::string &value) {
    out_ += (empty_ ? "" : ",") + ("\n    \"" + name + "\": " + value);
    empty_ = false;
  }
  void member(const std::string &name, int64_t value) { member(name, std::to_string(value)); }

 private:
  std::string &out_;
  bool empty_ = true;
};

/** `{"a":0,"b":8}` from pairs of names and offsets. */
struct Field { const char *name; size_t offset; };
template <size_t N> std::string fields(const Field (&list)[N]) {
  std::string out = "{";
  for (const Field &field : list) out += (out.size() > 1 ? "," : "") + ("\"" + std::string(field.name) + "\":" + std::to_string(field.offset));
  return out + "}";
}
#define F(type, name) {#name, offsetof(type, name)}

void append_tags(std::string &out) {
  Section tags(out, "tags");
  tags.member("int", hex(kTagInt));
  tags.member("misc", hex(kTagMisc));
  tags.member("string", hex(kTagString));
  tags.member("table", hex(kTagTable));
  tags.member("function", hex(kTagFunction));
  tags.member("thread", hex(kTagThread));
  tags.member("cell", hex(kTagCell));
}

void append_constants(std::string &out) {
  {
    Section values(out, "values");
    values.member("nil", hex(kNil));
    values.member("false", hex(kFalse));
    values.member("true", hex(kTrue));
    values.member("pointerMask", hex(kPointerMask));
    values.member("tagShift", kTagShift);
    values.member("transferCapacity", kTransferCapacity);
    values.member("failed", kFailed);
    values.member("notFound", hex(kNotFound));
  }
  {
    Section sizes(out, "sizes");
    sizes.member("Object", sizeof(Object));
    sizes.member("String", sizeof(String));
    sizes.member("Table", sizeof(Table));
    sizes.member("Shape", sizeof(Shape));
    sizes.member("Cell", sizeof(Cell));
    sizes.member("Function", sizeof(Function));
    sizes.member("Feedback", sizeof(Feedback));
    sizes.member("CaptureSource", sizeof(CaptureSource));
    sizes.member("Proto", sizeof(Proto));
    sizes.member("Builtin", sizeof(Builtin));
    sizes.member("Coroutine", sizeof(Coroutine));
    sizes.member("InterpreterPayload", sizeof(InterpreterPayload));
    sizes.member("FreeCells", sizeof(FreeCells));
    sizes.member("cell", kCellBytes);
    sizes.member("largestCell", kLargestCell);
    sizes.member("countedClosures", kCountedClosures);
    sizes.member("inlineValues", kMostInlineValues);
  }
  {
    Section kinds(out, "kinds");
    kinds.member("string", kKindString);
    kinds.member("table", kKindTable);
    kinds.member("function", kKindFunction);
    kinds.member("builtin", kKindBuiltin);
    kinds.member("thread", kKindThread);
    kinds.member("cell", kKindCell);
    kinds.member("file", kKindFile);
  }
  {
    Section types(out, "typeBits");
    types.member("int", kTypeInt);
    types.member("double", kTypeDouble);
    types.member("nil", kTypeNil);
    types.member("boolean", kTypeBoolean);
    types.member("string", kTypeString);
    types.member("table", kTypeTable);
    types.member("function", kTypeFunction);
    types.member("other", kTypeOther);
  }
  {
    Section feedback(out, "fieldFeedback");
    feedback.member("seen", kFieldSeen);
    feedback.member("megamorphic", kFieldMegamorphic);
    feedback.member("other", kFieldOther);
    feedback.member("dictionary", kFieldDictionary);
    feedback.member("metatable", kFieldMetatable);
  }
  {
    Section feedback(out, "callFeedback");
    feedback.member("seen", kCallSeen);
    feedback.member("sameCode", kCallSameCode);
    feedback.member("polymorphic", kCallPolymorphic);
    feedback.member("megamorphic", kCallMegamorphic);
  }
  {
    Section captures(out, "captureFrom");
    captures.member("local", kFromLocal);
    captures.member("upvalue", kFromUpvalue);
    captures.member("self", kFromSelf);
  }
  {
    Section modes(out, "modes");
    modes.member("execute", kModeExecute);
    modes.member("complete", kModeComplete);
  }
  {
    Section resumers(out, "resumers");
    resumers.member("none", kNoResumer);
    resumers.member("dead", kDeadResumer);
    resumers.member("host", kHostResumer);
  }
  Section csids(out, "csids");
  csids.member("interpreter", kFirstInterpreterCsid);
  csids.member("pcall", kPcallCsid);
  csids.member("xpcall", kXpcallCsid);
  csids.member("handler", kHandlerCsid);
  csids.member("generatedBuiltin", kFirstOtherBuiltinCsid);
  csids.member("optimized", kFirstOptimizedCsid);
}

void append_offsets(std::string &out) {
  Section offsets(out, "offsets");
  offsets.member("Object", fields({F(Object, kind), F(Object, mark), F(Object, flags), F(Object, size_bytes)}));
  offsets.member("String", fields({F(String, header), F(String, hash), F(String, length), {"bytes", sizeof(String)}}));
  offsets.member("Table", fields({F(Table, header), F(Table, array), F(Table, array_count), F(Table, array_capacity), F(Table, shape),
                                  F(Table, slots), F(Table, hash), F(Table, metatable), F(Table, is_metatable), F(Table, site)}));
  offsets.member("Shape", fields({F(Shape, parent), F(Shape, key), F(Shape, slot_count), F(Shape, is_dictionary), F(Shape, is_globals),
                                  F(Shape, may_have_eq), F(Shape, delegation), F(Shape, delegate)}));
  offsets.member("GlobalCell", fields({F(GlobalCell, value), F(GlobalCell, name), F(GlobalCell, flags), F(GlobalCell, index)}));
  offsets.member("Cell", fields({F(Cell, header), F(Cell, value)}));
  offsets.member("Code", fields({F(Code, entry)}));
  offsets.member("Function", fields({F(Function, header), F(Function, code), F(Function, capture_count), {"captures", sizeof(Function)}}));
  offsets.member("Feedback", fields({F(Feedback, bits), F(Feedback, index), F(Feedback, reference), F(Feedback, lookup), F(Feedback, cases)}));
  offsets.member("FeedbackCases", fields({F(FeedbackCases, count), F(FeedbackCases, words)}));
  offsets.member("Lookup", fields({F(Lookup, assumption), F(Lookup, value)}));
  offsets.member("CaptureSource", fields({F(CaptureSource, from), F(CaptureSource, index), F(CaptureSource, is_cell)}));
  offsets.member("Proto", fields({F(Proto, code), F(Proto, instructions), F(Proto, constants), F(Proto, globals), F(Proto, protos),
                                  F(Proto, feedback), F(Proto, register_count), F(Proto, parameter_count), F(Proto, capture_count),
                                  F(Proto, instruction_count), F(Proto, hotness), F(Proto, entries), F(Proto, id), F(Proto, parameter_feedback),
                                  F(Proto, capture_sources), F(Proto, vararg_mask), F(Proto, closure_count)}));
  offsets.member("Builtin", fields({F(Builtin, code), F(Builtin, function), F(Builtin, id), F(Builtin, name)}));
  offsets.member("Coroutine", fields({F(Coroutine, stack), {"stack_sp", offsetof(yg_stack, sp)}, {"stack_host", offsetof(yg_stack, host)},
                                      F(Coroutine, header), F(Coroutine, arguments), F(Coroutine, results), F(Coroutine, result_count),
                                      {"resumer", offsetof(Coroutine, stack.owner[0])}, {"stack_limit", offsetof(Coroutine, stack.owner[1])},
                                      F(Coroutine, engine), F(Coroutine, function), F(Coroutine, next_retired)}));
  offsets.member("Engine", fields({F(Engine, swap_count), F(Engine, deopt_count), F(Engine, osr_entry_count), F(Engine, coroutine_count),
                                   {"free_cells", offsetof(Engine, heap_state) + offsetof(HeapState, free)}, F(Engine, empty_shape), F(Engine, stack_limit), F(Engine, requests), F(Engine, record_switches), F(Engine, host), F(Engine, globals_table), F(Engine, string_prototype), F(Engine, main), F(Engine, retired),
                                   F(Engine, guard_count), F(Engine, failing_guard), F(Engine, call_count), F(Engine, disturbed_call)}));
  offsets.member("InterpreterPayload",
                 fields({F(InterpreterPayload, coroutine), F(InterpreterPayload, closure), F(InterpreterPayload, pc),
                         F(InterpreterPayload, mode), F(InterpreterPayload, register_count), F(InterpreterPayload, vararg_count), {"registers", sizeof(InterpreterPayload)}}));
}

struct Helper { const char *name, *signature, *result; };
const Helper kHostHelpers[] = {
#define YL_HOST(name, signature, result) {"yl_" #name, signature, #result},
#include "helpers.def"
};
const Helper kLeafHelpers[] = {
#define YL_LEAF(name, signature, result) {"yl_leaf_" #name, signature, #result},
#include "helpers.def"
};

template <size_t N> std::string helpers(const Helper (&list)[N]) {
  std::string out = "[";
  for (const Helper &helper : list) {
    out += out.size() > 1 ? ",\n      " : "\n      ";
    out += "{\"name\":\"" + std::string(helper.name) + "\",\"arguments\":" + std::to_string(strlen(helper.signature)) +
           ",\"signature\":\"" + helper.signature + "\",\"result\":\"" + helper.result + "\"}";
  }
  return out + "]";
}

} // namespace

std::string yl::layout_json() {
  std::string out = "{\n";
  append_tags(out);
  append_constants(out);
  append_offsets(out);
  {
    Section section(out, "helpers");
    section.member("host", helpers(kHostHelpers));
    section.member("leaf", helpers(kLeafHelpers));
  }
  return out + "\n}\n";
}
