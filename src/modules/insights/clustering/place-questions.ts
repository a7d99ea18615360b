import { dot, normalise } from './matrix.js';

/** A question as far as placing needs to know it. */
interface Placeable {
  readonly groupId: string;
  readonly topicId: string | null;
  readonly vector: Float32Array | null;
}

interface Middle {
  readonly topicId: string;
  readonly vector: Float32Array;
  readonly members: readonly Placeable[];
}

const NEAR_ENOUGH = 0.55;
const NEARLY_IDENTICAL = 0.96;

/** Where a new question belongs. */
export interface Place {
  readonly topicId: string | null;
  readonly groupId: string | null;
}

/** Puts new questions into the topics that are there, by the middle that is nearest; what is near to none has none. */
export class QuestionPlacer {
  readonly #middles: readonly Middle[];

  constructor(placed: readonly Placeable[]) {
    const byTopic = Map.groupBy(placed, ({ topicId }) => topicId);
    this.#middles = [...byTopic].flatMap(([topicId, members]) => {
      const length = members.find(({ vector }) => vector)?.vector?.length;
      if (topicId === null || length === undefined) return [];
      return [{ topicId, members, vector: middleOf(members, length) }];
    });
  }

  place(vector: Float32Array): Place {
    let nearest: Middle | null = null;
    let most = NEAR_ENOUGH;
    for (const middle of this.#middles) {
      if (middle.vector.length !== vector.length) continue;
      const similarity = dot(vector, middle.vector);
      if (similarity >= most) [nearest, most] = [middle, similarity];
    }
    if (!nearest) return { topicId: null, groupId: null };
    const twin = nearest.members.find(
      (member) => member.vector?.length === vector.length && dot(member.vector, vector) >= NEARLY_IDENTICAL,
    );
    return { topicId: nearest.topicId, groupId: twin?.groupId ?? null };
  }
}

function middleOf(members: readonly Placeable[], length: number): Float32Array {
  const middle = new Float32Array(length);
  for (const { vector } of members)
    if (vector?.length === length)
      vector.forEach((value, axis) => (middle[axis] = (middle[axis] as number) + value));
  normalise(middle);
  return middle;
}
