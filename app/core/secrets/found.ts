/** The shape that all scanners for secrets answer in. */
export interface Hit {
  code: 'PROVIDER_TOKEN' | 'PRIVATE_KEY' | 'CONNECTION_PASSWORD' | 'ASSIGNED_SECRET' | 'CREDENTIAL_FILE';
  /** Offset of the value in the text. */
  at: number;
  length: number;
  values: Record<string, string>;
}

export interface Source {
  path: string;
  text: string;
}

/** Lower-case file name without its folders. */
export function nameOf(path: string): string {
  return path.split('/').at(-1)!.toLowerCase();
}
