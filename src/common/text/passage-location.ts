import { ApiProperty } from '@nestjs/swagger';

export const LOCATION_UNITS = ['page', 'slide', 'row'] as const;
export type LocationUnit = (typeof LOCATION_UNITS)[number];

/** Where in a file a passage stands, both ends included. Counts from 1, as the programs that show such files do. */
export class PassageLocation {
  @ApiProperty({ type: 'string', enum: [...LOCATION_UNITS], enumName: 'LocationUnit', example: 'page' })
  readonly unit!: LocationUnit;

  @ApiProperty({ type: 'integer', minimum: 1, example: 3 })
  readonly from!: number;

  @ApiProperty({ type: 'integer', minimum: 1, example: 3 })
  readonly to!: number;

  @ApiProperty({ type: 'string', required: false, example: 'Prices', description: 'Of a workbook.' })
  readonly sheet?: string;
}

/** For people and models: `page 3`, `slides 4-5`, `sheet Prices, rows 2-9`. */
export function printLocation({ unit, from, to, sheet }: PassageLocation): string {
  const place = from === to ? `${unit} ${from}` : `${unit}s ${from}-${to}`;
  return sheet === undefined ? place : `sheet ${sheet}, ${place}`;
}
