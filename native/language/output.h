// SPDX-License-Identifier: MIT
// Standard output of programs: buffered, because `print` is what short programs spend their time in.
#pragma once
#include <string>
#include <string_view>

namespace yl {

class Output {
 public:
  explicit Output(int descriptor = 1) : descriptor_(descriptor) {}
  ~Output() { flush(); }
  void write(std::string_view bytes) {
    buffer_ += bytes;
    if (buffer_.size() >= kFlushBytes) flush();
  }
  void flush();

 private:
  static constexpr size_t kFlushBytes = 32 * 1024;
  int descriptor_;
  std::string buffer_;
};

} // namespace yl
