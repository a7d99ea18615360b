import type { PieceTable } from '../src/modules/providers/adapters/local/piece-table.js';
import { rarityOf } from '../src/modules/providers/adapters/local/rarity.js';

const DIRECTIONS = 6;
/** Far more than it takes until nothing changes any more. */
const ROUNDS = 200;

/**
 * What vectors of English texts have in common, whatever they are about: the first principal components of the
 * vectors of all pieces, each as heavy as it weighs in a text. Of unit length, and orthogonal to each other.
 */
export function commonDirectionsOf(table: PieceTable): Float64Array[] {
  const covariance = covarianceOf(table);
  let directions = covariance.slice(0, DIRECTIONS);
  for (let round = 0; round < ROUNDS; round += 1) {
    directions = orthonormal(
      directions.map((direction) => Float64Array.from(covariance, (row) => dot(row, direction))),
    );
  }
  return directions;
}

function covarianceOf(table: PieceTable): Float64Array[] {
  const covariance = Array.from({ length: table.dimensions }, () => new Float64Array(table.dimensions));
  for (const { id, logFrequency } of table.pieces.values()) {
    const vector = table.vectorOf(id);
    const weight = (rarityOf(logFrequency) ** 2 * Math.exp(logFrequency)) / dot(vector, vector);
    covariance.forEach((row, axis) => {
      const share = weight * (vector[axis] ?? 0);
      row.forEach((value, other) => (row[other] = value + share * (vector[other] ?? 0)));
    });
  }
  return covariance;
}

/** Gram and Schmidt. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const vector of vectors) {
    let rest = vector;
    for (const other of done) {
      const shared = dot(rest, other);
      rest = rest.map((value, axis) => value - shared * (other[axis] ?? 0));
    }
    const length = Math.hypot(...rest);
    done.push(rest.map((value) => value / length));
  }
  return done;
}

function dot(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let sum = 0;
  for (let axis = 0; axis < one.length; axis += 1) sum += (one[axis] ?? 0) * (other[axis] ?? 0);
  return sum;
}
