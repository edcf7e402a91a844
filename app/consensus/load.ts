/** Reads a spec file and folders of candidates. A wrong file is one clear error with a code; nothing is executed and no link is followed. */
import { readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';
import { applyPatch as applyTextPatch, parsePatch } from 'diff';
import { z } from 'zod';
import { CandidateManifest, type Candidate } from '../core/candidate.ts';
import { AssayError } from '../core/errors.ts';
import { CriterionTest, Spec } from '../core/spec.ts';
import { textFile, textOf, type Patch, type Tree, type TreeFile } from '../core/tree.ts';
import { FamilyRecord } from '../core/family-record.ts';
import { parseTagged } from './values.ts';

const manifestName = 'assay-candidate.json';
const skipped = new Set(['.git', 'node_modules', '__pycache__', '.venv']);
const maxFiles = 20_000;

/** Throws CONFIG_SPEC_INVALID with the path of what is wrong. Numbers keep their form: `1.0` stays a float (values.ts). */
export function loadSpec(file: string): Spec {
  const spec = Spec.safeParse(jsonOf(file, 'CONFIG_SPEC_INVALID'));
  if (spec.success) return spec.data;
  const [issue] = spec.error.issues;
  throw new AssayError('CONFIG_SPEC_INVALID', `${file}: ${issue?.path.join('.') || 'the spec'}: ${issue?.message ?? 'not valid'}`, { remedy: 'Correct the spec file at that path; DESIGN.md §7 has its format.' });
}

export function loadRecord(file: string): FamilyRecord {
  const record = FamilyRecord.safeParse(jsonOf(file, 'CONFIG_RECORD_INVALID'));
  if (record.success) return record.data;
  throw new AssayError('CONFIG_RECORD_INVALID', `${file}: ${z.prettifyError(record.error)}`, { remedy: 'Give a record file of the form {"version": 1, "families": {"name": {"agreed": 0, "tasks": 0}}}.' });
}

function jsonOf(file: string, code: string): unknown {
  try {
    return parseTagged(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new AssayError(code, `${file} cannot be read as JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { remedy: 'Give the path of a readable JSON file.', cause });
  }
}

/** All regular files and links below a folder. Throws CANDIDATE_INVALID where the folder is not there or far too large. */
export function loadTree(folder: string): Tree {
  try {
    const tree: Tree = {};
    readInto(tree, folder, '');
    return tree;
  } catch (cause) {
    if (cause instanceof AssayError) throw cause;
    throw new AssayError('CANDIDATE_INVALID', `The folder ${folder} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { remedy: 'Give the path of a readable folder.', cause });
  }
}

function readInto(tree: Tree, folder: string, prefix: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const [path, host] = [`${prefix}${entry.name}`, join(folder, entry.name)];
    if (entry.isDirectory()) { if (!skipped.has(entry.name)) readInto(tree, host, `${path}/`); }
    else if (entry.isSymbolicLink()) tree[path] = { mode: '120000', encoding: 'utf8', content: readlinkSync(host) };
    else if (entry.isFile()) tree[path] = fileOf(host);
    if (Object.keys(tree).length > maxFiles) throw new AssayError('CANDIDATE_INVALID', `${folder} holds more than ${maxFiles} files.`, { remedy: 'Give the candidate its sources alone, without build output and dependencies.' });
  }
}

function fileOf(host: string): TreeFile {
  const bytes = readFileSync(host);
  const mode = statSync(host).mode & 0o100 ? '100755' : '100644';
  return isUtf8(bytes) ? { mode, encoding: 'utf8', content: bytes.toString('utf8') } : { mode, encoding: 'base64', content: bytes.toString('base64') };
}

/** The folder as a candidate on the base: its files, or its patch file, and its tests (`tests/*.json` that hold criterion tests). */
export function loadCandidate(folder: string, base: Tree): Candidate {
  const files = loadTree(folder);
  const manifest = manifestOf(folder, files);
  const tests = Object.keys(files).filter((path) => /^tests\/[^/]+\.json$/.test(path)).sort().flatMap((path) => testsOf(textOf(files[path]) ?? '') ?? []);
  const rest = Object.fromEntries(Object.entries(files).filter(([path, file]) => path !== manifestName && path !== manifest.patch && !(/^tests\/[^/]+\.json$/.test(path) && testsOf(textOf(file) ?? ''))));
  const patch = manifest.patch === undefined ? rest : { ...rest, ...patched({ ...base, ...rest }, textOf(files[manifest.patch]), `${folder}/${manifest.patch}`) };
  return { id: manifest.id, family: manifest.family, model: manifest.model, patch, tests };
}

function manifestOf(folder: string, files: Tree): CandidateManifest {
  const remedy = `Put ${manifestName} into the folder: {"id": "…", "family": "…", "model": "…"}.`;
  const text = textOf(files[manifestName]);
  if (text === undefined) throw new AssayError('CANDIDATE_INVALID', `${folder} has no ${manifestName}.`, { remedy });
  try {
    return CandidateManifest.parse(JSON.parse(text));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new AssayError('CANDIDATE_INVALID', `${folder}/${manifestName}: ${why}`, { remedy, cause });
  }
}

const TestFile = z.union([z.array(CriterionTest), z.strictObject({ tests: z.array(CriterionTest) }).transform((file) => file.tests)]);

function testsOf(text: string): CriterionTest[] | null {
  try {
    const tests = TestFile.safeParse(parseTagged(text));
    return tests.success ? tests.data : null;
  } catch {
    return null; // a data file of the candidate that is no JSON
  }
}

function patched(tree: Tree, diff: string | undefined, name: string): Patch {
  if (diff === undefined) throw new AssayError('CANDIDATE_INVALID', `The patch ${name} is not there or not text.`, { remedy: 'Name a unified diff of the folder in assay-candidate.json.' });
  const patch: Patch = {};
  for (const part of parsePatch(diff)) {
    const [from, to] = [pathIn(part.oldFileName), pathIn(part.newFileName)];
    const next = to === null ? '' : applyTextPatch(from === null ? '' : textOf(tree[from]) ?? '', part);
    if (next === false || (from !== null && !(from in tree))) throw new AssayError('CANDIDATE_INVALID', `The patch ${name} does not apply to ${from ?? to}.`, { remedy: 'Make the patch against the given --base.' });
    if (from !== null && from !== to) patch[from] = null;
    if (to !== null) patch[to] = textFile(next);
  }
  if (Object.keys(patch).length === 0) throw new AssayError('CANDIDATE_INVALID', `The patch ${name} changes nothing.`, { remedy: 'Give a unified diff with at least one hunk.' });
  return patch;
}

function pathIn(name: string | undefined): string | null {
  return name === undefined || name === '/dev/null' ? null : name.replace(/^[ab]\//, '');
}
