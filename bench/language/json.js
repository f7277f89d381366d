// SPDX-License-Identifier: MIT
// A parser and a writer of its own, as in programs/json.lua: not V8's JSON.
function fail(at, what) {
  throw new SyntaxError(`at byte ${at + 1}: ${what}`);
}

function skip(text, start) {
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 9 && code !== 13) return at;
    at++;
  }
}

const shortEscapes = new Map([...'ntrbf"\\/'].map((letter, i) => [letter, '\n\t\r\b\f"\\/'[i]]));

class Parser {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }
  skip() {
    this.at = skip(this.text, this.at);
    return this.text.charCodeAt(this.at);
  }
  string() {
    const { text } = this;
    let at = this.at + 1;
    let start = at;
    const parts = [];
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 34) {
        parts.push(text.slice(start, at));
        this.at = at + 1;
        return parts.length === 1 ? parts[0] : parts.join("");
      }
      if (code === 92) {
        parts.push(text.slice(start, at));
        const letter = text[at + 1];
        if (letter === "u") {
          parts.push(String.fromCharCode(Number.parseInt(text.slice(at + 2, at + 6), 16)));
          at += 6;
        } else {
          parts.push(shortEscapes.get(letter) ?? fail(at, "unknown escape"));
          at += 2;
        }
        start = at;
      } else if (Number.isNaN(code) || code < 32) {
        fail(at, "unfinished string");
      } else {
        at++;
      }
    }
  }
  number() {
    const { text } = this;
    const start = this.at;
    let at = start;
    for (;;) {
      const code = text.charCodeAt(at);
      if (!((code >= 48 && code <= 57) || code === 45 || code === 43 || code === 46 || code === 101 || code === 69)) break;
      at++;
    }
    this.at = at;
    const value = Number(text.slice(start, at));
    if (at === start || Number.isNaN(value)) fail(start, "malformed number");
    return value;
  }
  array() {
    const list = [];
    this.at++;
    if (this.skip() === 93) {
      this.at++;
      return list;
    }
    for (;;) {
      list.push(this.value());
      const code = this.skip();
      this.at++;
      if (code === 93) return list;
      if (code !== 44) fail(this.at - 1, "',' or ']' is needed");
    }
  }
  object() {
    const object = {};
    this.at++;
    if (this.skip() === 125) {
      this.at++;
      return object;
    }
    for (;;) {
      if (this.skip() !== 34) fail(this.at, "a name is needed");
      const key = this.string();
      if (this.skip() !== 58) fail(this.at, "':' is needed");
      this.at++;
      object[key] = this.value();
      const code = this.skip();
      this.at++;
      if (code === 125) return object;
      if (code !== 44) fail(this.at - 1, "',' or '}' is needed");
    }
  }
  value() {
    const code = this.skip();
    if (code === 123) return this.object();
    if (code === 91) return this.array();
    if (code === 34) return this.string();
    for (const [word, value] of [
      ["true", true],
      ["false", false],
      ["null", null],
    ]) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number();
  }
}

function parse(text) {
  const parser = new Parser(text);
  const value = parser.value();
  parser.skip();
  if (parser.at < text.length) fail(parser.at, "nothing more is expected");
  return value;
}

function writeString(out, text) {
  let start = 0;
  out.push('"');
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 32 || code === 34 || code === 92) {
      out.push(text.slice(start, at));
      out.push(code === 34 ? '\\"' : code === 92 ? "\\\\" : code === 10 ? "\\n" : `\\u${code.toString(16).padStart(4, "0")}`);
      start = at + 1;
    }
  }
  out.push(text.slice(start), '"');
}

function write(out, value) {
  if (typeof value === "string") {
    writeString(out, value);
  } else if (typeof value === "number") {
    out.push(value % 1 === 0 ? `${value}` : value.toFixed(6));
  } else if (typeof value === "boolean" || value === null) {
    out.push(`${value}`);
  } else if (Array.isArray(value)) {
    out.push("[");
    value.forEach((element, i) => {
      if (i > 0) out.push(",");
      write(out, element);
    });
    out.push("]");
  } else {
    out.push("{");
    Object.keys(value)
      .sort()
      .forEach((key, i) => {
        if (i > 0) out.push(",");
        writeString(out, key);
        out.push(":");
        write(out, value[key]);
      });
    out.push("}");
  }
}

function stringify(value) {
  const out = [];
  write(out, value);
  return out.join("");
}

function makeDocument(number) {
  const people = Array.from({ length: 12 }, (_, k) => {
    const i = k + 1;
    return {
      id: number * 100 + i,
      name: `Person "${i}"`,
      email: `person${i}@example.com`,
      score: ((number * 7 + i * 13) % 100) / 8,
      active: i % 3 !== 0,
      manager: i % 4 === 0 ? null : { id: i, tags: ["a\\b", "line\nbreak", "tab\t"] },
      history: [i, i * 2, -i, i / 4],
    };
  });
  return { version: number, title: `Document ${number}`, people, empty: [] };
}

function checksum(text) {
  let a = 1;
  let b = 0;
  for (let i = 0; i < text.length; i++) {
    a = (a + text.charCodeAt(i)) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}

export default function run(documents) {
  let bytes = 0;
  let sum = 0;
  let equal = 0;
  for (let number = 1; number <= documents; number++) {
    const text = stringify(makeDocument(number));
    const value = parse(text);
    if (stringify(value) === text) equal++;
    value.people[number % 12].name = "changed";
    const changed = stringify(value);
    bytes += text.length + changed.length;
    sum = (sum * 31 + checksum(changed)) % 1000000007;
  }
  return `${bytes} bytes, ${equal} equal, ${sum}`;
}
