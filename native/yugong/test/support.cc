// SPDX-License-Identifier: MIT
#include "support.h"

extern "C" {
yg_stack *test_current;
yg_stack test_host;
yg_pair (*test_host_function)(yg_stack *current, uintptr_t value);
void test_use(uint64_t *) {}
}

TestStack::TestStack(uintptr_t size) { EXPECT_OK(yg_stack_new(&stack, size)); }

TestStack::~TestStack() {
  if (stack.size != 0) {
    EXPECT_OK(yg_stack_free(&stack));
  }
}

uintptr_t TestStack::start(uintptr_t function, std::initializer_list<uintptr_t> arguments) {
  uintptr_t payload[7] = {function};
  size_t count = 1;
  for (uintptr_t argument : arguments) payload[count++] = argument;
  yg_cursor top = cursor();
  EXPECT_OK(yg_push_frame_payload(&top, address(test_entry), payload, sizeof payload, nullptr));
  return resume();
}

uintptr_t TestStack::resume(uintptr_t first, uintptr_t second) {
  yg_stack *before = test_current;
  test_current = &stack;
  stack.host = &test_host;
  uintptr_t result = yg_stack_swap2(&test_host, &stack, first, second).first;
  test_current = before;
  return result;
}

yg_cursor TestStack::cursor() {
  yg_cursor cursor;
  EXPECT_OK(yg_cursor_new(&cursor, &stack));
  return cursor;
}

std::vector<yg_csid> TestStack::ids() {
  std::vector<yg_csid> ids;
  yg_cursor at = cursor();
  yg_status status;
  do ids.push_back(yg_get_csid(&at));
  while ((status = yg_cursor_step(&at)) == YG_OK && ids.size() < 10000);
  EXPECT_STATUS(YG_ERROR_BOTTOM, status);
  return ids;
}

std::vector<uint8_t> TestStack::bytes() const {
  const uint8_t *start = reinterpret_cast<const uint8_t *>(stack.start);
  std::vector<uint8_t> bytes(start, start + stack.size);
  const uint8_t *object = reinterpret_cast<const uint8_t *>(&stack);
  bytes.insert(bytes.end(), object, object + sizeof stack);
  return bytes;
}

yg_cursor steppedTo(TestStack &stack, yg_csid id, int occurrence) {
  yg_cursor cursor = stack.cursor();
  while (yg_get_csid(&cursor) != id || occurrence-- != 0) {
    yg_status status = yg_cursor_step(&cursor);
    EXPECT_OK(status);
    if (status != YG_OK) break;
  }
  return cursor;
}

std::vector<uint64_t> words(const yg_cursor &cursor) {
  std::vector<uint64_t> words(static_cast<size_t>(yg_keepalive_count(&cursor)));
  EXPECT_OK(yg_keepalive_words(&cursor, words.data(), static_cast<int>(words.size())));
  return words;
}

uintptr_t recurseResult(uintptr_t n, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, uintptr_t e, uintptr_t v) {
  uintptr_t deeper = n == 0 ? v : recurseResult(n - 1, a + 1, b + 2, c + 3, d + 4, e + 5, v);
  return deeper + 3 * a + 5 * b + 7 * c + 11 * d + 13 * e;
}

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  yg_code_description description{};
  description.stackmap = __start_yg_stackmaps;
  description.stackmap_size = static_cast<size_t>(__stop_yg_stackmaps - __start_yg_stackmaps);
  description.name = "tests";
  yg_code *code;
  const char *message;
  yg_status status = yg_code_register(&description, &code, &message);
  if (status != YG_OK) {
    std::fprintf(stderr, "%s %s\n", yg_status_message(status), message);
    return 1;
  }
  int result = RUN_ALL_TESTS();
  yg_code_unregister(code);
  return result;
}
