/** Runs the cases in a thread of its own and ends it where one case takes longer than the limit: what hangs cannot end itself. */
import { Worker } from 'node:worker_threads';
import type { FuzzReport } from './fuzz.ts';

export interface WatchOptions {
  seed: number;
  runs: number;
  /** Wall time that one case may take; generous, for machines that do much else. */
  limitMs: number;
  onProgress?: (done: number) => void;
}

export async function watched({ seed, runs, limitMs, onProgress }: WatchOptions): Promise<FuzzReport> {
  const at = new SharedArrayBuffer(4);
  const place = new Int32Array(at);
  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: { seed, from: 0, to: runs, at } });
  return await new Promise<FuzzReport>((resolve, reject) => {
    let seen = { index: 0, since: Date.now() };
    const timer = setInterval(() => {
      const index = Atomics.load(place, 0);
      if (index !== seen.index) seen = { index, since: Date.now() };
      // Nought: it still makes its seeds.
      else if (index > 0 && Date.now() - seen.since > limitMs) settle(() => reject(new Error(`case ${index - 1} hangs: more than ${limitMs} ms`)));
      onProgress?.(index);
    }, 1000);
    const settle = (then: () => void) => {
      clearInterval(timer);
      void worker.terminate().then(then);
    };
    worker.once('message', (report: FuzzReport) => settle(() => resolve(report)));
    worker.once('error', (error) => settle(() => reject(error)));
  });
}
