/**
 * Judges the last change of this repository by its own strict pack, as `.ci/run` asks: what reads and what runs code. Every guardrail must pass or not apply.
 * Where a machine has no vulnerability records the two that need them are named and counted, not hidden; in check.yml the records are fetched first.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { openDatabase } from '../app/edges/osv/database.ts';

interface Finding { code: string; path: string; startLine: number; message: string; severity: string }
interface Guardrail { id: string; outcome: string; ms: number; findings: Finding[] }
interface Report { outcome: string; guardrails: Guardrail[] }

const root = join(import.meta.dirname, '..');
const needRecords = ['G07', 'cve-budget'];

process.exitCode = main();

function main(): number {
  const base = spawnSync('git', ['rev-parse', '--verify', '--quiet', 'HEAD~1^{commit}'], { cwd: root, encoding: 'utf8' }).stdout.trim();
  if (base === '') {
    say('the last change was not judged: this clone has no commit before HEAD. test/laws/self-guard.test.ts judges every file.');
    return 0;
  }
  const started = performance.now();
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'app/bin.js'), 'guard', root, '--base', base, '--pack', 'strict', '--format', 'json'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const report = readReport(stdout);
  if (report === null) {
    say(`the last change could not be judged: ${stderr.trim().slice(-500)}`);
    return 1;
  }
  return tell(report, `${base.slice(0, 12)}..HEAD in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

function tell({ guardrails }: Report, what: string): number {
  const unjudged = guardrails.filter(lacksRecords);
  const objecting = guardrails.filter((each) => !['pass', 'not_applicable'].includes(each.outcome) && !unjudged.includes(each));
  for (const each of objecting) for (const { code, path, startLine, message, severity } of each.findings) if (severity !== 'info') say(`${each.id} ${each.outcome} ${code} ${path}:${startLine} ${message}`);
  const count = (outcome: string): number => guardrails.filter((each) => each.outcome === outcome).length;
  say(`strict over ${what}: ${count('pass')} pass, ${count('not_applicable')} not applicable, ${objecting.length} object (${objecting.map((each) => each.id).join(', ') || 'none'}), ${unjudged.length} not judged`);
  if (unjudged.length > 0) say(`not judged here: ${unjudged.map((each) => each.id).join(', ')}, because a lock file changed and there are no vulnerability records: npx assay tools osv --fetch npm`);
  for (const each of guardrails.toSorted((a, b) => b.ms - a.ms).slice(0, 5)) say(`  ${each.id} ${(each.ms / 1000).toFixed(1)} s`);
  return objecting.length > 0 || guardrails.length === 0 ? 1 : 0;
}

/** No records on this machine, and no other reason: a crash, records that are too old and a fault that was found all object. */
function lacksRecords({ id, outcome, findings }: Guardrail): boolean {
  return openDatabase() === null && needRecords.includes(id) && outcome === 'error' && findings.every(({ code, severity }) => severity === 'info' || code.startsWith('ENGINE_'));
}

function readReport(text: string): Report | null {
  try {
    return JSON.parse(text) as Report;
  } catch {
    return null; // its words are on stderr
  }
}

function say(line: string): void {
  process.stdout.write(`guard: ${line}\n`);
}
