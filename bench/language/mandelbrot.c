// SPDX-License-Identifier: MIT
#include "run.h"

static int escape(double cr, double ci, int limit) {
  double zr = 0, zi = 0;
  for (int steps = 0; steps < limit; steps++) {
    const double rr = zr * zr, ii = zi * zi;
    if (rr + ii > 4) return steps;
    zi = 2 * zr * zi + ci;
    zr = rr - ii + cr;
  }
  return limit;
}

static void run(int size, char *digest) {
  const int limit = 100;
  long inside = 0, total = 0;
  for (int row = 0; row < size; row++) {
    for (int column = 0; column < size; column++) {
      const int steps = escape((double)column / size * 3 - 2.1, (double)row / size * 2.4 - 1.2, limit);
      if (steps == limit) inside++;
      total += steps;
    }
  }
  snprintf(digest, DIGEST_BYTES, "%ld %ld", inside, total);
}
