// SPDX-License-Identifier: MIT
function* member(id) {
  let token = yield 0;
  for (;;) token = yield token + (id % 3);
}

export default function run(rounds) {
  const ring = Array.from({ length: 503 }, (_, i) => {
    const generator = member(i + 1);
    generator.next(); // to its first yield
    return generator;
  });
  let token = 0;
  for (let round = 0; round < rounds; round++) {
    for (const generator of ring) token = generator.next(token).value;
    token %= 1000003;
  }
  return `${token}`;
}
