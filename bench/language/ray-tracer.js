// SPDX-License-Identifier: MIT
class Vector {
  constructor(x, y, z) {
    this.x = x;
    this.y = y;
    this.z = z;
  }
  plus(b) {
    return new Vector(this.x + b.x, this.y + b.y, this.z + b.z);
  }
  minus(b) {
    return new Vector(this.x - b.x, this.y - b.y, this.z - b.z);
  }
  times(k) {
    return new Vector(this.x * k, this.y * k, this.z * k);
  }
  dot(b) {
    return this.x * b.x + this.y * b.y + this.z * b.z;
  }
  unit() {
    return this.times(1 / Math.sqrt(this.dot(this)));
  }
}

class Sphere {
  constructor(center, radius, shine) {
    this.center = center;
    this.radius = radius;
    this.shine = shine;
  }
  hit(origin, direction) {
    const offset = this.center.minus(origin);
    const along = offset.dot(direction);
    const square = offset.dot(offset) - along * along;
    const rest = this.radius * this.radius - square;
    if (rest <= 0) return null;
    const distance = along - Math.sqrt(rest);
    return distance > 1e-6 ? distance : null;
  }
  normal(point) {
    return point.minus(this.center).unit();
  }
}

class Plane {
  constructor(height, shine) {
    this.height = height;
    this.shine = shine;
  }
  hit(origin, direction) {
    return direction.y >= -1e-6 ? null : (this.height - origin.y) / direction.y;
  }
  normal() {
    return new Vector(0, 1, 0);
  }
}

function scene() {
  const objects = [new Plane(-1, 0.2)];
  for (let i = 1; i <= 5; i++) {
    objects.push(new Sphere(new Vector(i * 1.2 - 3.6, (i % 2) * 0.8, 4 + (i % 3)), 0.6 + i * 0.07, 0.1 * i));
  }
  return objects;
}

const light = new Vector(3, 6, -2);

function nearest(objects, origin, direction) {
  let best = Number.POSITIVE_INFINITY;
  let found = null;
  for (const object of objects) {
    const distance = object.hit(origin, direction);
    if (distance !== null && distance < best) {
      best = distance;
      found = object;
    }
  }
  return found === null ? null : { object: found, distance: best };
}

function trace(objects, origin, direction, depth) {
  const hit = nearest(objects, origin, direction);
  if (hit === null) return 0.2 + 0.3 * Math.max(0, direction.y);
  const { object, distance } = hit;
  const point = origin.plus(direction.times(distance));
  const normal = object.normal(point);
  const toLight = light.minus(point).unit();
  let brightness = 0.1;
  const start = point.plus(normal.times(1e-4));
  if (nearest(objects, start, toLight) === null) brightness += 0.8 * Math.max(0, normal.dot(toLight));
  if (depth > 0) {
    const reflected = direction.minus(normal.times(2 * direction.dot(normal)));
    brightness = brightness * (1 - object.shine) + object.shine * trace(objects, start, reflected.unit(), depth - 1);
  }
  return brightness;
}

export default function run(size) {
  const objects = scene();
  const eye = new Vector(0, 0.5, -3);
  let sum = 0;
  let bright = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const value = trace(objects, eye, new Vector((column / size) * 2 - 1, 1 - (row / size) * 2, 2).unit(), 3);
      sum += value;
      if (value > 0.5) bright++;
    }
  }
  return `${sum.toFixed(6)} ${bright}`;
}
