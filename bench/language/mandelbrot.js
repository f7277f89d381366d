// SPDX-License-Identifier: MIT
function stepsToEscape(cr, ci, limit) {
  let zr = 0;
  let zi = 0;
  for (let steps = 0; steps < limit; steps++) {
    const rr = zr * zr;
    const ii = zi * zi;
    if (rr + ii > 4) return steps;
    zi = 2 * zr * zi + ci;
    zr = rr - ii + cr;
  }
  return limit;
}

export default function run(size) {
  const limit = 100;
  let inside = 0;
  let total = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const steps = stepsToEscape((column / size) * 3 - 2.1, (row / size) * 2.4 - 1.2, limit);
      if (steps === limit) inside++;
      total += steps;
    }
  }
  return `${inside} ${total}`;
}
