// SPDX-License-Identifier: MIT
/** What messages call a chunk: luaO_chunkid of lua5.1. */

/** With the NUL at the end: LUA_IDSIZE, for errors of a running program, and MAXSRC of llex.c, for those of the compiler. */
export const CHUNK_ID_BYTES = { running: 60, compiling: 80 } as const;

/**
 * @param name bytes: "=text" stands for itself, "@file" is a file, anything else is the source, of which the first line is shown
 * @param size bytes of the result, and one more
 */
export function chunkId(name: string, size: number): string {
  if (name.startsWith("=")) return name.slice(1, size);
  if (name.startsWith("@")) {
    const room = size - " '...' ".length - 1;
    return name.length - 1 > room ? `...${name.slice(-room)}` : name.slice(1);
  }
  const line = /^[^\n\r\0]*/.exec(name)?.[0] ?? "";
  const shown = line.slice(0, size - ' [string "..."] '.length - 1);
  const isCut = shown.length < name.length && name[shown.length] !== "\0";
  return `[string "${shown}${isCut ? "..." : ""}"]`;
}
