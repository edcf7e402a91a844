/** The package ships no types; this is the part that we use. */
declare module 'anti-trojan-source' {
  export function hasConfusables(options: { sourceText: string; detailed?: boolean; extended?: boolean }): boolean | { line: number; column: number; codePoint: string; name: string; category: string; severity: string }[];
}
