/**
 * Owns the doors by which others talk with bots; today the OpenAI-compatible endpoint.
 * Does not own bots, conversations or turns: it opens and continues them for its callers.
 * Announces nothing.
 */
export { ChannelsModule } from './channels.module.js';
