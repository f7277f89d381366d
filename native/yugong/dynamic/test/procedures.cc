// SPDX-License-Identifier: MIT
#include "procedures.h"

#include <gtest/gtest.h>

namespace {

volatile int callee_calls;

// No regions: the entry state throughout.
Procedure leaf() {
  Procedure p("leaf");
  p.nop().immediate(RAX, 1).nop().ret();
  return p;
}

// push %rbp; mov %rsp,%rbp; sub $32,%rsp; mov %rbx,-8(%rbp); ... ; mov -8(%rbp),%rbx; leave; ret
Procedure rbpFrame() {
  Procedure p("rbp_frame");
  p.push(RBP).add(RSP, -8).spillSp(RBP, 0);
  p.move(RBP, RSP).save(RSP, RBP);
  p.moveStackPointer(-32).add(RSP, -32);
  p.store(RBP, -8, RBX).spillFp(RBX, -8);
  p.immediate(RBX, 0x77).nop();
  p.load(RBX, RBP, -8).restore(RBX);
  p.leave().popFrames(1);
  p.ret();
  return p;
}

// Depth changes from instruction to instruction.
Procedure varyingDepth() {
  Procedure p("varying_depth");
  p.moveStackPointer(-24).add(RSP, -24);
  for (int i = 0; i < 3; i++) p.push(RAX).add(RSP, -8);
  p.push(RDI).add(RSP, -8);
  p.callAbsolute(reinterpret_cast<uintptr_t>(dyn_test_callee));
  p.pop(RDI).add(RSP, 8);
  p.moveStackPointer(24).add(RSP, 24);
  p.moveStackPointer(-200).add(RSP, -200);
  p.nop();
  p.moveStackPointer(224).add(RSP, 224);
  p.ret();
  return p;
}

// Pushes, then stores: the ADDs that come after a spill do not move it.
Procedure spillsAfterPushes() {
  Procedure p("spills_after_pushes");
  p.push(RBX).add(RSP, -8).spillSp(RBX, 0);
  p.push(R12).add(RSP, -8).spillSp(R12, 0);
  p.moveStackPointer(-40).add(RSP, -40);
  p.store(RSP, 8, R13).spillSp(R13, 8);
  p.store(RSP, 32, RBP).spillSp(RBP, 32);
  p.endRegion();
  p.moveStackPointer(-16).add(RSP, -16);
  p.store(RSP, 0, R15).spillSp(R15, 0);
  for (int reg : {RBX, R12, R13, RBP, R15}) p.immediate(reg, 0x55);
  p.load(R15, RSP, 0).restore(R15);
  p.moveStackPointer(16).add(RSP, 16);
  p.load(RBP, RSP, 32).restore(RBP);
  p.load(R13, RSP, 8).restore(R13);
  p.endRegion();
  p.moveStackPointer(40).add(RSP, 40);
  p.pop(R12).add(RSP, 8).restore(R12);
  p.pop(RBX).add(RSP, 8).restore(RBX);
  p.ret();
  return p;
}

Procedure savedInRegisters() {
  Procedure p("saved_in_registers");
  p.move(R8, RBX).save(RBX, R8);
  p.move(R9, R14).save(R14, R9);
  p.immediate(RBX, 1).immediate(R14, 2);
  p.push(RBP).add(RSP, -8).spillSp(RBP, 0);
  p.immediate(RBP, 3);
  p.pop(RBP).popFrames(1);  // the register saves stay
  p.move(R14, R9).restore(R14);
  p.move(RBX, R8).restore(RBX);
  p.ret();
  return p;
}

// The return address lives in a register for a while.
Procedure returnAddressInRegister() {
  Procedure p("return_address_in_register");
  p.pop(R11).add(RSP, 8).save(RIP, R11);
  p.nop();
  p.push(R11).add(RSP, -8).restore(RIP);
  p.ret();
  return p;
}

// An epilogue in the middle: what follows it has the body's state again.
Procedure earlyExit() {
  Procedure p("early_exit");
  p.push(RBX).add(RSP, -8).spillSp(RBX, 0);
  p.push(RBP).add(RSP, -8).spillSp(RBP, 0);
  p.move(RBP, RSP).save(RSP, RBP);
  p.moveStackPointer(-16).add(RSP, -16);
  p.endRegion();
  p.labelStateAtEntry(1);
  p.immediate(RBX, 5);
  p.jumpIfZero("more");
  p.move(RSP, RBP).restore(RSP);
  p.pop(RBP).add(RSP, 8).restore(RBP);
  p.pop(RBX).add(RSP, 8).restore(RBX);
  p.ret();
  p.endRegion();
  p.label("more").copyStateAtEntry(1);
  p.immediate(RBX, 6).nop();
  p.leave().restore(RSP).add(RSP, 8).restore(RBP);
  p.pop(RBX).popFrames(3);
  p.ret();
  return p;
}

// Three nested regions, one POP_FRAMES for all of them; then the body goes on from a label.
Procedure nestedRegions() {
  Procedure p("nested_regions");
  p.push(R12).add(RSP, -8).spillSp(R12, 0);
  p.endRegion();
  p.push(R13).add(RSP, -8).spillSp(R13, 0);
  p.endRegion();
  p.push(R14).add(RSP, -8).spillSp(R14, 0);
  p.immediate(R12, 1).immediate(R13, 2).immediate(R14, 3).labelState(7);
  p.jumpIfZero("other");
  p.load(R12, RSP, 16).restore(R12);
  p.load(R13, RSP, 8).restore(R13);
  p.load(R14, RSP, 0).restore(R14);
  p.moveStackPointer(24).popFrames(3);
  p.ret();
  p.endRegion();
  p.label("other").copyStateAtEntry(7);
  p.pop(R14).add(RSP, 8).restore(R14);
  p.pop(R13).add(RSP, 8).restore(R13);
  p.pop(R12).popFrames(4);
  p.ret();
  return p;
}

// Operations of an empty region hold from the place between its neighbours.
Procedure emptyRegions() {
  Procedure p("empty_regions");
  p.push(RBX);
  p.endRegion();
  p.op(YG_DYN_ADD, RSP, -8, -1).op(YG_DYN_SPILL_SP_REL, RBX, 0, -1).emptyRegion();
  p.immediate(RBX, 9);
  p.pop(RBX);
  p.endRegion();
  p.op(YG_DYN_POP_FRAMES, 0, 3, 0).emptyRegion();
  p.emptyRegion();
  p.ret();
  return p;
}

// enter $48,$0 does four things; leave, three.
Procedure severalAtOnce() {
  Procedure p("several_at_once");
  p.emit({0xc8, 48, 0, 0}).add(RSP, -8).spillSp(RBP, 0).save(RSP, RBP).add(RSP, -48);
  p.store(RSP, 0, RBX).spillSp(RBX, 0);
  p.immediate(RBX, 3);
  p.load(RBX, RSP, 0).restore(RBX);
  p.leave().restore(RSP).add(RSP, 8).restore(RBP);
  p.ret();
  return p;
}

// The same as severalAtOnce, its operations listed last to first where the order in one instruction allows it.
Procedure unsortedOperations() {
  Procedure p = severalAtOnce();
  p.name = "unsorted_operations";
  std::vector<yg_dyn_op> ops;
  for (size_t end = p.open_ops.size(); end > 0;) {
    size_t begin = end;
    while (begin > 0 && p.open_ops[begin - 1].when == p.open_ops[end - 1].when) begin--;
    ops.insert(ops.end(), p.open_ops.begin() + static_cast<ptrdiff_t>(begin), p.open_ops.begin() + static_cast<ptrdiff_t>(end));
    end = begin;
  }
  p.open_ops = ops;
  return p;
}

// The stack pointer moves by an amount that nobody knows; lea finds it again.
Procedure dynamicAllocation() {
  Procedure p("dynamic_allocation");
  p.push(RBP).add(RSP, -8).spillSp(RBP, 0);
  p.move(RBP, RSP).save(RSP, RBP);
  p.push(RBX).add(RSP, -8).spillFp(RBX, -8);
  p.push(R15).add(RSP, -8).spillFp(R15, -16);
  p.emit({0x83, 0xe7, 0x70});         // and $0x70,%edi
  p.emit({0x48, 0x29, 0xfc});         // sub %rdi,%rsp
  p.immediate(RBX, 1).immediate(R15, 2);
  p.address(RSP, RBP, -16).restore(RSP).add(RSP, -16);
  p.pop(R15).add(RSP, 8).restore(R15);
  p.pop(RBX).add(RSP, 8).restore(RBX);
  p.pop(RBP).add(RSP, 8).restore(RBP);
  p.ret();
  return p;
}

// lea 16(%rsp),%rbp: the frame register is not at the place of the stack pointer.
Procedure biasedFrame() {
  Procedure p("biased_frame");
  p.push(RBP).add(RSP, -8).spillSp(RBP, 0);
  p.moveStackPointer(-128).add(RSP, -128);
  p.address(RBP, RSP, 100).save(RSP, RBP).add(RBP, 100);
  p.store(RBP, 12, R12).spillFp(R12, 12);
  p.immediate(R12, 4);
  p.load(R12, RBP, 12).restore(R12);
  p.moveStackPointer(128).add(RSP, 128);
  p.pop(RBP).add(RSP, 8).restore(RBP);
  p.ret();
  return p;
}

// mov %rsp,%r10; and $-64,%rsp: the CFA is relative to a register that no call keeps.
Procedure realignedFrame() {
  Procedure p("realigned_frame");
  p.move(R10, RSP).save(RSP, R10);
  p.emit({0x48, 0x83, 0xe4, 0xc0});
  p.push(R10).nop();
  p.move(RSP, R10).restore(RSP);
  p.ret();
  return p;
}

// The state of one bigger procedure for its callee, seen by return address.
Procedure caller(uintptr_t target) {
  Procedure p("caller");
  p.push(RBX).add(RSP, -8).spillSp(RBX, 0);
  p.immediate(RBX, 1);
  p.callAbsolute(target);
  p.pop(RBX).add(RSP, 8).restore(RBX);
  p.ret();
  return p;
}

Procedure leaveRet(const char *name, int nops) {
  Procedure p(name);
  p.push(RBP).move(RBP, RSP);
  for (int i = 0; i < nops; i++) p.nop();
  p.leave().ret();
  return p;
}

}  // namespace

