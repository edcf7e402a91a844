/** One thread of a fuzz run. It writes the number of the case that it begins where the watcher sees it even while it hangs. */
import { parentPort, workerData } from 'node:worker_threads';
import { fuzz } from './fuzz.ts';
import { targets } from './targets.ts';

interface Order {
  seed: number;
  from: number;
  to: number;
  at: SharedArrayBuffer;
}

const { seed, from, to, at } = workerData as Order;
const place = new Int32Array(at);
const report = fuzz(await targets(), { seed, from, to, onCase: (index) => { Atomics.store(place, 0, index + 1); } });
parentPort?.postMessage(report);
