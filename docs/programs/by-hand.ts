// SPDX-License-Identifier: MIT
/**
 * Machine code by hand, described by regions (the code and regions of programs/patterns/11-dynamic-unwind-info.cc). Prints the state at
 * each instruction; with the argument `eh-frame`, the same as .eh_frame, in the form of an assembler's input; with `mistake`, what is said to a
 * wrong description.
 */
import { dump, Procedure } from "../../runtime/dynamic/index.js";

const code = Uint8Array.from([
  ...[0x53], //                                     +0  push %rbx
  ...[0x48, 0x83, 0xec, 0x20], //                   +1  sub  $32,%rsp
  ...[0x48, 0xc7, 0xc3, 0x2a, 0x00, 0x00, 0x00], // +5  mov  $42,%rbx          body
  ...[0x85, 0xff], //                               +12 test %edi,%edi
  ...[0x75, 0x08], //                               +14 jne  +24
  ...[0x90, 0x90], //                               +16 nop; nop
  ...[0x48, 0x83, 0xc4, 0x20], //                   +18 add  $32,%rsp          early exit
  ...[0x5b], //                                     +22 pop  %rbx
  ...[0xc3], //                                     +23 ret
  ...[0x48, 0x01, 0xfb], //                         +24 add  %rdi,%rbx         the body goes on
  ...[0x90, 0x90, 0x90, 0x90], //                   +27 nop (4)
  ...[0x48, 0x83, 0xc4, 0x20], //                   +31 add  $32,%rsp          epilogue
  ...[0x5b], //                                     +35 pop  %rbx
  ...[0xc3], //                                     +36 ret
]);

const procedure = new Procedure("by hand", 0x1000n, code.length)
  // Region 0, 5 bytes: the prologue.
  .region(5, (r) => r.add(0, "rsp", -8).spillStack(0, "rbx", 0).add(1, "rsp", -32))
  // Region 1, 19 bytes: body and early exit. The state on entry gets a label.
  .region(19, (r) => r.labelState(1).add(13, "rsp", 32).add(17, "rsp", 8).restore(17, "rbx"))
  // Region 2, 13 bytes: the frame is there again; at the end all three regions are undone.
  .region(13, (r) => r.copyState(1).add(7, "rsp", 32).popFrames(11, 3));

switch (process.argv[2]) {
  case "eh-frame":
    console.log(`.section .eh_frame, "a", @progbits\n.byte ${procedure.toEhFrame().join(", ")}`);
    break;
  case "mistake":
    try {
      new Procedure("mistaken", 0x1000n, 8).region(8, (r) => r.add(0, "rsp", -8).popFrames(4, 2)).register();
    } catch (error) {
      console.log(String(error));
    }
    break;
  default:
    console.log(dump(procedure, code));
}
