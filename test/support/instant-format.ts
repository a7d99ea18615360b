/** RFC 3339 as most readers want it; `ajv-formats` takes a space for the `T` and hours alone for an offset, too. */
export const INSTANT_FORMAT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;
