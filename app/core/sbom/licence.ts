/** A licence as a package states it, in CycloneDX's three forms: an SPDX id, an SPDX expression, or only a name. */
import * as Models from '@cyclonedx/cyclonedx-library/Models';
import { isSupportedSpdxId } from '@cyclonedx/cyclonedx-library/SPDX';
import parse, { type Info } from 'spdx-expression-parse';

export type Expression = Info;

export function licenceOf(text: string): Models.License {
  if (isSupportedSpdxId(text)) return new Models.SpdxLicense(text);
  return expressionOf(text) === null ? new Models.NamedLicense(text) : new Models.LicenseExpression(text);
}

/** Null: it is no SPDX expression. */
export function expressionOf(text: string): Expression | null {
  try {
    return parse(text);
  } catch (thrown) {
    if (thrown instanceof Error) return null;
    throw thrown;
  }
}
