/** The vocabulary of unfinished work, read from `rulepacks/placeholders/words.json`. */
import rules from '../../rulepacks/placeholders/words.json' with { type: 'json' };

const compile = (list: readonly string[]): RegExp => new RegExp(list.join('|'), 'i');

/** An error message that says: nobody wrote this yet. */
export const notImplemented = compile(rules.notImplemented);
/** An error message that is the function's true answer. */
export const honestRefusal = compile(rules.honestRefusal);
/** A comment that says: this body is empty on purpose. */
export const onPurpose = compile(rules.onPurpose);
/** A comment that stands where code should be. */
export const elided = compile(rules.elided);
/** A comment that calls the value beside it fake. */
export const fake = compile(rules.fake);
/** Function names that promise a result. */
export const promising = new RegExp(rules.promising);
/** Function names that may well do nothing. */
export const idle = compile(rules.idle);
/** Modules that only tests need. */
export const mockModules = compile(rules.mockModules);
/** Names of values that are made up. */
export const mockNames = new RegExp(rules.mockNames);

const marker = /^[\s/*#!<>-]*(?:@?(TODO|FIXME|XXX|HACK)\b|@?(todo|fixme)\b\s*[:(\-])/;

/** A comment's work marker, where it has one at the start of a line. */
export function workMarker(comment: string): string | null {
  for (const line of comment.split('\n')) if (marker.test(line)) return line.replace(/^[\s/*#!<>-]+/, '').trim();
  return null;
}

/** The text of a string literal without quotes and prefix. */
export function unquote(literal: string): string {
  return literal.replace(/^[rbfuRBFU]{0,2}("""|'''|"|'|`)/, '').replace(/("""|'''|"|'|`)$/, '');
}
