/** Two programs of the test of builds that are taken up again: `build`, a worker that can be killed, and `test FOLDER`, a test command that waits once. */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { gatewayModels, gatewayProgress } from '../../edges/models/gateway-client.ts';
import { runBuild } from '../builder.ts';
import { here, silent } from './builds.fixture.ts';

export const steps = { testing: 'testing', goOn: 'go-on' };

async function build(): Promise<void> {
  const { job, gateway } = await json(process.stdin) as { job: Parameters<typeof runBuild>[0]; gateway: { url: string; token: string } };
  process.stdout.write(JSON.stringify(await runBuild(job, { models: gatewayModels(gateway), resume: gatewayProgress(gateway), sandbox: here, log: silent })));
}

/** Says that it runs, and goes on once it may; its own worker may be dead by then. */
async function test(folder: string): Promise<void> {
  writeFileSync(join(folder, steps.testing), '');
  while (!existsSync(join(folder, steps.goOn)) && existsSync(folder)) await wait(20);
  execFileSync(process.execPath, ['test/discount.test.mjs'], { stdio: 'inherit' });
}

const [how, folder = ''] = process.argv.slice(2);
if (import.meta.main && how === 'build') await build();
if (import.meta.main && how === 'test') await test(folder);
