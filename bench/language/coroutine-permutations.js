// SPDX-License-Identifier: MIT
function swap(list, i, j) {
  const t = list[i];
  list[i] = list[j];
  list[j] = t;
}

function* permute(list, n) {
  if (n <= 1) {
    yield list;
    return;
  }
  for (let i = 0; i < n; i++) {
    swap(list, i, n - 1);
    yield* permute(list, n - 1);
    swap(list, i, n - 1);
  }
}

export default function run(n) {
  const list = Array.from({ length: n }, (_, i) => i + 1);
  let count = 0;
  let weighted = 0;
  for (const permutation of permute(list, n)) {
    count++;
    weighted = (weighted + permutation[0] * count) % 1000003;
  }
  return `${count} ${weighted}`;
}
