/** What our benches use of autocannon, which brings no types. */
declare module 'autocannon' {
  export interface Request {
    method?: string;
    body?: string;
    headers?: Record<string, string>;
    setupRequest?(request: Request): Request;
  }
  export interface Result {
    '2xx': number;
    non2xx: number;
    errors: number;
    duration: number;
    latency: { p50: number; p99: number };
  }
  export default function autocannon(options: { url: string; duration: number; connections: number; requests: Request[] }): Promise<Result>;
}
