/** Steps of the demo as they happen: each is shown when it begins and when it ends, and kept for the report. */
export interface Told {
  name: string;
  ok: boolean;
  detail: string;
  ms: number;
}

export interface Teller {
  steps: Told[];
  /** Runs one step; what it answers is its detail. A throw is a step that is not ok, and ends the story. */
  step<T>(name: string, work: () => Promise<{ detail: string; value: T }>): Promise<T>;
  say(line: string): void;
}

export function teller(write: (text: string) => void): Teller {
  const steps: Told[] = [];
  return {
    steps,
    say: (line) => write(`${line}\n`),
    async step(name, work) {
      write(`  … ${name}\n`);
      const began = Date.now();
      try {
        const { detail, value } = await work();
        steps.push({ name, ok: true, detail, ms: Date.now() - began });
        write(`  ✓ ${name} – ${detail} (${seconds(Date.now() - began)})\n`);
        return value;
      } catch (thrown) {
        const detail = thrown instanceof Error ? thrown.message : String(thrown);
        steps.push({ name, ok: false, detail, ms: Date.now() - began });
        write(`  ✗ ${name} – ${detail}\n`);
        throw thrown;
      }
    },
  };
}

/** Fails the step with what was expected and what was there. */
export function expect(holds: boolean, what: string, seen?: unknown): void {
  if (!holds) throw new Error(`expected ${what}${seen === undefined ? '' : `; saw ${JSON.stringify(seen).slice(0, 400)}`}`);
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
