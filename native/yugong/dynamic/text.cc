// SPDX-License-Identifier: MIT
//
// States as text, and names.
#include <cstdio>
#include <cstring>
#include <string>

#include "index.h"

namespace yg::dynamic {
namespace {

constexpr const char *kNames[YG_DYN_REGISTER_COUNT] = {"rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8",
                                                       "r9",  "r10", "r11", "r12", "r13", "r14", "r15", "rip"};

std::string sum(const char *base, int32_t offset) {
  char text[32];
  std::snprintf(text, sizeof text, offset == 0 ? "%s" : "%s%+d", base, offset);
  return text;
}

std::string textOf(const yg_dyn_rule &rule) {
  switch (rule.where) {
    case YG_DYN_SAME: return "same";
    case YG_DYN_AT_CFA: return "[" + sum("cfa", rule.offset) + "]";
    case YG_DYN_IN_REGISTER: return sum(kNames[rule.reg], rule.offset);
    case YG_DYN_LOST: return "lost";
    case YG_DYN_AT_EXPRESSION: return "[expression]";
    case YG_DYN_EXPRESSION: return "expression";
    case YG_DYN_CFA_PLUS: return sum("cfa", rule.offset);
    default: return "?";
  }
}

size_t copyText(const std::string &text, char *out, size_t capacity) {
  if (out != nullptr && capacity > 0) {
    size_t size = std::min(text.size(), capacity - 1);
    std::memcpy(out, text.data(), size);
    out[size] = 0;
  }
  return text.size();
}

}  // namespace
}  // namespace yg::dynamic

using namespace yg::dynamic;

size_t yg_dyn_state_text(const yg_dyn_state *state, char *out, size_t capacity) {
  std::string text = "cfa=" + textOf(state->cfa);
  for (const yg_dyn_rule &rule : state->registers)
    if (rule.where != YG_DYN_SAME) text += std::string(" ") + kNames[rule.column] + "=" + textOf(rule);
  return copyText(text, out, capacity);
}

size_t yg_dyn_name_at(uintptr_t ip, char *out, size_t capacity) {
  ReadGuard guard;
  const Entry *entry = guard.find(ip);
  return copyText(entry == nullptr ? "" : entry->name, out, capacity);
}
