export { type BotPrivacy, privacyOf } from '#modules/bots';
