// SPDX-License-Identifier: MIT
// io: close, flush, input, lines, open, output, read, type, write, stdin, stdout, stderr. file.cc has what files do.
#include <cerrno>

#include "file.h"

namespace yl {

namespace {

// What the functions without a file use; a program that has replaced io.stdout has not replaced that.

FileObject *&current(Call &call, bool is_output) { return is_output ? call.runtime.library.output : call.runtime.library.input; }

FileObject *current_open(Call &call, bool is_output) {
  FileObject *file = current(call, is_output);
  if (!file->stream) call.error(std::string("standard ") + (is_output ? "output" : "input") + " file is closed");
  return file;
}

FileObject *file_or_closed(Call &call, FileObject *file) {
  if (!file->stream) call.error("attempt to use a closed file");
  return file;
}

yg_pair close(Call &call) { return file_close(call, call.has(1) ? checked_file(call) : file_or_closed(call, current(call, true))); }
yg_pair flush(Call &call) { return file_flush(call, current_open(call, true)); }
yg_pair read(Call &call) { return file_read(call, current_open(call, false), 1); }
yg_pair write(Call &call) { return file_write(call, current_open(call, true), 1); }

Value file_value(FileObject *file) { return box(static_cast<Table *>(file)); }

yg_pair open(Call &call) {
  std::string name(call.text(1)), mode(call.is_nil_or_missing(2) ? "r" : call.text(2)), message;
  if (FileObject *file = file_open(call.runtime, name, mode, &message)) return call.one(file_value(file));
  int number = errno;
  return call.many({kNil, call.runtime.string_value(message), box_int(number)});
}

/** The file of a name in argument 1; an error when it cannot be opened. */
FileObject *open_argument(Call &call, const char *mode) {
  std::string message;
  FileObject *file = file_open(call.runtime, std::string(call.text(1)), mode, &message);
  if (!file) call.argument_error(1, message);
  return file;
}

/** io.input and io.output: with a name or a file, that is the current one from now on. */
template <bool is_output> yg_pair choose(Call &call) {
  Value which = call.argument(1);
  if (is_string(which) || is_number(which)) current(call, is_output) = open_argument(call, is_output ? "w" : "r");
  else if (!call.is_nil_or_missing(1)) current(call, is_output) = checked_file(call);
  return call.one(file_value(current(call, is_output)));
}

yg_pair lines(Call &call) {
  if (call.is_nil_or_missing(1)) return call.one(file_lines(call.runtime, file_or_closed(call, current(call, false)), false));
  return call.one(file_lines(call.runtime, open_argument(call, "r"), true));
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
  Table *io = library.open("io", {{"io.close", close}, {"io.flush", flush}, {"io.input", choose<false>}, {"io.lines", lines},
      {"io.open", open}, {"io.output", choose<true>}, {"io.read", read}, {"io.type", type}, {"io.write", write}});
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
