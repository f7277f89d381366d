// SPDX-License-Identifier: MIT
// Standard output of programs: buffered, because `print` is what short programs spend their time in; on a terminal, by lines.
#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace yl {

class Output {
 public:
  using Sink = std::function<void(std::string_view bytes)>;

  explicit Output(int descriptor = 1);
  /** Where the bytes go instead of the descriptor; flush throws what it throws. */
  void set_sink(Sink sink) { sink_ = std::move(sink); }
  void write(std::string_view bytes) {
    buffer_ += bytes;
    if (buffer_.size() >= kFlushBytes || (by_lines_ && !sink_ && bytes.find('\n') != bytes.npos)) flush();
  }
  void flush();

 private:
  static constexpr size_t kFlushBytes = 32 * 1024;
  int descriptor_;
  bool by_lines_;
  std::string buffer_;
  Sink sink_;
};

} // namespace yl
