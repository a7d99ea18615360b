/** When the questions of a topic were asked: a tenth of them before the first time, a tenth after the last. */
export interface TopicSpan {
  readonly topicId: string;
  readonly name: string;
  readonly questions: number;
  /** In which they were asked: what one person asks at once is no crowd. */
  readonly conversations: number;
  readonly first: Date;
  readonly last: Date;
}

/** A topic that has come up, or that nobody asks about any more. */
export interface TopicChange {
  readonly topicId: string;
  readonly name: string;
  readonly questions: number;
  /** Since when, or until when. */
  readonly at: Date;
}

const BY_CHANCE = 1e-6;
const LEAST_CONVERSATIONS = 8;
const LEAST_QUIET_MS = 14 * 86_400_000;
const INNER = 0.9;
/** Ways to pick the tenth that lies outside, for each conversation. */
const WAYS = 1.384;

/**
 * Topics whose conversations are so crowded at the end of the time that is known, or at its beginning, that it would not be by
 * chance if they were held at any time alike.
 */
export function topicChanges(
  spans: readonly TopicSpan[],
  begun: Date,
  ended: Date,
): { readonly appeared: TopicChange[]; readonly vanished: TopicChange[] } {
  const whole = ended.getTime() - begun.getTime();
  const isCrowded = ({ conversations }: TopicSpan, ms: number): boolean =>
    conversations >= LEAST_CONVERSATIONS &&
    conversations * (Math.log(WAYS) + INNER * Math.log(Math.max(1, ms) / whole)) < Math.log(BY_CHANCE);
  const changeOf = ({ topicId, name, questions }: TopicSpan, at: Date): TopicChange => ({
    topicId,
    name,
    questions,
    at,
  });
  return {
    appeared: spans
      .filter((span) => span.first.getTime() - begun.getTime() >= LEAST_QUIET_MS)
      .filter((span) => isCrowded(span, ended.getTime() - span.first.getTime()))
      .map((span) => changeOf(span, span.first)),
    vanished: spans
      .filter((span) => ended.getTime() - span.last.getTime() >= LEAST_QUIET_MS)
      .filter((span) => isCrowded(span, span.last.getTime() - begun.getTime()))
      .map((span) => changeOf(span, span.last)),
  };
}
