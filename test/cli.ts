/** Runs `assay <args>` in this process and answers what it printed: a process of its own costs a second each. */
import { vi } from 'vitest';
import { main } from '../app/cli/main.ts';

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** One at a time: what is printed goes through the one stdout of this process. */
export async function assay(...args: string[]): Promise<Ended> {
  const printed = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) => vi.spyOn(process[stream], 'write').mockImplementation((chunk) => {
    printed[stream] += String(chunk);
    return true;
  }));
  try {
    return { code: await main(args), ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
