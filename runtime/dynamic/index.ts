// SPDX-License-Identifier: MIT
export { disassemble, type Instruction } from "./disassemble.js";
export { dump, type StateRow, stateRows } from "./dump.js";
export { Procedure, REGISTERS, type Region, type Register, type Registration, stateAt } from "./procedure.js";
