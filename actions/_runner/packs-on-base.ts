/** Which packs a run will judge with where no input names one: what the configuration on base says, as the step that judges will read it. */
import { configPath, defaultConfig, parseConfig } from '../../app/core/config.ts';
import { textOnBase } from '../../app/edges/worktree.ts';
import { eventFacts } from '../../app/edges/workflow-run/event.ts';
import { inputsOf } from './inputs.ts';

/** With those of a monorepo's folders. Null where it cannot be said: nothing is checked out yet, there is no base, or the configuration is broken, which the step that judges reports. */
export async function packsOnBase(env: NodeJS.ProcessEnv): Promise<string[] | null> {
  try {
    const { folder, base } = inputsOf(env);
    const text = await textOnBase(folder, { base: base ?? eventFacts(env).base, path: configPath });
    const { pack, packages } = text === null ? defaultConfig() : parseConfig(text);
    return [...new Set([pack, ...packages.map((each) => each.pack)])];
  } catch {
    // To prepare for more than will run costs time, never a verdict.
    return null;
  }
}
