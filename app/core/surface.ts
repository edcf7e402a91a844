/**
 * The surface that a spec locks: where behaviour shows and candidates can be compared. A function is called, a command reads stdin, a
 * server answers requests on the port that the variable PORT names, a command or function that writes files is judged by what it wrote.
 * Lists and names that a surface declares are part of what a human approves; nothing undeclared is compared or left out.
 */
import { z } from 'zod';

const name = z.string().regex(/^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)?$/);
/** Inside the work folder: no absolute path, no `..`. */
const inside = z.string().min(1).refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), 'must stay inside the folder');

const FunctionSurface = z.strictObject({
  kind: z.literal('function'),
  module: z.string().min(1),
  /** A name, or `Class.method`. */
  export: name,
});
const CliSurface = z.strictObject({ kind: z.literal('cli'), command: z.array(z.string().min(1)).min(1) });

export const httpMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;
const Method = z.enum(httpMethods);
const Path = z.string().regex(/^\/\S*$/, 'must start with "/" and hold no white space');

/** `"GET /price/:total"`, or the same with shapes (as in `inputs`) of its parts, so that requests are generated without an example too. */
const Route = z.union([
  z.string().regex(new RegExp(`^(${httpMethods.join('|')}) /\\S*$`), 'must be "METHOD /path"').transform((text) => { const [method, path] = text.split(' '); return { method: Method.parse(method), path: path ?? '/' }; }),
  z.strictObject({ method: Method, path: Path, params: z.record(z.string(), z.unknown()).optional(), query: z.record(z.string(), z.unknown()).optional(), body: z.unknown().optional() }),
]);
export type Route = z.infer<typeof Route>;

const HttpSurface = z.strictObject({
  kind: z.literal('http'),
  /** The command that starts the server; it must listen on 127.0.0.1 at the port in PORT. */
  start: z.array(z.string().min(1)).min(1),
  routes: z.array(Route).min(1),
  /** Response headers that are behaviour, in lower case. Others are not compared. */
  headers: z.array(z.string().regex(/^[a-z\d-]+$/)).optional(),
  /** Fields of JSON bodies, at any depth, whose values may differ from run to run (ids, times). */
  mask: z.array(z.string().min(1)).optional(),
  /** Asked until it answers below 500. Without it, a port that accepts is ready. */
  ready: Path.optional(),
});

/** Exactly one of `command` and `module` with `export`. */
const FilesSurface = z.strictObject({
  kind: z.literal('files'),
  command: z.array(z.string().min(1)).min(1).optional(),
  module: inside.optional(),
  export: name.optional(),
  /** Paths or globs of what it writes; files outside of them are not compared. */
  outputs: z.array(inside).min(1),
}).refine((surface) => (surface.command === undefined) !== (surface.module === undefined) && (surface.module === undefined) === (surface.export === undefined), 'needs either a command, or a module and its export');

export const Surface = z.discriminatedUnion('kind', [FunctionSurface, CliSurface, HttpSurface, FilesSurface]);
export type Surface = z.infer<typeof Surface>;

export const HttpRequest = z.strictObject({ method: Method.default('GET'), path: Path, headers: z.record(z.string(), z.string()).optional(), body: z.unknown().optional() });
export type HttpRequest = z.infer<typeof HttpRequest>;

/** What a response must have; what is not named is not asked. 500 is an unhandled failure and no behaviour that a criterion can ask for. */
const HttpExpectation = z.strictObject({
  status: z.number().int().min(100).max(599).refine((status) => status !== 500, 'a criterion cannot ask for an unhandled failure (500)').optional(),
  headers: z.record(z.string().regex(/^[a-z\d-]+$/), z.string()).optional(),
  body: z.unknown().optional(),
});
export type HttpExpectation = z.infer<typeof HttpExpectation>;

const listed = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** One request or a session of several to a server that was just started, and what each response must have. */
export const HttpTest = z.strictObject({
  request: z.union([HttpRequest, z.array(HttpRequest).min(1)]).transform(listed),
  expect: z.union([HttpExpectation, z.array(HttpExpectation).min(1)]).transform(listed),
}).refine((test) => test.request.length === test.expect.length, 'needs one expectation for each request');

/** What is there before the run and how it is started. `call` holds arguments for a function, `argv` more words for a command, `input` its stdin. */
export const FilesRun = z.strictObject({ files: z.record(inside, z.string()), argv: z.array(z.string()).optional(), call: z.array(z.unknown()).optional(), input: z.string().optional() });
export type FilesRun = z.infer<typeof FilesRun>;

/** Path → text, null where no such file may be, or for a `.json` file its value. Files that are not named are not asked. */
export const FilesTest = z.strictObject({ ...FilesRun.shape, expect: z.record(inside, z.unknown()) });
