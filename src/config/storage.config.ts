import { IsNotEmpty, IsString } from 'class-validator';
import { Setting } from './setting.decorator.js';

/** Where files are kept that were sent, and where an embedded installation keeps its database and its secrets. */
export class StorageConfig {
  /** Folder of files, the embedded database and secrets, made when missing. Several processes share one. */
  @Setting('DATA_DIR')
  @IsString()
  @IsNotEmpty()
  dataDir = './.data';
}
