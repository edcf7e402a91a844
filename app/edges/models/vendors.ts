/** The three vendors as one record. A family without a key exists and answers MODEL_KEY_MISSING, so that a missing key is named where it matters. */
import type { Family } from '../../core/family.ts';
import type { Models } from '../../core/model.ts';
import { anthropicModels } from './anthropic.ts';
import { googleModels } from './google.ts';
import { openaiModels } from './openai.ts';
import type { VendorSettings } from './vendor.ts';

export function vendorModels(settings: Record<Family, VendorSettings>): Record<Family, Models> {
  return { anthropic: anthropicModels(settings.anthropic), openai: openaiModels(settings.openai), google: googleModels(settings.google) };
}
