// SPDX-License-Identifier: MIT
// require and package. There are no modules in C: what package.cpath finds is an error, and package.loadlib is not there.
#include <cstdio>
#include <cstdlib>

#include "../continuation.h"
#include "../error.h"
#include "load.h"

namespace yl {

namespace {

// Debian's lua5.1, so that both find the same modules and tell the same when there is none.
constexpr const char *kDefaultPath = "./?.lua;/usr/local/share/lua/5.1/?.lua;/usr/local/share/lua/5.1/?/init.lua;/usr/local/lib/lua/5.1/?.lua;"
                                     "/usr/local/lib/lua/5.1/?/init.lua;/usr/share/lua/5.1/?.lua;/usr/share/lua/5.1/?/init.lua";
constexpr const char *kDefaultCPath = "./?.so;/usr/local/lib/lua/5.1/?.so;/usr/lib/x86_64-linux-gnu/lua/5.1/?.so;/usr/lib/lua/5.1/?.so;"
                                      "/usr/local/lib/lua/5.1/loadall.so";

std::string replace_all(std::string text, const std::string &what, const std::string &by) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) text.replace(at, what.size(), by);
  return text;
}

/** What an environment variable says, with the default in place of `;;`. */
std::string search_path(const char *variable, const char *otherwise) {
  const char *given = getenv(variable);
  if (!given) return otherwise;
  return replace_all(replace_all(given, ";;", ";\1;"), "\1", otherwise);
}

bool is_readable(Runtime &runtime, const std::string &path) {
  FILE *file = runtime.files.none() ? nullptr : fopen(path.c_str(), "r");
  if (file) fclose(file);
  return file != nullptr;
}

Value field(Call &call, Table *table, const char *name) { return table_get_string(table, call.runtime.string(name)); }

struct Search {
  std::string found;   // empty: nowhere
  std::string message; // where it was looked for
};

/** Look for a module along package.path or package.cpath. */
Search search(Call &call, Table *package, const std::string &name, const char *path_name) {
  Value path = field(call, package, path_name);
  if (!is_string(path) && !is_number(path)) call.error(std::string("'package.") + path_name + "' must be a string");
  std::string templates = to_text(path), file = replace_all(name, ".", "/");
  Search result;
  for (size_t at = 0, end; at < templates.size(); at = end + 1) {
    end = std::min(templates.find(';', at), templates.size());
    if (end == at) continue;
    std::string candidate = replace_all(templates.substr(at, end - at), "?", file);
    if (is_readable(call.runtime, candidate)) {
      result.found = candidate;
      break;
    }
    result.message += "\n\tno file '" + candidate + "'";
  }
  return result;
}

// ---- loaders: each gives a function, or a text that says where it has looked. Capture 0 is the package table.

Table *package_of(Call &call) { return as_table(call.callee->captures()[0]); }

[[noreturn]] void cannot_load(Call &call, const std::string &file, const std::string &why) {
  call.error("error loading module '" + std::string(call.text(1)) + "' from file '" + file + "':\n\t" + why);
}

yg_pair load_preloaded(Call &call) {
  std::string name(call.text(1));
  Value preload = field(call, package_of(call), "preload");
  if (!is_table(preload)) call.error("'package.preload' must be a table");
  Value loader = table_get_string(as_table(preload), call.runtime.string(name));
  return call.one(loader != kNil ? loader : call.runtime.string_value("\n\tno field package.preload['" + name + "']"));
}

yg_pair load_from_path(Call &call) {
  Search at = search(call, package_of(call), std::string(call.text(1)), "path");
  if (at.found.empty()) return call.one(call.runtime.string_value(at.message));
  Loaded loaded = load_file(call, &at.found);
  if (loaded.function == kNil) cannot_load(call, at.found, loaded.message);
  return call.one(loaded.function);
}

yg_pair search_c_module(Call &call, const std::string &name) {
  Search at = search(call, package_of(call), name, "cpath");
  if (!at.found.empty()) cannot_load(call, at.found, "modules written in C are not supported");
  return call.one(call.runtime.string_value(at.message));
}

yg_pair load_from_cpath(Call &call) { return search_c_module(call, std::string(call.text(1))); }

