// SPDX-License-Identifier: MIT
export default function run(lines) {
  const parts = [];
  let seed = 7;
  for (let i = 1; i <= lines; i++) {
    seed = (seed * 16807) % 2147483647;
    parts.push(`line ${i}: value=${seed % 1000}, name='item${seed % 77}'\n`);
  }
  const text = parts.join("");
  let newlines = 0;
  let digits = 0;
  let hash = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10) newlines++;
    else if (code >= 48 && code <= 57) digits++;
    hash = (hash * 31 + code) % 16777213;
  }
  let words = 0;
  let longest = "";
  let start = -1;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 32;
    if ((code >= 97 && code <= 122) || (code >= 48 && code <= 57)) {
      if (start < 0) start = at;
    } else if (start >= 0) {
      const word = text.slice(start, at);
      words++;
      if (word.length > longest.length) longest = word;
      start = -1;
    }
  }
  const same = text.toUpperCase().toLowerCase() === text ? "same" : "other";
  return `${text.length} ${newlines} ${digits} ${hash} ${words} ${longest} ${same}`;
}
