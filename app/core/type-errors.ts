/** What a compiler's error is about: something that does not exist or is called wrongly, which is a matter of contracts; every other one is a matter of types. Pure. */

export type ContractCode = 'NAME_MISSING' | 'MEMBER_MISSING' | 'CALL_WRONG' | 'EXPORT_MISSING' | 'MODULE_MISSING';

const codes: readonly [RegExp, ContractCode][] = [
  [/^TS(2304|2552|2503|2580|2582|2583|2584|2591|2592|2593|2662|2663|2693|2749)$|^reportUndefinedVariable$/, 'NAME_MISSING'],
  [/^TS(2339|2550|2551|2570|2576|2694|2353|2561|2568)$|^reportAttributeAccessIssue$/, 'MEMBER_MISSING'],
  [/^TS(2349|2351|2554|2555|2556|2558|2575|2769)$|^reportCallIssue$/, 'CALL_WRONG'],
  [/^TS(2305|2724|2614|2459|2460|1192|2613)$/, 'EXPORT_MISSING'],
  [/^TS(2307|2306|2792)$/, 'MODULE_MISSING'],
];

/** Null: an error of types. `rule` as tsc (`TS2339`) or pyright (`reportCallIssue`) calls it. */
export function contractCode(rule: string): ContractCode | null {
  return codes.find(([rules]) => rules.test(rule))?.[1] ?? null;
}
