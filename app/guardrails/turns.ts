/** At most so many at once; the others wait in the order in which they came. */
export type Turns = <T>(act: () => Promise<T>) => Promise<T>;

export function turns(count: number): Turns {
  const waiting: (() => void)[] = [];
  let free = count;
  return async (act) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await act();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
