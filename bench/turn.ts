/**
 * What a turn costs. See `turn-beside-route.ts` and, with `--provider`, `turn-of-provider.ts`.
 *
 *     npm run bench:turn [-- --seconds 5] [-- --retrieval none|openai|local]
 *     npm run bench:turn -- --provider openai|anthropic|gemini|openai-compatible [-- --turns 500]
 */
await (process.argv.some((argument) => argument.startsWith('--provider'))
  ? import('./turn-of-provider.js')
  : import('./turn-beside-route.js'));
