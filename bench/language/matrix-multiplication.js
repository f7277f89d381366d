// SPDX-License-Identifier: MIT
function matrix(n, seed) {
  return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (((i + 1) * seed + j + 1) % 10) / 8));
}

function multiply(a, b, n) {
  return a.map((left) => {
    const row = [];
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += left[k] * b[k][j];
      row.push(sum);
    }
    return row;
  });
}

export default function run(n) {
  const c = multiply(matrix(n, 3), matrix(n, 7), n);
  let trace = 0;
  for (let i = 0; i < n; i++) trace += c[i][n - 1 - i];
  return trace.toFixed(6);
}
