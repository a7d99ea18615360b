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

  /** Most files that the sources of a workspace may be made of. */
  @Setting('MAX_WORKSPACE_FILES', 'integer')
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  maxWorkspaceFiles = 10_000;

  /** Most bytes that these files may have together. */
  @Setting('MAX_WORKSPACE_FILE_BYTES', 'integer')
  @IsInt()
  @Min(1_024)
  @Max(1_099_511_627_776)
  maxWorkspaceFileBytes = 10_737_418_240;
}
