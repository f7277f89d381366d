// SPDX-License-Identifier: MIT
#include "output.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace yl {

Output::Output(int descriptor) : descriptor_(descriptor), by_lines_(isatty(descriptor) == 1) {}

void Output::flush() {
  if (buffer_.empty()) return;
  if (sink_) return sink_(std::exchange(buffer_, ""));
  const char *next = buffer_.data();
  size_t left = buffer_.size();
  while (left) {
    ssize_t written = ::write(descriptor_, next, left);
    if (written >= 0) {
      next += written;
      left -= static_cast<size_t>(written);
    } else if (errno == EAGAIN) { // Node makes some descriptors non-blocking
      pollfd descriptor{descriptor_, POLLOUT, 0};
      poll(&descriptor, 1, -1);
    } else if (errno != EINTR) {
      break; // nobody reads any more: lua5.1 does not complain either
    }
  }
  buffer_.clear();
}

} // namespace yl
