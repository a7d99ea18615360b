import { IsInt, IsNotEmpty, IsString, Max, Min } from 'class-validator';
import { Setting } from './setting.decorator.js';

/** Where an installation keeps what is no row: uploaded files and, embedded, its database and generated secrets. */
export class StorageConfig {
  /** Folder of uploaded files, the embedded database and secrets, made when missing. All processes have to share its files. */
  @Setting('DATA_DIR')
  @IsString()
  @IsNotEmpty()
  dataDir = './.data';

  /** Largest file that can be uploaded, in bytes. */
  @Setting('MAX_FILE_BYTES', 'integer')
  @IsInt()
  @Min(1_024)
  @Max(209_715_200)
  maxFileBytes = 52_428_800;
}
