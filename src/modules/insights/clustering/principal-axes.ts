import { Matrix } from './matrix.js';
import { seededRandom } from './random.js';

/** Rows of which most columns are zero. */
export interface SparseRows {
  readonly rows: number;
  readonly columns: number;
  /** The columns of each row that are not zero, and what they hold. */
  readonly cells: readonly { readonly columns: Int32Array; readonly values: Float32Array }[];
}

const ROUNDS = 2;
/** More rows tell nothing more about the axes. */
const MOST_SAMPLED = 1_500;
const SEED = 3;

/**
 * The rows as they lie along the axes in which they differ most, by subspace iteration (Halko, Martinsson and Tropp 2011,
 * "Finding structure with randomness"). Of unit length each.
 */
export function alongPrincipalAxes(source: Matrix | SparseRows, wanted: number): Matrix {
  const axes = Math.min(wanted, source.columns, source.rows);
  const random = seededRandom(SEED);
  let basis = Float64Array.from({ length: source.columns * axes }, () => random() - 0.5);
  orthonormalise(basis, source.columns, axes);
  const step = Math.max(1, Math.floor(source.rows / MOST_SAMPLED));
  const place = new Float64Array(axes);
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = new Float64Array(basis.length);
    for (let row = 0; row < source.rows; row += step) {
      project(source, row, basis, place);
      spread(source, row, next, place);
    }
    orthonormalise(next, source.columns, axes);
    basis = next;
  }
  const result = new Matrix(source.rows, axes);
  for (let row = 0; row < source.rows; row += 1) {
    project(source, row, basis, place);
    result.row(row).set(place);
  }
  return result.normalise();
}

/** Where a row lies along the axes. */
function project(source: Matrix | SparseRows, row: number, basis: Float64Array, place: Float64Array): void {
  const axes = place.length;
  place.fill(0);
  forEachCell(source, row, (column, value) => {
    const offset = column * axes;
    for (let axis = 0; axis < axes; axis += 1)
      place[axis] = (place[axis] as number) + value * (basis[offset + axis] as number);
  });
}

/** Adds a row to each axis, as far as it lies along it. */
function spread(source: Matrix | SparseRows, row: number, basis: Float64Array, place: Float64Array): void {
  const axes = place.length;
  forEachCell(source, row, (column, value) => {
    const offset = column * axes;
    for (let axis = 0; axis < axes; axis += 1)
      basis[offset + axis] = (basis[offset + axis] as number) + value * (place[axis] as number);
  });
}

function forEachCell(
  source: Matrix | SparseRows,
  row: number,
  visit: (column: number, value: number) => void,
): void {
  if (source instanceof Matrix) {
    const start = row * source.columns;
    for (let column = 0; column < source.columns; column += 1)
      visit(column, source.values[start + column] as number);
    return;
  }
  const cell = source.cells[row];
  for (let at = 0; cell && at < cell.columns.length; at += 1)
    visit(cell.columns[at] as number, cell.values[at] as number);
}

/** Makes the columns of a matrix, which lies row by row, of unit length and at right angles (modified Gram-Schmidt). */
function orthonormalise(basis: Float64Array, rows: number, columns: number): void {
  for (let column = 0; column < columns; column += 1) {
    for (let earlier = 0; earlier < column; earlier += 1) {
      let shared = 0;
      for (let at = 0; at < basis.length; at += columns)
        shared += (basis[at + column] as number) * (basis[at + earlier] as number);
      for (let at = 0; at < basis.length; at += columns)
        basis[at + column] = (basis[at + column] as number) - shared * (basis[at + earlier] as number);
    }
    let square = 0;
    for (let row = 0; row < rows; row += 1) square += (basis[row * columns + column] as number) ** 2;
    const length = Math.sqrt(square) || 1;
    for (let row = 0; row < rows; row += 1)
      basis[row * columns + column] = (basis[row * columns + column] as number) / length;
  }
}
