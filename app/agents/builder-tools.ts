/** The five tools of the Builder, carried out. Whatever is not allowed or not well-formed is a tool error that the model reads and may correct. */
import { z } from 'zod';
import type { ToolCall } from '../core/model.ts';
import type { Spec } from '../core/spec.ts';
import { asData } from '../core/untrusted.ts';
import { builderTools, type BuilderTool, type Submission } from './builder-agent.ts';
import { fitsSurface } from './spec-check.ts';
import type { TestRun, Workbench } from './workbench.ts';

export interface Bench {
  work: Workbench;
  spec: Spec;
  runs: TestRun[];
  /** Whether the last test run saw the last write. */
  testedAfterWrite: boolean;
  submission: Submission | null;
}

export interface ToolResult {
  text: string;
  isError: boolean;
}

const done = (text: string): ToolResult => ({ text, isError: false });
const refused = (text: string): ToolResult => ({ text, isError: true });

export async function useTool(bench: Bench, call: ToolCall): Promise<ToolResult> {
  if (bench.submission) return refused('the work is submitted; nothing more is done');
  if (!isTool(call.name)) return refused(`there is no tool "${call.name}"`);
  const input = builderTools[call.name].input.safeParse(call.arguments);
  if (!input.success) return refused(`${call.name}: ${z.prettifyError(input.error)}`);
  return carryOut(bench, { name: call.name, input: input.data } as Checked);
}

function isTool(name: string): name is BuilderTool {
  return Object.hasOwn(builderTools, name);
}

type Checked = { [Name in BuilderTool]: { name: Name; input: z.infer<(typeof builderTools)[Name]['input']> } }[BuilderTool];

function carryOut(bench: Bench, call: Checked): ToolResult | Promise<ToolResult> {
  switch (call.name) {
    case 'list_files': return done(asData('paths', bench.work.paths().join('\n'), { kind: 'code', maxChars: 30_000 }).block);
    case 'read_file': return readFile(bench, call.input.path);
    case 'write_file': return writeFile(bench, call.input);
    case 'run_tests': return runTests(bench);
    case 'submit': return submit(bench, call.input);
  }
}

function readFile(bench: Bench, path: string): ToolResult {
  const text = bench.work.read(path);
  return text === null ? refused(`there is no text file "${path}"`) : done(asData(`file ${path}`, text, { kind: 'code', maxChars: 60_000 }).block);
}

function writeFile(bench: Bench, file: { path: string; content: string }): ToolResult {
  const refusal = bench.work.write(file.path, file.content);
  if (refusal) return refused(`"${file.path}" was not written: ${refusal}`);
  bench.testedAfterWrite = false;
  return done(`written: ${file.path}, ${file.content.split('\n').length} lines`);
}

async function runTests(bench: Bench): Promise<ToolResult> {
  const run = await bench.work.runTests();
  bench.runs.push(run);
  bench.testedAfterWrite = true;
  return done(`${run.passed ? 'The tests pass.' : 'The tests fail.'}\n${asData('test output', run.output, { kind: 'code', maxChars: 14_000 }).block}`);
}

function submit(bench: Bench, submission: Submission): ToolResult {
  const last = bench.runs.at(-1);
  if (!last || !bench.testedAfterWrite) return refused('run_tests has not seen your last write; run the tests before you submit');
  if (!last.passed) return refused('the tests fail; a failing change cannot be submitted');
  if (Object.keys(bench.work.patch()).length === 0) return refused('nothing was changed');
  const misfit = submission.tests.find((test) => !fitsSurface(test, bench.spec.surface));
  if (misfit) return refused(`a test does not fit the surface: ${JSON.stringify(misfit).slice(0, 200)}`);
  bench.submission = submission;
  return done('submitted');
}
