/**
 * LangGraph's checkpoints in a job's progress: only the newest one with the writes that belong to it, as one JSON text. LangGraph's own serialiser
 * is not used on purpose: it makes class instances of what looks like them, and the state holds what models and files said.
 */
import { BaseCheckpointSaver, type Checkpoint, type CheckpointMetadata, type CheckpointTuple } from '@langchain/langgraph';
import { z } from 'zod';
import type { Log } from '../../core/ports/log.ts';
import type { Progress } from '../../core/ports/progress.ts';

type Config = CheckpointTuple['config'];

const Kept = z.object({
  version: z.literal(1),
  thread: z.string(),
  id: z.string(),
  checkpoint: z.looseObject({ v: z.number(), id: z.string(), ts: z.string(), channel_values: z.record(z.string(), z.unknown()), channel_versions: z.record(z.string(), z.number()), versions_seen: z.record(z.string(), z.record(z.string(), z.number())) }),
  metadata: z.looseObject({ source: z.enum(['input', 'loop', 'update', 'fork']), step: z.number(), parents: z.record(z.string(), z.string()) }),
  writes: z.array(z.tuple([z.string(), z.string(), z.unknown()])),
});
type Kept = z.infer<typeof Kept>;

export class ProgressSaver extends BaseCheckpointSaver {
  readonly #progress: Progress;
  readonly #log: Log;
  #kept: Kept | null = null;
  #loaded: Promise<void> | null = null;
  #saving: Promise<void> = Promise.resolve();

  constructor(progress: Progress, log: Log) {
    super();
    this.#progress = progress;
    this.#log = log;
  }

  override async getTuple(config: Config): Promise<CheckpointTuple | undefined> {
    await (this.#loaded ??= this.#load());
    const kept = this.#kept;
    if (kept === null || kept.thread !== config.configurable?.thread_id) return undefined;
    return { config: configOf(kept), checkpoint: kept.checkpoint, metadata: kept.metadata, pendingWrites: kept.writes };
  }

  override async *list(config: Config): AsyncGenerator<CheckpointTuple> {
    const tuple = await this.getTuple(config);
    if (tuple) yield tuple;
  }

  override async put(config: Config, checkpoint: Checkpoint, metadata: CheckpointMetadata): Promise<Config> {
    const kept = Kept.parse({ version: 1, thread: config.configurable?.thread_id, id: checkpoint.id, checkpoint: plain(checkpoint), metadata: plain(metadata), writes: [] });
    this.#kept = kept;
    await this.#save();
    return configOf(kept);
  }

  override async putWrites(config: Config, writes: [string, unknown][], task: string): Promise<void> {
    const kept = this.#kept;
    if (kept === null || kept.id !== config.configurable?.checkpoint_id) return;
    kept.writes = [...kept.writes.filter(([of]) => of !== task), ...writes.map(([channel, value]): Kept['writes'][number] => [task, channel, plain(value)])];
    await this.#save();
  }

  override async deleteThread(): Promise<void> {
    this.#kept = null;
    await this.#save();
  }

  async #load(): Promise<void> {
    const text = await this.#progress.load();
    if (text === null || text === 'null') return;
    this.#kept = readKept(text);
    if (this.#kept === null) this.#log.warn({ code: 'PROGRESS_INVALID', bytes: text.length }, 'what an earlier run left cannot be read; the job begins anew');
  }

  /** One after the other, so that an older text never overtakes a newer one. */
  #save(): Promise<void> {
    const text = JSON.stringify(this.#kept);
    const mine = this.#saving.then(() => this.#progress.save(text));
    this.#saving = mine.catch(() => undefined); // its own caller hears of it
    return mine;
  }
}

function configOf({ thread, id }: Kept): Config {
  return { configurable: { thread_id: thread, checkpoint_ns: '', checkpoint_id: id } };
}

/** As it will be read again, so that a run and the run that takes it up see the same. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}

function readKept(text: string): Kept | null {
  try {
    return Kept.parse(JSON.parse(text));
  } catch {
    return null; // the caller says so in the log
  }
}
