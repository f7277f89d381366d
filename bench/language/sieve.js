// SPDX-License-Identifier: MIT
export default function run(n) {
  const prime = new Array(n + 1).fill(true);
  let count = 0;
  let last = 0;
  for (let i = 2; i <= n; i++) {
    if (!prime[i]) continue;
    count++;
    last = i;
    for (let multiple = i * i; multiple <= n; multiple += i) prime[multiple] = false;
  }
  return `${count} ${last}`;
}
