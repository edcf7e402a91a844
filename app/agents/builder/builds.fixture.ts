/** One small build for the tests of this folder: a discount that begins at 50. */
import { execFile } from 'node:child_process';
import type { z } from 'zod';
import type { BuildInput } from '../../core/job.ts';
import type { Family } from '../../core/family.ts';
import { MIB, type Sandbox, type SandboxRequest } from '../../core/ports/sandbox.ts';
import { textFile } from '../../core/tree.ts';

type Input = z.infer<typeof BuildInput>;

export const silent = { debug() {}, info() {}, warn() {}, error() {} };
export const models: Record<Family, string> = { anthropic: 'claude-sonnet-4-6', openai: 'gpt-5.4', google: 'gemini-3.5-flash' };

/** Runs what the tests script, so it needs no containment; the real sandbox has its own tests. */
export const here: Sandbox = {
  grade: { name: 'none', words: 'a test double', remedy: null },
  run: (request: SandboxRequest) => new Promise((resolve) => {
    const started = performance.now();
    const [program = '', ...args] = request.argv;
    const signal = request.signal ? { signal: request.signal, killSignal: 'SIGKILL' as const } : {};
    execFile(program, args, { cwd: request.workdir, timeout: 60_000, maxBuffer: 4 * MIB, env: { PATH: process.env.PATH ?? '' }, ...signal }, (error, stdout, stderr) => {
      const exit = error ? (typeof error.code === 'number' ? error.code : null) : 0;
      resolve({ exit, signal: null, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr), timedOut: false, outOfMemory: false, truncated: false, cpuMs: 1, wallMs: performance.now() - started });
    });
  }),
};

export const base = {
  'src/discount.mjs': textFile('export function discount(total) {\n  return total;\n}\n'),
  'test/discount.test.mjs': textFile("import { discount } from '../src/discount.mjs';\nimport assert from 'node:assert';\nassert.equal(discount(100), 90);\nassert.equal(discount(10), 10);\n"),
  'package.json': textFile('{"type":"module","scripts":{"test":"node test/discount.test.mjs"}}\n'),
};
export const right = 'export function discount(total) {\n  return total >= 50 ? total * 0.9 : total;\n}\n';
export const wrong = 'export function discount(total) {\n  return total * 0.9;\n}\n';
export const tests = [{ args: [100], expect: 90 }, { args: [50], expect: 45 }];

export const input = (family: Family, rest: Partial<Input> = {}): Input => ({
  spec: { version: 1, id: 'intent-1-abc', title: 'Discount', language: 'javascript', surface: { kind: 'function', module: 'src/discount.mjs', export: 'discount' }, criteria: [{ id: 'AC1', text: 'ten per cent from 50 on', tests: [{ args: [100], expect: 90 }] }] },
  base, family, model: models[family], candidateId: `candidate-${family}`, testCommand: [process.execPath, 'test/discount.test.mjs'], maxTurns: 10, attempt: 1, ...rest,
});
