/** One address that a name stands for. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Looks names up. */
export abstract class AddressResolver {
  /** All addresses of a name, best first. Rejects, or answers none, when there are none. */
  abstract resolve(hostname: string): Promise<readonly ResolvedAddress[]>;
}
