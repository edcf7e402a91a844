/** Model families: the unit in which consensus counts votes. */
export const families = ['anthropic', 'openai', 'google'] as const;
export type Family = (typeof families)[number];
