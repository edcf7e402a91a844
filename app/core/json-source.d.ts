/** What ES2026 adds to JSON and the compiler's library does not know yet: the text that a value was read from, and a text that is written as it is. */
interface JSON {
  parse(text: string, reviver: (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): object;
}
