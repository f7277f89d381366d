// SPDX-License-Identifier: MIT
//
// What the patterns in C++ share: LLVM's IRBuilder for functions whose parameters and result are 64-bit words, and stacks whose first function
// may return.
//
//   Words w("example");                                          Stack stack;
//   w.define("twice", 1, [&](auto p) {                           stack.push(w.compile(*jit, "twice"));
//     w.call("helper", {p[0]}, 71, {p[0]});                      uintptr_t result = stack.resume(21);
//     …
//   });
//
// A call with an id (here 71) gets a stackmap: while it has not returned, its values can be read from the frame.
#ifndef YUGONG_PATTERN_H
#define YUGONG_PATTERN_H

#include <llvm/IR/IRBuilder.h>

#include <cstdio>
#include <cstdlib>
#include <functional>

#include "yugong-asm.h"
#include "yugong-llvm.h"

namespace pattern {

/// A status that has to be YG_OK.
inline void check(yg_status status) {
  if (status == YG_OK) return;
  std::fprintf(stderr, "%s\n", yg_status_message(status));
  std::abort();
}

/// The stack of main().
inline yg_stack host;

/// A yg_stack with one frame below those that are pushed on it, which hands what they return to the host:
///
///     pushed frames
///     finish(&stack)      a C-Call frame with a payload
///     bottom              must not be returned into
struct Stack : yg_stack {
  Stack() : yg_stack{} { make(); }
  ~Stack() { check(yg_stack_free(this)); }
  Stack(const Stack &) = delete;
  Stack &operator=(const Stack &) = delete;

  uintptr_t address() const { return reinterpret_cast<uintptr_t>(static_cast<const yg_stack *>(this)); }

  yg_cursor cursor() {
    yg_cursor top;
    check(yg_cursor_new(&top, this));
    return top;
  }
  void push(uintptr_t function, const void *payload = nullptr, size_t size = 0) {
    yg_cursor top = cursor();
    check(payload ? yg_push_frame_payload(&top, function, payload, size, nullptr) : yg_push_frame(&top, function));
  }
  /// What the stack's code gives when it swaps to the host, or what its first function returns, after which the stack is empty again.
  uintptr_t resume(uintptr_t value = 0, uintptr_t second = 0) {
    uintptr_t result = yg_stack_swap2(&pattern::host, this, value, second).first;
    if (finished_) {
      check(yg_stack_free(this));
      make();
    }
    return result;
  }

  static void finish(Stack **payload, uintptr_t result) {
    (*payload)->finished_ = true;
    yg_stack_swap(*payload, &pattern::host, result);
  }

 private:
  void make() {
    check(yg_stack_new(this, 65536));
    yg_stack::host = &pattern::host;
    finished_ = false;
    Stack *self = this;
    push(reinterpret_cast<uintptr_t>(finish), &self, sizeof self);
  }

  bool finished_ = false;
};

inline bool is_bottom(const yg_cursor &cursor) { return yg_cursor_pc(&cursor) == reinterpret_cast<uintptr_t>(Stack::finish); }

/// The keep-alive values of a frame, as words.
inline std::vector<uint64_t> keepalives(const yg_cursor &cursor) {
  std::vector<uint64_t> words(static_cast<size_t>(yg_keepalive_count(&cursor)));
  if (!words.empty()) check(yg_keepalive_words(&cursor, words.data(), static_cast<int>(words.size())));
  return words;
}

/// Drop the frame at the cursor, with all above it.
inline void pop_through(yg_cursor &cursor) {
  check(yg_cursor_step(&cursor));
  check(yg_pop_frames_to(&cursor));
}

/// Push a function that begins with these words as its payload.
inline void push(yg_cursor &cursor, uintptr_t function, const std::vector<uint64_t> &words) {
  check(yg_push_frame_payload(&cursor, function, words.data(), words.size() * sizeof words[0], nullptr));
}

using Values = std::vector<llvm::Value *>;

class Words {
 public:
  explicit Words(const char *name)
      : context_(std::make_unique<llvm::LLVMContext>()), module_(std::make_unique<llvm::Module>(name, *context_)), b(*context_) {}

