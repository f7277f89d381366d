// SPDX-License-Identifier: MIT
// For the tests of set-up, which are TypeScript.
export interface Step {
  readonly id: string;
  readonly title: string;
  readonly outputs: readonly string[];
  inputs(): readonly string[];
}
export const root: string;
export const stateFolder: string;
export function inRoot(path: string): string;
export function timesOf(paths: readonly string[], accepts?: (path: string) => boolean): string[];
export function contentsOf(paths: readonly string[], accepts?: (path: string) => boolean): string[];
export function missingOutputs(step: Step): string[];
export function isUpToDate(step: Step): boolean;
export function markDone(step: Step): void;
