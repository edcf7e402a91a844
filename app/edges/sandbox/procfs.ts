/** What the weaker grades know about running processes: sampled from the host's /proc, since no control group counts for them. */
import { readFileSync } from 'node:fs';

/** All processes below this one; empty once it is gone. */
export function descendants(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

export function residentBytes(pids: number[]): number {
  return pids.reduce((sum, pid) => sum + Number(read(`/proc/${pid}/statm`).split(' ')[1] ?? 0) * 4096, 0);
}

/** User and system time, with that of the children each has waited for. */
export function cpuMs(pids: number[]): number {
  return pids.reduce((sum, pid) => {
    const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
    return sum + fields.slice(11, 15).reduce((ticks, field) => ticks + Number(field), 0) * 10;
  }, 0);
}

/** A process that has ended reads as empty. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
