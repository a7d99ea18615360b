import { DomainError, NotFound } from '#common/errors';

/** There is no such topic among those of the bot. */
export class TopicNotFound extends NotFound {
  constructor() {
    super('The topic');
  }
}

/** There is no such gap among those of the bot. */
export class GapNotFound extends NotFound {
  constructor() {
    super('The gap');
  }
}

/** There is no such question among those of the bot. */
export class QuestionNotFound extends NotFound {
  constructor() {
    super('The question');
  }
}

/** Areas hold topics and topics hold questions: what was asked for would turn this around. */
export class TopicLevelsDiffer extends DomainError {
  static readonly code = 'insights.topic_levels_differ';
  static readonly kind = 'invalid';
  constructor(path: string) {
    super(TopicLevelsDiffer, 'Topics belong to areas, and only like may be united.', {
      fields: [{ path, message: 'is of a level that does not fit' }],
    });
  }
}

/** There is no such subscription, or it is somebody else's. */
export class SubscriptionNotFound extends NotFound {
  constructor() {
    super('The subscription');
  }
}

/** The report of the bot is sent to this member already. */
export class AlreadySubscribed extends DomainError {
  static readonly code = 'insights.already_subscribed';
  static readonly kind = 'conflict';
  constructor() {
    super(AlreadySubscribed, 'The report of this bot is sent to you already.');
  }
}
