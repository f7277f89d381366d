// SPDX-License-Identifier: MIT
#include "delegation.h"

#include "table.h"

namespace yl {

namespace {
/** More than these, and metatables are asked as if there were no delegates. It bounds what programs that make classes all the time cost. */
constexpr size_t kMostDelegates = 1024, kMostDelegations = 2048;
constexpr int kMostLoops = 100;

/** The answer to every question that has none: broken from the outset. */
const Lookup &unknown() {
  static const Lookup answer = [] {
    Lookup lookup;
    lookup.assumption.broken = 1;
    return lookup;
  }();
  return answer;
}
} // namespace

// ---- who delegates to whom

Delegation *Delegations::fresh(Delegate *to) {
  if (delegations_.size() >= kMostDelegations) return &handlers_;
  Delegation &delegation = delegations_.emplace_back();
  delegation.to = to;
  return &delegation;
}

Delegation *Delegations::plain() {
  if (!plain_) plain_ = fresh(nullptr);
  return plain_;
}

Delegation *Delegations::of_metatable(Table *metatable, bool promotes) {
  if (table_get_string(metatable, newindex_) != kNil) return &handlers_;
  Value index = table_get_string(metatable, index_);
  Delegation *delegation = &handlers_;
  if (index == kNil) {
    delegation = plain();
  } else if (is_table(index)) {
    Delegate *delegate = as_table(index)->shape->delegate;
    if (!delegate && promotes) delegate = promote(as_table(index));
    if (delegate) delegation = delegate->delegation;
    else if (!promotes) delegation = &unasked_;
  }
  if (!delegation->broken) metatable->is_metatable = 1;
  return delegation;
}

Delegate *Delegations::promote(Table *table) {
  // Generated code stores global variables without telling anybody.
  if (delegates_.size() >= kMostDelegates || table->shape->is_globals) return nullptr;
  Delegate &delegate = delegates_.emplace_back();
  delegate.table = table;
  delegate.delegation = fresh(&delegate);
  // A table may be its own metatable's __index: it is a delegate before that is looked at.
  give_shape(table, table->metatable ? &unasked_ : nullptr, &delegate);
  adopt(table);
  return &delegate;
}

void Delegations::give_shape(Table *table, Delegation *delegation, Delegate *delegate) {
  Shape *shape = table->shape;
  if (delegate) {
    FullShape *root = shapes_.root(delegation, delegate, shape->is_dictionary);
    table->shape = shapes_.under(root, shape);
  } else if (!shape->is_dictionary) {
    table->shape = under(delegation, shape);
  }
}

/** The shape with the same keys for tables that delegate in this way. */
Shape *Delegations::under(Delegation *delegation, Shape *shape) {
  if (!delegation) return shapes_.under(full(shapes_.empty()), shape);
  if (!delegation->root) delegation->root = shapes_.root(delegation, nullptr);
  return shapes_.under(delegation->root, shape);
}

void Delegations::set_metatable(Table *table, Table *metatable) {
  Delegate *delegate = table->shape->delegate;
  if (delegate) break_all(delegate->through);
  table->metatable = metatable;
  give_shape(table, metatable ? of_metatable(metatable, delegate != nullptr) : nullptr, delegate);
}

void Delegations::adopt(Table *table) {
  for (int loops = 0; loops < kMostLoops; loops++) {
    Shape *shape = table->shape;
    if (!shape->delegation || (shape->is_dictionary && !shape->delegate)) return;
    if (shape->delegation->broken) {
      Delegation *delegation = of_metatable(table->metatable, true);
      if (table == string_prototype_ && !delegation->to) return;
      if (delegation != shape->delegation) give_shape(table, delegation, shape->delegate);
      if (delegation->broken) return;
    }
    Delegate *next = table->shape->delegation->to;
    if (!next) return;
    table = next->table;
  }
}

// ---- what changes

void Delegations::break_all(std::vector<Lookup *> &lookups) {
  std::vector<Lookup *> broken;
  broken.swap(lookups);
  for (Lookup *lookup : broken) {
    if (lookup->assumption.broken) continue;
    lookup->assumption.broken = 1;
    if (on_break) on_break(lookup->assumption);
  }
}

void Delegations::break_delegation(Delegation *delegation) {
  delegation->broken = 1;
  if (on_break) on_break(*delegation);
  break_all(delegation->lookups);
  if (delegation->to) delegation->to->delegation = fresh(delegation->to);
  else plain_ = nullptr;
}

void Delegations::change(Table *table, String *key) {
  if (table->is_metatable && (key == index_ || key == newindex_))
    if (Delegation *delegation = of_metatable(table, false); !delegation->broken) break_delegation(delegation);
  if (Delegate *delegate = table->shape->delegate) {
    if (table_get_string(table, key) != kNil) {
      Delegate::Key &known = delegate->keys[key];
      // Whoever knows where a variable is reads it there: another value is no news, and that it goes is seen by its nil.
      if (known.is_variable) return;
      known.is_variable = true;
    }
    if (auto known = delegate->keys.find(key); known != delegate->keys.end()) break_all(known->second.lookups);
  }
}

Shape *Delegations::becomes_dictionary(Table *table) {
  Delegate *delegate = table->shape->delegate;
  if (!delegate) return shapes_.dictionary();
  for (auto &[key, known] : delegate->keys) break_all(known.lookups); // some of them know slots
  return shapes_.root(table->shape->delegation, delegate, true);
}

// ---- what reading and writing give

const Lookup *Delegations::lookup(Shape *shape, String *key) {
  Lookup *&known = lookups_[{shape, key}];
  if (known && !known->assumption.broken) return known;
  Lookup answer;
  std::vector<std::vector<Lookup *> *> reasons;
  resolve(answer, reasons, shape, key);
  if (answer.kind == Lookup::kUnknown) return &unknown();
  known = &answers_.emplace_back(answer);
  for (auto *reason : reasons) reason->push_back(known);
  return known;
}

void Delegations::resolve(Lookup &answer, std::vector<std::vector<Lookup *> *> &reasons, Shape *shape, String *key) {
  if (!shape->is_dictionary) {
    if (int slot = find_slot(shape, key); slot >= 0) {
      answer.kind = Lookup::kSlot;
      answer.slot = static_cast<uint32_t>(slot);
      // The slots of a table that is known are, too.
      Delegate *own = shape->delegate;
      if (own && own->table->shape == shape && !is_variable(own, key) && own->table->slots[slot] != kNil) {
        answer.kind = Lookup::kConstant;
        answer.value = own->table->slots[slot];
        reasons.push_back(&own->keys[key].lookups);
      }
      if (answer.kind == Lookup::kSlot && shape->delegation) {
        Lookup inherited;
        std::vector<std::vector<Lookup *> *> why;
        resolve_inherited(inherited, why, shape->delegation, key);
        if (inherited.kind != Lookup::kConstant || inherited.value != kNil) return;
        answer.kind = Lookup::kSlotOrNil;
        reasons.swap(why);
      }
      return;
    }
  } else if (!shape->delegate) {
    return;
  } else {
    Delegate *own = shape->delegate;
    if (is_variable(own, key)) return;
    reasons.push_back(&own->keys[key].lookups);
    answer.value = table_get_string(own->table, key);
    if (answer.value != kNil) {
      answer.kind = Lookup::kConstant;
      return;
    }
    reasons.push_back(&own->through);
  }
  resolve_inherited(answer, reasons, shape->delegation, key);
}

void Delegations::resolve_inherited(Lookup &answer, std::vector<std::vector<Lookup *> *> &reasons, Delegation *delegation, String *key) {
  for (int loops = 0; loops < kMostLoops; loops++) {
    if (delegation) {
      if (delegation->broken) return;
      reasons.push_back(&delegation->lookups);
    }
    if (!delegation || !delegation->to) {
      answer.kind = Lookup::kConstant;
      answer.value = kNil;
      return;
    }
    Delegate *delegate = delegation->to;
    Table *table = delegate->table;
    Delegate::Key &own = delegate->keys[key];
    reasons.push_back(&own.lookups);
    answer.value = table_get_string(table, key);
    if (own.is_variable) {
      int slot = table->shape->is_dictionary ? -1 : find_slot(table->shape, key);
      if (slot < 0 || answer.value == kNil) return;
      answer.kind = Lookup::kVariable;
      answer.slot = static_cast<uint32_t>(slot);
      answer.holder = table;
      return;
    }
    if (answer.value != kNil) {
      answer.kind = Lookup::kConstant;
      return;
    }
    reasons.push_back(&delegate->through);
    delegation = table->shape->delegation;
  }
}

MetatableChange Delegations::metatable_change(Shape *shape, Table *metatable) {
  if (shape->is_dictionary || shape->delegate || shape->delegation) return {};
  Delegation *delegation = of_metatable(metatable, false);
  if (delegation->broken) return {};
  return {under(delegation, shape), delegation};
}

MetatableChange Delegations::metatable_change(Shape *shape, const Shape *metatable, Value index) {
  if (shape->is_dictionary || shape->delegate || shape->delegation || !is_table(index)) return {};
  if (metatable->is_dictionary || find_slot(metatable, newindex_) >= 0) return {};
  Delegate *delegate = as_table(index)->shape->delegate;
  if (!delegate || delegate->delegation->broken) return {};
  return {under(delegate->delegation, shape), delegate->delegation};
}

const Assumption *Delegations::keeps_handler(Table *metatable, String *key, Value value) {
  Delegate *delegate = metatable->shape->delegate;
  if (!delegate || delegate->delegation->broken) return nullptr;
  // A table without keys that delegates to it would find the handler there, and that is told when it changes.
  const Lookup *found = lookup(under(delegate->delegation, shapes_.empty()), key);
  return found->kind == Lookup::kConstant && found->value == value ? &found->assumption : nullptr;
}

Store Delegations::store(Shape *shape, String *key) {
  Store answer;
  if (shape->is_dictionary) return answer;
  Delegation *delegation = shape->delegation;
  answer.watched = key == index_ ? Store::kIndex : key == newindex_ ? Store::kNewIndex : Store::kOrdinary;
  if (int slot = find_slot(shape, key); slot >= 0) {
    if (!may_store(shape, key)) return answer;
    answer.kind = Store::kSlot;
    answer.slot = static_cast<uint32_t>(slot);
    answer.assumption = delegation;
  } else if (!shape->delegate && shape->slot_count < kMaximumShapeSlots && !(delegation && delegation->broken)) {
    answer.next = shapes_.add_key(shape, key);
    if (!answer.next) return answer;
    answer.kind = Store::kAdd;
    answer.slot = shape->slot_count;
    answer.assumption = delegation;
    answer.keeps_nil = keeps_nil(shape, key);
  }
  return answer;
}

bool Delegations::keeps_nil(Shape *shape, String *key) {
  if (shape->is_dictionary || shape->delegate || shape->slot_count >= kMaximumShapeSlots || is_watched(key)) return false;
  if (!shape->delegation) return true;
  const Lookup *inherited = lookup(shape, key);
  return inherited->kind == Lookup::kConstant && inherited->value == kNil;
}

} // namespace yl
