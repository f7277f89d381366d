// SPDX-License-Identifier: MIT
// Runs one benchmark: PROGRAM SIZE ITERATIONS WARM-UP-SECONDS, as run.lua does. The includer defines run, which writes a digest.
#ifndef YUGONG_BENCH_RUN_H_
#define YUGONG_BENCH_RUN_H_

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DIGEST_BYTES 200

static void run(int size, char *digest); // DIGEST_BYTES of room

static double seconds_now(void) { return (double)clock() / CLOCKS_PER_SEC; }

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  const int size = atoi(argv[1]), iterations = atoi(argv[2]);
  const double warm_up = atof(argv[3]);
  char digest[DIGEST_BYTES];
  const double start = seconds_now();
  while (seconds_now() - start < warm_up) run(size, digest);
  double *seconds = calloc((size_t)iterations + 1, sizeof *seconds);
  for (int i = 0; i < iterations; i++) {
    const double before = seconds_now();
    run(size, digest);
    seconds[i] = seconds_now() - before;
  }
  printf("%s\nseconds", digest);
  for (int i = 0; i < iterations; i++) printf("\t%.9f", seconds[i]);
  printf("\n");
  free(seconds);
  return 0;
}

#endif // YUGONG_BENCH_RUN_H_
