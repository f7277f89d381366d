// SPDX-License-Identifier: MIT
#include "frame-walk.h"

#include "generated.h"
#include "stack-extension.h"

namespace yl {

FrameWalk::FrameWalk(Coroutine *co) : runtime_(runtime_of(co)), co_(co) { done_ = yg_cursor_new(&cursor_, &co->stack) != YG_OK; }

bool FrameWalk::next(LanguageFrame *out) {
  if (virtual_count_) {
    const VirtualFrame *frame = virtual_frames_[--virtual_count_];
    *out = {runtime_.proto(frame->proto_id), frame->pc, site_, frame};
    return true;
  }
  while (!done_) {
    yg_csid csid = yg_get_csid(&cursor_);
    bool found = false;
    if (csid >= kFirstOptimizedCsid) {
      if (CallSite *site = runtime_.code.find(csid)) {
        site_ = site;
        const VirtualFrame *frame = site->state->outermost();
        for (uint32_t number = 0; number < site->state->frame_count; number++, frame = frame->next()) virtual_frames_[virtual_count_++] = frame;
      }
    } else if (csid >= kFirstInterpreterCsid && csid < kFirstGeneratedBuiltinCsid) {
      uint64_t words[kInterpreterKeepAlives];
      if (yg_keepalive_words(&cursor_, words, kInterpreterKeepAlives) == YG_OK) {
        *out = {static_cast<ProtoInfo *>(proto_of(as_function(words[kKeepClosure]))), static_cast<uint32_t>(words[kKeepPc])};
        found = true;
      }
    } else if (csid == 0 && yg_cursor_pc(&cursor_) == reinterpret_cast<uintptr_t>(&yl_interpreter_resume)) {
      // Rebuilt by a deopt, waiting for the frame above it to return: it has not begun, and is in its payload.
      size_t size;
      if (auto *payload = static_cast<InterpreterPayload *>(yg_cursor_payload(&cursor_, &size))) {
        *out = {static_cast<ProtoInfo *>(proto_of(as_function(payload->closure))), static_cast<uint32_t>(payload->pc)};
        found = true;
      }
    }
    if (csid == kPcallCsid || csid == kXpcallCsid || yg_cursor_pc(&cursor_) == reinterpret_cast<uintptr_t>(&yl_continue_frame)) {
      *out = {nullptr, 0};
      found = true;
    }
    machine_frame_ = cursor_;
    done_ = step_frame(co_, &cursor_) != YG_OK;
    if (found) return true;
    if (virtual_count_) return next(out);
  }
  return false;
}

} // namespace yl