  /// i64 name(i64, …)
  llvm::Function *define(const char *name, size_t parameters, const std::function<void(Values)> &body) {
    function_ = declare(name, parameters);
    at(block("entry"));
    Values values;
    for (llvm::Argument &argument : function_->args()) values.push_back(&argument);
    body(values);
    return function_;
  }

  llvm::BasicBlock *block(const char *name) { return llvm::BasicBlock::Create(*context_, name, function_); }
  void at(llvm::BasicBlock *block) { b.SetInsertPoint(block); }

  llvm::Value *word(uint64_t value) { return b.getInt64(value); }
  llvm::Value *word(const Stack &stack) { return word(stack.address()); }
  llvm::Value *host() { return word(reinterpret_cast<uintptr_t>(&pattern::host)); }

  llvm::Value *load(llvm::Value *address, uint64_t index) { return b.CreateLoad(b.getInt64Ty(), pointer(address, index)); }
  llvm::Value *variable(llvm::Value *value) {
    llvm::Value *variable = b.CreateAlloca(b.getInt64Ty());
    set(variable, value);
    return variable;
  }
  llvm::Value *get(llvm::Value *variable) { return b.CreateLoad(b.getInt64Ty(), variable); }
  void set(llvm::Value *variable, llvm::Value *value) { b.CreateStore(value, variable); }
  void ret(llvm::Value *value) { b.CreateRet(value); }

  /// for (;;) { if (!condition()) break; body(); }
  void loop(const std::function<llvm::Value *()> &condition, const std::function<void()> &body) {
    llvm::BasicBlock *head = block("head"), *inside = block("body"), *end = block("end");
    b.CreateBr(head);
    at(head);
    b.CreateCondBr(condition(), inside, end);
    at(inside);
    body();
    b.CreateBr(head);
    at(end);
  }

  llvm::Value *call(const char *name, Values values) {
    llvm::Function *known = module_->getFunction(name);
    return b.CreateCall(known ? known : declare(name, values.size()), values);
  }
  /// With a call-site id, and values that can be read from the frame.
  llvm::Value *call(const char *name, Values values, uint64_t csid, Values keepAlives) {
    return llvm::cantFail(stackmaps.attach(llvm::cast<llvm::CallInst>(call(name, values)), keepAlives, csid));
  }
  /// Pause the stack, giving `value` away; returns what it is resumed with.
  llvm::Value *pause(llvm::Value *stack, llvm::Value *value, uint64_t csid, Values keepAlives) {
    return call("yg_stack_swap", {stack, host(), value}, csid, keepAlives);
  }

  /// The module is gone after this.
  void add_to(yugong::Jit &jit) { llvm::cantFail(jit.add(std::move(module_), std::move(context_))); }

  yugong::Stackmaps stackmaps;

 private:
  llvm::Function *declare(const char *name, size_t parameters) {
    std::vector<llvm::Type *> types(parameters, b.getInt64Ty());
    return llvm::Function::Create(llvm::FunctionType::get(b.getInt64Ty(), types, false), llvm::Function::ExternalLinkage, name, *module_);
  }
  llvm::Value *pointer(llvm::Value *address, uint64_t index) {
    return b.CreateIntToPtr(b.CreateAdd(address, word(8 * index)), b.getInt64Ty()->getPointerTo());
  }

  std::unique_ptr<llvm::LLVMContext> context_;
  std::unique_ptr<llvm::Module> module_;
  llvm::Function *function_ = nullptr;

 public:
  llvm::IRBuilder<> b;
};

inline std::unique_ptr<yugong::Jit> make_jit() { return llvm::cantFail(yugong::Jit::create()); }

inline uintptr_t lookup(yugong::Jit &jit, const char *name) { return llvm::cantFail(jit.lookup(name)); }

template <typename T>
uintptr_t address_of(T *function) {
  return reinterpret_cast<uintptr_t>(function);
}

}  // namespace pattern

#endif
