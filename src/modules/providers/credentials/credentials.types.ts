export const CREDENTIAL_STATES = ['active', 'refused'] as const;
export type CredentialState = (typeof CREDENTIAL_STATES)[number];

/** A header that is sent with each call. */
export interface CustomHeader {
  readonly name: string;
  readonly value: string;
}

/** What a new credential is made of. */
export interface CredentialDraft {
  readonly provider: string;
  readonly label: string;
  readonly secret?: string;
  readonly baseUrl?: string;
  readonly headers?: readonly CustomHeader[];
}

/** What of a credential is to be different; what is left out stays. */
export type CredentialChanges = Partial<Omit<CredentialDraft, 'provider'>>;

/** What is sealed. */
export interface CredentialSecrets {
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A credential as a call needs it. */
export interface StoredCredential {
  readonly id: string;
  readonly provider: string;
  readonly sealed: string;
  readonly baseUrl: string | null;
  readonly state: CredentialState;
  /** Changes whenever the credential does. */
  readonly version: string;
}

/** How a trial call went, in words. */
export interface CredentialTrial {
  readonly ok: boolean;
  /** Code of the `ProviderFailure`; null when the call succeeded. */
  readonly code: string | null;
  readonly message: string;
  /** Model that was asked; null when none had to be. */
  readonly modelName: string | null;
  readonly latencyMs: number;
}