/** A module a.b may be in the library of a. */
yg_pair load_from_root(Call &call) {
  std::string name(call.text(1));
  size_t dot = name.find('.');
  return dot == std::string::npos ? call.none() : search_c_module(call, name.substr(0, dot));
}

// ---- require

/** The state of a require: what its continuations need. */
enum RequireState { kName, kLoadedTable, kLoading, kLoaders, kNextLoader, kMessages };

String *module_name(const Value *state) { return as_string(state[kName]); }

/** The module's function has returned. */
yg_pair keep_module(Call &call, const Value *state, size_t) {
  Table *loaded = as_table(state[kLoadedTable]);
  if (Value module = call.argument(1); module != kNil) table_set_string(call.runtime.tables, loaded, module_name(state), module);
  Value module = table_get_string(loaded, module_name(state));
  if (module == state[kLoading]) table_set_string(call.runtime.tables, loaded, module_name(state), module = kTrue);
  return call.one(module);
}

yg_pair ask_loader(Call &call, std::vector<Value> state);

yg_pair loader_has_answered(Call &call, const Value *given, size_t count) {
  std::vector<Value> state(given, given + count);
  Value answer = call.argument(1);
  if (is_function(answer)) {
    table_set_string(call.runtime.tables, as_table(state[kLoadedTable]), module_name(given), state[kLoading]);
    return call_then(call, answer, {state[kName]}, keep_module, state);
  }
  if (is_string(answer) || is_number(answer)) state[kMessages] = call.runtime.string_value(to_text(state[kMessages]) + to_text(answer));
  return ask_loader(call, state);
}

yg_pair ask_loader(Call &call, std::vector<Value> state) {
  int32_t number = as_int(state[kNextLoader]);
  Value loader = table_get_int(as_table(state[kLoaders]), number);
  if (loader == kNil) call.error("module '" + to_text(state[kName]) + "' not found:" + to_text(state[kMessages]));
  state[kNextLoader] = box_int(number + 1);
  return call_then(call, loader, {state[kName]}, loader_has_answered, state);
}

/** Captures: the package table, package.loaded as it was at the start, and what stands there for a module while it is being loaded. */
yg_pair require(Call &call) {
  Value name = call.runtime.string_value(call.text(1));
  const Value *captures = call.callee->captures();
  Value module = table_get_string(as_table(captures[1]), as_string(name));
  if (module == captures[2]) call.error("loop or previous error loading module '" + to_text(name) + "'");
  if (is_truthy(module)) return call.one(module);
  Value loaders = field(call, package_of(call), "loaders");
  if (!is_table(loaders)) call.error("'package.loaders' must be a table");
  return ask_loader(call, {name, captures[1], captures[2], loaders, box_int(1), call.runtime.string_value("")});
}

} // namespace

void open_package(Runtime &runtime) {
  Library library(runtime);
  Table *package = library.table(), *loaded = library.table(), *loaders = library.table();
  const Library::Entry entries[] = {{"package.loader.preload", load_preloaded}, {"package.loader.path", load_from_path},
      {"package.loader.cpath", load_from_cpath}, {"package.loader.root", load_from_root}};
  int32_t number = 0;
  for (const Library::Entry &entry : entries)
    table_set_int(runtime.tables, loaders, ++number, box(library.function(entry.name, entry.body, {box(package)})));
  library.set_field(package, "loaders", box(loaders));
  library.set_field(package, "loaded", box(loaded));
  library.set_field(package, "preload", box(library.table()));
  library.set_field(package, "path", runtime.string_value(search_path("LUA_PATH", kDefaultPath)));
  library.set_field(package, "cpath", runtime.string_value(search_path("LUA_CPATH", kDefaultCPath)));
  library.set_field(package, "config", runtime.string_value("/\n;\n?\n!\n-"));
  library.set_global("package", box(package));
  library.set_global("require", box(library.function("require", require, {box(package), box(loaded), box(library.table())})));
  for (const char *name : {"_G", "package", "coroutine", "table", "io", "os", "string", "math", "debug", "bit"})
    library.set_field(loaded, name, runtime.global(name));
}

} // namespace yl
