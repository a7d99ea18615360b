import { CredentialIncomplete } from './credentials.errors.js';
import type { CustomHeader } from './credentials.types.js';

/** Those that frame the request, that say who we are, or that open the metadata services of clouds. */
const OURS =
  /^(?:host|content-length|content-type|transfer-encoding|connection|keep-alive|te|trailer|upgrade|expect|proxy-.*|http2-settings|accept-encoding|cookie|metadata.*|x-metadata-.*|x-aws-ec2-metadata-.*|x-google-metadata-.*)$/i;

/** Headers to be sent with each call, by their names in lower case. @throws CredentialIncomplete */
export function checkedHeaders(headers: readonly CustomHeader[]): Record<string, string> {
  return Object.fromEntries(
    headers.map(({ name, value }, index): [string, string] => {
      if (OURS.test(name))
        throw new CredentialIncomplete(`headers.${index}.name`, `The header "${name}" may not be set.`);
      return [name.toLowerCase(), value];
    }),
  );
}
