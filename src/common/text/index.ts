/**
 * Owns how texts are taken apart for search and quotation: words, search terms, sentences, quotes and where they stand.
 * Does not own an index, a score or a model: those who search and answer build on it.
 * Announces nothing.
 */
export { bestQuote } from './best-quote.js';
export { PassagePlace, placeOf } from './passage-place.js';
export { type LocationUnit, PassageLocation, printLocation } from './passage-location.js';
export { plainText, splitParagraphs, splitSentences } from './sentences.js';
export { analysisLanguageOf, type AnalysisLanguage, ANALYSIS_LANGUAGES } from './stemming.js';
export { isStopWord } from './stop-words.js';
export { contentTermsOf, TERMS_VERSION } from './terms.js';
export { wordsOf } from './words.js';
