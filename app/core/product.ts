/** What this program calls itself in what it makes. */
import manifest from '../../package.json' with { type: 'json' };

export const product = { name: manifest.name, version: manifest.version } as const;
