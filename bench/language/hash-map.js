// SPDX-License-Identifier: MIT
export default function run(n) {
  let seed = 42;
  const random = (limit) => {
    seed = (seed * 16807) % 2147483647;
    return seed % limit;
  };
  const counts = new Map();
  for (let i = 0; i < n; i++) {
    const word = `key${random(5000)}`;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  let most = 0;
  for (const count of counts.values()) most = Math.max(most, count);
  const sparse = new Map();
  let sum = 0;
  for (let i = 1; i <= n; i++) {
    const key = random(20000) * 7919;
    const known = sparse.get(key);
    if (known !== undefined) {
      sum += known;
      sparse.delete(key);
    } else {
      sparse.set(key, i);
    }
  }
  return `${counts.size} ${most} ${sparse.size} ${sum % 1000003}`;
}
