/** An answer that is none, whole and with its headers. Not to be kept: it can repeat the prompt or the key. */
export class GeminiRefusal extends Error {
  override readonly name = 'GeminiRefusal';

  private constructor(
    readonly status: number,
    readonly headers: Headers,
    readonly body: string,
  ) {
    super();
  }

  static async of(response: Response): Promise<GeminiRefusal> {
    // Of a refusal that breaks off, the status says enough.
    const body = await response.text().catch(() => '');
    return new GeminiRefusal(response.status, response.headers, body);
  }
}
