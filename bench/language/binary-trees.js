// SPDX-License-Identifier: MIT
class Tree {
  constructor(left, right) {
    this.left = left;
    this.right = right;
  }
  check() {
    return this.left === null ? 1 : 1 + this.left.check() + this.right.check();
  }
}

const build = (depth) => (depth === 0 ? new Tree(null, null) : new Tree(build(depth - 1), build(depth - 1)));

export default function run(deepest) {
  const longLived = build(deepest);
  let total = 0;
  for (let depth = 4; depth <= deepest; depth += 2) {
    for (let i = 2 ** (deepest - depth + 4); i > 0; i--) total += build(depth).check();
  }
  return `${total} ${longLived.check()}`;
}
