/**
 * Calls of a function whose text states constraints: arguments are put as the lines of a text, so that the generators for programs that
 * read stdin make them, and every other generated call is held against the same rules. A line of the constraints that led to no rule is a
 * doubt: any call may then be invalid.
 */
import { answerKind } from '../inputs/answer-kind.ts';
import { analyse, type Model } from '../inputs/analyse.ts';
import { violated } from '../inputs/check.ts';
import { chainsOf } from '../inputs/constraints.ts';
import type { Declared } from '../inputs/grammar.ts';
import { readInput } from '../inputs/read.ts';
import { resolve } from '../inputs/resolve.ts';
import { stdinInputs, type StdinInputs } from '../inputs/stdin-inputs.ts';
import type { Input, InputRequest } from '../inputs.ts';
import { examplesOf, taskOf } from './calls.ts';
import type { Task } from './contract.ts';
import type { LargeCall } from './large.ts';
import { arrange, type Arranged } from './layout.ts';
import { printArgs, readArgs } from './lines.ts';
import { promisesIn, type Promised } from './promises.ts';
import { signatureOf, type Parameter } from './signature.ts';
import { plainText, statementOf, type Written } from './statement.ts';
import { taskSections } from './task-sections.ts';

export interface Constrained {
  /** False where no input format came of the constraints: nothing is made of them then. */
  isRead: boolean;
  small: Input[];
  large: Iterable<LargeCall>;
  /** Constraints that were not understood. */
  doubt: string[];
  multiAnswer: boolean;
  floats: boolean;
  /** `no`: it breaks a constraint; `doubtful`: it leaves what all examples share. */
  judge: (args: unknown[]) => 'yes' | 'doubtful' | 'no';
}

interface ConstrainedRequest {
  text: string;
  parameters: Parameter[];
  examples: unknown[][];
  expected: unknown[];
  seed: number;
}

/** Of a spec. Null where its text states no constraints. */
export function constrainedFor(request: InputRequest): Constrained | null {
  const task = taskOf(request);
  const examples = examplesOf(request);
  const parameters = parametersOf(task, examples);
  const expected = request.examples.flatMap((test) => ('args' in test ? [test.expect] : []));
  return constrainedCalls({ text: task.text, parameters, examples, expected, seed: request.seed });
}

