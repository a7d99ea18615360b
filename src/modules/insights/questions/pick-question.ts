import { analysisLanguageOf, contentTermsOf, wordsOf } from '#common/text';

/** Words of greetings, thanks, consent and farewell, in the languages that are heard most. */
const SMALL_TALK = new Set(
  wordsOf(`hi hello hey yo greetings good morning afternoon evening day night thanks thank thx ty you cheers bye goodbye
    see later soon ok okay k kk yes yeah yep yup no nope nah sure fine great perfect awesome nice cool excellent wonderful
    alright right correct exactly please sorry welcome got it that this is all that's sounds will do for now a lot much so
    very really have the your help i i'm im am need nothing else more thing just was everything what works me and too well of
    there anything again don't appreciate appreciated assistance assisting be been being better bit bunch day everybody glad had haven't helped
    helpful helping i'd i'll i've it's kind later lovely many million moment not now one only out quite right ton tons to truly
    useful wait we we're welcome with would you'd you're you've yet sounds works
    hallo moin servus guten tag morgen abend danke dankeschön vielen dank bitte ja nein tschüss gut super
    bonjour salut bonsoir merci beaucoup oui non au revoir hola buenos días buenas tardes noches gracias sí adiós vale
    ciao buongiorno grazie sì arrivederci olá bom dia obrigado obrigada sim não tchau hoi dag bedankt dank je nee
    привет здравствуйте спасибо да нет пока こんにちは ありがとう はい いいえ 你好 谢谢 是 不`),
);
/** Small talk needs a word of its own; what is all little words may be a question that goes on from the one before. */
const SMALL_TALK_CORE = new Set(
  wordsOf(`hi hello hey yo greetings thanks thank thx ty cheers bye goodbye ok okay k kk yes yeah yep yup no nope nah sure
    fine great perfect awesome nice cool excellent wonderful alright correct exactly sorry welcome nothing sounds everything
    appreciate appreciated assistance assisting helpful helped lovely not
    hallo moin servus guten danke dankeschön dank bitte ja nein tschüss super bonjour salut bonsoir merci oui non revoir hola
    buenos buenas gracias sí adiós vale ciao buongiorno grazie sì arrivederci olá obrigado obrigada sim não tchau hoi bedankt
    nee привет здравствуйте спасибо да нет пока こんにちは ありがとう はい いいえ 你好 谢谢 是 不 all works`),
);
const MOST_SMALL_TALK_WORDS = 12;
/** What points back to something said before. */
const POINTS_BACK =
  /^(?:and|but|or|so|then|also|what about|how about|und|aber|oder|et|mais|y|pero|e|ma|en)\b|\b(?:it|its|that|this|these|those|they|them|one|ones|there|he|she|him|her|same|das|dies|dieser|davon|dort|cela|ça|eso|esto)\b/iu;
const MOST_TERMS_OF_FOLLOW_UP = 3;
const MOST_CHARACTERS = 500;
const LETTER_OR_NUMBER = /[\p{L}\p{N}]/u;

/**
 * What a message asks, so that it can be understood by itself; null when it asks nothing: a greeting, thanks, a yes, or no
 * words at all. A question that goes on from the one before is told together with it.
 */
export function pickQuestion(message: string, before: string | null, language: string): string | null {
  const text = tidy(message);
  // Marks alone, as emoji are written with, are no words.
  const words = wordsOf(text).filter((word) => LETTER_OR_NUMBER.test(word));
  if (words.length === 0 || isSmallTalk(words)) return null;
  const terms = new Set(contentTermsOf(text, analysisLanguageOf(language)));
  const isVague = terms.size <= MOST_TERMS_OF_FOLLOW_UP && POINTS_BACK.test(text);
  if (!isVague || before === null) return text.slice(0, MOST_CHARACTERS);
  const earlier = tidy(before);
  if (isSmallTalk(wordsOf(earlier)) || earlier.length + text.length >= MOST_CHARACTERS)
    return text.slice(0, MOST_CHARACTERS);
  return `${earlier} ${text}`;
}

/** Two questions are one if they have this in common, however they are written. */
export function normalForm(question: string): string {
  return wordsOf(question).join(' ');
}

/** Whether one question seems to ask again for what another asked, in other words. */
export function asksAgain(earlier: string, later: string, language: string): boolean {
  const analysis = analysisLanguageOf(language);
  const one = new Set(contentTermsOf(earlier, analysis));
  const other = new Set(contentTermsOf(later, analysis));
  const shared = [...one].filter((term) => other.has(term)).length;
  return (
    shared > 0 &&
    shared / Math.min(one.size, other.size) >= LEAST_SHARED &&
    shared / new Set([...one, ...other]).size >= LEAST_OVERLAP
  );
}

const LEAST_SHARED = 0.6;
const LEAST_OVERLAP = 0.4;

function isSmallTalk(words: readonly string[]): boolean {
  return (
    words.length <= MOST_SMALL_TALK_WORDS &&
    words.every((word) => SMALL_TALK.has(word)) &&
    words.some((word) => SMALL_TALK_CORE.has(word))
  );
}

function tidy(text: string): string {
  return text.normalize('NFC').replaceAll(/\s+/gu, ' ').trim().slice(0, 4_000);
}
