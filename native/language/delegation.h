// SPDX-License-Identifier: MIT
// Delegation: where tables look up the keys that they do not have, as far as that is known without asking their metatables.
//
// Programs make one metatable for a class, or a fresh one for each object; what all of them have in common is the table that `__index`
// leads to. That table is a *delegate*, and shapes tell who delegates to it:
//
//     setmetatable({x = 1}, {__index = Point})         shape {x} that delegates to Point
//     Point's own shape                                 {new, add} that is Point's alone, and delegates to Shape or nobody
//
// So one comparison of an object's shape says that the object does not have `add`, and where it is found. What a shape cannot say (that
// nobody has changed Point.add, Point's metatable, or some metatable's __index) is an assumption: a word that is zero while it holds.
// Whoever would change such a thing goes through native code, because inline caches never store into a delegate's shape; it breaks the
// assumptions that say otherwise. The interpreter's caches look at the word; optimized code does not: it is invalid then (assumptions.h).
#pragma once
#include <deque>
#include <functional>
#include <unordered_map>
#include <vector>

#include "shape.h"
#include "value.h"

namespace yl {

/** What writing a key to a table of some shape does, but for values that are nil and keys that are not there. */
struct Store {
  enum Kind : uint32_t {
    kSlot,  // into slot `slot`
    kAdd,   // into the new slot `slot`, and the table's shape is `next` from then on
    kUnknown,
  };
  Kind kind = kUnknown;
  uint32_t slot = 0;
  Shape *next = nullptr;
  const Assumption *assumption = nullptr; // null: it is always so
  enum Watched : uint32_t { kOrdinary, kIndex, kNewIndex } watched = kOrdinary; // of a metatable, these keys are not just added
  bool keeps_nil = false; // kAdd: a nil gets the slot as well, see keeps_nil below
};

/** What setmetatable does to the shape of a table that has no metatable yet. */
struct MetatableChange {
  Shape *next = nullptr;                  // null: to be found out each time
  const Assumption *assumption = nullptr; // that the metatable stays as it is
};

struct Delegate;

/** What a shape says about its tables' metatable. Broken (from the outset, or later): it has to be asked. */
struct Delegation : Assumption {
  Delegate *to = nullptr; // null: absent keys are nil. In both cases new keys are just added
  FullShape *root = nullptr;
  std::vector<Lookup *> lookups; // that rely on it
};

/** A table that others look up absent keys in. */
struct Delegate {
  struct Key {
    bool is_variable = false; // has changed since the table became a delegate
    std::vector<Lookup *> lookups;
  };
  Table *table;
  Delegation *delegation; // to this table; another one after each break
  std::unordered_map<String *, Key> keys;
  std::vector<Lookup *> through; // lookups that go on to its own metatable
};

/** The delegations of one engine. Functions that allocate use the C++ heap only, so that leaf helpers may call them. */
class Delegations {
 public:
  explicit Delegations(Shapes &shapes) : shapes_(shapes) {
    unasked_.broken = handlers_.broken = 1;
    shapes.set_dictionary_delegation(&unasked_);
  }

  /** The names that matter, once they are known. */
  void set_names(String *index, String *newindex) { index_ = index, newindex_ = newindex; }
  /** Strings are indexed as this table is, which has no keys; but not without an __index. It gets a shape of its own. */
  void set_string_prototype(Table *table) {
    string_prototype_ = table;
    promote(table);
  }
  /** Called with what has been broken. */
  std::function<void(const Assumption &)> on_break;

  /** All that setmetatable does. */
  void set_metatable(Table *table, Table *metatable);
  /** Find out what `table`, whose shape says that its metatable has to be asked, delegates to, and give it a shape that tells. */
  void adopt(Table *table);
  /** Whether tables of this shape get another one when they are adopted, so that it will hardly be seen again. */
  bool is_outdated(const Shape *shape) const {
    return shape->delegation && shape->delegation->broken && shape->delegation != &handlers_ && !shape->is_dictionary;
  }

