// SPDX-License-Identifier: MIT
/** How deep blocks and expressions may be nested. lua5.1 compiles a program inside one C call of its 200, and what that program compiles inside two. */
export const SYNTAX_LEVELS = { program: 199, loaded: 198 } as const;
