// SPDX-License-Identifier: MIT
// File objects: "userdata" to programs, tables underneath, with a metatable that has the methods.
#pragma once
#include <cstdio>

#include "call.h"

namespace yl {

struct FileObject : Table {
  FILE *stream; // null when closed
  uint32_t is_standard, is_output; // one of the three that cannot be closed; the one that is buffered by Output
};

inline bool is_file(Value value) { return is_table(value) && as_table(value)->header.kind == kKindFile; }
inline FileObject *as_file(Value value) { return static_cast<FileObject *>(as_table(value)); }

FileObject *file_new(Runtime &runtime, FILE *stream);

/** fopen, within what the engine's FilePolicy allows. Null: `message` has "name: what is wrong", and errno is set. */
FileObject *file_open(Runtime &runtime, const std::string &name, const std::string &mode, std::string *message);

/** The file in argument 1; raises when it is something else, or closed. */
FileObject *checked_file(Call &call);

/** nil, "name: what is wrong", errno. */
yg_pair file_error(Call &call, const std::string &name);

// The work, for methods (arguments from 2 on) and for the functions of io (from 1 on).
yg_pair file_read(Call &call, FileObject *file, int first);
yg_pair file_write(Call &call, FileObject *file, int first);
/** A function that gives the next line at each call. */
Value file_lines(Runtime &runtime, FileObject *file, bool close_at_end);
yg_pair file_close(Call &call, FileObject *file);
yg_pair file_flush(Call &call, FileObject *file);

/** Makes the methods. */
void open_files(Runtime &runtime);

} // namespace yl
