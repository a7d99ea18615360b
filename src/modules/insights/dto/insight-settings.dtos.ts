import { ApiProperty } from '@nestjs/swagger';
import { ObjectField, TextField } from '#common/validation';
import type { InsightSettings } from '../settings/insight-settings.types.js';

export class NamingModelDto {
  @TextField({ max: 40, example: 'openai' })
  readonly provider!: string;

  @TextField({ max: 200, example: 'gpt-5.4-mini' })
  readonly name!: string;
}

const NAMING_MODEL =
  'Gives topics their names: it is shown some questions of each, at most 60 topics in a run, and what that costs is in the ledger. Names that the team chose stay. With null topics are named by the terms that set them apart.';

export class ChangeInsightSettingsDto implements InsightSettings {
  @ObjectField(() => NamingModelDto, { nullable: true, description: NAMING_MODEL })
  readonly namingModel!: NamingModelDto | null;
}

export class InsightSettingsResponse {
  @ApiProperty({ type: () => NamingModelDto, nullable: true, description: NAMING_MODEL })
  readonly namingModel!: NamingModelDto | null;

  static from({ namingModel }: InsightSettings): InsightSettingsResponse {
    return { namingModel };
  }
}
