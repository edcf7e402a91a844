/** `assay demo`: the main job from nothing, on loopback stand-ins. Three stories through HTTP only; every ✓ was read back from there. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { AssayError } from '../core/errors.ts';
import { controls, type Control } from '../../test/world/weaken.ts';
import { finalTable, reportOf, type DemoReport, type Stories } from './demo/report.ts';
import { tellAttack } from './demo/story-attack.ts';
import { protectMain, tellGate } from './demo/story-gate.ts';
import { tellIntent } from './demo/story-intent.ts';
import { seconds, teller, type Teller } from './demo/tell.ts';
import { variantOf, type Variant } from './demo/variant.ts';
import { startWorld, type DemoWorld } from './demo/world.ts';
import type { Verb } from './main.ts';

export const verb: Verb = {
  summary: 'play the main job on embedded stand-ins: [--headless] [--seed N] [--report FILE]',
  async run(args) {
    const options = readOptions(args);
    const began = Date.now();
    const told = teller((text) => process.stdout.write(text));
    const variant = variantOf(options.seed);
    told.say(`Assay demo, seed ${options.seed}. GitHub, the models and the package registry are stand-ins on this machine; Assay itself is real.\n`);
    const world = await startWorld(variant, { without: options.without, logFile: options.log });
    try {
      const stories = await tellAll(world, variant, told);
      const report = await reportOf(world, { told, stories, durationMs: Date.now() - began });
      finish(report, options, told);
      if (!options.headless) await stay(world, told);
      return report.ok ? 0 : 1;
    } finally {
      await world.stop();
    }
  },
};

interface Options { seed: number; headless: boolean; report: string | null; log: string | null; without: Control | null }

function readOptions(args: string[]): Options {
  try {
    const { values } = parseArgs({ args, options: { headless: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' }, report: { type: 'string' }, log: { type: 'string' }, without: { type: 'string' } } });
    const without = controls.find((control) => control === values.without) ?? null;
    if (!/^\d{1,9}$/.test(values.seed)) throw new TypeError(`--seed wants a whole number, not "${values.seed}"`);
    if (values.without !== undefined && !without) throw new TypeError(`--without wants one of ${controls.join(', ')}`);
    return { seed: Number(values.seed), headless: values.headless || !process.stdout.isTTY, report: values.report ?? null, log: values.log ?? null, without };
  } catch (cause) {
    throw new AssayError('USAGE_DEMO', cause instanceof Error ? cause.message : String(cause), { remedy: 'assay demo [--headless] [--seed N] [--report FILE] [--log FILE]', cause });
  }
}

/** A step that fails ends its story, and the later ones that stand on it. */
async function tellAll(world: DemoWorld, variant: Variant, told: Teller): Promise<Stories> {
  const stories: Stories = { intent: null, gate: null, attack: null };
  try {
    await protectMain(world, told);
    told.say('\nIntent: from an issue to a pull request');
    stories.intent = await tellIntent(world, variant, told);
    told.say('\nGate: nothing merges before a human approves');
    stories.gate = await tellGate(world, stories.intent, told);
    told.say('\nAttack: another agent tries to slip something in');
    stories.attack = await tellAttack(world, { variant, intent: stories.intent }, told);
  } catch (thrown) {
    // The step has said it already, and the report carries it.
    if (told.steps.every((step) => step.ok)) throw thrown;
  }
  return stories;
}

function finish(report: DemoReport, options: Options, told: Teller): void {
  if (options.report) writeFileSync(options.report, `${JSON.stringify(report, null, 2)}\n`);
  told.say(`\n${finalTable(report)}`);
  told.say(report.ok ? `\nEverything held, in ${seconds(report.durationMs)}.` : `\nNot everything held: ${report.steps.filter((step) => !step.ok).map((step) => step.name).join('; ')}`);
}

async function stay(world: DemoWorld, told: Teller): Promise<void> {
  told.say(`\nLook around until Ctrl-C:\n  GitHub stand-in  ${world.github.url}\n  Assay's status   ${world.assay.url}`);
  await new Promise<void>((resolve) => { process.once('SIGINT', () => resolve()); process.once('SIGTERM', () => resolve()); });
}
