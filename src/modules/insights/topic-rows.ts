import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { InvalidFields } from '#common/errors';
import { type ColumnType, type Row, type RowBatch, type RowColumn, Rows, type RowValue } from '#common/rows';
import { Clock } from '#common/time';
import { BotNotFound, BotsService } from '#modules/bots';
import { FiguresRepository } from './figures.repository.js';
import type { TopicView } from './insights.types.js';
import { periodBefore, periodOf } from './period.js';
import { TopicsRepository } from './topics.repository.js';

/** Whose topics, and in which period they are counted; fit to be kept as JSON. */
export interface TopicScope {
  readonly botId: string;
  readonly from: string;
  readonly to: string;
}

/** What is said of the topics that are wanted. */
export interface TopicWish {
  readonly botId?: string;
  readonly from?: string;
  readonly to?: string;
}

/** More than a bot ever has: they are some hundred. */
const MOST_TOPICS = 20_000;

type Reading = readonly [name: string, type: ColumnType, of: (topic: TopicView) => RowValue, about: string];

const figure = (
  name: keyof TopicView['figures'],
  about: string,
  type: 'integer' | 'decimal' = 'integer',
): Reading => [
  name,
  type,
  ({ figures }) => (type === 'decimal' ? textOf(figures[name]) : figures[name]),
  about,
];

const READINGS: readonly Reading[] = [
  ['id', 'text', ({ id }) => id, 'The topic or area.'],
  ['level', 'integer', ({ level }) => level, '1: an area, which holds topics. 2: a topic.'],
  ['parentId', 'text', ({ parentId }) => parentId, 'The area of a topic.'],
  ['name', 'text', ({ name }) => name, 'What it is called.'],
  ['namedBy', 'text', ({ namedBy }) => namedBy, 'terms, model or team.'],
  ['terms', 'json', ({ terms }) => JSON.stringify(terms), 'Words that tell it from others.'],
  ['isPinned', 'boolean', ({ isPinned }) => isPinned, 'Whether the team has pinned it.'],
  ['isHidden', 'boolean', ({ isHidden }) => isHidden, 'Whether the team has hidden it.'],
  figure('questions', 'Questions asked in the period.'),
  ['questionsBefore', 'integer', ({ questionsBefore }) => questionsBefore, 'In the period before.'],
  figure('users', 'People who asked.'),
  figure('conversations', 'Conversations in which it was asked.'),
  figure('completed', 'Questions whose answer was completed.'),
  figure('answered', 'Of these, those that were answered.'),
  figure('resolved', 'Of these, those with which it was done.'),
  figure('firstCompleted', 'First questions of conversations whose answer was completed.'),
  figure('firstResolved', 'Of these, those with which it was done.'),
  figure('ratedUp', 'Answers that were rated up.'),
  figure('ratedDown', 'Answers that were rated down.'),
  figure('failed', 'Questions whose answer failed.'),
  figure('costUsd', 'What the models that answered cost.', 'decimal'),
  figure('latencyP50Ms', 'The median time until an answer was complete.', 'decimal'),
  figure('latencyP95Ms', 'The time within which 95 of 100 answers were complete.', 'decimal'),
  [
    'firstAskedAt',
    'timestamp',
    ({ firstAskedAt }) => firstAskedAt?.getTime() ?? null,
    'First in the period.',
  ],
  ['lastAskedAt', 'timestamp', ({ lastAskedAt }) => lastAskedAt?.getTime() ?? null, 'Last in the period.'],
];
const READING_OF = new Map(READINGS.map((reading) => [reading[0], reading]));

/** Topics of a bot with their volumes as rows, hidden ones too, those that were asked about most first. */
@Injectable()
export class TopicRows {
  readonly columns: readonly RowColumn[] = READINGS.map(([name, type, , description]) => ({
    ...{ name, type, description },
  }));

  constructor(
    private readonly bots: BotsService,
    private readonly figures: FiguresRepository,
    private readonly topics: TopicsRepository,
    private readonly abilities: Abilities,
    private readonly clock: Clock,
  ) {}

  /** @throws Forbidden; InvalidFields when there is no such bot, or the period is none. */
  async scopeOf(actor: Actor, { botId, from, to }: TopicWish): Promise<TopicScope> {
    this.abilities.assertCan(actor, 'read', 'Insight');
    const bot = await this.#botOf(actor, botId);
    const wish = {
      ...(from === undefined ? {} : { from: new Date(from) }),
      ...(to === undefined ? {} : { to: new Date(to) }),
    };
    const period = this.#periodOf(wish);
    return { botId: bot, from: period.from.toISOString(), to: period.to.toISOString() };
  }

  /** All there are, at once. */
  async batch(workspaceId: string, scope: object, columns: readonly string[]): Promise<RowBatch> {
    const { botId, from, to } = scope as TopicScope;
    const period = { from: new Date(from), to: new Date(to) };
    const { data } = await this.figures.topics(
      { workspaceId, botId, ...period },
      periodBefore(period),
      { hidden: true },
      { limit: MOST_TOPICS },
    );
    const rows = data.map((topic): Row => columns.map((name) => READING_OF.get(name)?.[2](topic) ?? null));
    return { rows: Rows.of(rows), next: null };
  }

  async count(workspaceId: string, scope: object): Promise<number> {
    return (await this.topics.list(workspaceId, (scope as TopicScope).botId)).length;
  }

  async #botOf(actor: Actor, botId: string | undefined): Promise<string> {
    if (botId === undefined) throw refusal('botId', 'says whose topics, and is needed');
    try {
      return (await this.bots.get(actor, botId)).id;
    } catch (error) {
      if (!(error instanceof BotNotFound)) throw error;
      throw refusal('botId', 'is no bot of this workspace');
    }
  }

  #periodOf(wish: { readonly from?: Date; readonly to?: Date }): { readonly from: Date; readonly to: Date } {
    try {
      return periodOf(wish, this.clock.now());
    } catch (error) {
      if (!(error instanceof InvalidFields)) throw error;
      throw refusal('from', 'must be before `to`, and within two years of it');
    }
  }
}

function refusal(field: string, message: string): InvalidFields {
  return new InvalidFields([{ path: `filter.${field}`, message }]);
}

function textOf(value: number | null): string | null {
  return value === null ? null : String(value);
}
