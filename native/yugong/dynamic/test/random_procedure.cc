// SPDX-License-Identifier: MIT
#include "random_procedure.h"

#include <algorithm>

namespace {

class Generator {
 public:
  explicit Generator(std::mt19937 &random) : random_(random), p_("random") {}

  Procedure make() {
    prologue();
    bool has_early_exit = chance(2);
    body(below(6));
    if (has_early_exit) earlyExit();
    body(below(6));
    bool pops_frames = chance(3);
    epilogue(pops_frames ? static_cast<int>(p_.regions.size()) + 1 : 0);
    if (chance(2)) p_.endNegativeRegion();
    return std::move(p_);
  }

 private:
  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  bool chance(int in) { return below(in) == 0; }

  void maybeEndRegion() {
    if (chance(4)) p_.endRegion();
    if (chance(20)) p_.endRegion().emptyRegion();
  }

  void prologue() {
    order_ = {RBX, R12, R13, R14, R15};
    std::shuffle(order_.begin(), order_.end(), random_);
    has_frame_ = chance(2);
    int frame_turn = below(6);  // %rbp is pushed first, last or between others
    for (int turn = 0; turn < 6; turn++) {
      if (has_frame_ && turn == frame_turn) pushFrame();
      if (turn == 5 || chance(2)) continue;
      int reg = order_[static_cast<size_t>(turn)];
      pushed_.push_back(reg);
      p_.push(reg).add(RSP, -8).spillSp(reg, 0);
      if (frame_pushed_) frame_gap_ += 8;
      maybeEndRegion();
    }
    local_bytes_ = 8 * below(20) + 64;
    p_.moveStackPointer(-local_bytes_).add(RSP, -local_bytes_);
    maybeEndRegion();
    int temporary = R8;
    for (int reg : order_) {
      if (std::count(pushed_.begin(), pushed_.end(), reg) != 0) continue;
      if (chance(3) && temporary <= R11) {
        p_.move(temporary, reg).save(reg, temporary);
        saved_.push_back({reg, temporary++, 0});
      } else if (chance(2)) {
        int32_t slot = 8 * static_cast<int32_t>(spilled_.size());
        if (has_frame_ && chance(2)) {
          int32_t offset = slot - local_bytes_ - frame_gap_;
          p_.store(RBP, offset, reg).spillFp(reg, offset);
        } else {
          p_.store(RSP, slot, reg).spillSp(reg, slot);
        }
        spilled_.push_back({reg, 0, slot});
      }
      maybeEndRegion();
    }
  }

  void pushFrame() {
    p_.push(RBP).add(RSP, -8).spillSp(RBP, 0);
    p_.move(RBP, RSP).save(RSP, RBP);
    frame_pushed_ = true;
    pushed_.push_back(RBP);
  }

  bool isFree(int reg) const {
    auto has = [&](const auto &list) { return std::any_of(list.begin(), list.end(), [&](const auto &kept) { return kept.reg == reg; }); };
    return std::count(pushed_.begin(), pushed_.end(), reg) != 0 || has(saved_) || has(spilled_);
  }

  void body(int length) {
    for (int i = 0; i < length; i++) {
      int reg = order_[static_cast<size_t>(below(5))];
      switch (below(3)) {
        case 0:
          if (isFree(reg)) p_.immediate(reg, static_cast<int32_t>(random_()));
          break;
        case 1: p_.nop(); break;
        default: {
          int depth = below(4) + 1;
          for (int d = 0; d < depth; d++) p_.push(RAX).add(RSP, -8);
          maybeEndRegion();
          for (int d = 0; d < depth; d++) p_.pop(RDX).add(RSP, 8);
        }
      }
      maybeEndRegion();
    }
  }

  void earlyExit() {
    p_.endRegion();
    p_.labelStateAtEntry(3);
    p_.jumpIfZero("more");
    epilogue(0);
    p_.endRegion();
    p_.label("more").copyStateAtEntry(3);
    p_.nop();
  }

  // `regions` > 0: the last instruction before `ret` undoes all of them at once.
  void epilogue(int regions) {
    for (const Kept &kept : saved_) p_.move(kept.reg, kept.in).restore(kept.reg);
    for (const Kept &kept : spilled_) {
      p_.load(kept.reg, RSP, kept.slot);
      if (chance(2)) p_.restore(kept.reg);  // its slot stays good until the memory is given up
    }
    int before = static_cast<int>(p_.regions.size());
    if (chance(3)) p_.endRegion();
    p_.moveStackPointer(local_bytes_).add(RSP, local_bytes_);
    for (const Kept &kept : spilled_) p_.restore(kept.reg);
    for (size_t i = pushed_.size(); i-- > 0;) {
      p_.pop(pushed_[i]);
      if (regions > 0 && i == 0)
        p_.popFrames(regions + static_cast<int>(p_.regions.size()) - before);
      else
        p_.add(RSP, 8).restore(pushed_[i]);
    }
    p_.ret();
  }

  struct Kept {
    int reg, in;
    int32_t slot;
  };

  std::mt19937 &random_;
  Procedure p_;
  std::vector<int> order_, pushed_;
  std::vector<Kept> saved_, spilled_;
  int32_t local_bytes_ = 0, frame_gap_ = 0;  // between %rbp and the locals
  bool has_frame_ = false, frame_pushed_ = false;
};

}  // namespace

Procedure randomProcedure(std::mt19937 &random) { return Generator(random).make(); }
