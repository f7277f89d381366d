// SPDX-License-Identifier: MIT
//
// Wrong use: a named error, and not a byte of the stack's memory, of its yg_stack and of the cursor changes.
#ifndef YUGONG_TEST_SNAPSHOT_H
#define YUGONG_TEST_SNAPSHOT_H

#include "support.h"

class Snapshot {
 public:
  explicit Snapshot(const TestStack &stack, const yg_cursor *cursor = nullptr) : stack_(stack), cursor_(cursor) { bytes_ = read(); }
  bool isSame() const { return bytes_ == read(); }

 private:
  std::vector<uint8_t> read() const {
    std::vector<uint8_t> bytes = stack_.bytes();
    const uint8_t *cursor = reinterpret_cast<const uint8_t *>(cursor_);
    if (cursor != nullptr) bytes.insert(bytes.end(), cursor, cursor + sizeof *cursor_);
    return bytes;
  }

  const TestStack &stack_;
  const yg_cursor *cursor_;
  std::vector<uint8_t> bytes_;
};

// `cursor` may be null: a call that takes none, or makes one.
#define EXPECT_REFUSED(stack, cursor, status, call)          \
  do {                                                       \
    Snapshot snapshot_before(stack, cursor);                 \
    EXPECT_STATUS(status, call);                             \
    EXPECT_TRUE(snapshot_before.isSame()) << #call;          \
  } while (false)

#endif
