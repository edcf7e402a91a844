/** The plain gates on exactly the same tasks, from the scorer beside the repository; null where it is not there. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { behaviourFile, type Labels, type Task } from './tasks.ts';

const Report = z.looseObject({ rows: z.record(z.string(), z.looseObject({ coverage: z.number(), precision: z.number().nullable(), allWrong: z.number(), lost: z.number() })) });
export type Baselines = z.infer<typeof Report>['rows'];

const scorer = fileURLToPath(new URL('../../../../shared/measure/consensus.py', import.meta.url));

export function baselinesOf(set: string, tasks: Task[], { trio, labels }: { trio: string[]; labels: Labels }): Baselines | null {
  const behaviour = behaviourFile(set);
  if (!behaviour || !existsSync(scorer)) return null;
  const folder = mkdtempSync(join(tmpdir(), 'assay-baseline-'));
  try {
    const [file, report] = [join(folder, 'tasks.jsonl'), join(folder, 'report.json')];
    writeFileSync(file, `${tasks.map(({ line }) => line).join('\n')}\n`);
    const run = spawnSync('python3', [scorer, file, '--trio', trio.join(','), '--labels', labels, '--behaviour', behaviour, '--baseline-only', '--bootstrap', '1', '--report', report], { encoding: 'utf8' });
    return run.status === 0 ? Report.parse(JSON.parse(readFileSync(report, 'utf8'))).rows : null;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
