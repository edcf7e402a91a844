/**
 * One run of a command line agent: a fresh folder with the repository and an empty home, one socket, no network, no secret but the key of this run.
 * What it leaves in the repository is read back as data; everything else goes with the folder.
 */
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssayError } from '../../core/errors.ts';
import { findEncoded } from '../../core/canary.ts';
import type { Family } from '../../core/family.ts';
import type { Gateway } from '../../core/job.ts';
import type { AgentCli, AgentRequest, AgentResult } from '../../core/ports/agent-cli.ts';
import { MIB, type Sandbox, type SandboxLimits, type SandboxResult } from '../../core/ports/sandbox.ts';
import type { Tree } from '../../core/tree.ts';
import { gatewayAccount } from '../models/gateway-client.ts';
import { folderOf, installCommand, pathOf, readLock, toolNamed, toolsHome } from '../tools/lock.ts';
import { programs, type AgentProgram } from './programs.ts';
import { openRelay } from './relay.ts';

export interface AgentCliOptions {
  family: Family;
  gateway: Gateway;
  sandbox: Sandbox;
  /** Another program in place of the locked one, with its folder: what a person brings, or a test. */
  program?: AgentProgram & { folder: string };
}

const port = 4210;
const inside = fileURLToPath(new URL('./inside.mjs', import.meta.url));
const maxFileBytes = 2 * MIB;
const maxFiles = 5_000;

export function agentCli(options: AgentCliOptions): AgentCli {
  return {
    async run(request) {
      const program = options.program ?? installed(options.family);
      const folder = await mkdtemp(join(tmpdir(), 'assay-agent-'));
      try {
        return await runIn(folder, { ...options, program, request });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

function installed(family: Family): AgentProgram & { folder: string } {
  const program = programs[family];
  const tool = toolNamed(program.tool, readLock());
  if (pathOf(tool, toolsHome())) return { ...program, folder: folderOf(tool, toolsHome()) };
  throw new AssayError('AGENT_CLI_MISSING', `${tool.name} ${tool.version}, with which this repository builds as ${family}, is not installed here.`, { remedy: `${installCommand(tool)}, or set via: sdk in .github/assay.yml.` });
}

interface Run extends Required<AgentCliOptions> {
  request: AgentRequest;
}

async function runIn(folder: string, { program, gateway, sandbox, request }: Run): Promise<AgentResult> {
  const socket = join(folder, 'gateway.sock');
  const work = join(folder, 'work');
  const relay = await openRelay(gateway, socket);
  try {
    const door = { url: `http://127.0.0.1:${port}`, key: relay.key, model: request.model };
    await layOut(work, request.tree, program.home(door));
    const result = await sandbox.run({
      argv: ['/opt/node/bin/node', '/opt/inside.mjs', String(port), ...program.argv(request.model)], workdir: work, stdin: request.prompt,
      readOnly: [{ host: program.folder, inside: '/opt/agent' }, { host: inside, inside: '/opt/inside.mjs' }], sockets: [{ host: socket, inside: '/opt/gateway.sock' }],
      env: { HOME: '/work/home', ...program.env(door) }, limits: limitsOf(request), ...(request.signal ? { signal: request.signal } : {}),
    });
    const left = treeOf(join(work, 'repo'), request.tree);
    const { calls, models, refused } = await gatewayAccount(gateway).catch((thrown: unknown) => stoppedAccount(thrown));
    const said = saidOf(result);
    return { ...left, leaks: leaksOf(left.tree, { before: request.tree, said, secrets: [relay.key, gateway.token] }), exit: result.exit, timedOut: result.timedOut, said, calls, models, refused };
  } finally {
    await relay.close();
  }
}

/** Where the token died meanwhile, the run was ended on purpose; what it left still counts as a part of the work. */
function stoppedAccount(thrown: unknown): Pick<AgentResult, 'calls' | 'models' | 'refused'> {
  if (!(thrown instanceof AssayError)) throw thrown;
  return { calls: 0, models: [], refused: { code: thrown.code, message: thrown.message, remedy: thrown.remedy } };
}

/** An agent is a large program with many threads, and starts the repository's own tools. */
function limitsOf({ wallMs }: AgentRequest): SandboxLimits {
  return { wallMs, cpuMs: wallMs, memoryBytes: 4096 * MIB, processes: 512, fileBytes: 256 * MIB, outputBytes: 16 * MIB };
}

async function layOut(work: string, tree: Tree, home: Record<string, string>): Promise<void> {
  await mkdir(join(work, 'repo'), { recursive: true });
  await mkdir(join(work, 'home'), { recursive: true });
  for (const [path, text] of Object.entries(home)) await put(join(work, 'home', path), { bytes: Buffer.from(text), mode: 0o600 });
  // Links are left out: what they point to is here or is none of the agent's business.
  for (const [path, file] of Object.entries(tree)) {
    if (file.mode !== '120000') await put(join(work, 'repo', path), { bytes: Buffer.from(file.content, file.encoding), mode: file.mode === '100755' ? 0o755 : 0o644 });
  }
}

async function put(path: string, { bytes, mode }: { bytes: Buffer; mode: number }): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes, { mode, flag: 'wx' });
}

const machineFolders = new Set(['.git', 'node_modules', '__pycache__', '.venv', '.pytest_cache', '.cache']);

/** The repository afterwards, read without following any link. A link that was there stays as it was. */
function treeOf(root: string, before: Tree): Pick<AgentResult, 'tree' | 'leftOut'> {
  const tree: Tree = Object.fromEntries(Object.entries(before).filter(([, file]) => file.mode === '120000'));
  const leftOut: string[] = [];
  const walk = (folder: string) => {
    if (!existsSync(join(root, folder))) return;
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !machineFolders.has(entry.name)) walk(path);
      else if (entry.isDirectory()) continue;
      else if (!entry.isFile() || lstatSync(join(root, path)).size > maxFileBytes || Object.keys(tree).length >= maxFiles) leftOut.push(path);
      else tree[path] = fileOf(join(root, path));
    }
  };
  walk('');
  return { tree, leftOut };
}

/** The keys open nothing any more once the run is over; one that turns up all the same shows what the agent was after. */
function leaksOf(tree: Tree, { before, said, secrets }: { before: Tree; said: string; secrets: string[] }): string[] {
  const carries = (text: string) => secrets.some((secret) => findEncoded(text, secret) !== null);
  const changed = Object.entries(tree).filter(([path, file]) => before[path]?.content !== file.content);
  const files = changed.filter(([path, file]) => carries(`${path}\n${file.encoding === 'utf8' ? file.content : Buffer.from(file.content, 'base64').toString('latin1')}`)).map(([path]) => path);
  return [...files, ...(carries(said) ? ['output'] : [])];
}

function fileOf(path: string): Tree[string] {
  const bytes = readFileSync(path);
  const mode = lstatSync(path).mode & 0o100 ? '100755' : '100644';
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? { mode, encoding: 'utf8', content: text } : { mode, encoding: 'base64', content: bytes.toString('base64') };
}

function saidOf({ stdout, stderr }: SandboxResult): string {
  return `${stdout.toString('utf8').slice(-6_000)}\n${stderr.toString('utf8').slice(-2_000)}`.trim();
}
