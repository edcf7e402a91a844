/**
 * Where a spec asks for a property test: a criterion that says so, in a spec file of the repository (DESIGN's format, on base or head) or in the pull request's own
 * list of criteria. Where neither says it nothing is asked: what a spec elsewhere holds cannot be known here.
 */
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { Spec } from '../../app/core/spec.ts';

export interface Asked {
  /** The criterion's id, or the start of its text. */
  criterion: string;
  /** Where it is written: a spec file, or `.` for the pull request. */
  path: string;
  /** Names of which a property must speak, one of them; none: any property of the change's tests will do. */
  about: string[];
}

const item = /^[ \t]{0,20}(?:[-*+]|\d{1,3}[.)])?[ \t]{0,4}(?:\[[ xX]\][ \t]{1,4})?(?:\**[A-Z]{1,4}-?\d{1,4}\**[:.)]?[ \t]{1,4})?(?:\[property\]|\(property\)|property[ \t]{0,2}:)/i;
const inWords = /\bproperty[- ](?:based[- ])?tests?\b/i;
const maxSpec = 1_000_000;

export function asked(facts: GuardFacts): Asked[] {
  return [...facts.paths.flatMap((path) => fromFile(path, facts)), ...facts.removed.flatMap(({ path, baseText }) => fromText(path, { text: baseText, facts })), ...fromPull(facts)];
}

function fromFile(path: string, facts: GuardFacts): Asked[] {
  if (!path.endsWith('.json')) return [];
  const [head, base] = [facts.read(path), facts.readBase(path)];
  const changed = head !== base || facts.all;
  // What base asks for holds until it is gone from base: a change cannot drop the demand it is judged by.
  const all = [...(base === null || facts.all ? [] : fromText(path, { text: base, facts })), ...(changed && head !== null ? fromText(path, { text: head, facts, whole: true }) : [])];
  return all.filter((each, index) => all.findIndex((other) => other.criterion === each.criterion) === index);
}

/** `whole`: all of its criteria are asked; else only where the change touches the surface that the spec locks. */
function fromText(path: string, { text, facts, whole = false }: { text: string; facts: GuardFacts; whole?: boolean }): Asked[] {
  if (text.length > maxSpec || !text.includes('"criteria"')) return [];
  const spec = specOf(text);
  if (!spec || !(whole || touches(spec, facts))) return [];
  const about = namesOf(spec);
  return spec.criteria.filter((each) => item.test(each.text) || inWords.test(each.text)).map((each) => ({ criterion: each.id.slice(0, 60), path, about }));
}

function specOf(text: string): Spec | null {
  try {
    return Spec.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null; // JSON with comments and the like: no spec file
  }
}

function touches({ surface }: Spec, facts: GuardFacts): boolean {
  const changed = new Set(facts.changed.map(({ path }) => path));
  if (surface?.kind === 'function') return changed.has(surface.module);
  return surface?.kind === 'cli' && surface.command.some((part) => changed.has(part));
}

function namesOf({ id, surface }: Spec): string[] {
  if (surface?.kind === 'function') return [surface.export.split('.').at(-1)!];
  if (surface?.kind === 'cli') return surface.command.filter((part) => part.includes('.')).map((part) => part.split('/').at(-1)!);
  return [id];
}

function fromPull({ pull }: GuardFacts): Asked[] {
  const lines = (pull?.body ?? '').split('\n').map((line) => line.slice(0, 500)).filter((line) => item.test(line));
  return lines.map((line) => ({ criterion: line.trim().slice(0, 80), path: '.', about: [...line.matchAll(/`([\w$.]{1,60})(?:\([^`]{0,60}\))?`/g)].map((match) => match[1]!.split('.').at(-1)!) }));
}
