/* SPDX-License-Identifier: MIT
 *
 * The names of libunwind-dynamic.h for what yugong-dynamic.h declares; included by it when YG_DYN_STOCK_NAMES is defined.
 * Not together with libunwind.h in one source file: both define these names.
 */
#ifndef YUGONG_DYNAMIC_STOCK_NAMES_H
#define YUGONG_DYNAMIC_STOCK_NAMES_H

#ifdef LIBUNWIND_H
#error "YG_DYN_STOCK_NAMES and libunwind.h define the same names: leave one of them out"
#endif

typedef yg_dyn_word unw_word_t;
typedef yg_dyn_operation unw_dyn_operation_t;
typedef yg_dyn_format unw_dyn_info_format_t;
typedef yg_dyn_op unw_dyn_op_t;
typedef yg_dyn_region_info unw_dyn_region_info_t;
typedef yg_dyn_proc_info unw_dyn_proc_info_t;
typedef yg_dyn_table_info unw_dyn_table_info_t;
typedef yg_dyn_remote_table_info unw_dyn_remote_table_info_t;
typedef yg_dyn_info unw_dyn_info_t;

#define UNW_DYN_STOP YG_DYN_STOP
#define UNW_DYN_SAVE_REG YG_DYN_SAVE_REG
#define UNW_DYN_SPILL_FP_REL YG_DYN_SPILL_FP_REL
#define UNW_DYN_SPILL_SP_REL YG_DYN_SPILL_SP_REL
#define UNW_DYN_ADD YG_DYN_ADD
#define UNW_DYN_POP_FRAMES YG_DYN_POP_FRAMES
#define UNW_DYN_LABEL_STATE YG_DYN_LABEL_STATE
#define UNW_DYN_COPY_STATE YG_DYN_COPY_STATE
#define UNW_DYN_ALIAS YG_DYN_ALIAS

#define UNW_INFO_FORMAT_DYNAMIC YG_DYN_FORMAT_DYNAMIC
#define UNW_INFO_FORMAT_TABLE YG_DYN_FORMAT_TABLE
#define UNW_INFO_FORMAT_REMOTE_TABLE YG_DYN_FORMAT_REMOTE_TABLE
#define UNW_INFO_FORMAT_ARM_EXIDX YG_DYN_FORMAT_ARM_EXIDX
#define UNW_INFO_FORMAT_IP_OFFSET YG_DYN_FORMAT_IP_OFFSET

#define UNW_X86_64_RAX YG_DYN_RAX
#define UNW_X86_64_RDX YG_DYN_RDX
#define UNW_X86_64_RCX YG_DYN_RCX
#define UNW_X86_64_RBX YG_DYN_RBX
#define UNW_X86_64_RSI YG_DYN_RSI
#define UNW_X86_64_RDI YG_DYN_RDI
#define UNW_X86_64_RBP YG_DYN_RBP
#define UNW_X86_64_RSP YG_DYN_RSP
#define UNW_X86_64_R8 YG_DYN_R8
#define UNW_X86_64_R9 YG_DYN_R9
#define UNW_X86_64_R10 YG_DYN_R10
#define UNW_X86_64_R11 YG_DYN_R11
#define UNW_X86_64_R12 YG_DYN_R12
#define UNW_X86_64_R13 YG_DYN_R13
#define UNW_X86_64_R14 YG_DYN_R14
#define UNW_X86_64_R15 YG_DYN_R15
#define UNW_X86_64_RIP YG_DYN_RIP

#define _U_QP_TRUE YG_DYN_QP_TRUE
#define _U_dyn_region_info_size(op_count) yg_dyn_region_info_size(op_count)
#define _U_dyn_op(tag, qp, when, reg, val) yg_dyn_op_make((tag), (qp), (when), (reg), (yg_dyn_word)(val))
#define _U_dyn_op_save_reg yg_dyn_op_save_reg
#define _U_dyn_op_spill_fp_rel yg_dyn_op_spill_fp_rel
#define _U_dyn_op_spill_sp_rel yg_dyn_op_spill_sp_rel
#define _U_dyn_op_add yg_dyn_op_add
#define _U_dyn_op_pop_frames yg_dyn_op_pop_frames
#define _U_dyn_op_label_state yg_dyn_op_label_state
#define _U_dyn_op_copy_state yg_dyn_op_copy_state
#define _U_dyn_op_alias yg_dyn_op_alias
#define _U_dyn_op_stop yg_dyn_op_stop
#define _U_dyn_register(info) ((void)yg_dyn_register((info), NULL))
#define _U_dyn_cancel(info) ((void)yg_dyn_cancel(info))

#endif
