// SPDX-License-Identifier: MIT
#include "interpreter-code.h"

#include "generated.h"

namespace yl {

std::string register_interpreter_code() {
  static const std::string error = []() -> std::string {
    const uint8_t *start = __start_yg_stackmaps, *stop = __stop_yg_stackmaps;
    if (start == stop) return ""; // a unit test without generated code
    yg_code_description description{};
    // No start and size: the section covers many functions of this image, whose .eh_frame the dynamic loader knows.
    description.stackmap = start;
    description.stackmap_size = static_cast<size_t>(stop - start);
    description.name = "yugong interpreter";
    yg_code *code;
    const char *message = nullptr;
    yg_status status = yg_code_register(&description, &code, &message);
    if (status == YG_OK) return "";
    return std::string(yg_status_message(status)) + (message ? std::string(": ") + message : "");
  }();
  return error;
}

} // namespace yl
