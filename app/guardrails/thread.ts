/** Starts one guardrail's thread and waits for its one answer: findings, a crash, or the time limit. */
import { Worker } from 'node:worker_threads';
import { problemOf } from '../core/errors.ts';
import type { PackageLookup } from '../core/guardrail.ts';
import type { ToolAnswer } from '../core/tool-answer.ts';
import type { WorkerInput, WorkerMessage } from './worker.ts';

export type ThreadAnswer = Exclude<WorkerMessage, { kind: 'asks' | 'tools' }> | { kind: 'timeout' };

export interface ThreadTools {
  packages: PackageLookup;
  toolsOnBase(paths: readonly string[]): Promise<Record<string, ToolAnswer>>;
  limitMs: number;
}

export function runInspector(input: WorkerInput, how: ThreadTools): Promise<ThreadAnswer> {
  // An empty environment: a guardrail is a function of its facts.
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: input, env: {}, stdout: true, stderr: true, resourceLimits: { maxOldGenerationSizeMb: 2048 } });
  return new Promise((resolve) => {
    const timer = setTimeout(() => finish({ kind: 'timeout' }), how.limitMs);
    const finish = (answer: ThreadAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
      void worker.terminate();
    };
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'found' || message.kind === 'crashed') return finish(message);
      const answers = message.kind === 'asks' ? how.packages.lookup(message.questions) : how.toolsOnBase(message.paths);
      answers.then((said) => worker.postMessage(said), (thrown) => finish({ kind: 'crashed', why: problemOf(thrown).message }));
    });
    worker.on('error', (thrown) => finish({ kind: 'crashed', why: problemOf(thrown).message }));
    worker.on('exit', (code) => finish({ kind: 'crashed', why: `its thread ended with code ${code} and no answer` }));
  });
}
