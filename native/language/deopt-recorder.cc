// SPDX-License-Identifier: MIT
#include "deopt-recorder.h"

#include "engine.h"
#include "frame-walk.h"
#include "generated.h"
#include "value-text.h"

namespace yl {

namespace {

constexpr size_t kMostDeopts = 256, kMostOfSite = 2;
// Beyond the frames that a deopt replaces, a few callers say where they lie.
constexpr size_t kMostFrames = 12, kMostWords = 4096;

void set_language_frame(RecordedFrame *frame, Value closure, uint64_t pc) {
  auto *proto = static_cast<ProtoInfo *>(proto_of(as_function(closure)));
  frame->name = proto->description.name;
  frame->proto_id = proto->id;
  frame->bytecode_pc = static_cast<uint32_t>(pc);
}

RecordedFrame record_frame(Runtime &runtime, const yg_cursor &cursor) {
  RecordedFrame out{RecordedFrameKind::kOther, yg_ll_slot(&cursor), yg_cursor_pc(&cursor), yg_get_csid(&cursor), ""};
  if (CallSite *site = out.csid >= kFirstOptimizedCsid ? runtime.code.find(out.csid) : nullptr) {
    out.kind = RecordedFrameKind::kOptimized;
    out.name = runtime.protos[site->code->proto_id]->description.name;
    out.proto_id = site->code->proto_id;
    out.bytecode_pc = site->state->outermost()->pc;
  } else if (out.csid >= kFirstInterpreterCsid && out.csid < kFirstGeneratedBuiltinCsid) {
    uint64_t words[kInterpreterKeepAlives];
    if (yg_keepalive_words(&cursor, words, kInterpreterKeepAlives) == YG_OK) {
      out.kind = RecordedFrameKind::kInterpreter;
      out.data = words[kKeepRegisters];
      set_language_frame(&out, words[kKeepClosure], words[kKeepPc]);
    }
  } else if (out.pc == reinterpret_cast<uintptr_t>(&yl_interpreter_resume)) {
    size_t size;
    if (auto *payload = static_cast<InterpreterPayload *>(yg_cursor_payload(&cursor, &size))) {
      out.kind = RecordedFrameKind::kPushedInterpreter;
      out.data = reinterpret_cast<uintptr_t>(payload);
      set_language_frame(&out, payload->closure, payload->pc);
    }
  } else if (out.csid == kPcallCsid || out.csid == kXpcallCsid) {
    out.name = out.csid == kPcallCsid ? "pcall" : "xpcall";
  } else if (yg_code *code = yg_cursor_code(&cursor)) {
    out.name = yg_code_name(code);
  }
  if (out.name.empty()) out.name = "runtime";
  return out;
}

} // namespace

RecordedStack record_stack(Runtime &runtime, Coroutine *co) {
  RecordedStack out{co->stack.sp, {}, {}};
  yg_cursor cursor;
  uintptr_t end = out.sp;
  yg_status status = yg_cursor_new(&cursor, &co->stack);
  for (; status == YG_OK && out.frames.size() < kMostFrames; status = yg_cursor_step(&cursor)) {
    out.frames.push_back(record_frame(runtime, cursor));
    end = yg_cursor_sp(&cursor);
  }
  // The last one reaches to the slot of the next; at the bottom, to its own.
  if (status == YG_OK) end = yg_ll_slot(&cursor);
  end = std::min(end, out.sp + kMostWords * sizeof(uint64_t));
  for (uintptr_t at = out.sp; at < end; at += sizeof(uint64_t)) out.words.push_back(*reinterpret_cast<uint64_t *>(at));
  return out;
}

std::vector<RecordedValue> record_values(const VirtualFrame &frame, const Value *registers) {
  std::vector<RecordedValue> out;
  for (uint32_t at = 0; at < frame.value_count; at++) {
    uint32_t number = frame.values()[at].register_number();
    out.push_back({number, registers[number], text_of(registers[number])});
  }
  return out;
}

RecordedDeopt *DeoptRecorder::begin(Runtime &runtime, Coroutine *co, const CallSite &site, EventKind kind) {
  if (recorded_.size() >= kMostDeopts || by_site_[site.csid] >= kMostOfSite) return nullptr;
  by_site_[site.csid]++;
  recorded_.push_back({site.csid, kind, co->id, record_stack(runtime, co), {}, {}, {}});
  return &recorded_.back();
}

std::vector<RecordedDeopt> DeoptRecorder::take() {
  std::vector<RecordedDeopt> out;
  out.swap(recorded_);
  return out;
}

} // namespace yl
