/** Reads a vendor's answer as it passes: server-sent events or one JSON value, in pieces cut anywhere. What it cannot read it leaves out of the bill. */
import { isBody, type Bill, type WireFormat } from './format.ts';

/** A line of a stream longer than this is no event that carries a bill. */
const longestLine = 4 * 1024 * 1024;

export interface BillReader {
  take(piece: string): void;
  /** The bill, once everything was taken. */
  end(): Bill;
}

export function billReader(format: WireFormat, isStream: boolean): BillReader {
  let bill: Bill = { model: null, usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 }, ended: false };
  let rest = '';
  const read = (text: string) => {
    const value = jsonOrNull(text);
    if (value) bill = format.read(bill, value);
  };
  return {
    take(piece) {
      rest += piece;
      if (!isStream) return;
      const lines = rest.split(/\r?\n/);
      rest = (lines.pop() ?? '').slice(0, longestLine);
      for (const line of lines) if (line.startsWith('data:')) read(line.slice(5));
    },
    end() {
      read(isStream ? rest.replace(/^data:/, '') : rest);
      return bill;
    },
  };
}

function jsonOrNull(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isBody(value) ? value : null;
  } catch {
    return null; // "[DONE]", a comment, or cut off
  }
}
