/** Which names mean personal data. The list is the logging control's: one list, two questions. */
import logging from '../../rulepacks/logging/names.json' with { type: 'json' };
import data from '../../rulepacks/privacy/data.json' with { type: 'json' };
import { flat } from './map.ts';

export interface Field {
  /** As written. */
  name: string;
  /** The personal name it stands for: `email` for `customer_email`. */
  means: string;
  /** Called exactly so; `customer_email` is only told. */
  exact: boolean;
  line: number;
}

const personal = new Set(logging.personal);
const notData = new Set(data.notData);

/** Null: nothing that says personal data, or a yes or no about it (`email_verified`, `hasPhone`). */
export function meaning(name: string, more: readonly string[]): Omit<Field, 'line'> | null {
  const is = (each: string): boolean => personal.has(each) || more.includes(each);
  if (name.length > 100) return null;
  if (is(flat(name))) return { name, means: flat(name), exact: true };
  const parts = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase().split(/[_-]+/).filter(Boolean);
  if (parts.some((part) => notData.has(part))) return null;
  const tail = parts.map((_, index) => parts.slice(index).join('')).slice(1).find(is);
  return tail === undefined ? null : { name, means: tail, exact: false };
}
