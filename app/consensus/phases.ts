/** Time per phase, for the result. Wall time in ms; the only thing in a result, beside the whole duration, that may differ between two runs. */
export interface Phase {
  name: string;
  ms: number;
}

export function stopwatch(): { phases: Phase[]; timed<T>(name: string, work: () => Promise<T>): Promise<T> } {
  const phases: Phase[] = [];
  return {
    phases,
    async timed(name, work) {
      const began = performance.now();
      try {
        return await work();
      } finally {
        phases.push({ name, ms: Math.round(performance.now() - began) });
      }
    },
  };
}
