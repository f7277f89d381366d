// SPDX-License-Identifier: MIT
// The C++ side of helpers.def. yl_<name> is what generated code calls; yl_host_<name> is the function that its thunk runs on the host
// stack.
#pragma once
#include "object.h"

extern "C" {

struct yl_concat_payload;
struct yl_continue_payload;

yg_pair yl_host_arith(yl::Coroutine *co, int64_t opcode, yl::Value a, yl::Value b, yl::Feedback *feedback);
yg_pair yl_host_concat(yl::Coroutine *co, int64_t count);
yg_pair yl_host_len(yl::Coroutine *co, yl::Value value);
yg_pair yl_host_index(yl::Coroutine *co, yl::Value object, yl::Value key);
yg_pair yl_host_set_index(yl::Coroutine *co, yl::Value object, yl::Value key, yl::Value value);
yg_pair yl_host_get_field(yl::Coroutine *co, yl::Feedback *feedback, yl::Value object, yl::Value key);
yg_pair yl_host_set_field(yl::Coroutine *co, yl::Feedback *feedback, yl::Value object, yl::Value key, yl::Value value);
yg_pair yl_host_get_global(yl::Coroutine *co, yl::GlobalCell *cell);
yg_pair yl_host_set_global(yl::Coroutine *co, yl::GlobalCell *cell, yl::Value value);
yg_pair yl_host_less(yl::Coroutine *co, int64_t or_equal, yl::Value a, yl::Value b);
yg_pair yl_host_equal(yl::Coroutine *co, yl::Value a, yl::Value b);
yg_pair yl_host_concat_rest(yl::Coroutine *co, yl_concat_payload *payload, yl::Value first, int64_t count);
yg_pair yl_host_continue(yl::Coroutine *co, yl_continue_payload *payload, yl::Value first, int64_t count);
yg_pair yl_host_call_error(yl::Coroutine *co, yl::Value callee, int64_t argc, yl::Value a0, yl::Value a1, yl::Value a2);
yg_pair yl_host_tail_call(yl::Coroutine *co, yl::Value callee, int64_t argc, yl::Value a0, yl::Value a1, yl::Value a2);
yg_pair yl_host_new_table(yl::Coroutine *co, int64_t array_elements, int64_t fields);
yg_pair yl_host_new_cell(yl::Coroutine *co, yl::Value value);
yg_pair yl_host_new_closure(yl::Coroutine *co, yl::Proto *proto);
yg_pair yl_host_for_prepare(yl::Coroutine *co, yl::Value initial, yl::Value limit, yl::Value step);
yg_pair yl_host_reserve_slots(yl::Coroutine *co, yl::Table *table, int64_t count);
yg_pair yl_host_set_list(yl::Coroutine *co, yl::Value table, int64_t start, int64_t count);
yg_pair yl_host_too_many_values(yl::Coroutine *co);
yg_pair yl_host_stack_limit(yl::Coroutine *co, yl::Value callee, int64_t argc, yl::Value a0, yl::Value a1, yl::Value a2);
yg_pair yl_host_leave_extension(yl::Coroutine *co, uint64_t first, uint64_t second);
yg_pair yl_host_serve(yl::Coroutine *co);
yg_pair yl_host_hot(yl::Coroutine *co, yl::Value closure, int64_t pc, const yl::Value *registers);
yg_pair yl_host_deopt(yl::Coroutine *co);
yg_pair yl_host_probed_deopt(yl::Coroutine *co, uint64_t left);
yg_pair yl_host_stress_call(yl::Coroutine *co);
yg_pair yl_host_builtin(yl::Coroutine *co, yl::Value callee, int64_t argc, yl::Value a0, yl::Value a1, yl::Value a2);
yg_pair yl_host_coroutine_bad_resume(yl::Coroutine *co, yl::Value target);
yg_pair yl_host_coroutine_bad_yield(yl::Coroutine *co);
yg_pair yl_host_new_wrapped(yl::Coroutine *co, yl::Value body, int64_t pc, int64_t count);
yg_pair yl_host_missing_argument(yl::Coroutine *co, int64_t number);
yg_pair yl_host_unwind(yl::Coroutine *co, yl::Value error);
yg_pair yl_host_rethrow(yl::Coroutine *co, yl::Value error);

yl::Value yl_leaf_coroutine_status(yl::Coroutine *co, yl::Coroutine *coroutine);
void yl_leaf_record_switch(yl::Coroutine *next);
yl::Value yl_leaf_get(yl::Table *table, yl::Value key);
yl::Value yl_leaf_index(yl::Coroutine *co, yl::Table *table, yl::Value key);
yg_pair yl_leaf_index_handler(yl::Coroutine *co, yl::Feedback *feedback, yl::Value object, yl::Value key);
yg_pair yl_leaf_new_index_handler(yl::Coroutine *co, yl::Value object, yl::Value key);
yl::Value yl_leaf_arith_handler(yl::Coroutine *co, int64_t opcode, yl::Value a, yl::Value b, yl::Feedback *feedback);
yl::Value yl_leaf_order_handler(yl::Coroutine *co, int64_t or_equal, yl::Value a, yl::Value b);
yl::Value yl_leaf_equal_handler(yl::Coroutine *co, yl::Value a, yl::Value b);
yl::Value yl_leaf_concat_handler(yl::Coroutine *co, yl::Value a, yl::Value b);
yl::Value yl_leaf_get_global(yl::Coroutine *co, yl::GlobalCell *cell);
yl::Value yl_leaf_get_field(yl::Coroutine *co, yl::Feedback *feedback, yl::Table *table, yl::Value key);
uint64_t yl_leaf_set_field(yl::Coroutine *co, yl::Feedback *feedback, yl::Table *table, yl::Value key, yl::Value value);
void yl_leaf_set_metatable(yl::Coroutine *co, yl::Table *table, yl::Table *metatable);
void yl_leaf_record_callee(yl::Coroutine *co, yl::Feedback *feedback, yl::Value callee);
uint64_t yl_leaf_set_index(yl::Coroutine *co, yl::Table *table, yl::Value key, yl::Value value);
yg_pair yl_leaf_next(yl::Coroutine *co, yl::Table *table, yl::Value key);
uint64_t yl_leaf_less_strings(yl::Value a, yl::Value b);
yl::Value yl_leaf_concat(yl::Coroutine *co, int64_t count);
yl::Value yl_leaf_characters(yl::Coroutine *co, int64_t count);
yl::Value yl_leaf_substring(yl::Coroutine *co, yl::Value text, int64_t first, int64_t last);
yl::Value yl_leaf_change_case(yl::Coroutine *co, yl::Value text, int64_t upper);
yl::Value yl_leaf_int_text(yl::Coroutine *co, int64_t number);
yl::Value yl_leaf_parse_number(yl::Value text);
uint64_t yl_leaf_less_equal_strings(yl::Value a, yl::Value b);
double yl_leaf_pow(double a, double b);
double yl_leaf_mod(double a, double b);
double yl_leaf_floor(double a);

// The thunks, by address only.
#define YL_HOST(name, signature, result) extern const char yl_##name[];
#include "helpers.def"

/** Takes the place of yl_deopt in code that is measured, see probes.h. */
extern const char yl_timed_deopt[];

} // extern "C"

namespace yl {

struct HelperAddress { const char *name; uintptr_t address; };
/** Every symbol that generated code may refer to, ended by a null name. */
extern const HelperAddress kHelperAddresses[];

} // namespace yl
