import { Injectable } from '@nestjs/common';
import { newId, UnitOfWork } from '#common/database';
import type { JobContext } from '#common/jobs';
import { analysisLanguageOf } from '#common/text';
import { Clock } from '#common/time';
import type { QuestionSet, TopicSet } from '../topic-set.types.js';
import { keepIdentity } from '../clustering/keep-identity.js';
import { QuestionPlacer } from '../clustering/place-questions.js';
import type { InsightState, KnownQuestion, Placement, TopicRow } from '../insights.types.js';
import type { RunMode } from '../jobs/run-insights.job.js';
import { TopicFinder } from '../ports/topic-finder.port.js';
import { nameOf } from '../questions/topic-name.js';
import { TopicsRepository } from '../topics.repository.js';
import { InsightTurnsRepository } from '../turns.repository.js';

/** More would take too long; those that were asked most are grouped, and the others put to them. */
const MOST_GROUPED = 15_000;
/** When so many questions have come since, topics are found anew. */
const GROWTH = 1.3;
const LEAST_GROWTH = 20;
/** Fewer that belong nowhere make no topic of their own. */
const LEAST_FOR_NEW_TOPICS = 8;
const LONGEST_NAME = 80;

/** What grouping came to. */
export interface GroupedQuestions {
  readonly questions: number;
  readonly topics: number;
  readonly newTopics: number;
  /** Whether topics were found anew. */
  readonly isRebuilt: boolean;
}

interface Plan {
  readonly placements: readonly Placement[];
  readonly topics: readonly TopicRow[];
  readonly gone: readonly string[];
  readonly newTopics: number;
}

/** Puts questions that ask the same together, and these into topics, which stay what they were from run to run. */
@Injectable()
export class GroupQuestions {
  constructor(
    private readonly turns: InsightTurnsRepository,
    private readonly topics: TopicsRepository,
    private readonly finder: TopicFinder,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute(
    workspaceId: string,
    botId: string,
    mode: RunMode,
    context: JobContext,
  ): Promise<GroupedQuestions> {
    const state = await this.turns.stateOf(workspaceId, botId);
    const questions = inOneOrder(await this.turns.listQuestions(workspaceId, botId));
    const known = await this.topics.list(workspaceId, botId);
    const isRebuilt = mode === 'rebuild' || isOutgrown(state, questions.length);
    const plan = isRebuilt
      ? await this.#rebuild(questions, known, context.signal)
      : await this.#update(questions, known, context.signal);
    const { newTopics } = plan;
    const isSaved = await this.#save(workspaceId, botId, state, plan, isRebuilt ? questions.length : null);
    const topics = isSaved ? known.length + newTopics - plan.gone.length : known.length;
    return { questions: questions.length, topics, newTopics: isSaved ? newTopics : 0, isRebuilt };
  }

  /** @returns whether it was kept: not when another run has found topics anew meanwhile. */
  #save(
    workspaceId: string,
    botId: string,
    { groupedAt }: InsightState,
    plan: Plan,
    groupedCount: number | null,
  ): Promise<boolean> {
    const now = this.clock.now();
    return this.unitOfWork.run(async () => {
      const held = await this.turns.hold(workspaceId, botId);
      if (held?.getTime() !== groupedAt?.getTime()) return false;
      await this.topics.save(workspaceId, botId, plan.topics, now);
      await this.turns.place(workspaceId, plan.placements);
      await this.topics.remove(workspaceId, plan.gone);
      if (groupedCount !== null) await this.turns.noteGrouped(workspaceId, botId, now, groupedCount);
      return true;
    });
  }

  async #rebuild(
    questions: readonly KnownQuestion[],
    known: readonly TopicRow[],
    signal: AbortSignal,
  ): Promise<Plan> {
    const chosen = mostAsked(questions);
    const found = await this.finder.find(setOf(chosen), signal);
    const topics = known.filter(({ level }) => level === 2);
    const kept = keepIdentity(
      found.topics,
      chosen.map(({ topicId }) => topicId),
      topics,
    );
    const named = found.terms.map((terms, label) =>
      topicFor(kept[label] ?? null, terms, topics, exampleOf(chosen, found, label)),
    );
    const areas = areasFor(found, named, known);
    const placements = chosen.map((question, index): Placement => {
      const { id, topicId, isPlaced } = question;
      const label = found.topics[index] ?? -1;
      return {
        id,
        topicId: isPlaced && topicId !== null ? topicId : (named[label]?.id ?? null),
        groupId: chosen[found.groups[index] ?? index]?.id ?? id,
      };
    });
    const rest = this.#placeRest(questions, chosen, placements);
    const used = new Set([...placements, ...rest].map(({ topicId }) => topicId));
    const all = [
      ...areas.rows,
      ...named.map((topic, label) => ({ ...topic, parentId: areas.parentOf(topic, label) })),
    ];
    const topicsOnce = [...new Map(all.map((topic) => [topic.id, topic])).values()];
    return { placements: [...placements, ...rest], topics: topicsOnce, ...endsOf(topicsOnce, known, used) };
  }

  /** What is too many to be grouped goes to the topics that were found. */
  #placeRest(
    questions: readonly KnownQuestion[],
    chosen: readonly KnownQuestion[],
    placements: readonly Placement[],
  ): Placement[] {
    if (chosen.length === questions.length) return [];
    const placer = new QuestionPlacer(
      chosen.map(({ vector }, index) => ({
        vector,
        topicId: placements[index]?.topicId ?? null,
        groupId: placements[index]?.groupId ?? '',
      })),
    );
    const isChosen = new Set(chosen);
    return questions
      .filter((question) => !isChosen.has(question))
      .map((question) => placementBy(placer, question));
  }

  async #update(
    questions: readonly KnownQuestion[],
    known: readonly TopicRow[],
    signal: AbortSignal,
  ): Promise<Plan> {
    const placer = new QuestionPlacer(questions);
    const placements = questions
      .filter(({ topicId }) => topicId === null)
      .map((one) => placementBy(placer, one));
    const homeless = new Set(placements.filter(({ topicId }) => topicId === null).map(({ id }) => id));
    const left = questions.filter(({ id, vector }) => homeless.has(id) && vector !== null);
    if (left.length < LEAST_FOR_NEW_TOPICS) return { placements, topics: [], gone: [], newTopics: 0 };
    const found = await this.finder.find(setOf(left), signal);
    const sizes = Map.groupBy(found.topics, (label) => label);
    const isLarge = (label: number): boolean => (sizes.get(label)?.length ?? 0) >= LEAST_FOR_NEW_TOPICS / 2;
    const named = found.terms.map((terms, label) =>
      topicFor(null, terms, known, exampleOf(left, found, label)),
    );
    const more = left.map((question, index): Placement => {
      const label = found.topics[index] ?? -1;
      return {
        id: question.id,
        topicId: isLarge(label) ? (named[label]?.id ?? null) : null,
        groupId: left[found.groups[index] ?? index]?.id ?? question.id,
      };
    });
    const topics = named.filter((_, label) => isLarge(label));
    const rest = placements.filter(({ id }) => !left.some((question) => question.id === id));
    return { placements: [...rest, ...more], topics, gone: [], newTopics: topics.length };
  }
}

