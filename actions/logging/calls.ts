/** Which calls write a log: a method that loggers have, on a receiver that is called like one; or a plain print. */
import type { Node } from '../../app/core/syntax.ts';
import names from '../../rulepacks/logging/names.json' with { type: 'json' };

export interface LogCall {
  receiver: string;
  method: string;
  args: Node[];
}

const methods = new Set(names.methods);
const receivers = new Set(names.receivers);

export function callOf(node: Node): LogCall | null {
  const callee = node.field('function');
  if (!callee) return null;
  const args = (node.field('arguments')?.children() ?? []).filter((child) => child.isNamed() && child.kind() !== 'comment');
  if (callee.text() === 'print') return { receiver: '', method: 'print', args };
  const parts = callee.text().replaceAll('?.', '.').split('.');
  const method = parts.pop() ?? '';
  const receiver = parts.join('.');
  return methods.has(method) && receivers.has(receiver) ? { receiver, method, args } : null;
}

/** Past every logger: console in JavaScript, print in Python. */
export function isPlainPrint({ receiver, method }: LogCall): boolean {
  return receiver === 'console' || method === 'print';
}
