// A candidate's process as the runner sees it: its CPU time, its limit, its end. Shared by the runners that start programs.
import { auditEnv } from './environment.mjs';
import fs from 'node:fs';
import { createHash } from 'node:crypto';

export const BIG = 32 * 1024;

/** CPU time of a process in ms, from /proc (10 ms steps); 0 where it is gone. */
function cpuOf(pid) {
  try {
    const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
  }
}

export function killGroup(child) {
  if (!child.pid) return; // it did not start
  for (const pid of [-child.pid, child.pid]) {
    try { process.kill(pid, 'SIGKILL'); } catch (error) { if (error.code !== 'ESRCH' && error.code !== 'EPERM') throw error; }
  }
}

/** Calls `late()` once the process has used more than twice the CPU limit, or far more wall time than that. Answers a stop that gives the CPU ms used. */
export function watch(pid, cpuMs, late) {
  const cpu = cpuOf(pid);
  const began = performance.now();
  let last = 0;
  const look = () => { last = Math.max(last, cpuOf(pid) - cpu); };
  const timer = setInterval(() => {
    look();
    if (last > cpuMs * 2 || performance.now() - began > cpuMs * 3 + 2000) late();
  }, 20);
  return () => { clearInterval(timer); look(); return last; };
}

/** A text that fits into an answer: itself, or the digest of its tokens. */
export function brief(text) {
  if (text.length <= BIG) return text;
  const tokens = text.split(/\s+/).filter(Boolean);
  return `sha256:${createHash('sha256').update(tokens.join(' ')).digest('hex')} of ${tokens.length} tokens`;
}

/** What the sandbox's environment gives a candidate, and nothing of ours. */
export const plainEnv = () => auditEnv ?? ({ PATH: process.env.PATH ?? '', TZ: process.env.TZ ?? 'UTC', PYTHONHASHSEED: process.env.PYTHONHASHSEED ?? '0', PYTHONDONTWRITEBYTECODE: '1', LANG: 'C.UTF-8' });
