// SPDX-License-Identifier: MIT
function randomMatrix(n, start) {
  let seed = start;
  return Array.from({ length: n }, () =>
    Array.from({ length: n }, () => {
      seed = (seed * 16807) % 2147483647;
      return seed / 2147483647 - 0.5;
    }),
  );
}

function decompose(a, n) {
  const permutation = Array.from({ length: n }, (_, i) => i);
  let sign = 1;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    let largest = Math.abs(a[k][k]);
    for (let i = k + 1; i < n; i++) {
      const size = Math.abs(a[i][k]);
      if (size > largest) {
        pivot = i;
        largest = size;
      }
    }
    if (largest === 0) return null;
    if (pivot !== k) {
      [a[k], a[pivot]] = [a[pivot], a[k]];
      [permutation[k], permutation[pivot]] = [permutation[pivot], permutation[k]];
      sign = -sign;
    }
    const row = a[k];
    for (let i = k + 1; i < n; i++) {
      const other = a[i];
      const factor = other[k] / row[k];
      other[k] = factor;
      for (let j = k + 1; j < n; j++) other[j] -= factor * row[j];
    }
  }
  return { permutation, sign };
}

function solve(lu, permutation, b, n) {
  const x = [];
  for (let i = 0; i < n; i++) {
    let sum = b[permutation[i]];
    const row = lu[i];
    for (let j = 0; j < i; j++) sum -= row[j] * x[j];
    x.push(sum);
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i];
    const row = lu[i];
    for (let j = i + 1; j < n; j++) sum -= row[j] * x[j];
    x[i] = sum / row[i];
  }
  return x;
}

export default function run(n) {
  const a = randomMatrix(n, 42);
  const b = a.map((row) => row.reduce((sum, element, j) => sum + element * (j + 1), 0));
  const { permutation, sign } = decompose(a, n);
  const x = solve(a, permutation, b, n);
  let residue = 0;
  let determinant = 0;
  for (let i = 0; i < n; i++) {
    residue = Math.max(residue, Math.abs(x[i] - i - 1));
    determinant += Math.log(Math.abs(a[i][i]));
  }
  return `${determinant.toFixed(8)} ${sign} ${residue < 1e-6 ? "solved" : "inexact"}`;
}
