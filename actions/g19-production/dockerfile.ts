/** The faults of a Dockerfile's instructions. What its RUN commands do wrong is in commands.ts. */
import type { From, Instruction, PropertyInstruction } from 'dockerfile-ast';
import type { Hit } from '../../app/core/finding.ts';
import type { Recipe } from '../../app/core/images/recipe.ts';
import { clip, visible } from '../../app/core/visible.ts';
import { commandFaults, updatedAlone, variableFault } from './commands.ts';
import { commandsOf } from './shell.ts';

export function dockerfileHits(recipe: Recipe): Hit[] {
  const all = recipe.docker.getInstructions();
  return [...all.flatMap((instruction) => inInstruction(recipe, instruction)), ...stages(recipe, all), ...userOf(recipe, all), ...habits(recipe, all)];
}

function hitAt(recipe: Recipe, instruction: Instruction, of: { code: string; part?: string; text?: string }): Hit {
  const line = recipe.lineOf(instruction, of.part ?? '');
  const text = of.text ?? instruction.getTextContent();
  return { code: of.code, startLine: line, endLine: line, values: { text: clip(visible(text.replace(/\s+/g, ' ').trim()), 160) } };
}

function inInstruction(recipe: Recipe, instruction: Instruction): Hit[] {
  const words = argumentsOf(instruction);
  switch (instruction.getKeyword()) {
    case 'RUN': return inRun(recipe, instruction);
    case 'ENV': case 'ARG': return inVariables(recipe, instruction);
    case 'ADD': return words.some((word) => /^https?:\/\//i.test(word)) && !/--checksum=/.test(instruction.getTextContent()) ? [hitAt(recipe, instruction, { code: 'REMOTE_ADD' })] : [];
    case 'EXPOSE': return words.some((word) => /^(\S+:)?22(\/tcp)?$/i.test(word)) ? [hitAt(recipe, instruction, { code: 'SSH_EXPOSED' })] : [];
    case 'WORKDIR': return /^["']?([/$%]|[A-Za-z]:)/.test(instruction.getArgumentsContent() ?? '/') ? [] : [hitAt(recipe, instruction, { code: 'WORKDIR_RELATIVE' })];
    default: return [];
  }
}

function argumentsOf(instruction: Instruction): string[] {
  return instruction.getArguments().map((argument) => argument.getValue().replace(/^(['"])(.*)\1$/, '$2'));
}

function inVariables(recipe: Recipe, instruction: Instruction): Hit[] {
  return (instruction as PropertyInstruction).getProperties().flatMap((property) => {
    const fault = variableFault(property.getName(), property.getValue() ?? '');
    return fault === null ? [] : [hitAt(recipe, instruction, { code: fault, part: property.getName() })];
  });
}

/** The script of a RUN: a here-document's own text, the words of the list form, or what follows the keyword. */
export function scriptOf(instruction: Instruction): string {
  const content = instruction.getArgumentsContent() ?? '';
  const here = /^\s*<<-?\s*["']?(\w+)["']?\s*\n([\s\S]*)\n\s*\1\s*$/.exec(content);
  if (here) return here[2]!;
  if (!content.startsWith('[')) return content;
  try {
    const words: unknown = JSON.parse(content);
    if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return words[1] === '-c' ? String(words[2] ?? '') : words.map((word) => JSON.stringify(word)).join(' ');
  } catch {
    // Docker, too, takes a broken list for a shell command.
  }
  return content;
}

function inRun(recipe: Recipe, instruction: Instruction): Hit[] {
  const commands = commandsOf(scriptOf(instruction));
  const faults = commandFaults(commands).map(({ code, part, text }) => hitAt(recipe, instruction, { code, part, text }));
  const alone = updatedAlone(commands);
  return [...faults, ...(alone === null ? [] : [hitAt(recipe, instruction, { code: 'UPDATE_ALONE', part: 'update', text: alone })])].map((hit) => (hit.code === 'SHELL_PIPED' ? { ...hit, severity: 'info' } : hit));
}

function stages(recipe: Recipe, all: readonly Instruction[]): Hit[] {
  const seen = new Set<string>();
  return all.filter((instruction) => instruction.getKeyword() === 'FROM').flatMap((instruction) => {
    const name = (instruction as From).getBuildStage()?.toLowerCase();
    if (name === undefined || name === '') return [];
    const twice = seen.has(name);
    seen.add(name);
    return twice ? [hitAt(recipe, instruction, { code: 'STAGE_TWICE', text: name })] : [];
  });
}

/** The user that the shipped stage ends with. A stage built on an earlier one inherits its user; a base image that names an ordinary user has one. */
function userOf(recipe: Recipe, all: readonly Instruction[]): Hit[] {
  const froms = all.filter((instruction) => instruction.getKeyword() === 'FROM') as From[];
  const lineage: Instruction[] = [];
  let base: string | null = null;
  for (let stage = froms.at(-1); stage; ) {
    const next = froms[froms.indexOf(stage) + 1];
    const own = all.slice(all.indexOf(stage), next ? all.indexOf(next) : undefined);
    lineage.unshift(...own);
    base = stage.getImage() ?? '';
    const earlier: From[] = froms.slice(0, froms.indexOf(stage));
    stage = earlier.findLast((each) => each.getBuildStage()?.toLowerCase() === base?.toLowerCase());
  }
  if (base === null) return [];
  const last = lineage.findLast((instruction) => instruction.getKeyword() === 'USER');
  if (last) return /^(root|0)(:|$)/i.test(argumentsOf(last)[0] ?? '') ? [hitAt(recipe, last, { code: 'RUNS_AS_ROOT' })] : [];
  if (/nonroot|non-root|rootless|unprivileged|\$/i.test(base)) return [];
  const started = lineage.findLast((instruction) => /^(CMD|ENTRYPOINT)$/.test(instruction.getKeyword())) ?? froms.at(-1)!;
  return [hitAt(recipe, started, { code: 'RUNS_AS_ROOT', text: `no USER before ${started.getKeyword()}` })];
}

/** What a stricter reader would ask for: told, never held against the change. */
function habits(recipe: Recipe, all: readonly Instruction[]): Hit[] {
  const note = (instruction: Instruction, rule: string): Hit => {
    const hit = hitAt(recipe, instruction, { code: 'RECIPE_STYLE' });
    return { ...hit, severity: 'info', values: { ...hit.values, rule } };
  };
  const outdated = all.filter((instruction) => instruction.getKeyword() === 'MAINTAINER').map((instruction) => note(instruction, 'MAINTAINER is outdated, use a label'));
  const local = all.filter((instruction) => instruction.getKeyword() === 'ADD' && !/https?:|\.(tar|t?gz|tgz|bz2|xz|zst)\b|git@|--checksum/.test(instruction.getTextContent())).map((instruction) => note(instruction, 'COPY says what ADD may do more than'));
  const last = all.findLast((instruction) => instruction.getKeyword() === 'FROM');
  const unwatched = last && !all.some((instruction) => instruction.getKeyword() === 'HEALTHCHECK') ? [note(last, 'no HEALTHCHECK')] : [];
  return [...outdated, ...local, ...unwatched];
}
