import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '#common/validation';
import { type Field, FIELD_TYPES, type FieldType, type HostedTable } from '../tables.types.js';

export class FieldResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', example: 'list_price', description: 'What records call it; never changes.' })
  readonly key!: string;

  @ApiProperty({ type: 'string', example: 'List price' })
  readonly name!: string;

  @ApiProperty({ type: 'string', example: 'In euros, with tax.' })
  readonly description!: string;

  @ApiProperty({ type: 'string', enum: [...FIELD_TYPES], enumName: 'FieldType', example: 'number' })
  readonly type!: FieldType;

  @ApiProperty({ type: 'boolean', example: false })
  readonly required!: boolean;

  @ApiProperty({ type: 'boolean', example: false })
  readonly unique!: boolean;

  @ApiProperty({ type: 'boolean', example: true })
  readonly indexed!: boolean;

  @ApiProperty({ type: 'string', nullable: true, example: '9.90' })
  readonly default!: string | null;

  @ApiProperty({ type: 'array', items: { type: 'string' }, example: [] })
  readonly options!: readonly string[];

  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, example: null })
  readonly linkedTableId!: string | null;

  @ApiProperty({ type: 'integer', example: 2 })
  readonly position!: number;

  static from(field: Field): FieldResponse {
    const { id, key, name, description, type, required, unique, indexed, options } = field;
    const { linkedTableId, position } = field;
    return {
      ...{ id, key, name, description, type, required, unique, indexed },
      ...{ default: field.default, options, linkedTableId, position },
    };
  }
}

export class TableResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', example: 'Price list' })
  readonly name!: string;

  @ApiProperty({ type: 'string', example: 'What we sell, and for how much.' })
  readonly description!: string;

  @ApiProperty({ type: () => FieldResponse, isArray: true })
  readonly fields!: FieldResponse[];

  @ApiProperty({ type: 'integer', example: 1_200 })
  readonly recordCount!: number;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly updatedAt!: Date;

  static from(table: HostedTable): TableResponse {
    const { id, name, description, recordCount, createdAt, updatedAt } = table;
    const fields = table.fields.map((field) => FieldResponse.from(field));
    return { id, name, description, fields, recordCount, createdAt, updatedAt };
  }
}

export class TablePage extends pageOf(TableResponse) {}
