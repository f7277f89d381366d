// SPDX-License-Identifier: MIT
/** Why a program's file cannot be read, in lua5.1's words. */
export function whyUnreadable(error: unknown, file: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EISDIR") return `cannot read ${file}: Is a directory`;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "No such file or directory",
    EACCES: "Permission denied",
    ENOTDIR: "Not a directory",
  };
  return `cannot open ${file}: ${reasons[code ?? ""] ?? message}`;
}
