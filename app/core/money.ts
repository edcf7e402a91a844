/** Money is an integer count of micro-dollars: sums are exact and comparisons mean what they say. */
export type MicroUsd = number;

export function usd(dollars: number): MicroUsd {
  return Math.round(dollars * 1_000_000);
}

/** `$1.23`; amounts under a cent keep four digits so that a cheap call does not read as free. */
export function formatUsd(amount: MicroUsd): string {
  const dollars = amount / 1_000_000;
  const digits = dollars !== 0 && Math.abs(dollars) < 0.01 ? 4 : 2;
  return `$${dollars.toFixed(digits)}`;
}
