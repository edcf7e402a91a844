/** Time as a port: milliseconds since the epoch, and a sleep that a test can drive. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
