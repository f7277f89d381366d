// SPDX-License-Identifier: MIT
#include "run.h"

static double *matrix(int n, int seed) {
  double *m = malloc(sizeof(double) * (size_t)n * (size_t)n);
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) m[i * n + j] = ((i + 1) * seed + j + 1) % 10 / 8.0;
  return m;
}

static void run(int n, char *digest) {
  double *a = matrix(n, 3), *b = matrix(n, 7), *c = malloc(sizeof(double) * (size_t)n * (size_t)n);
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < n; j++) {
      double sum = 0;
      for (int k = 0; k < n; k++) sum += a[i * n + k] * b[k * n + j];
      c[i * n + j] = sum;
    }
  }
  double trace = 0;
  for (int i = 0; i < n; i++) trace += c[i * n + n - 1 - i];
  snprintf(digest, DIGEST_BYTES, "%.6f", trace);
  free(a);
  free(b);
  free(c);
}
