/* SPDX-License-Identifier: MIT
 *
 * A program that knows only the installed headers. Compiled as C and, through consumer.cc, as C++.
 */
#include <stdio.h>
#include <yugong-publish.h>
#include <yugong.h>

static yg_stack host, stack;

static uintptr_t generator(uintptr_t value) {
  while (value != 0) value = yg_stack_swap(&stack, &host, value * 2);
  return value;
}

int main(void) {
  yg_publish_options options = {YG_PUBLISH_STACKS, 0, NULL};
  yg_cursor cursor;
  if (yg_publish_options_set(&options) != YG_OK) return 1;
  if (yg_stack_new(&stack, 65536) != YG_OK) return 2;
  if (yg_cursor_new(&cursor, &stack) != YG_OK) return 3;
  if (yg_push_frame(&cursor, (uintptr_t)&generator) != YG_OK) return 4;
  if (yg_stack_swap(&host, &stack, 21) != 42 || yg_stack_swap(&host, &stack, 4) != 8) return 5;
  if (yg_stack_free(&stack) != YG_OK) return 6;
  puts(yg_status_message(YG_OK));
  return 0;
}
