import { refuses, type Script } from '../integration/providers/scripted-server.js';
import { sharedWords } from '../fakes/fake.reranker.js';

/** Reranks as Cohere, Jina and vLLM do, by shared words, and gives what fits best first. */
export const reranks: Script = (response, { body }) => {
  const results = (body['documents'] as string[])
    .map((text, index) => ({ index, relevance_score: sharedWords(String(body['query']), text) }))
    .sort((a, b) => b.relevance_score - a.relevance_score);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ id: 'r1', results, usage: { total_tokens: 11 } }));
};

/** The same as Text Embeddings Inference does, which refuses what it does not know. */
export const reranksTexts: Script = (response, request) => {
  const texts = request.body['texts'] as string[] | undefined;
  if (!texts) return refuses(422, { message: 'missing field `texts`' })(response, request);
  const scores = texts.map((text, index) => ({
    index,
    score: sharedWords(String(request.body['query']), text),
  }));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(scores.toSorted((a, b) => b.score - a.score)));
};
