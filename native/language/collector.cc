// SPDX-License-Identifier: MIT
#include "collector.h"

#include <cstdio>
#include <cstdlib>

#include "builtins/file.h"
#include "coroutine.h"
#include "frame-roots.h"

namespace yl {

namespace {

Coroutine *coroutine_of(Object *header) { return reinterpret_cast<Coroutine *>(reinterpret_cast<char *>(header) - offsetof(Coroutine, header)); }

[[noreturn]] void stale_reference(const void *object) {
  fprintf(stderr, "yugong: the collector was given %p, where there is no object\n", object);
  abort();
}

} // namespace

// ---- marking --------------------------------------------------------------------------------------------------------------------------

void Marker::reference(Value value) {
  if (is_thread(value)) coroutine(as_coroutine(value));
  else object(pointer_of<Object>(value));
}

void Marker::visit(Object *object) {
  if (object->kind == kKindFree || object->kind > kKindFile) stale_reference(object);
  if (heap_.mark(object) && object->kind != kKindString) pending_.push_back(object);
}

bool Marker::visit_soon() {
  bool any = false;
  for (Object *&object : soon_) {
    if (!object) continue;
    any = true;
    visit(std::exchange(object, nullptr));
  }
  return any;
}

void Marker::trace(Table *table) {
  heap_.mark_bytes(table_owned_bytes(table));
  values(table->array, table->array_count);
  values(table->slots, table->shape->slot_count); // none of _G: its variables are the engine's
  this->table(table->metatable);
  if (!table->hash) return;
  bool removed_key = false;
  HashEntry *entries = table->hash->entries();
  for (uint32_t at = 0; at < table->hash->used; at++) {
    if (entries[at].value == kNil) {
      removed_key |= tag_of(entries[at].key) >= kTagString;
      continue;
    }
    value(entries[at].key);
    value(entries[at].value);
  }
  if (removed_key) with_removed_keys_.push_back(table);
}

void Marker::trace(Coroutine *coroutine) {
  if (has_stack(coroutine)) heap_.mark_bytes(kStackCharge);
  this->coroutine(resumer_of(coroutine));
  value(coroutine->function);
  if (is_dead(coroutine) && !died_of_error(coroutine)) return;
  mark_frames(runtime_, coroutine, *this);
}

void Marker::drain() {
  while (!pending_.empty() || visit_soon()) {
    if (pending_.empty()) continue;
    Object *object = pending_.back();
    pending_.pop_back();
    switch (object->kind) {
      case kKindTable:
      case kKindFile: trace(reinterpret_cast<Table *>(object)); break;
      case kKindFunction:
      case kKindBuiltin: trace(reinterpret_cast<Function *>(object)); break;
      case kKindThread: trace(coroutine_of(object)); break;
      case kKindCell: value(reinterpret_cast<Cell *>(object)->value); break;
      default: stale_reference(object);
    }
  }
}

void Marker::forget_dead_keys() {
  // A loop over the table may still hold such a key, and go on from it; then its object is marked.
  for (Table *table : with_removed_keys_) {
    HashEntry *entries = table->hash->entries();
    for (uint32_t at = 0; at < table->hash->used; at++) {
      Value key = entries[at].key;
      if (entries[at].value != kNil || tag_of(key) < kTagString) continue;
      const Object *object = is_thread(key) ? &as_coroutine(key)->header : pointer_of<Object>(key);
      if (!heap_.is_marked(object)) entries[at].key = kDeadKey;
    }
  }
}

// ---- what the engine refers to ------------------------------------------------------------------------------------------------------------

namespace {

void mark_engine(Runtime &runtime, Marker &marker) {
  marker.coroutine(runtime.main);
  runtime.globals.for_each([&](GlobalCell &cell) {
    marker.string(cell.name);
    marker.value(cell.value);
  });
  for (auto &proto : runtime.protos) marker.values(proto->constants, proto->description.constants.size());
  runtime.code.for_each([&](OptimizedCode &code) {
    if (code.valid) marker.values(code.constants.data(), code.constants.size());
  });
  for (auto &[number, values] : runtime.held) marker.values(values.data(), values.size());
  runtime.delegations.for_each_root([&](Value value) { marker.value(value); });
  runtime.shapes.for_each_key([&](String *key) { marker.string(key); });
  for (String *name : runtime.metamethod_names) marker.string(name);
  marker.value(runtime.out_of_memory_message);
  marker.value(runtime.error_in_handler_message);
  marker.table(runtime.string_prototype);
  marker.table(runtime.globals_table);
  for (Function *function : {runtime.ipairs_iterator, runtime.pairs_iterator, runtime.next_function, runtime.tostring_function,
                             runtime.pcall_function})
    if (function) marker.object(&function->header);
  const LibraryState &library = runtime.library;
  for (Table *table : {library.string, library.prelude_natives, library.file_methods, static_cast<Table *>(library.input), static_cast<Table *>(library.output)})
    marker.table(table);
  for (Function *function : {library.coroutine_resume, library.coroutine_wrapped})
    if (function) marker.object(&function->header);
  for (String *status : library.coroutine_statuses) marker.string(status);
  marker.values(library.characters, 256);
  // What the host holds, and the coroutines that wait for it.
  runtime.handles.for_each([&](Value value) { marker.value(value); });
  marker.value(runtime.host_error);
  for (const HostEntry &entry : runtime.entries) {
    marker.coroutine(entry.co);
    marker.coroutine(entry.caller);
  }
  for (Coroutine *coroutine : runtime.entry_coroutines) marker.coroutine(coroutine);
}

/**
 * A call site remembers its last callee, without keeping it alive. A closure that dies leaves another of the same prototype in its place,
 * which the optimizer may compile for but which nobody ever calls. Arithmetic remembers a metatable.
 */
void forget_dead_callees(Runtime &runtime) {
  for (auto &proto : runtime.protos) {
    for (Feedback &feedback : proto->feedback_storage) {
      if (is_table(feedback.reference) && !runtime.heap.is_marked(&as_table(feedback.reference)->header)) feedback.reference = 0;
      if (!is_function(feedback.reference)) continue; // a shape, a metatable, or nothing
      Function *function = as_function(feedback.reference);
      if (runtime.heap.is_marked(&function->header)) continue;
      if (auto *callee = static_cast<ProtoInfo *>(proto_of(function))) {
        feedback.reference = box(callee->stand_in());
        feedback.bits |= kCallSameCode;
      } else if (function->code == runtime.library.coroutine_wrapped->code) {
        feedback.reference = box(runtime.library.coroutine_wrapped);
        feedback.bits |= kCallSameCode;
      } else {
        feedback.reference = 0;
        feedback.bits |= kCallPolymorphic;
      }
    }
  }
}

/** A function whose only closure has died may get another one, but nobody should rely on there being one. */
void forget_dead_closures(Runtime &runtime) {
  for (auto &proto : runtime.protos) {
    if (!proto->last_closure || runtime.heap.is_marked(&proto->last_closure->header)) continue;
    proto->last_closure = nullptr;
    proto->closure_count = kCountedClosures;
  }
}

} // namespace

// ---- a collection ---------------------------------------------------------------------------------------------------------------------------

Collection::Collection(Runtime &runtime, Coroutine *running)
    : runtime_(runtime), marker_(runtime), started_(ticks_now()), bytes_before_(runtime.heap.used_bytes()), coroutine_id_(running ? running->id : 0) {
  take_retired_stacks(runtime);
  runtime.heap.begin_collection();
  marker_.coroutine(running);
  mark_engine(runtime, marker_);
}

void Collection::finish() {
  marker_.drain();
  marker_.forget_dead_keys();
  forget_dead_callees(runtime_);
  forget_dead_closures(runtime_);
  runtime_.strings.remove_unmarked();
  free_unmarked_coroutines(runtime_);
  runtime_.heap.end_collection();
  runtime_.collection_count++;
  uint64_t ended = ticks_now();
  runtime_.collection_ticks += ended - started_;
  // Under stress there would be nothing but these.
  if (runtime_.heap.stressed()) return;
  auto bytes_after = static_cast<double>(runtime_.heap.used_bytes());
  runtime_.events.record({static_cast<double>(bytes_before_), started_, ended, bytes_after, coroutine_id_, EventKind::kCollection});
}

void collect(Runtime &runtime, Coroutine *running) { Collection(runtime, running).finish(); }

void release_object(Heap &heap, Object *object) {
  if (object->kind == kKindTable) return table_release(heap, reinterpret_cast<Table *>(object));
  if (object->kind != kKindFile) return;
  auto *file = reinterpret_cast<FileObject *>(object);
  if (file->stream && !file->is_standard) fclose(file->stream);
  table_release(heap, file);
}

} // namespace yl
