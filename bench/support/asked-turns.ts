import { type Installation, type SignedIn, signUp } from './installation.js';
import type { Call } from './load.js';
import { indexSquad } from './squad-database.js';
import { loadSquad } from './squad.js';

/** What a turn looks for: in no source, or in 650 passages with vectors of that kind. */
export type BenchRetrieval = 'none' | 'openai' | 'local';

const TURNS_A_CONVERSATION = 6;

/** Turns of a bot whose model is the stand-in of OpenAI. */
export class AskedTurns {
  #asked = 0;

  private constructor(
    private readonly installation: Installation,
    private readonly team: SignedIn,
    private readonly botId: string,
    private readonly questions: readonly string[],
  ) {}

  /** Signs a team up that has such a bot. */
  static async of(installation: Installation, url: string, retrieval: BenchRetrieval): Promise<AskedTurns> {
    const team = await signUp(url);
    const { id: botId } = await team.call<{ id: string }>('POST', '/v1/bots', {
      name: 'Bench',
      instructions: 'You answer questions about a workshop.',
      model: { provider: 'openai', name: 'bench' },
    });
    if (retrieval === 'none') return new AskedTurns(installation, team, botId, ['When is my bicycle ready?']);
    const squad = loadSquad();
    await indexSquad(installation, { workspaceId: team.workspaceId, botId, embeddings: retrieval }, squad);
    const questions = squad.questions.map(({ question }) => question);
    return new AskedTurns(installation, team, botId, questions);
  }

  /** The first question. */
  get content(): string {
    return this.questions[0] ?? '';
  }

  /**
   * The calls of callers, each of whom talks in conversations of its own.
   * @param most how many calls there will be at most.
   */
  async calls(
    headers: Readonly<Record<string, string>>,
    firstWords: string | undefined,
    most: number,
  ): Promise<(caller: number) => Call> {
    const free = await this.#freshConversations(Math.ceil(most / TURNS_A_CONVERSATION) + 50);
    const current = new Map<number, { id: string; left: number }>();
    return (caller) => {
      let conversation = current.get(caller);
      if (!conversation || conversation.left === 0) {
        conversation = { id: free.pop() ?? '', left: TURNS_A_CONVERSATION };
        current.set(caller, conversation);
      }
      conversation.left -= 1;
      return {
        path: `/v1/conversations/${conversation.id}/messages`,
        body: { content: this.questions[this.#asked++ % this.questions.length] ?? '' },
        headers: { authorization: `Bearer ${this.team.token}`, ...headers },
        ...(firstWords ? { firstWords } : {}),
      };
    };
  }

  /** Conversations that nobody has used, so that histories stay as long as in real ones. */
  async #freshConversations(count: number): Promise<string[]> {
    const { rows } = await this.installation.withDatabase(async (client) => {
      const made = await client.query<{ id: string }>(
        `insert into conversations (id, workspace_id, bot_id, channel, created_by_id, created_at, updated_at)
         select gen_random_uuid(), $1, $2, 'api', user_id, now(), now()
         from memberships, generate_series(1, $3) where workspace_id = $1 returning id`,
        [this.team.workspaceId, this.botId, count],
      );
      // As autovacuum does within a minute: statements that were planned for empty tables are planned again.
      await client.query('analyze conversations, messages, bots');
      return made;
    });
    return rows.map(({ id }) => id);
  }
}
