// SPDX-License-Identifier: MIT
function* range(n) {
  for (let i = 1; i <= n; i++) yield i;
}

function* map(source, f) {
  for (const value of source) yield f(value);
}

function* filter(source, accepts) {
  for (const value of source) if (accepts(value)) yield value;
}

export default function run(n) {
  const mapped = map(range(n), (x) => (x * 3) % 1000);
  let sum = 0;
  let count = 0;
  for (const value of filter(mapped, (x) => x % 2 === 0)) {
    sum += value;
    count++;
  }
  return `${sum} ${count}`;
}
