/**
 * Threads for guardrails. One judges one guardrail at a time and is used again for the next only after it has answered as it should: what hangs, crashes or ends takes its
 * thread with it, and nobody else's.
 */
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { problemOf } from '../core/errors.ts';
import type { PackageLookup } from '../core/guardrail.ts';
import type { ToolAnswer } from '../core/tool-answer.ts';
import type { WorkerInput, WorkerMessage } from './worker.ts';

export type ThreadAnswer = Exclude<WorkerMessage, { kind: 'ready' | 'asks' | 'tools' }> | { kind: 'timeout' };

export interface ThreadTools {
  packages: PackageLookup;
  toolsOnBase(paths: readonly string[]): Promise<Record<string, ToolAnswer>>;
  limitMs: number;
}

export interface Threads {
  /** Waits for the one answer: findings, a crash, or the time limit. */
  inspect(input: WorkerInput, how: ThreadTools): Promise<ThreadAnswer>;
  close(): void;
}

/** A machine under load takes its time to start a thread. */
const loadMs = 60_000;

interface Thread {
  worker: Worker;
  hear: ((message: WorkerMessage) => void) | null;
  /** Whether it waits for something to judge; until then the time to load is its own, not a guardrail's. */
  loaded: boolean;
  /** Why it is gone; null while it is there. */
  ended: string | null;
}

/** `ready`: how many are started at once, so that they have loaded by the time there is something to judge. */
export function openThreads(ready: number): Threads {
  const idle = Array.from({ length: ready }, start);
  let closed = false;
  return {
    async inspect(input, how) {
      const thread = takenFrom(idle);
      const answer = await judged(thread, { input, how });
      if (answer.kind === 'found' && !closed) idle.push(thread);
      else void thread.worker.terminate();
      return answer;
    },
    close() {
      closed = true;
      for (const { worker } of idle.splice(0)) void worker.terminate();
    },
  };
}

function takenFrom(idle: Thread[]): Thread {
  for (let next = idle.shift(); next; next = idle.shift()) if (next.ended === null) return next;
  return start();
}

function start(): Thread {
  const compiled = getCompileCacheDir();
  // Nothing of the caller's environment: a guardrail is a function of its facts.
  const env = compiled === undefined ? {} : { NODE_COMPILE_CACHE: dirname(compiled) };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { env, stdout: true, stderr: true, resourceLimits: { maxOldGenerationSizeMb: 2048 } });
  const thread: Thread = { worker, hear: null, loaded: false, ended: null };
  const gone = (why: string): void => {
    thread.ended ??= why;
    thread.hear?.({ kind: 'crashed', why: thread.ended });
  };
  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'ready') thread.loaded = true;
    thread.hear?.(message);
  });
  worker.on('error', (thrown) => gone(problemOf(thrown).message));
  worker.on('exit', (code) => gone(`its thread ended with code ${code} and no answer`));
  return thread;
}

function judged(thread: Thread, { input, how }: { input: WorkerInput; how: ThreadTools }): Promise<ThreadAnswer> {
  return new Promise((resolve) => {
    const limit = (ms: number) => setTimeout(() => finish({ kind: 'timeout' }), ms);
    let timer = limit(how.limitMs + (thread.loaded ? 0 : loadMs));
    const finish = (answer: ThreadAnswer): void => {
      clearTimeout(timer);
      thread.hear = null;
      resolve(answer);
    };
    thread.hear = (message) => {
      if (message.kind === 'ready') {
        clearTimeout(timer);
        timer = limit(how.limitMs);
        return;
      }
      if (message.kind === 'found' || message.kind === 'crashed') return finish(message);
      const answers = message.kind === 'asks' ? how.packages.lookup(message.questions) : how.toolsOnBase(message.paths);
      answers.then((said) => thread.worker.postMessage(said), (thrown) => finish({ kind: 'crashed', why: problemOf(thrown).message }));
    };
    thread.worker.postMessage(input);
  });
}
