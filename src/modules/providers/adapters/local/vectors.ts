/** Adds a vector, made longer or shorter, to a sum. */
export function addScaled(sum: Float32Array, vector: Float32Array, scale: number): void {
  for (let axis = 0; axis < sum.length; axis += 1) sum[axis] = (sum[axis] ?? 0) + (vector[axis] ?? 0) * scale;
}

export function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let axis = 0; axis < one.length; axis += 1) sum += (one[axis] ?? 0) * (other[axis] ?? 0);
  return sum;
}

export function lengthOf(vector: Float32Array): number {
  return Math.sqrt(dot(vector, vector));
}
