// SPDX-License-Identifier: MIT
#include "file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "../number-text.h"
#include "../requests.h"

namespace yl {

FileObject *file_new(Runtime &runtime, FILE *stream) {
  Table *methods = runtime.library.file_methods;
  auto *file = runtime.heap.allocate<FileObject>(kKindFile, sizeof(FileObject));
  auto header = file->header;
  static_cast<Table &>(*file) = Table{};
  file->header = header;
  file->shape = runtime.shapes.empty();
  file->stream = stream;
  file->is_standard = file->is_output = 0;
  runtime.delegations.set_metatable(file, methods);
  return file;
}

namespace {

bool is_within(const FilePolicy &policy, const std::string &name) {
  if (policy.none()) return false;
  if (policy.everywhere || name == "/dev/null" || name == "/dev/stdin" || name == "/dev/stdout" || name == "/dev/stderr") return true;
  namespace fs = std::filesystem;
  std::error_code error;
  // A link to nowhere would be followed when the file is made.
  if (fs::is_symlink(fs::symlink_status(name, error)) && !fs::exists(name, error)) return false;
  std::string path = fs::weakly_canonical(fs::absolute(name, error), error).string();
  for (const std::string &tree : policy.trees)
    if (path == tree || path.compare(0, tree.size() + 1, tree == "/" ? tree : tree + "/") == 0) return true;
  return false;
}

} // namespace

FileObject *file_open(Runtime &runtime, const std::string &name, const std::string &mode, std::string *message) {
  FILE *stream = nullptr;
  if (!is_within(runtime.files, name)) {
    errno = EACCES;
    *message = name + (runtime.files.none() ? ": this program may not open files" : ": outside the program's directory tree (--files=all allows it)");
  } else if ((stream = fopen(name.c_str(), mode.c_str())) == nullptr) {
    *message = name + ": " + strerror(errno);
  }
  return stream ? file_new(runtime, stream) : nullptr;
}

FileObject *checked_file(Call &call) {
  if (!is_file(call.argument(1))) call.type_error(1, "FILE*");
  FileObject *file = as_file(call.argument(1));
  if (!file->stream) call.error("attempt to use a closed file");
  return file;
}

yg_pair file_error(Call &call, const std::string &name) {
  int number = errno;
  std::string what = strerror(number);
  return call.many({kNil, call.runtime.string_value(name.empty() ? what : name + ": " + what), box_int(number)});
}

namespace {

yg_pair status(Call &call, bool ok) { return ok ? call.one(kTrue) : file_error(call, ""); }

/** A signal ends a read that waits: it may be the one that asks to end the program. */
void poll_after_signal(Call &call, FILE *stream) {
  if (!ferror(stream) || errno != EINTR) return;
  poll(call.co);
  errno = EINTR;
}

bool read_line(FILE *stream, std::string &out) {
  char buffer[8192];
  while (fgets(buffer, sizeof buffer, stream)) {
    // As in lua5.1, a NUL hides what follows in the line, its end included.
    size_t length = strlen(buffer);
    bool ended = length > 0 && buffer[length - 1] == '\n';
    out.append(buffer, length - ended);
    if (ended) return true;
  }
  return !out.empty();
}

bool read_bytes(FILE *stream, size_t count, std::string &out) {
  char buffer[8192];
  while (count) {
    size_t got = fread(buffer, 1, std::min(count, sizeof buffer), stream);
    if (got == 0) break;
    out.append(buffer, got);
    count -= got;
  }
  return !out.empty();
}

bool at_end(FILE *stream) {
  int byte = getc(stream);
  ungetc(byte, stream);
  return byte == EOF;
}

/** One format of read: the value, nil at the end of the file. */
Value read_one(Call &call, FILE *stream, int number) {
  Value format = call.argument(number);
  std::string out;
  bool found;
  if (is_number(format)) {
    auto count = static_cast<size_t>(call.integer(number));
    found = count == 0 ? !at_end(stream) : read_bytes(stream, count, out);
  } else {
    if (!is_string(format) || as_string(format)->bytes()[0] != '*') call.argument_error(number, "invalid option");
    switch (as_string(format)->bytes()[1]) {
      case 'n': {
        double value;
        return fscanf(stream, "%lf", &value) == 1 ? box_number(value) : kNil;
      }
      case 'l': found = read_line(stream, out); break;
      case 'a':
        read_bytes(stream, SIZE_MAX, out);
        found = true;
        break;
      default: call.argument_error(number, "invalid format");
    }
  }
  return found ? call.runtime.string_value(out) : kNil;
}

/** What file:lines() gives; captures: the file, whether to close it at its end. */
yg_pair next_line(Call &call) {
  Value *captures = call.callee->captures();
  FileObject *file = as_file(captures[0]);
  if (!file->stream) call.error("file is already closed");
  std::string out;
  bool found = read_line(file->stream, out);
  poll_after_signal(call, file->stream);
  if (found) return call.one(call.runtime.string_value(out));
  if (ferror(file->stream)) call.error(strerror(errno));
  if (captures[1] == kTrue) file_close(call, file);
  return call.one(kNil);
}

yg_pair close(Call &call) { return file_close(call, checked_file(call)); }
yg_pair flush(Call &call) { return file_flush(call, checked_file(call)); }
yg_pair lines(Call &call) { return call.one(file_lines(call.runtime, checked_file(call), false)); }
yg_pair read(Call &call) { return file_read(call, checked_file(call), 2); }
yg_pair write(Call &call) { return file_write(call, checked_file(call), 2); }

/** The index of a string argument in a list, as luaL_checkoption finds it. */
int option(Call &call, int number, const char *otherwise, std::initializer_list<const char *> names) {
  std::string given(otherwise && call.is_nil_or_missing(number) ? otherwise : call.text(number));
  int at = 0;
  for (const char *name : names) {
    if (given == name) return at;
    at++;
  }
  call.argument_error(number, "invalid option '" + given + "'");
}

yg_pair seek(Call &call) {
  FileObject *file = checked_file(call);
  int whence = option(call, 2, "cur", {"set", "cur", "end"});
  auto offset = static_cast<long>(call.integer_or(3, 0));
  if (file->is_output) call.runtime.output.flush();
  const int codes[] = {SEEK_SET, SEEK_CUR, SEEK_END};
  if (fseek(file->stream, offset, codes[whence])) return file_error(call, "");
  return call.one(box_number(static_cast<double>(ftell(file->stream))));
}

yg_pair setvbuf_(Call &call) {
  FileObject *file = checked_file(call);
  int mode = option(call, 2, nullptr, {"no", "full", "line"});
  int64_t size = call.integer_or(3, 1024);
  if (file->is_output) return call.one(kTrue); // has a buffer of its own
  const int codes[] = {_IONBF, _IOFBF, _IOLBF};
  return status(call, setvbuf(file->stream, nullptr, codes[mode], static_cast<size_t>(size)) == 0);
}

} // namespace

yg_pair file_read(Call &call, FileObject *file, int first) {
  call.runtime.output.flush(); // a prompt is seen before its answer
  clearerr(file->stream);
  if (call.count < first) {
    std::string out;
    bool found = read_line(file->stream, out);
    poll_after_signal(call, file->stream);
    return call.one(found ? call.runtime.string_value(out) : kNil);
  }
  uintptr_t results = 0;
  for (int number = first; number <= call.count; number++) {
    Value value = read_one(call, file->stream, number);
    poll_after_signal(call, file->stream);
    call.co->results[results++] = value;
    if (value == kNil) break;
  }
  if (ferror(file->stream)) return file_error(call, "");
  return {call.co->results[0], results};
}

yg_pair file_write(Call &call, FileObject *file, int first) {
  bool ok = true;
  for (int number = first; number <= call.count; number++) {
    std::string_view text;
    NumberText digits;
    if (is_number(call.argument(number))) {
      digits = format_number(call.argument(number));
      text = digits.view();
    } else {
      text = call.text(number);
    }
    if (file->is_output) call.runtime.output.write(text);
    else ok = fwrite(text.data(), 1, text.size(), file->stream) == text.size() && ok;
  }
  return status(call, ok);
}

Value file_lines(Runtime &runtime, FileObject *file, bool close_at_end) {
  auto *iterator = runtime.heap.allocate<Function>(kKindBuiltin, sizeof(Function) + 2 * sizeof(Value));
  iterator->code = &runtime.library.lines_iterator->code;
  iterator->capture_count = 2;
  iterator->captures()[0] = box(static_cast<Table *>(file));
  iterator->captures()[1] = box_boolean(close_at_end);
  return box(iterator);
}

yg_pair file_close(Call &call, FileObject *file) {
  if (file->is_standard) return call.many({kNil, call.runtime.string_value("cannot close standard file")});
  bool ok = fclose(file->stream) == 0;
  file->stream = nullptr;
  return status(call, ok);
}

yg_pair file_flush(Call &call, FileObject *file) {
  if (file->is_output) call.runtime.output.flush();
  return status(call, fflush(file->stream) == 0);
}

void open_files(Runtime &runtime) {
  Library library(runtime);
  Table *methods = library.table();
  const Library::Entry entries[] = {{"file.close", close}, {"file.flush", flush}, {"file.lines", lines}, {"file.read", read},
      {"file.seek", seek}, {"file.setvbuf", setvbuf_}, {"file.write", write}};
  for (const Library::Entry &entry : entries) library.set_field(methods, strchr(entry.name, '.') + 1, box(library.function(entry.name, entry.body)));
  library.set_field(methods, "__index", box(methods));
  runtime.library.file_methods = methods;
  runtime.library.lines_iterator = builtin_of(library.function("file.lines.iterator", next_line));
}

} // namespace yl
