import { IsBoolean, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { Setting } from './setting.decorator.js';

/** Which database holds everything. */
export class DatabaseConfig {
  /** A Postgres (>= 15, with pgvector) connection string; without it PGlite runs inside the process. */
  @Setting('DATABASE_URL', 'text', { secret: true })
  @IsOptional()
  @Matches(/^postgres(ql)?:\/\/\S+$/, {
    message: 'must look like postgres://user:password@host:5432/database',
  })
  url?: string;

  /** Most connections that one process opens to Postgres. */
  @Setting('DATABASE_POOL_SIZE', 'integer')
  @IsInt()
  @Min(2)
  @Max(200)
  poolSize = 10;

  /** Has Postgres keep statements prepared; off behind a PgBouncer older than 1.21 that pools transactions. */
  @Setting('DATABASE_PREPARE_STATEMENTS', 'boolean')
  @IsBoolean()
  prepareStatements = true;

  /** Most memory that Postgres may take, in MB, while it builds the vector index of one large workspace. */
  @Setting('DATABASE_INDEX_MEMORY_MB', 'integer')
  @IsInt()
  @Min(16)
  @Max(65_536)
  indexMemoryMb = 256;
}
