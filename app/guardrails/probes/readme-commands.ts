/**
 * The commands of a document's shell blocks, and what may be done with each: replayed in the sandbox, taken as done because the packages are there, or left with the
 * reason why. Only kinds that are listed here are ever run: scripts of npm, node and python with a file of the repository, its own and its locked programs. Pure.
 */

export interface Command {
  line: number;
  text: string;
  kind: 'replay' | 'done' | 'left';
  /** What the shell runs; null where nothing does. */
  run: string | null;
  /** Why it is left; null where it is not. */
  why: string | null;
  /** Nothing about it depends on the reader's own files, accounts or arguments: where it fails, the document is wrong. */
  plain: boolean;
}

export interface Block {
  commands: Command[];
}

export interface Offer {
  has(path: string): boolean;
  scripts: ReadonlySet<string>;
  /** Own programs: name → file. */
  bins: Readonly<Record<string, string>>;
  /** Programs of the locked packages. */
  locked: ReadonlySet<string>;
}

const shells = /^(sh|bash|shell|zsh|console|shell-session|shellsession|terminal)$/i;
/** The block goes elsewhere first, or is a script rather than a list of commands. */
const leaves = /\bgit clone\b|\b(npm|pnpm|yarn|bun)\s+(create|init)\b|\bnpx\s+(create-|degit)|\bcd\s+(?!\.\s*$)|<<|^\s*(if|for|while|case|function)\b/m;

export function blocksOf(text: string, offer: Offer): Block[] {
  const blocks: Block[] = [];
  let open: { fence: string; shell: boolean; lines: { line: number; text: string }[] } | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^ {0,3}(`{3,}|~{3,})\s*([\w-]*)/.exec(line);
    if (open === null) {
      if (fence) open = { fence: fence[1]!, shell: shells.test(fence[2]!), lines: [] };
    } else if (fence && fence[1]!.startsWith(open.fence) && fence[2] === '') {
      if (open.shell) blocks.push({ commands: commandsOf(open.lines, offer) });
      open = null;
    } else open.lines.push({ line: index + 1, text: line });
  }
  return blocks;
}

function commandsOf(lines: readonly { line: number; text: string }[], offer: Offer): Command[] {
  const elsewhere = leaves.test(lines.map(({ text }) => text).join('\n'));
  const prompted = lines.some(({ text }) => /^\s*[$%] /.test(text));
  const joined: { line: number; text: string }[] = [];
  for (const { line, text } of lines) {
    const last = joined.at(-1);
    if (last?.text.endsWith('\\')) last.text = `${last.text.slice(0, -1)} ${text.trim()}`;
    // With prompts, what has none is what the command says.
    else if (!prompted || /^\s*[$%] /.test(text)) joined.push({ line, text: text.replace(/^\s*[$%] /, '').trim() });
  }
  return joined.map(({ line, text }) => ({ line, text: text.replace(/\s+#\s.*$/, '').trim() })).filter(({ text }) => text !== '' && !text.startsWith('#'))
    .map(({ line, text }) => ({ line, text, ...(elsewhere ? left('its block leads elsewhere') : judged(text, offer)) }));
}

type Judged = Omit<Command, 'line' | 'text'>;

const left = (why: string): Judged => ({ kind: 'left', run: null, why, plain: false });
const endless = /^(start|dev|serve|watch|preview|storybook)(:|$)|(:|^)(watch|dev)$/;
const outward = /(^|:)(deploy|publish|release|login|upload|push)(:|$)/;
const install = /^(npm (ci|install|i)|pnpm (install|i)|yarn( install)?|bun install|(python3? -m )?pip3? install -r [\w./-]+|uv sync|poetry install)( --?[\w=-]+)*$/;

function judged(text: string, offer: Offer): Judged {
  if (install.test(text)) return { kind: 'done', run: null, why: null, plain: false };
  if (/[|;<>&`$(){}*?[\]\\!~]/.test(text.replaceAll(' && ', ' '))) return left('it is more than a command with arguments');
  if (/\.\.\.|…|\b(YOUR|MY|EXAMPLE)[_-]|https?:\/\//i.test(text)) return left('it has a place to fill in, or an address');
  const parts = text.split(' && ').map((part) => one(part.trim(), offer));
  const stopped = parts.find(({ kind }) => kind === 'left');
  if (stopped) return stopped;
  const runs = parts.flatMap(({ run }) => run ?? []);
  return runs.length === 0 ? { kind: 'done', run: null, why: null, plain: false } : { kind: 'replay', run: runs.join(' && '), why: null, plain: parts.every(({ plain, kind }) => plain || kind === 'done') };
}

function one(text: string, offer: Offer): Judged {
  if (install.test(text)) return { kind: 'done', run: null, why: null, plain: false };
  const [program = '', ...args] = text.replace(/^(?:[A-Z_][A-Z0-9_]*=[\w./-]* )+/, '').split(/\s+/);
  if (program === 'npm' || program === 'yarn' || program === 'pnpm') return script(program, args, offer);
  if (program === 'node' || /^python3?$/.test(program)) return file(text, args, offer);
  const name = program === 'npx' ? args.find((word) => !word.startsWith('-')) ?? '' : program;
  const rest = program === 'npx' ? args.slice(args.indexOf(name) + 1) : args;
  if (Object.hasOwn(offer.bins, name) && offer.has(offer.bins[name]!)) return program_(`node ./${offer.bins[name]}`, rest, offer);
  if (program === 'npx' && offer.locked.has(name)) return program_(name, rest, offer);
  return left('it is of no kind that is replayed');
}

function script(client: string, args: readonly string[], offer: Offer): Judged {
  const [verb = '', ...rest] = args;
  const name = /^(run|run-script)$/.test(verb) ? rest[0] ?? '' : verb === 't' ? 'test' : verb;
  const asked = /^(run|run-script)$/.test(verb) || (client === 'npm' ? /^(t|test|start)$/.test(verb) : offer.scripts.has(verb));
  if (!asked || name.startsWith('-')) return left('it is of no kind that is replayed');
  if (endless.test(name)) return left('it does not end by itself');
  if (outward.test(name)) return left('it reaches outward');
  // That a script is missing is told without running anything.
  if (!offer.scripts.has(name)) return left('there is no such script');
  const more = rest.slice(/^(run|run-script)$/.test(verb) ? 1 : 0);
  return { kind: 'replay', run: ['npm', 'run', name, ...more].join(' '), why: null, plain: more.length === 0 };
}

function file(text: string, args: readonly string[], offer: Offer): Judged {
  const [target, ...rest] = args.filter((word) => !word.startsWith('-') || word === '--test' || word === '--version');
  if (target === '--test' || target === '--version') return { kind: 'replay', run: text, why: null, plain: rest.length === 0 };
  if (target === undefined || !offer.has(target.replace(/^\.\//, ''))) return left('the file that it runs is not in the repository');
  return { kind: 'replay', run: text, why: null, plain: rest.every((word) => offer.has(word.replace(/^\.\//, ''))) };
}

function program_(start: string, args: readonly string[], offer: Offer): Judged {
  const stranger = args.find((word) => !word.startsWith('-') && /[./]/.test(word) && !offer.has(word.replace(/^\.\//, '')));
  if (stranger !== undefined) return left(`${stranger.slice(0, 60)} is not in the repository`);
  return { kind: 'replay', run: [start, ...args].join(' '), why: null, plain: args.length === 1 && /^(--help|-h|--version|-V|help|version)$/.test(args[0]!) };
}
