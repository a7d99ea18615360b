import { IsNotEmpty, IsString } from 'class-validator';
import { Setting } from './setting.decorator.js';

/** Where an embedded installation keeps its database and its generated secrets. */
export class StorageConfig {
  /** Folder of the embedded database and secrets, made when missing. */
  @Setting('DATA_DIR')
  @IsString()
  @IsNotEmpty()
  dataDir = './.data';
}
