import { dot, Matrix } from './matrix.js';

/** The nearest rows of each row, nearest first. Places that stay free hold -1. */
export class Neighbours {
  readonly ids: Int32Array;
  readonly similarities: Float32Array;

  constructor(
    readonly rows: number,
    readonly size: number,
  ) {
    this.ids = new Int32Array(rows * size).fill(-1);
    this.similarities = new Float32Array(rows * size).fill(-2);
  }

  /** Takes a row in if it is nearer than the farthest. */
  offer(row: number, other: number, similarity: number): void {
    const { size, ids, similarities } = this;
    const start = row * size;
    let at = start + size - 1;
    if (similarity <= (similarities[at] as number)) return;
    while (at > start && (similarities[at - 1] as number) < similarity) {
      similarities[at] = similarities[at - 1] as number;
      ids[at] = ids[at - 1] as number;
      at -= 1;
    }
    similarities[at] = similarity;
    ids[at] = other;
  }

  /** Calls back with each neighbour of a row, `most` at most. */
  forEach(row: number, most: number, visit: (other: number, similarity: number) => void): void {
    const start = row * this.size;
    for (let place = 0; place < Math.min(most, this.size); place += 1) {
      const other = this.ids[start + place] as number;
      if (other < 0) return;
      visit(other, this.similarities[start + place] as number);
    }
  }
}

/** Rows that lie in the cache of the processor together. */
const TILE = 64;

/** Rows that are compared with one row at once: each number of that one is read once for all of them. */
const ABREAST = 4;

/** The nearest rows of each, all of them compared: each pair once. */
export function nearest(matrix: Matrix, size: number): Neighbours {
  const found = new Neighbours(matrix.rows, size);
  const { rows, columns } = matrix;
  // In the precision in which the processor adds, and with rows of zeros behind the last.
  const values = new Float64Array((rows + ABREAST) * columns);
  values.set(matrix.values);
  const products = new Float64Array(ABREAST);
  for (let top = 0; top < rows; top += TILE) {
    const bottom = Math.min(rows, top + TILE);
    for (let left = top; left < rows; left += TILE) {
      const right = Math.min(rows, left + TILE);
      for (let one = top; one < bottom; one += 1) {
        for (let first = Math.max(left, one + 1); first < right; first += ABREAST) {
          multiply(values, one * columns, first * columns, columns, products);
          const last = Math.min(right, first + ABREAST);
          for (let other = first; other < last; other += 1) {
            const similarity = products[other - first] as number;
            found.offer(one, other, similarity);
            found.offer(other, one, similarity);
          }
        }
      }
    }
  }
  return found;
}

/** The products of one row with four that stand one behind the other. */
function multiply(
  values: Float64Array,
  one: number,
  others: number,
  length: number,
  products: Float64Array,
): void {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let axis = 0, at = others; axis < length; axis += 1, at += 1) {
    const value = values[one + axis] as number;
    first += value * (values[at] as number);
    second += value * (values[at + length] as number);
    third += value * (values[at + 2 * length] as number);
    fourth += value * (values[at + 3 * length] as number);
  }
  products[0] = first;
  products[1] = second;
  products[2] = third;
  products[3] = fourth;
}

/**
 * The nearest rows in another space, looked for among the neighbours that a row had and those that its neighbours had:
 * few are missed, and it takes a hundredth of the time.
 */
export function nearestAmong(matrix: Matrix, before: Neighbours, size: number, reach: number): Neighbours {
  const found = new Neighbours(matrix.rows, size);
  const seenBy = new Int32Array(matrix.rows).fill(-1);
  for (let row = 0; row < matrix.rows; row += 1) {
    const own = matrix.row(row);
    seenBy[row] = row;
    const visit = (other: number): void => {
      if (seenBy[other] === row) return;
      seenBy[other] = row;
      found.offer(row, other, dot(own, matrix.row(other)));
    };
    before.forEach(row, before.size, visit);
    before.forEach(row, reach, (near) => {
      before.forEach(near, reach, visit);
    });
  }
  return found;
}

/**
 * Each row moved towards its neighbours, the nearer the more: questions about one thing, which each name it in words of
 * their own, come to lie together.
 */
export function drawnTogether(matrix: Matrix, neighbours: Neighbours, most: number): Matrix {
  const moved = matrix.values.slice();
  for (let row = 0; row < matrix.rows; row += 1) {
    let total = 0;
    neighbours.forEach(row, most, (_, similarity) => (total += Math.max(0, similarity)));
    if (total === 0) continue;
    const start = row * matrix.columns;
    neighbours.forEach(row, most, (other, similarity) => {
      const share = Math.max(0, similarity) / total;
      const near = matrix.row(other);
      for (let axis = 0; axis < near.length; axis += 1)
        moved[start + axis] = (moved[start + axis] as number) + share * (near[axis] as number);
    });
  }
  return new Matrix(matrix.rows, matrix.columns, moved).normalise();
}
