import { IsBoolean, IsOptional, IsString, IsUrl, Matches } from 'class-validator';
import { Setting } from './setting.decorator.js';

/** The S3-compatible bucket that files are kept in, in place of a folder. */
export class BucketConfig {
  /** Name of the bucket. Without it files are kept in `DATA_DIR`. */
  @Setting('STORAGE_S3_BUCKET')
  @IsOptional()
  @Matches(/^[A-Za-z0-9][A-Za-z0-9._-]{1,62}$/, { message: 'must be the name of a bucket' })
  name?: string;

  /** Address of the service, which may be private; Amazon's own in the region unless said otherwise. */
  @Setting('STORAGE_S3_ENDPOINT')
  @IsOptional()
  @IsUrl(
    { protocols: ['http', 'https'], require_protocol: true, require_tld: false },
    { message: 'must be an http or https URL' },
  )
  endpoint?: string;

  @Setting('STORAGE_S3_REGION')
  @Matches(/^[a-z0-9-]{1,64}$/, { message: 'must be the name of a region' })
  region = 'us-east-1';

  @Setting('STORAGE_S3_ACCESS_KEY_ID')
  @IsOptional()
  @IsString()
  accessKeyId?: string;

  @Setting('STORAGE_S3_SECRET_ACCESS_KEY', 'text', { secret: true })
  @IsOptional()
  @IsString()
  secretAccessKey?: string;

  /** What the names of all files in the bucket begin with, so that others may use it, too. */
  @Setting('STORAGE_S3_PREFIX')
  @IsOptional()
  @Matches(/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*\/?$/, {
    message: 'must be letters, digits and . _ - with slashes in between',
  })
  prefix?: string;

  /** Whether the bucket is named in the path of an address (`https://host/bucket`) or in its host (`https://bucket.host`). */
  @Setting('STORAGE_S3_PATH_STYLE', 'boolean')
  @IsBoolean()
  hasPathStyle = true;
}
