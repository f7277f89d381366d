// SPDX-License-Identifier: MIT
/**
 * Compiled chunks in a folder, so that a program which has been run before needs no compiler. An entry is a file:
 *
 *     magic word, sum of all that follows │ version, name, levels, text of the chunk │ the compiled chunk (binary-chunk.ts)
 *
 * It is used only if it is whole and what is asked for, to the last byte of the text; if it belongs to the user who asks; and if no other version
 * of the compiler has made it. Whatever else is there, or cannot be read or written, is as good as nothing: the chunk is compiled, and the entry
 * written anew, under another name first, so that nobody ever reads half of one.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import { readChunk, writeChunk } from "./binary-chunk.js";
import { ByteReader, ByteWriter } from "./byte-stream.js";
import type { ChunkSource, CompiledChunk } from "./compiled-chunk.js";

/** "YGBC" */
const MAGIC = 0x43424759;
/** The magic word, 4 bytes that are 0, the sum: what follows is aligned. */
const HEADER_BYTES = 16;
/** Of one entry: programs for which it would be larger are compiled each time. */
const MOST_ENTRY_BYTES = 4 * 2 ** 20;
/** Entries are in 16 groups by the first digit of their names; of each group, those are removed that have not been used for longest. */
const MOST_GROUP_BYTES = MOST_ENTRY_BYTES;
const MOST_GROUP_ENTRIES = 64;
/** An entry's time says when it was last used, give or take this. */
const USE_MS = 3_600_000;
const ENTRY = /^[0-9a-f]{16}(\.\w+)?$/;

export interface CacheOptions {
  readonly folder: string;
  /** Names the compiler, and the form of entries. */
  readonly version: string;
  /** A sum of bytes which tells if some have changed. */
  readonly checksum: (bytes: Uint8Array) => bigint;
}

/**
 * Where the command line keeps entries: YUGONG_CACHE, or `yugong` in the user's folder for such things. undefined if there is none, or if
 * YUGONG_CACHE is `off`.
 */
export function cacheFolder({ YUGONG_CACHE: chosen, XDG_CACHE_HOME: xdg, HOME: home }: NodeJS.ProcessEnv): string | undefined {
  if (chosen) return chosen === "off" ? undefined : chosen;
  if (xdg && isAbsolute(xdg)) return join(xdg, "yugong");
  return home && isAbsolute(home) ? join(home, ".cache", "yugong") : undefined;
}

/** What `work` gives, if the file system lets it. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && "syscall" in error) return undefined;
    throw error;
  }
}

export class BytecodeCache {
  private isWritable = true;

  constructor(private readonly options: CacheOptions) {}

  /** The chunk as it was compiled once. */
  find(source: ChunkSource): CompiledChunk | undefined {
    const key = this.key(source);
    const entry = attempt(() => readEntry(this.pathOf(key)));
    if (entry === undefined || entry.length < HEADER_BYTES + key.length) return undefined;
    const content = entry.subarray(HEADER_BYTES);
    if (entry.readUInt32LE(0) !== MAGIC || entry.readBigUInt64LE(8) !== this.options.checksum(content)) return undefined;
    if (!content.subarray(0, key.length).equals(key)) return undefined;
    return readChunk(new ByteReader(content.subarray(key.length)));
  }

  keep(source: ChunkSource, chunk: CompiledChunk): void {
    if (!this.isWritable) return;
    const key = this.key(source);
    const out = new ByteWriter();
    writeChunk(out, chunk);
    const content = Buffer.concat([key, out.take()]);
    if (HEADER_BYTES + content.length > MOST_ENTRY_BYTES) return;
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32LE(MAGIC, 0);
    header.writeBigUInt64LE(this.options.checksum(content), 8);
    this.isWritable = attempt(() => this.write(this.pathOf(key), Buffer.concat([header, content]))) === true;
  }

  /** What an entry begins with: everything on which the compiled chunk depends. A multiple of eight bytes. */
  private key({ text, name, levels }: ChunkSource): Buffer {
    const key = new ByteWriter();
    key.text(this.options.version);
    key.text(name);
    key.number(levels);
    key.text(text);
    key.words(BigUint64Array.of());
    return key.take();
  }

  private pathOf(key: Buffer): string {
    return join(this.options.folder, this.options.checksum(key).toString(16).padStart(16, "0"));
  }

  private write(path: string, entry: Buffer): true {
    makeFolder(this.options.folder);
    const temporary = `${path}.${process.pid}_${Math.random().toString(36).slice(2)}`;
    try {
      writeFileSync(temporary, entry, { flag: "wx", mode: 0o600 });
      renameSync(temporary, path);
    } catch (error) {
      attempt(() => unlinkSync(temporary));
      throw error;
    }
    this.evict(path);
    return true;
  }

  /** Makes room in the group of an entry that was just written. */
  private evict(newest: string): void {
    const { folder } = this.options;
    const digit = basename(newest).charAt(0);
    const others = readdirSync(folder)
      .filter((name) => name.startsWith(digit) && ENTRY.test(name) && join(folder, name) !== newest)
      .flatMap((name) => {
        const path = join(folder, name);
        const status = attempt(() => statSync(path));
        return status ? [{ path, used: status.mtimeMs, size: status.size }] : []; // another process has removed it
      })
      .sort((a, b) => b.used - a.used);
    let room = MOST_GROUP_BYTES - statSync(newest).size;
    others.forEach(({ path, size }, index) => {
      room -= size;
      if (room < 0 || index >= MOST_GROUP_ENTRIES - 1) attempt(() => unlinkSync(path));
    });
  }
}

/** Makes a folder, and the one that it is to be in. (With `recursive`, mkdirSync of Node 20 does not return from what /proc says.) */
function makeFolder(folder: string): void {
  for (const path of [dirname(folder), folder]) if (!existsSync(path)) attempt(() => mkdirSync(path, { mode: 0o700 }));
}

/** The bytes of a file that belongs to this user and to which nobody else can write. */
function readEntry(path: string): Buffer | undefined {
  const file = openSync(path, "r");
  try {
    const { size, mode, uid, mtimeMs } = fstatSync(file);
    if (uid !== process.geteuid?.() || (mode & 0o022) !== 0 || size > MOST_ENTRY_BYTES) return undefined;
    // In memory of its own: a stream begins at a multiple of eight.
    const entry = Buffer.from(new ArrayBuffer(size));
    if (readSync(file, entry, 0, size, 0) !== size) return undefined;
    const now = Date.now();
    if (now - mtimeMs > USE_MS) attempt(() => utimesSync(path, now / 1000, now / 1000));
    return entry;
  } finally {
    closeSync(file);
  }
}
