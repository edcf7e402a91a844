/** Workers that behave and misbehave, for the local executor's tests. The first argument says how. */
import { json } from 'node:stream/consumers';
import { mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defaultLimits } from '../../core/ports/sandbox.ts';
import { openSandbox } from '../sandbox/open.ts';

const [how] = process.argv.slice(2);
const message = await json(process.stdin) as { job: { kind: string }; gateway: unknown };

function answer(output: Record<string, unknown>, kind = message.job.kind): void {
  process.stdout.write(JSON.stringify({ ok: true, kind, output, sandbox: 'none', ms: 1 }));
}

async function nested(): Promise<void> {
  const home = process.env.HOME ?? '';
  const sandbox = await openSandbox({ scratch: home });
  const workdir = mkdtempSync(join(home, 'work-'));
  const small = { ...defaultLimits, memoryBytes: 128 * 1024 * 1024 };
  const python = await sandbox.run({ argv: ['python3', '-c', 'import sys; print(sys.base_prefix)'], workdir, limits: small });
  const bomb = await sandbox.run({ argv: ['node', '-e', 'const keep = []; for (;;) keep.push(Buffer.alloc(1e7, 1))'], workdir, limits: small });
  answer({ grade: sandbox.grade.name, python: python.stdout.toString(), bombStopped: bomb.outOfMemory });
}

switch (how) {
  case 'tell': answer({ env: process.env, uid: process.getuid?.(), gateway: message.gateway, home: readdirSync(process.env.HOME ?? '/') }); break;
  case 'nest': await nested(); break;
  case 'crash': process.stderr.write('the reason is here'); process.exit(7); break;
  case 'hang': setInterval(() => undefined, 1000); break;
  case 'junk': process.stdout.write('{"ok":'); break;
  case 'other': answer({}, 'plan'); break;
  case 'flood': for (;;) if (!process.stdout.write('x'.repeat(1e6))) await new Promise((resolve) => process.stdout.once('drain', resolve));
}
