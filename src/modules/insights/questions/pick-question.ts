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
    ahead are at back bother by care confirm confirmed course definitely done enough everyone fantastic further go going indeed info
    information look looks maybe needed perhaps proceed same set take thankful that that'll thats think though time today understand
    understood want wanted work ya helps solved
    hallo moin servus guten tag morgen abend danke dankeschön vielen dank bitte ja nein tschüss gut super
    bonjour salut bonsoir merci beaucoup oui non au revoir hola buenos días buenas tardes noches gracias sí adiós vale
    ciao buongiorno grazie sì arrivederci olá bom dia obrigado obrigada sim não tchau hoi dag bedankt dank je nee
    привет здравствуйте спасибо да нет пока こんにちは ありがとう はい いいえ 你好 谢谢 是 不`),
);
/** Small talk needs a word of its own; what is all little words may be a question that goes on from the one before. */
const SMALL_TALK_CORE = new Set(
  wordsOf(`hi hello hey yo greetings thanks thank thx ty cheers bye goodbye ok okay k kk yes yeah yep yup no nope nah sure
    fine great perfect awesome nice cool excellent wonderful alright correct exactly sorry welcome nothing sounds everything
    appreciate appreciated assistance assisting helpful helped lovely thankful fantastic
    hallo moin servus guten danke dankeschön dank bitte ja nein tschüss super bonjour salut bonsoir merci oui non revoir hola
    buenos buenas gracias sí adiós vale ciao buongiorno grazie sì arrivederci olá obrigado obrigada sim não tchau hoi bedankt
    nee привет здравствуйте спасибо да нет пока こんにちは ありがとう はい いいえ 你好 谢谢 是 不 all works`),
);
/** Small talk as well in what is said, and neither asked nor denied: "Will it work?" is a question. */
const SAID_CORE = new Set(
  wordsOf(`ahead care confirm confirmed course definitely done enough good indeed maybe perhaps proceed right set understand
    understood work helps solved`),
);
const DENIED = new Set(wordsOf("not don't never"));
/** "Not right now" asks nothing; "that is not right" tells of something. */
const NOT_NOW =
  /^(?:no )?not (?:(?:right|just|for) )?(?:now|yet|today|really|(?:at|for) (?:the|this) (?:time|moment))\b/u;
const THANKS = new Set(wordsOf('thanks thank thx thankful appreciate'));
/** What thanks are for. */
const THANKED = new Set(wordsOf('for the your you all everything it that'));
const ASKING = new Set(
  wordsOf('how what when where why who which can could do does is are please if because need want'),
);
/** "You were a big help", "You're the best". */
const PRAISE =
  /^(?:youre|youve been|(?:you|that|this|it)(?: (?:are|were|is|was|have been|has been))?) (?:\p{L}+ ){0,3}(?:help|helpful|best|angel|great|kind)(?: (?:to|for) (?:me|us))?(?: today)?$/u;
/** "How are you?", which is answered and not looked up. */
const PLEASANTRY =
  /^(?:and )?how (?:are|is|have) (?:you|it|things|your day)(?: (?:been|going|doing|today))*$/u;
/** Numbers alone tell what somebody was asked for. */
const NUMBER = /^(?:\p{N}+|one|two|three|four|five|six|seven|eight|nine|ten)$/u;
/** Between two thoughts. */
const BREAK = /[,;:–—]+\s*|\s+(?:but|and)\s+/u;
const MOST_SMALL_TALK_WORDS = 12;
/** What points back to something said before. */
const POINTS_BACK =
  /^(?:and|but|or|so|then|also|what about|how about|und|aber|oder|et|mais|y|pero|e|ma|en)\b|\b(?:it|its|that|this|these|those|they|them|one|ones|there|he|she|him|her|same|das|dies|dieser|davon|dort|cela|ça|eso|esto)\b/iu;
const MOST_TERMS_OF_FOLLOW_UP = 3;
const MOST_CHARACTERS = 500;
const LETTER_OR_NUMBER = /[\p{L}\p{N}]/u;
const SENTENCE_END = /(?<=[.!?。！？])\s+/u;
const QUESTION_MARK = /[?？]/u;

/**
 * What a message asks, so that it can be understood by itself; null when it asks nothing: a greeting, thanks, a yes, or no
 * words at all. A question that goes on from the one before is told together with it.
 */
export function pickQuestion(message: string, before: string | null, language: string): string | null {
  const text = withoutSmallTalk(tidy(message));
  if (text === null) return null;
  const terms = new Set(contentTermsOf(text, analysisLanguageOf(language)));
  const isVague = terms.size <= MOST_TERMS_OF_FOLLOW_UP && POINTS_BACK.test(text);
  if (!isVague || before === null) return text.slice(0, MOST_CHARACTERS);
  const earlier = withoutSmallTalk(tidy(before));
  if (earlier === null || earlier.length + text.length >= MOST_CHARACTERS)
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

/** The sentences of a text but those that are small talk; null when nothing is left. */
function withoutSmallTalk(text: string): string | null {
  const sentences = text
    .split(SENTENCE_END)
    .map((sentence) => ({ sentence, kind: kindOfSentence(sentence) }));
  const left = sentences.filter(({ kind }) => kind !== 'smallTalk');
  if (left.length < sentences.length && left.every(({ kind }) => kind === 'little')) return null;
  return left.map(({ sentence }) => sentence).join(' ');
}

/** Small talk by itself, little words that are so beside it, or more than that. */
type Kind = 'smallTalk' | 'little' | 'telling';

function kindOfSentence(sentence: string): Kind {
  const isAsked = QUESTION_MARK.test(sentence);
  const kinds = sentence
    .split(BREAK)
    // Marks alone, as emoji are written with, are no words.
    .map((thought) => wordsOf(thought).filter((word) => LETTER_OR_NUMBER.test(word)))
    .filter((words) => words.length > 0)
    .map((words) => kindOfThought(words, isAsked));
  if (kinds.includes('telling')) return 'telling';
  if (kinds.length === 0 || kinds.includes('smallTalk')) return 'smallTalk';
  return isAsked ? 'telling' : 'little';
}

function kindOfThought(words: readonly string[], isAsked: boolean): Kind {
  const thought = words.join(' ');
  if (PLEASANTRY.test(thought) || (!isAsked && (PRAISE.test(thought) || isThanks(words)))) return 'smallTalk';
  const isNumber = (word: string): boolean => !isAsked && NUMBER.test(word);
  if (words.length > MOST_SMALL_TALK_WORDS || !words.every((word) => SMALL_TALK.has(word) || isNumber(word)))
    return 'telling';
  const isSaid = !isAsked && !words.some((word) => DENIED.has(word));
  const isCore = (word: string): boolean =>
    SMALL_TALK_CORE.has(word) || isNumber(word) || (isSaid && SAID_CORE.has(word));
  return NOT_NOW.test(thought) || words.some(isCore) ? 'smallTalk' : 'little';
}

/** "Okay, thanks for the quick answer": thanks after little words, and what for. */
function isThanks(words: readonly string[]): boolean {
  const at = words.findIndex((word) => THANKS.has(word));
  if (at < 0 || !words.slice(0, at).every((word) => SMALL_TALK.has(word))) return false;
  const rest = words.slice(at + 1);
  const begins = rest.findIndex((word) => THANKED.has(word) && word !== 'you');
  const thanked = begins < 0 ? [] : rest.slice(begins);
  return (
    thanked.length > 0 &&
    thanked.length <= MOST_SMALL_TALK_WORDS &&
    rest.slice(0, begins).every((word) => SMALL_TALK.has(word)) &&
    !thanked.some((word) => ASKING.has(word))
  );
}

function tidy(text: string): string {
  return text.normalize('NFC').replaceAll(/\s+/gu, ' ').trim().slice(0, 4_000);
}
