// SPDX-License-Identifier: MIT
// What the libraries of one engine keep between calls.
#pragma once
#include <cstdlib>

#include "../object.h"

namespace yl {

struct FileObject;

/** The C library's random numbers. */
struct RandomState {
  RandomState();
  char buffer[128] = {}; // the size that rand() has
  random_data data{};
};

struct LibraryState {
  Table *string = nullptr;           // what strings are indexed with
  Value characters[256] = {};        // the strings of one byte
  Builtin *gmatch_iterator = nullptr;
  Table *prelude_natives = nullptr;  // first argument of the prelude's functions
  Proto *prelude_protos[8] = {};     // compiled so far, by Prelude
  Table *file_methods = nullptr;
  Builtin *lines_iterator = nullptr;
  Builtin *host_function = nullptr;      // what functions of the host run
  Function *coroutine_resume = nullptr;
  Function *coroutine_wrapped = nullptr; // never called: what coroutine.wrap makes has its code
  String *coroutine_statuses[4] = {};    // by CoroutineStatus
  FileObject *input = nullptr, *output = nullptr; // of io.read and io.write
  RandomState random;
};

} // namespace yl
