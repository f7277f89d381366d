// SPDX-License-Identifier: MIT
function swap(list, i, j) {
  const t = list[i];
  list[i] = list[j];
  list[j] = t;
}

function permute(list, n, before) {
  let count = before + 1;
  for (let i = n - 1; i >= 0; i--) {
    swap(list, n - 1, i);
    count = permute(list, n - 1, count);
    swap(list, n - 1, i);
  }
  return count;
}

export default function run(n) {
  return `${permute(
    Array.from({ length: n }, (_, i) => i),
    n,
    0,
  )}`;
}