function isOutgrown({ groupedAt, groupedCount }: InsightState, questions: number): boolean {
  return groupedAt === null || questions > groupedCount * GROWTH + LEAST_GROWTH;
}

/** Which topics are found depends on the order of questions: the same questions make the same topics everywhere. */
function inOneOrder(questions: readonly KnownQuestion[]): readonly KnownQuestion[] {
  return questions.toSorted((one, other) => Number(one.text > other.text) - Number(one.text < other.text));
}

function mostAsked(questions: readonly KnownQuestion[]): readonly KnownQuestion[] {
  return questions.length <= MOST_GROUPED
    ? questions
    : [...questions].sort((one, other) => other.count - one.count).slice(0, MOST_GROUPED);
}

function setOf(questions: readonly KnownQuestion[]): QuestionSet {
  const dimensions = Math.max(1, ...questions.map(({ vector }) => vector?.length ?? 0));
  const vectors = new Float32Array(questions.length * dimensions);
  questions.forEach(({ vector }, index) => {
    if (vector) vectors.set(vector, index * dimensions);
  });
  return {
    texts: questions.map(({ text }) => text),
    languages: questions.map(({ language }) => analysisLanguageOf(language)),
    counts: questions.map(({ count }) => count),
    vectors,
    dimensions,
  };
}

function placementBy(placer: QuestionPlacer, { id, groupId, vector }: KnownQuestion): Placement {
  const place = vector ? placer.place(vector) : { topicId: null, groupId: null };
  return { id, topicId: place.topicId, groupId: place.groupId ?? groupId };
}

/** The topic that a group is: the one it was, with terms that tell it apart now, or a new one. */
function topicFor(
  keptId: string | null,
  terms: readonly string[],
  known: readonly TopicRow[],
  example: string | undefined,
): TopicRow {
  const kept = known.find(({ id }) => id === keptId);
  if (kept) return { ...kept, terms, name: kept.namedBy === 'terms' ? nameOf(terms, example) : kept.name };
  return {
    ...{ id: newId(), level: 2, parentId: null, name: nameOf(terms, example).slice(0, LONGEST_NAME) },
    ...{ namedBy: 'terms', terms, isPinned: false, isHidden: false, isMoved: false, isUnited: false },
  };
}

function exampleOf(
  questions: readonly KnownQuestion[],
  { topics }: TopicSet,
  label: number,
): string | undefined {
  return questions[topics.indexOf(label)]?.text;
}

/** Areas that stay what they were, and in which each topic is. */
function areasFor(
  found: TopicSet,
  topics: readonly TopicRow[],
  known: readonly TopicRow[],
): { rows: TopicRow[]; parentOf: (topic: TopicRow, label: number) => string | null } {
  const knownAreas = known.filter(({ level }) => level === 1);
  const kept = keepIdentity(
    found.areas,
    topics.map(({ parentId }) => parentId),
    knownAreas,
  );
  const rows = found.areaTerms.map((terms, label): TopicRow => ({
    ...topicFor(kept[label] ?? null, terms, knownAreas, undefined),
    level: 1,
  }));
  return {
    rows: [...new Map(rows.map((row) => [row.id, row])).values()],
    parentOf: ({ isMoved, parentId }, label) =>
      isMoved && knownAreas.some(({ id }) => id === parentId)
        ? parentId
        : (rows[found.areas[label] ?? -1]?.id ?? null),
  };
}

/** Which topics are over: nobody asks them any more, and the team has decided nothing about them. */
function endsOf(
  topics: readonly TopicRow[],
  known: readonly TopicRow[],
  used: ReadonlySet<string | null>,
): Pick<Plan, 'gone' | 'newTopics'> {
  const now = new Set(topics.map(({ id }) => id));
  const parents = new Set(topics.map(({ parentId }) => parentId));
  const knownIds = new Set(known.map(({ id }) => id));
  const gone = known.filter(
    ({ id, level, isPinned, namedBy }) =>
      !now.has(id) && !used.has(id) && !isPinned && namedBy !== 'team' && (level === 2 || !parents.has(id)),
  );
  return {
    gone: gone.map(({ id }) => id),
    newTopics: topics.filter(({ id }) => !knownIds.has(id)).length,
  };
}