void dyn_test_callee() { callee_calls = callee_calls + 1; }

Loaded &Procedures::load(Procedure procedure) {
  all.push_back(std::make_unique<Loaded>(area, std::move(procedure)));
  return *all.back();
}

Procedures::Procedures() {
  load(leaf());
  load(rbpFrame());
  load(varyingDepth());
  load(spillsAfterPushes());
  load(savedInRegisters());
  load(returnAddressInRegister());
  load(earlyExit());
  load(nestedRegions());
  load(emptyRegions());
  load(severalAtOnce());
  load(unsortedOperations());
  load(dynamicAllocation());
  load(biasedFrame());
  load(realignedFrame());
  load(caller(all[1]->info.start_ip));

  // Shared lists: a prologue, a gap of any length, the last two bytes.
  Procedure list("shared_list");
  list.push(RBP).add(RSP, -8).spillSp(RBP, 0);
  list.move(RBP, RSP).save(RSP, RBP);
  list.endRegion();
  list.leave().popFrames(2);
  list.ret();
  list.endNegativeRegion();
  Loaded &shared = load(std::move(list));
  for (int nops : {1, 100})
    all.push_back(std::make_unique<Loaded>(area, leaveRet(nops == 1 ? "shared_by_short" : "shared_by_long", nops), shared.regions()));

  // A copy of spills_after_pushes that says no more than where the original is; and one that does so for its second half.
  const Loaded &original = *all[3];
  Procedure copy = spillsAfterPushes();
  copy.name = "alias";
  copy.keepRegions(0).alias(original.info.start_ip);
  load(std::move(copy));
  Procedure half = spillsAfterPushes();
  half.name = "alias_of_second_half";
  size_t first = static_cast<size_t>(half.regions[0].count);
  half.keepRegions(1).alias(original.info.start_ip + first);
  load(std::move(half));
}

void Procedures::enterAll() {
  for (auto &procedure : all) ASSERT_EQ(YG_DYN_OK, procedure->enter()) << procedure->name;
}
