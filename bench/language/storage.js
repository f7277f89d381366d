// SPDX-License-Identifier: MIT
let seed = 0;
let count = 0;

function build(depth) {
  seed = (seed * 1309 + 13849) % 65536;
  count++;
  if (depth === 1) {
    const leaf = [];
    for (let i = (seed % 10) + 1; i > 0; i--) leaf.push(i);
    return leaf;
  }
  const node = [];
  for (let i = 0; i < 4; i++) node.push(build(depth - 1));
  return node;
}

export default function run(depth) {
  seed = 74755;
  count = 0;
  const tree = build(depth);
  return `${count} ${tree.length}`;
}
