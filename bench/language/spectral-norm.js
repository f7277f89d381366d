// SPDX-License-Identifier: MIT
const element = (i, j) => 1 / (((i + j) * (i + j + 1)) / 2 + i + 1);

function times(x) {
  const n = x.length;
  const y = new Array(n).fill(0);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += x[j] * element(i, j);
    y[i] = sum;
  }
  return y;
}

function timesTransposed(x) {
  const n = x.length;
  const y = new Array(n).fill(0);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += x[j] * element(j, i);
    y[i] = sum;
  }
  return y;
}

export default function run(n) {
  let u = new Array(n).fill(1);
  let v = u;
  for (let i = 0; i < 10; i++) {
    v = timesTransposed(times(u));
    u = timesTransposed(times(v));
  }
  let uv = 0;
  let vv = 0;
  for (let i = 0; i < n; i++) {
    uv += u[i] * v[i];
    vv += v[i] * v[i];
  }
  return Math.sqrt(uv / vv).toFixed(9);
}
