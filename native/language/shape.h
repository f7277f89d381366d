// SPDX-License-Identifier: MIT
// Shapes (hidden classes): which string keys a table has, in the order they were added.
//
//   {} ──x──► {x} ──y──► {x,y} ──z──► {x,y,z}      local p = {x = 1, y = 2}; p.z = 3
//                └──r──► {x,r}
//
// The keys along one path are one shared list, of which each shape sees its first slot_count entries; a shape that branches off
// starts a list of its own. The index from key to slot is shared in the same way.
#pragma once
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "object.h"

namespace yl {

/** More string keys than this, and a table keeps all of them in its hash part, under the engine's dictionary shape. */
constexpr uint32_t kMaximumShapeSlots = 128;

/**
 * A program that uses many small tables as dictionaries makes a shape for every key. Shapes are never collected, so there is a bound on
 * how many follow one shape, and on all.
 */
constexpr size_t kMostFollowers = 1024, kMostShapes = 32768;

struct ShapeKeys {
  std::vector<String *> keys;
  std::vector<uint16_t> index; // open addressing over slot + 1, 0 for free; empty up to kLinearSearch keys
  void append(String *key);
};

struct FullShape : Shape {
  ShapeKeys *keys;
  String *only_key = nullptr; // most shapes have one transition
  FullShape *only_child = nullptr;
  std::unordered_map<String *, FullShape *> children; // the others
  FullShape *sibling = nullptr; // the shape with the same keys that was asked for last
};

inline FullShape *full(Shape *shape) { return static_cast<FullShape *>(shape); }

/** The slot of `key`, or -1. */
int find_slot(const Shape *shape, String *key);
inline String *key_at(const Shape *shape, uint32_t slot) { return static_cast<const FullShape *>(shape)->keys->keys[slot]; }

class Shapes {
 public:
  Shapes();
  Shape *empty() { return &shapes_.front(); }
  Shape *dictionary() { return &dictionary_; }
  Shape *globals() { return &globals_; }
  /**
   * The shape with `key` added; the same one each time. `shape` has fewer than kMaximumShapeSlots keys, and not this one. Null when there
   * are too many shapes already: the table had better become a dictionary.
   */
  Shape *add_key(Shape *shape, String *key);
  /** A shape without keys, at the root of a tree of its own. */
  FullShape *root(Delegation *delegation, Delegate *delegate, bool is_dictionary = false);
  /** The shape with the same keys under another root, which is not a delegate's. */
  Shape *under(FullShape *root, Shape *shape);
  size_t count() const { return shapes_.size(); }
  template <class Visit> void for_each_key(Visit visit) {
    for (ShapeKeys &list : lists_)
      for (String *key : list.keys) visit(key);
  }
  /** Tables without slots have a metatable or none. */
  void set_dictionary_delegation(Delegation *delegation) { dictionary_.delegation = globals_.delegation = delegation; }

 private:
  FullShape *make(FullShape *parent, String *key);
  FullShape *extend(FullShape *parent, String *key);

  std::deque<FullShape> shapes_;
  std::deque<ShapeKeys> lists_;
  FullShape dictionary_, globals_;
};

} // namespace yl
