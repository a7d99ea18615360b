export const IMPORTED_AUTHOR =
  'Of what was imported and a member of a team said: the id of that member where it was said, or empty when the file does not tell; null otherwise.';

export const IMPORTED_ID = '018f2c3a-6b1e-7c42-9d0a-3f5e8b7a1c24';
