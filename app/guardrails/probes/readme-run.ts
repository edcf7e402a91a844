/** One block of commands, played in order over a copy of a tree without network; each command with its exit code and with what that says. */
import { randomUUID } from 'node:crypto';
import type { Sandbox } from '../../core/ports/sandbox.ts';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import { brokenOff, type Packages, runEngine, tailOf } from './engine-run.ts';
import type { Block, Command } from './readme-commands.ts';

/** Packages of npm and of Python: a document may start either. `why` is npm's, as in Packages. */
export interface BothPackages extends Packages {
  whyPython: string | null;
}

const commandSeconds = 60;
/** Words with which a program says that it found no network. */
const networkless = /ENOTFOUND|EAI_AGAIN|ENETUNREACH|ECONNREFUSED|getaddrinfo|name resolution|resolve host|network is unreachable|fetch failed/i;

export interface Wrong {
  rule: 'failed' | 'left';
  why: string;
}
export type Played = { command: Command; exit: number; words: string; wrong: Wrong | null }[];
export interface Stage {
  request: ToolRequest;
  sandbox: Sandbox;
  packages: { head: BothPackages; base: BothPackages };
  path: string;
}

export async function play(block: Block, stage: Stage): Promise<Played | { state: 'crashed'; why: string }> {
  const { request: { head, base }, packages } = stage;
  const now = await run(block, { ...stage, tree: head, packages: packages.head });
  if ('state' in now || now.every(({ wrong }) => wrong?.rule !== 'failed')) return now;
  // A command that stood there before and failed before is not the change's doing.
  const before = new Set((textOf(base[stage.path]) ?? '').split('\n').map((line) => line.replace(/^\s*[$%] /, '').trim()));
  const old: Block = { commands: block.commands.filter(({ text }) => before.has(text)) };
  const then = old.commands.length === 0 ? [] : await run(old, { ...stage, tree: base, packages: packages.base });
  if ('state' in then) return then;
  const failedBefore = new Set(then.filter(({ exit }) => exit !== 0).map(({ command }) => command.text));
  return now.map((each) => (each.wrong?.rule === 'failed' && failedBefore.has(each.command.text) ? { ...each, wrong: { rule: 'left', why: 'it failed on base, too' } } : each));
}

async function run({ commands }: Block, { tree, packages, sandbox }: { tree: Tree; packages: BothPackages; sandbox: Sandbox }): Promise<Played | { state: 'crashed'; why: string }> {
  const unfetched = ({ run: shell }: Command): string | null => (/^python|\bpython3? /.test(shell ?? '') ? packages.whyPython : packages.why);
  const asked = commands.filter(({ kind }) => kind === 'replay');
  const replays = asked.filter((command) => unfetched(command) === null);
  const without = asked.filter((command) => unfetched(command) !== null).map((command): Played[number] => ({ command, exit: 0, words: '', wrong: { rule: 'left', why: unfetched(command)! } }));
  if (replays.length === 0) return without;
  const marker = randomUUID();
  // What a program prints reaches us in base64, so that it cannot pass for a line of ours.
  const line = replays.map(({ run: shell }) => `{ timeout -k 2 ${commandSeconds} sh -c '${shell!.replaceAll("'", "'\\''")}' > /work/said 2>&1 < /dev/null; printf '%s %s ' ${marker} "$?"; tail -c 1500 /work/said | base64 -w 0; echo; }`).join('; ');
  const wallMs = replays.length * (commandSeconds + 5) * 1000;
  const result = await runEngine(sandbox, { tree, line, packages: { ...packages, env: { ...packages.env, npm_config_offline: 'true', npm_config_update_notifier: 'false' } }, wallMs });
  const broken = brokenOff(result, wallMs);
  const ends = [...result.stdout.toString('utf8').matchAll(new RegExp(`^${marker} (\\d+) ([A-Za-z0-9+/=]*)$`, 'gm'))];
  if (broken || ends.length !== replays.length) return { state: 'crashed', why: broken?.why ?? `${ends.length} of ${replays.length} commands ended: ${tailOf(result)}` };
  return [...without, ...replays.map((command, index) => verdict(command, Number(ends[index]![1]), Buffer.from(ends[index]![2]!, 'base64').toString('utf8')))];
}

function verdict(command: Command, exit: number, words: string): Played[number] {
  if (exit === 0) return { command, exit, words, wrong: null };
  if (exit === 124 || exit === 137) return { command, exit, words, wrong: { rule: 'left', why: `it did not end within ${commandSeconds} s` } };
  if (networkless.test(words)) return { command, exit, words, wrong: { rule: 'left', why: 'it asks for the network' } };
  return { command, exit, words, wrong: { rule: 'failed', why: `exit code ${exit}: ${telling(words)}` } };
}

/** From the first line that speaks of an error; without one the end. */
function telling(words: string): string {
  const lines = words.split('\n').map((each) => each.trim()).filter((each) => each !== '' && !/^npm (error|ERR!)|^>/.test(each));
  const first = lines.findIndex((each) => /error/i.test(each));
  return first < 0 ? lines.join(' · ').slice(-240) : lines.slice(first).join(' · ').slice(0, 240);
}
