import { ApiProperty } from '@nestjs/swagger';
import { PassageLocation } from './passage-location.js';

/** Where to look a passage up: what there is of address, place in a file, and record. */
export class PassagePlace {
  @ApiProperty({ type: 'string', format: 'uri', required: false, example: 'https://example.com/help' })
  readonly url?: string;

  @ApiProperty({
    type: () => PassageLocation,
    required: false,
    description: 'Where in a file it stands: pages, slides or rows.',
  })
  readonly location?: PassageLocation;

  @ApiProperty({
    type: 'string',
    format: 'uuid',
    required: false,
    description: 'The record of a hosted table.',
  })
  readonly rowId?: string;
}

/** The same from what may be nothing. */
export function placeOf({
  url,
  location,
  rowId,
}: {
  readonly url?: string | null | undefined;
  readonly location?: PassageLocation | null | undefined;
  readonly rowId?: string | null | undefined;
}): Pick<PassagePlace, 'url' | 'location' | 'rowId'> {
  return { ...(url ? { url } : {}), ...(location ? { location } : {}), ...(rowId ? { rowId } : {}) };
}
