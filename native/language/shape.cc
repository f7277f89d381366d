// SPDX-License-Identifier: MIT
#include "shape.h"

#include "string-table.h"

namespace yl {

namespace {
constexpr uint32_t kLinearSearch = 8;
}

void ShapeKeys::append(String *key) {
  keys.push_back(key);
  if (keys.size() <= kLinearSearch) return;
  size_t first = keys.size() - 1;
  if (keys.size() * 2 > index.size()) { // so that it is at most half full
    index.assign(index.empty() ? 32 : index.size() * 2, 0);
    first = 0;
  }
  for (size_t mask = index.size() - 1; first < keys.size(); first++) {
    size_t at = keys[first]->hash & mask;
    while (index[at]) at = (at + 1) & mask;
    index[at] = static_cast<uint16_t>(first + 1);
  }
}

int find_slot(const Shape *shape, String *key) {
  const ShapeKeys &keys = *static_cast<const FullShape *>(shape)->keys;
  uint32_t count = shape->slot_count;
  if (count <= kLinearSearch) {
    for (uint32_t slot = 0; slot < count; slot++)
      if (keys.keys[slot] == key) return static_cast<int>(slot);
    return -1;
  }
  // The list may go on beyond this shape: a slot from there is not ours.
  for (size_t mask = keys.index.size() - 1, at = key->hash & mask; keys.index[at]; at = (at + 1) & mask) {
    uint32_t slot = keys.index[at] - 1u;
    if (keys.keys[slot] == key) return slot < count ? static_cast<int>(slot) : -1;
  }
  return -1;
}

Shapes::Shapes() {
  lists_.emplace_back();
  static_cast<Shape &>(dictionary_) = Shape{nullptr, nullptr, 0, 1, 0, 1, nullptr, nullptr};
  static_cast<Shape &>(globals_) = Shape{nullptr, nullptr, 0, 1, 1, 1, nullptr, nullptr};
  dictionary_.keys = globals_.keys = &lists_.back();
  root(nullptr, nullptr);
}

FullShape *Shapes::root(Delegation *delegation, Delegate *delegate, bool is_dictionary) {
  FullShape &shape = shapes_.emplace_back();
  static_cast<Shape &>(shape) = Shape{nullptr, nullptr, 0, is_dictionary, 0, is_dictionary, delegation, delegate};
  shape.keys = &lists_.emplace_back();
  return &shape;
}

Shape *Shapes::under(FullShape *root, Shape *shape) {
  FullShape *from = full(shape);
  if (from->sibling && from->sibling->delegation == root->delegation && from->sibling->delegate == root->delegate) return from->sibling;
  Shape *to = root;
  for (uint32_t slot = 0; slot < shape->slot_count; slot++) to = extend(full(to), key_at(shape, slot));
  from->sibling = full(to);
  return to;
}

Shape *Shapes::add_key(Shape *shape, String *key) {
  FullShape *parent = full(shape);
  bool is_full = shapes_.size() >= kMostShapes || parent->children.size() >= kMostFollowers;
  if (is_full && parent->only_key != key && !parent->children.count(key)) return nullptr;
  return extend(parent, key);
}

FullShape *Shapes::extend(FullShape *parent, String *key) {
  if (parent->only_key == key) return parent->only_child;
  if (!parent->only_key) {
    parent->only_key = key;
    return parent->only_child = make(parent, key);
  }
  FullShape *&child = parent->children[key];
  if (!child) child = make(parent, key);
  return child;
}

FullShape *Shapes::make(FullShape *parent, String *key) {
  ShapeKeys *keys = parent->keys;
  if (keys->keys.size() != parent->slot_count) { // the list already goes on another way
    ShapeKeys &copy = lists_.emplace_back();
    for (uint32_t slot = 0; slot < parent->slot_count; slot++) copy.append(keys->keys[slot]);
    keys = &copy;
  }
  keys->append(key);
  uint8_t may_have_eq = parent->may_have_eq || view(key) == "__eq";
  FullShape &shape = shapes_.emplace_back();
  static_cast<Shape &>(shape) = Shape{parent, key, parent->slot_count + 1, 0, 0, may_have_eq, parent->delegation, parent->delegate};
  shape.keys = keys;
  return &shape;
}

} // namespace yl
