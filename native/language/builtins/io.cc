// SPDX-License-Identifier: MIT
// io: close, flush, lines, open, read, type, write, stdin, stdout, stderr. file.cc has what files do.
#include <cerrno>
#include <cstring>

#include "file.h"

namespace yl {

namespace {

/** What the functions without a file use; a program that has replaced io.stdout has not replaced that. */
FileObject *input(Call &call) { return call.runtime.library.input; }
FileObject *output(Call &call) { return call.runtime.library.output; }

yg_pair close(Call &call) { return file_close(call, call.has(1) ? checked_file(call) : output(call)); }
yg_pair flush(Call &call) { return file_flush(call, output(call)); }
yg_pair read(Call &call) { return file_read(call, input(call), 1); }
yg_pair write(Call &call) { return file_write(call, output(call), 1); }

yg_pair open(Call &call) {
  std::string name(call.text(1)), mode(call.is_nil_or_missing(2) ? "r" : call.text(2));
  FILE *stream = fopen(name.c_str(), mode.c_str());
  return stream ? call.one(box(static_cast<Table *>(file_new(call.runtime, stream)))) : file_error(call, name);
}

yg_pair lines(Call &call) {
  if (call.is_nil_or_missing(1)) return call.one(file_lines(call.runtime, input(call), false));
  std::string name(call.text(1));
  FILE *stream = fopen(name.c_str(), "r");
  if (!stream) call.argument_error(1, name + ": " + strerror(errno));
  return call.one(file_lines(call.runtime, file_new(call.runtime, stream), true));
}

yg_pair type(Call &call) {
  call.any(1);
  if (!is_file(call.argument(1))) return call.one(kNil);
  return call.one(call.runtime.string_value(as_file(call.argument(1))->stream ? "file" : "closed file"));
}

} // namespace

void open_io(Runtime &runtime) {
  open_files(runtime);
  Library library(runtime);
  Table *io = library.open("io", {{"io.close", close}, {"io.flush", flush}, {"io.lines", lines}, {"io.open", open}, {"io.read", read},
      {"io.type", type}, {"io.write", write}});
  auto add = [&](const char *name, FILE *stream) {
    FileObject *file = file_new(runtime, stream);
    file->is_standard = 1;
    library.set_field(io, name, box(static_cast<Table *>(file)));
    return file;
  };
  runtime.library.input = add("stdin", stdin);
  runtime.library.output = add("stdout", stdout);
  runtime.library.output->is_output = 1;
  add("stderr", stderr);
}

} // namespace yl
