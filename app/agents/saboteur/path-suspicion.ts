/** A suspicion about a path, as a shell command over the files: it succeeds where all is well. */
import type { Suspicion } from './suspicion.ts';

export function pathSuspicion(about: Pick<Suspicion, 'class' | 'claim' | 'expected' | 'actual'> & { path: string; check: string }): Suspicion {
  const { path, check, ...rest } = about;
  return { ...rest, oracle: about.class === 'CHEAT' ? 'O6' : 'O4', place: path, criterion: null, input: { path }, program: { kind: 'sh', text: `#!/bin/sh\n${check}\n` }, trial: null, onSurface: false };
}

export function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