  /** Never null. The same one for the same question, until it is broken. The key is a string. */
  const Lookup *lookup(Shape *shape, String *key);
  /**
   * The same, quickly where it was asked lately: for accesses that meet more shapes than their own caches hold, or other keys each time.
   * Null when it is not known, and so much is that it had better not be found out.
   */
  const Lookup *recent(Shape *shape, String *key) {
    Recent &last = recent_[(HashQuestion{}({shape, key}) ^ key->hash >> 5) % kRecent];
    if (last.question == Question{shape, key} && !last.lookup->assumption.broken) return last.lookup;
    if (lookups_.size() >= kMostRecent) return nullptr;
    const Lookup *found = lookup(shape, key);
    if (found->kind != Lookup::kUnknown) last = {{shape, key}, found};
    return found;
  }
  Store store(Shape *shape, String *key);
  /**
   * Whether `table.key = nil` gives a table of this shape, which has no such key, a slot for it. So objects that begin with or without a
   * value there (`{item = x, next = nil}`) have one shape. Not where something is inherited under that name, which would be hidden from
   * those who know shapes only, and not of tables that others delegate to.
   */
  bool keeps_nil(Shape *shape, String *key);
  MetatableChange metatable_change(Shape *shape, Table *metatable);
  /** The same of any metatable of this shape whose __index is `index`. */
  MetatableChange metatable_change(Shape *shape, const Shape *metatable, Value index);

  /** That a metatable keeps `value` under this key, a handler's name; null when nobody would tell. */
  const Assumption *keeps_handler(Table *metatable, String *key, Value value);

  /** `key` of `table` is about to get another value, or to come or go. */
  void changes(Table *table, String *key) {
    if (matters(table, key)) change(table, key);
  }
  /** Whether `changes` has anything to do, so that it must not be called in the middle of generated code. */
  bool matters(const Table *table, String *key) const {
    return table->shape->delegate || (table->is_metatable && is_watched(key));
  }
  /** The table gives up its slots. Its shape from then on. */
  Shape *becomes_dictionary(Table *table);

  /** Whether an inline cache may store into this slot. */
  bool may_store(const Shape *shape, String *key) const {
    return !is_watched(key) && (!shape->delegate || is_variable(shape->delegate, key));
  }

  /** Everything that is referred to: tables, values and keys. */
  template <class VisitValue> void for_each_root(VisitValue visit) {
    for (Delegate &delegate : delegates_) {
      visit(box(delegate.table));
      for (auto &[key, known] : delegate.keys) visit(box(key));
    }
    for (auto &[question, lookup] : lookups_) {
      visit(box(question.key));
      if (lookup && !lookup->assumption.broken) visit(lookup->value);
    }
  }

  bool is_watched(const String *key) const { return key == index_ || key == newindex_; }

 private:
  struct Question {
    Shape *shape; String *key;
    bool operator==(const Question &other) const { return shape == other.shape && key == other.key; }
  };
  struct HashQuestion {
    size_t operator()(const Question &question) const { return reinterpret_cast<size_t>(question.shape) / 16 * 31 + question.key->hash; }
  };

  // The key cannot be collected: the question is one of lookups_.
  struct Recent { Question question; const Lookup *lookup; };
  // A program that computes its keys makes questions without end, and an answer is kept for good.
  static constexpr size_t kRecent = 1024, kMostRecent = 8192;

  Shape *under(Delegation *delegation, Shape *shape);
  Delegation *of_metatable(Table *metatable, bool promote);
  Delegate *promote(Table *table);
  Delegation *fresh(Delegate *to);
  Delegation *plain();
  void give_shape(Table *table, Delegation *delegation, Delegate *delegate);
  void change(Table *table, String *key);
  void break_delegation(Delegation *delegation);
  void break_all(std::vector<Lookup *> &lookups);
  static void resolve_inherited(Lookup &answer, std::vector<std::vector<Lookup *> *> &reasons, Delegation *delegation, String *key);
  static void resolve(Lookup &answer, std::vector<std::vector<Lookup *> *> &reasons, Shape *shape, String *key);
  static bool is_variable(const Delegate *delegate, String *key) {
    auto found = delegate->keys.find(key);
    return found != delegate->keys.end() && found->second.is_variable;
  }

  Shapes &shapes_;
  String *index_ = nullptr, *newindex_ = nullptr;
  Table *string_prototype_ = nullptr;
  Delegation unasked_;          // some metatable, and nobody has wanted to know yet
  Delegation handlers_;         // some metatable that has to be asked each time
  Delegation *plain_ = nullptr; // a metatable without __index and __newindex
  std::deque<Delegation> delegations_;
  std::deque<Delegate> delegates_;
  std::deque<Lookup> answers_;
  std::unordered_map<Question, Lookup *, HashQuestion> lookups_;
  Recent recent_[kRecent] = {};
};

} // namespace yl
