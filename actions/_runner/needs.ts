/** What the chosen guardrails need beyond the bundle: libraries with native code, found by the bundler, and tools that their descriptors require. Pure. */
import { AssayError } from '../../app/core/errors.ts';
import { descriptors, packs } from '../../app/guardrails/catalogue.generated.ts';
import { executes, inPhase } from '../../app/guardrails/descriptor.ts';

export interface Needs {
  libraries: string[];
  tools: string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface Known {
  /** Guardrail → the libraries that its inspector loads from node_modules; `*` what every run loads, `exec` what running the change's code takes. */
  libraries: Readonly<Record<string, readonly string[]>>;
  /** Names in deps/tools.lock. */
  tools: readonly string[];
  /** The packs that will judge where no input names one; null or absent: that is not known. */
  packs?: readonly string[] | null;
}

// The CLI's part of the bundle carries no library: one of the lock's own tells whether they are all there.
const everything = 'zod';

/** Fuller engines that are packages of our own lock, by their names there. */
const engines = ['oxlint'];

/** `ASSAY_CLI` asks for all libraries, for the bundled CLI. `ASSAY_ONLY` names guardrails; without it every guardrail counts that the named pack has, or those that will judge, or where that is not known any. `ASSAY_ENGINES=fuller` brings the fuller engines too. */
export function chosenNeeds(env: Environment, known: Known): Needs {
  const chosen = [...new Set(chosenIds(env, known.packs ?? null))].flatMap((id) => descriptors.filter((each) => each.id.toLowerCase() === id.toLowerCase()));
  const phase = env.ASSAY_PHASE === 'scan' || env.ASSAY_PHASE === 'exec' ? env.ASSAY_PHASE : undefined;
  const running = chosen.flatMap((each) => inPhase(each, phase));
  const runsCode = running.some(executes);
  const libraries = [...(env.ASSAY_CLI ? [everything] : []), ...['*', ...(runsCode ? ['exec'] : []), ...running.map(({ id }) => id)].flatMap((key) => known.libraries[key] ?? [])];
  // A tool that is not in the lock is a probe of our own, which nobody installs.
  const tools = running.flatMap((each) => each.tools.filter(({ name, role }) => known.tools.includes(name) && (role === 'required' || env.ASSAY_ENGINES === 'fuller')).map(({ name }) => name));
  const packaged = env.ASSAY_ENGINES === 'fuller' ? running.flatMap((each) => each.tools.filter(({ name }) => engines.includes(name)).map(({ name }) => name)) : [];
  return { libraries: [...new Set([...libraries, ...packaged])].sort(), tools: [...new Set([...tools, ...named(env.ASSAY_INSTALL)])].sort() };
}

function chosenIds(env: Environment, judging: readonly string[] | null): string[] {
  const only = named(env.ASSAY_ONLY);
  if (only.length > 0) return only;
  const pack = packs.find((each) => each.name === env.ASSAY_PACK);
  if (env.ASSAY_PACK && !pack) throw new AssayError('USAGE_PACK_UNKNOWN', `there is no pack "${env.ASSAY_PACK}"`, { remedy: `Use one of: ${packs.map((each) => each.name).join(', ')}.` });
  if (pack) return pack.members;
  const theirs = judging?.map((name) => packs.find((each) => each.name === name));
  // A name that nobody knows is for the step that judges to refuse.
  return theirs && theirs.every((each) => each !== undefined) ? theirs.flatMap((each) => each.members) : descriptors.map((each) => each.id);
}

function named(list: string | undefined): string[] {
  return (list ?? '').split(',').map((name) => name.trim()).filter(Boolean);
}
