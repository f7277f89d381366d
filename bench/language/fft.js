// SPDX-License-Identifier: MIT
function transform(re, im, n, direction) {
  let j = 0;
  for (let i = 0; i < n; i++) {
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
    let m = n >> 1;
    while (m >= 1 && j >= m) {
      j -= m;
      m >>= 1;
    }
    j += m;
  }
  for (let length = 2; length <= n; length *= 2) {
    const half = length / 2;
    const angle = (direction * 2 * Math.PI) / length;
    const stepRe = Math.cos(angle);
    const stepIm = Math.sin(angle);
    for (let start = 0; start < n; start += length) {
      let wr = 1;
      let wi = 0;
      for (let k = start; k < start + half; k++) {
        const l = k + half;
        const xr = re[l] * wr - im[l] * wi;
        const xi = re[l] * wi + im[l] * wr;
        re[l] = re[k] - xr;
        im[l] = im[k] - xi;
        re[k] += xr;
        im[k] += xi;
        const next = wr * stepRe - wi * stepIm;
        wi = wr * stepIm + wi * stepRe;
        wr = next;
      }
    }
  }
  if (direction < 0) {
    for (let i = 0; i < n; i++) {
      re[i] /= n;
      im[i] /= n;
    }
  }
}

export default function run(n) {
  const re = [];
  const im = [];
  let seed = 42;
  for (let i = 0; i < n; i++) {
    seed = (seed * 16807) % 2147483647;
    re.push(seed / 2147483647);
    im.push(0);
  }
  const first = re[0];
  transform(re, im, n, 1);
  let energy = 0;
  for (let i = 0; i < n; i++) energy += re[i] * re[i] + im[i] * im[i];
  transform(re, im, n, -1);
  return `${(energy / n).toFixed(6)} ${Math.abs(re[0] - first) < 1e-9 ? "back" : "changed"}`;
}
