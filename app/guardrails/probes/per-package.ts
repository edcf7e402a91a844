/**
 * A probe that runs tests, asked once per package of a monorepo that the change touches: in the package's folder, by its own test command and lock, over its own changed
 * files. All of them together have the time of one: each gets an equal part of what is left. What lies in no package is the repository's own.
 */
import { z } from 'zod';
import { problemOf } from '../../core/errors.ts';
import type { PackageAnswer } from '../../core/package-answers.ts';
import type { PackagePlace, Probe, ToolRequest } from '../../core/ports/toolbox.ts';
import { ToolAnswer } from '../../core/tool-answer.ts';

/** As the probes themselves read them; `seconds` where the settings say nothing. */
export interface Shared {
  seconds: number;
  mutants?: number;
}

const Settings = z.looseObject({ seconds: z.number().optional(), mutants: z.number().optional(), suiteSeconds: z.number().default(180) });
const leastSeconds = 1;

/** Without packages in the configuration the probe is asked as it is. */
export function perPackage(probe: Probe, shared: Shared): Probe {
  return { name: probe.name, probe: async (request) => ((request.packages ?? []).length === 0 ? await probe.probe(request) : await askEach(probe, request, shared)) };
}

async function askEach(probe: Probe, request: ToolRequest, shared: Shared): Promise<ToolAnswer> {
  const parts = partsOf(request);
  const settings = Settings.parse(request.settings ?? {});
  const deadline = performance.now() + (settings.seconds ?? shared.seconds) * 1000;
  const answers: PackageAnswer[] = [];
  let version = '';
  for (const [at, part] of parts.entries()) {
    const seconds = (deadline - performance.now()) / 1000 / (parts.length - at);
    const mutants = shared.mutants === undefined ? {} : { mutants: Math.max(1, Math.ceil((settings.mutants ?? shared.mutants) / parts.length)) };
    const answer = seconds < leastSeconds ? late(probe.name) : await asked(probe, { ...request, ...part, settings: { ...settings, ...mutants, seconds, suiteSeconds: Math.min(settings.suiteSeconds, seconds) } });
    version ||= answer.version;
    answers.push({ folder: part.folder, data: answer.state === 'clean' ? answer.data : null, why: answer.state === 'clean' ? null : answer.why ?? answer.state });
  }
  return ToolAnswer.parse({ tool: probe.name, version, state: 'clean', data: { packages: answers } });
}

function late(tool: string): ToolAnswer {
  return ToolAnswer.parse({ tool, version: '', state: 'timeout', why: 'the time that all packages share was over before it' });
}

/** What goes wrong in one package says nothing of the others. */
async function asked(probe: Probe, request: ToolRequest): Promise<ToolAnswer> {
  try {
    return await probe.probe(request);
  } catch (thrown) {
    const { code, message, remedy } = problemOf(thrown);
    return ToolAnswer.parse({ tool: probe.name, version: '', state: 'crashed', why: `${code}: ${message.slice(0, 380)} (${remedy.slice(0, 200)})` });
  }
}

type Part = Pick<ToolRequest, 'changed'> & { folder: string; testCommand: readonly string[] | null };

/** The touched packages in their order, then what belongs to none. */
function partsOf({ changed, packages = [], testCommand = null }: ToolRequest): Part[] {
  const places: PackagePlace[] = [...packages, { path: '', testCommand }];
  const byLength = places.toSorted((a, b) => b.path.length - a.path.length);
  const placeOf = (path: string): PackagePlace => byLength.find((place) => place.path === '' || path.startsWith(`${place.path}/`))!;
  return places.flatMap((place) => {
    const own = changed.filter(({ path }) => placeOf(path) === place);
    return own.length === 0 ? [] : [{ folder: place.path, testCommand: place.testCommand, changed: own }];
  });
}