/** As the header says, else as the first example is written: `Input: nums = [2,7], target = 9`. */
function parametersOf({ name, sources, text }: Task, examples: unknown[][]): Parameter[] {
  const arity = examples[0]?.length ?? 0;
  const header = signatureOf(name, sources)?.slice(0, arity) ?? [];
  if (header.length === arity) return header;
  const shown = [...(/^\W*Input\W*:(.*)$/m.exec(text)?.[1] ?? '').matchAll(/(?<![\w"'[])([A-Za-z_]\w*)\s*=(?!=)/g)].map(([, one = '']): Parameter => ({ name: one, type: null, optional: false }));
  return shown.length === arity ? shown : [];
}

/** Generated calls, those that break a constraint left out; where not all constraints were understood none is sure. */
export function keepValid(inputs: Input[], { judge, doubt }: Constrained): Input[] {
  return inputs.flatMap((input) => {
    const verdict = 'args' in input.trial ? judge(input.trial.args) : 'doubtful';
    return verdict === 'no' ? [] : [{ ...input, doubtful: doubt.length > 0 || verdict === 'doubtful' }];
  });
}

/** Null where the text states no constraints; without any input where they could not be read. */
export function constrainedCalls(request: ConstrainedRequest): Constrained | null {
  const { examples, parameters, seed } = request;
  const sections = taskSections(plainText(request.text));
  if (!sections) return null;
  const kind = answerKind(plainText(request.text), request.expected.map((value) => ({ expect: JSON.stringify(value) })));
  const promised = promisesIn(sections.lines, parameters.map(({ name }) => name));
  const arranged = arrange(parameters, examples, { ...sections, lines: promised.lines });
  const written = arranged && statementOf(arranged, { ...sections, lines: promised.lines });
  const printed = arranged ? examples.map((args) => printArgs(args, arranged)).filter((text) => text !== null) : [];
  const model = written && printed.length === examples.length ? analyse(written.text, printed) : null;
  if (!arranged || !written || !model || parameters.length === 0) return { ...kind, isRead: false, small: [], large: [], doubt: ['the constraints could not be read'], judge: () => 'doubtful' };
  const made = stdinInputs({ text: written.text, examples: printed.map((stdin) => ({ stdin })), seed, budget: { small: 8 } });
  const short = stdinInputs({ text: withShortTexts(written, arranged), examples: printed.map((stdin) => ({ stdin })), seed });
  const calls = { arranged, promised, model };
  const doubt = [...new Set([...model.doubt, ...unread(written, model)])];
  return { ...kind, isRead: true, doubt, small: smallCalls(short, calls).map((input) => ({ ...input, doubtful: input.doubtful || doubt.length > 0 })), large: { [Symbol.iterator]: () => largeCallsOf(made, calls, doubt.length > 0) }, judge: (args) => verdictOf(args, calls) };
}

/** A number below the length of a text draws that length up: small inputs keep it short. */
const shortText = 40;

function withShortTexts({ text, names }: Written, { parameters }: Arranged): string {
  const limits = parameters.flatMap(({ name, layout }) => (layout.kind === 'text' ? [`|${names.get(name) ?? name}| <= ${shortText}`] : []));
  return text.replace('\nInput\n', `\n${limits.join('\n')}\n\nInput\n`);
}

const harmless = /\b(?:32|64)[- ]?bit\b|\b(?:is|are) (?:all )?(?:an )?integers?\.?$|\bat most two decimal places\b/i;

/** A formula over something computed: what is left of it when the word goes is another condition. */
const computed = /(?=.*[<>])\b(?!min|max)[A-Za-z]{2,}(?: ?\(|\.\w)/;
const bare = (text: string): string => text.replace(/[\s.]+/g, '');

/** Lines of the constraints that led to no rule. */
function unread({ lines }: Written, { rules, declared }: Model): string[] {
  const why = rules.map((rule) => bare(rule.why)).filter((text) => text !== '');
  const isKnown = (line: string) => why.some((text) => bare(line).includes(text)) || isFormula(line, declared);
  return lines.filter((line) => !harmless.test(line) && (computed.test(line) || !isKnown(line))).map((line) => `not understood: ${line.slice(0, 160)}`);
}

/** Only a formula, and every link of it is about the arguments: two lines may give one rule, which then names the other. */
function isFormula(line: string, declared: Declared[]): boolean {
  const chains = /[A-Za-z]{3,}/.test(line.replace(/\b(?:min|max)\b/g, '')) ? [] : chainsOf(line);
  return chains.length > 0 && chains.every((chain) => resolve(chain, declared).length > 0);
}

interface Calls { arranged: Arranged; promised: Promised; model: Model }

function smallCalls(made: StdinInputs, calls: Calls): Input[] {
  if (made.source !== 'grammar') return [];
  return made.small.flatMap(({ stdin, doubtful }, at): Input[] => callsOf(stdin, at, calls).map((args) => ({ trial: { args }, doubtful })));
}

function* largeCallsOf(made: StdinInputs, calls: Calls, isUnsure: boolean): Generator<LargeCall> {
  let at = 0;
  for (const { stdin, kind, rung, doubtful: strange } of made.large) {
    const doubtful = strange || isUnsure;
    for (const args of callsOf(stdin, at++, calls)) {
      yield { trial: { args }, kind: rung === 1 ? kind : `${kind}, smaller`, doubtful };
      const alike = at === 2 ? likeTexts(args) : null;
      if (alike && verdictOf(alike, calls) !== 'no') yield { trial: { args: alike }, kind: 'one text nearly within the other', doubtful };
    }
  }
}

/** The longest text of one letter, the others half as long and ending otherwise: what compares at every place is slow on them. Null where there are no two texts. */
function likeTexts(args: unknown[]): unknown[] | null {
  const texts = args.filter((arg) => typeof arg === 'string');
  const most = Math.max(...texts.map((text) => text.length));
  const letters = [...new Set(texts.join(''))].sort();
  const [one = '', other = one] = letters;
  const first = args.findIndex((arg) => typeof arg === 'string' && arg.length === most);
  return texts.length < 2 || one === '' ? null : args.map((arg, at) => (typeof arg !== 'string' ? arg : at === first ? one.repeat(most) : one.repeat(Math.max(1, most >> 1) - 1) + other));
}

/** None where the arguments hold a number that JSON does not, or a repair left the rules. */
function callsOf(stdin: string, seed: number, calls: Calls): unknown[][] {
  const read = readArgs(stdin, calls.arranged);
  const args = read && calls.promised.repair(read, seed);
  return args && verdictOf(args, calls) !== 'no' ? [args] : [];
}

function verdictOf(args: unknown[], { arranged, promised, model }: Calls): 'yes' | 'doubtful' | 'no' {
  const text = promised.holds(args) ? printArgs(args, arranged) : null;
  const scope = text === null ? null : readInput(text, model.nodes, model.kinds);
  if (!scope || violated(scope, model.rules.filter((rule) => !rule.guessed), model.firsts) !== null) return 'no';
  return violated(scope, model.rules, model.firsts) === null ? 'yes' : 'doubtful';
}
