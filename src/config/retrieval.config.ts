import { IsInt, Max, Min } from 'class-validator';
import { Setting } from './setting.decorator.js';

/** How passages are searched. */
export class RetrievalConfig {
  /**
   * Most memory, in MB, for the passages of bots that are asked often, which are searched without the database then;
   * 0 for none.
   */
  @Setting('RETRIEVAL_MEMORY_MB', 'integer')
  @IsInt()
  @Min(0)
  @Max(65_536)
  memoryMb = 64;
}
