import graphology from 'graphology';
import louvainModule from 'graphology-communities-louvain';
import { dot, Matrix, normalise } from './matrix.js';
import type { Neighbours } from './neighbours.js';
import { seededRandom } from './random.js';

/** An undirected edge and its weight. */
export type Edge = readonly [one: number, other: number, weight: number];

const SEED = 1;
/** The package says of itself that it has a default export; what Node gives is the function. */
const louvain = louvainModule as unknown as typeof louvainModule.default;

/**
 * Edges between rows that are neighbours of each other, the weightier the more alike they are and the more neighbours they
 * share.
 */
export function mutualEdges(neighbours: Neighbours, most: number): Edge[] {
  const near = Array.from({ length: neighbours.rows }, (_, row) => {
    const ids = new Set<number>();
    neighbours.forEach(row, most, (other) => ids.add(other));
    return ids;
  });
  const edges: Edge[] = [];
  for (let row = 0; row < neighbours.rows; row += 1) {
    neighbours.forEach(row, most, (other, similarity) => {
      if (other < row || similarity <= 0 || !near[other]?.has(row)) return;
      edges.push([row, other, (similarity * (1 + sharedBy(near[row], near[other]))) / (1 + most)]);
    });
  }
  return edges;
}

function sharedBy(one: ReadonlySet<number> = new Set(), other: ReadonlySet<number> = new Set()): number {
  let shared = 0;
  for (const id of one) if (other.has(id)) shared += 1;
  return shared;
}

/** Communities of a graph (Louvain), numbered from 0; a node without edges is one of its own. */
export function communitiesOf(nodes: number, edges: readonly Edge[], resolution: number): Int32Array {
  const graph = new graphology.UndirectedGraph();
  for (let node = 0; node < nodes; node += 1) graph.addNode(node);
  for (const [one, other, weight] of edges) graph.mergeEdge(one, other, { weight });
  if (edges.length === 0) return Int32Array.from({ length: nodes }, (_, node) => node);
  const found = louvain(graph, { resolution, rng: seededRandom(SEED), getEdgeWeight: 'weight' });
  return renumbered(Int32Array.from({ length: nodes }, (_, node) => found[node] ?? 0));
}

/** The same groups with numbers from 0, in the order in which they come; -1 stays. */
export function renumbered(labels: Int32Array): Int32Array {
  const numbers = new Map<number, number>();
  return labels.map((label) => {
    if (label < 0) return -1;
    const number = numbers.get(label) ?? numbers.size;
    numbers.set(label, number);
    return number;
  });
}

/** The middle of each group, of unit length. */
export function middlesOf(matrix: Matrix, labels: Int32Array): Matrix {
  const middles = new Matrix(Math.max(0, ...labels.map((label) => label + 1)), matrix.columns);
  labels.forEach((label, row) => {
    if (label < 0) return;
    const middle = middles.row(label);
    matrix.row(row).forEach((value, axis) => (middle[axis] = (middle[axis] as number) + value));
  });
  for (let label = 0; label < middles.rows; label += 1) normalise(middles.row(label));
  return middles;
}

/**
 * Rows of groups that are too small join the nearest of the others, if it is near enough; else they belong to none (-1).
 */
export function withoutSmall(
  matrix: Matrix,
  labels: Int32Array,
  least: number,
  nearEnough: number,
): Int32Array {
  const sizes = new Map<number, number>();
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const isLarge = (label: number): boolean => (sizes.get(label) ?? 0) >= least;
  const middles = middlesOf(matrix, labels);
  const joined = labels.map((label, row) => {
    if (isLarge(label)) return label;
    let best = -1;
    let most = nearEnough;
    for (let other = 0; other < middles.rows; other += 1) {
      if (!isLarge(other)) continue;
      const similarity = dot(matrix.row(row), middles.row(other));
      if (similarity > most) [best, most] = [other, similarity];
    }
    return best;
  });
  return renumbered(joined);
}
