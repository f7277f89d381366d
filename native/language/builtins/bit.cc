// SPDX-License-Identifier: MIT
// LuaJIT's bit library: 32-bit integers, numbers modulo 2^32 in, signed numbers out.
#include "call.h"

namespace yl {

namespace {

/** Rounds to the nearest, takes the low 32 bits: the trick of LuaJIT's, by the same addition. */
uint32_t bits(Call &call, int number) {
  Value value = call.argument(number);
  if (is_int(value)) return static_cast<uint32_t>(as_int(value));
  return static_cast<uint32_t>(bits_of(call.number(number) + 6755399441055744.0));
}

yg_pair result(Call &call, uint32_t word) { return call.one(box_int(static_cast<int32_t>(word))); }

yg_pair tobit(Call &call) { return result(call, bits(call, 1)); }
yg_pair bnot(Call &call) { return result(call, ~bits(call, 1)); }
yg_pair bswap(Call &call) { return result(call, __builtin_bswap32(bits(call, 1))); }

template <class Operation> yg_pair fold(Call &call, Operation operation) {
  uint32_t word = bits(call, 1);
  for (int number = 2; number <= call.count; number++) word = operation(word, bits(call, number));
  return result(call, word);
}
yg_pair band(Call &call) { return fold(call, [](uint32_t a, uint32_t b) { return a & b; }); }
yg_pair bor(Call &call) { return fold(call, [](uint32_t a, uint32_t b) { return a | b; }); }
yg_pair bxor(Call &call) { return fold(call, [](uint32_t a, uint32_t b) { return a ^ b; }); }

/** Only the low five bits of the count matter. */
template <class Operation> yg_pair shift(Call &call, Operation operation) {
  uint32_t word = bits(call, 1), count = bits(call, 2) & 31;
  return result(call, operation(word, count));
}
uint32_t rotate_left(uint32_t word, uint32_t count) { return word << count | word >> ((32 - count) & 31); }
yg_pair lshift(Call &call) { return shift(call, [](uint32_t word, uint32_t count) { return word << count; }); }
yg_pair rshift(Call &call) { return shift(call, [](uint32_t word, uint32_t count) { return word >> count; }); }
yg_pair arshift(Call &call) {
  return shift(call, [](uint32_t word, uint32_t count) { return static_cast<uint32_t>(static_cast<int32_t>(word) >> count); });
}
yg_pair rol(Call &call) { return shift(call, rotate_left); }
yg_pair ror(Call &call) {
  return shift(call, [](uint32_t word, uint32_t count) { return rotate_left(word, (32 - count) & 31); });
}

/** The last |n| digits, in capitals when n is negative. */
yg_pair tohex(Call &call) {
  uint32_t word = bits(call, 1);
  auto digits = call.is_nil_or_missing(2) ? 8 : static_cast<int32_t>(bits(call, 2));
  const char *alphabet = digits < 0 ? "0123456789ABCDEF" : "0123456789abcdef";
  if (digits < 0) digits = digits == INT32_MIN ? 254 : -digits;
  if (digits > 254) digits = 254;
  char text[254];
  for (int at = digits; at-- > 0; word >>= 4) text[at] = alphabet[word & 15];
  return call.one(call.runtime.string_value({text, static_cast<size_t>(digits)}));
}

} // namespace

void open_bit(Runtime &runtime) {
  Library(runtime).open("bit", {{"bit.arshift", arshift}, {"bit.band", band}, {"bit.bnot", bnot}, {"bit.bor", bor}, {"bit.bswap", bswap},
      {"bit.bxor", bxor}, {"bit.lshift", lshift}, {"bit.rol", rol}, {"bit.ror", ror}, {"bit.rshift", rshift}, {"bit.tobit", tobit},
      {"bit.tohex", tohex}});
}

} // namespace yl
