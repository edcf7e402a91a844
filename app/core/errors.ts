/** Every failure Assay can name carries a stable code, the cause and the remedy. Codes are SCREAMING_SNAKE and never reused. */
export class AssayError extends Error {
  readonly code: string;
  readonly remedy: string;

  constructor(code: string, message: string, options: { remedy: string; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AssayError';
    this.code = code;
    this.remedy = options.remedy;
  }
}

/** The plain, storable form of an error. */
export interface Problem {
  code: string;
  message: string;
  remedy: string;
}

/** Turns anything thrown into a problem; what is unknown keeps its message and gets the code `UNEXPECTED`. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof AssayError) return { code: thrown.code, message: thrown.message, remedy: thrown.remedy };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: 'UNEXPECTED', message, remedy: 'Read the log for this trace id; if it repeats, report it with the code and the message.' };
}
