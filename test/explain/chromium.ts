// SPDX-License-Identifier: MIT
/**
 * Pages in headless Chromium, through its debugging pipe: requests and answers are JSON with a NUL after each, on file descriptors 3 and 4.
 * https://chromedevtools.github.io/devtools-protocol/ lists the methods.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

type Parameters = Readonly<Record<string, unknown>>;
interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

const HOW_TO_GET = "Chromium is needed to test pages: apt-get install --no-install-recommends chromium (bin/setup.mjs --tests does)";
/** As root it has no sandbox; what it opens is ours. Without the network: requests go nowhere. */
const OPTIONS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--host-resolver-rules=MAP * ~NOTFOUND",
  "--remote-debugging-pipe",
];

export class Browser {
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private readonly listeners = new Set<(answer: Answer) => void>();
  private nextId = 1;

  private constructor(
    private readonly process: ChildProcess,
    private readonly profile: string,
  ) {
    let rest = "";
    (process.stdio[4] as Readable).setEncoding("utf8").on("data", (text: string) => {
      const messages = (rest + text).split("\0");
      rest = messages.pop() ?? "";
      for (const message of messages) this.receive(JSON.parse(message) as Answer);
    });
    process.on("exit", () => {
      for (const answer of this.waiting.values()) answer({ error: { message: "Chromium has ended" } });
    });
  }

  static async start(): Promise<Browser> {
    const profile = mkdtempSync(join(tmpdir(), "yugong-chromium-"));
    const child = spawn("chromium", [...OPTIONS, `--user-data-dir=${profile}`], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (cause) => reject(new Error(HOW_TO_GET, { cause })));
    });
    return new Browser(child, profile);
  }

  private receive(answer: Answer): void {
    const { id } = answer;
    if (id === undefined) {
      for (const listener of this.listeners) listener(answer);
      return;
    }
    this.waiting.get(id)?.(answer);
    this.waiting.delete(id);
  }

  async send(method: string, params: Parameters = {}, sessionId?: string): Promise<Readonly<Record<string, unknown>>> {
    const id = this.nextId++;
    const answered = new Promise<Answer>((resolve) => this.waiting.set(id, resolve));
    (this.process.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
    const { error, result = {} } = await answered;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  listen(listener: (answer: Answer) => void): void {
    this.listeners.add(listener);
  }

  /** A page of its own, with a file opened; `hash` is what comes after # in its address. */
  async open(
    file: string,
    { width, height, dark = false, hash = "" }: { width: number; height: number; dark?: boolean; hash?: string },
  ): Promise<Page> {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, sessionId as string);
    await page.prepare({ width, height, dark });
    await page.go(`file://${file}${hash}`);
    return page;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    await this.send("Browser.close").catch(() => undefined);
    await ended;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

export class Page {
  /** Uncaught exceptions, errors on the console, and requests for anything but the file itself. */
  readonly complaints: string[] = [];
  private loaded: (() => void) | undefined;

  constructor(
    private readonly browser: Browser,
    private readonly sessionId: string,
  ) {
    browser.listen(({ sessionId: of, method, params }) => {
      if (of !== sessionId) return;
      if (method === "Page.loadEventFired") this.loaded?.();
      else if (method === "Runtime.exceptionThrown" || method === "Log.entryAdded") this.complaints.push(JSON.stringify(params));
      else if (method === "Network.requestWillBeSent") {
        const { url } = (params as { request: { url: string } }).request;
        if (!url.startsWith("file:")) this.complaints.push(`request: ${url}`);
      }
    });
  }

  private send(method: string, params: Parameters = {}): Promise<Readonly<Record<string, unknown>>> {
    return this.browser.send(method, params, this.sessionId);
  }

  async prepare({ width, height, dark }: { width: number; height: number; dark: boolean }): Promise<void> {
    for (const domain of ["Page", "Runtime", "Network", "Log"]) await this.send(`${domain}.enable`);
    await this.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
    await this.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }] });
  }

  async go(url: string): Promise<void> {
    const loaded = new Promise<void>((resolve) => {
      this.loaded = resolve;
    });
    await this.send("Page.navigate", { url });
    await loaded;
  }

  /** What an expression of the page comes to, as JSON. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value: T }).value;
  }

  /** The middle of the first element, scrolled into view. */
  private async middleOf(selector: string): Promise<{ x: number; y: number }> {
    const middle = await this.evaluate<{ x: number; y: number } | null>(`(() => {
      const element = document.querySelector(${JSON.stringify(selector)});
      if (element === null) return null;
      element.scrollIntoView({ block: "center" });
      const { left, top, width, height } = element.getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    })()`);
    if (middle === null) throw new Error(`there is no ${selector} on the page`);
    return middle;
  }

  async hover(selector: string): Promise<void> {
    await this.send("Input.dispatchMouseEvent", { type: "mouseMoved", ...(await this.middleOf(selector)) });
  }

  async click(selector: string): Promise<void> {
    const at = { ...(await this.middleOf(selector)), button: "left", clickCount: 1 };
    for (const type of ["mousePressed", "mouseReleased"]) await this.send("Input.dispatchMouseEvent", { type, ...at });
  }

  async press(key: string): Promise<void> {
    for (const type of ["keyDown", "keyUp"]) await this.send("Input.dispatchKeyEvent", { type, key });
  }

  /** A PNG of what is in the window. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.send("Page.captureScreenshot", { format: "png" });
    return Buffer.from(data as string, "base64");
  }
}
