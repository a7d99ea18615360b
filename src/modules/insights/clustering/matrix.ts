/** Rows of numbers, one behind the other. */
export class Matrix {
  constructor(
    readonly rows: number,
    readonly columns: number,
    readonly values: Float32Array = new Float32Array(rows * columns),
  ) {}

  row(index: number): Float32Array {
    return this.values.subarray(index * this.columns, (index + 1) * this.columns);
  }

  /** Makes each row of unit length; rows of zeros stay. */
  normalise(): this {
    for (let index = 0; index < this.rows; index += 1) normalise(this.row(index));
    return this;
  }
}

/** Makes a vector of unit length, unless it is all zeros. */
export function normalise(vector: Float32Array): void {
  const length = Math.sqrt(dot(vector, vector));
  if (length < 1e-9) return;
  for (let axis = 0; axis < vector.length; axis += 1) vector[axis] = (vector[axis] as number) / length;
}

export function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let axis = 0; axis < one.length; axis += 1) sum += (one[axis] as number) * (other[axis] as number);
  return sum;
}

/** Puts matrices of as many rows side by side, each as weighty as it says, and makes the rows of unit length. */
export function joined(parts: readonly { readonly matrix: Matrix; readonly weight: number }[]): Matrix {
  const rows = parts[0]?.matrix.rows ?? 0;
  const all = new Matrix(
    rows,
    parts.reduce((sum, { matrix }) => sum + matrix.columns, 0),
  );
  for (let index = 0; index < rows; index += 1) {
    const row = all.row(index);
    let offset = 0;
    for (const { matrix, weight } of parts) {
      const part = matrix.row(index);
      for (let axis = 0; axis < part.length; axis += 1) row[offset + axis] = (part[axis] as number) * weight;
      offset += matrix.columns;
    }
  }
  return all.normalise();
}
