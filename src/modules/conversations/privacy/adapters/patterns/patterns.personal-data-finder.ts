import { Injectable } from '@nestjs/common';
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js';
import validator from 'validator';
import type { RedactedKind } from '#modules/bots';
import {
  type Finding,
  PersonalDataFinder,
  type RedactionWishes,
} from '../../ports/personal-data-finder.port.js';
import { namesIn } from './names.js';
import { overlap, type Stretch } from './stretch.js';

/** No text is looked at for longer than so many things that look like a number. */
const MOST_CANDIDATES = 2_000;
/** Between the two halves of an address, also as people write it who do not want machines to see it. */
const AT = /@|\s?[[(]\s?(?:at|ät)\s?[\])]\s?/giu;
const LOCAL_PART = /[\p{L}\p{N}.!#$%&'*+/=?^_{|}~-]{1,64}$/u;
const DOMAIN = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.){1,6}\p{L}{2,24}/u;
const LONGEST_HALF = 255;
/** Digits of any script are digits; what stands between them may be written in many ways. */
const GAP = String.raw`[\s.\-\u2010-\u2015\u00a0\u202f\u2060]`;
const CARD = new RegExp(String.raw`(?<![\d.,])\d(?:${GAP}?\d){12,18}(?!\d)`, 'gu');
const IBAN = new RegExp(
  String.raw`(?<![\p{L}\p{N}])[A-Z]{2}${GAP}?\d${GAP}?\d(?:${GAP}?[A-Z0-9]){11,30}`,
  'giu',
);
const PHONE =
  /(?<![\p{L}\p{N}.,])(?:\+|00)?\s?\(?\d(?:[\s()./\-\u2010-\u2015\u00a0\u202f]{0,3}\d){5,16}(?!\d)/gu;
/** National numbers whose country nobody has said: with a trunk zero, or as in North America. */
const TRUNK = /^\(?0[1-9]\d{0,4}\)?[\s/.-]{0,3}\d(?:[\s./-]?\d){4,11}$/u;
const NORTH_AMERICAN = /^\(?[2-9]\d{2}\)?[\s.-]{1,2}[2-9]\d{2}[\s.-]\d{4}$/u;
/** Of a hundred such ids one holds what looks like a number of a telephone or a card. */
const UUID = /(?<![\p{L}\p{N}-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\p{L}\p{N}-])/giu;
const DATE = /^\(?\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?!\d)/u;
/** An address, or six digits that only signs stand between. */
const MAY_HOLD = /@|[[(]\s?(?:at|ät)|(?:\p{Nd}[^\p{L}\p{Nd}]{0,4}){6}|[a-z]{2}.?\p{Nd}.?\p{Nd}/iu;
const SHORTEST_IBAN = 15;
const LONGEST_IBAN = 34;

type Finder = (text: string, wishes: RedactionWishes) => Stretch[];

/** In the order in which they win where they overlap: what is checked by digits of its own comes first. */
const FINDERS: readonly (readonly [RedactedKind, Finder])[] = [
  ['email', emailsIn],
  ['iban', ibansIn],
  ['card', cardsIn],
  ['phone', phonesIn],
  ['name', namesIn],
];

/**
 * Finds e-mail addresses, phone numbers (libphonenumber), cards (Luhn), IBANs (mod 97 and the form of their country) and
 * names that somebody says of themselves, by patterns. Takes time in proportion to the length of the text.
 */
@Injectable()
export class PatternsPersonalDataFinder extends PersonalDataFinder {
  mayHold(text: string): boolean {
    return MAY_HOLD.test(text) || namesIn(text).length > 0;
  }

  find(text: string, wishes: RedactionWishes): readonly Finding[] {
    const plain = withPlainDigits(text);
    const found: Finding[] = [];
    const ids = matches(UUID, plain);
    for (const [kind, find] of FINDERS) {
      if (!wishes.kinds.includes(kind)) continue;
      const isNumber = kind !== 'email' && kind !== 'name';
      if (isNumber && !/\d/.test(plain)) continue;
      const taken = isNumber ? [...ids, ...found] : [...found];
      for (const stretch of find(plain, wishes))
        if (!taken.some((other) => overlap(other, stretch))) found.push({ kind, ...stretch });
    }
    return found.sort((a, b) => a.start - b.start);
  }
}

/** Of the same length, so that positions stay. */
function withPlainDigits(text: string): string {
  return /[^\P{Nd}\d]/u.test(text) ? text.replace(/[^\P{Nd}\d]/gu, plainDigit) : text;
}

/** Digits of a script stand together from zero to nine. */
function plainDigit(digit: string): string {
  if (digit.length > 1) return digit;
  let zero = digit.charCodeAt(0);
  for (let steps = 0; steps < 9 && /\p{Nd}/u.test(String.fromCharCode(zero - 1)); steps += 1) zero -= 1;
  return String(digit.charCodeAt(0) - zero);
}

function matches(pattern: RegExp, text: string): Stretch[] {
  const found: Stretch[] = [];
  for (const { index, 0: match } of text.matchAll(pattern)) {
    found.push({ start: index, end: index + match.length });
    if (found.length === MOST_CANDIDATES) break;
  }
  return found;
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}

function emailsIn(text: string): Stretch[] {
  return matches(AT, text).flatMap((at) => {
    const before = LOCAL_PART.exec(text.slice(Math.max(0, at.start - LONGEST_HALF), at.start))?.[0];
    const after = DOMAIN.exec(text.slice(at.end, at.end + LONGEST_HALF))?.[0];
    return before === undefined || after === undefined
      ? []
      : [{ start: at.start - before.length, end: at.end + after.length }];
  });
}

function cardsIn(text: string): Stretch[] {
  return matches(CARD, text).filter(({ start, end }) => {
    const digits = digitsOf(text.slice(start, end));
    return validator.isLuhnNumber(digits) && !/^(\d)\1+$/.test(digits);
  });
}

/** Where one ends, its own check tells: a word or another one that follows looks like more of it. */
function ibansIn(text: string): Stretch[] {
  const found: Stretch[] = [];
  const pattern = new RegExp(IBAN);
  for (let match = pattern.exec(text); match && found.length < MOST_CANDIDATES; match = pattern.exec(text)) {
    const length = lengthOfIban(match[0]);
    if (length > 0) found.push({ start: match.index, end: match.index + length });
    pattern.lastIndex = match.index + (length || 2);
  }
  return found;
}

function lengthOfIban(written: string): number {
  let compact = '';
  for (let at = 0; at < written.length && compact.length < LONGEST_IBAN; at += 1) {
    const sign = written.charAt(at).toUpperCase();
    if (!/[A-Z0-9]/.test(sign)) continue;
    compact += sign;
    if (compact.length >= SHORTEST_IBAN && validator.isIBAN(compact)) return at + 1;
  }
  return 0;
}

function phonesIn(text: string, { phoneRegion }: RedactionWishes): Stretch[] {
  const region = phoneRegion !== null && isSupportedCountry(phoneRegion) ? phoneRegion : null;
  return matches(PHONE, text).filter(({ start, end }) => isPhone(text.slice(start, end).trim(), region));
}

function isPhone(written: string, region: CountryCode | null): boolean {
  if (/^(\+|00)/.test(written))
    return parsePhoneNumberFromString(written.replace(/^00/, '+'))?.isPossible() ?? false;
  if (DATE.test(written)) return false;
  if (
    region !== null &&
    digitsOf(written).length >= 7 &&
    parsePhoneNumberFromString(written, region)?.isValid()
  )
    return true;
  return TRUNK.test(written) || NORTH_AMERICAN.test(written);
}
