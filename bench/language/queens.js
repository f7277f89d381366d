// SPDX-License-Identifier: MIT
function place(row, n, columns, up, down) {
  if (row > n) return 1;
  let solutions = 0;
  for (let column = 1; column <= n; column++) {
    const u = row + column;
    const d = row - column + n;
    if (columns[column] || up[u] || down[d]) continue;
    columns[column] = true;
    up[u] = true;
    down[d] = true;
    solutions += place(row + 1, n, columns, up, down);
    columns[column] = false;
    up[u] = false;
    down[d] = false;
  }
  return solutions;
}

export default function run(n) {
  const free = () => new Array(2 * n + 1).fill(false);
  return `${place(1, n, free(), free(), free())}`;
}
