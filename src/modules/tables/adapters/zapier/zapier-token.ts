const ZAPIER = 'https://zapier.com';

interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Zapier refuses the client, or does not answer as it should. */
export class TokenRefused extends Error {
  constructor(readonly statusCode: number) {
    super(`The client was answered ${String(statusCode)}.`);
    this.name = 'TokenRefused';
  }
}

/**
 * A token for a client, which is asked for once and lasts as long as one run does. The SDK could ask itself, but keeps
 * tokens by the id of the client for the whole process: a wrong secret would get the token of a right one.
 */
export function tokenOf(
  { clientId, clientSecret }: Client,
  baseUrl: string | undefined,
  send: typeof globalThis.fetch,
): () => Promise<string> {
  let token: Promise<string> | undefined;
  const ask = async (): Promise<string> => {
    const response = await send(`${(baseUrl ?? ZAPIER).replace(/\/$/, '')}/oauth/token/`, {
      method: 'POST',
      redirect: 'error',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        ...{ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
        ...{ scope: 'external', audience: 'zapier.com' },
      }).toString(),
    });
    if (!response.ok) throw new TokenRefused(response.status);
    const { access_token: accessToken } = (await response.json()) as { access_token?: unknown };
    if (typeof accessToken !== 'string') throw new TokenRefused(response.status);
    return accessToken;
  };
  return () => (token ??= ask());
}
