// SPDX-License-Identifier: MIT
class Element {
  constructor(value, next) {
    this.value = value;
    this.next = next;
  }
}

const make = (n) => (n === 0 ? null : new Element(n, make(n - 1)));

function shorter(a, b) {
  let x = a;
  let y = b;
  while (y !== null) {
    if (x === null) return true;
    x = x.next;
    y = y.next;
  }
  return false;
}

function tail(x, y, z) {
  if (shorter(y, x)) return tail(tail(x.next, y, z), tail(y.next, z, x), tail(z.next, x, y));
  return z;
}

export default function run(n) {
  let length = 0;
  for (let element = tail(make(n), make((n * 2) / 3), make(n / 3)); element !== null; element = element.next) length++;
  return `${length}`;
}
