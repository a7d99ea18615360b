import { FakeEmbeddingModel } from '../fakes/fake.embedding-model.js';
import { refuses, type Script } from '../integration/providers/scripted-server.js';

interface GeminiRequest {
  readonly content: { readonly parts: readonly { readonly text: string }[] };
  readonly outputDimensionality?: number;
}

/**
 * Embeds as OpenAI and Gemini do, by the words of the texts; 7 tokens a call where they are counted.
 *
 * @param key who has another one is refused.
 * @param usualLength of vectors, unless others are asked for.
 */
export function embeddingScript({ key, usualLength }: { key: string; usualLength: number }): Script {
  const vectorsOf = async (texts: readonly string[], length: unknown): Promise<number[][]> => {
    const vectors = await new FakeEmbeddingModel('any/model@1', Number(length ?? usualLength)).embed(texts);
    return vectors.map((vector) => [...vector]);
  };
  return async (response, request) => {
    const { headers, path, body } = request;
    const given = headers['x-goog-api-key'] ?? headers.authorization?.replace('Bearer ', '');
    if (given !== key)
      return refuses(401, { message: 'Incorrect API key', code: 'invalid_api_key' })(response, request);
    response.writeHead(200, { 'content-type': 'application/json' });
    if (path.endsWith(':batchEmbedContents')) {
      const asked = body['requests'] as readonly GeminiRequest[];
      const texts = asked.map(({ content }) => content.parts[0]?.text ?? '');
      const vectors = await vectorsOf(texts, asked[0]?.outputDimensionality);
      response.end(JSON.stringify({ embeddings: vectors.map((values) => ({ values })) }));
      return;
    }
    const vectors = await vectorsOf(body['input'] as string[], body['dimensions']);
    const data = vectors.map((embedding, index) => ({ index, embedding }));
    response.end(JSON.stringify({ data, usage: { prompt_tokens: 7, total_tokens: 7 } }));
  };
}
