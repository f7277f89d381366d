// SPDX-License-Identifier: MIT
/**
 * Numbers, texts and arrays one after the other in one buffer, each aligned so that what is read is the buffer's own memory and nothing is
 * copied. In the byte order of the machine.
 */

/** The typed arrays that streams have. */
export type Words = Uint16Array | Uint32Array | BigUint64Array | Float64Array;
type WordsConstructor<T extends Words> = new (buffer: ArrayBufferLike, offset: number, length: number) => T;
type Sized<T extends Words> = WordsConstructor<T> & { readonly BYTES_PER_ELEMENT: number };

const aligned = (at: number, size: number): number => Math.ceil(at / size) * size;

export class ByteWriter {
  private readonly parts: Uint8Array[] = [];
  private size = 0;

  number(value: number): void {
    this.array(Uint32Array.of(value));
  }

  bytes(bytes: Uint8Array): void {
    this.number(bytes.length);
    this.append(bytes);
    this.align(4);
  }

  /** Bytes, as a text of one character a byte. */
  text(text: string): void {
    this.bytes(Buffer.from(text, "latin1"));
  }

  words(words: Words): void {
    this.number(words.length);
    this.array(words);
  }

  /** The whole stream. */
  take(): Buffer {
    return Buffer.concat(this.parts);
  }

  private array(words: Words): void {
    this.align(words.BYTES_PER_ELEMENT);
    this.append(new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
    this.align(4);
  }

  private append(bytes: Uint8Array): void {
    this.parts.push(bytes);
    this.size += bytes.length;
  }

  private align(size: number): void {
    this.append(new Uint8Array(aligned(this.size, size) - this.size));
  }
}

/** Reads what a ByteWriter has written, in the same order. */
export class ByteReader {
  private at = 0;
  private readonly numbers: Uint32Array;

  /** @param stream at a multiple of eight of its memory */
  constructor(private readonly stream: Buffer) {
    this.numbers = new Uint32Array(stream.buffer, stream.byteOffset, stream.length >>> 2);
  }

  number(): number {
    const value = this.numbers[this.at >>> 2] as number;
    this.at += 4;
    return value;
  }

  bytes(): Buffer {
    const length = this.number();
    const bytes = this.stream.subarray(this.at, this.at + length);
    this.at = aligned(this.at + length, 4);
    return bytes;
  }

  text(): string {
    const length = this.number();
    const text = this.stream.toString("latin1", this.at, this.at + length);
    this.at = aligned(this.at + length, 4);
    return text;
  }

  words<T extends Words>(type: Sized<T>): T {
    const length = this.number();
    const start = aligned(this.at, type.BYTES_PER_ELEMENT);
    this.at = aligned(start + length * type.BYTES_PER_ELEMENT, 4);
    return new type(this.stream.buffer, this.stream.byteOffset + start, length);
  }

  /** As many things as the stream says. */
  list<T>(read: () => T): T[] {
    return Array.from({ length: this.number() }, read);
  }
}
