/** The Merkle vectors that other implementations are tested with, where they lie beside this clone: every one has to come out as its file says. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { judgeVector } from '../../app/core/merkle/vector.ts';
import type { BenchResult } from './main.ts';

const folder = fileURLToPath(new URL('../../../shared/corpora/merkle', import.meta.url));

export async function bench(): Promise<BenchResult> {
  const name = 'merkle vectors';
  if (!existsSync(folder)) return { name, figures: { vectors: 'absent' }, ok: true };
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json')).map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
  const start = performance.now();
  const judged = files.map(({ file, text }) => ({ file, ...judgeVector(text) }));
  const ms = performance.now() - start;
  const wrong = judged.filter(({ accepted, expected }) => accepted !== expected).map(({ file }) => file);
  return {
    name, ok: judged.length > 0 && wrong.length === 0,
    figures: { vectors: judged.length, accepted: judged.filter(({ accepted }) => accepted).length, refused: judged.filter(({ accepted }) => !accepted).length, 'not as expected': wrong.join(', ') || 0, 'vectors/s': Math.round((judged.length / ms) * 1000) },
  };
}
