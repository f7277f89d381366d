// SPDX-License-Identifier: MIT
// The basic library: loadstring, load, loadfile, dofile. Sources are compiled by the engine's owner (Hooks::on_load).
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "../continuation.h"
#include "../error.h"
#include "load.h"

namespace yl {

namespace {

/** `name` is as programs give it: "=text", "@file" or the source itself. */
Loaded load_source(Call &call, const std::string &source, const std::string &name, bool is_file = false) {
  if (!call.runtime.hooks.on_load) return {kNil, "this engine compiles nothing at run time"};
  LoadResult compiled = call.runtime.hooks.on_load(source, name, is_file);
  if (!compiled.proto) return {kNil, compiled.message};
  return {box(call.runtime.new_closure(compiled.proto)), ""};
}

yg_pair function_or_message(Call &call, const Loaded &loaded) {
  if (loaded.function != kNil) return call.one(loaded.function);
  return call.many({kNil, call.runtime.string_value(loaded.message)});
}

yg_pair loadstring(Call &call) {
  std::string source(call.text(1));
  std::string name = call.argument(2) == kNil ? source : std::string(call.text(2));
  return function_or_message(call, load_source(call, source, name));
}

/** A piece of load's source has arrived, or the reader has failed (it is called by pcall); state: the reader, the chunk's name, the pieces so far. */
yg_pair load_piece(Call &call, const Value *state, size_t count) {
  if (call.argument(1) == kFalse) return call.many({kNil, call.argument(2)});
  Value piece = call.argument(2);
  std::vector<Value> pieces(state, state + count);
  if (piece != kNil && !is_string(piece) && !is_number(piece))
    return call.many({kNil, call.runtime.string_value(position(call.co, 1) + "reader function must return a string")});
  if (piece != kNil && to_text(piece) != "") {
    // One string at a time: what was read so far is one piece.
    pieces[2] = call.runtime.string_value(to_text(pieces[2]) + to_text(piece));
    return call_then(call, box(call.runtime.pcall_function), {pieces[0]}, load_piece, pieces);
  }
  return function_or_message(call, load_source(call, to_text(pieces[2]), to_text(pieces[1])));
}

yg_pair load(Call &call) {
  if (!is_function(call.argument(1))) call.type_error(1, "function");
  Value name = call.argument(2) == kNil ? call.runtime.string_value("=(load)") : call.runtime.string_value(call.text(2));
  return call_then(call, box(call.runtime.pcall_function), {call.argument(1)}, load_piece, {call.argument(1), name, call.runtime.string_value("")});
}

} // namespace

Loaded load_file(Call &call, const std::string *path) {
  const std::string name = path ? *path : "stdin";
  if (path && call.runtime.files.none()) return {kNil, "cannot open " + name + ": this program may not open files"};
  FILE *file = path ? fopen(path->c_str(), "rb") : stdin;
  if (!file) return {kNil, "cannot open " + name + ": " + strerror(errno)};
  std::string source;
  char buffer[65536];
  for (size_t got; (got = fread(buffer, 1, sizeof buffer, file)) > 0;) source.append(buffer, got);
  bool failed = ferror(file);
  int error = errno;
  if (path) fclose(file);
  if (failed) return {kNil, "cannot read " + name + ": " + strerror(error)};
  if (source.substr(0, 1) == "#") source.erase(0, std::min(source.find('\n'), source.size()));
  return load_source(call, source, path ? "@" + name : "=stdin", path != nullptr);
}

namespace {

/** The file that argument 1 names. */
Loaded load_argument(Call &call) {
  if (call.is_nil_or_missing(1)) return load_file(call, nullptr);
  std::string path(call.text(1));
  return load_file(call, &path);
}

yg_pair loadfile(Call &call) { return function_or_message(call, load_argument(call)); }

yg_pair dofile(Call &call) {
  Loaded loaded = load_argument(call);
  if (loaded.function == kNil) throw_message(call.co, loaded.message);
  // The call of dofile is a level of its own, which a continuation stands for.
  return call_then(call, loaded.function, {}, [](Call &after, const Value *, size_t) { return after.arguments_from(1); }, {});
}

} // namespace

void open_load(Runtime &runtime) {
  Library library(runtime);
  const struct { const char *name; BuiltinFunction body; } functions[] = {
      {"loadstring", loadstring}, {"load", load}, {"loadfile", loadfile}, {"dofile", dofile},
  };
  for (const auto &function : functions) library.set_global(function.name, box(library.function(function.name, function.body)));
}

} // namespace yl
