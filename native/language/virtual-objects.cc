// SPDX-License-Identifier: MIT
#include "virtual-objects.h"

#include "coroutine.h"

namespace yl {

namespace {

/** An object without its values. A closure's prototype, and the captures that it has, are those of the code that was compiled. */
Value new_object(Runtime &runtime, const VirtualObject &object, const Value *constants) {
  switch (object.kind) {
    case VirtualKind::kTable: return box(table_new(runtime.tables, object.element_room, object.slot_room));
    case VirtualKind::kClosure: return box(runtime.new_closure(reinterpret_cast<Proto *>(constants[object.subject])));
    case VirtualKind::kCoroutine: return box(wrapped_new(runtime, object.state()));
    case VirtualKind::kCell: break;
  }
  Cell *cell = runtime.heap.allocate<Cell>(kKindCell);
  cell->value = kNil;
  return box(cell);
}

template <class Read> void fill_coroutine(Runtime &runtime, const VirtualObject &object, Coroutine *coroutine, const Value *constants, Read read) {
  coroutine->function = read(object.function());
  if (!object.is_suspended()) return;
  auto *proto = static_cast<ProtoInfo *>(reinterpret_cast<Proto *>(constants[object.subject]));
  bool has_pc = object.state() == CoroutineState::kInOneOfSeveral;
  BodyFrame body(runtime, *proto, coroutine, has_pc ? static_cast<uint32_t>(as_int(read(object.slots()[0]))) : object.pc());
  for (uint32_t at = has_pc; at < object.slot_count; at++) body.registers()[object.slots()[at].register_number()] = read(object.slots()[at]);
  body.push();
}

template <class Read> void fill_object(Runtime &runtime, const VirtualObject &object, Value made, const Value *constants, Read read) {
  if (object.kind == VirtualKind::kCell) {
    pointer_of<Cell>(made)->value = read(object.slots()[0]);
    return;
  }
  if (object.kind == VirtualKind::kClosure) {
    for (uint32_t at = 0; at < object.slot_count; at++) as_function(made)->captures()[at] = read(object.slots()[at]);
    return;
  }
  if (object.kind == VirtualKind::kCoroutine) return fill_coroutine(runtime, object, coroutine_of_wrapped(made), constants, read);
  Table *table = as_table(made);
  for (uint32_t at = 0; at < object.element_count; at++) table->array[at] = read(object.elements()[at]);
  for (uint32_t at = 0; at < object.slot_count; at++) table->slots[at] = read(object.slots()[at]);
  table->array_count = object.element_count;
  table->shape = reinterpret_cast<Shape *>(constants[object.subject]);
  if (Value metatable = read(object.metatable); metatable != kNil) table->metatable = as_table(metatable);
}

} // namespace

void make_objects(Runtime &runtime, const CallSite &site, const uint64_t *keepalives, Value *objects) {
  const Value *constants = site.code->constants.data();
  const VirtualObject *object = site.state->objects();
  for (uint32_t number = 0; number < site.state->object_count; number++, object = object->next())
    objects[number] = new_object(runtime, *object, constants);
  object = site.state->objects();
  for (uint32_t number = 0; number < site.state->object_count; number++, object = object->next())
    fill_object(runtime, *object, objects[number], constants, [&](const ValueSource &source) { return read_source(source, keepalives, constants, objects); });
}

} // namespace yl
