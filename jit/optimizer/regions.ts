// SPDX-License-Identifier: MIT
/**
 * The part of a function's control flow that is reachable from an entry: the first instruction, or a loop header for OSR entry.
 *
 * From a loop header in the middle, the loops around it look different (the entry's own loop then contains them), so loops are found
 * anew for each entry.
 */
import type { Instruction, Proto } from "../../lang/bytecode.js";
import { fallsThrough, jumpTarget } from "../../lang/cfg.js";
import { defs } from "../../lang/liveness.js";

export interface Region {
  /** Start of each basic block, in reverse postorder. */
  readonly order: readonly number[];
  /** The first instruction after a block. */
  readonly end: ReadonlyMap<number, number>;
  /** Loop headers with the registers that their loop assigns. */
  readonly assigned: ReadonlyMap<number, ReadonlySet<number>>;
  /** By the start of a block, in how many loops it is. */
  readonly depth: ReadonlyMap<number, number>;
}

const cache = new WeakMap<Proto, Map<number, Region>>();

export function regionFrom(proto: Proto, entry: number): Region {
  let regions = cache.get(proto);
  if (regions === undefined) {
    regions = new Map();
    cache.set(proto, regions);
  }
  let region = regions.get(entry);
  if (region === undefined) {
    region = findRegion(proto, entry);
    regions.set(entry, region);
  }
  return region;
}

function findRegion(proto: Proto, entry: number): Region {
  const { code } = proto;
  const starts = new Set<number>([entry]);
  for (const [pc, instruction] of code.entries()) {
    const target = jumpTarget(instruction);
    if (target !== undefined) starts.add(target);
    if (target !== undefined || !fallsThrough(instruction)) starts.add(pc + 1);
  }
  const end = new Map<number, number>();
  const successors = new Map<number, number[]>();
  const blockAt = (start: number): number[] => {
    let pc = start;
    while (jumpTarget(code[pc] as Instruction) === undefined && fallsThrough(code[pc] as Instruction) && !starts.has(pc + 1)) pc++;
    const last = code[pc] as Instruction;
    end.set(start, pc + 1);
    const next: number[] = [];
    if (fallsThrough(last)) next.push(pc + 1);
    const target = jumpTarget(last);
    if (target !== undefined) next.push(target);
    successors.set(start, next);
    return next;
  };

  const postorder: number[] = [];
  const state = new Map<number, "open" | "done">();
  const backEdges: { from: number; to: number }[] = [];
  // Depth first with a list of the open blocks, and of which of their successors is next: a function may have more blocks one after the other
  // than JavaScript has room for calls.
  const open: { readonly start: number; readonly nexts: readonly number[]; at: number }[] = [];
  const enter = (start: number): void => {
    state.set(start, "open");
    open.push({ start, nexts: blockAt(start), at: 0 });
  };
  enter(entry);
  for (let block = open.at(-1); block !== undefined; block = open.at(-1)) {
    const next = block.nexts[block.at++];
    if (next === undefined) {
      state.set(block.start, "done");
      postorder.push(block.start);
      open.pop();
    } else if (!state.has(next)) enter(next);
    else if (state.get(next) === "open") backEdges.push({ from: block.start, to: next });
  }
  const bodies = loopBodies(successors, backEdges);
  return { order: postorder.reverse(), end, assigned: assignedIn(bodies, code, end), depth: depths(bodies) };
}

/** The blocks of each loop, by its header. */
function loopBodies(
  successors: ReadonlyMap<number, readonly number[]>,
  backEdges: readonly { from: number; to: number }[],
): ReadonlyMap<number, ReadonlySet<number>> {
  const predecessors = new Map<number, number[]>();
  for (const [from, nexts] of successors) {
    for (const to of nexts) predecessors.set(to, [...(predecessors.get(to) ?? []), from]);
  }
  const bodies = new Map<number, Set<number>>();
  for (const { from, to: header } of backEdges) {
    const body = bodies.get(header) ?? new Set([header]);
    bodies.set(header, body);
    const work = [from];
    for (let block = work.pop(); block !== undefined; block = work.pop()) {
      if (body.has(block)) continue;
      body.add(block);
      work.push(...(predecessors.get(block) ?? []));
    }
  }
  return bodies;
}

type Bodies = ReturnType<typeof loopBodies>;

function assignedIn(bodies: Bodies, code: readonly Instruction[], end: ReadonlyMap<number, number>): Map<number, Set<number>> {
  const assigned = new Map<number, Set<number>>();
  for (const [header, body] of bodies) {
    const registers = new Set<number>();
    assigned.set(header, registers);
    for (const block of body) {
      for (let pc = block; pc < (end.get(block) as number); pc++)
        for (const register of defs(code[pc] as Instruction)) registers.add(register);
    }
  }
  return assigned;
}

function depths(bodies: Bodies): Map<number, number> {
  const depth = new Map<number, number>();
  for (const body of bodies.values()) for (const block of body) depth.set(block, (depth.get(block) ?? 0) + 1);
  return depth;
}
