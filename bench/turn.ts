/**
 * What a turn costs. See `turn-beside-route.ts`; with `--provider`, `turn-of-provider.ts`; with `--against`,
 * `turn-by-turns.ts`.
 *
 *     npm run bench:turn [-- --seconds 5] [-- --retrieval none|openai|local]
 *     npm run bench:turn -- --provider openai|anthropic|gemini|openai-compatible [-- --turns 500]
 *     npm run bench:turn -- --against FOLDER [--retrieval none|openai|local]
 */
const isAsked = (option: string): boolean => process.argv.some((argument) => argument.startsWith(option));

if (isAsked('--provider')) await import('./turn-of-provider.js');
else if (isAsked('--against')) await import('./turn-by-turns.js');
else await import('./turn-beside-route.js');
