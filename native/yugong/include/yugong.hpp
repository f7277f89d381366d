// SPDX-License-Identifier: MIT
//
// C++17 over yugong.h, source compatible with the C++ interface of the original libyugong.
//
//     yg::YGStack main_stack, coroutine;
//     coroutine = yg::YGStack::alloc(4096);
//     coroutine.init(reinterpret_cast<uintptr_t>(function));            // void function(uintptr_t)
//     uintptr_t result = yg_stack_swap(&main_stack, &coroutine, 42);    // until it swaps back
//     yg::YGCursor cursor(coroutine);                                   // who called yg_stack_swap there
//     cursor.step();                                                    // its caller
//     cursor.pop_frames_to();                                           // as if its call had returned ...
//     cursor.push_frame(reinterpret_cast<uintptr_t>(other));            // ... what other(value) returns
//     coroutine.free();
//
// Differences that programs do not notice: stacks are mapped with a guard page and are never smaller than 64 KiB (whose pages cost
// nothing until they are touched), and errors leave stack and cursor as they were. As in the original, an error prints one line to
// standard output and the program goes on; `status()` of a cursor tells, too.
#ifndef YUGONG_HPP
#define YUGONG_HPP

#include <cstdint>
#include <cstdio>
#include <cstring>

#include "yugong.h"

/** How the functions here say an error: one line on standard output. */
#define yg_error(fmt, ...) std::fprintf(stdout, "YG ERROR [%s:%d:%s] " fmt, __FILE__, __LINE__, __func__, ##__VA_ARGS__)

namespace yg {

using ::yg_stack_swap;

/** The word at an address, which need not be aligned. */
inline uintptr_t _load_word(uintptr_t address) {
  uintptr_t word;
  std::memcpy(&word, reinterpret_cast<const void *>(address), sizeof word);
  return word;
}

/** Write one. */
inline void _store_word(uintptr_t address, uintptr_t word) { std::memcpy(reinterpret_cast<void *>(address), &word, sizeof word); }

/**
 * A yg_stack, with the original's members. Copying one that is paused moves it: use only the copy, and only while no cursor and no return
 * barrier refers to it. Freed by free(), not by a destructor.
 */
struct YGStack : ::yg_stack {
  YGStack() : ::yg_stack{} {}
  /** Memory of the caller's. `sp` is the first address above it, or an SS top in it. */
  YGStack(uintptr_t initial_sp, uintptr_t memory, uintptr_t bytes) : ::yg_stack{} {
    sp = initial_sp;
    start = memory;
    size = bytes;
  }

  /** A new stack with room for `bytes`; all zero when the system has no memory. */
  static YGStack alloc(uintptr_t bytes) {
    constexpr uintptr_t kLeast = 64 << 10;
    YGStack stack;
    yg_status status = ::yg_stack_new(&stack, bytes < kLeast ? kLeast : bytes);
    if (status != YG_OK) yg_error("%s\n", ::yg_status_message(status));
    return stack;
  }

  /** Put a frame on the empty stack that begins `function` with the value that the stack is first resumed with. */
  void init(uintptr_t function) {
    // The caller's memory has no bottom frame yet.
    if (mapping == 0 && sp == start + size) {
      uintptr_t memory = start, bytes = size;
      if (report(::yg_stack_new_in(this, reinterpret_cast<void *>(memory), bytes), __LINE__) != YG_OK) return;
    }
    ::yg_cursor cursor;
    if (report(::yg_cursor_new(&cursor, this), __LINE__) == YG_OK) report(::yg_push_frame(&cursor, function), __LINE__);
  }

  /** Give the memory back: yg_stack_free. */
  void free() { report(::yg_stack_free(this), __LINE__); }
  /** Be what `from` is, which then has no memory: yg_stack_move. Return barriers follow. */
  void move_from(YGStack &from) { report(::yg_stack_move(this, &from), __LINE__); }
  /** Forget its frames, and begin again: yg_stack_reset. */
  void reset() { report(::yg_stack_reset(this), __LINE__); }

 private:
  static yg_status report(yg_status status, int line) {
    if (status != YG_OK) std::fprintf(stdout, "YG ERROR [%s:%d] %s\n", __FILE__, line, ::yg_status_message(status));
    return status;
  }
};

/**
 * A frame of a paused stack; the first is the one that called yg_stack_swap. Walks frames of registered code and of C and C++ alike.
 * Copyable. Belongs to one thread at a time.
 */
struct YGCursor {
  /** At the top frame of a paused stack. */
  explicit YGCursor(YGStack &the_stack) : stack(&the_stack) { report(::yg_cursor_new(&cursor_, stack)); }

  /** One frame towards the bottom. */
  void step() { report(::yg_cursor_step(&cursor_)); }

  /**
   * Where the frame goes on, and the stack pointer right after. For a function that has not begun, these are _yg_func_begin_resume and
   * the address of the word that holds the function.
   */
  uintptr_t _cur_pc() { return ::yg_ll_pc(&cursor_); }
  /** See _cur_pc. */
  uintptr_t _cur_sp() { return ::yg_ll_slot(&cursor_) + sizeof(uintptr_t); }
  /** Have the cursor stand elsewhere. The stack changes with the next pop_frames_to or push_frame only. */
  void _set_cur_pc(uintptr_t pc) { report(::yg_ll_cursor_set(&cursor_, pc, _cur_sp())); }
  /** See _set_cur_pc. */
  void _set_cur_sp(uintptr_t sp) { report(::yg_ll_cursor_set(&cursor_, _cur_pc(), sp)); }

  /** Remove the frames above this one. */
  void pop_frames_to() { report(::yg_pop_frames_to(&cursor_)); }
  /** Put a frame on this one (removing those above) that begins `function`, 0-ary or unary. The cursor then refers to it. */
  void push_frame(uintptr_t function) {
    if (report(::yg_pop_frames_to(&cursor_)) == YG_OK) report(::yg_push_frame(&cursor_, function));
  }

  /** The call-site id; 0 for code without stackmaps. */
  yg_csid csid() const { return ::yg_get_csid(&cursor_); }
  /** Of the last operation. */
  yg_status status() const { return status_; }
  /** For the functions of yugong.h. */
  ::yg_cursor *raw() { return &cursor_; }

  /** The one it walks. */
  YGStack *stack;

 private:
  yg_status report(yg_status status) {
    status_ = status;
    // Walking off the end is how loops over frames stop; the original did not call it an error either.
    if (status != YG_OK && status != YG_ERROR_BOTTOM) yg_error("%s\n", ::yg_status_message(status));
    return status;
  }

  ::yg_cursor cursor_{};
  yg_status status_ = YG_OK;
};

}  // namespace yg

#endif
