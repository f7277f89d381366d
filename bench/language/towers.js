// SPDX-License-Identifier: MIT
class Disk {
  constructor(size) {
    this.size = size;
    this.below = null;
  }
}

function push(piles, pile, disk) {
  const top = piles[pile];
  if (top !== null && disk.size >= top.size) throw new Error("a large disk on a small one");
  disk.below = top;
  piles[pile] = disk;
}

function pop(piles, pile) {
  const top = piles[pile];
  piles[pile] = top.below;
  top.below = null;
  return top;
}

function move(piles, n, from, to) {
  if (n === 1) {
    push(piles, to, pop(piles, from));
    return 1;
  }
  const other = 3 - from - to;
  const moves = move(piles, n - 1, from, other);
  push(piles, to, pop(piles, from));
  return moves + 1 + move(piles, n - 1, other, to);
}

export default function run(n) {
  const piles = [null, null, null];
  for (let size = n; size >= 1; size--) push(piles, 0, new Disk(size));
  const moves = move(piles, n, 0, 2);
  return `${moves} ${piles[2].size}`;
}
