// SPDX-License-Identifier: MIT
#include "core-host-function.h"

#include <sys/mman.h>

#include <cstring>
#include <mutex>

#include "convert.h"
#include "core-stack.h"
#include "dynamic-thunks.h"

extern "C" void _yg_host_call(void);
extern "C" const char yugong_core_host_shim[];

namespace {

// One thunk a host function, in pages that are made whole, so that no page is ever writable and executable at once:
//
//     movabs r10, number; movabs r11, yugong_core_host_shim; movabs rax, _yg_host_call; jmp rax
//
// _yg_host_call pauses the stack, moves to the host's, and calls R11 with the arguments and R10 as they were. Thunks are never unmapped
// and their numbers never reused: compiled code that calls a host function which is gone gets a JavaScript error.
constexpr size_t kThunkBytes = 32, kPageBytes = 4096, kThunksPerPage = kPageBytes / kThunkBytes;

struct Thunks {
  std::mutex mutex;
  std::vector<unsigned char *> pages;
  std::vector<CoreHostFunction *> functions; // by number; null when gone
};

Thunks &thunks() {
  static Thunks *instance = new Thunks;
  return *instance;
}

unsigned char *put_movabs(unsigned char *at, unsigned char rex, unsigned char opcode, uint64_t value) {
  *at++ = rex;
  *at++ = opcode;
  std::memcpy(at, &value, 8);
  return at + 8;
}

unsigned char *make_page(uint64_t first_number) {
  void *page = mmap(nullptr, kPageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return nullptr;
  auto *bytes = static_cast<unsigned char *>(page);
  for (size_t i = 0; i < kThunksPerPage; i++) {
    unsigned char *at = bytes + i * kThunkBytes;
    at = put_movabs(at, 0x49, 0xba, first_number + i);
    at = put_movabs(at, 0x49, 0xbb, reinterpret_cast<uintptr_t>(yugong_core_host_shim));
    at = put_movabs(at, 0x48, 0xb8, reinterpret_cast<uintptr_t>(&_yg_host_call));
    *at++ = 0xff, *at = 0xe0;
  }
  if (mprotect(page, kPageBytes, PROT_READ | PROT_EXEC) == 0) return describe_thunks(bytes, kPageBytes), bytes;
  munmap(page, kPageBytes);
  return nullptr;
}

CoreHostFunction *function_of(uintptr_t number) {
  Thunks &all = thunks();
  std::lock_guard<std::mutex> lock(all.mutex);
  return all.functions[number];
}

bool word_of(napi_env env, napi_value array, uint32_t index, uintptr_t *out) {
  napi_value element;
  bool lossless;
  uint64_t word;
  if (napi_get_element(env, array, index, &element) != napi_ok || napi_get_value_bigint_uint64(env, element, &word, &lossless) != napi_ok) return false;
  *out = word;
  return true;
}

/** While a host function runs, the stack that called it is neither freed nor collected. */
class Caller {
 public:
  explicit Caller(CoreStack *stack) : stack_(stack), keep_(Napi::Persistent(stack->Value())) { stack_->host_calls++; }
  ~Caller() { stack_->host_calls--; }
  Caller(const Caller &) = delete;
  Caller &operator=(const Caller &) = delete;

 private:
  CoreStack *stack_;
  Napi::ObjectReference keep_;
};

} // namespace

Napi::Function CoreHostFunction::define(Napi::Env env) {
  return DefineClass(env, "CoreHostFunction", {InstanceMethod<&CoreHostFunction::address>("address")});
}

CoreHostFunction::CoreHostFunction(const Napi::CallbackInfo &info)
    : Napi::ObjectWrap<CoreHostFunction>(info), state_(&CoreState::of(info.Env())) {
  function_ = Napi::Persistent(convert::function(info[0], "function"));
  Thunks &all = thunks();
  std::lock_guard<std::mutex> lock(all.mutex);
  if (all.functions.size() == all.pages.size() * kThunksPerPage) {
    unsigned char *page = make_page(all.functions.size());
    if (page == nullptr) throw core_error(info.Env(), YG_ERROR_MEMORY, "host function");
    all.pages.push_back(page);
  }
  number_ = static_cast<uint32_t>(all.functions.size());
  all.functions.push_back(this);
}

CoreHostFunction::~CoreHostFunction() {
  Thunks &all = thunks();
  std::lock_guard<std::mutex> lock(all.mutex);
  // The constructor may have failed before it took a number.
  if (number_ < all.functions.size() && all.functions[number_] == this) all.functions[number_] = nullptr;
}

Napi::Value CoreHostFunction::address(const Napi::CallbackInfo &info) {
  Thunks &all = thunks();
  std::lock_guard<std::mutex> lock(all.mutex);
  return convert::big(info.Env(), reinterpret_cast<uintptr_t>(all.pages[number_ / kThunksPerPage] + number_ % kThunksPerPage * kThunkBytes));
}

// Node-API itself, not its C++ wrapper: an exception stays pending until CoreStack::resume has returned, and nothing is thrown through frames
// that escape() jumps over. That holds for the end of a worker, too, which is an exception that nobody can catch.
bool CoreHostFunction::call(yg_stack *current, const uintptr_t (&arguments)[4], yg_pair *result) {
  Napi::Env env = Env();
  Napi::HandleScope scope(env);
  CoreStack *stack = reinterpret_cast<StackSlot *>(current)->owner;
  if (stack == nullptr || stack->Value().IsEmpty()) {
    napi_throw_error(env, nullptr, "a host function was called from a stack that has been garbage-collected");
    return false;
  }
  Caller caller(stack);
  napi_value values[5] = {stack->Value()}, results;
  for (int i = 0; i < 4; i++)
    if (napi_create_bigint_uint64(env, arguments[i], &values[i + 1]) != napi_ok) return false;
  if (napi_call_function(env, env.Undefined(), function_.Value(), 5, values, &results) != napi_ok) return false;
  if (word_of(env, results, 0, &result->first) && word_of(env, results, 1, &result->second)) return true;
  napi_throw_type_error(env, nullptr, "a host function must give two bigints");
  return false;
}

// What thunks run on the host stack. No object with a destructor lives here: escape() jumps over this frame.
extern "C" __attribute__((visibility("hidden"), used)) yg_pair yugong_core_call_javascript(yg_stack *current, uintptr_t a, uintptr_t b, uintptr_t c,
                                                                                          uintptr_t d, uintptr_t number) {
  CoreState *state = CoreState::of_thread();
  if (state == nullptr || !state->is_running()) Napi::Error::Fatal("yugong", "a host function was called outside of Stack.resume");
  CoreHostFunction *function = function_of(number);
  yg_pair result{};
  if (function == nullptr)
    state->throw_pending("a host function was called that no longer exists");
  else if (function->state() != state)
    state->throw_pending("a host function was called on another thread than the one that made it");
  else if (function->call(current, {a, b, c, d}, &result))
    return result;
  state->escape();
}

yg_pair CoreHostFunction::run_barrier(yg_stack *stack, void *cookie, yg_pair values) {
  return yugong_core_call_javascript(stack, values.first, values.second, 0, 0, reinterpret_cast<uintptr_t>(cookie));
}
