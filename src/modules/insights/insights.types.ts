/** A turn as insights keep it: without what was said. */
export interface TurnRow {
  readonly answerId: string;
  readonly conversationId: string;
  /** Of the question, where one was asked. */
  readonly key: string | null;
  /** Also where no text is kept, and so no question. */
  readonly isQuestion: boolean;
  /** Tells people apart without naming them. */
  readonly asker: string;
  readonly channel: string;
  readonly askedAt: Date;
  readonly position: number;
  /** Whether the first question of its conversation. */
  readonly isFirst: boolean;
  readonly status: string;
  readonly answered: boolean | null;
  /** The answer says that it has none. */
  readonly isRefused: boolean;
  /** The same was asked again, in other words, within minutes. */
  readonly isRephrased: boolean;
  /** A person answered in place of the bot. */
  readonly isHandedOver: boolean;
  readonly rating: string | null;
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  readonly modelProvider: string | null;
  readonly modelName: string | null;
}

/** A question as it was asked once or often. */
export interface QuestionRow {
  readonly id: string;
  /** A hash of its normal form. */
  readonly key: string;
  readonly text: string;
  readonly language: string;
}

/** A question with what grouping has to know of it. */
export interface KnownQuestion {
  readonly id: string;
  readonly text: string;
  readonly language: string;
  readonly groupId: string;
  readonly topicId: string | null;
  /** The team has put it where it is. */
  readonly isPlaced: boolean;
  /** How often it was asked. */
  readonly count: number;
  readonly vector: Float32Array | null;
}

/** How far the insights of a bot are. */
export interface InsightState {
  /** What was answered before has been read. */
  readonly readUntil: Date | null;
  /** Where reading goes on, for whoever reads turns. */
  readonly readMark: string | null;
  readonly lastRunAt: Date | null;
  /** When topics were last found anew, among how many questions. */
  readonly groupedAt: Date | null;
  readonly groupedCount: number;
}

/** Where a question belongs from now on. */
export interface Placement {
  readonly id: string;
  readonly topicId: string | null;
  readonly groupId: string;
}

/** 1: an area, which holds topics. 2: a topic, which holds questions. */
export type TopicLevel = 1 | 2;
export type NamedBy = 'terms' | 'model' | 'team';

/** A topic as it is kept. */
export interface TopicRow {
  readonly id: string;
  readonly level: TopicLevel;
  readonly parentId: string | null;
  readonly name: string;
  readonly namedBy: NamedBy;
  readonly terms: readonly string[];
  readonly isPinned: boolean;
  readonly isHidden: boolean;
  /** The team has put it into its area. */
  readonly isMoved: boolean;
  /** The team has made it of several. */
  readonly isUnited: boolean;
}

/** A stretch of time: from its first instant, up to its last, which is not in it. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}

/** Counts of turns; every rate is made of them. */
export interface Figures {
  /** Questions asked; greetings, thanks and the like are left out. */
  readonly questions: number;
  /** People who asked. */
  readonly users: number;
  readonly conversations: number;
  /** Questions whose answer was completed. */
  readonly completed: number;
  /** Of these, those that were answered. */
  readonly answered: number;
  /** Of these, those with which it was done. */
  readonly resolved: number;
  /** First questions of conversations whose answer was completed. */
  readonly firstCompleted: number;
  /** Of these, those with which it was done. */
  readonly firstResolved: number;
  readonly ratedUp: number;
  readonly ratedDown: number;
  readonly failed: number;
  readonly costUsd: number;
  readonly latencyP50Ms: number | null;
  readonly latencyP95Ms: number | null;
}

export type TopicFigures = Figures;

/** Which topics a list shows. */
export interface TopicFilter {
  readonly level?: TopicLevel;
  readonly parentId?: string;
  /** Whether hidden ones, too. */
  readonly hidden: boolean;
}

/** A topic with its figures in a period. */
export interface TopicView extends Omit<TopicRow, 'isMoved' | 'isUnited'> {
  readonly figures: Figures;
  /** Asked in the period before, which was as long. */
  readonly questionsBefore: number;
  readonly firstAskedAt: Date | null;
  readonly lastAskedAt: Date | null;
}

export interface QuestionFilter {
  readonly topicId?: string;
}

/** A frequent question, in its best phrasing. */
export interface QuestionView {
  readonly id: string;
  readonly text: string;
  readonly language: string;
  readonly topicId: string | null;
  /** In how many ways it was put. */
  readonly phrasings: number;
  readonly figures: Figures;
  readonly firstAskedAt: Date;
  readonly lastAskedAt: Date;
}

export interface ModelFigures {
  readonly provider: string;
  readonly name: string;
  readonly answers: number;
  readonly costUsd: number;
}

export interface HeatCell {
  /** 1 is Monday. */
  readonly weekday: number;
  readonly hour: number;
  readonly questions: number;
}

/** The figures of a period beside those of the one before it, which was as long. */
export interface Overview {
  readonly period: Period;
  readonly figures: Figures;
  readonly before: Figures;
  readonly models: readonly ModelFigures[];
  readonly state: InsightState;
}

/** What the team decides about a topic. */
export interface TopicChanges {
  readonly name?: string;
  /** The area it belongs to; null takes it out of its area. */
  readonly parentId?: string | null;
  readonly isPinned?: boolean;
  readonly isHidden?: boolean;
}

/** A topic that bears the name of its terms, with questions that were asked about it most. */
export interface UnnamedTopic {
  readonly id: string;
  readonly samples: readonly string[];
}
