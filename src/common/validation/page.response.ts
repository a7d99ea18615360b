import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';

/** One page of a list as it is answered. */
export interface PageResponse<T> {
  readonly data: readonly T[];
  readonly nextCursor: string | null;
}

/** Makes the response class of a list, named for the OpenAPI document (`BotResponse` -> `BotPage`). */
export function pageOf<T>(item: Type<T>): Type<PageResponse<T>> {
  class ListPage implements PageResponse<T> {
    @ApiProperty({ type: () => item, isArray: true })
    readonly data!: readonly T[];

    @ApiProperty({
      type: 'string',
      nullable: true,
      example: 'MDE5OTdmNGU',
      description: 'Pass as `cursor` for the next page; null on the last.',
    })
    readonly nextCursor!: string | null;
  }
  Object.defineProperty(ListPage, 'name', { value: item.name.replace(/Response$/, 'Page') });
  return ListPage;
}
