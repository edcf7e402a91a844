/**
 * Recorded programs of models as changes, where the development set is present: those that meet the public examples, wrong or right by the hidden tests. Labels choose and
 * score; the hunt sees the spec and the code alone. With `base`, a right program of another candidate stands before the change, as in a rewrite.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { Spec } from '../../../app/core/spec.ts';
import { textFile } from '../../../app/core/tree.ts';
import { parseTagged } from '../../../app/consensus/values.ts';
import type { Case } from './corpus.ts';

const folder = join(import.meta.dirname, '../../../../shared/corpora/consensus');
const Labels = z.record(z.string(), z.boolean());
const Line = z.object({ spec: z.unknown(), candidates: z.array(z.object({ id: z.string(), code: z.string() })), hidden: z.object({ labels: Labels.optional(), plusLabels: Labels.optional() }) });

/** Null where the set is not here. */
export function recorded(file: string): Case[] | null {
  const path = join(folder, file);
  if (!existsSync(path)) return null;
  return gunzipSync(readFileSync(path)).toString('utf8').split('\n').filter(Boolean).flatMap(casesOf);
}

function casesOf(text: string): Case[] {
  const at = text.lastIndexOf(', "hidden": {');
  // Python wrote it, whose JSON knows infinity; labels need none of it.
  const line = Line.parse(JSON.parse(`${text.slice(0, at)}${text.slice(at).replace(/(?<=[[,:] ?)(?:-?Infinity|NaN)(?=\s*[,\]}])/g, 'null')}`));
  const spec = Spec.parse(z.object({ spec: z.unknown() }).parse(parseTagged(`${text.slice(0, at)}}`)).spec);
  const { labels = {}, plusLabels = {} } = line.hidden;
  const right = (id: string) => labels[id] === true && plusLabels[id] !== false;
  const module = spec.surface?.kind === 'function' ? spec.surface.module : 'solution.py';
  const tree = (code: string) => ({ [module]: textFile(code) });
  const first = line.candidates.find((candidate) => right(candidate.id));
  return line.candidates.flatMap((candidate): Case[] => {
    const common = { half: 'development' as const, language: spec.language, expected: right(candidate.id) ? ('right' as const) : ('defect' as const), spec: { ...spec, timeoutMs: spec.timeoutMs ?? 2000 }, head: tree(candidate.code) };
    const alone: Case = { ...common, id: `${spec.id}/${candidate.id}`, class: 'alone', kind: 'recorded', base: {} };
    return first && first.id !== candidate.id ? [alone, { ...alone, class: 'rewritten', base: tree(first.code) }] : [alone];
  });
}
