// SPDX-License-Identifier: MIT
class Block {
  constructor() {
    this.successors = [];
    this.predecessors = [];
  }
  connect(to) {
    this.successors.push(to);
    to.predecessors.push(this);
  }
}

class Graph {
  blocks = [];
  add() {
    const block = new Block();
    this.blocks.push(block);
    return block;
  }
  diamond(from) {
    const left = this.add();
    const right = this.add();
    const bottom = this.add();
    from.connect(left);
    from.connect(right);
    left.connect(bottom);
    right.connect(bottom);
    return bottom;
  }
  straight(from, count) {
    let last = from;
    for (let i = 0; i < count; i++) {
      const block = this.add();
      last.connect(block);
      last = block;
    }
    return last;
  }
  nest(from, depth) {
    const header = this.straight(from, 1);
    let last = this.diamond(header);
    if (depth > 0) {
      last = this.nest(last, depth - 1);
      last = this.nest(last, depth - 1);
    }
    last = this.straight(last, 2);
    last.connect(header);
    return this.straight(last, 1);
  }
}

function number(graph) {
  const first = graph.blocks[0];
  const order = [first];
  const numbers = new Map([[first, 0]]);
  const last = [];
  const stack = [{ block: first, next: 0 }];
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    const successor = top.block.successors[top.next++];
    if (successor === undefined) {
      last[numbers.get(top.block)] = order.length - 1;
      stack.pop();
    } else if (!numbers.has(successor)) {
      numbers.set(successor, order.length);
      order.push(successor);
      stack.push({ block: successor, next: 0 });
    }
  }
  return { order, numbers, last };
}

function find(sets, start) {
  let root = start;
  while (sets[root] !== root) root = sets[root];
  for (let n = start; sets[n] !== root; ) {
    const next = sets[n];
    sets[n] = root;
    n = next;
  }
  return root;
}

class Loop {
  children = [];
  blocks = 0;
  reducible = true;
  parent = null;
  depth() {
    return 1 + Math.max(0, ...this.children.map((child) => child.depth()));
  }
}

function findLoops(graph) {
  const { order, numbers, last } = number(graph);
  const count = order.length;
  const sets = [];
  const back = [];
  const other = [];
  const loops = [];
  const loopOf = new Array(count).fill(null);
  for (let w = 0; w < count; w++) {
    sets.push(w);
    back.push([]);
    other.push([]);
    for (const predecessor of order[w].predecessors) {
      const v = numbers.get(predecessor);
      if (v !== undefined) (w <= v && v <= last[w] ? back : other)[w].push(v);
    }
  }
  for (let w = count - 1; w >= 0; w--) {
    if (back[w].length === 0) continue;
    const loop = new Loop();
    const pool = new Set();
    for (const v of back[w]) if (v !== w) pool.add(find(sets, v));
    for (const x of pool) {
      for (const y of other[x]) {
        const root = find(sets, y);
        if (!(w <= root && root <= last[w])) {
          loop.reducible = false;
          other[w].push(root);
        } else if (root !== w) {
          pool.add(root);
        }
      }
    }
    loops.push(loop);
    for (const x of pool) {
      sets[x] = w;
      const inner = loopOf[x];
      if (inner !== null && inner.parent === null) {
        inner.parent = loop;
        loop.children.push(inner);
      }
      loop.blocks++;
    }
    loopOf[w] = loop;
  }
  return loops;
}

export default function run(size) {
  const graph = new Graph();
  let last = graph.add();
  for (let i = 1; i <= size; i++) last = graph.nest(last, 2 + (i % 3));
  const loops = findLoops(graph);
  const deepest = Math.max(...loops.map((loop) => loop.depth()));
  const blocks = loops.reduce((sum, loop) => sum + loop.blocks, 0);
  return `${graph.blocks.length} ${loops.length} ${deepest} ${blocks} ${loops.filter((loop) => loop.reducible).length}`;
}
