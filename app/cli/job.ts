/**
 * `assay job`: the worker's side of an executor. Reads `{job, gateway}` as JSON on stdin, runs the handler of its kind with a sandbox of this
 * machine's best grade, and writes one JSON answer on stdout (in a dispatched run, job and answer go other ways: `job-from-blob.ts`). What goes wrong is an answer too; only a worker that cannot answer exits non-zero.
 */
import { json } from 'node:stream/consumers';
import { pino } from 'pino';
import { z } from 'zod';
import { AssayError, problemOf } from '../core/errors.ts';
import { Gateway, type JobAnswer, type JobInput, type JobKind, type JobOutputs } from '../core/job.ts';
import type { Models } from '../core/model.ts';
import { unkeptProgress } from '../core/ports/progress.ts';
import { agentCli } from '../edges/agents-cli/run.ts';
import { gatewayModels, gatewayProgress } from '../edges/models/gateway-client.ts';
import { openSandbox } from '../edges/sandbox/open.ts';
import { handlers, JobRequest, type Handlers, type JobTools } from './handlers.ts';
import type { Verb } from './main.ts';

const Request = z.strictObject({ job: JobRequest, gateway: Gateway.nullable() });

export const verb: Verb = {
  summary: 'run one job: JSON on stdin, JSON on stdout (executors start this); in a dispatched run, ASSAY_BLOB and answer.json',
  async run() {
    if (process.env.ASSAY_BLOB) {
      const { answerFromBlob } = await import('./job-from-blob.ts');
      process.stdout.write(`${await answerFromBlob(process.env)}\n`);
      return 0;
    }
    // Everything a handler leaves behind belongs in the folder that the executor removes.
    if (process.env.HOME) process.env.TMPDIR = process.env.HOME;
    const answer = await answerJob(await readRequest(), handlers);
    process.stdout.write(`${JSON.stringify(answer)}\n`);
    return 0;
  },
};

type JobMessage = { job: JobInput; gateway: Gateway | null };

async function readRequest(): Promise<JobMessage> {
  const parsed = Request.safeParse(await json(process.stdin));
  if (parsed.success) return parsed.data;
  throw new AssayError('JOB_INPUT_INVALID', `The job is not well-formed: ${z.prettifyError(parsed.error)}`, { remedy: 'Executor and worker must be of the same version.' });
}

export async function answerJob({ job, gateway }: JobMessage, table: Handlers): Promise<JobAnswer> {
  const started = performance.now();
  const sandbox = await openSandbox(process.env.HOME ? { scratch: process.env.HOME } : {});
  const log = pino({ level: 'info' }, pino.destination(2));
  const tools: JobTools = { sandbox, models: gateway ? gatewayModels(gateway) : noModels, log, signal: cancelled(), resume: gateway ? gatewayProgress(gateway) : unkeptProgress(), agentCli: gateway ? (family) => agentCli({ family, gateway, sandbox }) : undefined };
  const common = () => ({ kind: job.kind, sandbox: sandbox.grade.name, ms: Math.round(performance.now() - started) });
  try {
    const output = await dispatch(job, table, tools);
    return { ok: true, output, ...common() };
  } catch (thrown) {
    log.error({ err: thrown, kind: job.kind }, 'job failed');
    return { ok: false, problem: problemOf(thrown), ...common() };
  }
}

/** One line for each kind, so that the compiler matches input, handler and output. */
function dispatch(job: JobInput, table: Handlers, tools: JobTools): Promise<JobOutputs[JobKind]> {
  switch (job.kind) {
    case 'plan': return known(job.kind, table.plan)(job.input, tools);
    case 'build': return known(job.kind, table.build)(job.input, tools);
    case 'consensus': return known(job.kind, table.consensus)(job.input, tools);
    case 'audit': return known(job.kind, table.audit)(job.input, tools);
    case 'accept': return known(job.kind, table.accept)(job.input, tools);
    case 'sabotage': return known(job.kind, table.sabotage)(job.input, tools);
    case 'guard': return known(job.kind, table.guard)(job.input, tools);
  }
}

function known<T>(kind: JobKind, handler: T | undefined): T {
  if (handler !== undefined) return handler;
  throw new AssayError('JOB_KIND_UNKNOWN', `This worker has no handler for "${kind}" jobs.`, { remedy: 'Executor and worker must be of the same version.' });
}

/** An executor that wants the job to end sends SIGTERM first; handlers get the chance to stop. */
function cancelled(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGTERM', () => controller.abort());
  return controller.signal;
}

const noModels: Models = {
  ask: () => Promise.reject(new AssayError('MODEL_UNAVAILABLE', 'This job was given no way to talk to a model.', { remedy: 'Start it with a gateway.' })),
};
