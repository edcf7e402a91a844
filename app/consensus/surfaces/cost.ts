/** Surfaces that start a program for each trial: what is cheap in a fork of a warm interpreter is dear there, so fewer are asked. */
import type { Spec } from '../../core/spec.ts';

export function startsProgram({ surface }: Spec): boolean {
  return surface?.kind === 'http' || surface?.kind === 'files';
}
